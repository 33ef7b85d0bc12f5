import { describe, expect, it } from 'vitest'
import { Bytes } from '../../base/index.ts'
import {
  API_KEYS,
  ERRORS,
  errorClass,
  errorName,
  kafkaRequest,
  kafkaResponse,
  LATEST_TIMESTAMP,
  messageSize,
  type RequestBody,
} from './index.ts'

const host1 = '1b9aa4ca7e24'
const host2 = '6f20c5d1a3be'
const broker = (id: number, host: string) => ({
  id,
  endPoints: [{ port: 9092, host, listenerName: 'PLAINTEXT', securityProtocolType: 0 }],
  rack: null,
})
const state = (partition: number, replicas: number[]) => ({
  partition,
  controllerEpoch: 1,
  leader: replicas[0]!,
  leaderEpoch: 0,
  isr: replicas,
  zkVersion: 0,
  replicas,
})

describe('wire sizes are those of the recordings', () => {
  const size = (message: Parameters<typeof messageSize>[0]) => messageSize(message)

  it('UpdateMetadata', () => {
    const body = (brokers: ReturnType<typeof broker>[], topics: RequestBody<'UpdateMetadata'>['topicStates'] = []) => ({
      controllerId: 2,
      controllerEpoch: 1,
      brokerEpoch: 4294967323,
      topicStates: topics,
      liveBrokers: brokers,
    })
    expect(size(kafkaRequest('UpdateMetadata', 0, '2', body([broker(2, host2)])))).toBe(76)
    expect(size(kafkaRequest('UpdateMetadata', 1, '2', body([broker(2, host2), broker(1, host1)])))).toBe(117)
    const wired = [
      {
        topic: 'wired',
        partitionStates: [
          { ...state(0, [2, 1]), offlineReplicas: [] },
          { ...state(1, [1, 2]), offlineReplicas: [] },
        ],
      },
    ]
    const request = kafkaRequest('UpdateMetadata', 3, '2', body([broker(2, host2), broker(1, host1)], wired))
    expect(size(request)).toBe(224)
    expect(size(kafkaResponse(request, { errorCode: 0 }))).toBe(6)
  })
  it('Produce', () => {
    const topics = [{ topic: 'wired', partitions: [{ partition: 0, records: Bytes.of(new Uint8Array(69)) }] }]
    const request = kafkaRequest('Produce', 4, 'producer-1', { transactionalId: null, acks: -1, timeoutMs: 30_000, topics })
    expect(size(request)).toBe(120)
    const partitions = [{ partition: 0, errorCode: 0, baseOffset: 0, logAppendTimeMs: -1, logStartOffset: 0 }]
    expect(size(kafkaResponse(request, { responses: [{ topic: 'wired', partitions }], throttleTimeMs: 0 }))).toBe(53)
  })
  it('ListOffsets', () => {
    const partitions = [{ partition: 0, currentLeaderEpoch: 0, timestamp: LATEST_TIMESTAMP, maxOffsets: 1 }]
    const request = kafkaRequest('ListOffsets', 15, 'consumer-1', {
      replicaId: -1,
      isolationLevel: 0,
      topics: [{ topic: 'wired', partitions }],
    })
    expect(size(request)).toBe(56)
    const found = [{ partition: 0, errorCode: 0, oldStyleOffsets: [], timestamp: -1, offset: 8, leaderEpoch: 0 }]
    expect(size(kafkaResponse(request, { throttleTimeMs: 0, topics: [{ topic: 'wired', partitions: found }] }))).toBe(49)
  })
  it('LeaderAndIsr', () => {
    const request = kafkaRequest('LeaderAndIsr', 1, '2', {
      controllerId: 2,
      controllerEpoch: 1,
      brokerEpoch: 4294967345,
      topicStates: [
        {
          topic: 'wired',
          partitionStates: [
            { ...state(0, [2, 1]), isNew: true },
            { ...state(1, [1, 2]), isNew: true },
          ],
        },
      ],
      liveLeaders: [
        { id: 2, host: host2, port: 9092 },
        { id: 1, host: host1, port: 9092 },
      ],
    })
    expect(size(request)).toBe(180)
    const partitions = [0, 1].map((partition) => ({ topic: 'wired', partition, errorCode: 0 }))
    expect(size(kafkaResponse(request, { errorCode: 0, partitions }))).toBe(36)
  })
  it('StopReplica and ControlledShutdown', () => {
    const stop = (partitionIds: number[]) =>
      kafkaRequest('StopReplica', 5, '2', {
        controllerId: 2,
        controllerEpoch: 1,
        brokerEpoch: 1,
        deletePartitions: false,
        partitions: [{ topic: 'wired', partitionIds }],
      })
    expect([size(stop([0])), size(stop([0, 1]))]).toEqual([47, 51])
    const leave = kafkaRequest('ControlledShutdown', 0, '1', { brokerId: 1, brokerEpoch: 4294967345 })
    expect([size(leave), size(kafkaResponse(leave, { errorCode: 0, remainingPartitions: [] }))]).toEqual([23, 10])
  })
  it('ApiVersions and Metadata of a tool', () => {
    const apis = kafkaRequest('ApiVersions', 0, 'adminclient-1', {})
    const apiVersions = API_KEYS.map(([, minVersion, maxVersion], apiKey) => ({ apiKey, minVersion, maxVersion }))
    expect([size(apis), size(kafkaResponse(apis, { errorCode: 0, apiVersions, throttleTimeMs: 0 }))]).toEqual([23, 284])
    const metadata = kafkaRequest('Metadata', 1, 'adminclient-1', {
      topics: [],
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    })
    expect(size(metadata)).toBe(30)
    const brokers = [
      { nodeId: 2, host: host2, port: 9092, rack: null },
      { nodeId: 1, host: host1, port: 9092, rack: null },
    ]
    const partitions = [
      { errorCode: 0, partition: 0, leaderId: 2, leaderEpoch: 0, replicaNodes: [2, 1], isrNodes: [2, 1], offlineReplicas: [] },
      { errorCode: 0, partition: 1, leaderId: 1, leaderEpoch: 0, replicaNodes: [1, 2], isrNodes: [1, 2], offlineReplicas: [] },
    ]
    const answer = (
      topics: { errorCode: number; name: string; isInternal: boolean; partitions: typeof partitions; topicAuthorizedOperations: number }[],
    ) =>
      size(
        kafkaResponse(metadata, {
          throttleTimeMs: 0,
          brokers,
          clusterId: '6l_A68F2QKGkVG4E-wYMug',
          controllerId: 2,
          topics,
          clusterAuthorizedOperations: 0,
        }),
      )
    expect(answer([])).toBe(96)
    expect(answer([{ errorCode: 0, name: 'wired', isInternal: false, partitions, topicAuthorizedOperations: 0 }])).toBe(198)
  })
  it('Fetch of an idle session: 63 out, 18 back; the first names a partition: 102', () => {
    const fetch = (topics: RequestBody<'Fetch'>['topics']) =>
      kafkaRequest('Fetch', 1, 'broker-1-fetcher-0', {
        replicaId: 1,
        maxWaitMs: 500,
        minBytes: 1,
        maxBytes: 10485760,
        isolationLevel: 0,
        sessionId: 7,
        sessionEpoch: 1,
        topics,
        forgottenTopics: [],
        rackId: '',
      })
    const partitions = [{ partition: 0, currentLeaderEpoch: 0, fetchOffset: 0, logStartOffset: 0, maxBytes: 1048576 }]
    expect([size(fetch([])), size(fetch([{ topic: 'wired', partitions }]))]).toEqual([63, 102])
    expect(size(kafkaResponse(fetch([]), { throttleTimeMs: 0, errorCode: 0, sessionId: 7, responses: [] }))).toBe(18)
    const records = Bytes.empty()
    const read = {
      partition: 0,
      errorCode: 0,
      highWatermark: 0,
      lastStableOffset: 0,
      logStartOffset: 0,
      abortedTransactions: null,
      preferredReadReplica: -1,
      records,
    }
    const responses = [{ topic: 'wired', partitions: [read] }]
    expect(size(kafkaResponse(fetch([]), { throttleTimeMs: 0, errorCode: 0, sessionId: 7, responses }))).toBe(71)
  })
  it('CreateTopics and DescribeConfigs', () => {
    const create = kafkaRequest('CreateTopics', 4, 'adminclient-1', {
      topics: [{ name: 'made', numPartitions: 2, replicationFactor: 2, assignments: [], configs: [] }],
      timeoutMs: 119999,
      validateOnly: false,
    })
    expect(size(create)).toBe(52)
    expect(size(kafkaResponse(create, { throttleTimeMs: 0, topics: [{ name: 'made', errorCode: 0, errorMessage: null }] }))).toBe(22)
    const describe = kafkaRequest('DescribeConfigs', 4, 'adminclient-1', {
      resources: [{ resourceType: 2, resourceName: 'made', configNames: null }],
      includeSynonyms: false,
    })
    expect(size(describe)).toBe(39)
  })
})

it('names errors', () => {
  expect(errorName(ERRORS.NOT_CONTROLLER)).toBe('NOT_CONTROLLER')
  expect(errorClass(41)).toBe('org.apache.kafka.common.errors.NotControllerException')
})
