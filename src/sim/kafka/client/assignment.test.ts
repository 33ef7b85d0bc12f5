import { describe, expect, test } from 'vitest'
import { assignmentProblem, assignReplicas } from './assignment.ts'

/** Computed by Kafka's own class; the start stands for the shift too. */
const CASES = [
  {
    name: 'testReplicaAssignment',
    brokers: [0, 1, 2, 3, 4],
    partitions: 10,
    factor: 3,
    start: 0,
    partition: 0,
    assignment: [
      [0, [0, 1, 2]],
      [1, [1, 2, 3]],
      [2, [2, 3, 4]],
      [3, [3, 4, 0]],
      [4, [4, 0, 1]],
      [5, [0, 2, 3]],
      [6, [1, 3, 4]],
      [7, [2, 4, 0]],
      [8, [3, 0, 1]],
      [9, [4, 1, 2]],
    ],
  },
  {
    name: 'twoBrokers_start0',
    brokers: [1, 2],
    partitions: 4,
    factor: 2,
    start: 0,
    partition: 0,
    assignment: [
      [0, [1, 2]],
      [1, [2, 1]],
      [2, [1, 2]],
      [3, [2, 1]],
    ],
  },
  {
    name: 'twoBrokers_start1',
    brokers: [1, 2],
    partitions: 4,
    factor: 2,
    start: 1,
    partition: 0,
    assignment: [
      [0, [2, 1]],
      [1, [1, 2]],
      [2, [2, 1]],
      [3, [1, 2]],
    ],
  },
  {
    name: 'twoBrokers_rf1_start0',
    brokers: [1, 2],
    partitions: 6,
    factor: 1,
    start: 0,
    partition: 0,
    assignment: [
      [0, [1]],
      [1, [2]],
      [2, [1]],
      [3, [2]],
      [4, [1]],
      [5, [2]],
    ],
  },
  {
    name: 'twoBrokers_rf1_start1',
    brokers: [1, 2],
    partitions: 6,
    factor: 1,
    start: 1,
    partition: 0,
    assignment: [
      [0, [2]],
      [1, [1]],
      [2, [2]],
      [3, [1]],
      [4, [2]],
      [5, [1]],
    ],
  },
  {
    name: 'threeBrokers_rf2_start0',
    brokers: [1, 2, 3],
    partitions: 8,
    factor: 2,
    start: 0,
    partition: 0,
    assignment: [
      [0, [1, 2]],
      [1, [2, 3]],
      [2, [3, 1]],
      [3, [1, 3]],
      [4, [2, 1]],
      [5, [3, 2]],
      [6, [1, 2]],
      [7, [2, 3]],
    ],
  },
  {
    name: 'threeBrokers_rf2_start1',
    brokers: [1, 2, 3],
    partitions: 8,
    factor: 2,
    start: 1,
    partition: 0,
    assignment: [
      [0, [2, 1]],
      [1, [3, 2]],
      [2, [1, 3]],
      [3, [2, 3]],
      [4, [3, 1]],
      [5, [1, 2]],
      [6, [2, 1]],
      [7, [3, 2]],
    ],
  },
  {
    name: 'threeBrokers_rf2_start2',
    brokers: [1, 2, 3],
    partitions: 8,
    factor: 2,
    start: 2,
    partition: 0,
    assignment: [
      [0, [3, 1]],
      [1, [1, 2]],
      [2, [2, 3]],
      [3, [3, 2]],
      [4, [1, 3]],
      [5, [2, 1]],
      [6, [3, 1]],
      [7, [1, 2]],
    ],
  },
  {
    name: 'threeBrokers_rf3_start0',
    brokers: [1, 2, 3],
    partitions: 7,
    factor: 3,
    start: 0,
    partition: 0,
    assignment: [
      [0, [1, 2, 3]],
      [1, [2, 3, 1]],
      [2, [3, 1, 2]],
      [3, [1, 3, 2]],
      [4, [2, 1, 3]],
      [5, [3, 2, 1]],
      [6, [1, 2, 3]],
    ],
  },
  {
    name: 'threeBrokers_rf3_start1',
    brokers: [1, 2, 3],
    partitions: 7,
    factor: 3,
    start: 1,
    partition: 0,
    assignment: [
      [0, [2, 1, 3]],
      [1, [3, 2, 1]],
      [2, [1, 3, 2]],
      [3, [2, 3, 1]],
      [4, [3, 1, 2]],
      [5, [1, 2, 3]],
      [6, [2, 1, 3]],
    ],
  },
  {
    name: 'threeBrokers_rf3_start2',
    brokers: [1, 2, 3],
    partitions: 7,
    factor: 3,
    start: 2,
    partition: 0,
    assignment: [
      [0, [3, 1, 2]],
      [1, [1, 2, 3]],
      [2, [2, 3, 1]],
      [3, [3, 2, 1]],
      [4, [1, 3, 2]],
      [5, [2, 1, 3]],
      [6, [3, 1, 2]],
    ],
  },
  {
    name: 'fourBrokers_rf3',
    brokers: [1, 2, 3, 4],
    partitions: 13,
    factor: 3,
    start: 1,
    partition: 0,
    assignment: [
      [0, [2, 4, 1]],
      [1, [3, 1, 2]],
      [2, [4, 2, 3]],
      [3, [1, 3, 4]],
      [4, [2, 1, 3]],
      [5, [3, 2, 4]],
      [6, [4, 3, 1]],
      [7, [1, 4, 2]],
      [8, [2, 3, 4]],
      [9, [3, 4, 1]],
      [10, [4, 1, 2]],
      [11, [1, 2, 3]],
      [12, [2, 4, 1]],
    ],
  },
  {
    name: 'addPartitions_from4to7_firstReplica2',
    brokers: [1, 2],
    partitions: 3,
    factor: 2,
    start: 1,
    partition: 4,
    assignment: [
      [4, [2, 1]],
      [5, [1, 2]],
      [6, [2, 1]],
    ],
  },
  {
    name: 'addPartitions_threeBrokers',
    brokers: [1, 2, 3],
    partitions: 4,
    factor: 2,
    start: 2,
    partition: 5,
    assignment: [
      [5, [2, 3]],
      [6, [3, 2]],
      [7, [1, 3]],
      [8, [2, 1]],
    ],
  },
] as const

describe('assignments', () => {
  test.each(CASES)('$name', ({ brokers, partitions, factor, start, partition, assignment }) => {
    const all = brokers.map((id) => ({ id, rack: null }))
    expect(assignReplicas(all, partitions, factor, { start, shift: start, partition })).toEqual(assignment)
  })
  test('replicas of racks are spread over them', () => {
    const racks = ['a', 'a', 'b', 'b', 'c', 'c']
    const brokers = racks.map((rack, id) => ({ id, rack }))
    for (const [, replicas] of assignReplicas(brokers, 12, 3, { start: 0, shift: 0, partition: 0 })) {
      expect(new Set(replicas.map((id) => racks[id])).size).toBe(3)
    }
  })
  test.each([
    [0, 1, 'Number of partitions must be larger than 0.'],
    [1, 0, 'Replication factor must be larger than 0.'],
    [1, 3, 'Replication factor: 3 larger than available brokers: 2.'],
    [1, 2, undefined],
  ])('%i partitions of %i replicas on two brokers: %s', (partitions, factor, message) => {
    const brokers = [1, 2].map((id) => ({ id, rack: null }))
    expect(assignmentProblem(brokers, partitions, factor)?.message).toBe(message)
  })
})
