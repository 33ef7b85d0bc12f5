// Where a consumer begins and goes on: offsets looked up by time, and positions validated after a change of leader
// (consumer/internals/Fetcher.java, OffsetsForLeaderEpochClient.java at 2.3.0).
import { ms } from '../../../base/index.ts'
import type { Context } from '../../../kernel/index.ts'
import {
  byTopic,
  EARLIEST_TIMESTAMP,
  errorMessage,
  ERRORS,
  javaMapOrder,
  LATEST_TIMESTAMP,
  tpHash,
  tpName,
  type KafkaResponse,
  type RequestBody,
  type TopicPartition,
} from '../../protocol/index.ts'
import { toolLogLine } from '../log4j.ts'
import { currentInfo, leaderAndEpoch, nodeOf, noteEpoch, requestUpdate } from '../metadata.ts'
import { fail, type Failure } from '../threads.ts'
import {
  completeValidation,
  hasValidPosition,
  isMissingPosition,
  mayRetry,
  noteLeader,
  positionAt,
  samePosition,
  requestReset,
  retryAfter,
  seekTo,
  seekUnvalidated,
} from './fetch-state.ts'
import { ask, isUnavailable } from './network.ts'
import { assignedPartition, type Asked, type ConsumerState, type Position } from './state.ts'

export type TimedPartition = TopicPartition & { readonly timestamp: number }
export const FETCHER = 'org.apache.kafka.clients.consumer.internals.Fetcher'
const LOG_TRUNCATION = 'org.apache.kafka.clients.consumer.LogTruncationException'
const NO_OFFSET = 'org.apache.kafka.clients.consumer.NoOffsetForPartitionException'

export function warn(ctx: Context, consumer: ConsumerState, text: string, logger = FETCHER): void {
  ctx.printError(toolLogLine(ctx.wallMs, 'WARN', consumer.network.options.logPrefix + text, logger))
}

/** Validates positions whose leader changed, and looks up those that are missing; true when all are there. */
export function updatePositions(ctx: Context, consumer: ConsumerState): boolean {
  validatePositions(ctx, consumer)
  throwCached(consumer)
  if (consumer.partitions.every(hasValidPosition)) return true
  // Room for groups: committed offsets come first.
  const missing = consumer.partitions.filter(isMissingPosition)
  const { resetPolicy } = consumer.config
  if (missing.length > 0 && resetPolicy === 'none') {
    fail(NO_OFFSET, `Undefined offset with no reset policy for partitions: [${missing.map(tpName).join(', ')}]`)
  }
  for (const p of missing) if (resetPolicy !== 'none') requestReset(p, resetPolicy)
  resetPositions(ctx, consumer)
  return false
}
function throwCached(consumer: ConsumerState): void {
  const { cached } = consumer
  consumer.cached = null
  if (cached !== null) fail(cached.type, cached.message)
}

/** Partitions by the node that leads them, as far as one can be asked; the others are to be tried again. */
export function byLeader(
  ctx: Context,
  consumer: ConsumerState,
  wanted: readonly TimedPartition[],
): { readonly groups: (readonly [node: number, partitions: TimedPartition[]])[]; readonly retry: TimedPartition[] } {
  const { metadata } = consumer
  const groups: Record<number, TimedPartition[]> = {}
  const retry: TimedPartition[] = []
  for (const tp of javaMapOrder(wanted, tpHash)) {
    const info = currentInfo(metadata, tp.topic, tp.partition)
    const node = info === undefined ? undefined : nodeOf(metadata, info.leader)
    if (node === undefined) requestUpdate(metadata)
    if (node === undefined || isUnavailable(ctx, consumer, node)) retry.push(tp)
    else (groups[node.id] ??= []).push(tp)
  }
  return { groups: Object.entries(groups).map(([id, tps]) => [Number(id), tps]), retry }
}
export function listOffsetsBody(consumer: ConsumerState, wanted: readonly TimedPartition[]): RequestBody<'ListOffsets'> {
  const { metadata, config } = consumer
  const topics = byTopic(wanted).map(([topic, items]) => ({
    topic,
    partitions: items.map(({ partition, timestamp }) => ({
      partition,
      currentLeaderEpoch: currentInfo(metadata, topic, partition)?.leaderEpoch ?? -1,
      timestamp,
      maxOffsets: 1,
    })),
  }))
  return { replicaId: -1, isolationLevel: config.readCommitted ? 1 : 0, topics }
}

