// What goes out to clients on port 2181: answers, watch events, closed connections, and the statistics about them (NIOServerCnxn, ServerStats at release-3.5.5).

import type { ConnId, Context } from '../../kernel/index.ts'
import { say } from '../console.ts'
import { replyBytes, watchEventBytes, type OpReply, type WatchEvent, type WatchType, type ZkResult } from '../protocol/index.ts'
import type { Client, Request, ZkServer } from '../state.ts'
import { dropWatcher, takeWatches, type WatchTable } from '../tree/watches.ts'

/** Short names of operations in `cons`. */
const LAST_OP: Readonly<Record<string, string>> = {
  createSession: 'SESS',
  ping: 'PING',
  create: 'CREA',
  delete: 'DELE',
  setData: 'SETD',
  getData: 'GETD',
  exists: 'EXIS',
  getChildren: 'GETC',
  getChildren2: 'GETC',
  getACL: 'GETA',
  setACL: 'SETA',
  multi: 'MULT',
  sync: 'SYNC',
  setWatches: 'SETW',
  closeSession: 'CLOS',
  check: 'CHEC',
  reconfig: 'RECO',
}

export const sayClient = (ctx: Context, s: ZkServer, level: 'INFO' | 'WARN' | 'ERROR', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, 'NIOWorkerThread-1', where, text)

/** Counts a packet that goes to a client. */
export function countSent(s: ZkServer, client: Client): void {
  client.sent++
  s.stats.sent++
}

/** Counts an answer: how long its request took, `workMs` of it still to come. */
export function countAnswer(ctx: Context, s: ZkServer, client: Client, request: Request, zxid: number, workMs: number): void {
  const { stats } = s
  const now = ctx.uptimeMs + workMs
  const latency = Math.floor(now - request.createdMs)
  stats.total += latency
  stats.count++
  if (stats.min < 0 || latency < stats.min) stats.min = latency
  if (latency > stats.max) stats.max = latency
  if (request.xid >= 0) client.lastXid = request.xid
  client.lastZxid = zxid
  client.lastOp = LAST_OP[request.op.op] ?? 'NA'
  client.lastResponseMs = Math.floor(now)
  client.lastLatencyMs = latency
  if (latency < client.minLatencyMs) client.minLatencyMs = latency
  if (latency > client.maxLatencyMs) client.maxLatencyMs = latency
  client.totalLatencyMs += latency
  client.count++
  if (client.outstanding > 0) client.outstanding--
}

/** Answers a request. `result` undefined: only the header. */
export function answer(ctx: Context, s: ZkServer, request: Request, err: number, result: ZkResult | undefined, cost = 'zk.read'): void {
  const client = s.clients[request.conn]
  if (!client || request.op.op === 'createSession') return
  const after = ctx.cost(cost)
  const zxid = s.tree.lastZxid
  countAnswer(ctx, s, client, request, zxid, after / 1000)
  countSent(s, client)
  const reply: OpReply = { proto: 'zk', kind: 'reply', of: request.op.op, xid: request.xid, zxid, err, result }
  ctx.send(request.conn, reply, { bytes: replyBytes(reply), after })
}

/** Tells the watchers of a path, except those in `told`; returns all it had. */
export function fire(
  ctx: Context,
  s: ZkServer,
  table: WatchTable,
  path: string,
  type: WatchType,
  told: readonly ConnId[] = [],
): readonly ConnId[] {
  const watchers = takeWatches(table, path)
  for (const conn of watchers) if (!told.includes(conn)) sendWatch(ctx, s, conn, type, path)
  return watchers
}

export function sendWatch(ctx: Context, s: ZkServer, conn: ConnId, type: WatchType, path: string): void {
  const client = s.clients[conn]
  if (!client) return
  countSent(s, client)
  const event: WatchEvent = { proto: 'zk', kind: 'watch', type, path }
  ctx.send(conn, event, { bytes: watchEventBytes(path), after: ctx.cost('zk.watch') })
}

/** Ends a client's connection; its watches are forgotten, its session is not. */
export function closeClient(ctx: Context, s: ZkServer, conn: ConnId): void {
  forgetClient(s, conn)
  ctx.close(conn)
}

/** A connection that is gone. */
export function forgetClient(s: ZkServer, conn: ConnId): void {
  const client = s.clients[conn]
  if (!client) return
  delete s.clients[conn]
  if (s.connOf[client.session] === conn) delete s.connOf[client.session]
  dropWatcher(s.dataWatches, conn)
  dropWatcher(s.childWatches, conn)
}
