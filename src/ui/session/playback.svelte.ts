// Play, pause, rates, seeking: how a run is moved through time. The only owner of animation frames; what it simulates in one is bounded in milliseconds.

import { bytesOnDisks, type Micros, type TraceEntry, type World } from '../../sim/index.ts'
import { settled, type CatchUp } from './catch-up.ts'
import { firstNear, pace } from './directed.ts'
import { Moments } from './moments.ts'
import { previousMoment } from './previous.ts'
import { rateIndex, RATES, stepRate } from './rates.ts'
import { Run } from './run.svelte.ts'

/** Milliseconds of simulation a frame may take: the rest of its 16 is for drawing. */
const FRAME_BUDGET_MS = 9
/** A seek to a known moment may take this long in one go before the page is drawn again. */
const SEEK_BUDGET_MS = 40
/** Looking ahead for directed play: virtual time, and milliseconds a frame. */
const SIGHT = 20_000_000
const SIGHT_BUDGET_MS = 4
/** Directed play may be made faster or slower by this factor: more, and it would leap over what it slows for. */
const DIRECTED_MOST = 10
/** A frame counts as no longer than this, so that a page that slept does not leap. */
const LONGEST_FRAME_MS = 100
/** Reaching this part of the rate is keeping up. */
const ENOUGH = 0.9
/** Events in one call to the history: bounds how late the budget is noticed. */
const FIRST_CHUNK = 200
const CHUNK_MS = 3
/** The next events may cost a hundred times what these did: a batch of records is not a ping. */
const LARGEST_CHUNK = 400
/** No run goes further (the document's own bound). */
export const LAST_MOMENT = (7 * 24 * 3600 * 1_000_000) as Micros
/** Bytes on all disks together beyond which time does not go on: a tab has so much memory. Two brokers that keep a gigabyte each stay below. */
export const DISKS_LIMIT = 2_500_000_000
/** How far a search for the next significant entry goes. */
const HUNT = 600_000_000
/** Play slower than this is too slow to wait for a prompt. */
export const TOO_SLOW = 0.25

interface Hunt {
  /** Goes to what is looked for if it is known by now, and says whether it did. */
  readonly go: () => boolean
  readonly until: Micros
  /** What is told when it does not come. */
  readonly missing: string
}

export class Playback extends Run {
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
  /** Set while something is looked for in what is not known yet, unseen. */
  hunting: Hunt | undefined = $state.raw(undefined)
  /** True while the playhead is being dragged. */
  scrubbing: boolean = $state(false)

  protected moments = new Moments()
  #frame = 0
  #lastStamp = 0
  #started = false
  /** Microseconds of play not yet spent: virtual time is whole. */
  #carry = 0
  #chunk = FIRST_CHUNK
  /** Where the drag is, until the next frame goes there. */
  #scrubTo: Micros | undefined
  #resume = false
  /** The part of the wanted rate that is reached. */
  #reached = 1

  /** True while time runs for whatever reason. */
  get running(): boolean {
    return this.playing || this.catchUp !== undefined || this.seekingTo !== undefined || this.hunting !== undefined
  }

  protected override onOpened(): void {
    this.playing = false
    this.scrubbing = false
    this.stopRunning()
    this.#scrubTo = undefined
    this.moments = new Moments()
  }

  // ---- Play

