import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { murmur2, partitionForKey, partitionForNone } from './partitioner.ts'

interface Case {
  readonly hex: string
  readonly murmur2: number
  readonly partition?: Readonly<Record<string, number>>
}
const { cases } = JSON.parse(readFileSync('test/vectors/murmur2.json', 'utf8')) as { cases: readonly Case[] }
const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))

describe('the partition of a record', () => {
  test.each(cases.map((c) => [c.hex, c] as const))('with the key 0x%s follows from its hash', (hex, expected) => {
    expect(murmur2(bytes(hex))).toBe(expected.murmur2)
    for (const [partitions, partition] of Object.entries(expected.partition ?? {})) {
      expect(partitionForKey(bytes(hex), Number(partitions))).toBe(partition)
    }
  })
  test('without a key goes round those that have a leader, in the order of the metadata', () => {
    const partitions = [2, 0, 1].map((partition) => ({ partition, leader: partition === 0 ? -1 : 1, leaderEpoch: 0 }))
    const led = (p: { leader: number }): boolean => p.leader >= 0
    expect([0, 1, 2, -2147483648].map((counter) => partitionForNone(counter, partitions, led))).toEqual([2, 1, 2, 2])
    expect(partitionForNone(4, partitions, () => false)).toBe(1)
  })
})
