// What the controller has to tell the brokers after a step: gathered, then put into each broker's queue as LeaderAndIsr, UpdateMetadata, StopReplica, in this order
// (AbstractControllerBrokerRequestBatch in controller/ControllerChannelManager.scala at 2.3.0).
import { assert } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { LEADER_DURING_DELETE, type LeaderAndIsr } from '../client/index.ts'
import {
  byTopic,
  intHash,
  javaHash,
  javaMapOrder,
  scalaMutableMapOrder,
  scalaMutableSetOrder,
  tpHash,
  tpName,
  type RequestBody,
  type TopicPartition,
} from '../protocol/index.ts'
import { enqueue } from './channels.ts'
import {
  brokerEpochOf,
  clog,
  isQueuedForDeletion,
  isReplicaOnline,
  leadershipOf,
  liveOrShuttingDownIds,
  newBatch,
  replicasOf,
  replicaText,
  stateChangeLog,
  type ControllerHost,
  type PartitionReplica,
} from './state.ts'

interface LeaderPart extends TopicPartition {
  readonly leadership: LeaderAndIsr
  readonly replicas: readonly number[]
  readonly isNew: boolean
}
interface MetadataPart extends TopicPartition {
  readonly leadership: LeaderAndIsr
  readonly replicas: readonly number[]
  readonly offlineReplicas: readonly number[]
}
export interface Batch {
  leaderAndIsr: { brokerId: number; parts: LeaderPart[] }[]
  stopReplica: { brokerId: number; parts: { replica: PartitionReplica; deletePartition: boolean }[] }[]
  updateBrokers: number[]
  updatePartitions: MetadataPart[]
}

/** Begins a batch; the one before must have been sent. */
export function beginBatch(env: ControllerHost): void {
  const { leaderAndIsr, stopReplica, updateBrokers } = env.controller.batch
  assert(
    leaderAndIsr.length === 0 && stopReplica.length === 0 && updateBrokers.length === 0,
    'a batch of requests is sent before the next begins',
  )
}

/** Something was gathered. */
export function hasRequests(env: ControllerHost): boolean {
  const { leaderAndIsr, stopReplica, updateBrokers } = env.controller.batch
  return leaderAndIsr.length > 0 || stopReplica.length > 0 || updateBrokers.length > 0
}

function replaceOrPush<T extends TopicPartition>(list: T[], item: T): void {
  const at = list.findIndex((x) => x.topic === item.topic && x.partition === item.partition)
  if (at < 0) list.push(item)
  else list[at] = item
}

export function addLeaderAndIsr(
  ctx: Context,
  env: ControllerHost,
  brokers: readonly number[],
  tp: TopicPartition,
  leadership: LeaderAndIsr,
  replicas: readonly number[],
  isNew: boolean,
): void {
  const { batch } = env.controller
  for (const brokerId of brokers) {
    if (brokerId < 0) continue
    let entry = batch.leaderAndIsr.find((e) => e.brokerId === brokerId)
    if (entry === undefined) batch.leaderAndIsr.push((entry = { brokerId, parts: [] }))
    const before = entry.parts.find((p) => p.topic === tp.topic && p.partition === tp.partition)
    const { topic, partition } = tp
    replaceOrPush(entry.parts, { topic, partition, leadership, replicas: replicas.slice(), isNew: isNew || (before?.isNew ?? false) })
  }
  addUpdateMetadata(ctx, env, liveOrShuttingDownIds(env.controller), [tp])
}

export function addStopReplica(env: ControllerHost, brokers: readonly number[], tp: TopicPartition, deletePartition: boolean): void {
  const { batch } = env.controller
  for (const brokerId of brokers) {
    if (brokerId < 0) continue
    let entry = batch.stopReplica.find((e) => e.brokerId === brokerId)
    if (entry === undefined) batch.stopReplica.push((entry = { brokerId, parts: [] }))
    entry.parts.push({ replica: { topic: tp.topic, partition: tp.partition, replica: brokerId }, deletePartition })
  }
}

