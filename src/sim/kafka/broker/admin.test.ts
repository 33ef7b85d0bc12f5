// What brokers answer to admin clients that ask for topics, partitions and leaders, good requests and bad ones.
import { describe, expect, test } from 'vitest'
import { admin, anywhere, body, call, make, request, said, spec, type Came } from '../../../../test/support/admin.ts'
import { click } from '../../../../test/support/playground.ts'
import {
  createPartitions,
  createTopics,
  deleteTopics,
  describeLogDirs,
  describeTopics,
  electPreferredLeaders,
  listTopicNames,
  type ElectedPartition,
  type Outcome,
  type TopicDescription,
} from '../client/index.ts'
import { ERRORS, type RequestBody } from '../protocol/index.ts'

const rawTopic = (name: string, more: Partial<RequestBody<'CreateTopics'>['topics'][number]> = {}) => ({
  name,
  numPartitions: 1,
  replicationFactor: 1,
  assignments: [],
  configs: [],
  ...more,
})
const names = (came: Came | undefined): string[] => [...(came!.value as string[])].sort()

describe('CreateTopics', () => {
  test('makes topics, and says why not', () => {
    const { came } = admin([
      make(spec('good', 3, 2)),
      make(spec('good', 1, 1)),
      make(spec('wide', 1, 3)),
      make(spec('none', 0, 1)),
      make(spec('zero', 1, 0)),
      make(spec('bad name', 1, 1)),
      make(spec('odd', 1, 1, { configs: [['retention', '1']] })),
      make(spec('odd', 1, 1, { configs: [['retention.ms', 'long']] })),
      make(spec('both', 1, 1, { assignments: [[0, [1]]] })),
      make(spec('gap', -1, -1, { assignments: [[1, [1]]] })),
      make(
        spec('uneven', -1, -1, {
          assignments: [
            [0, [1]],
            [1, [1, 2]],
          ],
        }),
      ),
      make(spec('twice', -1, -1, { assignments: [[0, [1, 1]]] })),
      make(spec('a.b', 1, 1)),
      make(spec('a_b', 1, 1)),
      make(spec('mine', -1, -1, { assignments: [[0, [2, 1]]] })),
      make(spec('', 1, 1)),
      call(createTopics, { topics: [spec('dry', 1, 1), spec('good', 1, 1)], validateOnly: true }),
      call(listTopicNames, { internal: true }),
    ])
    expect(came.slice(0, -1).flatMap(said)).toEqual([
      'good: ok',
      "good: TopicExistsException: Topic 'good' already exists.",
      'wide: InvalidReplicationFactorException: Replication factor: 3 larger than available brokers: 2.',
      'none: InvalidPartitionsException: Number of partitions must be larger than 0.',
      'zero: InvalidReplicationFactorException: Replication factor must be larger than 0.',
      "bad name: InvalidTopicException: Topic name \"bad name\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and '-'",
      'odd: InvalidConfigurationException: Unknown topic config name: retention',
      'odd: InvalidConfigurationException: Invalid value long for configuration retention.ms: Not a number of type LONG',
      'both: InvalidRequestException: Both numPartitions or replicationFactor and replicasAssignments were set. Both cannot be used at the same time.',
      'gap: InvalidReplicaAssignmentException: partitions should be a consecutive 0-based integer sequence',
      'uneven: InvalidReplicaAssignmentException: All partitions should have the same number of replicas',
      'twice: InvalidReplicaAssignmentException: Duplicate replica assignment found: Map(0 -> List(1, 1))',
      'a.b: ok',
      "a_b: InvalidTopicException: Topic 'a_b' collides with existing topics: a.b",
      'mine: ok',
      ": InvalidTopicException: The given topic name '' cannot be represented in a request.",
      'dry: ok',
      "good: TopicExistsException: Topic 'good' already exists.",
    ])
    expect(names(came.at(-1))).toEqual(['a.b', 'good', 'mine'])
  })
  test('answers when all partitions have leaders, or when the time is up', () => {
    const ask = (name: string, timeoutMs: number, brokerId: number) =>
      request('kafka2', 'CreateTopics', {
        topics: [rawTopic(name, { numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [brokerId] }] })],
        timeoutMs,
        validateOnly: false,
      })
    // Nobody is broker 9: the partition gets no leader.
    const { came } = admin([ask('now', 0, 1), ask('never', 700, 9), call(describeTopics, { topics: ['now', 'never'] })])
    const codes = came.slice(0, 2).map((c) => body<'CreateTopics'>(c).topics.map((t) => [t.errorCode, t.errorMessage]))
    expect(codes).toEqual([[[ERRORS.REQUEST_TIMED_OUT, null]], [[ERRORS.REQUEST_TIMED_OUT, null]]])
    expect(came[1]!.at - came[0]!.at).toBeGreaterThan(0.7)
    // Brokers hear of a partition once it has had a leader.
    expect(said(came[2]).sort()).toEqual([
      'never: UnknownTopicOrPartitionException: This server does not host this topic-partition.',
      'now: ok',
    ])
  })
  test('is for the controller; a topic named twice is not made', () => {
    const ask = (host: string) =>
      request(host, 'CreateTopics', { topics: [rawTopic('t'), rawTopic('t'), rawTopic('u')], timeoutMs: 5000, validateOnly: false })
    const { came } = admin([ask('kafka1'), ask('kafka2')])
    expect(came.map((c) => body<'CreateTopics'>(c).topics.map((t) => `${t.name} ${t.errorCode} ${t.errorMessage}`))).toEqual([
      ['t 41 null', 'u 41 null'],
      ['t 42 Found multiple entries for this topic.', 'u 0 null'],
    ])
  })
})

