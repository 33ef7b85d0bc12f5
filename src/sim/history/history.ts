// The history of a run: checkpoints to seek from, forks that keep every future, one live engine at the present moment.

import { assert, type Micros } from '../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../cluster/index.ts'
import type { Grain, World } from '../kernel/index.ts'

/** Events between checkpoints: what a seek replays at most, about 8 ms of work. */
export const CHECKPOINT_EVENTS = 1200
/** Checkpoints kept a fork; beyond that the older ones thin out. */
const CHECKPOINTS_KEPT = 240
export const FORKS_LIMIT = 64

export interface Fork {
  readonly id: number
  /** The fork it left, and when; -1 for the first. */
  readonly parent: number
  readonly at: Micros
  /** All actions from the run's beginning, inherited ones first. */
  readonly actions: readonly Action[]
  /** The furthest World simulated: its trace is what is known of this future. */
  readonly tip: World
}

interface Branch {
  fork: Fork
  /** In order of time; the first is the World at 0. */
  checkpoints: World[]
}

export interface HistoryOptions {
  readonly grain?: Grain
  readonly strict?: boolean
}

/** A run that can be sought, forked and played. Every World it hands out is never changed again. */
export class History {
  private readonly branches: Branch[] = []
  private engine: ClusterEngine
  private engineFork = 0
  private branchId = 0
  private present: World

  constructor(
    readonly scenario: Scenario,
    actions: readonly Action[] = scenario.actions,
    private readonly options: HistoryOptions = {},
  ) {
    const first = createWorld(scenario)
    this.branches.push({ fork: { id: 0, parent: -1, at: 0 as Micros, actions, tip: first }, checkpoints: [first] })
    this.engine = this.makeEngine(first)
    this.present = first
  }

  private makeEngine(world: World): ClusterEngine {
    return new ClusterEngine(world, { mode: 'history', ...this.options })
  }
  private get branch(): Branch {
    return this.branches[this.branchId]!
  }

  /** The World at the present moment. */
  get world(): World {
    return this.present
  }
  get now(): Micros {
    return this.present.now
  }
  get forks(): readonly Fork[] {
    return this.branches.map((b) => b.fork)
  }
  get current(): Fork {
    return this.branch.fork
  }
  /** The end of what is known of this future. */
  get end(): Micros {
    return this.branch.fork.tip.now
  }

  /** Goes to a moment of the present fork, simulating what is not known yet. At most `limit` events; returns false when that stopped it short. */
  seek(at: Micros, limit = Infinity): boolean {
    const branch = this.branch
    const engineOk = this.engineFork === this.branchId && this.engine.world.now <= at
    const nearest = nearestCheckpoint(branch.checkpoints, at)
    if (!engineOk || nearest.now > this.engine.world.now) {
      this.engine = this.makeEngine(nearest)
      this.engineFork = this.branchId
    }
    let left = limit
    let whole = true
    for (;;) {
      const before = this.engine.world.handled
      const due = CHECKPOINT_EVENTS - (before % CHECKPOINT_EVENTS)
      const handled = runActions(this.engine, branch.fork.actions, at, Math.min(due, left))
      left -= handled
      const atBoundary = handled === due
      if (atBoundary) this.keep(branch, this.engine.checkpoint())
      if (left <= 0) {
        whole = this.engine.world.now >= at
        break
      }
      if (!atBoundary) break
    }
    this.present = this.engine.checkpoint()
    if (this.present.now > branch.fork.tip.now || this.present.acted > branch.fork.tip.acted)
      branch.fork = { ...branch.fork, tip: this.present }
    return whole
  }

  private keep(branch: Branch, world: World): void {
    const last = branch.checkpoints.at(-1)!
    if (world.handled <= last.handled) return
    branch.checkpoints.push(world)
    if (branch.checkpoints.length > CHECKPOINTS_KEPT) {
      // The older half loses every other one: a seek far back replays a little more.
      const half = CHECKPOINTS_KEPT >> 1
      branch.checkpoints = branch.checkpoints.filter((_, i) => i === 0 || i >= half || i % 2 === 0)
    }
  }

