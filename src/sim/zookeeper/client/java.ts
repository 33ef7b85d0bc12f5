// The ZooKeeper library inside Kafka 2.3.0: its send loop as timers and inputs (ClientCnxn, ClientCnxnSocketNIO and StaticHostProvider at apache/zookeeper release-3.4.14).

import { log4jTime, ms, plus, us, type Micros } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import type { ConnectResponse, ZkMessage, ZkOp } from '../protocol/index.ts'
import type { ZkEvent } from './contract.ts'
import {
  closeConn,
  CONNECTION_LOSS,
  failAll,
  idle,
  INTERNAL,
  isAlive,
  makePacket,
  move,
  note,
  reconnectRoot,
  resetSession,
  sendConnect,
  sendPacket,
  sendPing,
  sendQueue,
  SESSION_EXPIRED,
  silenceOf,
  stateEvent,
  takeReply,
  takeWatchEvent,
  timerKey,
  type RequestOptions,
  type ZkClientState,
} from './state.ts'
import { hashMapOrder } from './watches.ts'

/** After this much silence of ours, whatever wakes the loop takes a ping along. */
const PING_ALONG: Micros = ms(1000)
/** A lost socket is mourned so long before anybody hears of it. */
const CLEANUP: Micros = ms(100)
const ROUND_PAUSE: Micros = ms(1000)
/** Path text in one `setWatches`. */
const SET_WATCHES_LENGTH = 128 * 1024
const RETRY = ', closing socket connection and attempting reconnect'

const CNXN = 'org.apache.zookeeper.ClientCnxn'
const HANDLE = 'org.apache.zookeeper.ZooKeeper'

const readTimeout = (zk: ZkClientState): Micros => ms(Math.floor(((zk.negotiatedMs || zk.options.timeoutMs) * 2) / 3))
const connectTimeout = (zk: ZkClientState): Micros => ms(Math.floor((zk.negotiatedMs || zk.options.timeoutMs) / zk.servers.length))
const pingEvery = (zk: ZkClientState): Micros => ms(Math.floor(readTimeout(zk) / 2000))
const pingRoot = (zk: ZkClientState): string => `every ${pingEvery(zk) / 1_000_000} s: session ping`

/** `zoo1/10.77.0.11:2181`, as Java prints an address; without the second part when the name did not resolve. */
const address = (zk: ZkClientState): string => `${zk.server.host}${zk.serverIp === '' ? '' : `/${zk.serverIp}`}:${zk.server.port}`

function log(ctx: Context, zk: ZkClientState, level: 'INFO' | 'WARN', text: string, logger = CNXN): void {
  for (const name of zk.options.logs ?? []) ctx.log(name, level, logger, text)
  if (zk.options.warnings && level === 'WARN') ctx.printError(`[${log4jTime(ctx.wallMs)}] WARN ${text} (${logger})\n`)
}

/** What stands below a line about an exception: its class and message, without a level. */
function trace(ctx: Context, zk: ZkClientState, text: string): void {
  for (const name of zk.options.logs ?? []) ctx.log(name, '', CNXN, text)
  if (zk.options.warnings) ctx.printError(`${text}\n`)
}

export function startJava(ctx: Context, zk: ZkClientState): void {
  resetSession(zk)
  move(zk, 'start')
  zk.order = zk.servers.map((_, i) => i)
  for (let i = zk.order.length - 1; i > 0; i--) {
    const j = ctx.below(i + 1, 'servers')
    const other = zk.order[i]!
    zk.order[i] = zk.order[j]!
    zk.order[j] = other
  }
  zk.index = -1
  zk.lastIndex = -1
  zk.everOpened = false
  zk.attempts = 0
  if (zk.options.watcher !== undefined) {
    const identity = ctx.below(0x80000000, 'identity').toString(16)
    const text = `connectString=${zk.options.connect} sessionTimeout=${zk.options.timeoutMs} watcher=${zk.options.watcher}@${identity}`
    log(ctx, zk, 'INFO', `Initiating client connection, ${text}`, HANDLE)
  }
  pauseThenConnect(ctx, zk)
}

/** Before every attempt but the first ever: up to a second, and one more where a round of the servers is complete. */
function pauseThenConnect(ctx: Context, zk: ZkClientState): void {
  const next = (zk.index + 1) % zk.order.length
  let pause = zk.everOpened ? ms(ctx.below(1000, 'backoff')) : ms(0)
  if (next === zk.lastIndex) pause = plus(pause, ROUND_PAUSE)
  else if (zk.lastIndex === -1) zk.lastIndex = 0
  zk.link = 'pause'
  if (pause > 0) ctx.timer(timerKey(zk, 'connect'), pause, reconnectRoot(zk))
  else beginAttempt(ctx, zk)
}

