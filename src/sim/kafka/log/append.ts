// Appending to a log and reading from it (Log.append, Log.read, Log.fetchOffsetByTimestamp at 2.3.0).
import { Bytes } from '../../base/index.ts'
import { tpName } from '../protocol/index.ts'
import { latestEpoch } from './leader-epochs.ts'
import type { LogEnv } from './log-env.ts'
import { assignLogEpoch, changeLog, flushLog, folderOf, rollLog, segmentsOf, type Log } from './log.ts'
import {
  appendProducerBatch,
  completeTxn,
  emptyEntry,
  findDuplicate,
  LogRefusal,
  producerEntry,
  putOngoing,
  putProducer,
  stableOffsetAfter,
  withMapEnd,
  type CompletedTxn,
  type OngoingTxn,
  type ProducerCheck,
  type ProducerEntry,
} from './producer-state.ts'
import { NO_TIMESTAMP, type Batch } from './record-batch.ts'
import { appendToSegment, findByTimestamp, largestTimestamp, readSegment, shouldRoll, storeAborted, type Segment } from './segment.ts'
import { storageFailure } from './storage.ts'
import { appendAborted } from './transaction-index.ts'
import { analyse, assignOffsets, type Assigned } from './validate.ts'

export interface AppendInfo {
  readonly firstOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  /** -1 unless the topic has the broker's time. */
  readonly logAppendTime: number
  readonly logStartOffset: number
  /** The producer had sent this before: nothing was appended. */
  readonly isDuplicate: boolean
  /** A new segment was begun. */
  readonly rolledAt: number | undefined
}
export interface AppendResult {
  readonly log: Log
  readonly info: AppendInfo
}
const NOTHING = { firstOffset: -1, lastOffset: -1, maxTimestamp: NO_TIMESTAMP, logAppendTime: -1, isDuplicate: false, rolledAt: undefined }

/** A leader takes what a producer (`isFromClient`) or a coordinator writes. Throws LogRefusal: nothing was changed; or StorageError: what fitted is in the file. */
export function appendAsLeader(env: LogEnv, log: Log, records: Bytes, leaderEpoch: number, isFromClient = true): AppendResult {
  const name = tpName(log)
  const given = analyse(records, log.settings, name, isFromClient)
  if (given.batches.length === 0) return { log, info: { ...NOTHING, logStartOffset: log.logStartOffset } }
  const firstOffset = log.logEndOffset
  const assigned = assignOffsets(given, log.settings, name, { firstOffset, leaderEpoch, nowMs: env.nowMs, isFromClient })
  const logAppendTime = log.settings.timestampType === 'LogAppendTime' ? env.nowMs : -1
  const check: ProducerCheck = !isFromClient ? 'none' : log.topic === '__consumer_offsets' ? 'epoch' : 'full'
  return put(env, log, assigned, { firstOffset, logAppendTime, check })
}
/** A follower takes what it fetched, with the leader's offsets and epochs, as one piece. Throws LogRefusal, or StorageError when the disk refuses. */
export function appendAsFollower(env: LogEnv, log: Log, records: Bytes): AppendResult {
  const given = analyse(records, log.settings, tpName(log), false)
  const [first] = given.batches
  if (first === undefined) return { log, info: { ...NOTHING, logStartOffset: log.logStartOffset } }
  if (!given.offsetsMonotonic) throw new LogRefusal('UNKNOWN_SERVER_ERROR', `Out of order offsets found in append to ${tpName(log)}`)
  if (first.baseOffset < log.logEndOffset) {
    const what = `Unexpected offset in append to ${tpName(log)}. First offset ${first.baseOffset} is less than the next offset ${log.logEndOffset}.`
    throw new LogRefusal('UNKNOWN_SERVER_ERROR', `${what} Log start offset = ${log.logStartOffset}`)
  }
  const whole = given.sizeInBytes === records.length ? records : records.slice(0, given.sizeInBytes)
  return put(env, log, { ...given, records: whole }, { firstOffset: first.baseOffset, logAppendTime: -1, check: 'none' })
}

interface Producers {
  readonly entries: readonly ProducerEntry[]
  readonly started: readonly OngoingTxn[]
  readonly completed: readonly CompletedTxn[]
}
function checkProducers(log: Log, batches: readonly Batch[], check: ProducerCheck): Producers {
  const name = tpName(log)
  const entries = new Map<number, ProducerEntry>()
  const [started, completed]: [OngoingTxn[], CompletedTxn[]] = [[], []]
  for (const batch of batches) {
    if (batch.producerId < 0) continue
    const id = batch.producerId
    const before = entries.get(id) ?? producerEntry(log.producers, id) ?? emptyEntry(id)
    const after = appendProducerBatch(before, batch, { name, check })
    entries.set(id, after.entry)
    if (after.started) started.push(after.started)
    if (after.completed) completed.push(after.completed)
  }
  return { entries: [...entries.values()], started, completed }
}

