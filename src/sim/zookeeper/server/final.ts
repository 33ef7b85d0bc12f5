// The end of a request's way: its transaction is applied, watches fire, reads are answered from the tree (FinalRequestProcessor at release-3.5.5).

import type { Context } from '../../kernel/index.ts'
import { ERR, hexZxid, type Txn, type WatchType, type ZkOp, type ZkResult } from '../protocol/index.ts'
import type { Request, ZkServer } from '../state.ts'
import { maskedAcl, PERM, permits } from '../tree/acl.ts'
import { applyTxn, type TxnResult } from '../tree/apply.ts'
import { parentPath } from '../tree/paths.ts'
import { aclOf, childrenOf, NO_SESSION, statOf } from '../tree/tree.ts'
import { addWatch } from '../tree/watches.ts'
import { answer, closeClient, countAnswer, fire, sendWatch } from './answers.ts'
import { finishHandshake } from './handshake.ts'
import { settleChanges } from './prepare.ts'
import { track } from './sessions.ts'

/** Applies a committed transaction, then answers the request that asked for it, if it came through this server. */
export function finishWrite(ctx: Context, s: ZkServer, request: Request | undefined, txn: Txn): void {
  const leads = s.leading !== null
  const expired = s.tracked[txn.session]?.expired ?? false
  const result = applyTxn(s, txn, (what, path) => {
    fireFor(ctx, s, what, path)
    if (leads) noteChange(ctx, s, txn, what, path)
  })
  s.txns = s.txns.delete(String(txn.zxid))
  if (txn.body.op === 'createSession') sessionCreated(ctx, s, txn.session, txn.body.timeoutMs, txn.body.client, txn.zxid)
  else if (txn.body.op === 'closeSession') sessionClosed(ctx, s, txn.session, txn.zxid, expired)
  if (leads) settleChanges(s, txn.zxid)
  if (request && request.conn !== 0) answerWrite(ctx, s, request, txn, result)
  else if (txn.body.op === 'closeSession') {
    const conn = s.connOf[txn.session]
    if (conn !== undefined) closeClient(ctx, s, conn)
  }
}

function sessionCreated(ctx: Context, s: ZkServer, session: string, timeoutMs: number, client: string, zxid: number): void {
  if (s.following) s.following.touched[session] = ctx.now
  if (!s.leading) return
  track(ctx, s, session, timeoutMs, 'open', ctx.host)
  ctx.note('session.created', `0x${session}`, {
    session: `0x${session}`,
    timeoutMs,
    client,
    server: s.tracked[session]!.heardBy,
    zxid: hexZxid(zxid),
  })
}

function sessionClosed(ctx: Context, s: ZkServer, session: string, zxid: number, expired: boolean): void {
  if (s.following) delete s.following.touched[session]
  if (!s.leading) return
  delete s.tracked[session]
  ctx.note('session.closed', `0x${session}`, { session: `0x${session}`, expired, zxid: hexZxid(zxid) })
}

/** Data watches first, then those of the node's own children, then the parent's. */
function fireFor(ctx: Context, s: ZkServer, what: 'created' | 'changed' | 'deleted', path: string): void {
  if (what === 'changed') {
    fire(ctx, s, s.dataWatches, path, 'NodeDataChanged')
    return
  }
  const type: WatchType = what === 'created' ? 'NodeCreated' : 'NodeDeleted'
  const told = fire(ctx, s, s.dataWatches, path, type)
  if (what === 'deleted') fire(ctx, s, s.childWatches, path, type, told)
  fire(ctx, s, s.childWatches, parentPath(path), 'NodeChildrenChanged')
}

function noteChange(ctx: Context, s: ZkServer, txn: Txn, what: 'created' | 'changed' | 'deleted', path: string): void {
  const node = s.tree.nodes.get(path)
  ctx.note(`znode.${what}`, path, {
    path,
    zxid: hexZxid(txn.zxid),
    session: `0x${txn.session}`,
    ...(node && what === 'created' ? { ephemeral: node.ephemeralOwner !== NO_SESSION } : {}),
    ...(node && what === 'changed' ? { version: node.version } : {}),
  })
}

function answerWrite(ctx: Context, s: ZkServer, request: Request, txn: Txn, result: TxnResult): void {
  const { op } = request
  if (txn.body.op === 'error') {
    if (txn.body.err === ERR.sessionMoved) closeClient(ctx, s, request.conn)
    else answer(ctx, s, request, txn.body.err, undefined, 'zk.apply')
    return
  }
  if (op.op === 'createSession') {
    const client = s.clients[request.conn]
    if (client) countAnswer(ctx, s, client, request, txn.zxid, 0)
    finishHandshake(ctx, s, request.conn, true)
    return
  }
  if (txn.body.op === 'multi') answer(ctx, s, request, 0, { results: result.results ?? [] }, 'zk.apply')
  else answer(ctx, s, request, result.err, result.err === 0 ? writeResult(op.op, result) : undefined, 'zk.apply')
  if (op.op === 'closeSession') closeClient(ctx, s, request.conn)
}

