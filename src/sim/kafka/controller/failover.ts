// What a new controller does, in its order (KafkaController.onControllerFailover and initializeControllerContext at 2.3.0).
import { seconds } from '../../base/index.ts'
import { type Proc, type Task, childrenOf, dataOf, keeper, paths, proc, reply, zkBatch, zkFenced, znodes } from '../client/index.ts'
import { javaHash, replicaHash, scalaMutableMapOrder, scalaMutableSetOrder, scalaOrder, tpHash, tpName } from '../protocol/index.ts'
import { sendUpdateMetadata } from './batch.ts'
import { readBrokers } from './brokers.ts'
import { addChannel, startChannel } from './channels.ts'
import { initDeletion, tryDeletion } from './deletion.ts'
import { logPartitionMachine, triggerOnline } from './partitions.ts'
import { preferredElection } from './preferred.ts'
import { initializeReassignment, maybeTriggerReassignment } from './reassignment.ts'
import { logReplicaMachine, moveReplicas } from './replicas.ts'
import { CHILD_HANDLERS } from './resign.ts'
import {
  type ControllerHost,
  type LiveBroker,
  allPartitions,
  changePartition,
  clog,
  epochsText,
  everyReplica,
  isReplicaOnline,
  leadershipOf,
  liveIds,
  liveOrShuttingDownIds,
  moveController,
  namesText,
  replicaOf,
  replicaText,
  replicasOf,
  setAssignment,
  setLiveBrokers,
  setReplicaState,
  labour,
} from './state.ts'
import { assignmentsIn, readStates, watchBrokers, watchNode } from './watch.ts'

type T<V> = Task<ControllerHost, V>

/** Everything a new controller does, in its order (onControllerFailover). */
export const failover: Proc<object, void> = proc<ControllerHost, object, void>('controller.failover', [
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Registering handlers')
    for (const [path, handler] of CHILD_HANDLERS) t.env.zk!.childHandlers[path] = handler
    return labour(t, 'kafka.controller.register')
  },
  (t) => t.call(watchNode, { path: paths.preferredElection, handler: 'preferredElection' }),
  (t) => t.call(watchNode, { path: paths.reassign, handler: 'reassignment' }),
  (t) => labour(t, 'kafka.controller.step'),
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Deleting log dir event notifications')
    return t.call(deleteNotifications, { path: paths.logDirEvents })
  },
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Deleting isr change notifications')
    return labour(t, 'kafka.controller.step')
  },
  (t) => {
    return t.call(deleteNotifications, { path: paths.isrChanges })
  },
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Initializing controller context')
    return t.call(initializeContext, {})
  },
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Fetching topic deletions in progress')
    return labour(t, 'kafka.controller.deletions')
  },
  (t) => {
    return zkBatch(t, [keeper.getChildren(paths.deleteTopics)])
  },
  (t) => {
    initDeletion(t, childrenOf(reply(t)))
    clog(t.ctx, t.env, 'INFO', 'Sending update metadata request')
    return labour(t, 'kafka.controller.update')
  },
  (t) => {
    sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(t.env.controller), [])
    return labour(t, 'kafka.controller.machines')
  },
  (t) => t.call(startReplicaMachine, {}),
  (t) => t.call(startPartitionMachine, {}),
  (t) => {
    clog(t.ctx, t.env, 'INFO', `Ready to serve as the new controller with epoch ${t.env.controller.epoch}`)
    moveController(t.env, 'ready')
    return t.call(maybeTriggerReassignment, { partitions: Object.keys(t.env.controller.reassigning) })
  },
  (t) => t.call(tryDeletion, {}),
  (t) => zkBatch(t, [keeper.getData(paths.preferredElection)]),
  (t) => {
    const pending = pendingElections(t, dataOf(reply(t))?.data ?? null)
    return t.call(preferredElection, { partitions: pending, trigger: 'zookeeper' })
  },
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Starting the controller scheduler')
    if (t.env.config.autoLeaderRebalanceEnable) scheduleRebalance(t, 5)
  },
])

/** Deletes what is below a path of notifications, each by itself. */
const deleteNotifications: Proc<{ path: string }, void> = proc<ControllerHost, { path: string }, void>('controller.deleteNotifications', [
  (t) => zkBatch(t, [keeper.getChildren(t.vars.path)]),
  (t) => {
    const children = childrenOf(reply(t))
    if (children.length === 0) return t.return()
    return zkFenced(
      t,
      children.map((child) => keeper.remove(`${t.vars.path}/${child}`)),
      t.env.controller.epochZkVersion,
    )
  },
])

