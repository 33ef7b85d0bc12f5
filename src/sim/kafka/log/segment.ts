// A segment of a log: the file of its batches, its indexes, and what is known of its times (log/LogSegment.scala at 2.3.0). Indexes are made lazily; those of the
// segment that is appended to have their full size in advance.
import { Bytes } from '../../base/index.ts'
import { LOG_LOGGER, modifiedMs, SEGMENT_LOGGER, writeIfChanged, type LogEnv } from './log-env.ts'
import type { LogSettings } from './log-settings.ts'
import { appendOffsetEntry, lastIndexedOffset, lookupOffset, OFFSET_ENTRY, truncateOffsetIndex } from './offset-index.ts'
import { batchAt, batchesOf, batchSizeAt, NO_TIMESTAMP, recordsOf } from './record-batch.ts'
import { appendTimeEntry, lastTimeEntry, lookupTime, TIME_ENTRY, truncateTimeIndex, type TimestampOffset } from './time-index.ts'
import { truncateAborted } from './transaction-index.ts'

export const [LOG_FILE, INDEX_FILE, TIME_INDEX_FILE, TXN_INDEX_FILE] = ['.log', '.index', '.timeindex', '.txnindex']
export const SNAPSHOT_FILE = '.snapshot'
export const [DELETED_FILE, CLEANED_FILE, SWAP_FILE] = ['.deleted', '.cleaned', '.swap']
const LARGEST_RELATIVE = 2147483647

/** `00000000000000000000`: a segment's base offset in its files' names. */
export const segmentName = (baseOffset: number): string => String(baseOffset).padStart(20, '0')

interface IndexFile {
  readonly entries: Bytes
  /** The file's size: entries beyond are preallocated. */
  readonly size: number
}
/** Frozen, replaced when it changes; the files follow at once. */
export interface Segment {
  readonly baseOffset: number
  /** What stands behind the names of its files. */
  readonly suffix: string
  readonly log: Bytes
  /** Undefined until somebody needs them. */
  readonly index: IndexFile | undefined
  readonly timeIndex: IndexFile | undefined
  readonly aborted: Bytes
  readonly createdMs: number
  readonly lastModifiedMs: number
  readonly rollJitterMs: number
  readonly bytesSinceLastIndexEntry: number
  /** The largest timestamp of the first append: from it on the segment's age counts. Undefined until it is known. */
  readonly rollingBasedTimestamp: number | undefined
  /** The largest timestamp and its offset. Undefined until they are known. */
  readonly maxTimestamp: TimestampOffset | undefined
}

export const segmentFile = (path: string, s: Pick<Segment, 'baseOffset' | 'suffix'>, kind: string): string =>
  `${path}/${segmentName(s.baseOffset)}${kind}${s.suffix}`
const change = (s: Segment, fields: Partial<Segment>): Segment => Object.freeze({ ...s, ...fields })
const fullSize = (settings: LogSettings, entry: number): number => Math.floor(settings.indexMaxBytes / entry) * entry

function blank(env: LogEnv, baseOffset: number, suffix: string, settings: LogSettings): Segment {
  const jitter = Math.min(settings.segmentJitterMs, settings.segmentMs)
  return Object.freeze({
    baseOffset,
    suffix,
    log: Bytes.empty(),
    index: undefined,
    timeIndex: undefined,
    aborted: Bytes.empty(),
    createdMs: env.nowMs,
    lastModifiedMs: env.nowMs,
    rollJitterMs: jitter > 0 ? env.below(jitter) : 0,
    bytesSinceLastIndexEntry: 0,
    rollingBasedTimestamp: undefined,
    maxTimestamp: undefined,
  })
}
/** A new, empty segment: of its files only the log is there. */
export function createSegment(env: LogEnv, path: string, baseOffset: number, settings: LogSettings, suffix = ''): Segment {
  const s = blank(env, baseOffset, suffix, settings)
  env.files.writeBytes(segmentFile(path, s, LOG_FILE), s.log, settings.preallocate ? settings.segmentBytes : 0)
  return s
}
/** A segment as its files have it. */
export function openSegment(env: LogEnv, path: string, baseOffset: number, settings: LogSettings, suffix = ''): Segment {
  const s = blank(env, baseOffset, suffix, settings)
  const file = segmentFile(path, s, LOG_FILE)
  return change(s, {
    log: env.files.readBytes(file) ?? Bytes.empty(),
    aborted: env.files.readBytes(segmentFile(path, s, TXN_INDEX_FILE)) ?? Bytes.empty(),
    lastModifiedMs: modifiedMs(env, file),
  })
}

