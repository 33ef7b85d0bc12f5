// Preferred leaders: the election that a tool or the clock asks for, and the check whether the clock should (controller/KafkaController.scala at 2.3.0).
import { keeper, paths, proc, reply, zkBatch, zkFenced, dataOf, znodes, type Failure, type Proc, type Task } from '../client/index.ts'
import { errorName, ERRORS, intHash, scalaMutableMapOrder, scalaOrder, tpName, type TopicPartition } from '../protocol/index.ts'
import { answer, putEvent } from './events.ts'
import { scheduleRebalance } from './failover.ts'
import { watchNode } from './watch.ts'
import { movePartitions, type MoveFailure } from './partitions.ts'
import {
  allPartitions,
  clog,
  isQueuedForDeletion,
  isReplicaOnline,
  leadershipOf,
  namesText,
  partitionOf,
  replicasOf,
  type ControllerHost,
} from './state.ts'

type T<V> = Task<ControllerHost, V>
export type ElectionTrigger = 'zookeeper' | 'admin' | 'auto'
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))

interface ElectVars {
  partitions: TopicPartition[]
  trigger: ElectionTrigger
  failures?: MoveFailure[]
}
/** onPreferredReplicaElection; gives the failures. */
export const preferredElection: Proc<ElectVars, MoveFailure[]> = proc<ControllerHost, ElectVars, MoveFailure[]>(
  'controller.preferredElection',
  [
    (t) => {
      clog(t.ctx, t.env, 'INFO', `Starting preferred replica leader election for partitions ${namesText(t.vars.partitions)}`)
      return t.call(movePartitions, { partitions: copyTps(t.vars.partitions), target: 'OnlinePartition', strategy: 'preferred' })
    },
    (t) => {
      t.vars.failures = (t.value as MoveFailure[]).slice()
      if (t.vars.trigger === 'admin') return t.return(t.vars.failures.slice())
      for (const f of t.vars.failures) {
        clog(t.ctx, t.env, 'ERROR', `Error completing preferred replica leader election for partition ${tpName(f)}`)
        t.ctx.log('controller.log', '', '', `${f.failure.type}: ${f.failure.message}`)
      }
      logCompleted(t, t.vars.partitions)
      if (t.vars.trigger === 'auto') return t.return(t.vars.failures.slice())
      return zkFenced(t, [keeper.remove(paths.preferredElection)], t.env.controller.epochZkVersion)
    },
    (t) => {
      putEvent(t.env, { type: 'PreferredReplicaLeaderElection', partitions: null, waiter: '' })
      return t.return(t.vars.failures!.slice())
    },
  ],
)

function logCompleted(t: T<unknown>, partitions: readonly TopicPartition[]): void {
  const c = t.env.controller
  for (const tp of partitions) {
    const preferred = replicasOf(c, tp)[0]
    const leader = leadershipOf(c, tp)?.leader
    if (leader === preferred) {
      clog(t.ctx, t.env, 'INFO', `Partition ${tpName(tp)} completed preferred replica leader election. New leader is ${preferred}`)
    } else {
      const text = `Partition ${tpName(tp)} failed to complete preferred replica leader election to ${preferred}. Leader is still ${leader}`
      clog(t.ctx, t.env, 'WARN', text)
    }
  }
}

/** What an election came to, by partition name: an error code and its message. */
export type ElectionResults = readonly {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  readonly errorMessage: string | null
  /** It was elected: brokers hear of it. Undefined when nothing changes. */
  readonly expectedLeader?: number
}[]

