import { describe, expect, it } from 'vitest'
import {
  javaMapOrder,
  intHash,
  javaHash,
  replicaHash,
  scalaMutableMapOrder,
  scalaMutableSetOrder,
  scalaLongMapOrder,
  scalaOrder,
  tpHash,
  tpName,
  type TopicPartition,
} from './index.ts'

const partitions = (topic: string, n: number): TopicPartition[] => Array.from({ length: n }, (_, partition) => ({ topic, partition }))
// The topics of the cluster whose controller wrote the captures log-controller*.txt, with their replicas.
const captured = [
  ...partitions('__consumer_offsets', 50),
  ...partitions('tiny', 2),
  ...partitions('my_topic.x', 1),
  ...partitions('my_topic_y', 1),
  ...partitions('playground', 4),
]

describe('orders of hash collections', () => {
  it('walks a mutable map of partitions as the controller logged it', () => {
    const order = scalaMutableMapOrder(scalaOrder(captured, tpHash), tpHash).map(tpName)
    expect(order.filter((n) => ['__consumer_offsets-49', '__consumer_offsets-38', 'tiny-1', '__consumer_offsets-16'].includes(n))).toEqual([
      '__consumer_offsets-49',
      '__consumer_offsets-38',
      'tiny-1',
      '__consumer_offsets-16',
    ])
    expect(order.slice(0, 7)).toEqual([
      '__consumer_offsets-49',
      '__consumer_offsets-38',
      'tiny-1',
      '__consumer_offsets-16',
      '__consumer_offsets-27',
      '__consumer_offsets-8',
      '__consumer_offsets-19',
    ])
  })
  it('walks a mutable map of replicas as the controller logged it', () => {
    const led = (tp: TopicPartition): number[] =>
      tp.topic === '__consumer_offsets'
        ? [tp.partition % 2 === 0 ? 1 : 2]
        : tp.topic.startsWith('my_topic_')
          ? [1]
          : tp.topic === 'my_topic.x'
            ? [2]
            : [1, 2]
    const replicas = scalaOrder(captured, tpHash).flatMap((tp) => led(tp).map((replica) => ({ ...tp, replica })))
    const order = scalaMutableMapOrder(replicas, replicaHash).map((r) => `${tpName(r)}/${r.replica}`)
    expect(order.slice(0, 4)).toEqual(['__consumer_offsets-30/1', 'my_topic_y-0/1', '__consumer_offsets-23/2', '__consumer_offsets-8/1'])
  })
  it('walks an immutable map of partitions as the controller logged it', () => {
    const order = scalaOrder(captured, tpHash).map(tpName)
    const even = order.filter((n) => n.startsWith('__c') && Number(n.split('-')[1]) % 2 === 0)
    expect(even.slice(0, 9).map((n) => Number(n.split('-')[1]))).toEqual([22, 30, 8, 4, 46, 16, 28, 36, 42])
  })
  it('keeps the order of up to four', () => {
    expect(scalaOrder(['d', 'a', 'c', 'b'], javaHash)).toEqual(['d', 'a', 'c', 'b'])
    expect(scalaOrder([2, 1], intHash)).toEqual([2, 1])
  })
  it('walks small mutable maps of partition numbers downwards, as the recorded controller reads states', () => {
    expect(scalaMutableMapOrder([0, 1], intHash)).toEqual([1, 0])
  })
  it('holds every item once in a mutable set', () => {
    const order = scalaMutableSetOrder(captured, tpHash)
    expect(new Set(order.map(tpName)).size).toBe(captured.length)
  })
  it('walks a large mutable set as the preferred election tool told it', () => {
    // cli-misc.txt: all partitions of that cluster but those made for it alone; two that share a slot came in an order of chance.
    const told =
      'c6 c32 c14 c40 c22 c41 c4 c23 c49 t1 c12 c31 c13 c39 c21 c3 c47 c29 t0 c48 x0 c11 c30 c19 c38 y0 c1 c20 p3 c46 c2 c28 c10 c36 c18 c37 c0 p2 c26 c45 c8 c27 ' +
      'c9 c35 c17 c43 p1 c25 c44 c7 c33 c15 c34 c16 c42 p0 c5 c24'
    const topics: Record<string, string> = { c: '__consumer_offsets', t: 'tiny', x: 'my_topic.x', y: 'my_topic_y', p: 'playground' }
    const names = told.split(' ')
    const hash = (name: string): number => tpHash({ topic: topics[name[0]!]!, partition: Number(name.slice(1)) })
    const order = scalaMutableSetOrder(javaMapOrder(names.slice().sort(), hash), hash)
    const shared = new Set(['t0', 'c48'])
    expect(order.filter((name) => !shared.has(name))).toEqual(names.filter((name) => !shared.has(name)))
  })
  it('writes the partitions of a new topic in the order of the recorded vectors', () => {
    const order = (topic: string, n: number): number[] => {
      const made = scalaMutableMapOrder(
        Array.from({ length: n }, (_, p) => p),
        intHash,
      ).map((partition) => ({ topic, partition }))
      return scalaOrder(made, tpHash).map((tp) => tp.partition)
    }
    expect(order('tiny', 2)).toEqual([1, 0])
    expect(order('tiny', 3)).toEqual([2, 1, 0])
    expect(order('my-topic', 4)).toEqual([2, 1, 3, 0])
    expect(order('playground', 5)).toEqual([1, 4, 2, 3, 0])
    expect(order('2x', 10)).toEqual([4, 9, 0, 3, 1, 6, 2, 7, 5, 8])
    expect(order('playground', 20)).toEqual([9, 17, 5, 1, 4, 2, 19, 10, 18, 6, 14, 13, 3, 0, 16, 8, 7, 15, 12, 11])
  })
  it('lists brokers as the recorded metadata does', () => {
    expect(scalaLongMapOrder([1, 2], (id) => id)).toEqual([2, 1])
    expect(scalaLongMapOrder([2, 1, 0], (id) => id)).toEqual([0, 2, 1])
  })
})
