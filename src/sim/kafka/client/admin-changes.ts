// The admin client's calls that the controller carries out: topics made, deleted and grown, preferred leaders elected (clients/admin/KafkaAdminClient.java at 2.3.0).
import { errorFailure, javaHash, javaMapOrder, tpName, type TopicPartition } from '../protocol/index.ts'
import { adminCall, responseBody, type AdminUser } from './admin-client.ts'
import { done, failed, futuresOrder, unrepresentable, type Outcome } from './admin-topics.ts'
import { proc, type Failure, type Proc } from './threads.ts'

export interface NewTopicSpec {
  readonly name: string
  /** -1 with an assignment. */
  readonly partitions: number
  readonly replicationFactor: number
  readonly assignments: readonly (readonly [partition: number, brokers: readonly number[]])[]
  readonly configs: readonly (readonly [name: string, value: string | null])[]
}
interface CreateVars {
  topics: readonly NewTopicSpec[]
  validateOnly: boolean
}
type Result = { readonly name: string; readonly errorCode: number; readonly errorMessage: string | null }
/** What the broker says of each topic, in its order; then those it said nothing of. */
function settle(names: readonly string[], results: readonly Result[]): Outcome<void>[] {
  const told = results
    .filter((r) => names.includes(r.name))
    .map((r) => (r.errorCode === 0 ? done(r.name) : failed(r.name, errorFailure(r.errorCode, r.errorMessage))))
  const refused = names.flatMap((name) => unrepresentable(name) ?? [])
  const silent = names.filter((name) => name !== '' && !told.some((o) => o.key === name))
  const left = silent.map((name) => failed(name, notTold(name)))
  return [...refused, ...told, ...left]
}
const notTold = (name: string): Failure => ({
  type: 'org.apache.kafka.common.errors.ApiException',
  message: `The server response did not contain a reference to node ${name}`,
})

/** Makes topics; outcomes in the order in which they become known. */
export const createTopics: Proc<CreateVars, Outcome<void>[]> = proc<AdminUser, CreateVars, Outcome<void>[]>('admin.createTopics', [
  (t) => {
    const topics = t.vars.topics.filter((topic, i, all) => topic.name !== '' && all.findIndex((o) => o.name === topic.name) === i)
    if (topics.length === 0) return
    const body = {
      topics: topics.map((topic) => ({
        name: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: topic.replicationFactor,
        assignments: javaMapOrder(topic.assignments, ([p]) => p).map(([partitionIndex, ids]) => ({
          partitionIndex,
          brokerIds: ids.slice(),
        })),
        configs: javaMapOrder(topic.configs, ([name]) => javaHash(name)).map(([name, value]) => ({ name, value })),
      })),
      timeoutMs: 0,
      validateOnly: t.vars.validateOnly,
    }
    return t.call(adminCall, { name: 'createTopics', kind: 'CreateTopics', body, target: { to: 'controller' } })
  },
  (t) => {
    const names = futuresOrder(t.vars.topics.map((topic) => topic.name))
    return t.return(settle(names, t.value === undefined ? [] : responseBody<'CreateTopics'>(t.value).topics))
  },
])

/** Deletes topics; the answers come before all is gone. */
export const deleteTopics: Proc<{ topics: readonly string[] }, Outcome<void>[]> = proc<
  AdminUser,
  { topics: readonly string[] },
  Outcome<void>[]
>('admin.deleteTopics', [
  (t) => {
    const topicNames = [...new Set(t.vars.topics)].filter((name) => name !== '')
    if (topicNames.length === 0) return
    const body = { topicNames, timeoutMs: 0 }
    return t.call(adminCall, { name: 'deleteTopics', kind: 'DeleteTopics', body, target: { to: 'controller' } })
  },
  (t) => {
    const responses = t.value === undefined ? [] : responseBody<'DeleteTopics'>(t.value).responses
    return t.return(
      settle(
        futuresOrder(t.vars.topics),
        responses.map((r) => ({ ...r, errorMessage: null })),
      ),
    )
  },
])

export interface NewPartitions {
  readonly topic: string
  /** How many there shall be. */
  readonly count: number
  /** The new ones' brokers; null lets the controller choose. */
  readonly assignment: readonly (readonly number[])[] | null
}
interface GrowVars {
  topics: readonly NewPartitions[]
  validateOnly: boolean
}
/** Adds partitions to topics. */
export const createPartitions: Proc<GrowVars, Outcome<void>[]> = proc<AdminUser, GrowVars, Outcome<void>[]>('admin.createPartitions', [
  (t) => {
    const asked = javaMapOrder(t.vars.topics, ({ topic }) => javaHash(topic))
    const body = {
      topicPartitions: asked.map(({ topic, count, assignment }) => ({
        topic,
        newPartitions: { count, assignment: assignment === null ? null : assignment.map((ids) => ids.slice()) },
      })),
      timeout: 0,
      validateOnly: t.vars.validateOnly,
    }
    return t.call(adminCall, { name: 'createPartitions', kind: 'CreatePartitions', body, target: { to: 'controller' } })
  },
  (t) => {
    const errors = responseBody<'CreatePartitions'>(t.value).topicErrors
    const results = javaMapOrder(errors, ({ topic }) => javaHash(topic)).map(({ topic, errorCode, errorMessage }) => ({
      name: topic,
      errorCode,
      errorMessage,
    }))
    return t.return(
      settle(
        t.vars.topics.map(({ topic }) => topic),
        results,
      ),
    )
  },
])

export interface ElectedPartition extends TopicPartition {
  /** Null when the preferred replica leads. */
  readonly failure: Failure | null
}
/** Lets preferred replicas lead; null asks for all partitions. Gives those for which an election was attempted. */
export const electPreferredLeaders: Proc<{ partitions: readonly TopicPartition[] | null }, ElectedPartition[]> = proc<
  AdminUser,
  { partitions: readonly TopicPartition[] | null },
  ElectedPartition[]
>('admin.electPreferredLeaders', [
  (t) => {
    const { partitions } = t.vars
    const body = { topicPartitions: partitions === null ? null : grouped(partitions), timeoutMs: 0 }
    return t.call(adminCall, { name: 'electPreferredLeaders', kind: 'ElectPreferredLeaders', body, target: { to: 'controller' } })
  },
  (t) => {
    const results = responseBody<'ElectPreferredLeaders'>(t.value).replicaElectionResults
    return t.return(
      results.flatMap(({ topic, partitionResults }) =>
        partitionResults.map((r) => ({
          topic,
          partition: r.partitionId,
          failure: r.errorCode === 0 ? null : errorFailure(r.errorCode, r.errorMessage),
        })),
      ),
    )
  },
])
/** Partitions by topic, topics in the order of a HashMap; a partition named twice counts once. */
function grouped(partitions: readonly TopicPartition[]): { topic: string; partitionIds: number[] }[] {
  const seen = new Set<string>()
  const topics: { topic: string; partitionIds: number[] }[] = []
  for (const tp of partitions) {
    if (seen.has(tpName(tp))) continue
    seen.add(tpName(tp))
    const known = topics.find((g) => g.topic === tp.topic)
    if (known) known.partitionIds.push(tp.partition)
    else topics.push({ topic: tp.topic, partitionIds: [tp.partition] })
  }
  return javaMapOrder(topics, (g) => javaHash(g.topic))
}
