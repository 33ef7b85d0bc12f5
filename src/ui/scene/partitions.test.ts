// Partitions on the stage: where they stand, how they look, what keys reach, and what a real cluster makes of them.
import { beforeAll, describe, expect, test } from 'vitest'
import { History, List, scenarioNamed, seconds, type Action, type Packet, type World } from '../../sim/index.ts'
import type { ClusterView } from './cluster-view.ts'
import { broker, cluster, topics } from './fixtures.ts'
import { indexAt, planPartitions, slotOf, type PartitionPlan } from './partition-plan.ts'
import { partitionAt } from './partition-shapes.ts'
import { PartitionTrace } from './partition-trace.ts'
import { SceneMaker, type Scene } from './scene.ts'
import type { Selection } from './selection.ts'
import { partitionNamed, topicsOf, type TopicsView } from './topics.ts'

const NOW = seconds(40)
const size = (name: string, count: number, internal = false) => ({ name, count, internal })
const levels = (plan: PartitionPlan): string[] => plan.topics.map((topic) => `${topic.name} ${topic.level}`)

describe('places', () => {
  test.each([
    ['four partitions are rows', [size('playground', 4)], ['playground rows']],
    ['twenty are tiles', [size('orders', 20)], ['orders tiles']],
    ['a hundred are ticks', [size('orders', 100)], ['orders ticks']],
    ['a thousand are a bar', [size('orders', 1000)], ['orders bar']],
    ['few beside many stay tiles', [size('playground', 4), size('orders', 50)], ['playground tiles', 'orders ticks']],
    [
      'internal topics are bars',
      [size('playground', 3), size('__consumer_offsets', 50, true)],
      ['playground rows', '__consumer_offsets bar'],
    ],
  ] as const)('%s', (_name, sizes, expected) => {
    expect(levels(planPartitions(sizes, 400, 90))).toEqual(expected)
  })

  test('no two slots overlap, and all lie within the well', () => {
    for (const [width, height] of [
      [400, 90],
      [149, 47],
      [124, 36],
    ] as const)
      for (const counts of [[1], [4], [4, 2], [12, 30], [50, 4, 4], [300]]) {
        const plan = planPartitions(
          counts.map((count, i) => size(`topic${i}`, count)),
          width,
          height,
        )
        const slots = plan.topics.flatMap((topic) =>
          topic.level === 'bar' ? [slotOf(topic, 0)] : Array.from({ length: topic.count }, (_, i) => slotOf(topic, i)),
        )
        slots.forEach((a, i) => {
          expect(a.x + a.width).toBeLessThanOrEqual(width + 0.01)
          expect(a.y + a.height).toBeLessThanOrEqual(height + 0.01)
          for (const b of slots.slice(i + 1)) {
            const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
            expect(apart).toBe(true)
          }
        })
      }
  })

  test('a point leads to the partition whose slot it lies in', () => {
    const [orders] = planPartitions([size('orders', 100)], 400, 90).topics
    for (const index of [0, 41, 99]) {
      const slot = slotOf(orders!, index)
      expect(indexAt(orders!, slot.x + slot.width / 2, slot.y + slot.height / 2)).toBe(index)
    }
    expect(indexAt(orders!, -3, 20)).toBeUndefined()
  })

  test('topics that find no room are counted', () => {
    const many = Array.from({ length: 12 }, (_, i) => size(`topic${i}`, 500))
    const plan = planPartitions(many, 400, 90)
    expect(plan.topics.length + plan.more!.count).toBe(12)
  })
})

const view = (of: TopicsView, over: Partial<ClusterView> = {}): ClusterView => cluster(3, 2, { topics: of, ...over })
const input = (of: ClusterView, selection?: Selection, now = NOW) => ({
  view: of,
  packets: List.empty<Packet>(),
  endsOf: (p: Packet) => [p.from, p.to] as const,
  now,
  rate: 1,
  still: true,
  size: { width: 1036, height: 542 },
  selection,
})
const make = (of: ClusterView, selection?: Selection): Scene => new SceneMaker().make(input(of, selection))
/** A card's replicas in words: what each row says. */
const rows = (scene: Scene, host: string): string[] =>
  scene.brokers
    .find((each) => each.host === host)!
    .partitions!.marks.map((mark) => [mark.kind, mark.cap, ...mark.texts.map((text) => text.text)].join(' | '))

