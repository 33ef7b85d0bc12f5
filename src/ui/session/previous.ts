// The moment before: when the last thing happened before now. The past holds no list of its events; it is replayed a little.

import { ClusterEngine, runActions, type History, type Micros } from '../../sim/index.ts'

/** How far back is looked first; doubled until something is found. */
const FIRST_LOOK = 20_000

/**
 * The time of the last event or action before the history's present moment; 0 when there is none. Moves the history (to somewhere before); its caller seeks on. A seek
 * backwards costs a bounded replay, and there are as many as there are doublings of a quiet spell.
 */
export function previousMoment(history: History): Micros {
  const now = history.now
  for (let look = FIRST_LOOK; ; look *= 2) {
    const from = Math.max(0, now - 1 - look) as Micros
    history.seek(from)
    const engine = new ClusterEngine(history.world, { mode: 'history' })
    let found = -1
    engine.observers = [{ onEvent: (event) => void (found = event.at) }]
    const acted = history.world.acted
    runActions(engine, history.current.actions, (now - 1) as Micros)
    if (engine.world.acted > acted) found = Math.max(found, history.current.actions[engine.world.acted - 1]!.at)
    if (found >= 0) return found as Micros
    if (from === 0) return from
  }
}
