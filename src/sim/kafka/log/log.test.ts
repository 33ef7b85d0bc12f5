import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Bytes } from '../../base/index.ts'
import { appendAsFollower, appendAsLeader, EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, offsetForTimestamp, readLog } from './append.ts'
import { encodeEndMarker } from './control-record.ts'
import { logSettings } from './log-settings.ts'
import { loadLog } from './log-loading.ts'
import {
  assignLogEpoch,
  closeLog,
  deleteOldSnapshots,
  flushLog,
  lastStableOffset,
  raiseLogStart,
  runDeletion,
  segmentsOf,
  truncateFullyAndStartAt,
  truncateLogTo,
  withLogHighWatermark,
  type Log,
} from './log.ts'
import { batchesOf, encodeBatch, recordsOf, type BatchSpec } from './record-batch.ts'
import { deleteOldSegments } from './retention.ts'
import { testEnv, type TestEnv } from './testing.ts'

const PATH = '/logs/t-0'
const text = (s: string) => new TextEncoder().encode(s)
type Settings = Readonly<Record<string, string | number>>
const settingsOf = (settings: Settings) =>
  logSettings(
    Object.entries(settings).map(([k, v]) => [k, String(v)] as const),
    {},
  )
function fresh(env: TestEnv, settings: Settings = {}, clean = false, recoveryPoint = 0, logStartOffset = 0): Log {
  return loadLog(env, { topic: 't', partition: 0 }, '/logs', { settings: settingsOf(settings), logStartOffset, recoveryPoint, clean })
}
const batch = (values: readonly string[], timestamp: number, spec: BatchSpec = {}, key: string | null = null) =>
  Bytes.of(encodeBatch(spec, values.map((v) => ({ timestamp, key: key === null ? null : text(key), value: text(v) })))) // prettier-ignore
const send = (env: TestEnv, log: Log, value: string, spec: BatchSpec = {}) => appendAsLeader(env, log, batch([value], env.nowMs, spec), 0)
/** One record of 71 bytes every `everyMs`. */
function fill(env: TestEnv, before: Log, count: number, everyMs = 1000): Log {
  let log = before
  for (let i = 0; i < count; i++) {
    log = send(env, log, String(log.logEndOffset).padStart(3, '0')).log
    env.nowMs += everyMs
  }
  return log
}
const bases = (log: Log) => segmentsOf(log).map((s) => s.baseOffset)
const values = (log: Log, from: number) =>
  [...batchesOf(readLog(log, from, { maxBytes: 1e6 })!.records)].flatMap((b) => recordsOf(b).map((r) => new TextDecoder().decode(r.value!)))

describe('segments', () => {
  test('a new log has its indexes at once, a rolled one when something is appended', () => {
    const env = testEnv()
    let log = fresh(env, { 'segment.bytes': 200 })
    expect(env.ls(PATH)).toEqual([
      '00000000000000000000.index 10485760',
      '00000000000000000000.log 0',
      '00000000000000000000.timeindex 10485756',
      'leader-epoch-checkpoint 0',
    ])
    log = fill(env, log, 3)
    expect(env.said.slice(-2)).toEqual([
      '[ProducerStateManager partition=t-0] Writing producer snapshot at offset 2',
      '[Log partition=t-0, dir=/logs] Rolled new log segment at offset 2 in 1 ms.',
    ])
    expect(env.ls(PATH)).toEqual([
      '00000000000000000000.index 0',
      '00000000000000000000.log 142',
      '00000000000000000000.timeindex 12',
      '00000000000000000002.index 10485760',
      '00000000000000000002.log 71',
      '00000000000000000002.snapshot 10',
      '00000000000000000002.timeindex 10485756',
      'leader-epoch-checkpoint 8',
    ])
    expect(env.tasks).toEqual([{ delayMs: 0, task: { type: 'flush', topic: 't', partition: 0, offset: 2 } }])
    expect(flushLog(env, log, 2).recoveryPoint).toBe(2)
    closeLog(env, log)
    expect(env.ls(PATH).filter((line) => line.includes('index'))).toEqual([
      '00000000000000000000.index 0',
      '00000000000000000000.timeindex 12',
      '00000000000000000002.index 0',
      '00000000000000000002.timeindex 12',
    ])
  })
  test('roll by the time of the records, on the first one after it', () => {
    const env = testEnv()
    const log = fill(env, fresh(env, { 'segment.ms': 60_000 }), 150)
    expect(bases(log)).toEqual([0, 61, 122])
    env.nowMs += 3_600_000
    expect(bases(send(env, log, 'x').log)).toEqual([0, 61, 122, 150])
  })
  test('roll when an index is full', () => {
    const env = testEnv()
    const log = fill(env, fresh(env, { 'segment.index.bytes': 40, 'index.interval.bytes': 0 }), 9)
    // Three entries of time (and one to spare) are full before five of offsets.
    expect(bases(log)).toEqual([0, 3, 6])
  })
  test('roll when an offset is too far from the first', () => {
    const env = testEnv()
    let log = fill(env, fresh(env), 1)
    log = appendAsFollower(env, log, batch(['far'], env.nowMs, { baseOffset: 2147483648 })).log
    expect(bases(log)).toEqual([0, 2147483648])
  })
})