interface How {
  readonly firstOffset: number
  readonly logAppendTime: number
  readonly check: ProducerCheck
}
function put(env: LogEnv, log: Log, more: Assigned, how: How): AppendResult {
  try {
    return append(env, log, more, how)
  } catch (error) {
    throw storageFailure(env, error, `Error while appending records to ${tpName(log)} in dir ${log.dir}`, 'write')
  }
}
function append(env: LogEnv, before: Log, more: Assigned, how: How): AppendResult {
  let log = before
  const { logStartOffset } = log
  const { lastOffset, maxTimestamp } = more
  if (more.records.length > log.settings.segmentBytes) {
    const most = `which exceeds the maximum configured segment size of ${log.settings.segmentBytes}.`
    throw new LogRefusal(
      'RECORD_LIST_TOO_LARGE',
      `Message batch size is ${more.records.length} bytes in append to partition ${tpName(log)}, ${most}`,
    )
  }
  if (how.check !== 'none') {
    for (const batch of more.batches) {
      const known = batch.producerId < 0 ? undefined : findDuplicate(log.producers, batch)
      if (known === undefined) continue
      const { lastOffset: last, offsetDelta, timestamp } = known
      return {
        log,
        info: {
          ...NOTHING,
          firstOffset: last - offsetDelta,
          lastOffset: last,
          logAppendTime: timestamp,
          logStartOffset,
          isDuplicate: true,
        },
      }
    }
  }
  const producers = checkProducers(log, more.batches, how.check)
  for (const batch of more.batches) log = assignLogEpoch(env, log, batch.partitionLeaderEpoch, batch.baseOffset)
  const bytes = more.records.length
  const [full, active] = shouldRoll(env, folderOf(log), log.active, log.settings, { maxTimestamp, maxOffset: lastOffset, bytes })
  log = changeLog(log, { active })
  if (full) log = rollLog(env, log, how.firstOffset)
  const rolledAt = full ? log.active.baseOffset : undefined
  let segment = appendToSegment(env, folderOf(log), log.active, log.settings, more)
  let state = producers.entries.reduce(putProducer, log.producers)
  state = producers.started.reduce(putOngoing, state)
  for (const txn of producers.completed) {
    if (txn.isAborted) segment = abort(env, log, segment, txn, stableOffsetAfter(state, txn))
    state = completeTxn(state, txn)
  }
  log = changeLog(log, { active: segment, logEndOffset: lastOffset + 1, producers: withMapEnd(state, lastOffset + 1) })
  if (log.logEndOffset - log.recoveryPoint >= log.settings.flushMessages) log = flushLog(env, log)
  const { firstOffset, logAppendTime } = how
  return { log, info: { firstOffset, lastOffset, maxTimestamp, logAppendTime, logStartOffset, isDuplicate: false, rolledAt } }
}
function abort(env: LogEnv, log: Log, segment: Segment, txn: CompletedTxn, stable: number): Segment {
  const entry = { producerId: txn.producerId, firstOffset: txn.firstOffset, lastOffset: txn.lastOffset, lastStableOffset: stable }
  const next = Object.freeze({ ...segment, aborted: appendAborted(segment.aborted, entry) })
  storeAborted(env, folderOf(log), next)
  return next
}

// Reading

export interface LogRead {
  readonly records: Bytes
  /** Of the first batch: its segment, and where it begins there. */
  readonly segmentBaseOffset: number
  readonly position: number
  readonly firstEntryIncomplete: boolean
}
/** Batches from the one that holds an offset on, out of one segment, shared with the log. Undefined: the offset is out of range. `maxOffset`: only what lies below. */
export function readLog(
  log: Log,
  startOffset: number,
  limit: { readonly maxOffset?: number | undefined; readonly maxBytes: number; readonly minOneMessage?: boolean },
): LogRead | undefined {
  if (startOffset === log.logEndOffset) return endOf(log)
  const { closed, active } = log
  if (startOffset > log.logEndOffset || startOffset < log.logStartOffset || startOffset < (closed[0] ?? active).baseOffset) return undefined
  const candidates = active.baseOffset <= startOffset ? [active] : segmentsOf(log)
  for (let i = candidates.filter((s) => s.baseOffset <= startOffset).length - 1; i < candidates.length; i++) {
    const read = readSegment(candidates[i]!, startOffset, limit)
    if (read !== undefined) return { ...read, segmentBaseOffset: candidates[i]!.baseOffset }
  }
  return endOf(log)
}
const endOf = ({ active }: Log): LogRead => ({
  records: Bytes.empty(),
  segmentBaseOffset: active.baseOffset,
  position: active.log.length,
  firstEntryIncomplete: false,
})

export const [LATEST_TIMESTAMP, EARLIEST_TIMESTAMP] = [-1, -2]
export interface FoundOffset {
  readonly timestamp: number
  readonly offset: number
  readonly leaderEpoch: number | undefined
}
/** The first offset at or after a time, or one of the log's ends; undefined when all records are older. */
export function offsetForTimestamp(env: LogEnv, log: Log, timestamp: number): FoundOffset | undefined {
  if (timestamp === EARLIEST_TIMESTAMP) {
    const [first] = log.epochs
    const leaderEpoch = first !== undefined && first[1] <= log.logStartOffset ? first[0] : undefined
    return { timestamp: NO_TIMESTAMP, offset: log.logStartOffset, leaderEpoch }
  }
  if (timestamp === LATEST_TIMESTAMP) return { timestamp: NO_TIMESTAMP, offset: log.logEndOffset, leaderEpoch: latestEpoch(log.epochs) }
  const path = folderOf(log)
  const segment = segmentsOf(log).find((s) => largestTimestamp(env, path, s, log.settings) >= timestamp)
  return segment && findByTimestamp(env, path, segment, log.settings, timestamp, log.logStartOffset)
}
