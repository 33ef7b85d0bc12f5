// The leader's preparation of requests: checks them against the tree as it will be when all that is under way is done, gives each a zxid, and makes its transaction. What fails
// becomes an error transaction (PrepRequestProcessor at release-3.5.5).

import { PMap } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { ownEntry } from '../conf.ts'
import { say } from '../console.ts'
import { fifoItems, fifoLast, fifoPeek, fifoPop, fifoPush, fifoShift, fifoSize } from '../fifo.ts'
import { ERR, zkErrorName, type AuthId, type ServerOp, type Txn, type TxnBody, type Zxid } from '../protocol/index.ts'
import type { Change, Request, ZkServer } from '../state.ts'
import { PERM, permits, storedAcl } from '../tree/acl.ts'
import { isSpecialPath, parentPath, pathProblem } from '../tree/paths.ts'
import { aclOf, ephemeralsOf, NO_SESSION, OPEN_ACL } from '../tree/tree.ts'
import { checkSession, setClosing, setOwner, track } from './sessions.ts'

/** What a request fails with; thrown here and caught here alone. */
class Refusal {
  constructor(
    readonly err: number,
    readonly path: string,
  ) {}
}
const refuse = (err: number, path = ''): never => {
  throw new Refusal(err, path)
}

/** The node as it will be, under a transaction's zxid. */
function recordFor(s: ZkServer, path: string): Change {
  const pending = s.changeOf.get(path)
  if (pending) return pending.exists ? pending : refuse(ERR.noNode, path)
  const node = s.tree.nodes.get(path)
  if (!node) return refuse(ERR.noNode, path)
  return Object.freeze({
    zxid: -1,
    path,
    exists: true,
    version: node.version,
    cversion: node.cversion,
    aversion: node.aversion,
    ephemeralOwner: node.ephemeralOwner,
    childCount: node.children?.names.size ?? 0,
    acl: aclOf(node),
  })
}

const willExist = (s: ZkServer, path: string): boolean => s.changeOf.get(path)?.exists ?? s.tree.nodes.has(path)

function addChange(s: ZkServer, change: Change): void {
  const frozen = Object.freeze(change)
  fifoPush(s.changes, frozen)
  s.changeOf = s.changeOf.set(change.path, frozen)
}

const gone = (zxid: Zxid, path: string): Change => ({
  zxid,
  path,
  exists: false,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: NO_SESSION,
  childCount: -1,
  acl: OPEN_ACL,
})

/** A transaction was applied: what was known about it ahead of time is true now. */
export function settleChanges(s: ZkServer, zxid: Zxid): void {
  for (let change = fifoPeek(s.changes); change && change.zxid <= zxid; change = fifoPeek(s.changes)) {
    fifoShift(s.changes)
    if (s.changeOf.get(change.path) === change) s.changeOf = s.changeOf.delete(change.path)
  }
}

const raised = (current: number, expected: number, path: string): number =>
  expected !== -1 && expected !== current ? refuse(ERR.badVersion, path) : current + 1

function needValid(ctx: Context, s: ZkServer, path: string, session: string): void {
  const problem = pathProblem(path)
  if (problem === undefined) return
  sayPrep(ctx, s, 'PrepRequestProcessor@702', `Invalid path ${path} with session 0x${session}, reason: ${problem}`)
  refuse(ERR.badArguments, path)
}

const sayPrep = (ctx: Context, s: ZkServer, where: string, text: string): void =>
  say(ctx, 'INFO', s.conf.myid, `ProcessThread(sid:${s.conf.myid} cport:${ownEntry(s.conf).clientPort}):`, where, text)

function need(s: ZkServer, acl: Change['acl'], perm: number, auth: readonly AuthId[], path: string): void {
  if (!permits(acl, perm, auth)) refuse(ERR.noAuth, path)
}

