// kazoo 2.6.1, the ZooKeeper client inside zk-shell: its connection thread as timers and inputs (protocol/connection.py, client.py and retry.py at python-zk/kazoo 2.6.1).

import { ms, plus, seconds, us, type Micros } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { ERR, type ConnectResponse, type ZkMessage, type ZkOp } from '../protocol/index.ts'
import type { ZkEvent } from './contract.ts'
import {
  closeConn,
  CONNECTION_LOSS,
  dropWatchers,
  failAll,
  idle,
  INTERNAL,
  makePacket,
  move,
  note,
  reconnectRoot,
  resetSession,
  sendConnect,
  sendPacket,
  sendPing,
  SESSION_EXPIRED,
  silenceOf,
  stateEvent,
  takeReply,
  takeWatchEvent,
  timerKey,
  type RequestOptions,
  type ZkClientState,
} from './state.ts'

const FIRST_DELAY = 0.1
const MAX_DELAY = 3600
/** A pause asks so often whether it should end. */
const INTERRUPT: Micros = ms(100)
const PING_ROOT = 'every third of the session timeout: session ping'

/** Codes kazoo has a class for; any other kills its connection thread. */
const KNOWN: ReadonlySet<number> = new Set([
  0, -1, -2, -3, -4, -5, -6, -7, -8, -13, -14, -100, -101, -102, -103, -108, -110, -111, -112, -113, -114, -115, -116, -118, -119,
])

export function startKazoo(ctx: Context, zk: ZkClientState): ZkEvent[] {
  // An attempt may still be due from before: this is the only one from now on.
  ctx.clearTimer(timerKey(zk, 'connect'))
  resetSession(zk)
  move(zk, 'start')
  zk.attempts = 0
  return beginCycle(ctx, zk)
}

/** Names are resolved anew for each cycle, and the addresses shuffled. Without any the thread ends. */
function beginCycle(ctx: Context, zk: ZkClientState): ZkEvent[] {
  zk.delaySeconds ||= FIRST_DELAY
  const found = zk.servers.flatMap((server) => {
    const ip = ctx.resolve(server.host)
    return ip === undefined ? [] : [{ server: { ...server }, ip }]
  })
  if (found.length === 0) return end(ctx, zk, 'give up')
  for (let i = found.length - 1; i > 0; i--) {
    const j = ctx.below(i + 1, 'servers')
    const other = found[i]!
    found[i] = found[j]!
    found[j] = other
  }
  zk.cycle = found
  return nextAttempt(ctx, zk)
}

function nextAttempt(ctx: Context, zk: ZkClientState): ZkEvent[] {
  if (zk.value === 'CLOSING') return end(ctx, zk, 'done')
  const next = zk.cycle[0]
  if (!next) {
    const pause = seconds(ctx.between(0, 1 + Math.floor(zk.delaySeconds), 'backoff'))
    zk.delaySeconds = Math.min(zk.delaySeconds * 2, MAX_DELAY)
    zk.link = 'pause'
    ctx.timer(timerKey(zk, 'connect'), pause, reconnectRoot(zk))
    return []
  }
  zk.server = { ...next.server }
  zk.serverIp = next.ip
  zk.cycle = zk.cycle.slice(1).map((one) => ({ server: { ...one.server }, ip: one.ip }))
  if (zk.value === 'EXPIRED') move(zk, 'start')
  zk.xid = 0
  const conn = ctx.connect(zk.serverIp, zk.server.port)
  if (conn === undefined) {
    zk.attempts++
    return nextAttempt(ctx, zk)
  }
  zk.conn = conn
  zk.link = 'open'
  zk.lastHeardAt = ctx.now
  ctx.timer(timerKey(zk, 'wake'), ms(zk.options.timeoutMs))
  return []
}

/** The connection (or the attempt) is over: everything fails, every watcher is told, and the next address has its turn. */
function drop(ctx: Context, zk: ZkClientState): ZkEvent[] {
  closeConn(ctx, zk)
  zk.attempts++
  const events: ZkEvent[] = []
  if (zk.value === 'CONNECTED') {
    move(zk, 'connection lost')
    note(ctx, zk, 'client.disconnected')
    events.push(...failAll(zk, CONNECTION_LOSS), stateEvent(zk, 'disconnected'), ...dropWatchers(zk))
  }
  return [...events, ...nextAttempt(ctx, zk)]
}

/** Shuts the socket down, as `reconnect` of zk-shell does: the thread sees its connection broken. */
export function dropKazoo(ctx: Context, zk: ZkClientState): ZkEvent[] {
  return zk.link === 'up' ? drop(ctx, zk) : []
}

/** The connection thread ends, and with it the session as far as this client knows it. */
function end(ctx: Context, zk: ZkClientState, how: 'done' | 'give up'): ZkEvent[] {
  closeConn(ctx, zk)
  ctx.clearTimer(timerKey(zk, 'connect'))
  zk.link = 'none'
  move(zk, how)
  note(ctx, zk, 'client.closed')
  const events = [stateEvent(zk, 'closed'), ...failAll(zk, CONNECTION_LOSS), ...(how === 'give up' ? dropWatchers(zk) : [])]
  resetSession(zk)
  return events
}

