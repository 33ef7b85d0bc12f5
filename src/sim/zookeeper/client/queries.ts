// What the inspector shows of a client. Pure reads of its state.

import { toServerPath } from './chroot.ts'
import type { ZkClientState } from './state.ts'
import type { ClientStateName } from './statechart.ts'
import { watchedPaths } from './watches.ts'

export interface ClientView {
  readonly name: string
  readonly state: ClientStateName
  /** Hex without `0x`; `0` for none. */
  readonly sessionId: string
  /** What the server granted, 0 before. */
  readonly timeoutMs: number
  /** `zoo1:2181`: the server connected, or tried. */
  readonly server: string
  readonly chroot: string
  /** Sent and not answered, oldest first; then what waits for a connection, without xid. */
  readonly pending: readonly { readonly xid: number; readonly op: string; readonly path: string | undefined }[]
  readonly watches: { readonly data: readonly string[]; readonly exist: readonly string[]; readonly child: readonly string[] }
  readonly xid: number
  readonly lastZxid: number
}

export function clientView(zk: ZkClientState): ClientView {
  const path = (client: string): string => toServerPath(zk.chroot, client)
  return {
    name: zk.options.name,
    state: zk.value,
    sessionId: zk.sessionId,
    timeoutMs: zk.negotiatedMs,
    server: zk.server.host === '' ? '' : `${zk.server.host}:${zk.server.port}`,
    chroot: zk.chroot,
    pending: [...zk.pending.from(zk.answered), ...zk.queue].map((packet) => ({
      xid: packet.xid,
      op: packet.op.op,
      path: 'path' in packet.op ? path(packet.op.path) : undefined,
    })),
    watches: {
      data: watchedPaths(zk.watches.data).map(path),
      exist: watchedPaths(zk.watches.exist).map(path),
      child: watchedPaths(zk.watches.child).map(path),
    },
    xid: zk.xid,
    lastZxid: zk.lastZxid,
  }
}
