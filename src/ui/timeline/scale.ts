// Time to pixels and back: a window of time on so many pixels, and the ticks of its axis. Pure values; times are microseconds and, within a window, may be fractions.

import { scaleLinear } from 'd3-scale'
import type { Micros } from '../../sim/index.ts'

const SECOND = 1_000_000
/** The narrowest window: 50 us, where single events lie apart. The widest: eight days, more than a run may take. */
export const NARROWEST = 50
export const WIDEST = 8 * 86_400 * SECOND

/** A window of time, `width` pixels wide. */
export class TimeScale {
  readonly from: number
  readonly span: number
  readonly width: number
  readonly x: (at: number) => number
  readonly #at: (x: number) => number

  constructor(from: number, span: number, width: number) {
    this.span = Math.max(NARROWEST, Math.min(WIDEST, span))
    this.from = from
    this.width = Math.max(1, width)
    const scale = scaleLinear([this.from, this.to], [0, this.width])
    this.x = scale
    this.#at = (x) => scale.invert(x)
  }

  get to(): number {
    return this.from + this.span
  }
  get pixelsPerSecond(): number {
    return (this.width / this.span) * SECOND
  }
  /** The whole microsecond nearest to a pixel, not before 0. */
  at(x: number): Micros {
    return Math.max(0, Math.round(this.#at(x))) as Micros
  }

  panned(pixels: number): TimeScale {
    return new TimeScale(this.from + (pixels / this.width) * this.span, this.span, this.width)
  }
  /** Zoomed by a factor (2: twice as close) with the time under pixel `x` staying there. */
  zoomed(factor: number, x: number): TimeScale {
    const span = Math.max(NARROWEST, Math.min(WIDEST, this.span / factor))
    const fixed = this.#at(x)
    return new TimeScale(fixed - (x / this.width) * span, span, this.width)
  }
  /** With `at` at a share of the width. */
  centred(at: number, share: number): TimeScale {
    return new TimeScale(at - this.span * share, this.span, this.width)
  }
  resized(width: number): TimeScale {
    return new TimeScale(this.from, this.span, width)
  }

  /** As d3-zoom has it: pixel = k * seconds + x. */
  get transform(): { readonly k: number; readonly x: number } {
    const k = this.pixelsPerSecond
    return { k, x: -(this.from / SECOND) * k }
  }
  static ofTransform(k: number, x: number, width: number): TimeScale {
    return new TimeScale((-x / k) * SECOND, (width / k) * SECOND, width)
  }
}

/** How close and how far d3-zoom may go, in pixels a second. */
export const zoomExtent = (width: number): [number, number] => [(width / WIDEST) * SECOND, (width / NARROWEST) * SECOND]

/** Above a second the steps of clocks, below those of tens. */
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800]

/** The distance of ticks that keeps them at least `apart` pixels from each other. */
export function tickStep(scale: TimeScale, apart: number): number {
  const least = (apart / scale.width) * scale.span
  for (let decade = 1; decade < SECOND; decade *= 10) for (const n of [1, 2, 5]) if (n * decade >= least) return n * decade
  return (CLOCK_STEPS.find((s) => s * SECOND >= least) ?? CLOCK_STEPS.at(-1)!) * SECOND
}

export interface Tick {
  readonly at: Micros
  readonly x: number
  readonly label: string
}

export function ticks(scale: TimeScale, apart = 90): Tick[] {
  const step = tickStep(scale, apart)
  const result: Tick[] = []
  for (let n = Math.max(0, Math.ceil(scale.from / step)); n * step <= scale.to; n++) {
    const at = (n * step) as Micros
    result.push({ at, x: scale.x(at), label: tickLabel(at, step) })
  }
  return result
}

const two = (n: number): string => String(n).padStart(2, '0')

/** `00:10`, `1:02:00`; with as many digits behind the point as steps below a second need. */
export function tickLabel(at: Micros, step: number): string {
  const whole = Math.floor(at / SECOND)
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const base = `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(whole % 60)}`
  if (step >= SECOND) return base
  const digits = Math.ceil(6 - Math.log10(step) - 1e-9)
  return `${base}.${String(at % SECOND)
    .padStart(6, '0')
    .slice(0, digits)}`
}

/** The clock: minutes, seconds, milliseconds, and the microseconds apart. */
export function clock(at: Micros): { readonly main: string; readonly micros: string } {
  const label = tickLabel(at, 1)
  return { main: label.slice(0, -3), micros: label.slice(-3) }
}
