// Topics made, grown, configured and marked for deletion by writing znodes: what kafka-topics.sh --zookeeper does itself, and brokers do for those who ask them
// (zk/AdminZkClient.scala and zk/KafkaZkClient.scala at 2.3.0).
import { frozenCopy } from '../../base/index.ts'
import { topicConfigProblem, type Overrides } from '../log/index.ts'
import { intHash, javaHash, javaMapOrder, scalaMutableMapOrder, scalaOrder, tpHash } from '../protocol/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import { assignmentProblem, assignReplicas, type Assignment, type BrokerRack } from './assignment.ts'
import * as keeper from './keeper.ts'
import { childrenOf, createRecursive, dataOf, expectOk, isNodeExists } from './keeper.ts'
import { fail, proc, type Failure, type Proc, type Task } from './threads.ts'
import { paths, type ConfigType } from './znodes.ts'
import * as znodes from './znodes.ts'
import { replies, reply, zkBatch, type ZooKeeperUser } from './zookeeper.ts'

type T = Task<ZooKeeperUser, unknown>
const ERRORS = 'org.apache.kafka.common.errors.'
const error = (name: string, message: string): Failure => ({ type: `${ERRORS}${name}`, message })
export const ADMIN_OPERATION = 'kafka.admin.AdminOperationException'
const throwing = (problem: Failure | undefined): void => {
  if (problem !== undefined) fail(problem.type, problem.message)
}

// Names

/** What is wrong with a topic's name (common/internals/Topic.java). */
export function topicNameProblem(topic: string): Failure | undefined {
  const type = 'InvalidTopicException'
  if (topic === '') return error(type, "Topic name is illegal, it can't be empty")
  if (topic === '.' || topic === '..') return error(type, 'Topic name cannot be "." or ".."')
  if (topic.length > 249) return error(type, `Topic name is illegal, it can't be longer than 249 characters, topic name: ${topic}`)
  if (/^[a-zA-Z0-9._-]+$/.test(topic)) return undefined
  return error(type, `Topic name "${topic}" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'`)
}
/** Periods and underscores are the same in the names of metrics. */
export const hasCollisionChars = (topic: string): boolean => /[._]/.test(topic)
export const topicsCollide = (a: string, b: string): boolean => a.replace(/\./g, '_') === b.replace(/\./g, '_')

// Assignments

/** An assignment that the algorithm made, in the order in which the real one writes it. */
const asMade = (topic: string, assignment: Assignment): Assignment =>
  asWritten(
    topic,
    scalaMutableMapOrder(assignment, ([p]) => intHash(p)),
  )
/** An assignment as it is written: up to four partitions keep their order. */
export const asWritten = (topic: string, assignment: Assignment): Assignment =>
  scalaOrder(assignment, ([partition]) => tpHash({ topic, partition }))

/** Draws where to begin; a scenario may say which broker gets the first replica of partition 0. */
function beginning(t: T, topic: string, brokers: readonly BrokerRack[]): { start: number; shift: number; partition: number } {
  const chosen = t.ctx.choice(`first-broker ${topic}`)
  const wanted = chosen === undefined ? -1 : brokers.findIndex((b) => b.id === Number(chosen))
  const start = t.ctx.below(brokers.length, 'start of an assignment')
  const shift = t.ctx.below(brokers.length, 'shift of an assignment')
  return { start: wanted >= 0 ? wanted : start, shift, partition: 0 }
}
/** Assigns a new topic's replicas; fails when there are not enough brokers. */
export function assignNewTopic(t: T, topic: string, brokers: readonly BrokerRack[], partitions: number, factor: number): Assignment {
  throwing(assignmentProblem(brokers, partitions, factor))
  return asMade(topic, assignReplicas(brokers, partitions, factor, beginning(t, topic, brokers)))
}

/** Live brokers as ZooKeeper has them, by id. `lenient` forgets racks when not all brokers have one. */
export const readBrokerRacks: Proc<{ rackAware: 'enforced' | 'disabled' | 'safe' }, BrokerRack[]> = proc<
  ZooKeeperUser,
  { rackAware: 'enforced' | 'disabled' | 'safe' },
  BrokerRack[]