describe('retention', () => {
  const old = { 'segment.ms': 60_000, 'retention.ms': 600_000 }
  test('segments go that are older than allowed and below the high watermark', () => {
    const env = testEnv()
    let log = fill(env, fresh(env, old), 150)
    env.nowMs += 600_000 - 100_000
    expect(deleteOldSegments(env, log).deleted).toEqual([])
    log = withLogHighWatermark(log, 70)
    const run = deleteOldSegments(env, log)
    expect(run.deleted).toEqual([])
    env.nowMs += 20_000
    const later = deleteOldSegments(env, log)
    expect(later.deleted).toEqual([{ baseOffset: 0, size: 61 * 71, reason: 'time', limit: 600_000, ageMs: 610_000 }])
    expect(later.log).toMatchObject({ logStartOffset: 61, logEndOffset: 150 })
    expect(env.said.slice(-3)).toEqual([
      '[Log partition=t-0, dir=/logs] Found deletable segments with base offsets [0] due to retention time 600000ms breach',
      '[Log partition=t-0, dir=/logs] Scheduling log segment [baseOffset 0, size 4331] for deletion.',
      '[Log partition=t-0, dir=/logs] Incrementing log start offset to 61',
    ])
    expect(env.disk.get(`${PATH}/leader-epoch-checkpoint`)!.text).toBe('0\n1\n0 61\n')
    expect(env.ls(PATH).slice(0, 3).map((line) => line.split(' ')[0])).toEqual([
      '00000000000000000000.index.deleted',
      '00000000000000000000.log.deleted',
      '00000000000000000000.timeindex.deleted',
    ]) // prettier-ignore
    const { delayMs, task } = env.tasks.at(-1)!
    expect(delayMs).toBe(60_000)
    if (task.type === 'delete-segment') runDeletion(env, task)
    expect(env.said.slice(-4)).toEqual([
      '[Log partition=t-0, dir=/logs] Deleting segment 0',
      `Deleted log ${PATH}/00000000000000000000.log.deleted.`,
      `Deleted offset index ${PATH}/00000000000000000000.index.deleted.`,
      `Deleted time index ${PATH}/00000000000000000000.timeindex.deleted.`,
    ])
  })
  test('an idle log ends as one empty segment, without indexes until the next append', () => {
    const env = testEnv()
    let log = withLogHighWatermark(fill(env, fresh(env, old), 100), 100)
    env.nowMs += 700_000
    log = deleteOldSegments(env, log).log
    expect(bases(log)).toEqual([100])
    expect(log).toMatchObject({ logStartOffset: 100, logEndOffset: 100 })
    expect(env.ls(PATH).filter((line) => line.startsWith('00000000000000000100'))).toEqual([
      '00000000000000000100.log 0',
      '00000000000000000100.snapshot 10',
    ])
    expect(deleteOldSegments(env, log).deleted).toEqual([])
    fill(env, log, 1)
    expect(env.ls(PATH)).toContain('00000000000000000100.index 10485760')
  })
  test('by size: as many as lie wholly beyond', () => {
    const env = testEnv()
    const log = withLogHighWatermark(fill(env, fresh(env, { 'segment.bytes': 710, 'retention.bytes': 1500 }), 45), 45)
    expect(bases(log)).toEqual([0, 10, 20, 30, 40])
    const run = deleteOldSegments(env, log)
    expect(run.deleted.map((d) => d.baseOffset)).toEqual([0, 10])
    expect(bases(run.log)).toEqual([20, 30, 40])
  })
  test('records deleted by hand go with their segments at the next run', () => {
    const env = testEnv()
    let log = withLogHighWatermark(fill(env, fresh(env, { 'segment.bytes': 710 }), 25), 25)
    log = raiseLogStart(env, log, 15)
    expect(readLog(log, 14, { maxBytes: 100 })).toBeUndefined()
    const run = deleteOldSegments(env, log)
    expect(run.deleted).toEqual([{ baseOffset: 0, size: 710, reason: 'log start', limit: 15 }])
    expect(run.log.logStartOffset).toBe(15)
    expect(values(run.log, 15)[0]).toBe('015')
  })
})

