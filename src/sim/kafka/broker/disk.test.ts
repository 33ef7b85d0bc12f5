// A broker whose disk runs full or breaks: what it says, how it ends, what is left, and how it comes back. The lines are those of real brokers (test/recordings/logs/disk.txt).
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { click, PLAYGROUND, run, scenarioWith, startAll, type Run } from '../../../../test/support/playground.ts'
import type { Action } from '../../cluster/index.ts'
import { why } from '../../history/index.ts'
import type { World } from '../../kernel/index.ts'
import { brokerStateOf } from './index.ts'

/** The real lines by the title of their capture. */
const REAL: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  readFileSync(new URL('../../../../test/recordings/logs/disk.txt', import.meta.url), 'utf8')
    .split('\n== ')
    .slice(1)
    .map((section) => {
      const [title, ...lines] = section.trim().split('\n')
      return [title!, lines.map((line) => line.replace(/^\[[^\]]*\] /, '').replace(/ \([\w.$]+\)$/, ''))] as const
    }),
)
/** Offsets and times differ; the cleaner has a log of its own here. */
const shape = (line: string): string =>
  line
    .replace(/offset \d+/g, 'offset N')
    .replace(/\d{20}\.snapshot/, 'SNAPSHOT')
    .replace(/in \d+ ms/, 'in N ms')
const shapes = (lines: readonly string[]): string[] => lines.filter((line) => !/cleaner/.test(line)).map(shape)

const linesOf = (world: World, host: string): string[] => [...world.hosts[host]!.logs['console']!].map((e) => `${e.level} ${e.text}`.trim())
/** From the last line that has some words to the next that has others. */
function between(world: World, from: RegExp, to: RegExp): string[] {
  const lines = linesOf(world, 'kafka1')
  const first = lines.lastIndexOf(lines.filter((line) => from.test(line)).at(-1)!)
  return lines.slice(first, lines.findIndex((line, i) => i >= first && to.test(line)) + 1)
}
const HALT = /all log dirs in \/kafka-logs have failed/
const shown = ({ world }: Run): string =>
  Object.values(world.terminals)
    .flatMap((t) => [...t.entries].filter((e) => e.kind === 'output').map((e) => e.text))
    .join('')

const on = (line: string): string => `docker-compose exec -T kafka2 ${line}`
const LOG = '/kafka-logs/t-0/00000000000000000000.log'
const create = (assignment: string, topic = 't'): string =>
  on(`kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic ${topic} --replica-assignment ${assignment}`)
const produce = 'kafka-verifiable-producer.sh --broker-list kafka2:9092,kafka1:9092 --topic t --throughput 50 --max-messages 1500'
const play = (assignment: string, until: number, ...more: Action[]): Run =>
  run(scenarioWith(3, PLAYGROUND, [...startAll(PLAYGROUND), click(28, create(assignment)), click(36, on(produce)), ...more]), until)
const logOf = (world: World, host: string) => brokerStateOf(world.processes[world.hosts[host]!.mainPid]!)?.replicas.logs.get('t-0')

