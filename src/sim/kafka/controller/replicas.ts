// The replica state machine at work: moves replicas to a state; going offline takes a replica out of the ISR, in ZooKeeper too (controller/ReplicaStateMachine.scala at 2.3.0).
import { ERR } from '../../zookeeper/protocol/index.ts'
import {
  isControllerMoved,
  keeper,
  keeperFailure,
  NO_LEADER,
  paths,
  proc,
  replies,
  zkBatch,
  znodes,
  type Failure,
  type LeaderAndIsr,
  type Proc,
  type Task,
} from '../client/index.ts'
import { intHash, scalaMutableMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { addLeaderAndIsr, addStopReplica, addUpdateMetadata, beginBatch, hasRequests, sendBatch } from './batch.ts'
import { canMoveReplica, type ReplicaStateName } from './machines.ts'
import { freezeState, writeStates, type MoveFailure, type WrittenStates } from './partitions.ts'
import {
  changePartition,
  isQueuedForDeletion,
  labour,
  leadershipOf,
  liveOrShuttingDownIds,
  newBatch,
  partitionOf,
  replicasOf,
  replicaState,
  replicaText,
  setAssignment,
  setReplicaState,
  stateChangeLog,
  type ControllerHost,
  type PartitionReplica,
} from './state.ts'

type T<V> = Task<ControllerHost, V>
const STATE_CHANGE_FAILED = 'kafka.common.StateChangeFailedException'

export function logReplicaMachine(t: T<unknown>, level: 'INFO' | 'DEBUG' | 'ERROR', text: string): void {
  t.ctx.log(
    'controller.log',
    level,
    'kafka.controller.ZkReplicaStateMachine',
    `[ReplicaStateMachine controllerId=${t.env.config.brokerId}] ${text}`,
  )
}

interface MoveVars {
  replicas: PartitionReplica[]
  target: ReplicaStateName
  /** Brokers left to do. */
  ids?: number[]
}
/** Moves replicas to a state, broker by broker, and tells the brokers. */
export const moveReplicas = proc<ControllerHost, MoveVars, void>(
  'controller.moveReplicas',
  [
    (t) => {
      if (t.vars.replicas.length === 0) return t.return()
      beginBatch(t.env)
      const ids = [...new Set(t.vars.replicas.map((r) => r.replica))]
      t.vars.ids = scalaOrder(scalaMutableMapOrder(ids, intHash), intHash)
    },
    (t) => {
      const id = t.vars.ids!.shift()
      if (id === undefined) return
      const mine = t.vars.replicas.filter((r) => r.replica === id).map(({ topic, partition, replica }) => ({ topic, partition, replica }))
      return t.again(t.call(moveReplicasOf, { id, replicas: mine, target: t.vars.target }))
    },
    (t) => (hasRequests(t.env) ? labour(t, 'kafka.controller.requests') : undefined),
    (t) => sendBatch(t.ctx, t.env),
  ],
  (t, failure) => {
    t.env.controller.batch = newBatch()
    const moved = isControllerMoved(failure)
    const text = moved ? `Controller moved to another broker when moving some replicas to` : 'Error while moving some replicas to'
    logReplicaMachine(t, 'ERROR', `${text} ${t.vars.target} state`)
    t.ctx.log('controller.log', '', '', `${failure.type}: ${failure.message}`)
    return moved ? undefined : t.return()
  },
)

function changed(t: T<unknown>, r: PartitionReplica, to: ReplicaStateName): void {
  const from = replicaState(t.env.controller, r)
  stateChangeLog(t.ctx, t.env, 'TRACE', `Changed state of replica ${r.replica} for partition ${tpName(r)} from ${from} to ${to}`)
  setReplicaState(t.env.controller, r, to)
}
function logFailed(t: T<unknown>, r: PartitionReplica, to: ReplicaStateName, failure: Failure): void {
  const { brokerId } = t.env.config
  const who = `Controller ${brokerId} epoch ${t.env.controller.epoch} initiated state change of replica ${r.replica} for partition ${tpName(r)}`
  stateChangeLog(t.ctx, t.env, 'ERROR', `${who} from ${replicaState(t.env.controller, r)} to ${to} failed`)
  t.ctx.log('state-change.log', '', '', `${failure.type}: ${failure.message}`)
}

interface MoveOfVars {
  id: number
  replicas: PartitionReplica[]
  target: ReplicaStateName
}
const moveReplicasOf: Proc<MoveOfVars, void> = proc<ControllerHost, MoveOfVars, void>('controller.moveReplicasOf', [
  (t) => {
    const { target } = t.vars
    const valid = t.vars.replicas.filter((r) => {
      const from = replicaState(t.env.controller, r)
      if (canMoveReplica(from, target)) return true
      const message = `Replica ${replicaText(r)} should not be moved to ${target} state. Instead it is in ${from} state`
      logFailed(t, r, target, { type: 'java.lang.IllegalStateException', message })
      return false
    })
    switch (target) {
      case 'NewReplica':
        for (const r of valid) toNew(t, r)
        return t.return()
      case 'OnlineReplica':
        for (const r of valid) toOnline(t, r)
        return t.return()
      case 'OfflineReplica':
        return t.call(toOffline, { id: t.vars.id, replicas: valid.map(({ topic, partition, replica }) => ({ topic, partition, replica })) })
      case 'ReplicaDeletionStarted':
        for (const r of valid) {
          changed(t, r, target)
          addStopReplica(t.env, [r.replica], r, true)
        }
        return t.return()
      case 'NonExistentReplica':
        for (const r of valid) {
          setAssignment(
            t.env.controller,
            r,
            replicasOf(t.env.controller, r).filter((id) => id !== r.replica),
          )
          changed(t, r, target)
        }
        return t.return()
      case 'ReplicaDeletionIneligible':
      case 'ReplicaDeletionSuccessful':
        for (const r of valid) changed(t, r, target)
        return t.return()
    }
  },
])

function toNew(t: T<unknown>, r: PartitionReplica): void {
  const c = t.env.controller
  const leadership = leadershipOf(c, r)
  if (leadership?.leader === r.replica) {
    const message = `Replica ${r.replica} for partition ${tpName(r)} cannot be moved to NewReplica state as it is being requested to become leader`
    return logFailed(t, r, 'OfflineReplica', { type: STATE_CHANGE_FAILED, message })
  }
  if (leadership !== null) addLeaderAndIsr(t.ctx, t.env, [r.replica], r, leadership, replicasOf(c, r), true)
  changed(t, r, 'NewReplica')
}

function toOnline(t: T<unknown>, r: PartitionReplica): void {
  const c = t.env.controller
  const assignment = replicasOf(c, r)
  if (replicaState(c, r) === 'NewReplica') {
    if (!assignment.includes(r.replica)) setAssignment(c, r, [...assignment, r.replica])
  } else {
    const leadership = leadershipOf(c, r)
    if (leadership !== null) addLeaderAndIsr(t.ctx, t.env, [r.replica], r, leadership, assignment, false)
  }
  changed(t, r, 'OnlineReplica')
}

interface OfflineVars {
  id: number
  replicas: PartitionReplica[]
}
const toOffline: Proc<OfflineVars, void> = proc<ControllerHost, OfflineVars, void>('controller.toOffline', [
  (t) => {
    for (const r of t.vars.replicas) addStopReplica(t.env, [t.vars.id], r, false)
    const led = t.vars.replicas.filter((r) => leadershipOf(t.env.controller, r) !== null)
    return t.call(removeFromIsr, { id: t.vars.id, partitions: led.map(({ topic, partition }) => ({ topic, partition })), results: [] })
  },
  (t) => {
    const c = t.env.controller
    const { id } = t.vars
    const updated = t.value as (TopicPartition & { leadership: LeaderAndIsr })[]
    for (const { topic, partition, leadership } of updated) {
      const tp = { topic, partition }
      if (!isQueuedForDeletion(c, topic)) {
        const others = replicasOf(c, tp).filter((r) => r !== id)
        addLeaderAndIsr(t.ctx, t.env, others, tp, leadership, replicasOf(c, tp), false)
      }
      changed(t, { topic, partition, replica: id }, 'OfflineReplica')
    }
    for (const r of t.vars.replicas) {
      if (leadershipOf(c, r) !== null) continue
      addUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(c), [r])
      changed(t, r, 'OfflineReplica')
    }
  },
])

