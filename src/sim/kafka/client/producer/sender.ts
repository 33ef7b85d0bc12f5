// The producer's I/O thread: connects, sends batches to the leaders of their partitions, sends again what failed, gives up what is too old
// (producer/internals/Sender.java at 2.3.0). Run whenever something happened, and when the timer says so.
import { List, ms, type Micros } from '../../../base/index.ts'
import type { Context, Input } from '../../../kernel/index.ts'
import {
  appendRecord,
  batchSizeUpperBound,
  buildBatch,
  builtRecords,
  hasRoomFor,
  newBatchBuilder,
  nextRatio,
  type LogRecord,
} from '../../log/index.ts'
import {
  errorFailure,
  errorName,
  ERRORS,
  isRetriable,
  javaMapOrder,
  tpHash,
  tpName,
  type KafkaResponse,
  type ResponseBody,
} from '../../protocol/index.ts'
import { toolLogLine } from '../log4j.ts'
import {
  isInvalidMetadata,
  isUpdateDue,
  leastLoadedNode,
  maybeUpdate,
  mayConnect,
  METADATA_TAG,
  metadataAnswered,
  metadataLost,
  requestUpdate,
} from '../metadata.ts'
import {
  backoffLeft,
  canSend,
  closeNetworkClient,
  connectNode,
  handleNetworkClient,
  isReady,
  sendTo,
  type Node,
} from '../network-client.ts'
import type { Failure } from '../threads.ts'
import { drain, expired, forget, nextExpiry, putBack, ready } from './accumulator.ts'
import { acknowledged, givenUp, mayRetrySequence } from './idempotence.ts'
import { isIdle, queueOf, type ProducerBatch, type ProducerState, type Sent } from './state.ts'

const INIT_TAG = 'init producer id'
const SENDER = 'org.apache.kafka.clients.producer.internals.Sender'
export const timerKey = (producer: ProducerState): string => `producer ${producer.config.clientId}`

function warn(ctx: Context, producer: ProducerState, text: string, level: 'WARN' | 'ERROR' = 'WARN'): void {
  ctx.printError(toolLogLine(ctx.wallMs, level, producer.network.options.logPrefix + text, SENDER))
}

/** Once round the thread's loop; gives what became of records meanwhile. Sets the timer for the next round. */
export function runSender(ctx: Context, producer: ProducerState): Sent[] {
  const out: Sent[] = []
  let wait = Infinity
  if (producer.idempotence !== null && producer.idempotence.producerId < 0) {
    if (producer.idempotence.fatal !== null) {
      for (const batch of Object.values(producer.batches)) out.push(...end(producer, batch, -1, producer.idempotence.fatal))
    } else wait = askProducerId(ctx, producer)
  }
  wait = Math.min(wait, sendData(ctx, producer, out), maybeUpdate(ctx, producer.network, producer.metadata))
  if (producer.closing && isIdle(producer) && Object.keys(producer.requests).length === 0) {
    closeNetworkClient(ctx, producer.network)
    ctx.clearTimer(timerKey(producer))
  } else if (wait === Infinity) ctx.clearTimer(timerKey(producer))
  else ctx.timer(timerKey(producer), Math.max(wait, 0) as Micros)
  return out
}

function askProducerId(ctx: Context, producer: ProducerState): number {
  const { network, metadata } = producer
  if (Object.values(network.nodes).some((n) => n.inFlight.some((r) => r.tag === INIT_TAG))) return Infinity
  const node = leastLoadedNode(ctx, network, metadata.nodes)
  if (node === undefined) return ms(producer.config.retryBackoffMs)
  if (canSend(network, node.id))
    sendTo(ctx, network, node.id, 'InitProducerId', { transactionalId: null, transactionTimeoutMs: 2147483647 }, INIT_TAG)
  else if (mayConnect(ctx, network, node)) connectNode(ctx, network, { ...node })
  return Infinity
}

function sendData(ctx: Context, producer: ProducerState, out: Sent[]): number {
  const { network, metadata } = producer
  const found = ready(ctx, producer)
  if (found.unknownLeader) requestUpdate(metadata)
  let wait = found.nextCheck
  const nodes = found.nodes.filter((node) => {
    if (!isUpdateDue(ctx, metadata) && canSend(network, node.id)) return true
    if (mayConnect(ctx, network, node)) connectNode(ctx, network, { ...node })
    else if (!isReady(network, node.id)) wait = Math.min(wait, backoffLeft(ctx, network, node) || Infinity)
    return false
  })
  const drained = nodes.map((node) => ({ node, batches: drain(ctx, producer, node) }))
  for (const batch of expired(ctx, producer)) {
    const age = Math.floor(ctx.now / 1000) - Math.floor(batch.createdAt / 1000)
    const message = `Expiring ${batch.builder.count} record(s) for ${tpName(batch)}:${age} ms has passed since batch creation`
    givenUp(producer, batch, ERRORS.REQUEST_TIMED_OUT, false)
    out.push(...end(producer, batch, -1, { type: 'org.apache.kafka.common.errors.TimeoutException', message }))
  }
  wait = Math.min(wait, nextExpiry(ctx, producer))
  for (const { node, batches } of drained.sort((a, b) => a.node.id - b.node.id)) {
    const alive = batches.filter((batch) => producer.batches[batch.id] !== undefined)
    if (alive.length > 0) out.push(...sendRequest(ctx, producer, node, alive))
  }
  return nodes.length > 0 && drained.some(({ batches }) => batches.length > 0) ? Math.min(wait, 0) : wait
}

