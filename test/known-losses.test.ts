// Where Kafka 2.3.0 itself loses or changes what was committed: each case that `docs/fidelity.md` names happens here too, and the checkers see it or know it.

import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording, printRecording } from '../cli/recording.ts'
import { seconds } from '../src/sim/base/index.ts'
import { watch } from '../src/sim/checkers/index.ts'
import { batchesIn } from '../src/sim/checkers/replicated-records.ts'
import { ClusterEngine, createWorld, runActions } from '../src/sim/cluster/index.ts'
import { brokerStateOf } from '../src/sim/kafka/broker/index.ts'
import type { Log } from '../src/sim/kafka/log/index.ts'
import type { World } from '../src/sim/kernel/index.ts'
import { compareRecordings, describeDifferences } from './support/comparison.ts'
import { click, PLAYGROUND, scenarioWith, startAll } from './support/playground.ts'

function logOn(world: World, host: string, partition: string): Log {
  const log = brokerStateOf(world.processes[world.hosts[host]!.mainPid]!)?.replicas.logs.get(partition)
  if (log === undefined) throw new Error(`${host} has no log of ${partition}`)
  return log
}

test('KIP-516: a topic made again under its name, whose replicas never agree', () => {
  const real = parseRecording(readFileSync(new URL('./recordings/15-topic-made-again.rec', import.meta.url), 'utf8'))
  let watched: ReturnType<typeof watch> | undefined
  const played = playRecording(real, { onEngine: (engine) => void (watched = watch(engine)) })
  const text = printRecording({ header: real.header, actions: played.actions })
  expect(describeDifferences(compareRecordings(real.actions, parseRecording(text).actions))).toBe('')
  const { world } = played.engine
  const [one, two] = [logOn(world, 'kafka1', 'again-0'), logOn(world, 'kafka2', 'again-0')]
  expect([one.logEndOffset, two.logEndOffset]).toEqual([3, 3])
  expect(batchesIn(one, 0, 3)).not.toEqual(batchesIn(two, 0, 3))
  expect(text).toMatch(/\| new-3\n[^]*\| old-3\n/)
  expect(watched!.violations).toEqual([])
})

describe('KIP-966: the last replica in sync loses its power', () => {
  const start = [
    ...startAll(PLAYGROUND),
    click(
      28,
      './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2 --config min.insync.replicas=2',
    ),
    click(36, 'seq 1 50 | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic t --request-required-acks all'),
    click(44, 'docker-compose kill kafka2'),
  ]
  const play = (end: string): { world: World; found: readonly string[] } => {
    const actions = [...start, click(56, end), click(72, 'docker-compose up -d kafka1'), click(90, 'docker-compose up -d kafka2')]
    const scenario = scenarioWith(5, PLAYGROUND, actions)
    const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
    const watched = watch(engine)
    runActions(engine, scenario.actions, seconds(120))
    return { world: engine.world, found: watched.violations.map((v) => v.text) }
  }

  test('what two replicas had acknowledged is gone from both', () => {
    const { world, found } = play('power-off kafka1')
    expect(found).toContainEqual('broker 1, leader of t-0 in epoch 1, has records up to 0, and 50 were committed')
    for (const host of ['kafka1', 'kafka2']) expect(logOn(world, host, 't-0').logEndOffset, host).toBe(0)
  })
  test('a kill loses nothing', () => {
    const { world, found } = play('docker-compose kill kafka1')
    expect(found).toEqual([])
    for (const host of ['kafka1', 'kafka2']) expect(logOn(world, host, 't-0').logEndOffset, host).toBe(50)
  })
})
