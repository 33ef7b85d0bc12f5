import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kinds, scenario } from '../../../test/support/little-kinds.ts'
import { ms, seconds, type Micros } from '../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../cluster/index.ts'
import { fingerprint, type World } from '../kernel/index.ts'
import { History } from './index.ts'

const act = (at: number, text: string): Action => ({ at: seconds(at), terminal: 't', kind: '$', text })
const log = [
  act(0, 'up b'),
  act(0, 'up a'),
  act(3, 'cut a b'),
  act(5, 'heal a b'),
  act(7, 'pause b'),
  act(8, 'unpause b'),
  act(10, 'kill b'),
]

/** The same moment reached from nothing, on a plain object. */
function plainly(actions: readonly Action[], at: Micros): World {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' }, kinds)
  runActions(engine, actions, at)
  return engine.checkpoint()
}
const openHistory = (actions = log) => new History(scenario, actions, { kinds })

describe('History', () => {
  test('seeks to any moment, forwards and back, as if it had been played', () => {
    const history = openHistory()
    for (const at of [12, 1, 5, 4.999, 11, 0, 7.5, 12]) {
      history.seek(seconds(at))
      expect(fingerprint(history.world)).toBe(fingerprint(plainly(log, seconds(at))))
    }
  })
  test('acting in the past makes a fork and keeps the future', () => {
    const history = openHistory()
    history.seek(seconds(12))
    const future = fingerprint(history.world)
    history.seek(seconds(6))
    history.act({ terminal: 't', kind: '$', text: 'kill a' })
    expect(history.forks).toHaveLength(2)
    expect(history.current.parent).toBe(0)
    history.seek(seconds(12))
    expect(fingerprint(history.world)).toBe(fingerprint(plainly([...log.slice(0, 4), act(6, 'kill a')], seconds(12))))
    history.select(0)
    expect(fingerprint(history.world)).toBe(future)
  })
  test('acting at the end of what is known goes on in the same future', () => {
    const history = openHistory(log.slice(0, 2))
    history.seek(seconds(4))
    history.act({ terminal: 't', kind: '$', text: 'kill b' })
    history.act({ terminal: 't', kind: '$', text: 'up b' })
    expect(history.forks).toHaveLength(1)
    expect(history.current.actions).toHaveLength(4)
  })
  test('without an action the run goes as if it had never been', () => {
    const history = openHistory()
    history.seek(seconds(12))
    const other = history.without(6)
    other.seek(seconds(12))
    expect(fingerprint(other.world)).toBe(fingerprint(plainly(log.slice(0, 6), seconds(12))))
  })
  test('ten thousand actions still seek', () => {
    const many = [act(0, 'up b'), act(0, 'up a'), ...Array.from({ length: 10_000 }, (_, i) => act(1 + i / 1000, 'up b'))]
    const history = openHistory(many)
    history.seek(seconds(12))
    history.seek(seconds(5))
    history.seek(seconds(11))
    expect(history.world.acted).toBe(10_002)
  })

  test('any walk of seeks, forks and switches leaves every fork intact (property)', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('seek' as const), at: fc.integer({ min: 0, max: 12_000 }) }),
      fc.record({
        do: fc.constant('act' as const),
        text: fc.constantFrom('kill a', 'up a', 'pause b', 'unpause b', 'cut a b', 'heal a b', 'kill b', 'up b'),
      }),
      fc.record({ do: fc.constant('select' as const), fork: fc.nat(5) }),
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const history = openHistory()
        for (const s of steps) {
          if (s.do === 'seek') history.seek(ms(s.at))
          else if (s.do === 'act') history.act({ terminal: 't', kind: '$', text: s.text })
          else history.select(s.fork % history.forks.length)
        }
        for (const fork of history.forks) {
          history.select(fork.id)
          for (const at of [seconds(12), ms(6500)]) {
            history.seek(at)
            expect(fingerprint(history.world)).toBe(fingerprint(plainly(fork.actions, at)))
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('looking ahead', () => {
  test('lets the trace be known without moving the present, and does not make a fork of the next action', () => {
    const history = openHistory()
    history.seek(seconds(2))
    history.lookAhead(seconds(12), 1_000_000)
    expect(history.now).toBe(seconds(2))
    expect(history.current.tip.now).toBe(seconds(12))
    expect(history.current.tip.trace.toArray().some((e) => e.code === 'container.ended')).toBe(true)
    history.act({ terminal: 't', kind: '$', text: 'pause a' })
    expect(history.forks).toHaveLength(1)
    history.seek(seconds(12))
    const actions = [...log.slice(0, 2), act(2, 'pause a'), ...log.slice(2)]
    expect(fingerprint(history.world)).toBe(fingerprint(plainly(actions, seconds(12))))
  })
})
