// What ZooKeeper servers say to each other: elections on port 3888, discovery, synchronisation and broadcast on port 2888. Frozen values. Fields under "simulation only" are on
// no real wire and in no size.

import type { HostName, Message } from '../../kernel/index.ts'
import type { Micros, PMap } from '../../base/index.ts'
import type { Acl, SessionId, Zxid } from './messages.ts'
import type { ServerOp, Txn } from './txn.ts'

/** A server's number: its myid. */
export type Sid = number
export type PeerState = 'LOOKING' | 'FOLLOWING' | 'LEADING'

/** First on an election connection: who calls, and where it says it can be called back (QuorumCnxManager at release-3.5.5). */
export interface ElectHello extends Message {
  readonly proto: 'elect'
  readonly kind: 'hello'
  readonly protocol: -65536
  readonly sid: Sid
  /** `0.0.0.0:3888` for a server that names itself so in its own list. */
  readonly address: string
}
/** A vote (FastLeaderElection at release-3.5.5). The sender is known by the connection. */
export interface ElectNotification extends Message {
  readonly proto: 'elect'
  readonly kind: 'notification'
  readonly state: PeerState
  readonly leader: Sid
  readonly zxid: Zxid
  readonly round: number
  readonly peerEpoch: number
  /** Version of the message format. */
  readonly version: 2
  /** The sender's own list of servers as text. */
  readonly config: string
}
export type ElectMessage = ElectHello | ElectNotification

/** A node in a snapshot or a server's tree. Frozen. */
export interface Znode {
  readonly data: string | null
  /** Bytes of the data. */
  readonly dataLength: number
  /** undefined: the open list, world:anyone with all permissions, of the nodes that the server itself made. */
  readonly acl: readonly Acl[] | undefined
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  /** How many children were ever created. */
  readonly cversion: number
  readonly aversion: number
  /** `0` when not ephemeral. */
  readonly ephemeralOwner: SessionId
  readonly children: NameSet | undefined
}
/** A Java HashSet of names: its order depends on its capacity and, within a bucket, on the order of insertion. */
export interface NameSet {
  readonly capacity: number
  /** The number the next name gets. */
  readonly next: number
  /** Name -> order of insertion. */
  readonly names: PMap<number>
}
/** Everything that a snapshot holds. */
export interface SnapshotContent {
  readonly zxid: Zxid
  readonly nodes: PMap<Znode>
  /** Session -> timeout in milliseconds. */
  readonly sessions: PMap<number>
  /** Simulation only: session -> its client's machine. */
  readonly clients: PMap<HostName>
}

interface Packet extends Message {
  readonly proto: 'quorum'
  readonly zxid: Zxid
}
/** Packets of port 2888 (Leader, LearnerHandler, Learner at release-3.5.5). `zxid` is -1 where a packet has none. */
export type QuorumMessage =
  | (Packet & { readonly kind: 'FOLLOWERINFO'; readonly sid: Sid; readonly protocol: 0x10000; readonly configVersion: number })
  | (Packet & { readonly kind: 'LEADERINFO'; readonly protocol: 0x10000 })
  /** `currentEpoch` -1: this epoch was accepted before, it does not count. */
  | (Packet & { readonly kind: 'ACKEPOCH'; readonly currentEpoch: number })
  | (Packet & { readonly kind: 'DIFF' | 'TRUNC' | 'SNAP' | 'UPTODATE' | 'ACK' | 'COMMIT' | 'SYNC' })
  /** The bytes after SNAP: the tree, then `BenWasHere`. */
  | (Packet & { readonly kind: 'snapshot'; readonly size: number; readonly content: SnapshotContent })
  | (Packet & { readonly kind: 'NEWLEADER'; readonly config: string })
  | (Packet & {
      readonly kind: 'REQUEST'
      readonly session: SessionId
      readonly xid: number
      readonly request: ServerOp
      /** The client's identities; the wire text counts them. */
      readonly auth: readonly AuthId[]
    })
  | (Packet & { readonly kind: 'PROPOSAL'; readonly txn: Txn })
  /** From the leader without `touched`; the answer lists sessions heard since the last one. `heardAt` is simulation only. */
  | (Packet & {
      readonly kind: 'PING'
      readonly touched: readonly { readonly session: SessionId; readonly timeoutMs: number; readonly heardAt: Micros }[]
    })
  /** A follower asks whether a session is alive; the leader answers with `valid`. `client` is simulation only. */
  | (Packet & {
      readonly kind: 'REVALIDATE'
      readonly session: SessionId
      readonly timeoutMs: number
      readonly client: HostName
      readonly valid: boolean | undefined
    })

/** Who a client is: its address, and what it added with `auth`. */
export interface AuthId {
  readonly scheme: string
  readonly id: string
}
