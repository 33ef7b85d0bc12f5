// The election port, 3888: one connection a pair of servers, kept by the one with the larger id; one message waiting for each peer; connections opened one after the other
// (QuorumCnxManager at release-3.5.5). A peer with a larger id is called back at the address that it announced: with 0.0.0.0 that is the caller itself.

import { ms } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { ANY_ADDRESS, configHost, configText, configVersion, entryOf, ownEntry } from '../conf.ts'
import { quorumThread, say } from '../console.ts'
import { peerBytes, type ElectHello, type ElectMessage, type ElectNotification, type Sid } from '../protocol/index.ts'
import type { CallTask, Note, ZkServer } from '../state.ts'

/** How long an attempt may take. */
const CONNECT_TIMEOUT = ms(5000)

const threadOf = (ctx: Context, s: ZkServer, by: CallTask['by']): string =>
  by === 'sender'
    ? `WorkerSender[myid=${s.conf.myid}]`
    : by === 'peer'
      ? quorumThread(s.conf.myid, ownEntry(s.conf).clientPort)
      : listenerThread(ctx, s)

/** The listener's thread is named by what it is bound to. */
const listenerThread = (ctx: Context, s: ZkServer): string =>
  `${s.conf.announce === ANY_ADDRESS ? '' : s.conf.announce}/${s.conf.announce === ANY_ADDRESS ? ANY_ADDRESS : ctx.ip}:${ownEntry(s.conf).electionPort}`

/** Queues a message; the newest replaces one that waits. To itself it comes at once, through `received`. */
export function sendNote(ctx: Context, s: ZkServer, note: Note): void {
  s.port.outbox.push(note)
  pumpSender(ctx, s)
}

const senderWaits = (s: ZkServer): boolean => s.port.tasks.some((task) => task.by === 'sender')

/** The sender thread: one message after the other; it waits while it connects. */
export function pumpSender(ctx: Context, s: ZkServer): void {
  const { port } = s
  while (port.outbox.length > 0 && !senderWaits(s)) {
    const note = port.outbox.shift()!
    if (note.sid === s.conf.myid) {
      if (s.election.active) s.election.inbox.push({ ...note })
      logNotification(ctx, s, note)
      continue
    }
    port.queue[note.sid] = { ...note }
    const conn = port.workers[note.sid]
    // A connection that ended while this server was stopped fails at the first word.
    if (conn !== undefined && ctx.peer(conn) === undefined) electClosed(ctx, s, conn)
    else if (conn !== undefined) deliver(ctx, s, note.sid, conn)
    if (port.workers[note.sid] === undefined) call(ctx, s, note.sid, 'sender')
  }
}

/** Sends what waits for a server over its connection. */
function deliver(ctx: Context, s: ZkServer, sid: Sid, conn: ConnId): void {
  const note = s.port.queue[sid]
  if (!note) return
  s.port.queue[sid] = null
  s.port.lastSent[sid] = { ...note }
  sendVote(ctx, s, conn, note)
}

function sendVote(ctx: Context, s: ZkServer, conn: ConnId, note: Note): void {
  const message: ElectNotification = {
    proto: 'elect',
    kind: 'notification',
    state: note.state,
    leader: note.leader,
    zxid: note.zxid,
    round: note.round,
    peerEpoch: note.peerEpoch,
    version: 2,
    config: configText(s.conf),
  }
  ctx.send(conn, message, { bytes: peerBytes(message), after: ctx.cost('zk.elect') })
}

/** Begins to connect to a server: by its name in our own list, then as the last leader's list calls it. */
export function call(ctx: Context, s: ZkServer, sid: Sid, by: CallTask['by']): void {
  const own = entryOf(s.conf, sid)
  const addresses = own ? [own.host] : []
  // A list taken over from a leader holds other address objects, so it is tried too, even when they read alike.
  const seen = configVersion(s.lastSeen) > 0 ? configHost(s.lastSeen, sid) : undefined
  if (seen !== undefined) addresses.push(seen)
  s.port.tasks.push({ sid, addresses, by })
  pumpCalls(ctx, s)
}

