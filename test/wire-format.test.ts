// The wire's formatters, held to lines of the real wire.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { kafkaRequest, kafkaResponse, type KafkaMessage } from '../src/sim/kafka/protocol/index.ts'
import { makeZxid, type ElectMessage, type QuorumMessage, type Stat, type ZkMessage } from '../src/sim/zookeeper/protocol/index.ts'
import { formatElect } from '../cli/wire/format-elect.ts'
import { formatKafka, numbers } from '../cli/wire/format-kafka.ts'
import { formatQuorum } from '../cli/wire/format-quorum.ts'
import { formatTcp } from '../cli/wire/format-tcp.ts'
import { formatZk } from '../cli/wire/format-zk.ts'
import type { Capture, Passed } from '../cli/wire/line.ts'

const folder = new URL('./recordings/wire/', import.meta.url)
const real = ['start-up', 'topic-and-failover', 'graceful', 'admin', 'group', 'zookeeper-lost']
  .map((f) => readFileSync(new URL(`${f}.txt`, folder), 'utf8'))
  .join('\n')

const passed = { from: { host: 'x', pid: 1 } } as Passed
const capture = (ms?: number, named = false): Capture => ({
  sessionName: (id) => ({ a: 'kafka2', b: 'kafka2/chroot' })[id] ?? '0x…',
  latencyMs: () => ms,
  hasNamedClient: () => named,
})
/** Some line of the real wire ends so. */
const isReal = (text: string) =>
  expect(real.includes(` ${text}\n`) || real.includes(` ${text}  \n`), `not on the real wire: ${text}`).toBe(true)

const z = (counter: number) => makeZxid(1, counter)
const stat = (over: Partial<Stat>): Stat => ({
  czxid: 0,
  mzxid: 0,
  pzxid: 0,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: '0',
  dataLength: 0,
  numChildren: 0,
  ...over,
})
const zk = (message: object, ms?: number) => formatZk({ proto: 'zk', ...message } as ZkMessage, passed, capture(ms))
const quorum = (message: object) => formatQuorum({ proto: 'quorum', ...message } as QuorumMessage, capture())
const registration =
  '{"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"},"endpoints":["PLAINTEXT://6f20c5d1a3be:9092"],"jmx_port":-1,"host":"6f20c5d1a3be","timestamp":"1795362933393","port":9092,"version":4}'

describe('zk', () => {
  test('requests', () => {
    isReal(zk({ kind: 'connect', sessionId: '0', timeoutMs: 6000, lastZxidSeen: 0, readOnly: false }))
    isReal(zk({ kind: 'create', xid: 1, request: { op: 'create', path: '/kafka', data: null, ephemeral: false, sequential: false } }))
    isReal(zk({ kind: 'getData', xid: 30, request: { op: 'getData', path: '/kafka/controller', watch: true } }))
    isReal(zk({ kind: 'closeSession', xid: 2, request: { op: 'closeSession' } }).trimEnd())
    isReal(zk({ kind: 'ping', xid: -2, request: { op: 'ping' } }))
    const create = { op: 'create', path: '/kafka/brokers/ids/2', data: null, ephemeral: true, sequential: false }
    isReal(
      zk({
        kind: 'multi',
        xid: 28,
        request: { op: 'multi', ops: [create, { op: 'setData', path: '/kafka/brokers/ids/2', version: 0, data: registration }] },
      }),
    )
    const change = {
      op: 'create',
      path: '/kafka/config/changes/config_change_',
      data: '{"version":2,"entity_path":"topics/made"}',
      ephemeral: false,
      sequential: true,
    }
    isReal(zk({ kind: 'create', xid: 5, request: change }))
    const watches = { op: 'setWatches', relativeZxid: z(60), data: ['/kafka/controller'], exist: [], child: ['/kafka/config/changes'] }
    isReal(zk({ kind: 'setWatches', xid: 35, request: watches }))
  })
  test('answers and events', () => {
    isReal(zk({ kind: 'connected', sessionId: 'b', timeoutMs: 6000 }, 26.8))
    isReal(zk({ kind: 'reply', of: 'create', xid: 1, zxid: z(2), err: 0, result: { path: '/kafka' } }, 20.2))
    isReal(zk({ kind: 'reply', of: 'create', xid: 2, zxid: z(6), err: -101, result: undefined }, 12.9))
    isReal(zk({ kind: 'reply', of: 'getData', xid: 34, zxid: z(28), err: 0, result: { data: null, stat: stat({ mzxid: z(18) }) } }, 2.2))
    const owned = stat({ version: 1, dataLength: 194, mzxid: z(27), ephemeralOwner: 'a' })
    isReal(zk({ kind: 'reply', of: 'getData', xid: 42, zxid: z(30), err: 0, result: { data: registration, stat: owned } }, 1.1))
    isReal(zk({ kind: 'reply', of: 'exists', xid: 45, zxid: z(30), err: 0, result: { stat: owned } }, 2.6))
    isReal(
      zk(
        {
          kind: 'reply',
          of: 'getChildren2',
          xid: 41,
          zxid: z(30),
          err: 0,
          result: { children: ['2'], stat: stat({ cversion: 1, numChildren: 1, mzxid: z(8) }) },
        },
        3.7,
      ),
    )
    const results = [
      { err: 0, op: 'create', path: '/kafka/brokers/ids/2' },
      { err: 0, op: 'setData', stat: owned },
    ]
    isReal(zk({ kind: 'reply', of: 'multi', xid: 28, zxid: z(27), err: 0, result: { results } }, 14.7))
    isReal(
      zk(
        {
          kind: 'reply',
          of: 'multi',
          xid: 56,
          zxid: z(31),
          err: 0,
          result: {
            results: [
              { err: 0, op: 'check' },
              { err: -101, op: 'delete' },
            ],
          },
        },
        8.4,
      ),
    )
    isReal(zk({ kind: 'watch', type: 'NodeCreated', path: '/kafka/controller' }))
  })
})

