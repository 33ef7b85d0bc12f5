// Metadata: what a broker knows of the cluster, and topics made because somebody asked for them (server/KafkaApis.scala at 2.3.0).
import { assignNewTopic, createTopicInZooKeeper, proc, readBrokerRacks, type BrokerRack, type Proc, type Task } from '../client/index.ts'
import type { Overrides } from '../log/index.ts'
import { errorOf, ERRORS, INTERNAL_TOPICS, javaHash, scalaOrder, type ResponseBody } from '../protocol/index.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { topicExists } from './delayed.ts'
import { aliveBrokers, cachedTopics, topicMetadata } from './metadata-cache.ts'
import { slog, type BrokerState } from './state.ts'

type TopicMetadata = ResponseBody<'Metadata'>['topics'][number]
const without = (name: string, errorCode: number): TopicMetadata => ({
  errorCode,
  name,
  isInternal: INTERNAL_TOPICS.includes(name),
  partitions: [],
  topicAuthorizedOperations: 0,
})

function answer(t: Pick<Task<BrokerState, unknown>, 'ctx' | 'env'>, vars: RequestVars<'Metadata'>, topics: readonly TopicMetadata[]): void {
  const { env } = t
  reply(t.ctx, env, vars.conn, vars.request, {
    throttleTimeMs: 0,
    brokers: aliveBrokers(env.metadata).map((b) => ({ nodeId: b.id, host: b.host, port: b.port, rack: b.rack })),
    clusterId: env.clusterId,
    controllerId: env.metadata.controllerId,
    topics: topics.slice(),
    clusterAuthorizedOperations: 0,
  })
}
const known = (env: BrokerState, names: readonly string[], version: number): TopicMetadata[] =>
  names.flatMap((name) => topicMetadata(env.metadata, name, env.config.brokerId, version) ?? [])

export const metadata: Handler<'Metadata'> = (ctx, env, conn, request) => {
  const { topics, allowAutoTopicCreation } = request.body
  const names = scalaOrder([...new Set(topics ?? cachedTopics(env.metadata))], javaHash)
  const unknown = names.filter((name) => !topicExists(env, name))
  const made = unknown.filter((name) => INTERNAL_TOPICS.includes(name) || (allowAutoTopicCreation && env.config.autoCreateTopicsEnable))
  if (made.length > 0) return createAndAnswer(ctx, env, conn, request)
  const missing = unknown.map((name) => without(name, ERRORS.UNKNOWN_TOPIC_OR_PARTITION))
  answer({ ctx, env }, { conn, request }, [...known(env, names, request.version), ...missing])
}

interface MakeVars extends RequestVars<'Metadata'> {
  found?: TopicMetadata[]
  left?: string[]
  missing?: TopicMetadata[]
}
const makeThread: Proc<MakeVars, void> = proc<BrokerState, MakeVars, void>('api.metadata', [
  (t) => {
    const { request } = t.vars
    const names = scalaOrder([...new Set(request.body.topics ?? [])], javaHash)
    t.vars.found = known(t.env, names, request.version)
    t.vars.left = names.filter((name) => !topicExists(t.env, name))
    t.vars.missing = []
  },
  (t) => {
    if (t.value !== undefined) t.vars.missing!.push(without(...(t.value as readonly [string, number])))
    const topic = t.vars.left!.shift()
    if (topic === undefined) return
    const { config } = t.env
    if (INTERNAL_TOPICS.includes(topic)) return t.again(t.call(makeInternalTopic, { topic }))
    if (!t.vars.request.body.allowAutoTopicCreation || !config.autoCreateTopicsEnable) {
      t.vars.missing!.push(without(topic, ERRORS.UNKNOWN_TOPIC_OR_PARTITION))
      return t.again()
    }
    const { numPartitions: partitions, defaultReplicationFactor: factor } = config
    return t.again(t.call(makeTopic, { topic, partitions, factor, overrides: [] }))
  },
  (t) => answer(t, t.vars, [...t.vars.found!, ...t.vars.missing!]),
])
const createAndAnswer: Handler<'Metadata'> = inThread(makeThread)