function openIndex(env: LogEnv, file: string, entry: number, settings: LogSettings): IndexFile {
  const there = env.files.stat(file)
  if (there === undefined) {
    env.files.writeBytes(file, Bytes.empty(), fullSize(settings, entry))
    return { entries: Bytes.empty(), size: fullSize(settings, entry) }
  }
  const entries = env.files.readBytes(file) ?? Bytes.empty()
  return { entries: entries.slice(0, entries.length - (entries.length % entry)), size: there.size }
}
export type OpenSegment = Segment & { readonly index: IndexFile; readonly timeIndex: IndexFile }
/** The segment with its indexes opened, and made when they are not there. */
export function withIndexes(env: LogEnv, path: string, s: Segment, settings: LogSettings): OpenSegment {
  if (s.index !== undefined && s.timeIndex !== undefined) return s as OpenSegment
  const index = s.index ?? openIndex(env, segmentFile(path, s, INDEX_FILE), OFFSET_ENTRY, settings)
  const timeIndex = s.timeIndex ?? openIndex(env, segmentFile(path, s, TIME_INDEX_FILE), TIME_ENTRY, settings)
  return Object.freeze({ ...s, index, timeIndex })
}
function storeIndexes(env: LogEnv, path: string, s: OpenSegment): void {
  writeIfChanged(env, segmentFile(path, s, INDEX_FILE), s.index.entries, s.index.size)
  writeIfChanged(env, segmentFile(path, s, TIME_INDEX_FILE), s.timeIndex.entries, s.timeIndex.size)
}
/** Gives the indexes their full size: the segment will be appended to. */
export function resizeIndexes(env: LogEnv, path: string, s: Segment, settings: LogSettings): OpenSegment {
  const open = withIndexes(env, path, s, settings)
  const index = { entries: open.index.entries, size: fullSize(settings, OFFSET_ENTRY) }
  const timeIndex = { entries: open.timeIndex.entries, size: fullSize(settings, TIME_ENTRY) }
  const resized: OpenSegment = Object.freeze({ ...open, index, timeIndex })
  storeIndexes(env, path, resized)
  return resized
}
/** Cuts the indexes to their entries, after a last entry of time: nothing more is appended (onBecomeInactiveSegment, close). */
export function sealSegment(env: LogEnv, path: string, s: Segment, settings: LogSettings): Segment {
  const open = withIndexes(env, path, s, settings)
  const { timestamp, offset } = largestTime(open)
  const time = appendTimeEntry(open.timeIndex.entries, s.baseOffset, timestamp, offset)
  const index = { entries: open.index.entries, size: open.index.entries.length }
  const sealed: OpenSegment = Object.freeze({ ...open, index, timeIndex: { entries: time, size: time.length } })
  storeIndexes(env, path, sealed)
  const file = segmentFile(path, s, LOG_FILE)
  if (env.files.stat(file)?.size !== s.log.length) env.files.writeBytes(file, s.log)
  return sealed
}

