// Hand-made clusters for tests of the scene and for looking at the stage without an engine.

import { List, ms, seconds, type Message, type Micros, type Packet } from '../../sim/index.ts'
import type { BrokerView, ClientView, ClusterView, FaultView, ServerView, SessionView, ToolView, WireView } from './cluster-view.ts'
import { NO_TOPICS, type PartitionView, type ReplicaKind, type TopicsView, type TopicView } from './topics.ts'

const base = (name: string, last: number) => ({
  name,
  hostname: name,
  ip: `172.18.0.${last}`,
  container: 'running' as const,
  exitCode: 0,
  since: seconds(1),
})

export const server = (sid: number, over: Partial<ServerView> = {}): ServerView => ({
  kind: 'zookeeper',
  sid,
  role: sid === 2 ? 'leading' : 'following',
  serving: true,
  zxid: 4294967296 + 63,
  vote: 0,
  ...base(`zoo${sid}`, sid + 1),
  ...over,
})

export const broker = (id: number, over: Partial<BrokerView> = {}): BrokerView => ({
  kind: 'broker',
  brokerId: id,
  lifecycle: 'running',
  controllerEpoch: undefined,
  namedController: false,
  registered: true,
  disk: undefined,
  topics: 0,
  ...base(`kafka${id}`, id + 10),
  ...over,
})

export const client = (name = 'client'): ClientView => ({ kind: 'client', ...base(name, 40) })

export const session = (n: number, over: Partial<SessionView> = {}): SessionView => ({
  id: `10000e2a5a000${n}`,
  owner: `kafka${n}`,
  server: `zoo${((n - 1) % 3) + 1}`,
  connected: true,
  timeoutMs: 6000,
  expiresAt: seconds(44.2),
  ephemerals: [`/kafka/brokers/ids/${n}`],
  ...over,
})

export const tool = (pid: number, title: string, host = 'client'): ToolView => ({
  pid,
  host,
  title,
  command: title,
  startedAt: seconds(30),
})

export const wire = (a: string, b: string, port: number, hostA = a, hostB = b): WireView => ({ a, b, hostA, hostB, ports: [port] })

export const fault = (a: string, b: string, over: Partial<FaultView>): FaultView => ({
  a,
  b,
  cut: false,
  slow: 1,
  lossPerMille: 0,
  held: 0,
  ...over,
})

/** Every follower to the leader, every pair for elections. */
export function quorum(servers: readonly ServerView[]): WireView[] {
  const leader = servers.find((each) => each.role === 'leading')
  const wires: WireView[] = []
  servers.forEach((a, i) =>
    servers.slice(i + 1).forEach((b) => {
      const ports = leader !== undefined && (a === leader || b === leader) ? [2888, 3888] : [3888]
      wires.push({ a: a.name, b: b.name, hostA: a.name, hostB: b.name, ports })
    }),
  )
  return wires
}

/** A cluster of so many servers and brokers, all well, broker 1 controller. */
export function cluster(servers: number, brokers: number, over: Partial<ClusterView> = {}): ClusterView {
  const ensemble = Array.from({ length: servers }, (_, i) => server(i + 1))
  const all = Array.from({ length: brokers }, (_, i) => broker(i + 1, i === 0 ? { controllerEpoch: 8, namedController: true } : {}))
  const sessions = all.map((_, i) => session(i + 1, { server: `zoo${(i % servers) + 1}` }))
  return {
    servers: ensemble,
    brokers: all,
    clients: [client()],
    tools: [],
    wires: [...quorum(ensemble), ...sessions.map((each) => wire(each.owner!, each.server!, 2181))],
    faults: [],
    sessions,
    changes: [],
    topics: NO_TOPICS,
    ...over,
  }
}

/**
 * Topics in a few letters: a partition is a word, a replica `id` and a letter: L leads, i in sync, b behind, w waiting, d dead; the first word of a topic is its name. A small
 * number after `@` is the leader epoch, `!` says that there is no leader.
 */