describe('marks', () => {
  test('leader and follower, an ISR that is not whole, no leader at all', () => {
    const of = topics('playground 1L2i 2L1i@3', 'single 2d@1!')
    const scene = make(view(of, { brokers: [broker(1), broker(2)] }))
    expect(rows(scene, 'kafka1')).toEqual([
      'leader | none | playground-0 | epoch 0 | leader',
      'insync | none | playground-1 | epoch 3 | in sync',
    ])
    expect(rows(scene, 'kafka2').at(-1)).toBe('dead | none-leads | single-0 | no leader')
    const short = make(view(topics('playground 1L2d@2 1L2b')))
    expect(rows(short, 'kafka1')).toEqual([
      'leader | under | playground-0 | epoch 2 | leader · ISR 1/2',
      'leader | under | playground-1 | epoch 0 | leader · ISR 1/2',
    ])
    expect(rows(short, 'kafka2')[1]).toContain('not in ISR')
    expect(short.tally).toEqual({ count: 2, underReplicated: 2, leaderless: 0 })
  })

  test('a leader that moves moves no place', () => {
    const maker = new SceneMaker()
    const slots = (scene: Scene) => scene.brokers.map((each) => each.partitions!.marks.map((mark) => mark.slot))
    const before = maker.make(input(view(topics('playground 1L2i 2L1i'))))
    const dead = broker(2, { container: 'exited', exitCode: 137, lifecycle: undefined })
    const after = maker.make(input(view(topics('playground 1L2d@1 1L2d@2'), { brokers: [broker(1), dead], sessions: [] })))
    expect(slots(after)).toEqual(slots(before))
    expect(after.brokers.map((each) => each.partitions!.box)).toEqual(before.brokers.map((each) => each.partitions!.box))
  })

  test('nothing is made anew while nothing changes', () => {
    const maker = new SceneMaker()
    const of = view(topics('playground 1L2i 2L1i'))
    const first = maker.make(input(of))
    const later = maker.make(input({ ...of, wires: [] }, { kind: 'host', host: 'kafka1' }, seconds(41)))
    first.brokers.forEach((each, i) => expect(later.brokers[i]!.partitions).toBe(each.partitions))
    const selected = maker.make(input(of, { kind: 'partition', topic: 'playground', partition: 1 }))
    expect(selected.brokers.map((each) => each.partitions!.marks.map((mark) => mark.selected))).toEqual([
      [false, true],
      [false, true],
    ])
  })

  test('keys reach every replica; where there are too many, their topic', () => {
    const few = make(view(topics('playground 1L2i 2L1i')))
    expect(few.stops.map((stop) => stop.key)).toContain('partition:playground-1@kafka2')
    const words = Array.from({ length: 120 }, () => '1L2i').join(' ')
    const of = topics(`orders ${words}`)
    const many = make(view(of))
    expect(many.stops.filter((stop) => stop.selection.kind === 'partition')).toEqual([])
    const stop = many.stops.find((each) => each.key === 'topic:orders@kafka1')!
    expect(stop.title).toBe('topic orders on kafka1: 120 of 120 partitions, 120 leader')
    const shape = many.brokers[0]!.partitions!
    const slot = slotOf(shape.plan.topics[0]!, 77)
    expect(partitionAt(shape, of, shape.box.x + slot.x + 1, shape.box.y + slot.y + 1)!.name).toBe('orders-77')
    expect(shape.ticks[0]!.paths.map((path) => path.look)).toEqual(['leader'])
  })
})

describe('a cluster whose second broker is killed', () => {
  const start = scenarioNamed('start')!
  const line = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'host', kind: '$', text })
  let history: History
  const at = (second: number): World => {
    history.seek(seconds(second))
    return history.world
  }
  const glance = (world: World) =>
    topicsOf(world)
      .topics.flatMap((topic) => topic.partitions)
      .map(({ partition, health, state, replicas }) =>
        [partition, health, `epoch ${state?.leaderEpoch}`, ...replicas.map((r) => `${r.broker} ${r.kind}${r.was ? ' led' : ''}`)].join(
          ', ',
        ),
      )
  beforeAll(() => {
    const actions = [
      ...start.actions,
      line(26, './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic playground --partitions 4 --replication-factor 2'),
      line(34, 'docker-compose kill kafka2'),
    ]
    history = new History({ ...start, actions })
  })

  test('leaders move to the broker that is left, by the epochs of the README', () => {
    // Which broker gets the first partition is drawn by lot.
    const kinds = (world: World) =>
      glance(world)
        .map((text) => text.replace(/^\d, /, ''))
        .sort()
    expect(topicsOf(at(20)).count).toBe(0)
    expect(new Set(kinds(at(33)))).toEqual(new Set(['online, epoch 0, 1 leader, 2 insync', 'online, epoch 0, 2 leader, 1 insync']))
    expect(new Set(kinds(at(37)))).toEqual(new Set(['online, epoch 0, 1 leader, 2 dead', 'leaderless, epoch 0, 2 dead, 1 insync']))
    expect(new Set(kinds(at(55)))).toEqual(new Set(['online, epoch 1, 1 leader, 2 dead', 'online, epoch 2, 2 dead led, 1 leader']))
    expect(topicsOf(at(55))).toMatchObject({ count: 4, underReplicated: 4, leaderless: 0 })
  })

  test('what has not changed is the same object; what was rewound is as it was', () => {
    const before = topicsOf(at(33))
    expect(topicsOf(at(33.4))).toBe(before)
    const names = glance(history.world)
    at(55)
    expect(glance(history.world)).not.toEqual(names)
    expect(glance(at(33))).toEqual(names)
    const one = partitionNamed(topicsOf(history.world), 'playground', 2)
    expect(one!.name).toBe('playground-2')
  })

  test('an election is seen to move, from where leadership was', () => {
    const world = at(55)
    const { elections } = topicsOf(world)
    const moved = elections.find((each) => each.from === 2)!
    expect(moved.to).toBe(1)
    const maker = new SceneMaker()
    const of = view(topicsOf(world))
    const during = maker.make(input(of, undefined, (moved.entry.at + 200_000) as never))
    expect(during.moves.filter((move) => move.arc !== '' && move.block !== undefined)).toHaveLength(2)
    expect(maker.make(input(of, undefined, (moved.entry.at + 5_000_000) as never)).moves).toEqual([])
    expect(maker.make(input(of, undefined, (moved.entry.at - 1) as never)).moves.filter((move) => move.name === moved.name)).toEqual([])
  })

  test('the index of a trace is the same read step by step, at once, or back and forth', () => {
    const steps = new PartitionTrace()
    for (const second of [20, 30, 41, 55, 33, 55]) steps.read(at(second).trace)
    const once = new PartitionTrace().read(at(55).trace)
    for (const subject of ['playground', 'playground-0', 'playground-1']) expect(steps.about(subject)).toEqual(once.about(subject))
    expect(once.about('playground-0').map((entry) => entry.code)).toContain('leader.elected')
    expect(new PartitionTrace().read(at(33).trace).election('playground-0')!.from).toBeUndefined()
  })
})
