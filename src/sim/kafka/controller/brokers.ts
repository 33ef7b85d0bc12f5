// Brokers that come, go, or come back so soon that only their epoch tells (processBrokerChange in controller/KafkaController.scala at 2.3.0).
import { childrenOf, dataOf, keeper, paths, proc, replies, reply, zkBatch, znodes, type Proc, type Task } from '../client/index.ts'
import { intHash, scalaOrder, type TopicPartition } from '../protocol/index.ts'
import { sendUpdateMetadata } from './batch.ts'
import { addChannel, removeChannel } from './channels.ts'
import { failReplicaDeletion, resumeDeletions } from './deletion.ts'
import { unwatchBrokers, watchBrokers } from './watch.ts'
import { movePartitions, triggerOnline } from './partitions.ts'
import { resumeReassignments } from './reassignment.ts'
import { moveReplicas } from './replicas.ts'
import {
  clog,
  epochsText,
  isQueuedForDeletion,
  isReplicaOnline,
  ledPartitions,
  liveOrShuttingDownIds,
  replicasOnBrokers,
  replicaText,
  setLiveBrokers,
  labour,
  type ControllerHost,
  type LiveBroker,
  type PartitionReplica,
} from './state.ts'

type T<V> = Task<ControllerHost, V>
const ascending = (ids: readonly number[]): number[] => ids.slice().sort((a, b) => a - b)
const copyReplicas = (rs: readonly PartitionReplica[]): PartitionReplica[] =>
  rs.map(({ topic, partition, replica }) => ({ topic, partition, replica }))
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))

/** All registered brokers with their epochs, by id. */
export const readBrokers: Proc<{ ids?: number[] }, LiveBroker[]> = proc<ControllerHost, { ids?: number[] }, LiveBroker[]>(
  'controller.readBrokers',
  [
    (t) => zkBatch(t, [keeper.getChildren(paths.brokerIds)]),
    (t) => {
      t.vars.ids = ascending(
        childrenOf(reply(t))
          .map(Number)
          .filter((id) => Number.isInteger(id)),
      )
      return zkBatch(
        t,
        t.vars.ids.map((id) => keeper.getData(paths.broker(id))),
      )
    },
    (t) => {
      const brokers: LiveBroker[] = []
      replies(t).forEach((r, i) => {
        const id = t.vars.ids![i]!
        const node = dataOf(r)
        const info = node && znodes.decodeBroker(id, node.data)
        if (info !== undefined) brokers.push({ ...info, epoch: node!.stat.czxid })
      })
      return t.return(brokers)
    },
  ],
)

interface ChangeVars {
  added?: LiveBroker[]
  bounced?: LiveBroker[]
  dead?: number[]
}
export const processBrokerChange: Proc<ChangeVars, void> = proc<ControllerHost, ChangeVars, void>('controller.brokerChange', [
  (t) => t.call(readBrokers, {}),
  (t) => {
    const c = t.env.controller
    const current = t.value as LiveBroker[]
    const known = liveOrShuttingDownIds(c)
    t.vars.added = current.filter((b) => !known.includes(b.id))
    t.vars.bounced = current.filter((b) => c.liveBrokers.some((k) => k.id === b.id && b.epoch > k.epoch))
    t.vars.dead = ascending(known.filter((id) => !current.some((b) => b.id === id)))
    const ids = (list: readonly LiveBroker[]): string => ascending(list.map((b) => b.id)).join(',')
    const text =
      `Newly added brokers: ${ids(t.vars.added)}, deleted brokers: ${t.vars.dead.join(',')}, ` +
      `bounced brokers: ${ids(t.vars.bounced)}, all live brokers: ${ids(current)}`
    clog(t.ctx, t.env, 'INFO', text)
    for (const b of t.vars.added) addChannel(t.ctx, t.env, b)
    for (const b of t.vars.bounced) removeChannel(t.ctx, t.env, b.id)
    for (const b of t.vars.bounced) addChannel(t.ctx, t.env, b)
    for (const id of t.vars.dead) removeChannel(t.ctx, t.env, id)
    return labour(t, 'kafka.controller.broker-change')
  },
  (t) => {
    const added = t.vars.added!
    if (added.length === 0) return
    setLiveBrokers(t.env.controller, [...t.env.controller.liveBrokers, ...added])
    return t.call(brokersStarted, { ids: ascending(added.map((b) => b.id)) })
  },
  (t) => {
    const bounced = t.vars.bounced!.map((b) => b.id)
    if (bounced.length === 0) return
    forget(t, bounced)
    return t.call(brokersFailed, { ids: ascending(bounced) })
  },
  (t) => {
    const bounced = t.vars.bounced!
    if (bounced.length === 0) return
    setLiveBrokers(t.env.controller, [...t.env.controller.liveBrokers, ...bounced])
    return t.call(brokersStarted, { ids: ascending(bounced.map((b) => b.id)) })
  },
  (t) => {
    const dead = t.vars.dead!
    if (dead.length === 0) return
    forget(t, dead)
    return t.call(brokersFailed, { ids: dead.slice() })
  },
  (t) => {
    const { added, bounced, dead } = t.vars
    if (added!.length + bounced!.length + dead!.length > 0)
      clog(t.ctx, t.env, 'INFO', `Updated broker epochs cache: ${epochsText(t.env.controller)}`)
  },
])
function forget(t: T<unknown>, ids: readonly number[]): void {
  const c = t.env.controller
  c.liveBrokers = c.liveBrokers.filter((b) => !ids.includes(b.id))
}

