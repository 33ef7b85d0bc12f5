// kafka-configs.sh on a small cluster: what it shows, what brokers do about it.
import { expect, test } from 'vitest'
import { logged, tell } from '../../../../test/support/tools.ts'

const ZK = '--zookeeper zoo1:2181/kafka'
const BS = '--bootstrap-server kafka1:9092'
const configs = (args: string): string => `./wrappers/kafka-configs.sh ${args}`
const topics = (args: string): string => `./wrappers/kafka-topics.sh ${args}`
const trace = (args: string, ...lines: readonly string[]): string =>
  [`Error while executing config command with args '${args}'`, ...lines, '= 1', ''].join('\n')

test('settings of topics, by ZooKeeper', () => {
  const t = `${ZK} --entity-type topics --entity-name t`
  const { answers, world, shared } = tell(
    [
      topics(`${ZK} --create --topic t --replica-assignment 1:2`),
      configs(`${t} --alter --add-config retention.ms=600000,cleanup.policy=[compact,delete]`),
      configs(`${ZK} --entity-type topics --describe`),
      configs(`${t} --alter --delete-config retention.ms --add-config message.format.version=2.1`),
      configs(`${t} --describe`),
      configs(`${t} --alter --delete-config foo,retention.ms`),
      configs(`${t} --alter --add-config foo=1`),
      configs(`${t} --alter --add-config retention.ms=x`),
      configs(`${t} --alter --add-config retention.ms`),
      configs(`${t}u --alter --add-config retention.ms=1`),
      configs(`${t}u --describe`),
    ],
    60,
  )
  expect(answers.slice(1)).toEqual([
    "Completed Updating config for entity: topic 't'.\n",
    "Configs for topic 't' are cleanup.policy=compact,delete,retention.ms=600000\n",
    'WARNING: The configuration message.format.version=2.1 is specified. This configuration will be ignored if the version is newer than the ' +
      "inter.broker.protocol.version specified in the broker.\nCompleted Updating config for entity: topic 't'.\n",
    "Configs for topic 't' are cleanup.policy=compact,delete,message.format.version=2.1\n",
    'Invalid config(s): foo,retention.ms\n= 1\n',
    'Unknown topic config name: foo\n= 1\n',
    trace(
      `${t} --alter --add-config retention.ms=x`,
      'org.apache.kafka.common.config.ConfigException: Invalid value x for configuration retention.ms: Not a number of type LONG',
    ),
    'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val".\n= 1\n',
    trace(`${t}u --alter --add-config retention.ms=1`, 'kafka.admin.AdminOperationException: Topic "tu" does not exist.'),
    "Configs for topic 'tu' are \n",
  ])
  for (const broker of ['kafka1', 'kafka2']) {
    expect(logged(world, broker, 'Processing override')).toEqual([
      expect.stringMatching(/^Processing override for entityPath: topics\/t with config: Map\(.*retention.ms -> 600000.*\)$/),
      expect.stringContaining('message.format.version -> 2.1'),
    ])
  }
  expect(shared).toEqual([])
})

test('settings of clients, users and brokers, by ZooKeeper', () => {
  const { answers, world, shared } = tell(
    [
      configs(
        `${ZK} --alter --entity-type users --entity-name me --entity-type clients --entity-name "a b" --add-config producer_byte_rate=10000000`,
      ),
      configs(`${ZK} --alter --entity-type clients --entity-default --add-config request_percentage=50`),
      configs(`${ZK} --alter --entity-type users --entity-name me --add-config nosuch=1`),
      configs(`${ZK} --alter --entity-type users --entity-name me --add-config SCRAM-SHA-256=[iterations=1,password=x]`),
      configs(`${ZK} --describe --entity-type users`),
      configs(`${ZK} --describe --entity-type users --entity-type clients`),
      configs(`${ZK} --describe --entity-type clients`),
      configs(`${ZK} --alter --entity-type brokers --entity-name 1 --add-config leader.replication.throttled.rate=1000`),
      configs(`${ZK} --alter --entity-type brokers --entity-name 1 --add-config log.cleaner.threads=2`),
      configs(`${ZK} --alter --entity-type brokers --entity-name one --add-config leader.replication.throttled.rate=1000`),
      configs(`${ZK} --describe --entity-type brokers`),
      '!docker-compose kill kafka2',
      [85, '!docker-compose up -d kafka2'],
    ],
    85,
  )
  expect(answers).toEqual([
    "Completed Updating config for entity: user-principal 'me', client-id 'a b'.\n",
    'Completed Updating config for entity: default client-id.\n',
    'requirement failed: Unknown Dynamic Configuration: Set(nosuch).\n= 1\n',
    'Iterations 1 is less than the minimum 4096 required for SCRAM_SHA_256\n= 1\n',
    '',
    "Configs for user-principal 'me', client-id 'a b' are producer_byte_rate=10000000\n",
    'Configs for default client-id are request_percentage=50\n',
    "Completed Updating config for entity: brokers '1'.\n",
    expect.stringContaining('update broker configs Set(log.cleaner.threads). when broker 1 is running.') as string,
    "Error parsing broker one. The broker's Entity Name must be a single integer value\n= 1\n",
    "Configs for brokers '1' are leader.replication.throttled.rate=1000\n",
  ])
  const quotas = logged(world, 'kafka2', ' quota for ')
  const mine = ['Changing PRODUCE quota for user me client-id a b to 1.0E7', 'Removing FETCH quota for user me client-id a b']
  expect(quotas).toEqual(expect.arrayContaining([...mine, 'Changing REQUEST quota for default client-id to 50.0']))
  // Told of at the change, and again when the broker came back.
  expect(quotas.filter((text) => text === mine[0])).toHaveLength(2)
  expect(shared).toEqual([])
})

