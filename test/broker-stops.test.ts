// What brokers' stops leave in partitions' states, against what a running cluster left: leaders, ISRs, leader epochs and controller epochs, one event after the other.

import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { seconds } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../src/sim/cluster/index.ts'
import { click, PLAYGROUND, run, scenarioWith } from './support/playground.ts'
import { createNode, makeTopic, nodeData, partitionState, setNode, type PartitionState } from './support/topics.ts'

interface Scenario {
  readonly event: string
  readonly before: Readonly<Record<string, PartitionState>>
  readonly after: Readonly<Record<string, PartitionState>>
  readonly controllerEpochZnodeAfter?: number
}
const { cases } = JSON.parse(readFileSync(new URL('./vectors/broker-stop-scenarios.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Scenario[]
}

const ELECT_ALL = JSON.stringify({ version: 1, partitions: [0, 1].map((partition) => ({ topic: 't', partition })) })
/** What a person does for an event to come about, and how long until the cluster has come to rest, in seconds. */
function actionFor(event: string, at: number): readonly [action: Action, takes: number] {
  const broker = /broker (\d)/.exec(event)?.[1]
  if (event.startsWith('SIGTERM')) return [click(at, `docker-compose term kafka${broker}`), 12]
  if (event.startsWith('SIGKILL')) return [click(at, `docker-compose kill kafka${broker}`), 14]
  if (event.startsWith('restart')) return [click(at, `docker-compose up -d kafka${broker}`), 20]
  if (event.startsWith('preferred election')) return [createNode(at, '/kafka/admin/preferred_replica_election', ELECT_ALL), 5]
  throw new Error(`no action for ${event}`)
}
const REPLICAS = [
  [1, 2],
  [2, 1],
]
const START = [
  click(0, 'docker-compose up -d zoo1 zoo2 zoo3 client'),
  click(6, 'docker-compose up -d kafka1'),
  click(14, 'docker-compose up -d kafka2'),
]
/** Those of the vectors that were measured one after the other in one cluster. */
const chain = cases.filter((c) => !('source' in c) && 'replicas [1,2]' in c.before)

describe.each([1, 2, 3])('seed %s', (seed) => {
  const actions: Action[] = [...START, ...makeTopic(24, 't', REPLICAS)]
  const ends: number[] = [30]
  for (const { event } of chain) {
    const at = ends.at(-1)!
    const [action, takes] = actionFor(event, at)
    actions.push(action)
    ends.push(at + takes)
  }
  // Filled by one run through all of them.
  const states: Record<string, unknown>[] = []
  const epochs: unknown[] = []
  beforeAll(() => {
    const scenario = scenarioWith(seed, PLAYGROUND, actions)
    const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
    for (const end of ends.slice(1)) {
      runActions(engine, scenario.actions, seconds(end))
      const named = REPLICAS.map((ids, p) => [`replicas [${ids.join(',')}]`, partitionState(engine.world, 't', p)] as const)
      states.push(Object.fromEntries(named))
      epochs.push(nodeData(engine.world, '/kafka/controller_epoch'))
    }
  })
  test.each(chain.map((c, i) => [i + 1, c.event, c] as const))('%i. %s', (n, _, scenario) => {
    const expected = Object.fromEntries(Object.entries(scenario.after).map(([name, state]) => [name, { version: 1, ...state }]))
    expect(states[n - 1]).toEqual(expected)
    expect(epochs[n - 1]).toBe(String(scenario.controllerEpochZnodeAfter))
  })
})

/** A cluster with a topic, some actions on it, and its partitions' states at a time. */
function after(
  seed: number,
  replicas: readonly (readonly number[])[],
  actions: readonly Action[],
  until: number,
): (PartitionState | undefined)[] {
  const { world } = run(scenarioWith(seed, PLAYGROUND, [...START, ...makeTopic(24, 't', replicas), ...actions]), until)
  return replicas.map((_, p) => partitionState(world, 't', p))
}

test('docker-compose stop of the controller ends in SIGKILL: the partition it led moves on by two epochs', () => {
  const scenario = cases.find((c) => c.event.startsWith('seed README'))!
  const [led, followed] = after(
    4,
    [
      [1, 2],
      [2, 1],
    ],
    [click(35, 'docker-compose stop kafka1')],
    60,
  )
  // There kafka2 was controller and stopped; here it is kafka1.
  const mirrored = (ids: readonly number[]): number[] => ids.map((id) => 3 - id)
  const [wasLed, wasFollowed] = [scenario.after['replicas [2,1]']!, scenario.after['replicas [1,2]']!]
  const expected = (s: PartitionState) => ({
    leader: 3 - s.leader,
    leader_epoch: s.leader_epoch,
    isr: mirrored(s.isr),
    controller_epoch: 2,
  })
  expect(led).toMatchObject(expected(wasLed))
  expect(followed).toMatchObject(expected(wasFollowed))
})

describe('a partition with one replica', () => {
  const scenario = cases.find((c) => 'replicas [2]' in c.before)! as Scenario & { readonly afterRestart: Scenario['after'] }
  const [before, dead, back] = [scenario.before, scenario.after, scenario.afterRestart].map((states) => states['replicas [2]']!)
  const grown = (state: PartitionState | undefined) => state && { leader: state.leader, by: state.leader_epoch, isr: state.isr }
  const since = (state: PartitionState) => ({ leader: state.leader, by: state.leader_epoch - before!.leader_epoch, isr: state.isr })

  test('has no leader while its broker is dead', () => {
    expect(grown(after(5, [[2]], [click(35, 'docker-compose kill kafka2')], 50)[0])).toEqual(since(dead!))
  })
  test('is led by it again when it returns', () => {
    const actions = [click(35, 'docker-compose kill kafka2'), click(50, 'docker-compose up -d kafka2')]
    expect(grown(after(5, [[2]], actions, 70)[0])).toEqual(since(back!))
  })
  test('keeps its leader when the broker leaves in order, and loses it with its znode', () => {
    expect(grown(after(6, [[2]], [click(35, 'docker-compose term kafka2')], 50)[0])).toEqual(since(dead!))
  })
})

const kill = (at: number, id: number): Action => click(at, `docker-compose kill kafka${id}`)
const up = (at: number, id: number): Action => click(at, `docker-compose up -d kafka${id}`)
describe('the last in-sync replica', () => {
  const bothDie = [kill(35, 2), kill(50, 1), up(60, 2)]

  test('gone, the other may not lead: it was not in sync', () => {
    expect(after(7, [[1, 2]], bothDie, 85)[0]).toMatchObject({ leader: -1, isr: [1] })
  })
  test('leads again when it is back, and the other joins it', () => {
    expect(after(7, [[1, 2]], [...bothDie, click(85, 'docker-compose up -d kafka1')], 110)[0]).toMatchObject({ leader: 1, isr: [1, 2] })
  })
  test('gone, the other leads as soon as the topic is allowed unclean elections', () => {
    const states = (until: number) => after(7, [[2, 1]], [kill(35, 1), up(50, 1), kill(49, 2), allow], until)[0]
    const allow = click(
      75,
      './wrappers/kafka-configs.sh --zookeeper zoo2:2181/kafka --alter --entity-type topics --entity-name t --add-config unclean.leader.election.enable=true',
    )
    expect(states(74)).toMatchObject({ leader: -1, leader_epoch: 2, isr: [2] })
    expect(states(82)).toMatchObject({ leader: 1, leader_epoch: 3, isr: [1] })
  })
  test('gone, the other leads where the topic allows unclean elections', () => {
    const config = JSON.stringify({ version: 1, config: { 'unclean.leader.election.enable': 'true' } })
    const unclean = setNode(40, '/kafka/config/topics/t', config)
    expect(after(7, [[1, 2]], [...bothDie, unclean], 85)[0]).toMatchObject({ leader: 2, isr: [2] })
  })
})