describe('DeleteTopics', () => {
  test('deletes what is there', () => {
    const { came } = admin([
      make(spec('one', 2, 2), spec('two', 1, 1)),
      call(deleteTopics, { topics: ['one', 'nope', ''] }),
      call(deleteTopics, { topics: ['one'] }),
      call(listTopicNames, { internal: true }, 45),
      request('kafka1', 'DeleteTopics', { topicNames: ['two'], timeoutMs: 5000 }),
    ])
    expect(said(came[1]).sort()).toEqual([
      ": InvalidTopicException: The given topic name '' cannot be represented in a request.",
      'nope: UnknownTopicOrPartitionException: This server does not host this topic-partition.',
      'one: ok',
    ])
    expect(said(came[2])).toEqual(['one: UnknownTopicOrPartitionException: This server does not host this topic-partition.'])
    expect(names(came[3])).toEqual(['two'])
    expect(body<'DeleteTopics'>(came[4]).responses).toEqual([{ name: 'two', errorCode: ERRORS.NOT_CONTROLLER }])
  })
  test('is refused where topics may not be deleted', () => {
    const properties = { 'delete.topic.enable': 'false' }
    const { came } = admin([make(spec('one', 1, 1)), call(deleteTopics, { topics: ['one'] })], 60, [], properties)
    expect(said(came[1])).toEqual(['one: TopicDeletionDisabledException: Topic deletion is disabled.'])
  })
})

describe('CreatePartitions', () => {
  const grow = (topic: string, count: number, assignment: number[][] | null = null, validateOnly = false) =>
    call(createPartitions, { topics: [{ topic, count, assignment }], validateOnly })
  test('adds partitions, and says why not', () => {
    const { came } = admin([
      make(spec('t', 2, 1)),
      grow('t', 4),
      grow('t', 4),
      grow('t', 3),
      grow('nope', 3),
      grow('t', 5, [[7]]),
      grow('t', 5, [[1], [2]]),
      grow('t', 5, [[1, 2]]),
      grow('t', 6, [[2], [1]], true),
      grow('t', 6, [[2], [1]]),
      call(describeTopics, { topics: ['t'] }),
    ])
    expect(came.slice(1, -1).flatMap(said)).toEqual([
      't: ok',
      't: InvalidPartitionsException: Topic already has 4 partitions.',
      't: InvalidPartitionsException: Topic currently has 4 partitions, which is higher than the requested 3.',
      "nope: UnknownTopicOrPartitionException: The topic 'nope' does not exist.",
      't: InvalidReplicaAssignmentException: Unknown broker(s) in replica assignment: 7.',
      't: InvalidReplicaAssignmentException: Increasing the number of partitions by 1 but 2 assignments provided.',
      't: InvalidReplicaAssignmentException: Inconsistent replication factor between partitions, partition 0 has 1 while partitions [4] have replication factors [2], respectively.',
      't: ok',
      't: ok',
    ])
    const [described] = came.at(-1)!.value as Outcome<TopicDescription>[]
    expect(described!.value!.partitions.map((p) => p.leader).slice(4)).toEqual([2, 1])
  })
})

