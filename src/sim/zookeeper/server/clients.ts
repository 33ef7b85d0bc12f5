// Clients on port 2181: connections, connect requests, requests as they come (NIOServerCnxn, NIOServerCnxnFactory, ZooKeeperServer at release-3.5.5).

import type { ConnId, Context, Peer } from '../../kernel/index.ts'
import { say } from '../console.ts'
import { emptyFifo, fifoPush, fifoShift, fifoSize } from '../fifo.ts'
import {
  ERR,
  hexZxid,
  type AuthId,
  type ConnectRequest,
  type OpReply,
  type OpRequest,
  type TextMessage,
  type ZkMessage,
  type ZkOp,
} from '../protocol/index.ts'
import { sendPeer } from '../quorum/broadcast.ts'
import { noAuth, type Client, type ZkServer } from '../state.ts'
import { digestId } from '../tree/acl.ts'
import { closeClient, countSent, forgetClient, sayClient } from './answers.ts'
import { CONNECTION_BUCKET_MS, sayClosing, watchConnections } from './expiry.ts'
import { finishHandshake } from './handshake.ts'
import { makeRequest, submit } from './requests.ts'
import { nextSessionId, passwordOf, setOwner, touch } from './sessions.ts'
import { runWord, wordOf } from './words.ts'

/** More than this is cut off by the server's jute buffer, bytes. */
const MAX_PACKET = 0xfffff

export function acceptClient(ctx: Context, s: ZkServer, conn: ConnId, peer: Peer): void {
  const { maxClientCnxns } = s.conf
  let fromThere = 0
  for (const key in s.clients) if (s.clients[key as unknown as ConnId]!.ip === peer.ip) fromThere++
  if (maxClientCnxns > 0 && fromThere >= maxClientCnxns) {
    const thread = `NIOServerCxnFactory.AcceptThread:/0.0.0.0:${ctx.localPort(conn)}`
    say(
      ctx,
      'WARN',
      s.conf.myid,
      thread,
      'RateLogger@59',
      `Error accepting new connection: Too many connections from /${peer.ip} - max is ${maxClientCnxns}`,
    )
    ctx.close(conn)
    return
  }
  if (Object.keys(s.clients).length === 0) watchConnections(ctx)
  s.clients[conn] = newClient(ctx, peer)
}

const newClient = (ctx: Context, peer: Peer): Client => ({
  host: peer.host,
  ip: peer.ip,
  port: peer.port,
  session: '0',
  timeoutMs: CONNECTION_BUCKET_MS,
  initialized: false,
  receiving: true,
  held: emptyFifo<ZkMessage>(),
  auth: noAuth().push(Object.freeze({ scheme: 'ip', id: peer.ip })),
  word: '',
  establishedMs: ctx.wallMs,
  touchedMs: ctx.uptimeMs,
  outstanding: 0,
  received: 0,
  sent: 0,
  lastOp: 'NA',
  lastXid: -1,
  lastZxid: -1,
  lastResponseMs: 0,
  lastLatencyMs: 0,
  minLatencyMs: 0,
  maxLatencyMs: 0,
  totalLatencyMs: 0,
  count: 0,
})

/** The other end is gone. The session lives on until it expires. */
export function clientClosed(ctx: Context, s: ZkServer, conn: ConnId): void {
  const client = s.clients[conn]
  if (!client) return
  sayClient(
    ctx,
    s,
    'WARN',
    'NIOServerCnxn@366',
    `Unable to read additional data from client sessionid 0x${client.session}, likely client has closed socket`,
  )
  forgetClient(s, conn)
  ctx.close(conn)
}

function breakOff(ctx: Context, s: ZkServer, conn: ConnId, why: string): void {
  const session = s.clients[conn]?.session ?? '0'
  sayClient(ctx, s, 'WARN', 'NIOServerCnxn@370', `Exception causing close of session 0x${session}: ${why}`)
  closeClient(ctx, s, conn)
}

export function clientMessage(ctx: Context, s: ZkServer, conn: ConnId, message: ZkMessage | TextMessage, bytes: number): void {
  const client = s.clients[conn]
  if (!client) return
  client.touchedMs = ctx.uptimeMs
  if (message.proto === 'text') {
    clientText(ctx, s, conn, client, message.text)
    return
  }
  if (bytes > MAX_PACKET) breakOff(ctx, s, conn, `Len error ${bytes}`)
  else if (!s.running) breakOff(ctx, s, conn, 'ZooKeeperServer not running')
  else if (!client.receiving) fifoPush(client.held, message)
  else readPacket(ctx, s, conn, client, message)
}

/** Reads what connections held back until their sessions were there. */
export function readHeld(ctx: Context, s: ZkServer): void {
  while (s.ready.length > 0) {
    const conn = s.ready.shift()!
    for (let client = s.clients[conn]; client?.receiving && fifoSize(client.held) > 0; client = s.clients[conn]) {
      readPacket(ctx, s, conn, client, fifoShift(client.held)!)
    }
  }
}

function readPacket(ctx: Context, s: ZkServer, conn: ConnId, client: Client, message: ZkMessage): void {
  client.received++
  s.stats.received++
  if (!client.initialized) {
    if (message.kind === 'connect') connectRequest(ctx, s, conn, client, message)
    else breakOff(ctx, s, conn, 'Unreasonable length')
  } else if ('request' in message) clientRequest(ctx, s, conn, client, message)
}

