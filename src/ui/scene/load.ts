// What a message carries: the records of a Produce, or of the answer to a Fetch, counted by their batches' headers. Messages are frozen: each is counted once.
import { batchesOf, CorruptRecord, isKafkaMessage, UnsupportedRecord, type Bytes, type Message } from '../../sim/index.ts'

export interface PartLoad {
  readonly topic: string
  readonly partition: number
  readonly batches: number
  readonly records: number
  readonly sizeInBytes: number
  /** Of the first and the last batch; those that a producer sends begin at 0, the leader gives them theirs. */
  readonly firstOffset: number
  readonly lastOffset: number
  readonly compression: string
}
export interface Load {
  readonly records: number
  readonly sizeInBytes: number
  readonly parts: readonly PartLoad[]
}

const loads = new WeakMap<Message, { readonly load: Load | undefined }>()

/** The records in a message; undefined when there are none. */
export function loadOf(message: Message): Load | undefined {
  if (message.proto !== 'kafka' || (message.kind !== 'Produce' && message.kind !== 'Fetch')) return undefined
  let known = loads.get(message)
  if (known === undefined) loads.set(message, (known = { load: count(message) }))
  return known.load
}

interface Parts {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly records?: Bytes | null }[]
}
function count(message: Message): Load | undefined {
  if (!isKafkaMessage(message)) return undefined
  const { topics, responses } = message.body as { readonly topics?: readonly Parts[]; readonly responses?: readonly Parts[] }
  const carries = message.isRequest ? (message.kind === 'Produce' ? topics : undefined) : message.kind === 'Fetch' ? responses : undefined
  if (carries === undefined) return undefined
  const parts = carries.flatMap(({ topic, partitions }) =>
    partitions.flatMap(({ partition, records }) => ((records?.length ?? 0) === 0 ? [] : [part(topic, partition, records!)])),
  )
  if (parts.length === 0) return undefined
  const sum = (of: (one: PartLoad) => number): number => parts.reduce((total, one) => total + of(one), 0)
  return { records: sum((one) => one.records), sizeInBytes: sum((one) => one.sizeInBytes), parts }
}
function part(topic: string, partition: number, bytes: Bytes): PartLoad {
  let [batches, records, firstOffset, lastOffset, compression] = [0, 0, -1, -1, 'none']
  try {
    for (const batch of batchesOf(bytes)) {
      if (batches++ === 0) firstOffset = batch.baseOffset
      records += batch.count
      lastOffset = batch.lastOffset
      compression = batch.compression.toLowerCase()
    }
  } catch (error) {
    // What was damaged on the way is still what was sent.
    if (!(error instanceof CorruptRecord || error instanceof UnsupportedRecord)) throw error
  }
  return { topic, partition, batches, records, sizeInBytes: bytes.length, firstOffset, lastOffset, compression }
}