>('admin.readBrokerRacks', [
  (t) => zkBatch(t, [keeper.getChildren(paths.brokerIds)]),
  (t) => {
    const ids = childrenOf(reply(t)).map(Number)
    return zkBatch(
      t,
      ids.sort((a, b) => a - b).map((id) => keeper.getData(paths.broker(id))),
    )
  },
  (t) => {
    const brokers = replies(t).flatMap((r) => {
      const node = dataOf(r)
      const id = 'path' in r.op ? Number(r.op.path.slice(paths.brokerIds.length + 1)) : -1
      const broker = node && znodes.decodeBroker(id, node.data)
      return broker === undefined ? [] : [{ id: broker.id, rack: broker.rack }]
    })
    const racks = brokers.filter((b) => b.rack !== null).length
    const mixed = racks > 0 && racks < brokers.length
    const { rackAware } = t.vars
    if (mixed && rackAware === 'enforced') {
      const advice = 'Add --disable-rack-aware in command line to make replica assignment without rack information.'
      fail(ADMIN_OPERATION, `Not all brokers have rack information. ${advice}`)
    }
    const without = rackAware === 'disabled' || mixed
    return t.return(without ? brokers.map(({ id }) => ({ id, rack: null })) : brokers)
  },
])

interface NewTopic {
  topic: string
  assignment: Assignment
  config: Overrides
}
/** What is wrong with an assignment by itself. */
function shapeProblem(assignment: Assignment): Failure | undefined {
  const type = 'InvalidReplicaAssignmentException'
  if (new Set(assignment.map(([, replicas]) => replicas.length)).size !== 1)
    return error(type, 'All partitions should have the same number of replicas')
  if (assignment.some(([, replicas]) => new Set(replicas).size !== replicas.length)) {
    const text = assignment.map(([p, replicas]) => `${p} -> List(${replicas.join(', ')})`).join(', ')
    return error(type, `Duplicate replica assignment found: Map(${text})`)
  }
  const n = assignment.length
  const sum = assignment.filter(([p]) => p >= 0).reduce((total, [p]) => total + p, 0)
  return sum === (n * (n - 1)) / 2 ? undefined : error(type, 'partitions should be a consecutive 0-based integer sequence')
}
/** Looks whether a topic may be made; fails when not. */
export const validateNewTopic: Proc<NewTopic, void> = proc<ZooKeeperUser, NewTopic, void>('admin.validateNewTopic', [
  (t) => {
    throwing(topicNameProblem(t.vars.topic))
    return zkBatch(t, [keeper.exists(paths.topic(t.vars.topic))])
  },
  (t) => {
    const { topic } = t.vars
    if (expectOk(reply(t), ERR.noNode).err === 0) throwing(topicExists(topic))
    if (hasCollisionChars(topic)) return zkBatch(t, [keeper.getChildren(paths.topics)])
  },
  (t) => {
    const { topic, assignment, config } = t.vars
    if (t.value !== undefined) {
      const all = childrenOf(reply(t))
      if (all.includes(topic)) throwing(topicExists(topic))
      const colliding = all.filter((other) => topicsCollide(topic, other))
      if (colliding.length > 0) {
        const names = scalaOrder(colliding, javaHash).join(', ')
        throwing(error('InvalidTopicException', `Topic '${topic}' collides with existing topics: ${names}`))
      }
    }
    throwing(shapeProblem(assignment))
    throwing(topicConfigProblem(config))
  },
])
const topicExists = (topic: string): Failure => error('TopicExistsException', `Topic '${topic}' already exists.`)

