// From a World to what the stage needs of it. Machines, wires and tools are read off the World itself; what a process thinks (roles, sessions, the controller) comes
// from `states.ts`, which asks the simulation's own queries.

import {
  DOCKER_HOST,
  type Conn,
  type Host,
  type HostName,
  type Micros,
  type Packet,
  type Pid,
  type Proc,
  type World,
} from '../../sim/index.ts'
import {
  toolNode,
  type BrokerView,
  type ClientView,
  type ClusterView,
  type FaultView,
  type NodeId,
  type ServerView,
  type ToolView,
  type WireView,
} from './cluster-view.ts'
import type { Selection } from './selection.ts'
import { brokerState, serverState, sessionsOf } from './states.ts'
import { topicsOf } from './topics.ts'

const machineBase = (host: Host, world: World) => ({
  name: host.name,
  hostname: host.hostname,
  ip: host.ip,
  container: host.container,
  exitCode: host.exitCode,
  since: host.container === 'exited' ? host.endedAt : host.container === 'paused' ? pausedSince(host, world) : host.startedAt,
})

/** The trace knows when a machine was paused; entries looked through, newest first. */
const LOOKED_THROUGH = 2000

function pausedSince(host: Host, world: World): Micros {
  const { trace } = world
  for (let i = trace.end - 1; i >= Math.max(trace.start, trace.end - LOOKED_THROUGH); i--) {
    const entry = trace.at(i)
    if (entry?.code === 'container.paused' && entry.subject === host.name) return entry.at
  }
  return host.startedAt
}

const setting = (host: Host, name: string): number => (typeof host.config[name] === 'number' ? host.config[name] : 0)

const serverView = (world: World, host: Host): ServerView => ({
  kind: 'zookeeper',
  sid: setting(host, 'myid'),
  ...serverState(world, host),
  ...machineBase(host, world),
})

const brokerView = (world: World, host: Host): BrokerView => ({
  kind: 'broker',
  brokerId: setting(host, 'brokerId'),
  disk: host.trouble && {
    limit: host.trouble.limit,
    full: host.trouble.limit !== undefined && host.trouble.used >= host.trouble.limit,
    readOnly: host.trouble.readOnly,
  },
  ...brokerState(world, host),
  ...machineBase(host, world),
})

const clientView = (world: World, host: Host): ClientView => ({
  kind: host.name === DOCKER_HOST ? 'docker-host' : 'client',
  ...machineBase(host, world),
})

/** Kinds of processes that are the ground others run on, not programs somebody started to do something. */
const GROUND = new Set(['shell', 'docker-compose'])

/** `zk-shell zoo1`: the program without its folder, and its words while they are few. */
function titleOf(argv: readonly string[]): string {
  const name = (argv[0] ?? '').split('/').at(-1) ?? ''
  const rest = argv.slice(1).join(' ')
  return rest === '' ? name : `${name} ${rest}`
}

/** Programs with at least one connection, open or opening, to another machine. */
function toolsOf(world: World, conns: readonly Conn[]): ToolView[] {
  const mains = new Set(Object.values(world.hosts).map((host) => host.mainPid))
  const pids = new Set<Pid>()
  for (const conn of conns) for (const end of [conn.a, conn.b]) if (!mains.has(end.pid) && !end.closed) pids.add(end.pid)
  return [...pids].flatMap((pid) => {
    const proc: Proc | undefined = world.processes[pid]
    if (proc === undefined || GROUND.has(proc.kind)) return []
    return [{ pid, host: proc.host, title: titleOf(proc.argv), command: proc.argv.join(' '), startedAt: proc.startedAt }]
  })
}

/** Where on the stage a connection's end is: the machine's main program, or a tool. */
function nodeOf(world: World, host: HostName, pid: Pid): NodeId {
  return world.hosts[host]?.mainPid === pid || world.processes[pid] === undefined ? host : toolNode(pid)
}

function wiresOf(world: World, conns: readonly Conn[]): WireView[] {
  const wires = new Map<string, { a: NodeId; b: NodeId; hostA: HostName; hostB: HostName; ports: Set<number> }>()
  for (const conn of conns) {
    if (conn.state !== 'open' || conn.a.closed || conn.b.closed) continue
    const a = nodeOf(world, conn.a.host, conn.a.pid)
    const b = nodeOf(world, conn.b.host, conn.b.pid)
    if (a === b) continue
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    const wire = wires.get(key)
    if (wire === undefined) wires.set(key, { a, b, hostA: conn.a.host, hostB: conn.b.host, ports: new Set([conn.b.port]) })
    else wire.ports.add(conn.b.port)
  }
  return [...wires.values()].map((wire) => ({ ...wire, ports: [...wire.ports].sort((one, other) => one - other) }))
}

const faultsOf = (world: World): FaultView[] =>
  Object.values(world.links)
    .filter((link) => link.cut || link.slow !== 1 || link.lossPerMille > 0)
    .map((link) => ({ a: link.a, b: link.b, cut: link.cut, slow: link.slow, lossPerMille: link.lossPerMille, held: link.held.length }))

/** Families of trace codes that change how a machine looks on the stage. */
const CHANGES = /^(container|peer|quorum|election|leader|server|controller|broker)\./
/** Entries looked at for that. */
const CHANGES_WITHIN = 60

function changesOf(world: World): ClusterView['changes'] {
  const { trace } = world
  const changes: { host: HostName; at: Micros }[] = []
  for (let i = Math.max(trace.start, trace.end - CHANGES_WITHIN); i < trace.end; i++) {
    const entry = trace.at(i)
    if (entry !== undefined && CHANGES.test(entry.code)) changes.push({ host: entry.host, at: entry.at })
  }
  return changes
}

/** The machine that a selection is about, where it is no machine itself: a trace entry's, a main program's. */
export function hostMeant(world: World, selection: Selection | undefined): HostName | undefined {
  if (selection?.kind === 'process') return world.processes[selection.pid]?.host
  if (selection?.kind !== 'trace') return undefined
  const { trace } = world
  for (let i = trace.end - 1; i >= trace.start; i--) if (trace.at(i)!.id === selection.id) return trace.at(i)!.host
  return undefined
}

/** What the stage needs to know of a World. */
export function clusterView(world: World): ClusterView {
  const hosts = Object.values(world.hosts)
  const conns = Object.values(world.conns)
  return {
    servers: hosts.filter((host) => host.image === 'zookeeper').map((host) => serverView(world, host)),
    brokers: hosts.filter((host) => host.image === 'kafka').map((host) => brokerView(world, host)),
    clients: hosts.filter((host) => host.image !== 'zookeeper' && host.image !== 'kafka').map((host) => clientView(world, host)),
    tools: toolsOf(world, conns),
    wires: wiresOf(world, conns),
    faults: faultsOf(world),
    sessions: sessionsOf(world, (host, pid) => nodeOf(world, host, pid)),
    changes: changesOf(world),
    topics: topicsOf(world),
  }
}

/** The places a packet went between. The connection may be gone: then it is the hosts. */
export function endsOf(world: World, packet: Packet): readonly [from: NodeId, to: NodeId] {
  const conn = world.conns[packet.conn]
  if (conn === undefined) return [packet.from, packet.to]
  const [from, to] = conn.a.host === packet.from ? [conn.a, conn.b] : [conn.b, conn.a]
  return [nodeOf(world, from.host, from.pid), nodeOf(world, to.host, to.pid)]
}