function granted(ctx: Context, zk: ZkClientState, message: ConnectResponse): ZkEvent[] {
  zk.delaySeconds = FIRST_DELAY
  if (message.timeoutMs <= 0) {
    if (zk.value === 'CLOSING') return end(ctx, zk, 'done')
    closeConn(ctx, zk)
    move(zk, 'session unknown')
    note(ctx, zk, 'client.expired')
    const events = [stateEvent(zk, 'expired'), ...failAll(zk, SESSION_EXPIRED)]
    resetSession(zk)
    return [...events, ...nextAttempt(ctx, zk)]
  }
  zk.negotiatedMs = message.timeoutMs
  zk.sessionId = message.sessionId
  zk.password = message.password
  zk.attempts = 0
  zk.pingOutstanding = false
  zk.link = 'up'
  note(ctx, zk, 'client.connected', { timeoutMs: zk.negotiatedMs })
  arm(ctx, zk)
  for (const auth of zk.auths)
    if (auth.scheme === 'digest') sendPacket(ctx, zk, makePacket(ctx, { op: 'auth', ...auth }, INTERNAL, undefined))
  if (zk.value === 'CLOSING') {
    sendPacket(ctx, zk, makePacket(ctx, { op: 'closeSession' }, INTERNAL, undefined))
    return []
  }
  move(zk, 'session granted')
  return [stateEvent(zk, 'connected')]
}

/** How long the thread waits for something to read or send before it pings: half the read time-out, less a jitter, which is drawn for each wait. */
function arm(ctx: Context, zk: ZkClientState): void {
  const jitter = ctx.between(0, 40, 'jitter') * 10
  const wait = ms(Math.max(zk.negotiatedMs / 3 - jitter, jitter))
  zk.wakeAt = plus(ctx.now, wait)
  ctx.timer(timerKey(zk, 'wake'), wait, { periodic: PING_ROOT })
}

function wake(ctx: Context, zk: ZkClientState): ZkEvent[] {
  if (zk.link !== 'up') {
    note(ctx, zk, 'client.timeout', { silentMs: Math.floor(idle(ctx, zk.lastHeardAt) / 1000) }, silenceOf(ctx, zk))
    return drop(ctx, zk)
  }
  // Anything read or sent since begins the wait anew.
  const last = Math.max(zk.lastHeardAt, zk.lastSendAt)
  const left = plus(us(last), ms(zk.negotiatedMs / 3 - 400))
  if (left > ctx.now) {
    const wait = plus(us(left - ctx.now), ms(ctx.between(0, 40, 'jitter') * 10))
    zk.wakeAt = plus(ctx.now, wait)
    ctx.timer(timerKey(zk, 'wake'), wait, { periodic: PING_ROOT })
    return []
  }
  if (zk.pingOutstanding) {
    zk.pingOutstanding = false
    note(ctx, zk, 'client.timeout', { silentMs: Math.floor(idle(ctx, zk.lastHeardAt) / 1000) }, silenceOf(ctx, zk))
    return drop(ctx, zk)
  }
  zk.pingOutstanding = true
  sendPing(ctx, zk, PING_ROOT)
  arm(ctx, zk)
  return []
}

function heard(ctx: Context, zk: ZkClientState, message: ZkMessage): ZkEvent[] {
  zk.lastHeardAt = ctx.now
  if (message.kind === 'connected') return granted(ctx, zk, message)
  if (message.kind === 'watch') {
    const events = takeWatchEvent(zk, message)
    return zk.value === 'CLOSING' ? [] : events
  }
  if (message.kind !== 'reply') return []
  if (message.xid === -2) {
    zk.pingOutstanding = false
    return []
  }
  // The thread dies of an answer it cannot name, and the request it was for is never answered.
  if (!KNOWN.has(message.err)) {
    ctx.printError(`RuntimeError: Invalid error code ${message.err}\n`)
    takeReply(zk, message)
    return end(ctx, zk, 'give up')
  }
  const events = takeReply(zk, message)
  if (message.of === 'closeSession') return [...events, ...end(ctx, zk, 'done')]
  if (message.of === 'auth' && message.err === ERR.authFailed) {
    closeConn(ctx, zk)
    zk.link = 'none'
    move(zk, 'authentication failed')
    return [...events, ...failAll(zk, ERR.authFailed), stateEvent(zk, 'closed')]
  }
  return events
}

export function handleKazoo(ctx: Context, zk: ZkClientState, input: Input): ZkEvent[] {
  switch (input.type) {
    case 'open':
      zk.link = 'grant'
      zk.lastHeardAt = ctx.now
      sendConnect(ctx, zk)
      ctx.timer(timerKey(zk, 'wake'), ms(zk.options.timeoutMs / zk.servers.length))
      return []
    case 'refused':
    case 'closed':
      zk.conn = 0
      return drop(ctx, zk)
    case 'message':
      return heard(ctx, zk, input.message as ZkMessage)
    case 'timer':
      if (input.key === timerKey(zk, 'wake')) return wake(ctx, zk)
      return zk.value === 'CLOSING' ? end(ctx, zk, 'done') : beginCycle(ctx, zk)
    default:
      return []
  }
}

/** kazoo refuses at once what it could not send: nothing is kept for later. */
export function requestKazoo(ctx: Context, zk: ZkClientState, op: ZkOp, tag: unknown, options: RequestOptions | undefined): boolean {
  if (op.op === 'auth') zk.auths = zk.auths.push(Object.freeze({ scheme: op.scheme, id: op.id }))
  if (zk.value !== 'CONNECTED') return false
  sendPacket(ctx, zk, makePacket(ctx, op, tag, options))
  return true
}

export function closeKazoo(ctx: Context, zk: ZkClientState): void {
  if (zk.link === 'none' || zk.value === 'CLOSING') return
  const connected = zk.link === 'up'
  const paused = zk.link === 'pause'
  move(zk, 'close')
  if (connected) sendPacket(ctx, zk, makePacket(ctx, { op: 'closeSession' }, INTERNAL, undefined))
  else if (paused) ctx.timer(timerKey(zk, 'connect'), INTERRUPT)
}
