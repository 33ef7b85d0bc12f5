import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bytes } from '../../base/index.ts'
import { parseTp } from '../protocol/index.ts'
import { appendAsFollower, appendAsLeader } from './append.ts'
import { logSettings } from './log-settings.ts'
import { loadLog } from './log-loading.ts'
import { assignLogEpoch, closeLog, folderOf, latestLogEpoch, type Log } from './log.ts'
import { batchesOf, type Batch } from './record-batch.ts'
import { testEnv, type TestEnv } from './testing.ts'

const DISK = join(import.meta.dirname, '../../../../test/disk')
const real = (folder: string, name: string): Uint8Array => Uint8Array.from(readFileSync(join(DISK, folder, name)))
const files = (folder: string, kind: string): string[] => readdirSync(join(DISK, folder)).filter((name) => name.endsWith(kind))
const batchesIn = (folder: string): Batch[] => files(folder, '.log').flatMap((name) => [...batchesOf(Bytes.of(real(folder, name)))])
/** What the topics were made with (the disks' README). */
const OVERRIDES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  plain: [
    ['segment.bytes', '2000'],
    ['index.interval.bytes', '300'],
  ],
  __consumer_offsets: [['cleanup.policy', 'compact']],
  __transaction_state: [['cleanup.policy', 'compact']],
}

function fresh(env: TestEnv, folder: string): Log {
  const tp = parseTp(folder.slice(folder.indexOf('/') + 1))
  const settings = logSettings(OVERRIDES[tp.topic] ?? [], {})
  return loadLog(env, tp, `/${folder.split('/')[0]!}`, { settings, logStartOffset: 0, recoveryPoint: 0, clean: false })
}
/** The files of a kind that the model made, beside the real ones. */
function compare(env: TestEnv, folder: string, kinds: readonly string[]): void {
  for (const kind of kinds) {
    for (const name of files(folder, kind)) {
      const file = env.disk.get(`/${folder}/${name}`)
      expect(file, name).toBeDefined()
      const made = file!.bytes ?? Bytes.text(file!.text)
      expect(Buffer.from(made.toArray()).toString('hex'), name).toBe(Buffer.from(real(folder, name)).toString('hex'))
      expect(file!.size, name).toBe(made.length)
    }
  }
}

/** As a producer sent it, a coordinator its markers. */
function asSent(batch: Batch): Bytes {
  const data = batch.data.slice()
  data.fill(0, 0, 8)
  return Bytes.of(data)
}
/** What befell a replica: it led up to an offset, was elected again, it took what it fetched up to offsets (a chunk ends at each), it was killed and started again. */
type Step =
  | { readonly leads: number }
  | { readonly elected: number }
  | { readonly fetches: readonly number[] }
  | { readonly killedWithRecoveryPoint: number }
const ALL = Infinity

function play(env: TestEnv, folder: string, story: readonly Step[]): Log {
  let log = fresh(env, folder)
  const batches = batchesIn(folder)
  let next = 0
  const upTo = (end: number): Batch[] => {
    const from = next
    while (next < batches.length && batches[next]!.lastOffset <= end) next++
    return batches.slice(from, next)
  }
  for (const step of story) {
    if ('killedWithRecoveryPoint' in step) {
      const { settings, logStartOffset, topic, partition, dir } = log
      log = loadLog(env, { topic, partition }, dir, { settings, logStartOffset, recoveryPoint: step.killedWithRecoveryPoint, clean: false })
    } else if ('elected' in step) log = assignLogEpoch(env, log, step.elected, log.logEndOffset)
    else if ('fetches' in step) {
      for (const end of step.fetches) {
        const chunk = upTo(end).reduce((bytes, batch) => bytes.append(batch.data), Bytes.empty())
        log = appendAsFollower(env, log, chunk).log
      }
    } else {
      for (const batch of upTo(step.leads)) {
        env.nowMs = batch.maxTimestamp
        log = assignLogEpoch(env, log, batch.partitionLeaderEpoch, log.logEndOffset)
        // A codec that cannot be read cannot be led either: its batch goes in as it is, which comes to the same.
        const readable = batch.compression === 'NONE' || batch.compression === 'GZIP'
        log = readable
          ? appendAsLeader(env, log, asSent(batch), batch.partitionLeaderEpoch, !batch.isControl && !folder.includes('__')).log
          : appendAsFollower(env, log, Bytes.of(batch.data)).log
      }
    }
  }
  expect(next).toBe(batches.length)
  return closeLog(env, log)
}
const led = (epoch: number): readonly Step[] => [{ leads: ALL }, { elected: epoch }]
const FETCHED: readonly Step[] = [{ fetches: [ALL] }]

describe("a real replica's files follow from what befell it and the configuration", () => {
  test.each<[string, readonly Step[]]>([
    ['kafka1/plain-0', led(2)],
    ['kafka1/keyed-0', led(2)],
    ['kafka1/keyed-1', [...FETCHED, { elected: 3 }]],
    ['kafka1/zipped-0', led(2)],
    ['kafka1/exact-0', led(2)],
    ['kafka2/keyed-0', FETCHED],
    ['kafka2/keyed-1', [{ leads: ALL }, { killedWithRecoveryPoint: 0 }]],
    ['kafka2/zipped-0', FETCHED],
    ['kafka2/exact-0', FETCHED],
    ['kafka2/__transaction_state-45', led(2)],
    ['kafka2/__consumer_offsets-28', [{ leads: 4 }, { killedWithRecoveryPoint: 0 }, { leads: ALL }]],
    // Its entries name the last offsets of the chunks it fetched, until it was killed at 90: then the second segment's are made anew.
    ['kafka2/plain-0', [{ fetches: [10, 14, 28, 38, 44, 50, 52, 70, 89] }, { killedWithRecoveryPoint: 53 }, { fetches: [ALL] }]],
  ])('%s', (folder, story) => {
    const env = testEnv()
    const log = play(env, folder, story)
    compare(env, folder, ['.log', '.index', '.timeindex', '.snapshot', 'leader-epoch-checkpoint'])
    const there = readdirSync(join(DISK, folder))
    expect(env.ls(folderOf(log)).filter((line) => !there.includes(line.split(' ')[0]!))).toEqual([])
  })

  test.each(['kafka1/plain-0', 'kafka2/plain-0', 'kafka1/exact-0', 'kafka1/compacted-0'])('%s is loaded as it is', (folder) => {
    const env = testEnv()
    const path = `/${folder}`
    for (const name of readdirSync(join(DISK, folder))) env.files.writeBytes(`${path}/${name}`, Bytes.of(real(folder, name)))
    // An epoch that began at the log's end left no record: it is forgotten.
    const sizes = () => env.ls(path).filter((line) => !line.startsWith('leader-epoch-checkpoint'))
    const before = sizes()
    const tp = parseTp(folder.slice(folder.indexOf('/') + 1))
    const settings = logSettings(OVERRIDES[tp.topic] ?? [], {})
    const batches = batchesIn(folder)
    const end = batches[batches.length - 1]!.lastOffset + 1
    const options = { settings, logStartOffset: 0, recoveryPoint: end, clean: true }
    const log = loadLog(env, tp, path.slice(0, path.lastIndexOf('/')), options)
    expect(log).toMatchObject({ logStartOffset: 0, logEndOffset: end })
    expect(env.said.at(-1)).toMatch(new RegExp(`Completed load of log with \\d segments, log start offset 0 and log end offset ${end} in `))
    closeLog(env, log)
    expect(sizes()).toEqual(before)
    expect(latestLogEpoch(log)).toBe(batches[batches.length - 1]!.partitionLeaderEpoch)
  })
})
