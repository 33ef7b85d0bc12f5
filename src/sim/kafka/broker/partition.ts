// A partition as a broker with a replica of it knows it: who leads, who is in sync, how far each follower has read. Pure changes of frozen records
// (cluster/Partition.scala and cluster/Replica.scala at 2.3.0). Times are wall-clock milliseconds.
import { javaHash, scalaOrder, tpHash, type RequestBody, type TopicPartition } from '../protocol/index.ts'

/** What a leader knows of a follower. */
export interface RemoteReplica {
  readonly id: number
  /** Where it reads next: its log's end. -1 before it has read from this leader. */
  readonly logEndOffset: number
  readonly logStartOffset: number
  /** The leader's end, and the time, at its last fetch. */
  readonly lastLeaderEnd: number
  readonly lastFetchMs: number
  /** The last time at which it had all there was. */
  readonly caughtUpMs: number
}
export interface LocalPartition extends TopicPartition {
  /** -1 before the first LeaderAndIsr. */
  readonly leaderEpoch: number
  /** Of the controller that decided the present leader. */
  readonly controllerEpoch: number
  readonly zkVersion: number
  /** null before anything is known. */
  readonly leader: number | null
  /** Where this leader's epoch began; null on followers. */
  readonly epochStartOffset: number | null
  /** Kept by the leader alone. */
  readonly isr: readonly number[]
  readonly replicas: readonly number[]
  /** The other replicas. */
  readonly remotes: readonly RemoteReplica[]
  /** Of the local replica; null while there is none. */
  readonly highWatermark: number | null
}

export type PartitionState = RequestBody<'LeaderAndIsr'>['topicStates'][number]['partitionStates'][number]

export const newPartition = (tp: TopicPartition): LocalPartition =>
  Object.freeze({
    topic: tp.topic,
    partition: tp.partition,
    leaderEpoch: -1,
    controllerEpoch: 0,
    zkVersion: 0,
    leader: null,
    epochStartOffset: null,
    isr: Object.freeze([]),
    replicas: Object.freeze([]),
    remotes: Object.freeze([]),
    highWatermark: null,
  })
/** Partition.hashCode: orders the real one's maps of partitions. */
export const partitionHash = (tp: TopicPartition): number => (31 + javaHash(tp.topic) + Math.imul(17, tp.partition)) | 0

const change = (p: LocalPartition, by: Partial<LocalPartition>): LocalPartition => Object.freeze({ ...p, ...by })
export const withHighWatermark = (p: LocalPartition, highWatermark: number): LocalPartition => change(p, { highWatermark })

const unknown = (id: number): RemoteReplica =>
  Object.freeze({ id, logEndOffset: -1, logStartOffset: -1, lastLeaderEnd: 0, lastFetchMs: 0, caughtUpMs: 0 })

/** The same others as assigned: those known stay as they are. */
function remotesOf(p: LocalPartition, replicas: readonly number[], self: number): readonly RemoteReplica[] {
  return replicas.filter((id) => id !== self).map((id) => p.remotes.find((r) => r.id === id) ?? unknown(id))
}
const decided = (state: PartitionState) => ({
  controllerEpoch: state.controllerEpoch,
  leaderEpoch: state.leaderEpoch,
  zkVersion: state.zkVersion,
  replicas: Object.freeze(state.replicas.slice()),
})

/** This broker leads from now on. `end` is its log's end. */
export function makeLeader(
  p: LocalPartition,
  state: PartitionState,
  self: number,
  end: number,
  nowMs: number,
): { readonly partition: LocalPartition; readonly isNew: boolean } {
  const isNew = p.leader !== self
  const remotes = remotesOf(p, state.replicas, self).map((r): RemoteReplica => {
    const caughtUpMs = state.isr.includes(r.id) ? nowMs : 0
    const reset = { ...r, lastLeaderEnd: end, lastFetchMs: nowMs, caughtUpMs }
    return Object.freeze(isNew ? { ...reset, logEndOffset: -1, logStartOffset: -1, lastLeaderEnd: -1, lastFetchMs: -1 } : reset)
  })
  const led = { leader: self, epochStartOffset: end, isr: Object.freeze(state.isr.slice()), remotes: Object.freeze(remotes) }
  return { partition: change(p, { ...decided(state), ...led }), isNew }
}

