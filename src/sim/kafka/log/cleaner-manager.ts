// Which log the cleaner takes next, and what of it may be cleaned (log/LogCleanerManager.scala at 2.3.0).
import { tpName, type TopicPartition } from '../protocol/index.ts'
import { CLEANER_LOGGER, type Cleanable } from './cleaner.ts'
import type { LogEnv } from './log-env.ts'
import { folderOf, segmentsBetween, segmentsOf, type Log } from './log.ts'
import { firstUnstable } from './producer-state.ts'
import { firstTimestamp, largestTimestamp, type Segment } from './segment.ts'

export interface LogToClean extends Cleanable {
  readonly log: Log
  readonly cleanBytes: number
  readonly cleanableBytes: number
  /** Dirty bytes of all. */
  readonly cleanableRatio: number
  /** max.compaction.lag.ms is over. */
  readonly mustClean: boolean
}
const bytesOf = (segments: readonly Segment[]): number => segments.reduce((sum, s) => sum + s.log.length, 0)

/** From where on a log is dirty, and up to where it may be cleaned: below the active segment, open transactions and what is too young. */
export function cleanableOffsets(env: LogEnv, log: Log, checkpointed: number | undefined): readonly [first: number, uncleanable: number] {
  const segments = segmentsOf(log)
  const start = segments[0]!.baseOffset
  let first = checkpointed ?? start
  if (first < start) {
    if (!(log.settings.compact && log.settings.delete)) {
      const why = `since the checkpointed offset ${first} is invalid.`
      env.say('WARN', CLEANER_LOGGER, `Resetting first dirty offset of ${tpName(log)} to log start offset ${start} ${why}`)
    }
    first = start
  }
  const ends = [log.active.baseOffset]
  const unstable = firstUnstable(log.producers)
  if (unstable !== undefined) ends.push(Math.max(unstable, log.logStartOffset))
  const lag = log.settings.minCompactionLagMs
  if (lag > 0) {
    const dirty = segmentsBetween(segments, first, log.active.baseOffset)
    const young = dirty.find((s) => largestTimestamp(env, folderOf(log), s, log.settings) > env.nowMs - lag)
    if (young) ends.push(young.baseOffset)
  }
  return [first, Math.min(...ends)]
}

/** How dirty a log is. */
export function logToClean(env: LogEnv, log: Log, checkpointed: number | undefined): LogToClean {
  const [firstDirtyOffset, uncleanable] = cleanableOffsets(env, log, checkpointed)
  const segments = segmentsOf(log)
  const boundary = segmentsBetween(segments, uncleanable, log.active.baseOffset)[0] ?? log.active
  const firstUncleanableOffset = uncleanable >= log.active.baseOffset ? log.active.baseOffset : boundary.baseOffset
  const cleanBytes = bytesOf(segments.filter((s) => s.baseOffset < firstDirtyOffset))
  const dirtyEnd = Math.max(firstDirtyOffset, firstUncleanableOffset)
  const cleanableBytes = bytesOf(dirtyEnd > firstDirtyOffset ? segmentsBetween(segments, firstDirtyOffset, dirtyEnd) : [])
  const oldest = segmentsBetween(segments, firstDirtyOffset, log.active.baseOffset)
    .map((s) => firstTimestamp(s) ?? -1)
    .filter((timestamp) => timestamp > 0)
  const mustClean = Math.min(...oldest) < env.nowMs - log.settings.maxCompactionLagMs
  const cleanableRatio = cleanBytes + cleanableBytes === 0 ? 0 : cleanableBytes / (cleanBytes + cleanableBytes)
  return { log, firstDirtyOffset, firstUncleanableOffset, cleanBytes, cleanableBytes, cleanableRatio, mustClean }
}

/** The dirtiest of the compacted logs that are dirty enough; of equals the last. `checkpointed` tells up to where each is clean. */
export function filthiestLog(
  env: LogEnv,
  logs: readonly Log[],
  checkpointed: (tp: TopicPartition) => number | undefined,
): LogToClean | undefined {
  const dirty = logs
    .filter((log) => log.settings.compact)
    .map((log) => logToClean(env, log, checkpointed(log)))
    .filter((l) => l.cleanBytes + l.cleanableBytes > 0)
    .filter((l) => (l.mustClean && l.cleanableBytes > 0) || l.cleanableRatio > l.log.settings.minCleanableRatio)
  return dirty.reduce<LogToClean | undefined>(
    (most, l) => (most !== undefined && most.cleanableRatio > l.cleanableRatio ? most : l),
    undefined,
  )
}
