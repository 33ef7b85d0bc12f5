// Scenarios in a page's address: `#scenario=NAME`, with `&seed=N` for another seed than its own.

import { DocumentError, scenarioNamed, scenarios, type Scenario, type ShippedScenario } from '../../sim/index.ts'

/** The largest seed there is. */
export const LARGEST_SEED = 0xffffffff

export interface AddressedScenario {
  readonly scenario: ShippedScenario
  readonly seed: number
}

export const isScenarioFragment = (fragment: string): boolean => /^#?scenario=/.test(fragment)
export const isRunFragment = (fragment: string): boolean => /^#?run=/.test(fragment)

/** The scenario that a fragment (with or without `#`) names. Throws DocumentError with the place and the reason. */
export function scenarioOfFragment(fragment: string): AddressedScenario {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const name = fields.get('scenario') ?? ''
  const scenario = scenarioNamed(name)
  if (!scenario) throw new DocumentError('scenario', `"${name.slice(0, 60)}" is not one of ${scenarios.map((s) => s.name).join(', ')}`)
  for (const key of fields.keys()) if (key !== 'scenario' && key !== 'seed') throw new DocumentError(key, 'this field is not known')
  const text = fields.get('seed')
  if (text === null) return { scenario, seed: scenario.seed }
  const seed = Number(text)
  if (!/^\d{1,10}$/.test(text) || seed > LARGEST_SEED)
    throw new DocumentError('seed', `a whole number from 0 to ${LARGEST_SEED} is expected`)
  return { scenario, seed }
}

/** The fragment of a scenario, without `#`; empty for one that was not shipped, which has no name to be found by. */
export function fragmentOfScenario({ name, seed }: Pick<Scenario, 'name' | 'seed'>): string {
  const shipped = scenarioNamed(name)
  if (!shipped) return ''
  return `scenario=${name}${seed === shipped.seed ? '' : `&seed=${seed}`}`
}
