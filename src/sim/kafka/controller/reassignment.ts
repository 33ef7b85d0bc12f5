// Partition reassignment in its twelve steps (onPartitionReassignment in controller/KafkaController.scala at 2.3.0).
import { ERR } from '../../zookeeper/protocol/index.ts'
import {
  dataOf,
  expectOk,
  fail,
  isControllerMoved,
  keeper,
  paths,
  proc,
  reply,
  zkBatch,
  zkFenced,
  znodes,
  deleteRecursive,
  type LeaderAndIsr,
  type Proc,
  type Task,
} from '../client/index.ts'
import { intHash, parseTp, scalaMutableMapOrder, scalaOrder, tpHash, tpName } from '../protocol/index.ts'
import { addLeaderAndIsr, beginBatch, sendBatch, sendUpdateMetadata } from './batch.ts'
import { markIneligible, resumeDeletions } from './deletion.ts'
import { putEvent } from './events.ts'
import { watchNode } from './watch.ts'
import { freezeState, movePartitions, writeStates, type WrittenStates } from './partitions.ts'
import { moveReplicas } from './replicas.ts'
import {
  changePartition,
  clog,
  isQueuedForDeletion,
  isReplicaOnline,
  leadershipOf,
  liveOrShuttingDownIds,
  partitionsForTopic,
  replicaOf,
  replicasOf,
  setAssignment,
  stateChangeLog,
  type ControllerHost,
} from './state.ts'

type T<V> = Task<ControllerHost, V>

/** Reads /admin/reassign_partitions at a failover. */
export const initializeReassignment: Proc<object, void> = proc<ControllerHost, object, void>('controller.initializeReassignment', [
  (t) => zkBatch(t, [keeper.getData(paths.reassign)]),
  (t) => {
    const wanted = znodes.decodeReassignment(dataOf(reply(t))?.data ?? null)
    const text = wanted.map((w) => `${tpName(w)} -> Vector(${w.replicas.join(', ')})`).join(', ')
    clog(t.ctx, t.env, 'INFO', `Partitions being reassigned: Map(${text})`)
    for (const w of wanted) t.env.controller.reassigning[tpName(w)] = w.replicas.slice()
  },
])

/** The znode appeared (processPartitionReassignment). */
export const processReassignment: Proc<object, void> = proc<ControllerHost, object, void>('controller.processReassignment', [
  (t) => t.call(watchNode, { path: paths.reassign, handler: 'reassignment' }),
  (t) => (t.value === true ? zkBatch(t, [keeper.getData(paths.reassign)]) : t.return()),
  (t) => {
    const wanted = znodes.decodeReassignment(dataOf(reply(t))?.data ?? null)
    for (const w of wanted) t.env.controller.reassigning[tpName(w)] = w.replicas.slice()
    return t.call(maybeTriggerReassignment, { partitions: wanted.map(tpName) })
  },
])

interface TriggerVars {
  partitions: string[]
  remove?: string[]
}
/** Starts the reassignments that make sense and drops the others. */
export const maybeTriggerReassignment: Proc<TriggerVars, void> = proc<ControllerHost, TriggerVars, void>(
  'controller.maybeTriggerReassignment',
  [
    (t) => {
      t.vars.remove ??= []
      const name = t.vars.partitions.shift()
      if (name === undefined) return
      const c = t.env.controller
      const tp = parseTp(name)
      const target = c.reassigning[name]!
      const assigned = replicasOf(c, tp)
      const drop = (level: 'INFO' | 'ERROR', text: string) => {
        clog(t.ctx, t.env, level, text)
        t.vars.remove!.push(name)
        return t.again()
      }
      if (isQueuedForDeletion(c, tp.topic))
        return drop('INFO', `Skipping reassignment of ${name} since the topic is currently being deleted`)
      if (assigned.length === 0) return drop('ERROR', `Ignoring request to reassign partition ${name} that doesn't exist.`)
      if (assigned.join() === target.join()) {
        const text = `Partition ${name} to be reassigned is already assigned to replicas ${target.join(',')}. Ignoring request for partition reassignment.`
        return drop('INFO', text)
      }
      return t.again(t.call(startReassignment, { name }))
    },
    (t) => t.call(removeReassignments, { names: t.vars.remove!.slice() }),
  ],
)

