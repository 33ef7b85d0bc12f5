// One run has one fingerprint at each moment: played on a plain object, sought, cut into slices of any size, drafted or copied; and forks of one past leave each other alone.

import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../src/sim/cluster/index.ts'
import { History } from '../src/sim/history/index.ts'
import { fingerprint, type EngineOptions } from '../src/sim/kernel/index.ts'
import { click, PLAYGROUND, scenarioWith, startAll } from './support/playground.ts'

const typed = (at: number, kind: '$' | '>' | '^', text: string): Action => ({ at: seconds(at), terminal: 'z', kind, text })

/** Start, a tool at work, a failover, a pause, links cut and lossy, a lost quorum. */
const actions: readonly Action[] = [
  ...startAll(PLAYGROUND),
  typed(22, '$', './wrappers/zk-shell zoo1'),
  typed(24, '>', 'create /a 1 ephemeral=true'),
  typed(25, '>', 'tree /kafka'),
  click(26, 'docker-compose kill kafka2'),
  click(27, 'link lossy zoo2 zoo3 30'),
  click(30, 'docker-compose pause zoo2'),
  typed(31, '$', 'echo srvr | ./wrappers/bash -c "nc -q 1 zoo3 2181"; ls | grep d | sort'),
  click(37, 'docker-compose unpause zoo2'),
  click(38, 'link cut kafka1 zoo1'),
  click(39, 'docker-compose up -d kafka2'),
  click(44, 'docker-compose kill zoo3'),
  typed(45, '^', 'D'),
  click(46, 'link heal kafka1 zoo1'),
].sort((a, b) => a.at - b.at)
const END = 50
const scenario: Scenario = scenarioWith(3, PLAYGROUND, actions)

function playTo(at: Micros, options: EngineOptions, log: readonly Action[] = actions): string {
  const engine = new ClusterEngine(createWorld(scenario), options)
  runActions(engine, log, at)
  return fingerprint(engine.checkpoint())
}
const plainly = (at: number, log?: readonly Action[]): string => playTo(seconds(at), { mode: 'plain' }, log)

/** Moments to look at, and their fingerprints on a plain object. */
const MOMENTS = [3, 9.5, 15, 22.4, 26.31, 30.2, 31.7, 38.9, 44.5, END]
const known = new Map<number, string>()
beforeAll(() => {
  for (const at of MOMENTS) known.set(at, plainly(at))
  expect(new Set(known.values()).size).toBe(MOMENTS.length)
}, 60_000)

describe('one fingerprint', () => {
  test.each<[string, EngineOptions]>([
    ['drafted or copied, as each kind says', { mode: 'history' }],
    ['drafted all', { mode: 'history', grain: 'immer' }],
    ['copied all', { mode: 'history', grain: 'copy' }],
    ['plain and strict', { mode: 'plain', strict: true }],
    ['drafted and strict', { mode: 'history', strict: true }],
  ])('%s', (_name, options) => {
    expect(playTo(seconds(END), options)).toBe(known.get(END))
  })

  test('another seed, another fingerprint', () => {
    const engine = new ClusterEngine(createWorld({ ...scenario, seed: 4 }), { mode: 'plain' })
    runActions(engine, actions, seconds(END))
    expect(fingerprint(engine.checkpoint())).not.toBe(known.get(END))
  })

  test('in slices of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('plain', 'history'),
        (sizes, mode) => {
          const engine = new ClusterEngine(createWorld(scenario), { mode })
          for (let i = 0; engine.world.now < seconds(END); i++) {
            runActions(engine, actions, seconds(END), sizes[i % sizes.length])
            if (i < 400) engine.checkpoint()
          }
          expect(fingerprint(engine.checkpoint())).toBe(known.get(END))
        },
      ),
      { numRuns: 6, seed: 1 },
    )
  }, 120_000)

  test('sought in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...MOMENTS), { minLength: 2, maxLength: 8 }), (moments) => {
        const history = new History(scenario, actions)
        for (const at of moments) {
          history.seek(seconds(at))
          expect(fingerprint(history.world)).toBe(known.get(at))
        }
      }),
      { numRuns: 5, seed: 2 },
    )
  }, 120_000)

  test('sought a few events at a time', () => {
    const history = new History(scenario, actions)
    while (!history.seek(seconds(END), 777)) continue
    expect(fingerprint(history.world)).toBe(known.get(END))
  }, 60_000)
})

describe('forks', () => {
  const deeds = [
    'docker-compose kill kafka1',
    'docker-compose kill zoo2',
    'link cut kafka1 kafka2',
    'docker-compose up -d kafka2',
    'docker-compose pause kafka1',
  ]
  // At the very end of what is known no fork is made: the future goes on.
  const step = fc.record({
    at: fc.constantFrom(...MOMENTS.slice(0, -1)),
    deed: fc.constantFrom(...deeds),
    later: fc.integer({ min: 0, max: 8 }),
  })

  test('two futures of one past both stay, whatever is done and sought in either', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 3 }), (steps) => {
        const history = new History(scenario, actions)
        history.seek(seconds(END))
        const kept = [{ world: history.world, print: fingerprint(history.world) }]
        for (const { at, deed, later } of steps) {
          history.select(0)
          history.seek(seconds(at))
          expect(fingerprint(history.world)).toBe(known.get(at))
          history.act({ terminal: 'test', kind: '!', text: deed })
          history.seek(seconds(at + later))
          kept.push({ world: history.world, print: fingerprint(history.world) })
        }
        // What was handed out has not changed, and every future can be had again.
        for (const { world, print } of kept) expect(fingerprint(world)).toBe(print)
        for (const [i, { at, deed, later }] of steps.entries()) {
          const log = [...actions.filter((a) => a.at <= seconds(at)), click(at, deed)]
          expect(kept[i + 1]!.print).toBe(plainly(at + later, log))
        }
        history.select(0)
        history.seek(seconds(END))
        expect(fingerprint(history.world)).toBe(known.get(END))
      }),
      { numRuns: 6, seed: 3 },
    )
  }, 180_000)
})