/** Works on the first attempt, if none is under way. */
function pumpCalls(ctx: Context, s: ZkServer): void {
  const { port } = s
  while (port.calling === 0 && port.tasks.length > 0) {
    const task = port.tasks[0]!
    const address = task.addresses[0]
    if (address === undefined || port.workers[task.sid] !== undefined) {
      port.tasks.shift()
      continue
    }
    const electionPort = entryOf(s.conf, task.sid)?.electionPort ?? ownEntry(s.conf).electionPort
    const conn = ctx.connect(address === ANY_ADDRESS ? ctx.ip : address, electionPort)
    if (conn === undefined) {
      say(ctx, 'WARN', s.conf.myid, threadOf(ctx, s, task.by), 'QuorumPeer$QuorumServer@196', `Failed to resolve address: ${address}`)
      task.addresses.shift()
      continue
    }
    port.conns[conn] = { role: 'calling', sid: task.sid }
    port.calling = conn
    ctx.timer('election.connect', CONNECT_TIMEOUT)
  }
}

/** Our attempt failed: `reason` as Java names it. */
function callFailed(ctx: Context, s: ZkServer, reason: string): void {
  const { port } = s
  const task = port.tasks[0]!
  const address = task.addresses.shift()!
  delete port.conns[port.calling]
  port.calling = 0
  ctx.clearTimer('election.connect')
  const ip = address === ANY_ADDRESS ? '' : (ctx.resolve(address) ?? '')
  const electionPort = entryOf(s.conf, task.sid)?.electionPort ?? 3888
  const at = address === ANY_ADDRESS ? `/${ANY_ADDRESS}:${electionPort}` : `${address}/${ip}:${electionPort}`
  say(
    ctx,
    'WARN',
    s.conf.myid,
    threadOf(ctx, s, task.by),
    'QuorumCnxManager@677',
    `Cannot open channel to ${task.sid} at election address ${at}\n${reason}`,
  )
  pumpCalls(ctx, s)
}

/** Is anything still being connected for the peer thread? */
export const peerWaits = (s: ZkServer): boolean => s.port.tasks.some((task) => task.by === 'peer')

/** All peers that something was ever queued for, as the manager's table has them. */
export const queuedSids = (s: ZkServer): Sid[] => Object.keys(s.port.queue).map(Number)
/** Is at least one queue empty? */
export const haveDelivered = (s: ZkServer): boolean => queuedSids(s).some((sid) => s.port.queue[sid] === null)

function makeWorker(ctx: Context, s: ZkServer, sid: Sid, conn: ConnId): void {
  const { port } = s
  const old = port.workers[sid]
  if (old !== undefined && old !== conn) finishWorker(ctx, s, old)
  port.conns[conn] = { role: 'worker', sid }
  port.workers[sid] = conn
  if (port.queue[sid]) deliver(ctx, s, sid, conn)
  else {
    port.queue[sid] = null
    // What was sent last may never have arrived.
    const last = port.lastSent[sid]
    if (last) sendVote(ctx, s, conn, last)
  }
}

function finishWorker(ctx: Context, s: ZkServer, conn: ConnId): void {
  const { port } = s
  const record = port.conns[conn]
  if (!record) return
  delete port.conns[conn]
  if (port.workers[record.sid] === conn) delete port.workers[record.sid]
  ctx.close(conn)
  say(
    ctx,
    'WARN',
    s.conf.myid,
    `SendWorker:${record.sid}`,
    'QuorumCnxManager$SendWorker@1102',
    `Send worker leaving thread  id ${record.sid} my id = ${s.conf.myid}`,
  )
}

/** Somebody called. */
export function electAccept(ctx: Context, s: ZkServer, conn: ConnId, ip: string, port: number): void {
  s.port.conns[conn] = { role: 'heard', sid: -1 }
  say(ctx, 'INFO', s.conf.myid, listenerThread(ctx, s), 'QuorumCnxManager$Listener@888', `Received connection request /${ip}:${port}`)
}

