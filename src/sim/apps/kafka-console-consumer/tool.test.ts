// kafka-console-consumer.sh on a small cluster: what it shows of one partition, and how it refuses and ends.
import { describe, expect, test } from 'vitest'
import { completedOptions, tell } from '../../../../test/support/tools.ts'
import type { ConsumerRecord } from '../../kafka/client/index.ts'
import { format, FormatError, newFormatter } from './formatter.ts'
import { readCommand, SPECS } from './options.ts'

const consumer = (args: string): string => `./wrappers/kafka-console-consumer.sh --bootstrap-server kafka1:9092 ${args}`
const topic = './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2'
const send = (lines: string): string =>
  `printf '${lines}' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic t --property parse.key=true --property key.separator=:`

test('reads a partition from where it is told to, until there is no more', () => {
  const { answers, shared } = tell(
    [
      topic,
      send('k1:a\\nk2:b\\nk1:c\\n'),
      consumer('--topic t --partition 0 --from-beginning --timeout-ms 2000'),
      consumer('--topic t --partition 0 --offset 1 --property print.key=true --max-messages 1'),
      consumer('--topic t --partition 0 --offset 100 --timeout-ms 1000'),
      consumer('--topic t --partition 0 --from-beginning --max-messages 2 --enable-systest-events'),
      consumer('--topic t --from-beginning'),
    ],
    60,
  )
  const timeout = '[time] ERROR Error processing message, terminating consumer process:  (kafka.tools.ConsoleConsumer$)\n'
  const TIMEOUT = `${timeout}org.apache.kafka.common.errors.TimeoutException\n`
  expect(answers.slice(2)).toEqual([
    `a\nb\nc\n${TIMEOUT}Processed a total of 3 messages\n`,
    'k2\tb\nProcessed a total of 1 messages\n',
    `${TIMEOUT}Processed a total of 0 messages\n`,
    'a\nb\nProcessed a total of 2 messages\nshutdown_complete\n',
    'kafka-console-consumer.sh: consumer groups are not modelled yet: read one partition with --partition and --offset\n= 1\n',
  ])
  expect(shared).toEqual([])
})

test('goes on reading when its leader is killed', () => {
  const { answers } = tell(
    [
      topic.replace(' 1:2', ' 2:1'),
      send('k1:a\\n'),
      [45, consumer('--topic t --partition 0 --from-beginning --max-messages 2')],
      [50, '!docker-compose kill kafka2'],
      [62, `!${send('k1:b\\n')}`],
    ],
    60,
  )
  const [first, ...rest] = answers[2]!.split('\n')
  expect([first, ...rest.slice(-3)]).toEqual(['a', 'b', 'Processed a total of 2 messages', ''])
  // It cannot reach the old leader; or hears, before the next one is elected, that nobody knows where the leader listens.
  const warning =
    /^\[time\] WARN \[Consumer clientId=consumer-1, groupId=console-consumer-\d+\] (Connection to node 2 \(kafka2\/[\d.]+:9092\) could not be established\. Broker may not be available\.|1 partitions have leader brokers without a matching listener, including \[t-0\]) \(org\.apache\.kafka\.clients\.NetworkClient\)$/
  expect(rest.length).toBeGreaterThan(5)
  for (const line of rest.slice(0, -3)) expect(line).toMatch(warning)
})

const record = (value: string | null, key: string | null = null): ConsumerRecord => {
  const bytes = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text))
  const at = { topic: 't', partition: 0, offset: 5, timestamp: 1234, timestampType: 'CreateTime' as const }
  return { ...at, key: bytes(key), value: bytes(value), headers: [] }
}
describe('records are written', () => {
  test.each([
    [{}, 'v\n'],
    [{ 'print.key': 'true', 'print.timestamp': ' TRUE ' }, 'CreateTime:1234\tk\tv\n'],
    [{ 'print.key': 'true', 'print.value': 'false', 'line.separator': ';' }, 'k;'],
    [{ 'print.key': 'true', 'key.separator': ' | ' }, 'k | v\n'],
  ])('%j', (properties, text) => {
    expect(format(newFormatter(undefined, properties as unknown as Record<string, string>), record('v', 'k'))).toBe(text)
  })
  test('null as null, numbers by their deserializers', () => {
    expect(format(newFormatter(undefined, { 'print.key': 'true' }), record(null))).toBe('null\tnull\n')
    const long = newFormatter(undefined, { 'value.deserializer': 'org.apache.kafka.common.serialization.LongDeserializer' })
    expect(format(long, record('\0\0\0\0\0\0\u0001\u0002'))).toBe('258\n')
    expect(() => format(long, record('x'))).toThrow(new FormatError('Size of data received by LongDeserializer is not 8'))
  })
  test('by other formatters', () => {
    expect(format(newFormatter('kafka.tools.NoOpMessageFormatter', {}), record('v'))).toBe('')
    expect(format(newFormatter('kafka.tools.ChecksumMessageFormatter', { topic: 't' }), record('v'))).toBe('t:checksum:0\n')
    expect(() => newFormatter('kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter', {})).toThrow('not modelled')
    expect(() => newFormatter('nosuch.Formatter', {})).toThrow('nosuch.Formatter')
  })
})

describe('a command line', () => {
  const read = (...args: string[]): unknown => readCommand(args, { read: (path) => (path === 'f' ? 'group.id=g1\n' : undefined) }, () => 7)
  const server = ['--bootstrap-server', 'kafka1:9092']
  test('makes the settings of the consumer', () => {
    expect(
      read(...server, '--topic', 't', '--partition', '1', '--offset', 'Earliest', '--isolation-level', 'read_committed'),
    ).toMatchObject({
      topic: 't',
      partition: 1,
      from: 'earliest',
      timeoutMs: Infinity,
      settings: { 'group.id': 'console-consumer-7', 'isolation.level': 'read_committed', 'auto.offset.reset': 'latest' },
    })
    expect(completedOptions('kafka-console-consumer.sh').sort()).toEqual(SPECS.map((s) => s.name).sort())
  })
  test.each([
    [[...server], 'Exactly one of whitelist/topic is required.'],
    [[...server, '--whitelist', '.*', '--partition', '0'], 'The topic is required when partition is specified.'],
    [[...server, '--topic', 't', '--offset', '0'], 'The partition is required when offset is specified.'],
    [[...server, '--topic', 't', '--partition', '0', '--offset', '-1'], "The provided offset value '-1' is incorrect."],
    [
      [...server, '--topic', 't', '--partition', '0', '--offset', '0', '--from-beginning'],
      'Options from-beginning and offset cannot be specified together.',
    ],
    [['--topic', 't', '--partition', '0'], 'Missing required argument "[bootstrap-server]"'],
    [[...server, '--topic', 't', '--partition', '0', '--group', 'g'], 'Options group and partition cannot be specified together.'],
    [
      [...server, '--topic', 't', '--group', 'g', '--consumer.config', 'f'],
      "via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: 'g', 'g1'",
    ],
    [
      [...server, '--topic', 't', '--from-beginning', '--consumer-property', 'auto.offset.reset=none'],
      "Can't simultaneously specify --from-beginning and 'auto.offset.reset=none', please remove one option",
    ],
    [['--nosuch'], 'nosuch is not a recognized option'],
  ])('%j is refused', (args, message) => {
    expect(() => read(...args)).toThrow(message)
  })
})
