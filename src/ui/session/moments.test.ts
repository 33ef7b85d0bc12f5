// Directed play in a stream of records: what brokers do over and over slows it once.
import { expect, test } from 'vitest'
import { List, seconds, type Fork, type TraceEntry } from '../../sim/index.ts'
import { pace } from './directed.ts'
import { Moments } from './moments.ts'

const entry = (id: number, second: number, code: string): TraceEntry => ({
  ...{
    id,
    at: seconds(second),
    event: id,
    code,
    subject: 't-0',
    fields: {},
    host: 'kafka1',
    pid: 1,
    cause: { root: 'scenario', action: -1, label: '', at: seconds(0) },
    silence: undefined,
  },
})
const fork = (entries: readonly TraceEntry[]): Fork => ({ id: 0, actions: [], tip: { trace: List.of(entries) } }) as unknown as Fork

test('a segment that rolls each second does not hold play back; the first one, and what else happens, does', () => {
  const rolls = Array.from({ length: 300 }, (_, i) => entry(i, 10 + i, 'segment.rolled'))
  const elected = entry(300, 311, 'leader.elected')
  const moments = new Moments().of(fork([...rolls, elected]))
  expect(moments.map((m) => m.entry?.id)).toEqual([0, 300])
  expect(pace(moments, seconds(100), seconds(400))).toBe(40)
  expect(pace(moments, seconds(10), seconds(400))).toBeLessThan(1)
  expect(pace(moments, seconds(311), seconds(400))).toBeLessThan(1)
})
test('after a quiet minute it is news again', () => {
  const moments = new Moments().of(
    fork([entry(0, 10, 'segment.deleted'), entry(1, 11, 'segment.deleted'), entry(2, 80, 'segment.deleted')]),
  )
  expect(moments.map((m) => m.entry?.id)).toEqual([0, 2])
})
