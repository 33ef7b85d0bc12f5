// Draws from one seed, for schedules. Streams are separate: one more draw in one does not change another.

import { drawBelow, drawBetween, type RandomStates } from '../../src/sim/base/index.ts'

export class Draw {
  private readonly states: RandomStates
  constructor(
    seed: number,
    private readonly stream: string,
  ) {
    this.states = { seed, streams: {} }
  }
  below(n: number): number {
    return drawBelow(this.states, this.stream, n)
  }
  /** Seconds, to the millisecond. */
  between(from: number, to: number): number {
    return drawBetween(this.states, this.stream, Math.round(from * 1000), Math.round(to * 1000)) / 1000
  }
  chance(percent: number): boolean {
    return this.below(100) < percent
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }
  /** As many different ones, in an order of their own. */
  some<T>(items: readonly T[], n: number): T[] {
    const left = items.slice()
    return Array.from({ length: Math.min(n, left.length) }, () => left.splice(this.below(left.length), 1)[0]!)
  }
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T {
    const names = Object.keys(weights) as T[]
    let left = this.below(names.reduce((sum, name) => sum + weights[name], 0))
    for (const name of names) if ((left -= weights[name]) < 0) return name
    return names[0]!
  }
}