function resetPositions(ctx: Context, consumer: ConsumerState): void {
  const due = consumer.partitions.filter((p) => p.value === 'awaitReset' && mayRetry(p, ctx.now))
  const wanted = due.map(({ topic, partition, resetTo }) => {
    return { topic, partition, timestamp: resetTo === 'earliest' ? EARLIEST_TIMESTAMP : LATEST_TIMESTAMP }
  })
  for (const [node, partitions] of byLeader(ctx, consumer, wanted).groups) {
    for (const tp of partitions) retryAfter(assignedPartition(consumer, tp)!, ctx.now, ms(consumer.config.requestTimeoutMs))
    ask(ctx, consumer, node, 'ListOffsets', listOffsetsBody(consumer, partitions), { what: 'reset', partitions })
  }
}

export interface FoundOffset extends TopicPartition {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}
/** Errors of a lookup that pass without a word. */
const QUIET: ReadonlySet<number> = new Set([
  ERRORS.NOT_LEADER_FOR_PARTITION,
  ERRORS.REPLICA_NOT_AVAILABLE,
  ERRORS.KAFKA_STORAGE_ERROR,
  ERRORS.OFFSET_NOT_AVAILABLE,
  ERRORS.LEADER_NOT_AVAILABLE,
  ERRORS.FENCED_LEADER_EPOCH,
  ERRORS.UNKNOWN_LEADER_EPOCH,
])
function warnOfLookup(ctx: Context, consumer: ConsumerState, tp: TopicPartition, errorCode: number, logger?: string): void {
  if (QUIET.has(errorCode)) return
  if (errorCode === ERRORS.UNKNOWN_TOPIC_OR_PARTITION)
    warn(ctx, consumer, `Received unknown topic or partition error in ListOffset request for partition ${tpName(tp)}`, logger)
  else
    warn(ctx, consumer, `Attempt to fetch offsets for partition ${tpName(tp)} failed due to: ${errorMessage(errorCode)}, retrying.`, logger)
}
/** What an answer found, and what has to be asked for again. */
export function readListOffsets(
  ctx: Context,
  consumer: ConsumerState,
  asked: readonly TimedPartition[],
  response: KafkaResponse<'ListOffsets'>,
): { readonly found: FoundOffset[]; readonly retry: TimedPartition[] } {
  const found: FoundOffset[] = []
  const retry: TimedPartition[] = []
  for (const tp of asked) {
    const { topic, partition } = tp
    const answer = response.body.topics.find((t) => t.topic === topic)?.partitions.find((p) => p.partition === partition)
    const errorCode = answer?.errorCode ?? ERRORS.UNKNOWN_SERVER_ERROR
    if (errorCode === ERRORS.NONE) {
      const { offset, timestamp, leaderEpoch } = answer!
      if (offset >= 0) found.push({ topic, partition, offset, timestamp, leaderEpoch })
    } else if (errorCode !== ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT) {
      warnOfLookup(ctx, consumer, tp, errorCode)
      retry.push(tp)
    }
  }
  return { found, retry }
}

/** A lookup for positions has been answered, or lost. */
export function resetAnswered(
  ctx: Context,
  consumer: ConsumerState,
  { partitions }: Extract<Asked, { what: 'reset' }>,
  response: KafkaResponse<'ListOffsets'> | undefined,
): void {
  const { found, retry } = response === undefined ? { found: [], retry: partitions } : readListOffsets(ctx, consumer, partitions, response)
  tryAgain(ctx, consumer, retry)
  for (const one of found) {
    const wanted = partitions.find((p) => p.topic === one.topic && p.partition === one.partition)!
    if (one.leaderEpoch >= 0) noteEpoch(consumer.metadata, one, one.leaderEpoch)
    const p = assignedPartition(consumer, one)
    if (p?.value !== 'awaitReset' || (p.resetTo === 'earliest') !== (wanted.timestamp === EARLIEST_TIMESTAMP)) continue
    seekUnvalidated(p, positionAt(one.offset))
  }
}
function tryAgain(ctx: Context, consumer: ConsumerState, partitions: readonly TopicPartition[]): void {
  if (partitions.length === 0) return
  for (const tp of partitions) {
    const p = assignedPartition(consumer, tp)
    if (p !== undefined) retryAfter(p, ctx.now, ms(consumer.config.retryBackoffMs))
  }
  requestUpdate(consumer.metadata)
}

