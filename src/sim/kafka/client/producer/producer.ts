// KafkaProducer (clients/producer/KafkaProducer.java at 2.3.0): a thread sends records and goes on; what became of each is told later.
import { ms, plus, us, type Micros } from '../../../base/index.ts'
import type { Context, Input } from '../../../kernel/index.ts'
import { batchSizeUpperBound, type RecordHeader } from '../../log/index.ts'
import { errorClass, ERRORS } from '../../protocol/index.ts'
import { bootstrapNodes } from '../bootstrap.ts'
import { toolLogLine } from '../log4j.ts'
import { nodeOf, newMetadata, partitionsOf, requestUpdate, wantTopic } from '../metadata.ts'
import { newNetworkClient } from '../network-client.ts'
import { proc, wake, type Failure, type Proc } from '../threads.ts'
import { append } from './accumulator.ts'
import { producerConfig, unknownSettings } from './config.ts'
import { newIdempotence } from './idempotence.ts'
import { partitionForKey, partitionForNone } from './partitioner.ts'
import { handleSender, timerKey } from './sender.ts'
import { isIdle, type ProducerState, type ProducerUser, type Sent } from './state.ts'

/** A producer for settings by name. Fails with ConfigException as the constructor does (it wraps it: `Failed to construct kafka producer`). */
export function newProducer(ctx: Context, settings: Readonly<Record<string, string>>): ProducerState {
  const config = producerConfig(settings)
  const bootstrap = bootstrapNodes(ctx, config.bootstrapServers)
  for (const name of unknownSettings(settings)) {
    const text = `The configuration '${name}' was supplied but isn't a known config.`
    ctx.printError(toolLogLine(ctx.wallMs, 'WARN', text, 'org.apache.kafka.clients.producer.ProducerConfig'))
  }
  const { clientId, requestTimeoutMs, reconnectBackoffMs, reconnectBackoffMaxMs, maxInFlight } = config
  const logPrefix = `[Producer clientId=${clientId}] `
  const metadata = { refreshBackoffMs: config.retryBackoffMs, maxAgeMs: config.metadataMaxAgeMs, allowAutoTopicCreation: true }
  const producer: ProducerState = {
    config,
    network: newNetworkClient({ clientId, logPrefix, requestTimeoutMs, reconnectBackoffMs, reconnectBackoffMaxMs, maxInFlight }),
    metadata: newMetadata(ctx.now, bootstrap, metadata),
    idempotence: config.idempotent ? newIdempotence() : null,
    warmAt: plus(ctx.now, ctx.cost('kafka.producer.cold')),
    batches: {},
    nextBatch: 1,
    queues: {},
    requests: {},
    nextRequest: 1,
    muted: [],
    drainIndex: 0,
    memoryFree: config.bufferMemory,
    counters: {},
    ratios: {},
    flushing: 0,
    closing: false,
  }
  wakeSender(ctx, producer)
  return producer
}

/** The I/O thread looks again, as soon as it has woken, and at first as soon as its classes are there. */
export function wakeSender(ctx: Context, producer: ProducerState): void {
  ctx.timer(timerKey(producer), us(Math.max(ctx.cost('kafka.producer.wake'), producer.warmAt - ctx.now)))
}

/** Takes an input of the producer; undefined when it is for somebody else. Gives what became of records, and wakes threads that wait for it. */
export function handleProducer(ctx: Context, env: ProducerUser, input: Input): Sent[] | undefined {
  const { producer } = env
  if (producer === null) return undefined
  if (input.type === 'timer' && input.key.startsWith(BLOCKED)) {
    wake(env, input.data as string, METADATA, 'time is up')
    wake(env, input.data as string, MEMORY, 'time is up')
    return []
  }
  const { version } = producer.metadata
  const sent = handleSender(ctx, producer, input)
  if (sent === undefined) return undefined
  if (producer.metadata.version !== version) wakeAll(env, METADATA)
  if (sent.length > 0) wakeAll(env, MEMORY)
  if (isIdle(producer)) wakeAll(env, FLUSHED)
  return sent
}
const METADATA = 'metadata'
const MEMORY = 'memory of the producer'
const FLUSHED = 'records to be acknowledged'
const BLOCKED = 'producer blocked '
function wakeAll(env: ProducerUser, on: string): void {
  for (const [name, thread] of Object.entries(env.threads.live)) if (thread.waiting === on) wake(env, name, on)
}

export interface ToSend {
  readonly topic: string
  readonly partition?: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly RecordHeader[]
  /** Ms since the epoch; when it is sent, if left out. */
  readonly timestamp?: number
  /** Comes back with what became of the record; frozen plain data. */
  readonly callback: unknown
}
interface SendVars {
  readonly record: ToSend
  deadline?: Micros
}
const ERROR = 'org.apache.kafka.common.errors.'

/**
 * Sends a record: waits until its topic is known and there is memory, at most max.block.ms. Gives nothing when it is on its way, else the failure that its callback gets.
 */