/** Makes one operation's transaction; throws a Refusal. */
function bodyOf(ctx: Context, s: ZkServer, request: Request, op: ServerOp, zxid: Zxid): TxnBody {
  const { session, owner, auth } = request
  if (op.op !== 'createSession' && op.op !== 'closeSession' && op.op !== 'reconfig') {
    const err = checkSession(s, session, owner)
    if (err !== 0) refuse(err)
  }
  switch (op.op) {
    case 'create':
      return createBody(ctx, s, request, op, zxid)
    case 'delete': {
      if (!op.path.includes('/') || op.path.includes('\0') || isSpecialPath(op.path)) refuse(ERR.badArguments, op.path)
      const parent = recordFor(s, parentPath(op.path))
      const node = recordFor(s, op.path)
      need(s, parent.acl, PERM.delete, auth, op.path)
      raised(node.version, op.version, op.path)
      if (node.childCount > 0) refuse(ERR.notEmpty, op.path)
      addChange(s, { ...parent, zxid, childCount: parent.childCount - 1 })
      addChange(s, gone(zxid, op.path))
      return Object.freeze({ op: 'delete', path: op.path })
    }
    case 'setData': {
      needValid(ctx, s, op.path, session)
      const node = recordFor(s, op.path)
      need(s, node.acl, PERM.write, auth, op.path)
      const version = raised(node.version, op.version, op.path)
      addChange(s, { ...node, zxid, version })
      return Object.freeze({ op: 'setData', path: op.path, data: op.data, version })
    }
    case 'setACL': {
      needValid(ctx, s, op.path, session)
      const acl = storedAcl(op.acl, auth) ?? refuse(ERR.invalidAcl, op.path)
      const node = recordFor(s, op.path)
      need(s, node.acl, PERM.admin, auth, op.path)
      const version = raised(node.aversion, op.version, op.path)
      addChange(s, { ...node, zxid, aversion: version, acl })
      return Object.freeze({ op: 'setACL', path: op.path, acl, version })
    }
    case 'check': {
      needValid(ctx, s, op.path, session)
      const node = recordFor(s, op.path)
      need(s, node.acl, PERM.read, auth, op.path)
      return Object.freeze({ op: 'check', path: op.path, version: raised(node.version, op.version, op.path) })
    }
    case 'createSession':
      track(ctx, s, session, op.timeoutMs, 'opening', owner === 0 ? ctx.host : (s.leading?.learners[owner]?.host ?? ctx.host))
      setOwner(s, session, owner)
      return Object.freeze({ op: 'createSession', timeoutMs: op.timeoutMs, client: op.client })
    case 'closeSession':
      return closeBody(s, request, zxid)
    case 'reconfig':
      say(
        ctx,
        'ERROR',
        s.conf.myid,
        `ProcessThread(sid:${s.conf.myid} cport:${ownEntry(s.conf).clientPort}):`,
        'PrepRequestProcessor@427',
        'Reconfig operation requested but reconfig feature is disabled.',
      )
      return refuse(ERR.reconfigDisabled)
    case 'multi':
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
    case 'getACL':
    case 'sync':
    case 'auth':
    case 'setWatches':
    case 'ping':
      return refuse(ERR.unimplemented)
  }
}

function createBody(ctx: Context, s: ZkServer, request: Request, op: Extract<ServerOp, { op: 'create' }>, zxid: Zxid): TxnBody {
  const { session, auth } = request
  if (!op.path.includes('/') || op.path.includes('\0')) refuse(ERR.badArguments, op.path)
  const acl = storedAcl(op.acl ?? OPEN_ACL, auth) ?? refuse(ERR.invalidAcl, op.path)
  const parent = recordFor(s, parentPath(op.path))
  need(s, parent.acl, PERM.create, auth, op.path)
  const path = op.sequential ? op.path + String(parent.cversion).padStart(10, '0') : op.path
  needValid(ctx, s, path, session)
  if (willExist(s, path)) refuse(ERR.nodeExists, path)
  if (parent.ephemeralOwner !== NO_SESSION) refuse(ERR.noChildrenForEphemerals, path)
  const parentCversion = parent.cversion + 1
  addChange(s, { ...parent, zxid, cversion: parentCversion, childCount: parent.childCount + 1 })
  const ephemeralOwner = op.ephemeral ? session : NO_SESSION
  addChange(s, { zxid, path, exists: true, version: 0, cversion: 0, aversion: 0, ephemeralOwner, childCount: 0, acl })
  return Object.freeze({ op: 'create', path, data: op.data, acl, ephemeral: op.ephemeral, parentCversion })
}

