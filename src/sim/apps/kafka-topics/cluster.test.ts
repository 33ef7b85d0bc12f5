// kafka-topics.sh against a real cluster, and against none.
import { describe, expect, test } from 'vitest'
import { click, PLAYGROUND, run, scenarioWith, startAll } from '../../../../test/support/playground.ts'
import { ms, seconds, type Micros } from '../../base/index.ts'
import { sharedState } from '../../checkers/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type ScenarioHost } from '../../cluster/index.ts'
import type { World } from '../../kernel/index.ts'

const type = (at: number, text: string): Action => ({ at: ms(Math.round(at * 1000)), terminal: 't', kind: '$', text })
interface Shown {
  readonly at: Micros
  readonly text: string
}
/** What programs printed on the terminal, piece by piece. */
const shown = (world: World): Shown[] => [...world.terminals.t!.entries].filter((entry) => entry.kind === 'output')
const text = (world: World): string =>
  shown(world)
    .map((piece) => piece.text)
    .join('')
/** What each command line showed, without the times of log lines, and its status when that is not 0. */
function answers(world: World): string[] {
  const out: string[] = []
  for (const entry of world.terminals.t!.entries) {
    if (entry.kind === 'output') out[out.length - 1] += entry.text.replace(/\[[-0-9: ,]{23}\]/g, '[time]')
    else if (entry.kind === 'input') out.push('')
    else if (entry.kind === 'exit' && entry.code !== 0) out[out.length - 1] += `= ${entry.code}\n`
  }
  return out
}

/** Types commands in the client's shell, one after the other. */
function tell(until: number, before: readonly Action[], ...commands: [at: number, line: string][]): World {
  const actions = [...before, ...commands.map(([at, line]) => type(at, line))].sort((a, b) => a.at - b.at)
  return run(scenarioWith(3, PLAYGROUND, actions), until).world
}
const topics = (args: string): string => `./wrappers/kafka-topics.sh ${args}`
const started = startAll(PLAYGROUND)
const BEGIN = 25
/** Answers of commands typed at once: each begins when the one before has ended. */
const ask = (...lines: readonly string[]): string[] =>
  answers(tell(BEGIN + 6 * lines.length, started, ...lines.map((line): [number, string] => [BEGIN, topics(line)])))
const ZK = '--zookeeper zoo1:2181/kafka'
const BS = '--bootstrap-server kafka1:9092'
const failed = (type: string, message: string): string =>
  `Error while executing topic command : ${message}\n[time] ERROR ${type}: ${message}\n (kafka.admin.TopicCommand$)\n= 1\n`
const ERRORS = 'org.apache.kafka.common.errors.'
describe('--list', () => {
  test('of an empty cluster: an empty line from brokers, nothing from ZooKeeper', () => {
    const world = tell(
      45,
      started,
      [25, topics('--bootstrap-server kafka1:9092 --list')],
      [35, topics('--zookeeper zoo1:2181/kafka --list')],
    )
    expect(shown(world)).toHaveLength(1)
    expect(text(world)).toBe('\n')
    expect(shown(world)[0]!.at / 1e6).toBeLessThan(35)
  })
  test('without a quorum ends after 30 s', () => {
    const world = tell(80, [...started, click(25, 'docker-compose kill zoo1 zoo2')], [30, topics('--zookeeper zoo3:2181/kafka --list')])
    expect(text(world)).toContain(
      'Exception in thread "main" kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING',
    )
    const at = shown(world).find((piece) => piece.text.includes('Timed out waiting'))!.at / 1e6
    expect(at).toBeGreaterThan(60)
    expect(at).toBeLessThan(63)
  })
  test('of a dead broker warns again and again and gives up after 120 s', () => {
    const world = tell(170, [...started, click(25, 'docker-compose kill kafka2')], [30, topics('--bootstrap-server kafka2:9092 --list')])
    const warned = text(world).split('WARN [AdminClient clientId=adminclient-1] Connection to node -1').length - 1
    expect(warned).toBeGreaterThan(50)
    expect(text(world)).toContain('Error while executing topic command : org.apache.kafka.common.errors.TimeoutException')
    const at = shown(world).find((piece) => piece.text.includes('Error while executing'))!.at / 1e6
    expect(at).toBeGreaterThan(149)
    expect(at).toBeLessThan(154)
  })
})

