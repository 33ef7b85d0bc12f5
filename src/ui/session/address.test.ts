import { describe, expect, test } from 'vitest'
import { DocumentError, scenarios } from '../../sim/index.ts'
import { fragmentOfScenario, scenarioOfFragment } from './index.ts'

describe('a scenario’s address', () => {
  test('names each scenario, and a seed that is not its own', () => {
    for (const scenario of scenarios) {
      expect(scenarioOfFragment(`#${fragmentOfScenario(scenario)}`)).toEqual({ scenario, seed: scenario.seed })
      const other = { name: scenario.name, seed: 4294967295 }
      expect(scenarioOfFragment(fragmentOfScenario(other))).toEqual({ scenario, seed: 4294967295 })
    }
    expect(fragmentOfScenario({ name: 'pause', seed: 42 })).toBe('scenario=pause')
    expect(fragmentOfScenario({ name: 'of my own', seed: 1 })).toBe('')
  })
  test.each([
    ['scenario=nowhere', 'scenario', /"nowhere" is not one of start, /],
    ['scenario=', 'scenario', /"" is not one of/],
    ['scenario=pause&seed=-1', 'seed', /whole number/],
    ['scenario=pause&seed=4294967296', 'seed', /whole number/],
    ['scenario=pause&seed=1e3', 'seed', /whole number/],
    ['scenario=pause&sed=3', 'sed', /not known/],
  ])('%s is refused with the place', (fragment, place, reason) => {
    let error: unknown
    try {
      scenarioOfFragment(fragment)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(DocumentError)
    expect(error).toMatchObject({ place, reason: expect.stringMatching(reason) as string })
  })
})