interface ProcessVars {
  partitions: readonly TopicPartition[] | null
  waiter: string
  electable?: TopicPartition[]
  results?: { topic: string; partition: number; errorCode: number; errorMessage: string | null }[]
}
/** An election was asked for, by an admin client or by the znode (processPreferredReplicaLeaderElection). */
export const processPreferredElection: Proc<ProcessVars, void> = proc<ControllerHost, ProcessVars, void>(
  'controller.processPreferredElection',
  [
    (t) => {
      if (t.vars.waiter === '') return t.call(watchNode, { path: paths.preferredElection, handler: 'preferredElection' })
    },
    (t) => {
      if (t.vars.waiter !== '') return
      return t.value === true ? zkBatch(t, [keeper.getData(paths.preferredElection)]) : t.return()
    },
    (t) => {
      const c = t.env.controller
      const asked = t.vars.waiter === '' ? znodes.decodePartitions(dataOf(reply(t))?.data ?? null) : (t.vars.partitions ?? allPartitions(c))
      const results: ProcessVars['results'] = []
      const electable: TopicPartition[] = []
      for (const { topic, partition } of asked) {
        const tp = { topic, partition }
        if (partitionOf(c, tp) === undefined) {
          clog(t.ctx, t.env, 'INFO', `Skipping preferred replica leader election for partition ${tpName(tp)} since it doesn't exist.`)
          results.push({ ...tp, errorCode: ERRORS.UNKNOWN_TOPIC_OR_PARTITION, errorMessage: 'The partition does not exist.' })
        } else if (isQueuedForDeletion(c, topic)) {
          clog(
            t.ctx,
            t.env,
            'WARN',
            `Skipping preferred replica election for partitions Set(${tpName(tp)}) since the respective topics are being deleted`,
          )
          results.push({ ...tp, errorCode: ERRORS.INVALID_TOPIC_EXCEPTION, errorMessage: 'The topic is being deleted' })
        } else if (leadershipOf(c, tp)?.leader === replicasOf(c, tp)[0]) results.push({ ...tp, errorCode: ERRORS.NONE, errorMessage: null })
        else electable.push(tp)
      }
      t.vars.electable = electable
      t.vars.results = results
      return t.call(preferredElection, { partitions: copyTps(electable), trigger: t.vars.waiter === '' ? 'zookeeper' : 'admin' })
    },
    (t) => {
      const c = t.env.controller
      const failures = t.value as MoveFailure[]
      const { electable, results, waiter } = t.vars
      const failed = failures.map(({ topic, partition, failure }) => ({ topic, partition, ...errorOf(failure) }))
      const waiting = electable!.filter((tp) => !failures.some((f) => f.topic === tp.topic && f.partition === tp.partition))
      const all = [...failed, ...results!]
      const text = all.map((r) => `${tpName(r)} -> ApiError(error=${errorName(r.errorCode)}, message=${r.errorMessage})`).join(', ')
      clog(t.ctx, t.env, 'DEBUG', `PreferredReplicaLeaderElection waiting: Set(${waiting.map(tpName).join(', ')}), results: Map(${text})`)
      if (waiter !== '')
        answer(t.env, waiter, {
          errorCode: 0,
          value: [...all, ...waiting.map((tp) => ({ ...tp, errorCode: 0, errorMessage: null, expectedLeader: replicasOf(c, tp)[0]! }))],
        })
    },
  ],
)
const errorOf = (failure: Failure): { errorCode: number; errorMessage: string } => ({
  errorCode: failure.type.endsWith('StateChangeFailedException') ? ERRORS.PREFERRED_LEADER_NOT_AVAILABLE : ERRORS.UNKNOWN_SERVER_ERROR,
  errorMessage: failure.message,
})

interface Group {
  readonly id: number
  readonly partitions: readonly TopicPartition[]
}
/** The clock's check: brokers that lead too few of the partitions that prefer them (checkAndTriggerAutoLeaderRebalance). */
export const processAutoElection: Proc<{ left?: Group[] }, void> = proc<ControllerHost, { left?: Group[] }, void>(
  'controller.autoElection',
  [
    (t) => {
      const c = t.env.controller
      clog(t.ctx, t.env, 'INFO', 'Processing automatic preferred replica leader election')
      clog(t.ctx, t.env, 'TRACE', 'Checking need to trigger auto leader balancing')
      const all = allPartitions(c).filter((p) => !isQueuedForDeletion(c, p.topic))
      const ids = scalaOrder(scalaMutableMapOrder([...new Set(all.map((p) => p.replicas[0] ?? -1))], intHash), intHash)
      const groups = ids.map((id) => ({ id, partitions: all.filter((p) => p.replicas[0] === id) }))
      const vectors = (ps: typeof all): string => ps.map((p) => `${tpName(p)} -> Vector(${p.replicas.join(', ')})`).join(', ')
      const text = groups.map((g) => `${g.id} -> Map(${vectors(g.partitions)})`).join(', ')
      clog(t.ctx, t.env, 'DEBUG', `Preferred replicas by broker Map(${text})`)
      t.vars.left = []
      for (const g of groups) {
        const away = g.partitions.filter((p) => p.leadership !== null && p.leadership.leader !== g.id)
        clog(t.ctx, t.env, 'DEBUG', `Topics not in preferred replica for broker ${g.id} Map(${vectors(away)})`)
        clog(t.ctx, t.env, 'TRACE', `Leader imbalance ratio for broker ${g.id} is ${ratioText(away.length, g.partitions.length)}`)
        if (away.length * 100 > t.env.config.leaderImbalancePerBrokerPercentage * g.partitions.length)
          t.vars.left.push({ id: g.id, partitions: copyTps(away) })
      }
    },
    (t) => {
      const c = t.env.controller
      const group = t.vars.left!.shift()
      if (group === undefined) return
      const mayMove = isReplicaOnline(c, group.id) && Object.keys(c.reassigning).length === 0
      const partitions = group.partitions.filter((tp) => mayMove && !isQueuedForDeletion(c, tp.topic) && c.topics.includes(tp.topic))
      return t.again(t.call(preferredElection, { partitions: copyTps(partitions), trigger: 'auto' }))
    },
    (t) => scheduleRebalance(t, t.env.config.leaderImbalanceCheckIntervalSeconds),
  ],
  (t) => {
    scheduleRebalance(t, t.env.config.leaderImbalanceCheckIntervalSeconds)
    return undefined
  },
)
/** As Java prints the double. */
const ratioText = (part: number, whole: number): string => {
  const ratio = String(part / whole)
  return ratio.includes('.') || ratio.includes('e') ? ratio : `${ratio}.0`
}
