// Pure questions to a server's state, for inspectors and checkers: they need not know how it keeps things.

import type { StateValue } from 'xstate'
import type { List } from '../base/index.ts'
import type { ConnId, File, HostName } from '../kernel/index.ts'
import { nameSetOrder } from './java.ts'
import { stateValue, type SessionValue } from './machines.ts'
import type { PeerState, SessionId, Sid, SnapshotContent, Stat, Txn, ZnodeData, Zxid } from './protocol/index.ts'
import type { ZkServer } from './state.ts'
import { fifoItems } from './fifo.ts'
import { joinPath } from './tree/paths.ts'
import { childrenOf, statOf } from './tree/tree.ts'

export interface PeerView {
  readonly myid: Sid
  readonly role: PeerState
  /** Its place in `peerMachine`, as XState writes it. */
  readonly value: StateValue
  readonly serving: boolean
  readonly acceptedEpoch: number
  readonly currentEpoch: number
  readonly round: number
  readonly lastZxid: Zxid
  /** Whom it follows (itself when it leads); undefined while looking. */
  readonly leader: Sid | undefined
  /** Leader: followers in sync. */
  readonly followers: readonly Sid[]
  /** False for a leader that will never commit, since it is known by another address. */
  readonly commits: boolean
}

export function zkPeer(s: ZkServer): PeerView {
  const role = s.peer.split('.')[0] as PeerState
  return {
    myid: s.conf.myid,
    role,
    value: stateValue(s.peer),
    serving: s.running,
    acceptedEpoch: s.acceptedEpoch,
    currentEpoch: s.currentEpoch,
    round: s.election.round,
    lastZxid: s.tree.lastZxid,
    leader: role === 'LOOKING' ? undefined : s.vote.leader,
    followers: s.leading ? Object.values(s.leading.learners).flatMap((one) => (one.phase === 'broadcast' ? [one.sid] : [])) : [],
    commits: s.leading?.mayCommit ?? true,
  }
}

export interface ZnodeView {
  readonly path: string
  readonly data: ZnodeData
  readonly stat: Stat
  /** In the server's own order. */
  readonly children: readonly string[]
}

export function zkNode(s: ZkServer, path: string): ZnodeView | undefined {
  const node = s.tree.nodes.get(path)
  return node && { path, data: node.data, stat: statOf(node), children: childrenOf(node) }
}

/** All nodes, depth first, children in the server's own order. Costs as much as the tree is large. */
export function* zkNodes(s: ZkServer, from = '/'): Iterable<ZnodeView> {
  const node = zkNode(s, from)
  if (!node) return
  yield node
  for (const name of node.children) yield* zkNodes(s, joinPath(from, name))
}

export interface SessionView {
  readonly id: SessionId
  readonly timeoutMs: number
  readonly client: HostName
  readonly ephemerals: readonly string[]
  /** This server holds its connection. */
  readonly connection: ConnId | undefined
  /** Only on the leader: its place in `sessionMachine`, the server that heard it last, and its bucket's end (monotonic ms). */
  readonly value: SessionValue | undefined
  readonly heardBy: HostName | undefined
  readonly expiresAtMs: number | undefined
}

export function zkSessions(s: ZkServer): SessionView[] {
  const ids = new Set([...s.sessions.sortedKeys(), ...Object.keys(s.tracked)])
  return [...ids].map((id) => {
    const tracked = s.tracked[id]
    return {
      id,
      timeoutMs: s.sessions.get(id) ?? tracked?.timeoutMs ?? 0,
      client: s.clientHosts.get(id) ?? '',
      ephemerals: nameSetOrder(s.tree.ephemerals.get(id)),
      connection: s.connOf[id],
      value: tracked?.chart,
      heardBy: tracked?.heardBy,
      expiresAtMs: tracked?.expiresAtMs,
    }
  })
}

export interface WatchView {
  readonly path: string
  readonly kind: 'data' | 'child'
  readonly session: SessionId
  readonly host: HostName
}

/** Watches set on this server, by path; of one path when given. */
export function zkWatches(s: ZkServer, path?: string): WatchView[] {
  const out: WatchView[] = []
  for (const [kind, table] of [
    ['data', s.dataWatches],
    ['child', s.childWatches],
  ] as const) {
    for (const watched of path === undefined ? table.byPath.sortedKeys() : [path]) {
      for (const conn of table.byPath.get(watched) ?? []) {
        const client = s.clients[conn]
        if (client) out.push({ path: watched, kind, session: client.session, host: client.host })
      }
    }
  }
  return out
}

/** The last transactions this server has applied, oldest first; at most 501. */
export const zkCommitted = (s: ZkServer): Txn[] => [...fifoItems(s.committedLog)]
/** Clients' connections: machine, session ('0' when none yet). */
export const zkConnections = (s: ZkServer): { readonly conn: ConnId; readonly host: HostName; readonly session: SessionId }[] =>
  Object.keys(s.clients).map((key) => {
    const conn = Number(key)
    return { conn, host: s.clients[conn]!.host, session: s.clients[conn]!.session }
  })

/** What a file of the data directories holds; undefined when it is neither a transaction log nor a snapshot. */
export type ZkFile = { readonly kind: 'log'; readonly txns: List<Txn> } | { readonly kind: 'snapshot'; readonly content: SnapshotContent }
export function zkFile(path: string, file: Pick<File, 'records'>): ZkFile | undefined {
  if (file.records === undefined) return undefined
  if (/\/log\.[0-9a-f]+$/.test(path)) return { kind: 'log', txns: file.records as List<Txn> }
  const content = /\/snapshot\.[0-9a-f]+$/.test(path) ? file.records.at(0) : undefined
  return content === undefined ? undefined : { kind: 'snapshot', content: content as SnapshotContent }
}
