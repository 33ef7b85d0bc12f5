// The broker's replicas at the controller's word: LeaderAndIsr makes it lead or follow (server/ReplicaManager.scala at 2.3.0). One request at a time.
import type { ConnId, Context, LogEntry } from '../../kernel/index.ts'
import { dataOf, keeper, paths, proc, reply, zkBatch, znodes, type Failure, type Next, type Proc, type Task } from '../client/index.ts'
import { assignLogEpoch } from '../log/index.ts'
import {
  ERRORS,
  javaMapOrder,
  scalaMutableMapOrder,
  scalaMutableSetOrder,
  scalaOrder,
  tpHash,
  tpName,
  type KafkaRequest,
  type RequestBody,
  type TopicPartition,
} from '../protocol/index.ts'
import { completeFetches } from './fetch.ts'
import { addFetchers, removeFetchers, stopFetchers } from './fetcher-manager.ts'
import { partitionLog, watchLaggards } from './isr.ts'
import { getOrCreateLog } from './logs.ts'
import { failingOnStorage, isStorageFailure } from './log-dir-failure.ts'
import { startCheckpointing } from './log-tasks.ts'
import { logEnv } from './log-env.ts'
import { leadershipChanged } from './produce.ts'
import {
  makeFollower,
  makeLeader,
  newPartition,
  partitionHash,
  raiseHighWatermark,
  withHighWatermark,
  type PartitionState,
} from './partition.ts'
import { lockReplicas, unlockReplicas } from './replica-lock.ts'
import { logAt, partitionAt, putLog, putPartition } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V>
type State = PartitionState & TopicPartition
type Answers = (TopicPartition & { readonly errorCode: number })[]

/** A line of the broker's in state-change.log. */
export function brokerStateLog(ctx: Context, env: BrokerState, level: LogEntry['level'], text: string): void {
  ctx.log('state-change.log', level, 'state.change.logger', `[Broker id=${env.config.brokerId}] ${text}`)
}
const say = (t: T<unknown>, level: LogEntry['level'], text: string): void => brokerStateLog(t.ctx, t.env, level, text)

// LeaderAndIsr

interface LeaderVars {
  readonly conn: ConnId
  readonly request: KafkaRequest<'LeaderAndIsr'>
  answers?: Answers
  leaders?: State[]
  followers?: State[]
}
const flatten = (body: RequestBody<'LeaderAndIsr'>): State[] =>
  javaMapOrder(
    body.topicStates.flatMap(({ topic, partitionStates }) => partitionStates.map((state) => Object.freeze({ topic, ...state }))),
    tpHash,
  )
const stateText = (s: State): string =>
  `PartitionState(controllerEpoch=${s.controllerEpoch}, leader=${s.leader}, leaderEpoch=${s.leaderEpoch}, isr=${s.isr.join(',')}, ` +
  `zkVersion=${s.zkVersion}, replicas=${s.replicas.join(',')}, isNew=${s.isNew})`
const byController = ({ request: { body, correlationId } }: LeaderVars) =>
  ({ id: body.controllerId, epoch: body.controllerEpoch, correlationId }) as const

/** Makes this broker lead and follow as told; gives what each partition answers. */
export const becomeLeaderOrFollower: Proc<LeaderVars, { errorCode: number; answers: Answers }> = proc<
  BrokerState,
  LeaderVars,
  { errorCode: number; answers: Answers }
