// A page's session with one run: the present moment, play, what is selected, and what a person does. The only owner of animation frames.

import {
  CLICKS,
  DocumentError,
  fromFragment,
  History,
  openDocument,
  scenarios,
  toDocument,
  toFragment,
  type Fork,
  type Micros,
  type Scenario,
  type TraceEntry,
  type World,
} from '../../sim/index.ts'
import type { Selection } from '../scene/index.ts'
import { settled, type CatchUp } from './catch-up.ts'
import { firstNear, pace } from './directed.ts'
import { Moments } from './moments.ts'
import { previousMoment } from './previous.ts'
import { rateIndex, RATES, stepRate } from './rates.ts'

/** Milliseconds of simulation a frame may take: the rest of its 16 is for drawing. */
const FRAME_BUDGET_MS = 9
/** A seek to a known moment may take this long in one go before the page is drawn again. */
const SEEK_BUDGET_MS = 40
/** Looking ahead for directed play: virtual time, and milliseconds a frame. */
const SIGHT = 20_000_000
const SIGHT_BUDGET_MS = 4
/** A frame counts as no longer than this, so that a page that slept does not leap. */
const LONGEST_FRAME_MS = 100
/** Events in one call to the history: bounds how late the budget is noticed. */
const FIRST_CHUNK = 200
const CHUNK_MS = 3
/** No run goes further (the document's own bound). */
export const LAST_MOMENT = (7 * 24 * 3600 * 1_000_000) as Micros
/** How far a search for the next significant entry goes. */
const HUNT = 600_000_000
/** Play slower than this is too slow to wait for a prompt. */
const TOO_SLOW = 0.25

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

/** What keys ask of the timeline's window and of the share button. */
export type PageRequest = 'share' | 'zoom-in' | 'zoom-out' | 'fit'

export class Session {
  /** The whole state of the cluster at the present moment. Never changed, only replaced. */
  world: World = $state.raw()!
  scenario: Scenario = $state.raw()!
  forks: readonly Fork[] = $state.raw([])
  /** The present fork's index in `forks`. */
  fork: number = $state(0)
  playing: boolean = $state(false)
  /** Virtual seconds a second; in directed play a factor on what the direction gives. One of `RATES`. */
  rate: number = $state(1)
  directed: boolean = $state(false)
  /** The rate wanted right now: what trails are drawn for. Keeps its last value while paused. */
  pace: number = $state(1)
  /** The rate really reached, measured over about half a second; equals `pace` unless the machine cannot keep up. */
  effectiveRate: number = $state(1)
  lagging: boolean = $state(false)
  /** Set while time runs by itself until a command's prompt is back. */
  catchUp: CatchUp | undefined = $state.raw(undefined)
  /** A far moment being simulated to, over several frames. */
  seekingTo: Micros | undefined = $state(undefined)
  selection: Selection | undefined = $state.raw(undefined)
  notice: Notice | undefined = $state.raw(undefined)
  /** Terminals opened by the reader, in order, whether or not anything was typed yet. */
  openTerminals: readonly string[] = $state.raw(['host'])
  /** The end of what was shown of the present fork: what lies after it is not known to the reader. */
  seen: Micros = $state(0 as Micros)
  /** Counts runs opened in this page: a new number means another run. */
  runs: number = $state(0)
  /** True while the playhead is being dragged. */
  scrubbing: boolean = $state(false)
  helpOpen: boolean = $state(false)
  /** The latest request from the keyboard to a region of the page; `count` tells one from the next. */
  asked: { readonly what: PageRequest; readonly count: number } | undefined = $state.raw(undefined)

  readonly now: Micros = $derived(this.world.now)
  readonly current: Fork = $derived(this.forks[this.fork]!)
  /** What happened up to the furthest moment shown, of the present fork. The tip may know more than was shown. */
  readonly ahead: boolean = $derived(this.now < this.seen)
  /** The terminals there are: those of the World and those opened here. Clicks have theirs only once one was needed. */
  readonly terminals: readonly string[] = $derived(
    this.openTerminals.concat(Object.keys(this.world.terminals).filter((name) => !this.openTerminals.includes(name))),
  )

