// Transactions: what the leader makes of a request, what is logged, acknowledged and applied everywhere (zookeeper.jute at release-3.5.5).

import type { Acl, SessionId, Zxid, ZnodeData, ZkOp } from './messages.ts'

/** What a server asks its leader for: a client's operation, or a session for a client. `client` names the client's machine to the simulation; it is not on the wire. */
export type ServerOp = ZkOp | { readonly op: 'createSession'; readonly timeoutMs: number; readonly client: string }

export type TxnBody =
  | {
      readonly op: 'create'
      readonly path: string
      readonly data: ZnodeData
      readonly acl: readonly Acl[]
      readonly ephemeral: boolean
      /** The parent's stored cversion after this: how many children it ever had. */
      readonly parentCversion: number
    }
  | { readonly op: 'delete'; readonly path: string }
  /** `version` is the one that the znode gets. */
  | { readonly op: 'setData'; readonly path: string; readonly data: ZnodeData; readonly version: number }
  | { readonly op: 'setACL'; readonly path: string; readonly acl: readonly Acl[]; readonly version: number }
  /** `version` is one more than the znode's. */
  | { readonly op: 'check'; readonly path: string; readonly version: number }
  /** A request that failed uses up a zxid all the same. */
  | { readonly op: 'error'; readonly err: number }
  | { readonly op: 'createSession'; readonly timeoutMs: number; readonly client: string }
  | { readonly op: 'closeSession' }
  | { readonly op: 'multi'; readonly txns: readonly TxnBody[] }

/** A transaction with its header. */
export interface Txn {
  readonly session: SessionId
  readonly xid: number
  readonly zxid: Zxid
  /** The leader's wall clock when it prepared the request, epoch milliseconds. */
  readonly timeMs: number
  readonly body: TxnBody
}
