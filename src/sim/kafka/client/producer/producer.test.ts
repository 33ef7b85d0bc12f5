import { describe, expect, test } from 'vitest'
import { plus, seconds, us, type Micros } from '../../../base/index.ts'
import type { ConnId, Input } from '../../../kernel/index.ts'
import { batchesOf, recordsOf } from '../../log/index.ts'
import { ERRORS, kafkaResponse, type AnyRequest, type KafkaRequest, type ResponseBody } from '../../protocol/index.ts'
import { fakeContext, passTime, type Due } from '../fake-context.ts'
import { handleThreadTimer, newThreads, proc, runThreads, startThread } from '../threads.ts'
import { closeProducer, flushProducer, handleProducer, newProducer, sendRecord, type ProducerUser, type Sent } from './index.ts'

interface Env extends ProducerUser {
  results: unknown[]
}
/** Sends values to a topic, one after another; then flushes. */
const sendAll = proc<Env, { topic: string; values: string[] }>('test.sendAll', [
  (t) => {
    const value = t.vars.values.shift()
    if (value === undefined) return undefined
    const record = { topic: t.vars.topic, key: null, value: new TextEncoder().encode(value), callback: value }
    return t.again(t.call(sendRecord, { record }))
  },
  (t) => t.call(flushProducer, {}),
])
const closeIt = proc<Env, object>('test.close', [(t) => t.call(closeProducer, {})])

type Produced = ResponseBody<'Produce'>['responses'][number]['partitions'][number]
/** Brokers 1 and 2 as far as a producer sees them. `answer` says what becomes of a batch: an error code, or undefined for silence. */
class Cluster {
  readonly ctx = fakeContext()
  readonly env: Env = { threads: newThreads(), producer: null, results: [] }
  readonly sent: Sent[] = []
  readonly requests: AnyRequest[] = []
  readonly ends = new Map<string, number>()
  leaders = [1, 2]
  answer: (topic: string, partition: number) => number | undefined = () => ERRORS.NONE
  private seen = 0
  private opened = 0
  private readonly due: Due[] = []

