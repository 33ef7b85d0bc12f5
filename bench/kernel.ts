// The price of an event, with history and plain, beside a mutable flat binary heap; how fast an idle cluster runs; seeks; memory.

import { ms, seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Scenario } from '../src/sim/cluster/index.ts'
import { brokerStateOf } from '../src/sim/kafka/broker/index.ts'
import { CHECKPOINT_EVENTS, History } from '../src/sim/history/index.ts'
import type { World } from '../src/sim/kernel/index.ts'
import { scenarioNamed } from '../src/sim/scenarios/index.ts'
import { heapCost, heapUsed, quantile, report } from './measure.ts'

/** By then the cluster has started and is quiet. */
const QUIET = seconds(40)

function quiet(scenario: Scenario): World {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
  runActions(engine, scenario.actions, QUIET)
  return engine.checkpoint()
}

/** Runs an idle cluster for `virtual` seconds; [ms of real time, events]. */
function idle(world: World, mode: 'plain' | 'history', virtual: number): [number, number] {
  const engine = new ClusterEngine(world, { mode })
  const before = engine.world.handled
  const start = performance.now()
  const until = (world.now + seconds(virtual)) as Micros
  if (mode === 'plain') engine.run(until)
  else
    while (engine.world.now < until) {
      engine.run(until, CHECKPOINT_EVENTS)
      engine.checkpoint()
    }
  return [performance.now() - start, engine.world.handled - before]
}

/** The same cluster with a topic of one partition and two replicas. */
const withTopic = (scenario: Scenario): Scenario => ({
  ...scenario,
  actions: [
    ...scenario.actions,
    {
      at: seconds(25),
      terminal: 'bench',
      kind: '!',
      text: 'docker-compose exec -T kafka1 kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic playground --partitions 1 --replication-factor 2',
    },
  ],
})

function idleBoth(what: string, world: World, heapNs: number): void {
  const VIRTUAL = 6000
  // Code that runs for the first time is not what is measured.
  for (const mode of ['plain', 'history'] as const) idle(world, mode, 2 * VIRTUAL)
  for (const mode of ['plain', 'history'] as const) {
    const runs = Array.from({ length: 5 }, () => idle(world, mode, VIRTUAL)).sort((a, b) => a[0] - b[0])
    const [best, events] = runs[2]!
    report(`${what} ${mode}: events a virtual second`, events / VIRTUAL, 'events')
    report(`${what} ${mode}: an event`, (best * 1000) / events, 'us')
    report(`${what} ${mode}: an event over a heap push and pop`, (best * 1e6) / events / heapNs, 'x')
    report(`${what} ${mode}: simulated over real time`, (VIRTUAL * 1000) / best, 'x')
  }
}

/** Fifteen minutes with fifty actions: znodes read and written, brokers killed and started. */
function busyRun(): History {
  const history = new History(scenarioNamed('start')!)
  history.seek(QUIET)
  for (let i = 0; i < 50; i++) {
    history.seek((QUIET + i * seconds(17)) as Micros)
    const line =
      i % 10 === 3
        ? 'docker-compose kill kafka2'
        : i % 10 === 6
          ? 'docker-compose up -d kafka2'
          : `./wrappers/zk-shell zoo${(i % 3) + 1} --run-once "create /bench-${i} x"`
    history.act({ terminal: 'host', kind: '$', text: line })
  }
  history.seek(seconds(900))
  return history
}

function seeks(history: History): void {
  const samples: number[] = []
  let at = 1
  for (let i = 0; i < 500; i++) {
    at = (at * 48271) % 2147483647
    const target = ms(at % 900_000)
    const start = performance.now()
    history.seek(target)
    // The first hundred warm the code up.
    if (i >= 100) samples.push(performance.now() - start)
  }
  samples.sort((a, b) => a - b)
  report('seek in 15 minutes with 50 actions: p50', quantile(samples, 0.5), 'ms')
  report('seek in 15 minutes with 50 actions: p99', quantile(samples, 0.99), 'ms')
  report('seek in 15 minutes with 50 actions: checkpoints', history.checkpointCount, 'kept')
}

function hour(): void {
  const before = heapUsed()
  const history = new History(scenarioNamed('start')!)
  const start = performance.now()
  history.seek(seconds(3600))
  report('an hour with history', performance.now() - start, 'ms')
  const after = heapUsed()
  if (after > 0) report('an hour of history takes', (after - before) / 1e6, 'MB')
  report('an hour of history: checkpoints', history.checkpointCount, 'kept')
}

export function kernel(): void {
  const heapNs = heapCost()
  report('flat binary heap at 200 entries: push and pop', heapNs, 'ns')
  const start = scenarioNamed('start')!
  idleBoth('idle', quiet(start), heapNs)
  const world = quiet(withTopic(start))
  if (!Object.values(world.processes).some((p) => brokerStateOf(p)?.replicas.partitions.has('playground-0'))) throw new Error('no topic')
  idleBoth('idle with a topic', world, heapNs)
}
export function seeking(): void {
  seeks(busyRun())
}
export const memory = hour