/** The largest timestamp so far, as far as the index knows it until something is appended. */
const largestTime = (s: OpenSegment): TimestampOffset => s.maxTimestamp ?? lastTimeEntry(s.timeIndex.entries, s.baseOffset)
/** The segment's age counts by it: the largest timestamp of its records, else when its file was modified. */
export function largestTimestamp(env: LogEnv, path: string, s: Segment, settings: LogSettings): number {
  const { timestamp } = s.maxTimestamp ?? largestTime(withIndexes(env, path, s, settings))
  return timestamp >= 0 ? timestamp : s.lastModifiedMs
}
/** Can an index of this segment hold an offset? */
export const fitsOffset = (s: Segment, offset: number): boolean => offset >= s.baseOffset && offset - s.baseOffset <= LARGEST_RELATIVE
export function firstTimestamp(s: Segment): number | undefined {
  return s.rollingBasedTimestamp ?? batchAt(s.log, 0)?.maxTimestamp
}

export interface RollParams {
  readonly maxTimestamp: number
  readonly maxOffset: number
  readonly bytes: number
}
/** Must a new segment begin before this is appended? Opens the indexes when size and time do not say so. */
export function shouldRoll(env: LogEnv, path: string, s: Segment, settings: LogSettings, next: RollParams): readonly [boolean, Segment] {
  if (s.log.length > settings.segmentBytes - next.bytes) return [true, s]
  const first = firstTimestamp(s)
  const waited = first !== undefined && first >= 0 ? next.maxTimestamp - first : env.nowMs - s.createdMs
  if (s.log.length > 0 && waited > settings.segmentMs - s.rollJitterMs) return [true, s]
  const open = withIndexes(env, path, s, settings)
  const full = (index: IndexFile, entry: number, spare: number): boolean =>
    Math.floor(index.entries.length / entry) >= Math.floor(index.size / entry) - spare
  return [full(open.index, OFFSET_ENTRY, 0) || full(open.timeIndex, TIME_ENTRY, 1) || !fitsOffset(open, next.maxOffset), open]
}

export interface Appended {
  readonly records: Bytes | Uint8Array
  readonly lastOffset: number
  readonly maxTimestamp: number
  /** The offset put down for that timestamp. */
  readonly offsetOfMaxTimestamp: number
}
/** Appends batches that belong together; before them an index entry when enough has come since the last. */
export function appendToSegment(env: LogEnv, path: string, before: Segment, settings: LogSettings, more: Appended): Segment {
  if (more.records.length === 0) return before
  const s = withIndexes(env, path, before, settings)
  const position = s.log.length
  let max = largestTime(s)
  if (more.maxTimestamp > max.timestamp) max = { timestamp: more.maxTimestamp, offset: more.offsetOfMaxTimestamp }
  let { index, timeIndex } = s
  const indexed = s.bytesSinceLastIndexEntry > settings.indexIntervalBytes
  if (indexed) {
    index = { ...index, entries: appendOffsetEntry(index.entries, s.baseOffset, more.lastOffset, position) }
    timeIndex = { ...timeIndex, entries: appendTimeEntry(timeIndex.entries, s.baseOffset, max.timestamp, max.offset) }
  }
  const next: OpenSegment = Object.freeze({
    ...s,
    log: s.log.append(more.records),
    index,
    timeIndex,
    lastModifiedMs: env.nowMs,
    bytesSinceLastIndexEntry: (indexed ? 0 : s.bytesSinceLastIndexEntry) + more.records.length,
    rollingBasedTimestamp: position === 0 ? more.maxTimestamp : s.rollingBasedTimestamp,
    maxTimestamp: max,
  })
  const file = segmentFile(path, s, LOG_FILE)
  env.files.writeBytes(file, next.log, settings.preallocate ? Math.max(next.log.length, env.files.stat(file)?.size ?? 0) : next.log.length)
  if (indexed) storeIndexes(env, path, next)
  return next
}

// Reading

