// A client's whole state, plain data inside the state of the process that embeds it, and what both styles of client do with it.

import { List, ms, minus, type Micros } from '../../base/index.ts'
import type { ConnId, Context, Event, Root, Silence } from '../../kernel/index.ts'
import {
  ERR,
  type ConnectRequest,
  type OpReply,
  type OpRequest,
  type SessionId,
  type WatchEvent,
  type Zxid,
  type ZkOp,
} from '../protocol/index.ts'
import { parseConnectString, toClientPath, toClientResult, toServerOp, type Server } from './chroot.ts'
import type { ZkClientOptions, ZkEvent } from './contract.ts'
import { CONNECT_BYTES, requestBytes } from './sizes.ts'
import { nextClientState, type ClientStateEvent, type ClientStateName } from './statechart.ts'
import { addWatch, noWatches, takeWatchers, watchedPaths, watchTable, type Watches } from './watches.ts'

/** What a request carries besides the operation. */
export interface RequestOptions {
  /** Who is told of the watch this request sets (kazoo style); watch events bear it. The same name twice on a path is one watcher. */
  readonly watcher?: string
  /** As in `ctx.send`: the request is sent by the clock. */
  readonly periodic?: string
}

/** A request on its way: queued without xid (0), or awaiting its answer. */
export interface Packet extends RequestOptions {
  readonly xid: number
  readonly op: ZkOp
  readonly tag: unknown
  readonly sentAt: Micros
  /** While it waits for a connection: what asked for it. */
  readonly cause?: Event | Root
}

/** Where the connection is: `open`ing by TCP, waiting for the session to be `grant`ed, `up`, `cleanup` after a loss, `pause` before the next attempt. */
export type Link = 'none' | 'open' | 'grant' | 'up' | 'cleanup' | 'pause'

export interface ZkClientState {
  readonly options: ZkClientOptions
  readonly servers: readonly Server[]
  readonly chroot: string
  /** Position in `zkClientMachine`. */
  value: ClientStateName
  link: Link
  /** Our end of the connection, 0 for none. */
  conn: ConnId
  /** The server of this attempt or connection. */
  server: Server
  serverIp: string

  sessionId: SessionId
  password: string
  /** What the server granted; 0 before. */
  negotiatedMs: number
  lastZxid: Zxid
  /** The xid given last. The java library counts over the handle's life, kazoo over a connection's. */
  xid: number
  /** Answers are due in this order; `answered` of them have come. */
  pending: List<Packet>
  answered: number
  queue: List<Packet>
  /** Answers to `auth` bear no xid of their own. */
  authPending: List<Packet>
  /** Credentials, given again with every connection. */
  auths: List<{ readonly scheme: string; readonly id: string }>
  watches: Watches

  lastSendAt: Micros
  lastHeardAt: Micros
  /** When the wake-up timer is set to go off; -1 when it is not set. */
  wakeAt: number
  /** Failed attempts since the session was last confirmed. */
  attempts: number

  // java: the order in which servers are tried, and where in it we are.
  order: number[]
  index: number
  /** Where the round began: coming back there costs another second. */
  lastIndex: number
  everOpened: boolean

  // kazoo: addresses left to try in this cycle, the retry's pause in seconds, and a ping whose answer is due.
  cycle: { readonly server: Server; readonly ip: string }[]
  delaySeconds: number
  pingOutstanding: boolean
}

/** A client not yet connecting. */
export function zkClient(options: ZkClientOptions): ZkClientState {
  const { servers, chroot } = parseConnectString(options.connect)
  return {
    options: { ...options },
    servers,
    chroot,
    value: 'NOT_CONNECTED',
    link: 'none',
    conn: 0,
    server: { host: '', port: 0 },
    serverIp: '',
    ...freshSession(),
    auths: List.of((options.auth ?? []).map((one) => Object.freeze({ ...one }))),
    watches: noWatches(),
    lastSendAt: ms(0),
    lastHeardAt: ms(0),
    wakeAt: -1,
    attempts: 0,
    order: [],
    index: -1,
    lastIndex: -1,
    everOpened: false,
    cycle: [],
    delaySeconds: 0,
    pingOutstanding: false,
  }
}