interface RemoveVars {
  id: number
  partitions: TopicPartition[]
  results: (TopicPartition & { leadership: LeaderAndIsr })[]
}
/** Takes a replica out of ISRs until no compare-and-set fails; gives all states as they are then. */
const removeFromIsr: Proc<RemoveVars, RemoveVars['results']> = proc<ControllerHost, RemoveVars, RemoveVars['results']>(
  'controller.removeFromIsr',
  [
    (t) => {
      const round = t.value as Removed | undefined
      if (round !== undefined) {
        t.vars.results.push(...round.results)
        t.vars.partitions = round.retry.slice()
      }
      if (t.vars.partitions.length === 0) return t.return(t.vars.results.slice())
      const { id } = t.vars
      return t.again(
        t.call(removeRound, {
          id,
          partitions: t.vars.partitions.map(({ topic, partition }) => ({ topic, partition })),
          failures: [],
          unchanged: [],
        }),
      )
    },
  ],
)

interface Removed {
  readonly results: RemoveVars['results']
  readonly retry: TopicPartition[]
}
interface RoundVars {
  id: number
  partitions: TopicPartition[]
  failures: MoveFailure[]
  unchanged: RemoveVars['results']
}
const removeRound: Proc<RoundVars, Removed> = proc<ControllerHost, RoundVars, Removed>('controller.removeRound', [
  (t) =>
    zkBatch(
      t,
      t.vars.partitions.map((tp) => keeper.getData(paths.state(tp))),
    ),
  (t) => {
    const c = t.env.controller
    const { id, failures, unchanged } = t.vars
    const read: RemoveVars['results'] = []
    replies(t).forEach((r, i) => {
      const tp = t.vars.partitions[i]!
      const leadership = r.err === 0 ? znodes.decodeState(r.result?.data ?? null, r.result!.stat!.version) : undefined
      if (r.err !== 0 && r.err !== ERR.noNode) failures.push({ ...tp, failure: keeperFailure(r.err, paths.state(tp)) })
      else if (leadership === undefined) {
        const message = `Failed to change state of replica ${id} for partition ${tpName(tp)} since the leader and isr path in zookeeper is empty`
        if (!isQueuedForDeletion(c, tp.topic)) failures.push({ ...tp, failure: { type: STATE_CHANGE_FAILED, message } })
      } else if (leadership.controllerEpoch > c.epoch) {
        failures.push({ ...tp, failure: { type: STATE_CHANGE_FAILED, message: writtenByAnother(c.epoch, leadership.controllerEpoch) } })
      } else read.push({ ...tp, leadership })
    })
    const ordered = scalaOrder(scalaMutableMapOrder(read, tpHash), tpHash)
    const states = ordered
      .filter((p) => p.leadership.isr.includes(id))
      .map(({ topic, partition, leadership: l }) => ({
        topic,
        partition,
        leadership: {
          ...l,
          leader: l.leader === id ? NO_LEADER : l.leader,
          isr: l.isr.length === 1 ? l.isr.slice() : l.isr.filter((r) => r !== id),
          leaderEpoch: l.leaderEpoch + 1,
        },
      }))
    unchanged.push(...ordered.filter((p) => !p.leadership.isr.includes(id)))
    return t.call(writeStates, { states })
  },
  (t) => {
    const c = t.env.controller
    const { written, retry, failed } = t.value as WrittenStates
    const results: RemoveVars['results'] = []
    for (const { topic, partition, leadership } of [...t.vars.unchanged, ...written]) {
      const frozen = freezeState({ ...leadership, controllerEpoch: c.epoch })
      if (partitionOf(c, { topic, partition }) !== undefined) changePartition(c, { topic, partition }, { leadership: frozen })
      results.push({ topic, partition, leadership: frozen })
    }
    for (const { topic, partition, leadership: l } of written) {
      t.ctx.note('isr.shrunk', tpName({ topic, partition }), {
        without: t.vars.id,
        isr: l.isr.slice(),
        leader: l.leader,
        leaderEpoch: l.leaderEpoch,
        controllerEpoch: c.epoch,
      })
    }
    for (const { topic, partition, failure } of [...t.vars.failures, ...failed]) {
      logFailed(t, { topic, partition, replica: t.vars.id }, 'OfflineReplica', failure)
    }
    return t.return({ results: scalaOrder(results, tpHash), retry: retry.map(({ topic, partition }) => ({ topic, partition })) })
  },
])

const writtenByAnother = (mine: number, other: number): string =>
  `Leader and isr path written by another controller. This probablymeans the current controller with epoch ${mine} went through a soft failure and ` +
  `another controller was elected with epoch ${other}. Aborting state change by this controller`
