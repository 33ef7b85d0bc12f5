// The partition state machine at work: moves partitions to a state, electing leaders and writing them to ZooKeeper where that takes it
// (controller/PartitionStateMachine.scala at 2.3.0).
import { ERR, type ZkOp } from '../../zookeeper/protocol/index.ts'
import {
  dataOf,
  isControllerMoved,
  keeper,
  keeperFailure,
  paths,
  proc,
  replies,
  zkBatch,
  zkFenced,
  znodes,
  type Failure,
  type LeaderAndIsr,
  type Proc,
  type Task,
} from '../client/index.ts'
import { scalaMutableMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { addLeaderAndIsr, beginBatch, hasRequests, sendBatch } from './batch.ts'
import { elect, strategyText, type ElectionStrategy } from './election.ts'
import { canMovePartition, validPreviousPartitionStates, type PartitionStateName } from './machines.ts'
import {
  changePartition,
  isQueuedForDeletion,
  isReplicaOnline,
  labour,
  leadershipOf,
  liveIds,
  newBatch,
  partitionOf,
  partitionsInStates,
  replicasOf,
  stateChangeLog,
  type ControllerHost,
} from './state.ts'

type T<V> = Task<ControllerHost, V>
/** Why a partition could not be moved. */
export interface MoveFailure extends TopicPartition {
  readonly failure: Failure
}

const STATE_CHANGE_FAILED = 'kafka.common.StateChangeFailedException'
const plain = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))
const stateOf = (t: T<unknown>, tp: TopicPartition): PartitionStateName =>
  partitionOf(t.env.controller, tp)?.state ?? 'NonExistentPartition'

function machineLog(t: T<unknown>, level: 'INFO' | 'ERROR', text: string): void {
  t.ctx.log(
    'controller.log',
    level,
    'kafka.controller.ZkPartitionStateMachine',
    `[PartitionStateMachine controllerId=${t.env.config.brokerId}] ${text}`,
  )
}
export const logPartitionMachine = machineLog

export function logFailedPartition(
  t: T<unknown>,
  tp: TopicPartition,
  from: PartitionStateName,
  to: PartitionStateName,
  failure: Failure,
): void {
  const { brokerId } = t.env.config
  const text = `Controller ${brokerId} epoch ${t.env.controller.epoch} failed to change state for partition ${tpName(tp)} from ${from} to ${to}`
  stateChangeLog(t.ctx, t.env, 'ERROR', text)
  t.ctx.log('state-change.log', '', '', `${failure.type}: ${failure.message}`)
}

interface MoveVars {
  partitions: TopicPartition[]
  target: PartitionStateName
  strategy?: ElectionStrategy
  toElect?: TopicPartition[]
  failures?: MoveFailure[]
}

/** Moves partitions to a state; gives the failures. */
export const movePartitions = proc<ControllerHost, MoveVars, MoveFailure[]>(
  'controller.movePartitions',
  [
    (t) => {
      const { partitions, target } = t.vars
      t.vars.failures = []
      if (partitions.length === 0) return t.return([])
      beginBatch(t.env)
      const valid = partitions.filter((tp) => isValidMove(t, tp, target))
      if (target !== 'OnlinePartition') {
        for (const tp of valid) setState(t, tp, target)
        sendBatch(t.ctx, t.env)
        return t.return([])
      }
      t.vars.toElect = plain(valid.filter((tp) => stateOf(t, tp) !== 'NewPartition'))
      return t.call(initializeLeaders, { partitions: plain(valid.filter((tp) => stateOf(t, tp) === 'NewPartition')) })
    },
    (t) => {
      setOnline(t, t.value as TopicPartition[], 'first')
      return t.call(electLeaders, {
        partitions: plain(t.vars.toElect!),
        strategy: t.vars.strategy ?? 'offline',
        successes: [],
        failures: [],
      })
    },
    (t) => {
      const { successes, failures } = t.value as { successes: TopicPartition[]; failures: MoveFailure[] }
      setOnline(t, successes, t.vars.strategy ?? 'offline')
      t.vars.failures = failures
      return hasRequests(t.env) ? labour(t, 'kafka.controller.requests') : undefined
    },
    (t) => {
      sendBatch(t.ctx, t.env)
      return t.return(t.vars.failures)
    },
  ],
  (t, failure) => {
    t.env.controller.batch = newBatch()
    if (isControllerMoved(failure)) {
      machineLog(t, 'ERROR', `Controller moved to another broker when moving some partitions to ${t.vars.target} state`)
      t.ctx.log('controller.log', '', '', `${failure.type}: ${failure.message}`)
      return undefined
    }
    machineLog(t, 'ERROR', `Error while moving some partitions to ${t.vars.target} state`)
    t.ctx.log('controller.log', '', '', `${failure.type}: ${failure.message}`)
    return t.return(t.vars.partitions.map(({ topic, partition }) => ({ topic, partition, failure })))
  },
)

