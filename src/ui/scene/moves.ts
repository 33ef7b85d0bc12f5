// What just changed among partitions: a ring around who was elected, and the way leadership went, from where it was to where it is. A function of (elected, now, rate).

import type { Micros } from '../../sim/index.ts'
import { SEEN_US } from './packets.ts'
import { blockOf, type PartitionPlan } from './partition-plan.ts'
import type { Box } from './layout.ts'
import type { TopicsView } from './topics.ts'

export interface MoveShape {
  /** `playground-0`. */
  readonly name: string
  /** Where leadership is now. */
  readonly ring: Box
  /** From where it was; empty for a first leader, and where it stayed. */
  readonly arc: string
  /** The block on its way; undefined once it has come. */
  readonly block: { readonly x: number; readonly y: number } | undefined
  /** 1 at the election, towards 0 as it ages. */
  readonly fresh: number
}

/** Ways drawn at once: more would hide what they cross. */
const MOST_ARCS = 12

interface Wells {
  readonly plan: PartitionPlan
  /** Of each broker, by id. */
  readonly wells: ReadonlyMap<number, Box>
}

function placeOf({ plan, wells }: Wells, topic: string, index: number, broker: number): Box | undefined {
  const well = wells.get(broker)
  const of = plan.topics.find((each) => each.name === topic)
  if (well === undefined || of === undefined || of.level === 'bar' || index < 0) return undefined
  const block = blockOf(of, index)
  return { ...block, x: well.x + block.x, y: well.y + block.y }
}

/** Elections of the last moments, the oldest first. `lastsUs`: for how long of the reader's time, microseconds. */
export function movesAt(view: TopicsView, wells: Wells, now: Micros, rate: number, lastsUs: number): MoveShape[] {
  const moves: MoveShape[] = []
  let arcs = 0
  for (const { name, from, to, entry } of view.elections) {
    const age = now - entry.at
    if (age >= lastsUs * rate) break
    if (age < 0) continue
    const dash = name.lastIndexOf('-')
    const topic = name.slice(0, dash)
    const index = view.topics.find((each) => each.name === topic)?.partitions.findIndex((each) => each.name === name) ?? -1
    const ring = placeOf(wells, topic, index, to)
    if (ring === undefined) continue
    const begin = from === undefined || from === to || arcs >= MOST_ARCS ? undefined : placeOf(wells, topic, index, from)
    const fresh = 1 - age / (lastsUs * rate)
    if (begin === undefined) {
      moves.push({ name, ring, arc: '', block: undefined, fresh })
      continue
    }
    arcs++
    const [x0, y0] = [begin.x + begin.width / 2, begin.y + begin.height / 2]
    const [x1, y1] = [ring.x + ring.width / 2, ring.y + ring.height / 2]
    const [cx, cy] = [(x0 + x1) / 2, Math.min(y0, y1) - 12 - Math.min(34, Math.abs(x1 - x0) / 10)]
    const t = age / (SEEN_US * rate)
    const on = (a: number, b: number, c: number) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c
    moves.push({
      name,
      ring,
      arc: `M${x0.toFixed(1)},${y0.toFixed(1)}Q${cx.toFixed(1)},${cy.toFixed(1)} ${x1.toFixed(1)},${y1.toFixed(1)}`,
      block: t < 1 ? { x: on(x0, cx, x1), y: on(y0, cy, y1) } : undefined,
      fresh,
    })
  }
  return moves.reverse()
}
