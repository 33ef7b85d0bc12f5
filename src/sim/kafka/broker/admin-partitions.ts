// CreatePartitions: the controller writes a topic's longer assignment and answers when the new partitions have leaders (server/KafkaApis.scala and server/AdminManager.scala
// at 2.3.0).
import { isActive } from '../controller/index.ts'
import {
  addPartitions,
  expectOk,
  keeper,
  paths,
  proc,
  readAssignment,
  readBrokerRacks,
  reply as zkReply,
  zkBatch,
  type Assignment,
  type BrokerRack,
  type Proc,
  type Task,
} from '../client/index.ts'
import { errorOf, ERRORS, type RequestBody } from '../protocol/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import { exception, untilLed, went, wentWrong, type Outcome } from './admin-outcomes.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import type { BrokerState } from './state.ts'

type Growth = RequestBody<'CreatePartitions'>['topicPartitions'][number]
interface GrowOneVars {
  growth: Growth
  brokers: readonly BrokerRack[]
  reassigning: boolean
  validateOnly: boolean
}
const copyBrokers = (brokers: readonly BrokerRack[]): BrokerRack[] => brokers.map(({ id, rack }) => ({ id, rack }))
const copyAssignment = (assignment: Assignment): Assignment => assignment.map(([p, ids]) => [p, ids.slice()] as const)
/** The new partitions' brokers as a request gives them, by partition. */
function chosenFor(growth: Growth, existing: Assignment, brokers: readonly BrokerRack[]): Assignment | null {
  const { count, assignment } = growth.newPartitions
  const have = existing.length
  if (count < have)
    exception('InvalidPartitionsException', `Topic currently has ${have} partitions, which is higher than the requested ${count}.`)
  if (count === have) exception('InvalidPartitionsException', `Topic already has ${have} partitions.`)
  if (assignment === null) return null
  const unknown = [...new Set(assignment.flat())].filter((id) => !brokers.some((b) => b.id === id))
  if (unknown.length > 0) exception('InvalidReplicaAssignmentException', `Unknown broker(s) in replica assignment: ${unknown.join(', ')}.`)
  if (assignment.length !== count - have) {
    const why = `Increasing the number of partitions by ${count - have} but ${assignment.length} assignments provided.`
    exception('InvalidReplicaAssignmentException', why)
  }
  return assignment.map((ids, i) => [have + i, ids.slice()] as const)
}
const growOne: Proc<GrowOneVars, Outcome> = proc<BrokerState, GrowOneVars, Outcome>(
  'api.growTopic',
  [
    (t) => {
      if (t.vars.reassigning) exception('ReassignmentInProgressException', 'A partition reassignment is in progress.')
      return t.call(readAssignment, { topic: t.vars.growth.topic })
    },
    (t) => {
      const { growth, validateOnly } = t.vars
      const { topic } = growth
      const existing = copyAssignment(t.value as Assignment)
      if (existing.length === 0) exception('UnknownTopicOrPartitionException', `The topic '${topic}' does not exist.`)
      const chosen = chosenFor(growth, existing, t.vars.brokers)
      const brokers = copyBrokers(t.vars.brokers)
      return t.call(addPartitions, { topic, existing, brokers, partitions: growth.newPartitions.count, chosen, validateOnly })
    },
    (t) => t.return(went(t.vars.growth.topic, t.value as Assignment)),
  ],
  (t, failure) => t.return(wentWrong(t.vars.growth.topic, failure)),
)
interface GrowVars extends RequestVars<'CreatePartitions'> {
  left?: Growth[]
  outcomes?: Outcome[]
  brokers?: BrokerRack[]
  reassigning?: boolean
  asked?: boolean
}
type TopicError = { readonly topic: string; readonly errorCode: number; readonly errorMessage: string | null }
function answerGrow(t: Task<BrokerState, GrowVars>, topicErrors: readonly TopicError[]): void {
  reply(
    t.ctx,
    t.env,
    t.vars.conn,
    t.vars.request,
    { throttleTimeMs: 0, topicErrors: topicErrors.map((e) => ({ ...e })) },
    'kafka.admin.answer',
  )
}
const namesOf = (t: Task<BrokerState, GrowVars>): string[] => [...new Set(t.vars.request.body.topicPartitions.map((g) => g.topic))]

const createPartitionsThread: Proc<GrowVars, void> = proc<BrokerState, GrowVars, void>(
  'api.createPartitions',
  [
    (t) => {
      if (isActive(t.env)) return zkBatch(t, [keeper.exists(paths.reassign)])
      answerGrow(
        t,
        namesOf(t).map((topic) => ({ topic, errorCode: ERRORS.NOT_CONTROLLER, errorMessage: null })),
      )
      return t.return()
    },
    (t) => {
      t.vars.reassigning = expectOk(zkReply(t), ERR.noNode).err === 0
      return t.call(readBrokerRacks, { rackAware: 'enforced' })
    },
    (t) => {
      t.vars.brokers = copyBrokers(t.value as BrokerRack[])
      const all = t.vars.request.body.topicPartitions
      t.vars.left = all.filter((g) => all.filter((o) => o.topic === g.topic).length === 1 && !isGoing(t.env, g.topic))
      t.vars.outcomes = []
    },
    (t) => {
      if (t.vars.asked === true) t.vars.outcomes!.push({ ...(t.value as Outcome) })
      const growth = t.vars.left!.shift()
      if (growth === undefined) return
      t.vars.asked = true
      const { reassigning, request } = t.vars
      const brokers = copyBrokers(t.vars.brokers!)
      return t.again(t.call(growOne, { growth, brokers, reassigning: reassigning!, validateOnly: request.body.validateOnly }))
    },
    (t) => {
      const { timeout: timeoutMs, validateOnly } = t.vars.request.body
      return t.call(untilLed, { outcomes: t.vars.outcomes!.map((o) => ({ ...o })), timeoutMs, validateOnly })
    },
    (t) => {
      const outcomes = t.value as Outcome[]
      const topicErrors = outcomes.map(({ topic, errorCode, errorMessage }) => ({ topic, errorCode, errorMessage }))
      const others = namesOf(t).filter((topic) => !outcomes.some((o) => o.topic === topic))
      answerGrow(t, [...topicErrors, ...others.map((topic) => notTried(t.env, topic))])
    },
  ],
  (t, failure) => {
    answerGrow(
      t,
      namesOf(t).map((topic) => ({ topic, ...errorOf(failure) })),
    )
    return t.return()
  },
)
const isGoing = (env: BrokerState, topic: string): boolean => env.controller.topicsToBeDeleted.includes(topic)
const notTried = (env: BrokerState, topic: string): TopicError =>
  isGoing(env, topic)
    ? { topic, errorCode: ERRORS.INVALID_TOPIC_EXCEPTION, errorMessage: 'The topic is queued for deletion.' }
    : { topic, errorCode: ERRORS.INVALID_REQUEST, errorMessage: 'Duplicate topic in request.' }
export const createPartitions: Handler<'CreatePartitions'> = inThread(createPartitionsThread)
