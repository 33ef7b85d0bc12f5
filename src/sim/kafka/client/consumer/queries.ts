// What a consumer asks beside reading: which topics there are, and which offsets stand at times or ends (KafkaConsumer.listTopics, offsetsForTimes, beginningOffsets and
// endOffsets; consumer/internals/Fetcher.java at 2.3.0).
import { deepFreeze, ms } from '../../../base/index.ts'
import type { Context } from '../../../kernel/index.ts'
import {
  errorClass,
  ERRORS,
  isRetriable,
  type ApiName,
  type KafkaResponse,
  type RequestBody,
  type ResponseBody,
} from '../../protocol/index.ts'
import { leastLoadedNode, wantTopic } from '../metadata.ts'
import { fail, proc, type Proc, type Task } from '../threads.ts'
import { deadlineAfter, POLL, pollNetwork, throwWakeup } from './consumer.ts'
import { ask } from './network.ts'
import { byLeader, listOffsetsBody, readListOffsets, type FoundOffset, type TimedPartition } from './positions.ts'
import type { ConsumerUser } from './state.ts'

const TIMEOUT = 'org.apache.kafka.common.errors.TimeoutException'

interface QueryVars {
  readonly node: number
  readonly kind: ApiName
  readonly body: RequestBody<ApiName>
  readonly deadline: number
  tag?: string
}
/** Asks a node and waits; gives the response, null when it is lost or the time is up. */
const query: Proc<QueryVars, KafkaResponse | null> = proc<ConsumerUser, QueryVars, KafkaResponse | null>('consumer.query', [
  (t) => {
    const { ctx, env, vars } = t
    throwWakeup(env.consumer!)
    if (t.value !== undefined && t.value !== 'polled') return t.return(t.value)
    if (vars.tag === undefined) {
      vars.tag = ask(ctx, env.consumer!, vars.node, vars.kind, vars.body, { what: 'query', thread: t.thread, on: POLL })
    } else if (ctx.now >= vars.deadline || env.consumer!.asked[vars.tag] === undefined) return t.return(null)
    return t.again(waitForNetwork(t, vars.deadline))
  },
])
function waitForNetwork(t: Task<ConsumerUser, unknown>, deadline: number) {
  pollNetwork(t.ctx, t.env, Math.max(0, deadline - t.ctx.now))
  return t.wait(POLL)
}

interface TopicsVars {
  deadline?: number
  pause?: boolean
}
type Topics = ResponseBody<'Metadata'>['topics']
/** All topics with their partitions, as one broker knows them. Fails with TimeoutException after default.api.timeout.ms. */
export const listTopics: Proc<TopicsVars, Topics> = proc<ConsumerUser, TopicsVars, Topics>('consumer.listTopics', [
  (t) => {
    t.vars.deadline = deadlineAfter(t.ctx, t.env.consumer!.config.defaultApiTimeoutMs)
  },
  (t) => {
    const { ctx, vars } = t
    const consumer = t.env.consumer!
    const answer = t.value as KafkaResponse<'Metadata'> | null | undefined | 'rested'
    if (answer !== undefined && answer !== null && answer !== 'rested') {
      const errors = answer.body.topics.map((m) => m.errorCode).filter((code) => code !== 0 && code !== ERRORS.UNKNOWN_TOPIC_OR_PARTITION)
      const fatal = errors.find((code) => !isRetriable(code))
      if (fatal !== undefined) fail('org.apache.kafka.common.KafkaException', `Unexpected error fetching metadata: ${errorClass(fatal)}`)
      if (errors.length === 0) return t.return(answer.body.topics)
    }
    if (ctx.now >= vars.deadline!) fail(TIMEOUT, 'Timeout expired while fetching topic metadata')
    if (answer !== undefined && answer !== 'rested') return t.again(t.call(rest, { ms: consumer.config.retryBackoffMs }))
    const node = leastLoadedNode(ctx, consumer.network, consumer.metadata.nodes)
    if (node === undefined) return t.again(t.call(rest, { ms: consumer.config.retryBackoffMs }))
    const body = deepFreeze({
      topics: null,
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    })
    return t.again(t.call(query, { node: node.id, kind: 'Metadata', body, deadline: vars.deadline! }))
  },
])
const rest: Proc<{ ms: number }, string> = proc<ConsumerUser, { ms: number }, string>('consumer.rest', [
  (t) => t.sleep(ms(t.vars.ms)),
  (t) => t.return('rested'),
])

