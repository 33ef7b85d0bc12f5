// Where a request goes: a leader prepares and proposes it, a follower keeps its place and forwards it (ZooKeeperServer.submitRequest, LeaderRequestProcessor,
// FollowerRequestProcessor, ProposalRequestProcessor at release-3.5.5).

import type { ConnId, Context } from '../../kernel/index.ts'
import { fifoPush } from '../fifo.ts'
import type { ServerOp } from '../protocol/index.ts'
import { propose, sendPeer } from '../quorum/broadcast.ts'
import type { Request, ZkServer } from '../state.ts'
import { enqueue } from './commit.ts'
import { prepare, takesZxid } from './prepare.ts'
import { checkSession, touch } from './sessions.ts'

/** A request of one of this server's own clients (conn 0: of the server itself). Dropped when its session is gone. */
export function submit(ctx: Context, s: ZkServer, request: Request): void {
  if (request.conn !== 0 && !touchHere(ctx, s, request)) return
  const client = s.clients[request.conn]
  if (client) client.outstanding++
  if (s.leading) leaderRequest(ctx, s, request)
  else if (s.following) followerRequest(ctx, s, request)
}

function touchHere(ctx: Context, s: ZkServer, request: Request): boolean {
  const timeoutMs = s.clients[request.conn]?.timeoutMs ?? 0
  if (s.leading) return request.op.op === 'createSession' || touch(ctx, s, request.session, timeoutMs, ctx.host, ctx.now)
  if (s.following) s.following.touched[request.session] = ctx.now
  return true
}

/** What the leader does with a request, its own or a follower's (then `owner` is the follower's connection). */
export function leaderRequest(ctx: Context, s: ZkServer, request: Request): void {
  const { op } = request
  if (op.op === 'sync' && request.owner !== 0) {
    syncFor(ctx, s, request.owner)
    return
  }
  if (!takesZxid(op)) {
    const err = checkSession(s, request.session, request.owner)
    enqueue(ctx, s, err === 0 ? request : Object.freeze({ ...request, err }))
    return
  }
  const txn = prepare(ctx, s, request)
  const err = op.op === 'check' && txn.body.op === 'error' ? txn.body.err : 0
  enqueue(ctx, s, err === 0 ? request : Object.freeze({ ...request, err }))
  propose(ctx, s, txn)
}

/** Answers a follower's sync when all proposed before it is committed. */
function syncFor(ctx: Context, s: ZkServer, learner: ConnId): void {
  const leading = s.leading!
  if (leading.outstanding.length === 0) sendPeer(ctx, learner, { proto: 'quorum', kind: 'SYNC', zxid: 0 })
  else leading.pendingSyncs.push({ zxid: leading.lastProposed, learner })
}

function followerRequest(ctx: Context, s: ZkServer, request: Request): void {
  enqueue(ctx, s, request)
  const following = s.following!
  const { op } = request
  if (op.op === 'sync') fifoPush(following.pendingSyncs, request)
  else if (!takesZxid(op)) return
  sendPeer(
    ctx,
    following.conn,
    { proto: 'quorum', kind: 'REQUEST', zxid: -1, session: request.session, xid: request.xid, request: op, auth: request.auth },
    'zk.forward',
  )
}

/** A frozen request. */
export function makeRequest(
  ctx: Context,
  conn: ConnId,
  session: string,
  xid: number,
  op: ServerOp,
  owner: ConnId,
  auth: Request['auth'],
): Request {
  return Object.freeze({ conn, session, xid, op, owner, auth, createdMs: ctx.uptimeMs, err: 0, cause: ctx.cause })
}