function clientRequest(ctx: Context, s: ZkServer, conn: ConnId, client: Client, message: OpRequest): void {
  const { request: op } = message
  if (op.op === 'auth') {
    authenticate(ctx, s, conn, client, op, message.xid)
    return
  }
  if (op.op === 'closeSession') sayClosing(ctx, s, 'NIOWorkerThread-1', client.session)
  const auth: readonly AuthId[] = op.op === 'ping' ? [] : Object.freeze(client.auth.toArray())
  submit(ctx, s, makeRequest(ctx, conn, client.session, message.xid, op, 0, auth))
}

/** `digest` adds an identity; anything else but `ip` is refused and the connection closed. */
function authenticate(ctx: Context, s: ZkServer, conn: ConnId, client: Client, op: Extract<ZkOp, { op: 'auth' }>, xid: number): void {
  sayClient(ctx, s, 'INFO', 'ZooKeeperServer@1095', `got auth packet /${client.ip}:${client.port}`)
  const known = op.scheme === 'digest' || op.scheme === 'ip'
  if (op.scheme === 'digest') client.auth = client.auth.push(Object.freeze({ scheme: 'digest', id: digestId(op.id) }))
  if (known) sayClient(ctx, s, 'INFO', 'ZooKeeperServer@1113', `auth success /${client.ip}:${client.port}`)
  else sayClient(ctx, s, 'WARN', 'ZooKeeperServer@1119', `No authentication provider for scheme: ${op.scheme} has ip digest `)
  countSent(s, client)
  const reply: OpReply = { proto: 'zk', kind: 'reply', of: 'auth', xid, zxid: 0, err: known ? ERR.ok : ERR.authFailed, result: undefined }
  ctx.send(conn, reply, { bytes: 16, after: ctx.cost('zk.read') })
  if (!known) closeClient(ctx, s, conn)
}

function connectRequest(ctx: Context, s: ZkServer, conn: ConnId, client: Client, request: ConnectRequest): void {
  if (request.lastZxidSeen > s.tree.lastZxid) {
    const text = `Refusing session request for client /${client.ip}:${client.port} as it has seen zxid ${hexZxid(request.lastZxidSeen)} our last zxid is ${hexZxid(s.tree.lastZxid)} client must try another server`
    sayClient(ctx, s, 'INFO', 'ZooKeeperServer@1032', text)
    closeClient(ctx, s, conn)
    return
  }
  const { tickTimeMs } = s.conf
  client.initialized = true
  client.receiving = false
  client.timeoutMs = Math.min(Math.max(request.timeoutMs, tickTimeMs * 2), tickTimeMs * 20)
  if (request.sessionId === '0') {
    client.session = nextSessionId(s)
    const op = Object.freeze({ op: 'createSession' as const, timeoutMs: client.timeoutMs, client: client.host })
    submit(ctx, s, makeRequest(ctx, conn, client.session, 0, op, 0, []))
    return
  }
  const { sessionId } = request
  const before = s.connOf[sessionId]
  if (before !== undefined && before !== conn) closeClient(ctx, s, before)
  client.session = sessionId
  if (request.password !== passwordOf(sessionId)) {
    sayClient(ctx, s, 'WARN', 'ZooKeeperServer@715', `Incorrect password from /${client.ip}:${client.port} for session 0x${sessionId}`)
    finishHandshake(ctx, s, conn, false)
  } else revalidate(ctx, s, conn, client)
}

/** Is the session still alive? The leader knows; a follower asks it. */
function revalidate(ctx: Context, s: ZkServer, conn: ConnId, client: Client): void {
  const { session, timeoutMs } = client
  if (s.leading) {
    const moved = s.tracked[session]?.heardBy
    const valid = touch(ctx, s, session, timeoutMs, ctx.host, ctx.now)
    if (valid) noteMoved(ctx, session, moved, ctx.host)
    finishHandshake(ctx, s, conn, valid)
    setOwner(s, session, 0)
  } else if (s.following) {
    sayClient(ctx, s, 'INFO', 'Learner@113', `Revalidating client: 0x${session}`)
    s.following.revalidating[session] = conn
    sendPeer(
      ctx,
      s.following.conn,
      { proto: 'quorum', kind: 'REVALIDATE', zxid: -1, session, timeoutMs, client: client.host, valid: undefined },
      'zk.forward',
    )
  }
}

/** Noted by the leader: a client speaks through another server from now on. */
export function noteMoved(ctx: Context, session: string, from: string | undefined, to: string): void {
  if (from !== undefined && from !== to) ctx.note('session.moved', `0x${session}`, { session: `0x${session}`, from, to })
}

/** Bare text: a four-letter word, or bytes that make no sense as a length. */
function clientText(ctx: Context, s: ZkServer, conn: ConnId, client: Client, text: string): void {
  client.word += text
  if (client.word.length < 4) return
  const four = client.word.slice(0, 4)
  client.word = ''
  if (client.initialized || wordOf(four) === undefined) {
    let length = 0
    for (let i = 0; i < 4; i++) length = (length << 8) | (four.charCodeAt(i) & 0xff)
    breakOff(ctx, s, conn, `Len error ${length}`)
    return
  }
  client.received++
  s.stats.received++
  const answer = runWord(ctx, s, conn, four)
  const message: TextMessage = { proto: 'text', kind: 'text', text: answer }
  ctx.send(conn, message, { bytes: answer.length, after: ctx.cost('zk.word') })
  s.stats.sent++
  closeClient(ctx, s, conn)
}