  play(): void {
    this.playing = true
    this.#carry = 0
    this.#reached = 1
    this.wake()
  }
  pause(): void {
    this.playing = false
    this.stopRunning()
  }
  toggle(): void {
    if (this.running) this.pause()
    else this.play()
  }
  setRate(rate: number): void {
    this.rate = RATES[rateIndex(this.directed ? Math.max(1 / DIRECTED_MOST, Math.min(DIRECTED_MOST, rate)) : rate)]!
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
  protected stopRunning(): void {
    // A seek given up half-way: the history stands where nothing was shown.
    if (this.history.world !== this.world) this.history.seek(this.now)
    this.catchUp = undefined
    this.seekingTo = undefined
    this.hunting = undefined
    this.lagging = false
  }

  /** Begins to answer frames; returns what ends it. Call in an effect of the page. */
  start(): () => void {
    this.#started = true
    if (this.running || this.opening) this.wake()
    return () => {
      this.#started = false
      cancelAnimationFrame(this.#frame)
      this.#frame = 0
    }
  }
  protected override wake(): void {
    if (!this.#started || this.#frame !== 0) return
    this.#lastStamp = 0
    this.#frame = requestAnimationFrame((stamp) => this.#onFrame(stamp))
  }
  #onFrame(stamp: number): void {
    this.#frame = 0
    const elapsed = this.#lastStamp === 0 ? 1000 / 60 : stamp - this.#lastStamp
    try {
      this.tick(elapsed)
    } catch (error) {
      // A defect of the simulation's: the page goes on, and says so.
      this.pause()
      this.notice = {
        kind: 'error',
        title: 'The simulation stopped',
        place: '',
        reason: error instanceof Error ? error.message : String(error),
      }
      console.error(error)
    }
    if (this.#started && (this.running || this.opening)) {
      this.#lastStamp = stamp
      this.#frame = requestAnimationFrame((next) => this.#onFrame(next))
    }
  }

  /** One frame of `elapsedMs` real milliseconds: goes on with whatever runs. Public for tests and for who has no frames. */
  tick(elapsedMs: number): void {
    if (this.opening) this.goOnOpening(FRAME_BUDGET_MS)
    else if (this.#scrubTo !== undefined) {
      const at = this.#scrubTo
      this.#scrubTo = undefined
      this.seek(at)
    } else if (this.seekingTo !== undefined) this.#goOnSeeking(this.seekingTo)
    else if (this.hunting) this.#goOnHunting()
    else if (this.playing || this.catchUp) this.#goOnPlaying(elapsedMs)
    if (this.running && this.isFull(this.hunting ? this.history.current.tip : this.world)) this.#stopFull()
  }
  /** Do the disks hold as much as a tab can? Tests make them smaller. */
  protected isFull(world: World): boolean {
    return bytesOnDisks(world) > DISKS_LIMIT
  }
  #stopFull(): void {
    this.pause()
    const what = `The machines' disks hold ${DISKS_LIMIT / 1e9} GB together, and a browser's tab has no room for more.`
    const reason = `${what} Go back in time and let topics keep less (retention.bytes, retention.ms), or produce less.`
    this.notice = { kind: 'info', title: 'Time stops here', place: '', reason }
  }

  #goOnPlaying(elapsedMs: number): void {
    const before = this.now
    if (before >= LAST_MOMENT) return this.pause()
    this.pace = this.#wantedRate()
    this.#carry += Math.min(elapsedMs, LONGEST_FRAME_MS) * 1000 * this.pace
    const whole = Math.floor(this.#carry)
    this.#carry -= whole
    const goal = Math.min(before + whole, LAST_MOMENT) as Micros
    this.#advance(goal, FRAME_BUDGET_MS)
    this.show()
    this.#measure(this.now - before, elapsedMs)
    if (this.catchUp && settled(this.world, this.catchUp)) this.catchUp = undefined
  }

  #wantedRate(): number {
    const usual = !this.playing ? 0 : this.directed ? this.#directedRate() * this.rate : this.rate
    if (!this.catchUp) return usual
    // In slow directed play a command is not watched at full speed past what matters.
    return Math.max(usual, this.playing && this.directed ? TOO_SLOW : 1)
  }
  #directedRate(): number {
    const history = this.history
    const wanted = (this.now + SIGHT) as Micros
    if (history.end < wanted) this.#lookAhead(wanted, SIGHT_BUDGET_MS)
    const moments = this.moments.of(history.current)
    return pace(moments, this.now, history.end, firstNear(moments, this.now))
  }

  /** What is reached, over about half a second: short of what is wanted when simulating or drawing takes too long. */
  #measure(virtual: number, elapsedMs: number): void {
    const share = Math.min(1, elapsedMs / 400)
    const reached = virtual / (elapsedMs * 1000 * this.pace)
    this.#reached += (Math.min(reached, 1) - this.#reached) * share
    this.lagging = this.#reached < ENOUGH
    this.effectiveRate = this.lagging ? this.pace * this.#reached : this.pace
  }

  /** Runs the history towards a moment for at most about `budgetMs`; true when it is there. */
  #advance(goal: Micros, budgetMs: number): boolean {
    const history = this.history
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
    const history = this.history
    const began = performance.now()
    while (history.end < until && performance.now() - began < budgetMs) history.lookAhead(until, this.#chunk)
  }

  // ---- Going elsewhere

  /** Goes to a moment of the present fork: at once when it is known, else over as many frames as it takes. */
  seek(at: number): void {
    this.catchUp = undefined
    this.hunting = undefined
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
    if (this.#started) this.wake()
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
    if (arrived || !known) this.show()
    if (!arrived) this.wake()
  }

  /** To the next event (`1`) or the one before (`-1`): the nearest moment at which anything is handled. */
  stepEvent(direction: 1 | -1): void {
    this.pause()
    if (direction === 1) {
      const next = this.history.nextAt()
      if (next !== undefined && next <= LAST_MOMENT) this.history.seek(next)
    } else {
      const before = previousMoment(this.history)
      this.history.seek(before)
    }
    this.show()
  }

  /** Goes to an entry's moment. */
  protected meet(entry: TraceEntry): void {
    this.seek(entry.at)
  }
  /** To the next or previous significant entry. The next may have to be found: time then runs unseen, at most ten virtual minutes. */
  jumpSignificant(direction: 1 | -1): void {
    this.pause()
    const go = (): boolean => {
      const found = this.moments.neighbour(this.history.current, this.now, direction)
      if (found) this.meet(found)
      return found !== undefined
    }
    if (direction === 1) this.hunt(go, 'Nothing significant comes')
    else if (!go()) this.seek(0)
  }
  /** Goes to something of this future that may have to be found first: time then runs unseen, at most ten virtual minutes. */
  protected hunt(go: Hunt['go'], missing: string): void {
    this.pause()
    if (go()) return
    this.hunting = { go, until: Math.min(this.now + HUNT, LAST_MOMENT) as Micros, missing }
    this.#goOnHunting()
  }
  #goOnHunting(): void {
    const hunt = this.hunting!
    this.#lookAhead(hunt.until, FRAME_BUDGET_MS)
    if (hunt.go()) this.hunting = undefined
    else if (this.history.end >= hunt.until) {
      this.hunting = undefined
      this.notice = { kind: 'info', title: hunt.missing, place: '', reason: 'Not within the next ten minutes of this future.' }
    } else this.wake()
  }

  /** To the end of what was shown of this future. */
  toEnd(): void {
    this.seek(this.seen)
  }
  /** To another future, at the same moment. */
  selectFork(fork: number): void {
    if (fork === this.fork || !this.forks[fork]) return
    const moment = this.now
    this.stopRunning()
    // Not further than was shown there at once; the rest as any other seek.
    this.history.seek(Math.min(moment, this.seenOf(fork)) as Micros)
    this.history.select(fork)
    this.show()
    if (this.now < moment) this.seek(moment)
  }
}

/** The chunk that would have taken `CHUNK_MS`. */
function adapt(chunk: number, tookMs: number): number {
  const ideal = (chunk * CHUNK_MS) / Math.max(0.05, tookMs)
  return Math.round(Math.max(20, Math.min(LARGEST_CHUNK, chunk * 0.5 + ideal * 0.5)))
}
