// Where a follower's log leaves its leader's: cut there before anything is fetched (ReplicaFetcherThread.scala, getOffsetTruncationState, at 2.3.0).
import type { LogEntry } from '../../kernel/index.ts'
import { proc, type Proc } from '../client/index.ts'
import { endOffsetForLogEpoch, latestLogEpoch, truncateLogTo } from '../log/index.ts'
import { byTopic, errorName, ERRORS, tpName, type KafkaResponse, type TopicPartition } from '../protocol/index.ts'
import { ask } from './fetcher-network.ts'
import { type T, delay, fenced, fetcherLog, me, replace, toldByDisk } from './fetcher-parts.ts'
import { isDelayed, type FetchedPartition } from './fetcher-state.ts'
import { logEnv } from './log-env.ts'
import { logAt, partitionAt, putLog } from './replica-state.ts'
import { slogText, type BrokerState } from './state.ts'

/** Partitions whose log has epochs ask the leader where the last of them ended; others are cut to their high watermark. */
export const truncate: Proc<{ leaderId: number }, void> = proc<BrokerState, { leaderId: number }, void>('fetcher.truncate', [
  (t) => {
    const { withEpoch } = truncating(t)
    if (withEpoch.length > 0)
      return t.call(askEpochs, {
        leaderId: t.vars.leaderId,
        asked: withEpoch.map(({ p, latest }) => ({ topic: p.topic, partition: p.partition, epoch: p.epoch, latest })),
      })
  },
  (t) => {
    for (const p of truncating(t).without) {
      fetcherLog(t.ctx, t.env, me(t), 'INFO', `Truncating partition ${tpName(p)} to local high watermark ${p.offset}`)
      if (truncateTo(t, p, p.offset)) replace(me(t), p, { value: 'Fetching' })
    }
  },
])
function truncating(t: T<object>): { withEpoch: { p: FetchedPartition; latest: number }[]; without: FetchedPartition[] } {
  const [withEpoch, without]: [{ p: FetchedPartition; latest: number }[], FetchedPartition[]] = [[], []]
  for (const p of me(t).partitions) {
    if (p.value !== 'Truncating' || isDelayed(p, t.ctx.now)) continue
    const log = logAt(t.env, p)
    const latest = log && latestLogEpoch(log)
    if (latest === undefined) without.push(p)
    else withEpoch.push({ p, latest })
  }
  return { withEpoch, without }
}

/** False when the disk refused: the partition is not fetched any more. */
export function truncateTo(t: T<object>, tp: TopicPartition, offset: number): boolean {
  const log = logAt(t.env, tp)
  if (log === undefined) return true
  if (offset < log.logEndOffset)
    t.ctx.note('log.truncated', tpName(tp), { broker: t.env.config.brokerId, from: log.logEndOffset, to: offset })
  const cut = () => putLog(t.env, truncateLogTo(logEnv(t.ctx, t.env), log, offset))
  if (!toldByDisk(t, tp, `Failed to truncate ${tpName(tp)} at offset ${offset}`, cut)) return false
  const p = partitionAt(t.env, tp)
  if (p !== undefined && offset < (p.highWatermark ?? 0))
    fetcherLog(t.ctx, t.env, me(t), 'WARN', `Truncating ${tpName(tp)} to offset ${offset} below high watermark ${p.highWatermark}`)
  return true
}

