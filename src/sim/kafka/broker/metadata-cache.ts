// What a broker tells clients about the cluster: the last the controller told it (server/MetadataCache.scala at 2.3.0). It may be stale, and shows it.
import { PMap } from '../../base/index.ts'
import { LEADER_DURING_DELETE } from '../client/index.ts'
import {
  ERRORS,
  INTERNAL_TOPICS,
  javaMapOrder,
  scalaAnyRefMapOrder,
  scalaLongMapOrder,
  tpHash,
  tpName,
  type RequestBody,
  type ResponseBody,
  type TopicPartition,
} from '../protocol/index.ts'

export interface CachedPartition extends TopicPartition {
  readonly controllerEpoch: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
  readonly zkVersion: number
  readonly replicas: readonly number[]
  readonly offlineReplicas: readonly number[]
}
export interface CachedBroker {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}
export interface MetadataCache {
  /** -1 before the first UpdateMetadata. */
  controllerId: number
  /** In the order in which the controller named them. */
  brokers: CachedBroker[]
  /** By `topic-partition`. */
  partitions: PMap<CachedPartition>
  /** Partition numbers by topic, as they became known. */
  topics: PMap<readonly number[]>
  topicOrder: string[]
}
export const newMetadataCache = (): MetadataCache => ({
  controllerId: -1,
  brokers: [],
  partitions: PMap.empty<CachedPartition>(),
  topics: PMap.empty<readonly number[]>(),
  topicOrder: [],
})

/** Takes an UpdateMetadata; gives what was cached and what was deleted, for the log. */
export function updateMetadata(
  cache: MetadataCache,
  body: RequestBody<'UpdateMetadata'>,
): { readonly cached: readonly CachedPartition[]; readonly deleted: readonly TopicPartition[] } {
  cache.controllerId = body.controllerId < 0 ? -1 : body.controllerId
  cache.brokers = body.liveBrokers.map((b) => ({ id: b.id, host: b.endPoints[0]!.host, port: b.endPoints[0]!.port, rack: b.rack }))
  const cached: CachedPartition[] = []
  const deleted: TopicPartition[] = []
  const states = body.topicStates.flatMap(({ topic, partitionStates }) => partitionStates.map((state) => ({ topic, ...state })))
  for (const state of javaMapOrder(states, tpHash)) {
    const { topic, partition } = state
    if (state.leader === LEADER_DURING_DELETE) {
      forget(cache, { topic, partition })
      deleted.push({ topic, partition })
    } else {
      const record = Object.freeze(state)
      remember(cache, record)
      cached.push(record)
    }
  }
  return { cached, deleted }
}

function remember(cache: MetadataCache, record: CachedPartition): void {
  const { topic, partition } = record
  const known = cache.topics.get(topic)
  if (known === undefined) cache.topicOrder.push(topic)
  if (known === undefined || !known.includes(partition))
    cache.topics = cache.topics.set(topic, Object.freeze([...(known ?? []), partition]))
  cache.partitions = cache.partitions.set(tpName(record), record)
}
function forget(cache: MetadataCache, tp: TopicPartition): void {
  cache.partitions = cache.partitions.delete(tpName(tp))
  const left = (cache.topics.get(tp.topic) ?? []).filter((p) => p !== tp.partition)
  if (left.length > 0) cache.topics = cache.topics.set(tp.topic, Object.freeze(left))
  else {
    cache.topics = cache.topics.delete(tp.topic)
    cache.topicOrder = cache.topicOrder.filter((t) => t !== tp.topic)
  }
}

export const aliveBrokers = (cache: MetadataCache): CachedBroker[] => scalaLongMapOrder(cache.brokers, (b) => b.id)
export const isAlive = (cache: MetadataCache, id: number): boolean => cache.brokers.some((b) => b.id === id)
export const cachedTopics = (cache: MetadataCache): string[] => scalaAnyRefMapOrder(cache.topicOrder, (topic) => topic)
export const cachedPartition = (cache: MetadataCache, tp: TopicPartition): CachedPartition | undefined => cache.partitions.get(tpName(tp))

type TopicMetadata = ResponseBody<'Metadata'>['topics'][number]
/**
 * A topic as a Metadata response has it; undefined when it is not known. A partition without a live leader is LISTENER_NOT_FOUND to clients of version 6 and up, as
 * 2.3.0 looks for this broker, not for the leader, among the live ones.
 */
export function topicMetadata(cache: MetadataCache, topic: string, brokerId: number, version: number): TopicMetadata | undefined {
  const numbers = cache.topics.get(topic)
  if (numbers === undefined) return undefined
  const partitions = scalaLongMapOrder(numbers, (p) => p).map((partition) => {
    const p = cachedPartition(cache, { topic, partition })!
    const lists = { replicaNodes: p.replicas.slice(), offlineReplicas: p.offlineReplicas.slice() }
    if (!isAlive(cache, p.leader)) {
      const errorCode = isAlive(cache, brokerId) && version >= 6 ? ERRORS.LISTENER_NOT_FOUND : ERRORS.LEADER_NOT_AVAILABLE
      return { errorCode, partition, leaderId: -1, leaderEpoch: -1, isrNodes: [], ...lists }
    }
    return { errorCode: ERRORS.NONE, partition, leaderId: p.leader, leaderEpoch: p.leaderEpoch, isrNodes: p.isr.slice(), ...lists }
  })
  return { errorCode: ERRORS.NONE, name: topic, isInternal: INTERNAL_TOPICS.includes(topic), partitions, topicAuthorizedOperations: 0 }
}
