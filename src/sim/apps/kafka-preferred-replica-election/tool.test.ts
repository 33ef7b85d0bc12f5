// kafka-preferred-replica-election.sh: its command line, and what it does to a small cluster.
import { describe, expect, test } from 'vitest'
import { completedOptions, tell } from '../../../../test/support/tools.ts'
import { partitionState } from '../../../../test/support/topics.ts'
import { tpName } from '../../kafka/protocol/index.ts'
import { parseCommand, parsePartitions, SPECS, usageTable } from './options.ts'

/** What is thrown: its class, when it has one, and its message. */
function thrown(work: () => unknown): string {
  try {
    work()
    return 'nothing'
  } catch (error) {
    const e = error as Error & { type?: string }
    return e.type === undefined ? e.message : `${e.type}: ${e.message}`
  }
}
const ZK = '--zookeeper zoo1:2181/kafka'
const BS = '--bootstrap-server kafka1:9092'

describe('command lines', () => {
  test.each([
    ['--path-to-json-file f', "Exactly one of '[bootstrap-server]' or '[zookeeper]' must be provided"],
    [
      `${ZK} ${BS}`,
      'joptsimple.UnavailableOptionException: Option(s) [zookeeper, bootstrap-server] are unavailable given other options on the command line',
    ],
    [
      `${ZK} --admin.config f`,
      'joptsimple.UnavailableOptionException: Option(s) [admin.config] are unavailable given other options on the command line',
    ],
    [`${ZK} --nosuch`, 'joptsimple.UnrecognizedOptionException: nosuch is not a recognized option'],
    [BS, 'nothing'],
    [`${BS} --admin.config f --path-to-json-file g`, 'nothing'],
    [`--help ${ZK} ${BS}`, 'nothing'],
  ])('%s: %s', (line, message) => expect(thrown(() => parseCommand(line.split(' ')))).toBe(message))
  test('the shell completes the options', () =>
    expect(completedOptions('kafka-preferred-replica-election.sh')).toEqual(SPECS.map((s) => s.name).sort()))
  test('the usage names all options, in order', () =>
    expect([...usageTable().matchAll(/^--(\w\S*)/gm)].map((match) => match[1])).toEqual([
      'admin.config',
      'bootstrap-server',
      'help',
      'path-to-json-file',
      'version',
      'zookeeper',
    ]))
})

describe('files', () => {
  test('name partitions', () => {
    const text = '{"version":1,"partitions":[{"topic":"a","partition":1},{"topic":"b","partition":0}]}'
    expect(parsePartitions(text).map(tpName)).toEqual(['a-1', 'b-0'])
  })
  test.each([
    ['', 'Preferred replica election data is empty'],
    ['{', 'Preferred replica election data is empty'],
    ['{"version":1}', 'Preferred replica election data is empty'],
    ['[]', 'Expected JSON object, received []'],
    ['{"partitions":5}', 'Expected JSON array, received 5'],
    ['{"partitions":[{"topic":"a"}]}', 'No such field exists: `partition`'],
    ['{"partitions":[{"topic":1,"partition":1}]}', 'Expected `String` value, received 1'],
    ['{"partitions":[{"topic":"a","partition":"1"}]}', 'Expected `Int` value, received "1"'],
    [
      '{"partitions":[{"topic":"a","partition":1},{"topic":"a","partition":1}]}',
      'Preferred replica election data contains duplicate partitions: a-1',
    ],
  ])('%s: %s', (text, message) => expect(thrown(() => parsePartitions(text))).toBe(message))
})

const elect = (args: string): string => `./wrappers/kafka-preferred-replica-election.sh ${args}`
const file = (name: string, text: string): string => `echo '${text}' > data/kafka1/kafka-logs/${name}`
const DEPRECATED =
  'Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\nUse --bootstrap-server instead to specify a broker to connect to.\n'
const FAILED = 'Exception in thread "main" kafka.common.AdminCommandFailedException'
const UNKNOWN = 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException: The partition does not exist.'
/** Both partitions led by broker 1, since broker 2 was away. */
const moved = [
  `./wrappers/kafka-topics.sh ${ZK} --create --topic m --replica-assignment 1:2,2:1`,
  [32, '!docker-compose kill kafka2'],
  [45, '!docker-compose up -d kafka2'],
] as const

