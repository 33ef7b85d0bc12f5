// kafka-topics.sh against a real cluster, and against none.
import { describe, expect, test } from 'vitest'
import { click, PLAYGROUND, run, scenarioWith, startAll } from '../../../../test/support/playground.ts'
import { ms, type Micros } from '../../base/index.ts'
import type { Action } from '../../cluster/index.ts'
import type { World } from '../../kernel/index.ts'

const type = (at: number, text: string): Action => ({ at: ms(Math.round(at * 1000)), terminal: 't', kind: '$', text })
interface Shown {
  readonly at: Micros
  readonly text: string
}
/** What programs printed on the terminal, piece by piece. */
const shown = (world: World): Shown[] => [...world.terminals.t!.entries].filter((entry) => entry.kind === 'output')
const text = (world: World): string =>
  shown(world)
    .map((piece) => piece.text)
    .join('')

/** Types commands in the client's shell, one after the other. */
function tell(until: number, before: readonly Action[], ...commands: [at: number, line: string][]): World {
  const actions = [...before, ...commands.map(([at, line]) => type(at, line))].sort((a, b) => a.at - b.at)
  return run(scenarioWith(3, PLAYGROUND, actions), until).world
}
const topics = (args: string): string => `./wrappers/kafka-topics.sh ${args}`
const started = startAll(PLAYGROUND)

describe('--list', () => {
  test('of an empty cluster: an empty line from brokers, nothing from ZooKeeper', () => {
    const world = tell(
      45,
      started,
      [25, topics('--bootstrap-server kafka1:9092 --list')],
      [35, topics('--zookeeper zoo1:2181/kafka --list')],
    )
    expect(shown(world)).toHaveLength(1)
    expect(text(world)).toBe('\n')
    expect(shown(world)[0]!.at / 1e6).toBeLessThan(35)
  })
  test('without a quorum ends after 30 s', () => {
    const world = tell(80, [...started, click(25, 'docker-compose kill zoo1 zoo2')], [30, topics('--zookeeper zoo3:2181/kafka --list')])
    expect(text(world)).toContain(
      'Exception in thread "main" kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING',
    )
    const at = shown(world).find((piece) => piece.text.includes('Timed out waiting'))!.at / 1e6
    expect(at).toBeGreaterThan(60)
    expect(at).toBeLessThan(63)
  })
  test('of a dead broker warns again and again and gives up after 120 s', () => {
    const world = tell(170, [...started, click(25, 'docker-compose kill kafka2')], [30, topics('--bootstrap-server kafka2:9092 --list')])
    const warned = text(world).split('WARN [AdminClient clientId=adminclient-1] Connection to node -1').length - 1
    expect(warned).toBeGreaterThan(50)
    expect(text(world)).toContain('Error while executing topic command : org.apache.kafka.common.errors.TimeoutException')
    const at = shown(world).find((piece) => piece.text.includes('Error while executing'))!.at / 1e6
    expect(at).toBeGreaterThan(149)
    expect(at).toBeLessThan(154)
  })
})
