// What processes think, by the simulation's own queries: roles and zxids of ZooKeeper servers, sessions, brokers and the controller.

import type { Conn, Host, HostName, Micros, World } from '../../sim/index.ts'
import { brokerStateOf, brokerView, zkConnections, zkNode, zkPeer, zkSessions, type BrokerValue, type ZkServer } from '../../sim/index.ts'
import type { BrokerView, NodeId, ServerView, SessionView } from './cluster-view.ts'

/** A running ZooKeeper server's state; undefined while its program does not run. */
function serverOf(world: World, host: Host): ZkServer | undefined {
  const proc = world.processes[host.mainPid]
  return proc?.kind === 'zookeeper' && proc.host === host.name ? (proc.state as ZkServer) : undefined
}

const ROLES = { LOOKING: 'looking', FOLLOWING: 'following', LEADING: 'leading', OBSERVING: 'observing' } as const

export function serverState(world: World, host: Host): Pick<ServerView, 'role' | 'serving' | 'zxid' | 'vote'> {
  const state = serverOf(world, host)
  if (state === undefined || !state.up) return { role: undefined, serving: false, zxid: 0, vote: 0 }
  const peer = zkPeer(state)
  return {
    role: ROLES[peer.role],
    serving: peer.serving,
    zxid: peer.lastZxid,
    vote: peer.role === 'LOOKING' ? state.election.proposal.leader : 0,
  }
}

export interface Ensemble {
  readonly servers: readonly { readonly host: Host; readonly state: ZkServer }[]
  /** The serving leader: who counts sessions' time. */
  readonly leader: ZkServer | undefined
  /** Whose tree to read: the leader's, else the furthest one. */
  readonly furthest: ZkServer | undefined
}

/** The ensemble of a World, remembered for the World asked last: several questions are asked of each. */
let known: { readonly world: World; readonly ensemble: Ensemble } | undefined

export function ensembleOf(world: World): Ensemble {
  if (known?.world === world) return known.ensemble
  const servers = Object.values(world.hosts).flatMap((host) => {
    const state = host.image === 'zookeeper' ? serverOf(world, host) : undefined
    return state === undefined ? [] : [{ host, state }]
  })
  let leader: ZkServer | undefined
  let furthest: ZkServer | undefined
  for (const { state } of servers) {
    const peer = zkPeer(state)
    // Two may call themselves leader for a while: the one of the later epoch is.
    if (peer.role === 'LEADING' && peer.serving && (leader === undefined || peer.currentEpoch > zkPeer(leader).currentEpoch)) leader = state
    if (furthest === undefined || peer.lastZxid > zkPeer(furthest).lastZxid) furthest = state
  }
  const ensemble = { servers, leader, furthest: leader ?? furthest }
  known = { world, ensemble }
  return ensemble
}

const setting = (host: Host, name: string): string => {
  const properties = host.config.properties as Readonly<Record<string, unknown>> | undefined
  const value = properties?.[name]
  return typeof value === 'string' ? value : ''
}

/** `/kafka` of `zoo1:2181,zoo2:2181/kafka`; empty for none. */
export function chrootIn(host: Host | undefined): string {
  if (host === undefined) return ''
  const connect = setting(host, 'zookeeper.connect')
  const slash = connect.indexOf('/')
  return slash < 0 ? '' : connect.slice(slash).replace(/\/$/, '')
}

function dataOf(state: ZkServer | undefined, path: string): string {
  return (state === undefined ? undefined : zkNode(state, path)?.data) ?? ''
}

/** The broker that `/controller` names; undefined when there is none, or no sense in it. */
function namedController(state: ZkServer | undefined, chroot: string): number | undefined {
  const data = dataOf(state, `${chroot}/controller`)
  if (data === '') return undefined
  try {
    const value: unknown = JSON.parse(data)
    const id = (value as { brokerid?: unknown } | null)?.brokerid
    return typeof id === 'number' ? id : undefined
  } catch {
    // Somebody wrote something of his own there: nobody is named.
    return undefined
  }
}

