// Places for a statechart's states and ways for its transitions: layers from the initial state downwards (Sugiyama's steps, for charts of a dozen states).

import { textWidth } from '../scene/text.ts'
import type { Chart, ChartMove, ChartState } from './graph.ts'

export interface StateBox {
  readonly id: string
  readonly label: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** It holds other states. */
  readonly group: boolean
  readonly initial: boolean
  readonly final: boolean
}
export interface MovePath {
  readonly from: string
  readonly to: string
  readonly events: readonly string[]
  /** SVG path data; the arrow is at its end. */
  readonly d: string
  readonly label: string
  readonly labelX: number
  readonly labelY: number
}
export interface ChartLayout {
  readonly width: number
  readonly height: number
  readonly states: readonly StateBox[]
  readonly moves: readonly MovePath[]
}

const FONT = 12
const LABEL_FONT = 10.5
const STATE_HEIGHT = 28
const STATE_PADDING = 14
const GAP_X = 20
/** Between layers: room for an arrow, and for words on as many arrows as begin there. */
const GAP_Y = 34
const GAP_WORDS = 11
const GAP_MOST = 86
const GROUP_PADDING = 12
const GROUP_TITLE = 20
const MARGIN = 10
/** A way that only passes a layer. */
const PASS_WIDTH = 14
/** How far the ends of arrows at one side of a state keep apart, at most. */
const PORT_GAP = 18
const SWEEPS = 8

interface Cell {
  readonly id: string
  readonly width: number
  height: number
  /** Only a way's passage through a layer. */
  readonly pass: boolean
  x: number
  y: number
  readonly inner: Level | undefined
}
interface Way {
  readonly move: ChartMove
  /** Cell ids from the upper to the lower end, passes between. */
  readonly cells: readonly string[]
  readonly reversed: boolean
  readonly label: string
}
interface Level {
  readonly width: number
  readonly height: number
  readonly cells: readonly Cell[]
  readonly ways: readonly Way[]
}

/** The ancestor of a state (or itself) that is a child of `parent`. */
function childUnder(states: ReadonlyMap<string, ChartState>, id: string, parent: string): string | undefined {
  for (let at = states.get(id); at; at = states.get(at.parent)) if (at.parent === parent) return at.id
  return undefined
}

/** Layers by the longest way from the start, once the moves that lead back are turned round. */
function layer(
  ids: readonly string[],
  moves: readonly { from: string; to: string }[],
  start: string,
): { rank: Map<string, number>; back: Set<number> } {
  const back = new Set<number>()
  const mark = new Map<string, 'open' | 'done'>()
  const order: string[] = []
  const visit = (id: string): void => {
    mark.set(id, 'open')
    moves.forEach((move, i) => {
      if (move.from !== id) return
      if (mark.get(move.to) === 'open') back.add(i)
      else if (!mark.has(move.to)) visit(move.to)
    })
    mark.set(id, 'done')
    order.unshift(id)
  }
  for (const id of [start, ...ids]) if (!mark.has(id)) visit(id)
  const rank = new Map(ids.map((id) => [id, 0]))
  for (const id of order) {
    moves.forEach((move, i) => {
      if (move.from === id && !back.has(i) && move.to !== id) rank.set(move.to, Math.max(rank.get(move.to)!, rank.get(id)! + 1))
      // What leads back from here stands above: seen from there it is a way down.
      if (move.to === id && back.has(i) && move.from !== id) rank.set(move.from, Math.max(rank.get(move.from)!, rank.get(id)! + 1))
    })
  }
  return { rank, back }
}

/** Orders each row by where its neighbours in the row before (or after) are. */
function untangle(rows: Cell[][], ways: readonly Way[]): void {
  const beside = new Map<string, string[]>()
  for (const way of ways)
    way.cells.forEach((id, i) => {
      for (const other of [way.cells[i - 1], way.cells[i + 1]]) if (other) beside.set(id, [...(beside.get(id) ?? []), other])
    })
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0
    for (let i = down ? 1 : rows.length - 2; down ? i < rows.length : i >= 0; i += down ? 1 : -1) {
      const fixed = new Map(rows[down ? i - 1 : i + 1]!.map((cell, at) => [cell.id, at]))
      const weight = new Map(
        rows[i]!.map((cell, at) => {
          const places = (beside.get(cell.id) ?? []).flatMap((id) => fixed.get(id) ?? [])
          return [cell.id, places.length === 0 ? at : places.reduce((a, b) => a + b, 0) / places.length] as const
        }),
      )
      rows[i]!.sort((a, b) => weight.get(a.id)! - weight.get(b.id)!)
    }
  }
}