>(
  'replicas.becomeLeaderOrFollower',
  [
    (t) => {
      const { id, epoch, correlationId } = byController(t.vars)
      for (const s of flatten(t.vars.request.body))
        say(
          t,
          'TRACE',
          `Received LeaderAndIsr request ${stateText(s)} correlation id ${correlationId} from controller ${id} epoch ${epoch} for partition ${tpName(s)}`,
        )
      return lockReplicas(t)
    },
    (t) => t.sleep(t.env.replicas.checkpointing ? 'kafka.leader-and-isr' : 'kafka.leader-and-isr.cold'),
    (t) => {
      const { id, epoch, correlationId } = byController(t.vars)
      if (epoch >= t.env.controllerEpochSeen) return sort(t)
      const known = t.env.controllerEpochSeen
      say(
        t,
        'WARN',
        `Ignoring LeaderAndIsr request from controller ${id} with correlation id ${correlationId} since its controller epoch ${epoch} is old. Latest known controller epoch is ${known}`,
      )
      unlockReplicas(t.env)
      const answers = flatten(t.vars.request.body).map((s) => ({ ...tpOf(s), errorCode: ERRORS.STALE_CONTROLLER_EPOCH }))
      return t.return({ errorCode: ERRORS.STALE_CONTROLLER_EPOCH, answers })
    },
    (t) =>
      t.vars.leaders!.length > 0
        ? t.call(makeLeaders, { conn: t.vars.conn, request: t.vars.request, leaders: t.vars.leaders!.slice() })
        : undefined,
    (t) => {
      refuse(t.vars, t.value)
      return t.vars.followers!.length > 0
        ? t.call(makeFollowers, { conn: t.vars.conn, request: t.vars.request, followers: t.vars.followers!.slice() })
        : undefined
    },
    (t) => {
      refuse(t.vars, t.value)
      startCheckpointing(t.ctx, t.env)
      return t.call(stopFetchers, { all: false })
    },
    (t) => {
      unlockReplicas(t.env)
      return t.return({ errorCode: ERRORS.NONE, answers: t.vars.answers! })
    },
  ],
  (t, failure) => {
    // What ZooKeeper refuses while a topic's settings are read is told to the controller, which leaves it at that.
    const { id, epoch, correlationId } = byController(t.vars)
    const what = `Error while processing LeaderAndIsr request correlationId ${correlationId} received from controller ${id} epoch ${epoch}`
    for (const s of t.vars.leaders!) say(t, 'ERROR', `${what} for partition ${tpName(s)}`)
    t.ctx.log('state-change.log', '', '', `${failure.type}: ${failure.message}`)
    unlockReplicas(t.env)
    return t.return({
      errorCode: ERRORS.UNKNOWN_SERVER_ERROR,
      answers: flatten(t.vars.request.body).map((s) => ({ ...tpOf(s), errorCode: ERRORS.UNKNOWN_SERVER_ERROR })),
    })
  },
)

/** Partitions whose disk refused are answered so. */
function refuse(vars: LeaderVars, offline: unknown): void {
  if (offline === undefined) return
  const names = (offline as readonly State[]).map(tpName)
  vars.answers = vars.answers!.map((a) => (names.includes(tpName(a)) ? { ...a, errorCode: ERRORS.KAFKA_STORAGE_ERROR } : a))
}

/** Which of the partitions change, by their leaders' epochs; the others are answered. */
function sort(t: T<LeaderVars>): void {
  const { env, vars } = t
  const { id, epoch, correlationId } = byController(vars)
  env.controllerEpochSeen = epoch
  const answers: Answers = []
  const put = (s: State, errorCode: number): void => void answers.push({ ...tpOf(s), errorCode })
  const changing: State[] = []
  for (const s of flatten(vars.request.body)) {
    const known = partitionAt(env, s)
    if (known === undefined) putPartition(env, newPartition(s))
    const current = known?.leaderEpoch ?? -1
    const ignored = `Ignoring LeaderAndIsr request from controller ${id} with correlation id ${correlationId} epoch ${epoch} for partition ${tpName(s)}`
    if (s.leaderEpoch > current) {
      if (s.replicas.includes(env.config.brokerId)) changing.push(s)
      else {
        say(t, 'WARN', `${ignored} as itself is not in assigned replica list ${s.replicas.join(',')}`)
        put(s, ERRORS.UNKNOWN_TOPIC_OR_PARTITION)
      }
    } else {
      const why = 'since its associated leader epoch'
      if (s.leaderEpoch < current) say(t, 'WARN', `${ignored} ${why} ${s.leaderEpoch} is smaller than the current leader epoch ${current}`)
      else say(t, 'DEBUG', `${ignored} ${why} ${s.leaderEpoch} matches the current leader epoch`)
      put(s, ERRORS.STALE_CONTROLLER_EPOCH)
    }
  }
  const ordered = scalaMutableMapOrder(changing, partitionHash)
  const leaders = scalaMutableMapOrder(
    ordered.filter((s) => s.leader === env.config.brokerId),
    partitionHash,
  )
  const followers = ordered.filter((s) => s.leader !== env.config.brokerId)
  for (const s of [...leaders, ...followers]) put(s, ERRORS.NONE)
  vars.answers = scalaMutableMapOrder(answers, tpHash)
  vars.leaders = leaders
  vars.followers = followers
}
interface MakeVars {
  readonly conn: ConnId
  readonly request: KafkaRequest<'LeaderAndIsr'>
  leaders?: State[]
  followers?: State[]
  left?: State[]
  made?: State[]
  current?: State | undefined
  /** Those whose disk refused. */
  offline?: State[]
}
/** What `lead` and `follow` give when the disk refused. */
const OFFLINE = 'offline'
const setOf = (states: readonly State[]): TopicPartition[] => scalaOrder(states, tpHash)
const withId = ({ request }: MakeVars): string =>
  `controller ${request.body.controllerId} epoch ${request.body.controllerEpoch} with correlation id ${request.correlationId}`