/** Makes a topic: its configuration first, then its assignment, which the controller sees. */
export const createTopicInZooKeeper: Proc<NewTopic, void> = proc<ZooKeeperUser, NewTopic, void>('admin.createTopic', [
  (t) => {
    t.vars.assignment = frozenCopy(t.vars.assignment)
    t.vars.config = frozenCopy(t.vars.config)
    return t.call(validateNewTopic, { ...t.vars })
  },
  (t) => t.sleep('kafka.admin.write'),
  (t) => t.call(setOrCreateConfig, { type: 'topics', name: t.vars.topic, config: t.vars.config }),
  (t) => t.sleep('kafka.admin.write'),
  (t) => t.call(createAssignment, { topic: t.vars.topic, data: znodes.encodeTopic(t.vars.assignment) }),
])
const createAssignment: Proc<{ topic: string; data: string }, void> = proc<ZooKeeperUser, { topic: string; data: string }, void>(
  'admin.createAssignment',
  [(t) => t.call(createRecursive, { path: paths.topic(t.vars.topic), data: t.vars.data, mustBeNew: true })],
  (t, failure) => {
    const problem = isNodeExists(failure)
      ? topicExists(t.vars.topic)
      : { type: ADMIN_OPERATION, message: `${failure.type}: ${failure.message}` }
    return fail(problem.type, problem.message)
  },
)

// Configurations

/** Overrides in the order of the real one's Properties. */
export const propertiesOrder = (config: Overrides): Overrides => javaMapOrder(config, ([key]) => javaHash(key))
interface EntityVars {
  type: ConfigType
  name: string
  config: Overrides
}
/** Writes an entity's configuration over the old one, or makes it. */
export const setOrCreateConfig: Proc<EntityVars, void> = proc<ZooKeeperUser, EntityVars, void>('admin.setOrCreateConfig', [
  (t) => {
    const { type, name, config } = t.vars
    return zkBatch(t, [keeper.setData(paths.config(type, name), znodes.encodeConfig(propertiesOrder(config)), -1)])
  },
  (t) => {
    if (expectOk(reply(t), ERR.noNode).err === 0) return t.return()
    return t.sleep('kafka.admin.write')
  },
  (t) => {
    const { type, name, config } = t.vars
    const data = znodes.encodeConfig(propertiesOrder(config))
    return t.call(createRecursive, { path: paths.config(type, name), data, mustBeNew: true })
  },
])
/** Writes an entity's configuration and a note of it for the brokers. */
export const changeConfig: Proc<EntityVars, void> = proc<ZooKeeperUser, EntityVars, void>('admin.changeConfig', [
  (t) => {
    t.vars.config = frozenCopy(t.vars.config)
    return t.call(setOrCreateConfig, { ...t.vars })
  },
  (t) => t.call(createRecursive, { path: paths.configChanges, data: null, mustBeNew: false }),
  (t) => zkBatch(t, [keeper.createSequential(paths.configChangePrefix, znodes.encodeConfigChange(`${t.vars.type}/${t.vars.name}`))]),
  (t) => void expectOk(reply(t)),
])
/** Looks whether a topic may have these overrides, then writes them. */
export const changeTopicConfig: Proc<{ topic: string; config: Overrides }, void> = proc<
  ZooKeeperUser,
  { topic: string; config: Overrides },
  void
>('admin.changeTopicConfig', [
  (t) => {
    t.vars.config = frozenCopy(t.vars.config)
    return t.call(validateTopicConfig, { ...t.vars })
  },
  (t) => t.call(changeConfig, { type: 'topics', name: t.vars.topic, config: t.vars.config }),
])
export const validateTopicConfig: Proc<{ topic: string; config: Overrides }, void> = proc<
  ZooKeeperUser,
  { topic: string; config: Overrides },
  void
>('admin.validateTopicConfig', [
  (t) => {
    throwing(topicNameProblem(t.vars.topic))
    return zkBatch(t, [keeper.exists(paths.topic(t.vars.topic))])
  },
  (t) => {
    if (expectOk(reply(t), ERR.noNode).err !== 0) fail(ADMIN_OPERATION, `Topic "${t.vars.topic}" does not exist.`)
    throwing(topicConfigProblem(t.vars.config))
  },
])
/** An entity's overrides; none when it has no znode. */
export const readConfig: Proc<{ type: ConfigType; name: string }, Overrides> = proc<
  ZooKeeperUser,
  { type: ConfigType; name: string },
  Overrides
>('admin.readConfig', [
  (t) => zkBatch(t, [keeper.getData(paths.config(t.vars.type, t.vars.name))]),
  (t) => t.return(propertiesOrder(znodes.decodeConfig(dataOf(reply(t))?.data ?? null))),
])

// Growing, deleting