export function topics(...lines: readonly string[]): TopicsView {
  const KINDS: Readonly<Record<string, ReplicaKind>> = { L: 'leader', i: 'insync', b: 'behind', w: 'waiting', d: 'dead' }
  const all = lines.map((line): TopicView => {
    const [name = '', ...words] = line.split(' ')
    const partitions = words.map((word, partition): PartitionView => {
      const [, body = '', epoch = '0', none] = /^([^@!]*)(?:@(\d+))?(!?)$/.exec(word)!
      const found = [...body.matchAll(/(\d+)([Libwd])/g)].map(([, id, kind]) => ({ broker: Number(id), kind: KINDS[kind!]! }))
      const leader = none === '!' ? -1 : (found.find((r) => r.kind === 'leader')?.broker ?? found[0]!.broker)
      const isr = found.filter((r) => r.kind === 'leader' || r.kind === 'insync').map((r) => r.broker)
      const leaderEpoch = Number(epoch)
      return {
        name: `${name}-${partition}`,
        topic: name,
        partition,
        assignment: found.map((r) => r.broker),
        state: { leader, leaderEpoch, isr, zkVersion: leaderEpoch, controllerEpoch: 1 },
        health: leader < 0 ? 'offline' : found.some((r) => r.kind === 'leader') ? 'online' : 'leaderless',
        underReplicated: isr.length < found.length,
        election: undefined,
        replicas: found.map((r) => ({ ...r, named: r.broker === leader, needed: false, was: false, stale: false, leaderEpoch })),
      }
    })
    return { name, internal: name.startsWith('__'), deleting: false, partitions }
  })
  const partitions = all.flatMap((topic) => topic.partitions)
  return {
    topics: all,
    count: partitions.length,
    underReplicated: partitions.filter((p) => p.underReplicated).length,
    leaderless: partitions.filter((p) => p.health !== 'online').length,
    elections: [],
  }
}

/** The controller killed 7.4 s ago: its session runs out, the other took over a moment ago. */
export function failover(now: Micros): ClusterView {
  const well = cluster(3, 2)
  return {
    ...well,
    changes: [{ host: 'kafka1', at: (now - 300_000) as Micros }],
    brokers: [
      broker(1, { controllerEpoch: 8, namedController: true }),
      broker(2, { container: 'exited', exitCode: 137, since: (now - 4_400_000) as Micros, lifecycle: undefined, topics: undefined }),
    ],
    wires: [...quorum(well.servers), wire('kafka1', 'zoo1', 2181), wire('tool:31', 'zoo1', 2181, 'client')],
    tools: [tool(31, 'zk-shell zoo1'), tool(35, 'kafka-topics.sh --list', 'kafka1')],
    sessions: [
      session(1),
      session(2, { connected: false, server: 'zoo3', expiresAt: (now + 1_800_000) as Micros }),
      session(3, { owner: 'tool:31', server: 'zoo1', timeoutMs: 10000, ephemerals: [] }),
    ],
  }
}

/** Wires in trouble, a server gone, one looking, a broker paused, more than fits. */
export function trouble(now: Micros): ClusterView {
  const servers = [
    server(1, { role: 'looking', vote: 3 }),
    server(2, { role: undefined, container: 'exited', exitCode: 137, since: (now - 2_000_000) as Micros }),
    server(3, { role: 'looking', vote: 3 }),
  ]
  return {
    ...cluster(3, 3),
    servers,
    brokers: [
      broker(1, { lifecycle: 'starting', registered: false, topics: undefined }),
      broker(2, { container: 'paused', namedController: true }),
      broker(3, { container: 'absent', lifecycle: undefined }),
    ],
    wires: [wire('zoo1', 'zoo3', 3888), wire('kafka1', 'kafka2', 9092)],
    faults: [
      fault('zoo1', 'zoo2', { cut: true, held: 3 }),
      fault('kafka1', 'zoo3', { slow: 10 }),
      fault('kafka1', 'kafka2', { lossPerMille: 200 }),
    ],
    sessions: [session(2, { connected: false, server: 'zoo2', expiresAt: undefined })],
    tools: [1, 2, 3, 4, 5, 6, 7].map((n) => tool(60 + n, `console-consumer ${n}`)),
  }
}

export const packet = (id: number, from: string, to: string, message: Message, sentAt: Micros, flightMs = 0.4): Packet => ({
  id,
  conn: 0,
  from,
  to,
  sentAt,
  dueAt: (sentAt + ms(flightMs)) as Micros,
  message,
  bytes: 64,
})

/** A little of everything on its way around a moment. */
export function traffic(now: Micros, rate: number): List<Packet> {
  const ago = (part: number) => (now - Math.round(520_000 * rate * part)) as Micros
  const message = (proto: string, kind: string, rest: object = {}): Message => ({ proto, kind, ...rest })
  return List.of([
    packet(1, 'kafka1', 'zoo1', message('zk', 'ping'), ago(0.5)),
    packet(2, 'zoo1', 'kafka1', message('zk', 'reply', { of: 'ping' }), ago(0.3)),
    packet(3, 'zoo2', 'zoo3', message('quorum', 'PROPOSAL'), ago(0.4)),
    packet(4, 'zoo1', 'zoo2', message('quorum', 'ACK'), ago(0.6)),
    packet(5, 'zoo1', 'zoo3', message('elect', 'notification', { leader: 3 }), ago(0.55)),
    packet(6, 'kafka1', 'kafka2', message('kafka', 'LeaderAndIsr', { isRequest: true }), ago(0.45)),
    packet(7, 'client', 'zoo1', message('zk', 'getData', { request: { path: '/kafka/controller' } }), ago(0.35)),
    packet(8, 'kafka1', 'zoo1', message('zk', 'create', { request: { path: '/kafka/controller' } }), ago(0.8)),
  ])
}
