// Scripts: tools written as linear code, suspended as plain data.
export {
  answer,
  asked,
  begin,
  interrupt,
  Interrupted,
  newScript,
  Restart,
  type Io,
  type Perform,
  type Script,
  type ScriptState,
  type Step,
} from './script.ts'