  #history: History
  #seen: number[] = []
  #moments = new Moments()
  #frame = 0
  #lastStamp = 0
  #started = false
  /** Microseconds of play not yet spent: virtual time is whole. */
  #carry = 0
  #chunk = FIRST_CHUNK
  #hunt: { readonly until: Micros } | undefined
  /** Where the drag is, until the next frame goes there. */
  #scrubTo: Micros | undefined
  #resume = false
  /** The last link given out: the page need not open its own. */
  #ownHash = ''

  constructor(run: Scenario | History) {
    this.#history = run instanceof History ? run : new History(run)
    this.#opened()
  }

  /** A session from a link's fragment (with or without `#`), or from the first scenario where there is none or it cannot be opened: then `notice` says where and why. */
  static fromFragment(fragment: string): Session {
    const session = new Session(scenarios[0]!)
    if (/^#?run=/.test(fragment)) session.openFragment(fragment)
    return session
  }

  /** The run itself, for queries (completion, counterfactuals). Whoever moves it instead of the session confuses the page. */
  get history(): History {
    return this.#history
  }
  /** True while time runs for whatever reason. */
  get running(): boolean {
    return this.playing || this.catchUp !== undefined || this.seekingTo !== undefined || this.#hunt !== undefined
  }

  // ---- Opening and sharing

  /** Starts over with a scenario; another seed makes another run of it. */
  openScenario(scenario: Scenario, seed = scenario.seed): void {
    const before = this.#history
    const worthKeeping = before.forks.length > 1 || before.current.actions.length !== before.scenario.actions.length
    this.#replace(new History(seed === scenario.seed ? scenario : { ...scenario, seed }))
    if (!worthKeeping) return
    const back = { label: 'Back to the run before', run: () => this.#replace(before) }
    this.notice = { kind: 'info', title: scenario.title, place: '', reason: 'A new run begins.', remedy: back }
  }
  /** The same scenario again from its beginning. */
  restart(): void {
    this.openScenario(this.scenario)
  }

  /** Opens the run of a link. What is wrong with it becomes the notice; the present run stays then. */
  openFragment(fragment: string): boolean {
    return this.#open(() => fromFragment(fragment))
  }
  /** Opens a run document (already parsed JSON). */
  openRun(document: unknown): boolean {
    return this.#open(() => document)
  }
  #open(read: () => unknown): boolean {
    try {
      const { history, warning } = openDocument(read())
      this.#replace(history)
      this.notice = warning === '' ? undefined : { kind: 'warning', title: 'This run ends elsewhere', place: '', reason: warning }
      return true
    } catch (error) {
      const known = error instanceof DocumentError
      this.notice = {
        kind: 'error',
        title: 'This link could not be opened',
        place: known ? error.place : '',
        reason: known ? error.reason : error instanceof Error ? error.message : String(error),
      }
      return false
    }
  }

  /** The address of this very moment. */
  share(): string {
    // An instant is whole when all its events were handled; a link names whole instants.
    this.#history.seek(this.now)
    this.#show()
    const here = typeof location === 'undefined' ? '' : location.href.replace(/#.*$/, '')
    this.#ownHash = `#${toFragment(toDocument(this.#history))}`
    return here + this.#ownHash
  }
  /** The end of what was shown of a fork. */
  seenOf(fork: number): Micros {
    return (fork === this.fork ? this.seen : (this.#seen[fork] ?? 0)) as Micros
  }

  #replace(history: History): void {
    this.#history = history
    this.#opened()
  }
  #opened(): void {
    this.playing = false
    this.#stopRunning()
    this.#seen = []
    this.#moments = new Moments()
    this.notice = undefined
    this.scrubbing = false
    this.#scrubTo = undefined
    this.scenario = this.#history.scenario
    this.selection = undefined
    this.openTerminals = ['host']
    this.runs++
    this.#history.forks.forEach((f, i) => (this.#seen[i] = f.tip.now))
    this.#show()
  }

  /** Puts the history's present moment on show. */
  #show(): void {
    const history = this.#history
    const fork = history.current.id
    this.#seen[fork] = Math.max(this.#seen[fork] ?? 0, history.now)
    this.world = history.world
    this.fork = fork
    this.seen = this.#seen[fork] as Micros
    const forks = history.forks
    if (forks.length !== this.forks.length || forks.some((f, i) => f !== this.forks[i])) this.forks = forks
  }

  // ---- Play

  play(): void {
    this.playing = true
    this.#carry = 0
    this.#wake()
  }
  pause(): void {
    this.playing = false
    this.#stopRunning()
  }
  toggle(): void {
    if (this.running) this.pause()
    else this.play()
  }
  setRate(rate: number): void {
    this.rate = RATES[rateIndex(rate)]!
    if (!this.directed) this.pace = this.rate
  }
  changeRate(steps: number): void {
    this.setRate(stepRate(this.rate, steps))
  }
  setDirected(on: boolean): void {
    this.directed = on
    if (!on) this.pace = this.rate
    else this.rate = 1
  }
  #stopRunning(): void {
    this.catchUp = undefined
    this.seekingTo = undefined
    this.#hunt = undefined
    this.lagging = false
  }

