// Packets on their wires. A packet's place is a function of (sent, due, now, rate) and of nothing else, so a scrub backwards is exact.
//
// A message takes a fraction of a millisecond: at 1 x it is gone within a frame. So the mark of a packet travels for at least a fixed time of the reader's, which is
// longer in virtual time the faster the play. Ahead of a mark that lags, a thin line reaches to where the packet truly is (its end, when it has arrived); behind the
// mark a short trail follows. At rates at which the flight itself can be seen, mark and packet are one.

import type { Micros, Packet } from '../../sim/index.ts'
import { meaningOf, type Concept, type Meaning, type Sign } from './concepts.ts'
import type { Anchor, Labels } from './labels.ts'
import { liesAt, partOf, pointAt, type Path } from './path.ts'

/** A mark is seen for at least this long at any rate, microseconds of the reader's time. */
export const SEEN_US = 520_000
/** The trail behind a mark, as a part of that. */
const TRAIL = 0.34
/** Packets drawn at once; beyond, the least telling are left out. */
const MOST = 64
/** Packets of the World's list that are looked at, newest first. */
const LOOKED_AT = 600
/** Chatter of one kind and direction on one wire, at most so many at once; other messages. */
const CHATTER_AT_ONCE = 2
const OTHERS_AT_ONCE = 8
/** A stream of records on one wire: so many of it are enough, and one of them has its name written. */
const CARRYING_AT_ONCE = 3

export interface Flight {
  /** Fractions of the way, from sender to receiver. */
  readonly tail: number
  readonly mark: number
  /** Where the packet is in truth: not behind the mark. */
  readonly head: number
  readonly opacity: number
}

/** Where a packet is seen; undefined before it leaves and after its trail has gone. `rate`: virtual seconds a second. */
export function flight(sentAt: Micros, dueAt: Micros, now: Micros, rate: number): Flight | undefined {
  const elapsed = now - sentAt
  if (elapsed < 0) return undefined
  const takes = Math.max(1, dueAt - sentAt)
  const seen = SEEN_US * rate
  const span = Math.max(takes, seen)
  const trail = TRAIL * seen
  if (elapsed >= span + trail) return undefined
  return {
    tail: Math.max(0, Math.min(1, (elapsed - trail) / span)),
    mark: Math.min(1, elapsed / span),
    head: Math.min(1, elapsed / takes),
    opacity: elapsed <= span ? 1 : 1 - (elapsed - span) / trail,
  }
}

export interface PacketShape {
  readonly id: number
  readonly concept: Concept
  readonly sign: Sign
  readonly answer: boolean
  readonly chatter: boolean
  /** How much it carries, drawn as so many bars: none, a record, up to a hundred, more. */
  readonly load: 0 | 1 | 2 | 3
  readonly x: number
  readonly y: number
  readonly opacity: number
  /** Path data of the trail behind the mark, and of the line ahead of it; may be empty. */
  readonly trail: string
  readonly ahead: string
  /** Empty where there is no room for it. */
  readonly label: string
  readonly labelX: number
  readonly labelY: number
  readonly labelAnchor: Anchor
  /** `ping, kafka1 to zoo1`. */
  readonly title: string
}

/** The way a packet takes: the path, and whether it starts at the packet's sender. */
export interface Way {
  readonly path: Path
  readonly forward: boolean
}

interface Candidate {
  readonly packet: Packet
  readonly meaning: Meaning
  readonly way: Way
  readonly flight: Flight
}

export interface PacketsInput {
  /** Newest last, as the World holds them. */
  readonly packets: { readonly start: number; readonly end: number; at(position: number): Packet | undefined }
  readonly now: Micros
  readonly rate: number
  /** The way of a packet on this stage, if it has one. */
  wayOf(packet: Packet): Way | undefined
  /** Where words may stand. */
  readonly labels: Labels
  /** The packet that is selected is drawn whatever else is not. */
  readonly selected: number | undefined
}

