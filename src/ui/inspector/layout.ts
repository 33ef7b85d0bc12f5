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
/** Between layers: room for an arrow and the words on it. */
const GAP_Y = 34
const GROUP_PADDING = 12
const GROUP_TITLE = 20
const MARGIN = 10
/** A way that only passes a layer. */
const PASS_WIDTH = 14
/** How far two opposite arrows keep apart, half of it. */
const APART = 9
const SWEEPS = 8

interface Cell {
  readonly id: string
  readonly width: number
  readonly height: number
  x: number
  y: number
  readonly inner: Level | undefined
}
interface Way {
  readonly move: ChartMove
  /** Cell ids from the upper to the lower end, passes between. */
  readonly cells: readonly string[]
  readonly reversed: boolean
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
function place(rows: readonly Cell[][], ways: readonly Way[]): number {
  const widthOf = (row: readonly Cell[]) => row.reduce((sum, cell) => sum + cell.width, 0) + GAP_X * (row.length - 1)
  const width = Math.max(...rows.map(widthOf))
  let y = 0
  for (const row of rows) {
    let x = (width - widthOf(row)) / 2
    const height = Math.max(...row.map((cell) => cell.height))
    for (const cell of row) {
      cell.x = x
      cell.y = y + (height - cell.height) / 2
      x += cell.width + GAP_X
    }
    y += height + GAP_Y
  }
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
  return width
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
    put({ id: state.id, width, height, x: 0, y: 0, inner }, rank.get(state.id)!)
  }
  const ways = moves.map(({ from, to, move }, i): Way => {
    const reversed = back.has(i) || rank.get(from)! > rank.get(to)!
    const [upper, lower] = reversed ? [to, from] : [from, to]
    const cells = [upper]
    for (let at = rank.get(upper)! + 1; at < rank.get(lower)!; at++) {
      const id = `${i}:${at}`
      put({ id, width: PASS_WIDTH, height: 0, x: 0, y: 0, inner: undefined }, at)
      cells.push(id)
    }
    return { move, cells: [...cells, lower], reversed }
  })
  untangle(rows, ways)
  const width = place(rows, ways)
  const height = rows.reduce((sum, row) => sum + Math.max(...row.map((cell) => cell.height)), 0) + GAP_Y * (rows.length - 1)
  return { width, height, cells: rows.flat(), ways }
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
    const bend = (b.y - a.y) / 2
    d += `C${n(a.x)},${n(a.y + bend)} ${n(b.x)},${n(b.y - bend)} ${n(b.x)},${n(b.y)}`
  }
  return d
}

/** Keeps words from standing on one another: those in one gap take turns in height. */
function spread(moves: readonly MovePath[]): MovePath[] {
  const placed: { x: number; y: number; half: number }[] = []
  return moves.map((move) => {
    const half = textWidth(move.label, LABEL_FONT) / 2 + 3
    let labelY = move.labelY
    for (const shift of [0, -11, 11, -22, 22]) {
      labelY = move.labelY + shift
      if (!placed.some((other) => Math.abs(other.x - move.labelX) < other.half + half && Math.abs(other.y - labelY) < 11)) break
    }
    placed.push({ x: move.labelX, y: labelY, half })
    return { ...move, labelY }
  })
}

/** Where everything of a chart goes. Coordinates begin at 0,0; sizes in CSS pixels at font size 12. */
export function layoutChart(chart: Chart): ChartLayout {
  const byId = new Map(chart.states.map((state) => [state.id, state]))
  const boxes: StateBox[] = []
  const moves: MovePath[] = []
  const draw = (level: Level, left: number, top: number): void => {
    const cells = new Map(level.cells.map((cell) => [cell.id, cell]))
    for (const cell of level.cells) {
      const state = byId.get(cell.id)
      if (!state) continue
      const { label, initial, final } = state
      boxes.push({
        id: cell.id,
        label,
        x: left + cell.x,
        y: top + cell.y,
        width: cell.width,
        height: cell.height,
        group: cell.inner !== undefined,
        initial,
        final,
      })
      if (cell.inner) draw(cell.inner, left + cell.x + (cell.width - cell.inner.width) / 2, top + cell.y + GROUP_TITLE)
    }
    for (const way of level.ways) {
      const twin = level.ways.some((other) => other !== way && other.cells.at(-1) === way.cells.at(-1) && other.cells[0] === way.cells[0])
      const shift = !twin ? 0 : way.reversed ? APART : -APART
      const points = way.cells.flatMap((id, i): Point[] => {
        const cell = cells.get(id)!
        const x = left + cell.x + cell.width / 2 + shift
        if (i === 0) return [{ x, y: top + cell.y + cell.height }]
        if (i === way.cells.length - 1) return [{ x, y: top + cell.y }]
        return [{ x, y: top + cell.y }]
      })
      // Words stand where the way leaves its state.
      const ends = way.reversed ? [points.at(-1)!, points.at(-2)!] : [points[0]!, points[1]!]
      const label = way.move.events.join(', ')
      const labelX = (ends[0]!.x + ends[1]!.x) / 2
      const labelY =
        Math.abs(ends[1]!.y - ends[0]!.y) > 2 * GAP_Y
          ? ends[0]!.y + Math.sign(ends[1]!.y - ends[0]!.y) * (GAP_Y / 2)
          : (ends[0]!.y + ends[1]!.y) / 2
      moves.push({ ...way.move, d: curve(way.reversed ? [...points].reverse() : points), label, labelX, labelY })
    }
  }
  const whole = levelOf(chart, byId, '')
  draw(whole, MARGIN, MARGIN)
  const spreadMoves = spread(moves)
  // Words at the rim need room too.
  const left = Math.min(0, ...spreadMoves.map((move) => move.labelX - textWidth(move.label, LABEL_FONT) / 2 - 2))
  const right = Math.max(whole.width + 2 * MARGIN, ...spreadMoves.map((move) => move.labelX + textWidth(move.label, LABEL_FONT) / 2 + 2))
  return {
    width: right - left,
    height: whole.height + 2 * MARGIN,
    states: boxes.map((box) => ({ ...box, x: box.x - left })),
    moves: left === 0 ? spreadMoves : spreadMoves.map((move) => moved(move, -left)),
  }
}
const moved = (move: MovePath, by: number): MovePath => ({
  ...move,
  labelX: move.labelX + by,
  d: move.d.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x: string, y: string) => `${n(Number(x) + by)},${y}`),
})
