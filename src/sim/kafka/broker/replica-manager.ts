// The broker's replicas at the controller's word: LeaderAndIsr makes it lead or follow, StopReplica lets it go (server/ReplicaManager.scala at 2.3.0). One request at a time.
import { ms } from '../../base/index.ts'
import type { ConnId, Context, LogEntry } from '../../kernel/index.ts'
import { dataOf, keeper, paths, proc, reply, resume, zkBatch, znodes, type Next, type Proc, type Task } from '../client/index.ts'
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
import { addFetchers, managerLog, removeFetchers, setText, stopFetchers } from './fetcher-manager.ts'
import { partitionLog, watchLaggards } from './isr.ts'
import { checkpointHighWatermarks, deleteLogLater, getOrCreateLog } from './logs.ts'
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
import { logAt, partitionAt, putLog, putPartition } from './replica-state.ts'
import { slog, type BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V>
type State = PartitionState & TopicPartition
type Answers = (TopicPartition & { readonly errorCode: number })[]

/** A line of the broker's in state-change.log. */
export function brokerStateLog(ctx: Context, env: BrokerState, level: LogEntry['level'], text: string): void {
  ctx.log('state-change.log', level, 'state.change.logger', `[Broker id=${env.config.brokerId}] ${text}`)
}
const say = (t: T<unknown>, level: LogEntry['level'], text: string): void => brokerStateLog(t.ctx, t.env, level, text)

// The lock on replicas' states

export const replicasLocked = (env: BrokerState): boolean => env.replicas.lock.holder !== ''
/** Takes the lock, or waits for it. */
export function lockReplicas(t: T<unknown>): Next | undefined {
  const { lock } = t.env.replicas
  if (lock.holder === '') {
    lock.holder = t.thread
    return undefined
  }
  lock.waiting.push(t.thread)
  return t.wait('the replicas')
}
export function unlockReplicas(env: BrokerState): void {
  const { lock } = env.replicas
  lock.holder = lock.waiting.shift() ?? ''
  const thread = env.threads.live[lock.holder]
  if (thread !== undefined) resume(env, lock.holder, thread.ticket, undefined)
  else if (lock.holder !== '') unlockReplicas(env)
}

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
    (t) =>
      t.vars.followers!.length > 0
        ? t.call(makeFollowers, { conn: t.vars.conn, request: t.vars.request, followers: t.vars.followers!.slice() })
        : undefined,
    (t) => {
      startCheckpointing(t)
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
}
const setOf = (states: readonly State[]): TopicPartition[] => scalaOrder(states, tpHash)
const withId = ({ request }: MakeVars): string =>
  `controller ${request.body.controllerId} epoch ${request.body.controllerEpoch} with correlation id ${request.correlationId}`
const handling = (vars: MakeVars, leads: boolean): string =>
  `Handling LeaderAndIsr request correlationId ${vars.request.correlationId} from controller ${vars.request.body.controllerId} epoch ${vars.request.body.controllerEpoch} ` +
  `starting the become-${leads ? 'leader' : 'follower'} transition for partition`
const completed = (vars: MakeVars, leads: boolean): string =>
  `Completed LeaderAndIsr request correlationId ${vars.request.correlationId} from controller ${vars.request.body.controllerId} epoch ${vars.request.body.controllerEpoch} ` +
  `for the become-${leads ? 'leader' : 'follower'} transition for partition`

const makeLeaders: Proc<MakeVars, void> = proc<BrokerState, MakeVars, void>('replicas.makeLeaders', [
  (t) => {
    const { vars, ctx, env } = t
    for (const s of vars.leaders!) say(t, 'TRACE', `${handling(vars, true)} ${tpName(s)}`)
    removeFetchers(ctx, env, setOf(vars.leaders!))
    vars.left = vars.leaders!.slice()
  },
  (t) => {
    const s = t.vars.left!.shift()
    if (s !== undefined) return t.again(t.call(lead, { conn: t.vars.conn, request: t.vars.request, left: [s] }))
  },
  (t) => {
    for (const s of t.vars.leaders!) say(t, 'TRACE', `${completed(t.vars, true)} ${tpName(s)}`)
    completeFetches(t.ctx, t.env)
    leadershipChanged(t.ctx, t.env)
  },
])
const lead: Proc<MakeVars, void> = proc<BrokerState, MakeVars, void>('replicas.lead', [
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
    putLog(env, assignLogEpoch(logEnv(ctx, env), log, s.leaderEpoch, log.logEndOffset))
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
])
const tpOf = ({ topic, partition }: TopicPartition): { topic: string; partition: number } => ({ topic, partition })

const makeFollowers: Proc<MakeVars, void> = proc<BrokerState, MakeVars, void>('replicas.makeFollowers', [
  (t) => {
    for (const s of t.vars.followers!) say(t, 'TRACE', `${handling(t.vars, false)} ${tpName(s)} with leader ${s.leader}`)
    t.vars.left = t.vars.followers!.slice()
    t.vars.made = []
  },
  (t) => {
    const { vars } = t
    if (t.value === true) vars.made!.push(vars.current!)
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
  },
])
/** Follows a leader; gives whether that is news. */
const follow: Proc<MakeVars, boolean> = proc<BrokerState, MakeVars, boolean>('replicas.follow', [
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
])

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
    const log = getOrCreateLog(ctx, env, vars, config)
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

/** The first LeaderAndIsr starts the task that writes high watermarks. */
function startCheckpointing(t: T<unknown>): void {
  const { ctx, env } = t
  if (env.replicas.checkpointing) return
  env.replicas.checkpointing = true
  scheduleCheckpoint(ctx, env)
}
function scheduleCheckpoint(ctx: Context, env: BrokerState): void {
  const period = env.config.replicaHighWatermarkCheckpointIntervalMs
  ctx.timer('highwatermark-checkpoint', ms(period), { periodic: `every ${period / 1000} s: high watermarks are written` })
}
/** False when the timer is another's. */
export function handleCheckpointTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (key !== 'highwatermark-checkpoint') return false
  checkpointHighWatermarks(ctx, env)
  scheduleCheckpoint(ctx, env)
  return true
}

