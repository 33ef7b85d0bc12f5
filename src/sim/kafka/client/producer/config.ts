// A producer's settings: names, defaults and limits of 2.3.0 (clients/producer/ProducerConfig.java, KafkaProducer.java).
import type { Compression } from '../../log/index.ts'
import {
  booleanOf,
  INT_MAX,
  LONG_MAX,
  numberOf,
  oneOf,
  refuseSetting,
  SOCKETS_AND_METRICS,
  type Range,
  type Settings,
} from '../settings.ts'

export interface ProducerConfig {
  readonly bootstrapServers: string
  readonly clientId: string
  readonly acks: -1 | 0 | 1
  readonly retries: number
  readonly batchSize: number
  readonly lingerMs: number
  readonly maxRequestSize: number
  readonly bufferMemory: number
  readonly maxBlockMs: number
  readonly requestTimeoutMs: number
  readonly deliveryTimeoutMs: number
  readonly retryBackoffMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  readonly maxInFlight: number
  readonly compression: Compression
  readonly idempotent: boolean
  readonly metadataMaxAgeMs: number
}

/** Default and limits of the settings that are numbers. */
const NUMBERS = {
  retries: [INT_MAX, 0, INT_MAX],
  'batch.size': [16384, 0, INT_MAX],
  'linger.ms': [0, 0, LONG_MAX],
  'max.request.size': [1048576, 0, INT_MAX],
  'buffer.memory': [33554432, 0, LONG_MAX],
  'max.block.ms': [60000, 0, LONG_MAX],
  'request.timeout.ms': [30000, 0, INT_MAX],
  'delivery.timeout.ms': [120000, 0, INT_MAX],
  'retry.backoff.ms': [100, 0, LONG_MAX],
  'reconnect.backoff.ms': [50, 0, LONG_MAX],
  'reconnect.backoff.max.ms': [1000, 0, LONG_MAX],
  'max.in.flight.requests.per.connection': [5, 1, INT_MAX],
  'metadata.max.age.ms': [300000, 0, LONG_MAX],
} as const satisfies Readonly<Record<string, Range>>
/** Settings that are known and change nothing here: they tune sockets, metrics, or say what tools always say. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['key.serializer', 'value.serializer', ...SOCKETS_AND_METRICS])
const OTHERS: ReadonlySet<string> = new Set(['bootstrap.servers', 'client.id', 'acks', 'compression.type', 'enable.idempotence'])

/** What is wrong with settings that are right but not modelled; undefined when nothing is. */
export function notModelled(settings: Settings): string | undefined {
  if (settings['transactional.id'] !== undefined) return 'transactional.id is not modelled yet: transactions come later'
  for (const name of ['partitioner.class', 'interceptor.classes', 'security.protocol']) {
    const value = settings[name]
    if (value === undefined || value === '' || value === 'PLAINTEXT' || value.endsWith('.DefaultPartitioner')) continue
    return `${name} is not modelled: the default is all there is`
  }
  const codec = settings['compression.type'] ?? 'none'
  return ['snappy', 'lz4', 'zstd'].includes(codec) ? `compression ${codec} is not modelled; gzip is` : undefined
}
/** Settings that a producer of 2.3.0 does not know: it warns of them. */
export const unknownSettings = (settings: Settings): string[] =>
  Object.keys(settings).filter(
    (name) => !(name in NUMBERS) && !OTHERS.has(name) && !WITHOUT_EFFECT.has(name) && notModelled({ [name]: '?' }) === undefined,
  )

/** Settings by name, as text. Fails with ConfigException as the real constructor does. */
export function producerConfig(settings: Settings): ProducerConfig {
  const number = (name: keyof typeof NUMBERS): number => numberOf(NUMBERS, settings, name)
  const idempotent = booleanOf(settings, 'enable.idempotence', false)
  const acks = oneOf(settings, 'acks', '1', ['all', '-1', '0', '1'])
  const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
  const compression = oneOf(settings, 'compression.type', 'none', codecs, (text) => `Unknown compression name: ${text}`)
  const lingerMs = Math.min(number('linger.ms'), INT_MAX)
  const config: ProducerConfig = {
    bootstrapServers: settings['bootstrap.servers'] ?? '',
    clientId: settings['client.id'] || 'producer-1',
    acks: idempotent && settings['acks'] === undefined ? -1 : acks === 'all' ? -1 : (Number(acks) as -1 | 0 | 1),
    retries: number('retries'),
    batchSize: number('batch.size'),
    lingerMs,
    maxRequestSize: number('max.request.size'),
    bufferMemory: number('buffer.memory'),
    maxBlockMs: number('max.block.ms'),
    requestTimeoutMs: number('request.timeout.ms'),
    deliveryTimeoutMs: deliveryTimeout(settings, number('delivery.timeout.ms'), lingerMs + number('request.timeout.ms')),
    retryBackoffMs: number('retry.backoff.ms'),
    reconnectBackoffMs: number('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: number('reconnect.backoff.max.ms'),
    maxInFlight: number('max.in.flight.requests.per.connection'),
    compression: compression.toUpperCase() as Compression,
    idempotent,
    metadataMaxAgeMs: number('metadata.max.age.ms'),
  }
  const problem = config.idempotent ? idempotenceProblem(config) : undefined
  if (problem !== undefined) refuseSetting(problem)
  return Object.freeze(config)
}

function deliveryTimeout(settings: Settings, wanted: number, least: number): number {
  if (wanted >= Math.min(least, INT_MAX)) return wanted
  if (settings['delivery.timeout.ms'] !== undefined) {
    refuseSetting('delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms')
  }
  return Math.min(least, INT_MAX)
}
function idempotenceProblem({ retries, maxInFlight, acks }: ProducerConfig): string | undefined {
  if (maxInFlight > 5) return 'Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer.'
  if (retries === 0) return 'Must set retries to non-zero when using the idempotent producer.'
  if (acks !== -1) return 'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.'
  return undefined
}