test('settings of brokers, by brokers', () => {
  const one = `${BS} --entity-type brokers --entity-name 1`
  const all = `${BS} --entity-type brokers --entity-default`
  const refused =
    'org.apache.kafka.common.errors.InvalidRequestException: Invalid config value for resource ConfigResource(type=BROKER, ' +
    "name='1'): Cannot update these configs dynamically: Set(broker.id)"
  const { answers, shared } = tell(
    [
      configs(`${one} --describe`),
      configs(`${one} --alter --add-config log.cleaner.threads=2`),
      configs(`${one} --describe`),
      configs(`${one} --alter --delete-config nosuch`),
      configs(`${one} --alter --add-config broker.id=4`),
      configs(`${one} --alter --delete-config log.cleaner.threads`),
      configs(`${one} --describe`),
      configs(`${all} --alter --add-config log.retention.ms=100000`),
      configs(`${all} --describe`),
      configs(`${BS} --entity-type brokers --entity-name one --describe`),
      configs(`${BS} --entity-type brokers --describe`),
      configs(`${one} --describe --command-config /nofile`),
    ],
    70,
  )
  expect(answers).toEqual([
    'Configs for broker 1 are:\n',
    'Completed updating config for broker: 1.\n',
    'Configs for broker 1 are:\n  log.cleaner.threads=2 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2, DEFAULT_CONFIG:log.cleaner.threads=1}\n',
    'Invalid config(s): nosuch\n= 1\n',
    trace(`${one} --alter --add-config broker.id=4`, `java.util.concurrent.ExecutionException: ${refused}`, `Caused by: ${refused}`),
    'Completed updating config for broker: 1.\n',
    'Configs for broker 1 are:\n',
    'Completed updating default config for brokers in the cluster,\n',
    'Default config for brokers in the cluster are:\n  log.retention.ms=100000 sensitive=false synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=100000}\n',
    'For input string: "one"\n= 1\n',
    'At least one of --entity-name or --entity-default must be specified with --bootstrap-server\n= 1\n',
    trace(`${one} --describe --command-config /nofile`, 'java.nio.file.NoSuchFileException: /nofile'),
  ])
  expect(shared).toEqual([])
})

test('servers that are not there', () => {
  const t = '--entity-type topics --entity-name t --describe'
  const one = '--entity-type brokers --entity-name 1 --describe'
  const { answers } = tell(
    [
      configs(`--zookeeper zoo1:2189 ${t}`),
      configs(`--zookeeper , ${t}`),
      configs(`--bootstrap-server nosuch:9092 ${one}`),
      configs(`--bootstrap-server kafka1:9999 ${one}`),
    ],
    170,
  )
  const ends = answers.map((text) => text.slice(text.indexOf('Error while')))
  expect(ends[0]).toBe(
    trace(
      `--zookeeper zoo1:2189 ${t}`,
      'kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING',
    ),
  )
  expect(answers[1]).toBe('A HostProvider may not be empty!\n= 1\n')
  expect(ends[2]).toBe(
    trace(
      `--bootstrap-server nosuch:9092 ${one}`,
      'org.apache.kafka.common.KafkaException: Failed to create new KafkaAdminClient',
      'Caused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers',
    ),
  )
  expect(answers[3]!.match(/WARN \[AdminClient clientId=adminclient-1\] Connection to node -1/g)!.length).toBeGreaterThan(50)
  expect(ends[3]).toBe(trace(`--bootstrap-server kafka1:9999 ${one}`, 'java.util.concurrent.TimeoutException'))
})
