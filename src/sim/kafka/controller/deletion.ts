// Topics on their way out: replicas stopped, then deleted, then the znodes; held up while a replica's broker is down or a reassignment runs
// (controller/TopicDeletionManager.scala at 2.3.0).
import type { LogEntry } from '../../kernel/index.ts'
import { childrenOf, deleteRecursive, keeper, paths, proc, reply, zkBatch, zkFenced, type Proc, type Task } from '../client/index.ts'
import { errorName, ERRORS, parseTp, replicaHash, scalaOrder, tpName, type TopicPartition } from '../protocol/index.ts'
import { sendUpdateMetadata } from './batch.ts'
import type { ControllerEvent } from './events.ts'
import type { ReplicaStateName } from './machines.ts'
import { movePartitions } from './partitions.ts'
import { moveReplicas } from './replicas.ts'
import {
  clog,
  isLive,
  isQueuedForDeletion,
  liveOrShuttingDownIds,
  namesText,
  partitionsForTopic,
  removeTopic,
  replicasForTopic,
  replicaState,
  replicaText,
  type ControllerHost,
  type PartitionReplica,
} from './state.ts'

type T<V> = Task<ControllerHost, V>
const copy = (rs: readonly PartitionReplica[]): PartitionReplica[] =>
  rs.map(({ topic, partition, replica }) => ({ topic, partition, replica }))
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))
const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])]
const texts = (rs: readonly PartitionReplica[]): string => rs.map(replicaText).join(',')

function log(t: T<unknown>, level: LogEntry['level'], text: string): void {
  t.ctx.log('controller.log', level, 'kafka.controller.TopicDeletionManager', `[Topic Deletion Manager ${t.env.config.brokerId}] ${text}`)
}
const inState = (t: T<unknown>, topic: string, state: ReplicaStateName): PartitionReplica[] =>
  replicasForTopic(t.env.controller, topic).filter((r) => replicaState(t.env.controller, r) === state)

/** At a failover: which deletions are under way, and which of them cannot go on. */
export function initDeletion(t: T<unknown>, queued: readonly string[]): void {
  const c = t.env.controller
  const offline = c.topics.filter((topic) => replicasForTopic(c, topic).some((r) => !isLive(c, r.replica)))
  const ineligible = union(
    offline,
    Object.keys(c.reassigning).map((name) => parseTp(name).topic),
  )
  clog(t.ctx, t.env, 'INFO', `List of topics to be deleted: ${queued.join(',')}`)
  clog(t.ctx, t.env, 'INFO', `List of topics ineligible for deletion: ${ineligible.join(',')}`)
  clog(t.ctx, t.env, 'INFO', 'Initializing topic deletion manager')
  const sets = `initial deletions: Set(${queued.join(', ')}), initial ineligible deletions: Set(${ineligible.join(', ')})`
  log(t, 'INFO', `Initializing manager with ${sets}`)
  if (!t.env.config.deleteTopicEnable) return
  c.topicsToBeDeleted = queued.slice()
  c.topicsIneligibleForDeletion = ineligible.filter((topic) => queued.includes(topic))
}

export function markIneligible(t: T<unknown>, topics: readonly string[], reason: string): void {
  const c = t.env.controller
  const halted = topics.filter((topic) => c.topicsToBeDeleted.includes(topic))
  c.topicsIneligibleForDeletion = union(c.topicsIneligibleForDeletion, halted)
  if (halted.length > 0) log(t, 'INFO', `Halted deletion of topics ${halted.join(',')} due to ${reason}`)
}

/** /admin/delete_topics has new children (processTopicDeletion). */
export const processTopicDeletion: Proc<{ topics?: string[] }, void> = proc<ControllerHost, { topics?: string[] }, void>(
  'controller.topicDeletion',
  [
    (t) => zkBatch(t, [keeper.getChildren(paths.deleteTopics)]),
    (t) => {
      const c = t.env.controller
      const all = childrenOf(reply(t))
      clog(t.ctx, t.env, 'DEBUG', `Delete topics listener fired for topics ${all.join(',')} to be deleted`)
      const unknown = all.filter((topic) => !c.topics.includes(topic))
      t.vars.topics = all.filter((topic) => c.topics.includes(topic))
      if (unknown.length === 0) return
      clog(t.ctx, t.env, 'WARN', `Ignoring request to delete non-existing topics ${unknown.join(',')}`)
      return zkFenced(
        t,
        unknown.map((topic) => keeper.remove(paths.deleteTopic(topic))),
        c.epochZkVersion,
      )
    },
    (t) => {
      const c = t.env.controller
      const topics = t.vars.topics!
      if (topics.length === 0) return t.return()
      if (!t.env.config.deleteTopicEnable) {
        clog(t.ctx, t.env, 'INFO', `Removing Set(${topics.join(', ')}) since delete topic is disabled`)
        return zkFenced(
          t,
          topics.map((topic) => keeper.remove(paths.deleteTopic(topic))),
          c.epochZkVersion,
        )
      }
      clog(t.ctx, t.env, 'INFO', `Starting topic deletion for topics ${topics.join(',')}`)
      for (const topic of topics) {
        if (Object.keys(c.reassigning).some((name) => parseTp(name).topic === topic))
          markIneligible(t, [topic], 'topic reassignment in progress')
      }
      c.topicsToBeDeleted = union(c.topicsToBeDeleted, topics)
      return t.call(resumeAll, {})
    },
  ],
)

