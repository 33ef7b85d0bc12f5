// What a leader checks and sets in batches that a producer sent, and a follower in those it copies (log/LogValidator.scala, Log.analyzeAndValidateRecords at 2.3.0).
import { Bytes } from '../../base/index.ts'
import { CorruptRecord, UnsupportedRecord } from './byte-io.ts'
import type { Compression } from './compression.ts'
import type { LogSettings } from './log-settings.ts'
import { LogRefusal } from './producer-state.ts'
import { batchesOf, encodeBatch, ensureValid, NO_TIMESTAMP, recordsOf, specOf, withOffsets, type Batch } from './record-batch.ts'
import type { LogRecord } from './record.ts'

/** Batches that hang together, with what the log needs to know of them. */
export interface Analysed {
  readonly batches: readonly Batch[]
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly offsetOfMaxTimestamp: number
  readonly offsetsMonotonic: boolean
  readonly sizeInBytes: number
  readonly codec: Compression
}
/** Reads what is to be appended. Throws LogRefusal. `name`: `topic-partition`. */
export function analyse(records: Bytes, settings: LogSettings, name: string, isFromClient: boolean): Analysed {
  const batches: Batch[] = []
  let [lastOffset, maxTimestamp, offsetOfMaxTimestamp, sizeInBytes] = [-1, NO_TIMESTAMP, -1, 0]
  let offsetsMonotonic = true
  let codec: Compression = 'NONE'
  try {
    for (const batch of batchesOf(records)) {
      if (isFromClient && batch.baseOffset !== 0) {
        const what = `The baseOffset of the record batch in the append to ${name} should be 0, but it is ${batch.baseOffset}`
        throw new LogRefusal('CORRUPT_MESSAGE', what)
      }
      if (lastOffset >= batch.lastOffset) offsetsMonotonic = false
      lastOffset = batch.lastOffset
      tooLarge(batch.sizeInBytes, settings, name)
      ensureValid(batch)
      if (batch.maxTimestamp > maxTimestamp) [maxTimestamp, offsetOfMaxTimestamp] = [batch.maxTimestamp, lastOffset]
      sizeInBytes += batch.sizeInBytes
      if (batch.compression !== 'NONE') codec = batch.compression
      batches.push(batch)
    }
  } catch (error) {
    throw asRefusal(error)
  }
  return { batches, lastOffset, maxTimestamp, offsetOfMaxTimestamp, offsetsMonotonic, sizeInBytes, codec }
}
function tooLarge(size: number, settings: LogSettings, name: string): void {
  if (size <= settings.maxMessageBytes) return
  const most = `which exceeds the maximum configured value of ${settings.maxMessageBytes}.`
  throw new LogRefusal('MESSAGE_TOO_LARGE', `The record batch size in the append to ${name} is ${size} bytes ${most}`)
}
function asRefusal(error: unknown): unknown {
  if (error instanceof CorruptRecord) return new LogRefusal('CORRUPT_MESSAGE', error.message)
  if (error instanceof UnsupportedRecord) return new LogRefusal('UNSUPPORTED_COMPRESSION_TYPE', error.message)
  return error
}

function checkBatch(batch: Batch, isFromClient: boolean): void {
  if (!isFromClient) return
  const invalid = (text: string) => new LogRefusal('CORRUPT_MESSAGE', text)
  const range = `[${batch.baseOffset}, ${batch.lastOffset}]`
  const span = batch.lastOffset - batch.baseOffset + 1
  if (span <= 0) throw invalid(`Batch has an invalid offset range: ${range}`)
  if (batch.count <= 0) throw invalid(`Invalid reported count for record batch: ${batch.count}`)
  if (span !== batch.count) throw invalid(`Inconsistent batch offset range ${range} and count of records ${batch.count}`)
  if (batch.producerId >= 0 && batch.baseSequence < 0)
    throw invalid(`Invalid sequence number ${batch.baseSequence} in record batch with producerId ${batch.producerId}`)
  if (batch.isControl) throw invalid('Clients are not allowed to write control records')
}
function checkRecord(batch: Batch, record: LogRecord, settings: LogSettings, nowMs: number): void {
  if (settings.compact && record.key === null) throw new LogRefusal('CORRUPT_MESSAGE', 'Compacted topic cannot accept message without key.')
  const { timestampType, timestampDifferenceMaxMs: most } = settings
  if (timestampType === 'CreateTime' && record.timestamp !== NO_TIMESTAMP && Math.abs(record.timestamp - nowMs) > most) {
    const what = `Timestamp ${record.timestamp} of message with offset ${record.offset} is out of range.`
    throw new LogRefusal('INVALID_TIMESTAMP', `${what} The timestamp should be within [${nowMs - most}, ${nowMs + most}]`)
  }
  if (batch.timestampType === 'LogAppendTime') {
    const what = `DefaultRecord(offset=${record.offset}, timestamp=${record.timestamp}, key=${record.key?.length ?? 0} bytes, value=${record.value?.length ?? 0} bytes)`
    throw new LogRefusal(
      'INVALID_TIMESTAMP',
      `Invalid timestamp type in message ${what}. Producer should not set timestamp type to LogAppendTime.`,
    )
  }
}

