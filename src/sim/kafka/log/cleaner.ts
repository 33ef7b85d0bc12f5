// Compaction of one log: the last value of each key stays, offsets do too (log/LogCleaner.scala, MemoryRecords.filterTo at 2.3.0). All at once: nobody sees a half of it.
import { javaDate, us, type Bytes } from '../../base/index.ts'
import { tpName } from '../protocol/index.ts'
import type { LogEnv } from './log-env.ts'
import { discardSegment, folderOf, segmentsBetween, segmentsOf, withSegments, type Log } from './log.ts'
import { lookupOffset } from './offset-index.ts'
import { lastDataOffset } from './producer-state.ts'
import { batchesOf, encodeBatch, encodeEmptyBatch, NO_TIMESTAMP, recordsOf, specOf, type Batch } from './record-batch.ts'
import type { LogRecord } from './record.ts'
import {
  appendToSegment,
  CLEANED_FILE,
  createSegment,
  INDEX_FILE,
  largestTimestamp,
  LOG_FILE,
  renameSegment,
  sealSegment,
  segmentFile,
  SWAP_FILE,
  syncSegment,
  TIME_INDEX_FILE,
  withIndexes,
  type Segment,
} from './segment.ts'
import { CleanedTransactions } from './cleaned-transactions.ts'

export const CLEANER_LOGGER = 'kafka.log.LogCleaner'
/** log.cleaner.io.buffer.size is for reading and writing: half of it is read at a time. */
const READ_BYTES = 262_144

export interface CleanerStats {
  bytesRead: number
  bytesWritten: number
  mapBytesRead: number
  mapMessagesRead: number
  messagesRead: number
  messagesWritten: number
  invalidMessages: number
}
const newStats = (): CleanerStats => ({
  bytesRead: 0,
  bytesWritten: 0,
  mapBytesRead: 0,
  mapMessagesRead: 0,
  messagesRead: 0,
  messagesWritten: 0,
  invalidMessages: 0,
})
/** What of a log is to be cleaned: from the first dirty offset up to where cleaning may go. */
export interface Cleanable {
  readonly firstDirtyOffset: number
  readonly firstUncleanableOffset: number
}
export interface Cleaned {
  readonly log: Log
  /** Up to where the log is clean now. */
  readonly cleanedTo: number
  readonly stats: Readonly<CleanerStats>
}

/** The last offset of each key in the dirty part. */
interface OffsetMap {
  readonly offsets: Map<string, number>
  latest: number
}
const keyText = (key: Uint8Array): string => String.fromCharCode(...key)

/** Cleans a log up to the end of its dirty part. `id` of the cleaner, for its lines. */
export function cleanLog(env: LogEnv, before: Log, cleanable: Cleanable, id = 0): Cleaned {
  let log = before
  const name = tpName(log)
  const stats = newStats()
  const say = (text: string): void => env.say('INFO', CLEANER_LOGGER, `Cleaner ${id}: ${text}`)
  const clean = cleanable.firstDirtyOffset > 0 ? segmentsBetween(segmentsOf(log), 0, cleanable.firstDirtyOffset) : []
  const lastClean = clean[clean.length - 1]
  const deleteHorizonMs = lastClean === undefined ? 0 : lastClean.lastModifiedMs - log.settings.deleteRetentionMs
  say(`Beginning cleaning of log ${name}.`)
  say(`Building offset map for ${name}...`)
  const map = buildOffsetMap(log, cleanable, stats, say)
  const end = map.latest + 1
  const horizon = segmentsBetween(segmentsOf(log), 0, cleanable.firstUncleanableOffset).at(-1)?.lastModifiedMs ?? 0
  say(`Cleaning log ${name} (cleaning prior to ${javaDate(horizon)}, discarding tombstones prior to ${javaDate(deleteHorizonMs)})...`)
  const transactions = new CleanedTransactions()
  for (const group of groupSegments(env, log, segmentsBetween(segmentsOf(log), 0, end), cleanable.firstUncleanableOffset)) {
    log = cleanGroup(env, log, group, map, deleteHorizonMs, transactions, stats, say)
  }
  return { log, cleanedTo: end, stats }
}

