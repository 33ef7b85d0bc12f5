// Which segments are old, large or low enough to go (Log.deleteOldSegments at 2.3.0).
import type { LogEnv } from './log-env.ts'
import { deleteOldest, folderOf, logSize, ownerOf, segmentsOf, type Log } from './log.ts'
import { largestTimestamp, sayLog, type Segment } from './segment.ts'

export type RetentionReason = 'time' | 'size' | 'log start'
export interface Retained {
  readonly log: Log
  /** What went, and why. */
  readonly deleted: readonly Deleted[]
}
interface Deleted {
  readonly baseOffset: number
  readonly size: number
  readonly reason: RetentionReason
  /** What it broke: retention.ms, retention.bytes, the log's start. */
  readonly limit: number
  /** With `time`: how old its youngest record was, ms. */
  readonly ageMs?: number
}

/** The oldest segments that lie below the high watermark and are to go, up to the first that is not. */
function deletable(log: Log, goes: (segment: Segment, next: Segment | undefined) => boolean): readonly Segment[] {
  const { highWatermark } = log
  if (highWatermark === undefined) return []
  const segments = segmentsOf(log)
  const first = segments.findIndex((segment, i) => {
    const next = segments[i + 1]
    const end = next?.baseOffset ?? log.logEndOffset
    return !(highWatermark >= end && goes(segment, next) && !(next === undefined && segment.log.length === 0))
  })
  return first < 0 ? segments : segments.slice(0, first)
}

/** One run of retention over a log: by time and size where the topic is to be deleted from, by the log's start always. */
export function deleteOldSegments(env: LogEnv, before: Log): Retained {
  let log = before
  const deleted: Deleted[] = []
  const run = (
    reason: RetentionReason,
    limit: number,
    text: string,
    goes: (segment: Segment, next: Segment | undefined) => boolean,
  ): void => {
    const segments = deletable(log, goes)
    if (segments.length === 0) return
    const bases = segments.map((s) => s.baseOffset).join(',')
    sayLog(env, ownerOf(log), `Found deletable segments with base offsets [${bases}] due to ${text} breach`)
    const age = (s: Segment) => (reason === 'time' ? { ageMs: env.nowMs - largestTimestamp(env, folderOf(log), s, log.settings) } : {})
    deleted.push(...segments.map((s) => ({ baseOffset: s.baseOffset, size: s.log.length, reason, limit, ...age(s) })))
    log = deleteOldest(env, log, segments.length)
  }
  const { settings } = log
  if (settings.delete && settings.retentionMs >= 0) {
    const old = (s: Segment) => env.nowMs - largestTimestamp(env, folderOf(log), s, settings) > settings.retentionMs
    run('time', settings.retentionMs, `retention time ${settings.retentionMs}ms`, old)
  }
  if (settings.delete && settings.retentionBytes >= 0) {
    let excess = logSize(log) - settings.retentionBytes
    const spare = (s: Segment): boolean => {
      if (excess - s.log.length < 0) return false
      excess -= s.log.length
      return true
    }
    if (excess >= 0) run('size', settings.retentionBytes, `retention size in bytes ${settings.retentionBytes}`, spare)
  }
  run(
    'log start',
    log.logStartOffset,
    `log start offset ${log.logStartOffset}`,
    (_, next) => next !== undefined && next.baseOffset <= log.logStartOffset,
  )
  return { log, deleted }
}
