import { describe, expect, test } from 'vitest'
import { seconds, type Micros } from '../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../cluster/index.ts'
import { kinds, scenario, type Pinger } from '../../../test/support/little-kinds.ts'
import { fingerprint, type World } from './index.ts'

const act = (at: number, text: string): Action => ({ at: seconds(at), terminal: 't', kind: '$', text })

function runTo(until: number, actions: Action[], mode: 'plain' | 'history' = 'plain', grain?: 'immer' | 'copy', slice?: number): World {
  const engine = new ClusterEngine(createWorld(scenario), { mode, grain, strict: true }, kinds)
  if (slice === undefined) runActions(engine, actions, seconds(until))
  else {
    while (engine.world.now < seconds(until)) {
      runActions(engine, actions, seconds(until), slice)
      engine.checkpoint()
    }
    runActions(engine, actions, seconds(until))
  }
  return engine.checkpoint()
}
const stateOf = (world: World, host: string): Pinger => Object.values(world.processes).find((p) => p.host === host)!.state as Pinger

describe('the engine', () => {
  const up = [act(0, 'up b'), act(0, 'up a')]

  test('delivers messages in order over a link with delay', () => {
    const world = runTo(5, up)
    const a = stateOf(world, 'a')
    expect(a.heard.length).toBeGreaterThan(40)
    expect(a.heard).toEqual([...a.heard].sort((x, y) => x - y))
  })
  test('a cut holds packets; healing brings them at the next retransmission, in order', () => {
    const cut = [...up, act(2, 'cut a b'), act(4, 'heal a b')]
    const during = stateOf(runTo(3.9, cut), 'b').heard
    const after = stateOf(runTo(9, cut), 'b').heard
    expect(during.length).toBeLessThan(20)
    expect(after.slice(-50)).toEqual(
      Array.from({ length: Math.min(50, after.length) }, (_, i) => after.at(-1)! - Math.min(50, after.length) + 1 + i),
    )
  })
  test('what is on its way when a link heals does not overtake what waited, whenever that is', () => {
    // A ping goes every 100 ms and takes 100 to 300 us.
    const pauses = Array.from({ length: 1000 }, (_, i) => i / 10_000)
    for (const pause of pauses) {
      const { heard } = stateOf(runTo(6, [...up, act(2, 'cut a b'), act(3 + pause, 'heal a b')]), 'b')
      expect(heard).toEqual([...heard].sort((x, y) => x - y))
    }
  }, 60_000)
  test('a killed process closes its connections; its peer is told', () => {
    const world = runTo(3, [...up, act(2, 'kill b')])
    expect(stateOf(world, 'a').closed).toBe(true)
    expect(world.hosts.b!.container).toBe('exited')
    expect(world.hosts.b!.exitCode).toBe(137)
    expect(Object.keys(world.conns)).toHaveLength(0)
  })
  test('a machine that dies behind a cut leaves a half-open end', () => {
    const actions = [...up, act(2, 'cut a b'), act(3, 'kill b'), act(5, 'heal a b')]
    expect(stateOf(runTo(20, actions), 'a').closed).toBe(false)
    const reset = runTo(60, [...actions, act(21, 'up b')])
    expect(stateOf(reset, 'a').closed).toBe(true)
  })
  test('a paused process hears everything when it goes on', () => {
    const actions = [...up, act(2, 'pause b'), act(4, 'unpause b')]
    const b = stateOf(runTo(4.5, actions), 'b')
    expect(b.heard.at(-1)).toBeGreaterThan(40)
    const times = b.history.map((h) => h.at)
    expect(times.some((t) => t > seconds(2.2) && t < seconds(4))).toBe(false)
  })
  test('plain, immer and copied states, whole or in slices, end in the same fingerprint', () => {
    const actions = [...up, act(2, 'cut a b'), act(4, 'heal a b'), act(5, 'pause b'), act(6, 'unpause b'), act(7, 'kill b')]
    const expected = fingerprint(runTo(9, actions))
    for (const grain of ['immer', 'copy'] as const) {
      expect(fingerprint(runTo(9, actions, 'history', grain))).toBe(expected)
      for (const slice of [1, 7, 100]) expect(fingerprint(runTo(9, actions, 'history', grain, slice))).toBe(expected)
    }
    expect(fingerprint(runTo(9.1, actions))).not.toBe(expected)
  })
  test('a kept World is never changed by what comes after', () => {
    for (const grain of ['immer', 'copy'] as const) {
      const engine = new ClusterEngine(createWorld(scenario), { mode: 'history', grain }, kinds)
      runActions(engine, up, seconds(1))
      const kept = engine.checkpoint()
      const print = fingerprint(kept)
      runActions(engine, up, seconds(10))
      engine.checkpoint()
      expect(fingerprint(kept)).toBe(print)
    }
  })
  test('chains of causes stay short: periodic timers are roots', () => {
    const world = runTo(60, up)
    const deepest = Math.max(
      ...world.heap.map((e) => {
        let n = 0
        for (let c: typeof e.cause = e; 'cause' in c; c = c.cause) n++
        return n
      }),
    )
    expect(deepest).toBeLessThan(20)
  })
  test('an action in the past of the clock is refused', () => {
    const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' }, kinds)
    engine.run(seconds(1))
    expect(() => engine.schedule({ to: 'net' }, { type: 'syn' }, 0 as Micros)).toThrow()
  })
})

test('a connection that closes while its process is stopped is told when it goes on', () => {
  const actions = [act(0, 'up b'), act(0, 'up a'), act(2, 'pause a'), act(3, 'kill b'), act(5, 'unpause a')]
  expect(stateOf(runTo(4.9, actions), 'a').closed).toBe(false)
  expect(stateOf(runTo(6, actions), 'a').closed).toBe(true)
})
