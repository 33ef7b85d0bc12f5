// Requests that wait until this broker's metadata shows what they asked for, or their time is up: topics made, grown or gone, leaders elected
// (server/DelayedOperation.scala, DelayedCreatePartitions.scala, DelayedDeleteTopics.scala and DelayedElectPreferredLeader.scala at 2.3.0).
import { ms } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { NO_LEADER, proc, wake, type Proc } from '../client/index.ts'
import type { TopicPartition } from '../protocol/index.ts'
import { cachedPartition } from './metadata-cache.ts'
import type { BrokerState } from './state.ts'

const WAITING = 'the metadata'
const KEY = 'delayed '

/** What must come true. */
export type Condition =
  | { readonly wants: 'leaders'; readonly partitions: readonly TopicPartition[] }
  | { readonly wants: 'gone'; readonly topics: readonly string[] }
  | { readonly wants: 'elected'; readonly partitions: readonly (TopicPartition & { readonly leader: number })[] }

/** The metadata changed: those who wait look again. */
export function metadataChanged(env: BrokerState): void {
  for (const [name, thread] of Object.entries(env.threads.live)) if (thread.waiting === WAITING) wake(env, name, WAITING)
}
/** Takes the timer of a request whose time is up. */
export function handleDelayedTimer(env: BrokerState, input: Input): boolean {
  if (input.type !== 'timer' || !input.key.startsWith(KEY)) return false
  wake(env, input.key.slice(KEY.length), WAITING, 'time is up')
  return true
}
/** Waits at most `timeoutMs`; whether it came true is asked of the metadata afterwards. */
export const untilMetadata: Proc<{ condition: Condition; timeoutMs: number }, void> = proc<
  BrokerState,
  { condition: Condition; timeoutMs: number },
  void
>('api.untilMetadata', [
  (t) => {
    if (!holds(t.env, t.vars.condition)) t.ctx.timer(KEY + t.thread, ms(t.vars.timeoutMs))
  },
  (t) => {
    if (t.value !== 'time is up' && !holds(t.env, t.vars.condition)) return t.again(t.wait(WAITING))
    forget(t.ctx, t.thread)
    return t.return()
  },
])
const forget = (ctx: Context, thread: string): void => ctx.clearTimer(KEY + thread)

function holds(env: BrokerState, condition: Condition): boolean {
  switch (condition.wants) {
    case 'leaders':
      return !condition.partitions.some((tp) => isLeaderless(env, tp))
    case 'gone':
      return !condition.topics.some((topic) => topicExists(env, topic))
    case 'elected':
      return condition.partitions.every((tp) => cachedPartition(env.metadata, tp)?.leader === tp.leader)
  }
}
export function isLeaderless(env: BrokerState, tp: TopicPartition): boolean {
  const known = cachedPartition(env.metadata, tp)
  return known === undefined || known.leader === NO_LEADER
}
export const topicExists = (env: BrokerState, topic: string): boolean => env.metadata.topics.get(topic) !== undefined
