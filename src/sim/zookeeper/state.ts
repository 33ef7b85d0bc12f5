// A ZooKeeper server's whole state: plain data. What is large in it (tree, logs, queues of frozen requests) is persistent, so that a copy costs little.

import { List, PMap, type Micros } from '../base/index.ts'
import type { ConnId, Event, HostName, Root } from '../kernel/index.ts'
import { configText, type Conf } from './conf.ts'
import { emptyFifo, type Fifo } from './fifo.ts'
import type { PeerValue, SessionValue } from './machines.ts'
import type { AuthId, PeerState, ServerOp, SessionId, Sid, Txn, ZkMessage, Zxid } from './protocol/index.ts'
import { freshTree, type Tree } from './tree/tree.ts'
import { emptyWatches, type WatchTable } from './tree/watches.ts'

/** A vote: plain numbers. */
export interface Vote {
  leader: Sid
  zxid: Zxid
  round: number
  peerEpoch: number
}

/** A notification as it is queued: what to say, or what was heard. */
export interface Note extends Vote {
  state: PeerState
  /** Whom it is for, or from. */
  sid: Sid
}

/** A connection on the election port. */
export interface ElectConn {
  /** `calling`: ours, not yet open. `heard`: accepted, its hello not yet read. `worker`: votes go over it. */
  role: 'calling' | 'heard' | 'worker'
  sid: Sid
}

/** An attempt to reach a server, one after the other: the manager's lock. */
export interface CallTask {
  sid: Sid
  addresses: string[]
  /** Which thread waits for it. */
  by: 'sender' | 'peer' | 'listener'
}

/** QuorumCnxManager: who can be sent votes, and what waits for them. */
export interface ElectPort {
  conns: Record<ConnId, ElectConn>
  /** Server -> the connection over which votes go to it. */
  workers: Record<Sid, ConnId>
  /** Server -> the one message waiting; null when delivered. A server that was never sent to is not here. */
  queue: Record<Sid, Note | null>
  lastSent: Record<Sid, Note>
  outbox: Note[]
  tasks: CallTask[]
  /** Connection being opened for the first task; 0 when none. */
  calling: ConnId
}

/** FastLeaderElection's loop. */
export interface Election {
  /** In lookForLeader. */
  active: boolean
  /** Waits for its connection attempts; meanwhile nothing is read. */
  blocked: boolean
  /** A quorum agrees; quiet for 200 ms decides. */
  finalizing: boolean
  round: number
  timeoutMs: number
  proposal: Vote
  received: Record<Sid, Vote>
  /** Answers of servers that are not looking. */
  outOfElection: Record<Sid, Vote & { state: PeerState }>
  inbox: Note[]
}

/** A request on its way through a server. Frozen. */
export interface Request {
  /** The client's connection here; 0 when it has none. */
  readonly conn: ConnId
  readonly session: SessionId
  readonly xid: number
  readonly op: ServerOp
  /** Who forwarded it: the learner's connection, 0 for this server itself. */
  readonly owner: ConnId
  readonly auth: readonly AuthId[]
  readonly createdMs: number
  /** Set when the leader refused a read: SessionExpired, SessionMoved. */
  readonly err: number
  /** What asked for it: it may wait behind others' requests. */
  readonly cause: Event | Root
}

/** A client's connection. */
export interface Client {
  host: HostName
  ip: string
  port: number
  session: SessionId
  timeoutMs: number
  /** The connect request was read. */
  initialized: boolean
  /** Nothing is read until the session is there. */
  receiving: boolean
  held: Fifo<ZkMessage>
  auth: List<AuthId>
  /** A four-letter word that came in pieces. */
  word: string
  establishedMs: number
  /** Monotonic milliseconds of the last packet. */
  touchedMs: number
  /** Requests not yet answered. */
  outstanding: number
  received: number
  sent: number
  lastOp: string
  lastXid: number
  lastZxid: Zxid
  lastResponseMs: number
  lastLatencyMs: number
  minLatencyMs: number
  maxLatencyMs: number
  totalLatencyMs: number
  count: number
}

