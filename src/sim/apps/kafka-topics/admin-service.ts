// The actions with --bootstrap-server: the tool asks brokers, by an admin client (admin/TopicCommand.scala, AdminClientTopicService, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  allOf,
  createPartitions,
  createTopics,
  deleteTopics as deleteTopicsCall,
  describeCluster,
  describeConfigs,
  describeTopics as describeTopicsCall,
  fail,
  hasCollisionChars,
  isDefaultEntry,
  listTopicNames,
  proc,
  type ClusterDescription,
  type ConfigEntry,
  type Outcome,
  type Proc,
  type TopicDescription,
} from '../../kafka/client/index.ts'
import { javaHash, javaMapOrder } from '../../kafka/protocol/index.ts'
import { throwableText, type ToolState } from '../kafka-tools/index.ts'
import { COLLISION_WARNING, commandOf, topicWish, type Command, type TopicWish } from './command.ts'
import { describesConfigs, describesPartitions, isWanted, partitionLine, topicLine } from './describe.ts'
import { ensureTopicExists, meantTopics } from './topics.ts'

/** What a future throws: the failure of the call, wrapped. */
export const EXECUTION_EXCEPTION = 'java.util.concurrent.ExecutionException'

interface Asked {
  readonly call: string
  readonly vars: object
  /** The outcomes for single keys must all be well. */
  readonly all: boolean
}
/** Asks and waits as for a future: what it fails with comes wrapped. */
const get: Proc<Asked, unknown> = proc<ToolState, Asked, unknown>(
  'kafka-topics.admin.get',
  [(t) => t.call({ name: t.vars.call }, { ...t.vars.vars }), (t) => t.return(t.vars.all ? allOf(t.value as Outcome<unknown>[]) : t.value)],
  (_, failure) => fail(EXECUTION_EXCEPTION, throwableText(failure)),
)
const ask = <V extends object>(call: Proc<V, unknown>, vars: V, all = false): Asked => ({ call: call.name, vars: deepFreeze(vars), all })

/** The topics that the command means. */
const getTopics: Proc<object, string[]> = proc<ToolState, object, string[]>('kafka-topics.admin.getTopics', [
  (t) => t.call(get, ask(listTopicNames, { internal: !commandOf(t).has('exclude-internal') })),
  (t) => t.return(meantTopics(commandOf(t), t.value as string[])),
])

// --create

const INVALID_ARGUMENT = 'java.lang.IllegalArgumentException'
const MAX_REPLICATION_FACTOR = 32767
export const createTopic: Proc<object, void> = proc<ToolState, { wish?: TopicWish }, void>('kafka-topics.admin.create', [
  (t) => {
    const wish = topicWish(t.ctx, commandOf(t))
    t.vars.wish = wish
    if (hasCollisionChars(wish.name)) t.ctx.print(COLLISION_WARNING)
    if (wish.replicationFactor > MAX_REPLICATION_FACTOR)
      fail(INVALID_ARGUMENT, `The replication factor's maximum value must be smaller or equal to ${MAX_REPLICATION_FACTOR}`)
    return t.call(get, ask(listTopicNames, { internal: false }))
  },
  (t) => {
    const { name, assignment, partitions, replicationFactor, configs } = t.vars.wish!
    if ((t.value as string[]).includes(name)) fail(INVALID_ARGUMENT, `Topic ${name} already exists`)
    const size = assignment === null ? { partitions: partitions!, replicationFactor: shortValue(replicationFactor) } : BY_ASSIGNMENT
    const topic = { name, ...size, assignments: assignment ?? [], configs }
    return t.call(get, ask(createTopics, { topics: [topic], validateOnly: false }, true))
  },
])
const BY_ASSIGNMENT = { partitions: -1, replicationFactor: -1 } as const
/** A Java int cut to a short. */
const shortValue = (n: number): number => (n << 16) >> 16

// --list

export const listTopics: Proc<object, void> = proc<ToolState, object, void>('kafka-topics.admin.list', [
  (t) => t.call(getTopics, {}),
  (t) => t.ctx.print(`${(t.value as string[]).join('\n')}\n`),
])

// --alter

