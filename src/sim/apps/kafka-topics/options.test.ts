import { describe, expect, test } from 'vitest'
import { parseOptions, usage } from '../kafka-tools/index.ts'
import { filterTopics } from './list.ts'
import { parseCommand, usageTable } from './options.ts'

const parse = (line: string) => parseCommand(line === '' ? [] : line.split(' '))
/** What is thrown: its kind or class, and its message. */
function thrown(line: string): string {
  try {
    parse(line)
    return 'nothing'
  } catch (error) {
    const e = error as Error & { type?: string }
    return e.type === undefined ? e.message : `${e.type}: ${e.message}`
  }
}
const ZK = '--zookeeper zoo1:2181/kafka'
const BS = '--bootstrap-server kafka1:9092'

describe('options', () => {
  const specs = [
    { name: 'flag', about: '' },
    { name: 'text', argument: 'text', about: '' },
    { name: 'number', argument: 'number', type: 'Integer', about: '' },
  ] as const
  const read = (...args: string[]) => parseOptions(specs, args).values

  test('take values after a space or an equals sign, with one dash or two', () => {
    expect(read('--text', 'a', '-flag', '--number=5')).toEqual({ text: ['a'], flag: [], number: ['5'] })
    expect(read('--text', 'a', '--text', 'b')).toEqual({ text: ['a', 'b'] })
  })
  test('let other words pass', () => expect(read('word', '--flag', 'word')).toEqual({ flag: [] }))
  test('a value that looks like an option is one when it is known', () => {
    expect(read('--text', '--unknown')).toEqual({ text: ['--unknown'] })
    expect(() => read('--text', '--flag')).toThrow('Option text requires an argument')
  })
  test.each([
    [['--nosuch'], 'nosuch is not a recognized option'],
    [['--fla'], 'fla is not a recognized option'],
    [['--text'], 'Option text requires an argument'],
    [['--number', 'x'], "Cannot parse argument 'x' of option number"],
    [['--number', '3000000000'], "Cannot parse argument '3000000000' of option number"],
  ])('%j: %s', (args, message) => expect(() => read(...args)).toThrow(message))
  test('asking for one value of several is an error', () => {
    expect(() => parseOptions(specs, ['--text', 'a', '--text', 'b']).value('text')).toThrow(
      'Found multiple arguments for option text, but you asked for only one',
    )
  })
  test('the usage table is sorted and fits 80 columns', () => {
    const lines = usage([
      { name: 'zebra', about: 'Last.' },
      {
        name: 'ant',
        argument: 'size',
        type: 'Integer',
        about: 'A text of many words that does not fit into one line of the second column.',
      },
    ]).split('\n')
    expect(lines[0]).toMatch(/^Option +Description$/)
    expect(lines[2]).toMatch(/^--ant <Integer: size> +A text/)
    expect(
      usageTable()
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true)
  })
})

describe('command lines', () => {
  test.each([
    ['', 'Create, delete, describe, or change a topic.'],
    [ZK, 'Command must include exactly one action: --list, --describe, --create, --alter or --delete'],
    [`${ZK} --list --describe`, 'Command must include exactly one action: --list, --describe, --create, --alter or --delete'],
    ['--list', 'java.lang.IllegalArgumentException: Only one of --bootstrap-server or --zookeeper must be specified'],
    [`${ZK} ${BS} --list`, 'java.lang.IllegalArgumentException: Only one of --bootstrap-server or --zookeeper must be specified'],
    [`${ZK} --create`, 'Missing required argument "[topic]"'],
    [`${ZK} --create --topic t`, 'Missing required argument "[partitions]"'],
    [`${ZK} --create --topic t --partitions 1`, 'Missing required argument "[replication-factor]"'],
    [`${ZK} --delete`, 'Missing required argument "[topic]"'],
    [`${BS} --alter --topic t`, 'Missing required argument "[partitions]"'],
    [`${ZK} --list --partitions 2`, 'Option "[partitions]" can\'t be used with option "[list]"'],
    [`${ZK} --describe --config a=b`, 'Option "[config]" can\'t be used with option "[describe]"'],
    [
      `${BS} --alter --topic t --partitions 3 --config a=b`,
      'Option combination "[bootstrap-server],[config]" can\'t be used with option "[alter]"',
    ],
    [
      `${ZK} --create --topic t --replica-assignment 1 --partitions 1`,
      'Option "[replica-assignment]" can\'t be used with option "[partitions]"',
    ],
    [`${ZK} --describe --under-min-isr-partitions`, 'Option "[under-min-isr-partitions]" can\'t be used with option "[zookeeper]"'],
    [
      `${ZK} --describe --unavailable-partitions --topics-with-overrides`,
      'Option "[unavailable-partitions]" can\'t be used with option "[topics-with-overrides]"',
    ],
    [
      `${BS} --create --topic t --partitions 1 --replication-factor 1 --if-not-exists`,
      'Option "[if-not-exists]" can\'t be used with option "[bootstrap-server]"',
    ],
    [`${ZK} --list --nosuch`, 'joptsimple.UnrecognizedOptionException: nosuch is not a recognized option'],
    [`${ZK} --list --topic`, 'joptsimple.OptionMissingRequiredArgumentException: Option topic requires an argument'],
  ])('%s: %s', (line, error) => expect(thrown(line)).toBe(error))
  test.each([
    [`${ZK} --list`, 'list'],
    [`${BS} --list --exclude-internal`, 'list'],
    [`${BS} --describe --topic t --under-replicated-partitions`, 'describe'],
    [`${ZK} --create --topic t --partitions 1 --replication-factor 1 --if-not-exists`, 'create'],
    [`${ZK} --create --topic t --replica-assignment 1:2,2:1`, 'create'],
    [`${ZK} --delete --topic t --if-exists`, 'delete'],
  ])('%s is well', (line, action) => expect(parse(line)).toMatchObject({ kind: 'run', action }))
  test('help and version need nothing else', () => {
    expect(parse('--help').kind).toBe('help')
    expect(parse('--version --nothing'.split(' ')[0]!).kind).toBe('version')
  })
})

describe('filters', () => {
  const all = ['__consumer_offsets', 'a.b', 'aXb', 'orders', 'orders-2']
  test.each([
    [null, false, all],
    [null, true, all.slice(1)],
    ['orders', false, ['orders']],
    ['orders.*', false, ['orders', 'orders-2']],
    ['a.b', false, ['a.b', 'aXb']],
    ['orders,a.b', false, ['a.b', 'aXb', 'orders']],
    ['"orders"', false, ['orders']],
    ['none', false, []],
  ] as const)('%j, internal ones left out: %j', (whitelist, without, names) => expect(filterTopics(all, whitelist, without)).toEqual(names))
})