/** What stood in the way of these topics is gone. */
export const resumeDeletions: Proc<{ topics: string[] }, void> = proc<ControllerHost, { topics: string[] }, void>(
  'controller.resumeDeletions',
  [
    (t) => {
      const c = t.env.controller
      const topics = t.vars.topics.filter((topic) => c.topicsToBeDeleted.includes(topic))
      if (topics.length === 0) return
      c.topicsIneligibleForDeletion = c.topicsIneligibleForDeletion.filter((topic) => !topics.includes(topic))
      return t.call(resumeAll, {})
    },
  ],
)
export const tryDeletion: Proc<object, void> = proc<ControllerHost, object, void>('controller.tryDeletion', [(t) => t.call(resumeAll, {})])

const resumeAll: Proc<{ left?: string[] }, void> = proc<ControllerHost, { left?: string[] }, void>('controller.resumeAll', [
  (t) => {
    t.vars.left = t.env.controller.topicsToBeDeleted.slice()
    if (t.vars.left.length > 0) log(t, 'INFO', `Handling deletion for topics ${t.vars.left.join(',')}`)
  },
  (t) => {
    const topic = t.vars.left!.shift()
    if (topic !== undefined) return t.again(t.call(resumeTopic, { topic }))
  },
])
const resumeTopic: Proc<{ topic: string }, void> = proc<ControllerHost, { topic: string }, void>('controller.resumeTopic', [
  (t) => {
    const { topic } = t.vars
    const all = replicasForTopic(t.env.controller, topic)
    if (inState(t, topic, 'ReplicaDeletionSuccessful').length === all.length) return t.call(completeDeletion, { topic })
    const ineligible = inState(t, topic, 'ReplicaDeletionIneligible')
    if (inState(t, topic, 'ReplicaDeletionStarted').length > 0 || ineligible.length === 0) return
    log(t, 'INFO', `Retrying deletion of topic ${topic} since replicas ${texts(ineligible)} were not successfully deleted`)
    return t.call(moveReplicas, { replicas: copy(ineligible), target: 'OfflineReplica' })
  },
  (t) => {
    const c = t.env.controller
    const { topic } = t.vars
    const mayStart =
      isQueuedForDeletion(c, topic) &&
      !c.topicsIneligibleForDeletion.includes(topic) &&
      inState(t, topic, 'ReplicaDeletionStarted').length === 0
    if (!mayStart) return
    log(t, 'INFO', `Deletion of topic ${topic} (re)started`)
    return t.call(deleteTopic, { topic })
  },
])

const completeDeletion: Proc<{ topic: string }, void> = proc<ControllerHost, { topic: string }, void>('controller.completeDeletion', [
  (t) => {
    const { topic } = t.vars
    delete t.env.zk!.nodeHandlers[paths.topic(topic)]
    return t.call(moveReplicas, { replicas: copy(inState(t, topic, 'ReplicaDeletionSuccessful')), target: 'NonExistentReplica' })
  },
  (t) => {
    const c = t.env.controller
    c.topicsToBeDeleted = c.topicsToBeDeleted.filter((topic) => topic !== t.vars.topic)
    c.topicsWithDeletionStarted = c.topicsWithDeletionStarted.filter((topic) => topic !== t.vars.topic)
    return t.call(deleteRecursive, { path: paths.topic(t.vars.topic), epochZkVersion: c.epochZkVersion })
  },
  (t) => zkFenced(t, [keeper.remove(paths.config('topics', t.vars.topic))], t.env.controller.epochZkVersion),
  (t) => zkFenced(t, [keeper.remove(paths.deleteTopic(t.vars.topic))], t.env.controller.epochZkVersion),
  (t) => {
    removeTopic(t.env.controller, t.vars.topic)
    log(t, 'INFO', `Deletion of topic ${t.vars.topic} successfully completed`)
    t.ctx.note('topic.deleted', t.vars.topic, {})
  },
])