/** Partitions without a known leader are left out; those of a topic that is being deleted get leader -2. */
export function addUpdateMetadata(
  ctx: Context,
  env: ControllerHost,
  brokers: readonly number[],
  partitions: readonly TopicPartition[],
): void {
  const c = env.controller
  for (const id of brokers) if (id >= 0 && !c.batch.updateBrokers.includes(id)) c.batch.updateBrokers.push(id)
  for (const tp of partitions) {
    const known = leadershipOf(c, tp)
    if (known === null) {
      clog(ctx, env, 'INFO', `Leader not yet assigned for partition ${tpName(tp)}. Skip sending UpdateMetadataRequest.`)
      continue
    }
    const leadership = isQueuedForDeletion(c, tp.topic) ? { ...known, leader: LEADER_DURING_DELETE, leaderEpoch: 0, zkVersion: 0 } : known
    const replicas = replicasOf(c, tp).slice()
    const { topic, partition } = tp
    const offlineReplicas = replicas.filter((id) => !isReplicaOnline(c, id))
    replaceOrPush(c.batch.updatePartitions, { topic, partition, leadership, replicas, offlineReplicas })
  }
}

/** Sends UpdateMetadata alone. */
export function sendUpdateMetadata(
  ctx: Context,
  env: ControllerHost,
  brokers: readonly number[],
  partitions: readonly TopicPartition[],
): void {
  beginBatch(env)
  addUpdateMetadata(ctx, env, brokers, partitions)
  sendBatch(ctx, env)
}

/** Puts everything gathered into the queues. */
export function sendBatch(ctx: Context, env: ControllerHost): void {
  const c = env.controller
  const batch = c.batch
  c.batch = newBatch()
  const isAddressable = (id: number): boolean => brokerEpochOf(c, id) !== undefined
  for (const { brokerId, parts } of scalaMutableMapOrder(batch.leaderAndIsr, (e) => intHash(e.brokerId))) {
    if (isAddressable(brokerId)) sendLeaderAndIsr(ctx, env, brokerId, parts)
  }
  sendUpdates(ctx, env, batch, isAddressable)
  for (const { brokerId, parts } of scalaMutableMapOrder(batch.stopReplica, (e) => intHash(e.brokerId))) {
    if (!isAddressable(brokerId)) continue
    for (const withDelete of [true, false]) {
      const some = parts.filter((p) => p.deletePartition === withDelete).map((p) => p.replica)
      if (some.length > 0) sendStopReplica(ctx, env, brokerId, some, withDelete)
    }
  }
}

const header = (env: ControllerHost, brokerId: number) => ({
  controllerId: env.config.brokerId,
  controllerEpoch: env.controller.epoch,
  brokerEpoch: brokerEpochOf(env.controller, brokerId)!,
})

/** Topics and their partitions as the request writes them: two Java hash maps. */
export function grouped<T extends TopicPartition, P>(
  parts: readonly T[],
  toPart: (part: T) => P,
): { topic: string; partitionStates: P[] }[] {
  return javaMapOrder(byTopic(parts), ([topic]) => javaHash(topic)).map(([topic, items]) => ({
    topic,
    partitionStates: javaMapOrder(items, (p) => p.partition).map(toPart),
  }))
}

const base = (p: TopicPartition & { leadership: LeaderAndIsr; replicas: readonly number[] }) => ({
  partition: p.partition,
  controllerEpoch: p.leadership.controllerEpoch,
  leader: p.leadership.leader,
  leaderEpoch: p.leadership.leaderEpoch,
  isr: p.leadership.isr.slice(),
  zkVersion: p.leadership.zkVersion,
  replicas: p.replicas.slice(),
})

