// Records waiting to be sent, in batches by partition (producer/internals/RecordAccumulator.java, BufferPool.java at 2.3.0).
import { List, ms, plus } from '../../../base/index.ts'
import type { Context } from '../../../kernel/index.ts'
import { appendRecord, batchSizeUpperBound, estimatedSize, hasRoomFor, isFull, newBatchBuilder, type NewRecord } from '../../log/index.ts'
import { javaHash, javaMapOrder, parseTp, tpHash, tpName } from '../../protocol/index.ts'
import { leaderOf, partitionsOf } from '../metadata.ts'
import type { Node } from '../network-client.ts'
import { beginSequence, mayDrain } from './idempotence.ts'
import { changeBatch, queueOf, type ProducerBatch, type ProducerState } from './state.ts'

/** Takes a record; false when there is no memory for a new batch. `wakesSender` says whether there is something new to send. */
export function append(
  ctx: Context,
  producer: ProducerState,
  topic: string,
  partition: number,
  record: NewRecord,
  callback: unknown,
): { readonly wakesSender: boolean } | undefined {
  const queue = queueOf(producer, topic, partition)
  const last = producer.batches[queue.at(-1) ?? -1]
  const takesMore = last !== undefined && !Object.isFrozen(last)
  if (takesMore && last.attempts === 0 && hasRoomFor(last.builder, record)) {
    appendRecord(last.builder, record)
    last.callbacks = last.callbacks.push(callback)
    return { wakesSender: queue.length > 1 || isFull(last.builder) }
  }
  const { batchSize, compression } = producer.config
  const memory = Math.max(batchSize, batchSizeUpperBound(record))
  if (memory > producer.memoryFree) return undefined
  if (takesMore) changeBatch(producer, last.id)
  producer.memoryFree -= memory
  const id = producer.nextBatch++
  const builder = newBatchBuilder(memory, compression, producer.ratios[topic] ?? 1)
  appendRecord(builder, record)
  const nobody = { producerId: -1, producerEpoch: -1, baseSequence: -1, sequenceReset: false }
  const times = { createdAt: ctx.now, lastAttemptAt: ctx.now, attempts: 0 }
  producer.batches[id] = { id, topic, partition, memory, builder, callbacks: List.of([callback]), ...times, ...nobody }
  queue.push(id)
  return { wakesSender: true }
}

export interface Ready {
  readonly nodes: readonly Node[]
  /** Microseconds until another batch may be ready; Infinity for never. */
  readonly nextCheck: number
  /** Batches wait for a leader that is not known. */
  readonly unknownLeader: boolean
}

const backingOff = (ctx: Context, producer: ProducerState, batch: ProducerBatch): boolean =>
  batch.attempts > 0 && ctx.now < plus(batch.lastAttemptAt, ms(producer.config.retryBackoffMs))

/** Brokers for which a batch is ready. */
export function ready(ctx: Context, producer: ProducerState): Ready {
  const found: Node[] = []
  let nextCheck = Infinity
  let unknownLeader = false
  const { lingerMs, retryBackoffMs, bufferMemory } = producer.config
  const exhausted = producer.memoryFree < Math.min(producer.config.batchSize, bufferMemory)
  for (const [name, queue] of Object.entries(producer.queues)) {
    const batch = producer.batches[queue[0] ?? -1]
    if (batch === undefined) continue
    const leader = leaderOf(producer.metadata, batch.topic, batch.partition)
    if (leader === undefined) unknownLeader = true
    else if (!found.some((n) => n.id === leader.id) && !producer.muted.includes(name)) {
      const wait = ms(backingOff(ctx, producer, batch) ? retryBackoffMs : lingerMs)
      const left = plus(batch.lastAttemptAt, wait) - ctx.now
      const sendable = queue.length > 1 || isFull(batch.builder) || left <= 0 || exhausted || producer.closing || producer.flushing > 0
      if (sendable && !backingOff(ctx, producer, batch)) found.push({ ...leader })
      else nextCheck = Math.min(nextCheck, Math.max(left, 0))
    }
  }
  return { nodes: javaMapOrder(found, nodeHash), nextCheck, unknownLeader }
}
/** Node.hashCode; no node has a rack. */
function nodeHash({ host, id, port }: Node): number {
  let h = 31 + javaHash(host)
  for (const part of [id, port, 0]) h = (Math.imul(31, h) + part) | 0
  return h
}

