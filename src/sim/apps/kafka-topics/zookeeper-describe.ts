// --describe with --zookeeper: topics as their znodes have them (admin/TopicCommand.scala, ZookeeperTopicService.describeTopic, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  asWritten,
  dataOf,
  fail,
  keeper,
  paths,
  proc,
  readBrokerRacks,
  readConfig,
  reply,
  zkBatch,
  znodes,
  type Assignment,
  type BrokerRack,
  type Proc,
} from '../../kafka/client/index.ts'
import type { Overrides } from '../../kafka/log/index.ts'
import { intHash, scalaOrder } from '../../kafka/protocol/index.ts'
import type { ToolState } from '../kafka-tools/index.ts'
import { commandOf, valueOf } from './command.ts'
import { describesConfigs, describesPartitions, isWanted, partitionLine, topicLine } from './describe.ts'
import { ensureTopicExists } from './topics.ts'
import { getTopics, isThere, type Each } from './zookeeper-topics.ts'

interface DescribeVars extends Each {
  liveBrokers?: readonly number[]
}
export const describeTopics: Proc<object, void> = proc<ToolState, DescribeVars, void>('kafka-topics.zookeeper.describe', [
  (t) => t.call(getTopics, {}),
  (t) => {
    t.vars.topics = t.value as string[]
    ensureTopicExists(t.vars.topics, valueOf(commandOf(t), 'topic') !== null && commandOf(t).has('if-exists'))
    return t.call(readBrokerRacks, { rackAware: 'disabled' })
  },
  (t) => {
    t.vars.liveBrokers = Object.freeze((t.value as BrokerRack[]).map((broker) => broker.id))
    return t.sleep('kafka.tool.json')
  },
  (t) => {
    const topic = t.vars.topics!.shift()
    if (topic !== undefined) return t.again(t.call(describeTopic, { topic, liveBrokers: t.vars.liveBrokers! }))
  },
])
interface DescribeTopicVars {
  topic: string
  liveBrokers: readonly number[]
  assignment?: Assignment
  marked?: boolean
  /** Partitions still to be told of, and the one whose state was asked. */
  left?: Assignment
  asked?: Assignment[number]
}
const describeTopic: Proc<DescribeTopicVars, void> = proc<ToolState, DescribeTopicVars, void>('kafka-topics.zookeeper.describeTopic', [
  (t) => zkBatch(t, [keeper.getData(paths.topic(t.vars.topic))]),
  (t) => {
    const { topic } = t.vars
    const node = dataOf(reply(t))
    if (node === undefined) {
      t.ctx.print(`Topic ${topic} doesn't exist!\n`)
      return t.return()
    }
    t.vars.assignment = deepFreeze(asWritten(topic, znodes.decodeTopic(node.data) ?? []))
    return zkBatch(t, [keeper.exists(paths.deleteTopic(topic))])
  },
  (t) => {
    t.vars.marked = isThere(t)
    if (describesConfigs(commandOf(t))) return t.call(readConfig, { type: 'topics', name: t.vars.topic })
  },
  (t) => {
    const { topic, assignment, marked } = t.vars
    const configs = t.value as Overrides | undefined
    if (configs !== undefined && (describesPartitions(commandOf(t)) || configs.length > 0)) {
      const head = scalaOrder(assignment!, ([partition]) => intHash(partition))[0]
      if (head === undefined) return fail('java.util.NoSuchElementException', 'next on empty iterator')
      t.ctx.print(topicLine(topic, assignment!.length, head[1].length, configs, marked))
    }
    if (!describesPartitions(commandOf(t))) return t.return()
    t.vars.left = deepFreeze(assignment!.slice().sort((a, b) => a[0] - b[0]))
  },
  (t) => {
    const { topic, asked, left } = t.vars
    if (asked !== undefined) {
      const node = dataOf(reply(t))
      const state = node && znodes.decodeState(node.data, node.stat.version)
      const [partition, replicas] = asked
      const marked = t.vars.marked!
      const described = {
        topic,
        partition,
        replicas,
        leader: state?.leader ?? null,
        isr: state?.isr ?? [],
        minIsr: 0,
        markedForDeletion: marked,
      }
      if (isWanted(commandOf(t), described, t.vars.liveBrokers!)) t.ctx.print(partitionLine(commandOf(t), described))
    }
    const next = left![0]
    if (next === undefined) return
    t.vars.asked = next
    t.vars.left = Object.freeze(left!.slice(1))
    return t.again(zkBatch(t, [keeper.getData(paths.state({ topic, partition: next[0] }))]))
  },
])
