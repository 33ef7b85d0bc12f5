// A partition's card: who decided what, who goes by old news, and what messages about partitions say.
import { beforeAll, describe, expect, test } from 'vitest'
import { History, isKafkaMessage, scenarioNamed, seconds, type Action, type KafkaMessage, type World } from '../../sim/index.ts'
import { PartitionTrace, partitionNamed, topicsOf, type PartitionView } from '../scene/index.ts'
import { kafkaWords } from './kafka-words.ts'
import { entryOf, logLines } from './logs.ts'
import { historyOf, machinesOf, opinionsOn, partitionMeant } from './partition.ts'
import { replicaLogs } from '../records/logs-view.ts'
import { rowsOf } from './topic-list.ts'

const start = scenarioNamed('start')!
const line = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'host', kind: '$', text })
const CREATE = './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic playground --partitions 4 --replication-factor 2'

let history: History
const at = (second: number): World => {
  history.seek(seconds(second))
  return history.world
}
const partitions = (world: World): readonly PartitionView[] => topicsOf(world).topics[0]!.partitions
/** A partition that broker 2 led before it was cut off, or followed. */
const first = (leader: number): { topic: string; partition: number } => {
  const { topic, partition } = partitions(at(33)).find((one) => one.state?.leader === leader)!
  return { topic, partition }
}

beforeAll(() => {
  const actions = [
    ...start.actions,
    line(26, CREATE),
    // Alive, but cut off from ZooKeeper and from the other broker: it goes on believing.
    line(34, 'link cut kafka2 zoo1; link cut kafka2 zoo2; link cut kafka2 zoo3; link cut kafka1 kafka2'),
    line(60, 'link heal kafka2 zoo1; link heal kafka2 zoo2; link heal kafka2 zoo3; link heal kafka1 kafka2'),
  ]
  history = new History({ ...start, actions })
})

const told = (tp: { topic: string; partition: number }, world: World) =>
  historyOf(new PartitionTrace().read(world.trace), tp, world.now)
    .filter((step) => !step.minor)
    .map((step) => `${step.text} / ${step.who}`)

describe('history', () => {
  test('of a partition whose leader was lost: who took it over, and on what ground', () => {
    const tp = first(2)
    const steps = told(tp, at(55))
    expect(steps[0]).toBe('Topic playground was created with 4 partitions / kafka2, controller')
    expect(steps[1]).toBe('Leader 2, epoch 0, ISR [2, 1] / kafka2, controller of epoch 1; the first live replica of a new partition')
    expect(steps.at(-1)).toMatch(/^Leader none → 1, epoch 2, ISR \[1\] \/ kafka1, controller of epoch 2; the leader was gone/)
  })
  test('of one that it followed: the ISR shrinks, and grows again by its leader', () => {
    const steps = told(first(1), at(90))
    expect(steps.some((text) => /^ISR \[1, 2\] → \[1\], epoch 1 \/ kafka1, controller of epoch 2; broker 2 is gone/.test(text))).toBe(true)
    expect(steps.some((text) => /^ISR \[1\] → \[1, 2\] \/ kafka1, the leader; the follower reached its end/.test(text))).toBe(true)
  })
  test('what is later than what was shown is not told', () => {
    const tp = first(2)
    const index = new PartitionTrace().read(at(90).trace)
    expect(historyOf(index, tp, seconds(33)).every((step) => step.at <= seconds(33))).toBe(true)
  })
})

test('a leader that was cut off is seen to go by old news, and no longer once it was told', () => {
  const tp = first(2)
  const seen = (world: World) => {
    const view = partitionNamed(topicsOf(world), tp.topic, tp.partition)!
    return opinionsOn(world, tp, view.state, view.assignment)
  }
  const stale = seen(at(55))
  expect(stale.filter((one) => one.differs.length > 0).map((one) => one.who)).toEqual(expect.arrayContaining(['kafka2']))
  const replica = stale.find((one) => one.key === 'replica kafka2')!
  expect(replica).toMatchObject({ what: 'replica, leads', leader: 2, leaderEpoch: 0, differs: ['leader', 'leaderEpoch', 'isr'] })
  expect(stale.find((one) => one.key === 'cache kafka2')!.differs).toContain('leader')
  expect(stale.find((one) => one.key === 'cache kafka1')!.differs).toEqual([])
  expect(topicsOf(history.world).topics[0]!.partitions[tp.partition]!.replicas.find((one) => one.broker === 2)).toMatchObject({
    kind: 'leader',
    stale: true,
  })
  expect(seen(at(90)).flatMap((one) => one.differs)).toEqual([])
})

test('the controller’s machines, the logs, and the way from an event to its partition', () => {
  const tp = first(1)
  expect(machinesOf(at(33), tp)).toEqual({
    partition: 'OnlinePartition',
    replicas: [
      [1, 'OnlineReplica'],
      [2, 'OnlineReplica'],
    ],
  })
  expect(machinesOf(at(20), tp)).toBeUndefined()
  const logs = replicaLogs(at(33), tp)
  expect(logs.map((log) => [log.host, log.view.logEndOffset, log.log!.epochs])).toContainEqual(['kafka1', 0, [[0, 0]]])
  const entry = [...at(33).trace].find((one) => one.code === 'leader.elected')!
  expect(partitionMeant(entry)!.topic).toBe('playground')
  expect(partitionMeant([...history.world.trace].find((one) => one.code === 'topic.created')!)).toBeUndefined()
})

test('the list is filtered by topic, by name and by trouble', () => {
  const view = topicsOf(at(55))
  const all = { topic: undefined, text: '', trouble: false }
  expect(rowsOf(view, all)).toHaveLength(4)
  expect(rowsOf(view, { ...all, text: 'GROUND-2' }).map((row) => row.name)).toEqual(['playground-2'])
  expect(rowsOf(view, { ...all, trouble: true }).every((row) => row.under)).toBe(true)
  expect(rowsOf(topicsOf(at(33)), { ...all, trouble: true })).toEqual([])
  expect(rowsOf(view, { ...all, topic: 'other' })).toEqual([])
})

test('requests about partitions are said in words, each line leading to its partition', () => {
  const seen = new Map<string, KafkaMessage>()
  for (let second = 27; second < 29; second += 0.05)
    for (const packet of at(second).packets) {
      const { message } = packet
      if (isKafkaMessage(message)) seen.set(`${message.kind} ${message.isRequest ? 'request' : 'answer'}`, message)
    }
  const said = (name: string) => kafkaWords(seen.get(name)!)!
  expect(said('LeaderAndIsr request').sentence).toBe('Controller 2, epoch 1, tells a broker whom to follow and what to lead')
  expect(said('LeaderAndIsr request').lines.map((one) => one.text)).toContainEqual(
    expect.stringMatching(/^playground-\d: leader \d, leader epoch 0, ISR \[\d, \d\], new$/),
  )
  expect(said('LeaderAndIsr request').lines[0]!.tp!.topic).toBe('playground')
  expect(said('LeaderAndIsr answer').sentence).toBe('Done, for all partitions')
  expect(said('UpdateMetadata request').sentence).toContain('live brokers [')
  expect(said('Fetch request').sentence).toMatch(/^Broker \d follows/)
})

test('a log line leads to what was noted in the same event', () => {
  const world = at(33)
  const lines = logLines(world, 'kafka2', 'state-change.log', 'TRACE', 'to OnlinePartition with state')
  expect(lines.length).toBeGreaterThan(0)
  for (const one of lines) expect(entryOf(world.trace, one)!.code).toBe('leader.elected')
  expect(entryOf(world.trace, { ...lines[0]!, event: -1 })).toBeUndefined()
})