function sendRequest(ctx: Context, producer: ProducerState, node: Node, batches: readonly ProducerBatch[]): Sent[] {
  const { config } = producer
  const topics: { topic: string; partitions: { partition: number; records: ReturnType<typeof bytesOf> }[] }[] = []
  for (const batch of javaMapOrder(batches, tpHash)) {
    const records = bytesOf(producer, batch)
    const known = topics.find((t) => t.topic === batch.topic)
    if (known === undefined) topics.push({ topic: batch.topic, partitions: [{ partition: batch.partition, records }] })
    else known.partitions.push({ partition: batch.partition, records })
  }
  const tag = config.acks === 0 ? undefined : `produce ${producer.nextRequest++}`
  const { correlationId } = producer.network
  sendTo(
    ctx,
    producer.network,
    node.id,
    'Produce',
    { transactionalId: null, acks: config.acks, timeoutMs: config.requestTimeoutMs, topics },
    tag,
  )
  if (tag === undefined) return batches.flatMap((batch) => end(producer, batch, -1, null))
  producer.requests[tag] = { correlationId, batches: batches.map((b) => b.id) }
  if (config.maxInFlight === 1) producer.muted.push(...batches.map(tpName))
  return []
}
function bytesOf(producer: ProducerState, batch: ProducerBatch) {
  const { builder, topic, producerId, producerEpoch, baseSequence } = batch
  const bytes = buildBatch(builder, { producerId, producerEpoch, baseSequence })
  if (builder.compression !== 'NONE') producer.ratios[topic] = nextRatio(producer.ratios[topic] ?? 1, builder, bytes.length)
  return bytes
}

/** A batch's end, told to all who sent its records. */
function end(producer: ProducerState, batch: ProducerBatch, baseOffset: number, failure: Failure | null, logAppendTimeMs = -1): Sent[] {
  if (producer.batches[batch.id] === undefined) return []
  const { topic, partition, callbacks, builder } = batch
  forget(producer, batch)
  const records: readonly LogRecord[] = failure === null && logAppendTimeMs < 0 ? builtRecords(builder) : []
  return [...callbacks].map((callback, i) => ({
    topic,
    partition,
    callback,
    offset: baseOffset < 0 ? -1 : baseOffset + i,
    timestamp: records[i]?.timestamp ?? logAppendTimeMs,
    failure,
  }))
}

/** Takes an input; undefined when it is for somebody else. Gives what became of records. */
export function handleSender(ctx: Context, producer: ProducerState, input: Input): Sent[] | undefined {
  if (input.type === 'timer' && input.key === timerKey(producer)) return runSender(ctx, producer)
  const events = handleNetworkClient(ctx, producer.network, input)
  if (events === undefined) return undefined
  const out: Sent[] = []
  for (const event of events) {
    if (event.type === 'lost') {
      for (const tag of event.tags) {
        if (tag === METADATA_TAG) metadataLost(ctx, producer.network, producer.metadata, event.node)
        else out.push(...produced(ctx, producer, tag, undefined))
      }
      requestUpdate(producer.metadata)
    } else if (event.type === 'response') {
      const { response, tag } = event
      if (tag === METADATA_TAG) metadataAnswered(ctx, producer.network, producer.metadata, response as KafkaResponse<'Metadata'>)
      else if (tag === INIT_TAG) producerIdAnswered(producer, response as KafkaResponse<'InitProducerId'>)
      else out.push(...produced(ctx, producer, tag, response as KafkaResponse<'Produce'>))
    }
  }
  out.push(...runSender(ctx, producer))
  return out
}

function producerIdAnswered({ idempotence }: ProducerState, { body }: KafkaResponse<'InitProducerId'>): void {
  if (idempotence === null) return
  if (body.errorCode === ERRORS.NONE) {
    idempotence.producerId = body.producerId
    idempotence.producerEpoch = body.producerEpoch
  } else if (!isRetriable(body.errorCode)) idempotence.fatal = errorFailure(body.errorCode)
}

type Answer = ResponseBody<'Produce'>['responses'][number]['partitions'][number]
const LOST = { errorCode: ERRORS.NETWORK_EXCEPTION, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 }