// StopReplica

interface StopVars {
  readonly request: KafkaRequest<'StopReplica'>
}
/** Lets replicas go, and deletes them when told to; gives what each answers, in order. */
export const stopReplicas: Proc<StopVars, { errorCode: number; partitions: TopicPartition[] }> = proc<
  BrokerState,
  StopVars,
  { errorCode: number; partitions: TopicPartition[] }
>('replicas.stop', [
  (t) => lockReplicas(t),
  (t) => t.sleep(t.vars.request.body.deletePartitions ? 'kafka.stop-replica.delete' : 'kafka.stop-replica'),
  (t) => {
    const { ctx, env, vars } = t
    const { body } = vars.request
    if (body.controllerEpoch < env.controllerEpochSeen) {
      say(
        t,
        'WARN',
        `Received stop replica request from an old controller epoch ${body.controllerEpoch}. Latest known controller epoch is ${env.controllerEpochSeen}`,
      )
      unlockReplicas(env)
      return t.return({ errorCode: ERRORS.STALE_CONTROLLER_EPOCH, partitions: [] })
    }
    env.controllerEpochSeen = body.controllerEpoch
    const named = body.partitions.flatMap(({ topic, partitionIds }) => partitionIds.map((partition) => ({ topic, partition })))
    const partitions = scalaOrder(javaMapOrder(named, tpHash), tpHash)
    removeFetchers(ctx, env, partitions)
    managerLog(ctx, env, `Removed fetcher for partitions ${setText(partitions)}`, 'ReplicaAlterLogDirsManager')
    for (const tp of partitions) stop(t, tp, body.deletePartitions)
    unlockReplicas(env)
    return t.return({ errorCode: ERRORS.NONE, partitions: scalaMutableMapOrder(partitions, tpHash) })
  },
])
function stop(t: T<unknown>, tp: TopicPartition, remove: boolean): void {
  const { ctx, env } = t
  say(t, 'TRACE', `Handling stop replica (delete=${remove}) for partition ${tpName(tp)}`)
  if (remove) {
    if (partitionAt(env, tp) === undefined)
      say(t, 'TRACE', `Ignoring stop replica (delete=${remove}) for partition ${tpName(tp)} as replica doesn't exist on broker`)
    env.replicas.partitions = env.replicas.partitions.delete(tpName(tp))
    deleteLogLater(ctx, env, tp)
  }
  say(t, 'TRACE', `Finished handling stop replica (delete=${remove}) for partition ${tpName(tp)}`)
}
