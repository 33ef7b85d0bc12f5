import { describe, expect, test } from 'vitest'
import { seconds, type Micros } from '../../sim/index.ts'
import { firstNear, pace, type Moment } from './directed.ts'
import { rateIndex, RATES, rateText, stepRate } from './rates.ts'

const moment = (at: number, weight: 1 | 2 | 3): Moment => ({ at: seconds(at), weight })

/** Real seconds that directed play takes from one moment to another, at 60 frames a second. */
function watch(moments: readonly Moment[], from: number, to: number): number {
  let now = seconds(from)
  let frames = 0
  while (now < seconds(to) && frames < 100_000) {
    now = (now + pace(moments, now, (now + 20_000_000) as Micros, firstNear(moments, now)) * (1_000_000 / 60)) as Micros
    frames++
  }
  return frames / 60
}

describe('directed play', () => {
  const failover = [moment(31, 2), moment(37.2, 3), moment(37.21, 1), moment(37.24, 3)]
  test('is slow at what matters, quick in quiet', () => {
    expect(pace(failover, seconds(37.2), seconds(60))).toBeLessThan(0.05)
    expect(pace(failover, seconds(34), seconds(60))).toBeGreaterThan(1)
    expect(pace([], seconds(500), seconds(520))).toBeGreaterThan(20)
  })
  test('takes some seconds to a failover, not minutes, and a quiet hour in minutes', () => {
    expect(watch(failover, 31, 37)).toBeGreaterThan(2)
    expect(watch(failover, 31, 37)).toBeLessThan(12)
    expect(watch(failover, 37.19, 37.25)).toBeGreaterThan(0.8)
    expect(watch([], 0, 3600)).toBeLessThan(180)
  })
  test('never leaps over a moment: a frame is a part of what is left', () => {
    for (let ms = 1; ms < 20_000; ms += 7) {
      const left = ms / 1000
      const rate = pace([moment(30, 3)], seconds(30 - left), seconds(50))
      expect(rate / 60).toBeLessThan(left + 0.03 / 60 + 1e-9)
    }
  })
  test('approaches the end of what is known', () => {
    expect(pace([], seconds(10), seconds(10))).toBeLessThanOrEqual(1)
  })
  test('skips the far past without changing the result', () => {
    const many = Array.from({ length: 2000 }, (_, i) => moment(i, 2))
    for (const at of [0, 3.3, 777.7, 1999.5]) {
      expect(pace(many, seconds(at), seconds(at + 20), firstNear(many, seconds(at)))).toBe(pace(many, seconds(at), seconds(at + 20), 0))
    }
  })
})

describe('rates', () => {
  test('go from a thousandth to a thousand in steps, and stay within', () => {
    expect(RATES).toHaveLength(19)
    expect(stepRate(1, 1)).toBe(2)
    expect(stepRate(1, -3)).toBe(0.1)
    expect(stepRate(0.001, -1)).toBe(0.001)
    expect(stepRate(1000, 5)).toBe(1000)
    expect(RATES[rateIndex(0.013)]).toBe(0.01)
  })
  test('are written shortly', () => {
    expect([0.001, 0.0372, 0.5, 1, 1.26, 37.4, 1000].map(rateText)).toEqual(['0.001×', '0.04×', '0.5×', '1×', '1.3×', '37×', '1000×'])
  })
})
