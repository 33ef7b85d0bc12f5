// Control batches: the markers that end a transaction in a partition (common/record/ControlRecordType.java, EndTransactionMarker.java at 2.3.0).
import { ByteReader, ByteWriter, CorruptRecord } from './byte-io.ts'
import { encodeBatch, type BatchSpec } from './record-batch.ts'
import type { LogRecord } from './record.ts'

export type ControlType = 'ABORT' | 'COMMIT' | 'UNKNOWN'
export interface EndTransactionMarker {
  readonly type: 'ABORT' | 'COMMIT'
  readonly coordinatorEpoch: number
}

/** The type's number in a control record's key. */
export function controlTypeId(key: Uint8Array | null): number {
  if (key === null || key.length < 4) {
    throw new CorruptRecord(
      `Invalid value size found for end control record key. Must have at least 4 bytes, but found only ${key?.length ?? 0}`,
    )
  }
  const input = new ByteReader(key)
  const version = input.int16()
  if (version < 0) throw new CorruptRecord(`Invalid version found for control record: ${version}. May indicate data corruption`)
  return input.int16()
}
export const controlTypeOf = (id: number): ControlType => (id === 0 ? 'ABORT' : id === 1 ? 'COMMIT' : 'UNKNOWN')

/** What a marker's record says. Throws CorruptRecord when it is none. */
export function readEndMarker(record: LogRecord): EndTransactionMarker {
  const type = controlTypeOf(controlTypeId(record.key))
  if (type === 'UNKNOWN') throw new CorruptRecord(`Invalid control record type for end transaction marker ${type}`)
  if (record.value === null || record.value.length < 6) throw new CorruptRecord('Invalid value size found for end transaction marker')
  const input = new ByteReader(record.value)
  const version = input.int16()
  if (version < 0) throw new CorruptRecord(`Invalid version found for end transaction marker: ${version}. May indicate data corruption`)
  return { type, coordinatorEpoch: input.int32() }
}

/** The batch that ends a producer's transaction (MemoryRecords.withEndTransactionMarker). */
export function encodeEndMarker(
  marker: EndTransactionMarker,
  at: Required<Pick<BatchSpec, 'producerId' | 'producerEpoch'>> & BatchSpec & { readonly timestamp: number },
): Uint8Array {
  const key = new ByteWriter(4).int16(0).int16(marker.type === 'COMMIT' ? 1 : 0)
  const value = new ByteWriter(6).int16(0).int32(marker.coordinatorEpoch)
  const record = { timestamp: at.timestamp, key: key.toArray(), value: value.toArray() }
  return encodeBatch({ ...at, isTransactional: true, isControl: true }, [record])
}
