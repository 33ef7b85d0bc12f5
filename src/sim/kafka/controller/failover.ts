// Becoming controller and ceasing to be: the election, the order of steps of a failover, resignation (controller/KafkaController.scala and
// KafkaZkClient.registerControllerAndIncrementControllerEpoch at 2.3.0).
import { seconds } from '../../base/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import {
  childrenOf,
  dataOf,
  expectOk,
  fail,
  isControllerMoved,
  keeper,
  paths,
  proc,
  replies,
  reply,
  zkBatch,
  zkFenced,
  znodes,
  type Failure,
  type Proc,
  type Task,
} from '../client/index.ts'
import { readBrokers } from './brokers.ts'
import { sendUpdateMetadata } from './batch.ts'
import { addChannel, removeChannel, startChannel } from './channels.ts'
import { logPartitionMachine, triggerOnline } from './partitions.ts'
import { initializeReassignment, maybeTriggerReassignment } from './reassignment.ts'
import { logReplicaMachine, moveReplicas } from './replicas.ts'
import {
  allPartitions,
  changePartition,
  clog,
  epochsText,
  everyReplica,
  isActive,
  isReplicaOnline,
  leadershipOf,
  liveIds,
  liveOrShuttingDownIds,
  moveController,
  namesText,
  replicasOf,
  replicaOf,
  replicaText,
  resetContext,
  setAssignment,
  setLiveBrokers,
  setReplicaState,
  work,
  type ControllerHost,
  type LiveBroker,
} from './state.ts'
import { scalaMutableMapOrder, scalaMutableSetOrder, scalaOrder, javaHash, replicaHash, tpHash, tpName } from '../protocol/index.ts'
import { initDeletion, tryDeletion } from './deletion.ts'
import { preferredElection } from './preferred.ts'

type T<V> = Task<ControllerHost, V>
const MOVED = 'org.apache.kafka.common.errors.ControllerMovedException'

/** Reads who is controller into `activeControllerId`. */
export const readController = proc<ControllerHost, object, number>('controller.readController', [
  (t) => zkBatch(t, [keeper.getData(paths.controller)]),
  (t) => {
    const node = dataOf(reply(t))
    const id = node === undefined ? -1 : znodes.decodeController(node.data)
    if (id === undefined) fail('kafka.common.KafkaException', `Failed to parse the controller info json ${node!.data}`)
    return t.return(id)
  },
])

/** Registers the handler of a path's changes and looks whether it exists, which sets the watch. */
export const watchNode = proc<ControllerHost, { path: string; handler: string }, boolean>('controller.watchNode', [
  (t) => {
    t.env.zk!.nodeHandlers[t.vars.path] = t.vars.handler
    return zkBatch(t, [keeper.exists(t.vars.path)])
  },
  (t) => t.return(expectOk(reply(t), ERR.noNode).err === 0),
])

/** Watches and reads /controller, and resigns when it was this broker and is no more. */
export const maybeResign = proc<ControllerHost, { wasActive?: boolean }, void>('controller.maybeResign', [
  (t) => {
    t.vars.wasActive = isActive(t.env)
    return t.call(watchNode, { path: paths.controller, handler: 'controller' })
  },
  (t) => t.call(readController, {}),
  (t) => {
    t.env.controller.activeControllerId = t.value as number
    if (t.vars.wasActive === true && !isActive(t.env)) resign(t)
  },
])

/** Stands for election; the winner takes over. */
export const elect: Proc<object, void> = proc<ControllerHost, object, void>(
  'controller.elect',
  [
    (t) => t.call(readController, {}),
    (t) => {
      const c = t.env.controller
      c.activeControllerId = t.value as number
      if (c.activeControllerId !== -1) {
        const text = `Broker ${c.activeControllerId} has been elected as the controller, so stopping the election process.`
        clog(t.ctx, t.env, 'DEBUG', text)
        return t.return()
      }
      moveController(t.env, 'elect')
      return work(t, 'kafka.controller.elect')
    },
    (t) => (t.env.controller.value === 'Electing' ? t.call(takeOffice, {}) : undefined),
    (t) => {
      const c = t.env.controller
      const office = t.value as { epoch: number; zkVersion: number }
      c.epoch = office.epoch
      c.epochZkVersion = office.zkVersion
      c.activeControllerId = t.env.config.brokerId
      moveController(t.env, 'elected')
      const { brokerId } = t.env.config
      const text = `${brokerId} successfully elected as the controller. Epoch incremented to ${c.epoch} and epoch zk version is now ${c.epochZkVersion}`
      clog(t.ctx, t.env, 'INFO', text)
      t.ctx.note('controller.elected', `broker ${brokerId}`, { broker: brokerId, epoch: c.epoch })
      return t.call(failover, {})
    },
  ],
  (t, failure) => t.call(isControllerMoved(failure) ? lostElection : failedElection, { failure }),
)

