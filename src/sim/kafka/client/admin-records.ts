// The admin client's call that deletes records up to an offset: asks who leads, then each leader (clients/admin/KafkaAdminClient.java deleteRecords at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { byTopic, errorFailure, ERRORS, javaMapOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { adminCall, metadataQuery, responseBody, type AdminUser } from './admin-client.ts'
import { done, failed, futuresOrder, type Outcome } from './admin-topics.ts'
import { proc, type Failure, type Proc } from './threads.ts'

/** Everything before the offset goes; -1 for all that followers have. */
export type RecordsToDelete = TopicPartition & { readonly beforeOffset: number }

interface DeleteVars {
  readonly records: readonly RecordsToDelete[]
  outcomes?: readonly Outcome<number>[]
  /** By leader, those that were not asked yet. */
  left?: readonly (readonly [leader: number, records: readonly RecordsToDelete[]])[]
}
/** The low watermark of each partition afterwards, by `topic-partition`, in the order of the real one's map. */
export const deleteRecords: Proc<DeleteVars, readonly Outcome<number>[]> = proc<AdminUser, DeleteVars, readonly Outcome<number>[]>(
  'admin.deleteRecords',
  [
    (t) => {
      t.vars.outcomes = deepFreeze([])
      const topics = futuresOrder(t.vars.records.map((r) => r.topic))
      return t.call(adminCall, { name: 'topicsMetadata', kind: 'Metadata', body: metadataQuery(topics, false), target: { to: 'any' } })
    },
    (t) => {
      const { topics } = responseBody<'Metadata'>(t.value)
      const groups: Record<number, RecordsToDelete[]> = {}
      const outcomes: Outcome<number>[] = []
      for (const one of t.vars.records) {
        const topic = topics.find((m) => m.name === one.topic)
        const leader = topic?.partitions.find((p) => p.partition === one.partition)?.leaderId ?? -1
        if (topic !== undefined && topic.errorCode !== ERRORS.NONE) outcomes.push(failed(tpName(one), errorFailure(topic.errorCode)))
        else if (leader < 0) outcomes.push(failed(tpName(one), errorFailure(ERRORS.LEADER_NOT_AVAILABLE)))
        else (groups[leader] ??= []).push(one)
      }
      t.vars.outcomes = deepFreeze(outcomes)
      t.vars.left = deepFreeze(Object.entries(groups).map(([id, records]) => [Number(id), records.map((r) => ({ ...r }))] as const))
    },
    (t) => {
      if (t.value !== undefined) t.vars.outcomes = deepFreeze([...t.vars.outcomes!, ...(t.value as readonly Outcome<number>[])])
      const next = t.vars.left![0]
      if (next === undefined) return
      t.vars.left = t.vars.left!.slice(1)
      return t.again(t.call(deleteAt, { leader: next[0], records: next[1] }))
    },
    (t) => {
      const { records, outcomes } = t.vars
      // A map of all, and a copy of it with room for as many.
      const order = javaMapOrder(javaMapOrder(records, tpHash, records.length), tpHash, Math.floor(records.length / 0.75 + 1))
      return t.return(deepFreeze(order.flatMap((tp) => outcomes!.find((o) => o.key === tpName(tp)) ?? [])))
    },
  ],
  (t, failure) => t.return(allFailed(t.vars.records, failure)),
)
const allFailed = (records: readonly TopicPartition[], failure: Failure): readonly Outcome<number>[] =>
  deepFreeze(records.map((tp) => failed(tpName(tp), { type: failure.type, message: failure.message })))

interface LeaderVars {
  readonly leader: number
  readonly records: readonly RecordsToDelete[]
}
const deleteAt: Proc<LeaderVars, readonly Outcome<number>[]> = proc<AdminUser, LeaderVars, readonly Outcome<number>[]>(
  'admin.deleteRecordsAt',
  [
    (t) => {
      const topics = byTopic(javaMapOrder(t.vars.records, tpHash)).map(([topic, items]) => ({
        topic,
        partitions: items.map(({ partition, beforeOffset }) => ({ partition, offset: beforeOffset })),
      }))
      const target = { to: 'broker', id: t.vars.leader } as const
      return t.call(adminCall, { name: 'deleteRecords', kind: 'DeleteRecords', body: { topics, timeoutMs: 0 }, target })
    },
    (t) => {
      const answers = responseBody<'DeleteRecords'>(t.value).topics.flatMap(({ topic, partitions }) =>
        partitions.map((p) => ({ topic, ...p })),
      )
      const outcomes = answers.map((p): Outcome<number> => {
        const key = tpName(p)
        return p.errorCode === ERRORS.NONE ? { ...done(key), value: p.lowWatermark } : failed(key, errorFailure(p.errorCode))
      })
      return t.return(deepFreeze(outcomes))
    },
  ],
  (t, failure) => t.return(allFailed(t.vars.records, failure)),
)
