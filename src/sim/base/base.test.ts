import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civil, draw32, drawBelow, heapPop, heapPush, javaDate, List, log4jTime, PMap, formatTime, seconds, ms, type Due } from './index.ts'

describe('List', () => {
  test('is a list under any pushes, trims and truncations; older versions stay (property)', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('push' as const), n: fc.integer({ min: 1, max: 80 }) }),
      fc.record({ do: fc.constant('keep' as const), n: fc.nat(150) }),
      fc.record({ do: fc.constant('cut' as const), n: fc.nat(60) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let list = List.empty<number>()
        let model: { position: number; value: number }[] = []
        let value = 0
        const kept: [List<number>, number[]][] = []
        for (const s of steps) {
          if (s.do === 'push') {
            for (let i = 0; i < s.n; i++) {
              model = [...model, { position: list.end, value }]
              list = list.push(value++)
            }
          } else if (s.do === 'keep') {
            list = list.keepLast(s.n)
            expect(list.size).toBeGreaterThanOrEqual(Math.min(s.n, model.length))
            model = model.filter((m) => m.position >= list.start)
          } else {
            const end = Math.max(list.start, list.end - s.n)
            list = list.truncate(end)
            model = model.filter((m) => m.position < end)
          }
          expect(list.toArray()).toEqual(model.map((m) => m.value))
          for (const m of model) expect(list.at(m.position)).toBe(m.value)
          expect(list.at(list.end)).toBeUndefined()
          expect(list.last()).toBe(model.at(-1)?.value)
          kept.push([list, model.map((m) => m.value)])
        }
        for (const [old, values] of kept) expect(old.toArray()).toEqual(values)
      }),
    )
  })
})

describe('PMap', () => {
  test('is a map under any sets and deletes; equal maps iterate alike (property)', () => {
    const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('Aa', 'BB', 'AaAa', 'BBBB', 'AaBB'))
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.option(fc.nat()))), (steps) => {
        let map = PMap.empty<number>()
        const model = new Map<string, number>()
        for (const [k, v] of steps) {
          const before = map
          const size = map.size
          if (v === null) {
            map = map.delete(k)
            model.delete(k)
          } else {
            map = map.set(k, v)
            model.set(k, v)
          }
          expect(before.size).toBe(size)
        }
        expect(map.size).toBe(model.size)
        expect(map.sortedKeys()).toEqual([...model.keys()].sort())
        for (const [k, v] of model) expect(map.get(k)).toBe(v)
        const rebuilt = PMap.of([...model].reverse())
        expect([...rebuilt]).toEqual([...map])
      }),
    )
  })
})

test('the heap gives its items in order of (at, id) (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const heap: Due[] = []
      times.forEach((at, id) => heapPush(heap, { at, id }))
      const out: Due[] = []
      for (let item = heapPop(heap); item; item = heapPop(heap)) out.push(item)
      expect(out).toEqual(times.map((at, id) => ({ at, id })).sort((a, b) => a.at - b.at || a.id - b.id))
    }),
  )
})

describe('randomness', () => {
  test('streams do not disturb each other and repeat from a seed', () => {
    const a = { seed: 5, streams: {} }
    const b = { seed: 5, streams: {} }
    const first = [draw32(a, 'x'), draw32(a, 'x')]
    draw32(b, 'y')
    expect([draw32(b, 'x'), draw32(b, 'x')]).toEqual(first)
  })
  test('is spread evenly enough', () => {
    const states = { seed: 9, streams: {} }
    const counts = Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) counts[drawBelow(states, 's', 10)]!++
    for (const n of counts) expect(n).toBeGreaterThan(850)
  })
})

describe('time', () => {
  test('civil dates agree with the calendar (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (epochMs) => {
        const d = new Date(epochMs)
        const c = civil(epochMs)
        expect([c.year, c.month, c.day, c.hour, c.minute, c.second, c.ms, c.weekday]).toEqual([
          d.getUTCFullYear(),
          d.getUTCMonth() + 1,
          d.getUTCDate(),
          d.getUTCHours(),
          d.getUTCMinutes(),
          d.getUTCSeconds(),
          d.getUTCMilliseconds(),
          d.getUTCDay(),
        ])
      }),
    )
  })
  test('is written as the real programs write it', () => {
    expect(log4jTime(1_795_361_760_007)).toBe('2026-11-22 15:36:00,007')
    expect(javaDate(1_563_477_772_000)).toBe('Thu Jul 18 19:22:52 UTC 2019')
    expect(formatTime(seconds(31.0042))).toBe('00:31.004')
    expect(ms(1.5)).toBe(1500)
  })
})
