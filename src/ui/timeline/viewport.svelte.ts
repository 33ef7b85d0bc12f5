// The window of time that the timeline shows: follows the playhead, is zoomed and panned by hand. On a phone the playhead stands still and the tape moves.

import type { Micros } from '../../sim/index.ts'
import { TimeScale } from './scale.ts'

/** What a run begins with: a minute. */
const FIRST_SPAN = 62_000_000
const FIRST_FROM = -1_800_000
/** While playing the playhead comes no nearer to the right edge than this share; the tape moves then. */
const LATEST = 0.82
/** Where a playhead that leapt out of the window is put. */
const AFTER_LEAP = 0.4

export class Viewport {
  scale: TimeScale = $state.raw(new TimeScale(FIRST_FROM, FIRST_SPAN, 800))
  /** The share of the width where the playhead stands still; undefined where it moves. */
  pinnedAt: number | undefined = $state(undefined)
  /** False while the reader looks elsewhere than at the playhead. */
  #following = true

  resize(width: number): void {
    if (width > 0 && width !== this.scale.width) this.scale = this.scale.resized(width)
  }

  /** Keeps the playhead in sight, unless the reader looks elsewhere. */
  follow(now: Micros): void {
    const { scale, pinnedAt } = this
    if (pinnedAt !== undefined) {
      if (scale.from !== now - scale.span * pinnedAt) this.scale = scale.centred(now, pinnedAt)
      return
    }
    const share = (now - scale.from) / scale.span
    if (share >= 0 && share <= LATEST) this.#following = true
    else if (!this.#following) return
    else if (share > LATEST && share < 1.25) this.scale = scale.centred(now, LATEST)
    else this.scale = this.#bounded(scale.centred(now, AFTER_LEAP))
  }
  /** Looks at the playhead again. */
  lookAt(now: Micros): void {
    this.#following = true
    this.follow(now)
  }

  /** A window chosen by hand. */
  choose(scale: TimeScale, now: Micros): void {
    this.scale = this.pinnedAt === undefined ? this.#bounded(scale) : scale.centred(now, this.pinnedAt)
    const share = (now - this.scale.from) / this.scale.span
    this.#following = share >= 0 && share <= 1
    if (this.#following && share > LATEST) this.#following = false
  }
  zoom(factor: number, now: Micros): void {
    const share = (now - this.scale.from) / this.scale.span
    const x = share >= 0 && share <= 1 ? share * this.scale.width : this.scale.width / 2
    this.choose(this.scale.zoomed(factor, x), now)
  }
  /** The whole of what was shown. */
  fit(end: Micros, now: Micros): void {
    const span = Math.max(end * 1.06, 5_000_000)
    this.choose(new TimeScale(-span * 0.02, span * 1.04, this.scale.width), now)
    this.#following = true
  }

  /** Time before the beginning is nothing to look at. */
  #bounded(scale: TimeScale): TimeScale {
    const least = -scale.span * 0.1
    return scale.from < least ? new TimeScale(least, scale.span, scale.width) : scale
  }
}
