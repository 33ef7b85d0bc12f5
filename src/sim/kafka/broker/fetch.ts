// Fetch: followers and consumers read; who finds nothing waits for it. A follower's fetch tells the leader how far it has got (server/ReplicaManager.scala, fetchMessages, and
// server/DelayedFetch.scala at 2.3.0).
import { Bytes, ms } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { proc, startThread, type Proc } from '../client/index.ts'
import { abortedTxns, batchesOf, lastStableOffset, readLog, segmentsOf, type Log } from '../log/index.ts'
import { errorOf, ERRORS, tpName, type KafkaRequest, type ResponseBody, type TopicPartition } from '../protocol/index.ts'
import { fetchContext, fetchResponseBody, type Answer, type PartitionAnswer, type WaitingFetch, type Wanted } from './fetch-sessions.ts'
import { deletesMayComplete } from './delete-records.ts'
import { expandIsr } from './isr.ts'
import { cachedPartition } from './metadata-cache.ts'
import { followerFetched, joinsIsr } from './partition.ts'
import { hosted, leading, partitionAt, putPartition } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'
import { raiseWatermark } from './watermark.ts'

/** How the broker answers: given by who dispatches requests. */
type Respond = (
  ctx: Context,
  env: BrokerState,
  conn: ConnId,
  request: KafkaRequest<'Fetch'>,
  body: ResponseBody<'Fetch'>,
  cost: string,
) => void
let respond: Respond
/** Tells this module how to answer; once, when modules load. */
export function answerFetchesBy(how: Respond): void {
  respond = how
}

const EMPTY = Bytes.empty()
const failed = (partition: number, errorCode: number): PartitionAnswer => ({
  partition,
  errorCode,
  highWatermark: -1,
  lastStableOffset: -1,
  logStartOffset: -1,
  abortedTransactions: null,
  preferredReadReplica: -1,
  records: EMPTY,
})
const isFollower = (replicaId: number): boolean => replicaId >= 0

/** Whoever asks as this reads any replica: the tool that compares them (Request.DebuggingConsumerId). */
const DEBUGGING_CONSUMER = -2
const source = (env: BrokerState, want: Wanted, { body }: KafkaRequest<'Fetch'>): ReturnType<typeof hosted> =>
  body.replicaId === DEBUGGING_CONSUMER ? hosted(env, want, want.epoch) : leading(env, want, want.epoch)

/** What a request may still take: its bytes, and whether a batch larger than that may come. */
interface Room {
  bytes: number
  oneBatch: boolean
}
const roomOf = ({ body, version }: KafkaRequest<'Fetch'>): Room => ({
  bytes: version < 3 ? Infinity : body.maxBytes,
  oneBatch: version >= 3,
})

/** What a partition has for a reader, and where the log ended when it was read. Followers read to the end, others what is committed, or stable. */
function read(
  env: BrokerState,
  want: Wanted,
  request: KafkaRequest<'Fetch'>,
  room: Room,
): { readonly data: PartitionAnswer; readonly end: number } {
  const found = source(env, want, request)
  if (!('log' in found)) return { data: failed(want.partition, found.error), end: -1 }
  const { partition, log } = found
  const highWatermark = partition.highWatermark ?? 0
  const stable = lastStableOffset(log, highWatermark)
  const { replicaId, isolationLevel } = request.body
  const committedOnly = !isFollower(replicaId) && isolationLevel === READ_COMMITTED
  const maxOffset = isFollower(replicaId) ? undefined : committedOnly ? stable : highWatermark
  const got = readLog(log, want.fetchOffset, { maxOffset, maxBytes: Math.min(want.maxBytes, room.bytes), minOneMessage: room.oneBatch })
  if (got === undefined) return { data: failed(want.partition, ERRORS.OFFSET_OUT_OF_RANGE), end: -1 }
  const { records } = got
  if (records.length > 0) room.oneBatch = false
  room.bytes = Math.max(0, room.bytes - records.length)
  const abortedTransactions = committedOnly ? abortedIn(log, want.fetchOffset, records) : null
  const { logStartOffset } = log
  const data: PartitionAnswer = {
    partition: want.partition,
    errorCode: ERRORS.NONE,
    highWatermark,
    lastStableOffset: stable,
    logStartOffset,
    abortedTransactions,
    preferredReadReplica: -1,
    records,
  }
  return { data, end: log.logEndOffset }
}
/** Transactions that were aborted, as far as what was read touches them. */
function abortedIn(log: Log, from: number, records: Bytes): { producerId: number; firstOffset: number }[] {
  let to = from
  for (const batch of batchesOf(records)) to = batch.lastOffset + 1
  return segmentsOf(log).flatMap((segment) =>
    abortedTxns(segment.aborted)
      .filter((txn) => txn.lastOffset >= from && txn.firstOffset < to)
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
  )
}
const READ_COMMITTED = 1
const answerOf = (want: Wanted, data: PartitionAnswer): Answer =>
  Object.freeze({ topic: want.topic, partition: want.partition, data: Object.freeze(data) })

