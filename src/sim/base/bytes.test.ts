import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bytes } from './bytes.ts'

const array = (n: number, from = 0) => Uint8Array.from({ length: n }, (_, i) => (from + i * 7) & 255)

describe('bytes', () => {
  test('two futures append after the same past', () => {
    const past = Bytes.empty().append(array(10))
    const one = past.append(Uint8Array.of(1, 2))
    const two = past.append(Uint8Array.of(3))
    expect([...past.toArray()]).toEqual([...array(10)])
    expect([...one.slice(10).toArray()]).toEqual([1, 2])
    expect([...two.slice(10).toArray()]).toEqual([3])
    expect([...past.slice(0, 5).append(Uint8Array.of(9)).toArray()]).toEqual([...array(5), 9])
    expect([...one.toArray()]).toEqual([...array(10), 1, 2])
  })
  test('reads numbers across the edge of a chunk', () => {
    const bytes = Bytes.empty()
      .append(new Uint8Array(65534))
      .append(Uint8Array.of(1, 2, 3, 4, 255, 255, 255, 254))
    expect(bytes.int32At(65534)).toBe(0x01020304)
    expect(bytes.int32At(65538)).toBe(-2)
    expect(bytes.int64At(65534)).toBe(0x01020304 * 4294967296 + 0xfffffffe)
    expect([...bytes.view(65533, 65537)]).toEqual([0, 1, 2, 3])
  })
  test('what follows another byte by byte shares its room, until one of them goes its own way', () => {
    const shares = (one: Bytes, two: Bytes): boolean => one.view(one.length - 1).buffer === two.view(two.length - 1).buffer
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(50_000), fc.nat(255)), { maxLength: 20 }), fc.nat(100), (steps, cut) => {
        let leader = Bytes.of(array(1000))
        let follower = leader.slice(cut)
        let expected = follower.toArray()
        for (const [kind, n, seed] of steps) {
          if (kind > 0) leader = leader.append(array(n % (kind * 400), seed))
          if (kind === 4 && expected.length + cut < leader.length) {
            const more = leader.slice(expected.length + cut)
            follower = follower.append(more)
            expected = leader.slice(cut).toArray()
            expect(shares(leader, follower)).toBe(true)
          } else if (kind === 0) {
            follower = follower.append(Uint8Array.of(seed))
            expected = Uint8Array.from([...expected, seed])
            follower = follower.slice(0, follower.length - 1)
            expected = expected.slice(0, -1)
          }
          expect(Buffer.compare(follower.toArray(), expected)).toBe(0)
        }
        expect(follower.hash()).toEqual(Bytes.of(expected).hash())
      }),
      { numRuns: 50 },
    )
    const [one, two] = [Bytes.of(array(10)), Bytes.of(array(10, 1))]
    expect([...one.append(two.append(Uint8Array.of(9)).slice(10)).toArray()]).toEqual([...array(10), 9])
  })
  test('any way of cutting and joining gives the same bytes and hash', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.nat(70000), fc.nat(255)), { maxLength: 12 }),
        fc.nat(2000),
        fc.nat(2000),
        (steps, from, rest) => {
          let bytes = Bytes.empty()
          let expected: Uint8Array = new Uint8Array(0)
          for (const [kind, n, seed] of steps) {
            if (kind === 0) {
              bytes = bytes.slice(0, n)
              expected = expected.slice(0, n)
            } else {
              const more = array(kind === 1 ? n % 300 : n, seed)
              bytes = kind === 3 ? bytes.append(Bytes.of(more)) : bytes.append(more)
              expected = Uint8Array.from(Buffer.concat([expected, more]))
            }
          }
          expect(Buffer.compare(bytes.toArray(), expected)).toBe(0)
          const whole = Bytes.of(expected)
          expect(bytes.hash()).toEqual(whole.hash())
          expect(bytes.equals(whole)).toBe(true)
          const [a, b] = [from, Math.max(from, bytes.length - rest)]
          expect(Buffer.compare(bytes.slice(a, b).toArray(), expected.slice(a, b))).toBe(0)
          expect(Buffer.compare(bytes.view(a, b), expected.slice(a, b))).toBe(0)
          expect(bytes.slice(a, b).hash()).toEqual(Bytes.of(expected.slice(a, b)).hash())
        },
      ),
      { numRuns: 30 },
    )
  })
})
