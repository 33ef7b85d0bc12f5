// What a consumer keeps: where it stands in each of its partitions, what it has fetched and not handed out yet, what it has asked for; plain data inside the state of
// its process.
import type { Micros } from '../../../base/index.ts'
import type { RecordHeader, TimestampType } from '../../log/index.ts'
import type { ApiName, RequestBody, ResponseBody, TopicPartition } from '../../protocol/index.ts'
import type { FetchPosition as SessionPosition, FetchSessionState } from '../fetch-session-handler.ts'
import type { LeaderAndEpoch, MetadataState } from '../metadata.ts'
import type { NetworkClientState } from '../network-client.ts'
import type { Failure, Threaded } from '../threads.ts'
import type { ConsumerConfig } from './config.ts'
import type { FetchStateName } from './fetch-state.ts'

/** The next record to hand out, and what is known of who leads there. Frozen. */
export interface Position {
  readonly offset: number
  /** Leader epoch of the record before; -1: not known. */
  readonly offsetEpoch: number
  readonly leader: LeaderAndEpoch
}
export interface AssignedPartition extends TopicPartition {
  value: FetchStateName
  position: Position | null
  /** Where to begin again, while it waits for that. */
  resetTo: 'earliest' | 'latest' | null
  /** No lookup before; -1: at any time. */
  retryAt: Micros
  highWatermark: number
  logStartOffset: number
  lastStableOffset: number
}

type FetchedPartition = ResponseBody<'Fetch'>['responses'][number]['partitions'][number]
/** A partition's part of a response that was not looked at yet. */
export interface CompletedFetch extends TopicPartition {
  readonly fetchOffset: number
  readonly data: FetchedPartition
}
/** A partition's part of a response of which records are being handed out. */
export interface InLine extends TopicPartition {
  readonly data: FetchedPartition
  /** Where the batch at hand begins in the records. */
  at: number
  nextOffset: number
  /** Leader epoch of the batch at hand; -1: not known. */
  epoch: number
  bytesRead: number
  /** Transactions that were aborted and have not begun yet, by first offset; producers inside one. */
  aborted: { readonly producerId: number; readonly firstOffset: number }[]
  abortedProducers: number[]
  /** A batch that cannot be read, told when all before it were handed out. */
  corrupt: Failure | null
}

/** A request that waits for its connection. */
export interface Unsent {
  readonly node: number
  readonly kind: ApiName
  readonly body: RequestBody<ApiName>
  readonly tag: string
  readonly correlationId: number
  readonly createdAt: Micros
  /** It is sent by the clock. */
  readonly periodic: string | undefined
}
/** What the answer to a request is for. */
export type Asked =
  | { readonly what: 'fetch'; readonly node: number; readonly positions: readonly SessionPosition[] }
  | { readonly what: 'reset'; readonly partitions: readonly (TopicPartition & { readonly timestamp: number })[] }
  | { readonly what: 'validate'; readonly partitions: readonly (TopicPartition & { readonly position: Position })[] }
  | { readonly what: 'query'; readonly thread: string; readonly on: string }

export interface ConsumerState {
  readonly config: ConsumerConfig
  network: NetworkClientState
  metadata: MetadataState
  /** Assigned partitions; what was read from goes to the end. */
  partitions: AssignedPartition[]
  sessions: Record<number, FetchSessionState>
  /** Nodes of which a fetch has not been answered. */
  fetching: number[]
  /** Nodes of which the last fetch brought nothing. */
  quiet: number[]
  completed: CompletedFetch[]
  inLine: InLine | null
  unsent: Unsent[]
  asked: Record<string, Asked>
  nextRequest: number
  /** A failure of a lookup, told at the next poll. */
  cached: Failure | null
  /** Somebody wants the poll under way, or the next, to end. */
  wakeup: boolean
}
/** The state of a process with a consumer. */
export interface ConsumerUser extends Threaded {
  consumer: ConsumerState | null
}

/** A record as it is handed out. */
export interface ConsumerRecord extends TopicPartition {
  readonly offset: number
  readonly timestamp: number
  readonly timestampType: TimestampType
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly RecordHeader[]
}
export const assignedPartition = (consumer: ConsumerState, tp: TopicPartition): AssignedPartition | undefined =>
  consumer.partitions.find((p) => p.partition === tp.partition && p.topic === tp.topic)