interface MakeTopicVars {
  topic: string
  partitions: number
  factor: number
  overrides: Overrides
}
type Made = readonly [topic: string, errorCode: number]
/** Makes a topic by writing it to ZooKeeper, whether this broker is controller or not; gives the error that the one who asked is told. */
const makeTopic: Proc<MakeTopicVars, Made> = proc<BrokerState, MakeTopicVars, Made>(
  'api.makeTopic',
  [
    (t) => t.call(readBrokerRacks, { rackAware: 'safe' }),
    (t) => {
      const { topic, partitions, factor, overrides } = t.vars
      const assignment = assignNewTopic(t, topic, t.value as BrokerRack[], partitions, factor)
      return t.call(createTopicInZooKeeper, { topic, assignment, config: overrides.map(([n, v]) => [n, v] as const) })
    },
    (t) => {
      const { topic, partitions, factor } = t.vars
      const text = `Auto creation of topic ${topic} with ${partitions} partitions and replication factor ${factor} is successful`
      slog(t.ctx, 'INFO', 'kafka.server.KafkaApis', `[KafkaApi-${t.env.config.brokerId}] ${text}`)
      return t.return([topic, ERRORS.LEADER_NOT_AVAILABLE] as const)
    },
  ],
  (t, failure) => {
    const { errorCode } = errorOf(failure)
    return t.return([t.vars.topic, errorCode === ERRORS.TOPIC_ALREADY_EXISTS ? ERRORS.LEADER_NOT_AVAILABLE : errorCode] as const)
  },
)

/** What an internal topic is made of. */
function internalTopic(
  env: BrokerState,
  topic: string,
): Omit<MakeTopicVars, 'topic'> & { readonly setting: string; readonly what: string } {
  const { config } = env
  const given = (name: string, byDefault: string): string => config.explicit[name]?.trim() ?? byDefault
  if (topic === '__consumer_offsets') {
    return {
      partitions: config.offsetsTopicPartitions,
      factor: config.offsetsTopicReplicationFactor,
      setting: 'offsets.topic.replication.factor',
      what: 'the offsets topic',
      overrides: [
        ['segment.bytes', String(config.offsetsTopicSegmentBytes)],
        ['compression.type', 'producer'],
        ['cleanup.policy', 'compact'],
      ],
    }
  }
  return {
    partitions: config.transactionTopicPartitions,
    factor: config.transactionTopicReplicationFactor,
    setting: 'transaction.state.log.replication.factor',
    what: 'the transactions state topic',
    overrides: [
      ['unclean.leader.election.enable', 'false'],
      ['compression.type', 'uncompressed'],
      ['cleanup.policy', 'compact'],
      ['min.insync.replicas', given('transaction.state.log.min.isr', '2')],
      ['segment.bytes', given('transaction.state.log.segment.bytes', '104857600')],
    ],
  }
}
/** Makes one of the topics that Kafka keeps for itself, once enough brokers live; gives what the one who asked for its metadata is told. */
export const makeInternalTopic: Proc<{ topic: string }, Made> = proc<BrokerState, { topic: string }, Made>('api.makeInternalTopic', [
  (t) => {
    const { topic } = t.vars
    const { setting, what, partitions, factor, overrides } = internalTopic(t.env, topic)
    const alive = aliveBrokers(t.env.metadata).length
    if (alive >= factor) return t.call(makeTopic, { topic, partitions, factor, overrides })
    const text =
      `Number of alive brokers '${alive}' does not meet the required replication factor '${factor}' for ${what} (configured via '${setting}'). ` +
      'This error can be ignored if the cluster is starting up and not all brokers are up yet.'
    slog(t.ctx, 'ERROR', 'kafka.server.KafkaApis', `[KafkaApi-${t.env.config.brokerId}] ${text}`)
    return t.return([topic, ERRORS.INVALID_REPLICATION_FACTOR] as const)
  },
  (t) => t.return(t.value),
])