describe('a disk that runs full', () => {
  test('under a leader: it halts, the other leads; it cannot start on it, and recovers when there is room', () => {
    const full = click(35, 'disk limit kafka1 32K')
    const dead = play('1:2', 60, full)
    expect(shapes(between(dead.world, /^ERROR Error while appending/, HALT))).toEqual(shapes(REAL['a leader, its disk full at an append']!))
    const { container, exitCode, disk } = dead.world.hosts['kafka1']!
    expect([container, exitCode]).toEqual(['exited', 1])
    expect(dead.trace.map((e) => e.code)).not.toContain('broker.leaving')
    // The file ends within a batch, at the end of a block.
    expect(disk.get(LOG)!.size % 4096).toBe(0)
    const { leader, leaderEpoch } = brokerStateOf(dead.world.processes[dead.world.hosts['kafka2']!.mainPid]!)!.replicas.partitions.get(
      't-0',
    )!
    expect([leader, leaderEpoch]).toEqual([2, 1])
    expect(shown(dead)).toMatch(
      /producer_send_error.*KafkaStorageException","message":"Disk error when trying to access log file on the disk."/,
    )

    const again = play('1:2', 78, full, click(66, 'docker-compose up -d kafka1'))
    expect(shapes(between(again.world, /Loading logs/, HALT))).toEqual(shapes(REAL['a start on a full disk, after a halt']!))
    expect(again.world.hosts['kafka1']!.exitCode).toBe(1)
    expect(again.trace.filter((e) => e.code === 'broker.started' && e.host === 'kafka1')).toHaveLength(1)

    const back = play(
      '1:2',
      110,
      full,
      click(66, 'docker-compose up -d kafka1'),
      click(80, 'disk limit kafka1 none; docker-compose up -d kafka1'),
    )
    expect(shapes(between(back.world, /Loading logs/, /Logs loading complete/))).toEqual(shapes(REAL['a start with room again']!))
    expect(logOf(back.world, 'kafka2')!.logEndOffset).toBeGreaterThan(1000)
    expect(logOf(back.world, 'kafka1')!.logEndOffset).toBe(logOf(back.world, 'kafka2')!.logEndOffset)
  })

  test('under a follower', () => {
    const { world } = play('2:1', 50, click(35, 'disk limit kafka1 32K'))
    const real = REAL['a follower, its disk full at an append']!
    // The fetcher's own lines come beside those of the handler.
    expect(shapes(between(world, /^ERROR Error while appending/, HALT)).sort()).toEqual(shapes(real).sort())
    expect(world.hosts['kafka1']!.container).toBe('exited')
    expect(logOf(world, 'kafka2')!.logEndOffset).toBeGreaterThan(400)
  })

  test('of a broker at rest: the next checkpoint finds it', () => {
    const { world, trace } = run(
      scenarioWith(3, PLAYGROUND, [
        ...startAll(PLAYGROUND),
        click(28, create('1:2')),
        click(31, create('1:2', 'u')),
        click(47, 'disk full kafka1'),
      ]),
      60,
    )
    expect(shapes(between(world, /^ERROR Error while writing to checkpoint/, HALT))).toEqual(
      shapes(REAL['a disk full when high watermarks are written']!),
    )
    expect(world.hosts['kafka1']!.disk.get('/kafka-logs/replication-offset-checkpoint.tmp')!.size).toBe(0)
    // Why did it end? Since somebody filled its disk.
    const end = trace.find((e) => e.code === 'broker.stopped' && e.host === 'kafka1')!
    expect(why(world, end).map((c) => c.label)).toContain('disk full kafka1')
    const lost = trace.find((e) => e.code === 'session.closed' && e.at > end.at)
    expect(lost && why(world, lost)[0]!.label).toBe('disk full kafka1')
  })

  test('of a broker that is told to leave: it leaves no mark of a clean stop', () => {
    const { world } = play('1:2', 60, click(50, 'docker-compose term kafka1'), click(50.4, 'disk full kafka1'))
    expect(world.hosts['kafka1']!.exitCode).toBe(143)
    const lines = linesOf(world, 'kafka1').join('\n')
    expect(lines).toMatch(
      /There was an error in one of the threads during LogManager shutdown: java.io.IOException: No space left on device\nWARN/,
    )
    expect(lines).not.toMatch(/Stopping serving/)
    expect(world.hosts['kafka1']!.disk.get('/kafka-logs/.kafka_cleanshutdown')).toBeUndefined()
  })

  test('before the first start', () => {
    const hosts = PLAYGROUND
    const { world } = run(scenarioWith(3, hosts, [click(1, 'disk limit kafka1 4K; cp README.md data/kafka1/x'), ...startAll(hosts)]), 40)
    const lines = linesOf(world, 'kafka1')
    expect(lines).toContain('ERROR Failed to write meta.properties due to')
    expect(lines.join('\n')).toMatch(
      /Fatal error during KafkaServer startup. Prepare to shutdown\njava.io.IOException: No space left on device/,
    )
    expect(world.hosts['kafka1']!.exitCode).toBe(1)
  })
})

describe('a disk that breaks', () => {
  test('ends the broker at the next checkpoint, and no start succeeds before it is healed', () => {
    const actions = [
      ...startAll(PLAYGROUND),
      click(28, create('1:2')),
      click(47, 'disk fail kafka1'),
      click(60, 'docker-compose up -d kafka1'),
    ]
    const first = run(scenarioWith(3, PLAYGROUND, actions), 58)
    expect(shapes(between(first.world, /^ERROR Error while writing to checkpoint/, HALT)).sort()).toEqual(
      shapes(REAL['a read-only disk when high watermarks are written']!).sort(),
    )
    const second = run(scenarioWith(3, PLAYGROUND, actions), 75)
    expect(shapes(between(second.world, /Disk error while locking/, HALT))).toEqual(
      shapes(REAL['a start on a read-only disk, after a halt']!),
    )
    const third = run(scenarioWith(3, PLAYGROUND, [...actions, click(76, 'disk heal kafka1; docker-compose up -d kafka1')]), 95)
    expect(third.world.hosts['kafka1']!.container).toBe('running')
    expect(linesOf(third.world, 'kafka1').at(-1)).not.toMatch(/ERROR/)
  })

  test('with several log.dirs fails in all of them, and says so', () => {
    const hosts = PLAYGROUND.map((h) => (h.name === 'kafka1' ? { ...h, properties: { 'log.dirs': '/kafka-logs,/more-logs' } } : h))
    const r = run(scenarioWith(3, hosts, [...startAll(hosts), click(28, create('1:2')), click(47, 'disk fail kafka1')]), 58)
    expect(shown(r)).toContain('disk: the log.dirs of kafka1 stand on one disk here, and fail together\n')
    expect(linesOf(r.world, 'kafka1').at(-1)).toBe('ERROR Shutdown broker because all log dirs in /kafka-logs, /more-logs have failed')
  })

  test('takes no new topic, and deletes none', () => {
    const actions = [...startAll(PLAYGROUND), click(28, create('2:1')), click(32, create('2:1', 'gone'))]
    const more = [
      click(44.9, 'disk fail kafka1'),
      click(45, create('1:2', 'late')),
      click(45, on('kafka-topics.sh --zookeeper zoo1:2181/kafka --delete --topic gone')),
    ]
    const { world } = run(scenarioWith(4, PLAYGROUND, [...actions, ...more]), 60)
    expect(world.hosts['kafka1']!.exitCode).toBe(1)
    expect([...world.hosts['kafka1']!.disk].some(([path]) => path.includes('late'))).toBe(false)
  })
})
