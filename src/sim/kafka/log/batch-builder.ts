// A batch that still grows, as a producer fills it (common/record/MemoryRecordsBuilder.java, CompressionRatioEstimator.java at 2.3.0). Plain data in its owner's state.
import { Bytes } from '../../base/index.ts'
import { ByteReader, ByteWriter } from './byte-io.ts'
import type { Compression } from './compression.ts'
import { BATCH_OVERHEAD, encodeRecords, type BatchSpec } from './record-batch.ts'
import { readRecord, recordSize, recordSizeUpperBound, writeRecord, type LogRecord, type NewRecord } from './record.ts'

/** Records are taken to be a little larger than compression was seen to make them. */
const CAUTION = 1.05

export interface BatchBuilder {
  /** Bytes that the batch may take; the first record is taken whatever its size. */
  readonly capacity: number
  readonly compression: Compression
  /** What compression is believed to leave of a byte. */
  readonly ratio: number
  body: Bytes
  count: number
  firstTimestamp: number
  maxTimestamp: number
}

/** The most that a batch with this record alone can take (AbstractRecords.estimateSizeInBytesUpperBound). */
export const batchSizeUpperBound = (record: NewRecord): number => BATCH_OVERHEAD + recordSizeUpperBound(record)

export const newBatchBuilder = (capacity: number, compression: Compression, ratio: number): BatchBuilder => ({
  capacity,
  compression,
  ratio,
  body: Bytes.empty(),
  count: 0,
  firstTimestamp: 0,
  maxTimestamp: 0,
})

/** What the batch is believed to take now. */
export function estimatedSize({ body, compression, ratio }: BatchBuilder): number {
  return compression === 'NONE' ? BATCH_OVERHEAD + body.length : Math.floor(BATCH_OVERHEAD + body.length * ratio * CAUTION)
}
export const isFull = (batch: BatchBuilder): boolean => batch.count > 0 && batch.capacity <= estimatedSize(batch)

export function hasRoomFor(batch: BatchBuilder, record: NewRecord): boolean {
  if (batch.count === 0) return true
  if (isFull(batch)) return false
  return batch.capacity >= estimatedSize(batch) + recordSize(record.timestamp - batch.firstTimestamp, batch.count, record)
}

export function appendRecord(batch: BatchBuilder, record: NewRecord): void {
  if (batch.count === 0) batch.firstTimestamp = record.timestamp
  const delta = record.timestamp - batch.firstTimestamp
  const out = new ByteWriter(recordSize(delta, batch.count, record))
  writeRecord(out, delta, batch.count, record)
  batch.body = batch.body.append(out.toArray())
  batch.maxTimestamp = batch.count === 0 ? record.timestamp : Math.max(batch.maxTimestamp, record.timestamp)
  batch.count++
}

/** The records in it, as they will be read. */
export function builtRecords({ body, count, firstTimestamp }: BatchBuilder): LogRecord[] {
  const input = new ByteReader(body.view())
  const base = { baseOffset: 0, firstTimestamp, baseSequence: -1, logAppendTime: undefined }
  return Array.from({ length: count }, () => readRecord(input, base))
}

/** The batch's bytes. */
export function buildBatch(batch: BatchBuilder, spec: Pick<BatchSpec, 'producerId' | 'producerEpoch' | 'baseSequence'>): Bytes {
  const { compression, firstTimestamp: first, maxTimestamp: max, count } = batch
  return Bytes.of(encodeRecords({ ...spec, compression, lastOffset: count - 1 }, { first, max }, batch.body.view(), count))
}

/** What a topic's compression is believed to do after one more batch: quick to believe the worse, slow to believe the better. */
export function nextRatio(believed: number, batch: BatchBuilder, sizeInBytes: number): number {
  const seen = batch.body.length === 0 ? 1 : (sizeInBytes - BATCH_OVERHEAD) / batch.body.length
  if (seen > believed) return Math.max(believed + 0.05, seen)
  return seen < believed ? Math.max(believed - 0.005, seen) : believed
}
