import { describe, expect, test } from 'vitest'
import { filterTopics } from './topics.ts'
import { parseOptions } from '../kafka-tools/index.ts'
import { actionOf, parseCommand, SPECS } from './options.ts'

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
  ])('%s is well', (line, action) => {
    expect(parse(line)).toBe('run')
    expect(actionOf(parseOptions(SPECS, line.split(' ')))).toBe(action)
  })
  test('help and version need nothing else', () => {
    expect(parse('--help')).toBe('help')
    expect(parse('--version')).toBe('version')
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