const NOT_RUNNING = { lifecycle: undefined, controllerEpoch: undefined, topics: undefined } as const

/** A broker's states in words (BrokerStates.scala); before Kafka's first line the JVM is only starting. */
const LIFECYCLE: Readonly<Record<BrokerValue, string>> = {
  NotRunning: 'starting',
  Starting: 'starting',
  RecoveringFromUncleanShutdown: 'recovering its logs',
  RunningAsBroker: 'running',
  PendingControlledShutdown: 'handing over',
  BrokerShuttingDown: 'shutting down',
}

export function brokerState(
  world: World,
  host: Host,
): Pick<BrokerView, 'lifecycle' | 'controllerEpoch' | 'namedController' | 'registered' | 'topics'> {
  const { furthest } = ensembleOf(world)
  const chroot = chrootIn(host)
  const id = typeof host.config.brokerId === 'number' ? host.config.brokerId : -1
  const named = namedController(furthest, chroot) === id
  const registered = furthest !== undefined && zkNode(furthest, `${chroot}/brokers/ids/${id}`) !== undefined
  const proc = world.processes[host.mainPid]
  const state = proc === undefined ? undefined : brokerStateOf(proc)
  if (state === undefined) return { ...NOT_RUNNING, namedController: named, registered }
  const broker = brokerView(state)
  return {
    lifecycle: broker.booted ? LIFECYCLE[broker.value] : undefined,
    controllerEpoch: broker.controller.isController ? broker.controller.epoch : undefined,
    namedController: named,
    registered,
    // It knows nothing of topics until the controller has told it, which tells of brokers too.
    topics: broker.metadata.brokers.length === 0 ? undefined : broker.metadata.topics.length,
  }
}

/** Where sessions are connected now, by session: the server, and who speaks. */
function connections(
  world: World,
  ensemble: Ensemble,
  nodeOf: (host: HostName, pid: number) => NodeId,
): Map<string, { server: HostName; owner: NodeId }> {
  const found = new Map<string, { server: HostName; owner: NodeId }>()
  for (const { host, state } of ensemble.servers) {
    for (const { conn: handle, session } of zkConnections(state)) {
      const conn: Conn | undefined = world.conns[Math.abs(handle)]
      if (conn === undefined || conn.state !== 'open' || conn.a.closed || conn.b.closed) continue
      found.set(session, { server: host.name, owner: nodeOf(conn.a.host, conn.a.pid) })
    }
  }
  return found
}

/** Whose a session is that nobody speaks for: the broker whose registration hangs on it, else the machine it was opened from. */
function lastOwner(world: World, client: HostName, ephemerals: readonly string[]): NodeId | undefined {
  for (const path of ephemerals) {
    const id = /\/brokers\/ids\/(\d+)$/.exec(path)?.[1]
    const broker =
      id === undefined
        ? undefined
        : Object.values(world.hosts).find((host) => host.image === 'kafka' && host.config.brokerId === Number(id))
    if (broker !== undefined) return broker.name
  }
  return world.hosts[client] === undefined ? undefined : client
}

/** All sessions of the ensemble, as its leader has them; without one, as the furthest server does. */
export function sessionsOf(world: World, nodeOf: (host: HostName, pid: number) => NodeId): SessionView[] {
  const ensemble = ensembleOf(world)
  if (ensemble.furthest === undefined) return []
  const connected = connections(world, ensemble, nodeOf)
  const counts = ensemble.leader !== undefined
  return zkSessions(ensemble.furthest).flatMap((session) => {
    if (session.value === 'closed') return []
    const at = connected.get(session.id)
    return [
      {
        id: session.id,
        owner: at?.owner ?? lastOwner(world, session.client, session.ephemerals),
        server: at?.server ?? session.heardBy,
        connected: at !== undefined,
        timeoutMs: session.timeoutMs,
        expiresAt:
          counts && session.expiresAtMs !== undefined ? (((session.expiresAtMs - world.settings.uptimeMs) * 1000) as Micros) : undefined,
        ephemerals: session.ephemerals,
      },
    ]
  })
}
