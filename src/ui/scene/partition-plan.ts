// Where partitions stand within a broker's card. Every card has the same places for the same partitions, whether it holds a replica or not, so that a leader that moves is
// seen to move and a column can be followed from card to card. Few partitions get rows with words, more get tiles with numbers, many get ticks, very many one bar a topic.

import { tpName } from '../../sim/index.ts'
import type { Box } from './layout.ts'
import { textWidth } from './text.ts'

export type Level = 'rows' | 'tiles' | 'ticks' | 'bar'

export interface TopicSize {
  readonly name: string
  readonly internal: boolean
  readonly count: number
}

/** A topic's grid of slots, in pixels from the well's corner. */
export interface TopicPlan {
  readonly name: string
  readonly count: number
  readonly level: Level
  /** The topic's name; rows bear it each. */
  readonly heading: { readonly x: number; readonly y: number; readonly room: number } | undefined
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly stepX: number
  readonly stepY: number
  readonly slotWidth: number
  readonly slotHeight: number
  /** Where in a slot the block stands, and how wide it is: rows have words on both sides. */
  readonly blockX: number
  readonly blockWidth: number
  /** All of it, heading too. */
  readonly box: Box
}

export interface PartitionPlan {
  readonly topics: readonly TopicPlan[]
  /** Topics that found no room, and where that is said. */
  readonly more: { readonly count: number; readonly y: number } | undefined
}

const ROW_LEAST = 17
const ROW_MOST = 24
/** A row with its words; two columns of rows where they fit. */
const ROW_WIDE = 190
/** Above a block, for what troubles its partition. */
export const CAP = 4
const BLOCK_HEIGHT = 15
const BLOCK_LEAST = 36
const BLOCK_MOST = 64
const BAR_STEP = 17
const HEADING = 14
const TILE_WIDTHS = [26, 22, 18] as const
const TILE_HEIGHT = 21
const TICK_STEPS = [8, 6, 5, 4, 3] as const
const TICK_HEIGHT = 13
const LINE_GAP = 4
const BLOCK_GAP = 5

/** The place of a topic's nth partition. */
export const slotOf = (plan: TopicPlan, index: number): Box => ({
  x: plan.x + (index % plan.columns) * plan.stepX,
  y: plan.y + Math.floor(index / plan.columns) * plan.stepY,
  width: plan.slotWidth,
  height: plan.slotHeight,
})

/** The block within the place of a topic's nth partition. */
export function blockOf(plan: TopicPlan, index: number): Box {
  const slot = slotOf(plan, index)
  const height = plan.level === 'rows' ? Math.min(BLOCK_HEIGHT, slot.height - CAP - 1) : slot.height - CAP
  const y = plan.level === 'rows' ? slot.y + (slot.height - height) / 2 + 1 : slot.y + CAP
  return { x: slot.x + plan.blockX, y, width: plan.blockWidth, height }
}

/** Which partition stands at a point of the well; undefined for none. */
export function indexAt(plan: TopicPlan, x: number, y: number): number | undefined {
  const column = Math.floor((x - plan.x) / plan.stepX)
  const row = Math.floor((y - plan.y) / plan.stepY)
  if (column < 0 || column >= plan.columns || row < 0) return undefined
  const index = row * plan.columns + column
  return index < plan.count ? index : undefined
}

function rows(topics: readonly TopicSize[], columns: number, width: number, height: number): TopicPlan[] | undefined {
  const gap = 16
  const each = (width - gap * (columns - 1)) / columns
  if (each < ROW_WIDE) return undefined
  const lines = topics.reduce((sum, topic) => sum + Math.ceil(topic.count / columns), 0)
  const step = Math.min(ROW_MOST, height / lines)
  if (step < ROW_LEAST) return undefined
  const names = Math.min(
    each * 0.45,
    Math.max(...topics.map((topic) => textWidth(tpName({ topic: topic.name, partition: topic.count - 1 }), 11, true))),
  )
  const block = Math.min(BLOCK_MOST, Math.max(BLOCK_LEAST, each * 0.16))
  let y = 0
  return topics.map((topic) => {
    const own = Math.ceil(topic.count / columns) * step
    const top = y
    y += own
    return {
      name: topic.name,
      count: topic.count,
      level: 'rows',
      heading: undefined,
      x: 0,
      y: top,
      columns,
      stepX: each + gap,
      stepY: step,
      slotWidth: each,
      slotHeight: step,
      blockX: names + 8,
      blockWidth: block,
      box: { x: 0, y: top, width, height: own },
    }
  })
}

interface Cells {
  readonly level: 'tiles' | 'ticks'
  readonly step: number
  readonly width: number
  readonly height: number
}
const CELLS: readonly Cells[] = [
  ...TILE_WIDTHS.map((width): Cells => ({ level: 'tiles', step: width + 3, width, height: TILE_HEIGHT })),
  ...TICK_STEPS.map((step): Cells => ({ level: 'ticks', step, width: step - (step > 5 ? 2 : 1), height: TICK_HEIGHT })),
]

const SMALLEST_TILE = CELLS[TILE_WIDTHS.length - 1]!

/** How a topic is shown: cells of a size with its name beside or above them, or one bar. */
type Form = { readonly cells: Cells; readonly beside: boolean } | 'bar'

