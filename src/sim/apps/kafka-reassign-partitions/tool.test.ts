// kafka-reassign-partitions.sh: its command line, its plans, and what it does to a small cluster.
import { describe, expect, test } from 'vitest'
import { completedOptions, tell } from '../../../../test/support/tools.ts'
import { nodeData } from '../../../../test/support/topics.ts'
import { parseCommand, SPECS, usageTable } from './options.ts'
import { checkPlan, parsePlan, parseTopics, planJson } from './plan.ts'
import { throttledReplicas } from './throttle.ts'

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

describe('command lines', () => {
  test.each([
    [ZK, 'Command must include exactly one action: --generate, --execute or --verify'],
    [`${ZK} --verify --execute`, 'Command must include exactly one action: --generate, --execute or --verify'],
    ['--verify', 'Missing required argument "[zookeeper]"'],
    [
      `${ZK} --verify`,
      'If --verify option is used, command must include --reassignment-json-file that was used during the --execute option',
    ],
    [
      `${ZK} --execute`,
      'If --execute option is used, command must include --reassignment-json-file that was output during the --generate option',
    ],
    [
      `${ZK} --generate --broker-list 1`,
      'If --generate option is used, command must include both --topics-to-move-json-file and --broker-list options',
    ],
    [`${ZK} --verify --reassignment-json-file f --throttle 1`, 'Option "[verify]" can\'t be used with option "[throttle]"'],
    [`${ZK} --execute --reassignment-json-file f --broker-list 1`, 'Option "[execute]" can\'t be used with option "[broker-list]"'],
    [
      `${ZK} --generate --topics-to-move-json-file f --broker-list 1 --reassignment-json-file g`,
      'Option "[generate]" can\'t be used with option "[reassignment-json-file]"',
    ],
    [`${ZK} --nosuch`, 'joptsimple.UnrecognizedOptionException: nosuch is not a recognized option'],
    [`${ZK} --execute --reassignment-json-file f --throttle 1 --timeout 5`, 'nothing'],
    [`${ZK} --generate --topics-to-move-json-file f --broker-list 1 --disable-rack-aware`, 'nothing'],
  ])('%s: %s', (line, message) => expect(thrown(() => parseCommand(line.split(' ')))).toBe(message))
  test('the shell completes the options', () =>
    expect(completedOptions('kafka-reassign-partitions.sh')).toEqual(SPECS.map((s) => s.name).sort()))
  test('the usage names all options, in order', () =>
    expect([...usageTable().matchAll(/^--(\w\S*)/gm)].map((match) => match[1]).join(' ')).toBe(
      'bootstrap-server broker-list command-config disable-rack-aware execute generate help reassignment-json-file ' +
        'replica-alter-log-dirs-throttle throttle timeout topics-to-move-json-file verify version zookeeper',
    ))
})

