// A broker that leads its share of a thousand partitions over ten brokers is killed: events, time, and the longest that the page would wait.

import { plus, seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Scenario } from '../src/sim/cluster/index.ts'
import type { Event, World } from '../src/sim/kernel/index.ts'
import { report } from './measure.ts'

const BROKERS = 10
const PARTITIONS = 1000
const FACTOR = 3
/** Real milliseconds that the page gives a slice, and after which it wants to draw. */
const SLICE_MS = 8
const CREATED = seconds(60)
/** From the kill to quiet, in virtual seconds: six of silence, then the elections. */
const AFTER = seconds(15)

const numbered = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
const click = (at: number, text: string) => ({ at: seconds(at), terminal: 'bench', kind: '!' as const, text })

/** Ten brokers and a topic of a thousand partitions; broker 10 is started last, so it is not the controller. */
const scenario: Scenario = {
  name: 'bench failover',
  title: '',
  about: '',
  seed: 1,
  epochMs: 1_574_416_800_000,
  hosts: [
    ...numbered(3).map((id) => ({ name: `zoo${id}`, image: 'zookeeper' as const, id })),
    ...numbered(BROKERS).map((id) => ({ name: `kafka${id}`, image: 'kafka' as const, id })),
  ],
  actions: [
    click(0, 'docker-compose up -d zoo1 zoo2 zoo3'),
    ...numbered(BROKERS).map((id) => click(3 + id / 10, `docker-compose up -d kafka${id}`)),
    click(
      20,
      `docker-compose exec -T kafka1 kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic many --partitions ${PARTITIONS} --replication-factor ${FACTOR}`,
    ),
  ],
}

interface Slowest {
  ms: number
  what: string
}
const nameOf = (event: Event): string => {
  const what = event.what as { type: string; key?: string; message?: { kind: string } }
  return [what.type, what.key ?? what.message?.kind ?? ''].join(' ').trim()
}

/** Runs to `until` in slices, as the page does; the longest slice and the longest single event. */
function sliced(engine: ClusterEngine, until: Micros, finish: () => void): { slice: number; event: Slowest; total: number } {
  const event: Slowest = { ms: 0, what: '' }
  let longest = 0
  const from = performance.now()
  while (engine.world.now < until) {
    const start = performance.now()
    do {
      const before = performance.now()
      let last = ''
      engine.observers = [{ onEvent: (e) => void (last = nameOf(e)) }]
      if (engine.run(until, 1) === 0) break
      const took = performance.now() - before
      if (took > event.ms) {
        event.ms = took
        event.what = last
      }
    } while (engine.world.now < until && performance.now() - start < SLICE_MS)
    finish()
    longest = Math.max(longest, performance.now() - start)
  }
  return { slice: longest, event, total: performance.now() - from }
}

function created(): World {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
  const start = performance.now()
  runActions(engine, scenario.actions, CREATED)
  report(`${PARTITIONS} partitions over ${BROKERS} brokers: making them`, performance.now() - start, 'ms')
  report(`${PARTITIONS} partitions over ${BROKERS} brokers: events until then`, engine.world.handled, 'events')
  return engine.checkpoint()
}

export function failover(): void {
  const world = created()
  const kill = [...scenario.actions, click(60.5, 'docker-compose kill kafka10')]
  for (const mode of ['plain', 'history'] as const) {
    let leaders = 0
    const counting = new ClusterEngine(world, { mode: 'plain' })
    counting.observers = [{ onNote: (entry) => void (leaders += entry.code === 'leader.elected' ? 1 : 0) }]
    const until = plus(plus(CREATED, seconds(0.5)), AFTER)
    runActions(counting, kill, until)
    const engine = new ClusterEngine(world, { mode })
    runActions(engine, kill, plus(CREATED, seconds(0.5)))
    const handled = engine.world.handled
    const { slice, event, total } = sliced(engine, until, () => void (mode === 'history' && engine.checkpoint()))
    report(`failover ${mode}: leaders elected`, leaders, 'partitions')
    report(`failover ${mode}: events`, engine.world.handled - handled, 'events')
    report(`failover ${mode}: all of it`, total, 'ms')
    report(`failover ${mode}: longest slice`, slice, 'ms')
    report(`failover ${mode}: longest event (${event.what})`, event.ms, 'ms')
  }
}