function buildOffsetMap(log: Log, cleanable: Cleanable, stats: CleanerStats, say: (text: string) => void): OffsetMap {
  const { firstDirtyOffset: start, firstUncleanableOffset: end } = cleanable
  const map: OffsetMap = { offsets: new Map(), latest: -1 }
  const dirty = segmentsBetween(segmentsOf(log), start, end)
  say(`Building offset map for log ${tpName(log)} for ${dirty.length} segments in offset range [${start}, ${end}).`)
  const transactions = new CleanedTransactions()
  for (const segment of dirty) transactions.add(segment.aborted)
  for (const segment of dirty) {
    const from = segment.index === undefined ? 0 : lookupOffset(segment.index.entries, segment.baseOffset, start).position
    for (const batch of batchesOf(segment.log, from)) {
      if (batch.isControl) {
        transactions.onControlBatch(batch)
        stats.mapMessagesRead++
      } else if (transactions.onBatch(batch)) stats.mapMessagesRead += batch.count
      else {
        for (const record of recordsOf(batch)) {
          if (record.key !== null && record.offset >= start) map.offsets.set(keyText(record.key), record.offset)
          stats.mapMessagesRead++
        }
      }
      if (batch.lastOffset >= start) map.latest = batch.lastOffset
    }
    stats.mapBytesRead += segment.log.length - from
  }
  say(`Offset map for log ${tpName(log)} complete.`)
  return map
}

/** Neighbours that make one segment together: by size, by their indexes, by the distance of offsets. */
function groupSegments(env: LogEnv, log: Log, segments: readonly Segment[], firstUncleanableOffset: number): Segment[][] {
  const { segmentBytes, indexMaxBytes } = log.settings
  const open = segments.map((s) => withIndexes(env, folderOf(log), s, log.settings))
  const groups: Segment[][] = []
  let [size, index, time] = [0, 0, 0]
  open.forEach((s, i) => {
    const group = groups[groups.length - 1]
    const last = (open[i + 1]?.baseOffset ?? firstUncleanableOffset) - 1
    const [more, moreTime] = [s.index.entries.length, s.timeIndex.entries.length]
    const fits = size + s.log.length <= segmentBytes && index + more <= indexMaxBytes && time + moreTime <= indexMaxBytes
    if (group !== undefined && fits && last - group[group.length - 1]!.baseOffset <= 2147483647) {
      group.push(s)
      size += s.log.length
      index += more
      time += moreTime
    } else {
      groups.push([s])
      ;[size, index, time] = [s.log.length, more, moreTime]
    }
  })
  return groups
}

function cleanGroup(
  env: LogEnv,
  log: Log,
  group: readonly Segment[],
  map: OffsetMap,
  deleteHorizonMs: number,
  transactions: CleanedTransactions,
  stats: CleanerStats,
  say: (text: string) => void,
): Log {
  const { settings } = log
  const path = folderOf(log)
  let cleaned = createSegment(env, path, group[0]!.baseOffset, settings, CLEANED_FILE)
  for (const segment of group) {
    transactions.add(segment.aborted)
    const retainDeletes = segment.lastModifiedMs > deleteHorizonMs
    const largest = javaDate(largestTimestamp(env, path, segment, settings))
    const how = retainDeletes ? 'retaining' : 'discarding'
    say(
      `Cleaning segment ${segment.baseOffset} in log ${tpName(log)} (largest timestamp ${largest}) into ${cleaned.baseOffset}, ${how} deletes.`,
    )
    const keeps = (batch: Batch, record: LogRecord): boolean => {
      if (record.offset > map.latest) return true
      if (record.key === null) {
        stats.invalidMessages++
        return false
      }
      return record.offset >= (map.offsets.get(keyText(record.key)) ?? -1) && (record.value !== null || retainDeletes)
    }
    for (const piece of pieces(segment.log)) {
      const kept = filterBatches(log, piece, transactions, retainDeletes, keeps, stats)
      if (kept !== undefined) cleaned = appendToSegment(env, path, cleaned, settings, kept)
    }
  }
  const kept = transactions.takeKept()
  cleaned = sealSegment(env, path, Object.freeze({ ...cleaned, aborted: kept }), settings)
  syncSegment(env, path, cleaned)
  const lastModifiedMs = group[group.length - 1]!.lastModifiedMs
  for (const kind of [LOG_FILE, INDEX_FILE, TIME_INDEX_FILE]) {
    env.files.touch(segmentFile(path, cleaned, kind), us((lastModifiedMs - env.epochMs) * 1000))
  }
  cleaned = Object.freeze({ ...cleaned, lastModifiedMs })
  const text = (s: Segment): string => `LogSegment(baseOffset=${s.baseOffset}, size=${s.log.length})`
  say(`Swapping in cleaned segment ${text(cleaned)} for segment(s) List(${group.map(text).join(', ')}) in log Log(${path})`)
  return replaceSegments(env, log, cleaned, group)
}
/** A cleaned segment takes the place of what it was made of. */
function replaceSegments(env: LogEnv, log: Log, cleaned: Segment, replaced: readonly Segment[]): Log {
  const path = folderOf(log)
  const swap = renameSegment(env, path, cleaned, log.settings, SWAP_FILE)
  for (const segment of replaced) discardSegment(env, log, segment)
  const segment = renameSegment(env, path, swap, log.settings, '')
  const bases = replaced.map((s) => s.baseOffset)
  const rest = segmentsOf(log).filter((s) => !bases.includes(s.baseOffset))
  return withSegments(log, [...rest, segment].sort((a, b) => a.baseOffset - b.baseOffset)) // prettier-ignore
}

