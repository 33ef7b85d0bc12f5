// Topics and partitions of a World: what ZooKeeper has of each, and what each broker does with its replica. Asked each frame, it is read anew only when one of the maps
// that it reads has changed.

import {
  brokerStateOf,
  kafkaZnodes,
  partitionsKnown,
  tpName,
  zkNode,
  type Host,
  type HostName,
  type LeaderAndIsr,
  type PartitionsKnown,
  type TopicPartition,
  type World,
  type ZkServer,
} from '../../sim/index.ts'
import { PartitionTrace, type Election } from './partition-trace.ts'
import { chrootIn, ensembleOf } from './states.ts'

/**
 * What a broker does with its replica. `leader`: it leads, as it believes; `insync`, `behind`: it follows, in the ISR or out of it; `waiting`: nobody has told it of this
 * replica yet; `dead`: it does not run, or is frozen.
 */
export type ReplicaKind = 'leader' | 'insync' | 'behind' | 'waiting' | 'dead'

export interface ReplicaView {
  readonly broker: number
  readonly kind: ReplicaKind
  /** ZooKeeper names it leader. */
  readonly named: boolean
  /** Nobody leads, and it is in the ISR: it could, if it ran. */
  readonly needed: boolean
  /** It led before the latest election. */
  readonly was: boolean
  /** It goes by an older leader or epoch than ZooKeeper has. */
  readonly stale: boolean
  /** By which it goes; -1 while it knows none. */
  readonly leaderEpoch: number
}

/** `new`: no leader was ever chosen; `online`: its leader runs; `leaderless`: its leader is gone and nobody has taken over; `offline`: there is none to take over. */
export type Health = 'new' | 'online' | 'leaderless' | 'offline'

export interface PartitionView {
  /** `playground-0`. */
  readonly name: string
  readonly topic: string
  readonly partition: number
  /** Brokers that it is assigned to, the preferred leader first. */
  readonly assignment: readonly number[]
  /** Its state znode; undefined before there is one. */
  readonly state: LeaderAndIsr | undefined
  readonly health: Health
  /** Fewer in the ISR than are assigned. */
  readonly underReplicated: boolean
  readonly election: Election | undefined
  /** In the order of the assignment. */
  readonly replicas: readonly ReplicaView[]
}

export interface TopicView {
  readonly name: string
  readonly internal: boolean
  /** Being deleted. */
  readonly deleting: boolean
  /** By number. */
  readonly partitions: readonly PartitionView[]
}

export interface TopicsView {
  /** As they were created, internal ones last: a new topic moves none. */
  readonly topics: readonly TopicView[]
  readonly count: number
  readonly underReplicated: number
  /** Without a leader that runs. */
  readonly leaderless: number
  /** The latest elections, the latest first. */
  readonly elections: readonly Election[]
}

/** Elections kept for drawing what just changed. */
const ELECTIONS = 64
export const NO_TOPICS: TopicsView = Object.freeze({ topics: [], count: 0, underReplicated: 0, leaderless: 0, elections: [] })

/** A broker as far as its partitions go. */
interface Known {
  readonly id: number
  readonly host: HostName
  /** It runs, and is not frozen. */
  readonly up: boolean
  readonly partitions: PartitionsKnown | undefined
}

function knownOf(world: World, host: Host): Known {
  const proc = world.processes[host.mainPid]
  const state = proc === undefined || proc.host !== host.name ? undefined : brokerStateOf(proc)
  const id = typeof host.config.brokerId === 'number' ? host.config.brokerId : -1
  const up = state !== undefined && host.container === 'running' && !proc!.paused && state.booted
  return { id, host: host.name, up, partitions: state === undefined ? undefined : partitionsKnown(state) }
}

/** Brokers of a World that have a state, by id: what they know. */
export const brokersKnowing = (world: World): Known[] =>
  Object.values(world.hosts).flatMap((host) => (host.image === 'kafka' ? [knownOf(world, host)] : []))