function sendLeaderAndIsr(ctx: Context, env: ControllerHost, brokerId: number, unordered: readonly LeaderPart[]): void {
  const parts = scalaMutableMapOrder(unordered, tpHash)
  for (const p of parts) {
    const role = p.leadership.leader === brokerId ? 'become-leader' : 'become-follower'
    stateChangeLog(
      ctx,
      env,
      'TRACE',
      `Sending ${role} LeaderAndIsr request ${leaderPartText(p)} to broker ${brokerId} for partition ${tpName(p)}`,
    )
  }
  const leaders = parts.map((p) => p.leadership.leader)
  const body: RequestBody<'LeaderAndIsr'> = {
    ...header(env, brokerId),
    topicStates: grouped(parts, (p) => ({ ...base(p), isNew: p.isNew })),
    liveLeaders: env.controller.liveBrokers.filter((b) => leaders.includes(b.id)).map(({ id, host, port }) => ({ id, host, port })),
  }
  enqueue(ctx, env, brokerId, 'LeaderAndIsr', body)
}

function sendUpdates(ctx: Context, env: ControllerHost, batch: Batch, isAddressable: (id: number) => boolean): void {
  const parts = scalaMutableMapOrder(batch.updatePartitions, tpHash)
  const brokers = scalaMutableSetOrder(batch.updateBrokers, intHash)
  for (const p of parts) {
    const text = `Sending UpdateMetadata request ${metadataPartText(p)} to brokers Set(${brokers.join(', ')}) for partition ${tpName(p)}`
    stateChangeLog(ctx, env, 'TRACE', text)
  }
  for (const brokerId of scalaMutableSetOrder(brokers.filter(isAddressable), intHash)) {
    const body: RequestBody<'UpdateMetadata'> = {
      ...header(env, brokerId),
      topicStates: grouped(parts, (p) => ({ ...base(p), offlineReplicas: p.offlineReplicas.slice() })),
      liveBrokers: env.controller.liveBrokers.map(({ id, host, port, rack }) => ({
        id,
        endPoints: [{ port, host, listenerName: 'PLAINTEXT', securityProtocolType: 0 }],
        rack,
      })),
    }
    enqueue(ctx, env, brokerId, 'UpdateMetadata', body)
  }
}

function sendStopReplica(
  ctx: Context,
  env: ControllerHost,
  brokerId: number,
  parts: readonly PartitionReplica[],
  deletePartitions: boolean,
): void {
  const infos = parts.map((r) => `StopReplicaRequestInfo(${replicaText(r)},${deletePartitions})`).join(',')
  const text = `The stop replica request (delete = ${deletePartitions}) sent to broker ${brokerId} is ${infos}`
  ctx.log('controller.log', 'DEBUG', 'kafka.controller.ControllerBrokerRequestBatch', text)
  const partitions = javaMapOrder(byTopic(parts), ([topic]) => javaHash(topic)).map(([topic, items]) => ({
    topic,
    partitionIds: items.map((p) => p.partition),
  }))
  enqueue(ctx, env, brokerId, 'StopReplica', { ...header(env, brokerId), deletePartitions, partitions })
}

const fields = (p: { leadership: LeaderAndIsr }): string =>
  `controllerEpoch=${p.leadership.controllerEpoch}, leader=${p.leadership.leader}, leaderEpoch=${p.leadership.leaderEpoch}`
/** As LeaderAndIsrRequest.PartitionState prints itself. */
export const leaderPartText = (p: LeaderPart): string =>
  `PartitionState(${fields(p)}, isr=${p.leadership.isr.join(',')}, zkVersion=${p.leadership.zkVersion}, replicas=${p.replicas.join(',')}, isNew=${p.isNew})`
const metadataPartText = (p: MetadataPart): string =>
  `PartitionState(${fields(p)}, isr=[${p.leadership.isr.join(', ')}], zkVersion=${p.leadership.zkVersion}, ` +
  `replicas=[${p.replicas.join(', ')}], offlineReplicas=[${p.offlineReplicas.join(', ')}])`
