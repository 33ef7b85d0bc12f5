// Runs a World with a log of actions: the one place that says when an action happens among events.

import type { Micros } from '../base/index.ts'
import { RUN_LIMIT } from '../kernel/index.ts'
import type { Action } from './action.ts'
import type { ClusterEngine } from './engine.ts'

/**
 * Runs to `until`, applying the actions not yet applied at their times: an action comes after every event due by then. Bounded by `limit` events. Returns how many were
 * handled; the engine's `now` is `until` unless the limit stopped it.
 */
export function runActions(engine: ClusterEngine, actions: readonly Action[], until: Micros, limit = RUN_LIMIT): number {
  let handled = 0
  while (handled < limit) {
    const index = engine.world.acted
    const next = actions[index]
    const stop = next !== undefined && next.at < until ? next.at : until
    handled += engine.run(stop, limit - handled)
    if (handled >= limit) return handled
    if (next === undefined || next.at > until) return handled
    engine.act(next, index)
  }
  return handled
}