export function fetch(ctx: Context, env: BrokerState, conn: ConnId, request: KafkaRequest<'Fetch'>): void {
  const { body } = request
  // Taken now: what this fetch commits may answer a producer, whose next request is then the latest.
  const name = `request ${env.network.requests}`
  const { context, wants } = fetchContext(env, body)
  const known = Object.freeze(wants.filter((w) => cachedPartition(env.metadata, w) !== undefined))
  const room = roomOf(request)
  const results = known.map((want) => ({ want, ...read(env, want, request, room) }))
  const joining: Wanted[] = []
  if (isFollower(body.replicaId)) {
    for (const { want, data, end } of results)
      if (data.errorCode === 0 && recordFetch(ctx, env, body.replicaId, want, end)) joining.push(want)
  }
  const answers = results.map(({ want, data }) => answerOf(want, data))
  const waiting = Object.freeze({ conn, request, context, wants, known })
  if (joining.length > 0) startThread(env, name, joinThread, { joining, waiting, answers })
  else answerOrWait(ctx, env, waiting, answers)
}

/** The leader learns how far a follower is; true when it may join the ISR. */
function recordFetch(ctx: Context, env: BrokerState, id: number, want: Wanted, end: number): boolean {
  const partition = partitionAt(env, want)!
  if (!partition.remotes.some((r) => r.id === id)) {
    const text =
      `Leader ${env.config.brokerId} failed to record follower ${id}'s position ${want.fetchOffset} since the replica is not recognized to be ` +
      `one of the assigned replicas ${partition.replicas.join(',')} for partition ${tpName(want)}. Empty records will be returned for this partition.`
    slog(ctx, 'WARN', 'kafka.server.ReplicaManager', `[ReplicaManager broker=${env.config.brokerId}] ${text}`)
    return false
  }
  const at = { offset: want.fetchOffset, logStartOffset: want.logStartOffset, leaderEnd: end, nowMs: ctx.wallMs }
  const fetched = followerFetched(partition, id, at)
  putPartition(env, fetched)
  deletesMayComplete(ctx, env)
  if (joinsIsr(fetched, id, want.fetchOffset)) return true
  raiseWatermark(ctx, env, want)
  return false
}
interface JoinVars {
  joining: Wanted[]
  waiting: WaitingFetch
  answers: Answer[]
}
/** Followers join ISRs, one partition after the other, before the fetch goes on. */
const joinThread: Proc<JoinVars, void> = proc<BrokerState, JoinVars, void>(
  'fetch.join',
  [
    (t) => {
      const want = t.vars.joining.shift()
      if (want !== undefined) return t.again(t.call(joinOne, { want, id: t.vars.waiting.request.body.replicaId }))
    },
    (t) => answerOrWait(t.ctx, t.env, t.vars.waiting, t.vars.answers),
  ],
  (t, failure) => {
    // An ISR that ZooKeeper would not have written, its session being gone: the whole fetch fails (KafkaApis.handleError).
    const { conn, request } = t.vars.waiting
    slog(
      t.ctx,
      'ERROR',
      'kafka.server.KafkaApis',
      `[KafkaApi-${t.env.config.brokerId}] Error when handling request: clientId=${request.clientId}, correlationId=${request.correlationId}, api=FETCH`,
    )
    slogText(t.ctx, `${failure.type}: ${failure.message}`)
    const { errorCode } = errorOf(failure)
    const responses = request.body.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((p) => failed(p.partition, errorCode)),
    }))
    respond(t.ctx, t.env, conn, request, { throttleTimeMs: 0, errorCode, sessionId: request.body.sessionId, responses }, 'kafka.fetch')
    return t.return()
  },
)
const joinOne: Proc<{ want: Wanted; id: number }, void> = proc<BrokerState, { want: Wanted; id: number }, void>('fetch.joinOne', [
  (t) => {
    const { topic, partition, fetchOffset: offset } = t.vars.want
    return t.call(expandIsr, { topic, partition, id: t.vars.id, offset })
  },
  (t) => raiseWatermark(t.ctx, t.env, t.vars.want),
])

