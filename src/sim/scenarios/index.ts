// The shipped scenarios: where a run begins, in the groups that the menu shows.

import { failoversGoneWrong } from './failovers-gone-wrong.ts'
import { firstSteps } from './first-steps.ts'
import type { ShippedScenario } from './lesson.ts'
import { losingABroker } from './losing-a-broker.ts'

export { lessonOf, storyEnd, tells, type Lesson, type Moment, type ShippedScenario, type Step, type Try } from './lesson.ts'

export interface ScenarioGroup {
  readonly title: string
  readonly scenarios: readonly ShippedScenario[]
}

export const scenarioGroups: readonly ScenarioGroup[] = [
  { title: 'From the beginning', scenarios: firstSteps },
  { title: 'Ways to lose a broker', scenarios: losingABroker },
  { title: 'Failovers that go wrong', scenarios: failoversGoneWrong },
]

/** All of them; the first is what a page opens with. */
export const scenarios: readonly ShippedScenario[] = scenarioGroups.flatMap((group) => group.scenarios)

export const scenarioNamed = (name: string): ShippedScenario | undefined => scenarios.find((s) => s.name === name)
