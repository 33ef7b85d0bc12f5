// History: seek, forks, the run document and its URL form, and why things happened.
export { History, CHECKPOINT_EVENTS, FORKS_LIMIT, type Fork, type HistoryOptions } from './history.ts'
export {
  toDocument,
  openDocument,
  DocumentError,
  ENGINE_VERSION,
  FORMAT,
  ACTIONS_LIMIT,
  ACTION_TEXT_LIMIT,
  type RunDocument,
  type OpenedRun,
} from './document.ts'
export { toFragment, fromFragment, parseJson } from './url.ts'
export { why, rootOf, type Cause } from './why.ts'
export { silencer } from './silencer.ts'
export { bytesOnDisks } from './weight.ts'
