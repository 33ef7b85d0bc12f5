// A follower's fetcher: a thread that cuts its logs to where they agree with the leader's, then fetches all its partitions in one request after the other
// (server/AbstractFetcherThread.scala and ReplicaFetcherThread.scala at 2.3.0).
import { Bytes, ms, plus, type Micros } from '../../base/index.ts'
import type { Context, Input, LogEntry } from '../../kernel/index.ts'
import {
  fail,
  fetchMetadataText,
  fetchTopics,
  forgottenTopics,
  handleFetchError,
  handleFetchResponse,
  planFetch,
  proc,
  resume,
  wake,
  type FetchPlan,
  type FetchPosition,
  type Next,
  type Proc,
  type Task,
} from '../client/index.ts'
import {
  appendAsFollower,
  batchesOf,
  EARLIEST_TIMESTAMP,
  endOffsetForLogEpoch,
  LATEST_TIMESTAMP,
  latestLogEpoch,
  LogRefusal,
  raiseLogStart,
  truncateFullyAndStartAt,
  truncateLogTo,
} from '../log/index.ts'
import {
  byTopic,
  errorFailure,
  errorName,
  ERRORS,
  kafkaRequest,
  messageSize,
  tpName,
  type AnyResponse,
  type ApiName,
  type KafkaResponse,
  type RequestBody,
  type ResponseBody,
  type TopicPartition,
} from '../protocol/index.ts'
import { fetcherThread, isDelayed, isReady, type Fetcher, type FetchedPartition } from './fetcher-state.ts'
import { logEnv } from './log-env.ts'
import { withHighWatermark } from './partition.ts'
import { logAt, partitionAt, putLog, putPartition } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V & { leaderId: number }>
/** What a fetcher without work waits for. */
export const FETCH_WAIT = 'partitions to fetch'
const NETWORK = 'the leader'
const IO_EXCEPTION = 'java.io.IOException'

const prefix = (env: BrokerState, f: Fetcher): string =>
  `[ReplicaFetcher replicaId=${env.config.brokerId}, leaderId=${f.leaderId}, fetcherId=0]`
export function fetcherLog(ctx: Context, env: BrokerState, f: Fetcher, level: LogEntry['level'], text: string): void {
  slog(ctx, level, 'kafka.server.ReplicaFetcherThread', `${prefix(env, f)} ${text}`)
}
const me = (t: { readonly env: BrokerState; readonly vars: { leaderId: number } }): Fetcher => t.env.replicas.fetchers[t.vars.leaderId]!

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

// Truncation