/** onBrokerStartup: old brokers hear of the new, the new of everything; their replicas come online; leaders are sought where there is none. */
const brokersStarted: Proc<{ ids: number[] }, void> = proc<ControllerHost, { ids: number[] }, void>('controller.brokersStarted', [
  (t) => {
    const c = t.env.controller
    const { ids } = t.vars
    clog(t.ctx, t.env, 'INFO', `New broker startup callback for ${ids.join(',')}`)
    for (const id of ids) t.ctx.note('broker.joined', `broker ${id}`, { broker: id, epoch: c.liveBrokers.find((b) => b.id === id)!.epoch })
    const existing = liveOrShuttingDownIds(c).filter((id) => !ids.includes(id))
    sendUpdateMetadata(t.ctx, t.env, existing, [])
    sendUpdateMetadata(
      t.ctx,
      t.env,
      ids,
      ledPartitions(c, () => true),
    )
    return t.call(moveReplicas, { replicas: copyReplicas(replicasOnBrokers(c, scalaOrder(ids, intHash))), target: 'OnlineReplica' })
  },
  (t) => t.call(triggerOnline, {}),
  (t) => t.call(resumeReassignments, { brokers: t.vars.ids.slice() }),
  (t) => {
    const c = t.env.controller
    const { ids } = t.vars
    const waiting = replicasOnBrokers(c, ids).filter((r) => isQueuedForDeletion(c, r.topic))
    if (waiting.length === 0) return
    const text =
      `Some replicas ${waiting.map(replicaText).join(',')} for topics scheduled for deletion ${c.topicsToBeDeleted.join(',')} are on the newly ` +
      `restarted brokers ${ids.join(',')}. Signaling restart of topic deletion for these topics`
    clog(t.ctx, t.env, 'INFO', text)
    return t.call(resumeDeletions, { topics: [...new Set(waiting.map((r) => r.topic))] })
  },
  (t) => t.call(watchBrokers, { ids: t.vars.ids.slice() }),
])

const brokersFailed: Proc<{ ids: number[] }, void> = proc<ControllerHost, { ids: number[] }, void>('controller.brokersFailed', [
  (t) => {
    const c = t.env.controller
    const { ids } = t.vars
    clog(t.ctx, t.env, 'INFO', `Broker failure callback for ${ids.join(',')}`)
    for (const id of ids) t.ctx.note('broker.failed', `broker ${id}`, { broker: id })
    const leaving = ids.filter((id) => c.shuttingDown.includes(id))
    c.shuttingDown = c.shuttingDown.filter((id) => !leaving.includes(id))
    if (leaving.length > 0) clog(t.ctx, t.env, 'INFO', `Removed ${leaving.join(',')} from list of shutting down brokers.`)
    return t.call(replicasOffline, { replicas: copyReplicas(replicasOnBrokers(c, scalaOrder(ids, intHash))) })
  },
  (t) => unwatchBrokers(t, t.vars.ids.slice(), `ArrayBuffer(${t.vars.ids.join(', ')})`),
])

interface OfflineVars {
  replicas: PartitionReplica[]
  leaderless?: TopicPartition[]
}
/** onReplicasBecomeOffline: first new leaders, then the ISRs. */
const replicasOffline: Proc<OfflineVars, void> = proc<ControllerHost, OfflineVars, void>('controller.replicasOffline', [
  (t) => {
    const c = t.env.controller
    t.vars.leaderless = copyTps(ledPartitions(c, (p) => !isReplicaOnline(c, p.leadership!.leader) && !isQueuedForDeletion(c, p.topic)))
    return t.call(movePartitions, { partitions: copyTps(t.vars.leaderless), target: 'OfflinePartition' })
  },
  (t) => t.call(triggerOnline, {}),
  (t) => {
    const others = t.vars.replicas.filter((r) => !isQueuedForDeletion(t.env.controller, r.topic))
    return t.call(moveReplicas, { replicas: copyReplicas(others), target: 'OfflineReplica' })
  },
  (t) => {
    const deleting = t.vars.replicas.filter((r) => isQueuedForDeletion(t.env.controller, r.topic))
    if (deleting.length > 0) return t.call(failReplicaDeletion, { replicas: copyReplicas(deleting) })
  },
  (t) => {
    if (t.vars.leaderless!.length === 0) sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(t.env.controller), [])
  },
])

/** A broker's znode changed: its address may have (processBrokerModification). */
export const processBrokerModification: Proc<{ id: number }, void> = proc<ControllerHost, { id: number }, void>(
  'controller.brokerModification',
  [
    (t) => zkBatch(t, [keeper.getData(paths.broker(t.vars.id))]),
    (t) => {
      const c = t.env.controller
      const node = dataOf(reply(t))
      const now = node && znodes.decodeBroker(t.vars.id, node.data)
      const before = c.liveBrokers.find((b) => b.id === t.vars.id)
      if (now === undefined || before === undefined || (now.host === before.host && now.port === before.port)) return
      clog(
        t.ctx,
        t.env,
        'INFO',
        `Updated broker metadata: ${before.id} : EndPoint(${before.host},${before.port}) -> ${now.id} : EndPoint(${now.host},${now.port})`,
      )
      setLiveBrokers(c, [...c.liveBrokers.filter((b) => b.id !== now.id), { ...now, epoch: before.epoch }])
      clog(t.ctx, t.env, 'INFO', `Broker info update callback for ${now.id}`)
      sendUpdateMetadata(t.ctx, t.env, liveOrShuttingDownIds(c), [])
    },
  ],
)