const lostElection: Proc<{ failure: Failure }, void> = proc<ControllerHost, { failure: Failure }, void>('controller.lostElection', [
  (t) => t.call(maybeResign, {}),
  (t) => {
    const c = t.env.controller
    if (c.value === 'Electing') moveController(t.env, 'lost')
    if (c.activeControllerId === -1) {
      clog(t.ctx, t.env, 'WARN', 'A controller has been elected but just resigned, this will result in another round of election')
    } else {
      clog(t.ctx, t.env, 'DEBUG', `Broker ${c.activeControllerId} was elected as controller instead of broker ${t.env.config.brokerId}`)
    }
    t.ctx.log('controller.log', '', '', `${t.vars.failure.type}: ${t.vars.failure.message}`)
  },
])
const failedElection: Proc<{ failure: Failure }, void> = proc<ControllerHost, { failure: Failure }, void>('controller.failedElection', [
  (t) => {
    const text = `Error while electing or becoming controller on broker ${t.env.config.brokerId}. Trigger controller movement immediately`
    clog(t.ctx, t.env, 'ERROR', text)
    t.ctx.log('controller.log', '', '', `${t.vars.failure.type}: ${t.vars.failure.message}`)
    return t.call(moveAway, {})
  },
  (t) => {
    if (t.env.controller.value === 'Electing') moveController(t.env, 'lost')
  },
])

/** Gives the office up by deleting /controller (triggerControllerMove). */
const moveAway: Proc<{ version?: number }, void> = proc<ControllerHost, { version?: number }, void>(
  'controller.moveAway',
  [
    (t) => t.call(readController, {}),
    (t) => {
      const c = t.env.controller
      c.activeControllerId = t.value as number
      if (!isActive(t.env)) {
        clog(t.ctx, t.env, 'WARN', 'Controller has already moved when trying to trigger controller movement')
        return t.return()
      }
      t.vars.version = c.epochZkVersion
      c.activeControllerId = -1
      resign(t)
      return zkFenced(t, [keeper.remove(paths.controller)], t.vars.version)
    },
  ],
  (t, failure) => {
    if (!isControllerMoved(failure)) return undefined
    clog(t.ctx, t.env, 'WARN', 'Controller has already moved when trying to trigger controller movement')
    return t.return()
  },
)

interface OfficeVars {
  epoch?: number
  version?: number
}
/** One multi makes /controller and raises /controller_epoch; fails with ControllerMovedException when another was first. */
const takeOffice: Proc<OfficeVars, { epoch: number; zkVersion: number }> = proc<
  ControllerHost,
  OfficeVars,
  { epoch: number; zkVersion: number }
>('controller.takeOffice', [
  (t) => zkBatch(t, [keeper.getData(paths.controllerEpoch)]),
  (t) => {
    if (reply(t).err === ERR.noNode) return t.call(createEpoch, {})
    const node = dataOf(reply(t))!
    return t.call(epochOf, { data: node.data, version: node.stat.version })
  },
  (t) => {
    const { epoch, version } = t.value as { epoch: number; version: number }
    t.vars.epoch = epoch + 1
    t.vars.version = version
    return work(t, 'kafka.controller.take')
  },
  (t) => {
    const version = t.vars.version!
    const data = znodes.encodeController(t.env.config.brokerId, t.ctx.wallMs)
    return zkBatch(t, [
      keeper.multi([keeper.createEphemeral(paths.controller, data), keeper.setData(paths.controllerEpoch, String(t.vars.epoch), version)]),
    ])
  },
  (t) => {
    const r = reply(t)
    const epoch = t.vars.epoch!
    if (r.err === 0) return t.return({ epoch, zkVersion: r.result!.results![1]!.stat!.version })
    if (r.err === ERR.nodeExists || r.err === ERR.badVersion) return t.call(checkOffice, { epoch })
    expectOk(r)
  },
  (t) => t.return(t.value),
])
const epochOf: Proc<{ data: string | null; version: number }, { epoch: number; version: number }> = proc<
  ControllerHost,
  { data: string | null; version: number },
  { epoch: number; version: number }