function isValidMove(t: T<unknown>, tp: TopicPartition, target: PartitionStateName): boolean {
  const from = stateOf(t, tp)
  if (canMovePartition(from, target)) return true
  const should = `should be in one of ${validPreviousPartitionStates(target)} states before moving to ${target} state`
  const message = `Partition ${tpName(tp)} ${should}. Instead it is in ${from} state`
  logFailedPartition(t, tp, from, target, { type: 'java.lang.IllegalStateException', message })
  return false
}

function setState(t: T<unknown>, tp: TopicPartition, state: PartitionStateName): void {
  const from = stateOf(t, tp)
  const assigned = state === 'NewPartition' ? ` with assigned replicas ${replicasOf(t.env.controller, tp).join(',')}` : ''
  stateChangeLog(t.ctx, t.env, 'TRACE', `Changed partition ${tpName(tp)} state from ${from} to ${state}${assigned}`)
  changePartition(t.env.controller, tp, { state })
  if (state === 'OfflinePartition' && from !== state) t.ctx.note('partition.offline', tpName(tp), {})
}
function setOnline(t: T<unknown>, partitions: readonly TopicPartition[], strategy: ElectionStrategy | 'first'): void {
  for (const tp of partitions) {
    const l = leadershipOf(t.env.controller, tp)!
    const state = `LeaderAndIsr(leader=${l.leader}, leaderEpoch=${l.leaderEpoch}, isr=List(${l.isr.join(', ')}), zkVersion=${l.zkVersion})`
    stateChangeLog(t.ctx, t.env, 'TRACE', `Changed partition ${tpName(tp)} from ${stateOf(t, tp)} to OnlinePartition with state ${state}`)
    changePartition(t.env.controller, tp, { state: 'OnlinePartition' })
    t.ctx.note('leader.elected', tpName(tp), {
      leader: l.leader,
      leaderEpoch: l.leaderEpoch,
      isr: l.isr.slice(),
      controllerEpoch: l.controllerEpoch,
      strategy,
    })
  }
}

interface InitVars {
  partitions: TopicPartition[]
  states?: (TopicPartition & { leadership: LeaderAndIsr })[]
}
/** First leaders: the first live replica, all live ones in sync; writes `partitions`, then each partition, then each state. Gives those that succeeded. */
const initializeLeaders = proc<ControllerHost, InitVars, TopicPartition[]>('controller.initializeLeaders', [
  (t) => {
    const c = t.env.controller
    const withLeader: (TopicPartition & { leadership: LeaderAndIsr })[] = []
    for (const { topic, partition } of t.vars.partitions) {
      const replicas = replicasOf(c, { topic, partition })
      const live = replicas.filter((id) => isReplicaOnline(c, id))
      const leader = live[0]
      if (leader === undefined) {
        const who = `Controller ${t.env.config.brokerId} epoch ${c.epoch} encountered error during state change of partition ${topic}-${partition}`
        const message = `${who} from New to Online, assigned replicas are [], live brokers are [Set(${liveIds(c).join(', ')})]. No assigned replica is alive.`
        logFailedPartition(t, { topic, partition }, 'NewPartition', 'OnlinePartition', { type: STATE_CHANGE_FAILED, message })
      } else {
        withLeader.push({ topic, partition, leadership: { leader, leaderEpoch: 0, isr: live, zkVersion: 0, controllerEpoch: c.epoch } })
      }
    }
    t.vars.states = scalaOrder(withLeader, tpHash)
    if (withLeader.length === 0) return t.return([])
    const topics = [...new Set(t.vars.states.map((s) => s.topic))]
    return zkFenced(
      t,
      topics.map((topic) => keeper.create(paths.partitions(topic), null)),
      c.epochZkVersion,
    )
  },
  (t) =>
    zkFenced(
      t,
      t.vars.states!.map((s) => keeper.create(paths.partition(s), null)),
      t.env.controller.epochZkVersion,
    ),
  (t) =>
    zkFenced(
      t,
      t.vars.states!.map((s) => keeper.create(paths.state(s), znodes.encodeState(s.leadership))),
      t.env.controller.epochZkVersion,
    ),
  (t) => {
    const done: TopicPartition[] = []
    replies(t).forEach((r, i) => {
      const { topic, partition, leadership } = t.vars.states![i]!
      const tp = { topic, partition }
      if (r.err !== 0) return logFailedPartition(t, tp, 'NewPartition', 'OnlinePartition', keeperFailure(r.err))
      const frozen = freezeState(leadership)
      changePartition(t.env.controller, tp, { leadership: frozen })
      addLeaderAndIsr(t.ctx, t.env, frozen.isr, tp, frozen, replicasOf(t.env.controller, tp), true)
      done.push(tp)
    })
    return t.return(done)
  },
])