describe('with --zookeeper', () => {
  test('a topic is made, told of, grown, configured, marked and gone', () => {
    const [made, described, grown, told, configured, overridden, listed, deleted, gone] = ask(
      `${ZK} --create --topic t --replica-assignment 1:2,2:1 --config retention.ms=60000`,
      `${ZK} --describe`,
      `${ZK} --alter --topic t --partitions 3`,
      `${ZK} --describe --topic t`,
      `${ZK} --alter --topic t --config flush.ms=9 --delete-config retention.ms`,
      `${ZK} --describe --topics-with-overrides`,
      `${ZK} --list`,
      `${ZK} --delete --topic t`,
      `${ZK} --describe --topic t --if-exists`,
    )
    expect(made).toBe('Created topic t.\n')
    const rows = (configs: string, n: number): string =>
      `Topic:t\tPartitionCount:${n}\tReplicationFactor:2\tConfigs:${configs}\n` +
      Array.from({ length: n }, (_, p) => {
        const replicas = p % 2 === 0 ? '1,2' : '2,1'
        return `\tTopic: t\tPartition: ${p}\tLeader: ${replicas[0]}\tReplicas: ${replicas}\tIsr: ${replicas}\n`
      }).join('')
    expect(described).toBe(rows('retention.ms=60000', 2))
    expect(grown).toBe(
      'WARNING: If partitions are increased for a topic that has a key, the partition logic or ordering of the messages will be affected\n' +
        'Adding partitions succeeded!\n',
    )
    expect(told).toBe(rows('retention.ms=60000', 3))
    expect(configured).toBe(
      'WARNING: Altering topic configuration from this script has been deprecated and may be removed in future releases.\n' +
        '         Going forward, please use kafka-configs.sh for this functionality\n' +
        'Updated config for topic t.\n',
    )
    expect(overridden).toBe('Topic:t\tPartitionCount:3\tReplicationFactor:2\tConfigs:flush.ms=9\n')
    expect(listed).toBe('t\n')
    expect(deleted).toBe('Topic t is marked for deletion.\nNote: This will have no impact if delete.topic.enable is not set to true.\n')
    expect(gone).toBe('')
  })
  test('an automatic assignment spreads leaders', () => {
    const [made, described] = ask(`${ZK} --create --topic spread --partitions 4 --replication-factor 2`, `${ZK} --describe --topic spread`)
    expect(made).toBe('Created topic spread.\n')
    const leaders = [...described!.matchAll(/Leader: (\d)/g)].map((match) => match[1])
    expect(leaders.filter((leader) => leader === '1')).toHaveLength(2)
    expect(leaders.filter((leader) => leader === '2')).toHaveLength(2)
  })
  test('a topic whose broker is down stays marked for deletion', () => {
    const world = tell(
      75,
      [...started, click(40, 'docker-compose kill kafka2')],
      [25, topics(`${ZK} --create --topic t --replica-assignment 2:1`)],
      [55, topics(`${ZK} --delete --topic t`)],
      [55, topics(`${ZK} --delete --topic t`)],
      [55, topics(`${ZK} --list`)],
      [55, topics(`${ZK} --describe --topic t`)],
      [55, topics(`${ZK} --describe --under-replicated-partitions`)],
    )
    const [, , again, listed, described, lacking] = answers(world)
    expect(again).toBe('Topic t is already marked for deletion.\n')
    expect(listed).toBe('t - marked for deletion\n')
    expect(described).toMatch(/^Topic:t\tPartitionCount:1\tReplicationFactor:2\tConfigs:\tMarkedForDeletion:true\n\tTopic: t.*Isr: 1\n$/)
    expect(lacking).toMatch(/^\tTopic: t\tPartition: 0\t.*\tIsr: 1\tMarkedForDeletion: true\n$/)
  })
  test('an unknown topic, one that is there, wrong values', () => {
    const both = 'Replication factor: 3 larger than available brokers: 2.'
    const [unknown, quietly, made, again, notAgain, ...wrong] = ask(
      `${ZK} --describe --topic nosuch`,
      `${ZK} --delete --topic nosuch --if-exists`,
      `${ZK} --create --topic t --replica-assignment 1:2`,
      `${ZK} --create --topic t --replica-assignment 1:2`,
      `${ZK} --create --topic t --replica-assignment 1:2 --if-not-exists`,
      `${ZK} --create --topic u --partitions 1 --replication-factor 3`,
      `${ZK} --create --topic u --partitions x --replication-factor 3`,
      `${ZK} --alter --topic t --partitions 3 --replica-assignment 1:2,2:3,1:3`,
      `${ZK} --describe --topic "t("`,
    )
    expect(unknown).toBe(failed('java.lang.IllegalArgumentException', 'Topics in [] does not exist'))
    expect([quietly, made, notAgain]).toEqual(['', 'Created topic t.\n', ''])
    expect(again).toBe(failed(`${ERRORS}TopicExistsException`, "Topic 't' already exists."))
    const number = 'java.lang.NumberFormatException: For input string: "x"'
    expect(wrong).toEqual([
      failed(`${ERRORS}InvalidReplicationFactorException`, both),
      failed('joptsimple.OptionArgumentConversionException', "Cannot parse argument 'x' of option partitions").replace(
        ' (kafka',
        `Caused by: joptsimple.internal.ReflectionException: ${number}\nCaused by: ${number}\n (kafka`,
      ),
      'WARNING: If partitions are increased for a topic that has a key, the partition logic or ordering of the messages will be affected\n' +
        failed(
          `${ERRORS}BrokerNotAvailableException`,
          'Some brokers specified for partition id 1 are not available. Specified brokers: 2, 3, available brokers: 1, 2.',
        ),
      failed('java.lang.RuntimeException', 't( is an invalid regex.'),
    ])
  })
  test('brokers of which only some know their rack', () => {
    const mixed = PLAYGROUND.map((h): ScenarioHost => (h.name === 'kafka1' ? { ...h, properties: { 'broker.rack': 'a' } } : h))
    const lines = [`${ZK} --create --topic t --partitions 1 --replication-factor 2`]
    const actions = [...lines, `${lines[0]} --disable-rack-aware`].map((line) => type(BEGIN, topics(line)))
    const [refused, made] = answers(run(scenarioWith(3, mixed, [...started, ...actions]), 40).world)
    const advice = 'Add --disable-rack-aware in command line to make replica assignment without rack information.'
    expect(refused).toBe(failed('kafka.admin.AdminOperationException', `Not all brokers have rack information. ${advice}`))
    expect(made).toBe('Created topic t.\n')
  })
  test('a server that is none, a port that is none, another root', () => {
    const lines = [
      '--zookeeper zoo1:x/kafka --list',
      '--zookeeper , --list',
      '--zookeeper zoo1:2181 --list',
      '--zookeeper zoo1:2181/nosuch --create --topic t --replica-assignment 1',
      '--zookeeper nosuch:2181/kafka --list',
    ]
    const world = tell(90, started, ...lines.map((line): [number, string] => [BEGIN, topics(line)]))
    const [port, commas, root, missing, nobody] = answers(world)
    const uncaught = (trace: string): string => `Exception in thread "main" ${trace}\n= 1\n`
    expect(port).toBe(uncaught('java.lang.NumberFormatException: For input string: "x"'))
    expect(commas).toBe(uncaught('java.lang.IllegalArgumentException: A HostProvider may not be empty!'))
    expect(root).toBe('')
    expect(missing).toBe(failed('java.lang.IllegalArgumentException', 'Path length must be > 0'))
    const warning =
      '[time] WARN Session 0x0 for server nosuch:2181, unexpected error, closing socket connection and attempting reconnect (org.apache.zookeeper.ClientCnxn)\n' +
      "java.lang.IllegalArgumentException: Unable to canonicalize address nosuch:2181 because it's not resolvable\n"
    const end = uncaught('kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING')
    const warnings = nobody!.slice(0, -end.length)
    expect(nobody!.endsWith(end)).toBe(true)
    expect(warnings).toBe(warning.repeat(warnings.length / warning.length))
    expect(warnings.length / warning.length).toBeGreaterThan(20)
  })
})

