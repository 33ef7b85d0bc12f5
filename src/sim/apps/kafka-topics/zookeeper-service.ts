// The actions with --zookeeper: the tool itself reads and writes the znodes (admin/TopicCommand.scala, ZookeeperTopicService, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  addPartitions,
  ADMIN_OPERATION,
  assignNewTopic,
  asWritten,
  changeTopicConfig,
  createTopicInZooKeeper,
  fail,
  hasCollisionChars,
  keeper,
  markForDeletion,
  paths,
  proc,
  readAssignment,
  readBrokerRacks,
  readConfig,
  zkBatch,
  type Assignment,
  type BrokerRack,
  type Proc,
} from '../../kafka/client/index.ts'
import type { Overrides } from '../../kafka/log/index.ts'
import { INTERNAL_TOPICS, javaHash, javaMapOrder } from '../../kafka/protocol/index.ts'
import type { ToolState } from '../kafka-tools/index.ts'
import { COLLISION_WARNING, commandOf, topicWish, withOverrides, type TopicWish } from './command.ts'
import { ensureTopicExists } from './topics.ts'
import { getTopics, isThere, type Each } from './zookeeper-topics.ts'

// --create

export const createTopic: Proc<object, void> = proc<ToolState, { wish?: TopicWish; made?: Assignment }, void>(
  'kafka-topics.zookeeper.create',
  [
    (t) => {
      const wish = topicWish(t.ctx, commandOf(t))
      if (hasCollisionChars(wish.name)) t.ctx.print(COLLISION_WARNING)
      t.vars.wish = wish
      if (wish.assignment === null)
        return t.call(readBrokerRacks, { rackAware: commandOf(t).has('disable-rack-aware') ? 'disabled' : 'enforced' })
    },
    (t) => {
      const { name: topic, assignment, partitions, replicationFactor } = t.vars.wish!
      const made =
        assignment === null
          ? assignNewTopic(t, topic, t.value as BrokerRack[], partitions!, replicationFactor)
          : asWritten(topic, assignment)
      t.vars.made = deepFreeze(made)
      return t.sleep('kafka.tool.json')
    },
    (t) => t.call(createTopicInZooKeeper, { topic: t.vars.wish!.name, assignment: t.vars.made!, config: t.vars.wish!.configs }),
    (t) => t.ctx.print(`Created topic ${t.vars.wish!.name}.\n`),
  ],
  (t, failure) => (failure.type.endsWith('.TopicExistsException') && commandOf(t).has('if-not-exists') ? t.return() : undefined),
)

// --list

export const listTopics: Proc<object, void> = proc<ToolState, Each & { topic?: string }, void>('kafka-topics.zookeeper.list', [
  (t) => t.call(getTopics, {}),
  (t) => void (t.vars.topics = t.value as string[]),
  (t) => {
    if (t.vars.topic !== undefined) t.ctx.print(`${t.vars.topic}${isThere(t) ? ' - marked for deletion' : ''}\n`)
    const topic = t.vars.topics!.shift()
    if (topic === undefined) return
    t.vars.topic = topic
    return t.again(zkBatch(t, [keeper.exists(paths.deleteTopic(topic))]))
  },
])

// --alter

const INVALID_TOPIC = 'org.apache.kafka.common.errors.InvalidTopicException'

