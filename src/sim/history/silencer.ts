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
  /** Ends what was the matter with a machine or a wire; `role` alone: with what its server was doing. */
  const end = (subject: string, isWire: boolean, at: Micros, role?: boolean): void => {
    for (const fault of faults) {
      const isRole = fault.entry.code.startsWith('zk.')
      const fits = fault.isWire === isWire && fault.hosts.join(' ') === subject && (role === undefined || role === isRole)
      if (fits && fault.until === Infinity) fault.until = at
    }
  }
  const begin = (other: TraceEntry, hosts: readonly string[], isWire: boolean, isTotal: boolean): void => {
    faults.push({ entry: other, hosts, isWire, isTotal, until: Infinity })
  }
  for (const other of world.trace) {
    if (other.id >= entry.id) break
    const { code, subject, host, at, fields } = other
    if (code === 'container.started' || code === 'container.unpaused') end(subject, false, at, false)
    else if (code === 'container.ended' || code === 'container.paused') {
      end(subject, false, at, code === 'container.ended' ? undefined : false)
      begin(other, [subject], false, true)
    } else if (code === 'zk.looking' || code === 'zk.following' || code === 'zk.leading') {
      // A server without a leader serves nobody; a leader that does not commit answers no write.
      end(host, false, at, true)
      if (code === 'zk.looking' || fields.commits === false) begin(other, [host], false, true)
    } else if (code === 'link.changed') {
      end(subject, true, at)
      const isCut = fields.cut === true
      if (isCut || Number(fields.lossPerMille) > 0 || Number(fields.slow) > 1) {
        begin(other, subject.split(' '), true, isCut)
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

const last = (faults: readonly Fault[], fits: (fault: Fault) => boolean): Fault | undefined => faults.filter(fits).at(-1)

function faultBetween(world: World, entry: TraceEntry, silence: Silence, all: readonly Fault[]): TraceEntry | undefined {
  const { from, to, lastHeardAt } = silence
  // Words come more often than the patience of whoever waits for them runs out: what began late found the silence already there.
  const middle = lastHeardAt + (entry.at - lastHeardAt) / 2
  const faults = all.filter((fault) => fault.until > lastHeardAt - ON_ITS_WAY)
  const isBetween = (fault: Fault): boolean => fault.isWire && fault.hosts.includes(from) && fault.hosts.includes(to)
  const isEnd = (fault: Fault): boolean => !fault.isWire && (fault.hosts[0] === from || fault.hosts[0] === to)
  // A server that waits for its peers keeps all its clients waiting.
  const images = [world.hosts[from]?.image, world.hosts[to]?.image]
  const image = images.find((one) => one === 'zookeeper') ?? images[1]
  const isOfPeers = (fault: Fault): boolean => fault.hosts.every((host) => world.hosts[host]?.image === image)
  const began = (fault: Fault): boolean => fault.entry.at >= lastHeardAt - ON_ITS_WAY && fault.entry.at <= middle
  const was = (fault: Fault): boolean => fault.entry.at <= middle
  // What began with the silence: the first of it. What was there before: the last of it.
  return (
    faults.find((fault) => fault.isTotal && began(fault) && (isEnd(fault) || isBetween(fault))) ??
    // One that has just gone on, and finds that the others have not waited.
    faults.find((fault) => fault.isTotal && isEnd(fault) && fault.until <= middle) ??
    (image === 'zookeeper' ? last(faults, (fault) => was(fault) && fault.entry.code === 'zk.leading') : undefined) ??
    last(faults, (fault) => was(fault) && isBetween(fault)) ??
    faults.find((fault) => began(fault) && isOfPeers(fault)) ??
    last(faults, (fault) => was(fault) && fault.isTotal && !fault.isWire && (isEnd(fault) || isOfPeers(fault))) ??
    last(faults, (fault) => was(fault) && isOfPeers(fault)) ??
    last(faults, (fault) => was(fault) && fault.hosts.includes(from))
  )?.entry
}

/**
 * Why a session was left alone until it expired, as its client's machine tells: the client gave it up or lost its connection and did not find another, or its machine went away. A
 * server that begins to lead or to follow counts all sessions as heard then, so the leader's own last word of them says little.
 */
function leftBy(world: World, entry: TraceEntry, faults: readonly Fault[]): TraceEntry | undefined {
  const { from: client, lastHeardAt } = entry.silence!
  /** Since when the client has had the session and a connection; where it lost it; what it gave up before, under other names. */
  let connectedAt: Micros | undefined
  let lost: TraceEntry | undefined
  let gaveUp: TraceEntry | undefined
  for (const other of world.trace) {
    if (other.id >= entry.id) break
    if (other.host !== client || !other.code.startsWith('client.')) continue
    if (other.subject !== entry.subject) gaveUp = GIVEN_UP.has(other.code) ? other : gaveUp
    else if (GIVEN_UP.has(other.code)) lost ??= other
    else {
      connectedAt = other.at
      lost = undefined
    }
  }
  const middle = lastHeardAt + (entry.at - lastHeardAt) / 2
  const isGone = (fault: Fault): boolean => !fault.isWire && fault.hosts[0] === client && fault.until > middle && fault.entry.at <= middle
  const gone = faults.find((fault) => isGone(fault) && fault.entry.at >= (connectedAt ?? 0))
  // Made for a client that had stopped waiting for it: what had made it give up.
  return gone?.entry ?? lost ?? (connectedAt === undefined ? gaveUp : undefined)
}
const GIVEN_UP: ReadonlySet<string> = new Set(['client.timeout', 'client.disconnected', 'client.closed', 'client.left', 'client.expired'])
