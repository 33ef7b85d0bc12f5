// What a log knows of its idempotent and transactional producers: the last batches of each, and open transactions (log/ProducerStateManager.scala at 2.3.0).
import type { ErrorName } from '../protocol/index.ts'
import { readEndMarker } from './control-record.ts'
import { NO_PRODUCER_EPOCH, NO_SEQUENCE, NO_TIMESTAMP, recordsOf, type Batch } from './record-batch.ts'
import { decrementSequence } from './record.ts'

/** An append that is refused: the error a producer gets, and its text. */
export class LogRefusal extends Error {
  override readonly name = 'LogRefusal'
  constructor(
    readonly error: ErrorName,
    message: string,
  ) {
    super(message)
  }
}

/** How many of a producer's last batches are known again. */
const BATCHES_KEPT = 5
export interface BatchMetadata {
  readonly lastSequence: number
  readonly lastOffset: number
  readonly offsetDelta: number
  readonly timestamp: number
}
/** Frozen. */
export interface ProducerEntry {
  readonly producerId: number
  readonly producerEpoch: number
  /** Of the last marker; -1 before the first. */
  readonly coordinatorEpoch: number
  /** Where its open transaction began. */
  readonly currentTxnFirstOffset: number | undefined
  readonly batches: readonly BatchMetadata[]
}
export interface OngoingTxn {
  readonly producerId: number
  readonly firstOffset: number
  /** Once it is ended. */
  readonly lastOffset: number | undefined
}
export interface CompletedTxn {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly isAborted: boolean
}
/** Frozen. */
export interface ProducerState {
  /** In the order in which they came. */
  readonly producers: readonly ProducerEntry[]
  /** By their first offset. */
  readonly ongoing: readonly OngoingTxn[]
  readonly unreplicated: readonly OngoingTxn[]
  /** Up to where the state is that of the log. */
  readonly mapEndOffset: number
  readonly lastSnapshotOffset: number
}
export const NO_PRODUCERS: ProducerState = Object.freeze({
  producers: Object.freeze([]),
  ongoing: Object.freeze([]),
  unreplicated: Object.freeze([]),
  mapEndOffset: 0,
  lastSnapshotOffset: 0,
})

export const emptyEntry = (producerId: number): ProducerEntry =>
  Object.freeze({
    producerId,
    producerEpoch: NO_PRODUCER_EPOCH,
    coordinatorEpoch: -1,
    currentTxnFirstOffset: undefined,
    batches: Object.freeze([]),
  })
const last = (entry: ProducerEntry): BatchMetadata | undefined => entry.batches[entry.batches.length - 1]
export const lastSequence = (entry: ProducerEntry): number => last(entry)?.lastSequence ?? NO_SEQUENCE
export const lastDataOffset = (entry: ProducerEntry): number => last(entry)?.lastOffset ?? -1
export const lastOffsetDelta = (entry: ProducerEntry): number => last(entry)?.offsetDelta ?? 0
export const lastTimestamp = (entry: ProducerEntry): number => last(entry)?.timestamp ?? NO_TIMESTAMP
export const firstSequence = (batch: BatchMetadata): number => decrementSequence(batch.lastSequence, batch.offsetDelta)
export const producerEntry = (state: ProducerState, producerId: number): ProducerEntry | undefined =>
  state.producers.find((entry) => entry.producerId === producerId)

/** The batch that a producer sends again, when it is one of its last. */
export function findDuplicate(state: ProducerState, batch: Batch): BatchMetadata | undefined {
  const entry = producerEntry(state, batch.producerId)
  if (entry === undefined || entry.producerEpoch !== batch.producerEpoch) return undefined
  return entry.batches.find((b) => firstSequence(b) === batch.baseSequence && b.lastSequence === batch.lastSequence)
}

/** Full for a client's batches; of the offsets' topic only the epoch counts; nothing when a leader's log is copied. */
export type ProducerCheck = 'none' | 'epoch' | 'full'
interface Place {
  /** `topic-partition`, for messages. */
  readonly name: string
  readonly check: ProducerCheck
}

