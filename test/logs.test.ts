// What brokers write into server.log, controller.log and state-change.log while leaders move, topics go and brokers leave, against what real ones wrote: every kind of line of the real
// logs must be there, with its level, its logger and its words; and a new controller's lines must come in the real order.

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LogEntry } from '../src/sim/kernel/index.ts'
import { click, PLAYGROUND, run, scenarioWith } from './support/playground.ts'
import { createNode, makeTopic } from './support/topics.ts'

/** What differs from one cluster to another: times, names, numbers, how many things a list has. */
const VARIES: readonly (readonly [RegExp, string])[] = [
  [/^\[\d{4}-[^\]]*\] /, ''],
  [/\[Topic=[^\]]*\]/g, 'REPLICA'],
  [/\{topic=[^}]*\}/g, 'ANSWER'],
  [/StopReplicaRequestInfo\(REPLICA,(true|false)\)/g, 'STOP'],
  [/\b[0-9a-f]{32}\b/g, 'UUID'],
  [/\b[A-Za-z_][\w.]*-\d+(?=[\s,:;.)\]]|$)/g, 'TP'],
  [/\b(Map|Set)\(.*\)(?= \(kafka)/g, '$1'],
  [/\b(Map|Set|ArrayBuffer)\([^()]*\)/g, '$1'],
  [/\bkafka\d\b|\b[0-9a-f]{12}\b|\b0x[0-9a-f]+/g, 'NAME'],
  [/-?\d+/g, 'N'],
  [/\b(N|TP|STOP|REPLICA|ANSWER)(, ?\1)+\b/g, '$1'],
  [/ (deletion|deleted|deletions): +.*(?= \(kafka)/g, ' $1'],
  [/(topics|election|partitions)( [\w.]+(,[\w.]+)*)?(?= (\(re\)started|\(kafka|to be deleted|successfully))/g, '$1'],
  [/(Deletion of topic|callback for|for topics|partitions|election:) [\w.,]*/g, '$1'],
  [/\s+/g, ' '],
]
const shape = (line: string): string => VARIES.reduce((s, [what, by]) => s.replace(what, by), line).trim()
/** Of a line that was cut when it was copied, what stands before its long list; of a whole one all. */
function kind(line: string): string {
  const whole = shape(line)
  return /\([\w.$]+\)$/.test(line) ? whole : whole.replace(/(Map|Set|REPLICA|STOP|ANSWER|\{).*/, '')
}

/** Needs records in logs. */
const NEEDS_RECORDS = /ProducerStateManager|Removed N expired/

const read = (name: string): string[] =>
  readFileSync(new URL(`./recordings/logs/${name}.txt`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => /^\[\d{4}-/.test(line))
const text = (entry: LogEntry): string => `${entry.level} ${entry.text} (${entry.logger})`

const partitions = [
  ...[0, 1].map((partition) => ({ topic: 'tiny', partition })),
  ...[0, 1, 2, 3].map((partition) => ({ topic: 'playground', partition })),
]
const elect = (at: number) => createNode(at, '/kafka/admin/preferred_replica_election', JSON.stringify({ version: 1, partitions }))
const toBoth = { version: 1, partitions: [{ topic: 'single', partition: 0, replicas: [1, 2] }] }
const LIFE = [
  click(0, 'docker-compose up -d zoo1 zoo2 zoo3 client'),
  click(6, 'docker-compose up -d kafka1'),
  click(14, 'docker-compose up -d kafka2'),
  ...makeTopic(24, 'tiny', [
    [2, 1],
    [1, 2],
  ]),
  ...makeTopic(26, 'playground', [
    [1, 2],
    [2, 1],
    [1, 2],
    [2, 1],
  ]),
  ...makeTopic(28, 'single', [[2]]),
  click(40, 'docker-compose term kafka2'),
  click(55, 'docker-compose up -d kafka2'),
  elect(75),
  click(80, 'docker-compose kill kafka2'),
  click(95, 'docker-compose up -d kafka2'),
  elect(115),
  click(120, 'docker-compose kill kafka1'),
  click(140, 'docker-compose up -d kafka1'),
  elect(165),
  click(170, 'docker-compose term kafka2'),
  click(185, 'docker-compose up -d kafka2'),
  createNode(205, '/kafka/admin/delete_topics/tiny', ''),
  createNode(210, '/kafka/admin/reassign_partitions', JSON.stringify(toBoth)),
]

describe('every kind of line of the real logs', () => {
  const written = new Set<string>()
  const controllerLog: string[] = []
  beforeAll(() => {
    const { world } = run(scenarioWith(3, PLAYGROUND, LIFE), 280)
    for (const host of ['kafka1', 'kafka2']) {
      for (const [name, entries] of Object.entries(world.hosts[host]!.logs)) {
        for (const entry of entries) {
          written.add(shape(text(entry)))
          if (host === 'kafka2' && name === 'controller.log') controllerLog.push(text(entry))
        }
      }
    }
  })
  test.each([
    'controller',
    'controller-failover',
    'state-change',
    'state-change-failover',
    'topic-deletion-and-reassign',
    'server-graceful-shutdown',
  ])('%s', (name) => {
    const kinds = new Set(read(name).map(kind))
    expect(kinds.size).toBeGreaterThan(10)
    const lines = [...written]
    expect([...kinds].filter((one) => !lines.some((line) => line.startsWith(one)) && !NEEDS_RECORDS.test(one))).toEqual([])
  })
  test('a new controller writes them in the real order', () => {
    const [first, last] = [/successfully elected as the controller/, /Starting the controller scheduler/]
    // What the threads that send write, comes when it comes.
    const takeover = (lines: readonly string[]): string[] => {
      const from = lines.findIndex((line) => first.test(line))
      const to = lines.findIndex((line, i) => i > from && last.test(line))
      return lines.slice(from, to + 1).filter((line) => !line.includes('RequestSendThread'))
    }
    const real = takeover(read('controller-failover')).map(kind)
    expect(real.length).toBeGreaterThan(30)
    expect(takeover(controllerLog).map((line, i) => shape(line).slice(0, real[i]?.length))).toEqual(real)
  })
})
