import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bytes } from '../../base/index.ts'
import { appendAsLeader, readLog } from './append.ts'
import { cleanLog } from './cleaner.ts'
import { filthiestLog } from './cleaner-manager.ts'
import { encodeEndMarker } from './control-record.ts'
import { loadLog } from './log-loading.ts'
import { logSettings } from './log-settings.ts'
import { closeLog, segmentsOf, withLogHighWatermark, type Log } from './log.ts'
import { batchesOf, encodeBatch, recordsOf, type BatchSpec } from './record-batch.ts'
import { testEnv, type TestEnv } from './testing.ts'

const text = (s: string) => new TextEncoder().encode(s)
const string = (b: Uint8Array | null) => (b === null ? null : new TextDecoder().decode(b))
function fresh(env: TestEnv, settings: Readonly<Record<string, string>> = {}): Log {
  const overrides = Object.entries({
    'cleanup.policy': 'compact',
    'segment.bytes': '400',
    'min.cleanable.dirty.ratio': '0.01',
    ...settings,
  })
  return loadLog(env, { topic: 't', partition: 0 }, '/logs', {
    settings: logSettings(overrides, {}),
    logStartOffset: 0,
    recoveryPoint: 0,
    clean: false,
  })
}
function put(env: TestEnv, log: Log, pairs: readonly (readonly [string, string | null])[], spec: BatchSpec = {}): Log {
  const records = pairs.map(([k, v]) => ({ timestamp: env.nowMs, key: text(k), value: v === null ? null : text(v) }))
  return appendAsLeader(env, log, Bytes.of(encodeBatch(spec, records)), 0).log
}
const contents = (log: Log) =>
  segmentsOf(log).flatMap((s) =>
    [...batchesOf(s.log)].flatMap((b) => recordsOf(b).map((r) => `${r.offset} ${string(r.key)}=${string(r.value)}`)),
  )
const sizes = (env: TestEnv) => env.ls('/logs/t-0').filter((line) => /\.log \d+$/.test(line))
/** Cleans until nothing is dirty enough. */
function cleanAll(env: TestEnv, before: Log, to = 0): { log: Log; to: number } {
  const next = filthiestLog(env, [before], () => to)
  if (next === undefined) return { log: before, to }
  const { log, cleanedTo } = cleanLog(env, next.log, next)
  return cleanAll(env, log, cleanedTo)
}

