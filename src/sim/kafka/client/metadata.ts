// What a producer or consumer knows of the cluster, and when it asks again (clients/Metadata.java, DefaultMetadataUpdater of NetworkClient.java at 2.3.0). Plain data.
import { ms, plus, type Micros } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { ERRORS, errorName, tpName, type KafkaResponse, type ResponseBody, type TopicPartition } from '../protocol/index.ts'
import { toolLogLine } from './log4j.ts'
import {
  backoffLeft,
  canSend,
  connectNode,
  inFlightCount,
  isConnecting,
  sendTo,
  type NetworkClientState,
  type Node,
} from './network-client.ts'

export interface PartitionInfo {
  readonly partition: number
  /** -1: nobody leads, or its machine is not known. */
  readonly leader: number
  readonly leaderEpoch: number
}
export interface MetadataOptions {
  readonly refreshBackoffMs: number
  readonly maxAgeMs: number
  readonly allowAutoTopicCreation: boolean
}
export interface MetadataState {
  readonly options: MetadataOptions
  /** Brokers; those of the bootstrap list until the first answer. */
  nodes: Node[]
  bootstrapped: boolean
  /** Topics that are wanted, in the order in which they were. */
  wanted: string[]
  /** Partitions in the order of the answer; null: asked for and not there. */
  topics: Record<string, PartitionInfo[] | null>
  /** Latest leader epochs seen, by partition: an older answer does not count. */
  epochs: Record<string, number>
  needUpdate: boolean
  lastRefreshAt: Micros
  lastSuccessAt: Micros
  /** Counts answers. */
  version: number
  /** Counts changes of what is wanted: an answer to an earlier question does not satisfy. */
  wantedVersion: number
  /** What the request on its way asked for; -1: none is. */
  asking: number
  /** Topics that the last answer called invalid. */
  invalidTopics: string[]
}
export const METADATA_TAG = 'metadata'
const NEVER = -1_000_000_000 as Micros

export const newMetadata = (now: Micros, bootstrap: readonly Node[], options: MetadataOptions): MetadataState => ({
  options,
  nodes: bootstrap.map((node) => ({ ...node })),
  bootstrapped: false,
  wanted: [],
  topics: {},
  epochs: {},
  needUpdate: true,
  lastRefreshAt: now,
  lastSuccessAt: now,
  version: 1,
  wantedVersion: 0,
  asking: -1,
  invalidTopics: [],
})

export function requestUpdate(metadata: MetadataState): void {
  metadata.needUpdate = true
}
/** Wants to know a topic, at once. */
export function wantTopic(metadata: MetadataState, topic: string): void {
  if (metadata.wanted.includes(topic)) return
  metadata.wanted.push(topic)
  metadata.lastRefreshAt = NEVER
  metadata.wantedVersion++
  metadata.needUpdate = true
}

/** Partitions of a topic as they were answered; undefined when it is not known. */
export const partitionsOf = (metadata: MetadataState, topic: string): readonly PartitionInfo[] | undefined =>
  metadata.topics[topic] ?? undefined
export const nodeOf = (metadata: MetadataState, id: number): Node | undefined => metadata.nodes.find((n) => n.id === id)
/** The broker that leads a partition, when it is known. */
export function leaderOf(metadata: MetadataState, topic: string, partition: number): Node | undefined {
  const info = metadata.topics[topic]?.find((p) => p.partition === partition)
  return info === undefined ? undefined : nodeOf(metadata, info.leader)
}

/** Who leads a partition, in which epoch; -1 and null: not known. */
export interface LeaderAndEpoch {
  readonly leader: Node | null
  readonly epoch: number
}
export const NO_LEADER_OR_EPOCH: LeaderAndEpoch = Object.freeze({ leader: null, epoch: -1 })
export const sameLeader = (a: LeaderAndEpoch, b: LeaderAndEpoch): boolean =>
  a.epoch === b.epoch && a.leader?.id === b.leader?.id && a.leader?.host === b.leader?.host && a.leader?.port === b.leader?.port