  constructor(settings: Record<string, string> = {}) {
    this.env.producer = newProducer(this.ctx, { 'bootstrap.servers': 'kafka1:9092', ...settings })
  }
  run(topic: string, values: string[]): this {
    startThread(this.env, `main ${this.ctx.now}`, sendAll, { topic, values })
    runThreads(this.ctx, this.env)
    return this
  }
  close(): this {
    startThread(this.env, 'hook', closeIt, {})
    runThreads(this.ctx, this.env)
    return this
  }
  /** Lets time pass. */
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
    if (!handleThreadTimer(this.env, input)) this.sent.push(...(handleProducer(this.ctx, this.env, input) ?? []))
    runThreads(this.ctx, this.env)
  }
  private later(input: Input): void {
    this.due.push({ at: plus(this.ctx.now, us(500)), input })
  }
  private react(): void {
    for (; this.opened < this.ctx.connects.length; this.opened++) this.later({ type: 'open', conn: this.opened + 1 } as Input)
    for (; this.seen < this.ctx.sent.length; this.seen++) {
      const { conn, message } = this.ctx.sent[this.seen]!
      const request = message as unknown as AnyRequest
      this.requests.push(request)
      const body = this.reply(request)
      if (body !== undefined)
        this.later({ type: 'message', conn: conn as ConnId, message: kafkaResponse(request as KafkaRequest, body as never), bytes: 0 })
    }
  }
  private reply(request: AnyRequest): unknown {
    if (request.kind === 'ApiVersions') return { errorCode: 0, apiVersions: [], throttleTimeMs: 0 }
    if (request.kind === 'InitProducerId') return { throttleTimeMs: 0, errorCode: 0, producerId: 7, producerEpoch: 0 }
    if (request.kind === 'Metadata') return this.metadata(request.body.topics ?? [])
    if (request.kind !== 'Produce') throw new Error(request.kind)
    const responses = request.body.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.flatMap(({ partition, records }): Produced[] => {
        const errorCode = this.answer(topic, partition)
        if (errorCode === undefined) return []
        const base = this.ends.get(`${topic}-${partition}`) ?? 0
        if (errorCode === 0) this.ends.set(`${topic}-${partition}`, base + [...batchesOf(records!)].reduce((n, b) => n + b.count, 0))
        return [{ partition, errorCode, baseOffset: errorCode === 0 ? base : -1, logAppendTimeMs: -1, logStartOffset: 0 }]
      }),
    }))
    return responses.some((r) => r.partitions.length > 0) ? { responses, throttleTimeMs: 0 } : undefined
  }
  private metadata(topics: readonly string[]): ResponseBody<'Metadata'> {
    const brokers = [1, 2].map((nodeId) => ({ nodeId, host: `kafka${nodeId}`, port: 9092, rack: null }))
    const known = topics.map((name) => {
      const errorCode = name === 'unknown' ? ERRORS.UNKNOWN_TOPIC_OR_PARTITION : ERRORS.NONE
      const partitions = this.leaders.map((leaderId, partition) => ({
        errorCode: 0,
        partition,
        leaderId,
        leaderEpoch: 0,
        replicaNodes: [1, 2],
        isrNodes: [1, 2],
        offlineReplicas: [],
      }))
      return { errorCode, name, isInternal: false, partitions: errorCode === 0 ? partitions : [], topicAuthorizedOperations: 0 }
    })
    return { throttleTimeMs: 0, brokers, clusterId: 'c', controllerId: 1, topics: known, clusterAuthorizedOperations: 0 }
  }
  produce(): KafkaRequest<'Produce'>[] {
    return this.requests.filter((r) => r.kind === 'Produce')
  }
  /** Values of the batches that were sent to a partition, a list for each batch. */
  values(partition: number): string[][] {
    return this.produce().flatMap(({ body }) =>
      body.topics.flatMap((t) =>
        t.partitions
          .filter((p) => p.partition === partition)
          .flatMap((p) => [...batchesOf(p.records!)].map((b) => recordsOf(b).map((r) => new TextDecoder().decode(r.value!)))),
      ),
    )
  }
}

