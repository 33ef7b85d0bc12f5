// Port 2888 in words: discovery, synchronisation, broadcast and pings between ZooKeeper servers.

import { txnWords, zxidWords, type QuorumMessage, type ServerOp, type TxnBody } from '../../src/sim/zookeeper/protocol/index.ts'
import { operands, dataText } from './format-zk.ts'
import type { Capture } from './line.ts'

const requestWords = (op: ServerOp): string =>
  op.op === 'createSession' ? `createSession timeout=${op.timeoutMs}` : `${op.op} ${operands(op)}`
const bodyWords = (body: TxnBody): string => txnWords(body, dataText)

/** `PROPOSAL zxid=1:27  session=kafka2 xid=28 multi […]`. */
export function formatQuorum(message: QuorumMessage, capture: Capture): string {
  const head = `${message.kind} zxid=${zxidWords(message.zxid)}`
  switch (message.kind) {
    case 'FOLLOWERINFO':
      return `${head}  sid=${message.sid} protocol=0x${message.protocol.toString(16)} configVersion=${message.configVersion}`
    case 'LEADERINFO':
      return `${head}  protocol=0x${message.protocol.toString(16)}`
    case 'ACKEPOCH':
      return `${head}  currentEpoch=${message.currentEpoch}`
    case 'snapshot':
      return `snapshot ${message.size}B  the data tree, then 'BenWasHere'`
    case 'REQUEST': {
      const auth = message.auth.length > 0 ? ` auth=${message.auth.length}` : ''
      return `${head}  session=${capture.sessionName(message.session)} xid=${message.xid} ${requestWords(message.request)}${auth}`
    }
    case 'PROPOSAL':
      return `${head}  session=${capture.sessionName(message.txn.session)} xid=${message.txn.xid} ${bodyWords(message.txn.body)}`
    case 'PING': {
      const touched = message.touched.map((t) => `${capture.sessionName(t.session)}/${t.timeoutMs}`)
      return touched.length > 0 ? `${head}  touched ${touched.join(' ')}` : head
    }
    case 'REVALIDATE': {
      const answer = message.valid === undefined ? `timeout=${message.timeoutMs}` : message.valid ? 'valid' : 'invalid'
      return `${head}  session=${capture.sessionName(message.session)} ${answer}`
    }
    default:
      return head
  }
}
