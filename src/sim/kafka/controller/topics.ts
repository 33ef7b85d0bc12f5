// Topics that appear, grow and change hands: what the controller does on their znodes' events (controller/KafkaController.scala at 2.3.0).
import { childrenOf, keeper, paths, proc, replies, reply, zkBatch, zkFenced, znodes, dataOf, type Proc } from '../client/index.ts'
import { javaHash, parseTp, scalaOrder, tpName, type TopicPartition } from '../protocol/index.ts'
import { sendUpdateMetadata } from './batch.ts'
import { assignmentsIn, readStates } from './watch.ts'
import { movePartitions } from './partitions.ts'
import { moveReplicas } from './replicas.ts'
import {
  clog,
  isQueuedForDeletion,
  liveOrShuttingDownIds,
  namesText,
  partitionOf,
  removeTopic,
  replicaOf,
  replicasOf,
  setAssignment,
  type ControllerHost,
  type PartitionReplica,
} from './state.ts'

type Assigned = TopicPartition & { readonly replicas: readonly number[] }
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))
const mapText = (list: readonly Assigned[]): string =>
  `Map(${list.map((p) => `${tpName(p)} -> Vector(${p.replicas.join(', ')})`).join(', ')})`

interface ChangeVars {
  added?: string[]
  gone?: string[]
}
/** /brokers/topics has other children (processTopicChange). */
export const processTopicChange: Proc<ChangeVars, void> = proc<ControllerHost, ChangeVars, void>('controller.topicChange', [
  (t) => zkBatch(t, [keeper.getChildren(paths.topics)]),
  (t) => {
    const c = t.env.controller
    const topics = scalaOrder(childrenOf(reply(t)), javaHash)
    t.vars.added = topics.filter((topic) => !c.topics.includes(topic))
    t.vars.gone = c.topics.filter((topic) => !topics.includes(topic))
    c.topics = topics
    for (const topic of t.vars.added) t.env.zk!.nodeHandlers[paths.topic(topic)] = `partitions ${topic}`
    return zkBatch(
      t,
      t.vars.added.map((topic) => keeper.getData(paths.topic(topic))),
    )
  },
  (t) => {
    const c = t.env.controller
    const { added, gone } = t.vars
    const assigned = assignmentsIn(added!, t)
    for (const topic of gone!) removeTopic(c, topic)
    for (const p of assigned) setAssignment(c, p, p.replicas)
    const text = `New topics: [Set(${added!.join(', ')})], deleted topics: [Set(${gone!.join(', ')})], new partition replica assignment [${mapText(assigned)}]`
    clog(t.ctx, t.env, 'INFO', text)
    for (const topic of added!) t.ctx.note('topic.created', topic, { partitions: assigned.filter((p) => p.topic === topic).length })
    if (assigned.length > 0) return t.call(createPartitions, { partitions: copyTps(assigned) })
  },
])

/** A topic's znode changed: it may have grown (processPartitionModifications). */
export const processPartitionModifications: Proc<{ topic: string }, void> = proc<ControllerHost, { topic: string }, void>(
  'controller.partitionModifications',
  [
    (t) => zkBatch(t, [keeper.getData(paths.topic(t.vars.topic))]),
    (t) => {
      const c = t.env.controller
      const { topic } = t.vars
      const added = assignmentsIn([topic], t).filter((p) => partitionOf(c, p) === undefined)
      if (isQueuedForDeletion(c, topic)) {
        if (added.length === 0) {
          clog(t.ctx, t.env, 'INFO', 'Ignoring partition change during topic deletion as no new partitions are added')
          return
        }
        const numbers = added.map((p) => p.partition).join(',')
        clog(t.ctx, t.env, 'WARN', `Skipping adding partitions ${numbers} for topic ${topic} since it is currently being deleted`)
        return t.call(restoreAssignment, {
          topic,
          all: assignmentsIn([topic], t).map((p) => [p.partition, p.replicas.slice()] as [number, number[]]),
        })
      }
      if (added.length === 0) return
      clog(t.ctx, t.env, 'INFO', `New partitions to be added ${mapText(added)}`)
      for (const p of added) setAssignment(c, p, p.replicas)
      t.ctx.note('topic.grown', topic, { partitions: added.length })
      return t.call(createPartitions, { partitions: copyTps(added) })
    },
  ],
)
interface RestoreVars {
  topic: string
  all: [number, number[]][]
}
const restoreAssignment: Proc<RestoreVars, void> = proc<ControllerHost, RestoreVars, void>('controller.restoreAssignment', [
  (t) => {
    clog(t.ctx, t.env, 'INFO', `Restoring the partition replica assignment for topic ${t.vars.topic}`)
    return zkBatch(t, [keeper.getChildren(paths.partitions(t.vars.topic))])
  },
  (t) => {
    const existing = childrenOf(reply(t))
    const data = znodes.encodeTopic(t.vars.all.filter(([p]) => existing.includes(String(p))))
    return zkFenced(t, [keeper.setData(paths.topic(t.vars.topic), data, -1)], t.env.controller.epochZkVersion)
  },
])

