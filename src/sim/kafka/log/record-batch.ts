// Record batches of format 2: how they lie in a log and cross the wire (common/record/DefaultRecordBatch.java, MemoryRecordsBuilder.java at 2.3.0).
import type { Bytes } from '../../base/index.ts'
import { ByteReader, ByteWriter, CorruptRecord, putInt16, putInt32, putInt64, UnsupportedRecord } from './byte-io.ts'
import { COMPRESSIONS, compress, decompress, type Compression } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { incrementSequence, readRecord, writeRecord, type LogRecord, type NewRecord } from './record.ts'

/** Bytes before the first record. */
export const BATCH_OVERHEAD = 61
/** Offset and length, which the length does not count. */
export const LOG_OVERHEAD = 12
/** The least a reader must see to know what comes: up to the magic. */
const UP_TO_MAGIC = 17
const LEAST_SIZE = 14
export const NO_TIMESTAMP = -1
export const NO_PRODUCER_ID = -1
export const NO_PRODUCER_EPOCH = -1
export const NO_SEQUENCE = -1
const [TIMESTAMP_BIT, TRANSACTIONAL_BIT, CONTROL_BIT] = [0x08, 0x10, 0x20]
export type TimestampType = 'CreateTime' | 'LogAppendTime'

/** A batch's header, and where its bytes are. */
export interface Batch {
  /** The array that holds the batch, and where it begins there. */
  readonly data: Uint8Array
  /** Where the batch begins in the file or message it was read from. */
  readonly position: number
  readonly sizeInBytes: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly partitionLeaderEpoch: number
  readonly magic: number
  readonly crc: number
  readonly attributes: number
  readonly compression: Compression
  readonly timestampType: TimestampType
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly firstTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly count: number
}

/** Everything a batch's header says, but for what follows from its records. */
export interface BatchSpec {
  readonly baseOffset?: number
  readonly partitionLeaderEpoch?: number
  readonly compression?: Compression
  readonly timestampType?: TimestampType
  /** With LogAppendTime: the time of all records. */
  readonly logAppendTime?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  /** Where it is not that of the last record: compaction keeps it. */
  readonly lastOffset?: number
}
/** With an offset of its own after compaction, else the next one. */
export type SpecRecord = NewRecord & { readonly offset?: number }

function attributesOf(spec: BatchSpec): number {
  return (
    COMPRESSIONS.indexOf(spec.compression ?? 'NONE') |
    (spec.timestampType === 'LogAppendTime' ? TIMESTAMP_BIT : 0) |
    (spec.isTransactional ? TRANSACTIONAL_BIT : 0) |
    (spec.isControl ? CONTROL_BIT : 0)
  )
}

interface HeaderTimes {
  readonly first: number
  readonly max: number
}
function writeHeader(out: ByteWriter, spec: BatchSpec, times: HeaderTimes, lastOffsetDelta: number, count: number): void {
  out.int64(spec.baseOffset ?? 0).int32(0)
  out
    .int32(spec.partitionLeaderEpoch ?? -1)
    .int8(2)
    .int32(0)
  out.int16(attributesOf(spec)).int32(lastOffsetDelta)
  out.int64(times.first).int64(times.max)
  out.int64(spec.producerId ?? NO_PRODUCER_ID)
  out.int16(spec.producerEpoch ?? NO_PRODUCER_EPOCH)
  out.int32(spec.baseSequence ?? NO_SEQUENCE).int32(count)
}
function sealed(out: ByteWriter): Uint8Array {
  const data = out.toArray()
  putInt32(data, 8, data.length - LOG_OVERHEAD)
  putInt32(data, 17, crc32c(data.subarray(21)))
  return data
}

