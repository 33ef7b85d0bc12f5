// No session expires before its timeout: the leader that closes a session unasked has not heard of it for that long, nor led for that long if it heard nothing.

import { toMs } from '../base/index.ts'
import { zxidEpoch, type SessionId } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene, ServerRef } from './checker.ts'

export function sessionExpiry({ engine, report }: Scene): Checker {
  const timeouts = new Map<SessionId, number>()
  /** Milliseconds when the leader heard of a session last, itself or through a follower. */
  const heard = new Map<SessionId, number>()
  const asked = new Set<SessionId>()
  const expired = new Set<SessionId>()
  let leader = 0
  let leadsSince = 0
  const now = (): number => toMs(engine.world.now)
  /** Once a session is being closed, nothing that comes saves it; nor does what an old leader reads that was stopped and does not know of the next. */
  const touch = (session: SessionId, { pid, state }: ServerRef): void => {
    if (pid === leader && state.tracked[session]?.chart !== 'closing') heard.set(session, now())
  }

  return {
    name: 'session expiry',
    onServing(server) {
      if (!server.state.leading) return
      leader = server.pid
      leadsSince = now()
    },
    onApplied(server, txn) {
      if (txn.body.op !== 'createSession') return
      timeouts.set(txn.session, txn.body.timeoutMs)
      // An earlier leader that was stopped may commit what it proposed when another one leads.
      if (server.pid === leader) heard.set(txn.session, now())
    },
    onHeard(session, server, isClose) {
      if (isClose) asked.add(session)
      if (server.state.leading) touch(session, server)
    },
    onPeerPacket(server, message) {
      if (!server.state.leading) return
      if (message.kind === 'PING') for (const one of message.touched) touch(one.session, server)
      else if (message.kind === 'REVALIDATE') touch(message.session, server)
      else if (message.kind === 'REQUEST' && message.request.op === 'closeSession') asked.add(message.session)
    },
    onPeerSend(server, message) {
      if (message.kind !== 'PROPOSAL' || message.txn.body.op !== 'closeSession' || server.pid !== leader) return
      // What an earlier leader had proposed is no decision of this one.
      if (zxidEpoch(message.zxid) !== server.state.leading?.epoch) return
      const { session } = message.txn
      const timeout = timeouts.get(session)
      // Asked for, or known to have expired: other followers get the same proposal.
      if (asked.has(session) || expired.has(session) || timeout === undefined) return
      expired.add(session)
      const silentMs = now() - Math.max(heard.get(session) ?? 0, leadsSince)
      if (silentMs + 1 < timeout)
        report(`${server.host} lets session 0x${session} expire after ${silentMs} ms without a word; its timeout is ${timeout} ms`)
    },
  }
}