/** This broker follows from now on. `isNew` is false when it followed that leader in that epoch already. */
export function makeFollower(
  p: LocalPartition,
  state: PartitionState,
  self: number,
): { readonly partition: LocalPartition; readonly isNew: boolean } {
  const isNew = p.leader !== state.leader || p.leaderEpoch !== state.leaderEpoch
  const remotes = Object.freeze(remotesOf(p, state.replicas, self))
  const followed = { leader: state.leader, epochStartOffset: null, isr: Object.freeze([]), remotes }
  return { partition: change(p, { ...decided(state), ...followed }), isNew }
}

/** A follower reads at an offset, which tells where its log ends. */
export function followerFetched(
  p: LocalPartition,
  id: number,
  at: { readonly offset: number; readonly logStartOffset: number; readonly leaderEnd: number; readonly nowMs: number },
): LocalPartition {
  const remotes = p.remotes.map((r) => {
    if (r.id !== id) return r
    let { caughtUpMs } = r
    if (at.offset >= at.leaderEnd) caughtUpMs = Math.max(caughtUpMs, at.nowMs)
    else if (at.offset >= r.lastLeaderEnd) caughtUpMs = Math.max(caughtUpMs, r.lastFetchMs)
    const { offset: logEndOffset, logStartOffset, leaderEnd: lastLeaderEnd, nowMs: lastFetchMs } = at
    return Object.freeze({ id, logEndOffset, logStartOffset, lastLeaderEnd, lastFetchMs, caughtUpMs })
  })
  return change(p, { remotes: Object.freeze(remotes) })
}

/** May a follower that just read at `offset` join the ISR? It must have reached the high watermark, and the present epoch. */
export function joinsIsr(p: LocalPartition, id: number, offset: number): boolean {
  const remote = p.remotes.find((r) => r.id === id)
  if (remote === undefined || p.isr.includes(id) || p.epochStartOffset === null || p.highWatermark === null) return false
  return remote.logEndOffset >= p.highWatermark && offset >= p.epochStartOffset
}
const replicaHash = (p: TopicPartition) => (id: number) => (31 + tpHash(p) + Math.imul(17, id)) | 0
/** An ISR as the real one's set has it: in order of joining, up to four. */
export const isrWith = (p: LocalPartition, id: number): number[] => scalaOrder([...p.isr, id], replicaHash(p))
export const isrWithout = (p: LocalPartition, ids: readonly number[]): number[] =>
  scalaOrder(
    p.isr.filter((id) => !ids.includes(id)),
    replicaHash(p),
  )
export const withIsr = (p: LocalPartition, isr: readonly number[], zkVersion: number): LocalPartition =>
  change(p, { isr: Object.freeze(isr.slice()), zkVersion })

/** Members of the ISR that lag: behind the leader's end, and not caught up for longer than `maxLagMs`. */
export const laggards = (p: LocalPartition, end: number, nowMs: number, maxLagMs: number): RemoteReplica[] =>
  p.remotes.filter((r) => p.isr.includes(r.id) && r.logEndOffset !== end && nowMs - r.caughtUpMs > maxLagMs)

/** The leader's high watermark rises to the least end of those in sync or caught up of late. The same record when it does not. */
export function raiseHighWatermark(p: LocalPartition, end: number, nowMs: number, maxLagMs: number): LocalPartition {
  const counted = p.remotes.filter((r) => nowMs - r.caughtUpMs <= maxLagMs || p.isr.includes(r.id))
  const least = counted.reduce((low, r) => Math.min(low, r.logEndOffset), end)
  return p.highWatermark !== null && p.highWatermark < least ? withHighWatermark(p, least) : p
}
