// Pure questions about a replica's log for those who watch from outside: its segments, until when each stays, its last records. Nothing is opened or written.
import type { Bytes } from '../../base/index.ts'
import {
  batchesOf,
  CorruptRecord,
  decodeCheckpoint,
  folderOf,
  INDEX_FILE,
  lastStableOffset,
  LOG_FILE,
  lookupOffset,
  recordsOf,
  REPLICATION_CHECKPOINT,
  segmentName,
  segmentsOf,
  TIME_ENTRY,
  TIME_INDEX_FILE,
  timeEntry,
  UnsupportedRecord,
  type Batch,
  type Log,
  type LogRecord,
  type Segment,
} from '../log/index.ts'
import { tpName, type TopicPartition } from '../protocol/index.ts'
import type { BrokerState } from './state.ts'

/** A disk to look at. */
export interface DiskView {
  bytes(path: string): Bytes | undefined
  /** Names of a folder's files. */
  names(folder: string): readonly string[]
}

export interface SegmentView {
  readonly baseOffset: number
  /** The offset after its last record's: where the next one begins. */
  readonly endOffset: number
  readonly sizeInBytes: number
  readonly active: boolean
  /** Wall-clock ms of its youngest record, by which its age counts; undefined when it has none. */
  readonly youngestMs: number | undefined
  /** Wall-clock ms after which the next look of retention by time deletes it; undefined when time does not delete it. */
  readonly expiresMs: number | undefined
  /** Over retention.bytes: the next look deletes it. */
  readonly overSize: boolean
  /** Its records lie below the log's start: the next look deletes it. */
  readonly belowStart: boolean
  /** Not all of it is below the high watermark: retention leaves it. */
  readonly held: boolean
}
export interface LogView {
  readonly folder: string
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number | undefined
  readonly lastStableOffset: number | undefined
  /** Up to there all is on the disk itself. */
  readonly recoveryPoint: number | undefined
  readonly segments: readonly SegmentView[]
  readonly sizeInBytes: number
  /** -1: no limit. Undefined where no broker runs that knows. */
  readonly retentionMs: number | undefined
  readonly retentionBytes: number | undefined
  readonly compact: boolean
  readonly segmentMs: number | undefined
  readonly segmentBytes: number | undefined
}

function youngest(disk: DiskView, folder: string, s: Segment): number | undefined {
  if (s.log.length === 0) return undefined
  const entries = s.timeIndex?.entries ?? disk.bytes(`${folder}/${segmentName(s.baseOffset)}${TIME_INDEX_FILE}`)
  const count = Math.floor((entries?.length ?? 0) / TIME_ENTRY)
  const known = s.maxTimestamp?.timestamp ?? (count > 0 ? timeEntry(entries!, s.baseOffset, count - 1).timestamp : -1)
  return known >= 0 ? known : s.lastModifiedMs
}

/** A log as the broker that runs has it. */
export function logView(log: Log, highWatermark: number | undefined, disk: DiskView): LogView {
  const { settings } = log
  const folder = folderOf(log)
  const all = segmentsOf(log)
  const sizeInBytes = all.reduce((sum, s) => sum + s.log.length, 0)
  let excess = settings.delete && settings.retentionBytes >= 0 ? sizeInBytes - settings.retentionBytes : -1
  const segments = all.map((s, i): SegmentView => {
    const next = all[i + 1]
    const endOffset = next?.baseOffset ?? log.logEndOffset
    const youngestMs = youngest(disk, folder, s)
    const byTime = settings.delete && settings.retentionMs >= 0 && youngestMs !== undefined
    const overSize = excess - s.log.length >= 0 && s.log.length > 0
    excess = overSize ? excess - s.log.length : -1
    return {
      baseOffset: s.baseOffset,
      endOffset,
      sizeInBytes: s.log.length,
      active: next === undefined,
      youngestMs,
      expiresMs: byTime ? youngestMs + settings.retentionMs : undefined,
      overSize,
      belowStart: next !== undefined && next.baseOffset <= log.logStartOffset,
      held: highWatermark === undefined || highWatermark < endOffset,
    }
  })
  const { logStartOffset, logEndOffset, recoveryPoint } = log
  return {
    ...{ folder, logStartOffset, logEndOffset, highWatermark, recoveryPoint, segments, sizeInBytes },
    lastStableOffset: highWatermark === undefined ? undefined : lastStableOffset(log, highWatermark),
    retentionMs: settings.delete ? settings.retentionMs : -1,
    retentionBytes: settings.delete ? settings.retentionBytes : -1,
    compact: settings.compact,
    segmentMs: settings.segmentMs,
    segmentBytes: settings.segmentBytes,
  }
}