test('quorum', () => {
  isReal(quorum({ kind: 'FOLLOWERINFO', zxid: 0, sid: 3, protocol: 0x10000, configVersion: 0 }))
  isReal(quorum({ kind: 'LEADERINFO', zxid: z(0), protocol: 0x10000 }))
  isReal(quorum({ kind: 'ACKEPOCH', zxid: 0, currentEpoch: 0 }))
  isReal(quorum({ kind: 'snapshot', zxid: -1, size: 568 }))
  isReal(quorum({ kind: 'UPTODATE', zxid: -1 }))
  isReal(
    quorum({
      kind: 'REQUEST',
      zxid: -1,
      session: 'b',
      xid: 0,
      request: { op: 'createSession', timeoutMs: 6000, client: 'kafka2' },
      auth: [],
    }),
  )
  const create = { op: 'create', path: '/kafka', data: null, ephemeral: false, sequential: false }
  isReal(quorum({ kind: 'REQUEST', zxid: -1, session: 'b', xid: 1, request: create, auth: [{ scheme: 'ip', id: 'x' }] }))
  const txn = (xid: number, body: object) => ({ session: 'a', xid, zxid: 0, timeMs: 0, body })
  isReal(quorum({ kind: 'PROPOSAL', zxid: z(6), txn: txn(2, { op: 'error', err: -101 }) }))
  isReal(
    quorum({
      kind: 'PROPOSAL',
      zxid: z(5),
      txn: txn(1, { op: 'create', path: '/kafka/consumers', data: null, ephemeral: false, parentCversion: 1 }),
    }),
  )
  const body = {
    op: 'multi',
    txns: [
      { op: 'check', path: '/kafka/controller_epoch', version: 2 },
      { op: 'error', err: -101 },
    ],
  }
  isReal(quorum({ kind: 'PROPOSAL', zxid: z(31), txn: txn(56, body) }))
  isReal(quorum({ kind: 'PING', zxid: z(60), touched: [{ session: 'a', timeoutMs: 6000 }] }))
})

test('elect and tcp', () => {
  isReal(formatElect({ proto: 'elect', kind: 'hello', protocol: -65536, sid: 3, address: '0.0.0.0:3888' }))
  const vote = {
    proto: 'elect',
    kind: 'notification',
    state: 'LEADING',
    leader: 2,
    zxid: 0,
    round: 1,
    peerEpoch: 0,
    version: 2,
    config: 'x'.repeat(159),
  }
  isReal(formatElect(vote as ElectMessage))
  isReal(formatTcp('open', 2181))
  isReal(formatTcp('refused', 3888))
})

