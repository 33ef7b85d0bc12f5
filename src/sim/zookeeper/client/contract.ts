// What a process that talks to ZooKeeper embeds: a client whose whole state is plain data inside the process's own state. The process feeds it its inputs and gets events back.

import type { Context, Input } from '../../kernel/index.ts'
import type { OpReply, SessionId, WatchEvent, ZkOp } from '../protocol/index.ts'

export interface ZkClientOptions {
  /** Distinguishes several clients of one process: prefix of its timer keys. */
  readonly name: string
  /** `zoo1:2181,zoo2:2181/kafka`: servers, then the chroot. Default port 2181. */
  readonly connect: string
  readonly timeoutMs: number
  /** `java`: the 3.4.14 library inside Kafka 2.3.0 (shuffled servers, re-arms watches). `kazoo`: 2.6.1, inside zk-shell. */
  readonly style: 'java' | 'kazoo'
  /** For the wire's names: `chroot`, `zktool`; absent for a process's main client. */
  readonly label?: string
  /** java: logs of the host (`console`, `server.log`) that get the library's own lines. None by default. */
  readonly logs?: readonly string[]
  /** java: prints the library's warnings on standard error in the tools' log format. */
  readonly warnings?: boolean
  /** java: class of the watcher, for the library's first line (`Initiating client connection, ... watcher=CLASS@1b2c3d`); without it that line is not logged. */
  readonly watcher?: string
  /** Credentials given with every connection from the first on. */
  readonly auth?: readonly { readonly scheme: string; readonly id: string }[]
}

export type ZkEvent =
  /** `closed`: this client is done (closed by us; or, kazoo, a name that does not resolve). */
  | { readonly type: 'state'; readonly state: 'connected' | 'disconnected' | 'expired' | 'closed'; readonly sessionId: SessionId }
  /** Every request ends in one of these; ConnectionLoss (-4) and SessionExpired (-112) included. `tag` is what the request was given. Paths are without the chroot. */
  | { readonly type: 'reply'; readonly tag: unknown; readonly op: ZkOp; readonly reply: Pick<OpReply, 'err' | 'zxid' | 'result'> }
  /**
   * A watch fired. java: at most one event for each the server sends. kazoo: one for each watcher, which is named; a lost connection tells every watcher `None` without a
   * path, and forgets it.
   */
  | {
      readonly type: 'watch'
      readonly event: Pick<WatchEvent, 'type' | 'path'> | { readonly type: 'None'; readonly path: null }
      readonly watcher?: string
    }

/** Functions of `zookeeper/client/index.ts`; `ZkClientState` is opaque plain data. */
export interface ZkClientApi<ZkClientState> {
  /** A client not yet connecting. */
  zkClient(options: ZkClientOptions): ZkClientState
  /** Begins to connect. Also after `expired`/`closed`: a new session. */
  zkStart(ctx: Context, zk: ZkClientState): void
  /** Feed every input of the process; undefined when it was not for this client, else what came of it (possibly nothing). */
  zkHandle(ctx: Context, zk: ZkClientState, input: Input): ZkEvent[] | undefined
  /**
   * Queues an operation (sent when connected, in order). Paths are relative to the chroot. `tag` is plain data. Returns false, doing nothing, after expiry or close;
   * kazoo: also while there is no connection.
   */
  zkRequest(
    ctx: Context,
    zk: ZkClientState,
    op: ZkOp,
    tag: unknown,
    options?: { readonly watcher?: string; readonly periodic?: string },
  ): boolean
  /** closeSession, then the connection; `closed` follows. */
  zkClose(ctx: Context, zk: ZkClientState): void
}