describe('a producer', () => {
  test('asks for its topic, goes round the partitions, and is told the offsets', () => {
    const cluster = new Cluster().run('t', ['0', '1', '2', '3']).pass(seconds(1))
    expect(cluster.requests.slice(0, 2).map((r) => r.kind)).toEqual(['ApiVersions', 'Metadata'])
    const told = cluster.sent.map(({ callback, partition, offset, failure }) => [callback, partition, offset, failure])
    expect(told.sort()).toEqual([
      ['0', 0, 0, null],
      ['1', 1, 0, null],
      ['2', 0, 1, null],
      ['3', 1, 1, null],
    ])
  })
  test('sends again what failed for a time, and no more than it may', () => {
    const cluster = new Cluster({ retries: '2' })
    cluster.answer = () => ERRORS.NOT_LEADER_FOR_PARTITION
    cluster.run('t', ['a']).pass(seconds(2))
    expect(cluster.values(0)).toEqual([['a'], ['a'], ['a']])
    expect(cluster.sent).toMatchObject([
      { callback: 'a', offset: -1, failure: { type: 'org.apache.kafka.common.errors.NotLeaderForPartitionException' } },
    ])
    const warnings = cluster.ctx.printed
      .map((line) => /Got error produce response with correlation id \d+ (.*) \(org/.exec(line)?.[1])
      .filter(Boolean)
    expect(warnings).toEqual([
      'on topic-partition t-0, retrying (1 attempts left). Error: NOT_LEADER_FOR_PARTITION',
      'on topic-partition t-0, retrying (0 attempts left). Error: NOT_LEADER_FOR_PARTITION',
    ])
  })
  test('gives up what is too old', () => {
    const cluster = new Cluster({ 'delivery.timeout.ms': '5000', 'request.timeout.ms': '4000' })
    cluster.answer = () => undefined
    cluster.run('t', ['a']).pass(seconds(6))
    expect(cluster.sent.map((s) => s.failure?.message)).toEqual(['Expiring 1 record(s) for t-0:5000 ms has passed since batch creation'])
  })
  test('says after max.block.ms that a topic is not there', () => {
    const cluster = new Cluster({ 'max.block.ms': '3000' })
    const failed: unknown[] = []
    const once = proc<Env, object>(`test.once`, [
      (t) => t.call(sendRecord, { record: { topic: 'unknown', key: null, value: null, callback: 0 } }),
      (t) => void failed.push(t.value),
    ])
    startThread(cluster.env, 'main', once, {})
    runThreads(cluster.ctx, cluster.env)
    cluster.pass(seconds(4))
    expect(failed).toEqual([
      { type: 'org.apache.kafka.common.errors.TimeoutException', message: 'Topic unknown not present in metadata after 3000 ms.' },
    ])
    expect(cluster.ctx.printed[0]).toContain('Error while fetching metadata with correlation id 1 : {unknown=UNKNOWN_TOPIC_OR_PARTITION}')
  })
  test('fills a batch while it lingers', () => {
    const cluster = new Cluster({ 'linger.ms': '100' })
    cluster.leaders = [1]
    cluster.run('t', ['a', 'b', 'c']).pass(seconds(1))
    expect(cluster.values(0)).toEqual([['a', 'b', 'c']])
  })
  test('with idempotence numbers its batches, and those sent again keep their numbers', () => {
    const cluster = new Cluster({ 'enable.idempotence': 'true', 'batch.size': '1' })
    cluster.leaders = [1]
    let n = 0
    cluster.answer = () => (++n === 2 ? ERRORS.NOT_ENOUGH_REPLICAS : ERRORS.NONE)
    cluster.run('t', ['aaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbb', 'cccccccccccccccccccccccc']).pass(seconds(2))
    const batches = cluster
      .produce()
      .flatMap(({ body }) => body.topics.flatMap((t) => t.partitions.flatMap((p) => [...batchesOf(p.records!)])))
    expect(batches.map((b) => [b.producerId, b.baseSequence])).toContainEqual([7, 2])
    expect(batches.filter((b) => b.baseSequence === 1)).toHaveLength(2)
    expect(cluster.sent.every((s) => s.failure === null)).toBe(true)
  })
  test('waits for memory', () => {
    const cluster = new Cluster({ 'buffer.memory': '40000', 'linger.ms': '1000' })
    cluster
      .run(
        't',
        Array.from({ length: 400 }, (_, i) => `${i}-${'x'.repeat(300)}`),
      )
      .pass(seconds(20))
    expect(cluster.sent).toHaveLength(400)
    expect(cluster.env.producer!.memoryFree).toBe(40000)
  })
  test('closes when everything is answered', () => {
    const cluster = new Cluster({ 'linger.ms': '10000' }).run('t', ['a']).pass(seconds(1)).close().pass(seconds(1))
    expect(cluster.sent).toHaveLength(1)
    expect(cluster.env.producer).toBeNull()
  })
  test.each([
    [{ acks: '2' }, 'Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1'],
    [{ 'linger.ms': 'x' }, 'Invalid value x for configuration linger.ms: Not a number of type LONG'],
    [
      { 'enable.idempotence': 'true', acks: '1' },
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    ],
    [{ 'bootstrap.servers': 'kafka1' }, 'Invalid url in bootstrap.servers: kafka1'],
  ])('refuses %j', (settings, message) => {
    expect(() => new Cluster(settings as Record<string, string>)).toThrow(message)
  })
})