export const alterTopics: Proc<object, void> = proc<ToolState, Each & { wish?: TopicWish }, void>('kafka-topics.zookeeper.alter', [
  (t) => t.call(getTopics, {}),
  (t) => {
    t.vars.topics = t.value as string[]
    t.vars.wish = topicWish(t.ctx, commandOf(t))
    ensureTopicExists(t.vars.topics, commandOf(t).has('if-exists'))
    return t.sleep('kafka.tool.json')
  },
  (t) => {
    const topic = t.vars.topics!.shift()
    if (topic !== undefined) return t.again(t.call(alterTopic, { topic, wish: t.vars.wish! }))
  },
])
interface AlterVars {
  topic: string
  wish: TopicWish
  existing?: Assignment
}
const alterTopic: Proc<AlterVars, void> = proc<ToolState, AlterVars, void>('kafka-topics.zookeeper.alterTopic', [
  (t) => t.call(readConfig, { type: 'topics', name: t.vars.topic }),
  (t) => {
    const { topic, wish } = t.vars
    const command = commandOf(t)
    if (!command.has('config') && !command.has('delete-config')) return
    t.ctx.print(
      'WARNING: Altering topic configuration from this script has been deprecated and may be removed in future releases.\n' +
        '         Going forward, please use kafka-configs.sh for this functionality\n',
    )
    const config = withOverrides(t.value as Overrides, wish.configs).filter(([key]) => !wish.configsToDelete.includes(key))
    return t.call(changeConfig, { topic, config: deepFreeze(config) })
  },
  (t) => {
    const { topic, wish } = t.vars
    if (wish.partitions === null) return t.return()
    if (INTERNAL_TOPICS.includes(topic)) {
      const names = javaMapOrder(INTERNAL_TOPICS, javaHash).join(', ')
      fail('java.lang.IllegalArgumentException', `The number of partitions for the internal topics[${names}] cannot be changed.`)
    }
    t.ctx.print(
      'WARNING: If partitions are increased for a topic that has a key, the partition logic or ordering of the messages will be affected\n',
    )
    return t.call(readAssignment, { topic })
  },
  (t) => {
    t.vars.existing = deepFreeze(t.value as Assignment)
    if (t.vars.existing.length === 0) fail(INVALID_TOPIC, `The topic ${t.vars.topic} does not exist`)
    return t.call(readBrokerRacks, { rackAware: 'enforced' })
  },
  (t) => {
    const { topic, wish, existing } = t.vars
    const chosen = deepFreeze((wish.assignment ?? []).slice(existing!.length))
    return t.call(addPartitions, {
      topic,
      existing: existing!,
      brokers: t.value as BrokerRack[],
      partitions: wish.partitions!,
      chosen: chosen.length === 0 ? null : chosen,
      validateOnly: false,
    })
  },
  (t) => t.ctx.print('Adding partitions succeeded!\n'),
])
const changeConfig: Proc<{ topic: string; config: Overrides }, void> = proc<ToolState, { topic: string; config: Overrides }, void>(
  'kafka-topics.zookeeper.changeConfig',
  [(t) => t.call(changeTopicConfig, { ...t.vars }), (t) => t.ctx.print(`Updated config for topic ${t.vars.topic}.\n`)],
)

// --delete

export const deleteTopics: Proc<object, void> = proc<ToolState, Each, void>('kafka-topics.zookeeper.delete', [
  (t) => t.call(getTopics, {}),
  (t) => {
    t.vars.topics = t.value as string[]
    ensureTopicExists(t.vars.topics, commandOf(t).has('if-exists'))
  },
  (t) => {
    const topic = t.vars.topics!.shift()
    if (topic !== undefined) return t.again(t.call(deleteTopic, { topic }))
  },
])
const deleteTopic: Proc<{ topic: string }, void> = proc<ToolState, { topic: string }, void>(
  'kafka-topics.zookeeper.deleteTopic',
  [
    (t) => {
      const { topic } = t.vars
      if (INTERNAL_TOPICS.includes(topic))
        fail(ADMIN_OPERATION, `Topic ${topic} is a kafka internal topic and is not allowed to be marked for deletion.`)
      return t.call(markForDeletion, { topic })
    },
    (t) => {
      const { topic } = t.vars
      const note = 'Note: This will have no impact if delete.topic.enable is not set to true.\n'
      t.ctx.print(t.value === true ? `Topic ${topic} is marked for deletion.\n${note}` : `Topic ${topic} is already marked for deletion.\n`)
    },
  ],
  (t, failure) => (failure.type === ADMIN_OPERATION ? undefined : fail(ADMIN_OPERATION, `Error while deleting topic ${t.vars.topic}`)),
)
