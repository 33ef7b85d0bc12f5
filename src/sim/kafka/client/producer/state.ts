// What a producer keeps: batches that fill, wait and travel, by partition; plain data inside the state of its process.
import type { List, Micros } from '../../../base/index.ts'
import type { BatchBuilder } from '../../log/index.ts'
import { tpName, type TopicPartition } from '../../protocol/index.ts'
import type { MetadataState } from '../metadata.ts'
import type { NetworkClientState } from '../network-client.ts'
import type { Failure, Threaded } from '../threads.ts'
import type { ProducerConfig } from './config.ts'

/** Frozen once it takes no more records, and replaced when it changes: thousands of them may wait. */
export interface ProducerBatch {
  readonly id: number
  readonly topic: string
  readonly partition: number
  readonly createdAt: Micros
  /** Bytes taken from the pool. */
  readonly memory: number
  readonly builder: BatchBuilder
  /** What each record's sender wants back, in the order of the records. */
  callbacks: List<unknown>
  readonly lastAttemptAt: Micros
  readonly attempts: number
  /** Idempotence: -1 until it is sent first. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  /** Its sequence was given anew after the broker had forgotten the producer. */
  readonly sequenceReset: boolean
}

/** An idempotent producer's numbers (TransactionManager.java at 2.3.0, without transactions). */
export interface Idempotence {
  /** -1: not known yet. */
  producerId: number
  producerEpoch: number
  /** An error that nothing mends. */
  fatal: Failure | null
  partitions: Record<string, IdempotentPartition>
}
export interface IdempotentPartition {
  nextSequence: number
  lastAckedSequence: number
  lastAckedOffset: number
  /** Batches that have a sequence and no answer yet, by sequence. */
  inFlight: number[]
  /** A batch with a sequence was given up: the broker may or may not have it. */
  unresolved: boolean
}

export interface ProducerState {
  readonly config: ProducerConfig
  network: NetworkClientState
  metadata: MetadataState
  idempotence: Idempotence | null
  /** When the I/O thread of a new process has loaded what it needs. */
  warmAt: Micros
  batches: Record<number, ProducerBatch>
  nextBatch: number
  /** Batches that wait, by partition, in order. */
  queues: Record<string, number[]>
  /** Batches under way, by the tag of their request. */
  requests: Record<string, { readonly correlationId: number; readonly batches: number[] }>
  nextRequest: number
  /** Partitions that have a batch under way, when only one may be. */
  muted: string[]
  /** Where draining goes on. */
  drainIndex: number
  memoryFree: number
  /** Round robin, by topic. */
  counters: Record<string, number>
  /** What compression is believed to do, by topic. */
  ratios: Record<string, number>
  /** Threads that wait for everything that was sent before. */
  flushing: number
  /** No more records come; the connections go when the last batch is answered. */
  closing: boolean
}
/** The state of a process with a producer. */
export interface ProducerUser extends Threaded {
  producer: ProducerState | null
}

/** What became of a record. `callback` is what was given with it. */
export interface Sent extends TopicPartition {
  readonly callback: unknown
  /** -1 where nobody said. */
  readonly offset: number
  readonly timestamp: number
  readonly failure: Failure | null
}

export const queueOf = (producer: ProducerState, topic: string, partition: number): number[] =>
  (producer.queues[tpName({ topic, partition })] ??= [])
/** Takes no more records into a batch, and changes it otherwise as said. */
export function changeBatch(producer: ProducerState, id: number, fields: Partial<ProducerBatch> = {}): ProducerBatch {
  const batch = { ...producer.batches[id]!, ...fields }
  Object.freeze(batch.builder)
  return (producer.batches[id] = Object.freeze(batch))
}
/** Batches that are not answered yet. */
export const isIdle = (producer: ProducerState): boolean => Object.keys(producer.batches).length === 0
