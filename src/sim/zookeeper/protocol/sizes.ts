// How many bytes servers' messages, transactions and snapshots take in jute encoding, without the 4-byte length before each. They size log files, snapshots and traffic.

import type { Acl, OpReply, Stat, ZkResult } from './messages.ts'
import type { AuthId, ElectMessage, QuorumMessage, Znode } from './peers.ts'
import type { ServerOp, Txn, TxnBody } from './txn.ts'

/** UTF-8 bytes of a text. */
export function utf8Bytes(text: string): number {
  let n = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x80) continue
    // Two halves of a pair make four bytes.
    n += c < 0x800 || (c >= 0xd800 && c < 0xe000) ? 1 : 2
  }
  return n
}

const text = (value: string | null): number => 4 + (value === null ? 0 : utf8Bytes(value))
const texts = (values: readonly string[]): number => values.reduce((sum, value) => sum + text(value), 4)
const aclBytes = (acl: readonly Acl[]): number => acl.reduce((sum, one) => sum + 4 + text(one.scheme) + text(one.id), 4)
const OPEN_ACL_BYTES = 4 + 4 + 4 + 5 + 4 + 6

function opBytes(op: ServerOp): number {
  switch (op.op) {
    case 'create':
      return text(op.path) + text(op.data) + (op.acl ? aclBytes(op.acl) : OPEN_ACL_BYTES) + 4
    case 'delete':
    case 'check':
      return text(op.path) + 4
    case 'setData':
      return text(op.path) + text(op.data) + 4
    case 'multi':
      // Each operation has a header of 9 bytes before it, and one more ends the list.
      return op.ops.reduce((sum, one) => sum + 9 + opBytes(one), 9)
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return text(op.path) + 1
    case 'getACL':
    case 'sync':
      return text(op.path)
    case 'setACL':
      return text(op.path) + aclBytes(op.acl) + 4
    case 'reconfig':
      return 20
    case 'auth':
      return 4 + text(op.scheme) + text(op.id)
    case 'setWatches':
      return 8 + texts(op.data) + texts(op.exist) + texts(op.child)
    case 'createSession':
      return 4
    case 'ping':
    case 'closeSession':
      return 0
  }
}

function bodyBytes(body: TxnBody): number {
  switch (body.op) {
    case 'create':
      return text(body.path) + text(body.data) + aclBytes(body.acl) + 1 + 4
    case 'delete':
      return text(body.path)
    case 'setData':
      return text(body.path) + text(body.data) + 4
    case 'setACL':
      return text(body.path) + aclBytes(body.acl) + 4
    case 'check':
      return text(body.path) + 4
    case 'error':
    case 'createSession':
      return 4
    case 'closeSession':
      return 0
    case 'multi':
      return body.txns.reduce((sum, one) => sum + 4 + 4 + bodyBytes(one), 4)
  }
}

/** A transaction as it is proposed: a header of 32 bytes and its body. */
export const txnBytes = (txn: Txn): number => 32 + bodyBytes(txn.body)
/** A transaction in a log file: checksum, length, transaction, end mark. */
export const logEntryBytes = (txn: Txn): number => 8 + 4 + txnBytes(txn) + 1

/** A node in a snapshot: path, data, number of its access list, persisted Stat. */
export const snapshotNodeBytes = (path: string, node: Pick<Znode, 'dataLength'>): number =>
  4 + utf8Bytes(path) + 4 + node.dataLength + 8 + 60
/** An access list in a snapshot. */
export const snapshotAclBytes = (acl: readonly Acl[]): number => 8 + aclBytes(acl)
/** A session in a snapshot. */
export const SNAPSHOT_SESSION_BYTES = 12
/** What a snapshot has besides nodes, access lists and sessions: two counts and the end mark. */
export const SNAPSHOT_FRAME_BYTES = 4 + 4 + 5
/** `BenWasHere`, after a snapshot on the wire. */
export const SNAPSHOT_SIGNATURE_BYTES = 14
/** A snapshot file's header, checksum and end mark. */
export const SNAPSHOT_FILE_BYTES = 16 + 8 + 5

const STAT_BYTES = 68
const stat = (s: Stat | undefined): number => (s ? STAT_BYTES : 0)

function resultBytes(result: ZkResult): number {
  if (result.results) {
    const failed = result.results.some((one) => one.err !== 0)
    return result.results.reduce((sum, one) => sum + 9 + (failed ? 4 : (one.path === undefined ? 0 : text(one.path)) + stat(one.stat)), 9)
  }
  return (
    (result.path === undefined ? 0 : text(result.path)) +
    (result.data === undefined ? 0 : text(result.data)) +
    (result.children ? texts(result.children) : 0) +
    (result.acl ? aclBytes(result.acl) : 0) +
    stat(result.stat)
  )
}

/** An answer on port 2181: xid, zxid, error, result. */
export const replyBytes = (reply: Pick<OpReply, 'result'>): number => 16 + (reply.result ? resultBytes(reply.result) : 0)
/** protocol, timeout, session, password, read-only flag. */
export const CONNECT_RESPONSE_BYTES = 4 + 4 + 8 + 20 + 1
/** xid -1, zxid -1, error 0, type, state, path. */
export const watchEventBytes = (path: string): number => 16 + 4 + 4 + text(path)

const auths = (auth: readonly AuthId[]): number => auth.reduce((sum, one) => sum + text(one.scheme) + text(one.id), 0)

/** Bytes of what servers say to each other. */
export function peerBytes(message: QuorumMessage | ElectMessage): number {
  // Type, zxid, a buffer's length, the identities' count.
  const packet = 20
  switch (message.kind) {
    case 'hello':
      return 8 + 8 + 4 + message.address.length
    case 'notification':
      return 44 + 4 + utf8Bytes(message.config)
    case 'FOLLOWERINFO':
      return packet + 20
    case 'LEADERINFO':
    case 'ACKEPOCH':
      return packet + 4
    case 'NEWLEADER':
      return packet + utf8Bytes(message.config)
    case 'snapshot':
      return message.size
    case 'REQUEST':
      return packet + 16 + opBytes(message.request) + auths(message.auth)
    case 'PROPOSAL':
      return packet + txnBytes(message.txn)
    case 'PING':
      return packet + 12 * message.touched.length
    case 'REVALIDATE':
      return packet + (message.valid === undefined ? 12 : 9)
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'UPTODATE':
    case 'ACK':
    case 'COMMIT':
    case 'SYNC':
      return packet
  }
}
