// What all parts of a follower's fetcher do: find it, speak in its log, change, delay and give up its partitions (server/AbstractFetcherThread.scala at 2.3.0).
import { ms, plus } from '../../base/index.ts'
import type { Context, LogEntry } from '../../kernel/index.ts'
import type { Task } from '../client/index.ts'
import { StorageError } from '../log/index.ts'
import { tpName, type TopicPartition } from '../protocol/index.ts'
import { isDelayed, type Fetcher, type FetchedPartition } from './fetcher-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

export type T<V> = Task<BrokerState, V & { leaderId: number }>
/** What a fetcher without work waits for. */
export const FETCH_WAIT = 'partitions to fetch'

export const prefix = (env: BrokerState, f: Fetcher): string =>
  `[ReplicaFetcher replicaId=${env.config.brokerId}, leaderId=${f.leaderId}, fetcherId=0]`
export function fetcherLog(ctx: Context, env: BrokerState, f: Fetcher, level: LogEntry['level'], text: string): void {
  slog(ctx, level, 'kafka.server.ReplicaFetcherThread', `${prefix(env, f)} ${text}`)
}
export const me = (t: { readonly env: BrokerState; readonly vars: { leaderId: number } }): Fetcher =>
  t.env.replicas.fetchers[t.vars.leaderId]!

export function replace(f: Fetcher, p: TopicPartition, change: Partial<FetchedPartition>, last = false): void {
  const at = f.partitions.findIndex((q) => q.topic === p.topic && q.partition === p.partition)
  const before = f.partitions[at]
  if (before === undefined) return
  const next = Object.freeze({ ...before, ...change })
  if (!last) f.partitions[at] = next
  else f.partitions = [...f.partitions.filter((q) => q !== before), next]
}

/** These wait for a back-off, those that do not wait already. */
export function delay(ctx: Context, env: BrokerState, f: Fetcher, partitions: readonly FetchedPartition[]): void {
  const until = plus(ctx.now, ms(env.config.replicaFetchBackoffMs))
  for (const p of partitions.slice()) if (!isDelayed(p, ctx.now)) replace(f, p, { delayedUntil: until }, true)
}
export function fenced(t: T<object>, p: FetchedPartition): void {
  const f = me(t)
  const text = `Partition ${tpName(p)} has an older epoch (${p.epoch}) than the current leader. Will await the new LeaderAndIsr state before resuming fetching.`
  fetcherLog(t.ctx, t.env, f, 'INFO', text)
  markFailed(t, p)
}
/** It is not fetched any more until the next LeaderAndIsr. */
function markFailed(t: T<object>, p: TopicPartition): void {
  const f = me(t)
  f.partitions = f.partitions.filter((q) => tpName(q) !== tpName(p))
  t.env.replicas.failed.push(tpName(p))
  fetcherLog(t.ctx, t.env, f, 'WARN', `Partition ${tpName(p)} marked as failed`)
}
/** Works on a partition's log; false when the disk refused: `what` could not be done, and the partition has failed. */
export function toldByDisk(t: T<object>, p: TopicPartition, what: string, work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    fetcherLog(t.ctx, t.env, me(t), 'ERROR', what)
    for (const line of error.lines) slogText(t.ctx, line)
    markFailed(t, p)
    return false
  }
}