const handling = (vars: MakeVars, leads: boolean): string =>
  `Handling LeaderAndIsr request correlationId ${vars.request.correlationId} from controller ${vars.request.body.controllerId} epoch ${vars.request.body.controllerEpoch} ` +
  `starting the become-${leads ? 'leader' : 'follower'} transition for partition`
const completed = (vars: MakeVars, leads: boolean): string =>
  `Completed LeaderAndIsr request correlationId ${vars.request.correlationId} from controller ${vars.request.body.controllerId} epoch ${vars.request.body.controllerEpoch} ` +
  `for the become-${leads ? 'leader' : 'follower'} transition for partition`

const makeLeaders: Proc<MakeVars, State[]> = proc<BrokerState, MakeVars, State[]>('replicas.makeLeaders', [
  (t) => {
    const { vars, ctx, env } = t
    for (const s of vars.leaders!) say(t, 'TRACE', `${handling(vars, true)} ${tpName(s)}`)
    removeFetchers(ctx, env, setOf(vars.leaders!))
    vars.left = vars.leaders!.slice()
    vars.offline = []
  },
  (t) => {
    const { vars } = t
    if (t.value === OFFLINE) vars.offline!.push(vars.current!)
    vars.current = vars.left!.shift()
    if (vars.current !== undefined) return t.again(t.call(lead, { conn: vars.conn, request: vars.request, left: [vars.current] }))
  },
  (t) => {
    for (const s of t.vars.leaders!) say(t, 'TRACE', `${completed(t.vars, true)} ${tpName(s)}`)
    completeFetches(t.ctx, t.env)
    leadershipChanged(t.ctx, t.env)
    return t.return(t.vars.offline!)
  },
])
/** A partition whose disk refused is neither led nor followed; it is answered so. */
function skip(t: T<MakeVars>, failure: Failure, leads: boolean): Next | undefined {
  if (!isStorageFailure(failure)) return undefined
  const { request, left } = t.vars
  const s = left![0]!
  const { correlationId, body } = request
  const who = `with correlation id ${correlationId} from controller ${body.controllerId} epoch ${body.controllerEpoch} for partition ${tpName(s)}`
  const led = leads ? '' : ` with leader ${s.leader}`
  const error = `${failure.type}: ${failure.message}`
  const why = `(last update controller epoch ${s.controllerEpoch})${led} since the replica for the partition is offline due to disk error ${error}`
  say(t, 'ERROR', `Skipped the become-${leads ? 'leader' : 'follower'} state change ${who} ${why}`)
  const known = partitionAt(t.env, s)
  const isr = known?.isr ?? []
  const leader = known === undefined || known.leader === null ? 'None' : `Some(${known.leader})`
  const replicas = known?.remotes.map((r) => r.id).join(',') ?? ''
  const partition = `Topic: ${s.topic}; Partition: ${s.partition}; Leader: ${leader}; AllReplicas: ${replicas}; InSyncReplicas: ${isr.join(',')}`
  const dir = logAt(t.env, s)?.dir
  const where = `${partition}${led} in dir ${dir === undefined ? 'None' : `Some(${dir})`}`
  const text = `[ReplicaManager broker=${t.env.config.brokerId}] Error while making broker the ${leads ? 'leader' : 'follower'} for partition ${where}`
  slog(t.ctx, 'ERROR', 'kafka.server.ReplicaManager', text)
  slogText(t.ctx, error)
  return t.return(OFFLINE)
}
const lead: Proc<MakeVars, unknown> = proc<BrokerState, MakeVars, unknown>(
  'replicas.lead',
  [
    (t) => t.call(localReplica, tpOf(t.vars.left![0]!)),
    (t) => {
      const { ctx, env, vars } = t
      const s = vars.left![0]!
      const before = partitionAt(env, s)
      const log = logAt(env, s)
      if (before === undefined || log === undefined) return
      partitionLog(
        ctx,
        env,
        s,
        `${tpName(s)} starts at Leader Epoch ${s.leaderEpoch} from offset ${log.logEndOffset}. Previous Leader Epoch was: ${before.leaderEpoch}`,
      )
      putLog(
        env,
        failingOnStorage(() => assignLogEpoch(logEnv(ctx, env), log, s.leaderEpoch, log.logEndOffset)),
      )
      const { partition, isNew } = makeLeader(before, s, env.config.brokerId, log.logEndOffset, ctx.wallMs)
      putPartition(env, raiseHighWatermark(partition, log.logEndOffset, ctx.wallMs, env.config.replicaLagTimeMaxMs))
      if (partition.isr.length > 1) watchLaggards(ctx, env)
      ctx.note('replica.leads', tpName(s), { broker: env.config.brokerId, leaderEpoch: s.leaderEpoch, isr: s.isr.slice() })
      const of = `for partition ${tpName(s)} (last update controller epoch ${s.controllerEpoch})`
      if (isNew) say(t, 'TRACE', `Stopped fetchers as part of become-leader request from ${withId(vars)} ${of}`)
      else {
        const { correlationId, body } = vars.request
        const who = `with correlation id ${correlationId} from controller ${body.controllerId} epoch ${body.controllerEpoch} ${of}`
        say(
          t,
          'INFO',
          `Skipped the become-leader state change after marking its partition as leader ${who} since it is already the leader for the partition.`,
        )
      }
    },
  ],
  (t, failure) => skip(t, failure, true),
)
const tpOf = ({ topic, partition }: TopicPartition): { topic: string; partition: number } => ({ topic, partition })

