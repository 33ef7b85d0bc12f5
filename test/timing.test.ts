// How long things take, over 200 seeds, against what was measured on the real cluster: inside the ranges, and spread over them.

import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import type { TraceEntry } from '../src/sim/kernel/index.ts'
import { click, firstAt, PLAYGROUND, run, scenarioWith, startAll } from './support/playground.ts'

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

/** A cluster whose controller, kafka2, is ended at some phase of the session's ticks, and started again. */
function measure(seed: number): void {
  const ends = 24 + (seed % 40) / 10
  const isTerm = seed % TERM_ONE_IN === 0
  const actions = [
    ...startAll(PLAYGROUND),
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
  put('start to registration', after('container.started', 'kafka2', hit), after('znode.created', '/kafka/brokers/ids/2', hit))
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
])('%s', (what, spread) => {
  const [min, max] = ranges[what]!
  const values = seen[what]!
  expect(values[0]).toBeGreaterThanOrEqual(min)
  expect(values.at(-1)).toBeLessThanOrEqual(max)
  const at = (share: number): number => values[Math.floor(share * values.length)]!
  expect((at(0.95) - at(0.05)) / (max - min)).toBeGreaterThanOrEqual(spread)
})
