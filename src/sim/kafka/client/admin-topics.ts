// The admin client's questions about the cluster: which topics, who leads them, which brokers (clients/admin/KafkaAdminClient.java at 2.3.0).
//
// Each call is a procedure for `t.call`. What Java gives as a future for each key comes as an `Outcome`; a call that fails as a whole fails its thread. Java wraps both in
// an ExecutionException whose message is `class: message`.
import { errorFailure, javaHash, javaMapOrder } from '../protocol/index.ts'
import { adminCall, metadataQuery, responseBody, type AdminUser } from './admin-client.ts'
import { fail, proc, type Failure, type Proc } from './threads.ts'

/** What became of one key of a call. */
export interface Outcome<T> {
  /** A topic, `topic-partition`, or the name of a resource. */
  readonly key: string
  readonly failure: Failure | null
  /** Null when it failed. */
  readonly value: T | null
}
/** The values when all is well; fails as the first failure says, in order (KafkaFuture.allOf). */
export function allOf<T>(outcomes: readonly Outcome<T>[]): T[] {
  const failed = outcomes.find((o) => o.failure !== null)
  if (failed !== undefined) fail(failed.failure!.type, failed.failure!.message)
  return outcomes.map((o) => o.value as T)
}
export const done = (key: string): Outcome<void> => ({ key, failure: null, value: null })
export const failed = (key: string, failure: Failure): Outcome<never> => ({ key, failure, value: null })

/** Names that a request cannot have are refused by the client itself. */
export const unrepresentable = (topic: string): Outcome<never> | undefined =>
  topic !== ''
    ? undefined
    : failed(topic, {
        type: 'org.apache.kafka.common.errors.InvalidTopicException',
        message: `The given topic name '${topic}' cannot be represented in a request.`,
      })
/** Keys in the order of a HashMap made for them. */
export const futuresOrder = (topics: readonly string[]): string[] => javaMapOrder([...new Set(topics)], javaHash, topics.length)

/** Names of all topics, in the order of the real one's map. Asked of any broker. */
export const listTopicNames: Proc<{ internal: boolean }, string[]> = proc<AdminUser, { internal: boolean }, string[]>('admin.listTopics', [
  (t) => t.call(adminCall, { name: 'listTopics', kind: 'Metadata', body: metadataQuery(null, true), target: { to: 'any' } }),
  (t) => {
    const topics = responseBody<'Metadata'>(t.value).topics.filter((m) => t.vars.internal || !m.isInternal)
    return t.return(
      javaMapOrder(
        topics.map((m) => m.name),
        javaHash,
      ),
    )
  },
])

export interface TopicPartitionInfo {
  readonly partition: number
  /** -1 for none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
}
export interface TopicDescription {
  readonly name: string
  readonly internal: boolean
  /** By number. */
  readonly partitions: readonly TopicPartitionInfo[]
}
/** Topics with their partitions, in the order of the real one's map. Asked of the controller; makes no topics. */
export const describeTopics: Proc<{ topics: readonly string[] }, Outcome<TopicDescription>[]> = proc<
  AdminUser,
  { topics: readonly string[] },
  Outcome<TopicDescription>[]
>('admin.describeTopics', [
  (t) => {
    const names = [...new Set(t.vars.topics)].filter((topic) => unrepresentable(topic) === undefined)
    if (names.length === 0) return
    return t.call(adminCall, {
      name: 'describeTopics',
      kind: 'Metadata',
      body: metadataQuery(names, false),
      target: { to: 'controller' },
    })
  },
  (t) => {
    const answered = t.value === undefined ? [] : responseBody<'Metadata'>(t.value).topics
    const outcomes = futuresOrder(t.vars.topics).map((name): Outcome<TopicDescription> => {
      const refused = unrepresentable(name)
      if (refused !== undefined) return refused
      const topic = answered.find((m) => m.name === name)
      if (topic !== undefined && topic.errorCode !== 0) return failed(name, errorFailure(topic.errorCode))
      if (topic === undefined || topic.partitions.length === 0)
        return failed(name, {
          type: 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException',
          message: `Topic ${name} not found.`,
        })
      const partitions = topic.partitions.map((p) => ({
        partition: p.partition,
        leader: p.leaderId,
        replicas: p.replicaNodes.slice(),
        isr: p.isrNodes.slice(),
      }))
      partitions.sort((a, b) => a.partition - b.partition)
      return { key: name, failure: null, value: { name, internal: topic.isInternal, partitions } }
    })
    return t.return(outcomes)
  },
])

export interface LogDirInfo {
  readonly logDir: string
  /** Of the directory; null when it is fine. */
  readonly failure: Failure | null
  readonly replicas: readonly {
    readonly topic: string
    readonly partition: number
    readonly size: number
    readonly offsetLag: number
    readonly isFuture: boolean
  }[]
}
interface LogDirsVars {
  brokers: readonly number[]
  left?: number[]
  at?: number | undefined
  outcomes?: Outcome<LogDirInfo[]>[]
}
/** What each broker keeps in its log directories; the keys are the brokers' ids. */
export const describeLogDirs: Proc<LogDirsVars, Outcome<LogDirInfo[]>[]> = proc<AdminUser, LogDirsVars, Outcome<LogDirInfo[]>[]>(
  'admin.describeLogDirs',
  [
    (t) => {
      t.vars.left = javaMapOrder([...new Set(t.vars.brokers)], (id) => id)
      t.vars.outcomes = []
    },
    (t) => {
      if (t.vars.at !== undefined) {
        const value = responseBody<'DescribeLogDirs'>(t.value).logDirs.map((d) => ({
          logDir: d.logDir,
          failure: d.errorCode === 0 ? null : errorFailure(d.errorCode),
          replicas: d.topics.flatMap(({ topic, partitions }) => partitions.map((p) => ({ topic, ...p }))),
        }))
        t.vars.outcomes!.push({ key: String(t.vars.at), failure: null, value })
      }
      const id = t.vars.left!.shift()
      t.vars.at = id
      if (id === undefined) return
      const body = { topics: null }
      return t.again(t.call(adminCall, { name: 'describeLogDirs', kind: 'DescribeLogDirs', body, target: { to: 'broker', id } }))
    },
    (t) => t.return(t.vars.outcomes!.slice()),
  ],
)

export interface ClusterDescription {
  readonly clusterId: string | null
  /** -1 for none. */
  readonly controllerId: number
  readonly nodes: readonly { readonly id: number; readonly host: string; readonly port: number; readonly rack: string | null }[]
}
/** The brokers as one of them knows them. Asked of any broker. */
export const describeCluster: Proc<object, ClusterDescription> = proc<AdminUser, object, ClusterDescription>('admin.describeCluster', [
  (t) => t.call(adminCall, { name: 'listNodes', kind: 'Metadata', body: metadataQuery([], true), target: { to: 'any' } }),
  (t) => {
    const { clusterId, controllerId, brokers } = responseBody<'Metadata'>(t.value)
    const nodes = brokers.map((b) => ({ id: b.nodeId, host: b.host, port: b.port, rack: b.rack }))
    return t.return({ clusterId, controllerId: nodes.some((n) => n.id === controllerId) ? controllerId : -1, nodes })
  },
])
