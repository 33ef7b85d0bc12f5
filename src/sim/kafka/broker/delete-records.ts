// DeleteRecords: a partition begins later, on the leader at once, on followers when they next read; the answer waits for them (server/ReplicaManager.scala deleteRecords,
// DelayedDeleteRecords.scala, cluster/Partition.scala deleteRecordsOnLeader at 2.3.0).
import { ms } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { raiseLogStart, StorageError } from '../log/index.ts'
import { ERRORS, INTERNAL_TOPICS, tpName, type KafkaRequest, type ResponseBody, type TopicPartition } from '../protocol/index.ts'
import { reply, type Handler } from './answers.ts'
import { logEnv } from './log-env.ts'
import { cachedPartition } from './metadata-cache.ts'
import { leading, putLog } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

type Wanted = TopicPartition & { readonly offset: number; readonly errorCode: number }
/** A request whose leader's part is done; frozen. */
export interface WaitingDelete {
  readonly conn: ConnId
  readonly request: KafkaRequest<'DeleteRecords'>
  readonly partitions: readonly Wanted[]
}
type Answer = ResponseBody<'DeleteRecords'>['topics'][number]['partitions'][number]
const [HIGH_WATERMARK, INVALID] = [-1, -1]
const KEY = 'delete-records '

function deleteOne(ctx: Context, env: BrokerState, tp: TopicPartition, asked: number): Wanted {
  const said = (errorCode: number, offset = asked): Wanted => Object.freeze({ topic: tp.topic, partition: tp.partition, offset, errorCode })
  if (INTERNAL_TOPICS.includes(tp.topic)) return said(ERRORS.INVALID_TOPIC_EXCEPTION)
  if (cachedPartition(env.metadata, tp) === undefined) return said(ERRORS.UNKNOWN_TOPIC_OR_PARTITION)
  const found = leading(env, tp, -1)
  if (!('log' in found)) return said(found.error)
  const { log, partition } = found
  if (!log.settings.delete) {
    const text = `Records of partition ${tpName(tp)} can not be deleted due to the configured policy`
    slog(
      ctx,
      'ERROR',
      'kafka.server.ReplicaManager',
      `[ReplicaManager broker=${env.config.brokerId}] Error processing delete records operation on partition ${tpName(tp)}`,
    )
    slogText(ctx, `org.apache.kafka.common.errors.PolicyViolationException: ${text}`)
    return said(ERRORS.POLICY_VIOLATION)
  }
  const highWatermark = partition.highWatermark ?? 0
  const offset = asked === HIGH_WATERMARK ? highWatermark : asked
  if (offset < 0 || offset > highWatermark) return said(ERRORS.OFFSET_OUT_OF_RANGE)
  if (offset > log.logStartOffset) {
    try {
      putLog(env, raiseLogStart(logEnv(ctx, env), log, offset))
    } catch (error) {
      if (error instanceof StorageError) return said(ERRORS.KAFKA_STORAGE_ERROR)
      throw error
    }
    ctx.note('records.deleted', tpName(tp), { broker: env.config.brokerId, from: log.logStartOffset, to: offset })
  }
  return said(ERRORS.NONE, offset)
}

export const deleteRecords: Handler<'DeleteRecords'> = (ctx, env, conn, request) => {
  const { topics, timeoutMs } = request.body
  const partitions = topics.flatMap(({ topic, partitions: all }) =>
    all.map((p) => deleteOne(ctx, env, { topic, partition: p.partition }, p.offset)),
  )
  const waiting = Object.freeze({ conn, request, partitions: Object.freeze(partitions) })
  if (partitions.every((p) => settled(env, p) !== undefined)) return answer(ctx, env, waiting)
  const key = `${KEY}${conn} ${request.correlationId}`
  env.replicas.waitingDeletes[key] = waiting
  ctx.timer(key, ms(timeoutMs))
}

/** The lowest start of all replicas that live. */
function lowWatermark(env: BrokerState, tp: TopicPartition): number | undefined {
  const found = leading(env, tp, -1)
  if (!('log' in found)) return undefined
  const alive = found.partition.remotes.filter((r) => env.metadata.brokers.some((b) => b.id === r.id))
  return Math.min(found.log.logStartOffset, ...alive.map((r) => r.logStartOffset))
}
function settled(env: BrokerState, { topic, partition, offset, errorCode }: Wanted): Answer | undefined {
  if (errorCode !== ERRORS.NONE) return { partition, lowWatermark: INVALID, errorCode }
  const low = lowWatermark(env, { topic, partition })
  if (low === undefined) return { partition, lowWatermark: INVALID, errorCode: ERRORS.NOT_LEADER_FOR_PARTITION }
  return low >= offset ? { partition, lowWatermark: low, errorCode } : undefined
}
function answer(ctx: Context, env: BrokerState, { conn, request, partitions }: WaitingDelete): void {
  const topics: { topic: string; partitions: Answer[] }[] = []
  for (const p of partitions) {
    const said = settled(env, p) ?? { partition: p.partition, lowWatermark: INVALID, errorCode: ERRORS.REQUEST_TIMED_OUT }
    const known = topics.find((t) => t.topic === p.topic)
    if (known === undefined) topics.push({ topic: p.topic, partitions: [said] })
    else known.partitions.push(said)
  }
  reply(ctx, env, conn, request, { throttleTimeMs: 0, topics })
}
function finish(ctx: Context, env: BrokerState, key: string): void {
  const waiting = env.replicas.waitingDeletes[key]!
  delete env.replicas.waitingDeletes[key]
  ctx.clearTimer(key)
  answer(ctx, env, waiting)
}
/** A follower read, or a leader changed: those who wait look again. */
export function deletesMayComplete(ctx: Context, env: BrokerState): void {
  for (const [key, { partitions }] of Object.entries(env.replicas.waitingDeletes)) {
    if (partitions.every((p) => settled(env, p) !== undefined)) finish(ctx, env, key)
  }
}
/** Its time is up; false when the timer is another's. */
export function handleDeleteTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (env.replicas.waitingDeletes[key] === undefined) return false
  finish(ctx, env, key)
  return true
}
