// TCP as far as it matters: connections opened by a handshake, order kept in each direction, ends closed by a FIN, a reset where nobody is left to speak.

import { plus, us, type Micros } from '../base/index.ts'
import type { Conn, ConnId, End, Engine, Event, EventBody, Input, Message, OwnEvent, Packet, Pid, Root } from '../kernel/index.ts'
import { isReachable, linkBetween, openLink, retransmitAt, SYN_TRIES, transit } from './links.ts'

/** Packets kept for the stage to draw. */
const PACKETS_KEPT = 256
/** First port of those that the system gives to a client. */
const EPHEMERAL_PORT = 32768
const EPHEMERAL_PORTS = 28232

/** What the network schedules for itself: a SYN on its way. */
export type Syn = OwnEvent & { readonly conn: ConnId; readonly tries: number }
/** The longest a SYN waits for an answer. */
const SYN_TIMEOUT: Micros = us(127_000_000)

export const portKey = (host: string, port: number): string => `${host}:${port}`

/** Begins a connection from a process to a port of a host. */
export function connect(engine: Engine, pid: Pid, from: string, to: string, port: number): ConnId {
  const world = engine.world
  const id = world.nextConn++
  const conn: Conn = {
    id,
    a: { pid, host: from, port: EPHEMERAL_PORT + (id % EPHEMERAL_PORTS), closed: false },
    b: { pid: 0, host: to, port, closed: false },
    state: 'opening',
    lastToA: world.now,
    lastToB: world.now,
  }
  world.conns[id] = engine.slices.fresh(conn)
  post(engine, conn, false, { type: 'syn', conn: id, tries: 0 }, world.now)
  return id
}

/** Puts something on the wire of a connection, in order; held when the link is cut. */
function post(engine: Engine, conn: Conn, toA: boolean, what: EventBody, leavesAt: Micros, cause: Event | Root = engine.current): Micros {
  const [from, to] = toA ? [conn.b.host, conn.a.host] : [conn.a.host, conn.b.host]
  const due = Math.max(plus(leavesAt, transit(engine, from, to)), toA ? conn.lastToA : conn.lastToB) as Micros
  if (toA) conn.lastToA = due
  else conn.lastToB = due
  const end = toA ? conn.a : conn.b
  engine.schedule(end.pid === 0 ? { to: 'net' } : { to: 'process', pid: end.pid }, what, due, cause)
  return due
}

/** The two ends as the holder of a handle sees them. The opener's handle is the connection's id, the acceptor's its negative: so a process may talk to itself. */
const ends = (conn: Conn, handle: ConnId): readonly [mine: End, theirs: End] => (handle > 0 ? [conn.a, conn.b] : [conn.b, conn.a])

function closeEnd(conn: Conn, handle: ConnId): void {
  if (handle > 0) conn.a = { ...conn.a, closed: true }
  else conn.b = { ...conn.b, closed: true }
}

/** Sends a message; dropped when this end has closed or the connection is not open. */
export function send(engine: Engine, handle: ConnId, message: Message, bytes: number, after: Micros, cause: Event | Root): void {
  const conn = engine.slices.conn(Math.abs(handle))
  if (!conn || conn.state !== 'open') return
  const [mine, theirs] = ends(conn, handle)
  if (mine.closed) return
  const world = engine.world
  const leavesAt = plus(world.now, after)
  const frozen = engine.outgoing(message)
  const dueAt = post(engine, conn, handle < 0, { type: 'message', conn: -handle, message: frozen, bytes } satisfies Input, leavesAt, cause)
  const packet: Packet = {
    id: world.nextId - 1,
    conn: conn.id,
    from: mine.host,
    to: theirs.host,
    sentAt: leavesAt,
    dueAt,
    message: frozen,
    bytes,
  }
  world.sentBytes += bytes
  world.packets = world.packets.push(packet)
  if (world.packets.size > PACKETS_KEPT * 2) world.packets = world.packets.keepLast(PACKETS_KEPT)
  if (engine.observers.length > 0) for (const observer of engine.observers) observer.onSend?.(packet)
}