  /** Handles events until at least one more was handled (or `until` is reached). */
  step(until: Micros): void {
    const branch = this.branch
    if (this.engineFork !== this.branchId || this.engine.world.now !== this.now) this.seek(this.now)
    const next = this.engine.nextAt()
    const action = branch.fork.actions[this.engine.world.acted]
    const at = Math.min(next ?? until, action?.at ?? until, until) as Micros
    this.seek(at)
  }
  /** When the next event or action is due. */
  nextAt(): Micros | undefined {
    if (this.engineFork !== this.branchId || this.engine.world.now !== this.now) this.seek(this.now)
    const next = this.engine.nextAt()
    const action = this.branch.fork.actions[this.engine.world.acted]
    if (next === undefined) return action?.at
    return action ? (Math.min(next, action.at) as Micros) : next
  }

  /** Does something now. In the past of a known future this makes a fork; the future stays. Throws when there are too many forks. */
  act(action: Omit<Action, 'at'>): void {
    const branch = this.branch
    const now = this.now
    const done: Action = Object.freeze({ at: now, terminal: action.terminal, kind: action.kind, text: action.text })
    const atTip = now >= branch.fork.tip.now && branch.fork.actions.length === this.present.acted
    if (atTip) {
      branch.fork = { ...branch.fork, actions: [...branch.fork.actions, done] }
    } else {
      const parent = this.branchId
      const here = this.engineFork === parent && this.engine.world.now === now && this.engine.world.acted === this.present.acted
      this.addFork(parent, now, [...branch.fork.actions.slice(0, this.present.acted), done])
      // The engine stands at the present moment: it goes on into the new future.
      if (here) this.engineFork = this.branchId
    }
    this.seek(now)
  }

  /** Adds a fork and goes to it; the present moment stays. */
  private addFork(parent: number, at: Micros, actions: readonly Action[]): void {
    if (this.branches.length >= FORKS_LIMIT) throw new Error(`a run has at most ${FORKS_LIMIT} forks`)
    const from = this.branches[parent]!
    const checkpoints = from.checkpoints.filter((w) => w.now <= at && w.acted <= actions.length - 1)
    const tip = this.present.now === at ? this.present : checkpoints.at(-1)!
    assert(checkpoints.length > 0, 'a fork begins at a checkpoint')
    this.branches.push({ fork: { id: this.branches.length, parent, at, actions, tip }, checkpoints })
    this.branchId = this.branches.length - 1
  }

  /** A fork of a given fork with its own later actions (a run document's). */
  restoreFork(parent: number, at: Micros, later: readonly Action[]): void {
    this.select(parent)
    this.seek(at)
    const inherited = this.branch.fork.actions.slice(0, this.present.acted)
    this.addFork(parent, at, [...inherited, ...later])
  }

  /** Goes to another fork at the same moment. */
  select(fork: number): void {
    if (!this.branches[fork]) throw new Error(`no fork ${fork}`)
    if (fork === this.branchId) return
    this.branchId = fork
    this.seek(this.now)
  }

  /** What the run would be without an action: another history, for a counterfactual. */
  without(action: number): History {
    const actions = this.branch.fork.actions.filter((_, i) => i !== action)
    return new History(this.scenario, actions, this.options)
  }

  /** Checkpoints held, of all forks (for benchmarks and the curious). */
  get checkpointCount(): number {
    return new Set(this.branches.flatMap((b) => b.checkpoints)).size
  }
}

/** The last checkpoint at or before a time. */
function nearestCheckpoint(checkpoints: readonly World[], at: Micros): World {
  let lo = 0
  let hi = checkpoints.length - 1
  while (lo < hi) {
    const mid = (lo + hi + 1) >> 1
    if (checkpoints[mid]!.now <= at) lo = mid
    else hi = mid - 1
  }
  return checkpoints[lo]!
}