/** What is known of a partition, unless a newer epoch has been seen since (Metadata.partitionInfoIfCurrent). */
export function currentInfo(metadata: MetadataState, topic: string, partition: number): PartitionInfo | undefined {
  const info = metadata.topics[topic]?.find((p) => p.partition === partition)
  const seen = metadata.epochs[tpName({ topic, partition })]
  return info !== undefined && (seen === undefined || info.leaderEpoch === seen) ? info : undefined
}
export function leaderAndEpoch(metadata: MetadataState, topic: string, partition: number): LeaderAndEpoch {
  const info = currentInfo(metadata, topic, partition)
  if (info === undefined) return { leader: null, epoch: metadata.epochs[tpName({ topic, partition })] ?? -1 }
  const node = nodeOf(metadata, info.leader)
  return { leader: node === undefined ? null : { id: node.id, host: node.host, port: node.port }, epoch: info.leaderEpoch }
}
/** An answer told a leader's epoch: when it is newer than the metadata, that is asked for again. */
export function noteEpoch(metadata: MetadataState, { topic, partition }: TopicPartition, epoch: number): void {
  const key = tpName({ topic, partition })
  const known = metadata.epochs[key]
  if (known !== undefined && epoch <= known) return
  metadata.epochs[key] = epoch
  metadata.needUpdate = true
}

function untilNext(ctx: Context, { options, needUpdate, lastRefreshAt, lastSuccessAt }: MetadataState): number {
  const toExpire = needUpdate ? 0 : Math.max(0, plus(lastSuccessAt, ms(options.maxAgeMs)) - ctx.now)
  return Math.max(toExpire, plus(lastRefreshAt, ms(options.refreshBackoffMs)) - ctx.now, 0)
}
/** A question is due before anything else is sent. */
export const isUpdateDue = (ctx: Context, metadata: MetadataState): boolean => metadata.asking < 0 && untilNext(ctx, metadata) === 0

/** One that is connected and idle, else the least busy, else one being connected, else one that may be tried. */
export function leastLoadedNode(ctx: Context, nc: NetworkClientState, nodes: readonly Node[]): Node | undefined {
  let [ready, connecting, free]: (Node | undefined)[] = [undefined, undefined, undefined]
  const offset = nodes.length > 1 ? ctx.below(nodes.length, 'node') : 0
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[(offset + i) % nodes.length]!
    if (canSend(nc, node.id)) {
      if (inFlightCount(nc, node.id) === 0) return node
      if (ready === undefined || inFlightCount(nc, node.id) < inFlightCount(nc, ready.id)) ready = node
    } else if (isConnecting(nc, node.id)) connecting = node
    else if (mayConnect(ctx, nc, node)) free = node
  }
  return ready ?? connecting ?? free
}
export const mayConnect = (ctx: Context, nc: NetworkClientState, node: Node): boolean =>
  (nc.nodes[node.id]?.value ?? 'disconnected') === 'disconnected' && backoffLeft(ctx, nc, node) === 0

/** Asks when it is time; gives the microseconds until it wants to look again, Infinity when only an event helps. */
export function maybeUpdate(ctx: Context, nc: NetworkClientState, metadata: MetadataState): number {
  const left = metadata.asking >= 0 ? Infinity : untilNext(ctx, metadata)
  if (left > 0) return left
  const backoff = ms(nc.options.reconnectBackoffMs)
  const node = leastLoadedNode(ctx, nc, metadata.nodes)
  if (node === undefined) return backoff
  if (canSend(nc, node.id)) {
    metadata.asking = metadata.wantedVersion
    const body = {
      topics: metadata.wanted.slice(),
      allowAutoTopicCreation: metadata.options.allowAutoTopicCreation,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    }
    sendTo(ctx, nc, node.id, 'Metadata', body, METADATA_TAG)
    return Infinity
  }
  if (metadata.nodes.some((n) => nc.nodes[n.id]?.value === 'connecting')) return backoff
  if (!mayConnect(ctx, nc, node)) return Infinity
  if (!connectNode(ctx, nc, { ...node })) metadata.needUpdate = true
  return backoff
}

