// kafka-replica-verification.sh: fetches the same from all replicas, round by round, and says whether they agree (tools/ReplicaVerificationTool.scala at 2.3.0).
import { deepFreeze, log4jTime } from '../../base/index.ts'
import {
  allOf,
  closeAdminClient,
  closeConsumer,
  closeNetworkClient,
  connectNode,
  describeCluster,
  describeTopics,
  handleNetworkClient,
  isReady,
  listTopicNames,
  newAdminClient,
  newNetworkClient,
  offsetsByTimes,
  proc,
  sendTo,
  startThread,
  toolLogLine,
  wake,
  type ClusterDescription,
  type FoundOffset,
  type NetworkClientState,
  type Node,
  type Outcome,
  type Proc,
  type TimedPartition,
  type TopicDescription,
} from '../../kafka/client/index.ts'
import { byTopic, scalaOrder, type KafkaResponse, type TopicPartition } from '../../kafka/protocol/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import {
  consumerToolKind,
  exitConsumerTool,
  openConsumer,
  printHelp,
  printRefusal,
  printUncaught,
  throwableText,
  type ConsumerToolState,
  type Throwable,
} from '../kafka-tools/index.ts'
import { readCommand, usageTable, type Command } from './options.ts'
import { verify, type Compared } from './verify.ts'

/** A replica's fetcher: a connection of its own to one broker. */
interface Fetcher {
  readonly node: Node
  network: NetworkClientState
  partitions: TopicPartition[]
  /** Its part of the round is done. */
  isDone: boolean
}
interface Own {
  command: Command | null
  fetchers: Fetcher[]
  partitions: Compared[]
  reportedMs: number
}
type State = ConsumerToolState<Own>
const LOGGER = 'kafka.tools.ReplicaVerificationTool$'
const ROUND = 'all replicas'

function begin(ctx: Context, env: State): void {
  let code = 1
  try {
    const command = readCommand(ctx.argv.slice(1))
    const status = printHelp(ctx, { help: false, version: command === 'version' }, '', usageTable())
    if (status === undefined) {
      env.own.command = command as Command
      return startThread(env, 'main', main, {})
    }
    code = status
  } catch (error) {
    printRefusal(ctx, error, usageTable())
  }
  exitConsumerTool(ctx, env, code)
}

interface MainVars {
  topics?: readonly TopicDescription[]
  nodes?: readonly Node[]
  /** It waits for an answer of the admin client: what fails now failed in a future. */
  asking?: boolean
}
const main: Proc<MainVars, void> = proc<State, MainVars, void>(
  'kafka-replica-verification.main',
  [
    (t) => {
      t.env.admin = newAdminClient(t.ctx, t.env.own.command!.brokers)
      return t.sleep('kafka.tool.client')
    },
    (t) => {
      t.vars.asking = true
      return t.call(listTopicNames, { internal: true })
    },
    (t) => t.call(describeTopics, { topics: t.value as readonly string[] }),
    (t) => {
      const allowed = new RegExp(t.env.own.command!.topics)
      const topics = allOf(t.value as readonly Outcome<TopicDescription>[]).filter((topic) => allowed.test(topic.name))
      t.vars.topics = deepFreeze(topics.map((topic) => ({ ...topic, partitions: topic.partitions.map((p) => ({ ...p })) })))
      return t.call(describeCluster, {})
    },
    (t) => {
      const { nodes } = t.value as ClusterDescription
      t.vars.nodes = deepFreeze(nodes.map(({ id, host, port }) => ({ id, host, port })))
      t.vars.asking = false
      closeAdminClient(t.ctx, t.env)
      const { brokers, time } = t.env.own.command!
      if (t.vars.topics!.length === 0) {
        const text = 'No topics found. [topic-white-list] if specified, is either filtering out all topics or there is no topic.'
        t.ctx.printError(toolLogLine(t.ctx.wallMs, 'ERROR', text, LOGGER))
        exitConsumerTool(t.ctx, t.env, 1)
        return undefined
      }
      openConsumer(t.ctx, t.env, { 'bootstrap.servers': brokers, 'group.id': 'ReplicaVerification' })
      const wanted = t.vars.topics!.flatMap(({ name, partitions }) =>
        partitions.map(({ partition }): TimedPartition => ({ topic: name, partition, timestamp: time })),
      )
      return t.call(offsetsByTimes, { wanted: deepFreeze(wanted) })
    },
    (t) => {
      closeConsumer(t.ctx, t.env)
      prepare(t.ctx, t.env, t.vars, t.value as readonly FoundOffset[])
      t.ctx.print(`${log4jTime(t.ctx.wallMs)}: verification process is started.\n`)
      startRound(t.ctx, t.env)
    },
    (t) => {
      const { own } = t.env
      if (!own.fetchers.every((f) => f.isDone)) return t.again(t.wait(ROUND))
      if (judge(t.ctx, t.env)) {
        exitConsumerTool(t.ctx, t.env, 1)
        return undefined
      }
      // What a verifier's thread does between two rounds takes its time, also when nobody answers.
      for (const fetcher of own.fetchers) fetcher.isDone = false
      return t.again(t.call(rest, {}))
    },
  ],
  (t, failure) => {
    const wrapped: Throwable = { type: 'java.util.concurrent.ExecutionException', message: throwableText(failure), cause: failure }
    printUncaught(t.ctx, t.vars.asking ? wrapped : failure)
    exitConsumerTool(t.ctx, t.env, 1)
    return t.return()
  },
)
const rest: Proc<object, void> = proc<State, object, void>('kafka-replica-verification.rest', [
  (t) => t.sleep('kafka.client.send', 'replicas are fetched and compared again and again'),
  (t) => startRound(t.ctx, t.env),
])

