// Makes a failing schedule small: takes faults away as long as the same checker still complains.

import { runSchedule, type RunOptions } from './run.ts'
import type { Schedule, Step } from './schedule.ts'

/** Runs spent on one failure. */
const RUNS_LIMIT = 60

const isRemovable = (step: Step): boolean => step.role === 'topic' || step.role === 'fault' || step.role === 'mend'

/** A schedule with as few faults as found that still violates what `checker` watches. */
export function shrink(schedule: Schedule, checker: string, options: RunOptions = {}): Schedule {
  let best = schedule
  let runs = 0
  const fails = (steps: readonly Step[]): boolean => {
    if (runs >= RUNS_LIMIT) return false
    runs++
    return runSchedule({ ...best, steps }, options).violations.some((v) => v.checker === checker)
  }
  let size = Math.ceil(best.steps.filter(isRemovable).length / 2)
  while (size >= 1) {
    let removed = false
    const removable = best.steps.filter(isRemovable)
    for (let from = 0; from < removable.length; from += size) {
      const gone = new Set(removable.slice(from, from + size))
      const rest = best.steps.filter((s) => !gone.has(s))
      if (rest.length < best.steps.length && fails(rest)) {
        best = { ...best, steps: rest }
        removed = true
      }
    }
    if (size === 1 && !removed) break
    if (size > 1 || !removed) size = Math.floor(size / 2)
  }
  return best
}