function checkEpoch(entry: ProducerEntry, epoch: number, offset: number, place: Place): void {
  if (epoch >= entry.producerEpoch) return
  throw new LogRefusal(
    'INVALID_PRODUCER_EPOCH',
    `Producer's epoch at offset ${offset} is no longer valid in partition ${place.name}: ${epoch} (request epoch), ${entry.producerEpoch} (current epoch)`,
  )
}
function checkSequence(entry: ProducerEntry, epoch: number, first: number, offset: number, place: Place): void {
  const id = entry.producerId
  if (epoch !== entry.producerEpoch) {
    if (first === 0) return
    if (entry.producerEpoch !== NO_PRODUCER_EPOCH) {
      const what = `Invalid sequence number for new epoch at offset ${offset} in partition ${place.name}`
      throw new LogRefusal('OUT_OF_ORDER_SEQUENCE_NUMBER', `${what}: ${epoch} (request epoch), ${first} (seq. number)`)
    }
    const what = `Found no record of producerId=${id} on the broker at offset ${offset}in partition ${place.name}.`
    const why = `It is possible that the last message with the producerId=${id} has been removed due to hitting the retention limit.`
    throw new LogRefusal('UNKNOWN_PRODUCER_ID', `${what} ${why}`)
  }
  const current = lastSequence(entry)
  if (current === NO_SEQUENCE && first !== 0) {
    const what = `Local producer state matches expected epoch ${epoch} for producerId=${id} at offset ${offset} in partition ${place.name}`
    throw new LogRefusal('UNKNOWN_PRODUCER_ID', `${what}, but the next expected sequence number is not known.`)
  }
  if (first === current + 1 || (first === 0 && current === 2147483647)) return
  const what = `Out of order sequence number for producerId ${id} at offset ${offset} in partition ${place.name}`
  throw new LogRefusal('OUT_OF_ORDER_SEQUENCE_NUMBER', `${what}: ${first} (incoming seq. number), ${current} (current end sequence number)`)
}

const atEpoch = (entry: ProducerEntry, producerEpoch: number): ProducerEntry =>
  entry.producerEpoch === producerEpoch ? entry : { ...entry, producerEpoch, batches: [] }

export interface ProducerAppend {
  readonly entry: ProducerEntry
  readonly started: OngoingTxn | undefined
  readonly completed: CompletedTxn | undefined
}
/** What a batch makes of its producer's entry. Throws LogRefusal. */
export function appendProducerBatch(before: ProducerEntry, batch: Batch, place: Place): ProducerAppend {
  const { producerId, producerEpoch, baseOffset } = batch
  if (batch.isControl) {
    const record = recordsOf(batch)[0]
    if (record === undefined) return { entry: before, started: undefined, completed: undefined }
    const marker = readEndMarker(record)
    checkEpoch(before, producerEpoch, baseOffset, place)
    if (before.coordinatorEpoch > marker.coordinatorEpoch) {
      const what = `Invalid coordinator epoch for producerId ${producerId} at offset ${baseOffset} in partition ${place.name}`
      const epochs = `${marker.coordinatorEpoch} (zombie), ${before.coordinatorEpoch} (current)`
      throw new LogRefusal('TRANSACTION_COORDINATOR_FENCED', `${what}: ${epochs}`)
    }
    const firstOffset = before.currentTxnFirstOffset ?? baseOffset
    const { coordinatorEpoch } = marker
    return {
      entry: Object.freeze({ ...atEpoch(before, producerEpoch), currentTxnFirstOffset: undefined, coordinatorEpoch }),
      started: before.currentTxnFirstOffset === undefined ? { producerId, firstOffset, lastOffset: undefined } : undefined,
      completed: { producerId, firstOffset, lastOffset: baseOffset, isAborted: marker.type === 'ABORT' },
    }
  }
  if (place.check !== 'none') checkEpoch(before, producerEpoch, baseOffset, place)
  if (place.check === 'full') checkSequence(before, producerEpoch, batch.baseSequence, baseOffset, place)
  if (before.currentTxnFirstOffset !== undefined && !batch.isTransactional) {
    const what = `Expected transactional write from producer ${producerId} at offset ${baseOffset} in partition ${place.name}`
    throw new LogRefusal('INVALID_TXN_STATE', what)
  }
  const at = atEpoch(before, producerEpoch)
  const metadata: BatchMetadata = Object.freeze({
    lastSequence: batch.lastSequence,
    lastOffset: batch.lastOffset,
    offsetDelta: batch.lastOffset - baseOffset,
    timestamp: batch.maxTimestamp,
  })
  const starts = batch.isTransactional && before.currentTxnFirstOffset === undefined
  const batches = Object.freeze([...at.batches, metadata].slice(-BATCHES_KEPT))
  return {
    entry: Object.freeze({ ...at, batches, currentTxnFirstOffset: starts ? baseOffset : before.currentTxnFirstOffset }),
    started: starts ? { producerId, firstOffset: baseOffset, lastOffset: undefined } : undefined,
    completed: undefined,
  }
}

