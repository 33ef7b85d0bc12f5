// Runs one schedule under all checkers, and says what went wrong and what was reached.

import { plus, seconds, type Micros } from '../../src/sim/base/index.ts'
import { convergence, sharedState, watch, type MarkCounts, type Violation } from '../../src/sim/checkers/index.ts'
import { ClusterEngine, createWorld, kinds, runActions } from '../../src/sim/cluster/index.ts'
import type { ProcessKind } from '../../src/sim/kernel/index.ts'
import { withFuzzClients } from './client.ts'
import { CONVERGE_WITHIN, scenarioOf, type Schedule } from './schedule.ts'

export interface Outcome {
  readonly violations: readonly Violation[]
  readonly counts: MarkCounts
  readonly events: number
  /** Virtual seconds from the end of healing to a cluster that is whole; -1 when it never was. */
  readonly convergedAfterS: number
  readonly endedAt: Micros
}

export interface RunOptions {
  /** Freezes what leaves handlers, so that an alias throws where it is written to. */
  readonly strict?: boolean
  /** Replaces kinds (mutations). */
  readonly wrap?: (kind: ProcessKind) => ProcessKind
  /** Called with the engine before it runs. */
  readonly onEngine?: (engine: ClusterEngine) => void
}

/** More events than this in a second of virtual time are a defect. */
const EVENTS_A_SECOND = 400_000
/** How often a healed cluster is looked at. */
const LOOK_EVERY = seconds(1)

const kindsFor = ({ wrap = (kind) => kind }: RunOptions): ReadonlyMap<string, ProcessKind> =>
  new Map([...kinds].map(([name, kind]) => [name, wrap(withFuzzClients(kind))]))

/** The whole of a schedule: faults under the checkers, then healing, then the cluster must be whole in time. */
export function runSchedule(schedule: Schedule, options: RunOptions = {}): Outcome {
  const scenario = scenarioOf(schedule)
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: options.strict ?? false }, kindsFor(options))
  const watched = watch(engine)
  options.onEngine?.(engine)
  const violations: Violation[] = []
  const complain = (checker: string, text: string): void => void violations.push({ checker, at: engine.world.now, text })
  let convergedAfterS = -1
  const deadline = plus(schedule.healedAt, seconds(CONVERGE_WITHIN))
  try {
    while (engine.world.now < deadline && watched.violations.length === 0) {
      const handled = runActions(
        engine,
        scenario.actions,
        Math.min(deadline, plus(engine.world.now, LOOK_EVERY)) as Micros,
        EVENTS_A_SECOND,
      )
      if (handled >= EVENTS_A_SECOND) {
        complain('progress', `${handled} events within a second`)
        break
      }
      if (engine.world.now >= schedule.healedAt && convergence(engine.world).done) {
        convergedAfterS = (engine.world.now - schedule.healedAt) / 1_000_000
        break
      }
    }
    const { missing } = convergence(engine.world)
    if (watched.violations.length === 0 && violations.length === 0 && convergedAfterS < 0) {
      complain('convergence', `${CONVERGE_WITHIN} s after healing: ${missing.join(', ')}`)
    }
    if (options.strict) for (const text of sharedState(engine.world)) complain('own state', text)
    watched.end()
  } catch (error) {
    complain('exception', (error as Error).stack?.split('\n').slice(0, 6).join(' | ') ?? String(error))
  }
  return {
    violations: [...watched.violations, ...violations],
    counts: watched.marks.counts,
    events: engine.world.handled,
    convergedAfterS,
    endedAt: engine.world.now,
  }
}