/** Whole batches, as many as are read at a time: what is kept of them is appended together. */
function* pieces(log: Bytes): Generator<readonly Batch[]> {
  let piece: Batch[] = []
  let size = 0
  for (const batch of batchesOf(log)) {
    if (piece.length > 0 && size + batch.sizeInBytes > READ_BYTES) {
      yield piece
      ;[piece, size] = [[], 0]
    }
    piece.push(batch)
    size += batch.sizeInBytes
  }
  if (piece.length > 0) yield piece
}

interface Kept {
  readonly records: Uint8Array
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly offsetOfMaxTimestamp: number
}
function filterBatches(
  log: Log,
  batches: readonly Batch[],
  transactions: CleanedTransactions,
  retainDeletes: boolean,
  keeps: (batch: Batch, record: LogRecord) => boolean,
  stats: CleanerStats,
): Kept | undefined {
  const parts: Uint8Array[] = []
  let [lastOffset, maxTimestamp, offsetOfMaxTimestamp, length] = [-1, NO_TIMESTAMP, -1, 0]
  const keep = (data: Uint8Array, offset: number, timestamp: number, last: number): void => {
    parts.push(data)
    length += data.length
    lastOffset = Math.max(lastOffset, offset)
    if (timestamp > maxTimestamp) [maxTimestamp, offsetOfMaxTimestamp] = [timestamp, last]
  }
  for (const batch of batches) {
    stats.bytesRead += batch.sizeInBytes
    const discard = batch.isControl ? transactions.onControlBatch(batch) && !retainDeletes : transactions.onBatch(batch)
    const lastOfProducer = isLastOfProducer(log, batch)
    if (discard && !lastOfProducer) continue
    const records = recordsOf(batch)
    stats.messagesRead += records.length
    // A marker has no key of its own: it stays as long as its transaction does.
    const kept = discard ? [] : batch.isControl ? records : records.filter((record) => keeps(batch, record))
    stats.messagesWritten += kept.length
    if (kept.length === records.length && kept.length > 0) keep(batch.data, batch.lastOffset, batch.maxTimestamp, batch.lastOffset)
    else if (kept.length > 0) {
      const max = batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : kept.reduce((most, r) => Math.max(most, r.timestamp), -1)
      keep(encodeBatch(specOf(batch), kept), kept[kept.length - 1]!.offset, max, batch.lastOffset)
    } else if (lastOfProducer) keep(encodeEmptyBatch(batch), batch.lastOffset, batch.maxTimestamp, batch.lastOffset)
  }
  stats.bytesWritten += length
  if (length === 0) return undefined
  const records = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    records.set(part, at)
    at += part.length
  }
  return { records, lastOffset, maxTimestamp, offsetOfMaxTimestamp }
}
/** The last batch of a known producer stays, if empty: its sequence must not be forgotten. */
function isLastOfProducer(log: Log, batch: Batch): boolean {
  const entry = batch.producerId < 0 ? undefined : log.producers.producers.find((p) => p.producerId === batch.producerId)
  if (entry === undefined) return false
  const last = lastDataOffset(entry)
  return last >= 0 ? batch.lastOffset === last : batch.isControl && batch.producerEpoch === entry.producerEpoch
}
