import { describe, expect, test } from 'vitest'
import { drawLetters, newRandom, nextInt } from './random.ts'
import { newStats, record, totalText, windowText } from './stats.ts'

describe('kafka-producer-perf-test.sh', () => {
  test('sends the letters that java.util.Random draws from seed 0', () => {
    expect(drawLetters(newRandom(0), 20)).toBe('SSXVNJHPDQDXVCRASTVY')
  })
  test('draws below a bound as Java does', () => {
    const random = newRandom(42)
    expect([100, 100, 100, 100, 100, 16, 16, 16].map((bound) => nextInt(random, bound))).toEqual([30, 63, 48, 84, 70, 15, 4, 11])
  })
  test('says every five seconds how it goes, and at the end', () => {
    const stats = newStats(3, 1000)
    expect(record(stats, 0, 10, 100, 2000)).toBeUndefined()
    expect(windowText(record(stats, 1, 30, 100, 6000)!)).toBe(
      '2 records sent, 0.4 records/sec (0.00 MB/sec), 20.0 ms avg latency, 30.0 ms max latency.\n',
    )
    expect(record(stats, 2, 5, 100, 6500)).toBeUndefined()
    expect(totalText(stats, 7000)).toBe(
      '3 records sent, 0.500000 records/sec (0.00 MB/sec), 15.00 ms avg latency, 30.00 ms max latency, 10 ms 50th, 30 ms 95th, 30 ms 99th, 30 ms 99.9th.\n',
    )
  })
})
