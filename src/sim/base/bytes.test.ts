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
