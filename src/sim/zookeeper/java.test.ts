// Java's orders and random numbers against vectors.
import { describe, expect, it } from 'vitest'
import { CHILDREN_CAPACITY, javaHash, nameSet, nameSetAdd, nameSetDelete, nameSetOf, nameSetOrder, randomBytes16 } from './java.ts'

const order = (...names: string[]) => nameSetOrder(nameSetOf(names, CHILDREN_CAPACITY))

describe('children of a znode', () => {
  it('come in the order seen on real servers', () => {
    expect(order('quota', 'config')).toEqual(['config', 'quota'])
    expect(order('one', 'two')).toEqual(['two', 'one'])
    expect(order('ids', 'topics', 'seqid')).toEqual(['ids', 'topics', 'seqid'])
    expect(order('1001', '1002', '1003')).toEqual(['1003', '1002', '1001'])
    expect(order('1', '2', '3')).toEqual(['1', '2', '3'])
    expect(order('changes', 'topics', 'clients', 'users', 'brokers')).toEqual(['changes', 'clients', 'brokers', 'topics', 'users'])
    expect(order('zookeeper', 'kafka')).toEqual(['zookeeper', 'kafka'])
    expect(order('e', 's-')).toEqual(['s-', 'e'])
  })
  it("grow past twelve: Kafka's root", () => {
    const root = [
      'zookeeper',
      'consumers',
      'brokers',
      'config',
      'admin',
      'isr_change_notification',
      'latest_producer_id_block',
      'log_dir_event_notification',
      'cluster',
      'controller_epoch',
      'controller',
    ]
    expect(order(...root)).toEqual([
      'cluster',
      'controller_epoch',
      'controller',
      'brokers',
      'zookeeper',
      'admin',
      'isr_change_notification',
      'consumers',
      'log_dir_event_notification',
      'latest_producer_id_block',
      'config',
    ])
  })
  it('keep the table size when some go', () => {
    let set = nameSetOf(['a', 'b', 'c', 'd', 'e', 'f', 'g'], CHILDREN_CAPACITY)
    expect(set.capacity).toBe(16)
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) set = nameSetDelete(set, name)
    expect(set.capacity).toBe(16)
    expect(nameSetOrder(set)).toEqual(['g'])
    expect(nameSetAdd(set, 'g')).toBe(set)
    expect(nameSetOrder(nameSet(8))).toEqual([])
  })
  it('share a bucket in order of insertion', () => {
    // "Aa" and "BB" have the same hash.
    expect(javaHash('Aa')).toBe(javaHash('BB'))
    expect(order('BB', 'Aa')).toEqual(['BB', 'Aa'])
    expect(order('Aa', 'BB')).toEqual(['Aa', 'BB'])
  })
})

it('random bytes are those of java.util.Random', () => {
  // The first four values of nextInt(), lowest byte first.
  const bytes = (...ints: number[]) =>
    ints.map((n) => [0, 8, 16, 24].map((shift) => ((n >>> shift) & 0xff).toString(16).padStart(2, '0')).join('')).join('')
  expect(randomBytes16(0n)).toBe(bytes(-1155484576, -723955400, 1033096058, -1690734402))
  expect(randomBytes16(42n)).toBe(bytes(-1170105035, 234785527, -1360544799, 205897768))
})