describe('plans', () => {
  const item = (topic: string, partition: number, replicas: readonly number[], more = ''): string =>
    `{"topic":"${topic}","partition":${partition},"replicas":[${replicas.join(',')}]${more}}`
  const plan = (...items: readonly string[]): string => `{"version":1,"partitions":[${items.join(',')}]}`
  const check = (text: string) => thrown(() => checkPlan(parsePlan(text)))
  const REFUSED = 'Partition re'
  test.each([
    ['', 'The input string is not a valid JSON'],
    ['{"version":2,"partitions":[]}', 'Not supported version field value 2'],
    ['{"version":1}', `${REFUSED}assignment data file is empty`],
    [plan(), `${REFUSED}assignment data file is empty`],
    [plan(item('t', 0, [])), 'Partition replica list cannot be empty'],
    [plan(item('t', 0, [1]), item('t', 0, [2])), `${REFUSED}assignment contains duplicate topic partitions: t-0`],
    [
      plan(item('t', 0, [1, 1]), item('t', 1, [2, 1, 2])),
      'Partition replica lists may not contain duplicate entries: t-0 contains multiple entries for 1. t-1 contains multiple entries for 2',
    ],
    [
      plan(item('t', 0, [1, 2], ',"log_dirs":["any"]')),
      'Size of replicas list List(1, 2) is different from size of log dirs list List(any) for partition t-0',
    ],
    ['{"partitions":[{"topic":"t","partition":0}]}', 'No such field exists: `replicas`'],
    [plan(item('t', 0, [1])), 'nothing'],
    ['{"partitions":[{"topic":"t","partition":0,"replicas":[1],"log_dirs":["any"]}]}', 'nothing'],
  ])('%s: %s', (text, message) => expect(check(text)).toBe(message))
  test('directories that are named show', () => {
    expect(parsePlan(plan(item('t', 0, [1, 2], ',"log_dirs":["any","/a"]'))).namesLogDirs).toBe(true)
    expect(parsePlan(plan(item('t', 0, [1, 2], ',"log_dirs":["any","any"]'))).namesLogDirs).toBe(false)
  })
  test('what is printed can be read', () => {
    const { partitions } = parsePlan(plan(item('t', 1, [2, 1]), item('u', 0, [1])))
    expect(parsePlan(planJson(partitions)).partitions).toEqual(partitions)
  })
  test('topics of a file', () => {
    expect(parseTopics('{"version":1,"topics":[{"topic":"a"},{"topic":"b"}]}')).toEqual(['a', 'b'])
    expect(thrown(() => parseTopics('{"topics":[{}]}'))).toBe('No such field exists: `topic`')
  })
  test("throttled are a moving partition's old replicas at the leaders' side, its new ones at the followers'", () => {
    const at = (partition: number, replicas: readonly number[], topic = 't') => ({ topic, partition, replicas })
    const existing = [at(0, [1, 2]), at(1, [2, 1]), at(0, [1], 'u')]
    const proposed = [at(0, [2, 3]), at(1, [1, 2]), at(0, [2], 'u')]
    expect(throttledReplicas(existing, proposed, 't')).toEqual([
      ['leader.replication.throttled.replicas', '0:1,0:2'],
      ['follower.replication.throttled.replicas', '0:3'],
    ])
  })
})

const move = (args: string): string => `./wrappers/kafka-reassign-partitions.sh ${args}`
const file = (name: string, text: string): string => `echo '${text}' > data/kafka1/kafka-logs/${name}`
const make = `./wrappers/kafka-topics.sh ${ZK} --create --topic t --replica-assignment 1,2`
const PLAN = '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2]},{"topic":"t","partition":1,"replicas":[1]}]}'
const CURRENT =
  '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1],"log_dirs":["any"]},{"topic":"t","partition":1,"replicas":[2],"log_dirs":["any"]}]}'
const SAVE = 'Save this to use as the --reassignment-json-file option during rollback'
const started = `Current partition replica assignment\n\n${CURRENT}\n\n${SAVE}\n`
const executing = '--execute --reassignment-json-file /kafka-logs/p.json'
const verifying = `${ZK} --verify --reassignment-json-file /kafka-logs/p.json`
const DONE =
  'Status of partition reassignment: \nReassignment of partition t-0 completed successfully\nReassignment of partition t-1 completed successfully\n'

test('partitions move, throttled, and the throttle goes with the verification', () => {
  const { answers, world, shared } = tell(
    [
      make,
      file('p.json', PLAN),
      move(verifying),
      move(`${ZK} ${executing} --throttle 5000`),
      `./wrappers/kafka-configs.sh ${ZK} --describe --entity-type topics`,
      [50, move(verifying)],
      `./wrappers/kafka-configs.sh ${ZK} --describe --entity-type topics`,
      `./wrappers/kafka-configs.sh ${ZK} --describe --entity-type brokers`,
    ],
    50,
  )
  expect(answers[2]).toBe(
    'Status of partition reassignment: \nReassignment of partition t-0 failed\nReassignment of partition t-1 failed\n',
  )
  expect(answers[3]).toBe(
    `${started}Warning: You must run Verify periodically, until the reassignment completes, to ensure the throttle is removed. You can also alter ` +
      'the throttle by rerunning the Execute command passing a new value.\nThe inter-broker throttle limit was set to 5000 B/s\n' +
      'Successfully started reassignment of partitions.\n',
  )
  expect(answers[4]).toMatch(/leader.replication.throttled.replicas=0:1,1:2,|follower.replication.throttled.replicas=0:2,1:1/)
  expect(answers[5]).toBe(`${DONE}Throttle was removed.\n`)
  expect(answers[6]).toBe("Configs for topic 't' are \n")
  expect([...answers[7]!.matchAll(/throttled/g)]).toHaveLength(0)
  expect(nodeData(world, '/kafka/brokers/topics/t')).toMatch(/"0":\[1,2\]/)
  expect(nodeData(world, '/kafka/admin/reassign_partitions')).toBeUndefined()
  expect(shared).toEqual([])
})

