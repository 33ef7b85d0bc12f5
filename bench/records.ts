// Records: how many a second go through a producer, a leader and a follower, what one costs and takes; and sixteen minutes of segments that roll and go, from nothing.

import { readFileSync } from 'node:fs'
import { DEFAULT_SEED, scenarioOf } from '../cli/play.ts'
import { parseRecording } from '../cli/recording.ts'
import { seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../src/sim/cluster/index.ts'
import { History } from '../src/sim/history/index.ts'
import type { World } from '../src/sim/kernel/index.ts'
import { scenarioNamed } from '../src/sim/scenarios/index.ts'
import { heapCost, median, memoryUsed, report } from './measure.ts'

type Mode = 'plain' | 'history'
const MODES: readonly Mode[] = ['plain', 'history']
const RECORDS = 100_000
const PRODUCED_AT = seconds(40)
const ROUNDS = 3
const QUIET = seconds(300)

const line = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'bench', kind: '$', text })
const create = './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic t --partitions 1 --replication-factor 2'
const produce = `./wrappers/kafka-producer-perf-test.sh --topic t --num-records ${RECORDS} --record-size 100 --throughput -1 --producer-props bootstrap.servers=kafka1:9092 acks=all`

/** Something that runs a scenario; `kept` is all that it holds at its end. */
interface Runner {
  readonly world: World
  readonly kept: unknown
  to(at: Micros): void
}
function runner(scenario: Scenario, mode: Mode): Runner {
  if (mode === 'history') {
    const history = new History(scenario)
    return {
      get world() {
        return history.world
      },
      kept: history,
      to: (at) => void history.seek(at),
    }
  }
  const engine = new ClusterEngine(createWorld(scenario), { mode })
  return {
    get world() {
      return engine.world
    },
    kept: engine,
    to: (at) => void runActions(engine, scenario.actions, at),
  }
}

const isProducing = (world: World): boolean => Object.values(world.processes).some((p) => p.kind === 'kafka-producer-perf-test')

interface Produced {
  readonly ms: number
  readonly events: number
  /** Held more than before the first record, after a collection; 0 when that is not known. */
  readonly bytes: number
}
/** A producer that sends as fast as it can, until the last record is acknowledged by leader and follower. */
function produced(mode: Mode): Produced {
  const start = scenarioNamed('start')!
  const run = runner({ ...start, actions: [...start.actions, line(25, create), line(PRODUCED_AT / 1_000_000, produce)] }, mode)
  run.to(PRODUCED_AT)
  const [before, handled, began] = [memoryUsed(), run.world.handled, performance.now()]
  let at: Micros = PRODUCED_AT
  do run.to((at = (at + seconds(1)) as Micros))
  while (isProducing(run.world))
  const [ms, events] = [performance.now() - began, run.world.handled - handled]
  // What was on the wire is kept for a while, for the stage: it shall be forgotten.
  run.to((at + QUIET) as Micros)
  const bytes = before === 0 ? 0 : memoryUsed() - before
  return { ms, events, bytes: run.kept === undefined ? 0 : bytes }
}

function appends(heapNs: number): void {
  for (const mode of MODES) {
    produced(mode)
    const runs = Array.from({ length: ROUNDS }, () => produced(mode))
    const ms = median(runs.map((r) => r.ms).sort((a, b) => a - b))
    const { events, bytes } = runs[0]!
    report(`records ${mode}: through producer, leader and follower`, (RECORDS * 1000) / ms, 'records/s')
    report(`records ${mode}: a record`, (ms * 1000) / RECORDS, 'us')
    report(`records ${mode}: a record over a heap push and pop`, (ms * 1e6) / RECORDS / heapNs, 'x')
    report(`records ${mode}: an event`, (ms * 1000) / events, 'us')
    if (bytes > 0) report(`records ${mode}: a record of 100 bytes takes, on both brokers together`, bytes / RECORDS, 'bytes')
  }
}

function segments(): void {
  const text = readFileSync(new URL('../test/recordings/04-segments-roll-and-go.rec', import.meta.url), 'utf8')
  const scenario = scenarioOf(parseRecording(text), DEFAULT_SEED)
  const end = (scenario.actions.at(-1)!.at + seconds(20)) as Micros
  for (const mode of MODES) {
    const times = Array.from({ length: ROUNDS + 1 }, () => {
      const began = performance.now()
      const run = runner(scenario, mode)
      run.to(end)
      return { ms: performance.now() - began, events: run.world.handled }
    }).slice(1)
    const ms = median(times.map((t) => t.ms).sort((a, b) => a - b))
    report(`recording 04 ${mode}: from nothing to its end`, ms, 'ms')
    report(`recording 04 ${mode}: events`, times[0]!.events, 'events')
    report(`recording 04 ${mode}: an event`, (ms * 1000) / times[0]!.events, 'us')
    report(`recording 04 ${mode}: simulated over real time`, end / 1000 / ms, 'x')
  }
}

export function records(): void {
  const heapNs = heapCost()
  report('flat binary heap at 200 entries: push and pop', heapNs, 'ns')
  appends(heapNs)
  segments()
}
