// A partition's logs on the page: what stays how long, on leader and follower, over a run with one-minute segments.
import { beforeAll, describe, expect, test } from 'vitest'
import { History, scenarioNamed, seconds, type Action, type LogView, type SegmentView, type World } from '../../sim/index.ts'
import { fateOf, longText, recordsShown, replicaLogs, segmentRows, sizeText, valueText } from './logs-view.ts'

const start = scenarioNamed('start')!
const line = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'host', kind: '$', text })
const TOPIC = './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic played --partitions 1 --replication-factor 2'
const tp = { topic: 'played', partition: 0 }

let history: History
const at = (second: number): World => {
  history.seek(seconds(second))
  return history.world
}
beforeAll(() => {
  const actions = [
    ...start.actions,
    line(26, `${TOPIC} --config segment.bytes=4000 --config retention.ms=60000`),
    line(32, './wrappers/kafka-verifiable-producer.sh --broker-list kafka1:9092 --topic played --max-messages 400 --throughput 10'),
    line(90, 'docker-compose kill kafka2'),
  ]
  history = new History({ ...start, actions })
})

describe('over a run', () => {
  test('leader and follower have the same segments, one active each', () => {
    const logs = replicaLogs(at(60), tp)
    expect(logs.map((log) => log.role).sort()).toEqual(['follower', 'leader'])
    expect(logs[0]!.role).toBe('leader')
    const { rows, hidden } = segmentRows(logs)
    expect(hidden).toBe(0)
    expect(rows.length).toBeGreaterThan(2)
    for (const { cells } of rows) expect(cells[0]?.baseOffset).toBe(cells[1]?.baseOffset)
    expect(rows.at(-1)!.cells.map((cell) => cell?.active)).toEqual([true, true])
    const [leader] = logs
    expect(leader!.view.segments.reduce((sum, s) => sum + s.sizeInBytes, 0)).toBe(leader!.view.sizeInBytes)
    leader!.view.segments.slice(1).forEach((s, i) => expect(s.baseOffset).toBe(leader!.view.segments[i]!.endOffset))
  })
  test('the last records are those before the log end, however many there are', () => {
    const [leader] = replicaLogs(at(60), tp)
    const shown = recordsShown(leader!.log!)
    expect(shown.map((r) => r.offset)).toEqual(Array.from({ length: 8 }, (_, i) => leader!.view.logEndOffset - 8 + i))
    expect(valueText(shown.at(-1)!.value)).toBe(String(leader!.view.logEndOffset - 1))
  })
  test('a killed broker’s log is read off its disk', () => {
    const logs = replicaLogs(at(95), tp)
    const dead = logs.find((log) => log.host === 'kafka2')!
    const live = logs.find((log) => log.host === 'kafka1')!
    expect(dead.role).toBe('stopped')
    expect(dead.view.logEndOffset).toBe(live.view.logEndOffset)
    expect(dead.view.segments.map((s) => [s.baseOffset, s.sizeInBytes])).toEqual(
      live.view.segments.map((s) => [s.baseOffset, s.sizeInBytes]),
    )
  })
})

const segment = (over: Partial<SegmentView> = {}): SegmentView => ({
  ...{ baseOffset: 0, endOffset: 10, sizeInBytes: 700, active: false, youngestMs: 1000, expiresMs: 61_000 },
  ...{ overSize: false, belowStart: false, held: false, ...over },
})
const view = (over: Partial<LogView> = {}): LogView => ({
  ...{ folder: '/d/t-0', logStartOffset: 0, logEndOffset: 10, highWatermark: 10, lastStableOffset: 10, recoveryPoint: 0, segments: [] },
  ...{ sizeInBytes: 700, retentionMs: 60_000, retentionBytes: -1, compact: false, segmentMs: 60_000, segmentBytes: 1000, ...over },
})

test.each([
  ['counts down', segment(), view(), 31_000, '30 s left', 'stays', 0.5],
  ['waits for the next look', segment(), view(), 70_000, 'its time is up: goes at the next look, in 12 s', 'soon', 0],
  ['must be replicated first', segment({ held: true }), view(), 70_000, 'its time is up, but not all replicated: stays', 'stays', 0],
  [
    'goes by size',
    segment({ overSize: true, expiresMs: undefined }),
    view(),
    0,
    'over retention.bytes: goes at the next look, in 12 s',
    'soon',
    undefined,
  ],
  ['has no end', segment({ expiresMs: undefined }), view({ retentionMs: -1 }), 0, 'stays', 'stays', undefined],
  ['is compacted', segment({ expiresMs: undefined }), view({ retentionMs: -1, compact: true }), 0, 'compacted', 'stays', undefined],
] as const)('a segment %s', (_, s, log, now, text, tone, left) => {
  expect(fateOf(s, log, now, 12_000)).toEqual({ text, tone, left })
})

test('of very many segments the oldest and the newest are drawn', () => {
  const segments = Array.from({ length: 1000 }, (_, i) => segment({ baseOffset: i * 10, endOffset: i * 10 + 10 }))
  const { rows, hidden, hiddenAfter } = segmentRows([{ view: view({ segments }), waiting: [] }])
  expect([rows.length, hidden, hiddenAfter]).toEqual([10, 990, 2])
  expect(rows[2]!.baseOffset).toBe(9920)
})

test('sizes, times and values in words', () => {
  expect([0, 999, 19_944, 10_485_760, 1_073_741_824].map(sizeText)).toEqual(['0 B', '999 B', '19.9 kB', '10.5 MB', '1.07 GB'])
  expect([500, 60_000, 180_000, 7_200_000, 604_800_000].map(longText)).toEqual(['500 ms', '60 s', '3 min', '2 h', '7 days'])
  expect(valueText(null)).toBe('null')
  expect(valueText(new TextEncoder().encode('é'.repeat(200)), 100)).toBe(`${'é'.repeat(100)}… (400 bytes)`)
  expect(valueText(Uint8Array.of(0, 255))).toBe('0x00ff')
})
