// The run that a page shows: its history, the World at the present moment, its forks, and what of each future was shown. Opening and sharing.

import {
  DocumentError,
  fromFragment,
  History,
  toDocument,
  toFragment,
  type Fork,
  type Micros,
  type Scenario,
  type World,
} from '../../sim/index.ts'
import { isFar, openFar, openNear, type OpenedRun } from './opening.ts'

/** What the page tells its reader: a link that could not be opened, a run that ends otherwise. */
export interface Notice {
  readonly kind: 'error' | 'warning' | 'info'
  readonly title: string
  /** Where in the link or document; empty when that says nothing. */
  readonly place: string
  readonly reason: string
  /** Something to do about it. */
  readonly remedy?: { readonly label: string; readonly run: () => void }
}

/** A run on show. `Playback` moves it through time, `Session` acts on it. */
export class Run {
  /** The whole state of the cluster at the present moment. Never changed, only replaced. */
  world: World = $state.raw()!
  scenario: Scenario = $state.raw()!
  forks: readonly Fork[] = $state.raw([])
  /** The present fork's index in `forks`. */
  fork: number = $state(0)
  /** The end of what was shown of the present fork: what lies after it is not known to the reader, though its tip may know more. */
  seen: Micros = $state(0 as Micros)
  /** Counts runs opened in this page: a new number means another run. */
  runs: number = $state(0)
  notice: Notice | undefined = $state.raw(undefined)
  /** A long run being simulated before it can be shown; the one before stays on show meanwhile. */
  protected opening: Generator<Micros, OpenedRun> | undefined = $state.raw(undefined)

  readonly now: Micros = $derived(this.world.now)
  readonly current: Fork = $derived(this.forks[this.fork]!)

  #history: History
  #seen: number[] = []

  constructor(run: Scenario | History) {
    this.#history = run instanceof History ? run : new History(run)
    this.#begin()
  }

  /** The run itself, for queries (completion, counterfactuals). Whoever moves it instead of the session confuses the page. */
  get history(): History {
    return this.#history
  }
  /** The end of what was shown of a fork. */
  seenOf(fork: number): Micros {
    return (fork === this.fork ? this.seen : (this.#seen[fork] ?? 0)) as Micros
  }

  // ---- Opening and sharing

  /** Starts over with a scenario; another seed makes another run of it. The run before can be had back if anything was done in it. */
  openScenario(scenario: Scenario, seed = scenario.seed): void {
    const before = this.#history
    const worthKeeping = before.forks.length > 1 || before.current.actions.length !== before.scenario.actions.length
    this.#replace(new History(seed === scenario.seed ? scenario : { ...scenario, seed }))
    if (!worthKeeping) return
    const remedy = { label: 'Back to the run before', run: () => this.#replace(before) }
    this.notice = { kind: 'info', title: 'A new run begins', place: '', reason: '', remedy }
  }
  /** Opens the run of a link (with or without `#`). What is wrong with it becomes the notice; the present run stays then. False when it was refused at once. */
  openFragment(fragment: string): boolean {
    return this.#open(() => fromFragment(fragment))
  }
  /** Opens a run document (already parsed JSON). */
  openRun(document: unknown): boolean {
    return this.#open(() => document)
  }
  #open(read: () => unknown): boolean {
    try {
      const document = read()
      if (isFar(document)) {
        this.opening = openFar(document)
        this.goOnOpening(0)
        this.wake()
      } else this.#adopt(openNear(document))
      return true
    } catch (error) {
      this.#refuse(error)
      return false
    }
  }
  /** Simulates on towards a far moment for about so many milliseconds. */
  protected goOnOpening(budgetMs: number): void {
    if (!this.opening) return
    const began = performance.now()
    try {
      do {
        const step = this.opening.next()
        if (step.done) return this.#adopt(step.value)
        const reason = `Simulated up to ${Math.floor(step.value / 60_000_000)} min so far.`
        const remedy = { label: 'Stop', run: () => this.#stopOpening() }
        this.notice = { kind: 'info', title: 'Opening a long run', place: '', reason, remedy }
      } while (performance.now() - began < budgetMs)
    } catch (error) {
      this.#refuse(error)
    }
  }
  #stopOpening(): void {
    this.opening = undefined
    this.notice = undefined
  }
  #adopt({ history, warning }: OpenedRun): void {
    this.#replace(history)
    if (warning !== '') this.notice = { kind: 'warning', title: 'This run ends elsewhere', place: '', reason: warning }
  }
  #refuse(error: unknown): void {
    this.opening = undefined
    const known = error instanceof DocumentError
    const reason = known ? error.reason : error instanceof Error ? error.message : String(error)
    this.notice = { kind: 'error', title: 'This link could not be opened', place: known ? error.place : '', reason }
  }

  /** The address of this very moment. */
  share(): string {
    // An instant is whole when all its events were handled; a link names whole instants.
    this.#history.seek(this.now)
    this.show()
    const here = typeof location === 'undefined' ? '' : location.href.replace(/#.*$/, '')
    return `${here}#${toFragment(toDocument(this.#history))}`
  }

  #replace(history: History): void {
    this.#history = history
    this.#begin()
    this.onOpened()
  }
  #begin(): void {
    this.opening = undefined
    this.notice = undefined
    this.scenario = this.#history.scenario
    this.#seen = this.#history.forks.map((f) => f.tip.now)
    this.runs++
    this.show()
  }
  /** Another run is on show: what belonged to the one before ends. */
  protected onOpened(): void {}
  /** There is something to do with the next frame. */
  protected wake(): void {}

  /** Puts the history's present moment on show. */
  protected show(): void {
    const history = this.#history
    const fork = history.current.id
    this.#seen[fork] = Math.max(this.#seen[fork] ?? 0, history.now)
    this.world = history.world
    this.fork = fork
    this.seen = this.#seen[fork] as Micros
    const forks = history.forks
    if (forks.length !== this.forks.length || forks.some((f, i) => f !== this.forks[i])) this.forks = forks
  }
}