/** Of packets alike on one wire, one is kept in each slice of time: which one depends on its own time, so it does not flicker as time goes on. */
function candidates(input: PacketsInput): Candidate[] {
  const { packets, now, rate } = input
  const seen = SEEN_US * rate
  const counts = new Map<string, number>()
  const found: Candidate[] = []
  const last = Math.max(packets.start, packets.end - LOOKED_AT)
  for (let i = last; i < packets.end; i++) {
    const packet = packets.at(i)
    if (packet === undefined) continue
    const at = flight(packet.sentAt, packet.dueAt, now, rate)
    if (at === undefined) continue
    const meaning = meaningOf(packet.message)
    if (packet.id !== input.selected) {
      const atOnce = meaning.chatter ? CHATTER_AT_ONCE : isStream(meaning) ? CARRYING_AT_ONCE : OTHERS_AT_ONCE
      const slice = Math.floor(packet.sentAt / Math.max(1, seen / atOnce))
      const kind = meaning.chatter ? meaning.label : isStream(meaning) ? 'records' : ''
      const key = `${packet.from} ${packet.to} ${kind} ${slice}`
      const count = counts.get(key) ?? 0
      counts.set(key, count + 1)
      if (count > 0) continue
    }
    const way = input.wayOf(packet)
    if (way !== undefined) found.push({ packet, meaning, way, flight: at })
  }
  if (found.length <= MOST) return found
  const rank = (c: Candidate) => (c.packet.id === input.selected ? 2 : c.meaning.chatter ? 0 : 1)
  return found.sort((a, b) => rank(b) - rank(a) || b.packet.id - a.packet.id).slice(0, MOST)
}

const LABEL_SIZE = 11
const weightOfLoad = (records: number): PacketShape['load'] => (records === 0 ? 0 : records === 1 ? 1 : records <= 100 ? 2 : 3)

/** Records that flow, and what acknowledges them: alike, and many. */
const isStream = (meaning: Meaning): boolean => meaning.concept === 'log'

/** All packets to draw at a moment, in the order of their ids. */
export function packetShapes(input: PacketsInput): PacketShape[] {
  const found = candidates(input)
  // Labels go to what says most first; among equals to the older, which had its label before.
  const byWeight = [...found].sort((a, b) => Number(a.meaning.chatter) - Number(b.meaning.chatter) || a.packet.id - b.packet.id)
  const named = new Set<string>()
  const shapes = byWeight.map((c): PacketShape => {
    const { path, forward } = c.way
    const along = (fraction: number) => (forward ? fraction : 1 - fraction)
    const part = (from: number, to: number) => (forward ? partOf(path, from, to) : partOf(path, 1 - to, 1 - from))
    const at = along(c.flight.mark)
    const { x, y } = pointAt(path, at)
    const stream = isStream(c.meaning) ? `${c.packet.from} ${c.packet.to}` : undefined
    const mayBeNamed = c.flight.mark < 1 && (stream === undefined || !named.has(stream))
    const label = mayBeNamed ? input.labels.take(c.meaning.label, { x, y }, liesAt(path, at), 9, LABEL_SIZE, true) : undefined
    if (label !== undefined && stream !== undefined) named.add(stream)
    return {
      id: c.packet.id,
      concept: c.meaning.concept,
      sign: c.meaning.sign,
      answer: c.meaning.answer,
      chatter: c.meaning.chatter,
      load: weightOfLoad(c.meaning.records),
      x,
      y,
      opacity: c.flight.opacity,
      trail: part(c.flight.tail, c.flight.mark),
      ahead: part(c.flight.mark, c.flight.head),
      label: label === undefined ? '' : c.meaning.label,
      labelX: label?.x ?? x,
      labelY: label?.y ?? y,
      labelAnchor: label?.anchor ?? 'start',
      title: `${c.meaning.label}, ${c.packet.from} to ${c.packet.to}`,
    }
  })
  return shapes.sort((a, b) => a.id - b.id)
}
