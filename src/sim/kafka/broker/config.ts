// A broker's configuration: one table of every key the model reads, with the defaults of 2.3.0 and what config/server.properties sets
// (server/KafkaConfig.scala, object Defaults).
import { settingLines } from './setting-text.ts'

type Kind = 'int' | 'boolean' | 'double' | 'string'
/** Property name, type, default. */
const TABLE = {
  brokerId: ['broker.id', 'int', '-1'],
  brokerIdGenerationEnable: ['broker.id.generation.enable', 'boolean', 'true'],
  rack: ['broker.rack', 'string', ''],
  listeners: ['listeners', 'string', ''],
  advertisedListeners: ['advertised.listeners', 'string', ''],
  zkConnect: ['zookeeper.connect', 'string', ''],
  zkSessionTimeoutMs: ['zookeeper.session.timeout.ms', 'int', '6000'],
  zkConnectionTimeoutMs: ['zookeeper.connection.timeout.ms', 'int', ''],
  zkMaxInFlightRequests: ['zookeeper.max.in.flight.requests', 'int', '10'],
  logDirs: ['log.dirs', 'string', '/tmp/kafka-logs'],
  autoCreateTopicsEnable: ['auto.create.topics.enable', 'boolean', 'true'],
  deleteTopicEnable: ['delete.topic.enable', 'boolean', 'true'],
  numPartitions: ['num.partitions', 'int', '1'],
  defaultReplicationFactor: ['default.replication.factor', 'int', '1'],
  minInSyncReplicas: ['min.insync.replicas', 'int', '1'],
  uncleanLeaderElectionEnable: ['unclean.leader.election.enable', 'boolean', 'false'],
  autoLeaderRebalanceEnable: ['auto.leader.rebalance.enable', 'boolean', 'true'],
  leaderImbalancePerBrokerPercentage: ['leader.imbalance.per.broker.percentage', 'int', '10'],
  leaderImbalanceCheckIntervalSeconds: ['leader.imbalance.check.interval.seconds', 'int', '300'],
  controlledShutdownEnable: ['controlled.shutdown.enable', 'boolean', 'true'],
  controlledShutdownMaxRetries: ['controlled.shutdown.max.retries', 'int', '3'],
  controlledShutdownRetryBackoffMs: ['controlled.shutdown.retry.backoff.ms', 'int', '5000'],
  controllerSocketTimeoutMs: ['controller.socket.timeout.ms', 'int', '30000'],
  requestTimeoutMs: ['request.timeout.ms', 'int', '30000'],
  replicaLagTimeMaxMs: ['replica.lag.time.max.ms', 'int', '10000'],
  replicaFetchWaitMaxMs: ['replica.fetch.wait.max.ms', 'int', '500'],
  replicaFetchMinBytes: ['replica.fetch.min.bytes', 'int', '1'],
  replicaFetchMaxBytes: ['replica.fetch.max.bytes', 'int', '1048576'],
  replicaFetchResponseMaxBytes: ['replica.fetch.response.max.bytes', 'int', '10485760'],
  replicaFetchBackoffMs: ['replica.fetch.backoff.ms', 'int', '1000'],
  replicaSocketTimeoutMs: ['replica.socket.timeout.ms', 'int', '30000'],
  replicaHighWatermarkCheckpointIntervalMs: ['replica.high.watermark.checkpoint.interval.ms', 'int', '5000'],
  logRetentionCheckIntervalMs: ['log.retention.check.interval.ms', 'int', '300000'],
  logSegmentBytes: ['log.segment.bytes', 'int', '1073741824'],
  logCleanerBackoffMs: ['log.cleaner.backoff.ms', 'int', '15000'],
  logCleanerEnable: ['log.cleaner.enable', 'boolean', 'true'],
  logCleanerThreads: ['log.cleaner.threads', 'int', '1'],
  offsetsTopicPartitions: ['offsets.topic.num.partitions', 'int', '50'],
  offsetsTopicReplicationFactor: ['offsets.topic.replication.factor', 'int', '3'],
  offsetsTopicSegmentBytes: ['offsets.topic.segment.bytes', 'int', '104857600'],
  groupInitialRebalanceDelayMs: ['group.initial.rebalance.delay.ms', 'int', '3000'],
  transactionTopicPartitions: ['transaction.state.log.num.partitions', 'int', '50'],
  transactionTopicReplicationFactor: ['transaction.state.log.replication.factor', 'int', '3'],
  connectionsMaxIdleMs: ['connections.max.idle.ms', 'int', '600000'],
} as const satisfies Readonly<Record<string, readonly [name: string, kind: Kind, byDefault: string]>>

