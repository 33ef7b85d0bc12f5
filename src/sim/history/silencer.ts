// What stopped the message that should have come: an observer outside the processes knows which machines were down or stopped, which wires cut, slow or lossy, and since which
// entry of the trace.

import { seconds, type Micros } from '../base/index.ts'
import type { Silence, TraceEntry, World } from '../kernel/index.ts'

/** Something that kept a machine or a wire from doing its part, from an entry of the trace on. */
interface Fault {
  readonly entry: TraceEntry
  /** One machine, or the two ends of a wire. */
  readonly hosts: readonly string[]
  readonly isWire: boolean
  /** False for a wire that is slow or loses packets. */
  readonly isTotal: boolean
  /** When it was over; Infinity while it lasts. */
  until: number
}

/** A word may still be on its way when its speaker dies. */
const ON_ITS_WAY: Micros = seconds(1)

/** All faults up to an entry, in order of their beginning. */
function faultsBefore(world: World, entry: TraceEntry): Fault[] {
  const faults: Fault[] = []
  const end = (subject: string, isWire: boolean, at: Micros): void => {
    for (const fault of faults)
      if (fault.until === Infinity && fault.isWire === isWire && fault.hosts.join(' ') === subject) fault.until = at
  }
  for (const other of world.trace) {
    if (other.id >= entry.id) break
    const { code, subject, at, fields } = other
    if (code === 'container.started' || code === 'container.unpaused') end(subject, false, at)
    else if (code === 'container.ended' || code === 'container.paused') {
      end(subject, false, at)
      faults.push({ entry: other, hosts: [subject], isWire: false, isTotal: true, until: Infinity })
    } else if (code === 'zk.looking') {
      // A server without a leader serves nobody, until it follows or leads again.
      faults.push({ entry: other, hosts: [other.host], isWire: false, isTotal: true, until: Infinity })
    } else if (code === 'zk.following' || code === 'zk.leading') {
      for (const fault of faults)
        if (fault.until === Infinity && fault.entry.code === 'zk.looking' && fault.hosts[0] === other.host) fault.until = at
    } else if (code === 'link.changed') {
      end(subject, true, at)
      const isCut = fields.cut === true
      if (isCut || Number(fields.lossPerMille) > 0 || Number(fields.slow) > 1) {
        faults.push({ entry: other, hosts: subject.split(' '), isWire: true, isTotal: isCut, until: Infinity })
      }
    }
  }
  return faults
}

/**
 * The entry that explains best why nothing came since `lastHeardAt`; undefined when nothing does. First what began early in the silence on the speaker, the listener or the wire
 * between them: without it the next word would have come. Then a wire between them that was bad before; then what kept the listener from its peers, or the speaker from finding
 * another listener.
 */
export function silencer(world: World, entry: TraceEntry): TraceEntry | undefined {
  const silence = entry.silence
  if (!silence) return undefined
  const faults = faultsBefore(world, entry)
  if (entry.code === 'session.expired') return leftBy(world, entry, faults) ?? faultBetween(world, entry, silence, faults)
  return faultBetween(world, entry, silence, faults)
}

function faultBetween(world: World, entry: TraceEntry, silence: Silence, all: readonly Fault[]): TraceEntry | undefined {
  const { from, to, lastHeardAt } = silence
  // Words come more often than the patience of whoever waits for them runs out: what began late found the silence already there.
  const middle = lastHeardAt + (entry.at - lastHeardAt) / 2
  const faults = all.filter((fault) => fault.until > lastHeardAt)
  const isBetween = (fault: Fault): boolean => fault.isWire && fault.hosts.includes(from) && fault.hosts.includes(to)
  const isEnd = (fault: Fault): boolean => !fault.isWire && (fault.hosts[0] === from || fault.hosts[0] === to)
  const began = (fault: Fault): boolean => fault.entry.at >= lastHeardAt - ON_ITS_WAY && fault.entry.at <= middle
  // A server that waits for its peers keeps all its clients waiting.
  const images = [world.hosts[from]?.image, world.hosts[to]?.image]
  const image = images.find((one) => one === 'zookeeper') ?? images[1]
  const isOfPeers = (fault: Fault): boolean => fault.hosts.every((host) => world.hosts[host]?.image === image)
  const ranks: readonly ((fault: Fault) => boolean)[] = [
    (fault) => fault.isTotal && began(fault) && (isEnd(fault) || isBetween(fault)),
    (fault) => isBetween(fault) && fault.entry.at <= middle,
    (fault) => began(fault) && isOfPeers(fault),
    (fault) => began(fault) && fault.hosts.includes(from),
    (fault) => fault.entry.at <= middle && (isEnd(fault) || fault.hosts.includes(from) || isOfPeers(fault)),
  ]
  for (const fits of ranks) {
    const found = faults.find(fits)
    if (found) return found.entry
  }
  return undefined
}

/**
 * Why a session was left alone until it expired, as its client's machine tells: the client gave it up or lost its connection and did not find another, or its machine went away. A
 * server that begins to lead or to follow counts all sessions as heard then, so the leader's own last word of them says little.
 */
function leftBy(world: World, entry: TraceEntry, faults: readonly Fault[]): TraceEntry | undefined {
  const client = entry.silence!.from
  const timeout = seconds(Number(entry.fields.timeoutMs) / 1000)
  let own: TraceEntry | undefined
  let created: TraceEntry | undefined
  let gaveUp: TraceEntry | undefined
  for (const other of world.trace) {
    if (other.id >= entry.id) break
    if (other.code === 'session.created' && other.subject === entry.subject) created = other
    if (other.host !== client || !other.code.startsWith('client.')) continue
    if (other.subject === entry.subject) own = other
    else if (GIVEN_UP.has(other.code)) gaveUp = other
  }
  if (own && GIVEN_UP.has(own.code)) return own
  const gone = faults.find(
    (fault) => fault.hosts[0] === client && !fault.isWire && fault.until > entry.at - timeout && fault.entry.at >= (own?.at ?? 0),
  )
  if (gone) return gone.entry
  // Made for a client that had stopped waiting for it.
  return own || !created ? undefined : gaveUp
}
const GIVEN_UP: ReadonlySet<string> = new Set(['client.timeout', 'client.disconnected', 'client.closed', 'client.expired'])
