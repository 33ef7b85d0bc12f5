// How long things take over many seeds: within what was measured and is possible on a real cluster, and spread over it.
import { beforeAll, describe, expect, test } from 'vitest'
import { click, firstAt, PLAYGROUND, run, scenarioWith } from '../../../../test/support/playground.ts'

/** A stop's time is a sum of many small waits: a handful of runs does not show how far it spreads. */
const SEEDS = 100
const STARTS: [number, string][] = [
  [0, 'docker-compose up -d zoo1 zoo2 zoo3'],
  [8, 'docker-compose up -d kafka2'],
  [15, 'docker-compose up -d kafka1'],
]
/** Seconds between two of a run's events. */
interface Spans {
  start: number[]
  killToNode: number[]
  nodeToController: number[]
  termToNode: number[]
  termToEnd: number[]
  termNodeToController: number[]
}
const spans: Spans = { start: [], killToNode: [], nodeToController: [], termToNode: [], termToEnd: [], termNodeToController: [] }

function runWith(seed: number, at: number, text: string) {
  const { trace } = run(
    scenarioWith(
      seed,
      PLAYGROUND,
      [...STARTS, [at, text] as const].map(([when, what]) => click(when, what)),
    ),
    at + 12,
  )
  const after = (code: string, subject: string, from: number): number => firstAt(trace, code, subject, (from * 1e6) as never)! / 1e6
  spans.start.push(after('broker.registered', 'broker 2', 8) - 8, after('broker.registered', 'broker 1', 15) - 15)
  // From the signal on: docker-compose's own start is no part of what was measured.
  const hit = trace.find((e) => e.code === 'container.signalled' && e.subject === 'kafka2')!.at / 1e6
  const gone = trace.find((e) => e.at > at * 1e6 && e.code === 'znode.deleted' && e.subject === '/kafka/brokers/ids/2')!.at / 1e6
  return { hit, gone, elected: after('controller.elected', 'broker 1', at), stopped: () => after('broker.stopped', 'broker 2', at) }
}

beforeAll(() => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const at = 25 + ((seed * 7) % 20) / 10
    const killed = runWith(seed, at, 'docker-compose kill kafka2')
    spans.killToNode.push(killed.gone - killed.hit)
    spans.nodeToController.push(killed.elected - killed.gone)
    const ended = runWith(seed + 1000, at, 'docker-compose term kafka2')
    spans.termToNode.push(ended.gone - ended.hit)
    spans.termToEnd.push(ended.stopped() - ended.hit)
    spans.termNodeToController.push(ended.elected - ended.gone)
  }
}, 120_000)

describe('seconds', () => {
  test.each([
    ['from a start to the registration', 'start', 1.5, 6, 2],
    ['from a kill to the end of the znode', 'killToNode', 4, 8.1, 1.5],
    ['from there to the next controller', 'nodeToController', 0, 0.2, 0.01],
    ['from a termination to the end of the znode', 'termToNode', 0.3, 3, 0.5],
    ['from a termination to the end of the process', 'termToEnd', 1.5, 6, 0.5],
    ['from the end of a terminated one’s znode to the next controller', 'termNodeToController', 0, 0.2, 0.01],
  ] as const)('%s', (_, name, least, most, spread) => {
    const all = spans[name]
    expect(Math.min(...all)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...all)).toBeLessThanOrEqual(most)
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(spread)
  })
})
