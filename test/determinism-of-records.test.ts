// One run has one fingerprint while records are written, too: segments roll, are deleted and compacted, logs are cut, a machine loses its power,
// a disk runs full.

import { beforeAll, describe, expect, test } from 'vitest'
import { seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../src/sim/cluster/index.ts'
import { History } from '../src/sim/history/index.ts'
import { fingerprint, type EngineOptions, type TraceEntry } from '../src/sim/kernel/index.ts'
import { click, PLAYGROUND, scenarioWith, startAll } from './support/playground.ts'

const exec = (at: number, line: string): Action => click(at, `docker-compose exec -T kafka1 ${line}`)
const create = (at: number, rest: string): Action => exec(at, `kafka-topics.sh --zookeeper zoo1:2181/kafka --create ${rest}`)
const produce = (at: number, rest: string): Action =>
  exec(at, `kafka-verifiable-producer.sh --broker-list kafka1:9092,kafka2:9092 --max-messages 400 ${rest}`)
const idempotent = 'enable.idempotence=true\\nacks=all\\nretries=1000\\ncompression.type=gzip\\nlinger.ms=200'

const actions: readonly Action[] = [
  ...startAll(PLAYGROUND),
  create(
    24,
    '--topic short --replica-assignment 1:2,2:1 --config segment.bytes=1000 --config retention.ms=15000 --config file.delete.delay.ms=3000',
  ),
  create(
    25,
    '--topic table --replica-assignment 2:1 --config cleanup.policy=compact --config segment.ms=5000 --config min.cleanable.dirty.ratio=0.01',
  ),
  produce(30, '--topic short --throughput 20'),
  produce(31, '--topic table --throughput 5 --repeating-keys 4 --acks 1'),
  exec(
    33,
    `bash -c "printf '${idempotent}\\n' > /tmp/p; kafka-verifiable-producer.sh --broker-list kafka2:9092 --topic short --throughput 10 --max-messages 100 --producer.config /tmp/p"`,
  ),
  click(52, 'docker-compose kill kafka2'),
  click(66, 'docker-compose up -d kafka2'),
  click(78, 'link cut kafka1 kafka2'),
  click(80, 'power-off kafka2'),
  click(81, 'link heal kafka1 kafka2'),
  click(90, 'docker-compose up -d kafka2'),
  click(120, 'disk limit kafka1 4K'),
  click(140, 'disk heal kafka1; docker-compose up -d kafka1'),
]
const END = 345
const scenario = scenarioWith(6, PLAYGROUND, actions)

function play(options: EngineOptions, slice?: number): { readonly print: string; readonly trace: readonly TraceEntry[] } {
  const engine = new ClusterEngine(createWorld(scenario), options)
  const trace: TraceEntry[] = []
  engine.observers = [{ onNote: (entry) => void trace.push(entry) }]
  if (slice === undefined) runActions(engine, actions, seconds(END))
  else {
    for (let i = 0; engine.world.now < seconds(END); i++) {
      runActions(engine, actions, seconds(END), slice)
      if (i % 3 === 0) engine.checkpoint()
    }
  }
  return { print: fingerprint(engine.checkpoint()), trace }
}

describe('one fingerprint', () => {
  let expected: string
  beforeAll(() => {
    const { print, trace } = play({ mode: 'plain' })
    expected = print
    const codes = new Set(trace.map((e) => e.code))
    for (const code of ['segment.rolled', 'segment.deleted', 'log.compacted', 'host.power-lost', 'isr.expanded', 'log-dir.failed'])
      expect(codes).toContain(code)
  }, 60_000)

  test.each<[string, EngineOptions, number?]>([
    ['drafted or copied, as each kind says', { mode: 'history' }],
    ['plain and strict', { mode: 'plain', strict: true }],
    ['drafted and strict', { mode: 'history', strict: true }],
    ['in slices', { mode: 'history' }, 1777],
  ])(
    '%s',
    (_name, options, slice) => {
      expect(play(options, slice).print).toBe(expected)
    },
    60_000,
  )

  test('sought to and fro', () => {
    const history = new History(scenario, actions)
    const to = (at: number): string => {
      history.seek(seconds(at) as Micros)
      return fingerprint(history.world)
    }
    const first = to(60)
    expect(to(END)).toBe(expected)
    expect(to(60)).toBe(first)
    to(85)
    expect(to(END)).toBe(expected)
  }, 60_000)
})