export const send: Proc<SendVars, Failure | undefined> = proc<ProducerUser, SendVars, Failure | undefined>('producer.send', [
  (t) => {
    const { producer } = t.env
    t.vars.deadline = plus(t.ctx.now, ms(producer!.config.maxBlockMs))
    return undefined
  },
  (t) => {
    const producer = t.env.producer!
    const { metadata, config } = producer
    const { topic, partition } = t.vars.record
    if (metadata.invalidTopics.includes(topic)) return t.return({ type: errorClass(ERRORS.INVALID_TOPIC_EXCEPTION), message: topic })
    const count = partitionsOf(metadata, topic)?.length
    if (count !== undefined && (partition === undefined || partition < count)) {
      t.ctx.clearTimer(BLOCKED + t.thread)
      return undefined
    }
    if (t.ctx.now >= t.vars.deadline!) {
      const unknown = `Topic ${topic} not present in metadata after ${config.maxBlockMs} ms.`
      const known = `Partition ${partition} of topic ${topic} with partition count ${count} is not present in metadata after ${config.maxBlockMs} ms.`
      return t.return({ type: `${ERROR}TimeoutException`, message: count === undefined ? unknown : known })
    }
    wantTopic(metadata, topic)
    requestUpdate(metadata)
    wakeSender(t.ctx, producer)
    t.ctx.timer(BLOCKED + t.thread, us(t.vars.deadline! - t.ctx.now), { data: t.thread })
    return t.again(t.wait(METADATA))
  },
  (t) => {
    const producer = t.env.producer!
    const { record } = t.vars
    const entry = {
      timestamp: record.timestamp ?? t.ctx.wallMs,
      key: record.key,
      value: record.value,
      ...(record.headers === undefined ? {} : { headers: record.headers }),
    }
    const tooLarge = sizeProblem(producer, batchSizeUpperBound(entry))
    if (tooLarge !== undefined) return t.return({ type: `${ERROR}RecordTooLargeException`, message: tooLarge })
    if (t.value === 'time is up' || t.ctx.now > t.vars.deadline!) {
      const message = `Failed to allocate memory within the configured max blocking time ${producer.config.maxBlockMs} ms.`
      return t.return({ type: `${ERROR}TimeoutException`, message })
    }
    const taken = append(t.ctx, producer, record.topic, choose(t.ctx, producer, record), entry, record.callback)
    if (taken === undefined) {
      t.ctx.timer(BLOCKED + t.thread, us(t.vars.deadline! - t.ctx.now), { data: t.thread })
      return t.again(t.wait(MEMORY))
    }
    t.ctx.clearTimer(BLOCKED + t.thread)
    if (taken.wakesSender) wakeSender(t.ctx, producer)
    return t.return(undefined)
  },
])

function sizeProblem({ config }: ProducerState, size: number): string | undefined {
  const said = `The message is ${size} bytes when serialized which is larger than`
  if (size > config.maxRequestSize) return `${said} the maximum request size you have configured with the max.request.size configuration.`
  if (size > config.bufferMemory) return `${said} the total memory buffer you have configured with the buffer.memory configuration.`
  return undefined
}

/** Round robin begins at a draw; a scenario may say which partition the first record without a key goes to. */
function choose(ctx: Context, producer: ProducerState, { topic, partition, key }: ToSend): number {
  if (partition !== undefined) return partition
  const partitions = partitionsOf(producer.metadata, topic)!
  if (key !== null) return partitionForKey(key, partitions.length)
  const led = (p: { readonly leader: number }): boolean => nodeOf(producer.metadata, p.leader) !== undefined
  const counter =
    producer.counters[topic] ??
    firstCounter(
      ctx,
      topic,
      partitions.filter(led).map((p) => p.partition),
    )
  producer.counters[topic] = (counter + 1) | 0
  return partitionForNone(counter, partitions, led)
}
function firstCounter(ctx: Context, topic: string, available: readonly number[]): number {
  const drawn = ctx.below(0x80000000, 'round robin')
  const chosen = ctx.choice(`first-partition ${topic}`)
  const at = chosen === undefined ? -1 : available.indexOf(Number(chosen))
  return at >= 0 ? at : drawn
}

/** Waits until everything that was sent is acknowledged or given up. */
export const flush: Proc<object, void> = proc<ProducerUser, object, void>('producer.flush', [
  (t) => {
    const producer = t.env.producer!
    if (isIdle(producer)) return t.return()
    producer.flushing++
    wakeSender(t.ctx, producer)
    return t.wait(FLUSHED)
  },
  (t) => {
    t.env.producer!.flushing--
  },
])
/** Sends what is left, waits for it, and closes the connections. */
export const close: Proc<object, void> = proc<ProducerUser, object, void>('producer.close', [
  (t) => {
    const producer = t.env.producer
    if (producer === null) return t.return()
    producer.closing = true
    wakeSender(t.ctx, producer)
    return isIdle(producer) ? t.sleep('kafka.producer.wake') : t.wait(FLUSHED)
  },
  (t) => t.sleep('kafka.producer.wake'),
  (t) => {
    t.env.producer = null
  },
])