const startReassignment: Proc<{ name: string }, void> = proc<ControllerHost, { name: string }, void>(
  'controller.startReassignment',
  [
    (t) => {
      const { name } = t.vars
      const tp = parseTp(name)
      clog(
        t.ctx,
        t.env,
        'INFO',
        `Handling reassignment of partition ${name} to new replicas ${t.env.controller.reassigning[name]!.join(',')}`,
      )
      t.env.zk!.nodeHandlers[paths.state(tp)] = `reassigned ${name}`
      markIneligible(t, [tp.topic], 'topic reassignment in progress')
      return t.call(reassign, { name })
    },
  ],
  (t, failure) => {
    const moved = isControllerMoved(failure)
    const because = moved ? ' because controller has moved to another broker' : ''
    clog(t.ctx, t.env, 'ERROR', `Error completing reassignment of partition ${t.vars.name}${because}`)
    t.ctx.log('controller.log', '', '', `${failure.type}: ${failure.message}`)
    return moved ? undefined : t.call(removeReassignments, { names: [t.vars.name] })
  },
)

/** Brokers that came back may let reassignments go on. */
export const resumeReassignments: Proc<{ brokers: number[]; left?: string[] }, void> = proc<
  ControllerHost,
  { brokers: number[]; left?: string[] },
  void
>('controller.resumeReassignments', [
  (t) => {
    const { reassigning } = t.env.controller
    t.vars.left = Object.keys(reassigning).filter((name) => reassigning[name]!.some((id) => t.vars.brokers.includes(id)))
  },
  (t) => {
    const name = t.vars.left!.shift()
    if (name !== undefined) return t.again(t.call(reassign, { name }))
  },
])

/** The state of a partition being reassigned changed: its ISR may be whole (processPartitionReassignmentIsrChange). */
export const processReassignmentIsrChange: Proc<{ topic: string; partition: number }, void> = proc<
  ControllerHost,
  { topic: string; partition: number },
  void
>('controller.reassignmentIsrChange', [
  (t) => {
    if (t.env.controller.reassigning[tpName(t.vars)] === undefined) return t.return()
    return zkBatch(t, [keeper.getData(paths.state(t.vars))])
  },
  (t) => {
    const name = tpName(t.vars)
    const target = t.env.controller.reassigning[name]!
    const node = dataOf(reply(t))
    const state = node && znodes.decodeState(node.data, node.stat.version)
    if (state === undefined) {
      clog(
        t.ctx,
        t.env,
        'ERROR',
        `Error handling reassignment of partition ${name} to replicas ${target.join(',')} as it was never created`,
      )
      return
    }
    const caughtUp = target.filter((id) => state.isr.includes(id))
    const head = `${caughtUp.length}/${target.length} replicas have caught up with the leader for partition ${name} being reassigned.`
    if (caughtUp.length === target.length) {
      clog(t.ctx, t.env, 'INFO', `${head} Resuming partition reassignment`)
      return t.call(reassign, { name })
    }
    const behind = target.filter((id) => !state.isr.includes(id))
    clog(t.ctx, t.env, 'INFO', `${head} Replica(s) ${behind.join(',')} still need to catch up`)
  },
])

interface ReassignVars {
  name: string
  /** Replicas that leave. */
  old?: number[]
  left?: number[]
}
const reassign: Proc<ReassignVars, void> = proc<ControllerHost, ReassignVars, void>('controller.reassign', [
  (t) => zkBatch(t, [keeper.getData(paths.state(parseTp(t.vars.name)))]),
  (t) => {
    const tp = parseTp(t.vars.name)
    const target = t.env.controller.reassigning[t.vars.name]!
    const node = dataOf(reply(t))
    const isr = (node && znodes.decodeState(node.data, node.stat.version)?.isr) ?? []
    if (!target.every((id) => isr.includes(id))) {
      clog(
        t.ctx,
        t.env,
        'INFO',
        `New replicas ${target.join(',')} for partition ${t.vars.name} being reassigned not yet caught up with the leader`,
      )
      return t.call(growAssignment, { name: t.vars.name })
    }
    t.vars.old = replicasOf(t.env.controller, tp).filter((id) => !target.includes(id))
    t.vars.left = target.slice()
  },
  (t) => {
    if (t.vars.left === undefined) return t.return()
    const replica = t.vars.left.shift()
    if (replica !== undefined)
      return t.again(t.call(moveReplicas, { replicas: [replicaOf(parseTp(t.vars.name), replica)], target: 'OnlineReplica' }))
  },
  (t) => t.call(moveLeader, { name: t.vars.name }),
  (t) => t.call(moveReplicas, { replicas: leaving(t), target: 'OfflineReplica' }),
  (t) => t.call(moveReplicas, { replicas: leaving(t), target: 'ReplicaDeletionStarted' }),
  (t) => t.call(moveReplicas, { replicas: leaving(t), target: 'ReplicaDeletionSuccessful' }),
  (t) => t.call(moveReplicas, { replicas: leaving(t), target: 'NonExistentReplica' }),
  (t) => t.call(writeAssignment, { name: t.vars.name, replicas: t.env.controller.reassigning[t.vars.name]!.slice() }),
  (t) => t.call(removeReassignments, { names: [t.vars.name] }),
  (t) => {
    const tp = parseTp(t.vars.name)
    sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(t.env.controller), [tp])
    t.ctx.note('partition.reassigned', t.vars.name, { replicas: replicasOf(t.env.controller, tp).slice() })
    return t.call(resumeDeletions, { topics: [tp.topic] })
  },
])
const leaving = (t: T<ReassignVars>) => t.vars.old!.map((id) => replicaOf(parseTp(t.vars.name), id))

