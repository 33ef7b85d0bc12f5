// The lanes of a future: its significant entries and a person's actions as marks in order of time, and which of them a window shows.

import type { Action, Fork, List, Micros, TraceEntry } from '../../sim/index.ts'
import type { Concept } from '../scene/index.ts'
import { markOf, say, type LaneName, type MarkSign } from '../session/index.ts'
import { BarMaker } from './bars.ts'
import type { TimeScale } from './scale.ts'

export interface Mark {
  readonly at: Micros
  readonly sign: MarkSign
  readonly concept: Concept | 'you'
  readonly weight: 1 | 2 | 3
  readonly entry: TraceEntry | undefined
  /** An action's index in the log, -1 for an entry. */
  readonly action: number
  /** What is said of it; `trace` tells whose a session was. */
  readonly text: (trace?: List<TraceEntry>) => string
}

export type Lanes = Readonly<Record<LaneName, readonly Mark[]>>

/** The lanes from top to bottom: what one does, then what it comes to. */
export const LANES: readonly { readonly name: LaneName; readonly label: string }[] = [
  { name: 'you', label: 'you' },
  { name: 'machines', label: 'machines' },
  { name: 'zookeeper', label: 'zookeeper' },
  { name: 'sessions', label: 'sessions' },
  { name: 'controller', label: 'controller' },
  { name: 'brokers', label: 'brokers' },
  { name: 'partitions', label: 'partitions' },
  { name: 'isr', label: 'ISRs' },
]
/** Lanes that are there only when something is on them. */
export const OPTIONAL: readonly LaneName[] = ['partitions', 'isr']

/** Commands that break something: marked as the fault they are. */
const BREAKS = /^(?:docker-compose\s+(?:kill|stop|term|pause)\b|link\s+(?:cut|slow|lossy)\b)/

export function actionMark(action: Action, index: number): Mark {
  const breaks = BREAKS.test(action.text.trim()) && action.kind !== '>' && action.kind !== '^'
  const text = action.kind === '^' ? `Ctrl-${action.text}` : action.text.length > 120 ? `${action.text.slice(0, 119)}…` : action.text
  return {
    at: action.at,
    sign: breaks ? 'cross' : action.kind === '^' ? 'ring' : 'dot',
    concept: breaks ? 'fault' : 'you',
    weight: 2,
    entry: undefined,
    action: index,
    text: () => (action.kind === '>' ? `typed: ${text}` : text),
  }
}

/** Reads a growing trace into lanes, each entry once. A fork of its own per instance at a time. */
export class LaneMaker {
  #actions: readonly Action[] | undefined
  #upTo = 0
  #lanes: Record<LaneName, Mark[]> = emptyLanes()
  #bars = new BarMaker()

  /** What lasts, of the same future up to the same moment as the lanes made last. */
  get bars(): BarMaker {
    return this.#bars
  }

  /** The lanes of a fork up to a moment: what is later is not known to the reader, though the tip may know it. */
  make(fork: Pick<Fork, 'actions' | 'tip'>, seen: Micros): Lanes {
    const trace = fork.tip.trace
    const last = this.#upTo > 0 ? trace.at(this.#upTo - 1) : undefined
    if (this.#actions !== fork.actions || this.#upTo > trace.end || (last !== undefined && last.at > seen)) {
      this.#actions = fork.actions
      this.#upTo = 0
      this.#lanes = emptyLanes()
      this.#bars = new BarMaker()
    }
    const grown = new Set<LaneName>()
    let i = Math.max(this.#upTo, trace.start)
    for (; i < trace.end; i++) {
      const entry = trace.at(i)!
      if (entry.at > seen) break
      this.#bars.add(entry)
      const { lane, concept, sign, weight } = markOf(entry)
      if (weight === 0) continue
      // A fresh array, so that who compares lanes sees the change.
      if (!grown.has(lane)) this.#lanes[lane] = this.#lanes[lane].slice()
      grown.add(lane)
      this.#lanes[lane].push({ at: entry.at, sign, concept, weight, entry, action: -1, text: (trace) => say(entry, trace) })
    }
    this.#upTo = i
    const done = countUpTo(fork.actions, seen)
    if (this.#lanes.you.length !== done) this.#lanes.you = fork.actions.slice(0, done).map(actionMark)
    return { ...this.#lanes }
  }
}

function emptyLanes(): Record<LaneName, Mark[]> {
  return { you: [], machines: [], zookeeper: [], sessions: [], controller: [], brokers: [], partitions: [], isr: [] }
}

/** How many items (in order of time) are at or before a moment. */
export function countUpTo(items: readonly { readonly at: number }[], moment: number): number {
  let lo = 0
  let hi = items.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (items[mid]!.at <= moment) lo = mid + 1
    else hi = mid
  }
  return lo
}

export interface Shown {
  readonly x: number
  readonly mark: Mark
  /** Marks that lie under this one, itself not counted. */
  readonly hidden: number
}

/** Marks closer than this many pixels are one mark: the weightiest, the first of equals. */
const APART = 2.5

/** The marks of a lane within a window: never more than the pixels can hold. */
export function shownMarks(marks: readonly Mark[], scale: TimeScale, margin = 8): Shown[] {
  const edge = (margin / scale.width) * scale.span
  const first = countUpTo(marks, scale.from - edge)
  const end = countUpTo(marks, scale.to + edge)
  const result: Shown[] = []
  // There may be very many: the scale's own arithmetic, without its generality.
  const pixels = scale.width / scale.span
  for (let i = first; i < end; i++) {
    const mark = marks[i]!
    const x = (mark.at - scale.from) * pixels
    const last = result.at(-1)
    if (last !== undefined && x - last.x < APART) {
      const better = mark.weight > last.mark.weight
      result[result.length - 1] = { x: last.x, mark: better ? mark : last.mark, hidden: last.hidden + 1 }
    } else result.push({ x, mark, hidden: 0 })
  }
  return result
}

/** The marks of a lane within `reach` pixels of a pixel, the nearest first. */
export function marksNear(marks: readonly Mark[], scale: TimeScale, x: number, reach: number): Mark[] {
  const from = countUpTo(marks, scale.from + ((x - reach) / scale.width) * scale.span - 1)
  const to = countUpTo(marks, scale.from + ((x + reach) / scale.width) * scale.span)
  const distance = (mark: Mark) => Math.abs(scale.x(mark.at) - x)
  return marks
    .slice(from, to)
    .filter((mark) => distance(mark) <= reach)
    .sort((a, b) => distance(a) - distance(b) || b.weight - a.weight || a.at - b.at)
}