/** A session as the leader tracks it. */
export interface Tracked {
  chart: SessionValue
  timeoutMs: number
  /** End of its bucket, monotonic milliseconds. */
  expiresAtMs: number
  /** Who owns it: a learner's connection, 0 the leader itself, -1 nobody yet. */
  owner: ConnId
  /** For the trace: which server heard its client last, and when. */
  heardBy: HostName
  heardAt: Micros
  expired: boolean
}

/** The leader's view of one learner (LearnerHandler). */
export interface Learner {
  sid: Sid
  host: HostName
  ip: string
  port: number
  phase: 'info' | 'epoch' | 'ackEpoch' | 'waitEpoch' | 'ack' | 'waitStart' | 'broadcast'
  acceptedEpoch: number
  currentEpoch: number
  lastZxid: Zxid
  /** It gets proposals. */
  forwarding: boolean
  /** It gets pings. */
  sending: boolean
  /** Tick until which it counts as in sync. */
  tickDeadline: number
  heardAt: Micros
  /** Milliseconds without a word after which its connection is closed. */
  readTimeoutMs: number
  /** Proposals not yet acknowledged: the first and the last since (SyncLimitCheck). 0: none. */
  waitZxid: Zxid
  waitSince: Micros
  nextZxid: Zxid
  nextSince: Micros
  checking: boolean
}

export interface Leading {
  /** Port 2888 is open. */
  open: boolean
  learners: Record<ConnId, Learner>
  /** -1 while the new epoch is not agreed on. */
  epoch: number
  proposedEpoch: number
  connecting: Sid[]
  electing: Sid[]
  electionFinished: boolean
  newLeaderAcks: Sid[]
  summaryEpoch: number
  summaryZxid: Zxid
  quorumFormed: boolean
  /** False when its own address is not the one in the last configuration that it saw: it never commits (Leader.getDesignatedLeader). */
  mayCommit: boolean
  tick: number
  tickSkip: boolean
  lastProposed: Zxid
  lastCommitted: Zxid
  /** zxid -> who acknowledged. In order of zxid. */
  outstanding: { zxid: Zxid; acks: Sid[] }[]
  /** Syncs that wait for a proposal's commit: zxid and the learner's connection. */
  pendingSyncs: { zxid: Zxid; learner: ConnId }[]
  lastLostHost: HostName
  lastLostAt: Micros
  proposalSizes: { last: number; min: number; max: number }
}

export interface Following {
  leader: Sid
  conn: ConnId
  tries: number
  startedAt: Micros
  phase: 'connecting' | 'discovery' | 'sync' | 'broadcast'
  newEpoch: number
  snapshotNeeded: boolean
  writeToLog: boolean
  /** Proposals of the synchronisation, not yet committed (`txns` holds them), and those committed. */
  notCommitted: Zxid[]
  committed: Zxid[]
  /** Those already on disk. */
  logged: Zxid
  heardAt: Micros
  readTimeoutMs: number
  lastQueued: Zxid
  /** Transactions proposed to us and not yet committed, in order. */
  pending: Zxid[]
  pendingSyncs: Fifo<Request>
  /** Session -> connection that waits for its revalidation. */
  revalidating: Record<SessionId, ConnId>
  /** Session -> when it was heard last, since the last ping. */
  touched: Record<SessionId, Micros>
}

/** What a change that is not yet applied will make of a node (ChangeRecord). Frozen. `exists` false: deleted. */
export interface Change {
  readonly zxid: Zxid
  readonly path: string
  readonly exists: boolean
  readonly version: number
  readonly cversion: number
  readonly aversion: number
  readonly ephemeralOwner: SessionId
  readonly childCount: number
  readonly acl: readonly { readonly perms: number; readonly scheme: string; readonly id: string }[]
}

