import { describe, expect, test } from 'vitest'
import { Bytes, plus, seconds, us, type Micros } from '../../../base/index.ts'
import type { ConnId, Input } from '../../../kernel/index.ts'
import { encodeBatch, encodeEndMarker } from '../../log/index.ts'
import { ERRORS, kafkaResponse, type AnyRequest, type KafkaRequest, type ResponseBody } from '../../protocol/index.ts'
import { fakeContext, passTime, type Due } from '../fake-context.ts'
import { handleThreadTimer, newThreads, proc, runThreads, startThread, type Failure } from '../threads.ts'
import {
  assignPartitions,
  handleConsumer,
  listConsumerTopics,
  newConsumer,
  offsetsByTimes,
  pollConsumer,
  seekConsumer,
  wakeupConsumer,
  type ConsumerRecord,
  type ConsumerUser,
} from './index.ts'

interface Env extends ConsumerUser {
  read: ConsumerRecord[]
  polls: number[]
  failure: Failure | null
  found: unknown
}
/** Polls again and again. */
const readAll = proc<Env, { timeoutMs: number }>(
  'test.readAll',
  [
    (t) => {
      const records = (t.value ?? []) as readonly ConsumerRecord[]
      t.env.read.push(...records)
      if (t.value !== undefined) t.env.polls.push(records.length)
      return t.again(t.call(pollConsumer, { timeoutMs: t.vars.timeoutMs }))
    },
  ],
  (t, failure) => {
    t.env.failure = { ...failure }
    return t.return()
  },
)
const query = proc<Env, { wanted: { topic: string; partition: number; timestamp: number }[] | null }>(
  'test.query',
  [
    (t) => (t.vars.wanted === null ? t.call(listConsumerTopics, {}) : t.call(offsetsByTimes, { wanted: t.vars.wanted })),
    (t) => {
      t.env.found = t.value
    },
  ],
  (t, failure) => {
    t.env.failure = { ...failure }
    return t.return()
  },
)

type Fetched = ResponseBody<'Fetch'>['responses'][number]['partitions'][number]
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const batch = (baseOffset: number, values: readonly string[], more: object = {}): Uint8Array =>
  encodeBatch(
    { baseOffset, partitionLeaderEpoch: 0, ...more },
    values.map((value, i) => ({ timestamp: 1000 + baseOffset + i, key: null, value: encode(value) })),
  )

/** Brokers 1 and 2 as far as a consumer sees them: partition 0 is led by 1, partition 1 by 2. */
class Cluster {
  readonly ctx = fakeContext()
  readonly env: Env = { threads: newThreads(), consumer: null, read: [], polls: [], failure: null, found: undefined }
  readonly requests: AnyRequest[] = []
  leaders = [1, 2]
  epoch = 0
  start = 0
  end = 0
  /** What a fetch finds; undefined: nothing, for as long as it may wait. */
  fetch: (partition: number, offset: number) => Partial<Fetched> | undefined = () => undefined
  epochEnd = Infinity
  isDead = false
  private seen = 0
  private opened = 0
  private readonly due: Due[] = []

