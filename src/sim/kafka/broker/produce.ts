// Produce: the leader appends what producers send; who wants all replicas in sync to have it waits for the high watermark (server/KafkaApis.scala, ReplicaManager.scala
// appendRecords, DelayedProduce.scala, cluster/Partition.scala appendRecordsToLeader at 2.3.0).
import { Bytes, ms } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { proc, type Proc } from '../client/index.ts'
import { appendAsLeader, LogRefusal, StorageError, type Log } from '../log/index.ts'
import {
  errorClass,
  ERRORS,
  INTERNAL_TOPICS,
  tpName,
  type KafkaRequest,
  type Records,
  type ResponseBody,
  type TopicPartition,
} from '../protocol/index.ts'
import { inThread, reply, replyNothing, type Handler, type RequestVars } from './answers.ts'
import { deletesMayComplete } from './delete-records.ts'
import { completeFetches } from './fetch.ts'
import { logEnv } from './log-env.ts'
import { cachedPartition } from './metadata-cache.ts'
import { drop } from './network.ts'
import type { LocalPartition } from './partition.ts'
import { leading, putLog } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'
import { raiseWatermark } from './watermark.ts'

type Answer = ResponseBody<'Produce'>['responses'][number]['partitions'][number]
type PartitionAnswer = TopicPartition & { readonly answer: Answer; readonly requiredOffset: number }
/** A request whose records are in the leader's log and wait for the others; frozen. */
export interface WaitingProduce {
  readonly conn: ConnId
  readonly request: KafkaRequest<'Produce'>
  readonly partitions: readonly PartitionAnswer[]
}

const REPLICA_MANAGER = 'kafka.server.ReplicaManager'
const ADMIN_CLIENT_ID = '__admin_client'
const KEY = 'produce '
/** Errors that are told to the producer and not to the log. */
const EXPECTED: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_LEADER_FOR_PARTITION',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'CORRUPT_MESSAGE',
  'KAFKA_STORAGE_ERROR',
  'INVALID_TIMESTAMP',
])

const failed = (partition: number, errorCode: number, logStartOffset = -1): Answer =>
  Object.freeze({ partition, errorCode, baseOffset: -1, logAppendTimeMs: -1, logStartOffset })

/** Appends to one partition; gives what the producer is told. */
function appendOne(
  ctx: Context,
  env: BrokerState,
  request: KafkaRequest<'Produce'>,
  tp: TopicPartition,
  records: Records | null,
): PartitionAnswer {
  const told = (answer: Answer, requiredOffset = -1): PartitionAnswer =>
    Object.freeze({ topic: tp.topic, partition: tp.partition, answer, requiredOffset })
  if (cachedPartition(env.metadata, tp) === undefined) return told(failed(tp.partition, ERRORS.UNKNOWN_TOPIC_OR_PARTITION))
  if (INTERNAL_TOPICS.includes(tp.topic) && request.clientId !== ADMIN_CLIENT_ID) {
    return told(failed(tp.partition, ERRORS.INVALID_TOPIC_EXCEPTION))
  }
  const found = leading(env, tp, -1)
  if (!('log' in found)) return told(failed(tp.partition, found.error))
  const { log, partition } = found
  try {
    requireReplicas(log, partition, request.body.acks)
    const { log: after, info } = appendAsLeader(logEnv(ctx, env), log, records ?? Bytes.empty(), partition.leaderEpoch)
    putLog(env, after)
    // The leader alone in sync: what it has is committed.
    raiseWatermark(ctx, env, tp)
    completeFetches(ctx, env, tp)
    const { firstOffset: baseOffset, logAppendTime: logAppendTimeMs, logStartOffset, lastOffset } = info
    return told(Object.freeze({ partition: tp.partition, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset }), lastOffset + 1)
  } catch (error) {
    if (error instanceof StorageError) return told(failed(tp.partition, ERRORS.KAFKA_STORAGE_ERROR))
    if (!(error instanceof LogRefusal)) throw error
    const code = ERRORS[error.error]
    if (!EXPECTED.has(error.error)) {
      const text = `[ReplicaManager broker=${env.config.brokerId}] Error processing append operation on partition ${tpName(tp)}`
      slog(ctx, 'ERROR', REPLICA_MANAGER, text)
      slogText(ctx, `${errorClass(code)}: ${error.message}`)
    }
    const fromStart = ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'CORRUPT_MESSAGE', 'INVALID_TIMESTAMP'].includes(error.error)
    return told(failed(tp.partition, code, fromStart ? log.logStartOffset : -1))
  }
}
function requireReplicas(log: Log, partition: LocalPartition, acks: number): void {
  const least = log.settings.minInsyncReplicas
  if (acks !== -1 || partition.isr.length >= least) return
  const isr = `Set(${partition.isr.join(', ')})`
  const text = `The size of the current ISR ${isr} is insufficient to satisfy the min.isr requirement of ${least} for partition ${tpName(partition)}`
  throw new LogRefusal('NOT_ENOUGH_REPLICAS', text)
}

