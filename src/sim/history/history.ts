// The history of a run: checkpoints to seek from, forks that keep every future, one live engine at the present moment.

import { assert, type Micros } from '../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../cluster/index.ts'
import type { Grain, ProcessKind, World } from '../kernel/index.ts'
import { weightOf } from './weight.ts'

/** Events between checkpoints: what a seek replays at most, a few milliseconds of work. */
export const CHECKPOINT_EVENTS = 400
/** Checkpoints kept a fork; beyond that the older ones thin out. */
const CHECKPOINTS_KEPT = 240
/** However heavy they are, so many stay: they are what a seek begins at. */
const CHECKPOINTS_LEAST = 24
/** Bytes that a fork's checkpoints may hold beyond what the present holds. */
const WEIGHT_LIMIT = 512_000_000
/** Weighed again after so many more bytes on the wire. */
const WEIGH_EVERY = 32_000_000
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
  /** The furthest moment that was shown: acting before it makes a fork, acting at it goes on. */
  seen: Micros
  /** In order of time; the first is the World at 0. */
  checkpoints: World[]
  /** What had been on the wire when the checkpoints were last weighed. */
  weighedAt: number
}

export interface HistoryOptions {
  readonly grain?: Grain
  readonly strict?: boolean
  /** Other process kinds than the registered ones (tests). */
  readonly kinds?: ReadonlyMap<string, ProcessKind>
}

/** A run that can be sought, forked and played. Every World it hands out is never changed again. */
export class History {
  private readonly branches: Branch[] = []
  private engine: ClusterEngine
  private engineFork = 0
  private branchId = 0
  private present: World
  /** Runs ahead of the present moment, so that what comes is known before it is shown. */
  private scout: { readonly fork: number; readonly engine: ClusterEngine } | undefined

  constructor(
    readonly scenario: Scenario,
    actions: readonly Action[] = scenario.actions,
    private readonly options: HistoryOptions = {},
  ) {
    const first = createWorld(scenario)
    this.branches.push({
      fork: { id: 0, parent: -1, at: 0 as Micros, actions, tip: first },
      seen: 0 as Micros,
      checkpoints: [first],
      weighedAt: 0,
    })
    this.engine = this.makeEngine(first)
    this.present = first
  }

  private makeEngine(world: World): ClusterEngine {
    const { grain, strict, kinds } = this.options
    return new ClusterEngine(world, { mode: 'history', grain, strict }, kinds)
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
    const whole = this.advance(branch, this.engine, at, limit)
    this.present = this.engine.checkpoint()
    if (this.present.now > branch.seen) branch.seen = this.present.now
    this.learn(branch, this.present)
    return whole
  }

  /** Simulates the present fork up to a moment without going there: its trace is then known (`current.tip`). At most `limit` events. */
  lookAhead(at: Micros, limit: number): void {
    const branch = this.branch
    if (branch.fork.tip.now >= at) return
    if (this.scout?.fork !== this.branchId) this.scout = { fork: this.branchId, engine: this.makeEngine(branch.fork.tip) }
    this.advance(branch, this.scout.engine, at, limit)
    this.learn(branch, this.scout.engine.checkpoint())
  }

  /** Runs an engine along a branch, keeping checkpoints; false when the limit stopped it short. */
  private advance(branch: Branch, engine: ClusterEngine, at: Micros, limit: number): boolean {
    let left = limit
    for (;;) {
      const due = CHECKPOINT_EVENTS - (engine.world.handled % CHECKPOINT_EVENTS)
      const handled = runActions(engine, branch.fork.actions, at, Math.min(due, left))
      left -= handled
      const atBoundary = handled === due
      if (atBoundary) this.keep(branch, engine.checkpoint())
      if (left <= 0) return engine.world.now >= at
      if (!atBoundary) return true
    }
  }

  private learn(branch: Branch, world: World): void {
    const tip = branch.fork.tip
    if (world.now > tip.now || world.acted > tip.acted) branch.fork = { ...branch.fork, tip: world }
  }

  private keep(branch: Branch, world: World): void {
    const last = branch.checkpoints.at(-1)!
    if (world.handled <= last.handled) return
    branch.checkpoints.push(world)
    if (branch.checkpoints.length > CHECKPOINTS_KEPT) branch.checkpoints = thinned(branch.checkpoints)
    if (world.sentBytes - branch.weighedAt < WEIGH_EVERY) return
    branch.weighedAt = world.sentBytes
    while (branch.checkpoints.length > CHECKPOINTS_LEAST && weightOf(branch.checkpoints) > WEIGHT_LIMIT)
      branch.checkpoints = thinned(branch.checkpoints)
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

  /** Does something now. In the past of what was shown this makes a fork, without that future's actions; it stays. Throws when there are too many forks. */
  act(action: Omit<Action, 'at'>): void {
    const branch = this.branch
    const now = this.now
    const done: Action = Object.freeze({ at: now, terminal: action.terminal, kind: action.kind, text: action.text })
    const acted = this.present.acted
    if (now >= branch.seen) {
      // Nothing later was shown: this future goes on, with what the scenario still has in store.
      const actions = [...branch.fork.actions.slice(0, acted), done, ...branch.fork.actions.slice(acted)]
      branch.fork = { ...branch.fork, actions, tip: this.present }
      branch.checkpoints = branch.checkpoints.filter((w) => w.now <= now && w.acted <= acted)
      branch.weighedAt = Math.min(branch.weighedAt, this.present.sentBytes)
      this.scout = undefined
    } else {
      const parent = this.branchId
      const here = this.engineFork === parent && this.engine.world.now === now && this.engine.world.acted === acted
      this.addFork(parent, now, [...branch.fork.actions.slice(0, acted), done])
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
    this.branches.push({
      fork: { id: this.branches.length, parent, at, actions, tip },
      seen: at,
      checkpoints,
      weighedAt: this.present.sentBytes,
    })
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

/** The older half loses every other one: a seek far back replays a little more. */
function thinned(checkpoints: readonly World[]): World[] {
  const half = checkpoints.length >> 1
  return checkpoints.filter((_, i) => i === 0 || i >= half || i % 2 === 0)
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