  constructor(settings: Record<string, string> = {}) {
    this.env.consumer = newConsumer(this.ctx, { 'bootstrap.servers': 'kafka1:9092', ...settings })
  }
  assign(to: number | 'earliest' | 'latest', ...partitions: number[]): this {
    const tps = partitions.map((partition) => ({ topic: 't', partition }))
    assignPartitions(this.env.consumer!, tps)
    for (const tp of tps) seekConsumer(this.env.consumer!, tp, to)
    return this
  }
  run(timeoutMs = Infinity): this {
    startThread(this.env, 'main', readAll, { timeoutMs })
    runThreads(this.ctx, this.env)
    return this
  }
  ask(wanted: { topic: string; partition: number; timestamp: number }[] | null): this {
    startThread(this.env, 'main', query, { wanted })
    runThreads(this.ctx, this.env)
    return this
  }
  wakeup(): this {
    wakeupConsumer(this.env)
    runThreads(this.ctx, this.env)
    return this
  }
  pass(time: Micros): this {
    passTime(
      this.ctx,
      time,
      this.due,
      () => this.react(),
      (input) => this.input(input),
    )
    return this
  }
  private input(input: Input): void {
    if (!handleThreadTimer(this.env, input)) handleConsumer(this.ctx, this.env, input)
    runThreads(this.ctx, this.env)
  }
  private later(input: Input, delay = 500): void {
    this.due.push({ at: plus(this.ctx.now, us(delay)), input })
  }
  private react(): void {
    for (; this.opened < this.ctx.connects.length; this.opened++) {
      this.later({ type: this.isDead ? 'refused' : 'open', conn: this.opened + 1 } as Input)
    }
    for (; this.seen < this.ctx.sent.length; this.seen++) {
      const { conn, message } = this.ctx.sent[this.seen]!
      const request = message as unknown as AnyRequest
      this.requests.push(request)
      const { body, delay } = this.reply(request)
      this.later(
        { type: 'message', conn: conn as ConnId, message: kafkaResponse(request as KafkaRequest, body as never) } as unknown as Input,
        delay,
      )
    }
  }
  private reply(request: AnyRequest): { body: unknown; delay?: number } {
    switch (request.kind) {
      case 'ApiVersions':
        return { body: { errorCode: 0, apiVersions: [], throttleTimeMs: 0 } }
      case 'Metadata':
        return { body: this.metadata(request.body.topics ?? ['t']) }
      case 'ListOffsets': {
        const topics = request.body.topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition, timestamp }) => {
            const offset = timestamp === -2 ? this.start : timestamp === -1 ? this.end : -1
            return { partition, errorCode: 0, oldStyleOffsets: [], timestamp: -1, offset, leaderEpoch: this.epoch }
          }),
        }))
        return { body: { throttleTimeMs: 0, topics } }
      }
      case 'OffsetForLeaderEpoch': {
        const topics = request.body.topics.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition, leaderEpoch }) => ({ errorCode: 0, partition, leaderEpoch, endOffset: this.epochEnd })),
        }))
        return { body: { throttleTimeMs: 0, topics } }
      }
      case 'Fetch': {
        const asked = this.env.consumer!.sessions[1]!.partitions
        const responses = (request.body.topics.length > 0 ? request.body.topics : [{ topic: 't', partitions: asked }]).flatMap(
          ({ topic, partitions }) => {
            const found = partitions.flatMap(({ partition, fetchOffset }) => {
              const data = this.fetch(partition, fetchOffset)
              const rest = { lastStableOffset: -1, logStartOffset: 0, abortedTransactions: null, preferredReadReplica: -1, records: null }
              return data === undefined && request.body.sessionEpoch > 0
                ? []
                : [{ partition, errorCode: 0, highWatermark: this.end, ...rest, ...data }]
            })
            return found.length > 0 ? [{ topic, partitions: found }] : []
          },
        )
        const isEmpty = responses.every((r) => r.partitions.every((p) => p.records === null && p.errorCode === 0))
        return { body: { throttleTimeMs: 0, errorCode: 0, sessionId: 77, responses }, delay: isEmpty ? 500_000 : 500 }
      }
      default:
        throw new Error(request.kind)
    }
  }
  private metadata(topics: readonly string[]): ResponseBody<'Metadata'> {
    const brokers = [1, 2].map((nodeId) => ({ nodeId, host: `kafka${nodeId}`, port: 9092, rack: null }))
    const known = topics.map((name) => {
      const partitions = this.leaders.map((leaderId, partition) => ({
        errorCode: 0,
        partition,
        leaderId,
        leaderEpoch: this.epoch,
        replicaNodes: [1, 2],
        isrNodes: [1, 2],
        offlineReplicas: [],
      }))
      return { errorCode: 0, name, isInternal: false, partitions, topicAuthorizedOperations: 0 }
    })
    return { throttleTimeMs: 0, brokers, clusterId: 'c', controllerId: 1, topics: known, clusterAuthorizedOperations: 0 }
  }
  kinds(): string[] {
    return this.requests.map((r) => r.kind)
  }
  fetches(): KafkaRequest<'Fetch'>['body'][] {
    return this.requests.filter((r) => r.kind === 'Fetch').map((r) => (r as KafkaRequest<'Fetch'>).body)
  }
  values(): string[] {
    return this.env.read.map((r) => `${r.offset}:${new TextDecoder().decode(r.value!)}`)
  }
}
/** A partition with batches of which a fetch gets all from its offset on. */
const log =
  (...batches: readonly [base: number, last: number, bytes: Uint8Array][]): Cluster['fetch'] =>
  (_partition, offset) => {
    const found = batches.filter(([, last]) => last >= offset)
    if (found.length === 0) return undefined
    return { records: found.reduce((all, [, , bytes]) => all.append(bytes), Bytes.empty()) }
  }