/** The last batch of a file; undefined when there is none that can be read. */
function lastBatch(bytes: Bytes, from: number): Batch | undefined {
  let last: Batch | undefined
  try {
    for (const batch of batchesOf(bytes, from)) last = batch
  } catch (error) {
    if (!(error instanceof CorruptRecord || error instanceof UnsupportedRecord)) throw error
  }
  return last
}

/** A log as it lies on the disk of a broker that does not run: the high watermark is that of its checkpoint. Undefined when there is none. */
export function logOnDisk(tp: TopicPartition, dir: string, disk: DiskView): LogView | undefined {
  const folder = `${dir}/${tpName(tp)}`
  const files = disk.names(folder).filter((name) => name.endsWith(LOG_FILE))
  if (files.length === 0) return undefined
  const bases = files.map((name) => Number(name.slice(0, -LOG_FILE.length))).sort((a, b) => a - b)
  const checkpoint = decodeCheckpoint(disk.bytes(`${dir}/${REPLICATION_CHECKPOINT}`)?.toText() ?? '')
  const highWatermark = checkpoint.find((e) => e.topic === tp.topic && e.partition === tp.partition)?.offset
  const segments = bases.map((baseOffset, i): SegmentView => {
    const bytes = disk.bytes(`${folder}/${segmentName(baseOffset)}${LOG_FILE}`)
    const index = disk.bytes(`${folder}/${segmentName(baseOffset)}${INDEX_FILE}`)
    const next = bases[i + 1]
    const near = index === undefined ? 0 : lookupOffset(index, baseOffset, Number.MAX_SAFE_INTEGER).position
    const end = next ?? (bytes === undefined ? undefined : lastBatch(bytes, near)?.lastOffset)
    const endOffset = next ?? (end === undefined ? baseOffset : end + 1)
    const fate = { youngestMs: undefined, expiresMs: undefined, overSize: false, belowStart: false, held: false }
    return { baseOffset, endOffset, sizeInBytes: bytes?.length ?? 0, active: next === undefined, ...fate }
  })
  return {
    ...{ folder, highWatermark, segments, compact: false },
    logStartOffset: bases[0]!,
    logEndOffset: segments.at(-1)!.endOffset,
    sizeInBytes: segments.reduce((sum, s) => sum + s.sizeInBytes, 0),
    ...{ lastStableOffset: undefined, recoveryPoint: undefined, retentionMs: undefined, retentionBytes: undefined },
    ...{ segmentMs: undefined, segmentBytes: undefined },
  }
}

export type ShownRecord = LogRecord & { readonly batch: Batch }
/** Batches looked through for the last records; a log whose index is not there may have more after its last entry. */
const LOOKED_THROUGH = 20_000

/** The last `most` records of a log, oldest first: its end is found by its index, so a million records cost no more than ten. */
export function lastRecords(log: Log, most: number): ShownRecord[] {
  for (const s of segmentsOf(log).slice().reverse()) {
    if (s.log.length === 0) continue
    const near = s.index === undefined ? 0 : lookupOffset(s.index.entries, s.baseOffset, Number.MAX_SAFE_INTEGER).position
    const batches: Batch[] = []
    let seen = 0
    for (const batch of batchesOf(s.log, near)) {
      batches.push(batch)
      if (batches.length > most) batches.shift()
      if (++seen >= LOOKED_THROUGH) break
    }
    return batches.flatMap((batch) => recordsOf(batch).map((record) => ({ ...record, batch }))).slice(-most)
  }
  return []
}

/** Segments of a folder that have their `.deleted` names already, each with the timer's key that deletes its files. */
export const waitingSegments = (state: BrokerState, folder: string): { readonly baseOffset: number; readonly timer: string }[] =>
  Object.entries(state.replicas.tasks).flatMap(([timer, task]) =>
    task.type === 'delete-segment' && task.path === folder ? [{ baseOffset: task.baseOffset, timer }] : [],
  )
