// One record inside a batch of format 2 (common/record/DefaultRecord.java at 2.3.0): length, attributes, deltas, key, value, headers.
import { utf8Length } from '../protocol/index.ts'
import { ByteReader, CorruptRecord, sizeOfVarint, type ByteWriter } from './byte-io.ts'

export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | null
}
/** What a producer gives. `timestamp` in ms since the epoch. */
export interface NewRecord {
  readonly timestamp: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly RecordHeader[]
}
/** A record as it is in a batch. Arrays are shared with the batch: they must not be changed. */
export interface LogRecord extends NewRecord {
  readonly offset: number
  /** -1 without an idempotent producer. */
  readonly sequence: number
  /** With its length. */
  readonly sizeInBytes: number
  readonly headers: readonly RecordHeader[]
}

const MAX_RECORD_OVERHEAD = 21
const decoder = new TextDecoder()
const encoder = new TextEncoder()
const NO_HEADERS: readonly RecordHeader[] = Object.freeze([])
/** Sequences wrap around at 2^31 (DefaultRecordBatch.incrementSequence). */
export const incrementSequence = (sequence: number, by: number): number =>
  sequence > 2147483647 - by ? by - (2147483647 - sequence) - 1 : sequence + by
export const decrementSequence = (sequence: number, by: number): number =>
  sequence < by ? 2147483647 - (by - sequence) + 1 : sequence - by

const sizeOfBytes = (data: Uint8Array | null): number => (data === null ? 1 : sizeOfVarint(data.length) + data.length)
function sizeOfVarlong(value: number): number {
  if (value >= -1073741824 && value < 1073741824) return sizeOfVarint(value)
  let n = 1
  for (let z = value >= 0 ? value * 2 : value * -2 - 1; z >= 128; z = Math.floor(z / 128)) n++
  return n
}
function contentSize(record: NewRecord): number {
  const headers = record.headers ?? NO_HEADERS
  let size = sizeOfBytes(record.key) + sizeOfBytes(record.value) + sizeOfVarint(headers.length)
  for (const { key, value } of headers) size += sizeOfVarint(utf8Length(key)) + utf8Length(key) + sizeOfBytes(value)
  return size
}
const bodySize = (timestampDelta: number, offsetDelta: number, record: NewRecord): number =>
  1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta) + contentSize(record)
/** The most that a record can take, whatever its deltas (DefaultRecord.recordSizeUpperBound). */
export const recordSizeUpperBound = (record: NewRecord): number => MAX_RECORD_OVERHEAD + contentSize(record)
/** Bytes that a record takes in a batch. */
export function recordSize(timestampDelta: number, offsetDelta: number, record: NewRecord): number {
  const body = bodySize(timestampDelta, offsetDelta, record)
  return sizeOfVarint(body) + body
}

function writeBytes(out: ByteWriter, data: Uint8Array | null): void {
  if (data === null) out.varint(-1)
  else out.varint(data.length).bytes(data)
}
export function writeRecord(out: ByteWriter, timestampDelta: number, offsetDelta: number, record: NewRecord): void {
  const headers = record.headers ?? NO_HEADERS
  out
    .varint(bodySize(timestampDelta, offsetDelta, record))
    .int8(0)
    .varlong(timestampDelta)
    .varint(offsetDelta)
  writeBytes(out, record.key)
  writeBytes(out, record.value)
  out.varint(headers.length)
  for (const { key, value } of headers) {
    const utf8 = encoder.encode(key)
    out.varint(utf8.length).bytes(utf8)
    writeBytes(out, value)
  }
}

function readBytes(input: ByteReader): Uint8Array | null {
  const size = input.varint()
  return size < 0 ? null : input.bytes(size)
}
export interface BatchBase {
  readonly baseOffset: number
  readonly firstTimestamp: number
  readonly baseSequence: number
  /** The time of all records, when the broker set it. */
  readonly logAppendTime: number | undefined
}
/** The next record. Throws CorruptRecord. */
export function readRecord(input: ByteReader, base: BatchBase): LogRecord {
  const before = input.position
  const size = input.varint()
  if (size < 0 || size > input.remaining) throw new CorruptRecord('Incorrect declared batch size, premature EOF reached')
  const start = input.position
  const body = new ByteReader(input.data, start + size)
  body.position = start
  body.int8()
  const timestamp = base.firstTimestamp + body.varlong()
  if (!Number.isSafeInteger(timestamp)) throw new CorruptRecord('Found invalid record structure')
  const delta = body.varint()
  const key = readBytes(body)
  const value = readBytes(body)
  const headers = readHeaders(body)
  if (body.remaining > 0) {
    const read = body.position - start
    throw new CorruptRecord(`Invalid record size: expected to read ${size} bytes in record payload, but instead read ${read}`)
  }
  input.position = body.position
  return {
    offset: base.baseOffset + delta,
    timestamp: base.logAppendTime ?? timestamp,
    sequence: base.baseSequence >= 0 ? incrementSequence(base.baseSequence, delta) : -1,
    sizeInBytes: body.position - before,
    key,
    value,
    headers,
  }
}
function readHeaders(body: ByteReader): readonly RecordHeader[] {
  const count = body.varint()
  if (count < 0) throw new CorruptRecord(`Found invalid number of record headers ${count}`)
  if (count === 0) return NO_HEADERS
  if (count > body.remaining) throw new CorruptRecord('Found invalid record structure')
  const headers: RecordHeader[] = []
  for (let i = 0; i < count; i++) {
    const size = body.varint()
    if (size < 0) throw new CorruptRecord(`Invalid negative header key size ${size}`)
    headers.push({ key: decoder.decode(body.bytes(size)), value: readBytes(body) })
  }
  return headers
}
