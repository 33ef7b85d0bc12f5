// Port 9092 in words: the fields of requests and responses by their schemas, under short names; partitions with equal fields share braces.

import { batchesOf } from '../../src/sim/kafka/log/index.ts'
import {
  errorName,
  messageSize,
  requestSchema,
  responseSchema,
  type ApiName,
  type KafkaMessage,
  type Records,
  type Type,
} from '../../src/sim/kafka/protocol/index.ts'
import { zxidWords } from '../../src/sim/zookeeper/protocol/index.ts'
import { latency, type Capture, type Passed } from './line.ts'

/** Names that are shorter on the wire's lines than in the schemas. */
const SHORT: Readonly<Record<string, string>> = {
  controllerId: 'ctrl',
  controllerEpoch: 'cepoch',
  brokerEpoch: 'bepoch',
  leaderEpoch: 'lepoch',
  currentLeaderEpoch: 'curlepoch',
  zkVersion: 'zkv',
  sessionId: 'session',
  sessionEpoch: 'sepoch',
  highWatermark: 'hw',
  lastStableOffset: 'lso',
  logStartOffset: 'start',
  fetchOffset: 'offset',
  baseOffset: 'base',
  replicaId: 'replica',
  maxWaitMs: 'wait',
  minBytes: 'min',
  maxBytes: 'max',
  errorCode: 'err',
  topicStates: 'topics',
  liveBrokers: 'live',
  forgottenTopics: 'forgotten',
  groupId: 'group',
  generationId: 'gen',
  memberId: 'member',
}
/** And those that are shorter in one API alone. */
const SHORT_IN: Readonly<Partial<Record<ApiName, Readonly<Record<string, string>>>>> = {
  Produce: { timeoutMs: 'timeout', topics: 'topic_data' },
}
/** Left out wherever they say what they mostly say. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  throttleTimeMs: 0,
  isolationLevel: 0,
  rackId: '',
  rack: null,
  preferredReadReplica: -1,
  abortedTransactions: null,
  errorMessage: null,
  isInternal: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
  topicAuthorizedOperations: 0,
  clusterAuthorizedOperations: 0,
  transactionalId: null,
  logAppendTimeMs: -1,
}
/** Lists left out when empty. */
const EMPTY_LEFT_OUT = new Set(['offlineReplicas', 'forgottenTopics'])
/** Structs inside a topic's struct that hold its partitions. */
const PARTITION_LISTS = ['partitionStates', 'partitions', 'partitionIds', 'partitionIndexes']

type Plain = Readonly<Record<string, unknown>>
type StructType = Extract<Type<unknown>, { type: 'struct' }>

const snake = (name: string, kind?: ApiName): string =>
  (kind && SHORT_IN[kind]?.[name]) ?? SHORT[name] ?? name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)

/** `0,1` and `0..2`: runs of three and more are shortened. */
export function numbers(all: readonly number[]): string {
  const parts: string[] = []
  let i = 0
  while (i < all.length) {
    let end = i
    while (end + 1 < all.length && all[end + 1] === all[end]! + 1) end++
    if (end - i >= 2) parts.push(`${all[i]}..${all[end]}`)
    else parts.push(...all.slice(i, end + 1).map(String))
    i = end + 1
  }
  return parts.join(',')
}

const unwrap = (type: Type<unknown>, version: number): Type<unknown> | undefined => {
  if (type.type !== 'since') return type
  return version >= type.from && version <= type.to ? unwrap(type.of, version) : undefined
}

const recordsText = (records: Records | null): string => {
  if (records === null) return '0B'
  const shown = [...batchesOf(records)].map(({ baseOffset: base, lastOffset: last, count, partitionLeaderEpoch: epoch }) => {
    return `${count}rec@${last > base ? `${base}..${last}` : base}${epoch >= 0 ? `,lepoch${epoch}` : ''}`
  })
  return `${records.length}B${shown.length > 0 ? `[${shown.join(' ')}]` : ''}`
}

function scalarText(name: string, value: unknown): string {
  if (name === 'errorCode') return value === 0 ? '0' : errorName(value as number)
  if (name === 'brokerEpoch') return `${String(value)}(${zxidWords(value as number)})`
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === '') return "''"
  return String(value)
}

/** A partition or partition list inside a topic: its number, the rest of its fields. */
interface Part {
  readonly topic: string
  readonly partition: number
  readonly fields: string
}

/** Groups partitions of a topic whose fields are equal: `wired-0,1{err=0}`. */
function partsText(parts: readonly Part[]): string {
  const groups: { topic: string; fields: string; partitions: number[] }[] = []
  for (const part of parts) {
    const group = groups.find((g) => g.topic === part.topic && g.fields === part.fields)
    if (group) group.partitions.push(part.partition)
    else groups.push({ topic: part.topic, fields: part.fields, partitions: [part.partition] })
  }
  return groups.map((g) => `${g.topic}-${numbers(g.partitions.sort((a, b) => a - b))}${g.fields}`).join(' ')
}