type Assignments = readonly (readonly [partition: number, replicas: readonly number[]])[]
/** Where topics are read from: ZooKeeper's tree, or where no server runs, what a broker was last told. */
interface Source {
  readonly topics: readonly { readonly name: string; readonly deleting: boolean; readonly assignments: Assignments }[]
  state(tp: TopicPartition): LeaderAndIsr | undefined
}

/** Decoded once each: a znode is a frozen value. */
const states = new WeakMap<object, LeaderAndIsr | undefined>()
const assignments = new WeakMap<object, Assignments>()

function treeSource(server: ZkServer, chroot: string): Source {
  const { paths } = kafkaZnodes
  const { nodes } = server.tree
  const assigned = (topic: string): Assignments => {
    const node = nodes.get(chroot + paths.topic(topic))
    if (node === undefined) return []
    let known = assignments.get(node)
    if (known === undefined) assignments.set(node, (known = (kafkaZnodes.decodeTopic(node.data) ?? []).sort((a, b) => a[0] - b[0])))
    return known
  }
  const born = (topic: string): number => nodes.get(chroot + paths.topic(topic))?.czxid ?? 0
  const names = zkNode(server, chroot + paths.topics)?.children.slice() ?? []
  return {
    topics: names
      .sort((a, b) => born(a) - born(b) || (a < b ? -1 : 1))
      .map((name) => ({ name, deleting: nodes.has(chroot + paths.deleteTopic(name)), assignments: assigned(name) })),
    state(tp) {
      const node = nodes.get(chroot + paths.state(tp))
      if (node === undefined) return undefined
      if (!states.has(node)) states.set(node, kafkaZnodes.decodeState(node.data, node.version))
      return states.get(node)
    },
  }
}

function cacheSource(brokers: readonly Known[]): Source {
  let cached: PartitionsKnown['cached'] | undefined
  for (const { partitions } of brokers)
    if (partitions !== undefined && partitions.cached.size > (cached?.size ?? 0)) cached = partitions.cached
  const topics = new Map<string, [number, readonly number[]][]>()
  for (const [, p] of cached ?? []) {
    const known = topics.get(p.topic)
    if (known === undefined) topics.set(p.topic, [[p.partition, p.replicas]])
    else known.push([p.partition, p.replicas])
  }
  return {
    topics: [...topics].sort().map(([name, of]) => ({ name, deleting: false, assignments: of.sort((a, b) => a[0] - b[0]) })),
    state: (tp) => cached?.get(tpName(tp)),
  }
}

function replicaView(
  broker: Known | undefined,
  id: number,
  name: string,
  state: LeaderAndIsr | undefined,
  was: boolean,
  nobodyLeads: boolean,
): ReplicaView {
  const local = broker?.partitions?.replicas.get(name)
  const told = local !== undefined && local.leader !== null
  const kind: ReplicaKind =
    broker?.up !== true
      ? 'dead'
      : !told
        ? 'waiting'
        : local.leader === id
          ? 'leader'
          : state === undefined || state.isr.includes(id)
            ? 'insync'
            : 'behind'
  const needed = broker?.up !== true && state !== undefined && state.isr.includes(id) && nobodyLeads
  const stale = told && state !== undefined && (local.leaderEpoch < state.leaderEpoch || local.leader !== state.leader)
  return {
    broker: id,
    kind,
    named: state?.leader === id,
    needed,
    was,
    stale: kind !== 'dead' && stale,
    leaderEpoch: local?.leaderEpoch ?? -1,
  }
}

function healthOf(state: LeaderAndIsr | undefined, byId: ReadonlyMap<number, Known>): Health {
  if (state === undefined) return 'new'
  if (state.leader < 0) return 'offline'
  return byId.get(state.leader)?.up === true ? 'online' : 'leaderless'
}

const sameReplica = (a: ReplicaView, b: ReplicaView): boolean =>
  a.kind === b.kind &&
  a.named === b.named &&
  a.needed === b.needed &&
  a.was === b.was &&
  a.stale === b.stale &&
  a.leaderEpoch === b.leaderEpoch

