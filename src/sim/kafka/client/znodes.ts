// What Kafka keeps in ZooKeeper: paths below the chroot, and the exact text of each znode (core/.../zk/ZkData.scala at 2.3.0). Reading is forgiving: whoever finds a
// node unreadable gets undefined, as anybody may have written there by hand.
import { javaHash, scalaOrder, tpHash, type TopicPartition } from '../protocol/index.ts'

export const paths = {
  brokerIds: '/brokers/ids',
  broker: (id: number): string => `/brokers/ids/${id}`,
  topics: '/brokers/topics',
  topic: (topic: string): string => `/brokers/topics/${topic}`,
  partitions: (topic: string): string => `/brokers/topics/${topic}/partitions`,
  partition: (tp: TopicPartition): string => `/brokers/topics/${tp.topic}/partitions/${tp.partition}`,
  state: (tp: TopicPartition): string => `/brokers/topics/${tp.topic}/partitions/${tp.partition}/state`,
  controller: '/controller',
  controllerEpoch: '/controller_epoch',
  clusterId: '/cluster/id',
  producerIdBlock: '/latest_producer_id_block',
  configs: (type: ConfigType): string => `/config/${type}`,
  config: (type: ConfigType, name: string): string => `/config/${type}/${name}`,
  configChanges: '/config/changes',
  configChangePrefix: '/config/changes/config_change_',
  isrChanges: '/isr_change_notification',
  isrChangePrefix: '/isr_change_notification/isr_change_',
  logDirEvents: '/log_dir_event_notification',
  deleteTopics: '/admin/delete_topics',
  deleteTopic: (topic: string): string => `/admin/delete_topics/${topic}`,
  reassign: '/admin/reassign_partitions',
  preferredElection: '/admin/preferred_replica_election',
} as const

export type ConfigType = 'topics' | 'clients' | 'users' | 'brokers'

/** Persistent paths that every broker makes sure of at its start, in this order (ZkData.PersistentZkPaths). */
export const PERSISTENT_PATHS: readonly string[] = [
  '/consumers',
  '/brokers/ids',
  '/brokers/topics',
  '/config/changes',
  '/admin/delete_topics',
  '/brokers/seqid',
  '/isr_change_notification',
  '/latest_producer_id_block',
  '/log_dir_event_notification',
  '/config/topics',
  '/config/clients',
  '/config/users',
  '/config/brokers',
]

/** A broker as others know it. One listener, PLAINTEXT. */
export interface BrokerInfo {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}
export interface LeaderAndIsr {
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
  /** dataVersion of the state znode. */
  readonly zkVersion: number
  readonly controllerEpoch: number
}
export const NO_LEADER = -1
export const LEADER_DURING_DELETE = -2

type Json = Readonly<Record<string, unknown>>
function parse(text: string | null): Json | undefined {
  if (text === null) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}
const isInt = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value)
const isInts = (value: unknown): value is number[] => Array.isArray(value) && value.every(isInt)
const quote = (text: string): string => JSON.stringify(text)

export function encodeBroker(broker: BrokerInfo, timestampMs: number): string {
  const { host, port, rack } = broker
  const endpoint = quote(`PLAINTEXT://${host}:${port}`)
  const at = rack === null ? '' : `"rack":${quote(rack)},`
  return (
    `{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":[${endpoint}],${at}` +
    `"jmx_port":-1,"host":${quote(host)},"timestamp":"${timestampMs}","port":${port},"version":4}`
  )
}
export function decodeBroker(id: number, text: string | null): BrokerInfo | undefined {
  const json = parse(text)
  if (json === undefined) return undefined
  const endpoint: unknown = Array.isArray(json.endpoints) ? json.endpoints[0] : undefined
  const match = typeof endpoint === 'string' ? /^[A-Z_]+:\/\/(.*):(-?\d+)$/.exec(endpoint) : null
  const host = match?.[1] ?? json.host
  const port = match ? Number(match[2]) : json.port
  if (typeof host !== 'string' || !isInt(port)) return undefined
  return { id, host, port, rack: typeof json.rack === 'string' ? json.rack : null }
}

export const encodeController = (brokerId: number, timestampMs: number): string =>
  `{"version":1,"brokerid":${brokerId},"timestamp":"${timestampMs}"}`
export function decodeController(text: string | null): number | undefined {
  const id = parse(text)?.brokerid
  return isInt(id) ? id : undefined
}

export const encodeClusterId = (id: string): string => `{"version":"1","id":${quote(id)}}`
export function decodeClusterId(text: string | null): string | undefined {
  const id = parse(text)?.id
  return typeof id === 'string' ? id : undefined
}

export interface ProducerIdBlock {
  readonly brokerId: number
  readonly start: number
  readonly end: number
}
export const encodeProducerIdBlock = (block: ProducerIdBlock): string =>
  `{"version":1,"broker":${block.brokerId},"block_start":"${block.start}","block_end":"${block.end}"}`
