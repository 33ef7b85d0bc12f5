// Paths that packets can travel: the drawn curve and, sampled from the same numbers, the point at any fraction of its length. No DOM measures anything, so a test can.

import { bisectRight } from 'd3-array'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Path {
  /** SVG path data. */
  readonly d: string
  readonly points: readonly Point[]
  /** Length from the start to each point, pixels. */
  readonly lengths: readonly number[]
  readonly length: number
}

/** Samples of one curve: enough that a chord strays from it by less than a pixel on a stage. */
const SAMPLES = 20

type Piece =
  | { readonly type: 'line'; readonly from: Point; readonly to: Point }
  | { readonly type: 'cubic'; readonly from: Point; readonly c1: Point; readonly c2: Point; readonly to: Point }

const r = (n: number): number => Math.round(n * 10) / 10

function cubicAt(piece: Extract<Piece, { type: 'cubic' }>, t: number): Point {
  const u = 1 - t
  const b0 = u * u * u
  const b1 = 3 * u * u * t
  const b2 = 3 * u * t * t
  const b3 = t * t * t
  return {
    x: b0 * piece.from.x + b1 * piece.c1.x + b2 * piece.c2.x + b3 * piece.to.x,
    y: b0 * piece.from.y + b1 * piece.c1.y + b2 * piece.c2.y + b3 * piece.to.y,
  }
}

function build(pieces: readonly Piece[]): Path {
  const first = pieces[0]!.from
  let d = `M${r(first.x)},${r(first.y)}`
  const points: Point[] = [first]
  for (const piece of pieces) {
    if (piece.type === 'line') {
      d += `L${r(piece.to.x)},${r(piece.to.y)}`
      points.push(piece.to)
    } else {
      d += `C${r(piece.c1.x)},${r(piece.c1.y)} ${r(piece.c2.x)},${r(piece.c2.y)} ${r(piece.to.x)},${r(piece.to.y)}`
      for (let i = 1; i <= SAMPLES; i++) points.push(cubicAt(piece, i / SAMPLES))
    }
  }
  const lengths = [0]
  for (let i = 1; i < points.length; i++) {
    const a = points[i - 1]!
    const b = points[i]!
    lengths.push(lengths[i - 1]! + Math.hypot(b.x - a.x, b.y - a.y))
  }
  return { d, points, lengths, length: lengths.at(-1)! }
}

export const straight = (from: Point, to: Point): Path => build([{ type: 'line', from, to }])

/** The S that leaves and arrives upright; a straight line where the two stand above each other. */
function upright(from: Point, to: Point): Piece {
  if (Math.abs(from.x - to.x) < 0.5) return { type: 'line', from, to }
  const middle = (from.y + to.y) / 2
  return { type: 'cubic', from, c1: { x: from.x, y: middle }, c2: { x: to.x, y: middle }, to }
}

/** Through all points, upright at each. */
export function uprightThrough(...through: readonly Point[]): Path {
  const pieces: Piece[] = []
  for (let i = 1; i < through.length; i++) pieces.push(upright(through[i - 1]!, through[i]!))
  return build(pieces)
}

/** An arc between two points of one height that bulges by `rise` pixels (negative: upwards). */
export function arc(from: Point, to: Point, rise: number): Path {
  // A cubic with both handles at the height h reaches three quarters of it.
  const h = rise / 0.75
  return build([{ type: 'cubic', from, c1: { x: from.x, y: from.y + h }, c2: { x: to.x, y: to.y + h }, to }])
}

/** The point at a fraction of the length; fractions outside 0 to 1 are its ends. */
export function pointAt(path: Path, fraction: number): Point {
  const last = path.points.length - 1
  if (fraction <= 0 || path.length === 0) return path.points[0]!
  if (fraction >= 1) return path.points[last]!
  const target = fraction * path.length
  const i = Math.min(last, Math.max(1, bisectRight(path.lengths, target)))
  const a = path.points[i - 1]!
  const b = path.points[i]!
  const span = path.lengths[i]! - path.lengths[i - 1]!
  const t = span === 0 ? 0 : (target - path.lengths[i - 1]!) / span
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }
}

/** Does the path lie rather than stand at a fraction of its length? */
export function liesAt(path: Path, fraction: number): boolean {
  const a = pointAt(path, fraction - 0.02)
  const b = pointAt(path, fraction + 0.02)
  return Math.abs(b.x - a.x) > 2 * Math.abs(b.y - a.y)
}

/** SVG path data of the part between two fractions; empty when there is none. */
export function partOf(path: Path, from: number, to: number): string {
  const start = Math.max(0, from)
  const end = Math.min(1, to)
  if (end <= start) return ''
  const a = pointAt(path, start)
  const b = pointAt(path, end)
  let d = `M${r(a.x)},${r(a.y)}`
  for (let i = 0; i < path.points.length; i++) {
    const at = path.lengths[i]!
    if (at > start * path.length && at < end * path.length) d += `L${r(path.points[i]!.x)},${r(path.points[i]!.y)}`
  }
  return d + `L${r(b.x)},${r(b.y)}`
}