const initializeContext: Proc<object, void> = proc<ControllerHost, object, void>('controller.initializeContext', [
  (t) => labour(t, 'kafka.controller.step'),
  (t) => t.call(readBrokers, {}),
  (t) => {
    const c = t.env.controller
    setLiveBrokers(c, t.value as LiveBroker[])
    clog(t.ctx, t.env, 'INFO', `Initialized broker epochs cache: ${epochsText(c)}`)
    return labour(t, 'kafka.controller.topics')
  },
  (t) => zkBatch(t, [keeper.getChildren(paths.topics)]),
  (t) => {
    const c = t.env.controller
    c.topics = scalaOrder(childrenOf(reply(t)), javaHash)
    for (const topic of c.topics) t.env.zk!.nodeHandlers[paths.topic(topic)] = `partitions ${topic}`
    return zkBatch(
      t,
      c.topics.map((topic) => keeper.getData(paths.topic(topic))),
    )
  },
  (t) => {
    const c = t.env.controller
    for (const { topic, partition, replicas } of assignmentsIn(c.topics, t)) setAssignment(c, { topic, partition }, replicas)
    c.shuttingDown = []
    return labour(t, 'kafka.controller.states')
  },
  (t) => {
    const c = t.env.controller
    return t.call(watchBrokers, { ids: liveOrShuttingDownIds(c) })
  },
  (t) => t.call(readStates, { partitions: allPartitions(t.env.controller).map(({ topic, partition }) => ({ topic, partition })) }),
  (t) => {
    const c = t.env.controller
    for (const broker of c.liveBrokers) addChannel(t.ctx, t.env, broker, false)
    for (const _ of c.liveBrokers) startChannel(t.ctx, t.env)
    return labour(t, 'kafka.controller.channels')
  },
  (t) => t.call(initializeReassignment, {}),
  (t) => {
    const c = t.env.controller
    clog(t.ctx, t.env, 'INFO', `Currently active brokers in the cluster: Set(${liveIds(c).join(', ')})`)
    clog(t.ctx, t.env, 'INFO', `Currently shutting brokers in the cluster: Set(${c.shuttingDown.join(', ')})`)
    clog(t.ctx, t.env, 'INFO', `Current list of topics in the cluster: Set(${c.topics.join(', ')})`)
  },
])

const startReplicaMachine: Proc<object, void> = proc<ControllerHost, object, void>('controller.startReplicaMachine', [
  (t) => {
    const c = t.env.controller
    logReplicaMachine(t, 'INFO', 'Initializing replica state')
    for (const p of allPartitions(c)) {
      for (const id of p.replicas)
        setReplicaState(c, replicaOf(p, id), isReplicaOnline(c, id) ? 'OnlineReplica' : 'ReplicaDeletionIneligible')
    }
    logReplicaMachine(t, 'INFO', 'Triggering online replica state changes')
    return t.call(moveReplicas, { replicas: replicasThat(t, true), target: 'OnlineReplica' })
  },
  (t) => {
    logReplicaMachine(t, 'INFO', 'Triggering offline replica state changes')
    return t.call(moveReplicas, { replicas: replicasThat(t, false), target: 'OfflineReplica' })
  },
  (t) => {
    const states = scalaMutableMapOrder(
      allPartitions(t.env.controller).flatMap((p) => p.replicas.map((id) => ({ ...replicaOf(p, id), state: p.replicaStates[id] }))),
      replicaHash,
    )
    const text = states.map((r) => `${replicaText(r)} -> ${r.state}`).join(', ')
    logReplicaMachine(t, 'DEBUG', `Started replica state machine with initial state -> Map(${text})`)
  },
])
const replicasThat = (t: T<unknown>, online: boolean) =>
  scalaMutableSetOrder(
    everyReplica(t.env.controller).filter((r) => isReplicaOnline(t.env.controller, r.replica) === online),
    replicaHash,
  )

const startPartitionMachine: Proc<object, void> = proc<ControllerHost, object, void>('controller.startPartitionMachine', [
  (t) => {
    const c = t.env.controller
    logPartitionMachine(t, 'INFO', 'Initializing partition state')
    for (const p of allPartitions(c)) {
      const state =
        p.leadership === null ? 'NewPartition' : isReplicaOnline(c, p.leadership.leader) ? 'OnlinePartition' : 'OfflinePartition'
      changePartition(c, p, { state })
    }
    logPartitionMachine(t, 'INFO', 'Triggering online partition state changes')
    return t.call(triggerOnline, {})
  },
  (t) => {
    const states = scalaMutableMapOrder(allPartitions(t.env.controller), tpHash)
    const text = `Started partition state machine with initial state -> Map(${states.map((p) => `${tpName(p)} -> ${p.state}`).join(', ')})`
    t.ctx.log(
      'controller.log',
      'DEBUG',
      'kafka.controller.ZkPartitionStateMachine',
      `[PartitionStateMachine controllerId=${t.env.config.brokerId}] ${text}`,
    )
  },
])

function pendingElections(t: T<unknown>, data: string | null) {
  const c = t.env.controller
  const all = znodes.decodePartitions(data)
  const completed = all.filter((tp) => replicasOf(c, tp).length === 0 || leadershipOf(c, tp)?.leader === replicasOf(c, tp)[0])
  const open = all.filter((tp) => !completed.includes(tp))
  const deleted = open.filter((tp) => c.topicsToBeDeleted.includes(tp.topic))
  const pending = open.filter((tp) => !deleted.includes(tp))
  clog(t.ctx, t.env, 'INFO', `Partitions undergoing preferred replica election: ${namesText(all)}`)
  clog(t.ctx, t.env, 'INFO', `Partitions that completed preferred replica election: ${namesText(completed)}`)
  clog(t.ctx, t.env, 'INFO', `Skipping preferred replica election for partitions due to topic deletion: ${namesText(deleted)}`)
  clog(t.ctx, t.env, 'INFO', `Resuming preferred replica election for partitions: ${namesText(pending)}`)
  return pending.map(({ topic, partition }) => ({ topic, partition }))
}

/** The next check of leaders against their preferred brokers. */
export function scheduleRebalance(t: T<unknown>, delaySeconds: number): void {
  t.ctx.timer('controller rebalance', seconds(delaySeconds), {
    periodic: `every ${t.env.config.leaderImbalanceCheckIntervalSeconds} s: automatic leader rebalance`,
  })
}