export function decodeProducerIdBlock(text: string | null): ProducerIdBlock | undefined {
  const json = parse(text)
  const [brokerId, start, end] = [json?.broker, Number(json?.block_start), Number(json?.block_end)]
  return isInt(brokerId) && isInt(start) && isInt(end) ? { brokerId, start, end } : undefined
}

/** Up to four partitions in the order given, more in that of a Scala map of their numbers as text. */
export function encodeTopic(assignment: readonly (readonly [partition: number, replicas: readonly number[]])[]): string {
  const ordered = scalaOrder(assignment, ([partition]) => javaHash(String(partition)))
  return `{"version":1,"partitions":{${ordered.map(([p, replicas]) => `"${p}":[${replicas.join(',')}]`).join(',')}}}`
}
/** Partitions in the order of the text; undefined when it is not such a text. */
export function decodeTopic(text: string | null): [partition: number, replicas: number[]][] | undefined {
  const partitions = parse(text)?.partitions
  if (typeof partitions !== 'object' || partitions === null) return undefined
  const out: [number, number[]][] = []
  for (const [name, replicas] of Object.entries(partitions)) {
    if (!/^\d+$/.test(name) || !isInts(replicas)) return undefined
    out.push([Number(name), replicas])
  }
  return orderAsWritten(text!, out)
}
/** Objects put keys that look like numbers in order: the text knows how they were written. */
function orderAsWritten<T extends readonly [number, unknown]>(text: string, entries: T[]): T[] {
  const at = (p: number): number => text.indexOf(`"${p}"`, text.indexOf('"partitions"') + 12)
  return entries.sort((a, b) => at(a[0]) - at(b[0]))
}

export const encodeState = (s: LeaderAndIsr): string =>
  `{"controller_epoch":${s.controllerEpoch},"leader":${s.leader},"version":1,"leader_epoch":${s.leaderEpoch},"isr":[${s.isr.join(',')}]}`
export function decodeState(text: string | null, zkVersion: number): LeaderAndIsr | undefined {
  const json = parse(text)
  const { leader, leader_epoch: leaderEpoch, isr, controller_epoch: controllerEpoch } = json ?? {}
  if (!isInt(leader) || !isInt(leaderEpoch) || !isInts(isr) || !isInt(controllerEpoch)) return undefined
  return Object.freeze({ leader, leaderEpoch, isr: Object.freeze(isr), zkVersion, controllerEpoch })
}

/** Configuration overrides in the order given. */
export const encodeConfig = (config: readonly (readonly [key: string, value: string])[]): string =>
  `{"version":1,"config":{${config.map(([k, v]) => `${quote(k)}:${quote(v)}`).join(',')}}}`
export function decodeConfig(text: string | null): [key: string, value: string][] {
  const config = parse(text)?.config
  if (typeof config !== 'object' || config === null) return []
  return Object.entries(config).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v] as [string, string]] : []))
}
export const encodeConfigChange = (entityPath: string): string => `{"version":2,"entity_path":${quote(entityPath)}}`
export function decodeConfigChange(text: string | null): string | undefined {
  const entity = parse(text)?.entity_path
  return typeof entity === 'string' ? entity : undefined
}

const encodeTps = (tps: readonly TopicPartition[]): string =>
  `{"version":1,"partitions":[${tps.map((tp) => `{"topic":${quote(tp.topic)},"partition":${tp.partition}}`).join(',')}]}`
export const encodeIsrChange = encodeTps
export const encodePreferredElection = encodeTps
/** Partitions of an ISR change or a preferred election; none when the text is not one. */
export function decodePartitions(text: string | null): TopicPartition[] {
  const list = parse(text)?.partitions
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown) => {
    const { topic, partition } = (item ?? {}) as { topic?: unknown; partition?: unknown }
    return typeof topic === 'string' && isInt(partition) ? [{ topic, partition }] : []
  })
}
/** Partitions and their replicas in the order given. */
export const encodeReassignment = (partitions: readonly (TopicPartition & { readonly replicas: readonly number[] })[]): string =>
  `{"version":1,"partitions":[${partitions
    .map((p) => `{"topic":${quote(p.topic)},"partition":${p.partition},"replicas":[${p.replicas.join(',')}]}`)
    .join(',')}]}`
/** Partitions and their replicas in the order of the real one's Map; none when the text is no such plan. */
export function decodeReassignment(text: string | null): (TopicPartition & { readonly replicas: number[] })[] {
  const list = parse(text)?.partitions
  if (!Array.isArray(list)) return []
  const all = list.flatMap((item: unknown) => {
    const { topic, partition, replicas } = (item ?? {}) as { topic?: unknown; partition?: unknown; replicas?: unknown }
    return typeof topic === 'string' && isInt(partition) && isInts(replicas) ? [{ topic, partition, replicas }] : []
  })
  return scalaOrder(all, tpHash)
}