/** Where the first batch stands that reaches an offset, and how large it is; undefined when there is none. */
export function translateOffset(s: Segment, offset: number, from = 0): { readonly position: number; readonly size: number } | undefined {
  const near = s.index === undefined ? 0 : lookupOffset(s.index.entries, s.baseOffset, offset).position
  let position = Math.max(near, from)
  for (let size = batchSizeAt(s.log, position); size !== undefined; size = batchSizeAt(s.log, position)) {
    if (s.log.int64At(position) + s.log.int32At(position + 23) >= offset) return { position, size }
    position += size
  }
  return undefined
}
export interface SegmentRead {
  readonly records: Bytes
  readonly position: number
  /** The first batch is larger than what was asked for. */
  readonly firstEntryIncomplete: boolean
}
/** Bytes from the batch that holds an offset on; undefined when the segment ends before it. `maxOffset`: only what lies below it. */
export function readSegment(
  s: Segment,
  startOffset: number,
  limit: { readonly maxOffset?: number | undefined; readonly maxBytes: number; readonly minOneMessage?: boolean },
): SegmentRead | undefined {
  const start = translateOffset(s, startOffset)
  if (start === undefined) return undefined
  const { position } = start
  const none = { records: Bytes.empty(), position, firstEntryIncomplete: false }
  const max = limit.minOneMessage === true ? Math.max(limit.maxBytes, start.size) : limit.maxBytes
  if (max === 0) return none
  let end = s.log.length
  if (limit.maxOffset !== undefined) {
    if (limit.maxOffset < startOffset) return none
    end = translateOffset(s, limit.maxOffset, position)?.position ?? end
  }
  return { records: s.log.slice(position, Math.min(end, position + max)), position, firstEntryIncomplete: max < start.size }
}
/** The offset after the last batch. */
export function nextOffsetOf(env: LogEnv, path: string, s: Segment, settings: LogSettings): number {
  const open = withIndexes(env, path, s, settings)
  let next = s.baseOffset
  let position = translateOffset(open, lastIndexedOffset(open.index.entries, s.baseOffset))?.position ?? s.log.length
  for (let size = batchSizeAt(s.log, position); size !== undefined; size = batchSizeAt(s.log, position)) {
    next = s.log.int64At(position) + s.log.int32At(position + 23) + 1
    position += size
  }
  return next
}
/** The first record at or after an offset whose time is not before `timestamp`. */
export function findByTimestamp(
  env: LogEnv,
  path: string,
  s: Segment,
  settings: LogSettings,
  timestamp: number,
  startingOffset: number,
): (TimestampOffset & { readonly leaderEpoch: number }) | undefined {
  const open = withIndexes(env, path, s, settings)
  const near = lookupTime(open.timeIndex.entries, s.baseOffset, timestamp)
  const { position } = lookupOffset(open.index.entries, s.baseOffset, Math.max(near.offset, startingOffset))
  for (const batch of batchesOf(s.log, position)) {
    if (batch.maxTimestamp < timestamp) continue
    const record = recordsOf(batch).find((r) => r.timestamp >= timestamp && r.offset >= startingOffset)
    if (record) return { timestamp: record.timestamp, offset: record.offset, leaderEpoch: batch.partitionLeaderEpoch }
  }
  return undefined
}

// Cutting, renaming, deleting