/** A state that nobody changes any more. */
export const freezeState = (l: LeaderAndIsr): LeaderAndIsr => Object.freeze({ ...l, isr: Object.freeze(l.isr.slice()) })

interface Elected {
  readonly successes: TopicPartition[]
  readonly failures: MoveFailure[]
}
interface ElectVars extends Elected {
  partitions: TopicPartition[]
  strategy: ElectionStrategy
}
/** Elects until no compare-and-set fails; a failed one repeats the election of all partitions of the batch, as 2.3.0 does. */
const electLeaders = proc<ControllerHost, ElectVars, Elected>('controller.electLeaders', [
  (t) => {
    if (t.vars.partitions.length === 0) return t.return({ successes: [], failures: [] })
  },
  (t) => {
    const round = t.value as (Elected & { again: boolean }) | undefined
    const { partitions, strategy, successes, failures } = t.vars
    if (round !== undefined) {
      successes.push(...round.successes)
      failures.push(...round.failures)
      if (!round.again) return t.return({ successes: successes.slice(), failures: failures.slice() })
    }
    return t.again(
      t.call(electRound, { partitions: plain(partitions), strategy, failures: [], read: [], leaderless: [], unclean: [], chosen: [] }),
    )
  },
])

interface RoundVars {
  partitions: TopicPartition[]
  strategy: ElectionStrategy
  failures: MoveFailure[]
  /** States read from ZooKeeper. */
  read: (TopicPartition & { leadership: LeaderAndIsr })[]
  /** Partitions without a live in-sync replica, and those of them whose topics allow unclean elections. */
  leaderless: string[]
  unclean: string[]
  chosen: (TopicPartition & { leadership: LeaderAndIsr; recipients: readonly number[]; unclean: boolean })[]
}
/** One round of an election; says whether another is needed. */
const electRound: Proc<RoundVars, Elected & { again: boolean }> = proc<ControllerHost, RoundVars, Elected & { again: boolean }>(
  'controller.electRound',
  [
    (t) =>
      zkBatch(
        t,
        t.vars.partitions.map((tp) => keeper.getData(paths.state(tp))),
      ),
    (t) => {
      const c = t.env.controller
      const { failures } = t.vars
      replies(t).forEach((r, i) => {
        const tp = t.vars.partitions[i]!
        const node = r.err === 0 || r.err === ERR.noNode ? dataOf(r) : undefined
        const leadership = node && znodes.decodeState(node.data, node.stat.version)
        const missing = `LeaderAndIsr information doesn't exist for partition ${tpName(tp)} in ${stateOf(t, tp)} state`
        if (r.err !== 0 && r.err !== ERR.noNode) failures.push({ ...tp, failure: keeperFailure(r.err, paths.state(tp)) })
        else if (leadership === undefined) failures.push({ ...tp, failure: { type: STATE_CHANGE_FAILED, message: missing } })
        else if (leadership.controllerEpoch > c.epoch)
          failures.push({ ...tp, failure: { type: STATE_CHANGE_FAILED, message: abortedText(t, tp, leadership) } })
        else t.vars.read.push({ ...tp, leadership })
      })
      if (t.vars.strategy !== 'offline') return
      const without = t.vars.read.filter((p) => !p.leadership.isr.some((id) => isReplicaOnline(c, id)))
      if (without.length === 0) return
      t.vars.leaderless = without.map(tpName)
      return zkBatch(
        t,
        without.map((p) => keeper.getData(paths.config('topics', p.topic))),
      )
    },
    (t) => {
      const { leaderless, strategy, failures } = t.vars
      const c = t.env.controller
      if (leaderless.length > 0) {
        replies(t).forEach((r, i) => {
          const override =
            r.err === 0 ? znodes.decodeConfig(r.result?.data ?? null).find(([key]) => key === 'unclean.leader.election.enable') : undefined
          if (override === undefined ? t.env.config.uncleanLeaderElectionEnable : override[1] === 'true')
            t.vars.unclean.push(leaderless[i]!)
        })
      }
      const chosen: RoundVars['chosen'] = []
      // Those without a live in-sync replica are decided first.
      const order = [
        ...t.vars.read.filter((p) => leaderless.includes(tpName(p))),
        ...t.vars.read.filter((p) => !leaderless.includes(tpName(p))),
      ]
      for (const { topic, partition, leadership } of order) {
        const tp = { topic, partition }
        const name = tpName(tp)
        const result = elect(strategy, leadership, {
          assignment: replicasOf(c, tp),
          target: c.reassigning[name] ?? [],
          live: liveIds(c),
          shuttingDown: c.shuttingDown,
          uncleanEnabled: t.vars.unclean.includes(name),
        })
        if (result.leadership === undefined) {
          const message = `Failed to elect leader for partition ${name} under strategy ${strategyText[strategy]}`
          failures.push({ ...tp, failure: { type: STATE_CHANGE_FAILED, message } })
        } else chosen.push({ ...tp, leadership: result.leadership, recipients: result.recipients.slice(), unclean: result.unclean })
      }
      t.vars.chosen = scalaOrder(chosen, tpHash)
      return t.call(writeStates, {
        states: t.vars.chosen.map(({ topic, partition, leadership }) => ({ topic, partition, leadership: freezeState(leadership) })),
      })
    },
    (t) => {
      const { written, retry, failed } = t.value as WrittenStates
      const { chosen, failures } = t.vars
      const successes: TopicPartition[] = []
      for (const { topic, partition, leadership } of written) {
        const tp = { topic, partition }
        const choice = chosen.find((p) => p.topic === topic && p.partition === partition)!
        changePartition(t.env.controller, tp, { leadership })
        addLeaderAndIsr(t.ctx, t.env, choice.recipients, tp, leadership, replicasOf(t.env.controller, tp), false)
        if (choice.unclean) t.ctx.note('leader.unclean', tpName(tp), { leader: leadership.leader, leaderEpoch: leadership.leaderEpoch })
        successes.push(tp)
      }
      failures.push(...failed)
      for (const { topic, partition, failure } of failures) {
        const tp = { topic, partition }
        logFailedPartition(t, tp, stateOf(t, tp), 'OnlinePartition', failure)
      }
      return t.return({ successes, failures: failures.slice(), again: retry.length > 0 })
    },
  ],
)

