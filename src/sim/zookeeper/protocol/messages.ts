// What clients and servers of ZooKeeper say to each other on port 2181, as frozen values. Names are the protocol's own (zookeeper.jute at release-3.5.5).

import type { Message } from '../../kernel/index.ts'

/** epoch * 2^32 + counter: exact in a double for any epoch a run can reach. */
export type Zxid = number
/** Sixteen-digit-or-less lower-case hex without `0x`; `0` means none. */
export type SessionId = string

/** Data is text; null is a znode without data, which is not the same as an empty one. */
export type ZnodeData = string | null

export interface Stat {
  readonly czxid: Zxid
  readonly mzxid: Zxid
  /** Epoch milliseconds. */
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  readonly cversion: number
  readonly aversion: number
  readonly ephemeralOwner: SessionId
  readonly dataLength: number
  readonly numChildren: number
  readonly pzxid: Zxid
}

export interface Acl {
  /** Bits: read 1, write 2, create 4, delete 8, admin 16. */
  readonly perms: number
  readonly scheme: string
  readonly id: string
}

/** One operation, as asked. Paths are whole (chroot applied by the client). */
export type ZkOp =
  | {
      readonly op: 'create'
      readonly path: string
      readonly data: ZnodeData
      readonly ephemeral: boolean
      readonly sequential: boolean
      readonly acl?: readonly Acl[]
    }
  | { readonly op: 'delete'; readonly path: string; readonly version: number }
  | { readonly op: 'setData'; readonly path: string; readonly data: ZnodeData; readonly version: number }
  | { readonly op: 'check'; readonly path: string; readonly version: number }
  | { readonly op: 'multi'; readonly ops: readonly ZkOp[] }
  | { readonly op: 'exists'; readonly path: string; readonly watch: boolean }
  | { readonly op: 'getData'; readonly path: string; readonly watch: boolean }
  | { readonly op: 'getChildren'; readonly path: string; readonly watch: boolean }
  | { readonly op: 'getChildren2'; readonly path: string; readonly watch: boolean }
  | { readonly op: 'getACL'; readonly path: string }
  | { readonly op: 'setACL'; readonly path: string; readonly acl: readonly Acl[]; readonly version: number }
  | { readonly op: 'sync'; readonly path: string }
  | { readonly op: 'reconfig' }
  | { readonly op: 'auth'; readonly scheme: string; readonly id: string }
  | {
      readonly op: 'setWatches'
      readonly relativeZxid: Zxid
      readonly data: readonly string[]
      readonly exist: readonly string[]
      readonly child: readonly string[]
    }
  | { readonly op: 'ping' }
  | { readonly op: 'closeSession' }
export type ZkOpName = ZkOp['op']

/** What an operation that succeeded gives back; which fields there are depends on the operation. */
export interface ZkResult {
  readonly path?: string
  readonly data?: ZnodeData
  readonly stat?: Stat
  /** In the server's own order. */
  readonly children?: readonly string[]
  readonly acl?: readonly Acl[]
  /** multi: one per operation; `err` 0 is success. */
  readonly results?: readonly { readonly err: number; readonly op: ZkOpName; readonly path?: string; readonly stat?: Stat }[]
}

export interface ConnectRequest extends Message {
  readonly proto: 'zk'
  readonly kind: 'connect'
  readonly lastZxidSeen: Zxid
  readonly timeoutMs: number
  readonly sessionId: SessionId
  readonly password: string
  readonly readOnly: boolean
}
/** `timeoutMs` 0: the session is gone. */
export interface ConnectResponse extends Message {
  readonly proto: 'zk'
  readonly kind: 'connected'
  readonly timeoutMs: number
  readonly sessionId: SessionId
  readonly password: string
}
/** `kind` is the operation's name. xid: -2 ping, -4 auth, -8 setWatches, else the client's counter. */
export interface OpRequest extends Message {
  readonly proto: 'zk'
  readonly kind: ZkOpName
  readonly xid: number
  readonly request: ZkOp
}
/** `kind` is `reply`; `of` the operation's name. `err` is 0 or a KeeperException code. */
export interface OpReply extends Message {
  readonly proto: 'zk'
  readonly kind: 'reply'
  readonly of: ZkOpName
  readonly xid: number
  readonly zxid: Zxid
  readonly err: number
  readonly result: ZkResult | undefined
}
export type WatchType = 'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged' | 'NodeChildrenChanged'
export interface WatchEvent extends Message {
  readonly proto: 'zk'
  readonly kind: 'watch'
  readonly type: WatchType
  readonly path: string
}
/** Bare text on a socket: four-letter words and their answers. */
export interface TextMessage extends Message {
  readonly proto: 'text'
  readonly kind: 'text'
  readonly text: string
}
export type ZkMessage = ConnectRequest | ConnectResponse | OpRequest | OpReply | WatchEvent

/** KeeperException codes (zookeeper-server/src/main/java/org/apache/zookeeper/KeeperException.java at release-3.5.5). */
export const ERR = {
  ok: 0,
  runtimeInconsistency: -2,
  connectionLoss: -4,
  marshalling: -5,
  unimplemented: -6,
  operationTimeout: -7,
  badArguments: -8,
  apiError: -100,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  invalidAcl: -114,
  authFailed: -115,
  sessionMoved: -118,
  notReadOnly: -119,
  reconfigDisabled: -123,
} as const

/** `1:27`: epoch and counter in hex-free form for people; `0x10000001b`: as ZooKeeper prints it. */
export const zxidEpoch = (zxid: Zxid): number => Math.floor(zxid / 4294967296)
export const zxidCounter = (zxid: Zxid): number => zxid % 4294967296
export const makeZxid = (epoch: number, counter: number): Zxid => epoch * 4294967296 + counter
export const hexZxid = (zxid: Zxid): string => `0x${zxid.toString(16)}`
