// kafka-replica-verification.sh: what it says of replicas that agree, lag, or are apart.
import { expect, test } from 'vitest'
import { completedOptions, tell } from '../../../../test/support/tools.ts'
import { Bytes } from '../../base/index.ts'
import { encodeBatch } from '../../kafka/log/index.ts'
import { readCommand, SPECS } from './options.ts'
import { verify, type Compared } from './verify.ts'

const batch = (baseOffset: number, value: string): Uint8Array =>
  encodeBatch({ baseOffset }, [{ timestamp: 1, key: null, value: new TextEncoder().encode(value) }])
const compared = (...replicas: readonly [replica: number, highWatermark: number, ...batches: Uint8Array[]][]): Compared => ({
  topic: 't',
  partition: 0,
  offset: 0,
  fetched: replicas.map(([replica, highWatermark, ...batches]) => {
    return { replica, highWatermark, records: batches.reduce((all, one) => all.append(one), Bytes.empty()) }
  }),
})

test('goes on as far as replicas agree below the high watermark', () => {
  const partition = compared([1, 2, batch(0, 'a'), batch(1, 'b'), batch(2, 'c')], [2, 2, batch(0, 'a'), batch(1, 'b')])
  expect(verify([partition])).toEqual({ lines: [], isOver: false, maxLag: 0, at: { name: 't-0', offset: 2 } })
  expect(partition.offset).toBe(2)
})
test('says which replica is behind, by the highest high watermark', () => {
  expect(verify([compared([1, 2, batch(0, 'a'), batch(1, 'b')], [2, -1])])).toMatchObject({ maxLag: 2, at: { name: 't-0', offset: 0 } })
})
test('says where bytes differ, and ends where offsets do', () => {
  const bytes = verify([compared([1, 1, batch(0, 'a')], [2, 1, batch(0, 'b')])])
  expect(bytes.lines[0]).toMatch(/^partition t-0 has unmatched checksum at offset 0; replica 1's checksum \d+; replica 2's checksum \d+$/)
  const offsets = verify([compared([1, 9, batch(0, 'a')], [2, 9, batch(1, 'a')])])
  expect(offsets).toMatchObject({ lines: ["partition t-0: replica 1's offset 0 doesn't match replica 2's offset 1"], isOver: true })
})
test('compares the replicas of a cluster, and reports', () => {
  const tool = './wrappers/kafka-replica-verification.sh --broker-list kafka1:9092'
  const { answers, shared } = tell(
    [
      './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic tiny --replica-assignment 1:2,2:1',
      `${tool} --topic-white-list nosuch`,
      `${tool} --topic-white-list tiny --report-interval-ms 5000 --time -2`,
      [45, `!printf 'a\\nb\\nc\\n' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic tiny`],
    ],
    40,
  )
  const none = 'No topics found. [topic-white-list] if specified, is either filtering out all topics or there is no topic.'
  expect(answers[1]).toBe(`[time] ERROR ${none} (kafka.tools.ReplicaVerificationTool$)\n= 1\n`)
  const [first, ...reports] = answers[2]!.trimEnd().split('\n').map((line) => line.slice(25)) // prettier-ignore
  expect(first).toBe('verification process is started.')
  expect(reports.length).toBeGreaterThan(3)
  for (const report of reports) expect(report).toMatch(/^max lag is [01] for partition tiny-[01] at offset \d among 2 partitions$/)
  expect(reports.at(-1)).toMatch(/^max lag is 0 for partition tiny-[01] at offset [12] /)
  expect(shared).toEqual([])
})
test('a command line', () => {
  expect(readCommand(['--broker-list', 'a:1', '--topic-white-list', '"t, u"'])).toMatchObject({ topics: '^(?:t|u)$', time: -1 })
  expect(() => readCommand(['--broker-list', 'a:1', '--topic-white-list', '['])).toThrow('[ is an invalid regex.')
  expect(() => readCommand(['--broker-list', 'a'])).toThrow('Please provide valid host:port')
  expect(() => readCommand([])).toThrow('Validate that all replicas for a set of topics have the same data.')
  expect(completedOptions('kafka-replica-verification.sh')).toEqual(SPECS.map((spec) => spec.name).sort())
})