const freshSession = () => ({
  sessionId: '0' as SessionId,
  password: '',
  negotiatedMs: 0,
  lastZxid: 0,
  xid: 0,
  pending: List.empty<Packet>(),
  answered: 0,
  queue: List.empty<Packet>(),
  authPending: List.empty<Packet>(),
})

/** Forgets the session and everything that hung on it. */
export function resetSession(zk: ZkClientState): void {
  Object.assign(zk, freshSession())
  zk.watches = noWatches()
}

export function move(zk: ZkClientState, event: ClientStateEvent['type']): void {
  zk.value = nextClientState(zk.value, event)
}

/** Timer keys of this client all begin so. */
export const timerKey = (zk: ZkClientState, what: string): string => `zk.${zk.options.name}.${what}`

export const isAlive = (zk: ZkClientState): boolean => zk.value === 'CONNECTING' || zk.value === 'CONNECTED'

export const idle = (ctx: Context, since: Micros): Micros => minus(ctx.now, since)

export const stateEvent = (zk: ZkClientState, state: 'connected' | 'disconnected' | 'expired' | 'closed'): ZkEvent => ({
  type: 'state',
  state,
  sessionId: zk.sessionId,
})

/** Asks for a session, or for the old one back. */
export function sendConnect(ctx: Context, zk: ZkClientState): void {
  const message: ConnectRequest & { label?: string } = {
    proto: 'zk',
    kind: 'connect',
    lastZxidSeen: zk.lastZxid,
    timeoutMs: zk.options.timeoutMs,
    sessionId: zk.sessionId,
    password: zk.password,
    readOnly: false,
    ...(zk.options.label === undefined ? {} : { label: zk.options.label }),
  }
  ctx.send(zk.conn, message, { bytes: CONNECT_BYTES })
  zk.lastSendAt = ctx.now
}

/** Sends one request now; its answer is then due after those before it. */
export function sendPacket(ctx: Context, zk: ZkClientState, packet: Packet): void {
  const isAuth = packet.op.op === 'auth'
  const xid = isAuth ? -4 : ++zk.xid
  const request = toServerOp(zk.chroot, packet.op)
  const message: OpRequest = { proto: 'zk', kind: request.op, xid, request }
  ctx.send(zk.conn, message, { bytes: requestBytes(request), ...(packet.periodic === undefined ? {} : { periodic: packet.periodic }) })
  zk.lastSendAt = ctx.now
  const { cause: _sentNow, ...rest } = packet
  const sent: Packet = Object.freeze({ ...rest, xid, sentAt: ctx.now })
  if (isAuth) zk.authPending = zk.authPending.push(sent)
  else zk.pending = zk.pending.push(sent)
}

export function sendPing(ctx: Context, zk: ZkClientState, periodic: string): void {
  const message: OpRequest = { proto: 'zk', kind: 'ping', xid: -2, request: { op: 'ping' } }
  ctx.send(zk.conn, message, { bytes: requestBytes(message.request), periodic })
  zk.lastSendAt = ctx.now
}

/** Sends what was queued while there was no connection. */
export function sendQueue(ctx: Context, zk: ZkClientState): void {
  const queue = zk.queue
  zk.queue = List.empty()
  for (const packet of queue) ctx.within(packet.cause ?? ctx.cause, () => sendPacket(ctx, zk, packet))
}

export const makePacket = (ctx: Context, op: ZkOp, tag: unknown, options: RequestOptions | undefined): Packet =>
  Object.freeze({
    xid: 0,
    op,
    tag,
    sentAt: ms(0),
    cause: ctx.cause,
    ...(options?.watcher === undefined ? {} : { watcher: options.watcher }),
    ...(options?.periodic === undefined ? {} : { periodic: options.periodic }),
  })