function writeResult(op: ZkOp['op'], result: TxnResult): ZkResult | undefined {
  if (op === 'create') return { path: result.path! }
  if (op === 'setData' || op === 'setACL') return { stat: result.stat! }
  return undefined
}

/** Answers what needs no transaction; sets the watches it asks for. */
export function finishRead(ctx: Context, s: ZkServer, request: Request): void {
  if (request.conn === 0 || !s.clients[request.conn]) return
  if (request.err !== 0) {
    if (request.err === ERR.sessionMoved) closeClient(ctx, s, request.conn)
    else answer(ctx, s, request, request.err, undefined)
    return
  }
  const { op } = request
  switch (op.op) {
    case 'ping':
    case 'check':
      answer(ctx, s, request, 0, undefined, 'zk.ping')
      return
    case 'sync':
      answer(ctx, s, request, 0, { path: op.path })
      return
    case 'setWatches':
      setWatches(ctx, s, request.conn, op)
      answer(ctx, s, request, 0, undefined)
      return
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
    case 'getACL': {
      const read = readNode(s, request, op)
      answer(ctx, s, request, read.err, read.result)
      return
    }
    case 'create':
    case 'delete':
    case 'setData':
    case 'multi':
    case 'setACL':
    case 'reconfig':
    case 'auth':
    case 'closeSession':
    case 'createSession':
      answer(ctx, s, request, ERR.unimplemented, undefined)
  }
}

type ReadOp = Extract<ZkOp, { op: 'exists' | 'getData' | 'getChildren' | 'getChildren2' | 'getACL' }>

function readNode(s: ZkServer, request: Request, op: ReadOp): { readonly err: number; readonly result: ZkResult | undefined } {
  const node = s.tree.nodes.get(op.path)
  const failed = (err: number) => ({ err, result: undefined })
  if (op.op === 'exists') {
    if (op.path.includes('\0')) return failed(ERR.badArguments)
    // A node that is not there can be waited for.
    if (op.watch) addWatch(s.dataWatches, op.path, request.conn)
    return node ? { err: 0, result: { stat: statOf(node) } } : failed(ERR.noNode)
  }
  if (!node) return failed(ERR.noNode)
  const acl = aclOf(node)
  if (!permits(acl, op.op === 'getACL' ? PERM.read | PERM.admin : PERM.read, request.auth)) return failed(ERR.noAuth)
  if (op.op === 'getACL') {
    const shown = permits(acl, PERM.admin, request.auth) ? acl.map((one) => ({ ...one })) : maskedAcl(acl)
    return { err: 0, result: { acl: shown, stat: statOf(node) } }
  }
  if (op.op === 'getData') {
    if (op.watch) addWatch(s.dataWatches, op.path, request.conn)
    return { err: 0, result: { data: node.data, stat: statOf(node) } }
  }
  if (op.watch) addWatch(s.childWatches, op.path, request.conn)
  const children = childrenOf(node)
  return { err: 0, result: op.op === 'getChildren' ? { children } : { children, stat: statOf(node) } }
}

/** Sets watches again after a reconnection, or tells at once what they missed (DataTree.setWatches). */
function setWatches(ctx: Context, s: ZkServer, conn: number, op: Extract<ZkOp, { op: 'setWatches' }>): void {
  const { nodes } = s.tree
  for (const path of op.data) {
    const node = nodes.get(path)
    if (!node) sendWatch(ctx, s, conn, 'NodeDeleted', path)
    else if (node.mzxid > op.relativeZxid) sendWatch(ctx, s, conn, 'NodeDataChanged', path)
    else addWatch(s.dataWatches, path, conn)
  }
  for (const path of op.exist) {
    if (nodes.has(path)) sendWatch(ctx, s, conn, 'NodeCreated', path)
    else addWatch(s.dataWatches, path, conn)
  }
  for (const path of op.child) {
    const node = nodes.get(path)
    if (!node) sendWatch(ctx, s, conn, 'NodeDeleted', path)
    else if (node.pzxid > op.relativeZxid) sendWatch(ctx, s, conn, 'NodeChildrenChanged', path)
    else addWatch(s.childWatches, path, conn)
  }
}
