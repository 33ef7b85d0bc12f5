// Reads of one session never go back in time, whichever servers answer them; and what they say is what the committed history says at the zxid that they name.

import { ERR, hexZxid, type SessionId, type ZkOp, type Zxid } from '../zookeeper/protocol/index.ts'
import type { Answered, Checker, Scene } from './checker.ts'

type Read = Extract<ZkOp, { op: 'exists' | 'getData' | 'getChildren' | 'getChildren2' }>
const isRead = (op: ZkOp): op is Read => op.op === 'exists' || op.op === 'getData' || op.op === 'getChildren' || op.op === 'getChildren2'

export function sessionReads({ history, report }: Scene): Checker {
  const seen = new Map<SessionId, Zxid>()

  function compare({ session, request, reply }: Answered, op: Read): void {
    const node = history.at(op.path, reply.zxid)
    const where = `0x${session} at ${hexZxid(reply.zxid)}`
    if (reply.err === ERR.noNode) {
      if (node) report(`${where} is told that ${op.path} is not there; it was made at ${hexZxid(node.czxid)}`)
      return
    }
    if (reply.err !== 0) return
    if (!node) {
      report(`${where} is told of ${op.path}, which is not there`)
      return
    }
    const { stat, data } = reply.result ?? {}
    if (stat && (stat.version !== node.version || stat.mzxid !== node.mzxid || stat.czxid !== node.czxid)) {
      report(`${where} reads ${op.path} in version ${stat.version}; it is ${node.version}`)
    }
    if (request.request.op === 'getData' && data !== node.data) report(`${where} reads other data of ${op.path} than were written`)
  }
  return {
    name: 'reads of a session',
    onAnswer(answered) {
      const { session, request, reply } = answered
      // Authentication is answered outside the order; an answer without a zxid has seen nothing.
      if (request.kind === 'auth' || reply.zxid <= 0) return
      const before = seen.get(session) ?? 0
      if (reply.zxid < before) report(`0x${session} has seen ${hexZxid(before)} and is answered with ${hexZxid(reply.zxid)}`)
      else seen.set(session, reply.zxid)
      const op = request.request
      // What servers know of themselves is not in the history.
      if (isRead(op) && op.path !== '/' && !op.path.startsWith('/zookeeper')) compare(answered, op)
    },
  }
}
