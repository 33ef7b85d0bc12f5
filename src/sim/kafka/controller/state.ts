// What a broker's controller remembers: its place in the election, and as the active one its picture of the cluster (controller/ControllerContext.scala at 2.3.0).
// Orders are those of the real one's collections: they show in what it writes and sends.
import { PMap, us } from '../../base/index.ts'
import type { Context, LogEntry } from '../../kernel/index.ts'
import type { BrokerInfo, LeaderAndIsr, Next, Task, Threaded, ZooKeeperUser } from '../client/index.ts'
import { intHash, javaHash, replicaHash, scalaMutableMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import type { Batch } from './batch.ts'
import type { Channel } from './channels.ts'
import type { ControllerEvent } from './events.ts'
import {
  nextControllerValue,
  type ControllerMove,
  type ControllerValue,
  type PartitionStateName,
  type ReplicaStateName,
} from './machines.ts'

/** Settings that the controller reads. */
export interface ControllerConfig {
  readonly brokerId: number
  readonly autoLeaderRebalanceEnable: boolean
  readonly leaderImbalancePerBrokerPercentage: number
  readonly leaderImbalanceCheckIntervalSeconds: number
  readonly deleteTopicEnable: boolean
  readonly uncleanLeaderElectionEnable: boolean
  readonly requestTimeoutMs: number
  readonly controllerSocketTimeoutMs: number
}

export interface LiveBroker extends BrokerInfo {
  /** czxid of its znode: the broker epoch. */
  readonly epoch: number
}
/** A partition as the active controller knows it; frozen, replaced when it changes. */
export interface PartitionRecord extends TopicPartition {
  readonly replicas: readonly number[]
  readonly state: PartitionStateName
  readonly replicaStates: Readonly<Record<string, ReplicaStateName>>
  readonly leadership: LeaderAndIsr | null
}
export interface PartitionReplica extends TopicPartition {
  readonly replica: number
}

export interface ControllerState {
  value: ControllerValue
  /** Who it believes is controller; -1 for nobody. */
  activeControllerId: number
  epoch: number
  /** dataVersion of /controller_epoch at its election. */
  epochZkVersion: number
  queue: ControllerEvent[]
  /** The event being processed; empty when idle. */
  processing: string
  /** The thread that waits for the event thread to end. */
  closing: string
  /** How slow the event at hand is, in thousandths: most of its code runs for the first time, on a machine that has other things to do. */
  pace: number
  liveBrokers: LiveBroker[]
  shuttingDown: number[]
  topics: string[]
  partitions: PMap<PartitionRecord>
  /** Partition numbers of a topic, as they were learned. */
  byTopic: PMap<readonly number[]>
  /** Topics in the order in which they were learned. */
  topicOrder: string[]
  /** Paths with a handler for changes of a broker's znode. */
  brokerHandlers: number[]
  topicsToBeDeleted: string[]
  topicsWithDeletionStarted: string[]
  topicsIneligibleForDeletion: string[]
  /** Replicas aimed at, by partition name. */
  reassigning: Record<string, number[]>
  batch: Batch
  channels: Record<string, Channel>
}

/** What the controller needs of the broker it lives in. */
export interface ControllerHost extends Threaded, ZooKeeperUser {
  readonly config: ControllerConfig
  controller: ControllerState
  brokerInfo: BrokerInfo
  brokerEpoch: number
  /** Session under which the broker's znode was made last (KAFKA-7165). */
  registeredSession: string
  /** Kafka's code has run for a while: what runs for the first time takes longer. */
  warm: boolean
  /** The present start's slowness, in thousandths. */
  pace: number
}

/** Work of the controller: takes longer while everything in this JVM happens for the first time. */
export function work<V>(t: Task<ControllerHost, V>, cost: string): Next {
  if (t.env.warm) return t.sleep(cost)
  return t.sleep(us(Math.round((t.ctx.cost(`${cost}.cold`) * t.env.pace) / 1000)))
}

/** Work on an event, at its pace. */
export function labour<V>(t: Task<ControllerHost, V>, cost: string): Next {
  if (!t.env.warm) return work(t, cost)
  return t.sleep(us(Math.round((t.ctx.cost(cost) * t.env.controller.pace) / 1000)))
}
/** Draws the pace of an event. */
export function setPace(ctx: Context, c: ControllerState): void {
  c.pace = Math.round((ctx.cost('kafka.controller.pace') * ctx.cost('kafka.controller.pace')) / 1000)
}

export const newBatch = (): Batch => ({ leaderAndIsr: [], stopReplica: [], updateBrokers: [], updatePartitions: [] })

const emptyContext = () => ({
  epoch: 0,
  epochZkVersion: 0,
  liveBrokers: [] as LiveBroker[],
  shuttingDown: [] as number[],
  topics: [] as string[],
  partitions: PMap.empty<PartitionRecord>(),
  byTopic: PMap.empty<readonly number[]>(),
  topicOrder: [] as string[],
  topicsToBeDeleted: [] as string[],
  topicsWithDeletionStarted: [] as string[],
  topicsIneligibleForDeletion: [] as string[],
  reassigning: {} as Record<string, number[]>,
})
export const newController = (): ControllerState => ({
  value: 'Standby',
  activeControllerId: -1,
  queue: [],
  processing: '',
  closing: '',
  pace: 1000,
  ...emptyContext(),
  brokerHandlers: [],
  batch: newBatch(),
  channels: {},
})
export function resetContext(c: ControllerState): void {
  Object.assign(c, emptyContext())
  c.batch = newBatch()
}

export const isActive = (env: ControllerHost): boolean => env.controller.activeControllerId === env.config.brokerId
export function moveController(env: ControllerHost, move: ControllerMove): void {
  env.controller.value = nextControllerValue(env.controller.value, move)
}

/** A line of controller.log. */
export function clog(ctx: Context, env: ControllerHost, level: LogEntry['level'], text: string): void {
  ctx.log('controller.log', level, 'kafka.controller.KafkaController', `[Controller id=${env.config.brokerId}] ${text}`)
}
/** A line of state-change.log. */
export function stateChangeLog(ctx: Context, env: ControllerHost, level: LogEntry['level'], text: string): void {
  ctx.log('state-change.log', level, 'state.change.logger', `[Controller id=${env.config.brokerId} epoch=${env.controller.epoch}] ${text}`)
}

// Brokers

export const liveIds = (c: ControllerState): number[] => c.liveBrokers.map((b) => b.id).filter((id) => !c.shuttingDown.includes(id))
export const liveOrShuttingDownIds = (c: ControllerState): number[] => c.liveBrokers.map((b) => b.id)
export const brokerEpochOf = (c: ControllerState, id: number): number | undefined => c.liveBrokers.find((b) => b.id === id)?.epoch
export const isLive = (c: ControllerState, id: number): boolean => !c.shuttingDown.includes(id) && c.liveBrokers.some((b) => b.id === id)
export const isLiveOrShuttingDown = (c: ControllerState, id: number): boolean => c.liveBrokers.some((b) => b.id === id)
/** `Map(1 -> 4294967341, 2 -> 4294967733)` */
export const epochsText = (c: ControllerState): string => `Map(${c.liveBrokers.map((b) => `${b.id} -> ${b.epoch}`).join(', ')})`
/** Keeps the brokers in the order of a Scala set: as they came, up to four. */
export function setLiveBrokers(c: ControllerState, brokers: readonly LiveBroker[]): void {
  c.liveBrokers = scalaOrder(brokers, (b) => intHash(b.id)).map((b) => ({ ...b }))
}

// Partitions

export const partitionOf = (c: ControllerState, tp: TopicPartition): PartitionRecord | undefined => c.partitions.get(tpName(tp))
export const replicasOf = (c: ControllerState, tp: TopicPartition): readonly number[] => partitionOf(c, tp)?.replicas ?? []
export const leadershipOf = (c: ControllerState, tp: TopicPartition): LeaderAndIsr | null => partitionOf(c, tp)?.leadership ?? null
export const isQueuedForDeletion = (c: ControllerState, topic: string): boolean => c.topicsToBeDeleted.includes(topic)

function put(c: ControllerState, record: PartitionRecord): void {
  c.partitions = c.partitions.set(tpName(record), Object.freeze(record))
}
/** Changes what is known of a partition that is known. */
export function changePartition(c: ControllerState, tp: TopicPartition, change: Partial<PartitionRecord>): void {
  const record = partitionOf(c, tp)
  if (record !== undefined) put(c, { ...record, ...change })
}
export function setReplicaState(c: ControllerState, r: PartitionReplica, state: ReplicaStateName): void {
  const record = partitionOf(c, r)
  if (record === undefined) return
  const replicaStates = { ...record.replicaStates }
  if (state === 'NonExistentReplica') delete replicaStates[r.replica]
  else replicaStates[r.replica] = state
  put(c, { ...record, replicaStates })
}
export const replicaState = (c: ControllerState, r: PartitionReplica): ReplicaStateName =>
  partitionOf(c, r)?.replicaStates[r.replica] ?? 'NonExistentReplica'

/** Learns a partition, or its new assignment. */
export function setAssignment(c: ControllerState, tp: TopicPartition, replicas: readonly number[]): void {
  const assigned = Object.freeze(replicas.slice())
  const known = partitionOf(c, tp)
  if (known !== undefined) return put(c, { ...known, replicas: assigned })
  const { topic, partition } = tp
  put(c, { topic, partition, replicas: assigned, state: 'NonExistentPartition', replicaStates: {}, leadership: null })
  if (!c.byTopic.has(topic)) c.topicOrder.push(topic)
  c.byTopic = c.byTopic.set(topic, Object.freeze([...(c.byTopic.get(topic) ?? []), partition]))
}
/** Forgets a topic. */
export function removeTopic(c: ControllerState, topic: string): void {
  for (const partition of c.byTopic.get(topic) ?? []) c.partitions = c.partitions.delete(tpName({ topic, partition }))
  c.byTopic = c.byTopic.delete(topic)
  c.topicOrder = c.topicOrder.filter((t) => t !== topic)
  c.topics = c.topics.filter((t) => t !== topic)
}

/** All partitions as the map of maps that holds the assignments is walked. */
function walk(c: ControllerState): PartitionRecord[] {
  return scalaMutableMapOrder(c.topicOrder, javaHash).flatMap((topic) => walkTopic(c, topic))
}
function walkTopic(c: ControllerState, topic: string): PartitionRecord[] {
  return scalaMutableMapOrder(c.byTopic.get(topic) ?? [], intHash).map((partition) => c.partitions.get(tpName({ topic, partition }))!)
}
export const allPartitions = (c: ControllerState): PartitionRecord[] => scalaOrder(walk(c), tpHash)
export const partitionsForTopic = (c: ControllerState, topic: string): PartitionRecord[] => scalaOrder(walkTopic(c, topic), tpHash)
export const partitionsOnBroker = (c: ControllerState, id: number): PartitionRecord[] =>
  scalaOrder(
    walk(c).filter((p) => p.replicas.includes(id)),
    tpHash,
  )
export const replicasOnBrokers = (c: ControllerState, ids: readonly number[]): PartitionReplica[] =>
  scalaOrder(
    ids.flatMap((replica) => walk(c).flatMap((p) => (p.replicas.includes(replica) ? [replicaOf(p, replica)] : []))),
    replicaHash,
  )
export const replicasForTopic = (c: ControllerState, topic: string): PartitionReplica[] =>
  scalaOrder(
    walkTopic(c, topic).flatMap((p) => p.replicas.map((replica) => replicaOf(p, replica))),
    replicaHash,
  )
export const replicaOf = (tp: TopicPartition, replica: number): PartitionReplica => ({ topic: tp.topic, partition: tp.partition, replica })
/** Every replica, as assignments are walked. */
export const everyReplica = (c: ControllerState): PartitionReplica[] =>
  walk(c).flatMap((p) => p.replicas.map((replica) => replicaOf(p, replica)))

/** Partitions with a known leader, as the mutable map of them is walked, that satisfy a condition. */
export function ledPartitions(c: ControllerState, want: (p: PartitionRecord) => boolean): PartitionRecord[] {
  const all = scalaMutableMapOrder(
    allPartitions(c).filter((p) => p.leadership !== null),
    tpHash,
  )
  return scalaMutableMapOrder(all.filter(want), tpHash)
}
/** Partitions in one of some states, in the order of the set that the real one makes of them. */
export function partitionsInStates(c: ControllerState, states: readonly PartitionStateName[], topic?: string): PartitionRecord[] {
  if (topic !== undefined) return partitionsForTopic(c, topic).filter((p) => states.includes(p.state))
  const all = scalaMutableMapOrder(allPartitions(c), tpHash)
  return scalaOrder(
    scalaMutableMapOrder(
      all.filter((p) => states.includes(p.state)),
      tpHash,
    ),
    tpHash,
  )
}
/** Live and not shutting down. */
export const isReplicaOnline = (c: ControllerState, id: number): boolean => isLive(c, id)

/** `tiny-1,tiny-0` */
export const namesText = (tps: readonly TopicPartition[]): string => tps.map(tpName).join(',')
/** `[Topic=tiny,Partition=1,Replica=2]` */
export const replicaText = (r: PartitionReplica): string => `[Topic=${r.topic},Partition=${r.partition},Replica=${r.replica}]`