/** Takes the first batch of each partition that a broker leads, as many as a request may hold. */
export function drain(ctx: Context, producer: ProducerState, node: Node): ProducerBatch[] {
  const { metadata, config } = producer
  const parts = Object.keys(metadata.topics).flatMap((topic) =>
    (partitionsOf(metadata, topic) ?? []).filter((p) => p.leader === node.id).map(({ partition }) => ({ topic, partition })),
  )
  const out: ProducerBatch[] = []
  let size = 0
  const start = (producer.drainIndex %= Math.max(1, parts.length))
  for (let i = 0; i < parts.length; i++) {
    const { topic, partition } = parts[(start + i) % parts.length]!
    const queue = producer.queues[tpName({ topic, partition })]
    const batch = producer.batches[queue?.[0] ?? -1]
    producer.drainIndex = (start + i + 1) % parts.length
    if (queue === undefined || batch === undefined || producer.muted.includes(tpName(batch)) || backingOff(ctx, producer, batch)) continue
    const more = estimatedSize(batch.builder)
    if (size + more > config.maxRequestSize && out.length > 0) break
    if (!mayDrain(producer, batch)) break
    queue.shift()
    out.push(beginSequence(producer, batch))
    size += more
  }
  return out
}

/** Puts a batch back that is to be sent again: first in its queue, or where its sequence belongs. */
export function putBack(ctx: Context, producer: ProducerState, batch: ProducerBatch): void {
  const { baseSequence } = changeBatch(producer, batch.id, { attempts: batch.attempts + 1, lastAttemptAt: ctx.now })
  const queue = queueOf(producer, batch.topic, batch.partition)
  const before = queue.findIndex((id) => {
    const other = producer.batches[id]!
    return other.baseSequence < 0 || baseSequence < 0 || other.baseSequence > baseSequence
  })
  queue.splice(before < 0 ? queue.length : before, 0, batch.id)
}

/** A batch is done with: its memory is free again. */
export function forget(producer: ProducerState, batch: ProducerBatch): void {
  producer.memoryFree += batch.memory
  const name = tpName(batch)
  const queue = producer.queues[name]
  const at = queue?.indexOf(batch.id) ?? -1
  if (at >= 0) queue!.splice(at, 1)
  delete producer.batches[batch.id]
}

/** Batches whose time is up, those that wait in the order of a Java map of partitions after those under way. */
export function expired(ctx: Context, producer: ProducerState): ProducerBatch[] {
  const due = (id: number): boolean => plus(producer.batches[id]!.createdAt, ms(producer.config.deliveryTimeoutMs)) <= ctx.now
  const queues = javaMapOrder(Object.entries(producer.queues), ([name]) => tpHash(parseTp(name)))
  // A queue is gone through up to the first that may stay.
  const waiting = queues.flatMap(([, queue]) =>
    queue.slice(
      0,
      indexOrEnd(queue, (id) => !due(id)),
    ),
  )
  return [...waiting, ...travelling(producer).filter(due)].map((id) => producer.batches[id]!)
}
function indexOrEnd<T>(items: readonly T[], test: (item: T) => boolean): number {
  const at = items.findIndex(test)
  return at < 0 ? items.length : at
}
/** Batches under way that were not given up. */
const travelling = (producer: ProducerState): number[] =>
  Object.values(producer.requests).flatMap(({ batches }) => batches.filter((id) => producer.batches[id] !== undefined))
/** Microseconds until the next batch runs out of time. */
export function nextExpiry(ctx: Context, producer: ProducerState): number {
  const heads = Object.values(producer.queues).flatMap(([first]) => first ?? [])
  const oldest = Math.min(...[...heads, ...travelling(producer)].map((id) => producer.batches[id]!.createdAt))
  return oldest + ms(producer.config.deliveryTimeoutMs) - ctx.now
}
