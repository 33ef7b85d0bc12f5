// A follower's fetcher: a thread that cuts its logs to where they agree with the leader's, then fetches all its partitions in one request after the other
// (server/AbstractFetcherThread.scala and ReplicaFetcherThread.scala at 2.3.0).
import { Bytes, ms } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  fetchMetadataText,
  fetchTopics,
  forgottenTopics,
  handleFetchError,
  handleFetchResponse,
  planFetch,
  proc,
  resume,
  type FetchPlan,
  type FetchPosition,
  type Next,
  type Proc,
} from '../client/index.ts'
import { appendAsFollower, batchesOf, LogRefusal, raiseLogStart } from '../log/index.ts'
import { errorName, ERRORS, tpName, type KafkaResponse, type RequestBody, type ResponseBody } from '../protocol/index.ts'
import { ask, closeFetcherConn } from './fetcher-network.ts'
import { type OutOfRange, resetOffset } from './fetcher-offsets.ts'
import { FETCH_WAIT, type T, delay, fenced, fetcherLog, me, prefix, replace, toldByDisk } from './fetcher-parts.ts'
import { isReady, type Fetcher, type FetchedPartition } from './fetcher-state.ts'
import { truncate } from './fetcher-truncation.ts'
import { logEnv } from './log-env.ts'
import { withHighWatermark } from './partition.ts'
import { logAt, partitionAt, putLog, putPartition } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

/** The thread, until somebody stops it. It may look for work before it has been given any, and then wait for a whole back-off. */
export const fetcherLoop: Proc<{ leaderId: number; late?: boolean }, void> = proc<BrokerState, { leaderId: number; late?: boolean }, void>(
  'fetcher.loop',
  [
    (t) => {
      t.vars.late = t.ctx.below(11, 'a fetcher looks early') < 4
      return t.sleep('kafka.fetcher.start')
    },
    (t) => (t.vars.late ? backOff(t) : undefined),
    (t) => {
      const fetcher = me(t)
      if (fetcher.stopping !== '') return
      return t.again(t.call(fetchOnce, { leaderId: t.vars.leaderId }))
    },
    (t) => fetcherEnded(t.ctx, t.env, me(t)),
  ],
)
/** Waits for the back-off, or until there is something new. */
function backOff(t: T<object>): Next {
  t.ctx.timer(`thread ${t.thread}`, ms(t.env.config.replicaFetchBackoffMs), {
    data: t.ticket,
    periodic: `every ${t.env.config.replicaFetchBackoffMs} ms: a fetcher without work`,
  })
  return t.wait(FETCH_WAIT)
}
const fetchOnce: Proc<{ leaderId: number }, void> = proc<BrokerState, { leaderId: number }, void>('fetcher.once', [
  (t) => t.call(truncate, { leaderId: t.vars.leaderId }),
  (t) => (me(t).stopping === '' ? t.call(fetchAll, { leaderId: t.vars.leaderId }) : undefined),
])

/** A fetcher's thread has ended. */
function fetcherEnded(ctx: Context, env: BrokerState, fetcher: Fetcher): void {
  closeFetcherConn(ctx, fetcher)
  fetcherLog(ctx, env, fetcher, 'INFO', 'Stopped')
  fetcherLog(ctx, env, fetcher, 'INFO', 'Shutdown completed')
  delete env.replicas.fetchers[fetcher.leaderId]
  const waiting = env.threads.live[fetcher.stopping]
  if (waiting !== undefined) resume(env, fetcher.stopping, waiting.ticket, undefined)
}

// Fetching