  /** Begins to answer frames and links pasted into the address bar; returns what ends it. Call in an effect of the page. */
  start(): () => void {
    this.#started = true
    const onHash = (): void => {
      if (location.hash.startsWith('#run=') && location.hash !== this.#ownHash) this.openFragment(location.hash)
    }
    addEventListener('hashchange', onHash)
    if (this.running) this.#wake()
    return () => {
      removeEventListener('hashchange', onHash)
      this.#started = false
      cancelAnimationFrame(this.#frame)
      this.#frame = 0
    }
  }
  #wake(): void {
    if (!this.#started || this.#frame !== 0) return
    this.#lastStamp = 0
    this.#frame = requestAnimationFrame((stamp) => this.#onFrame(stamp))
  }
  #onFrame(stamp: number): void {
    this.#frame = 0
    const elapsed = this.#lastStamp === 0 ? 1000 / 60 : Math.min(stamp - this.#lastStamp, LONGEST_FRAME_MS)
    this.tick(elapsed)
    if (this.running && this.#started) {
      this.#lastStamp = stamp
      this.#frame = requestAnimationFrame((next) => this.#onFrame(next))
    }
  }

  /** One frame of `elapsedMs` real milliseconds: goes on with whatever runs. Public for tests and for who has no frames. */
  tick(elapsedMs: number): void {
    if (this.#scrubTo !== undefined) {
      const at = this.#scrubTo
      this.#scrubTo = undefined
      this.seek(at)
    } else if (this.seekingTo !== undefined) this.#goOnSeeking(this.seekingTo)
    else if (this.#hunt) this.#goOnHunting()
    else if (this.playing || this.catchUp) this.#goOnPlaying(elapsedMs)
  }

  #goOnPlaying(elapsedMs: number): void {
    const before = this.now
    if (before >= LAST_MOMENT) return this.pause()
    this.pace = this.#wantedRate()
    this.#carry += elapsedMs * 1000 * this.pace
    const whole = Math.floor(this.#carry)
    this.#carry -= whole
    const goal = Math.min(before + whole, LAST_MOMENT) as Micros
    const arrived = this.#advance(goal, FRAME_BUDGET_MS)
    this.#show()
    this.#measure(this.now - before, elapsedMs, arrived)
    if (this.catchUp && settled(this.world, this.catchUp)) this.catchUp = undefined
  }

  #wantedRate(): number {
    const usual = !this.playing ? 0 : this.directed ? this.#directedRate() * this.rate : this.rate
    if (!this.catchUp) return usual
    // In slow directed play a command is not watched at full speed past what matters.
    return Math.max(usual, this.playing && this.directed ? TOO_SLOW : 1)
  }
  #directedRate(): number {
    const history = this.#history
    const wanted = (this.now + SIGHT) as Micros
    if (history.end < wanted) this.#lookAhead(wanted, SIGHT_BUDGET_MS)
    const moments = this.#moments.of(history.current)
    return pace(moments, this.now, history.end, firstNear(moments, this.now))
  }

