// Checkers: invariants watched from outside the processes, one a file.

import type { Engine } from '../kernel/index.ts'
import { acknowledgedRecords } from './acknowledged-records.ts'
import { acknowledgedWrites } from './acknowledged-writes.ts'
import { actingLeaders } from './acting-leaders.ts'
import { assignedLeader } from './assigned-leader.ts'
import type { Checker, MakeChecker, Violation } from './checker.ts'
import { CommittedHistory } from './committed-history.ts'
import { CommittedPartitions } from './committed-partitions.ts'
import { committedRecords } from './committed-records.ts'
import { ephemerals } from './ephemerals.ts'
import { Feed } from './feed.ts'
import { growingZxids } from './growing-zxids.ts'
import { leaderEpochs } from './leader-epochs.ts'
import { leaderInIsr } from './leader-in-isr.ts'
import { leaderIsr } from './leader-isr.ts'
import { Marks } from './marks.ts'
import { oldController } from './old-controller.ts'
import { oneController } from './one-controller.ts'
import { oneLeader } from './one-leader.ts'
import { sameOrder } from './same-order.ts'
import { sessionExpiry } from './session-expiry.ts'
import { sessionReads } from './session-reads.ts'
import { wholeLogs } from './whole-logs.ts'

export type { Checker, MakeChecker, Violation, ServerRef, BrokerRef, Answered } from './checker.ts'
export { CommittedHistory } from './committed-history.ts'
export { convergence, type Convergence } from './convergence.ts'
export { Marks, type MarkCounts } from './marks.ts'
export { sharedState } from './own-state.ts'

/** All of them; the first writes the history that others read. */
const ALL: readonly MakeChecker[] = [
  sameOrder,
  growingZxids,
  oneLeader,
  acknowledgedWrites,
  ephemerals,
  sessionExpiry,
  sessionReads,
  oneController,
  oldController,
  leaderInIsr,
  assignedLeader,
  leaderEpochs,
  actingLeaders,
  leaderIsr,
  committedRecords,
  acknowledgedRecords,
  wholeLogs,
]

/** Violations kept of a run; the first tells most. */
const VIOLATIONS_KEPT = 20

export interface Watch {
  readonly violations: readonly Violation[]
  /** Flaws of the real servers that the run has met; nothing after the first is a violation. */
  readonly known: readonly string[]
  readonly marks: Marks
  readonly history: CommittedHistory
  /** The run is over: the last looks. */
  end(): void
}

/** Sets all checkers on an engine that has not yet run. */
export function watch(engine: Engine): Watch {
  const violations: Violation[] = []
  const known: string[] = []
  const history = new CommittedHistory()
  const partitions = new CommittedPartitions(history)
  const checkers: Checker[] = ALL.map((make) => {
    const checker: Checker = make({
      engine,
      history,
      partitions,
      known: (flaw) => void known.push(flaw),
      report: (text) => {
        if (violations.length < VIOLATIONS_KEPT && known.length === 0)
          violations.push({ checker: checker.name, at: engine.world.now, text })
      },
    })
    return checker
  })
  const marks = new Marks(engine)
  const feed = new Feed(engine, [...checkers, marks], history, partitions)
  engine.observers = [...engine.observers, feed, { onNote: (entry) => marks.onNote(entry) }]
  return { violations, known, marks, history, end: () => feed.end() }
}
