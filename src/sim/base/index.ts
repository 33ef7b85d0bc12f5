// The foundations: assertions, time, randomness, persistent collections, the heap.
export { assert, unreachable } from './assert.ts'
export {
  us,
  ms,
  seconds,
  plus,
  minus,
  toMs,
  formatTime,
  civil,
  log4jTime,
  javaDate,
  ctime,
  monthName,
  type Micros,
  type Civil,
} from './time.ts'
export { pairNames } from './pair-names.ts'
export { hashString, draw32, drawBelow, drawBetween, type RandomStates } from './random.ts'
export { deepFreeze, frozenCopy } from './freeze.ts'
export { List } from './list.ts'
export { Bytes } from './bytes.ts'
export { PMap } from './map.ts'
export { heapPush, heapPop, heapify, type Due } from './heap.ts'
