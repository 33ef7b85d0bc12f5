// KafkaConsumer of assigned partitions (clients/consumer/KafkaConsumer.java at 2.3.0): a thread polls; everything it waits for comes as events. Groups are not there yet.
import { ms, plus, us, type Micros } from '../../../base/index.ts'
import type { Context, Input } from '../../../kernel/index.ts'
import type { KafkaResponse, TopicPartition } from '../../protocol/index.ts'
import { bootstrapNodes } from '../bootstrap.ts'
import { toolLogLine } from '../log4j.ts'
import { leaderAndEpoch, newMetadata, wantTopic } from '../metadata.ts'
import { closeNetworkClient, newNetworkClient } from '../network-client.ts'
import { fail, proc, wake, type Proc } from '../threads.ts'
import { consumerConfig, unknownSettings } from './config.ts'
import { hasValidPosition, newAssignedPartition, positionAt, requestReset, seekUnvalidated } from './fetch-state.ts'
import { fetchAnswered, fetchedRecords, sendFetches } from './fetcher.ts'
import { handleNetwork, inFlight, io, soonest, type Answered } from './network.ts'
import { resetAnswered, updatePositions, validationAnswered } from './positions.ts'
import { assignedPartition, type ConsumerRecord, type ConsumerState, type ConsumerUser } from './state.ts'

/** A consumer for settings by name. Fails with ConfigException as the constructor does (it wraps it: `Failed to construct kafka consumer`). */
export function newConsumer(ctx: Context, settings: Readonly<Record<string, string>>): ConsumerState {
  const config = consumerConfig(settings)
  const bootstrap = bootstrapNodes(ctx, config.bootstrapServers)
  for (const name of unknownSettings(settings)) {
    const text = `The configuration '${name}' was supplied but isn't a known config.`
    ctx.printError(toolLogLine(ctx.wallMs, 'WARN', text, 'org.apache.kafka.clients.consumer.ConsumerConfig'))
  }
  const { clientId, groupId, requestTimeoutMs, reconnectBackoffMs, reconnectBackoffMaxMs, allowAutoTopicCreation } = config
  const logPrefix = `[Consumer clientId=${clientId}, groupId=${groupId}] `
  const metadata = { refreshBackoffMs: config.retryBackoffMs, maxAgeMs: config.metadataMaxAgeMs, allowAutoTopicCreation }
  return {
    config,
    network: newNetworkClient({ clientId, logPrefix, requestTimeoutMs, reconnectBackoffMs, reconnectBackoffMaxMs, maxInFlight: 100 }),
    metadata: newMetadata(ctx.now, bootstrap, metadata),
    partitions: [],
    sessions: {},
    fetching: [],
    quiet: [],
    completed: [],
    inLine: null,
    unsent: [],
    asked: {},
    nextRequest: 1,
    cached: null,
    wakeup: false,
  }
}

/** Takes these partitions, and no others: positions of those that stay are kept (KafkaConsumer.assign). */
export function assign(consumer: ConsumerState, partitions: readonly TopicPartition[]): void {
  consumer.partitions = partitions.map((tp) => assignedPartition(consumer, tp) ?? newAssignedPartition(tp.topic, tp.partition))
  const isAssigned = (tp: TopicPartition): boolean => assignedPartition(consumer, tp) !== undefined
  consumer.completed = consumer.completed.filter(isAssigned)
  if (consumer.inLine !== null && !isAssigned(consumer.inLine)) consumer.inLine = null
  for (const { topic } of partitions) wantTopic(consumer.metadata, topic)
}
/** Goes on at an offset of an assigned partition, or at one of its ends. */
export function seek(consumer: ConsumerState, tp: TopicPartition, to: number | 'earliest' | 'latest'): void {
  const p = assignedPartition(consumer, tp)
  if (p === undefined) fail('java.lang.IllegalStateException', `No current assignment for partition ${tp.topic}-${tp.partition}`)
  else if (typeof to === 'number') seekUnvalidated(p, positionAt(to, -1, leaderAndEpoch(consumer.metadata, tp.topic, tp.partition)))
  else requestReset(p, to)
}

export const POLL = 'records'
const timerKey = (consumer: ConsumerState): string => `consumer ${consumer.config.clientId}`

