// ElectPreferredLeaders: handed to the controller's thread, answered when this broker's metadata shows the leaders (server/KafkaApis.scala and server/ReplicaManager.scala at 2.3.0).
import { putEvent, type ControllerAnswer, type ElectionResults } from '../controller/index.ts'
import { proc, type Proc, type Task } from '../client/index.ts'
import { byTopic, errorOf, ERRORS, type TopicPartition } from '../protocol/index.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { untilMetadata } from './delayed.ts'
import { cachedPartition } from './metadata-cache.ts'
import type { BrokerState } from './state.ts'

interface Result extends TopicPartition {
  readonly errorCode: number
  readonly errorMessage: string | null
}
interface ElectVars extends RequestVars<'ElectPreferredLeaders'> {
  partitions?: TopicPartition[]
  /** Milliseconds at which the request's time is up. */
  deadline?: number
  done?: Result[]
  awaited?: (TopicPartition & { readonly leader: number })[]
}
function partitionsOf(t: Task<BrokerState, ElectVars>): TopicPartition[] {
  const asked = t.vars.request.body.topicPartitions
  if (asked === null) return [...t.env.metadata.partitions].map(([, { topic, partition }]) => ({ topic, partition }))
  return asked.flatMap(({ topic, partitionIds }) => [...new Set(partitionIds)].map((partition) => ({ topic, partition })))
}
function answer(t: Task<BrokerState, ElectVars>, results: readonly Result[]): void {
  const replicaElectionResults = byTopic(results).map(([topic, items]) => ({
    topic,
    partitionResults: items.map((r) => ({ partitionId: r.partition, errorCode: r.errorCode, errorMessage: r.errorMessage })),
  }))
  reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, replicaElectionResults })
}
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))

const electThread: Proc<ElectVars, void> = proc<BrokerState, ElectVars, void>(
  'api.electPreferredLeaders',
  [
    (t) => {
      t.vars.partitions = partitionsOf(t)
      t.vars.deadline = t.ctx.wallMs + t.vars.request.body.timeoutMs
      putEvent(t.env, { type: 'PreferredReplicaLeaderElection', partitions: copyTps(t.vars.partitions), waiter: t.thread })
      return t.wait('the controller')
    },
    (t) => {
      const { errorCode, value } = t.value as ControllerAnswer
      if (errorCode !== ERRORS.NONE) {
        answer(
          t,
          t.vars.partitions!.map((tp) => ({ ...tp, errorCode, errorMessage: null })),
        )
        return t.return()
      }
      const results = value as ElectionResults
      t.vars.done = results
        .filter((r) => r.expectedLeader === undefined)
        .map(({ topic, partition, errorCode, errorMessage }) => ({ topic, partition, errorCode, errorMessage }))
      t.vars.awaited = results.flatMap(({ topic, partition, expectedLeader }) =>
        expectedLeader === undefined ? [] : [{ topic, partition, leader: expectedLeader }],
      )
      const partitions = t.vars.awaited.map((a) => ({ ...a }))
      const timeoutMs = Math.max(0, t.vars.deadline! - t.ctx.wallMs)
      if (partitions.length > 0) return t.call(untilMetadata, { condition: { wants: 'elected', partitions }, timeoutMs })
    },
    (t) => {
      const awaited = t.vars.awaited!.map(({ topic, partition, leader }) => {
        const elected = cachedPartition(t.env.metadata, { topic, partition })?.leader === leader
        return { topic, partition, errorCode: elected ? ERRORS.NONE : ERRORS.REQUEST_TIMED_OUT, errorMessage: null }
      })
      const late = awaited.filter((r) => r.errorCode !== ERRORS.NONE)
      answer(t, [...late, ...t.vars.done!, ...awaited.filter((r) => r.errorCode === ERRORS.NONE)])
    },
  ],
  (t, failure) => {
    answer(
      t,
      (t.vars.partitions ?? []).map((tp) => ({ ...tp, ...errorOf(failure) })),
    )
    return t.return()
  },
)
export const electPreferredLeaders: Handler<'ElectPreferredLeaders'> = inThread(electThread)