interface GrowVars {
  name: string
  left?: number[]
}
/** Steps 1 to 3: the assignment becomes old and new together, and the new replicas start. */
const growAssignment: Proc<GrowVars, void> = proc<ControllerHost, GrowVars, void>('controller.growAssignment', [
  (t) => {
    const assigned = replicasOf(t.env.controller, parseTp(t.vars.name))
    const target = t.env.controller.reassigning[t.vars.name]!
    t.vars.left = target.filter((id) => !assigned.includes(id))
    const both = scalaOrder([...new Set([...target, ...assigned])], intHash)
    return t.call(writeAssignment, { name: t.vars.name, replicas: both })
  },
  (t) => {
    const all = replicasOf(t.env.controller, parseTp(t.vars.name)).slice()
    return t.call(raiseEpoch, { name: t.vars.name, recipients: all.slice(), replicas: all })
  },
  (t) => {
    const replica = t.vars.left!.shift()
    if (replica !== undefined)
      return t.again(t.call(moveReplicas, { replicas: [replicaOf(parseTp(t.vars.name), replica)], target: 'NewReplica' }))
  },
  (t) => {
    const target = t.env.controller.reassigning[t.vars.name]!
    const text = `Waiting for new replicas ${target.join(',')} for partition ${t.vars.name} being reassigned to catch up with the leader`
    clog(t.ctx, t.env, 'INFO', text)
  },
])

/** Steps 6 and 7: the assignment becomes the new one in memory; the leader moves there, or only its epoch does. */
const moveLeader: Proc<{ name: string }, void> = proc<ControllerHost, { name: string }, void>('controller.moveLeader', [
  (t) => {
    const c = t.env.controller
    const { name } = t.vars
    const tp = parseTp(name)
    const target = c.reassigning[name]!
    const before = replicasOf(c, tp).slice()
    const leader = leadershipOf(c, tp)!.leader
    setAssignment(c, tp, target)
    const head = `Leader ${leader} for partition ${name} being reassigned, is`
    const elect = () => t.call(movePartitions, { partitions: [tp], target: 'OnlinePartition', strategy: 'reassign' })
    if (!target.includes(leader)) {
      clog(t.ctx, t.env, 'INFO', `${head} not in the new list of replicas ${target.join(',')}. Re-electing leader`)
      return elect()
    }
    const alive = isReplicaOnline(c, leader)
    clog(t.ctx, t.env, 'INFO', `${head} already in the new list of replicas ${target.join(',')} ${alive ? 'and is alive' : 'but is dead'}`)
    return alive ? t.call(raiseEpoch, { name, recipients: before, replicas: target.slice() }) : elect()
  },
])