interface OffsetsVars {
  /** -1 asks for the end, -2 for the beginning. */
  readonly wanted: readonly TimedPartition[]
  deadline?: number
  startedAt?: number
  left?: readonly TimedPartition[]
  found?: readonly FoundOffset[]
  groups?: readonly (readonly [node: number, partitions: readonly TimedPartition[]])[]
  /** What is being asked now. */
  asking?: readonly TimedPartition[] | undefined
  retry?: readonly TimedPartition[]
  rested?: boolean
}
/** Offsets by partition; one that has no record of that time or later is missing. Fails with TimeoutException after default.api.timeout.ms. */
export const offsetsByTimes: Proc<OffsetsVars, readonly FoundOffset[]> = proc<ConsumerUser, OffsetsVars, readonly FoundOffset[]>(
  'consumer.offsetsByTimes',
  [
    (t) => {
      const { vars, ctx } = t
      const { metadata, config } = t.env.consumer!
      vars.startedAt = ctx.now
      vars.deadline = deadlineAfter(ctx, config.defaultApiTimeoutMs)
      vars.left = vars.wanted
      vars.found = deepFreeze([])
      for (const { topic } of vars.wanted) wantTopic(metadata, topic)
    },
    // Round by round: who leads, each leader asked, a pause when something is missing.
    (t) => {
      const { vars, ctx } = t
      const consumer = t.env.consumer!
      if (vars.asking !== undefined) take(ctx, t)
      const next = vars.groups?.[0]
      if (next !== undefined) {
        vars.groups = vars.groups!.slice(1)
        vars.asking = next[1]
        const body = deepFreeze(listOffsetsBody(consumer, next[1]))
        return t.again(t.call(query, { node: next[0], kind: 'ListOffsets', body, deadline: vars.deadline! }))
      }
      if (vars.groups !== undefined) {
        vars.left = vars.retry!
        delete vars.groups
        if (vars.left.length === 0) return t.return(vars.found)
        vars.rested = false
      }
      if (vars.left!.length === 0) return t.return(vars.found)
      if (ctx.now >= vars.deadline!) {
        fail(TIMEOUT, `Failed to get offsets by times in ${Math.floor((ctx.now - vars.startedAt!) / 1000)}ms`)
      }
      if (vars.rested === false) {
        vars.rested = true
        return t.again(t.call(look, { deadline: vars.deadline! }))
      }
      const { groups, retry } = byLeader(ctx, consumer, vars.left!)
      vars.groups = deepFreeze(groups)
      vars.retry = deepFreeze(retry)
      return t.again()
    },
  ],
)
function take(ctx: Context, t: Task<ConsumerUser, OffsetsVars>): void {
  const { vars } = t
  const response = t.value as KafkaResponse<'ListOffsets'> | null
  const { found, retry } =
    response === null ? { found: [], retry: vars.asking! } : readListOffsets(ctx, t.env.consumer!, vars.asking!, response)
  vars.asking = undefined
  vars.found = deepFreeze([...vars.found!, ...found])
  vars.retry = deepFreeze([...vars.retry!, ...retry])
}
/** Waits for newer metadata when that is asked for, else for the time between retries. */
const look: Proc<{ deadline: number; version?: number }, void> = proc<ConsumerUser, { deadline: number; version?: number }, void>(
  'consumer.look',
  [
    (t) => {
      const consumer = t.env.consumer!
      throwWakeup(consumer)
      if (!consumer.metadata.needUpdate && t.vars.version === undefined) return t.call(rest, { ms: consumer.config.retryBackoffMs })
      t.vars.version ??= consumer.metadata.version
      if (consumer.metadata.version !== t.vars.version || t.ctx.now >= t.vars.deadline) return t.return()
      return t.again(waitForNetwork(t, t.vars.deadline))
    },
    (t) => t.return(),
  ],
)
