// What the options mean: topics, settings and replicas as the command line wishes them, and what is told of wrong ones.
import { describe, expect, test } from 'vitest'
import { ThreadFailure } from '../../kafka/client/index.ts'
import { TOPIC_SETTINGS } from '../../kafka/log/index.ts'
import type { Context } from '../../kernel/index.ts'
import { COMPLETIONS } from '../../shell/index.ts'
import { commandOf, parseReplicaAssignment, topicWish, withOverrides } from './command.ts'
import { readCommandConfig } from './command-config.ts'
import { isWanted, partitionLine, topicLine, type PartitionDescription } from './describe.ts'
import { SPECS } from './options.ts'
import { filterTopics } from './topics.ts'

/** A context that knows the command line and files, and keeps what is printed. */
function context(line: string, files: Record<string, string> = {}): { ctx: Context; printed: string[] } {
  const printed: string[] = []
  const print = (text: string): void => void printed.push(text)
  const ctx = {
    argv: ['kafka-topics.sh', ...line.split(' ')],
    print,
    printError: print,
    wallMs: 0,
    below: (n: number) => n - 1,
    files: { read: (path: string) => files[path] },
  }
  return { ctx: ctx as unknown as Context, printed }
}
/** What is thrown, as the real program would tell it. */
function thrown(work: () => unknown): string {
  try {
    work()
    return 'nothing'
  } catch (error) {
    if (!(error instanceof ThreadFailure)) throw error
    return `${error.failure.type}: ${error.failure.message}`
  }
}
function wish(line: string) {
  const { ctx, printed } = context(line)
  return { ...topicWish(ctx, commandOf({ ctx })), printed }
}

describe('a wish', () => {
  test('has the values of its options', () => {
    expect(wish('--topic t --partitions 4 --replication-factor +2')).toMatchObject({
      name: 't',
      partitions: 4,
      replicationFactor: 2,
      assignment: null,
      configs: [],
    })
    expect(wish('--topic t').replicationFactor).toBe(-1)
    expect(wish('--topic t --replica-assignment=').assignment).toBeNull()
  })
  test('has settings without spaces around, the last of a name, in the order of a hash table', () => {
    const line = '--topic t --config retention.bytes=1 --config segment.bytes=20 --config retention.bytes=2 --delete-config flush.ms'
    expect(wish(line)).toMatchObject({
      configs: [
        ['segment.bytes', '20'],
        ['retention.bytes', '2'],
      ],
      configsToDelete: ['flush.ms'],
    })
  })
  test('warns of a message format', () => {
    expect(wish('--topic t --config message.format.version=2.2').printed).toEqual([
      'WARNING: The configuration message.format.version=2.2 is specified. This configuration will be ignored if the version is newer than the inter.broker.protocol.version specified in the broker.\n',
    ])
  })
  const FORM = 'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".'
  test.each([
    [
      '--topic t --topic u',
      'joptsimple.MultipleArgumentsForOptionException: Found multiple arguments for option topic, but you asked for only one',
    ],
    ['--topic t --partitions x', "joptsimple.OptionArgumentConversionException: Cannot parse argument 'x' of option partitions"],
    ['--topic t --config retention.ms', `java.lang.IllegalArgumentException: ${FORM}`],
    ['--topic t --config retention.ms=', `java.lang.IllegalArgumentException: ${FORM}`],
    ['--topic t --config a=b=c', `java.lang.IllegalArgumentException: ${FORM}`],
    ['--topic t --config foo.bar=1', 'org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: foo.bar'],
    [
      '--topic t --config segment.bytes=1',
      'org.apache.kafka.common.config.ConfigException: Invalid value 1 for configuration segment.bytes: Value must be at least 14',
    ],
    [
      '--topic t --delete-config foo.bar',
      'org.apache.kafka.common.errors.InvalidConfigurationException: Unknown topic config name: foo.bar',
    ],
  ])('%s: %s', (line, error) => expect(thrown(() => wish(line))).toBe(error))
  test('overrides are put over others in their places', () => {
    const old = [
      ['a', '1'],
      ['b', '2'],
    ] as const
    expect(withOverrides(old, [['b', '3'], ['c', '4']])).toEqual([['a', '1'], ['b', '3'], ['c', '4']]) // prettier-ignore
  })
})

describe('replicas by hand', () => {
  const read = (text: string) => parseReplicaAssignment(text, () => 0x1b28cdfa)
  test('are parted by colons, partitions by commas', () => {
    expect(read('1:2,2:1')).toEqual([[0, [1, 2]], [1, [2, 1]]]) // prettier-ignore
    expect(read(' 1 : 2 ,3:4,')).toEqual([[0, [1, 2]], [1, [3, 4]]]) // prettier-ignore
    expect(read(',')).toEqual([])
  })
  test.each([
    ['1:x', 'java.lang.NumberFormatException: For input string: "x"'],
    ['1,,2', 'java.lang.NumberFormatException: For input string: ""'],
    ['99999999999', 'java.lang.NumberFormatException: For input string: "99999999999"'],
    ['2:2:1:1', 'kafka.common.AdminCommandFailedException: Partition replica lists may not contain duplicate entries: 2,1'],
    ['1:2,1', 'kafka.admin.AdminOperationException: Partition 1 has different replication factor: [I@1b28cdfa'],
  ])('%s: %s', (text, error) => expect(thrown(() => read(text))).toBe(error))
})

