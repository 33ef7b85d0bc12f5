// A follower whose leader has nothing at its log's end: where does the leader's log begin and end? (AbstractFetcherThread.fetchOffsetAndTruncate at 2.3.0).
import { fail, proc, type Proc } from '../client/index.ts'
import { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, truncateFullyAndStartAt } from '../log/index.ts'
import { errorFailure, ERRORS, tpName, type KafkaResponse, type RequestBody, type TopicPartition } from '../protocol/index.ts'
import { ask } from './fetcher-network.ts'
import { delay, fenced, fetcherLog, me, replace } from './fetcher-parts.ts'
import { truncateTo } from './fetcher-truncation.ts'
import { failingOnStorage } from './log-dir-failure.ts'
import { logEnv } from './log-env.ts'
import { logAt, putLog } from './replica-state.ts'
import { slogText, type BrokerState } from './state.ts'

export type OutOfRange = TopicPartition & { readonly epoch: number }
/**
 * The leader has nothing at this log's end: it asks where the leader's log ends, and begins. A log that is longer is cut to the leader's; one that ended before the leader's
 * begins is thrown away (AbstractFetcherThread.fetchOffsetAndTruncate).
 */
export const resetOffset: Proc<{ leaderId: number; at: OutOfRange; end?: number }, void> = proc<
  BrokerState,
  { leaderId: number; at: OutOfRange; end?: number },
  void
>(
  'fetcher.resetOffset',
  [
    (t) => t.call(ask, { leaderId: t.vars.leaderId, kind: 'ListOffsets', body: offsetQuery(t.env, t.vars.at, LATEST_TIMESTAMP) }),
    (t) => {
      const end = offsetOf(t.value as KafkaResponse<'ListOffsets'>)
      const log = logAt(t.env, t.vars.at)
      if (log === undefined) return t.return()
      if (end < log.logEndOffset) {
        const text = `Reset fetch offset for partition ${tpName(t.vars.at)} from ${log.logEndOffset} to current leader's latest offset ${end}`
        fetcherLog(t.ctx, t.env, me(t), 'WARN', text)
        truncateTo(t, t.vars.at, end)
        replace(me(t), t.vars.at, { offset: end })
        return t.return()
      }
      return t.call(ask, { leaderId: t.vars.leaderId, kind: 'ListOffsets', body: offsetQuery(t.env, t.vars.at, EARLIEST_TIMESTAMP) })
    },
    (t) => {
      const start = offsetOf(t.value as KafkaResponse<'ListOffsets'>)
      const log = logAt(t.env, t.vars.at)
      if (log === undefined) return
      const text = `Reset fetch offset for partition ${tpName(t.vars.at)} from ${log.logEndOffset} to current leader's start offset ${start}`
      fetcherLog(t.ctx, t.env, me(t), 'WARN', text)
      if (start > log.logEndOffset)
        putLog(
          t.env,
          failingOnStorage(() => truncateFullyAndStartAt(logEnv(t.ctx, t.env), log, start)),
        )
      replace(me(t), t.vars.at, { offset: Math.max(start, log.logEndOffset) })
    },
  ],
  (t, failure) => {
    if (failure.type === 'fenced')
      fenced(
        t,
        me(t).partitions.find((q) => tpName(q) === tpName(t.vars.at))!,
      )
    else {
      fetcherLog(t.ctx, t.env, me(t), 'ERROR', `Error getting offset for partition ${tpName(t.vars.at)}`)
      slogText(t.ctx, `${failure.type}: ${failure.message}`)
      delay(
        t.ctx,
        t.env,
        me(t),
        me(t).partitions.filter((q) => tpName(q) === tpName(t.vars.at)),
      )
    }
    return t.return()
  },
)
const offsetQuery = (
  { config }: BrokerState,
  { topic, partition, epoch: currentLeaderEpoch }: OutOfRange,
  timestamp: number,
): RequestBody<'ListOffsets'> => ({
  replicaId: config.brokerId,
  isolationLevel: 0,
  topics: [{ topic, partitions: [{ partition, currentLeaderEpoch, timestamp, maxOffsets: 1 }] }],
})
function offsetOf({ body }: KafkaResponse<'ListOffsets'>): number {
  const found = body.topics[0]!.partitions[0]!
  if (found.errorCode === ERRORS.FENCED_LEADER_EPOCH) fail('fenced', '')
  if (found.errorCode !== ERRORS.NONE) {
    const { type, message } = errorFailure(found.errorCode)
    fail(type, message)
  }
  return found.offset
}