/** Takes note of who leads the assigned partitions now. */
export function noteLeaders(consumer: ConsumerState): void {
  for (const p of consumer.partitions) noteLeader(p, leaderAndEpoch(consumer.metadata, p.topic, p.partition))
}
function validatePositions(ctx: Context, consumer: ConsumerState): void {
  noteLeaders(consumer)
  const groups: Record<number, (TopicPartition & { position: Position })[]> = {}
  for (const p of consumer.partitions) {
    if (p.value !== 'awaitValidation' || !mayRetry(p, ctx.now)) continue
    const leader = p.position!.leader.leader
    if (leader === null) requestUpdate(consumer.metadata)
    else if (!isUnavailable(ctx, consumer, leader))
      (groups[leader.id] ??= []).push({ topic: p.topic, partition: p.partition, position: p.position! })
  }
  for (const [node, partitions] of Object.entries(groups)) {
    for (const tp of partitions) retryAfter(assignedPartition(consumer, tp)!, ctx.now, ms(consumer.config.requestTimeoutMs))
    const topics = byTopic(partitions).map(([topic, items]) => ({
      topic,
      partitions: items.map(({ partition, position }) => ({
        partition,
        currentLeaderEpoch: position.leader.epoch,
        leaderEpoch: position.offsetEpoch,
      })),
    }))
    ask(ctx, consumer, Number(node), 'OffsetForLeaderEpoch', { replicaId: -1, topics }, { what: 'validate', partitions })
  }
}
const EPOCH_CLIENT = 'org.apache.kafka.clients.consumer.internals.OffsetsForLeaderEpochClient'
const SUBSCRIPTIONS = 'org.apache.kafka.clients.consumer.internals.SubscriptionState'
/** A leader has said how far its log agrees with what was read, or has not answered. */
export function validationAnswered(
  ctx: Context,
  consumer: ConsumerState,
  { partitions }: Extract<Asked, { what: 'validate' }>,
  response: KafkaResponse<'OffsetForLeaderEpoch'> | undefined,
): void {
  if (response === undefined) return tryAgain(ctx, consumer, partitions)
  const retry: TopicPartition[] = []
  const truncated: TopicPartition[] = []
  for (const { topic, partition, position } of partitions) {
    const answer = response.body.topics.find((t) => t.topic === topic)?.partitions.find((p) => p.partition === partition)
    const errorCode = answer?.errorCode ?? ERRORS.UNKNOWN_SERVER_ERROR
    if (errorCode !== ERRORS.NONE) {
      warnOfLookup(ctx, consumer, { topic, partition }, errorCode, EPOCH_CLIENT)
      retry.push({ topic, partition })
      continue
    }
    const p = assignedPartition(consumer, { topic, partition })
    if (p?.value !== 'awaitValidation' || !samePosition(p.position, position)) continue
    const { endOffset, leaderEpoch } = answer!
    if (endOffset >= position.offset) completeValidation(p)
    else if (consumer.config.resetPolicy !== 'none') {
      ctx.note('consumer.truncated', tpName(p), { from: position.offset, to: endOffset })
      seekTo(p, positionAt(endOffset, leaderEpoch, position.leader))
    } else {
      const end = `EpochEndOffset{error=NONE, leaderEpoch=${leaderEpoch}, endOffset=${endOffset}}`
      const where = `for partition ${tpName(p)} at offset ${position.offset} (the end offset from the broker is ${end})`
      warn(ctx, consumer, `Truncation detected ${where}, but no reset policy is set`, SUBSCRIPTIONS)
      truncated.push({ topic, partition })
    }
  }
  tryAgain(ctx, consumer, retry)
  if (truncated.length > 0) consumer.cached ??= truncation(truncated)
}
const truncation = (partitions: readonly TopicPartition[]): Failure => ({
  type: LOG_TRUNCATION,
  message: `Detected log truncation with diverging offsets ${partitions.map(tpName).join(', ')}`,
})