/** Rows packed and centred, then each cell drawn towards its neighbours as far as the row lets it. */
function place(rows: readonly Cell[][], ways: readonly Way[]): { readonly width: number; readonly height: number } {
  const widthOf = (row: readonly Cell[]) => row.reduce((sum, cell) => sum + cell.width, 0) + GAP_X * (row.length - 1)
  const width = Math.max(...rows.map(widthOf))
  const rank = new Map(rows.flatMap((row, i) => row.map((cell) => [cell.id, i] as const)))
  const words = rows.map(() => 0)
  // Words stand in the gap where a way leaves its state: below it, or above it where the way leads back.
  for (const way of ways) if (way.label !== '') words[way.reversed ? rank.get(way.cells.at(-1)!)! - 1 : rank.get(way.cells[0]!)!]!++
  let y = 0
  let bottom = 0
  rows.forEach((row, i) => {
    let x = (width - widthOf(row)) / 2
    const height = Math.max(...row.map((cell) => cell.height))
    for (const cell of row) {
      if (cell.pass) cell.height = height
      cell.x = x
      cell.y = y + (height - cell.height) / 2
      x += cell.width + GAP_X
    }
    bottom = y + height
    y = bottom + Math.min(GAP_MOST, GAP_Y + GAP_WORDS * Math.max(0, words[i]! - 1))
  })
  const cells = new Map(rows.flat().map((cell) => [cell.id, cell]))
  const centre = (id: string) => cells.get(id)!.x + cells.get(id)!.width / 2
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      row.forEach((cell, i) => {
        const near = ways.flatMap((way) => {
          const at = way.cells.indexOf(cell.id)
          return at < 0 ? [] : [way.cells[at - 1], way.cells[at + 1]].filter((id) => id !== undefined).map(centre)
        })
        if (near.length === 0) return
        const wanted = near.reduce((a, b) => a + b, 0) / near.length - cell.width / 2
        const low = i === 0 ? 0 : row[i - 1]!.x + row[i - 1]!.width + GAP_X
        const high = (i === row.length - 1 ? width : row[i + 1]!.x - GAP_X) - cell.width
        cell.x = Math.min(Math.max(wanted, low), Math.max(low, high))
      })
    }
  }
  return { width, height: bottom }
}

/** The events that make a move; none where they only repeat the name of the state they lead to. */
function labelOf(move: ChartMove, byId: ReadonlyMap<string, ChartState>): string {
  return move.events.filter((event) => event !== byId.get(move.to)?.label).join(', ')
}

/** Lays out the children of a state. */
function levelOf(chart: Chart, byId: ReadonlyMap<string, ChartState>, parent: string): Level {
  const children = chart.states.filter((state) => state.parent === parent)
  const ids = children.map((state) => state.id)
  const moves = chart.moves.flatMap((move) => {
    const from = childUnder(byId, move.from, parent)
    const to = childUnder(byId, move.to, parent)
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, move }]
  })
  const start = children.find((state) => state.initial)?.id ?? ids[0]!
  const { rank, back } = layer(ids, moves, start)
  const rows: Cell[][] = []
  const put = (cell: Cell, at: number) => (rows[at] ??= []).push(cell)
  for (const state of children) {
    const inner = chart.states.some((other) => other.parent === state.id) ? levelOf(chart, byId, state.id) : undefined
    const title = textWidth(state.label, FONT) + 2 * STATE_PADDING
    const width = inner ? Math.max(inner.width + 2 * GROUP_PADDING, title) : Math.max(56, title)
    const height = inner ? inner.height + GROUP_TITLE + GROUP_PADDING : STATE_HEIGHT
    put({ id: state.id, width, height, pass: false, x: 0, y: 0, inner }, rank.get(state.id)!)
  }
  const ways = moves.map(({ from, to, move }, i): Way => {
    const reversed = back.has(i) || rank.get(from)! > rank.get(to)!
    const [upper, lower] = reversed ? [to, from] : [from, to]
    const cells = [upper]
    for (let at = rank.get(upper)! + 1; at < rank.get(lower)!; at++) {
      const id = `${i}:${at}`
      put({ id, width: PASS_WIDTH, height: 0, pass: true, x: 0, y: 0, inner: undefined }, at)
      cells.push(id)
    }
    return { move, cells: [...cells, lower], reversed, label: labelOf(move, byId) }
  })
  untangle(rows, ways)
  return { ...place(rows, ways), cells: rows.flat(), ways }
}

interface Point {
  readonly x: number
  readonly y: number
}
const n = (value: number): string => String(Math.round(value * 10) / 10)

/** A way through points, leaving and arriving upright. */
function curve(points: readonly Point[]): string {
  let d = `M${n(points[0]!.x)},${n(points[0]!.y)}`
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!
    const b = points[i]!
    if (a.x === b.x) d += `L${n(b.x)},${n(b.y)}`
    else {
      const bend = (b.y - a.y) / 2
      d += `C${n(a.x)},${n(a.y + bend)} ${n(b.x)},${n(b.y - bend)} ${n(b.x)},${n(b.y)}`
    }
  }
  return d
}
/** A point of the curve from a to b; `t` from 0 to 1. */
function along(a: Point, b: Point, t: number): Point {
  const s = 1 - t
  const mid = (a.y + b.y) / 2
  return {
    x: a.x * (s * s * s + 3 * s * s * t) + b.x * (3 * s * t * t + t * t * t),
    y: a.y * s * s * s + 3 * mid * s * s * t + 3 * mid * s * t * t + b.y * t * t * t,
  }
}

