// One queue for all requests of a server: while its first waits for a commit, all others wait behind it, reads and pings of every client too (CommitProcessor at release-3.5.5).

import type { Context } from '../../kernel/index.ts'
import { fifoItems, fifoPeek, fifoPush, fifoShift, fifoSize } from '../fifo.ts'
import type { ServerOp, Zxid } from '../protocol/index.ts'
import type { Request, ZkServer } from '../state.ts'
import { finishRead, finishWrite } from './final.ts'

/** Must it wait for the leader's word? A sync only on followers. */
function needsCommit(op: ServerOp['op'], isFollower: boolean): boolean {
  switch (op) {
    case 'create':
    case 'delete':
    case 'setData':
    case 'setACL':
    case 'multi':
    case 'reconfig':
    case 'createSession':
    case 'closeSession':
      return true
    case 'sync':
      return isFollower
    case 'check':
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
    case 'getACL':
    case 'auth':
    case 'setWatches':
    case 'ping':
      return false
  }
}

/** A request of a client (here, or at a follower of this leader) takes its place. */
export function enqueue(ctx: Context, s: ZkServer, request: Request): void {
  if (!s.blocked && fifoSize(s.queue) === 0 && !needsCommit(request.op.op, s.following !== null)) {
    finishRead(ctx, s, request)
    return
  }
  fifoPush(s.queue, request)
  pump(ctx, s)
}

/** A transaction is committed. */
export function commitTxn(ctx: Context, s: ZkServer, zxid: Zxid): void {
  fifoPush(s.committed, Object.freeze({ request: undefined, zxid }))
  pump(ctx, s)
}

/** The leader has answered a sync. */
export function commitSync(ctx: Context, s: ZkServer, request: Request): void {
  fifoPush(s.committed, Object.freeze({ request, zxid: -1 }))
  pump(ctx, s)
}

function pump(ctx: Context, s: ZkServer): void {
  for (;;) {
    let first = fifoPeek(s.queue)
    while (!s.blocked && first) {
      if (needsCommit(first.op.op, s.following !== null)) s.blocked = true
      else {
        fifoShift(s.queue)
        const read = first
        ctx.within(read.cause, () => finishRead(ctx, s, read))
        first = fifoPeek(s.queue)
      }
    }
    const done = fifoShift(s.committed)
    if (!done) return
    finish(ctx, s, first, done)
  }
}

/** A commit meets the request that waits for it, or is somebody else's. */
function finish(
  ctx: Context,
  s: ZkServer,
  waiting: Request | undefined,
  done: { readonly request: Request | undefined; readonly zxid: Zxid },
): void {
  const txn = done.request ? undefined : s.txns.get(String(done.zxid))
  const of = done.request ?? txn
  if (!of) return
  const isWaiting = s.blocked && waiting !== undefined && waiting.session === of.session && waiting.xid === of.xid
  if (isWaiting) {
    fifoShift(s.queue)
    s.blocked = false
  }
  const request = isWaiting ? waiting : done.request
  ctx.within(request?.cause ?? ctx.cause, () => {
    if (txn) finishWrite(ctx, s, isWaiting ? waiting : undefined, txn)
    else finishRead(ctx, s, request!)
  })
}

/** What asked for a transaction that this leader put to the vote: acknowledgements come for several at once. */
export function causeOf(ctx: Context, s: ZkServer, zxid: Zxid): Request['cause'] {
  const txn = s.txns.get(String(zxid))
  if (txn) for (const request of fifoItems(s.queue)) if (request.session === txn.session && request.xid === txn.xid) return request.cause
  return ctx.cause
}