/** An answer has come: the oldest request is done, and its watch is set if it asked for one. */
export function takeReply(zk: ZkClientState, message: OpReply): ZkEvent[] {
  if (message.xid === -2) return []
  if (message.xid === -4) {
    const auth = zk.authPending.at(zk.authPending.start)
    zk.authPending = List.of([...zk.authPending].slice(1))
    return auth && auth.tag !== INTERNAL
      ? [{ type: 'reply', tag: auth.tag, op: auth.op, reply: { err: message.err, zxid: message.zxid, result: undefined } }]
      : []
  }
  const packet = zk.pending.at(zk.answered)
  if (!packet || packet.xid !== message.xid) throw new Error(`ZooKeeper answered xid ${message.xid} where ${packet?.xid ?? 'none'} was due`)
  zk.answered++
  if (zk.answered === zk.pending.end) {
    zk.pending = List.empty()
    zk.answered = 0
  } else zk.pending = zk.pending.keepLast(zk.pending.end - zk.answered)
  if (message.zxid > 0) zk.lastZxid = message.zxid
  const table = watchTable(packet.op, message.err)
  if (table && 'path' in packet.op) addWatch(zk.watches, watchKind(zk, table), packet.op.path, packet.watcher ?? '')
  if (packet.tag === INTERNAL) return []
  return [
    {
      type: 'reply',
      tag: packet.tag,
      op: packet.op,
      reply: { err: message.err, zxid: message.zxid, result: toClientResult(zk.chroot, message.result) },
    },
  ]
}

/** kazoo keeps watches on missing nodes with the data watches. */
const watchKind = (zk: ZkClientState, table: 'data' | 'exist' | 'child') =>
  zk.options.style === 'kazoo' && table === 'exist' ? 'data' : table

/** The tag of requests that the client sends on its own. */
export const INTERNAL = 'zk.internal'

/** A watch has fired: one event for each who waits for it, none when nobody does. */
export function takeWatchEvent(zk: ZkClientState, message: WatchEvent): ZkEvent[] {
  const path = toClientPath(zk.chroot, message.path)
  const watchers = takeWatchers(zk.watches, message.type, path)
  const event = { type: message.type, path }
  if (zk.options.style === 'java') return watchers.length > 0 ? [{ type: 'watch', event }] : []
  // kazoo cuts the chroot off the text of the path: nothing is left of the chroot itself.
  const cut = { type: message.type, path: zk.chroot !== '' && path === '/' ? '' : path }
  return watchers.map((watcher) => ({ type: 'watch', event: cut, watcher }))
}

/** Ends everything in flight and queued with an error of the library's own, oldest first. */
export function failAll(zk: ZkClientState, err: number): ZkEvent[] {
  const lost = [...zk.pending.from(zk.answered), ...zk.authPending, ...zk.queue]
  zk.pending = List.empty()
  zk.answered = 0
  zk.queue = List.empty()
  zk.authPending = List.empty()
  return lost
    .filter((packet) => packet.tag !== INTERNAL)
    .map((packet) => ({ type: 'reply', tag: packet.tag, op: packet.op, reply: { err, zxid: 0, result: undefined } }))
}

/** kazoo: every watcher is told NONE and forgotten, child watches first. */
export function dropWatchers(zk: ZkClientState): ZkEvent[] {
  const watches = zk.watches
  zk.watches = noWatches()
  return [watches.child, watches.data].flatMap((table) =>
    watchedPaths(table).flatMap((path) =>
      (table.get(path)?.watchers ?? []).map((watcher): ZkEvent => ({ type: 'watch', event: { type: 'None', path: null }, watcher })),
    ),
  )
}

export function closeConn(ctx: Context, zk: ZkClientState): void {
  if (zk.conn !== 0) ctx.close(zk.conn)
  zk.conn = 0
  ctx.clearTimer(timerKey(zk, 'wake'))
  zk.wakeAt = -1
}

/** Who should have been heard. */
export const silenceOf = (ctx: Context, zk: ZkClientState): Silence => ({
  from: zk.server.host,
  pid: 0,
  to: ctx.host,
  lastHeardAt: zk.lastHeardAt,
})

export const note = (
  ctx: Context,
  zk: ZkClientState,
  code: string,
  fields: Record<string, string | number | boolean> = {},
  silence?: Silence,
): void =>
  ctx.note(
    code,
    zk.sessionId === '0' ? zk.options.name : `0x${zk.sessionId}`,
    { client: zk.options.name, server: zk.server.host, ...fields },
    silence,
  )

export const CONNECTION_LOSS = ERR.connectionLoss
export const SESSION_EXPIRED = ERR.sessionExpired

/** Attempts after which reconnecting goes by the clock alone and no longer hangs on what first broke the connection. */
export const ATTEMPTS_CAUSED = 6
export const reconnectRoot = (zk: ZkClientState): { periodic?: string } =>
  zk.attempts > ATTEMPTS_CAUSED ? { periodic: 'reconnecting to ZooKeeper, again and again' } : {}
