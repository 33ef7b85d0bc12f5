// The playground's folder on the docker host, as data: the compose file, the wrappers, a README. Its `data/` is the containers' own disks, mounted by the host layer.

export interface PlaygroundHost {
  readonly name: string
  readonly hostname?: string
  readonly image: 'zookeeper' | 'kafka' | 'client'
  readonly id?: number
  readonly properties?: Readonly<Record<string, string>>
}

/** A file of the folder: its text and its permissions. */
export interface PlaygroundFile {
  readonly text: string
  readonly mode: number
}

/** Kafka's tools that have a wrapper; each runs on the first broker. */
export const KAFKA_TOOLS = [
  'kafka-broker-api-versions.sh',
  'kafka-configs.sh',
  'kafka-console-consumer.sh',
  'kafka-console-producer.sh',
  'kafka-consumer-groups.sh',
  'kafka-consumer-perf-test.sh',
  'kafka-delete-records.sh',
  'kafka-dump-log.sh',
  'kafka-log-dirs.sh',
  'kafka-preferred-replica-election.sh',
  'kafka-producer-perf-test.sh',
  'kafka-reassign-partitions.sh',
  'kafka-replica-verification.sh',
  'kafka-topics.sh',
  'kafka-verifiable-consumer.sh',
  'kafka-verifiable-producer.sh',
] as const

/** Programs of the client host that have a wrapper. */
export const CLIENT_TOOLS = ['bash', 'faust', 'ipython', 'ldb', 'python', 'zk-shell'] as const

const zookeeperId = (hosts: readonly PlaygroundHost[], host: PlaygroundHost): number =>
  host.id ?? hosts.filter((h) => h.image === 'zookeeper').indexOf(host) + 1
const brokerId = (hosts: readonly PlaygroundHost[], host: PlaygroundHost): number =>
  host.id ?? hosts.filter((h) => h.image === 'kafka').indexOf(host) + 1

function zookeeperService(host: PlaygroundHost, hosts: readonly PlaygroundHost[]): string[] {
  const servers = hosts
    .filter((h) => h.image === 'zookeeper')
    .map((h) => `server.${zookeeperId(hosts, h)}=${h === host ? '0.0.0.0' : h.name}:2888:3888;2181`)
    .join(' ')
  const id = zookeeperId(hosts, host)
  const whitelist = host.properties?.['4lw.commands.whitelist']
  return [
    '    image: zookeeper:3.5.5',
    `    hostname: ${host.hostname ?? host.name}`,
    `    ports: ["127.0.0.1:${2180 + id}:2181"]`,
    '    environment:',
    `      ZOO_MY_ID: ${id}`,
    `      ZOO_SERVERS: ${servers}`,
    ...(whitelist === undefined ? [] : [`      ZOO_4LW_COMMANDS_WHITELIST: "${whitelist}"`]),
    `    volumes: ["./data/${host.name}/data:/data", "./data/${host.name}/datalog:/datalog"]`,
  ]
}

function kafkaService(host: PlaygroundHost, hosts: readonly PlaygroundHost[]): string[] {
  const zookeepers = hosts.filter((h) => h.image === 'zookeeper')
  const overrides: Record<string, string> = {
    'broker.id': String(brokerId(hosts, host)),
    'default.replication.factor': '2',
    'num.partitions': '4',
    'log.dirs': '/kafka-logs',
    'zookeeper.connect': zookeepers.map((z) => `${z.name}:2181`).join(',') + '/kafka',
    ...host.properties,
  }
  return [
    '    build: kafka',
    `    command: kafka-server-start.sh config/server.properties${Object.entries(overrides)
      .map(([key, value]) => ` --override ${key}=${value}`)
      .join('')}`,
    '    expose: ["9092"]',
    `    volumes: ["./data/${host.name}/kafka-logs:/kafka-logs"]`,
  ]
}

const clientService = (): string[] => [
  '    build: client',
  '    command: tail -f /dev/null',
  '    ports: ["127.0.0.1:6066:6066"]',
  '    volumes: ["./client:/app"]',
]

function composeFile(hosts: readonly PlaygroundHost[]): string {
  const lines = ["version: '3.7'", '', 'services:']
  for (const host of hosts) {
    lines.push(`  ${host.name}:`)
    if (host.image === 'zookeeper') lines.push(...zookeeperService(host, hosts))
    else if (host.image === 'kafka') lines.push(...kafkaService(host, hosts))
    else lines.push(...clientService())
    lines.push('')
  }
  return lines.join('\n')
}

/** Three lines of shell: run the tool in a container and hand everything through. */
const wrapper = (service: string, tool: string): PlaygroundFile => ({
  text: `#!/bin/sh\n# Runs ${tool} on ${service}.\nexec docker-compose exec ${service} ${tool} "$@"\n`,
  mode: 0o755,
})

function readme(hosts: readonly PlaygroundHost[]): string {
  const names = (image: string) => hosts.filter((h) => h.image === image).map((h) => h.name).join(' ') // prettier-ignore
  return [
    'Kafka Playground',
    '================',
    '',
    `ZooKeeper 3.5.5: ${names('zookeeper')}`,
    `Kafka 2.3.0:     ${names('kafka')}`,
    `Client host:     ${names('client')}`,
    '',
    'docker-compose.yml   the containers',
    'wrappers/            tools, each run inside a container that has it',
    'data/HOST/           the disk of that container, as it is now',
    '',
    'Start all of it:     docker-compose up -d',
    'Look around:         ./wrappers/zk-shell ' + (hosts.find((h) => h.image === 'zookeeper')?.name ?? 'zoo1'),
    'What else there is:  help',
    '',
  ].join('\n')
}

/** All files of the folder for a cluster of these hosts: path relative to it -> text and mode. */
export function playgroundFiles(hosts: readonly PlaygroundHost[]): Record<string, PlaygroundFile> {
  const files: Record<string, PlaygroundFile> = {
    'README.md': { text: readme(hosts), mode: 0o644 },
    'docker-compose.yml': { text: composeFile(hosts), mode: 0o644 },
  }
  const broker = hosts.find((h) => h.image === 'kafka')
  const client = hosts.find((h) => h.image === 'client')
  if (broker) for (const tool of KAFKA_TOOLS) files[`wrappers/${tool}`] = wrapper(broker.name, tool)
  if (client) for (const tool of CLIENT_TOOLS) files[`wrappers/${tool}`] = wrapper(client.name, tool)
  return files
}