const work: Proc<RequestVars<'Produce'>, void> = proc<BrokerState, RequestVars<'Produce'>, void>('api.produce', [
  (t) => {
    const { replicas } = t.env
    const cost = replicas.produced ? 'kafka.produce' : 'kafka.produce.cold'
    replicas.produced = true
    return t.sleep(cost)
  },
  (t) => {
    const { ctx, env } = t
    const { conn, request } = t.vars
    const { acks, topics, timeoutMs } = request.body
    const named = topics.flatMap(({ topic, partitions }) => partitions.map(({ partition, records }) => ({ topic, partition, records })))
    const valid = acks === -1 || acks === 0 || acks === 1
    const partitions = named.map(({ topic, partition, records }): PartitionAnswer => {
      if (valid) return appendOne(ctx, env, request, { topic, partition }, records)
      return Object.freeze({ topic, partition, answer: failed(partition, ERRORS.INVALID_REQUIRED_ACKS), requiredOffset: -1 })
    })
    const waiting = Object.freeze({ conn, request, partitions: Object.freeze(partitions) })
    if (acks !== -1 || partitions.every((p) => settled(env, p) !== undefined))
      return answer(ctx, env, waiting, (p) => settled(env, p) ?? p.answer)
    const key = `${KEY}${conn} ${request.correlationId}`
    env.replicas.waitingProduces[key] = waiting
    ctx.timer(key, ms(timeoutMs))
  },
])
export const produce: Handler<'Produce'> = inThread(work)

/** What a partition's records come to, once that is known: undefined while replicas in sync lack them. */
function settled(env: BrokerState, { topic, partition, answer, requiredOffset }: PartitionAnswer): Answer | undefined {
  if (answer.errorCode !== 0) return answer
  const found = leading(env, { topic, partition }, -1)
  if (!('log' in found)) return failed(partition, found.error)
  const { partition: known, log } = found
  if ((known.highWatermark ?? 0) < requiredOffset) return undefined
  return known.isr.length >= log.settings.minInsyncReplicas ? answer : failed(partition, ERRORS.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
}
function answer(ctx: Context, env: BrokerState, { conn, request, partitions }: WaitingProduce, of: (p: PartitionAnswer) => Answer): void {
  const responses: { topic: string; partitions: Answer[] }[] = []
  for (const p of partitions) {
    const known = responses.find((r) => r.topic === p.topic)
    const said = { ...of(p) }
    if (known === undefined) responses.push({ topic: p.topic, partitions: [said] })
    else known.partitions.push(said)
  }
  if (request.body.acks !== 0) return reply(ctx, env, conn, request, { responses, throttleTimeMs: 0 }, 'kafka.produce.answer')
  const wrong = responses.flatMap((r) =>
    r.partitions
      .filter((p) => p.errorCode !== 0)
      .map((p) => `${tpName({ topic: r.topic, partition: p.partition })} -> ${errorClass(p.errorCode)}`),
  )
  if (wrong.length === 0) return replyNothing(ctx, env, conn)
  const who = `Closing connection due to error during produce request with correlation id ${request.correlationId} from client id ${request.clientId} with ack=0`
  slog(ctx, 'INFO', 'kafka.server.KafkaApis', `[KafkaApi-${env.config.brokerId}] ${who}`)
  slogText(ctx, `Topic and partition to exceptions: ${wrong.join(',')}`)
  drop(ctx, env, conn)
}

function complete(ctx: Context, env: BrokerState, key: string, of: (p: PartitionAnswer) => Answer): void {
  const waiting = env.replicas.waitingProduces[key]!
  delete env.replicas.waitingProduces[key]
  ctx.clearTimer(key)
  answer(ctx, env, waiting, of)
}
/** The high watermark of a partition rose: producers and readers that wait for it look again. */
export function committed(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  completeFetches(ctx, env, tp)
  look(ctx, env, tp)
  deletesMayComplete(ctx, env)
}
/** Who leads changed: what waits for a partition that is led elsewhere has waited in vain. */
export const leadershipChanged = (ctx: Context, env: BrokerState): void => look(ctx, env, undefined)
function look(ctx: Context, env: BrokerState, tp: TopicPartition | undefined): void {
  for (const [key, waiting] of Object.entries(env.replicas.waitingProduces)) {
    if (tp !== undefined && !waiting.partitions.some((p) => p.topic === tp.topic && p.partition === tp.partition)) continue
    if (waiting.partitions.every((p) => settled(env, p) !== undefined)) complete(ctx, env, key, (p) => settled(env, p)!)
  }
}
/** A producer's time is up; false when the timer is another's. */
export function handleProduceTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (env.replicas.waitingProduces[key] === undefined) return false
  complete(ctx, env, key, (p) => settled(env, p) ?? failed(p.partition, ERRORS.REQUEST_TIMED_OUT))
  return true
}
