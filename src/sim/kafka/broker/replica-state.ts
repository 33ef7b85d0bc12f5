// What a broker remembers of its replicas: partitions, logs, fetchers, fetch sessions, ISR changes to tell of; and how they are looked up (server/ReplicaManager.scala at
// 2.3.0).
import { PMap, type Micros } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { withLogHighWatermark, type Log, type LogTask } from '../log/index.ts'
import { ERRORS, tpName, type TopicPartition } from '../protocol/index.ts'
import type { WaitingDelete } from './delete-records.ts'
import type { FetchSession, WaitingFetch } from './fetch-sessions.ts'
import type { LogDirFailure } from './log-dir-failure.ts'
import type { Fetcher } from './fetcher-state.ts'
import { cachedPartition, type MetadataCache } from './metadata-cache.ts'
import type { LocalPartition } from './partition.ts'
import type { WaitingProduce } from './produce.ts'

export interface Replicas {
  partitions: PMap<LocalPartition>
  logs: PMap<Log>
  /** High watermarks as the checkpoint had them at the start. */
  checkpointed: PMap<number>
  /** The thread that changes replicas' states, and those that wait to. */
  lock: { holder: string; waiting: string[] }
  /** When the periodic tasks began. */
  startedAt: Micros
  /** The task that writes high watermarks runs since the first LeaderAndIsr. */
  checkpointing: boolean
  /** Logs made since the start: the first ones are slow. */
  made: number
  /** A producer has been served: what that takes is loaded. */
  produced: boolean
  /** Changes of ISRs that the controller was not told yet, when the last one was, and when it was told. */
  isrChanges: TopicPartition[]
  /** Partitions whose ISR is being written to ZooKeeper. */
  isrWrites: string[]
  lastIsrChangeMs: number
  lastPropagationMs: number
  /** By the leader's id. */
  fetchers: Record<string, Fetcher>
  /** Partitions that are not fetched until the next LeaderAndIsr. */
  failed: string[]
  sessions: Record<string, FetchSession>
  waitingFetches: Record<string, WaitingFetch>
  /** Producers' requests that wait for the replicas in sync, and deletions that wait for all replicas. */
  waitingProduces: Record<string, WaitingProduce>
  waitingDeletes: Record<string, WaitingDelete>
  /** Directories to delete, by timer. */
  deletions: Record<string, string>
  /** What logs put off, by timer. */
  tasks: Record<string, LogTask>
  nextTask: number
  /** Up to where compacted logs are clean. */
  cleaned: PMap<number>
  /** The log directories are offline; undefined while they are not. */
  dirFailure?: LogDirFailure | undefined
}
export const newReplicas = (nowMs: number, now: Micros): Replicas => ({
  partitions: PMap.empty<LocalPartition>(),
  logs: PMap.empty<Log>(),
  checkpointed: PMap.empty<number>(),
  lock: { holder: '', waiting: [] },
  startedAt: now,
  checkpointing: false,
  made: 0,
  produced: false,
  isrChanges: [],
  isrWrites: [],
  lastIsrChangeMs: nowMs,
  lastPropagationMs: nowMs,
  fetchers: {},
  failed: [],
  sessions: {},
  waitingFetches: {},
  waitingProduces: {},
  waitingDeletes: {},
  deletions: {},
  tasks: {},
  nextTask: 1,
  cleaned: PMap.empty<number>(),
})

interface Host {
  readonly config: { readonly brokerId: number }
  readonly replicas: Replicas
  readonly metadata: MetadataCache
}
export const partitionAt = (env: Host, tp: TopicPartition): LocalPartition | undefined => env.replicas.partitions.get(tpName(tp))
export const logAt = (env: Host, tp: TopicPartition): Log | undefined => env.replicas.logs.get(tpName(tp))
/** The log hears of the high watermark: retention goes by it. */
export function putPartition(env: Host, partition: LocalPartition): void {
  const name = tpName(partition)
  env.replicas.partitions = env.replicas.partitions.set(name, partition)
  const { highWatermark } = partition
  if (highWatermark === null) return
  const log = env.replicas.logs.get(name)
  if (log !== undefined && log.highWatermark !== highWatermark) putLog(env, withLogHighWatermark(log, highWatermark))
}
export function putLog(env: Host, log: Log): void {
  env.replicas.logs = env.replicas.logs.set(tpName(log), log)
}

type Found = { readonly partition: LocalPartition; readonly log: Log; readonly error: 0 } | { readonly error: number }
/** A partition that this broker has, with its log; else the error that asking it for the partition gives. `epoch` is the asker's, -1 for none. */
export function hosted(env: Host, tp: TopicPartition, epoch: number): Found {
  const partition = partitionAt(env, tp)
  if (partition !== undefined && env.replicas.dirFailure?.stopped === true) return { error: ERRORS.KAFKA_STORAGE_ERROR }
  if (partition === undefined) {
    const known = cachedPartition(env.metadata, tp) !== undefined
    return { error: known ? ERRORS.NOT_LEADER_FOR_PARTITION : ERRORS.UNKNOWN_TOPIC_OR_PARTITION }
  }
  if (epoch !== -1 && epoch < partition.leaderEpoch) return { error: ERRORS.FENCED_LEADER_EPOCH }
  if (epoch !== -1 && epoch > partition.leaderEpoch) return { error: ERRORS.UNKNOWN_LEADER_EPOCH }
  const log = logAt(env, tp)
  return log === undefined ? { error: ERRORS.NOT_LEADER_FOR_PARTITION } : { partition, log, error: 0 }
}
/** The same of a partition that this broker leads. */
export function leading(env: Host, tp: TopicPartition, epoch: number): Found {
  const found = hosted(env, tp, epoch)
  return 'log' in found && found.partition.leader !== env.config.brokerId ? { error: ERRORS.NOT_LEADER_FOR_PARTITION } : found
}

/** Time from now to the next beat of a task that runs every `periodMs` since `startedAt`. */
export function untilNextBeat(ctx: Context, startedAt: Micros, periodMs: number): Micros {
  const period = periodMs * 1000
  return (period - ((ctx.now - startedAt) % period)) as Micros
}