interface FetchVars {
  leaderId: number
  sent?: FetchedPartition[]
  outOfRange?: OutOfRange[]
}
const fetchAll: Proc<FetchVars, void> = proc<BrokerState, FetchVars, void>(
  'fetcher.fetch',
  [
    (t) => {
      const f = me(t)
      const ready = f.partitions.filter((p) => isReady(p, t.ctx.now))
      const plan = planFetch(
        f.session,
        ready.map((p) => position(t.env, p)),
      )
      if (plan.idle) return t.call(idle, { leaderId: t.vars.leaderId })
      t.vars.sent = ready.slice()
      return t.call(ask, { leaderId: t.vars.leaderId, kind: 'Fetch', body: requestBody(t.env, f, plan) })
    },
    (t) => {
      if (t.vars.sent === undefined) return
      t.vars.outOfRange = handleFetched(t, t.vars.sent, (t.value as KafkaResponse<'Fetch'>).body)
    },
    (t) => {
      const at = t.vars.outOfRange?.shift()
      if (at !== undefined) return t.again(t.call(resetOffset, { leaderId: t.vars.leaderId, at }))
    },
  ],
  (t, failure) => t.call(fetchFailed, { leaderId: t.vars.leaderId, text: `${failure.type}: ${failure.message}` }),
)
const idle: Proc<{ leaderId: number }, void> = proc<BrokerState, { leaderId: number }, void>('fetcher.idle', [(t) => backOff(t)])

function position(env: BrokerState, p: FetchedPartition): FetchPosition {
  const { topic, partition, offset: fetchOffset, epoch: currentLeaderEpoch } = p
  const logStartOffset = logAt(env, p)?.logStartOffset ?? 0
  return Object.freeze({ topic, partition, fetchOffset, logStartOffset, maxBytes: env.config.replicaFetchMaxBytes, currentLeaderEpoch })
}
const requestBody = ({ config }: BrokerState, f: Fetcher, plan: FetchPlan): RequestBody<'Fetch'> => ({
  replicaId: config.brokerId,
  maxWaitMs: config.replicaFetchWaitMaxMs,
  minBytes: config.replicaFetchMinBytes,
  maxBytes: config.replicaFetchResponseMaxBytes,
  isolationLevel: 0,
  sessionId: f.session.sessionId,
  sessionEpoch: f.session.epoch,
  topics: fetchTopics(plan.send),
  forgottenTopics: forgottenTopics(plan.forget),
  rackId: '',
})

/** No response: a back-off for the thread, and one more for every partition. */
const fetchFailed: Proc<{ leaderId: number; text: string }, void> = proc<BrokerState, { leaderId: number; text: string }, void>(
  'fetcher.failed',
  [
    (t) => {
      const f = me(t)
      slog(
        t.ctx,
        'INFO',
        'org.apache.kafka.clients.FetchSessionHandler',
        `${prefix(t.env, f)} Error sending fetch request ${fetchMetadataText(f.session)} to node ${f.leaderId}: ${t.vars.text}.`,
      )
      const request = fetchText(t.env, f)
      handleFetchError(f.session)
      if (f.stopping !== '') return t.return()
      fetcherLog(t.ctx, t.env, f, 'WARN', `Error in response for fetch request ${request}`)
      slogText(t.ctx, t.vars.text)
      return backOff(t)
    },
    (t) => delay(t.ctx, t.env, me(t), me(t).partitions),
  ],
)
const fetchText = ({ config }: BrokerState, f: Fetcher): string => {
  const data = f.session.partitions
    .map(
      (p) =>
        `${tpName(p)}=(fetchOffset=${p.fetchOffset}, logStartOffset=${p.logStartOffset}, maxBytes=${p.maxBytes}, currentLeaderEpoch=Optional[${p.currentLeaderEpoch}])`,
    )
    .join(', ')
  return (
    `(type=FetchRequest, replicaId=${config.brokerId}, maxWait=${config.replicaFetchWaitMaxMs}, minBytes=${config.replicaFetchMinBytes}, ` +
    `maxBytes=${config.replicaFetchResponseMaxBytes}, fetchData={${f.session.epoch === 0 ? data : ''}}, isolationLevel=READ_UNCOMMITTED, toForget=, ` +
    `metadata=${fetchMetadataText(f.session)})`
  )
}