export interface Assigned {
  readonly batches: readonly Batch[]
  readonly records: Bytes
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly offsetOfMaxTimestamp: number
}
interface Leader {
  readonly firstOffset: number
  readonly leaderEpoch: number
  readonly nowMs: number
  readonly isFromClient: boolean
}
/** Gives the records their offsets, the batches the leader's epoch. Throws LogRefusal. */
export function assignOffsets(given: Analysed, settings: LogSettings, name: string, leader: Leader): Assigned {
  const target = settings.compression === 'producer' ? given.codec : settings.compression
  try {
    const plain = given.codec === 'NONE' && target === 'NONE'
    return plain ? assignPlain(given, settings, leader) : assignCompressed(given, target, settings, name, leader)
  } catch (error) {
    throw asRefusal(error)
  }
}
function parse(parts: readonly Uint8Array[]): { readonly batches: readonly Batch[]; readonly records: Bytes } {
  const [first] = parts
  const records = parts.length === 1 ? Bytes.of(first!) : parts.reduce((all, part) => all.append(part), Bytes.empty())
  return { batches: [...batchesOf(records)], records }
}

function assignPlain(given: Analysed, settings: LogSettings, leader: Leader): Assigned {
  let next = leader.firstOffset
  let [maxTimestamp, offsetOfMaxTimestamp] = [NO_TIMESTAMP, -1]
  const parts = given.batches.map((batch) => {
    checkBatch(batch, leader.isFromClient)
    let [batchMax, offsetOfBatchMax] = [NO_TIMESTAMP, -1]
    for (const record of recordsOf(batch)) {
      checkRecord(batch, record, settings, leader.nowMs)
      if (record.timestamp > batchMax) [batchMax, offsetOfBatchMax] = [record.timestamp, next]
      next++
    }
    if (batchMax > maxTimestamp) [maxTimestamp, offsetOfMaxTimestamp] = [batchMax, offsetOfBatchMax]
    const max = settings.timestampType === 'LogAppendTime' ? leader.nowMs : batchMax
    return withOffsets(batch, next - 1, leader.leaderEpoch, settings.timestampType, max)
  })
  if (settings.timestampType === 'LogAppendTime') [maxTimestamp, offsetOfMaxTimestamp] = [leader.nowMs, next - 1]
  return { ...parse(parts), lastOffset: next - 1, maxTimestamp, offsetOfMaxTimestamp }
}

/** Compressed batches stay as they are when the codec does and offsets within are 0, 1, 2...; else they are made anew, as one. */
function assignCompressed(given: Analysed, target: Compression, settings: LogSettings, name: string, leader: Leader): Assigned {
  let inPlace = given.codec === target
  let maxTimestamp = NO_TIMESTAMP
  const all: LogRecord[] = []
  for (const batch of given.batches) {
    checkBatch(batch, leader.isFromClient)
    if (given.codec === 'NONE' && batch.isControl) inPlace = true
    for (const record of recordsOf(batch)) {
      checkRecord(batch, record, settings, leader.nowMs)
      if (record.offset !== all.length) inPlace = false
      maxTimestamp = Math.max(maxTimestamp, record.timestamp)
      all.push(record)
    }
  }
  const lastOffset = leader.firstOffset + all.length - 1
  if (settings.timestampType === 'LogAppendTime') maxTimestamp = leader.nowMs
  const [first] = given.batches
  const { timestampType } = settings
  let data: Uint8Array
  if (inPlace) data = withOffsets(first!, lastOffset, leader.leaderEpoch, timestampType, maxTimestamp)
  else {
    const times = { timestampType, logAppendTime: leader.nowMs }
    const place = { baseOffset: leader.firstOffset, lastOffset, partitionLeaderEpoch: leader.leaderEpoch, compression: target }
    data = encodeBatch(
      { ...specOf(first!), ...times, ...place },
      all.map((record, i) => ({ ...record, offset: leader.firstOffset + i })),
    )
    tooLargeAnew(data.length, settings, name)
  }
  return { ...parse([data]), lastOffset, maxTimestamp, offsetOfMaxTimestamp: lastOffset }
}
function tooLargeAnew(size: number, settings: LogSettings, name: string): void {
  if (size <= settings.maxMessageBytes) return
  const most = `which exceeds the maximum configured size of ${settings.maxMessageBytes}.`
  throw new LogRefusal('MESSAGE_TOO_LARGE', `Message batch size is ${size} bytes in append topartition ${name} ${most}`)
}