const LINES_OF = 5
/** As many columns as fill the lines evenly: 50 in at most 47 columns are 25 and 25. */
function columnsFor(count: number, most: number): number {
  const lines = Math.max(1, Math.ceil(count / most))
  return lines === 1 ? most : Math.min(most, Math.ceil(count / lines / LINES_OF) * LINES_OF)
}

/** Topics one below the other, each in its form; undefined where that does not fit. */
function stack(topics: readonly TopicSize[], formOf: (topic: TopicSize) => Form, width: number, height: number): TopicPlan[] | undefined {
  const inline = topics.filter((topic) => isBeside(formOf(topic)))
  const names = inline.length === 0 ? 0 : Math.min(width * 0.4, Math.max(...inline.map((topic) => textWidth(topic.name, 11))) + 10)
  const long = Math.max(
    names,
    barsLeft(
      topics.filter((topic) => formOf(topic) === 'bar'),
      width,
    ),
  )
  let y = 0
  const plans: TopicPlan[] = []
  for (const topic of topics) {
    const form = formOf(topic)
    const top = y
    if (form === 'bar') {
      plans.push(barPlan(topic, top, long, width))
      y += BAR_STEP
      continue
    }
    const { cells, beside } = form
    const left = beside ? names : 0
    const most = Math.floor((width - left + cells.step - cells.width) / cells.step)
    if (most < 1 || (beside && topic.count > most)) return undefined
    const columns = columnsFor(topic.count, most)
    const head = beside ? 0 : HEADING
    const own = head + Math.ceil(topic.count / columns) * (cells.height + LINE_GAP) - LINE_GAP
    y += own + BLOCK_GAP
    plans.push({
      name: topic.name,
      count: topic.count,
      level: cells.level,
      heading: beside ? { x: 0, y: top + cells.height / 2 + 5, room: names - 8 } : { x: 0, y: top + 10, room: width },
      x: left,
      y: top + head,
      columns,
      stepX: cells.step,
      stepY: cells.height + LINE_GAP,
      slotWidth: cells.width,
      slotHeight: cells.height,
      blockX: 0,
      blockWidth: cells.width,
      box: { x: 0, y: top, width, height: own },
    })
  }
  return y - BLOCK_GAP <= height ? plans : undefined
}
const isBeside = (form: Form): boolean => form !== 'bar' && form.beside

/** Where bars begin: behind the longest of their names. */
const barsLeft = (topics: readonly TopicSize[], width: number): number =>
  Math.min(width * 0.45, Math.max(0, ...topics.map((topic) => textWidth(topic.name, 11))) + 12)

function barPlan(topic: TopicSize, y: number, left: number, width: number): TopicPlan {
  return {
    name: topic.name,
    count: topic.count,
    level: 'bar',
    heading: { x: 0, y: y + 12, room: left - 6 },
    x: left,
    y,
    columns: 1,
    stepX: width,
    stepY: BAR_STEP,
    slotWidth: width - left,
    slotHeight: BAR_STEP - 3,
    blockX: 0,
    blockWidth: width - left,
    box: { x: 0, y, width, height: BAR_STEP - 2 },
  }
}

function bars(topics: readonly TopicSize[], top: number, width: number, height: number): PartitionPlan {
  const fitting = Math.max(0, Math.floor((height - top + 3) / BAR_STEP))
  const shown = topics.length <= fitting ? topics : topics.slice(0, Math.max(0, fitting - 1))
  const count = topics.length - shown.length
  return {
    topics: shown.map((topic, i) => barPlan(topic, top + i * BAR_STEP, barsLeft(shown, width), width)),
    more: count === 0 ? undefined : { count, y: top + shown.length * BAR_STEP + 12 },
  }
}

/** Few enough for tiles, or at least for ticks, where other topics are large. */
const SMALL = 8
const FEW = 40

/** Ways to show topics, the most telling first. */
function* forms(topics: readonly TopicSize[], width: number, room: number): Generator<TopicPlan[] | undefined> {
  yield rows(topics, 1, width, room)
  yield rows(topics, 2, width, room)
  const all = (form: Form) => stack(topics, () => form, width, room)
  const split = (upTo: number, small: Form, large: Form) => stack(topics, ({ count }) => (count <= upTo ? small : large), width, room)
  for (const cells of CELLS) {
    if (cells.level === 'ticks') yield split(SMALL, { cells: SMALLEST_TILE, beside: true }, { cells, beside: false })
    yield all({ cells, beside: true })
    yield all({ cells, beside: false })
  }
  yield split(SMALL, { cells: SMALLEST_TILE, beside: true }, 'bar')
  yield split(FEW, { cells: CELLS.at(-1)!, beside: true }, 'bar')
}

/** Places for all partitions within a well: the most telling form that has room. Internal topics are one bar each, below the others. */
export function planPartitions(topics: readonly TopicSize[], width: number, height: number): PartitionPlan {
  const own = topics.filter((topic) => !topic.internal && topic.count > 0)
  const folded = topics.filter((topic) => topic.internal && topic.count > 0)
  if (own.length === 0) return bars(folded, 0, width, height)
  const below = folded.length * BAR_STEP + (folded.length > 0 ? BLOCK_GAP : 0)
  for (const plans of forms(own, width, height - below)) {
    if (plans === undefined) continue
    const bottom = Math.max(...plans.map((plan) => plan.box.y + plan.box.height))
    const rest = bars(folded, bottom + BLOCK_GAP, width, height)
    return { topics: [...plans, ...rest.topics], more: rest.more }
  }
  return bars([...own, ...folded], 0, width, height)
}
