// In-sync replicas as their leader keeps them: followers join and are dropped by compare-and-set on the partition's state znode; the controller is told of it later, by a note
// (cluster/Partition.scala, maybeExpandIsr, maybeShrinkIsr, updateIsr; server/ReplicaManager.scala, maybePropagateIsrChanges, at 2.3.0).
import { ms, type Micros } from '../../base/index.ts'
import type { Context, Silence } from '../../kernel/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import {
  dataOf,
  expectOk,
  fail,
  isRunning,
  keeper,
  paths,
  proc,
  reply,
  startThread,
  zkBatch,
  znodes,
  type Proc,
  type Task,
} from '../client/index.ts'
import { scalaMutableSetOrder, tpHash, tpJsonHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { isrWith, isrWithout, joinsIsr, laggards, withIsr, type LocalPartition, type RemoteReplica } from './partition.ts'
import { logAt, partitionAt, putPartition, untilNextBeat } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'
import { raiseWatermark } from './watermark.ts'

type T<V> = Task<BrokerState, V>
const PROPAGATION_PERIOD_MS = 2500
const BLACK_OUT_MS = 5000
const PROPAGATION_INTERVAL_MS = 60_000
const SHRINK_THREAD = 'kafka-scheduler isr-expiration'
const PROPAGATION_THREAD = 'kafka-scheduler isr-change-propagation'

export function partitionLog(ctx: Context, env: BrokerState, tp: TopicPartition, text: string): void {
  slog(ctx, 'INFO', 'kafka.cluster.Partition', `[Partition ${tpName(tp)} broker=${env.config.brokerId}] ${text}`)
}

interface UpdateVars extends TopicPartition {
  isr: number[]
  data?: string
}
/** Writes an ISR if the znode is as this leader knows it. Gives whether it was written. Meanwhile nothing of the partition is committed. */
const updateIsr: Proc<UpdateVars, boolean> = proc<BrokerState, UpdateVars, boolean>(
  'isr.update',
  [
    (t) => {
      t.env.replicas.isrWrites.push(tpName(t.vars))
      const { topic, partition, isr } = t.vars
      return t.call(writeIsr, { topic, partition, isr: isr.slice() })
    },
    (t) => {
      writeEnded(t)
      return t.return(t.value as boolean)
    },
  ],
  (t, failure) => {
    writeEnded(t)
    fail(failure.type, failure.message)
  },
)
function writeEnded({ env, vars }: T<UpdateVars>): void {
  const { replicas } = env
  const at = replicas.isrWrites.indexOf(tpName(vars))
  if (at >= 0) replicas.isrWrites.splice(at, 1)
}
const writeIsr: Proc<UpdateVars, boolean> = proc<BrokerState, UpdateVars, boolean>('isr.write', [
  (t) => t.sleep('kafka.isr.write'),
  (t) => {
    const p = partitionAt(t.env, t.vars)
    if (p === undefined || p.leader !== t.env.config.brokerId) return t.return(false)
    const { leaderEpoch, zkVersion, controllerEpoch } = p
    t.vars.data = znodes.encodeState({ leader: t.env.config.brokerId, leaderEpoch, isr: t.vars.isr, zkVersion, controllerEpoch })
    return zkBatch(t, [keeper.setData(paths.state(t.vars), t.vars.data, zkVersion)])
  },
  (t) => {
    const r = expectOk(reply(t), ERR.badVersion, ERR.noNode)
    if (r.err === 0) return t.return(written(t, r.result!.stat!.version))
    if (r.err === ERR.noNode) return t.return(notWritten(t))
    return zkBatch(t, [keeper.getData(paths.state(t.vars))])
  },
  (t) => {
    // The write may have been this broker's own, its answer lost with a connection.
    const node = dataOf(reply(t))
    return t.return(node !== undefined && node.data === t.vars.data ? written(t, node.stat.version) : notWritten(t))
  },
])
function written(t: T<UpdateVars>, version: number): boolean {
  const { env, ctx, vars } = t
  const p = partitionAt(env, vars)
  // A LeaderAndIsr that came meanwhile goes by a later version.
  if (p !== undefined && p.zkVersion < version) putPartition(env, withIsr(p, vars.isr, version))
  recordIsrChange(ctx, env, vars)
  return true
}
function notWritten(t: T<UpdateVars>): boolean {
  const version = partitionAt(t.env, t.vars)?.zkVersion ?? -1
  partitionLog(t.ctx, t.env, t.vars, `Cached zkVersion [${version}] not equal to that in zookeeper, skip updating ISR`)
  return false
}
function noteIsr(t: T<TopicPartition>, code: string, before: string, silence?: Silence): void {
  const p = partitionAt(t.env, t.vars)
  if (p === undefined) return
  t.ctx.note(code, tpName(p), { broker: t.env.config.brokerId, isr: p.isr.slice(), before, leaderEpoch: p.leaderEpoch }, silence)
}

interface ExpandVars extends TopicPartition {
  id: number
  offset: number
  before?: string
}
/** Lets a follower into the ISR, if it still may. */
export const expandIsr: Proc<ExpandVars, void> = proc<BrokerState, ExpandVars, void>('isr.expand', [
  (t) => {
    const { topic, partition, id, offset } = t.vars
    const p = partitionAt(t.env, t.vars)
    if (p === undefined || p.leader !== t.env.config.brokerId || !joinsIsr(p, id, offset)) return t.return()
    const isr = isrWith(p, id)
    t.vars.before = p.isr.join(',')
    partitionLog(t.ctx, t.env, t.vars, `Expanding ISR from ${t.vars.before} to ${isr.join(',')}`)
    return t.call(updateIsr, { topic, partition, isr })
  },
  (t) => {
    if (t.value === true) noteIsr(t, 'isr.expanded', t.vars.before!)
  },
])

// Shrinking

/** Looks every half of replica.lag.time.max.ms whether a follower lags, as long as this broker leads anything with followers in sync. */
export function watchLaggards(ctx: Context, env: BrokerState): void {
  const period = Math.floor(env.config.replicaLagTimeMaxMs / 2)
  const periodic = `every ${period / 1000} s: a leader looks for followers that lag`
  ctx.timer('isr-expiration', untilNextBeat(ctx, env.replicas.startedAt, period), { periodic })
}
const led = (env: BrokerState): LocalPartition[] =>
  [...env.replicas.partitions].map(([, p]) => p).filter((p) => p.leader === env.config.brokerId)
function lagging(ctx: Context, env: BrokerState, p: LocalPartition) {
  const log = logAt(env, p)
  return log === undefined ? [] : laggards(p, log.logEndOffset, ctx.wallMs, env.config.replicaLagTimeMaxMs)
}

const shrinkIsrs: Proc<{ left: TopicPartition[] }, void> = proc<BrokerState, { left: TopicPartition[] }, void>(
  'isr.shrinkAll',
  [
    (t) => {
      const next = t.vars.left.shift()
      if (next !== undefined) return t.again(t.call(shrinkIsr, { topic: next.topic, partition: next.partition }))
    },
  ],
  (t, failure) => taskFailed(t, 'isr-expiration', failure),
)
function taskFailed(t: T<unknown>, task: string, failure: { readonly type: string; readonly message: string }) {
  slog(t.ctx, 'ERROR', 'kafka.utils.KafkaScheduler', `Uncaught exception in scheduled task '${task}'`)
  slogText(t.ctx, `${failure.type}: ${failure.message}`)
  return t.return()
}
interface ShrinkOne extends TopicPartition {
  before?: string
  silence?: Silence
}
/** Who has not fetched, and when it last had: the one that lags the longest. */
function silenceOf(ctx: Context, env: BrokerState, late: readonly RemoteReplica[]): Silence | undefined {
  const longest = late.reduce((a, b) => (b.caughtUpMs < a.caughtUpMs ? b : a))
  const from = env.metadata.brokers.find((b) => b.id === longest.id)?.host
  if (from === undefined) return undefined
  const heardMs = Math.max(longest.caughtUpMs, longest.lastFetchMs)
  return { from, pid: 0, to: ctx.host, lastHeardAt: Math.max(0, ctx.now - (ctx.wallMs - heardMs) * 1000) as Micros }
}
const shrinkIsr: Proc<ShrinkOne, void> = proc<BrokerState, ShrinkOne, void>('isr.shrink', [
  (t) => {
    const { ctx, env, vars } = t
    const p = partitionAt(env, vars)
    const late = p !== undefined && p.leader === env.config.brokerId ? lagging(ctx, env, p) : []
    if (p === undefined || late.length === 0) return t.return()
    const isr = isrWithout(
      p,
      late.map((r) => r.id),
    )
    vars.before = p.isr.join(',')
    const silence = silenceOf(ctx, env, late)
    if (silence !== undefined) vars.silence = silence
    const leader = `Leader: (highWatermark: ${p.highWatermark}, endOffset: ${logAt(env, p)!.logEndOffset})`
    const out = late.map((r) => `(brokerId: ${r.id}, endOffset: ${r.logEndOffset})`).join(' ')
    partitionLog(ctx, env, vars, `Shrinking ISR from ${vars.before} to ${isr.join(',')}. ${leader}. Out of sync replicas: ${out}.`)
    return t.call(updateIsr, { topic: vars.topic, partition: vars.partition, isr })
  },
  (t) => {
    const { ctx, env, vars } = t
    if (t.value === true) noteIsr(t, 'isr.shrunk', vars.before!, vars.silence && { ...vars.silence })
    raiseWatermark(ctx, env, vars)
  },
])

// Telling the controller

/** An ISR changed: the controller will be told at one of the next beats. */
function recordIsrChange(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  const { replicas } = env
  replicas.lastIsrChangeMs = ctx.wallMs
  if (replicas.isrChanges.some((c) => c.topic === tp.topic && c.partition === tp.partition)) return
  replicas.isrChanges.push({ topic: tp.topic, partition: tp.partition })
  if (replicas.isrChanges.length === 1) awaitPropagation(ctx, env)
}
function awaitPropagation(ctx: Context, env: BrokerState): void {
  ctx.timer('isr-change-propagation', untilNextBeat(ctx, env.replicas.startedAt, PROPAGATION_PERIOD_MS))
}
const propagate: Proc<{ data: string; told: TopicPartition[] }, void> = proc<BrokerState, { data: string; told: TopicPartition[] }, void>(
  'isr.propagate',
  [
    (t) => zkBatch(t, [keeper.createSequential(paths.isrChangePrefix, t.vars.data)]),
    (t) => {
      expectOk(reply(t))
      const { replicas } = t.env
      const told = t.vars.told.map(tpName)
      replicas.isrChanges = replicas.isrChanges.filter((c) => !told.includes(tpName(c)))
      if (replicas.isrChanges.length > 0) awaitPropagation(t.ctx, t.env)
    },
  ],
  (t, failure) => {
    awaitPropagation(t.ctx, t.env)
    return taskFailed(t, 'isr-change-propagation', failure)
  },
)

/** Takes a timer of these tasks; false when it is another's. */
export function handleIsrTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (key === 'isr-expiration') expire(ctx, env)
  else if (key === 'isr-change-propagation') propagateIfQuiet(ctx, env)
  else return false
  return true
}
function expire(ctx: Context, env: BrokerState): void {
  const leaders = led(env)
  if (leaders.some((p) => p.isr.length > 1)) watchLaggards(ctx, env)
  const left = leaders.filter((p) => lagging(ctx, env, p).length > 0).map(({ topic, partition }) => ({ topic, partition }))
  if (left.length > 0 && !isRunning(env, SHRINK_THREAD)) startThread(env, SHRINK_THREAD, shrinkIsrs, { left })
}
/** Tells of changes once the last one is five seconds past, or nothing was told for a minute. */
function propagateIfQuiet(ctx: Context, env: BrokerState): void {
  const { replicas } = env
  if (replicas.isrChanges.length === 0) return
  const now = ctx.wallMs
  const due = replicas.lastIsrChangeMs + BLACK_OUT_MS < now || replicas.lastPropagationMs + PROPAGATION_INTERVAL_MS < now
  if (!due || isRunning(env, PROPAGATION_THREAD)) return ctx.timer('isr-change-propagation', ms(PROPAGATION_PERIOD_MS))
  const told = scalaMutableSetOrder(replicas.isrChanges, tpHash).map(({ topic, partition }) => ({ topic, partition }))
  const data = znodes.encodeIsrChange(scalaMutableSetOrder(told, tpJsonHash))
  startThread(env, PROPAGATION_THREAD, propagate, { data, told })
  replicas.lastPropagationMs = now
}