function beginAttempt(ctx: Context, zk: ZkClientState): void {
  zk.index = (zk.index + 1) % zk.order.length
  zk.server = { ...zk.servers[zk.order[zk.index]!]! }
  zk.serverIp = ctx.resolve(zk.server.host) ?? ''
  const conn = ctx.connect(zk.server.host, zk.server.port)
  if (conn === undefined) {
    log(ctx, zk, 'WARN', `Session 0x${zk.sessionId} for server ${address(zk)}, unexpected error${RETRY}`)
    trace(ctx, zk, `java.lang.IllegalArgumentException: Unable to canonicalize address ${address(zk)} because it's not resolvable`)
    lose(ctx, zk)
    return
  }
  log(ctx, zk, 'INFO', `Opening socket connection to server ${address(zk)}. Will not attempt to authenticate using SASL (unknown error)`)
  zk.conn = conn
  zk.link = 'open'
  zk.lastSendAt = ctx.now
  zk.lastHeardAt = ctx.now
  arm(ctx, zk)
}

/** Sets the one timer to the first of: the other side's silence is too long, ours is. Both only ever move later, so an early timer looks again. */
function arm(ctx: Context, zk: ZkClientState): void {
  const up = zk.link === 'up'
  const deadline = plus(zk.lastHeardAt, up ? readTimeout(zk) : connectTimeout(zk))
  const due = up ? Math.min(deadline, plus(zk.lastSendAt, pingEvery(zk))) : deadline
  if (zk.wakeAt >= ctx.now && zk.wakeAt <= due) return
  const late = ctx.cost('zk.client.wake')
  zk.wakeAt = plus(us(Math.max(due, ctx.now)), late)
  ctx.timer(timerKey(zk, 'wake'), us(zk.wakeAt - ctx.now), up ? { periodic: pingRoot(zk) } : {})
}

function wake(ctx: Context, zk: ZkClientState): void {
  zk.wakeAt = -1
  const silent = idle(ctx, zk.lastHeardAt)
  if (silent >= (zk.link === 'up' ? readTimeout(zk) : connectTimeout(zk))) {
    const text = `Client session timed out, have not heard from server in ${Math.floor(silent / 1000)}ms for sessionid 0x${zk.sessionId}`
    log(ctx, zk, 'WARN', text)
    log(ctx, zk, 'INFO', text + RETRY)
    note(ctx, zk, 'client.timeout', { silentMs: Math.floor(silent / 1000) }, silenceOf(ctx, zk))
    lose(ctx, zk)
    return
  }
  if (zk.link === 'up' && idle(ctx, zk.lastSendAt) >= pingEvery(zk)) sendPing(ctx, zk, pingRoot(zk))
  arm(ctx, zk)
}

/** The connection (or the attempt) is over. The program hears of it only after the library's pause. */
function lose(ctx: Context, zk: ZkClientState): void {
  closeConn(ctx, zk)
  zk.attempts++
  zk.link = 'cleanup'
  ctx.timer(timerKey(zk, 'cleanup'), CLEANUP, reconnectRoot(zk))
}

function cleanup(ctx: Context, zk: ZkClientState): ZkEvent[] {
  const events = failAll(zk, CONNECTION_LOSS)
  if (zk.value === 'CLOSING') return [...events, ...finish(ctx, zk)]
  if (zk.value === 'CONNECTED') {
    move(zk, 'connection lost')
    note(ctx, zk, 'client.disconnected')
    events.push(stateEvent(zk, 'disconnected'))
  }
  pauseThenConnect(ctx, zk)
  return events
}

function finish(ctx: Context, zk: ZkClientState): ZkEvent[] {
  closeConn(ctx, zk)
  ctx.clearTimer(timerKey(zk, 'connect'))
  ctx.clearTimer(timerKey(zk, 'cleanup'))
  zk.link = 'none'
  move(zk, 'done')
  log(ctx, zk, 'INFO', `Session: 0x${zk.sessionId} closed`, HANDLE)
  log(ctx, zk, 'INFO', `EventThread shut down for session: 0x${zk.sessionId}`)
  note(ctx, zk, 'client.closed')
  return [stateEvent(zk, 'closed')]
}

function granted(ctx: Context, zk: ZkClientState, message: ConnectResponse): ZkEvent[] {
  if (message.timeoutMs <= 0) {
    const text = `Unable to reconnect to ZooKeeper service, session 0x${zk.sessionId} has expired`
    log(ctx, zk, 'WARN', text)
    log(ctx, zk, 'INFO', text + ', closing socket connection')
    closeConn(ctx, zk)
    zk.link = 'none'
    const wasClosing = zk.value === 'CLOSING'
    move(zk, 'session unknown')
    note(ctx, zk, 'client.expired')
    log(ctx, zk, 'INFO', `EventThread shut down for session: 0x${zk.sessionId}`)
    const failed = failAll(zk, SESSION_EXPIRED)
    return wasClosing ? [...failed, stateEvent(zk, 'closed')] : [stateEvent(zk, 'expired'), ...failed]
  }
  zk.negotiatedMs = message.timeoutMs
  zk.sessionId = message.sessionId
  zk.password = message.password
  zk.lastIndex = zk.index
  zk.attempts = 0
  zk.link = 'up'
  if (zk.value === 'CONNECTING') move(zk, 'session granted')
  log(
    ctx,
    zk,
    'INFO',
    `Session establishment complete on server ${address(zk)}, sessionid = 0x${zk.sessionId}, negotiated timeout = ${zk.negotiatedMs}`,
  )
  note(ctx, zk, 'client.connected', { timeoutMs: zk.negotiatedMs })
  for (const auth of zk.auths) sendPacket(ctx, zk, makePacket(ctx, { op: 'auth', ...auth }, INTERNAL, undefined))
  for (const op of rearming(zk)) sendPacket(ctx, zk, makePacket(ctx, op, INTERNAL, undefined))
  sendQueue(ctx, zk)
  return zk.value === 'CONNECTED' ? [stateEvent(zk, 'connected')] : []
}

