import { describe, expect, test } from 'vitest'
import {
  assignEpoch,
  decodeEpochs,
  encodeEpochs,
  endOffsetForEpoch,
  truncateEpochsFromEnd,
  truncateEpochsFromStart,
  type LeaderEpochs,
} from './leader-epochs.ts'

type Op = readonly [op: string, ...args: number[]]
/** Computed by Kafka's class: what is done, the file it leaves, and what it answers to epochs asked for ([asked, epoch, end offset], -1 for unknown). */
const CASES: readonly {
  readonly name: string
  readonly ops: readonly Op[]
  readonly end: number
  readonly file: string
  readonly ends: readonly (readonly number[])[]
}[] = [
  {
    name: 'fresh',
    ops: [['assign', 0, 0]],
    end: 0,
    file: '0\n1\n0 0\n',
    ends: [
      [0, 0, 0],
      [1, -1, -1],
      [-1, -1, -1],
    ],
  },
  {
    name: 'elections on an empty log',
    ops: [
      ['assign', 0, 0],
      ['assign', 1, 0],
      ['assign', 2, 0],
      ['assign', 6, 0],
    ],
    end: 0,
    file: '0\n1\n6 0\n',
    ends: [
      [0, 0, 0],
      [6, 6, 0],
      [7, -1, -1],
    ],
  },
  {
    name: 'normal growth',
    ops: [
      ['assign', 0, 0],
      ['assign', 1, 84],
      ['assign', 2, 97],
      ['assign', 3, 98],
    ],
    end: 120,
    file: '0\n4\n0 0\n1 84\n2 97\n3 98\n',
    ends: [
      [0, 0, 84],
      [1, 1, 97],
      [2, 2, 98],
      [3, 3, 120],
      [4, -1, -1],
      [-1, -1, -1],
    ],
  },
  {
    name: 'gap in epochs',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 8],
      ['assign', 4, 9],
      ['assign', 7, 12],
    ],
    end: 15,
    file: '0\n4\n2 6\n3 8\n4 9\n7 12\n',
    ends: [
      [0, 0, 6],
      [1, 1, 6],
      [2, 2, 8],
      [3, 3, 9],
      [4, 4, 12],
      [5, 4, 12],
      [6, 4, 12],
      [7, 7, 15],
      [8, -1, -1],
    ],
  },
  {
    name: 'same epoch again is ignored',
    ops: [
      ['assign', 2, 6],
      ['assign', 2, 7],
    ],
    end: 9,
    file: '0\n1\n2 6\n',
    ends: [[2, 2, 9]],
  },
  {
    name: 'offset goes back',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 5],
    ],
    end: 9,
    file: '0\n1\n3 5\n',
    ends: [
      [2, 2, 5],
      [3, 3, 9],
    ],
  },
  {
    name: 'epoch goes back',
    ops: [
      ['assign', 1, 5],
      ['assign', 2, 6],
      ['assign', 1, 7],
    ],
    end: 8,
    file: '0\n1\n1 7\n',
    ends: [
      [1, 1, 8],
      [2, -1, -1],
    ],
  },
  {
    name: 'same offset, new epoch',
    ops: [
      ['assign', 2, 9],
      ['assign', 3, 9],
    ],
    end: 10,
    file: '0\n1\n3 9\n',
    ends: [
      [2, 2, 9],
      [3, 3, 10],
    ],
  },
  {
    name: 'truncateFromEnd at an entry',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 8],
      ['assign', 4, 11],
      ['truncateFromEnd', 8],
    ],
    end: 8,
    file: '0\n1\n2 6\n',
    ends: [
      [2, 2, 8],
      [3, -1, -1],
      [4, -1, -1],
    ],
  },
  {
    name: 'truncateFromEnd between',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 8],
      ['assign', 4, 11],
      ['truncateFromEnd', 9],
    ],
    end: 9,
    file: '0\n2\n2 6\n3 8\n',
    ends: [
      [2, 2, 8],
      [3, 3, 9],
      [4, -1, -1],
    ],
  },
  {
    name: 'truncateFromStart between',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 8],
      ['assign', 4, 11],
      ['truncateFromStart', 9],
    ],
    end: 20,
    file: '0\n2\n3 9\n4 11\n',
    ends: [
      [2, 2, 9],
      [3, 3, 11],
      [4, 4, 20],
    ],
  },
  {
    name: 'truncateFromStart beyond',
    ops: [
      ['assign', 2, 6],
      ['assign', 3, 8],
      ['assign', 4, 11],
      ['truncateFromStart', 161],
    ],
    end: 161,
    file: '0\n1\n4 161\n',
    ends: [
      [2, 2, 161],
      [4, 4, 161],
    ],
  },
]

const apply = (epochs: LeaderEpochs, [op, a = 0, b = 0]: Op): LeaderEpochs =>
  op === 'assign'
    ? assignEpoch(epochs, a, b)
    : op === 'truncateFromEnd'
      ? truncateEpochsFromEnd(epochs, a)
      : truncateEpochsFromStart(epochs, a)

describe('leader epochs', () => {
  test.each(CASES)('$name', ({ ops, end, file, ends }) => {
    const epochs = ops.reduce(apply, [])
    expect(encodeEpochs(epochs)).toBe(file)
    expect(decodeEpochs(file)).toEqual(epochs)
    for (const [asked, epoch, offset] of ends) {
      expect(endOffsetForEpoch(epochs, asked!, end)).toEqual(offset === -1 ? undefined : { epoch, offset })
    }
  })
  test('a damaged file has no epochs', () => expect(decodeEpochs('')).toEqual([]))
})