describe('ElectPreferredLeaders', () => {
  test('gives leadership back to who should have it', () => {
    const elect = (partitions: { topic: string; partition: number }[] | null, at = 0) => call(electPreferredLeaders, { partitions }, at)
    const { came } = admin(
      [
        make(spec('t', -1, -1, { assignments: [[0, [1, 2]]] })),
        elect([
          { topic: 't', partition: 0 },
          { topic: 't', partition: 5 },
        ]),
        // kafka1 went and came back: kafka2 leads.
        call(describeTopics, { topics: ['t'] }, 70),
        elect(null),
        call(describeTopics, { topics: ['t'] }),
        request('kafka1', 'ElectPreferredLeaders', { topicPartitions: [{ topic: 't', partitionIds: [0] }], timeoutMs: 3000 }),
      ],
      90,
      [click(32, 'docker-compose kill kafka1'), click(45, 'docker-compose up -d kafka1')],
    )
    const leader = (c: Came | undefined): number => (c!.value as Outcome<TopicDescription>[])[0]!.value!.partitions[0]!.leader
    const results = (c: Came | undefined): string[] =>
      (c!.value as ElectedPartition[]).map((r) => `${r.topic}-${r.partition}: ${r.failure?.message ?? 'ok'}`).sort()
    expect(results(came[1])).toEqual(['t-0: ok', 't-5: The partition does not exist.'])
    expect(leader(came[2])).toBe(2)
    expect(results(came[3])).toEqual(['t-0: ok'])
    expect(leader(came[4])).toBe(1)
    const raw = body<'ElectPreferredLeaders'>(came[5]).replicaElectionResults
    expect(raw[0]!.partitionResults).toEqual([{ partitionId: 0, errorCode: ERRORS.NOT_CONTROLLER, errorMessage: null }])
  })
})

describe('DescribeLogDirs', () => {
  test('of each broker: its replicas, empty as they are', () => {
    const { came } = admin([make(spec('t', -1, -1, { assignments: [[0, [1]]] })), call(describeLogDirs, { brokers: [1, 2] }, 40)])
    const replica = { topic: 't', partition: 0, size: 0, offsetLag: 0, isFuture: false }
    expect(came[1]!.value).toEqual([
      { key: '1', failure: null, value: [{ logDir: '/kafka-logs', failure: null, replicas: [replica] }] },
      { key: '2', failure: null, value: [{ logDir: '/kafka-logs', failure: null, replicas: [] }] },
    ])
  })
})

describe('Metadata', () => {
  const ask = (topics: string[] | null, allowAutoTopicCreation: boolean) =>
    anywhere('Metadata', {
      topics,
      allowAutoTopicCreation,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    })
  const errors = (came: Came | undefined): string[] =>
    (came!.value as { body: { topics: { name: string; errorCode: number }[] } }).body.topics.map((t) => `${t.name} ${t.errorCode}`)
  test('makes a topic that somebody asks for, where it may', () => {
    const { came } = admin([
      ask(['quiet'], false),
      ask(['asked', 'bad name'], true),
      call(describeTopics, { topics: ['asked', 'quiet'] }, 40),
      ask(['__consumer_offsets'], false),
      call(describeTopics, { topics: ['__consumer_offsets'] }, 50),
      call(listTopicNames, { internal: false }),
    ])
    expect(errors(came[0])).toEqual([`quiet ${ERRORS.UNKNOWN_TOPIC_OR_PARTITION}`])
    expect(errors(came[1]).sort()).toEqual([`asked ${ERRORS.LEADER_NOT_AVAILABLE}`, `bad name ${ERRORS.INVALID_TOPIC_EXCEPTION}`])
    expect(said(came[2]).sort()).toEqual([
      'asked: ok',
      'quiet: UnknownTopicOrPartitionException: This server does not host this topic-partition.',
    ])
    expect(errors(came[3])).toEqual([`__consumer_offsets ${ERRORS.LEADER_NOT_AVAILABLE}`])
    expect((came[4]!.value as Outcome<TopicDescription>[])[0]!.value!.partitions).toHaveLength(50)
    expect(names(came[5])).toEqual(['asked'])
  })
})