/** A request's answer, or its loss. */
function produced(ctx: Context, producer: ProducerState, tag: string, response: KafkaResponse<'Produce'> | undefined): Sent[] {
  const request = producer.requests[tag]
  if (request === undefined) return []
  delete producer.requests[tag]
  const out: Sent[] = []
  const answers = new Map<string, Answer>()
  for (const { topic, partitions } of response?.body.responses ?? []) {
    for (const one of partitions) answers.set(tpName({ topic, partition: one.partition }), one)
  }
  const batches = request.batches.flatMap((id) => producer.batches[id] ?? [])
  // An answer is gone through in its own order, a loss in that of the request.
  const order = [...answers.keys()]
  if (response !== undefined) batches.sort((a, b) => order.indexOf(tpName(a)) - order.indexOf(tpName(b)))
  for (const batch of batches)
    out.push(
      ...answered(ctx, producer, batch, answers.get(tpName(batch)) ?? { ...LOST, partition: batch.partition }, request.correlationId),
    )
  if (producer.config.maxInFlight === 1) producer.muted = producer.muted.filter((name) => !batches.some((b) => tpName(b) === name))
  return out
}

function answered(ctx: Context, producer: ProducerState, batch: ProducerBatch, answer: Answer, correlationId: number): Sent[] {
  const { errorCode, baseOffset, logAppendTimeMs } = answer
  if (errorCode === ERRORS.NONE || errorCode === ERRORS.DUPLICATE_SEQUENCE_NUMBER) {
    acknowledged(producer, batch, baseOffset)
    return end(producer, batch, baseOffset, null, logAppendTimeMs)
  }
  const at = `correlation id ${correlationId} on topic-partition ${tpName(batch)}`
  const { retries } = producer.config
  let out: Sent[] = []
  if (errorCode === ERRORS.MESSAGE_TOO_LARGE && batch.builder.count > 1) {
    const left = retries - batch.attempts
    warn(
      ctx,
      producer,
      `Got error produce response in ${at}, splitting and retrying (${left} attempts left). Error: ${errorName(errorCode)}`,
    )
    split(producer, batch)
  } else if (mayRetry(ctx, producer, batch, answer)) {
    const left = retries - batch.attempts - 1
    warn(ctx, producer, `Got error produce response with ${at}, retrying (${left} attempts left). Error: ${errorName(errorCode)}`)
    putBack(ctx, producer, batch)
  } else {
    const sequence = batch.baseSequence
    if (sequence >= 0 && errorCode === ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER) {
      const who = `producerId ${batch.producerId}, epoch ${batch.producerEpoch}, and sequence number ${sequence}`
      const { type, message } = errorFailure(errorCode)
      warn(ctx, producer, `The broker returned ${type}: ${message} for topic-partition ${tpName(batch)} with ${who}`, 'ERROR')
    }
    givenUp(producer, batch, errorCode, batch.attempts < retries)
    out = end(producer, batch, -1, errorFailure(errorCode))
  }
  if (isInvalidMetadata(errorCode)) {
    const partition = `in produce request on partition ${tpName(batch)}`
    if (errorCode === ERRORS.UNKNOWN_TOPIC_OR_PARTITION) {
      const advice = 'The topic-partition may not exist or the user may not have Describe access to it'
      warn(ctx, producer, `Received unknown topic or partition error ${partition}. ${advice}`)
    } else {
      const { type, message } = errorFailure(errorCode)
      warn(ctx, producer, `Received invalid metadata error ${partition} due to ${type}: ${message}. Going to request metadata update now`)
    }
    requestUpdate(producer.metadata)
  }
  return out
}
function mayRetry(ctx: Context, producer: ProducerState, batch: ProducerBatch, { errorCode, logStartOffset }: Answer): boolean {
  const { deliveryTimeoutMs, retries } = producer.config
  if (batch.createdAt + ms(deliveryTimeoutMs) <= ctx.now || batch.attempts >= retries) return false
  return isRetriable(errorCode) || mayRetrySequence(producer, batch, errorCode, logStartOffset)
}

/** Puts the records of a batch that is too large for its topic into new ones of the usual size, which may not help. */
function split(producer: ProducerState, batch: ProducerBatch): void {
  const { builder, callbacks, topic, partition } = batch
  const parts: ProducerBatch[] = []
  builtRecords(builder).forEach((record, i) => {
    const last = parts.at(-1)
    if (last !== undefined && hasRoomFor(last.builder, record)) {
      appendRecord(last.builder, record)
      last.callbacks = last.callbacks.push(callbacks.at(i))
      return
    }
    const id = producer.nextBatch++
    const capacity = Math.max(batchSizeUpperBound(record), producer.config.batchSize)
    const fresh = newBatchBuilder(capacity, builder.compression, producer.ratios[topic] ?? 1)
    appendRecord(fresh, record)
    parts.push({ ...batch, id, memory: 0, attempts: 0, builder: fresh, callbacks: List.of([callbacks.at(i)]), baseSequence: -1 })
  })
  givenUp(producer, batch, ERRORS.MESSAGE_TOO_LARGE, true)
  forget(producer, batch)
  for (const part of parts) producer.batches[part.id] = part
  queueOf(producer, topic, partition).unshift(...parts.map((p) => p.id))
}