/** Partitions whose log has epochs ask the leader where the last of them ended; others are cut to their high watermark. */
const truncate: Proc<{ leaderId: number }, void> = proc<BrokerState, { leaderId: number }, void>('fetcher.truncate', [
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
      truncateTo(t, p, p.offset)
      replace(me(t), p, { value: 'Fetching' })
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
function replace(f: Fetcher, p: TopicPartition, change: Partial<FetchedPartition>, last = false): void {
  const at = f.partitions.findIndex((q) => q.topic === p.topic && q.partition === p.partition)
  const before = f.partitions[at]
  if (before === undefined) return
  const next = Object.freeze({ ...before, ...change })
  if (!last) f.partitions[at] = next
  else f.partitions = [...f.partitions.filter((q) => q !== before), next]
}
function truncateTo(t: T<object>, tp: TopicPartition, offset: number): void {
  const log = logAt(t.env, tp)
  if (log === undefined) return
  if (offset < log.logEndOffset)
    t.ctx.note('log.truncated', tpName(tp), { broker: t.env.config.brokerId, from: log.logEndOffset, to: offset })
  putLog(t.env, truncateLogTo(logEnv(t.ctx, t.env), log, offset))
  const p = partitionAt(t.env, tp)
  if (p !== undefined && offset < (p.highWatermark ?? 0))
    fetcherLog(t.ctx, t.env, me(t), 'WARN', `Truncating ${tpName(tp)} to offset ${offset} below high watermark ${p.highWatermark}`)
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
  truncateTo(t, tp, offset)
  replace(f, p, { offset, value: done ? 'Fetching' : 'Truncating' })
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
/** These wait for a back-off, those that do not wait already. */
function delay(ctx: Context, env: BrokerState, f: Fetcher, partitions: readonly FetchedPartition[]): void {
  const until = plus(ctx.now, ms(env.config.replicaFetchBackoffMs))
  for (const p of partitions.slice()) if (!isDelayed(p, ctx.now)) replace(f, p, { delayedUntil: until }, true)
}
function fenced(t: T<object>, p: FetchedPartition): void {
  const f = me(t)
  const text = `Partition ${tpName(p)} has an older epoch (${p.epoch}) than the current leader. Will await the new LeaderAndIsr state before resuming fetching.`
  fetcherLog(t.ctx, t.env, f, 'INFO', text)
  f.partitions = f.partitions.filter((q) => q !== p)
  t.env.replicas.failed.push(tpName(p))
  fetcherLog(t.ctx, t.env, f, 'WARN', `Partition ${tpName(p)} marked as failed`)
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

type OutOfRange = TopicPartition & { readonly epoch: number }
/**
 * The leader has nothing at this log's end: it asks where the leader's log ends, and begins. A log that is longer is cut to the leader's; one that ended before the leader's
 * begins is thrown away (AbstractFetcherThread.fetchOffsetAndTruncate).
 */
const resetOffset: Proc<{ leaderId: number; at: OutOfRange; end?: number }, void> = proc<
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
      if (start > log.logEndOffset) putLog(t.env, truncateFullyAndStartAt(logEnv(t.ctx, t.env), log, start))
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

const exceptionName = (code: number): string =>
  code === ERRORS.UNKNOWN_TOPIC_OR_PARTITION
    ? 'UnknownTopicOrPartitionException: This server does not host this topic-partition.'
    : `${errorName(code)}`

// The connection

export function closeFetcherConn(ctx: Context, f: Fetcher): void {
  if (f.conn !== 0) ctx.close(f.conn)
  f.conn = 0
  f.ready = false
}
interface AskVars {
  leaderId: number
  kind: ApiName
  body: RequestBody<ApiName>
}
/** Sends a request to the leader and waits for the response; connects when it must. Fails with an IOException. */
const ask: Proc<AskVars, AnyResponse> = proc<BrokerState, AskVars, AnyResponse>(
  'fetcher.ask',
  [
    (t) => {
      const f = me(t)
      if (f.ready) return
      const conn = t.ctx.connect(f.host, f.port)
      if (conn === undefined) return refused(t)
      f.conn = conn
      awaitNetwork(t, ms(t.env.config.replicaSocketTimeoutMs))
      return t.wait(NETWORK)
    },
    (t) => {
      const f = me(t)
      if (!f.ready) {
        const answer = t.value as NetworkAnswer
        if (answer.type === 'shut') fail(IO_EXCEPTION, 'Client was shutdown before response was read')
        if (answer.type === 'timeout')
          fail('java.net.SocketTimeoutException', `Failed to connect within ${t.env.config.replicaSocketTimeoutMs} ms`)
        if (answer.type !== 'open') return refused(t)
        f.ready = true
      }
      send(t, f)
      awaitNetwork(t, ms(t.env.config.requestTimeoutMs))
      return t.wait(NETWORK)
    },
    (t) => {
      const answer = t.value as NetworkAnswer
      if (answer.type === 'response') return t.return(answer.response)
      if (answer.type === 'shut') fail(IO_EXCEPTION, 'Client was shutdown before response was read')
      fail(IO_EXCEPTION, `Connection to ${me(t).leaderId} was disconnected before the response was read`)
    },
  ],
  (t, failure) => {
    closeFetcherConn(t.ctx, me(t))
    fail(failure.type, failure.message)
  },
)
type NetworkAnswer =
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'timeout' }
  | { readonly type: 'shut' }
  | { readonly type: 'response'; readonly response: AnyResponse }

function send(t: T<AskVars>, f: Fetcher): void {
  const { kind, body } = t.vars
  const message = kafkaRequest(kind, f.correlationId++, `broker-${t.env.config.brokerId}-fetcher-0`, body)
  const periodic = kind === 'Fetch' && f.quiet ? { periodic: `every ${t.env.config.replicaFetchWaitMaxMs} ms: a follower fetches` } : {}
  t.ctx.send(f.conn, message, { bytes: messageSize(message), after: t.ctx.cost('kafka.fetcher.send'), ...periodic })
}
const timerKey = (f: Fetcher): string => `fetcher network ${f.leaderId}`
function awaitNetwork(t: T<AskVars>, time: Micros): void {
  t.ctx.timer(timerKey(me(t)), time)
}
function refused(t: T<AskVars>): never {
  const f = me(t)
  const ip = t.ctx.resolve(f.host)
  const at = `${f.host}${ip === undefined ? '' : `/${ip}`}:${f.port}`
  const text = `Connection to node ${f.leaderId} (${at}) could not be established. Broker may not be available.`
  slog(t.ctx, 'WARN', 'org.apache.kafka.clients.NetworkClient', `${prefix(t.env, f)} ${text}`)
  fail(IO_EXCEPTION, `Connection to ${f.host}:${f.port} (id: ${f.leaderId} rack: null) failed.`)
}

/** A fetcher's thread has ended. */
function fetcherEnded(ctx: Context, env: BrokerState, fetcher: Fetcher): void {
  closeFetcherConn(ctx, fetcher)
  fetcherLog(ctx, env, fetcher, 'INFO', 'Stopped')
  fetcherLog(ctx, env, fetcher, 'INFO', 'Shutdown completed')
  delete env.replicas.fetchers[fetcher.leaderId]
  const waiting = env.threads.live[fetcher.stopping]
  if (waiting !== undefined) resume(env, fetcher.stopping, waiting.ticket, undefined)
}

/** Ends whatever a fetcher that is to stop waits for. */
export function stopWaiting(ctx: Context, env: BrokerState, f: Fetcher): void {
  ctx.clearTimer(timerKey(f))
  wake(env, fetcherThread(f), NETWORK, { type: 'shut' })
  wake(env, fetcherThread(f), FETCH_WAIT)
}
/** Takes an input of a fetcher's connection; false when it is for somebody else. */
export function handleFetcher(ctx: Context, env: BrokerState, input: Input): boolean {
  const told = (f: Fetcher, answer: NetworkAnswer): true => {
    ctx.clearTimer(timerKey(f))
    wake(env, fetcherThread(f), NETWORK, answer)
    return true
  }
  if (input.type === 'timer') {
    if (!input.key.startsWith('fetcher network ')) return false
    const f = env.replicas.fetchers[input.key.slice(16)]
    return f === undefined ? true : told(f, { type: 'timeout' })
  }
  if (!('conn' in input) || input.type === 'accept' || input.conn <= 0) return false
  for (const id in env.replicas.fetchers) {
    const f = env.replicas.fetchers[id]!
    if (f.conn !== input.conn) continue
    switch (input.type) {
      case 'open':
        return told(f, { type: 'open' })
      case 'message':
        return told(f, { type: 'response', response: input.message as AnyResponse })
      default:
        f.conn = 0
        f.ready = false
        return told(f, { type: 'closed' })
    }
  }
  return false
}