function abortedText(t: T<unknown>, tp: TopicPartition, leadership: LeaderAndIsr): string {
  const by = `This probably means that the current controller ${t.env.config.brokerId} went through a soft failure and another controller was elected`
  return `aborted leader election for partition ${tpName(tp)} since the LeaderAndIsr path was already written by another controller. ${by} with epoch ${leadership.controllerEpoch}.`
}

export interface WrittenStates {
  readonly written: readonly (TopicPartition & { readonly leadership: LeaderAndIsr })[]
  /** Lost a compare-and-set. */
  readonly retry: readonly TopicPartition[]
  readonly failed: readonly MoveFailure[]
}
interface WriteVars {
  states: (TopicPartition & { leadership: LeaderAndIsr })[]
}
/** Writes states under this controller's epoch, each conditional on the version read (KafkaZkClient.updateLeaderAndIsr). */
export const writeStates = proc<ControllerHost, WriteVars, WrittenStates>('controller.writeStates', [
  (t) => {
    const { epoch } = t.env.controller
    t.vars.states = t.vars.states.map((s) => ({ ...s, leadership: freezeState({ ...s.leadership, controllerEpoch: epoch }) }))
    if (t.vars.states.length === 0) return t.return({ written: [], retry: [], failed: [] })
    return labour(t, 'kafka.controller.decide')
  },
  (t) => {
    const { epochZkVersion } = t.env.controller
    const ops = t.vars.states.map((s): ZkOp => keeper.setData(paths.state(s), znodes.encodeState(s.leadership), s.leadership.zkVersion))
    return zkFenced(t, ops, epochZkVersion)
  },
  (t) => {
    const written: (TopicPartition & { leadership: LeaderAndIsr })[] = []
    const retry: TopicPartition[] = []
    const failed: MoveFailure[] = []
    replies(t).forEach((r, i) => {
      const { topic, partition, leadership } = t.vars.states[i]!
      if (r.err === 0) written.push({ topic, partition, leadership: freezeState({ ...leadership, zkVersion: r.result!.stat!.version }) })
      else if (r.err === ERR.badVersion) retry.push({ topic, partition })
      else failed.push({ topic, partition, failure: keeperFailure(r.err, paths.state({ topic, partition })) })
    })
    return t.return({ written: scalaOrder(scalaMutableMapOrder(written, tpHash), tpHash), retry, failed })
  },
])

/** Tries to bring partitions online that are new or offline (triggerOnlinePartitionStateChange). */
export const triggerOnline = proc<ControllerHost, { topic?: string }, void>('controller.triggerOnline', [
  (t) => {
    const c = t.env.controller
    const partitions = partitionsInStates(c, ['OfflinePartition', 'NewPartition'], t.vars.topic).filter(
      (p) => !isQueuedForDeletion(c, p.topic),
    )
    return t.call(movePartitions, { partitions: plain(partitions), target: 'OnlinePartition', strategy: 'offline' })
  },
])