function answerOrWait(ctx: Context, env: BrokerState, waiting: WaitingFetch, answers: readonly Answer[]): void {
  const { maxWaitMs, minBytes } = waiting.request.body
  const bytes = answers.reduce((sum, a) => sum + (a.data.records?.length ?? 0), 0)
  const anyError = answers.some((a) => a.data.errorCode !== 0)
  if (maxWaitMs <= 0 || answers.length === 0 || bytes >= minBytes || anyError) return finish(ctx, env, waiting, answers, 'kafka.fetch')
  const key = `fetch ${waiting.conn} ${waiting.request.correlationId}`
  env.replicas.waitingFetches[key] = waiting
  ctx.timer(key, ms(maxWaitMs))
}
/** Answers; what the metadata did not know comes last. */
function finish(ctx: Context, env: BrokerState, fetch: WaitingFetch, answers: readonly Answer[], cost: string): void {
  const { conn, request, wants, known } = fetch
  const unknown = wants
    .filter((w) => !known.some((k) => k.topic === w.topic && k.partition === w.partition))
    .map((w) => answerOf(w, failed(w.partition, ERRORS.UNKNOWN_TOPIC_OR_PARTITION)))
  respond(ctx, env, conn, request, fetchResponseBody(ctx, env, fetch, [...answers, ...unknown]), cost)
}
function finishWaiting(ctx: Context, env: BrokerState, key: string, cost: string): void {
  const waiting = env.replicas.waitingFetches[key]!
  delete env.replicas.waitingFetches[key]
  ctx.clearTimer(key)
  const room = roomOf(waiting.request)
  const answers = waiting.known.map((w) => answerOf(w, read(env, w, waiting.request, room).data))
  finish(ctx, env, waiting, answers, cost)
}

/** A fetch's time is up. False when the timer is another's. */
export function handleFetchTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (env.replicas.waitingFetches[key] === undefined) return false
  finishWaiting(ctx, env, key, 'kafka.fetch.expire')
  return true
}

/** Leaders or high watermarks changed, or there is more to read: some fetches need not wait any longer. */
export function completeFetches(ctx: Context, env: BrokerState, tp?: TopicPartition): void {
  for (const [key, waiting] of Object.entries(env.replicas.waitingFetches)) {
    if (tp !== undefined && !waiting.known.some((w) => w.topic === tp.topic && w.partition === tp.partition)) continue
    if (mayComplete(env, waiting)) finishWaiting(ctx, env, key, 'kafka.fetch')
  }
}
function mayComplete(env: BrokerState, { request, known }: WaitingFetch): boolean {
  let bytes = 0
  for (const want of known) {
    const found = source(env, want, request)
    if (!('log' in found)) {
      if (found.error !== ERRORS.UNKNOWN_LEADER_EPOCH) return true
      continue
    }
    const end = isFollower(request.body.replicaId) ? found.log.logEndOffset : (found.partition.highWatermark ?? 0)
    if (end < want.fetchOffset) return true
    if (end <= want.fetchOffset) continue
    const got = readLog(found.log, want.fetchOffset, { maxOffset: end, maxBytes: want.maxBytes, minOneMessage: true })
    if (got === undefined) return true
    bytes += Math.min(want.maxBytes, got.records.length)
  }
  return bytes >= request.body.minBytes
}
