// How the tool shows keys and values: as text or numbers, or as what the two internal topics hold (DumpLogSegments.scala, GroupMetadataManager.scala,
// TransactionLog.scala at 2.3.0).
import { ByteReader, type LogRecord } from '../../kafka/log/index.ts'
import { javaHash, scalaMutableMapOrder, scalaMutableSetOrder, tpHash, tpName } from '../../kafka/protocol/index.ts'
import { UncaughtError } from '../kafka-tools/index.ts'
import type { DumpOptions } from './options.ts'

/** Undefined where nothing is shown. */
export interface Shown {
  readonly key: string | undefined
  readonly payload: string | undefined
}
const NOTHING: Shown = { key: undefined, payload: undefined }
const text = new TextDecoder()

function string(input: ByteReader): string | null {
  const size = input.int16()
  return size < 0 ? null : text.decode(input.bytes(size))
}
function bytes(input: ByteReader): Uint8Array | null {
  const size = input.int32()
  return size < 0 ? null : input.bytes(size)
}
const array = <T>(input: ByteReader, item: () => T): T[] => Array.from({ length: Math.max(0, input.int32()) }, item)

export function show(decoder: DumpOptions['decoder'], record: LogRecord): Shown {
  if (decoder === 'transactions') return showTransaction(record)
  if (record.value === null) return NOTHING
  if (decoder === 'offsets') return showOffsets(record)
  const key = record.key === null ? undefined : plain(decoder.key, record.key)
  return { key, payload: plain(decoder.value, record.value) }
}
function plain(decoder: string, data: Uint8Array): string {
  if (decoder.endsWith('.LongDecoder')) return String(new ByteReader(data).int64())
  if (decoder.endsWith('.IntegerDecoder')) return String(new ByteReader(data).int32())
  return text.decode(data)
}

function showOffsets(record: LogRecord): Shown {
  const failed = 'Failed to decode message using offset topic decoder (message had '
  if (record.key === null) throw new UncaughtError('org.apache.kafka.common.KafkaException', `${failed}a missing key)`)
  const key = new ByteReader(record.key)
  const value = new ByteReader(record.value!)
  const version = key.int16()
  if (version === 0 || version === 1) {
    const [group, topic, partition] = [string(key), string(key), key.int32()]
    const format = value.int16()
    const offset = value.int64()
    if (format === 3) value.int32()
    const metadata = string(value) ?? ''
    return { key: `offset::${group}:${topic}:${partition}`, payload: metadata === '' ? String(offset) : `${offset}:${metadata}` }
  }
  if (version === 2) return showGroup(string(key) ?? '', value)
  throw new UncaughtError('org.apache.kafka.common.KafkaException', `${failed}an invalid key)`)
}
const hex = (data: Uint8Array | null): string => {
  const digits = Array.from(data ?? [], (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')
  return digits.replace(/^0+(?=.)/, '')
}
function showGroup(group: string, value: ByteReader): Shown {
  const format = value.int16()
  const [protocolType, generationId, protocol] = [string(value) ?? '', value.int32(), string(value)]
  string(value)
  if (format >= 2) value.int64()
  const members = array(value, () => {
    const memberId = string(value) ?? ''
    if (format >= 3) string(value)
    string(value)
    string(value)
    if (format >= 1) value.int32()
    value.int32()
    bytes(value)
    return { memberId, assignment: bytes(value) ?? new Uint8Array(0) }
  })
  const shown = scalaMutableMapOrder(members, (m) => javaHash(m.memberId)).map(({ memberId, assignment }) => {
    if (protocolType !== 'consumer') return `${memberId}=${hex(assignment)}`
    const input = new ByteReader(assignment)
    input.int16()
    const partitions = array(input, () => {
      const topic = string(input) ?? ''
      return array(input, () => tpName({ topic, partition: input.int32() }))
    }).flat()
    const user = input.remaining > 0 ? hex(bytes(input)) : ''
    return `${memberId}=[${partitions.join(', ')}]${user === '' ? '' : `:${user}`}`
  })
  const payload = { protocolType, protocol, generationId, assignment: `{${shown.join(',')}}` }
  return { key: JSON.stringify({ metadata: group }), payload: JSON.stringify(payload) }
}

const STATES = ['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort', 'Dead', 'PrepareEpochFence']
function showTransaction(record: LogRecord): Shown {
  if (record.key === null || record.value === null) throw new UncaughtError('java.lang.NullPointerException', '')
  const key = new ByteReader(record.key)
  key.int16()
  const value = new ByteReader(record.value)
  value.int16()
  const [id, epoch, timeout, state] = [value.int64(), value.int16(), value.int32(), value.int8()]
  const partitions = array(value, () => {
    const topic = string(value) ?? ''
    return array(value, () => ({ topic, partition: value.int32() }))
  }).flat()
  const names = scalaMutableSetOrder(partitions, tpHash).map(tpName).join(', ')
  const updated = value.int64()
  return {
    key: `transactionalId=${string(key)}`,
    payload: `producerId:${id},producerEpoch:${epoch},state=${STATES[state]},partitions=Set(${names}),txnLastUpdateTimestamp=${updated},txnTimeoutMs=${timeout}`,
  }
}