describe('a consumer of assigned partitions', () => {
  test('looks up where to begin, then fetches in a session and goes on behind what it has read', () => {
    const cluster = new Cluster()
    cluster.end = 3
    cluster.fetch = log([0, 1, batch(0, ['a', 'b'])], [2, 2, batch(2, ['c'])])
    cluster.assign('earliest', 0).run().pass(seconds(2))
    expect(cluster.values()).toEqual(['0:a', '1:b', '2:c'])
    expect(cluster.kinds().slice(0, 5)).toEqual(['ApiVersions', 'Metadata', 'ApiVersions', 'ListOffsets', 'Fetch'])
    const [first, second, third] = cluster.fetches()
    expect(first).toMatchObject({ replicaId: -1, maxWaitMs: 500, minBytes: 1, maxBytes: 52428800, sessionId: 0, sessionEpoch: 0 })
    expect(first!.topics[0]!.partitions[0]).toEqual({
      partition: 0,
      currentLeaderEpoch: 0,
      fetchOffset: 0,
      logStartOffset: -1,
      maxBytes: 1048576,
    })
    expect(second).toMatchObject({ sessionId: 77, sessionEpoch: 1, topics: [{ partitions: [{ fetchOffset: 3 }] }] })
    expect(third).toMatchObject({ sessionId: 77, sessionEpoch: 2, topics: [] })
  })
  test('begins in the middle of a batch, and skips what compaction has taken from its end', () => {
    const cluster = new Cluster()
    cluster.fetch = log([0, 9, batch(0, ['a', 'b', 'c'], { lastOffset: 9 })])
    cluster.assign(1, 0).run().pass(seconds(1))
    expect(cluster.values()).toEqual(['1:b', '2:c'])
    expect(
      cluster
        .fetches()
        .at(-1)!
        .topics.flatMap((t) => t.partitions.map((p) => p.fetchOffset)),
    ).toEqual([])
    expect(cluster.env.consumer!.partitions[0]!.position!.offset).toBe(10)
    expect(cluster.kinds()).not.toContain('ListOffsets')
  })
  test('hands out 500 records at once', () => {
    const cluster = new Cluster()
    const values = Array.from({ length: 1200 }, (_, i) => String(i))
    cluster.fetch = log([0, 1199, batch(0, values)])
    cluster.assign(0, 0).run().pass(seconds(1))
    expect(cluster.env.polls).toEqual([500, 500, 200])
  })
  test('leaves out markers, and what was aborted when it reads what is committed', () => {
    const transaction = { producerId: 9, producerEpoch: 0, baseSequence: 0, isTransactional: true }
    const abort = encodeEndMarker(
      { type: 'ABORT', coordinatorEpoch: 0 },
      { baseOffset: 2, producerId: 9, producerEpoch: 0, timestamp: 1, partitionLeaderEpoch: 0 },
    )
    const batches = log(
      [0, 1, batch(0, ['a', 'b'], transaction)],
      [2, 2, abort],
      [3, 3, batch(3, ['c'], { ...transaction, baseSequence: 2 })],
    )
    const read = (level: string): string[] => {
      const cluster = new Cluster({ 'isolation.level': level })
      cluster.fetch = (partition, offset) => {
        const found = batches(partition, offset)
        return found === undefined ? undefined : { ...found, abortedTransactions: [{ producerId: 9, firstOffset: 0 }] }
      }
      return cluster.assign(0, 0).run().pass(seconds(1)).values()
    }
    expect(read('read_uncommitted')).toEqual(['0:a', '1:b', '3:c'])
    expect(read('read_committed')).toEqual(['3:c'])
  })
  test('begins again where its policy says when its offset is not there', () => {
    const outOfRange = (settings: Record<string, string>): Cluster => {
      const cluster = new Cluster(settings)
      cluster.start = 5
      cluster.fetch = (partition, offset) =>
        offset < 5 ? { errorCode: ERRORS.OFFSET_OUT_OF_RANGE, highWatermark: -1 } : log([5, 5, batch(5, ['f'])])(partition, offset)
      return cluster.assign(2, 0).run().pass(seconds(1))
    }
    expect(outOfRange({ 'auto.offset.reset': 'earliest' }).values()).toEqual(['5:f'])
    const refused = outOfRange({ 'auto.offset.reset': 'none' })
    expect(refused.env.failure).toEqual({
      type: 'org.apache.kafka.clients.consumer.OffsetOutOfRangeException',
      message: 'Offsets out of range with no configured reset policy for partitions: {t-0=2}',
    })
  })
  test('asks for the new leader, and whether that has what was read', () => {
    const cluster = new Cluster({ 'auto.offset.reset': 'earliest' })
    let moved = false
    cluster.fetch = (partition, offset) => {
      if (!moved) return log([0, 4, batch(0, ['a', 'b', 'c', 'd', 'e'])])(partition, offset)
      return cluster.epoch === 1 && offset < 5 ? log([3, 3, batch(3, ['D'], { partitionLeaderEpoch: 1 })])(partition, offset) : undefined
    }
    cluster.assign('earliest', 0).run().pass(seconds(1))
    moved = true
    cluster.epoch = 1
    cluster.epochEnd = 3
    const before = cluster.fetch
    cluster.fetch = (partition, offset) =>
      cluster.env.consumer!.metadata.epochs['t-0'] === 0 ? { errorCode: ERRORS.FENCED_LEADER_EPOCH } : before(partition, offset)
    cluster.pass(seconds(3))
    expect(cluster.kinds()).toContain('OffsetForLeaderEpoch')
    expect(cluster.values()).toEqual(['0:a', '1:b', '2:c', '3:d', '4:e', '3:D'])
  })
  test('ends a poll when its time is up, and when somebody wants it to', () => {
    const idle = new Cluster().assign(0, 0).run(700).pass(seconds(2))
    expect(idle.env.polls).toEqual([0, 0])
    idle.wakeup()
    expect(idle.env.failure?.type).toBe('org.apache.kafka.common.errors.WakeupException')
  })
  test('says that nobody is there, and goes on trying', () => {
    const cluster = new Cluster()
    cluster.isDead = true
    cluster.assign('latest', 0).run().pass(seconds(3))
    const warning = '[Consumer clientId=consumer-1, groupId=null] Connection to node -1 (kafka1/10.0.0.9:9092) could not be established.'
    expect(cluster.ctx.printed.filter((line) => line.includes(warning)).length).toBeGreaterThan(3)
  })
  test('reads no partition that is not there', () => {
    const cluster = new Cluster().assign('earliest', 7).run().pass(seconds(1))
    expect(new Set(cluster.kinds())).toEqual(new Set(['ApiVersions', 'Metadata']))
    expect(cluster.ctx.printed).toEqual([])
  })
  test('says which bytes are damaged when it comes to them', () => {
    const damaged = batch(1, ['b'])
    damaged[damaged.length - 2]! ^= 1
    const cluster = new Cluster()
    cluster.fetch = log([0, 0, batch(0, ['a'])], [1, 1, damaged])
    cluster.assign(0, 0).run().pass(seconds(1))
    expect(cluster.values()).toEqual(['0:a'])
    const message =
      'Received exception when fetching the next record from t-0. If needed, please seek past the record to continue consumption.'
    expect(cluster.env.failure).toEqual({ type: 'org.apache.kafka.common.KafkaException', message })
  })
  test('finds offsets at the ends, and topics', () => {
    const cluster = new Cluster()
    cluster.end = 12
    cluster.ask([
      { topic: 't', partition: 0, timestamp: -1 },
      { topic: 't', partition: 1, timestamp: -1 },
    ])
    cluster.pass(seconds(1))
    expect(cluster.env.found).toMatchObject([
      { topic: 't', partition: 0, offset: 12 },
      { topic: 't', partition: 1, offset: 12 },
    ])
    const topics = new Cluster().ask(null).pass(seconds(1))
    expect(topics.env.found).toMatchObject([{ name: 't', partitions: [{ partition: 0 }, { partition: 1 }] }])
  })
  test('gives a lookup up after default.api.timeout.ms', () => {
    const cluster = new Cluster({ 'default.api.timeout.ms': '2000' })
    cluster.isDead = true
    cluster.ask([{ topic: 't', partition: 0, timestamp: -1 }]).pass(seconds(4))
    expect(cluster.env.failure).toMatchObject({ type: 'org.apache.kafka.common.errors.TimeoutException' })
  })
  test.each([
    [{ 'auto.offset.reset': 'x' }, 'Invalid value x for configuration auto.offset.reset: String must be one of: latest, earliest, none'],
    [{ 'fetch.min.bytes': 'x' }, 'Invalid value x for configuration fetch.min.bytes: Not a number of type INT'],
    [{ 'max.poll.records': '0' }, 'Invalid value 0 for configuration max.poll.records: Value must be at least 1'],
    [{ 'bootstrap.servers': 'kafka1' }, 'Invalid url in bootstrap.servers: kafka1'],
  ])('refuses %j', (settings, message) => {
    expect(() => new Cluster(settings as unknown as Record<string, string>)).toThrow(message)
  })
})