/** A partition; the one read before where nothing of it changed. */
function partitionView(
  source: Source,
  tp: TopicPartition,
  assignment: readonly number[],
  byId: ReadonlyMap<number, Known>,
  trace: PartitionTrace,
  before: PartitionView | undefined,
): PartitionView {
  const name = before?.name ?? tpName(tp)
  const state = source.state(tp)
  const election = trace.election(name)
  const health = healthOf(state, byId)
  const nobodyLeads = health === 'leaderless' || health === 'offline'
  const replicas = assignment.map((id) =>
    replicaView(byId.get(id), id, name, state, election?.from === id && state?.leader !== id, nobodyLeads),
  )
  const same =
    before !== undefined &&
    before.state === state &&
    before.assignment === assignment &&
    before.election === election &&
    before.health === health &&
    replicas.every((each, i) => sameReplica(each, before.replicas[i]!))
  if (same) return before
  return {
    name,
    ...tp,
    assignment,
    state,
    health,
    underReplicated: state !== undefined && state.isr.length < assignment.length,
    election,
    replicas,
  }
}

/** A topic; the one read before where none of its partitions changed. */
function topicView(
  source: Source,
  { name, deleting, assignments }: Source['topics'][number],
  byId: ReadonlyMap<number, Known>,
  trace: PartitionTrace,
  before: TopicView | undefined,
): TopicView {
  const partitions = assignments.map(([partition, replicas], i) => {
    const known = before?.partitions[i]
    return partitionView(source, { topic: name, partition }, replicas, byId, trace, known?.partition === partition ? known : undefined)
  })
  const same =
    before !== undefined &&
    before.deleting === deleting &&
    before.partitions.length === partitions.length &&
    partitions.every((each, i) => each === before.partitions[i])
  return same ? before : { name, internal: name.startsWith('__'), deleting, partitions }
}

function readTopics(source: Source, brokers: readonly Known[], trace: PartitionTrace, before: TopicsView): TopicsView {
  const byId = new Map(brokers.map((broker) => [broker.id, broker]))
  const known = new Map(before.topics.map((topic) => [topic.name, topic]))
  const topics = source.topics
    .map((topic) => topicView(source, topic, byId, trace, known.get(topic.name)))
    .sort((a, b) => Number(a.internal) - Number(b.internal))
  if (topics.length === 0) return NO_TOPICS
  const sum = { count: 0, underReplicated: 0, leaderless: 0 }
  for (const { partitions } of topics) {
    sum.count += partitions.length
    for (const { health, underReplicated } of partitions) {
      if (underReplicated) sum.underReplicated++
      if (health === 'leaderless' || health === 'offline') sum.leaderless++
    }
  }
  const same = topics.length === before.topics.length && topics.every((each, i) => each === before.topics[i])
  return same ? before : { topics, ...sum, elections: trace.latest(ELECTIONS) }
}

const trace = new PartitionTrace()
/** What was read last, and of what. */
let last: { readonly of: readonly unknown[]; readonly topics: TopicsView } | undefined

/**
 * The topics of a World, as its furthest ZooKeeper server has them. The same object as long as nothing of it changed. What brokers do with their replicas changes with
 * every fetch; whom they follow or lead changes only with what the trace tells of partitions, so that is what is looked at.
 */
export function topicsOf(world: World): TopicsView {
  const server = ensembleOf(world).furthest
  const brokers = brokersKnowing(world)
  trace.read(world.trace)
  const first = Object.values(world.hosts).find((host) => host.image === 'kafka')
  const maps = ({ partitions }: Known) => [partitions === undefined, server === undefined ? partitions?.cached : undefined]
  const of = [server?.tree.nodes, trace.version, ...brokers.flatMap((broker) => [broker.host, broker.up, ...maps(broker)])]
  if (last !== undefined && last.of.length === of.length && last.of.every((each, i) => each === of[i])) return last.topics
  const source = server === undefined || first === undefined ? cacheSource(brokers) : treeSource(server, chrootIn(first))
  last = { of, topics: readTopics(source, brokers, trace, last?.topics ?? NO_TOPICS) }
  return last.topics
}

export const partitionNamed = (view: TopicsView, topic: string, partition: number): PartitionView | undefined =>
  view.topics.find((each) => each.name === topic)?.partitions.find((each) => each.partition === partition)
