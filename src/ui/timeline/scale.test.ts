import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seconds, us } from '../../sim/index.ts'
import { clock, NARROWEST, ticks, tickStep, TimeScale } from './scale.ts'

const window = fc.record({
  from: fc.integer({ min: -10_000_000, max: 3_600_000_000 }),
  span: fc.integer({ min: NARROWEST, max: 600_000_000 }),
  width: fc.integer({ min: 100, max: 4000 }),
})

describe('the time scale', () => {
  test('a pixel and its time go back and forth', () => {
    fc.assert(
      fc.property(window, fc.double({ min: 0, max: 1, noNaN: true }), ({ from, span, width }, share) => {
        const scale = new TimeScale(from, span, width)
        const at = scale.at(share * width)
        if (at > 0) expect(Math.abs(scale.x(at) - share * width)).toBeLessThanOrEqual(width / span + 1e-6)
      }),
    )
  })
  test('zooming keeps what is under the pointer', () => {
    fc.assert(
      fc.property(window, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.2, max: 5, noNaN: true }), (w, share, factor) => {
        const scale = new TimeScale(w.from, w.span, w.width)
        const x = share * w.width
        const under = scale.from + share * scale.span
        expect(scale.zoomed(factor, x).x(under)).toBeCloseTo(x, 3)
      }),
    )
  })
  test('is the same through d3-zoom’s transform', () => {
    fc.assert(
      fc.property(window, (w) => {
        const scale = new TimeScale(w.from, w.span, w.width)
        const again = TimeScale.ofTransform(scale.transform.k, scale.transform.x, w.width)
        expect(again.span).toBeCloseTo(scale.span, 1)
        expect(again.from).toBeCloseTo(scale.from, 1)
      }),
    )
  })
  test('ticks stand apart, at round times, as finely labelled as they stand', () => {
    const scale = new TimeScale(0, 60_000_000, 1200)
    expect(tickStep(scale, 90)).toBe(5_000_000)
    expect(
      ticks(scale)
        .map((t) => t.label)
        .slice(0, 3),
    ).toEqual(['00:00', '00:05', '00:10'])
    expect(
      ticks(new TimeScale(31_000_000, 200_000, 1000))
        .map((t) => t.label)
        .slice(0, 2),
    ).toEqual(['00:31.00', '00:31.02'])
    expect(ticks(new TimeScale(31_000_000, 1000, 1000), 90)[1]!.label).toBe('00:31.0001')
    fc.assert(fc.property(window, (w) => void expect(ticks(new TimeScale(w.from, w.span, w.width)).length).toBeLessThan(60)))
  })
  test('the clock splits off its microseconds', () => {
    expect(clock(us(38_400_123))).toEqual({ main: '00:38.400', micros: '123' })
    expect(clock(seconds(3725)).main).toBe('1:02:05.000')
  })
})