>('controller.epochOf', [
  (t) => {
    const { data, version } = t.vars
    if (data === null || !/^-?\d+$/.test(data)) fail('java.lang.NumberFormatException', `For input string: "${data ?? ''}"`)
    return t.return({ epoch: Number(data), version })
  },
])
const createEpoch: Proc<object, { epoch: number; version: number }> = proc<ControllerHost, object, { epoch: number; version: number }>(
  'controller.createEpoch',
  [
    (t) => work(t, 'kafka.controller.epoch'),
    (t) => zkBatch(t, [keeper.create(paths.controllerEpoch, '0')]),
    (t) => {
      const r = expectOk(reply(t), ERR.nodeExists)
      if (r.err === ERR.nodeExists) return zkBatch(t, [keeper.getData(paths.controllerEpoch)])
      const text = `Successfully created /controller_epoch with initial epoch 0`
      t.ctx.log('console', 'INFO', 'kafka.zk.KafkaZkClient', text)
      return t.return({ epoch: 0, version: 0 })
    },
    (t) => {
      const node = dataOf(reply(t))
      if (node === undefined)
        fail('java.lang.IllegalStateException', '/controller_epoch existed before but goes away while trying to read it')
      return t.return({ epoch: Number(node.data), version: node.stat.version })
    },
  ],
)
/** The multi failed: lost, unless the znode is this broker's own with the epoch it meant to write. */
const checkOffice: Proc<{ epoch: number }, { epoch: number; zkVersion: number }> = proc<
  ControllerHost,
  { epoch: number },
  { epoch: number; zkVersion: number }
>('controller.checkOffice', [
  (t) => t.call(readController, {}),
  (t) => {
    const id = t.value as number
    const gone =
      'The ephemeral node at /controller went away while checking whether the controller election succeeds. Aborting controller startup procedure'
    if (id === -1) fail(MOVED, gone)
    if (id !== t.env.config.brokerId) fail(MOVED, 'Controller moved to another broker. Aborting controller startup procedure')
    return zkBatch(t, [keeper.getData(paths.controllerEpoch)])
  },
  (t) => {
    const node = dataOf(reply(t))
    if (node !== undefined && Number(node.data) === t.vars.epoch) return t.return({ epoch: t.vars.epoch, zkVersion: node.stat.version })
    fail(MOVED, 'Controller moved to another broker. Aborting controller startup procedure')
  },
])

const CHILD_HANDLERS: readonly (readonly [path: string, handler: string])[] = [
  [paths.brokerIds, 'brokerChange'],
  [paths.topics, 'topicChange'],
  [paths.deleteTopics, 'topicDeletion'],
  [paths.logDirEvents, 'logDirEvent'],
  [paths.isrChanges, 'isrChange'],
]

/** Everything a new controller does, in its order (onControllerFailover). */
const failover: Proc<object, void> = proc<ControllerHost, object, void>('controller.failover', [
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Registering handlers')
    for (const [path, handler] of CHILD_HANDLERS) t.env.zk!.childHandlers[path] = handler
    return work(t, 'kafka.controller.register')
  },
  (t) => t.call(watchNode, { path: paths.preferredElection, handler: 'preferredElection' }),
  (t) => t.call(watchNode, { path: paths.reassign, handler: 'reassignment' }),
  (t) => work(t, 'kafka.controller.step'),
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Deleting log dir event notifications')
    return t.call(deleteNotifications, { path: paths.logDirEvents })
  },
  (t) => {
    clog(t.ctx, t.env, 'INFO', 'Deleting isr change notifications')
    return work(t, 'kafka.controller.step')
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
    return work(t, 'kafka.controller.deletions')
  },
  (t) => {
    return zkBatch(t, [keeper.getChildren(paths.deleteTopics)])
  },
  (t) => {
    initDeletion(t, childrenOf(reply(t)))
    clog(t.ctx, t.env, 'INFO', 'Sending update metadata request')
    return work(t, 'kafka.controller.update')
  },
  (t) => {
    sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(t.env.controller), [])
    return work(t, 'kafka.controller.machines')
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

/** The next check of leaders against their preferred brokers. */
export function scheduleRebalance(t: T<unknown>, delaySeconds: number): void {
  t.ctx.timer('controller rebalance', seconds(delaySeconds), {
    periodic: `every ${t.env.config.leaderImbalanceCheckIntervalSeconds} s: automatic leader rebalance`,
  })
}

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
  (t) => work(t, 'kafka.controller.step'),
  (t) => t.call(readBrokers, {}),
  (t) => {
    const c = t.env.controller
    setLiveBrokers(c, t.value as LiveBroker[])
    clog(t.ctx, t.env, 'INFO', `Initialized broker epochs cache: ${epochsText(c)}`)
    return work(t, 'kafka.controller.topics')
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
    return work(t, 'kafka.controller.states')
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
    return work(t, 'kafka.controller.channels')
  },
  (t) => t.call(initializeReassignment, {}),
  (t) => {
    const c = t.env.controller
    clog(t.ctx, t.env, 'INFO', `Currently active brokers in the cluster: Set(${liveIds(c).join(', ')})`)
    clog(t.ctx, t.env, 'INFO', `Currently shutting brokers in the cluster: Set(${c.shuttingDown.join(', ')})`)
    clog(t.ctx, t.env, 'INFO', `Current list of topics in the cluster: Set(${c.topics.join(', ')})`)
  },
])