/** Cuts a segment so that it ends below an offset, at the beginning of a batch. */
export function truncateSegment(env: LogEnv, path: string, before: Segment, settings: LogSettings, offset: number): Segment {
  const s = withIndexes(env, path, before, settings)
  const end = translateOffset(s, offset)?.position
  const index = { entries: truncateOffsetIndex(s.index.entries, s.baseOffset, offset), size: fullSize(settings, OFFSET_ENTRY) }
  const timeIndex = { entries: truncateTimeIndex(s.timeIndex.entries, s.baseOffset, offset), size: fullSize(settings, TIME_ENTRY) }
  const log = end === undefined ? s.log : s.log.slice(0, end)
  const empty = log.length === 0
  const cut: OpenSegment = Object.freeze({
    ...s,
    log,
    index,
    timeIndex,
    aborted: truncateAborted(s.aborted, offset),
    createdMs: empty ? env.nowMs : s.createdMs,
    rollingBasedTimestamp: empty ? undefined : s.rollingBasedTimestamp,
    bytesSinceLastIndexEntry: 0,
    lastModifiedMs: end === undefined ? s.lastModifiedMs : env.nowMs,
  })
  if (end !== undefined) env.files.writeBytes(segmentFile(path, s, LOG_FILE), log)
  storeIndexes(env, path, cut)
  storeAborted(env, path, cut)
  return largestTime(s).timestamp >= 0 ? change(cut, { maxTimestamp: largestAfterIndex(cut) }) : cut
}
/** The largest timestamp by the last entry of the index and what comes after it (loadLargestTimestamp). */
function largestAfterIndex(s: OpenSegment): TimestampOffset {
  let max = lastTimeEntry(s.timeIndex.entries, s.baseOffset)
  for (const batch of batchesOf(s.log, lookupOffset(s.index.entries, s.baseOffset, max.offset).position)) {
    if (batch.maxTimestamp > max.timestamp) max = { timestamp: batch.maxTimestamp, offset: batch.lastOffset }
  }
  return max
}
export function storeAborted(env: LogEnv, path: string, s: Segment): void {
  const file = segmentFile(path, s, TXN_INDEX_FILE)
  if (s.aborted.length > 0 || env.files.stat(file) !== undefined) writeIfChanged(env, file, s.aborted, s.aborted.length)
}

/** Empty indexes of full size, before what is in the log is read through. */
export const resetIndexes = (s: Segment, settings: LogSettings): OpenSegment =>
  Object.freeze({
    ...s,
    index: { entries: Bytes.empty(), size: fullSize(settings, OFFSET_ENTRY) },
    timeIndex: { entries: Bytes.empty(), size: fullSize(settings, TIME_ENTRY) },
    aborted: Bytes.empty(),
    maxTimestamp: { timestamp: NO_TIMESTAMP, offset: s.baseOffset },
  })

/** fsync of all its files. */
export function syncSegment(env: LogEnv, path: string, s: Segment): void {
  for (const kind of [LOG_FILE, INDEX_FILE, TIME_INDEX_FILE, TXN_INDEX_FILE]) {
    const file = segmentFile(path, s, kind)
    if (env.files.stat(file) !== undefined) env.files.sync(file)
  }
}
/** Gives the files other names; indexes that were never made are made for it. */
export function renameSegment(env: LogEnv, path: string, before: Segment, settings: LogSettings, suffix: string): Segment {
  const s = withIndexes(env, path, before, settings)
  const renamed = change(s, { suffix })
  for (const kind of [LOG_FILE, INDEX_FILE, TIME_INDEX_FILE, TXN_INDEX_FILE]) {
    const from = segmentFile(path, s, kind)
    if (env.files.stat(from) !== undefined) env.files.rename(from, segmentFile(path, renamed, kind))
  }
  return renamed
}
/** Deletes the files of a segment; `owner` is the prefix of the log's lines. */
export function deleteSegmentFiles(env: LogEnv, path: string, s: Pick<Segment, 'baseOffset' | 'suffix'>): void {
  const kinds = [
    [LOG_FILE, 'log'],
    [INDEX_FILE, 'offset index'],
    [TIME_INDEX_FILE, 'time index'],
    [TXN_INDEX_FILE, 'transaction index'],
  ] as const
  for (const [kind, what] of kinds) {
    const file = segmentFile(path, s, kind)
    if (env.files.stat(file) !== undefined) {
      env.files.remove(file)
      env.say('INFO', SEGMENT_LOGGER, `Deleted ${what} ${file}.`)
    } else if (kind !== TXN_INDEX_FILE) env.say('INFO', SEGMENT_LOGGER, `Failed to delete ${what} ${file} because it does not exist.`)
  }
}
export const sayLog = (env: LogEnv, owner: string, text: string, level: 'INFO' | 'WARN' | 'ERROR' = 'INFO'): void =>
  env.say(level, LOG_LOGGER, owner + text)
