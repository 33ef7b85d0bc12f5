// The significant moments of a fork, kept up to date as more of it becomes known: what directed play slows for and what keys jump between.

import type { Fork, Micros, TraceEntry } from '../../sim/index.ts'
import type { Moment } from './directed.ts'
import { weightOf } from './say.ts'

/** What brokers do over and over while records flow: worth slowing for when it is new, not each time. */
const ROUTINE = /^(segment\.(rolled|deleted)|log\.compacted|records\.deleted)$/
/** A moment of that kind counts when none came for so long before it, virtual microseconds. */
const ROUTINE_APART = 60_000_000

interface Kept {
  /** A trace grows only at its end while the actions stay the same. */
  readonly actions: Fork['actions']
  upTo: number
  /** When each routine code came last. */
  readonly routine: Map<string, number>
  readonly moments: (Moment & { readonly entry: TraceEntry | undefined })[]
}

/** Follows the traces of forks' tips; reads each entry once. */
export class Moments {
  readonly #kept = new Map<number, Kept>()

  /** The moments known of a fork, in order of time. */
  of(fork: Fork): readonly (Moment & { readonly entry: TraceEntry | undefined })[] {
    const trace = fork.tip.trace
    let kept = this.#kept.get(fork.id)
    if (!kept || kept.actions !== fork.actions || kept.upTo > trace.end) {
      kept = { actions: fork.actions, upTo: 0, routine: new Map(), moments: [] }
      for (const action of fork.actions) kept.moments.push({ at: action.at, weight: 1, entry: undefined })
      this.#kept.set(fork.id, kept)
    }
    const from = Math.max(kept.upTo, trace.start)
    const fresh: Kept['moments'] = []
    for (let i = from; i < trace.end; i++) {
      const entry = trace.at(i)!
      const weight = weightOf(entry)
      if (ROUTINE.test(entry.code)) {
        const last = kept.routine.get(entry.code)
        kept.routine.set(entry.code, entry.at)
        if (last !== undefined && entry.at - last < ROUTINE_APART) continue
      }
      if (weight !== 0) fresh.push({ at: entry.at, weight, entry })
    }
    kept.upTo = trace.end
    if (fresh.length > 0) {
      kept.moments.push(...fresh)
      kept.moments.sort((a, b) => a.at - b.at)
    }
    return kept.moments
  }

  /** The first significant entry after a moment, or the last before it. */
  neighbour(fork: Fork, now: Micros, direction: 1 | -1): TraceEntry | undefined {
    const all = this.of(fork).filter((m) => m.entry !== undefined && m.weight >= 2)
    const after = all.findIndex((m) => m.at >= now)
    if (direction === -1) return all[(after < 0 ? all.length : after) - 1]?.entry
    return all.find((m) => m.at > now)?.entry
  }
}