/** Assignments that a batch of reads of topics gave, in the order of the real one's map. */
export function assignmentsIn(
  topics: readonly string[],
  t: { readonly value: unknown },
): { readonly topic: string; readonly partition: number; readonly replicas: readonly number[] }[] {
  const all = replies(t).flatMap((r, i) => {
    const node = dataOf(r)
    const partitions = node === undefined ? undefined : znodes.decodeTopic(node.data)
    const read = (partitions ?? []).map(([partition, replicas]) => ({ topic: topics[i]!, partition, replicas }))
    return scalaOrder(read, tpHash)
  })
  return scalaOrder(all, tpHash)
}

/** Registers for changes of brokers' znodes, one after the other. */
export const watchBrokers: Proc<{ ids: number[] }, void> = proc<ControllerHost, { ids: number[] }, void>('controller.watchBrokers', [
  (t) => {
    const ids = t.vars.ids
    if (ids.length > 0)
      clog(
        t.ctx,
        t.env,
        'DEBUG',
        `Register BrokerModifications handler for ${t.env.controller.value === 'Active' ? 'ArrayBuffer' : 'Set'}(${ids.join(', ')})`,
      )
  },
  (t) => {
    const id = t.vars.ids.shift()
    if (id === undefined) return
    t.env.controller.brokerHandlers.push(id)
    return t.again(t.call(watchNode, { path: paths.broker(id), handler: `broker ${id}` }))
  },
])
export function unwatchBrokers(t: T<unknown>, ids: readonly number[], text: string): void {
  clog(t.ctx, t.env, 'DEBUG', `Unregister BrokerModifications handler for ${text}`)
  for (const id of ids) delete t.env.zk?.nodeHandlers[paths.broker(id)]
  const c = t.env.controller
  c.brokerHandlers = c.brokerHandlers.filter((id) => !ids.includes(id))
}

/** Reads partitions' states into the picture. */
export const readStates: Proc<{ partitions: { topic: string; partition: number }[] }, void> = proc<
  ControllerHost,
  { partitions: { topic: string; partition: number }[] },
  void
>('controller.readStates', [
  (t) =>
    zkBatch(
      t,
      t.vars.partitions.map((tp) => keeper.getData(paths.state(tp))),
    ),
  (t) => {
    replies(t).forEach((r, i) => {
      const node = dataOf(r)
      const leadership = node && znodes.decodeState(node.data, node.stat.version)
      if (leadership !== undefined) changePartition(t.env.controller, t.vars.partitions[i]!, { leadership })
    })
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

/** Ceases to be controller: handlers, machines, channels and picture go (onControllerResignation). Does nothing else to a broker that was none. */
export function resign(t: T<unknown>): void {
  const { ctx, env } = t
  const c = env.controller
  const wasInOffice = c.value === 'Active' || c.value === 'TakingOver'
  clog(ctx, env, 'DEBUG', 'Resigning')
  const { zk } = env
  if (zk !== null) {
    for (const [path] of CHILD_HANDLERS) delete zk.childHandlers[path]
    for (const path of [paths.reassign, paths.preferredElection]) delete zk.nodeHandlers[path]
    for (const topic of c.topics) delete zk.nodeHandlers[paths.topic(topic)]
    for (const name of Object.keys(zk.nodeHandlers)) if (name.endsWith('/state')) delete zk.nodeHandlers[name]
  }
  unwatchBrokers(t, c.brokerHandlers.slice(), `Set(${c.brokerHandlers.join(', ')})`)
  ctx.clearTimer('controller rebalance')
  logPartitionMachine(t, 'INFO', 'Stopped partition state machine')
  logReplicaMachine(t, 'INFO', 'Stopped replica state machine')
  for (const id of Object.keys(c.channels)) removeChannel(ctx, env, Number(id))
  const epoch = c.epoch
  resetContext(c)
  moveController(env, 'resign')
  clog(ctx, env, 'INFO', 'Resigned')
  if (wasInOffice) ctx.note('controller.resigned', `broker ${env.config.brokerId}`, { broker: env.config.brokerId, epoch })
}