export interface ZkServer {
  conf: Conf
  /** False until the JVM is up. */
  up: boolean
  /** The peer's place in its statechart. */
  peer: PeerValue
  acceptedEpoch: number
  currentEpoch: number
  /** What it tells those who ask for a leader. */
  vote: Vote
  /** Text of the last list of servers that it saw from a leader (the last seen quorum verifier). */
  lastSeen: string
  election: Election
  port: ElectPort
  leading: Leading | null
  following: Following | null
  /** Leaving a role: why; it still calls itself by it. */
  stepping: '' | 'leader lost' | 'quorum lost'

  /** ZooKeeperServer.isRunning: serves clients. */
  running: boolean
  tree: Tree
  /** Session -> negotiated timeout, milliseconds. */
  sessions: PMap<number>
  /** Session -> its client's machine. For the trace only. */
  clientHosts: PMap<HostName>
  /** The last transactions, at most 501. */
  committedLog: Fifo<Txn>
  /** zxid -> transaction proposed and not yet applied. */
  txns: PMap<Txn>
  changes: Fifo<Change>
  changeOf: PMap<Change>
  /** The leader's last zxid given out. */
  nextZxid: Zxid

  queue: Fifo<Request>
  /** The first in the queue waits for its commit. */
  blocked: boolean
  committed: Fifo<{ readonly request: Request | undefined; readonly zxid: Zxid }>

  /** Transactions to be logged; the first `syncing` of them are being written. */
  syncQueue: Zxid[]
  syncing: number
  /** The open log file: name, bytes written, size shown, transactions since the last snapshot, after how many comes the next. */
  log: { name: string; position: number; size: number; count: number; rollAt: number }

  clients: Record<ConnId, Client>
  /** Session -> its connection here. */
  connOf: Record<SessionId, ConnId>
  /** Connections whose session is there now: what they held back is read at the end of the event. */
  ready: ConnId[]
  dataWatches: WatchTable
  childWatches: WatchTable
  /** The leader's sessions. */
  tracked: Record<SessionId, Tracked>
  /** Low 56 bits of the next session id. */
  nextSession: number
  stats: { sent: number; received: number; min: number; max: number; total: number; count: number; wordsLogged: boolean }
  /** What is logged only once a process. */
  once: { follower: boolean; leader: boolean; environment: boolean }
}

export function newServer(conf: Conf): ZkServer {
  return {
    conf,
    up: false,
    peer: 'LOOKING',
    acceptedEpoch: 0,
    currentEpoch: 0,
    vote: { leader: conf.myid, zxid: 0, round: 0, peerEpoch: 0 },
    lastSeen: configText(conf),
    election: {
      active: false,
      blocked: false,
      finalizing: false,
      round: 0,
      timeoutMs: 0,
      proposal: { leader: conf.myid, zxid: 0, round: 0, peerEpoch: 0 },
      received: {},
      outOfElection: {},
      inbox: [],
    },
    port: { conns: {}, workers: {}, queue: {}, lastSent: {}, outbox: [], tasks: [], calling: 0 },
    leading: null,
    following: null,
    stepping: '',
    running: false,
    tree: freshTree(),
    sessions: PMap.empty<number>(),
    clientHosts: PMap.empty<HostName>(),
    committedLog: emptyFifo<Txn>(),
    txns: PMap.empty<Txn>(),
    changes: emptyFifo<Change>(),
    changeOf: PMap.empty<Change>(),
    nextZxid: 0,
    queue: emptyFifo<Request>(),
    blocked: false,
    committed: emptyFifo(),
    syncQueue: [],
    syncing: 0,
    log: { name: '', position: 0, size: 0, count: 0, rollAt: 0 },
    clients: {},
    connOf: {},
    ready: [],
    dataWatches: emptyWatches(),
    childWatches: emptyWatches(),
    tracked: {},
    nextSession: 0,
    stats: { sent: 0, received: 0, min: -1, max: 0, total: 0, count: 0, wordsLogged: false },
    once: { follower: false, leader: false, environment: false },
  }
}

export const noAuth = (): List<AuthId> => List.empty<AuthId>()