/** A batch of at least one record. Throws UnsupportedRecord for a codec that is not modelled. */
export function encodeBatch(spec: BatchSpec, records: readonly SpecRecord[]): Uint8Array {
  const baseOffset = spec.baseOffset ?? 0
  const first = records[0]!.timestamp
  let max = NO_TIMESTAMP
  let offset = baseOffset - 1
  const plain = spec.compression === undefined || spec.compression === 'NONE'
  const out = new ByteWriter(plain ? BATCH_OVERHEAD + 16 + records.length * 16 : BATCH_OVERHEAD)
  const times = (): HeaderTimes => ({ first, max: spec.timestampType === 'LogAppendTime' ? (spec.logAppendTime ?? max) : max })
  const body = plain ? out : new ByteWriter()
  if (plain) writeHeader(out, spec, { first, max }, 0, records.length)
  for (const record of records) {
    offset = record.offset ?? offset + 1
    max = Math.max(max, record.timestamp)
    writeRecord(body, record.timestamp - first, offset - baseOffset, record)
  }
  const lastDelta = (spec.lastOffset ?? offset) - baseOffset
  if (!plain) {
    writeHeader(out, spec, times(), lastDelta, records.length)
    out.bytes(compress(spec.compression, body.toArray()))
    return sealed(out)
  }
  const data = out.toArray()
  putInt32(data, 23, lastDelta)
  putInt64(data, 35, times().max)
  putInt32(data, 8, data.length - LOG_OVERHEAD)
  putInt32(data, 17, crc32c(data.subarray(21)))
  return data
}

/** A batch of records that are bytes already, without compression. `lastOffset` must be said. */
export function encodeRecords(
  spec: BatchSpec & { readonly lastOffset: number },
  times: HeaderTimes,
  body: Uint8Array,
  count: number,
): Uint8Array {
  const data = compress(spec.compression ?? 'NONE', body)
  const out = new ByteWriter(BATCH_OVERHEAD + data.length)
  writeHeader(out, spec, times, spec.lastOffset - (spec.baseOffset ?? 0), count)
  return sealed(out.bytes(data))
}

/** A batch without records, which keeps a producer's last sequence alive through compaction (writeEmptyHeader). */
export function encodeEmptyBatch(batch: Batch): Uint8Array {
  const out = new ByteWriter(BATCH_OVERHEAD)
  const spec = { ...specOf(batch), compression: 'NONE' as const }
  writeHeader(out, spec, { first: NO_TIMESTAMP, max: batch.maxTimestamp }, batch.lastOffset - batch.baseOffset, 0)
  return sealed(out)
}

/** What would make a batch's header again. */
export function specOf(batch: Batch): BatchSpec {
  const { baseOffset, lastOffset, partitionLeaderEpoch, compression, timestampType, isTransactional, isControl } = batch
  const { producerId, producerEpoch, baseSequence, maxTimestamp: logAppendTime } = batch
  const producer = { producerId, producerEpoch, baseSequence, isTransactional, isControl }
  return { baseOffset, lastOffset, partitionLeaderEpoch, compression, timestampType, logAppendTime, ...producer }
}

/** Reads a header. `data` begins with the batch and holds all of it. */
export function readHeader(data: Uint8Array, position = 0): Batch {
  const input = new ByteReader(data)
  const baseOffset = input.int64()
  const sizeInBytes = LOG_OVERHEAD + input.int32()
  const partitionLeaderEpoch = input.int32()
  const magic = input.int8()
  if (magic === 0 || magic === 1) throw new UnsupportedRecord(`message format ${magic} is not modelled; 2 is`)
  if (magic !== 2) throw new CorruptRecord(`Invalid magic found in record: ${magic}`)
  if (sizeInBytes < BATCH_OVERHEAD) {
    throw new CorruptRecord(
      `Record batch is corrupt (the size ${sizeInBytes} is smaller than the minimum allowed overhead ${BATCH_OVERHEAD})`,
    )
  }
  const crc = input.uint32()
  const attributes = (input.int16() << 24) >> 24
  const lastOffsetDelta = input.int32()
  const firstTimestamp = input.int64()
  const maxTimestamp = input.int64()
  const producerId = input.int64()
  const producerEpoch = input.int16()
  const baseSequence = input.int32()
  const count = input.int32()
  const compression = COMPRESSIONS[attributes & 7]
  if (compression === undefined) throw new CorruptRecord(`Unknown compression type id: ${attributes & 7}`)
  return {
    data: data.length === sizeInBytes ? data : data.subarray(0, sizeInBytes),
    position,
    sizeInBytes,
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    partitionLeaderEpoch,
    magic,
    crc,
    attributes,
    compression,
    timestampType: attributes & TIMESTAMP_BIT ? 'LogAppendTime' : 'CreateTime',
    isTransactional: (attributes & TRANSACTIONAL_BIT) > 0,
    isControl: (attributes & CONTROL_BIT) > 0,
    firstTimestamp,
    maxTimestamp,
    producerId,
    producerEpoch,
    baseSequence,
    lastSequence: baseSequence === NO_SEQUENCE ? NO_SEQUENCE : incrementSequence(baseSequence, lastOffsetDelta),
    count,
  }
}

