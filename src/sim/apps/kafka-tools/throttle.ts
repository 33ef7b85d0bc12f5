// Keeps a tool to so many records a second (tools/ThroughputThrottler.java at 2.3.0). Plain data.
import { us, type Micros } from '../../base/index.ts'

export interface Throttler {
  /** Records a second; -1 for no limit. */
  readonly target: number
  readonly startMs: number
  deficitNs: number
}
const LEAST_SLEEP_NS = 2_000_000
const NS = 1_000_000_000

export const newThrottler = (target: number, startMs: number): Throttler => ({ target, startMs, deficitNs: 0 })

/** What the next record is put down to where nothing paces them: not to the one before, or chains of causes would grow for ever. */
export const RECORD_AFTER_RECORD = 'record after record'

/** How long to sleep after the i-th record (from 0), begun at a moment in ms; undefined to go on at once, Infinity for ever. */
export function pause(throttler: Throttler, i: number, sendStartMs: number): Micros | undefined {
  const { target, startMs } = throttler
  if (target < 0) return undefined
  const seconds = (sendStartMs - startMs) / 1000
  if (!(seconds > 0 && i / seconds > target)) return undefined
  if (target === 0) return Infinity as Micros
  throttler.deficitNs += Math.floor(NS / target)
  if (throttler.deficitNs < LEAST_SLEEP_NS) return undefined
  const sleepMs = Math.ceil(throttler.deficitNs / 1_000_000)
  throttler.deficitNs = 0
  return us(sleepMs * 1000)
}
