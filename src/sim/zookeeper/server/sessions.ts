// Sessions: their ids and passwords, and the leader's tracking of them in buckets of a tick (SessionTrackerImpl, ExpiryQueue, LeaderSessionTracker, LearnerSessionTracker at
// release-3.5.5).

import type { Micros } from '../../base/index.ts'
import type { ConnId, Context, HostName } from '../../kernel/index.ts'
import { randomBytes16 } from '../java.ts'
import { sessionNext } from '../machines.ts'
import { ERR, type SessionId } from '../protocol/index.ts'
import type { ZkServer } from '../state.ts'

const ID_MS_RANGE = 1_099_511_627_776
const PASSWORD_SECRET = 0xb3415c00n
/** Password of a connection without a session. */
export const NO_PASSWORD = '0'.repeat(32)

/** Where a server's session ids start: the low 40 bits of its monotonic milliseconds, then 16 bits of counter. Made anew whenever it begins to serve. */
export function startSessionIds(ctx: Context, s: ZkServer): void {
  s.nextSession = (Math.floor(ctx.uptimeMs) % ID_MS_RANGE) * 65536
}

/** The next id: the server's number in the highest byte. */
export function nextSessionId(s: ZkServer): SessionId {
  const low = (s.nextSession++).toString(16).padStart(14, '0')
  return (s.conf.myid.toString(16) + low).replace(/^0+/, '')
}

/** 32 hex digits. */
export const passwordOf = (session: SessionId): string => randomBytes16(BigInt(`0x${session}`) ^ PASSWORD_SECRET)

/** The end of the bucket in which a session silent since `nowMs` dies: more than its timeout and at most a tick later. */
export const bucketEnd = (nowMs: number, timeoutMs: number, tickMs: number): number =>
  (Math.floor((nowMs + timeoutMs) / tickMs) + 1) * tickMs

/** Leader: a session is there from now on; silent since now. */
export function track(
  ctx: Context,
  s: ZkServer,
  session: SessionId,
  timeoutMs: number,
  chart: 'opening' | 'open',
  heardBy: HostName,
): void {
  const known = s.tracked[session]
  if (known) {
    if (chart === 'open') known.chart = sessionNext(known.chart, 'created')
    known.expiresAtMs = bucketEnd(ctx.uptimeMs, timeoutMs, s.conf.tickTimeMs)
    return
  }
  s.tracked[session] = {
    chart,
    timeoutMs,
    expiresAtMs: bucketEnd(ctx.uptimeMs, timeoutMs, s.conf.tickTimeMs),
    owner: -1,
    heardBy,
    heardAt: ctx.now,
    expired: false,
  }
}

/** Leader: a session's client was heard, by a server at a time. False when there is no such session, or it is closing. */
export function touch(ctx: Context, s: ZkServer, session: SessionId, timeoutMs: number, heardBy: HostName, heardAt: Micros): boolean {
  const tracked = s.tracked[session]
  if (!tracked || tracked.chart === 'closing') return false
  tracked.expiresAtMs = bucketEnd(ctx.uptimeMs, timeoutMs, s.conf.tickTimeMs)
  tracked.heardBy = heardBy
  tracked.heardAt = heardAt
  return true
}

/** Leader: may this owner speak for the session? 0, SessionExpired or SessionMoved. Nobody's session becomes the asker's. */
export function checkSession(s: ZkServer, session: SessionId, owner: ConnId): number {
  const tracked = s.tracked[session]
  if (!tracked || tracked.chart === 'closing') return ERR.sessionExpired
  if (tracked.owner === -1) tracked.owner = owner
  return tracked.owner === owner ? 0 : ERR.sessionMoved
}

export function setOwner(s: ZkServer, session: SessionId, owner: ConnId): void {
  const tracked = s.tracked[session]
  if (tracked && tracked.chart !== 'closing') tracked.owner = owner
}

export function setClosing(s: ZkServer, session: SessionId, why: 'expired' | 'close asked'): void {
  const tracked = s.tracked[session]
  if (!tracked) return
  if (why === 'expired') tracked.expired = true
  tracked.chart = sessionNext(tracked.chart, why)
}
