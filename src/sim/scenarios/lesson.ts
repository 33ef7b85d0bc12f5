// What a shipped scenario teaches: the moments worth going to, found in whatever run it becomes, and what to try afterwards.

import { seconds, type Micros } from '../base/index.ts'
import type { Scenario } from '../cluster/index.ts'
import type { TraceEntry } from '../kernel/index.ts'

/** A moment of a run: the first trace entry that fits after the step before, so that it is found with any seed; or a time, for what is typed. */
export type Moment =
  | {
      readonly code: string
      readonly subject?: string
      readonly host?: string
      /** Fields of the entry that must be so. */
      readonly fields?: TraceEntry['fields']
    }
  | { readonly at: Micros }

export interface Step {
  readonly moment: Moment
  readonly text: string
}

/** Something to do when the story is told; with a command, a click does it. */
export interface Try {
  readonly text: string
  readonly command?: string
  /** The terminal it is typed in; as a click does it when none is named. */
  readonly terminal?: string
}

export interface Lesson {
  readonly steps: readonly Step[]
  readonly tries: readonly Try[]
  /** Where a reader comes in: what is before can be rewound to. */
  readonly opensAt: Micros
}

export interface ShippedScenario extends Scenario {
  readonly lesson: Lesson
}

/** The lesson of a scenario; undefined for one that was not shipped with it. */
export const lessonOf = (scenario: Scenario): Lesson | undefined => (scenario as Partial<ShippedScenario>).lesson

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Does an entry tell of this moment? */
export function tells(moment: Moment, entry: TraceEntry): boolean {
  if ('at' in moment || entry.code !== moment.code) return false
  if (moment.subject !== undefined && entry.subject !== moment.subject) return false
  if (moment.host !== undefined && entry.host !== moment.host) return false
  return Object.entries(moment.fields ?? {}).every(([name, value]) => same(entry.fields[name], value))
}

/** The end of a scenario's own story: some seconds after its last action and its last timed step. */
export function storyEnd(scenario: ShippedScenario): Micros {
  const timed = scenario.lesson.steps.flatMap(({ moment }) => ('at' in moment ? [moment.at] : []))
  return (Math.max(0, ...scenario.actions.map((action) => action.at), ...timed) + seconds(20)) as Micros
}