/** New -> Online for partitions and replicas (onNewPartitionCreation). */
const createPartitions: Proc<{ partitions: TopicPartition[] }, void> = proc<ControllerHost, { partitions: TopicPartition[] }, void>(
  'controller.createPartitions',
  [
    (t) => {
      clog(t.ctx, t.env, 'INFO', `New partition creation callback for ${namesText(t.vars.partitions)}`)
      return t.call(movePartitions, { partitions: copyTps(t.vars.partitions), target: 'NewPartition' })
    },
    (t) => t.call(moveReplicas, { replicas: replicasFor(t.env, t.vars.partitions), target: 'NewReplica' }),
    (t) => t.call(movePartitions, { partitions: copyTps(t.vars.partitions), target: 'OnlinePartition', strategy: 'offline' }),
    (t) => t.call(moveReplicas, { replicas: replicasFor(t.env, t.vars.partitions), target: 'OnlineReplica' }),
  ],
)
const replicasFor = (env: ControllerHost, partitions: readonly TopicPartition[]): PartitionReplica[] =>
  partitions.flatMap((tp) => replicasOf(env.controller, tp).map((id) => replicaOf(tp, id)))

interface IsrVars {
  nodes?: string[]
  partitions?: TopicPartition[]
}
/** Leaders wrote that ISRs changed: read those states, tell everybody, delete the notes (processIsrChangeNotification). */
export const processIsrChange: Proc<IsrVars, void> = proc<ControllerHost, IsrVars, void>('controller.isrChange', [
  (t) => zkBatch(t, [keeper.getChildren(paths.isrChanges)]),
  (t) => {
    t.vars.nodes = childrenOf(reply(t)).slice()
    return zkBatch(
      t,
      t.vars.nodes.map((name) => keeper.getData(`${paths.isrChanges}/${name}`)),
    )
  },
  (t) => {
    t.vars.partitions = copyTps(replies(t).flatMap((r) => znodes.decodePartitions(dataOf(r)?.data ?? null)))
    if (t.vars.partitions.length > 0) return t.call(readStates, { partitions: copyTps(t.vars.partitions) })
  },
  (t) => {
    const c = t.env.controller
    const { nodes, partitions } = t.vars
    if (partitions!.length > 0) {
      const brokers = liveOrShuttingDownIds(c)
      const names = partitions!.map(tpName).join(', ')
      clog(
        t.ctx,
        t.env,
        'DEBUG',
        `Sending MetadataRequest to Brokers: ArrayBuffer(${brokers.join(', ')}) for TopicPartitions: ArrayBuffer(${names})`,
      )
      const unique = [...new Set(partitions!.map(tpName))].map(parseTp)
      sendUpdateMetadata(t.ctx, t.env, brokers, unique)
    }
    if (nodes!.length === 0) return t.return()
    return zkFenced(
      t,
      nodes!.map((name) => keeper.remove(`${paths.isrChanges}/${name}`)),
      c.epochZkVersion,
    )
  },
])

/** A broker reports a failed disk. Disks of the simulation do not fail: the notes are deleted unread. */
export const processLogDirEvent: Proc<object, void> = proc<ControllerHost, object, void>('controller.logDirEvent', [
  (t) => zkBatch(t, [keeper.getChildren(paths.logDirEvents)]),
  (t) => {
    const nodes = childrenOf(reply(t))
    if (nodes.length === 0) return t.return()
    return zkFenced(
      t,
      nodes.map((name) => keeper.remove(`${paths.logDirEvents}/${name}`)),
      t.env.controller.epochZkVersion,
    )
  },
])