test('a move that waits for a broker is in progress, and another one only changes the throttle', () => {
  const { answers, shared } = tell(
    [
      make,
      file('p.json', PLAN),
      [34, '!docker-compose pause kafka2'],
      move(`${ZK} ${executing}`),
      move(verifying),
      move(`${ZK} ${executing} --throttle 7000`),
      [44, '!docker-compose unpause kafka2'],
      [75, move(verifying)],
    ],
    65,
  )
  expect(answers[2]).toBe(`${started}Successfully started reassignment of partitions.\n`)
  expect(answers[3]).toBe(
    'Status of partition reassignment: \nReassignment of partition t-0 is still in progress\nReassignment of partition t-1 is still in progress\n',
  )
  expect(answers[4]).toBe('There is an existing assignment running.\n')
  expect(answers[5]).toBe(`${DONE}Throttle was removed.\n`)
  expect(shared).toEqual([])
})

test('what goes wrong is told on standard output, with status 0', () => {
  const wrong = (type: string, message: string): string => `Partitions reassignment failed due to ${message}\n${type}: ${message}\n\n`
  const FAILED = 'kafka.common.AdminCommandFailedException'
  const generate = (list: string): string => move(`${ZK} --generate --topics-to-move-json-file /kafka-logs/t.json --broker-list ${list}`)
  const cases: readonly (readonly [lines: readonly string[], answer: string])[] = [
    [[move(`${ZK} ${executing}`)], wrong('java.nio.file.NoSuchFileException', '/kafka-logs/p.json')],
    [
      [file('p.json', PLAN.replace('[1,2]', '[1,5]').replace('[1]}', '[7]}')), move(`${ZK} ${executing}`)],
      wrong(FAILED, 'The proposed assignment contains non-existent brokerIDs: 5,7'),
    ],
    [
      [file('p.json', PLAN.replace('"partition":1', '"partition":9')), move(`${ZK} ${executing}`)],
      wrong(FAILED, 'The proposed assignment contains non-existent partitions: ListBuffer(t-9)'),
    ],
    [
      [file('p.json', PLAN), move(`${ZK} ${executing} --throttle fast`)],
      wrong('joptsimple.OptionArgumentConversionException', "Cannot parse argument 'fast' of option throttle"),
    ],
    [
      [file('p.json', PLAN.replace('[1]}', '[1],"log_dirs":["/kafka-logs"]}')), move(verifying)],
      `Status of partition reassignment: \n${wrong(FAILED, 'bootstrap-server needs to be provided in order to reassign replica to the specified log directory')}`,
    ],
    [
      [file('t.json', '{"topics":[{"topic":"t"},{"topic":"t"}]}'), generate('1,2')],
      wrong(FAILED, 'List of topics to reassign contains duplicate entries: t'),
    ],
    [[generate('1,1')], wrong(FAILED, 'Broker list contains duplicate entries: 1')],
    [[generate('1,x')], wrong('java.lang.NumberFormatException', 'For input string: "x"')],
    [
      [file('t.json', '{"topics":[{"topic":"t"}]}'), generate('8')],
      wrong('org.apache.kafka.common.errors.InvalidReplicationFactorException', 'Replication factor: 1 larger than available brokers: 0.'),
    ],
    [
      [generate('2')],
      `Current partition replica assignment\n${CURRENT}\n\nProposed partition reassignment configuration\n${CURRENT.replace('[1]', '[2]')}\n`,
    ],
  ]
  const { answers, shared } = tell([make, ...cases.flatMap(([lines]) => lines)], 70)
  const told = answers.slice(1).filter((text) => text !== '')
  expect(told.slice(0, -1)).toEqual(cases.slice(0, -1).map(([, answer]) => answer))
  // Two of a map that is not kept in order.
  expect(told[told.length - 1]!.split(/[{}]/).sort()).toEqual(cases[cases.length - 1]![1].split(/[{}]/).sort())
  expect(shared).toEqual([])
})

test('ZooKeeper that is not there', () => {
  const { answers } = tell([move(`--zookeeper zoo1:2189 --verify --reassignment-json-file f`)], 50)
  const message = 'Timed out waiting for connection while in state: CONNECTING'
  expect(answers[0]!.endsWith(`Exception in thread "main" kafka.zookeeper.ZooKeeperClientTimeoutException: ${message}\n= 1\n`)).toBe(true)
})