  #measure(virtual: number, elapsedMs: number, arrived: boolean): void {
    const reached = virtual / (elapsedMs * 1000)
    const share = Math.min(1, elapsedMs / 400)
    this.effectiveRate = arrived ? this.pace : this.effectiveRate + (reached - this.effectiveRate) * share
    this.lagging = !arrived && this.effectiveRate < this.pace * 0.85
  }

  /** Runs towards a moment for at most about `budgetMs`; true when it is there. */
  #advance(goal: Micros, budgetMs: number): boolean {
    const history = this.#history
    const began = performance.now()
    for (;;) {
      const t0 = performance.now()
      const before = history.world.handled
      const whole = history.seek(goal, this.#chunk)
      const took = performance.now() - t0
      const handled = Math.abs(history.world.handled - before)
      if (handled >= this.#chunk) this.#chunk = adapt(this.#chunk, took)
      if (whole) return true
      if (performance.now() - began >= budgetMs) return false
    }
  }
  #lookAhead(until: Micros, budgetMs: number): void {
    const history = this.#history
    const began = performance.now()
    while (history.end < until && performance.now() - began < budgetMs) {
      const before = history.end
      history.lookAhead(until, this.#chunk)
      if (history.end === before && history.nextAt() === undefined) return
    }
  }

  // ---- Going elsewhere

  /** Goes to a moment of the present fork: at once when it is known, else over as many frames as it takes. */
  seek(at: number): void {
    this.catchUp = undefined
    this.#hunt = undefined
    this.#carry = 0
    const goal = Math.max(0, Math.min(Math.round(at), LAST_MOMENT)) as Micros
    this.seekingTo = undefined
    this.#goOnSeeking(goal)
  }
  /** The playhead is taken hold of: play is held until it is let go. */
  beginScrub(): void {
    if (this.scrubbing) return
    this.#resume = this.playing
    this.pause()
    this.scrubbing = true
  }
  /** The playhead is dragged to a moment: gone to with the next frame, the latest one counts. */
  scrub(at: number): void {
    this.#scrubTo = at as Micros
    if (this.#started) this.#wake()
    else this.tick(0)
  }
  endScrub(): void {
    if (!this.scrubbing) return
    this.scrubbing = false
    if (this.#scrubTo !== undefined) this.tick(0)
    if (this.#resume) this.play()
  }
  #goOnSeeking(goal: Micros): void {
    const known = goal <= this.seen
    const arrived = this.#advance(goal, known ? SEEK_BUDGET_MS : FRAME_BUDGET_MS)
    this.seekingTo = arrived ? undefined : goal
    // On the way back nothing but the moment itself is shown; on the way into the unknown, how far it came.
    if (arrived || !known) this.#show()
    if (!arrived) this.#wake()
  }

  /** To the next event (`1`) or the one before (`-1`): the nearest moment at which anything is handled. */
  stepEvent(direction: 1 | -1): void {
    this.pause()
    if (direction === 1) {
      const next = this.#history.nextAt()
      if (next !== undefined && next <= LAST_MOMENT) this.#history.seek(next)
    } else {
      const before = previousMoment(this.#history)
      this.#history.seek(before)
    }
    this.#show()
  }

  /** To the entry's moment, and selects it. */
  jump(entry: TraceEntry): void {
    this.seek(entry.at)
    this.select({ kind: 'trace', id: entry.id })
  }

  /** To the next or previous significant entry. The next may have to be found: time then runs unseen, at most ten virtual minutes. */
  jumpSignificant(direction: 1 | -1): void {
    this.pause()
    const found = this.#moments.neighbour(this.#history.current, this.now, direction)
    if (found) return this.jump(found)
    if (direction === -1) return this.seek(0)
    this.#hunt = { until: Math.min(this.now + HUNT, LAST_MOMENT) as Micros }
    this.#goOnHunting()
  }
  #goOnHunting(): void {
    const hunt = this.#hunt!
    this.#lookAhead(hunt.until, FRAME_BUDGET_MS)
    const found = this.#moments.neighbour(this.#history.current, this.now, 1)
    if (found) {
      this.#hunt = undefined
      this.jump(found)
    } else if (this.#history.end >= hunt.until || this.#history.nextAt() === undefined) {
      this.#hunt = undefined
      this.notice = { kind: 'info', title: 'Nothing significant comes', place: '', reason: 'in the next ten minutes of this future.' }
    } else this.#wake()
  }

  /** To the end of what was shown of this future. */
  toEnd(): void {
    this.seek(this.seen)
  }
  selectFork(fork: number): void {
    if (fork === this.fork || !this.forks[fork]) return
    this.#stopRunning()
    this.#history.select(fork)
    this.#show()
  }

  /** Asks a region of the page for something that only it can do; see `asked`. */
  request(what: PageRequest): void {
    this.asked = { what, count: (this.asked?.count ?? 0) + 1 }
  }

  // ---- Doing

  select(selection: Selection | undefined): void {
    this.selection = selection
  }

  /** Does a command line, as a click does: in the terminal `host` when that is at its prompt, else unseen. */
  act(commandLine: string): void {
    const host = this.world.terminals.host
    const idle = host === undefined || (host.foreground === 0 && host.waiting.length === 0)
    if (idle) this.#do('host', '$', commandLine)
    else this.#do(CLICKS, '!', commandLine)
  }
  /** A line entered in a terminal: a command when its shell is at the prompt, else input for what runs there. */
  type(terminal: string, line: string): void {
    const seen = this.world.terminals[terminal]
    this.#do(terminal, seen === undefined || seen.foreground === 0 ? '$' : '>', line)
  }
  control(terminal: string, key: 'C' | 'D'): void {
    this.#do(terminal, '^', key)
  }
  /** Opens a terminal and gives its name; the shell itself starts with the first line, so that looking at one makes no fork. */
  openTerminal(name?: string): string {
    let chosen = name
    for (let i = 2; chosen === undefined; i++) if (!this.terminals.includes(`host${i}`)) chosen = `host${i}`
    if (!this.openTerminals.includes(chosen)) this.openTerminals = [...this.openTerminals, chosen]
    return chosen
  }

  #do(terminal: string, kind: '$' | '>' | '^' | '!', text: string): void {
    const slow = !this.playing || this.pace < TOO_SLOW
    this.#stopRunning()
    try {
      this.#history.act({ terminal, kind, text })
    } catch (error) {
      this.notice = { kind: 'error', title: 'That cannot be done', place: '', reason: (error as Error).message }
      return
    }
    this.#carry = 0
    this.#show()
    if (slow || this.directed) this.catchUp = { terminal, since: this.now, action: this.world.acted - 1 }
    this.#wake()
  }
}

/** The chunk that would have taken `CHUNK_MS`. */
function adapt(chunk: number, tookMs: number): number {
  const ideal = (chunk * CHUNK_MS) / Math.max(0.05, tookMs)
  return Math.round(Math.max(20, Math.min(4000, chunk * 0.5 + ideal * 0.5)))
}