test('by ZooKeeper: all partitions, then those of a file', () => {
  const { answers, world, shared } = tell(
    [
      ...moved,
      [60, elect(ZK)],
      file('p.json', '{"partitions":[{"topic":"m","partition":1},{"topic":"x","partition":3}]}'),
      elect(`${ZK} --path-to-json-file /kafka-logs/p.json`),
      elect(`${ZK} --path-to-json-file /nofile`),
    ],
    60,
  )
  expect(answers.slice(1)).toEqual([
    `${DEPRECATED}Created preferred replica election path with m-0,m-1\nSuccessfully started preferred replica election for partitions Set(m-0, m-1)\n`,
    '',
    `${DEPRECATED}Created preferred replica election path with m-1\nSuccessfully started preferred replica election for partitions Set(m-1)\n` +
      "Skipping preferred replica leader election for partition x-3 since it doesn't exist.\n",
    'Exception in thread "main" java.nio.file.NoSuchFileException: /nofile\n= 1\n',
  ])
  expect(partitionState(world, 'm', 1)).toMatchObject({ leader: 2 })
  expect(shared).toEqual([])
})

test('by brokers: one that does not exist fails the tool; what goes well is told once', () => {
  const { answers, world, shared } = tell(
    [
      ...moved,
      [60, file('p.json', '{"partitions":[{"topic":"m","partition":1},{"topic":"x","partition":3}]}')],
      elect(`${BS} --path-to-json-file /kafka-logs/p.json`),
      elect(BS),
    ],
    50,
  )
  expect(answers.slice(2)).toEqual([
    'Successfully completed preferred replica election for partitions m-1\n' +
      `Error completing preferred replica election for partition x-3: ${UNKNOWN}\n` +
      `${FAILED}: 1 preferred replica(s) could not be elected\n\tSuppressed: ${UNKNOWN}\n= 1\n`,
    expect.stringMatching(/^Successfully completed preferred replica election for partitions (m-0, m-1|m-1, m-0)\n$/),
  ])
  expect(partitionState(world, 'm', 1)).toMatchObject({ leader: 2 })
  expect(shared).toEqual([])
})

test('a preferred replica that is away, brokers that are not there', () => {
  const { answers } = tell(
    [
      moved[0],
      [32, '!docker-compose kill kafka2'],
      [45, elect(BS)],
      elect('--bootstrap-server kafka1:9999'),
      file('p.json', '{"partitions":[{"topic":"m","partition":1}]}'),
      elect('--bootstrap-server kafka1:9999 --path-to-json-file /kafka-logs/p.json'),
    ],
    140,
  )
  expect(answers[1]).toMatch(
    /^Exception in thread "main" kafka.common.AdminCommandFailedException\nCaused by: \S*PreferredLeaderNotAvailableException: .*\n= 1\n$/,
  )
  const timedOut = 'org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment.'
  const plain = answers.map((text) => text.replace(/^\[time\] WARN .*\n/gm, ''))
  expect(plain[2]).toBe(`Timeout waiting for election results\n${FAILED}\nCaused by: ${timedOut}\n= 1\n`)
  expect(plain[4]).toBe(
    `Error completing preferred replica election for partition m-1: ${timedOut}\n${FAILED}: 1 preferred replica(s) could not be elected\n\tSuppressed: ${timedOut}\n= 1\n`,
  )
})

test('an election that the controller has not seen yet stands in the way of another', () => {
  const { answers } = tell([moved[0], [34, '!docker-compose pause kafka2'], elect(ZK), elect(ZK)], 16)
  expect(answers[1]).toContain('Successfully started preferred replica election for partitions Set(m-0, m-1)\n')
  const why = 'Preferred replica leader election currently in progress for m-0,m-1. Aborting operation'
  expect(answers[2]).toBe(`${DEPRECATED}${FAILED}: Admin command failed\nCaused by: kafka.admin.AdminOperationException: ${why}\n= 1\n`)
})