/** Where each way leaves or reaches its cells: ends at one side stand apart, in the order of where they come from. */
function ports(level: Level): Map<Way, { upper: number; lower: number }> {
  const cells = new Map(level.cells.map((cell) => [cell.id, cell]))
  const centre = (id: string) => cells.get(id)!.x + cells.get(id)!.width / 2
  const found = new Map(level.ways.map((way) => [way, { upper: centre(way.cells[0]!), lower: centre(way.cells.at(-1)!) }]))
  const spread = (id: string, ends: { way: Way; towards: number }[], side: 'upper' | 'lower') => {
    ends.sort((a, b) => a.towards - b.towards || Number(a.way.reversed) - Number(b.way.reversed))
    const gap = Math.min(PORT_GAP, (cells.get(id)!.width - 20) / Math.max(1, ends.length - 1))
    ends.forEach(({ way }, i) => (found.get(way)![side] = centre(id) + (i - (ends.length - 1) / 2) * gap))
  }
  for (const cell of level.cells) {
    if (cell.pass) continue
    const down = level.ways.filter((way) => way.cells[0] === cell.id).map((way) => ({ way, towards: centre(way.cells[1]!) }))
    const up = level.ways.filter((way) => way.cells.at(-1) === cell.id).map((way) => ({ way, towards: centre(way.cells.at(-2)!) }))
    spread(cell.id, down, 'upper')
    spread(cell.id, up, 'lower')
  }
  return found
}

interface Word {
  readonly x: number
  readonly y: number
  readonly half: number
}
/** Tried along a way, from the middle outwards. */
const PLACES = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.19, 0.81]

/** Words on their ways, each where it covers others least. */
function putLabel(first: readonly [Point, Point], label: string, taken: Word[]): Point {
  const half = textWidth(label, LABEL_FONT) / 2 + 3
  let best: Point | undefined
  let least = Infinity
  for (const t of PLACES) {
    const at = along(first[0], first[1], t)
    let over = 0
    for (const other of taken) {
      const wide = Math.min(other.x + other.half, at.x + half) - Math.max(other.x - other.half, at.x - half)
      const high = 11.5 - Math.abs(other.y - at.y)
      if (wide > 0 && high > 0) over += wide * high
    }
    if (over < least) [best, least] = [at, over]
    if (least === 0) break
  }
  taken.push({ ...best!, half })
  return best!
}

/** Where everything of a chart goes. Coordinates begin at 0,0; sizes in CSS pixels at font size 12. */
export function layoutChart(chart: Chart): ChartLayout {
  const byId = new Map(chart.states.map((state) => [state.id, state]))
  const boxes: StateBox[] = []
  const moves: MovePath[] = []
  const taken: Word[] = []
  const draw = (level: Level, left: number, top: number): void => {
    const cells = new Map(level.cells.map((cell) => [cell.id, cell]))
    for (const cell of level.cells) {
      const state = byId.get(cell.id)
      if (!state) continue
      const { label, initial, final } = state
      const place = { x: left + cell.x, y: top + cell.y, width: cell.width, height: cell.height }
      boxes.push({ id: cell.id, label, ...place, group: cell.inner !== undefined, initial, final })
      if (cell.inner) draw(cell.inner, left + cell.x + (cell.width - cell.inner.width) / 2, top + cell.y + GROUP_TITLE)
    }
    const ends = ports(level)
    for (const way of level.ways) {
      const points = way.cells.flatMap((id, i): Point[] => {
        const cell = cells.get(id)!
        const bottom = top + cell.y + cell.height
        if (i === 0) return [{ x: left + ends.get(way)!.upper, y: bottom }]
        if (i === way.cells.length - 1) return [{ x: left + ends.get(way)!.lower, y: top + cell.y }]
        const x = left + cell.x + cell.width / 2
        return [
          { x, y: top + cell.y },
          { x, y: bottom },
        ]
      })
      if (way.reversed) points.reverse()
      const at = way.label === '' ? points[0]! : putLabel([points[0]!, points[1]!], way.label, taken)
      moves.push({ ...way.move, d: curve(points), label: way.label, labelX: at.x, labelY: at.y })
    }
  }
  const whole = levelOf(chart, byId, '')
  draw(whole, MARGIN, MARGIN)
  // Words at the rim need room too.
  const reach = (move: MovePath) => textWidth(move.label, LABEL_FONT) / 2 + 2
  const left = Math.min(0, ...moves.map((move) => move.labelX - reach(move)))
  const right = Math.max(whole.width + 2 * MARGIN, ...moves.map((move) => move.labelX + reach(move)))
  return {
    width: right - left,
    height: whole.height + 2 * MARGIN,
    states: boxes.map((box) => ({ ...box, x: box.x - left })),
    moves: left === 0 ? moves : moves.map((move) => moved(move, -left)),
  }
}
const moved = (move: MovePath, by: number): MovePath => ({
  ...move,
  labelX: move.labelX + by,
  d: move.d.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) => `${n(Number(x) + by)},${y}`),
})