/** The `setWatches` requests of a reconnect, in the order they go out. Each takes an xid like any other request, whatever the protocol reserved for it. */
function rearming(zk: ZkClientState): ZkOp[] {
  const { data, exist, child, buckets } = zk.watches
  const all = [
    ...hashMapOrder(data, buckets.data).map((path) => ({ table: 'data' as const, path })),
    ...hashMapOrder(exist, buckets.exist).map((path) => ({ table: 'exist' as const, path })),
    ...hashMapOrder(child, buckets.child).map((path) => ({ table: 'child' as const, path })),
  ]
  const ops: ZkOp[] = []
  let i = 0
  while (i < all.length) {
    const batch = { data: [] as string[], exist: [] as string[], child: [] as string[] }
    for (let length = 0; i < all.length && length < SET_WATCHES_LENGTH; i++) {
      const { table, path } = all[i]!
      batch[table].push(path)
      length += zk.chroot.length + path.length
    }
    // Each batch is put before the ones already made.
    ops.unshift({ op: 'setWatches', relativeZxid: zk.lastZxid, ...batch })
  }
  return ops
}

function heard(ctx: Context, zk: ZkClientState, message: ZkMessage): ZkEvent[] {
  zk.lastHeardAt = ctx.now
  let events: ZkEvent[]
  if (message.kind === 'connected') events = granted(ctx, zk, message as ConnectResponse)
  else if (message.kind === 'watch') events = takeWatchEvent(zk, message as Extract<ZkMessage, { kind: 'watch' }>)
  else {
    const reply = message as Extract<ZkMessage, { kind: 'reply' }>
    events = takeReply(zk, reply)
    if (reply.of === 'closeSession') return [...events, ...finish(ctx, zk)]
  }
  if (zk.link !== 'up') return events
  if (idle(ctx, zk.lastSendAt) > PING_ALONG) sendPing(ctx, zk, pingRoot(zk))
  arm(ctx, zk)
  return events
}

export function handleJava(ctx: Context, zk: ZkClientState, input: Input): ZkEvent[] {
  switch (input.type) {
    case 'open':
      log(ctx, zk, 'INFO', `Socket connection established to ${address(zk)}, initiating session`)
      zk.everOpened = true
      zk.link = 'grant'
      zk.lastHeardAt = ctx.now
      sendConnect(ctx, zk)
      return []
    case 'refused':
      log(ctx, zk, 'INFO', `Socket error occurred: ${address(zk)}: ${input.timeout ? 'Connection timed out' : 'Connection refused'}`)
      zk.conn = 0
      lose(ctx, zk)
      return []
    case 'closed': {
      const text = input.reset
        ? `Socket error occurred: ${address(zk)}: Connection reset by peer`
        : `Unable to read additional data from server sessionid 0x${zk.sessionId}, likely server has closed socket${RETRY}`
      log(ctx, zk, 'INFO', text)
      zk.conn = 0
      lose(ctx, zk)
      return []
    }
    case 'message':
      return heard(ctx, zk, input.message as ZkMessage)
    case 'timer':
      if (input.key === timerKey(zk, 'wake')) wake(ctx, zk)
      else if (input.key === timerKey(zk, 'cleanup')) return cleanup(ctx, zk)
      else if (zk.value === 'CLOSING') return [...failAll(zk, CONNECTION_LOSS), ...finish(ctx, zk)]
      else beginAttempt(ctx, zk)
      return []
    default:
      return []
  }
}

export function requestJava(ctx: Context, zk: ZkClientState, op: ZkOp, tag: unknown, options: RequestOptions | undefined): boolean {
  if (!isAlive(zk)) return false
  if (op.op === 'auth') zk.auths = zk.auths.push(Object.freeze({ scheme: op.scheme, id: op.id }))
  const packet = makePacket(ctx, op, tag, options)
  if (zk.link !== 'up') {
    zk.queue = zk.queue.push(packet)
    return true
  }
  const wasIdle = idle(ctx, zk.lastSendAt) > PING_ALONG
  sendPacket(ctx, zk, packet)
  // Queueing wakes the loop, which finds its silence long: the ping goes behind the request.
  if (wasIdle) sendPing(ctx, zk, pingRoot(zk))
  return true
}

export function closeJava(ctx: Context, zk: ZkClientState): void {
  if (!isAlive(zk)) return
  const connected = zk.link === 'up'
  const packet = makePacket(ctx, { op: 'closeSession' }, INTERNAL, undefined)
  move(zk, 'close')
  if (connected) sendPacket(ctx, zk, packet)
  else zk.queue = zk.queue.push(packet)
}
