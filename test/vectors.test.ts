// Kafka's own arithmetic, case by case, against what its classes computed: how replicas are assigned, how znodes are written, who may lead, where leaders' epochs begin and end.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assignmentProblem, assignNewTopic, assignReplicas, znodes, type BrokerRack } from '../src/sim/kafka/client/index.ts'
import { controlledShutdownLeader, offlineLeader, preferredLeader, reassignLeader } from '../src/sim/kafka/controller/index.ts'

const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as T
type Replicas = Readonly<Record<string, readonly number[]>>
const asRecord = (assignment: readonly (readonly [number, readonly number[]])[]): Replicas =>
  Object.fromEntries(assignment.map(([partition, replicas]) => [String(partition), replicas]))
const withoutRack = (ids: readonly number[]): BrokerRack[] => ids.map((id) => ({ id, rack: null }))

interface Fixed {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
  readonly fixedStartIndex: number
  readonly startPartitionId: number
  readonly assignment: Replicas
}
const assigned = read<{
  readonly cases: readonly (Fixed & { readonly brokers: readonly number[] })[]
  readonly startShiftPairs: readonly {
    readonly brokers: readonly number[]
    readonly partitions: number
    readonly replicationFactor: number
    readonly startIndex: number
    readonly initialShift: number
    readonly assignment: Replicas
  }[]
  readonly rackAware: readonly (Fixed & { readonly racks: Readonly<Record<string, string>> })[]
  readonly errors: readonly {
    readonly brokers: number
    readonly partitions: number
    readonly replicationFactor: number
    readonly message: string
  }[]
}>('assign-replicas')

/** A start index given stands for the shift too; a first partition of -1 is 0. */
const beginning = (c: Fixed) => ({ start: c.fixedStartIndex, shift: c.fixedStartIndex, partition: Math.max(0, c.startPartitionId) })

describe('assignments of replicas', () => {
  test.each(assigned.cases.map((c) => [c.name, c] as const))('%s', (_, c) => {
    expect(asRecord(assignReplicas(withoutRack(c.brokers), c.partitions, c.replicationFactor, beginning(c)))).toEqual(c.assignment)
  })
  test('every start and shift', () => {
    for (const c of assigned.startShiftPairs) {
      const from = { start: c.startIndex, shift: c.initialShift, partition: 0 }
      expect(asRecord(assignReplicas(withoutRack(c.brokers), c.partitions, c.replicationFactor, from))).toEqual(c.assignment)
    }
    expect(assigned.startShiftPairs.length).toBe(83)
  })
  test.each(assigned.rackAware.map((c) => [c.name, c] as const))('racks: %s', (_, c) => {
    const brokers = Object.entries(c.racks).map(([id, rack]) => ({ id: Number(id), rack }))
    expect(asRecord(assignReplicas(brokers, c.partitions, c.replicationFactor, beginning(c)))).toEqual(c.assignment)
  })
  test.each(assigned.errors)('$partitions partitions of $replicationFactor replicas on $brokers brokers: $message', (c) => {
    const brokers = withoutRack(Array.from({ length: c.brokers }, (_, i) => i))
    expect(assignmentProblem(brokers, c.partitions, c.replicationFactor)?.message).toBe(c.message)
  })
})

describe('znodes', () => {
  const { nodes, topics } = read<{
    readonly nodes: Readonly<Record<string, string>>
    readonly topics: readonly { readonly topic: string; readonly partitions: number; readonly json: string }[]
  }>('znode-json')
  const both = [0, 1].map((partition) => ({ topic: 'playground', partition }))
  const kafka1 = { id: 1, host: 'kafka1', port: 9092, rack: null }
  test.each([
    ['state', znodes.encodeState({ controllerEpoch: 7, leader: 2, leaderEpoch: 0, isr: [2, 1], zkVersion: 0 })],
    ['controller', znodes.encodeController(2, 1567061407902)],
    ['broker', znodes.encodeBroker(kafka1, 1795342077504)],
    ['brokerWithRack', znodes.encodeBroker({ ...kafka1, rack: 'r1' }, 1795342077519)],
    ['isrChange', znodes.encodeIsrChange(both)],
    ['preferred', znodes.encodePreferredElection(both)],
    ['reassign', znodes.encodeReassignment([{ ...both[0]!, replicas: [1, 2] }])],
    ['configChange', znodes.encodeConfigChange('topics/tiny')],
    ['clusterId', znodes.encodeClusterId('3tqsl14XTm6rho3oGu-T5A')],
  ])('%s', (name, text) => expect(text).toBe(nodes[name]))
  test.each(topics)('$topic of $partitions partitions', ({ topic, partitions, json }) => {
    const drawsZero = { ctx: { choice: () => undefined, below: () => 0 } } as unknown as Parameters<typeof assignNewTopic>[0]
    expect(znodes.encodeTopic(assignNewTopic(drawsZero, topic, withoutRack([1, 2]), partitions, 1))).toBe(json)
  })
})

describe('leaders', () => {
  interface Case {
    readonly strategy: string
    readonly source?: string
    readonly assignment?: readonly number[]
    readonly reassignment?: readonly number[]
    readonly isr: readonly number[]
    readonly live: readonly number[]
    readonly shuttingDown?: readonly number[]
    readonly uncleanEnabled?: boolean
    readonly leader: number | null
  }
  const { cases } = read<{ readonly cases: readonly Case[] }>('leader-election')
  const elect: Readonly<Record<string, (c: Case) => number | undefined>> = {
    offline: (c) => offlineLeader(c.assignment!, c.isr, c.live, c.uncleanEnabled!),
    reassign: (c) => reassignLeader(c.reassignment!, c.isr, c.live),
    preferred: (c) => preferredLeader(c.assignment!, c.isr, c.live),
    controlledShutdown: (c) => controlledShutdownLeader(c.assignment!, c.isr, c.live, c.shuttingDown!),
  }
  test.each(cases.map((c) => [c.strategy, JSON.stringify(c), c] as const))('%s %s', (strategy, _, c) => {
    expect(elect[strategy]!(c) ?? null).toBe(c.leader)
  })
})