/** Closes an end: the peer is told, in order, after what was sent. */
export function close(engine: Engine, handle: ConnId, reset = false): void {
  const id = Math.abs(handle)
  const conn = engine.slices.conn(id)
  if (!conn) return
  if (conn.state !== 'open') {
    delete engine.world.conns[id]
    return
  }
  const [mine, theirs] = ends(conn, handle)
  if (mine.closed) return
  closeEnd(conn, handle)
  if (theirs.closed) delete engine.world.conns[id]
  else post(engine, conn, handle < 0, { type: 'closed', conn: -handle, reset } satisfies Input, engine.world.now)
}

/** Closes everything of a process that ended. */
export function closeAll(engine: Engine, pid: Pid): void {
  const world = engine.world
  for (const conn of Object.values(world.conns)) {
    if (conn.a.pid === pid) close(engine, conn.id)
    if (conn.b.pid === pid && world.conns[conn.id]) close(engine, -conn.id)
  }
  for (const key of Object.keys(world.ports)) if (world.ports[key] === pid) delete world.ports[key]
}

/** A SYN arrives, or would have: the listener's kernel accepts, or refuses. */
export function handleSyn(engine: Engine, event: Event): void {
  const { conn: id, tries } = event.what as Syn
  const conn = engine.slices.conn(id)
  if (!conn) return
  const world = engine.world
  const from = conn.a.host
  const to = conn.b.host
  if (from !== to && linkBetween(world, from, to)?.cut) {
    if (tries >= SYN_TRIES) refuse(engine, conn, true)
    else
      openLink(engine, from, to).held.push({
        conn: id,
        toA: false,
        what: { type: 'syn', conn: id, tries: tries + 1 },
        cause: event.cause,
        sentAt: world.now,
      })
    engine.schedule({ to: 'net' }, { type: 'syn-timeout', conn: id }, plus(world.now, SYN_TIMEOUT))
    return
  }
  const listener = world.ports[portKey(to, conn.b.port)]
  if (listener === undefined || !isReachable(world.hosts[to])) {
    refuse(engine, conn, false)
    return
  }
  conn.b = { ...conn.b, pid: listener }
  conn.state = 'open'
  const peer = { host: from, ip: world.hosts[from]?.ip ?? '', port: conn.a.port }
  engine.schedule({ to: 'process', pid: listener }, { type: 'accept', conn: -id, port: conn.b.port, peer } satisfies Input, world.now)
  post(engine, conn, true, { type: 'open', conn: id } satisfies Input, world.now)
}

function refuse(engine: Engine, conn: Conn, timeout: boolean): void {
  conn.state = 'closed'
  if (timeout)
    engine.schedule({ to: 'process', pid: conn.a.pid }, { type: 'refused', conn: conn.id, timeout } satisfies Input, engine.world.now)
  else post(engine, conn, true, { type: 'refused', conn: conn.id, timeout } satisfies Input, engine.world.now)
}

/** An attempt that never got an answer fails. */
export function handleSynTimeout(engine: Engine, event: Event): void {
  const conn = engine.slices.conn((event.what as Syn).conn)
  if (conn?.state === 'opening') refuse(engine, conn, true)
}

type Wire = Extract<Input, { conn: ConnId }>
const WIRE: Readonly<Record<string, true>> = { open: true, refused: true, accept: true, message: true, closed: true }
/** Does an event come over a connection? */
export const isWire = (what: EventBody): what is Wire => WIRE[what.type] === true

/**
 * Called before an event reaches a process (which may be gone). False when it must not: the link is cut (it waits), the end has closed (it is dropped), or nobody is
 * left to hear it (the sender gets a reset, if the machine still answers).
 */
