// Why did this happen? For every session that expires, controller that takes over, znode that changes, leader and in-sync replica that comes and goes, the chain of causes ends
// in an action or in something that happens by the clock; and played again without that action, the event is not there.

import { describe, expect, test } from 'vitest'
import { hashString, seconds } from '../src/sim/base/index.ts'
import { createWorld } from '../src/sim/cluster/index.ts'
import { scenarios } from '../src/sim/scenarios/index.ts'
import { kindsFor } from '../cli/fuzz/run.ts'
import { drawSchedule, scenarioOf, worldOf } from '../cli/fuzz/schedule.ts'
import { explain, goesInTheEnd, play, stillThere, type Plan } from './support/counterfactual.ts'

/** What nobody should be told to happen just like that. */
const NEEDS_AN_ACTION = /^(session\.expired|controller\.elected)$/

describe('the shipped scenarios', () => {
  test.each(scenarios.filter((s) => s.actions.length > 0).map((s) => [s.name, s] as const))('%s', (_name, scenario) => {
    const plan: Plan = { first: createWorld(scenario), actions: scenario.actions, until: seconds(60) }
    const { world, trace } = play(plan)
    const answers = explain(world, trace)
    expect(answers.rootless).toEqual([])
    expect(answers.periodic.filter((one) => NEEDS_AN_ACTION.test(one.entry.code))).toEqual([])
    expect([...answers.byAction.values()].flat().length).toBeGreaterThan(20)
    expect(stillThere(plan, trace, answers.byAction).map((one) => `${one.explained.entry.code} ${one.explained.entry.subject}`)).toEqual([])
  })
})

describe('fuzzed runs', () => {
  /** So many are played in every test run; `WHY_RUNS=200 npx vitest run test/why.test.ts` plays more. */
  const RUNS = Number(process.env.WHY_RUNS ?? 12)
  const FAULTS_UNTIL = 60

  test(
    `${RUNS} of them`,
    () => {
      let asked = 0
      let expiries = 0
      let leaders = 0
      let isrs = 0
      let byTheClock = 0
      let overdetermined = 0
      const unexplained: string[] = []
      for (let i = 0; i < RUNS; i++) {
        const schedule = drawSchedule(hashString(`why ${i}`), FAULTS_UNTIL)
        const plan: Plan = {
          first: worldOf(schedule),
          actions: scenarioOf(schedule).actions,
          until: schedule.healedAt,
          kinds: kindsFor({}),
        }
        const { world, trace } = play(plan)
        const answers = explain(world, trace)
        const found = [...answers.byAction.values()].flat()
        asked += found.length
        expiries += found.filter((one) => one.entry.code === 'session.expired').length
        leaders += found.filter((one) => /^(leader|partition)\./.test(one.entry.code)).length
        isrs += found.filter((one) => one.entry.code.startsWith('isr.')).length
        byTheClock += answers.periodic.filter((one) => one.entry.code === 'session.expired').length
        for (const one of answers.rootless)
          unexplained.push(`seed ${schedule.seed}: ${one.entry.at} ${one.entry.code} ${one.entry.subject} has no root`)
        for (const { explained } of stillThere(plan, trace, answers.byAction)) {
          overdetermined++
          if (!goesInTheEnd(plan, trace, explained)) {
            unexplained.push(
              `seed ${schedule.seed}: ${explained.entry.at} ${explained.entry.code} ${explained.entry.subject} not by ${explained.chain[0]!.label}`,
            )
          }
        }
      }
      expect(unexplained).toEqual([])
      expect(asked / RUNS).toBeGreaterThan(25)
      expect(expiries / RUNS).toBeGreaterThan(1.5)
      expect(leaders / RUNS).toBeGreaterThan(5)
      expect(isrs / RUNS).toBeGreaterThan(2.5)
      // Where a client tries again and again, or two faults were each enough.
      expect(byTheClock / (expiries + byTheClock)).toBeLessThan(0.05)
      expect(overdetermined / asked).toBeLessThan(0.04)
    },
    RUNS * 75_000,
  )
})
