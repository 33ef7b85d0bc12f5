// A small cluster for tests: its scenario, and a run that keeps its trace.

import { ms, seconds, type Micros } from '../../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario, type ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { TraceEntry, World } from '../../src/sim/kernel/index.ts'

/** `names` of a kind, with ids from 1. */
export const machines = (image: ScenarioHost['image'], names: readonly string[]): ScenarioHost[] =>
  names.map((name, i) => ({ name, image, ...(image === 'client' ? {} : { id: i + 1 }) }))

export const PLAYGROUND: readonly ScenarioHost[] = [
  ...machines('zookeeper', ['zoo1', 'zoo2', 'zoo3']),
  ...machines('kafka', ['kafka1', 'kafka2']),
  ...machines('client', ['client']),
]

/** A click at a time in seconds. */
export const click = (at: number, text: string): Action => ({ at: ms(Math.round(at * 1000)), terminal: 'test', kind: '!', text })

/** Starts all machines as the playground's reader does: the ensemble, then one broker after the other, the last one first. */
export function startAll(hosts: readonly ScenarioHost[]): Action[] {
  const names = (image: ScenarioHost['image']): string[] => hosts.filter((h) => h.image === image).map((h) => h.name)
  const brokers = names('kafka').reverse()
  const clients = names('client')
  return [
    click(0, `docker-compose up -d ${names('zookeeper').join(' ')}`),
    ...brokers.map((name, i) => click(6 + 7 * i, `docker-compose up -d ${name}`)),
    ...(clients.length > 0 ? [click(8, `docker-compose up -d ${clients.join(' ')}`)] : []),
  ]
}

export const scenarioWith = (seed: number, hosts: readonly ScenarioHost[], actions: readonly Action[]): Scenario => ({
  name: `test ${seed}`,
  title: '',
  about: '',
  seed,
  hosts,
  epochMs: 1_574_416_800_000,
  actions,
})

export interface Run {
  readonly world: World
  readonly trace: readonly TraceEntry[]
}

/** Runs a scenario to a time, on a plain object. */
export function run(scenario: Scenario, untilS: number): Run {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain' })
  const trace: TraceEntry[] = []
  engine.observers = [{ onNote: (entry) => void trace.push(entry) }]
  runActions(engine, scenario.actions, seconds(untilS))
  return { world: engine.world, trace }
}

/** When something was noted first, at or after a time; undefined when never. */
export const firstAt = (trace: readonly TraceEntry[], code: string, subject: string, from: Micros = 0 as Micros): Micros | undefined =>
  trace.find((e) => e.code === code && e.subject === subject && e.at >= from)?.at
