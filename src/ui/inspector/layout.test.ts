import { describe, expect, test } from 'vitest'
import { createMachine, type AnyStateMachine } from 'xstate'
import { containerMachine } from '../../sim/index.ts'
import { activeStates, chartOf } from './graph.ts'
import { layoutChart, type ChartLayout, type StateBox } from './layout.ts'

const peer = createMachine({
  id: 'peer',
  initial: 'LOOKING',
  states: {
    LOOKING: { on: { 'elected follower': 'FOLLOWING', 'elected leader': 'LEADING' } },
    FOLLOWING: {
      initial: 'discovery',
      states: { discovery: { on: { accepted: 'synchronization' } }, synchronization: {} },
      on: { 'leader lost': 'LOOKING' },
    },
    LEADING: {
      initial: 'discovery',
      states: { discovery: { on: { accepted: 'synchronization' } }, synchronization: {} },
      on: { 'quorum lost': 'LOOKING' },
    },
  },
})
const replica = createMachine({
  initial: 'NonExistentReplica',
  states: {
    NonExistentReplica: { on: { a: 'NewReplica' } },
    NewReplica: { on: { b: 'OnlineReplica', c: 'OfflineReplica' } },
    OnlineReplica: { on: { b: 'OnlineReplica', c: 'OfflineReplica' } },
    OfflineReplica: { on: { b: 'OnlineReplica', d: 'ReplicaDeletionStarted', e: 'ReplicaDeletionIneligible' } },
    ReplicaDeletionStarted: { on: { f: 'ReplicaDeletionSuccessful', e: 'ReplicaDeletionIneligible' } },
    ReplicaDeletionSuccessful: { on: { g: 'NonExistentReplica' } },
    ReplicaDeletionIneligible: { on: { b: 'OnlineReplica', c: 'OfflineReplica' } },
  },
})
const lay = (machine: AnyStateMachine) => layoutChart(chartOf(machine))
/** States by layer, as a small picture. */
function picture(layout: ChartLayout): string[] {
  const rows = new Map<number, StateBox[]>()
  for (const box of layout.states.filter((state) => !state.id.includes('.'))) {
    const middle = Math.round(box.y + box.height / 2)
    rows.set(middle, [...(rows.get(middle) ?? []), box])
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([, row]) =>
      row
        .sort((a, b) => a.x - b.x)
        .map((box) => box.id)
        .join(' '),
    )
}

describe('a statechart', () => {
  test('as a graph: states, and moves with all their events', () => {
    const { states, moves } = chartOf(containerMachine)
    expect(states.map((state) => state.id)).toEqual(['absent', 'created', 'running', 'paused', 'exited'])
    expect(states[0]!.initial).toBe(true)
    expect(moves.find((move) => move.from === 'paused' && move.to === 'running')!.events).toEqual(['unpause'])
  })
  test('active states are those of the value, outer ones too', () => {
    expect(activeStates('running')).toEqual(['running'])
    expect(activeStates({ FOLLOWING: 'discovery' })).toEqual(['FOLLOWING', 'FOLLOWING.discovery'])
  })
  test('is laid out in layers from its initial state', () => {
    expect(picture(lay(containerMachine))).toEqual(['absent', 'created', 'running', 'paused', 'exited'])
    expect(picture(lay(peer))[0]).toBe('LOOKING')
    expect(picture(lay(peer))[1]!.split(' ').sort()).toEqual(['FOLLOWING', 'LEADING'])
  })
  test.each([
    ['container', containerMachine],
    ['peer', peer],
    ['replica', replica],
  ] as const)('%s: no two states overlap, groups hold theirs, all is inside', (_, machine) => {
    const layout = lay(machine)
    const inside = (a: StateBox, b: StateBox) =>
      a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height
    for (const a of layout.states) {
      expect(a.x).toBeGreaterThanOrEqual(0)
      expect(a.x + a.width).toBeLessThanOrEqual(layout.width)
      expect(a.y + a.height).toBeLessThanOrEqual(layout.height)
      for (const b of layout.states) {
        if (a === b) continue
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        const nested = a.id.startsWith(b.id + '.') ? inside(a, b) : b.id.startsWith(a.id + '.') && inside(b, a)
        expect(apart || nested, `${a.id} and ${b.id}`).toBe(true)
      }
    }
    for (const move of layout.moves) {
      expect(move.d).not.toContain('NaN')
      expect(move.labelX).toBeGreaterThan(0)
      expect(move.labelX).toBeLessThan(layout.width)
    }
  })
  test('is narrow enough for the inspector', () => {
    for (const machine of [containerMachine, peer, replica]) expect(lay(machine).width).toBeLessThan(420)
  })
})
