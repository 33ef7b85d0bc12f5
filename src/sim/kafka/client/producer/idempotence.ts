// An idempotent producer's sequence numbers (producer/internals/TransactionManager.java at 2.3.0, without transactions).
import { incrementSequence } from '../../log/index.ts'
import { ERRORS, tpName } from '../../protocol/index.ts'
import { changeBatch, type Idempotence, type IdempotentPartition, type ProducerBatch, type ProducerState } from './state.ts'

const NONE = -1
export const newIdempotence = (): Idempotence => ({ producerId: NONE, producerEpoch: NONE, fatal: null, partitions: {} })

const partitionOf = (state: Idempotence, batch: ProducerBatch): IdempotentPartition =>
  (state.partitions[tpName(batch)] ??= { nextSequence: 0, lastAckedSequence: NONE, lastAckedOffset: NONE, inFlight: [], unresolved: false })

/** May a batch at the head of its queue go now? Sent ones go again in their order, new ones not past a gap. */
export function mayDrain(producer: ProducerState, batch: ProducerBatch): boolean {
  const { idempotence } = producer
  if (idempotence === null) return true
  if (idempotence.producerId === NONE) return false
  const { inFlight, unresolved } = partitionOf(idempotence, batch)
  if (batch.baseSequence === NONE) return !unresolved
  const first = producer.batches[inFlight[0] ?? -1]
  return first === undefined || first.baseSequence === batch.baseSequence
}

/** A batch takes no more records; one that is sent for the first time gets its sequence. */
export function beginSequence(producer: ProducerState, batch: ProducerBatch): ProducerBatch {
  const { idempotence } = producer
  if (idempotence === null || batch.baseSequence !== NONE) return changeBatch(producer, batch.id)
  const partition = partitionOf(idempotence, batch)
  const { producerId, producerEpoch } = idempotence
  const baseSequence = partition.nextSequence
  partition.nextSequence = incrementSequence(baseSequence, batch.builder.count)
  partition.inFlight.push(batch.id)
  return changeBatch(producer, batch.id, { producerId, producerEpoch, baseSequence })
}

function leave(partition: IdempotentPartition, batch: ProducerBatch): void {
  const at = partition.inFlight.indexOf(batch.id)
  if (at >= 0) partition.inFlight.splice(at, 1)
  // Once nothing is under way it is known what the broker has.
  if (partition.inFlight.length === 0 && partition.unresolved) partition.unresolved = false
}
/** The broker has a batch. */
export function acknowledged({ idempotence }: ProducerState, batch: ProducerBatch, offset: number): void {
  if (idempotence === null || batch.producerId !== idempotence.producerId) return
  const partition = partitionOf(idempotence, batch)
  partition.lastAckedSequence = Math.max(partition.lastAckedSequence, batch.baseSequence + batch.builder.count - 1)
  if (offset >= 0) partition.lastAckedOffset = Math.max(partition.lastAckedOffset, offset + batch.builder.count - 1)
  leave(partition, batch)
}

/** A batch is given up. `refused`: the broker surely has not taken it, so that those after it move up. */
export function givenUp(producer: ProducerState, batch: ProducerBatch, code: number, refused: boolean): void {
  const { idempotence } = producer
  if (idempotence === null || batch.baseSequence === NONE || batch.producerId !== idempotence.producerId) return
  if (code === ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER || code === ERRORS.UNKNOWN_PRODUCER_ID) {
    // It is not known any more what the broker has: everything begins anew with another id.
    producer.idempotence = newIdempotence()
    return
  }
  const partition = partitionOf(idempotence, batch)
  leave(partition, batch)
  if (!refused) {
    if (batch.attempts > 0) partition.unresolved = true
    return
  }
  const { count } = batch.builder
  partition.nextSequence -= count
  for (const id of partition.inFlight) {
    const later = producer.batches[id]!
    if (later.baseSequence > batch.baseSequence) changeBatch(producer, id, { baseSequence: later.baseSequence - count })
  }
}

/** Errors that only an idempotent producer may send again after. */
export function mayRetrySequence(producer: ProducerState, batch: ProducerBatch, code: number, logStartOffset: number): boolean {
  const { idempotence } = producer
  if (idempotence === null || batch.producerId !== idempotence.producerId) return false
  const partition = partitionOf(idempotence, batch)
  if (code === ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER) {
    const isNext = batch.baseSequence === incrementSequence(partition.lastAckedSequence, 1)
    return !partition.unresolved && (batch.sequenceReset || !isNext)
  }
  if (code !== ERRORS.UNKNOWN_PRODUCER_ID || logStartOffset < 0) return false
  if (batch.sequenceReset) return true
  if (partition.lastAckedOffset >= logStartOffset) return false
  // The log's head went with the records that told of this producer: its sequences begin at zero again.
  partition.nextSequence = 0
  partition.lastAckedSequence = NONE
  for (const id of partition.inFlight) {
    const one = changeBatch(producer, id, { baseSequence: partition.nextSequence, sequenceReset: true })
    partition.nextSequence = incrementSequence(partition.nextSequence, one.builder.count)
  }
  return true
}
