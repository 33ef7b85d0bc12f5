// CreateTopics and DeleteTopics: the controller writes to ZooKeeper, sees its own writes as anybody's, and answers when its metadata shows the outcome
// (server/KafkaApis.scala and server/AdminManager.scala at 2.3.0). No policies, everybody may do all.
import { isActive } from '../controller/index.ts'
import {
  asWritten,
  assignNewTopic,
  createTopicInZooKeeper,
  expectOk,
  fail,
  keeper,
  markForDeletion,
  paths,
  proc,
  reply as zkReply,
  validateNewTopic,
  zkBatch,
  type Assignment,
  type Proc,
  type Task,
} from '../client/index.ts'
import { topicConfigProblem, type Overrides } from '../log/index.ts'
import {
  errorOf,
  ERRORS,
  intHash,
  javaHash,
  scalaMutableMapOrder,
  scalaMutableSetOrder,
  type KafkaRequest,
  type RequestBody,
} from '../protocol/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import { EXCEPTION, exception, adminLog, untilLed, went, wentWrong, type Outcome } from './admin-outcomes.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { topicExists, untilMetadata } from './delayed.ts'
import { aliveBrokers } from './metadata-cache.ts'
import type { BrokerState } from './state.ts'

// CreateTopics

type NewTopic = RequestBody<'CreateTopics'>['topics'][number]
const newTopicText = (topic: NewTopic): string => {
  const assignments = topic.assignments.map(
    (a) => `CreatableReplicaAssignment(partitionIndex=${a.partitionIndex}, brokerIds=[${a.brokerIds.join(', ')}])`,
  )
  const configs = topic.configs.map((c) => `CreateableTopicConfig(name='${c.name}', value=${c.value === null ? 'null' : `'${c.value}'`})`)
  return (
    `CreatableTopic(name='${topic.name}', numPartitions=${topic.numPartitions}, replicationFactor=${topic.replicationFactor}, ` +
    `assignments=[${assignments.join(', ')}], configs=[${configs.join(', ')}])`
  )
}
/** The assignment that a request gives or leaves to the broker. */
function assignmentOf(t: Task<BrokerState, unknown>, topic: NewTopic): Assignment {
  const chosen = topic.assignments.length > 0
  if (chosen && (topic.numPartitions !== -1 || topic.replicationFactor !== -1)) {
    const why = 'Both numPartitions or replicationFactor and replicasAssignments were set.'
    exception('InvalidRequestException', `${why} Both cannot be used at the same time.`)
  }
  if (chosen) {
    const given = Object.fromEntries(topic.assignments.map((a) => [a.partitionIndex, a.brokerIds.slice()]))
    const entries = [...new Set(topic.assignments.map((a) => a.partitionIndex))].map((p) => [p, given[p]!] as const)
    return asWritten(
      topic.name,
      scalaMutableMapOrder(entries, ([p]) => intHash(p)),
    )
  }
  const brokers = aliveBrokers(t.env.metadata).map(({ id, rack }) => ({ id, rack }))
  return assignNewTopic(t, topic.name, brokers, topic.numPartitions, topic.replicationFactor)
}
function overridesOf(topic: NewTopic): Overrides {
  if (topic.configs.some((c) => c.value === null)) fail('java.lang.NullPointerException', 'null')
  return topic.configs.map((c) => [c.name, c.value!] as const)
}

interface CreateOneVars {
  topic: NewTopic
  validateOnly: boolean
  assignment?: Assignment
}
const createOne: Proc<CreateOneVars, Outcome> = proc<BrokerState, CreateOneVars, Outcome>(
  'api.createTopic',
  [
    (t) => {
      const { topic, validateOnly } = t.vars
      const config = overridesOf(topic)
      const problem = topicConfigProblem(config)
      if (problem !== undefined) fail(problem.type, problem.message)
      const assignment = assignmentOf(t, topic)
      t.vars.assignment = assignment.map(([p, replicas]) => [p, replicas.slice()] as const)
      return t.call(validateOnly ? validateNewTopic : createTopicInZooKeeper, { topic: topic.name, assignment, config })
    },
    (t) => t.return(went(t.vars.topic.name, t.vars.assignment!)),
  ],
  (t, failure) => {
    const { topic } = t.vars
    adminLog(t.ctx, t.env, `Error processing create topic request ${newTopicText(topic)}`, failure)
    const type = failure.type.endsWith('.ConfigException') ? `${EXCEPTION}InvalidConfigurationException` : failure.type
    return t.return(wentWrong(topic.name, { type, message: failure.message }))
  },
)

interface CreateVars extends RequestVars<'CreateTopics'> {
  left?: NewTopic[]
  outcomes?: Outcome[]
  asked?: boolean
}
type CreateResult = { readonly name: string; readonly errorCode: number; readonly errorMessage: string | null }
function answerCreate(t: Task<BrokerState, CreateVars>, result: (name: string) => CreateResult): void {
  const names = [...new Set(t.vars.request.body.topics.map((topic) => topic.name))]
  reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, topics: names.map(result) }, 'kafka.admin.answer')
}
const isNamedTwice = (request: KafkaRequest<'CreateTopics'>, name: string): boolean =>
  request.body.topics.filter((topic) => topic.name === name).length > 1