const makeFollowers: Proc<MakeVars, State[]> = proc<BrokerState, MakeVars, State[]>('replicas.makeFollowers', [
  (t) => {
    for (const s of t.vars.followers!) say(t, 'TRACE', `${handling(t.vars, false)} ${tpName(s)} with leader ${s.leader}`)
    t.vars.left = t.vars.followers!.slice()
    t.vars.made = []
    t.vars.offline = []
  },
  (t) => {
    const { vars } = t
    if (t.value === true) vars.made!.push(vars.current!)
    else if (t.value === OFFLINE) vars.offline!.push(vars.current!)
    vars.current = vars.left!.shift()
    if (vars.current !== undefined) return t.again(t.call(follow, { conn: vars.conn, request: vars.request, left: [vars.current] }))
  },
  (t) => {
    const { ctx, env, vars } = t
    const all = vars.followers!
    const made = scalaMutableSetOrder(vars.made!, partitionHash)
    removeFetchers(ctx, env, scalaMutableSetOrder(made, tpHash))
    const request = `as part of become-follower request from ${withId(vars)} for partition`
    for (const s of made) say(t, 'TRACE', `Stopped fetchers ${request} ${tpName(s)} with leader ${s.leader}`)
    completeFetches(ctx, env)
    leadershipChanged(ctx, env)
    const { correlationId, body } = vars.request
    const truncated = `as part of become-follower request with correlation id ${correlationId} from controller ${body.controllerId} epoch ${body.controllerEpoch}`
    for (const s of made)
      say(t, 'TRACE', `Truncated logs and checkpointed recovery boundaries for partition ${tpName(s)} ${truncated} with leader ${s.leader}`)
    if (env.value !== 'RunningAsBroker' && env.value !== 'Starting') {
      const skipped = `with correlation id ${correlationId} from controller ${body.controllerId} epoch ${body.controllerEpoch}`
      for (const s of made)
        say(
          t,
          'TRACE',
          `Skipped the adding-fetcher step of the become-follower state change ${skipped} for partition ${tpName(s)} with leader ${s.leader} since it is shutting down`,
        )
    } else {
      const toFetch = made.map((s) => {
        const { id, host, port } = env.metadata.brokers.find((b) => b.id === s.leader)!
        return { ...tpOf(s), leader: { id, host, port }, epoch: s.leaderEpoch, offset: partitionAt(env, s)?.highWatermark ?? 0 }
      })
      addFetchers(ctx, env, toFetch)
      for (const s of made) say(t, 'TRACE', `Started fetcher to new leader ${request} ${tpName(s)} with leader ${s.leader}`)
    }
    for (const s of all) say(t, 'TRACE', `${completed(vars, false)} ${tpName(s)} with leader ${s.leader}`)
    return t.return(vars.offline!)
  },
])
/** Follows a leader; gives whether that is news. */
const follow: Proc<MakeVars, unknown> = proc<BrokerState, MakeVars, unknown>(
  'replicas.follow',
  [
    (t) => t.call(localReplica, tpOf(t.vars.left![0]!)),
    (t) => {
      const { ctx, env, vars } = t
      const s = vars.left![0]!
      const before = partitionAt(env, s)
      const { correlationId, body } = vars.request
      const who = `with correlation id ${correlationId} from controller ${body.controllerId} epoch ${body.controllerEpoch} for partition ${tpName(s)} (last update controller epoch ${s.controllerEpoch})`
      if (!env.metadata.brokers.some((b) => b.id === s.leader)) {
        say(t, 'ERROR', `Received LeaderAndIsrRequest ${who} but cannot become follower since the new leader ${s.leader} is unavailable.`)
        return t.return(false)
      }
      if (before === undefined) return t.return(false)
      const { partition, isNew } = makeFollower(before, s, env.config.brokerId)
      putPartition(env, partition)
      if (!isNew)
        say(
          t,
          'INFO',
          `Skipped the become-follower state change after marking its partition as follower ${who} since the new leader ${s.leader} is the same as the old leader`,
        )
      else ctx.note('replica.follows', tpName(s), { broker: env.config.brokerId, leader: s.leader, leaderEpoch: s.leaderEpoch })
      return t.return(isNew)
    },
  ],
  (t, failure) => skip(t, failure, false),
)