/** A fetcher for each broker that has some of the partitions, which begin where they were found to. */
function prepare(ctx: Context, env: State, { topics, nodes }: MainVars, found: readonly FoundOffset[]): void {
  const { own } = env
  own.reportedMs = ctx.wallMs
  own.partitions = topics!.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => {
      const offset = found.find((f) => f.topic === name && f.partition === partition)?.offset ?? 0
      return { topic: name, partition, offset, fetched: [] }
    }),
  )
  const replicas = topics!.flatMap(({ name, partitions }) =>
    partitions.flatMap((p) => p.replicas.map((id) => ({ id, topic: name, partition: p.partition }))),
  )
  const ids = scalaOrder([...new Set(replicas.map((r) => r.id))], (id) => id)
  own.fetchers = ids.flatMap((id, i) => {
    const node = nodes!.find((n) => n.id === id)
    if (node === undefined) return []
    const options = { clientId: `broker--2-fetcher-${i + 1}`, logPrefix: '', requestTimeoutMs: 30_000, knowsVersions: true }
    const network = newNetworkClient({ ...options, reconnectBackoffMs: 0, reconnectBackoffMaxMs: 0, maxInFlight: 1 })
    const partitions = replicas.filter((r) => r.id === id).map(({ topic, partition }) => ({ topic, partition }))
    return [{ node: { ...node }, network, partitions, isDone: false }]
  })
}

function startRound(ctx: Context, env: State): void {
  for (const fetcher of env.own.fetchers) {
    const { network, node } = fetcher
    if (isReady(network, node.id)) sendFetch(ctx, env, fetcher)
    else if (!connectNode(ctx, network, { ...node })) gotNothing(env, fetcher)
  }
}
function sendFetch(ctx: Context, env: State, { network, node, partitions }: Fetcher): void {
  const { fetchSize, maxWaitMs } = env.own.command!
  const topics = byTopic(partitions).map(([topic, items]) => ({
    topic,
    partitions: items.map(({ partition }) => {
      const { offset } = env.own.partitions.find((p) => p.topic === topic && p.partition === partition)!
      return { partition, currentLeaderEpoch: -1, fetchOffset: offset, logStartOffset: 0, maxBytes: fetchSize }
    }),
  }))
  const body = {
    replicaId: -2,
    maxWaitMs,
    minBytes: 1,
    maxBytes: 2147483647,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics,
    forgottenTopics: [],
    rackId: '',
  }
  sendTo(ctx, network, node.id, 'Fetch', body, 'fetch', { periodic: `every ${maxWaitMs} ms: replicas are fetched` })
}

/** A replica that does not answer counts as empty in this round. */
function gotNothing(env: State, fetcher: Fetcher): void {
  for (const tp of fetcher.partitions) put(env, tp, fetcher.node.id, -1, null)
  fetcher.isDone = true
}
function put(
  env: State,
  tp: TopicPartition,
  replica: number,
  highWatermark: number,
  records: Compared['fetched'][number]['records'],
): void {
  const compared = env.own.partitions.find((p) => p.topic === tp.topic && p.partition === tp.partition)
  compared?.fetched.push(Object.freeze({ replica, highWatermark, records }))
}

/** The fetchers' connections. */
function input(ctx: Context, env: State, from: Input): void {
  for (const fetcher of env.own.fetchers) {
    const events = handleNetworkClient(ctx, fetcher.network, from)
    if (events === undefined) continue
    for (const event of events) {
      if (event.type === 'ready') sendFetch(ctx, env, fetcher)
      else if (event.type === 'lost') gotNothing(env, fetcher)
      else {
        for (const { topic, partitions } of (event.response as KafkaResponse<'Fetch'>).body.responses)
          for (const p of partitions) put(env, { topic, partition: p.partition }, fetcher.node.id, p.highWatermark, p.records)
        fetcher.isDone = true
      }
    }
    wake(env, 'main', ROUND)
    return
  }
}

/** Compares what has come; true when the replicas are apart. */
function judge(ctx: Context, env: State): boolean {
  const { own } = env
  const { lines, isOver, maxLag, at } = verify(own.partitions)
  const time = log4jTime(ctx.wallMs)
  for (const line of lines) ctx.print(`${time}: ${line}\n`)
  if (isOver) return true
  if (ctx.wallMs - own.reportedMs > own.command!.reportIntervalMs) {
    const where = `partition ${at?.name ?? 'null'} at offset ${at?.offset ?? -1} among ${own.partitions.length} partitions`
    ctx.print(`${time}: max lag is ${maxLag} for ${where}\n`)
    own.reportedMs = ctx.wallMs
  }
  return false
}

export const kafkaReplicaVerificationKind = consumerToolKind<Own>({
  name: 'kafka-replica-verification',
  handles: ['INT', 'TERM'],
  own: () => ({ command: null, fetchers: [], partitions: [], reportedMs: 0 }),
  begin,
  signal(ctx, env, signal) {
    for (const { network } of env.own.fetchers) closeNetworkClient(ctx, network)
    exitConsumerTool(ctx, env, signal === 'INT' ? 130 : 143)
  },
  input,
})
