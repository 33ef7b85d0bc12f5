// Runs one schedule under all checkers, and says what went wrong and what was reached.

import { plus, seconds, type Micros } from '../../src/sim/base/index.ts'
import { convergence, sharedState, watch, type MarkCounts, type Violation } from '../../src/sim/checkers/index.ts'
import { ClusterEngine, kinds, runActions, type Action } from '../../src/sim/cluster/index.ts'
import type { ProcessKind, Settings } from '../../src/sim/kernel/index.ts'
import { withFuzzClients } from './client.ts'
import { Healer } from './heal.ts'
import { scenarioOf, worldOf, type Schedule } from './schedule.ts'

export interface Outcome {
  readonly violations: readonly Violation[]
  /** A flaw of the real servers that ended the run. */
  readonly known: string | undefined
  readonly counts: MarkCounts
  readonly events: number
  /** Virtual seconds from the end of healing to a cluster that is whole; -1 when it never was. */
  readonly convergedAfterS: number
  /** True when the ensemble had to be started anew. */
  readonly restarted: boolean
  /** Everything that was done, healing included. */
  readonly actions: readonly Action[]
  readonly endedAt: Micros
}

export interface RunOptions {
  /** Freezes what leaves handlers, so that an alias throws where it is written to. */
  readonly strict?: boolean
  /** Replaces kinds (mutations). */
  readonly wrap?: (kind: ProcessKind) => ProcessKind
  /** Overrides time costs, in microseconds. */
  readonly costs?: Settings['costs']
  /** Called with the engine before it runs. */
  readonly onEngine?: (engine: ClusterEngine) => void
}

/** More events than this in a second of virtual time are a defect. */
const EVENTS_A_SECOND = 400_000
/** How often a healed cluster is looked at. */
const LOOK_EVERY = seconds(1)

export const kindsFor = ({ wrap = (kind) => kind }: RunOptions): ReadonlyMap<string, ProcessKind> =>
  new Map([...kinds].map(([name, kind]) => [name, wrap(withFuzzClients(kind))]))

/** The whole of a schedule: faults under the checkers, then healing, then the cluster must be whole in time. */
export function runSchedule(schedule: Schedule, options: RunOptions = {}): Outcome {
  const scenario = scenarioOf(schedule)
  const world = worldOf(schedule)
  const settings: Settings = { ...world.settings, costs: { ...world.settings.costs, ...options.costs } }
  const engine = new ClusterEngine({ ...world, settings }, { mode: 'plain', strict: options.strict ?? false }, kindsFor(options))
  const watched = watch(engine)
  options.onEngine?.(engine)
  const violations: Violation[] = []
  const complain = (checker: string, text: string): void => void violations.push({ checker, at: engine.world.now, text })
  let convergedAfterS = -1
  const healer = new Healer(schedule, [...scenario.actions])
  try {
    while (watched.violations.length === 0 && watched.known.length === 0) {
      const handled = runActions(engine, healer.actions, plus(engine.world.now, LOOK_EVERY), EVENTS_A_SECOND)
      if (handled >= EVENTS_A_SECOND) {
        complain('progress', `${handled} events within a second`)
        break
      }
      if (options.strict) for (const text of sharedState(engine.world)) complain('own state', text)
      if (violations.length > 0) break
      const state = convergence(engine.world)
      if (engine.world.now >= schedule.healedAt && state.done) {
        convergedAfterS = (engine.world.now - schedule.healedAt) / 1_000_000
        break
      }
      if (healer.help(engine.world, state)) continue
      complain('convergence', `${healer.waitedS(engine.world)} s after the last start with a quorum: ${state.missing.join(', ')}`)
      break
    }
    watched.end()
  } catch (error) {
    complain('exception', (error as Error).stack?.split('\n').slice(0, 6).join(' | ') ?? String(error))
  }
  return {
    violations: [...watched.violations, ...violations],
    known: watched.known[0],
    counts: watched.marks.counts,
    events: engine.world.handled,
    convergedAfterS,
    restarted: healer.restarted,
    actions: healer.actions,
    endedAt: engine.world.now,
  }
}
