// One replica's log: segments on a disk, where it begins and ends, its leaders' epochs and producers (log/Log.scala at 2.3.0). Everything here takes a log and gives the
// log that comes of it; files follow at once.
import { tpName, type TopicPartition } from '../protocol/index.ts'
import {
  assignEpoch,
  encodeEpochs,
  endOffsetForEpoch,
  latestEpoch,
  truncateEpochsFromEnd,
  truncateEpochsFromStart,
  type LeaderEpochs,
  type OffsetAndEpoch,
} from './leader-epochs.ts'
import type { LogEnv } from './log-env.ts'
import type { LogSettings } from './log-settings.ts'
import { firstUnstable, NO_PRODUCERS, onHighWatermark, type ProducerState } from './producer-state.ts'
import { deleteSnapshots, takeSnapshot, truncateHead } from './producer-snapshots.ts'
import { rebuildProducers } from './producer-loading.ts'
import {
  createSegment,
  DELETED_FILE,
  deleteSegmentFiles,
  INDEX_FILE,
  LOG_FILE,
  renameSegment,
  sayLog,
  sealSegment,
  segmentFile,
  syncSegment,
  TIME_INDEX_FILE,
  truncateSegment,
  TXN_INDEX_FILE,
  type Segment,
} from './segment.ts'
import { onDisk, writeCheckpointFile } from './storage.ts'

const inDir = (log: Pick<Log, 'dir'> & TopicPartition): string => `${tpName(log)} in dir ${log.dir}`
export const EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'

/** Frozen, replaced when it changes. */
export interface Log extends TopicPartition {
  /** The log directory that holds it. */
  readonly dir: string
  readonly settings: LogSettings
  /** All but the active one, oldest first. */
  readonly closed: readonly Segment[]
  readonly active: Segment
  readonly logStartOffset: number
  readonly logEndOffset: number
  /** Up to there everything is on the disk itself. */
  readonly recoveryPoint: number
  /** As the replica told it; undefined until it did. */
  readonly highWatermark: number | undefined
  readonly epochs: LeaderEpochs
  readonly producers: ProducerState
  readonly lastFlushedMs: number
}

export const folderOf = (log: Pick<Log, 'dir'> & TopicPartition): string => `${log.dir}/${tpName(log)}`
/** What stands before the log's lines. */
export const ownerOf = (log: Pick<Log, 'dir'> & TopicPartition): string => `[Log partition=${tpName(log)}, dir=${log.dir}] `
export const changeLog = (log: Log, fields: Partial<Log>): Log => Object.freeze({ ...log, ...fields })
export const segmentsOf = (log: Log): readonly Segment[] => [...log.closed, log.active]
export const logSize = (log: Log): number => log.closed.reduce((sum, s) => sum + s.log.length, log.active.log.length)
/** The segment that holds an offset, and those after it that begin below `to`. */
export function segmentsBetween(segments: readonly Segment[], from: number, to: number): readonly Segment[] {
  const floor = segments.filter((s) => s.baseOffset <= from).length - 1
  return segments.slice(Math.max(floor, 0)).filter((s) => s.baseOffset < to)
}
export function withSegments(log: Log, segments: readonly Segment[]): Log {
  return changeLog(log, { closed: Object.freeze(segments.slice(0, -1)), active: segments[segments.length - 1]! })
}

// Epochs and the high watermark

export function withEpochs(env: LogEnv, log: Log, epochs: LeaderEpochs): Log {
  if (epochs === log.epochs) return log
  writeCheckpointFile(env, `${folderOf(log)}/${EPOCH_CHECKPOINT}`, encodeEpochs(epochs))
  return changeLog(log, { epochs })
}
/** An epoch begins at an offset: a leader's own, or that of the first batch of a new one. */
export const assignLogEpoch = (env: LogEnv, log: Log, epoch: number, startOffset: number): Log =>
  withEpochs(env, log, assignEpoch(log.epochs, epoch, startOffset))
export const latestLogEpoch = (log: Log): number | undefined => latestEpoch(log.epochs)
export const endOffsetForLogEpoch = (log: Log, epoch: number): OffsetAndEpoch | undefined =>
  endOffsetForEpoch(log.epochs, epoch, log.logEndOffset)
/** The replica's high watermark moved: retention goes by it, and transactions that ended below it are replicated. */
export const withLogHighWatermark = (log: Log, highWatermark: number): Log =>
  highWatermark === log.highWatermark ? log : changeLog(log, { highWatermark, producers: onHighWatermark(log.producers, highWatermark) })
/** Readers of committed records read below it. */
export const lastStableOffset = (log: Log, highWatermark: number): number =>
  Math.min(highWatermark, Math.max(firstUnstable(log.producers) ?? highWatermark, log.logStartOffset))
