// A consumer's settings: names, defaults and limits of 2.3.0 (clients/consumer/ConsumerConfig.java, KafkaConsumer.java).
import { booleanOf, INT_MAX, LONG_MAX, numberOf, oneOf, SOCKETS_AND_METRICS, type Range, type Settings } from '../settings.ts'

export type ResetPolicy = 'earliest' | 'latest' | 'none'
export interface ConsumerConfig {
  readonly bootstrapServers: string
  readonly clientId: string
  /** Null: it has none. */
  readonly groupId: string | null
  readonly resetPolicy: ResetPolicy
  readonly readCommitted: boolean
  readonly checkCrcs: boolean
  readonly allowAutoTopicCreation: boolean
  readonly clientRack: string
  readonly fetchMinBytes: number
  readonly fetchMaxBytes: number
  readonly fetchMaxWaitMs: number
  readonly maxPartitionFetchBytes: number
  readonly maxPollRecords: number
  readonly requestTimeoutMs: number
  readonly defaultApiTimeoutMs: number
  readonly retryBackoffMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  readonly metadataMaxAgeMs: number
}

const NUMBERS = {
  'fetch.min.bytes': [1, 0, INT_MAX],
  'fetch.max.bytes': [52428800, 0, INT_MAX],
  'fetch.max.wait.ms': [500, 0, INT_MAX],
  'max.partition.fetch.bytes': [1048576, 0, INT_MAX],
  'max.poll.records': [500, 1, INT_MAX],
  'request.timeout.ms': [30000, 0, INT_MAX],
  'default.api.timeout.ms': [60000, 0, INT_MAX],
  'retry.backoff.ms': [100, 0, LONG_MAX],
  'reconnect.backoff.ms': [50, 0, LONG_MAX],
  'reconnect.backoff.max.ms': [1000, 0, LONG_MAX],
  'metadata.max.age.ms': [300000, 0, LONG_MAX],
} as const satisfies Readonly<Record<string, Range>>
const TEXTS = new Set(['bootstrap.servers', 'client.id', 'client.rack', 'group.id', 'auto.offset.reset', 'isolation.level'])
const BOOLEANS = new Set(['check.crcs', 'allow.auto.create.topics'])
/** Settings that are known and change nothing here: of groups, which are not there yet, of sockets and metrics. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'group.instance.id',
  'session.timeout.ms',
  'heartbeat.interval.ms',
  'partition.assignment.strategy',
  'enable.auto.commit',
  'auto.commit.interval.ms',
  'max.poll.interval.ms',
  'exclude.internal.topics',
  'internal.leave.group.on.close',
  'key.deserializer',
  'value.deserializer',
  ...SOCKETS_AND_METRICS,
])

/** What is wrong with settings that are right but not modelled; undefined when nothing is. */
export function notModelled(settings: Settings): string | undefined {
  for (const name of ['interceptor.classes', 'security.protocol']) {
    const value = settings[name]
    if (value !== undefined && value !== '' && value !== 'PLAINTEXT') return `${name} is not modelled: the default is all there is`
  }
  return undefined
}
/** Settings that a consumer of 2.3.0 does not know: it warns of them. */
export const unknownSettings = (settings: Settings): string[] =>
  Object.keys(settings).filter(
    (name) =>
      !(name in NUMBERS) &&
      !TEXTS.has(name) &&
      !BOOLEANS.has(name) &&
      !WITHOUT_EFFECT.has(name) &&
      !/^(ssl|sasl)\./.test(name) &&
      notModelled({ [name]: '?' }) === undefined,
  )

/** Settings by name, as text. Fails with ConfigException as the real constructor does. */
export function consumerConfig(settings: Settings): ConsumerConfig {
  const number = (name: keyof typeof NUMBERS): number => numberOf(NUMBERS, settings, name)
  const groupId = settings['group.id']
  return Object.freeze({
    bootstrapServers: settings['bootstrap.servers'] ?? '',
    clientId: settings['client.id'] || 'consumer-1',
    groupId: groupId === undefined ? null : groupId,
    resetPolicy: oneOf<ResetPolicy>(settings, 'auto.offset.reset', 'latest', ['latest', 'earliest', 'none']),
    readCommitted:
      oneOf(settings, 'isolation.level', 'read_uncommitted', ['read_committed', 'read_uncommitted'] as const) === 'read_committed',
    checkCrcs: booleanOf(settings, 'check.crcs', true),
    allowAutoTopicCreation: booleanOf(settings, 'allow.auto.create.topics', true),
    clientRack: settings['client.rack'] ?? '',
    fetchMinBytes: number('fetch.min.bytes'),
    fetchMaxBytes: number('fetch.max.bytes'),
    fetchMaxWaitMs: number('fetch.max.wait.ms'),
    maxPartitionFetchBytes: number('max.partition.fetch.bytes'),
    maxPollRecords: number('max.poll.records'),
    requestTimeoutMs: number('request.timeout.ms'),
    defaultApiTimeoutMs: number('default.api.timeout.ms'),
    retryBackoffMs: number('retry.backoff.ms'),
    reconnectBackoffMs: number('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: number('reconnect.backoff.max.ms'),
    metadataMaxAgeMs: number('metadata.max.age.ms'),
  })
}
