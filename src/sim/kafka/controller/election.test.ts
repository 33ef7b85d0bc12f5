import { describe, expect, test } from 'vitest'
import { controlledShutdownLeader, elect, offlineLeader, preferredLeader, reassignLeader, type ElectionStrategy } from './election.ts'

/** Strategy, assignment (or its target), ISR, live, shutting down, unclean allowed, leader: cases of Kafka's own test and more computed by its class. */
const CASES: readonly (readonly [
  strategy: ElectionStrategy,
  assignment: readonly number[],
  isr: readonly number[],
  live: readonly number[],
  shuttingDown: readonly number[],
  unclean: boolean,
  leader: number | undefined,
])[] = [
  ['offline', [2, 4], [2, 4], [4], [], false, 4],
  ['offline', [2, 4], [2], [4], [], false, undefined],
  ['offline', [2, 4], [2], [4], [], true, 4],
  ['reassign', [2, 4], [2, 4], [4], [], false, 4],
  ['reassign', [2, 4], [2], [], [], false, undefined],
  ['reassign', [2, 4], [], [2], [], false, undefined],
  ['preferred', [2, 4], [2, 4], [2, 4], [], false, 2],
  ['preferred', [2, 4], [2], [], [], false, undefined],
  ['preferred', [2, 4], [4], [2, 4], [], false, undefined],
  ['preferred', [2, 4], [], [], [], false, undefined],
  ['controlledShutdown', [2, 4], [2, 4], [2, 4], [2], false, 4],
  ['controlledShutdown', [2, 4], [2], [2, 4], [2], false, undefined],
  ['controlledShutdown', [2, 4], [2, 4], [2, 4], [2, 4], false, undefined],
  ['offline', [1, 2, 3], [3, 2], [2, 3], [], false, 2],
  ['offline', [1, 2, 3], [1], [2, 3], [], false, undefined],
  ['offline', [3, 1, 2], [], [1, 2], [], true, 1],
  ['offline', [1, 2], [1, 2], [], [], true, undefined],
  ['preferred', [3, 1, 2], [1, 2, 3], [1, 2, 3], [], false, 3],
  ['preferred', [3, 1, 2], [1, 2], [1, 2, 3], [], false, undefined],
  ['reassign', [4, 5], [1, 5], [1, 4, 5], [], false, 5],
  ['controlledShutdown', [1, 2, 3], [3, 2, 1], [1, 2, 3], [1], false, 2],
]

describe('leaders', () => {
  test.each(CASES)('%s of %j with ISR %j, live %j', (strategy, assignment, isr, live, shuttingDown, unclean, leader) => {
    const chosen = {
      offline: () => offlineLeader(assignment, isr, live, unclean),
      reassign: () => reassignLeader(assignment, isr, live),
      preferred: () => preferredLeader(assignment, isr, live),
      controlledShutdown: () => controlledShutdownLeader(assignment, isr, live, shuttingDown),
    }[strategy]()
    expect(chosen).toBe(leader)
  })
})

describe('elections', () => {
  const state = { leader: 2, leaderEpoch: 4, isr: [2, 1], zkVersion: 7, controllerEpoch: 1 }
  const world = { assignment: [2, 1], target: [], live: [1], shuttingDown: [], uncleanEnabled: false }

  test('a dead leader gives way to the next of the ISR, which loses the dead', () => {
    const { leadership, recipients, unclean } = elect('offline', state, world)
    expect(leadership).toMatchObject({ leader: 1, leaderEpoch: 5, isr: [1] })
    expect(recipients).toEqual([1])
    expect(unclean).toBe(false)
  })
  test('an unclean leader is the only member of its ISR', () => {
    const { leadership, unclean } = elect('offline', { ...state, isr: [2] }, { ...world, uncleanEnabled: true })
    expect(leadership).toMatchObject({ leader: 1, leaderEpoch: 5, isr: [1] })
    expect(unclean).toBe(true)
  })
  test('without a leader nothing changes', () => {
    expect(elect('offline', { ...state, isr: [2] }, world).leadership).toBeUndefined()
    expect(elect('preferred', state, world).leadership).toBeUndefined()
  })
  test('a preferred leader keeps the ISR as it is', () => {
    const { leadership, recipients } = elect('preferred', { ...state, leader: 1 }, { ...world, live: [1, 2] })
    expect(leadership).toMatchObject({ leader: 2, isr: [2, 1], leaderEpoch: 5 })
    expect(recipients).toEqual([2, 1])
  })
  test('a broker that shuts down leaves the ISR and is still told', () => {
    const { leadership, recipients } = elect('controlledShutdown', state, { ...world, shuttingDown: [2] })
    expect(leadership).toMatchObject({ leader: 1, isr: [1] })
    expect(recipients).toEqual([2, 1])
  })
  test('a reassigned partition is led by the first of its new replicas in the ISR', () => {
    const { leadership, recipients } = elect('reassign', { ...state, isr: [2, 1, 3] }, { ...world, target: [3, 4], live: [1, 2, 3, 4] })
    expect(leadership).toMatchObject({ leader: 3, isr: [2, 1, 3] })
    expect(recipients).toEqual([3, 4])
  })
})