type Table = typeof TABLE
type Parsed<K extends Kind> = K extends 'int' | 'double' ? number : K extends 'boolean' ? boolean : string
/** Parsed settings by their names in the code, and the texts they came from. */
export type BrokerConfig = { readonly [K in keyof Table]: Parsed<Table[K][1]> } & {
  /** What the file and the command line set, by property name. */
  readonly explicit: Readonly<Record<string, string>>
}

/** What the playground's config/server.properties sets. */
const SERVER_PROPERTIES: Readonly<Record<string, string>> = {
  'broker.id': '0',
  'num.network.threads': '3',
  'num.io.threads': '8',
  'socket.send.buffer.bytes': '102400',
  'socket.receive.buffer.bytes': '102400',
  'socket.request.max.bytes': '104857600',
  'log.dirs': '/tmp/kafka-logs',
  'num.partitions': '1',
  'num.recovery.threads.per.data.dir': '1',
  'offsets.topic.replication.factor': '1',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'log.retention.hours': '168',
  'log.segment.bytes': '1073741824',
  'log.retention.check.interval.ms': '300000',
  'zookeeper.connect': 'localhost:2181',
  'zookeeper.connection.timeout.ms': '6000',
  'group.initial.rebalance.delay.ms': '0',
}

/** A value that is none of its type: as ConfigException says it. */
export class ConfigError extends Error {}

function parse(name: string, kind: Kind, text: string): number | boolean | string {
  const value = text.trim()
  switch (kind) {
    case 'string':
      return value
    case 'boolean':
      if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true'
      throw new ConfigError(`Invalid value ${value} for configuration ${name}: Expected value to be either true or false`)
    case 'int':
    case 'double':
      if (kind === 'int' ? /^[+-]?\d+$/.test(value) : /^[+-]?[\d.]+$/.test(value)) return Number(value)
      throw new ConfigError(`Invalid value ${value} for configuration ${name}: Not a number of type ${kind.toUpperCase()}`)
  }
}

/** The configuration that server.properties and overrides make; keys the model does not read are kept as texts. Throws ConfigError. */
export function brokerConfig(overrides: Readonly<Record<string, string>>): BrokerConfig {
  const explicit = Object.freeze({ ...SERVER_PROPERTIES, ...overrides })
  const text = (name: string, byDefault: string): string => explicit[name] ?? byDefault
  const entries = Object.entries(TABLE).map(([key, [name, kind, byDefault]]) => {
    const value =
      name === 'zookeeper.connection.timeout.ms' ? text(name, text('zookeeper.session.timeout.ms', '6000')) : text(name, byDefault)
    return [key, parse(name, kind, value)]
  })
  return Object.freeze({ ...(Object.fromEntries(entries) as Omit<BrokerConfig, 'explicit'>), explicit })
}

/** `PLAINTEXT://host:9092` of a list of listeners; an empty host means all addresses. */
export function listener(text: string): { readonly host: string; readonly port: number } | undefined {
  const match = /^\s*PLAINTEXT:\/\/(.*?):(\d+)/.exec(text)
  return match ? { host: match[1]!, port: Number(match[2]) } : undefined
}

/** The lines below `KafkaConfig values: `. */
export const configLines = (config: BrokerConfig): string[] => settingLines(config.explicit)