const createTopicsThread: Proc<CreateVars, void> = proc<BrokerState, CreateVars, void>(
  'api.createTopics',
  [
    (t) => {
      const { request } = t.vars
      if (!isActive(t.env)) {
        answerCreate(t, (name) => ({ name, errorCode: ERRORS.NOT_CONTROLLER, errorMessage: null }))
        return t.return()
      }
      const topics = request.body.topics.filter((topic) => !isNamedTwice(request, topic.name))
      t.vars.left = scalaMutableMapOrder(topics, (topic) => javaHash(topic.name))
      t.vars.outcomes = []
      return t.sleep('kafka.admin.begin')
    },
    (t) => {
      if (t.vars.asked === true) t.vars.outcomes!.push({ ...(t.value as Outcome) })
      const topic = t.vars.left!.shift()
      if (topic === undefined) return
      t.vars.asked = true
      return t.again(t.call(createOne, { topic, validateOnly: t.vars.request.body.validateOnly }))
    },
    (t) => {
      const { timeoutMs, validateOnly } = t.vars.request.body
      return t.call(untilLed, { outcomes: t.vars.outcomes!.map((o) => ({ ...o })), timeoutMs, validateOnly })
    },
    (t) => {
      const outcomes = t.value as Outcome[]
      answerCreate(t, (name) => {
        const found = outcomes.find((o) => o.topic === name)
        if (found === undefined) return { name, errorCode: ERRORS.INVALID_REQUEST, errorMessage: 'Found multiple entries for this topic.' }
        return { name, errorCode: found.errorCode, errorMessage: found.errorMessage }
      })
    },
  ],
  (t, failure) => {
    answerCreate(t, (name) => ({ name, ...errorOf(failure) }))
    return t.return()
  },
)
export const createTopics: Handler<'CreateTopics'> = inThread(createTopicsThread)

// DeleteTopics

const deleteOne: Proc<{ topic: string }, Outcome> = proc<BrokerState, { topic: string }, Outcome>(
  'api.deleteTopic',
  [
    (t) => zkBatch(t, [keeper.exists(paths.topic(t.vars.topic))]),
    (t) => {
      const { topic } = t.vars
      if (expectOk(zkReply(t), ERR.noNode).err !== 0) {
        return exception('UnknownTopicOrPartitionException', `Topic \`${topic}\` to delete does not exist`)
      }
      return t.call(markForDeletion, { topic })
    },
    (t) => t.return(went(t.vars.topic, [])),
  ],
  (t, failure) => {
    adminLog(t.ctx, t.env, `Error processing delete topic request for topic ${t.vars.topic}`, failure)
    return t.return(wentWrong(t.vars.topic, failure))
  },
)
interface DeleteVars extends RequestVars<'DeleteTopics'> {
  left?: string[]
  outcomes?: Outcome[]
  asked?: boolean
}
function answerDelete(t: Task<BrokerState, DeleteVars>, errorOfTopic: (topic: string) => number): void {
  const names = [...new Set(t.vars.request.body.topicNames)]
  const responses = names.map((name) => ({ name, errorCode: errorOfTopic(name) }))
  reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, responses }, 'kafka.admin.answer')
}
const deleteTopicsThread: Proc<DeleteVars, void> = proc<BrokerState, DeleteVars, void>(
  'api.deleteTopics',
  [
    (t) => {
      const { topicNames } = t.vars.request.body
      const refused = !isActive(t.env)
        ? ERRORS.NOT_CONTROLLER
        : t.env.config.deleteTopicEnable
          ? ERRORS.NONE
          : t.vars.request.version < 3
            ? ERRORS.INVALID_REQUEST
            : ERRORS.TOPIC_DELETION_DISABLED
      if (refused !== ERRORS.NONE) {
        answerDelete(t, () => refused)
        return t.return()
      }
      t.vars.left = scalaMutableSetOrder(
        [...new Set(topicNames)].filter((topic) => topicExists(t.env, topic)),
        javaHash,
      )
      t.vars.outcomes = []
      return t.sleep('kafka.admin.begin')
    },
    (t) => {
      if (t.vars.asked === true) t.vars.outcomes!.push({ ...(t.value as Outcome) })
      const topic = t.vars.left!.shift()
      if (topic === undefined) return
      t.vars.asked = true
      return t.again(t.call(deleteOne, { topic }))
    },
    (t) => {
      const topics = t.vars.outcomes!.filter((o) => o.errorCode === ERRORS.NONE).map((o) => o.topic)
      const { timeoutMs } = t.vars.request.body
      if (topics.length > 0 && timeoutMs > 0) return t.call(untilMetadata, { condition: { wants: 'gone', topics }, timeoutMs })
    },
    (t) => {
      const { timeoutMs } = t.vars.request.body
      answerDelete(t, (topic) => {
        const found = t.vars.outcomes!.find((o) => o.topic === topic)
        if (found === undefined) return ERRORS.UNKNOWN_TOPIC_OR_PARTITION
        const late = found.errorCode === ERRORS.NONE && (timeoutMs <= 0 || topicExists(t.env, topic))
        return late ? ERRORS.REQUEST_TIMED_OUT : found.errorCode
      })
    },
  ],
  (t, failure) => {
    answerDelete(t, () => errorOf(failure).errorCode)
    return t.return()
  },
)
export const deleteTopics: Handler<'DeleteTopics'> = inThread(deleteTopicsThread)