describe('with --bootstrap-server', () => {
  const wrapped = (name: string, message: string): string =>
    failed('java.util.concurrent.ExecutionException', `${ERRORS}${name}: ${message}`).replace(
      ' (kafka',
      `Caused by: ${ERRORS}${name}: ${message}\n (kafka`,
    )
  const SEGMENT = 'segment.bytes=1073741824'
  const header = (topic: string, n: number, configs: string): string =>
    `Topic:${topic}\tPartitionCount:${n}\tReplicationFactor:2\tConfigs:${configs}\n`
  const row = (topic: string, partition: number, replicas: string): string =>
    `\tTopic: ${topic}\tPartition: ${partition}\tLeader: ${replicas[0]}\tReplicas: ${replicas}\tIsr: ${replicas}\n`

  test('a topic is made, told of, grown and gone without a word', () => {
    const [made, described, atMinimum, grown, told, listed, deleted, gone] = ask(
      `${BS} --create --topic t --replica-assignment 1:2,2:1 --config min.insync.replicas=2 --config retention.ms=60000`,
      `${BS} --describe`,
      `${BS} --describe --at-min-isr-partitions`,
      `${BS} --alter --topic t --partitions 3 --replica-assignment 1:2,2:1,2:1`,
      `${BS} --describe --topic t`,
      `${BS} --list`,
      `${BS} --delete --topic t`,
      `${BS} --describe --topic t`,
    )
    const rows = row('t', 0, '1,2') + row('t', 1, '2,1')
    const head = (n: number): string => header('t', n, `min.insync.replicas=2,${SEGMENT},retention.ms=60000`)
    expect([made, grown, deleted, gone]).toEqual(['', '', '', ''])
    expect(described).toBe(head(2) + rows)
    expect(atMinimum).toBe(rows)
    expect(told).toBe(head(3) + rows + row('t', 2, '2,1'))
    expect(listed).toBe('t\n')
  })
  test('several topics come in the order of a hash map, all of them with a setting of the broker that is not the default', () => {
    const [, , , described] = ask(
      `${BS} --create --topic t --replica-assignment 1:2`,
      `${BS} --create --topic b.c --replica-assignment 2:1`,
      `${BS} --create --topic h --replica-assignment 1:2`,
      `${BS} --describe --topics-with-overrides`,
    )
    expect(described).toBe(['h', 't', 'b.c'].map((topic) => header(topic, 1, SEGMENT)).join(''))
  })
  test('what the tool refuses is told as it is, what a broker refuses comes wrapped', () => {
    const [, exists, factor, replicas, name, config, shrunk, uneven, unknown, nothing] = ask(
      `${BS} --create --topic t --replica-assignment 1:2,2:1`,
      `${BS} --create --topic t --partitions 1 --replication-factor 1`,
      `${BS} --create --topic u --partitions 1 --replication-factor 40000`,
      `${BS} --create --topic u --partitions 1 --replication-factor 3`,
      `${BS} --create --topic "no name" --partitions 1 --replication-factor 1`,
      `${BS} --create --topic u --partitions 1 --replication-factor 1 --config foo.bar=1`,
      `${BS} --alter --topic t --partitions 1`,
      `${BS} --alter --topic t --partitions 3 --replica-assignment 1:2,2:1`,
      `${BS} --delete --topic nosuch`,
      `${BS} --describe --topic nosuch`,
    )
    expect(exists).toBe(failed('java.lang.IllegalArgumentException', 'Topic t already exists'))
    const limit = "The replication factor's maximum value must be smaller or equal to 32767"
    expect(factor).toBe(failed('java.lang.IllegalArgumentException', limit))
    expect(replicas).toBe(wrapped('InvalidReplicationFactorException', 'Replication factor: 3 larger than available brokers: 2.'))
    const illegal = "Topic name \"no name\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'"
    expect(name).toBe(wrapped('InvalidTopicException', illegal))
    expect(config).toBe(failed(`${ERRORS}InvalidConfigurationException`, 'Unknown topic config name: foo.bar'))
    expect(shrunk).toBe(wrapped('InvalidPartitionsException', 'Topic currently has 2 partitions, which is higher than the requested 1.'))
    expect(uneven).toBe(
      wrapped('InvalidReplicaAssignmentException', 'Increasing the number of partitions by 1 but 0 assignments provided.'),
    )
    expect(unknown).toBe(failed('java.lang.IllegalArgumentException', 'Topics in [] does not exist'))
    expect(nothing).toBe('')
  })
  test('a partition without a leader', () => {
    const world = tell(
      70,
      [...started, click(40, 'docker-compose kill kafka2')],
      [25, topics(`${ZK} --create --topic t --replica-assignment 2,1`)],
      [55, topics(`${BS} --describe --unavailable-partitions`)],
      [55, topics(`${ZK} --describe --unavailable-partitions`)],
    )
    const [, byBroker, byZooKeeper] = answers(world)
    expect(byBroker).toBe('\tTopic: t\tPartition: 0\tLeader: none\tReplicas: 2\tIsr: \n')
    expect(byZooKeeper).toBe('\tTopic: t\tPartition: 0\tLeader: -1\tReplicas: 2\tIsr: 2\n')
  })
  test('servers that are none', () => {
    const [unknown, bare] = ask('--bootstrap-server nosuch:9092 --list', '--bootstrap-server kafka1 --list')
    const client = (why: string): string =>
      'Exception in thread "main" org.apache.kafka.common.KafkaException: Failed to create new KafkaAdminClient\n' +
      `Caused by: org.apache.kafka.common.config.ConfigException: ${why}\n= 1\n`
    const warning = "Couldn't resolve server nosuch:9092 from bootstrap.servers as DNS resolution failed for nosuch"
    expect(unknown).toBe(
      `[time] WARN ${warning} (org.apache.kafka.clients.ClientUtils)\n${client('No resolvable bootstrap urls given in bootstrap.servers')}`,
    )
    expect(bare).toBe(client('Invalid url in bootstrap.servers: kafka1'))
  })
})