/** The connection that carried a question is gone. */
export function metadataLost(ctx: Context, nc: NetworkClientState, metadata: MetadataState, nodeId: number): void {
  const node = nodeOf(metadata, nodeId)
  if (!metadata.bootstrapped && node !== undefined) {
    warn(ctx, nc, `Bootstrap broker ${node.host}:${node.port} (id: ${node.id} rack: null) disconnected`)
  }
  metadata.asking = -1
}

export function metadataAnswered(ctx: Context, nc: NetworkClientState, metadata: MetadataState, response: KafkaResponse<'Metadata'>): void {
  const { body, correlationId } = response
  const lost = body.topics.flatMap((topic) =>
    topic.partitions
      .filter((p) => p.errorCode === ERRORS.LISTENER_NOT_FOUND)
      .map((p) => tpName({ topic: topic.name, partition: p.partition })),
  )
  if (lost.length > 0) {
    warn(ctx, nc, `${lost.length} partitions have leader brokers without a matching listener, including [${lost.slice(0, 10).join(', ')}]`)
  }
  const errors = body.topics.filter((topic) => topic.errorCode !== ERRORS.NONE)
  if (errors.length > 0) {
    const text = errors.map((topic) => `${topic.name}=${errorName(topic.errorCode)}`).join(', ')
    warn(ctx, nc, `Error while fetching metadata with correlation id ${correlationId} : {${text}}`)
  }
  if (body.brokers.length === 0) metadata.lastRefreshAt = ctx.now
  else learn(ctx, metadata, body)
  metadata.asking = -1
}

function learn(ctx: Context, metadata: MetadataState, body: ResponseBody<'Metadata'>): void {
  metadata.needUpdate = metadata.asking !== metadata.wantedVersion
  metadata.lastRefreshAt = ctx.now
  metadata.lastSuccessAt = ctx.now
  metadata.version++
  metadata.bootstrapped = true
  metadata.nodes = body.brokers.map((b) => ({ id: b.nodeId, host: b.host, port: b.port }))
  metadata.invalidTopics = body.topics.filter((t) => t.errorCode === ERRORS.INVALID_TOPIC_EXCEPTION).map((t) => t.name)
  const topics: Record<string, PartitionInfo[] | null> = {}
  for (const topic of body.topics) {
    if (topic.errorCode !== ERRORS.NONE) {
      topics[topic.name] = null
      if (isInvalidMetadata(topic.errorCode)) metadata.needUpdate = true
      continue
    }
    topics[topic.name] = topic.partitions.flatMap(({ partition, leaderId, leaderEpoch, errorCode }) => {
      if (isInvalidMetadata(errorCode)) metadata.needUpdate = true
      const key = tpName({ topic: topic.name, partition })
      const known = metadata.epochs[key]
      if (known !== undefined && leaderEpoch >= 0 && leaderEpoch < known) {
        const before = metadata.topics[topic.name]?.find((p) => p.partition === partition)
        return before === undefined ? [] : [{ ...before }]
      }
      metadata.epochs[key] = leaderEpoch
      return [{ partition, leader: leaderId, leaderEpoch }]
    })
  }
  metadata.topics = topics
}

/** Errors that say: ask again who leads (children of InvalidMetadataException). */
const INVALID_METADATA: ReadonlySet<number> = new Set([
  ERRORS.UNKNOWN_TOPIC_OR_PARTITION,
  ERRORS.LEADER_NOT_AVAILABLE,
  ERRORS.NOT_LEADER_FOR_PARTITION,
  ERRORS.NETWORK_EXCEPTION,
  ERRORS.KAFKA_STORAGE_ERROR,
  ERRORS.LISTENER_NOT_FOUND,
  ERRORS.FENCED_LEADER_EPOCH,
])
export const isInvalidMetadata = (code: number): boolean => INVALID_METADATA.has(code)

function warn(ctx: Context, nc: NetworkClientState, text: string): void {
  ctx.printError(toolLogLine(ctx.wallMs, 'WARN', nc.options.logPrefix + text, 'org.apache.kafka.clients.NetworkClient'))
}