/** Makes sure of the local replica: its topic's settings are read once, its log opened or made, its high watermark found. */
const localReplica: Proc<{ topic: string; partition: number; existed?: boolean }, void> = proc<
  BrokerState,
  { topic: string; partition: number; existed?: boolean },
  void
>('replicas.local', [
  (t) => {
    if (partitionAt(t.env, t.vars)?.highWatermark !== null) return t.return()
    return zkBatch(t, [keeper.getData(paths.config('topics', t.vars.topic))])
  },
  (t) => {
    const { ctx, env, vars } = t
    const config = znodes.decodeConfig(dataOf(reply(t))?.data ?? null)
    vars.existed = logAt(env, vars) !== undefined
    const log = failingOnStorage(() => getOrCreateLog(ctx, env, vars, config))
    const offset = env.replicas.checkpointed.get(tpName(vars))
    if (offset === undefined) partitionLog(ctx, env, vars, `No checkpointed highwatermark is found for partition ${tpName(vars)}`)
    const highWatermark = Math.min(offset ?? 0, log.logEndOffset)
    slog(ctx, 'INFO', 'kafka.cluster.Replica', `Replica loaded for partition ${tpName(vars)} with initial high watermark ${highWatermark}`)
    const partition = partitionAt(env, vars)
    if (partition !== undefined) putPartition(env, withHighWatermark(partition, highWatermark))
    if (vars.existed) return t.sleep('kafka.log.open')
    env.replicas.made++
    return t.sleep(env.replicas.made <= 2 ? 'kafka.log.create.cold' : 'kafka.log.create')
  },
])