describe('reading', () => {
  test('from the batch that holds an offset, below a limit, at least one when asked', () => {
    const env = testEnv()
    let log = fresh(env, { 'index.interval.bytes': 100 })
    for (let i = 0; i < 20; i++) log = appendAsLeader(env, log, batch(['a', 'b', 'c'], env.nowMs + i), 0).log
    const size = readLog(log, 0, { maxBytes: 1, minOneMessage: true })!.records.length
    expect(readLog(log, 31, { maxBytes: 1 })).toMatchObject({ position: 10 * size, firstEntryIncomplete: true })
    expect(readLog(log, 31, { maxBytes: 1e6, maxOffset: 36 })!.records.length).toBe(2 * size)
    expect(readLog(log, 60, { maxBytes: 1e6 })!.records.length).toBe(0)
    expect(readLog(log, 61, { maxBytes: 1e6 })).toBeUndefined()
    const at = (t: number) => offsetForTimestamp(env, log, t)?.offset
    expect([at(env.nowMs), at(env.nowMs + 7), at(env.nowMs + 20), at(EARLIEST_TIMESTAMP), at(LATEST_TIMESTAMP)]).toEqual([
      0,
      21,
      undefined,
      0,
      60,
    ])
  })
})

describe('truncation', () => {
  test('cuts whole batches, deletes later segments, forgets epochs and producers', () => {
    const env = testEnv()
    let log = fill(env, fresh(env, { 'segment.bytes': 710 }), 15)
    log = assignLogEpoch(env, log, 3, 15)
    log = appendAsLeader(env, log, batch(['x'], env.nowMs, { producerId: 7, producerEpoch: 0, baseSequence: 0 }), 3).log
    for (let i = 0; i < 10; i++) log = appendAsLeader(env, log, batch(['more than before'], env.nowMs), 3).log
    expect(log.producers.producers.map((p) => p.producerId)).toEqual([7])
    log = truncateLogTo(env, log, 12)
    expect(bases(log)).toEqual([0, 10])
    expect(log).toMatchObject({ logEndOffset: 12, epochs: [[0, 0]], producers: { producers: [], mapEndOffset: 12 } })
    expect(env.ls(PATH)).toContain('00000000000000000010.index 10485760')
    expect(fill(env, log, 1).logEndOffset).toBe(13)
    truncateLogTo(env, log, 40)
    expect(env.said.at(-1)).toBe('[Log partition=t-0, dir=/logs] Truncating to 40 has no effect as the largest offset in the log is 11')
    const anew = truncateFullyAndStartAt(env, log, 99)
    expect(anew).toMatchObject({ logStartOffset: 99, logEndOffset: 99, recoveryPoint: 0, epochs: [] })
    expect(bases(fill(env, anew, 1))).toEqual([99])
  })
})