/** A list of topics, each with partitions, or of partitions that name their topic; undefined when the list is neither. */
function partitionList(of: StructType, items: readonly Plain[], version: number, braces: boolean): string | undefined {
  const names = of.fields.map(([name]) => name)
  const topicField = names.includes('topic') ? 'topic' : names.includes('name') ? 'name' : undefined
  if (topicField === undefined) return undefined
  const list = PARTITION_LISTS.find((name) => names.includes(name))
  if (list === undefined) {
    if (!names.includes('partition')) return undefined
    return partsText(
      items.map((item) => ({
        topic: item[topicField] as string,
        partition: item['partition'] as number,
        fields: fieldsIn(of, item, version, [topicField, 'partition']),
      })),
    )
  }
  const inner = unwrap(of.fields.find(([name]) => name === list)![1], version)
  if (inner?.type !== 'array') return undefined
  const one = unwrap(inner.of, version)
  const parts: Part[] = items.flatMap((item) =>
    (item[list] as readonly unknown[]).map((part) => {
      const topic = item[topicField] as string
      if (one?.type !== 'struct') return { topic, partition: part as number, fields: braces ? '{}' : '' }
      const number = one.fields.some(([name]) => name === 'partition') ? 'partition' : 'partitionId'
      return { topic, partition: (part as Plain)[number] as number, fields: fieldsIn(one, part as Plain, version, [number]) }
    }),
  )
  return partsText(parts)
}

const fieldsIn = (type: StructType, value: Plain, version: number, without: readonly string[]): string =>
  `{${fieldTexts(type, value, version, without).join(' ')}}`

/** `2@6f20c5d1a3be:9092`. */
function brokerText(value: Plain): string | undefined {
  const id = value['id'] ?? value['nodeId']
  if (typeof id !== 'number') return undefined
  const point = ((value['endPoints'] as readonly Plain[] | undefined)?.[0] ?? value) as Plain
  return typeof point['host'] === 'string' ? `${id}@${point['host']}:${String(point['port'])}` : undefined
}

function listText(name: string, of: Type<unknown>, items: readonly unknown[], version: number): string {
  if (name === 'apiVersions') return `(${items.length} keys)`
  if (name === 'liveLeaders') return `[${(items as readonly Plain[]).map((b) => String(b['id'])).join(',')}]`
  if (of.type !== 'struct')
    return `[${items.map((item) => (of.type === 'array' ? listText('', unwrap(of.of, version)!, item as unknown[], version) : String(item))).join(',')}]`
  const plain = items as readonly Plain[]
  if (plain.length > 0 && plain.every((item) => brokerText(item) !== undefined)) return `[${plain.map(brokerText).join(',')}]`
  if (name === 'configEntries' && plain.length > 10) return `(${plain.length})`
  const parts = partitionList(of, plain, version, name === 'topics')
  if (parts !== undefined && (plain.length === 0 || parts !== '')) return `[${parts}]`
  return `[${plain.map((item) => fieldsIn(of, item, version, [])).join(' ')}]`
}

function fieldTexts(type: StructType, value: Plain, version: number, without: readonly string[] = [], kind?: ApiName): string[] {
  return type.fields.flatMap(([name, field]) => {
    const shape = unwrap(field, version)
    const item = value[name]
    if (!shape || without.includes(name) || (name in DEFAULTS && DEFAULTS[name] === item)) return []
    if (EMPTY_LEFT_OUT.has(name) && (item as readonly unknown[]).length === 0) return []
    const key = snake(name, kind)
    if (item === null || item === undefined) return [`${key}=${name === 'records' ? recordsText(null) : 'null'}`]
    switch (shape.type) {
      case 'array':
        return [`${key}=${listText(name, unwrap(shape.of, version)!, item as readonly unknown[], version)}`]
      case 'struct':
        return [`${key}=${fieldsIn(shape, item as Plain, version, [])}`]
      case 'records':
        return [`${key}=${recordsText(item as Records)}`]
      default:
        return [`${key}=${scalarText(name, item)}`]
    }
  })
}

/** `> Fetch v11 #0 cid=broker-1-fetcher-0 102B  replica=1 wait=500 …`; `< UpdateMetadata v5 #0 46.3ms 6B  err=0`. */
export function formatKafka(message: KafkaMessage, passed: Passed, capture: Capture): string {
  const { kind, version, correlationId, clientId } = message
  const schema = (message.isRequest ? requestSchema(kind) : responseSchema(kind)) as unknown as StructType
  const fields = fieldTexts(schema, message.body as unknown as Plain, version, [], kind).join(' ')
  const about = message.isRequest ? (capture.hasNamedClient(passed) ? '' : `cid=${clientId} `) : latency(capture, passed)
  const head = `${message.isRequest ? '>' : '<'} ${kind} v${version} #${correlationId} ${about}${messageSize(message)}B`
  return fields === '' ? head : `${head}  ${fields}`
}