/** Our call went through: say who we are; give way to a larger id. */
export function electOpen(ctx: Context, s: ZkServer, conn: ConnId): void {
  const { port, conf } = s
  const { sid } = port.conns[conn]!
  const task = port.tasks.shift()!
  port.calling = 0
  ctx.clearTimer('election.connect')
  const hello: ElectHello = {
    proto: 'elect',
    kind: 'hello',
    protocol: -65536,
    sid: conf.myid,
    address: `${conf.announce}:${ownEntry(conf).electionPort}`,
  }
  ctx.send(conn, hello, { bytes: peerBytes(hello), after: ctx.cost('zk.elect') })
  if (sid > conf.myid) {
    say(
      ctx,
      'INFO',
      conf.myid,
      threadOf(ctx, s, task.by),
      'QuorumCnxManager@430',
      `Have smaller server identifier, so dropping the connection: (${sid}, ${conf.myid})`,
    )
    delete port.conns[conn]
    ctx.close(conn)
  } else makeWorker(ctx, s, sid, conn)
  pumpCalls(ctx, s)
  pumpSender(ctx, s)
}

export function electRefused(ctx: Context, s: ZkServer, timeout: boolean): void {
  callFailed(
    ctx,
    s,
    timeout
      ? 'java.net.NoRouteToHostException: No route to host (Host unreachable)'
      : 'java.net.ConnectException: Connection refused (Connection refused)',
  )
  pumpSender(ctx, s)
}

export function electConnectTimeout(ctx: Context, s: ZkServer): void {
  if (s.port.calling === 0) return
  ctx.close(s.port.calling)
  callFailed(ctx, s, 'java.net.SocketTimeoutException: connect timed out')
  pumpSender(ctx, s)
}

/** Returns the notification for the election, when it was one. */
export function electMessage(ctx: Context, s: ZkServer, conn: ConnId, message: ElectMessage): Note | undefined {
  const record = s.port.conns[conn]
  if (!record) return undefined
  if (message.kind === 'hello') {
    if (record.role === 'heard') electHello(ctx, s, conn, message)
    return undefined
  }
  const note: Note = {
    state: message.state,
    leader: message.leader,
    zxid: message.zxid,
    round: message.round,
    peerEpoch: message.peerEpoch,
    sid: record.sid,
  }
  logNotification(ctx, s, note)
  return note
}

function electHello(ctx: Context, s: ZkServer, conn: ConnId, hello: ElectHello): void {
  const { port, conf } = s
  const { sid } = hello
  if (sid >= conf.myid) {
    makeWorker(ctx, s, sid, conn)
    return
  }
  // It lost: its connection is closed, and it is called back where it said it can be.
  const old = port.workers[sid]
  if (old !== undefined) finishWorker(ctx, s, old)
  delete port.conns[conn]
  ctx.close(conn)
  port.tasks.push({ sid, addresses: [hello.address.split(':')[0]!], by: 'listener' })
  pumpCalls(ctx, s)
}

/** A connection of the election port ended. */
export function electClosed(ctx: Context, s: ZkServer, conn: ConnId): void {
  const record = s.port.conns[conn]
  if (!record) return
  if (record.role !== 'worker') {
    delete s.port.conns[conn]
    return
  }
  const thread = `RecvWorker:${record.sid}`
  const where = 'QuorumCnxManager$RecvWorker'
  say(
    ctx,
    'WARN',
    s.conf.myid,
    thread,
    `${where}@1176`,
    `Connection broken for id ${record.sid}, my id = ${s.conf.myid}, error = \njava.io.EOFException`,
  )
  say(ctx, 'WARN', s.conf.myid, thread, `${where}@1179`, 'Interrupting SendWorker')
  finishWorker(ctx, s, conn)
}

function logNotification(ctx: Context, s: ZkServer, n: Note): void {
  const text =
    `Notification: 2 (message format version), ${n.leader} (n.leader), 0x${n.zxid.toString(16)} (n.zxid), 0x${n.round.toString(16)} (n.round), ${n.state} (n.state), ` +
    `${n.sid} (n.sid), 0x${n.peerEpoch.toString(16)} (n.peerEPoch), ${s.peer.split('.')[0]} (my state)0 (n.config version)`
  say(ctx, 'INFO', s.conf.myid, `WorkerReceiver[myid=${s.conf.myid}]`, 'FastLeaderElection@679', text)
}