/** The log begins later: what a leader's deletions or a person's delete-records make of it. Segments go at the next retention run. */
export function raiseLogStart(env: LogEnv, log: Log, offset: number): Log {
  if (offset <= log.logStartOffset) return log
  const message = `Exception while increasing log start offset for ${tpName(log)} to ${offset} in dir ${log.dir}`
  return onDisk(env, message, 'name', () => startLater(env, log, offset))
}
function startLater(env: LogEnv, log: Log, offset: number): Log {
  sayLog(env, ownerOf(log), `Incrementing log start offset to ${offset}`)
  const producers = truncateHead(env, folderOf(log), log.producers, offset)
  return withEpochs(env, changeLog(log, { logStartOffset: offset, producers }), truncateEpochsFromStart(log.epochs, offset))
}

// Rolling and flushing

/** Begins a new segment at the log's end, or later when what comes next begins later. The old one is sealed now and synced soon. */
export const rollLog = (env: LogEnv, log: Log, expectedNextOffset = 0): Log =>
  onDisk(env, `Error while rolling log segment for ${inDir(log)}`, 'name', () => roll(env, log, expectedNextOffset))
function roll(env: LogEnv, before: Log, expectedNextOffset: number): Log {
  let log = before
  const owner = ownerOf(log)
  const path = folderOf(log)
  const offset = Math.max(expectedNextOffset, log.logEndOffset)
  let closed = log.closed
  if (log.active.baseOffset === offset) {
    const text = `Trying to roll a new log segment with start offset ${offset} =max(provided offset = ${expectedNextOffset === 0 ? 'None' : `Some(${expectedNextOffset})`}, LEO = ${log.logEndOffset})`
    if (log.active.log.length > 0) throw new Error(`${text} while it already exists`)
    sayLog(env, owner, `${text} while it already exists and is active with size 0. Size of time index: 0, size of offset index: 0.`, 'WARN')
    deleteSegmentLater(env, log, log.active)
  } else {
    for (const kind of [LOG_FILE, INDEX_FILE, TIME_INDEX_FILE, TXN_INDEX_FILE]) {
      const file = segmentFile(path, { baseOffset: offset, suffix: '' }, kind)
      if (env.files.stat(file) === undefined) continue
      sayLog(env, owner, `Newly rolled segment file ${file} already exists; deleting it first`, 'WARN')
      env.files.remove(file)
    }
    closed = Object.freeze([...closed, sealSegment(env, path, log.active, log.settings)])
  }
  const producers = takeSnapshot(env, path, tpName(log), Object.freeze({ ...log.producers, mapEndOffset: offset }))
  const active = createSegment(env, path, offset, log.settings)
  log = changeLog(log, { closed, active, producers })
  env.later(0, { type: 'flush', topic: log.topic, partition: log.partition, offset })
  sayLog(env, owner, `Rolled new log segment at offset ${offset} in ${1 + env.below(5)} ms.`)
  return log
}
/** fsync of what was appended up to an offset. */
export function flushLog(env: LogEnv, log: Log, offset = log.logEndOffset): Log {
  if (offset <= log.recoveryPoint) return log
  for (const s of segmentsBetween(segmentsOf(log), log.recoveryPoint, offset)) syncSegment(env, folderOf(log), s)
  return changeLog(log, { recoveryPoint: offset, lastFlushedMs: env.nowMs })
}

// Deleting segments

type Place = Pick<Log, 'dir' | 'settings'> & TopicPartition

/** Gives a segment's files the names under which they wait to be deleted. */
export function deleteSegmentLater(env: LogEnv, log: Place, segment: Segment): void {
  sayLog(env, ownerOf(log), `Scheduling log segment [baseOffset ${segment.baseOffset}, size ${segment.log.length}] for deletion.`)
  discardSegment(env, log, segment)
}
/** The same without a word: what compaction replaces. */
export function discardSegment(env: LogEnv, log: Place, segment: Segment): void {
  const { baseOffset } = renameSegment(env, folderOf(log), segment, log.settings, segment.suffix + DELETED_FILE)
  const { fileDeleteDelayMs } = log.settings
  const files = { path: folderOf(log), baseOffset, suffix: segment.suffix + DELETED_FILE }
  env.later(fileDeleteDelayMs, { type: 'delete-segment', ...files, owner: ownerOf(log) })
}
/** The time of a deletion has come. */
export function runDeletion(env: LogEnv, task: { path: string; baseOffset: number; suffix: string; owner: string }): void {
  sayLog(env, task.owner, `Deleting segment ${task.baseOffset}`)
  const slash = task.path.lastIndexOf('/')
  const where = `${task.path.slice(slash + 1)} in dir ${task.path.slice(0, slash)}`
  onDisk(env, `Error while deleting segments for ${where}`, 'name', () => deleteSegmentFiles(env, task.path, task))
}
/** Deletes the oldest `count` segments; when these are all, a new, empty one comes first. */
export const deleteOldest = (env: LogEnv, log: Log, count: number): Log =>
  count === 0 ? log : onDisk(env, `Error while deleting segments for ${inDir(log)}`, 'name', () => dropOldest(env, log, count))