function closeBody(s: ZkServer, request: Request, zxid: Zxid): TxnBody {
  const dying = new Set(ephemeralsOf(s.tree, request.session))
  for (const change of fifoItems(s.changes)) {
    if (!change.exists) dying.delete(change.path)
    else if (change.ephemeralOwner === request.session) dying.add(change.path)
  }
  for (const path of dying) addChange(s, gone(zxid, path))
  setClosing(s, request.session, 'close asked')
  return Object.freeze({ op: 'closeSession' })
}

/** Undoes what a multi that failed has noted down, and puts back what it had covered. */
function rollBack(s: ZkServer, zxid: Zxid, before: PMap<Change>): void {
  while (fifoLast(s.changes)?.zxid === zxid) s.changeOf = s.changeOf.delete(fifoPop(s.changes)!.path)
  if (fifoSize(s.changes) === 0) return
  const first = fifoPeek(s.changes)!.zxid
  for (const [path, change] of before) if (change.zxid >= first) s.changeOf = s.changeOf.set(path, change)
}

function pendingFor(s: ZkServer, ops: readonly ServerOp[]): PMap<Change> {
  let before = PMap.empty<Change>()
  for (const op of ops) {
    if (!('path' in op)) continue
    for (const path of [op.path, parentPath(op.path)]) {
      const change = s.changeOf.get(path)
      if (change) before = before.set(path, change)
    }
  }
  return before
}

function multiBody(ctx: Context, s: ZkServer, request: Request, ops: readonly ServerOp[], zxid: Zxid): TxnBody {
  const before = pendingFor(s, ops)
  let failed = false
  const txns = ops.map((op): TxnBody => {
    if (failed) return Object.freeze({ op: 'error', err: ERR.runtimeInconsistency })
    try {
      return bodyOf(ctx, s, request, op, zxid)
    } catch (e) {
      if (!(e instanceof Refusal)) throw e
      failed = true
      if (e.err > ERR.apiError) sayRefused(ctx, s, request, e, ' aborting remaining multi ops.', 'PrepRequestProcessor@815')
      rollBack(s, zxid, before)
      return Object.freeze({ op: 'error', err: e.err })
    }
  })
  return Object.freeze({ op: 'multi', txns: Object.freeze(txns) })
}

function sayRefused(ctx: Context, s: ZkServer, request: Request, e: Refusal, how: string, where: string): void {
  const path = e.path === '' ? 'null' : e.path
  const error = `KeeperErrorCode = ${zkErrorName(e.err)}${e.path === '' ? '' : ` for ${e.path}`}`
  const about = `sessionid:0x${request.session} type:${request.op.op} cxid:0x${request.xid.toString(16)} zxid:0x${s.nextZxid.toString(16)} txntype:-1 reqpath:n/a`
  sayPrep(ctx, s, where, `Got user-level KeeperException when processing ${about}${how} Error Path:${path} Error:${error}`)
}

/** Is it a write: does it take a zxid? */
export function takesZxid(op: ServerOp): boolean {
  switch (op.op) {
    case 'create':
    case 'delete':
    case 'setData':
    case 'setACL':
    case 'check':
    case 'multi':
    case 'reconfig':
    case 'createSession':
    case 'closeSession':
      return true
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
    case 'getACL':
    case 'sync':
    case 'auth':
    case 'setWatches':
    case 'ping':
      return false
  }
}

/** Prepares a write: its transaction, with a new zxid whether it will succeed or not. Frozen. */
export function prepare(ctx: Context, s: ZkServer, request: Request): Txn {
  const zxid = ++s.nextZxid
  const { op } = request
  let body: TxnBody
  try {
    body = op.op === 'multi' ? multiBody(ctx, s, request, op.ops, zxid) : bodyOf(ctx, s, request, op, zxid)
  } catch (e) {
    if (!(e instanceof Refusal)) throw e
    if (e.err > ERR.apiError) sayRefused(ctx, s, request, e, '', 'PrepRequestProcessor@878')
    body = Object.freeze({ op: 'error', err: e.err })
  }
  return Object.freeze({ session: request.session, xid: request.xid, zxid, timeMs: ctx.wallMs, body })
}