describe('kafka', () => {
  const text = (message: unknown, ms?: number, named = false) => formatKafka(message as KafkaMessage, passed, capture(ms, named))
  const partition = (n: number, leader: number, isr: number[]) => ({
    partition: n,
    controllerEpoch: 1,
    leader,
    leaderEpoch: 0,
    isr,
    zkVersion: 0,
    replicas: isr,
    isNew: true,
    offlineReplicas: [],
  })
  const topicStates = [{ topic: 'made', partitionStates: [partition(0, 2, [2, 1]), partition(1, 1, [1, 2])] }]
  const brokers = [
    { id: 2, host: '6f20c5d1a3be', port: 9092 },
    { id: 1, host: '1b9aa4ca7e24', port: 9092 },
  ]
  const base = { controllerId: 2, controllerEpoch: 1, brokerEpoch: z(49) }

  test('from the controller', () => {
    const isr = kafkaRequest('LeaderAndIsr', 3, '2', { ...base, topicStates, liveLeaders: brokers })
    isReal(text(isr))
    const partitions = [0, 1].map((n) => ({ topic: 'made', partition: n, errorCode: 0 }))
    isReal(text(kafkaResponse(isr, { errorCode: 0, partitions }), 81.6))
    const end = { port: 9092, host: '6f20c5d1a3be', listenerName: 'PLAINTEXT', securityProtocolType: 0 }
    const update = kafkaRequest('UpdateMetadata', 0, '2', {
      ...base,
      brokerEpoch: z(27),
      topicStates: [],
      liveBrokers: [{ id: 2, endPoints: [end], rack: null }],
    })
    isReal(text(update))
    isReal(text(kafkaResponse(update, { errorCode: 0 }), 46.3))
    isReal(
      text(
        kafkaRequest('StopReplica', 9, '2', { ...base, deletePartitions: true, partitions: [{ topic: 'made', partitionIds: [0, 1, 2] }] }),
      ),
    )
  })
  test('followers', () => {
    const part = { partition: 0, currentLeaderEpoch: 0, fetchOffset: 0, logStartOffset: 0, maxBytes: 1048576 }
    const fetch = {
      replicaId: 1,
      maxWaitMs: 500,
      minBytes: 1,
      maxBytes: 10485760,
      isolationLevel: 0,
      sessionId: 0,
      sessionEpoch: 0,
      forgottenTopics: [],
      rackId: '',
    }
    const first = kafkaRequest('Fetch', 0, 'broker-1-fetcher-0', { ...fetch, topics: [{ topic: 'wired', partitions: [part] }] })
    isReal(text(first))
    const answer = {
      partition: 0,
      errorCode: 0,
      highWatermark: 0,
      lastStableOffset: 0,
      logStartOffset: 0,
      abortedTransactions: null,
      preferredReadReplica: -1,
      records: null,
    }
    isReal(
      text(
        kafkaResponse(first, {
          throttleTimeMs: 0,
          errorCode: 0,
          sessionId: 77523932,
          responses: [{ topic: 'wired', partitions: [answer] }],
        }),
        613.3,
      ),
    )
    const forgotten = {
      ...fetch,
      sessionId: 1136379358,
      sessionEpoch: 176,
      topics: [],
      forgottenTopics: [{ topic: 'made', partitions: [0, 2] }],
    }
    isReal(text(kafkaRequest('Fetch', 176, 'broker-1-fetcher-0', forgotten)))
  })
  test('tools', () => {
    const all = { allowAutoTopicCreation: true, includeClusterAuthorizedOperations: false, includeTopicAuthorizedOperations: false }
    isReal(text(kafkaRequest('Metadata', 1, 'adminclient-1', { topics: [], ...all }), undefined, true))
    isReal(text(kafkaRequest('Metadata', 3, 'adminclient-1', { topics: null, ...all }), undefined, true))
    isReal(text(kafkaRequest('Metadata', 2, 'consumer-1', { topics: ['wired'], ...all }), undefined, true))
    isReal(text(kafkaRequest('ApiVersions', 0, 'adminclient-1', {}), undefined, true))
    isReal(text(kafkaRequest('DeleteTopics', 4, 'adminclient-1', { topicNames: ['made'], timeoutMs: 120000 }), undefined, true))
    const create = { name: 'made', numPartitions: 2, replicationFactor: 2, assignments: [], configs: [] }
    isReal(
      text(kafkaRequest('CreateTopics', 4, 'adminclient-1', { topics: [create], timeoutMs: 119999, validateOnly: false }), undefined, true),
    )
    const described = { resources: [{ resourceType: 2, resourceName: 'made', configNames: null }], includeSynonyms: false }
    isReal(text(kafkaRequest('DescribeConfigs', 4, 'adminclient-1', described), undefined, true))
    isReal(text(kafkaRequest('ControlledShutdown', 0, '2', { brokerId: 2, brokerEpoch: z(27) })))
  })
  test('numbers in a row', () => {
    expect([[], [3], [0, 1], [0, 1, 2], [0, 2, 3, 4, 9]].map(numbers)).toEqual(['', '3', '0,1', '0..2', '0,2..4,9'])
  })
})
