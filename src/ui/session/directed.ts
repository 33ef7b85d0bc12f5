// Directed play: how fast time runs at a moment so that what matters can be watched and quiet passes quickly. A pure function of the distances to the moments that
// matter, those just passed and those known to come.

import type { Micros } from '../../sim/index.ts'

/** A moment that matters. `weight` 1: worth a glance; 2: significant; 3: what one came to see. */
export interface Moment {
  readonly at: Micros
  readonly weight: 1 | 2 | 3
}

/** Virtual seconds a second right at a moment, by its weight. */
const AT_MOMENT = { 1: 0.4, 2: 0.1, 3: 0.03 } as const
/** How much the rate grows for each virtual second of distance: before a moment, and after it. */
const BEFORE = 1.6
const AFTER = 0.9
/** Nothing known within sight: quiet, but no further than one can see. */
const QUIET = 40
/** What comes after the horizon is unknown: it is approached, not run into. */
const AT_HORIZON = 1

const SECOND = 1_000_000

/**
 * Virtual seconds a second at `now`. `moments` is in order of time, `from` the first index worth looking at (see `firstNear`); `horizon` is the end of what is known, and
 * at least `now`. Where a moment is far, the time left to it shrinks by a constant factor each second, so that it is met gently.
 */
export function pace(moments: readonly Moment[], now: Micros, horizon: Micros, from = 0): number {
  let rate = Math.min(QUIET, AT_HORIZON + (BEFORE * Math.max(0, horizon - now)) / SECOND)
  for (let i = from; i < moments.length; i++) {
    const moment = moments[i]!
    const distance = moment.at - now
    if (distance > 0 && (BEFORE * distance) / SECOND > rate) break
    const growth = distance >= 0 ? BEFORE * distance : AFTER * -distance
    rate = Math.min(rate, AT_MOMENT[moment.weight] + growth / SECOND)
  }
  return rate
}

/** The first moment near enough to the past of `now` to slow it. Binary search; `moments` in order of time. */
export function firstNear(moments: readonly Moment[], now: Micros): number {
  const limit = now - (QUIET / AFTER) * SECOND
  let lo = 0
  let hi = moments.length
  while (lo < hi) {
    const mid = (lo + hi) >> 1
    if (moments[mid]!.at < limit) lo = mid + 1
    else hi = mid
  }
  return lo
}