function dropOldest(env: LogEnv, before: Log, count: number): Log {
  let log = before
  if (log.closed.length + 1 === count) log = rollLog(env, log)
  const segments = segmentsOf(log)
  for (const segment of segments.slice(0, count)) deleteSegmentLater(env, log, segment)
  // An empty active segment is replaced by itself: what stays begins after those that go.
  log = withSegments(log, segments.slice(count))
  return raiseLogStart(env, log, segmentsOf(log)[0]!.baseOffset)
}

// Truncation

/** Cuts a log so that it ends at an offset (a whole batch goes). Says so either way. */
export function truncateLogTo(env: LogEnv, log: Log, offset: number): Log {
  const owner = ownerOf(log)
  if (offset >= log.logEndOffset) {
    sayLog(env, owner, `Truncating to ${offset} has no effect as the largest offset in the log is ${log.logEndOffset - 1}`)
    return log
  }
  sayLog(env, owner, `Truncating to offset ${offset}`)
  const message = `Error while truncating log to offset ${offset} for ${inDir(log)}`
  return onDisk(env, message, 'write', () => cutLog(env, log, offset))
}
function cutLog(env: LogEnv, before: Log, offset: number): Log {
  let log = before
  const all = segmentsOf(log)
  if (all[0]!.baseOffset > offset) return truncateFullyAndStartAt(env, log, offset)
  for (const segment of all.filter((s) => s.baseOffset > offset)) deleteSegmentLater(env, log, segment)
  const kept = all.filter((s) => s.baseOffset <= offset)
  const path = folderOf(log)
  const active = truncateSegment(env, path, kept[kept.length - 1]!, log.settings, offset)
  log = withSegments(log, [...kept.slice(0, -1), active])
  log = changeLog(log, {
    logEndOffset: offset,
    recoveryPoint: Math.min(offset, log.recoveryPoint),
    logStartOffset: Math.min(offset, log.logStartOffset),
  })
  log = withEpochs(env, log, truncateEpochsFromEnd(log.epochs, offset))
  return changeLog(log, { producers: rebuildProducers(env, { ...log, path, segments: segmentsOf(log) }, log.producers, offset, false) })
}
/** Throws everything away; the log begins anew at an offset. */
export const truncateFullyAndStartAt = (env: LogEnv, log: Log, offset: number): Log =>
  onDisk(env, `Error while truncating the entire log for ${inDir(log)}`, 'name', () => beginAnew(env, log, offset))
function beginAnew(env: LogEnv, before: Log, offset: number): Log {
  let log = before
  const path = folderOf(log)
  for (const segment of segmentsOf(log)) deleteSegmentLater(env, log, segment)
  const active = createSegment(env, path, offset, log.settings)
  log = withEpochs(env, log, Object.freeze([]))
  deleteSnapshots(env, path, () => true)
  const producers: ProducerState = Object.freeze({ ...NO_PRODUCERS, mapEndOffset: offset })
  const [logStartOffset, recoveryPoint] = [offset, Math.min(offset, log.recoveryPoint)]
  return changeLog(log, { closed: Object.freeze([]), active, logEndOffset: offset, producers, logStartOffset, recoveryPoint })
}

// The end

/** A clean stop: all is synced, the producers' state written, indexes cut to their entries. */
export function closeLog(env: LogEnv, before: Log): Log {
  let log = flushLog(env, before)
  const path = folderOf(log)
  log = changeLog(log, { producers: takeSnapshot(env, path, tpName(log), log.producers) })
  return withSegments(
    log,
    segmentsOf(log).map((s) => sealSegment(env, path, s, log.settings)),
  )
}

/** Snapshots that no recovery will need: the last two segments' stay, and that from which recovery would start. */
export function deleteOldSnapshots(env: LogEnv, log: Log): void {
  const below = (offset: number): number | undefined =>
    segmentsOf(log)
      .filter((s) => s.baseOffset < offset)
      .at(-1)?.baseOffset
  const twoSegments = below(log.active.baseOffset) ?? log.active.baseOffset
  const least = Math.min(below(log.recoveryPoint) ?? log.recoveryPoint, twoSegments)
  deleteSnapshots(env, folderOf(log), (offset) => offset < least)
}
