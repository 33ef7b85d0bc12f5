// Committed zxids grow: a serving server never applies a transaction twice, nor an earlier one after a later one; commits leave a leader in order.

import type { Pid } from '../kernel/index.ts'
import { hexZxid, type Zxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'

export function growingZxids({ report }: Scene): Checker {
  const applied = new Map<Pid, Zxid>()
  const sent = new Map<string, Zxid>()
  return {
    name: 'growing zxids',
    onApplied(server, txn, before) {
      const last = before === undefined ? undefined : applied.get(server.pid)
      if (last !== undefined && txn.zxid <= last) report(`${server.host} applies ${hexZxid(txn.zxid)} after ${hexZxid(last)}`)
      applied.set(server.pid, txn.zxid)
    },
    onPeerPacket(server, message) {
      const key = `${server.pid}`
      // A synchronisation that was broken off begins anew.
      if (message.kind === 'DIFF' || message.kind === 'SNAP' || message.kind === 'TRUNC') sent.delete(key)
      if (message.kind !== 'COMMIT') return
      const last = sent.get(key) ?? 0
      if (message.zxid <= last) report(`${server.host} is told to commit ${hexZxid(message.zxid)} after ${hexZxid(last)}`)
      sent.set(key, message.zxid)
    },
    onServing(server) {
      sent.delete(`${server.pid}`)
    },
    onGone(pid) {
      applied.delete(pid)
      sent.delete(`${pid}`)
    },
  }
}
