// A few schedules of the fuzzer; `npm run fuzz -- --runs 2000` runs many.

import { expect, test } from 'vitest'
import { hashString } from '../src/sim/base/index.ts'
import type { MarkCounts } from '../src/sim/checkers/index.ts'
import { runSchedule } from '../cli/fuzz/run.ts'
import { describe as words, drawSchedule } from '../cli/fuzz/schedule.ts'
import { shrink } from '../cli/fuzz/shrink.ts'

const RUNS = 40

test(`${RUNS} schedules hold`, () => {
  const sums: Partial<Record<keyof MarkCounts, number>> = {}
  for (let i = 0; i < RUNS; i++) {
    const schedule = drawSchedule(hashString(`test ${i}`))
    const { violations, counts } = runSchedule(schedule, { strict: i % 8 === 0 })
    expect(violations, words(schedule)).toEqual([])
    for (const [name, n] of Object.entries(counts) as [keyof MarkCounts, number][]) sums[name] = (sums[name] ?? 0) + n
  }
  // A fuzzer that meets nothing shows nothing.
  expect(sums.leaderElections).toBeGreaterThan(RUNS)
  expect(sums.controllerFailovers).toBeGreaterThan(RUNS / 4)
  expect(sums.sessionExpiries).toBeGreaterThan(RUNS)
  expect(sums.quorumLosses).toBeGreaterThan(RUNS / 4)
  expect(sums.sessionsResumed).toBeGreaterThan(RUNS)
  expect(sums.acknowledgedWrites).toBeGreaterThan(RUNS * 100)
  expect(sums.topicsCreated).toBeGreaterThan(RUNS)
  expect(sums.topicsDeleted).toBeGreaterThan(RUNS / 4)
  expect(sums.partitionsCreated).toBeGreaterThan(RUNS * 4)
  expect(sums.failovers).toBeGreaterThan(RUNS / 2)
  expect(sums.isrShrinks).toBeGreaterThan(RUNS)
  expect(sums.isrExpansions).toBeGreaterThan(RUNS)
  expect(sums.uncleanElections).toBeGreaterThan(0)
}, 240_000)

test('schedules are long, and a seed always draws the same', () => {
  for (let seed = 1; seed < 200; seed++) {
    const schedule = drawSchedule(seed)
    expect(drawSchedule(seed)).toEqual(schedule)
    expect(schedule.healedAt).toBeGreaterThanOrEqual(120_000_000)
    expect(schedule.steps.filter((s) => s.role === 'fault').length).toBeGreaterThanOrEqual(5)
    expect(schedule.steps.filter((s) => s.role === 'topic').length).toBeGreaterThanOrEqual(3)
    const count = (image: string) => schedule.hosts.filter((h) => h.image === image).length
    expect([3, 5]).toContain(count('zookeeper'))
    expect(count('kafka')).toBeGreaterThanOrEqual(1)
    expect(count('kafka')).toBeLessThanOrEqual(4)
  }
})

test('a run is the same every time', () => {
  const schedule = drawSchedule(77)
  expect(runSchedule(schedule)).toEqual(runSchedule(schedule))
})

test('a failing schedule shrinks to what it takes', () => {
  const schedule = drawSchedule(4)
  // Brokers that do nothing once they have been there for a while: any schedule fails.
  const wrap = (kind: Parameters<NonNullable<NonNullable<Parameters<typeof runSchedule>[1]>['wrap']>>[0]) =>
    kind.name === 'broker' ? { ...kind, handle: () => {} } : kind
  expect(runSchedule(schedule, { wrap }).violations[0]?.checker).toBe('convergence')
  expect(shrink(schedule, 'convergence', { wrap }).steps.filter((s) => s.role === 'fault')).toEqual([])
}, 120_000)