interface AlterVars {
  wish?: TopicWish
  topics?: readonly string[]
}
export const alterTopics: Proc<object, void> = proc<ToolState, AlterVars, void>('kafka-topics.admin.alter', [
  (t) => {
    t.vars.wish = topicWish(t.ctx, commandOf(t))
    return t.call(getTopics, {})
  },
  (t) => {
    t.vars.topics = deepFreeze(t.value as string[])
    ensureTopicExists(t.vars.topics)
    // What is said of the topics matters only to partitions that are placed by hand.
    return t.call(get, ask(describeTopicsCall, { topics: t.vars.topics }))
  },
  (t) => {
    const { topics, wish } = t.vars
    const described = t.value as Outcome<TopicDescription>[]
    const grown = topics!.map((topic) => ({ topic, count: wish!.partitions!, assignment: newAssignment(wish!, topic, described) }))
    return t.call(get, ask(createPartitions, { topics: grown, validateOnly: false }, true))
  },
])
/** The brokers of the partitions that come to those that are there; null when the controller is to choose. */
function newAssignment(wish: TopicWish, topic: string, described: readonly Outcome<TopicDescription>[]): number[][] | null {
  if (wish.assignment === null) return null
  const { value, failure } = described.find((outcome) => outcome.key === topic)!
  if (failure !== null) fail(EXECUTION_EXCEPTION, throwableText(failure))
  return wish.assignment.slice(value!.partitions.length).map(([, replicas]) => replicas.slice())
}

// --describe

interface DescribeVars {
  topics?: readonly string[]
  configs?: readonly Outcome<ConfigEntry[]>[]
  liveBrokers?: readonly number[]
}
export const describeTopics: Proc<object, void> = proc<ToolState, DescribeVars, void>('kafka-topics.admin.describe', [
  (t) => t.call(getTopics, {}),
  (t) => {
    t.vars.topics = deepFreeze(t.value as string[])
    const resources = t.vars.topics.map((name) => ({ type: 'topic', name }) as const)
    return t.call(get, ask(describeConfigs, { resources, synonyms: false }))
  },
  (t) => {
    t.vars.configs = deepFreeze(t.value as Outcome<ConfigEntry[]>[])
    return t.call(get, ask(describeCluster, {}))
  },
  (t) => {
    t.vars.liveBrokers = Object.freeze((t.value as ClusterDescription).nodes.map((node) => node.id))
    return t.call(get, ask(describeTopicsCall, { topics: t.vars.topics! }, true))
  },
  (t) => {
    const command = commandOf(t)
    for (const topic of t.value as TopicDescription[]) describe(t, command, topic)
  },
])
function describe(
  t: { readonly ctx: { print(text: string): void }; readonly vars: DescribeVars },
  command: Command,
  topic: TopicDescription,
): void {
  const { name, partitions } = topic
  const entries = (): ConfigEntry[] => configEntries(t.vars.configs!, name)
  if (describesConfigs(command)) {
    const own = entries().filter((entry) => !isDefaultEntry(entry))
    const configs = own.map((entry) => [entry.name, String(entry.value)] as const)
    if (describesPartitions(command) || own.length > 0)
      t.ctx.print(topicLine(name, partitions.length, partitions[0]!.replicas.length, configs))
  }
  if (!describesPartitions(command)) return
  const asksMinIsr = command.has('under-min-isr-partitions') || command.has('at-min-isr-partitions')
  const minIsr = asksMinIsr ? Number(entries().find((entry) => entry.name === 'min.insync.replicas')!.value) : 0
  for (const { partition, leader, replicas, isr } of partitions) {
    const described = { topic: name, partition, leader: leader < 0 ? null : leader, replicas, isr, minIsr, markedForDeletion: false }
    if (isWanted(command, described, t.vars.liveBrokers!)) t.ctx.print(partitionLine(command, described))
  }
}
/** A topic's settings in the order of the real one's hash map. */
function configEntries(configs: readonly Outcome<ConfigEntry[]>[], topic: string): ConfigEntry[] {
  const { value, failure } = configs.find((outcome) => outcome.key === topic)!
  if (failure !== null) fail(EXECUTION_EXCEPTION, throwableText(failure))
  return javaMapOrder(value!, (entry) => javaHash(entry.name))
}

// --delete

export const deleteTopics: Proc<object, void> = proc<ToolState, object, void>('kafka-topics.admin.delete', [
  (t) => t.call(getTopics, {}),
  (t) => {
    const topics = t.value as string[]
    ensureTopicExists(topics)
    return t.call(get, ask(deleteTopicsCall, { topics }, true))
  },
])