/** onTopicDeletion: brokers stop serving it, then its replicas go. */
const deleteTopic: Proc<{ topic: string }, void> = proc<ControllerHost, { topic: string }, void>('controller.deleteTopic', [
  (t) => {
    const { topic } = t.vars
    const c = t.env.controller
    log(t, 'INFO', `Topic deletion callback for ${topic}`)
    if (c.topicsWithDeletionStarted.includes(topic)) return
    return t.call(movePartitions, { partitions: copyTps(partitionsForTopic(c, topic)), target: 'OfflinePartition' })
  },
  (t) => {
    const c = t.env.controller
    if (c.topicsWithDeletionStarted.includes(t.vars.topic)) return
    return t.call(movePartitions, { partitions: copyTps(partitionsForTopic(c, t.vars.topic)), target: 'NonExistentPartition' })
  },
  (t) => {
    const c = t.env.controller
    const { topic } = t.vars
    c.topicsWithDeletionStarted = union(c.topicsWithDeletionStarted, [topic])
    const partitions = partitionsForTopic(c, topic)
    sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(c), partitions)
    log(t, 'INFO', `Partition deletion callback for ${namesText(partitions)}`)
    return t.call(startReplicaDeletion, { topic })
  },
])

interface StartVars {
  topic: string
  alive?: PartitionReplica[]
  dead?: PartitionReplica[]
}
const startReplicaDeletion: Proc<StartVars, void> = proc<ControllerHost, StartVars, void>('controller.startReplicaDeletion', [
  (t) => {
    const c = t.env.controller
    const all = replicasForTopic(c, t.vars.topic)
    t.vars.dead = copy(all.filter((r) => !isLive(c, r.replica)))
    t.vars.alive = copy(all.filter((r) => isLive(c, r.replica) && replicaState(c, r) !== 'ReplicaDeletionSuccessful'))
    return t.call(moveReplicas, { replicas: copy(t.vars.dead), target: 'ReplicaDeletionIneligible' })
  },
  (t) => t.call(moveReplicas, { replicas: copy(t.vars.alive!), target: 'OfflineReplica' }),
  (t) => {
    log(t, 'DEBUG', `Deletion started for replicas ${texts(t.vars.alive!)}`)
    return t.call(moveReplicas, { replicas: copy(t.vars.alive!), target: 'ReplicaDeletionStarted' })
  },
  (t) => {
    if (t.vars.dead!.length === 0) return
    log(t, 'DEBUG', `Dead Replicas (${texts(t.vars.dead!)}) found for topic ${t.vars.topic}`)
    markIneligible(t, [t.vars.topic], 'offline replicas')
  },
])

/** Replicas of topics on their way out that cannot be deleted now. */
export const failReplicaDeletion: Proc<{ replicas: PartitionReplica[] }, void> = proc<
  ControllerHost,
  { replicas: PartitionReplica[] },
  void
>('controller.failReplicaDeletion', [
  (t) => {
    const failed = t.vars.replicas.filter((r) => isQueuedForDeletion(t.env.controller, r.topic))
    t.vars.replicas = failed
    if (failed.length === 0) return t.return()
    const topics = [...new Set(failed.map((r) => r.topic))]
    log(t, 'DEBUG', `Deletion failed for replicas ${texts(failed)}. Halting deletion for topics Set(${topics.join(', ')})`)
    return t.call(moveReplicas, { replicas: copy(failed), target: 'ReplicaDeletionIneligible' })
  },
  (t) => {
    markIneligible(t, [...new Set(t.vars.replicas.map((r) => r.topic))], 'replica deletion failure')
    return t.call(resumeAll, {})
  },
])

type StopResponse = Extract<ControllerEvent, { type: 'TopicDeletionStopReplicaResponseReceived' }>
/** A broker says which replicas it deleted. */
export const processStopReplicaResponse: Proc<{ event: StopResponse; done?: PartitionReplica[] }, void> = proc<
  ControllerHost,
  { event: StopResponse; done?: PartitionReplica[] },
  void
>('controller.stopReplicaResponse', [
  (t) => {
    const { id, errorCode, partitions } = t.vars.event
    const result = partitions.map((p) => `${tpName(p)} -> ${errorName(p.errorCode)}`).join(', ')
    const text = `request error = ${errorName(errorCode)}, partition errors = Map(${result})`
    clog(t.ctx, t.env, 'DEBUG', `Delete topic callback invoked on StopReplica response received from broker ${id}: ${text}`)
    const wrong = partitions.filter((p) => errorCode !== ERRORS.NONE || p.errorCode !== ERRORS.NONE)
    const toReplica = (p: TopicPartition): PartitionReplica => ({ topic: p.topic, partition: p.partition, replica: id })
    t.vars.done = scalaOrder(partitions.filter((p) => !wrong.includes(p)).map(toReplica), replicaHash)
    return t.call(failReplicaDeletion, { replicas: wrong.map(toReplica) })
  },
  (t) => {
    const done = t.vars.done!.filter((r) => isQueuedForDeletion(t.env.controller, r.topic))
    if (t.vars.done!.length === 0) return t.return()
    log(t, 'DEBUG', `Deletion successfully completed for replicas ${texts(done)}`)
    return t.call(moveReplicas, { replicas: copy(done), target: 'ReplicaDeletionSuccessful' })
  },
  (t) => t.call(resumeAll, {}),
])
