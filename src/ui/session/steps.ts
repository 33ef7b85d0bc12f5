// The steps of a lesson, found in a run: read from its trace as more of it becomes known.

import { tells, type Fork, type Lesson, type Micros, type TraceEntry } from '../../sim/index.ts'

/** Where a step is; the entry that it tells of, unless it is about a time. */
export interface FoundStep {
  readonly at: Micros
  readonly entry: TraceEntry | undefined
}

interface Found {
  /** A trace grows only at its end while the actions stay the same. */
  readonly actions: Fork['actions']
  readonly lesson: Lesson
  upTo: number
  steps: readonly FoundStep[]
}

/** Follows forks' traces; reads each entry once. Steps come in order: one that is not found yet hides those after it. */
export class Steps {
  readonly #found = new Map<number, Found>()

  /** The steps found so far in what is known of a fork, the first ones of the lesson. */
  of(fork: Fork, lesson: Lesson): readonly FoundStep[] {
    const trace = fork.tip.trace
    let found = this.#found.get(fork.id)
    if (!found || found.actions !== fork.actions || found.lesson !== lesson || found.upTo > trace.end) {
      found = { actions: fork.actions, lesson, upTo: trace.start, steps: [] }
      this.#found.set(fork.id, found)
    }
    const steps = [...found.steps]
    const timed = (): void => {
      for (let next = lesson.steps[steps.length]; next && 'at' in next.moment; next = lesson.steps[steps.length])
        steps.push({ at: next.moment.at, entry: undefined })
    }
    timed()
    for (let i = Math.max(found.upTo, trace.start); i < trace.end && steps.length < lesson.steps.length; i++) {
      const entry = trace.at(i)!
      if (!tells(lesson.steps[steps.length]!.moment, entry)) continue
      steps.push({ at: entry.at, entry })
      timed()
    }
    found.upTo = trace.end
    if (steps.length > found.steps.length) found.steps = steps
    return found.steps
  }
}