interface Asked extends TopicPartition {
  /** The leader's epoch, and the last in the local log. */
  readonly epoch: number
  readonly latest: number
}
const askEpochs: Proc<{ leaderId: number; asked: Asked[] }, void> = proc<BrokerState, { leaderId: number; asked: Asked[] }, void>(
  'fetcher.askEpochs',
  [
    (t) => {
      const topics = byTopic(t.vars.asked).map(([topic, items]) => ({
        topic,
        partitions: items.map((a) => ({ partition: a.partition, currentLeaderEpoch: a.epoch, leaderEpoch: a.latest })),
      }))
      return t.call(ask, { leaderId: t.vars.leaderId, kind: 'OffsetForLeaderEpoch', body: { replicaId: t.env.config.brokerId, topics } })
    },
    (t) => {
      const { body } = t.value as KafkaResponse<'OffsetForLeaderEpoch'>
      for (const { topic, partitions } of body.topics)
        for (const p of partitions) applyEpochEnd(t, { topic, partition: p.partition }, p.errorCode, p.leaderEpoch, p.endOffset)
    },
  ],
  (t, failure) => {
    fetcherLog(t.ctx, t.env, me(t), 'WARN', `Error when sending leader epoch request for ${epochsAsked(t.vars.asked)}`)
    slogText(t.ctx, `${failure.type}: ${failure.message}`)
    for (const a of t.vars.asked) applyEpochEnd(t, a, ERRORS.NETWORK_EXCEPTION, -1, -1)
    return t.return()
  },
)
const epochsAsked = (asked: readonly Asked[]): string =>
  `Map(${asked.map((a) => `${tpName(a)} -> (currentLeaderEpoch=Optional[${a.epoch}], leaderEpoch=${a.latest})`).join(', ')})`

function applyEpochEnd(t: T<{ asked: Asked[] }>, tp: TopicPartition, errorCode: number, leaderEpoch: number, endOffset: number): void {
  const f = me(t)
  const p = f.partitions.find((q) => q.topic === tp.topic && q.partition === tp.partition)
  const asked = t.vars.asked.find((a) => a.topic === tp.topic && a.partition === tp.partition)
  const log = logAt(t.env, tp)
  if (p === undefined || asked === undefined || log === undefined || asked.epoch !== p.epoch) return
  if (errorCode === ERRORS.FENCED_LEADER_EPOCH) return fenced(t, p)
  if (errorCode !== 0) {
    fetcherLog(
      t.ctx,
      t.env,
      f,
      'INFO',
      `Retrying leaderEpoch request for partition ${tpName(tp)} as the leader reported an error: ${errorName(errorCode)}`,
    )
    return delay(t.ctx, t.env, f, [p])
  }
  const { offset, done } = truncationOffset(t, p, leaderEpoch, endOffset)
  if (truncateTo(t, tp, offset)) replace(f, p, { offset, value: done ? 'Fetching' : 'Truncating' })
}
/** Where to cut, and whether that is the last word (getOffsetTruncationState). */
function truncationOffset(
  t: T<object>,
  p: FetchedPartition,
  leaderEpoch: number,
  endOffset: number,
): { readonly offset: number; readonly done: boolean } {
  const name = tpName(p)
  const log = logAt(t.env, p)!
  const say = (level: LogEntry['level'], text: string) =>
    fetcherLog(t.ctx, t.env, me(t), level, `Based on replica's leader epoch, leader replied with ${text}`)
  if (endOffset === -1) {
    say('WARN', `an unknown offset in ${name}. The initial fetch offset ${p.offset} will be used for truncation.`)
    return { offset: p.offset, done: true }
  }
  const own = endOffsetForLogEpoch(log, leaderEpoch)
  if (own === undefined) {
    say(
      'WARN',
      `epoch ${leaderEpoch} below any replica's tracked epochs for ${name}. The leader's offset only ${endOffset} will be used for truncation.`,
    )
    return { offset: Math.min(endOffset, log.logEndOffset), done: true }
  }
  if (own.epoch !== leaderEpoch) {
    const offset = Math.min(own.offset, log.logEndOffset)
    say(
      'INFO',
      `epoch ${leaderEpoch} unknown to the replica for ${name}. Will truncate to ${offset} and send another leader epoch request to the leader.`,
    )
    return { offset, done: false }
  }
  return { offset: Math.min(own.offset, endOffset, log.logEndOffset), done: true }
}
