// Tools that read records have one fingerprint, however their states are kept and wherever a run is cut into slices.

import { expect, test } from 'vitest'
import { ms, plus, seconds, type Micros } from '../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../src/sim/cluster/index.ts'
import { fingerprint, type EngineOptions } from '../src/sim/kernel/index.ts'
import { click, PLAYGROUND, scenarioWith, startAll } from './support/playground.ts'

const typed = (at: number, terminal: string, text: string): Action => ({ at: seconds(at), terminal, kind: '$', text })
const actions: readonly Action[] = [
  ...startAll(PLAYGROUND),
  typed(25, 'a', './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2,2:1'),
  typed(28, 'b', './wrappers/kafka-console-consumer.sh --bootstrap-server kafka1:9092 --topic t --partition 1 --from-beginning'),
  typed(28, 'c', './wrappers/kafka-replica-verification.sh --broker-list kafka1:9092 --report-interval-ms 2000'),
  typed(29, 'a', "printf 'a\\nb\\nc\\nd\\n' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic t"),
  typed(33, 'a', 'docker-compose exec kafka1 kafka-run-class.sh kafka.tools.GetOffsetShell --broker-list kafka1:9092 --topic t'),
  typed(35, 'a', './wrappers/kafka-log-dirs.sh --bootstrap-server kafka1:9092 --describe'),
  click(36, 'docker-compose kill kafka2'),
].sort((x, y) => x.at - y.at)
const END = seconds(46)
const scenario = scenarioWith(3, PLAYGROUND, actions)

function play(options: EngineOptions, slice?: Micros): { readonly print: string; readonly read: string } {
  const engine = new ClusterEngine(createWorld(scenario), options)
  for (let at = slice ?? END; ; at = plus(at, slice!)) {
    runActions(engine, actions, Math.min(at, END) as Micros)
    if (at >= END) break
    engine.checkpoint()
  }
  const shown = [...engine.world.terminals['b']!.entries].filter((entry) => entry.kind === 'output').map((entry) => entry.text)
  return { print: fingerprint(engine.checkpoint()), read: shown.join('') }
}
const plain = play({ mode: 'plain' })

test('they do something', () => {
  expect(plain.read).toMatch(/^[a-d]\n[a-d]\n(\[.*\] WARN .* Connection to node 2 .*\n)+$/)
})
test.each<[string, EngineOptions, Micros | undefined]>([
  ['drafted or copied, as each kind says', { mode: 'history' }, undefined],
  ['in slices of 130 ms', { mode: 'history' }, ms(130)],
  ['drafted all', { mode: 'history', grain: 'immer' }, undefined],
  ['plain and strict', { mode: 'plain', strict: true }, undefined],
])('%s', (_name, options, slice) => {
  expect(play(options, slice).print).toBe(plain.print)
})
