// kafka-delete-records.sh and kafka-log-dirs.sh on a small cluster.
import { expect, test } from 'vitest'
import { completedOptions, tell } from '../../../../test/support/tools.ts'
import { asJson } from '../kafka-log-dirs/kind.ts'
import { SPECS as LOG_DIRS } from '../kafka-log-dirs/options.ts'
import { parseOffsets, SPECS } from './options.ts'

const BS = '--bootstrap-server kafka1:9092'
const asked = '{"partitions":[{"topic":"tiny","partition":0,"offset":2},{"topic":"nope","partition":0,"offset":1}]}'

test('records go, on leader and follower; what cannot go is told', () => {
  const { answers, shared } = tell(
    [
      './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic tiny --replica-assignment 1:2',
      `printf 'a\\nb\\nc\\n' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic tiny`,
      `echo '${asked}' > data/kafka1/kafka-logs/ask.json`,
      `./wrappers/kafka-delete-records.sh ${BS} --offset-json-file /kafka-logs/ask.json`,
      `echo '${asked.replace('2', '9')}' > data/kafka1/kafka-logs/ask.json`,
      `./wrappers/kafka-delete-records.sh ${BS} --offset-json-file /kafka-logs/ask.json`,
      `./wrappers/kafka-console-consumer.sh ${BS} --topic tiny --partition 0 --from-beginning --max-messages 1`,
      `./wrappers/kafka-log-dirs.sh ${BS} --describe --topic-list tiny`,
      `./wrappers/kafka-log-dirs.sh ${BS} --describe --broker-list 1,x`,
      `./wrappers/kafka-delete-records.sh ${BS} --offset-json-file nosuch`,
      `./wrappers/kafka-delete-records.sh ${BS}`,
    ],
    60,
  )
  const head = 'Executing records delete operation\nRecords delete operation completed:\n'
  const unknown =
    'partition: nope-0\terror: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.\n'
  const range = 'The requested offset is not within the range of offsets maintained by the server.'
  expect(answers[3]).toBe(`${head}${unknown}partition: tiny-0\tlow_watermark: 2\n`)
  expect(answers[5]).toBe(`${head}${unknown}partition: tiny-0\terror: org.apache.kafka.common.errors.OffsetOutOfRangeException: ${range}\n`)
  expect(answers[6]).toBe('c\nProcessed a total of 1 messages\n')
  const dir =
    '"logDirs":[{"logDir":"/kafka-logs","error":null,"partitions":[{"partition":"tiny-0","size":85,"offsetLag":0,"isFuture":false}]}]'
  expect(answers[7]).toBe(
    'Querying brokers for log directories information\nReceived log directory information from brokers 1,2\n' +
      `{"version":1,"brokers":[{"broker":1,${dir}},{"broker":2,${dir}}]}\n`,
  )
  expect(answers[8]).toBe('Exception in thread "main" java.lang.NumberFormatException: For input string: "x"\n= 1\n')
  expect(answers[9]).toBe('Exception in thread "main" java.nio.file.NoSuchFileException: nosuch\n= 1\n')
  expect(answers[10]).toMatch(/^Missing required argument "\[offset-json-file\]"\nOption /)
  expect(shared).toEqual([])
})
test('partitions of log directories come in the order of the real map', () => {
  const replicas = [0, 1, 2, 3].map((partition) => ({ topic: 'playground', partition, size: 0, offsetLag: 0, isFuture: false }))
  const json = JSON.parse(
    asJson([{ key: '1', failure: null, value: [{ logDir: '/kafka-logs', failure: null, replicas }] }], new Set()),
  ) as {
    brokers: { logDirs: { partitions: { partition: string }[] }[] }[]
  }
  expect(json.brokers[0]!.logDirs[0]!.partitions.map((p) => p.partition)).toEqual([2, 1, 3, 0].map((n) => `playground-${n}`))
})
test.each([
  ['x', 'The input string is not a valid JSON'],
  ['{"version":2}', 'Not supported version field value 2'],
  ['{}', 'Missing partitions field'],
  ['{"partitions":[{"topic":"t","partition":0}]}', 'No such field exists: `offset`'],
  [
    '{"partitions":[{"topic":"t","partition":0,"offset":1},{"topic":"t","partition":0,"offset":2}]}',
    'Offset json file contains duplicate topic partitions: t-0',
  ],
])('the file %s is refused', (text, message) => {
  expect(() => parseOffsets(text)).toThrow(message)
})
test('the shell completes the options', () => {
  expect(completedOptions('kafka-delete-records.sh')).toEqual(SPECS.map((spec) => spec.name).sort())
  expect(completedOptions('kafka-log-dirs.sh')).toEqual(LOG_DIRS.map((spec) => spec.name).sort())
})
