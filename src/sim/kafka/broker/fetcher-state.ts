// What a follower's fetcher remembers: one thread for each leader, the partitions it fetches from it, its connection (server/AbstractFetcherThread.scala at 2.3.0).
import type { Micros } from '../../base/index.ts'
import type { ConnId } from '../../kernel/index.ts'
import type { FetchSessionState } from '../client/index.ts'
import type { TopicPartition } from '../protocol/index.ts'

/** A partition that is fetched; frozen. */
export interface FetchedPartition extends TopicPartition {
  readonly offset: number
  /** The leader's epoch, as the controller told it. */
  readonly epoch: number
  /** `Truncating` until it is known where this log leaves the leader's. */
  readonly value: 'Truncating' | 'Fetching'
  /** Not before. */
  readonly delayedUntil: Micros
}
export interface Fetcher {
  readonly leaderId: number
  readonly host: string
  readonly port: number
  conn: ConnId
  /** The connection is open. */
  ready: boolean
  correlationId: number
  session: FetchSessionState
  /** In the order in which they take their turn. */
  partitions: FetchedPartition[]
  /** The thread that waits for this fetcher's end; empty while it runs. */
  stopping: string
  /** Nothing came with the last response: the next fetch is no consequence of it. */
  quiet: boolean
}

export const fetcherThread = (f: Pick<Fetcher, 'leaderId'>): string => `ReplicaFetcherThread-0-${f.leaderId}`
export const isDelayed = (p: FetchedPartition, now: Micros): boolean => p.delayedUntil > now
export const isReady = (p: FetchedPartition, now: Micros): boolean => p.value === 'Fetching' && !isDelayed(p, now)