describe('compaction', () => {
  // One record a batch, as a producer without linger sends them: sizes as recorded of a real broker (recording 13).
  const KEYS = ['k1', 'k2', 'k3', 'k0']
  test('the last value of each key stays, empty segments too; later ones are merged', () => {
    const env = testEnv()
    let log = fresh(env)
    const more = (from: number, to: number) => {
      for (let v = from; v <= to; v++) log = put(env, log, [[KEYS[(v - 1) % 4]!, `v${v}`]])
    }
    more(1, 24)
    expect(log.logEndOffset).toBe(24)
    // The records here are two bytes shorter than in pairs, so what counts is which offsets stay.
    const first = cleanAll(env, log)
    expect(first.to).toBe(log.active.baseOffset)
    const kept = contents(first.log)
    const dirtyEnd = first.to
    expect(kept.slice(0, 4)).toEqual([-4, -3, -2, -1].map((d) => `${dirtyEnd + d} ${KEYS[(dirtyEnd + d) % 4]}=v${dirtyEnd + d + 1}`))
    expect(kept.length).toBe(4 + 24 - dirtyEnd)
    expect(sizes(env)[0]).toBe('00000000000000000000.log 0')
    log = first.log
    more(25, 30)
    const second = cleanAll(env, log, first.to)
    expect(contents(second.log).slice(-6).map((line) => line.split('=')[1])).toEqual(['v25', 'v26', 'v27', 'v28', 'v29', 'v30']) // prettier-ignore
    expect(readLog(second.log, 0, { maxBytes: 1000 })!.records.length).toBeGreaterThan(0)
    expect(second.log.logEndOffset).toBe(30)
    // What is on the disk is what the log has.
    const loaded = loadLog(env, log, '/logs', { settings: log.settings, logStartOffset: 0, recoveryPoint: 30, clean: true })
    expect(contents(loaded)).toEqual(contents(second.log))
  })

  test("a real broker's compacted segment, to the byte", () => {
    const real = (name: string) =>
      Uint8Array.from(readFileSync(join(import.meta.dirname, '../../../../test/disk/kafka1/compacted-0', name)))
    const env = testEnv()
    let log = fresh(env)
    const append = (batch: Uint8Array, time: number) => {
      env.nowMs = time
      const data = batch.slice()
      data.fill(0, 0, 8)
      log = appendAsLeader(env, log, Bytes.of(data), 0).log
    }
    const kept = [...batchesOf(Bytes.of(real('00000000000000000000.log')))]
    // Before what stayed came as many records of the same keys.
    for (const batch of kept)
      append(
        encodeBatch(
          {},
          recordsOf(batch).map(({ timestamp, key, value }) => ({ timestamp, key, value })),
        ),
        batch.maxTimestamp,
      )
    for (const batch of kept) append(batch.data, batch.maxTimestamp)
    for (const batch of batchesOf(Bytes.of(real('00000000000000000008.log')))) append(batch.data, batch.maxTimestamp)
    const { log: cleaned, to } = cleanAll(env, log)
    expect(to).toBe(8)
    closeLog(env, cleaned)
    for (const name of [
      '00000000000000000000.log',
      '00000000000000000000.index',
      '00000000000000000000.timeindex',
      '00000000000000000008.log',
      '00000000000000000008.index',
      '00000000000000000008.timeindex',
      '00000000000000000008.snapshot',
      '00000000000000000016.snapshot',
    ]) {
      // prettier-ignore
      expect(Buffer.from(env.files.readBytes(`/logs/t-0/${name}`)!.toArray()).toString('hex'), name).toBe(Buffer.from(real(name)).toString('hex'))
    }
    const date = / \w{3} \w{3} \d\d [\d:]{8} UTC \d{4}/g
    expect(env.said.filter((line) => line.startsWith('Cleaner')).map((line) => line.replace(date, ' DATE'))).toMatchInlineSnapshot(`
      [
        "Cleaner 0: Beginning cleaning of log t-0.",
        "Cleaner 0: Building offset map for t-0...",
        "Cleaner 0: Building offset map for log t-0 for 1 segments in offset range [0, 8).",
        "Cleaner 0: Offset map for log t-0 complete.",
        "Cleaner 0: Cleaning log t-0 (cleaning prior to DATE, discarding tombstones prior to DATE)...",
        "Cleaner 0: Cleaning segment 0 in log t-0 (largest timestamp DATE) into 0, retaining deletes.",
        "Cleaner 0: Swapping in cleaned segment LogSegment(baseOffset=0, size=166) for segment(s) List(LogSegment(baseOffset=0, size=332)) in log Log(/logs/t-0)",
      ]
    `)
  })

  test('a tombstone stays for delete.retention.ms after its part is clean, then goes', () => {
    const env = testEnv()
    let log = fresh(env, { 'segment.bytes': '80', 'delete.retention.ms': '1000' })
    log = put(env, put(env, log, [['a', '1']]), [['a', null]])
    log = put(env, log, [['b', '2']])
    const first = cleanAll(env, log)
    expect(contents(first.log)).toEqual(['1 a=null', '2 b=2'])
    env.nowMs += 5000
    log = put(env, put(env, first.log, [['c', '3']]), [['d', '4']])
    const second = cleanAll(env, log, first.to)
    expect(contents(second.log)).toEqual(['1 a=null', '2 b=2', '3 c=3', '4 d=4'])
    env.nowMs += 5000
    log = put(env, second.log, [['e', '5']])
    expect(contents(cleanAll(env, log, second.to).log)).toEqual(['2 b=2', '3 c=3', '4 d=4', '5 e=5'])
  })

  test("a producer's last batch stays, without records; aborted ones go", () => {
    const env = testEnv()
    const producer = { producerId: 3, producerEpoch: 0 }
    let log = fresh(env, { 'segment.bytes': '300' })
    log = put(env, log, [['a', '1']], { ...producer, baseSequence: 0 })
    log = put(env, log, [['a', '2']], { producerId: 4, producerEpoch: 0, baseSequence: 0, isTransactional: true })
    const marker = encodeEndMarker({ type: 'ABORT', coordinatorEpoch: 0 }, { producerId: 4, producerEpoch: 0, timestamp: env.nowMs })
    log = withLogHighWatermark(appendAsLeader(env, log, Bytes.of(marker), 0, false).log, 3)
    log = put(env, put(env, log, [['a', '3']]), [['b', '4']])
    log = put(env, put(env, log, [['c', '5']]), [['d', '6']])
    const cleaned = cleanAll(env, withLogHighWatermark(log, log.logEndOffset)).log
    const all = segmentsOf(cleaned).flatMap((s) => [...batchesOf(s.log)])
    expect(all[0]).toMatchObject({ producerId: 3, count: 0, baseOffset: 0, lastOffset: 0, sizeInBytes: 61 })
    expect(contents(cleaned).some((line) => line.endsWith('a=2'))).toBe(false)
    expect(contents(cleaned).some((line) => line.endsWith('a=3'))).toBe(true)
  })

  test('neither clean enough logs nor young records are cleaned', () => {
    const env = testEnv()
    const dirty = (settings: Readonly<Record<string, string>>) => {
      let log = fresh(env, settings)
      for (let i = 0; i < 20; i++) log = put(env, log, [['k', String(i)]])
      return filthiestLog(env, [log], () => 0)
    }
    expect(dirty({})?.cleanableRatio).toBe(1)
    expect(dirty({ 'min.compaction.lag.ms': '60000' })).toBeUndefined()
    expect(dirty({ 'cleanup.policy': 'delete' })).toBeUndefined()
  })
})