describe('topics', () => {
  test('a pattern that is none is told without its quotes and spaces', () => {
    expect(thrown(() => filterTopics(['a'], ' "a(" ', false))).toBe('java.lang.RuntimeException: a( is an invalid regex.')
  })
})

describe('lines', () => {
  const partition = (more: Partial<PartitionDescription>): PartitionDescription => ({
    topic: 't',
    partition: 3,
    leader: 1,
    replicas: [1, 2],
    isr: [1],
    minIsr: 1,
    markedForDeletion: false,
    ...more,
  })
  const command = (line: string) => commandOf(context(line))
  test('of a topic', () => {
    expect(topicLine('t', 4, 2, [])).toBe('Topic:t\tPartitionCount:4\tReplicationFactor:2\tConfigs:\n')
    const configs = [['a', '1'], ['b', '2']] as const // prettier-ignore
    expect(topicLine('t', 4, 2, configs, true)).toBe(
      'Topic:t\tPartitionCount:4\tReplicationFactor:2\tConfigs:a=1,b=2\tMarkedForDeletion:true\n',
    )
  })
  test('of a partition: without a leader, and marked only where no topic line says so', () => {
    const lines = (line: string, p: PartitionDescription): string => partitionLine(command(line), p)
    expect(lines('--describe', partition({}))).toBe('\tTopic: t\tPartition: 3\tLeader: 1\tReplicas: 1,2\tIsr: 1\n')
    const leaderless = partition({ leader: null, isr: [], markedForDeletion: true })
    expect(lines('--describe', leaderless)).toBe('\tTopic: t\tPartition: 3\tLeader: none\tReplicas: 1,2\tIsr: \n')
    expect(lines('--describe --unavailable-partitions', leaderless)).toBe(
      '\tTopic: t\tPartition: 3\tLeader: none\tReplicas: 1,2\tIsr: \tMarkedForDeletion: true\n',
    )
    expect(lines('--describe', partition({ leader: -1 }))).toContain('Leader: -1')
  })
  test.each([
    ['--describe', partition({}), true],
    ['--under-replicated-partitions', partition({}), true],
    ['--under-replicated-partitions', partition({ isr: [2, 1] }), false],
    ['--unavailable-partitions', partition({}), false],
    ['--unavailable-partitions', partition({ leader: 2 }), true],
    ['--unavailable-partitions', partition({ leader: -1 }), true],
    ['--unavailable-partitions', partition({ leader: null }), true],
    ['--under-min-isr-partitions', partition({ minIsr: 1 }), false],
    ['--under-min-isr-partitions', partition({ minIsr: 2 }), true],
    ['--at-min-isr-partitions', partition({ minIsr: 1 }), true],
    ['--at-min-isr-partitions', partition({ minIsr: 2 }), false],
  ] as const)('%s wants %j: %j', (line, p, wanted) => expect(isWanted(command(line), p, [1])).toBe(wanted))
})

describe('--command-config', () => {
  const read = (text: string): string[] => {
    const { ctx, printed } = context('', { f: text })
    readCommandConfig(ctx, 'f')
    return printed
  }
  test('takes what changes nothing', () => expect(read('# mine\nbootstrap.servers=other:1\nsecurity.protocol=PLAINTEXT\n')).toEqual([]))
  test('warns of what is no setting', () => {
    expect(read('color=red')).toEqual([
      "[1970-01-01 00:00:00,000] WARN The configuration 'color' was supplied but isn't a known config. (org.apache.kafka.clients.admin.AdminClientConfig)\n",
    ])
  })
  test('refuses what is not modelled, and a file that is not there', () => {
    expect(thrown(() => read('retries=3'))).toBe('not modelled: --command-config: retries is not modelled')
    expect(thrown(() => readCommandConfig(context('').ctx, 'nosuch'))).toBe('java.nio.file.NoSuchFileException: nosuch')
  })
})

describe('completion', () => {
  const spec = COMPLETIONS['kafka-topics.sh']!
  const values = Object.keys(spec.values!)
  test('offers just the options that there are, and takes values where they do', () => {
    const names = (takes: boolean): string[] =>
      SPECS.filter((s) => (s.argument !== undefined) === takes)
        .map((s) => `--${s.name}`)
        .sort()
    expect(values.sort()).toEqual(names(true))
    expect(spec.options!.slice().sort()).toEqual(names(false))
  })
  test('offers the settings of topics', () => {
    const offered = spec.values!['--config'] as readonly string[]
    const known = TOPIC_SETTINGS.map((s) => `${s.name}=`)
    expect(offered.filter((name) => !known.includes(name))).toEqual([])
  })
})
