import { expect, test } from 'vitest'
import { Bytes, List, ms, seconds, us, type Message, type Micros } from '../../sim/index.ts'
import { packet } from './fixtures.ts'
import { Labels } from './labels.ts'
import { flight, packetShapes, SEEN_US } from './packets.ts'
import { straight } from './path.ts'

const at = (t: Micros, more: number) => (t + more) as Micros
const SENT = seconds(10)
const DUE = at(SENT, 400)

test('at 1 x a packet of less than a millisecond is seen for half a second, and its true place is ahead of its mark', () => {
  expect(flight(SENT, DUE, at(SENT, -1), 1)).toBeUndefined()
  const halfway = flight(SENT, DUE, at(SENT, SEEN_US / 2), 1)!
  expect(halfway.mark).toBeCloseTo(0.5)
  expect(halfway.head).toBe(1)
  expect(halfway.tail).toBeLessThan(halfway.mark)
  expect(flight(SENT, DUE, at(SENT, SEEN_US * 2), 1)).toBeUndefined()
})

test('played slowly, mark and packet are one', () => {
  for (const part of [0.1, 0.5, 0.9]) {
    const slow = flight(SENT, DUE, at(SENT, 400 * part), 0.0001)!
    expect(slow.mark).toBeCloseTo(part)
    expect(slow.head).toBeCloseTo(slow.mark)
  }
})

test('a place depends on the four numbers alone, whichever way time was walked', () => {
  const times = Array.from({ length: 40 }, (_, i) => at(SENT, i * 20_000))
  const forwards = times.map((t) => flight(SENT, DUE, t, 1))
  const backwards = [...times].reverse().map((t) => flight(SENT, DUE, t, 1))
  expect(backwards.reverse()).toEqual(forwards)
  const marks = forwards.flatMap((f) => (f ? [f.mark] : []))
  expect([...marks].sort((a, b) => a - b)).toEqual(marks)
})

const shapes = (packets: Parameters<typeof packet>[] | ReturnType<typeof packet>[], now: Micros, rate = 1, selected?: number) =>
  packetShapes({
    packets: List.of(packets as ReturnType<typeof packet>[]),
    now,
    rate,
    wayOf: (p) => ({ path: straight({ x: 100, y: 0 }, { x: 100, y: 200 }), forward: p.from === 'zoo1' }),
    labels: new Labels([], 400),
    selected,
  })
const ping = { proto: 'zk', kind: 'ping' }

test('who speaks from the lower end moves upwards', () => {
  const now = at(SENT, SEEN_US / 4)
  const [down, up] = shapes([packet(1, 'zoo1', 'kafka1', ping, SENT), packet(2, 'kafka1', 'zoo1', ping, SENT)], now)
  expect(down!.y).toBeCloseTo(50)
  expect(up!.y).toBeCloseTo(150)
})

test('a burst of chatter is thinned, other messages and the selected one are not lost in it', () => {
  const burst = Array.from({ length: 200 }, (_, i) => packet(i, 'zoo1', 'kafka1', ping, at(SENT, i * 500)))
  const create = packet(
    900,
    'zoo1',
    'kafka1',
    { proto: 'zk', kind: 'create', request: { path: '/kafka/controller' } } as never,
    at(SENT, 50_000),
  )
  const drawn = shapes([...burst, create], at(SENT, 100_000), 1, 77)
  expect(drawn.length).toBeLessThan(12)
  expect(drawn.map((shape) => shape.id)).toContain(900)
  expect(drawn.map((shape) => shape.id)).toContain(77)
  expect(drawn.find((shape) => shape.id === 900)!.label).toBe('create /kafka/controller')
})

test('words do not lie on words', () => {
  const now = at(SENT, 50_000)
  const drawn = shapes(
    [
      packet(1, 'zoo1', 'kafka1', { proto: 'zk', kind: 'create' }, SENT),
      packet(2, 'kafka1', 'zoo1', { proto: 'zk', kind: 'delete' }, SENT),
    ],
    now,
  )
  expect(drawn.map((shape) => shape.label)).toEqual(['create', 'delete'])
  const crowd = Array.from({ length: 12 }, (_, i) =>
    packet(i, 'zoo1', 'kafka1', { proto: 'zk', kind: `request${i}` }, us(SENT + i * 70_000)),
  )
  const labelled = shapes(crowd, at(SENT, 12 * 70_000)).filter((shape) => shape.label !== '')
  expect(labelled.length).toBeGreaterThan(1)
})

test('what has not left yet is not drawn', () => {
  expect(shapes([packet(1, 'zoo1', 'kafka1', ping, at(SENT, ms(5)))], SENT)).toEqual([])
})

test('of a stream of records a few are drawn, one is named, and how much each carries is seen', () => {
  const records = (count: number) => {
    const data = new Uint8Array(61)
    const view = new DataView(data.buffer)
    view.setInt32(8, 49)
    view.setInt8(16, 2)
    view.setInt32(57, count)
    return Bytes.of(data)
  }
  const produce = (count: number): Message =>
    ({
      proto: 'kafka',
      kind: 'Produce',
      isRequest: true,
      body: { topics: [{ topic: 't', partitions: [{ partition: 0, records: records(count) }] }] },
    }) as Message
  const sent = Array.from({ length: 200 }, (_, i) => packet(i, 'zoo1', 'kafka1', produce([1, 50, 5000][i % 3]!), at(SENT, i * 2000)))
  const drawn = shapes(sent, at(SENT, 400_000))
  expect(drawn.length).toBeGreaterThan(0)
  expect(drawn.length).toBeLessThanOrEqual(4)
  expect(drawn.filter((shape) => shape.label !== '')).toHaveLength(1)
  const one = (count: number) => shapes([packet(1, 'zoo1', 'kafka1', produce(count), SENT)], at(SENT, 1000))[0]!
  expect([one(1).load, one(100).load, one(101).load]).toEqual([1, 2, 3])
  expect(one(7).title).toBe('Produce t-0: 7 records, zoo1 to kafka1')
})
