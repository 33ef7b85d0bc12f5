// The bar of partitions: whole while all are led, a hole from a leader's death to the election.
import { expect, test } from 'vitest'
import { seconds, us, type TraceEntry } from '../../sim/index.ts'
import { BarMaker } from './bars.ts'

const root = { root: 'scenario', action: -1, label: '', at: us(0) } as const

function partitions(...entries: (readonly [number, string, string, string, TraceEntry['fields']?])[]): string[] {
  const maker = new BarMaker()
  entries.forEach(([at, code, subject, host, fields = {}], id) =>
    maker.add({ id, at: seconds(at), code, subject, fields, host, pid: 0, cause: root, silence: undefined }),
  )
  return maker.partitions.bars.map((bar) => `${bar.from / 1e6}-${bar.to === undefined ? '' : bar.to / 1e6} ${bar.form}: ${bar.label}`)
}
const brokers = [
  [1, 'broker.starting', 'broker 1', 'kafka1', { broker: 1 }],
  [1, 'broker.starting', 'broker 2', 'kafka2', { broker: 2 }],
  [5, 'leader.elected', 'a-0', 'kafka1', { leader: 1 }],
  [5, 'leader.elected', 'a-1', 'kafka1', { leader: 2 }],
] as const

test('from the death of a leader to the election', () => {
  expect(
    partitions(
      ...brokers,
      [9, 'container.ended', 'kafka2', 'kafka2'],
      [15, 'isr.shrunk', 'a-1', 'kafka1', { leader: -1, without: 2 }],
      [16, 'leader.elected', 'a-1', 'kafka1', { leader: 1 }],
    ),
  ).toEqual(['5-9 held: 2 partitions, all led', '9-16 alone: 1 of 2 without a leader', '16- held: 2 partitions, all led'])
})

test('a pause is a hole, too; a leader that comes back at once leads on', () => {
  expect(partitions(...brokers, [9, 'container.paused', 'kafka2', 'kafka2'], [11, 'container.unpaused', 'kafka2', 'kafka2'])).toEqual([
    '5-9 held: 2 partitions, all led',
    '9-11 alone: 1 of 2 without a leader',
    '11- held: 2 partitions, all led',
  ])
})

test('a topic that is deleted takes its partitions with it', () => {
  expect(partitions(...brokers, [9, 'topic.deleted', 'a', 'kafka1'])).toEqual(['5-9 held: 2 partitions, all led'])
})