interface RaiseVars {
  name: string
  recipients: number[]
  replicas: number[]
}
/** Leader and ISR stay, the leader epoch grows, and the replicas hear of the new assignment. */
const raiseEpoch: Proc<RaiseVars, void> = proc<ControllerHost, RaiseVars, void>('controller.raiseEpoch', [
  (t) => {
    clog(t.ctx, t.env, 'DEBUG', `Updating leader epoch for partition ${t.vars.name}`)
    return zkBatch(t, [keeper.getData(paths.state(parseTp(t.vars.name)))])
  },
  (t) => {
    const tp = parseTp(t.vars.name)
    const node = dataOf(reply(t))
    const state = node && znodes.decodeState(node.data, node.stat.version)
    if (state === undefined) {
      const why = "This could mean we somehow tried to reassign a partition that doesn't exist"
      fail(
        'java.lang.IllegalStateException',
        `Cannot update leader epoch for partition ${t.vars.name} as leaderAndIsr path is empty. ${why}`,
      )
    }
    return t.call(writeStates, { states: [{ ...tp, leadership: { ...state, leaderEpoch: state.leaderEpoch + 1 } }] })
  },
  (t) => {
    const { written, failed } = t.value as WrittenStates
    if (failed[0] !== undefined) fail(failed[0].failure.type, failed[0].failure.message)
    if (written[0] === undefined)
      return t.call(raiseEpoch, { name: t.vars.name, recipients: t.vars.recipients.slice(), replicas: t.vars.replicas.slice() })
    const leadership: LeaderAndIsr = freezeState(written[0].leadership)
    const tp = parseTp(t.vars.name)
    clog(t.ctx, t.env, 'INFO', `Updated leader epoch for partition ${t.vars.name} to ${leadership.leaderEpoch}`)
    changePartition(t.env.controller, tp, { leadership })
    beginBatch(t.env)
    addLeaderAndIsr(t.ctx, t.env, t.vars.recipients, tp, leadership, t.vars.replicas, false)
    sendBatch(t.ctx, t.env)
    const text = `(Leader:${leadership.leader},ISR:${leadership.isr.join(',')},LeaderEpoch:${leadership.leaderEpoch},ControllerEpoch:${leadership.controllerEpoch})`
    const to = `to leader ${leadership.leader} for partition being reassigned ${t.vars.name}`
    stateChangeLog(
      t.ctx,
      t.env,
      'TRACE',
      `Sent LeaderAndIsr request ${text} with new assigned replica list ${t.vars.replicas.join(',')} ${to}`,
    )
  },
])

/** Writes a topic's assignment with one partition's changed. */
const writeAssignment: Proc<{ name: string; replicas: number[] }, void> = proc<ControllerHost, { name: string; replicas: number[] }, void>(
  'controller.writeAssignment',
  [
    (t) => {
      const c = t.env.controller
      const tp = parseTp(t.vars.name)
      setAssignment(c, tp, t.vars.replicas)
      const all = scalaOrder(
        scalaMutableMapOrder(partitionsForTopic(c, tp.topic), (p) => intHash(p.partition)),
        tpHash,
      )
      const data = znodes.encodeTopic(all.map((p) => [p.partition, p.replicas] as const))
      return zkFenced(t, [keeper.setData(paths.topic(tp.topic), data, -1)], c.epochZkVersion)
    },
    (t) => {
      const r = reply(t)
      if (r.err === ERR.noNode) fail('java.lang.IllegalStateException', `Topic ${parseTp(t.vars.name).topic} doesn't exist`)
      expectOk(r)
      const text = `Updated assigned replicas for partition ${t.vars.name} being reassigned to ${t.vars.replicas.join(',')}`
      clog(t.ctx, t.env, 'INFO', text)
    },
  ],
)

/** Drops reassignments from the picture and from the znode, which goes with the last. */
const removeReassignments: Proc<{ names: string[] }, void> = proc<ControllerHost, { names: string[] }, void>(
  'controller.removeReassignments',
  [
    (t) => {
      const c = t.env.controller
      const { names } = t.vars
      for (const name of names) delete t.env.zk!.nodeHandlers[paths.state(parseTp(name))]
      const rest = Object.keys(c.reassigning).filter((name) => !names.includes(name))
      clog(t.ctx, t.env, 'INFO', `Removing partitions Set(${names.join(', ')}) from the list of reassigned partitions in zookeeper`)
      if (rest.length === 0) {
        clog(t.ctx, t.env, 'INFO', `No more partitions need to be reassigned. Deleting zk path ${paths.reassign}`)
        return t.call(deleteRecursive, { path: paths.reassign, epochZkVersion: c.epochZkVersion })
      }
      const partitions = rest.map((name) => {
        const { topic, partition } = parseTp(name)
        return `{"topic":${JSON.stringify(topic)},"partition":${partition},"replicas":[${c.reassigning[name]!.join(',')}]}`
      })
      return zkFenced(t, [keeper.setData(paths.reassign, `{"version":1,"partitions":[${partitions.join(',')}]}`, -1)], c.epochZkVersion)
    },
    (t) => {
      const c = t.env.controller
      const emptied = Object.keys(c.reassigning).every((name) => t.vars.names.includes(name))
      for (const name of t.vars.names) delete c.reassigning[name]
      if (emptied) putEvent(t.env, { type: 'PartitionReassignment' })
    },
  ],
)
