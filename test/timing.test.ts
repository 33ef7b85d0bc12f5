// How long things take, over 200 seeds, against what was measured on the real cluster: inside the ranges, and spread over them.

import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { Action } from '../src/sim/cluster/index.ts'
import type { TraceEntry } from '../src/sim/kernel/index.ts'
import { makeTopic } from './support/topics.ts'
import { click, firstAt, machines, PLAYGROUND, run, scenarioWith, startAll } from './support/playground.ts'

const ranges = (
  JSON.parse(readFileSync(new URL('./recordings/timing.json', import.meta.url), 'utf8')) as {
    range: Record<string, readonly [number, number, string]>
  }
).range

const SEEDS = 200
/** One run in so many ends the controller with SIGTERM instead of SIGKILL. */
const TERM_ONE_IN = 4

const seen: Record<string, number[]> = {}
const put = (what: string, from: number | undefined, to: number | undefined): void => {
  if (from === undefined || to === undefined) throw new Error(`${what} was not seen`)
  ;(seen[what] ??= []).push((to - from) / 1_000_000)
}

/** The first partition of the topic is kafka2's, the second kafka1's. */
const topicAt = (seed: number) =>
  makeTopic(19 + (seed % 11) / 5, 'playground', [
    [2, 1],
    [1, 2],
  ])
/** A cluster whose controller, kafka2, is ended at some phase of the session's ticks, and started again. */
function measure(seed: number): void {
  const ends = 24 + (seed % 40) / 10
  const isTerm = seed % TERM_ONE_IN === 0
  const actions = [
    ...startAll(PLAYGROUND),
    ...topicAt(seed),
    click(ends, `docker-compose ${isTerm ? 'term' : 'kill'} kafka2`),
    click(40, 'docker-compose up -d kafka2'),
  ]
  const { trace } = run(scenarioWith(seed, PLAYGROUND, actions), 50)
  const after = (code: string, subject: string, from?: TraceEntry['at']) => firstAt(trace, code, subject, from)
  const hit = after('container.signalled', 'kafka2')!
  const gone = after('znode.deleted', '/kafka/brokers/ids/2', hit)
  put(isTerm ? 'term to /brokers/ids/N gone' : 'kill to /brokers/ids/N gone', hit, gone)
  put('znode gone to new /controller', gone, after('znode.created', '/kafka/controller', hit))
  if (isTerm) put('term to process end', hit, after('container.ended', 'kafka2', hit))
  const leads = (tp: string) =>
    trace.find((e) => e.code === 'leader.elected' && e.subject === tp && e.at > hit && e.fields.leader === 1)?.at
  if (isTerm) put('term to new leader in state', hit, leads('playground-0'))
  else put('znode gone to new leader in state', gone, leads('playground-0'))
  const back = after('znode.created', '/kafka/brokers/ids/2', hit)
  for (const tp of ['playground-0', 'playground-1']) put('registration to ISR whole', back, after('isr.expanded', tp, back))
  put('start to registration', after('container.started', 'kafka2', hit), back)
}

beforeAll(() => {
  for (let seed = 1; seed <= SEEDS; seed++) measure(seed)
  for (const values of Object.values(seen)) values.sort((a, b) => a - b)
}, 240_000)

/** `spread`: how much of the range the middle nine tenths must cover. */
test.each([
  ['kill to /brokers/ids/N gone', 0.6],
  ['znode gone to new /controller', 0.05],
  ['start to registration', 0.4],
  ['term to /brokers/ids/N gone', 0.1],
  ['term to process end', 0.2],
  ['znode gone to new leader in state', 0.2],
  ['term to new leader in state', 0.06],
  ['registration to ISR whole', 0.4],
])('%s', (what, spread) => {
  const [min, max] = ranges[what]!
  const values = seen[what]!
  expect(values[0]).toBeGreaterThanOrEqual(min)
  expect(values.at(-1)).toBeLessThanOrEqual(max)
  const at = (share: number): number => values[Math.floor(share * values.length)]!
  expect((at(0.95) - at(0.05)) / (max - min)).toBeGreaterThanOrEqual(spread)
})

const [least, most] = ranges['automatic leader rebalance after election']!
const hosts = [
  ...machines('zookeeper', ['zoo1', 'zoo2', 'zoo3']),
  ...machines('kafka', ['kafka1', 'kafka2', 'kafka3']),
  ...machines('client', ['client']),
]
/** Seconds from an election of a controller to the first election of preferred leaders. kafka3 comes first and is controller; kafka1 leads nothing since its restart. */
function untilRebalance(seed: number, actions: readonly Action[], until: number): number {
  const given = [
    ...startAll(hosts),
    ...makeTopic(30, 'playground', [
      [1, 2],
      [2, 1],
    ]),
    click(34, 'docker-compose kill kafka1'),
    click(44, 'docker-compose up -d kafka1'),
  ]
  const { trace } = run(scenarioWith(seed, hosts, [...given, ...actions]), until)
  const balanced = trace.find((e) => e.code === 'leader.elected' && e.fields.strategy === 'preferred' && e.fields.leader === 1)!
  expect(balanced.subject).toBe('playground-0')
  const elected = trace.filter((e) => e.code === 'controller.elected' && e.at < balanced.at).at(-1)!
  return (balanced.at - elected.at) / 1_000_000
}
test.each([1, 2, 3])('a new controller gives leaders back five seconds after its election (seed %s)', (seed) => {
  const took = untilRebalance(seed, [click(56, 'docker-compose kill kafka3')], 75)
  expect(took).toBeGreaterThan(least)
  expect(took).toBeLessThan(least + 1)
})
test.each([1, 2, 3])('else leaders go back at the next of its checks, five minutes apart (seed %s)', (seed) => {
  const took = untilRebalance(seed, [], 330)
  expect(took).toBeGreaterThan(most - 1)
  expect(took).toBeLessThan(most + 1)
})
