// A broker's machine loses its power: what was not flushed is gone, the log is recovered when it comes back, and the leader of the day gives it what it lacks.
import { describe, expect, test } from 'vitest'
import { click, PLAYGROUND, run, scenarioWith, startAll } from '../../../../test/support/playground.ts'
import { brokerStateOf } from '../../kafka/broker/index.ts'
import type { Host, World } from '../../kernel/index.ts'

const LOG = '/kafka-logs/t-0/00000000000000000000.log'
const on = (line: string): string => `docker-compose exec -T kafka2 ${line}`
const start = [
  ...startAll(PLAYGROUND),
  click(28, on('kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2')),
  click(36, on('kafka-verifiable-producer.sh --broker-list kafka2:9092,kafka1:9092 --topic t --throughput 10 --max-messages 120')),
]
const linesOf = (host: Host): string[] => [...(host.logs['console'] ?? [])].map((entry) => entry.text)
const bytesAt = ({ hosts }: World, host: string, path: string): number => hosts[host]!.disk.get(path)?.bytes?.length ?? 0
function logOf(world: World, host: string) {
  const process = world.processes[world.hosts[host]!.mainPid]
  return process && brokerStateOf(process)?.replicas.logs.get('t-0')
}

describe('power-off', () => {
  test('takes what the disk had not got; a kill does not', () => {
    const [killed, dark] = ['docker-compose kill kafka1', 'power-off kafka1'].map((line) => {
      const { world, trace } = run(scenarioWith(3, PLAYGROUND, [...start, click(45, line)]), 47)
      expect(world.hosts['kafka1']!.container).toBe('exited')
      return { world, trace }
    }) as [ReturnType<typeof run>, ReturnType<typeof run>]
    expect(bytesAt(killed.world, 'kafka1', LOG)).toBeGreaterThan(500)
    expect(bytesAt(dark.world, 'kafka1', LOG)).toBe(0)
    expect(dark.trace.map((e) => e.code)).toContain('host.power-lost')
    // What Kafka syncs itself is there.
    for (const file of ['meta.properties', 'replication-offset-checkpoint', 't-0/leader-epoch-checkpoint'])
      expect(dark.world.hosts['kafka1']!.disk.get(`/kafka-logs/${file}`)?.size, file).toBeGreaterThan(0)
  })

  test('a machine that comes back recovers its logs, and gets the rest from the leader', () => {
    const actions = [...start, click(45, 'power-off kafka1'), click(60, 'docker-compose up -d kafka1')]
    const { world } = run(scenarioWith(3, PLAYGROUND, actions), 100)
    const again = linesOf(world.hosts['kafka1']!)
    const boot = again.slice(again.lastIndexOf(again.filter((line) => /Loading logs/.test(line)).at(-1)!))
    expect(boot.join('\n')).toMatch(/Recovering unflushed segment 0/)
    expect(boot.join('\n')).toMatch(/Completed load of log with \d+ segments, log start offset 0 and log end offset 0/)
    const [one, two] = [logOf(world, 'kafka1'), logOf(world, 'kafka2')]
    expect(two!.logEndOffset).toBeGreaterThan(80)
    expect(one!.logEndOffset).toBe(two!.logEndOffset)
    expect(bytesAt(world, 'kafka1', LOG)).toBe(bytesAt(world, 'kafka2', LOG))
  })

  test('says what it does not know', () => {
    const { world } = run(
      scenarioWith(1, PLAYGROUND, [click(1, 'power-off kafka9'), click(2, 'power-off'), click(3, 'power-off kafka1')]),
      5,
    )
    const shown = Object.values(world.terminals).flatMap((t) => [...t.entries].filter((e) => e.kind === 'output').map((e) => e.text))
    expect(shown.join('')).toMatch(/there is no host kafka9/)
    expect(shown.join('')).toMatch(/usage: power-off/)
    expect(shown.join('')).toMatch(/power-off: kafka1 is not running/)
  })
})
