// What the inspector asks of a World about ZooKeeper and processes: pure questions, answered by the simulation's own queries.

import {
  zkNode,
  zkPeer,
  zkSessions,
  zkWatches,
  type Conn,
  type HostName,
  type Micros,
  type PeerView,
  type Pid,
  type Proc,
  type SessionView,
  type WatchView,
  type World,
  type ZkServer,
  type ZnodeView,
} from '../../sim/index.ts'
import { chrootIn } from '../scene/index.ts'

/** A running ZooKeeper server. */
export interface Server {
  readonly host: HostName
  readonly pid: Pid
  readonly peer: PeerView
  readonly state: ZkServer
}

export function serverIn(proc: Proc | undefined): Server | undefined {
  if (proc?.kind !== 'zookeeper') return undefined
  const state = proc.state as ZkServer
  return { host: proc.host, pid: proc.pid, peer: zkPeer(state), state }
}

/** All servers whose program runs, in the order of their hosts. */
export const serversOf = (world: World): Server[] =>
  Object.values(world.hosts).flatMap((host) => (host.image === 'zookeeper' ? (serverIn(world.processes[host.mainPid]) ?? []) : []))

/** Whose tree is the ensemble's: the serving leader's of the latest epoch, else the server that has seen most. */
export function bestServer(servers: readonly Server[]): Server | undefined {
  let best: Server | undefined
  const rank = (s: Server) => (s.peer.role === 'LEADING' && s.peer.serving ? 1e15 + s.peer.currentEpoch : s.peer.lastZxid)
  for (const server of servers) if (!best || rank(server) > rank(best)) best = server
  return best
}

/** `/kafka`: where the brokers of a World keep theirs; empty for the root. */
export const chrootOf = (world: World): string => chrootIn(Object.values(world.hosts).find((host) => host.image === 'kafka'))

export const nodeAt = (server: Server, path: string): ZnodeView | undefined => zkNode(server.state, path)
export const watchesAt = (server: Server, path: string): WatchView[] => zkWatches(server.state, path)
export const sessionsAt = (server: Server): SessionView[] => zkSessions(server.state)

/** A session, as the leader knows it; else as any server does. */
export function sessionNamed(
  servers: readonly Server[],
  id: string,
): { readonly server: Server; readonly session: SessionView } | undefined {
  const best = bestServer(servers)
  for (const server of best ? [best, ...servers] : servers) {
    const session = sessionsAt(server).find((one) => one.id === id)
    if (session) return { server, session }
  }
  return undefined
}

/** `zoo3, following`: a server in words. */
export function roleWords(peer: PeerView): string {
  const role = peer.role.toLowerCase()
  return peer.serving || peer.role === 'LOOKING' ? role : `${role}, not serving yet`
}

export interface TimerView {
  readonly key: string
  readonly due: Micros
  /** `every 2 s: session ping`; empty for one that is set when needed. */
  readonly periodic: string
}

/** A process's timers that are set, the next one first. */
export function timersOf(world: World, proc: Proc): TimerView[] {
  const wanted = new Map(Object.entries(proc.timers).map(([key, id]) => [id, key]))
  const timers: TimerView[] = []
  for (const event of world.heap) {
    const key = wanted.get(event.id)
    if (key === undefined) continue
    const periodic = 'root' in event.cause && event.cause.root === 'periodic' ? event.cause.label : ''
    timers.push({ key, due: event.at, periodic })
  }
  return timers.sort((a, b) => a.due - b.due || (a.key < b.key ? -1 : 1))
}

export interface ConnectionView {
  readonly id: number
  /** Opened by this process. */
  readonly opened: boolean
  readonly peer: HostName
  readonly peerPid: Pid
  /** The port that was connected to, at whichever end it is. */
  readonly port: number
  readonly state: Conn['state'] | 'half-open'
}

/** The connections of a process: those it opened first. */
export function connectionsOf(world: World, pid: Pid): ConnectionView[] {
  const found: ConnectionView[] = []
  for (const conn of Object.values(world.conns)) {
    const half = conn.a.closed !== conn.b.closed
    const state = half && conn.state === 'open' ? 'half-open' : conn.state
    if (conn.a.pid === pid) found.push({ id: conn.id, opened: true, peer: conn.b.host, peerPid: conn.b.pid, port: conn.b.port, state })
    if (conn.b.pid === pid) found.push({ id: conn.id, opened: false, peer: conn.a.host, peerPid: conn.a.pid, port: conn.b.port, state })
  }
  return found.sort(
    (a, b) => Number(b.opened) - Number(a.opened) || a.port - b.port || (a.peer < b.peer ? -1 : a.peer > b.peer ? 1 : a.id - b.id),
  )
}

/** Processes of a host, the main one first, children after their parents. */
export function processesOf(world: World, host: HostName): Proc[] {
  const all = Object.values(world.processes).filter((proc) => proc.host === host)
  const main = world.hosts[host]?.mainPid
  return all.sort((a, b) => Number(b.pid === main) - Number(a.pid === main) || a.pid - b.pid)
}