/** Takes an input of the consumer; false when it is for somebody else. Wakes the threads that wait for it. */
export function handleConsumer(ctx: Context, env: ConsumerUser, input: Input): boolean {
  const { consumer } = env
  if (consumer === null) return false
  if (input.type !== 'timer' || input.key !== timerKey(consumer)) {
    const answers = handleNetwork(ctx, consumer, input)
    if (answers === undefined) return false
    takeAnswers(ctx, env, consumer, answers)
  }
  wakePolls(env)
  return true
}
function wakePolls(env: ConsumerUser): void {
  for (const [name, thread] of Object.entries(env.threads.live)) if (thread.waiting === POLL) wake(env, name, POLL, 'polled')
}
function takeAnswers(ctx: Context, env: ConsumerUser, consumer: ConsumerState, answers: readonly Answered[]): void {
  for (const { asked, response } of answers) {
    if (asked.what === 'fetch') fetchAnswered(consumer, asked, response as KafkaResponse<'Fetch'> | undefined)
    else if (asked.what === 'reset') resetAnswered(ctx, consumer, asked, response as KafkaResponse<'ListOffsets'> | undefined)
    else if (asked.what === 'validate')
      validationAnswered(ctx, consumer, asked, response as KafkaResponse<'OffsetForLeaderEpoch'> | undefined)
    else wake(env, asked.thread, asked.on, response ?? null)
  }
}
/** Lets the network go on and sets the timer for the next look, at the latest after `limit`. For threads that wait for something of the consumer. */
export function pollNetwork(ctx: Context, env: ConsumerUser, limit: number): void {
  const consumer = env.consumer!
  const { failed, wait } = io(ctx, consumer)
  takeAnswers(ctx, env, consumer, failed)
  const idle = inFlight(consumer) === 0
  const backoff = ms(consumer.config.retryBackoffMs)
  const next = Math.min(limit, wait, failed.length > 0 ? 0 : Infinity, idle ? backoff : Infinity)
  if (next === Infinity) ctx.clearTimer(timerKey(consumer))
  else
    ctx.timer(
      timerKey(consumer),
      soonest(next),
      idle ? { periodic: `every ${consumer.config.retryBackoffMs} ms: a consumer looks again` } : {},
    )
}

/** Ends the poll under way, or else the next one, with WakeupException (KafkaConsumer.wakeup). */
export function wakeupConsumer(env: ConsumerUser): void {
  if (env.consumer === null) return
  env.consumer.wakeup = true
  wakePolls(env)
}
export const WAKEUP_EXCEPTION = 'org.apache.kafka.common.errors.WakeupException'
export function throwWakeup(consumer: ConsumerState): void {
  if (!consumer.wakeup) return
  consumer.wakeup = false
  fail(WAKEUP_EXCEPTION, '')
}

interface PollVars {
  /** Infinity: for ever. */
  readonly timeoutMs: number
  deadline?: number
}
/** The next records; none when the time is up. Fails as KafkaConsumer.poll does. */
export const poll: Proc<PollVars, readonly ConsumerRecord[]> = proc<ConsumerUser, PollVars, readonly ConsumerRecord[]>('consumer.poll', [
  (t) => {
    const { timeoutMs } = t.vars
    t.vars.deadline = timeoutMs === Infinity ? Infinity : plus(t.ctx.now, ms(timeoutMs))
  },
  (t) => {
    const { ctx, env } = t
    const consumer = env.consumer!
    throwWakeup(consumer)
    let records = t.value === 'polled' ? fetchedRecords(ctx, consumer) : []
    const isOver = t.value === 'polled' && ctx.now >= t.vars.deadline!
    if (records.length === 0 && !isOver) {
      const hasAll = updatePositions(ctx, consumer)
      records = fetchedRecords(ctx, consumer)
      if (records.length === 0) {
        sendFetches(ctx, consumer)
        const backoff = hasAll && consumer.partitions.every(hasValidPosition) ? Infinity : ms(consumer.config.retryBackoffMs)
        pollNetwork(ctx, env, Math.min(t.vars.deadline! - ctx.now, backoff))
        return t.again(t.wait(POLL))
      }
    }
    // While these are worked on, the next ones are on their way.
    if (records.length > 0) {
      sendFetches(ctx, consumer)
      takeAnswers(ctx, env, consumer, io(ctx, consumer).failed)
    }
    ctx.clearTimer(timerKey(consumer))
    return t.return(records)
  },
])

/** Closes the connections. What was fetched and not handed out is forgotten. */
export function closeConsumer(ctx: Context, env: ConsumerUser): void {
  const { consumer } = env
  if (consumer === null) return
  ctx.clearTimer(timerKey(consumer))
  closeNetworkClient(ctx, consumer.network)
  env.consumer = null
}
export const deadlineAfter = (ctx: Context, timeoutMs: number): Micros => us(plus(ctx.now, ms(timeoutMs)))