export function arrives(engine: Engine, event: Event, pid: Pid): boolean {
  const what = event.what
  if (!isWire(what)) return true
  const world = engine.world
  const id = Math.abs(what.conn)
  const seen = world.conns[id]
  if (!seen) return false
  const [mine, theirs] = ends(seen, what.conn)
  if (mine.host !== theirs.host && what.type !== 'accept' && linkBetween(world, mine.host, theirs.host)?.cut) {
    openLink(engine, mine.host, theirs.host).held.push({ conn: id, toA: what.conn > 0, what, cause: event.cause, sentAt: world.now })
    return false
  }
  if (mine.closed || !world.processes[pid]) {
    // The machine answers for the dead with a reset; a machine that is gone does not answer at all.
    if (what.type === 'closed') delete world.conns[id]
    else if (!theirs.closed && isReachable(world.hosts[mine.host])) {
      const conn = engine.slices.conn(id)!
      closeEnd(conn, what.conn)
      post(engine, conn, what.conn < 0, { type: 'closed', conn: -what.conn, reset: true } satisfies Input, world.now)
    }
    return false
  }
  if (what.type === 'refused') delete world.conns[id]
  else if (what.type === 'closed') {
    // The peer has closed; this end goes with it, so that nobody sends into it.
    const conn = engine.slices.conn(id)!
    closeEnd(conn, what.conn)
    if (theirs.closed) delete world.conns[id]
  }
  return true
}

/** A direction of a connection. */
const wayOf = (conn: ConnId, toA: boolean): ConnId => (toA ? conn : -conn)

/** Puts something that was on its way before at the end of its connection's order, not before `at`. */
function postAgain(engine: Engine, conn: Conn, toA: boolean, what: EventBody, notBefore: Micros, cause?: Event | Root): void {
  const at = Math.max(notBefore, toA ? conn.lastToA : conn.lastToB) as Micros
  if (toA) conn.lastToA = at
  else conn.lastToB = at
  const end = toA ? conn.a : conn.b
  engine.schedule(end.pid === 0 ? { to: 'net' } : { to: 'process', pid: end.pid }, what, at, cause)
}

/**
 * Sends what waited on a link that is whole again, each at its next retransmission, in order. What was sent later and is still on its way gets through now, but the receiving
 * end keeps it until it has what came before.
 */
export function heal(engine: Engine, a: string, b: string): void {
  const link = openLink(engine, a, b)
  const world = engine.world
  const held = link.held.filter((packet) => {
    const conn = world.conns[packet.conn]
    const sender = packet.toA ? conn?.b : conn?.a
    const senderHost = sender && world.hosts[sender.host]
    // A machine that went away took what it had not got through with it.
    return sender !== undefined && isReachable(senderHost) && (sender.pid === 0 || senderHost!.startedAt <= packet.sentAt)
  })
  link.held = []
  const ways = new Set(held.map((packet) => wayOf(packet.conn, packet.toA)))
  const later = engine.withdraw(({ what }) => isWire(what) && what.type !== 'accept' && ways.has(what.conn))
  for (const { conn, toA, what, sentAt } of held) {
    postAgain(engine, engine.slices.conn(conn)!, toA, what, retransmitAt(sentAt, world.now, what.type === 'syn'))
  }
  for (const { what, at, cause } of later) {
    const { conn } = what as Wire
    postAgain(engine, engine.slices.conn(Math.abs(conn))!, conn > 0, what, at, cause)
  }
}

/** Clears what a machine that went away had on the wire: half-open ends stay with their peers until those notice. */
export function forgetHeld(engine: Engine, host: string): void {
  for (const key of Object.keys(engine.world.links)) {
    const seen = engine.world.links[key]!
    if ((seen.a !== host && seen.b !== host) || seen.held.length === 0) continue
    const link = engine.slices.link(key)!
    link.held = link.held.filter((packet) => {
      const conn = engine.world.conns[packet.conn]
      return conn !== undefined && (packet.toA ? conn.b.host : conn.a.host) !== host
    })
  }
}