test('holds nothing in two places, whatever it does', () => {
  const lines = [
    `${ZK} --create --topic t --replica-assignment 1:2,2:1 --config retention.ms=60000`,
    `${ZK} --create --topic u --partitions 3 --replication-factor 1`,
    `${ZK} --alter --topic t --partitions 4 --replica-assignment 1:2,1:2,1:2,2:1 --config flush.ms=1`,
    `${ZK} --describe`,
    `${ZK} --list --topic t,u`,
    `${ZK} --delete --topic t,u`,
    `${ZK} --delete --topic nosuch`,
    `${BS} --create --topic v --replica-assignment 1:2 --config flush.ms=1`,
    `${BS} --alter --topic v --partitions 3 --replica-assignment 1:2,2:1,2:1`,
    `${BS} --describe`,
    `${BS} --delete --topic v`,
  ]
  const actions = [...started, ...lines.map((line) => type(BEGIN, topics(line)))]
  const engine = new ClusterEngine(createWorld(scenarioWith(5, PLAYGROUND, actions)), { mode: 'plain', strict: true })
  const shared = new Set<string>()
  let seen = 0
  const onEvent = (): void => {
    const tools = Object.values(engine.world.processes).filter((proc) => proc.kind === 'kafka-topics')
    seen += tools.length
    if (tools.length > 0) for (const place of sharedState({ ...engine.world, processes: tools } as unknown as World)) shared.add(place)
  }
  engine.observers = [{ onEvent }]
  runActions(engine, actions, seconds(BEGIN + 5 * lines.length))
  expect([...shared]).toEqual([])
  expect(seen).toBeGreaterThan(lines.length * 10)
  expect(answers(engine.world)).toHaveLength(lines.length)
})