type FetchedData = ResponseBody<'Fetch'>['responses'][number]['partitions'][number]
/** Gives the partitions whose offset the leader does not have. */
function handleFetched(t: T<object>, sent: readonly FetchedPartition[], body: ResponseBody<'Fetch'>): OutOfRange[] {
  const f = me(t)
  const { usable, problem } = handleFetchResponse(f.session, body)
  f.quiet = true
  if (problem !== undefined) {
    const what = body.errorCode === 0 ? problem : `${problem}: ${errorName(body.errorCode)}`
    slog(t.ctx, 'INFO', 'org.apache.kafka.clients.FetchSessionHandler', `${prefix(t.env, f)} Node ${f.leaderId} ${what}.`)
  }
  const outOfRange: OutOfRange[] = []
  if (!usable) return outOfRange
  const late: FetchedPartition[] = []
  for (const { topic, partitions } of body.responses) {
    for (const data of partitions) {
      const p = f.partitions.find((q) => q.topic === topic && q.partition === data.partition)
      const asked = sent.find((q) => q.topic === topic && q.partition === data.partition)
      if (p === undefined || asked === undefined || p.offset !== asked.offset || !isReady(p, t.ctx.now)) continue
      if (handlePartition(t, p, data, outOfRange)) late.push(p)
    }
  }
  delay(t.ctx, t.env, f, late)
  return outOfRange
}
/** Takes what came for a partition; true when it has to wait before it is fetched again. */
function handlePartition(t: T<object>, p: FetchedPartition, data: FetchedData, outOfRange: OutOfRange[]): boolean {
  const f = me(t)
  switch (data.errorCode) {
    case ERRORS.NONE:
      return takeRecords(t, p, data)
    case ERRORS.FENCED_LEADER_EPOCH:
      fenced(t, p)
      return false
    case ERRORS.UNKNOWN_LEADER_EPOCH:
    case ERRORS.NOT_LEADER_FOR_PARTITION:
      return true
    case ERRORS.OFFSET_OUT_OF_RANGE:
      outOfRange.push({ topic: p.topic, partition: p.partition, epoch: p.epoch })
      return false
    default:
      fetcherLog(t.ctx, t.env, f, 'ERROR', `Error for partition ${tpName(p)} at offset ${p.offset}`)
      slogText(t.ctx, `org.apache.kafka.common.errors.${exceptionName(data.errorCode)}`)
      return true
  }
}
/** Appends what came to the local log; true when the partition has to wait: the bytes were no good. */
function takeRecords(t: T<object>, p: FetchedPartition, data: FetchedData): boolean {
  let waits = false
  toldByDisk(t, p, `Error while processing data for partition ${tpName(p)} at offset ${p.offset}`, () => {
    waits = appendFetched(t, p, data)
  })
  return waits
}
function appendFetched(t: T<object>, p: FetchedPartition, data: FetchedData): boolean {
  const { ctx, env } = t
  const f = me(t)
  const [known, before] = [partitionAt(env, p), logAt(env, p)]
  if (known === undefined || before === undefined) return false
  const records = data.records ?? Bytes.empty()
  let log = before
  if (records.length > 0) {
    f.quiet = false
    try {
      log = appendAsFollower(logEnv(ctx, env), before, records).log
    } catch (error) {
      if (!(error instanceof LogRefusal)) throw error
      const text = `Found invalid messages during fetch for partition ${tpName(p)} offset ${p.offset}`
      fetcherLog(ctx, env, f, 'ERROR', text)
      slogText(ctx, error.message)
      return error.error === 'CORRUPT_MESSAGE'
    }
    let next = p.offset
    for (const batch of batchesOf(records)) next = batch.lastOffset + 1
    replace(f, p, { offset: next }, true)
  }
  putLog(env, log)
  putPartition(env, withHighWatermark(known, Math.min(log.logEndOffset, data.highWatermark)))
  if (data.logStartOffset > log.logStartOffset) putLog(env, raiseLogStart(logEnv(ctx, env), logAt(env, p)!, data.logStartOffset))
  return false
}

const exceptionName = (code: number): string =>
  code === ERRORS.UNKNOWN_TOPIC_OR_PARTITION
    ? 'UnknownTopicOrPartitionException: This server does not host this topic-partition.'
    : `${errorName(code)}`