describe('recovery', () => {
  test('a torn end is cut at the last whole batch; what followed goes', () => {
    const env = testEnv()
    fill(env, fresh(env, { 'segment.bytes': 710 }), 25)
    const file = `${PATH}/00000000000000000010.log`
    env.files.writeBytes(file, env.files.readBytes(file)!.slice(0, 400))
    const log = fresh(env, { 'segment.bytes': 710 }, false, 5)
    expect(bases(log)).toEqual([0, 10])
    expect(log.logEndOffset).toBe(15)
    expect(env.said).toContain('WARN [Log partition=t-0, dir=/logs] Corruption found in segment 10, truncating to offset 15')
    expect(env.ls(PATH)).toContain('00000000000000000020.log.deleted 355')
  })
  test('wherever the disk stopped, what is found is the beginning of what was written', () => {
    const written = testEnv()
    const settings = { 'segment.bytes': 710, 'index.interval.bytes': 150 }
    fill(written, fresh(written, settings), 24)
    fc.assert(
      fc.property(fc.nat(24 * 71), fc.nat(255), (kept, damage) => {
        const env = testEnv()
        for (const [name, file] of written.disk) env.disk.set(name, file)
        let left = kept
        for (const name of ['00000000000000000000.log', '00000000000000000010.log', '00000000000000000020.log']) {
          const bytes = env.files.readBytes(`${PATH}/${name}`)!
          const part = bytes.slice(0, left)
          const garbage = part.length < bytes.length ? Bytes.of(new Uint8Array(damage).fill(damage)) : Bytes.empty()
          if (left > 0 || name.startsWith('00000000000000000000')) env.files.writeBytes(`${PATH}/${name}`, part.append(garbage))
          else env.files.remove(`${PATH}/${name}`)
          left = Math.max(0, left - bytes.length)
        }
        const log = fresh(env, settings)
        expect(log.logEndOffset).toBe(Math.floor(kept / 71))
        const more = fill(env, log, 2)
        expect(values(more, Math.max(0, more.logEndOffset - 3)).length).toBeGreaterThan(0)
        expect(env.ls(PATH).some((line) => /\.(cleaned|swap)/.test(line))).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
  test('without an offset index, or without any, a segment is read through', () => {
    const env = testEnv()
    closeLog(env, fill(env, fresh(env, { 'index.interval.bytes': 100 }), 10))
    const before = env.files.readBytes(`${PATH}/00000000000000000000.index`)!
    env.files.remove(`${PATH}/00000000000000000000.index`)
    const log = fresh(env, { 'index.interval.bytes': 100 }, true, 10)
    expect(log.active.index!.entries.equals(before)).toBe(true)
    expect(env.said.some((line) => line.includes('Could not find offset index file'))).toBe(true)
  })
  test('leftovers are cleared: deleted and cleaned files go, a swap is finished', () => {
    const env = testEnv()
    const log = closeLog(env, fill(env, fresh(env, { 'segment.bytes': 710 }), 15))
    const [first] = segmentsOf(log)
    env.files.writeBytes(`${PATH}/00000000000000000000.log.swap`, first!.log.slice(0, 142))
    env.files.writeBytes(`${PATH}/00000000000000000010.log.cleaned`, Bytes.empty())
    env.files.writeBytes(`${PATH}/00000000000000000003.log.deleted`, Bytes.empty())
    const loaded = fresh(env, { 'segment.bytes': 710 }, true, 15)
    expect(values(loaded, 0)).toEqual(['000', '001'])
    expect(env.ls(PATH).filter((line) => /cleaned|swap|0003/.test(line))).toEqual([])
  })
})

describe('producers', () => {
  const at = (sequence: number, epoch = 0): BatchSpec => ({ producerId: 5, producerEpoch: epoch, baseSequence: sequence })
  test('a batch sent again is known, a gap refused, an old epoch too', () => {
    const env = testEnv()
    let log = fresh(env)
    for (let i = 0; i < 7; i++) log = send(env, log, 'v', at(i)).log
    const again = send(env, log, 'v', at(4))
    expect(again.info).toMatchObject({ isDuplicate: true, firstOffset: 4, lastOffset: 4 })
    expect(again.log).toBe(log)
    const refusal = (spec: BatchSpec) => {
      try {
        send(env, log, 'v', spec)
      } catch (error) {
        return (error as { error: string }).error
      }
      return 'taken'
    }
    expect(refusal(at(9))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(refusal(at(1))).toBe('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(refusal({ ...at(3), producerId: 6 })).toBe('UNKNOWN_PRODUCER_ID')
    expect(refusal(at(0, 1))).toBe('taken')
    log = send(env, log, 'v', at(0, 1)).log
    expect(refusal(at(7))).toBe('INVALID_PRODUCER_EPOCH')
    // Known again after a restart, from the snapshot.
    closeLog(env, log)
    expect(fresh(env, {}, true, 8).producers.producers).toMatchObject([{ producerId: 5, producerEpoch: 1, batches: [{ lastSequence: 0 }] }])
  })
  test('an open transaction holds back readers of committed records; an aborted one is put down', () => {
    const env = testEnv()
    const txn: BatchSpec = { ...at(0), isTransactional: true }
    let log = send(env, fresh(env), 'v', txn).log
    expect(lastStableOffset(log, 1)).toBe(0)
    const marker = encodeEndMarker({ type: 'ABORT', coordinatorEpoch: 2 }, { producerId: 5, producerEpoch: 0, timestamp: env.nowMs })
    log = appendAsLeader(env, log, Bytes.of(marker), 0, false).log
    expect(lastStableOffset(log, 1)).toBe(0)
    expect(lastStableOffset(withLogHighWatermark(log, 2), 2)).toBe(2)
    expect(env.ls(PATH)).toContain('00000000000000000000.txnindex 34')
  })
  test('snapshots of the last two segments stay', () => {
    const env = testEnv()
    const log = flushLog(env, fill(env, fresh(env, { 'segment.bytes': 710 }), 45))
    deleteOldSnapshots(env, log)
    expect(env.ls(PATH).filter((line) => line.includes('snapshot'))).toEqual([
      '00000000000000000030.snapshot 10',
      '00000000000000000040.snapshot 10',
    ])
  })
})

describe('what a leader takes', () => {
  const refused = (settings: Settings, records: Bytes) => {
    const env = testEnv()
    const log = fresh(env, settings)
    try {
      return appendAsLeader(env, log, records, 0).info.lastOffset
    } catch (error) {
      return (error as { error: string }).error
    }
  }
  test('is refused when it is damaged, too large, without a key for compaction, or out of its time', () => {
    const good = batch(['v'], 1_795_361_000_000)
    const bad = good.toArray()
    bad[65]! ^= 1
    expect(refused({}, good)).toBe(0)
    expect(refused({}, Bytes.of(bad))).toBe('CORRUPT_MESSAGE')
    expect(refused({}, batch(['v'], 0, { baseOffset: 4 }))).toBe('CORRUPT_MESSAGE')
    expect(refused({ 'max.message.bytes': 60 }, good)).toBe('MESSAGE_TOO_LARGE')
    expect(refused({ 'segment.bytes': 60 }, good)).toBe('RECORD_LIST_TOO_LARGE')
    expect(refused({ 'cleanup.policy': 'compact' }, good)).toBe('CORRUPT_MESSAGE')
    expect(refused({ 'message.timestamp.difference.max.ms': 1000 }, batch(['v'], 5))).toBe('INVALID_TIMESTAMP')
    expect(refused({}, batch(['v'], 5, { timestampType: 'LogAppendTime' }))).toBe('INVALID_TIMESTAMP')
  })
  test('has the time of the broker where the topic says so, and its codec', () => {
    const env = testEnv()
    let log = fresh(env, { 'message.timestamp.type': 'LogAppendTime', 'compression.type': 'gzip' })
    log = appendAsLeader(env, log, batch(['a', 'b'], 5), 4).log
    const [stored] = batchesOf(log.active.log)
    expect(stored).toMatchObject({
      compression: 'GZIP',
      timestampType: 'LogAppendTime',
      maxTimestamp: env.nowMs,
      partitionLeaderEpoch: 4,
      lastOffset: 1,
    })
    expect(recordsOf(stored!).map((r) => r.timestamp)).toEqual([env.nowMs, env.nowMs])
  })
})
