// A run's disks as real folders: what is written is read back, from the file system, by the code of kafka-dump-log.sh.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording } from '../cli/recording.ts'
import { writeExport } from '../cli/export/write.ts'
import { Bytes } from '../src/sim/base/index.ts'
import { decodeCheckpoint, RECOVERY_CHECKPOINT, REPLICATION_CHECKPOINT } from '../src/sim/kafka/log/index.ts'
import { dumpText } from './support/dump-files.ts'

const RUN = `recording 1
title a little of everything
host zoo1
host zoo2
host zoo3
host kafka1 1b9aa4ca7e24
host kafka2 6f20c5d1a3be
host client 0c4d7a9e2f15
---
0.000 host $ docker-compose up -d zoo1 zoo2 zoo3
9.000 host $ docker-compose up -d kafka2
20.000 host $ docker-compose up -d kafka1 client
34.000 a $ ./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2 --config segment.bytes=200
38.000 a $ printf 'k1:a\\nk2:b\\nk1:c\\nk3:d\\nk1:e\\nk2:f\\n' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic t --property parse.key=true --property key.separator=: --max-partition-memory-bytes 1
45.000 host $ docker-compose term kafka1
`
const directory = mkdtempSync(join(tmpdir(), 'playground-export-'))
afterAll(() => rmSync(directory, { recursive: true }))

const world = playRecording(parseRecording(RUN)).engine.world
const lines = writeExport(world, directory)
const dump = (...paths: string[]): string => {
  const { out, err } = dumpText(['--print-data-log', '--files', paths.join(',')])
  return out + err
}
const inFolder = (broker: string): string[] => readdirSync(join(directory, broker, 't-0')).sort()

test('each broker has its log directory, ZooKeeper its nodes', () => {
  expect(lines).toHaveLength(3)
  expect(readdirSync(directory).sort()).toEqual(['kafka1', 'kafka2', 'znodes.json'])
  expect(readdirSync(join(directory, 'kafka1'))).toEqual(expect.arrayContaining(['.kafka_cleanshutdown', 'meta.properties', 't-0']))
  expect(readdirSync(join(directory, 'kafka2'))).not.toContain('.kafka_cleanshutdown')
  const znodes = JSON.parse(readFileSync(join(directory, 'znodes.json'), 'utf8')) as Record<string, string>
  expect(JSON.parse(znodes['/kafka/brokers/topics/t']!)).toEqual({ version: 1, partitions: { 0: [1, 2] } })
  expect(Object.keys(znodes)).not.toContain('/kafka/brokers/ids/2')
  const ends = (broker: string, file: string): unknown => decodeCheckpoint(readFileSync(join(directory, broker, file), 'utf8'))
  expect(ends('kafka1', REPLICATION_CHECKPOINT)).toEqual(ends('kafka1', RECOVERY_CHECKPOINT))
})

test('logs are those of the run, and every batch is whole', () => {
  for (const broker of ['kafka1', 'kafka2']) {
    const logs = inFolder(broker).filter((name) => name.endsWith('.log'))
    expect(logs.length).toBe(2)
    const text = dump(...logs.map((name) => join(directory, broker, 't-0', name)))
    expect([...text.matchAll(/ payload: (.*)/g)].map((m) => m[1])).toEqual([...'abcdef'])
    expect(new Set([...text.matchAll(/isvalid: (\w+)/g)].map((m) => m[1]))).toEqual(new Set(['true']))
    const disk = world.hosts[broker]!.disk
    for (const name of logs) {
      const bytes = Bytes.of(new Uint8Array(readFileSync(join(directory, broker, 't-0', name))))
      expect(bytes.equals(disk.get(`/kafka-logs/t-0/${name}`)!.bytes!)).toBe(true)
    }
  }
})

test('indexes have their size: trimmed where closed, ten megabytes of hole where they are still written', () => {
  const sizes = (broker: string, suffix: string): number[] =>
    inFolder(broker)
      .filter((name) => name.endsWith(suffix))
      .map((name) => statSync(join(directory, broker, 't-0', name)).size)
  expect(sizes('kafka1', '.index')).toEqual([0, 0])
  expect(sizes('kafka2', '.index')).toEqual([0, 10485760])
  expect(sizes('kafka2', '.timeindex')).toEqual([12, 10485756])
  const hole = inFolder('kafka2')
    .filter((name) => name.endsWith('.index'))
    .at(-1)!
  expect(statSync(join(directory, 'kafka2', 't-0', hole)).blocks).toBeLessThan(64)
  const times = inFolder('kafka2').filter((name) => name.endsWith('.timeindex'))
  expect(dump(join(directory, 'kafka2', 't-0', times[0]!))).toMatch(/^Dumping .*\ntimestamp: \d+ offset: \d\n$/)
})

test('a folder that holds something is not written over', () => {
  writeFileSync(join(directory, 'mine'), '')
  expect(() => writeExport(world, directory)).toThrow('is not empty')
})