/** The size of the batch that begins at a position, header and all; undefined when not all of it is there. Throws CorruptRecord. */
export function batchSizeAt(bytes: Bytes, position: number): number | undefined {
  if (bytes.length - position < UP_TO_MAGIC) return undefined
  const size = bytes.int32At(position + 8)
  if (size < LEAST_SIZE) throw new CorruptRecord(`Found record size ${size} smaller than minimum record overhead (${LEAST_SIZE})`)
  return bytes.length - position - LOG_OVERHEAD < size ? undefined : size + LOG_OVERHEAD
}
/** The batch at a position; undefined at the end, also when only a part of one is there. Throws CorruptRecord, UnsupportedRecord. */
export function batchAt(bytes: Bytes, position: number): Batch | undefined {
  const size = batchSizeAt(bytes, position)
  return size === undefined ? undefined : readHeader(bytes.view(position, position + size), position)
}
/** The batches from a position on, as far as they are whole. Throws CorruptRecord, UnsupportedRecord. */
export function* batchesOf(bytes: Bytes, from = 0): Generator<Batch, void> {
  for (let batch = batchAt(bytes, from); batch !== undefined; batch = batchAt(bytes, batch.position + batch.sizeInBytes)) yield batch
}

export const batchCrc = (batch: Batch): number => crc32c(batch.data.subarray(21))
export const isValidBatch = (batch: Batch): boolean => batchCrc(batch) === batch.crc
/** Throws CorruptRecord when the checksum is not that of the bytes. */
export function ensureValid(batch: Batch): void {
  const computed = batchCrc(batch)
  if (computed !== batch.crc) throw new CorruptRecord(`Record is corrupt (stored crc = ${batch.crc}, computed crc = ${computed})`)
}

/** The records of a batch. Throws CorruptRecord, UnsupportedRecord. */
export function recordsOf(batch: Batch): LogRecord[] {
  if (batch.count < 0) throw new CorruptRecord(`Found invalid record count ${batch.count} in magic v${batch.magic} batch`)
  if (batch.count === 0) return []
  const body = batch.data.subarray(BATCH_OVERHEAD)
  const input = new ByteReader(decompress(batch.compression, body))
  const { baseOffset, firstTimestamp, baseSequence, maxTimestamp } = batch
  const logAppendTime = batch.timestampType === 'LogAppendTime' ? maxTimestamp : undefined
  const base = { baseOffset, firstTimestamp, baseSequence, logAppendTime }
  const records: LogRecord[] = []
  for (let i = 0; i < batch.count; i++) {
    if (input.remaining === 0) throw new CorruptRecord('Incorrect declared batch size, premature EOF reached')
    records.push(readRecord(input, base))
  }
  if (input.remaining > 0) throw new CorruptRecord('Incorrect declared batch size, records still remaining in file')
  return records
}

/** A copy of a batch with what a leader sets: offsets, its epoch, and the time when the topic wants the broker's. The checksum covers only the last. */
export function withOffsets(batch: Batch, lastOffset: number, partitionLeaderEpoch: number, type: TimestampType, max: number): Uint8Array {
  const data = batch.data.slice()
  putInt64(data, 0, lastOffset - (batch.lastOffset - batch.baseOffset))
  putInt32(data, 12, partitionLeaderEpoch)
  if (batch.timestampType === type && batch.maxTimestamp === max) return data
  putInt16(data, 21, (batch.attributes & ~TIMESTAMP_BIT) | (type === 'LogAppendTime' ? TIMESTAMP_BIT : 0))
  putInt64(data, 35, max)
  putInt32(data, 17, crc32c(data.subarray(21)))
  return data
}