/** A topic's assignment, in the order of its text; empty when there is none. */
export const readAssignment: Proc<{ topic: string }, Assignment> = proc<ZooKeeperUser, { topic: string }, Assignment>(
  'admin.readAssignment',
  [
    (t) => zkBatch(t, [keeper.getData(paths.topic(t.vars.topic))]),
    (t) => t.return(asWritten(t.vars.topic, znodes.decodeTopic(dataOf(reply(t))?.data ?? null) ?? [])),
  ],
)

interface GrowVars {
  topic: string
  existing: Assignment
  brokers: readonly BrokerRack[]
  partitions: number
  /** The new partitions' replicas, when they are chosen by hand. */
  chosen: Assignment | null
  validateOnly: boolean
}
/** Adds partitions to a topic; gives the whole assignment. */
export const addPartitions: Proc<GrowVars, Assignment> = proc<ZooKeeperUser, GrowVars, Assignment>('admin.addPartitions', [
  (t) => {
    const { topic, existing, brokers, partitions, chosen, validateOnly } = t.vars
    const first = existing.find(([p]) => p === 0)?.[1]
    if (first === undefined) {
      const text = existing.map(([p, replicas]) => `${p} -> Buffer(${replicas.join(', ')})`).join(', ')
      return fail(
        ADMIN_OPERATION,
        `Unexpected existing replica assignment for topic '${topic}', partition id 0 is missing. Assignment: Map(${text})`,
      )
    }
    const count = partitions - existing.length
    if (count <= 0) {
      const why = `Topic ${topic} currently has ${existing.length} partitions, ${partitions} would not be an increase.`
      throwing(error('InvalidPartitionsException', `The number of partitions for a topic can only be increased. ${why}`))
    }
    if (chosen !== null) throwing(chosenProblem(chosen, first.length, brokers))
    const start = Math.max(
      0,
      brokers.findIndex((b) => b.id >= first[0]!),
    )
    if (chosen === null) throwing(assignmentProblem(brokers, count, first.length))
    const added = chosen ?? asMade(topic, assignReplicas(brokers, count, first.length, { start, shift: start, partition: existing.length }))
    const all = asWritten(topic, [...existing, ...added])
    if (validateOnly) return t.return(all)
    t.vars.existing = all
    return zkBatch(t, [keeper.setData(paths.topic(topic), znodes.encodeTopic(all), -1)])
  },
  (t) => {
    expectOk(reply(t))
    return t.return(t.vars.existing)
  },
])
function chosenProblem(chosen: Assignment, factor: number, brokers: readonly BrokerRack[]): Failure | undefined {
  const type = 'InvalidReplicaAssignmentException'
  const ids = brokers.map((b) => b.id)
  for (const [p, replicas] of chosen) {
    const named = replicas.join(', ')
    if (replicas.length === 0) return error(type, `Cannot have replication factor of 0 for partition id ${p}.`)
    if (new Set(replicas).size !== replicas.length)
      return error(type, `Duplicate brokers not allowed in replica assignment: ${named} for partition id ${p}.`)
    if (replicas.some((id) => !ids.includes(id))) {
      const why = `Some brokers specified for partition id ${p} are not available.`
      return error('BrokerNotAvailableException', `${why} Specified brokers: ${named}, available brokers: ${ids.join(', ')}.`)
    }
  }
  const odd = chosen.filter(([, replicas]) => replicas.length !== factor)
  if (odd.length === 0) return undefined
  const have = `partitions [${odd.map(([p]) => p).join(', ')}] have replication factors [${odd.map(([, r]) => r.length).join(', ')}], respectively.`
  return error(type, `Inconsistent replication factor between partitions, partition 0 has ${factor} while ${have}`)
}

/** Asks for a topic's deletion: the controller does it. Gives whether it was news. */
export const markForDeletion: Proc<{ topic: string }, boolean> = proc<ZooKeeperUser, { topic: string }, boolean>(
  'admin.markForDeletion',
  [(t) => t.call(createRecursive, { path: paths.deleteTopic(t.vars.topic), data: null, mustBeNew: true }), (t) => t.return(true)],
  (t, failure) => (isNodeExists(failure) ? t.return(false) : undefined),
)
