// Time running out: sessions that the leader has not heard of, and connections without traffic (SessionTrackerImpl.run, NIOServerCnxnFactory's expirer at release-3.5.5).

import { ms, type Micros } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { say } from '../console.ts'
import { fifoItems } from '../fifo.ts'
import type { ZkServer } from '../state.ts'
import { closeClient } from './answers.ts'
import { leaderRequest, makeRequest } from './requests.ts'
import { bucketEnd, setClosing } from './sessions.ts'

/** Buckets of connections, and the time-out of those without a session. */
export const CONNECTION_BUCKET_MS = 10_000

/** Microseconds until the monotonic clock reaches the next multiple of a period. */
function untilNext(ctx: Context, periodMs: number): Micros {
  const now = ctx.uptimeMs
  return ms((Math.floor(now / periodMs) + 1) * periodMs - now)
}

/** Leader, from when it serves: looks at the buckets every tick. */
export function watchSessions(ctx: Context, s: ZkServer): void {
  ctx.timer('sessions', untilNext(ctx, s.conf.tickTimeMs), { periodic: `every ${s.conf.tickTimeMs / 1000} s: sessions that expire` })
}

export function expireSessions(ctx: Context, s: ZkServer): void {
  if (!s.leading || !s.running) return
  const now = ctx.uptimeMs
  for (const session of Object.keys(s.tracked)) {
    const tracked = s.tracked[session]!
    if (tracked.expiresAtMs > now || tracked.chart === 'closing') continue
    setClosing(s, session, 'expired')
    const id = `0x${session}`
    say(
      ctx,
      'INFO',
      s.conf.myid,
      'SessionTracker',
      'ZooKeeperServer@398',
      `Expiring session ${id}, timeout of ${tracked.timeoutMs}ms exceeded`,
    )
    sayClosing(ctx, s, 'SessionTracker', session)
    ctx.note(
      'session.expired',
      id,
      { session: id, timeoutMs: tracked.timeoutMs, server: tracked.heardBy },
      { from: clientOf(s, session) ?? tracked.heardBy, pid: 0, to: tracked.heardBy, lastHeardAt: tracked.heardAt },
    )
    leaderRequest(ctx, s, makeRequest(ctx, 0, session, 0, Object.freeze({ op: 'closeSession' }), 0, []))
  }
  watchSessions(ctx, s)
}

/** The machine of a session's client; of one that is not yet committed the waiting request tells. */
function clientOf(s: ZkServer, session: string): string | undefined {
  const known = s.clientHosts.get(session)
  if (known !== undefined) return known
  for (const request of fifoItems(s.queue)) if (request.session === session && request.op.op === 'createSession') return request.op.client
  return undefined
}

export function sayClosing(ctx: Context, s: ZkServer, thread: string, session: string): void {
  say(ctx, 'INFO', s.conf.myid, thread, 'QuorumZooKeeperServer@157', `Submitting global closeSession request for session 0x${session}`)
}

/** Any server, while it has clients: looks for connections without traffic every 10 s. */
export function watchConnections(ctx: Context): void {
  ctx.timer('connections', untilNext(ctx, CONNECTION_BUCKET_MS), { periodic: 'every 10 s: connections without traffic' })
}

export function expireConnections(ctx: Context, s: ZkServer): void {
  const now = ctx.uptimeMs
  const conns = Object.keys(s.clients).map(Number)
  for (const conn of conns) {
    const client = s.clients[conn]!
    if (bucketEnd(client.touchedMs, client.timeoutMs, CONNECTION_BUCKET_MS) <= now) closeClient(ctx, s, conn)
  }
  if (Object.keys(s.clients).length > 0) watchConnections(ctx)
}