/** Puts an entry in its place. */
export function putProducer(state: ProducerState, entry: ProducerEntry): ProducerState {
  const at = state.producers.findIndex((p) => p.producerId === entry.producerId)
  const producers = at < 0 ? [...state.producers, entry] : state.producers.map((p, i) => (i === at ? entry : p))
  return Object.freeze({ ...state, producers: Object.freeze(producers) })
}
export const putOngoing = (state: ProducerState, txn: OngoingTxn): ProducerState =>
  Object.freeze({ ...state, ongoing: Object.freeze([...state.ongoing, Object.freeze(txn)].sort((a, b) => a.firstOffset - b.firstOffset)) })
/** A transaction has ended; it is unreplicated until the high watermark passes its end. */
export function completeTxn(state: ProducerState, txn: CompletedTxn): ProducerState {
  const { producerId, firstOffset, lastOffset } = txn
  const ongoing = Object.freeze(state.ongoing.filter((t) => t.firstOffset !== firstOffset))
  const unreplicated = [...state.unreplicated, Object.freeze({ producerId, firstOffset, lastOffset })]
  return Object.freeze({ ...state, ongoing, unreplicated: Object.freeze(unreplicated.sort((a, b) => a.firstOffset - b.firstOffset)) })
}
/** Up to where readers of committed records may read once this transaction is over. */
export const stableOffsetAfter = (state: ProducerState, txn: CompletedTxn): number =>
  state.ongoing.find((t) => t.producerId !== txn.producerId)?.firstOffset ?? txn.lastOffset + 1

/** Takes a batch of a log that is loaded or copied; without a producer's id only the end moves. */
export function replayBatch(state: ProducerState, batch: Batch, name: string): ProducerState {
  let next = state
  if (batch.producerId >= 0) {
    const before = producerEntry(state, batch.producerId) ?? emptyEntry(batch.producerId)
    const { entry, started, completed } = appendProducerBatch(before, batch, { name, check: 'none' })
    next = putProducer(next, entry)
    if (started) next = putOngoing(next, started)
    if (completed) next = completeTxn(next, completed)
  }
  return withMapEnd(next, batch.lastOffset + 1)
}
export const withMapEnd = (state: ProducerState, mapEndOffset: number): ProducerState =>
  state.mapEndOffset === mapEndOffset ? state : Object.freeze({ ...state, mapEndOffset })

/** Where the first transaction that is open, or ended but not replicated, began. */
export const firstUnstable = (state: ProducerState): number | undefined => {
  const offsets = [state.ongoing[0], state.unreplicated[0]].flatMap((t) => (t === undefined ? [] : [t.firstOffset]))
  return offsets.length === 0 ? undefined : Math.min(...offsets)
}
/** The high watermark rose: transactions that ended below it are replicated. */
export function onHighWatermark(state: ProducerState, highWatermark: number): ProducerState {
  if (state.unreplicated.length === 0) return state
  const unreplicated = state.unreplicated.filter((t) => !(t.lastOffset !== undefined && t.lastOffset < highWatermark))
  return unreplicated.length === state.unreplicated.length ? state : Object.freeze({ ...state, unreplicated: Object.freeze(unreplicated) })
}
/** Is there still a batch of it at or after an offset? */
export const isRetained = (entry: ProducerEntry, logStartOffset: number): boolean => lastDataOffset(entry) >= logStartOffset
export const isExpired = (entry: ProducerEntry, nowMs: number, expirationMs: number): boolean =>
  entry.currentTxnFirstOffset === undefined && nowMs - lastTimestamp(entry) >= expirationMs
/** Without producers that have written nothing for so long. */
export function expireProducers(state: ProducerState, nowMs: number, expirationMs: number): ProducerState {
  const producers = state.producers.filter((entry) => !isExpired(entry, nowMs, expirationMs))
  return producers.length === state.producers.length ? state : Object.freeze({ ...state, producers: Object.freeze(producers) })
}
