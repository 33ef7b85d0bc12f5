import { describe, expect, test } from 'vitest'
import { completedOptions } from '../../../../test/support/tools.ts'
import { configsToAdd, configsToDelete, merge } from './configs.ts'
import { describeEntity, desanitize, fullName, parseEntity, sanitize } from './entity.ts'
import { parseCommand, SPECS, usageTable } from './options.ts'

const words = (line: string): string[] => line.match(/"[^"]*"|\S+/g)?.map((word) => word.replace(/"/g, '')) ?? []
const parse = (line: string) => parseCommand(words(line))
/** What is thrown: its class, when it has one, and its message. */
function thrown(work: () => unknown): string {
  try {
    work()
    return 'nothing'
  } catch (error) {
    const e = error as Error & { type?: string }
    return e.type === undefined ? e.message : `${e.type}: ${e.message}`
  }
}
const ZK = '--zookeeper zoo1:2181/kafka'
const BS = '--bootstrap-server kafka1:9092'
const ILLEGAL = 'java.lang.IllegalArgumentException: '
const ONE_ACTION = 'Command must include exactly one action: --describe, --alter'

describe('command lines', () => {
  test.each([
    [ZK, ONE_ACTION],
    [`${ZK} --alter --describe`, ONE_ACTION],
    [`${ZK} --describe --add-config a=b`, 'Option "[describe]" can\'t be used with option "[add-config]"'],
    [`${ZK} --describe --delete-config a`, 'Option "[describe]" can\'t be used with option "[delete-config]"'],
    ['--describe --entity-type topics', `${ILLEGAL}Only one of --bootstrap-server or --zookeeper must be specified`],
    [`${ZK} ${BS} --describe`, `${ILLEGAL}Only one of --bootstrap-server or --zookeeper must be specified`],
    [`${BS} --describe --entity-type topics`, 'Missing required argument "[zookeeper]"'],
    [`${ZK} --describe`, `${ILLEGAL}At least one --entity-type must be specified`],
    [
      `${ZK} --describe --entity-type broker`,
      `${ILLEGAL}Invalid entity-type broker, --entity-type must be one of List(topics, clients, users, brokers)`,
    ],
    [
      `${ZK} --describe --entity-type topics --entity-type users`,
      `${ILLEGAL}Only 'users' and 'clients' entity types may be specified together`,
    ],
    [
      `${ZK} --alter --entity-type users --add-config a=b`,
      `${ILLEGAL}--entity-name or --entity-default must be specified with --alter of users, clients or brokers`,
    ],
    [`${ZK} --alter --entity-type topics --add-config a=b`, `${ILLEGAL}--entity-name must be specified with --alter of Buffer(topics)`],
    [
      `${ZK} --alter --entity-type topics --entity-name t`,
      `${ILLEGAL}At least one of --add-config or --delete-config must be specified with --alter`,
    ],
    [`${ZK} --describe --nosuch`, 'joptsimple.UnrecognizedOptionException: nosuch is not a recognized option'],
    [`${ZK} --describe --entity-type`, 'joptsimple.OptionMissingRequiredArgumentException: Option entity-type requires an argument'],
  ])('%s: %s', (line, message) => expect(thrown(() => parse(line))).toBe(message))
  test.each([
    `${ZK} --describe --entity-type topics`,
    `${ZK} --describe --entity-type users --entity-type clients`,
    `${BS} --describe --entity-type brokers --entity-default`,
    `${ZK} --alter --force --entity-type topics --entity-name t --delete-config a`,
    '--help --nothing=1',
  ])('%s is well', (line) => expect(thrown(() => parse(line.replace(' --nothing=1', '')))).toBe('nothing'))
  test('the shell completes the options', () => expect(completedOptions('kafka-configs.sh')).toEqual(SPECS.map((s) => s.name).sort()))
  test('the usage names all options, in order', () => {
    const names = [...usageTable().matchAll(/^--(\w\S*)/gm)].map((match) => match[1])
    expect(names).toEqual(
      'add-config alter bootstrap-server command-config delete-config describe entity-default entity-name entity-type force help version zookeeper'.split(
        ' ',
      ),
    )
  })
})

describe('--add-config', () => {
  const add = (text: string) => configsToAdd(parse(`${ZK} --alter --entity-type topics --entity-name t --add-config "${text}"`))
  const sorted = (text: string) => Object.fromEntries(add(text))
  test.each([
    ['a=1', { a: '1' }],
    ['a=1,b=2', { a: '1', b: '2' }],
    ['a=[1,2],b=3', { a: '1,2', b: '3' }],
    ['a=[k=v,l=w]', { a: 'k=v,l=w' }],
    ['a = 1 , b = 2', { a: '1', b: '2' }],
    ['a=', { a: '' }],
    ['a=1,a=2', { a: '2' }],
    ['a=1,', { a: '1' }],
  ])('%s', (text, config) => expect(sorted(text)).toEqual(config))
  test.each(['a', 'a=1=2', 'a=1,b', ''])('%j is refused', (text) =>
    expect(thrown(() => add(text))).toBe(
      'requirement failed: Invalid entity config: all configs to be added must be in the format "key=val".',
    ),
  )
  test('settings stand in the order of a hash table', () => {
    // As recording 10 has them.
    const old = merge([], [
      ['segment.bytes', '2000'],
      ['retention.bytes', '4000'],
    ] as const)
    const all = merge(old, [
      ['retention.ms', '500000'],
      ['max.message.bytes', '2000'],
    ] as const)
    expect(all.map(([name]) => name)).toEqual(['max.message.bytes', 'segment.bytes', 'retention.ms', 'retention.bytes'])
  })
  test('--delete-config separates at commas, and may come again', () =>
    expect(configsToDelete(parse(`${ZK} --alter --entity-type topics --entity-name t --delete-config a,b --delete-config c`))).toEqual([
      'a',
      'b',
      'c',
    ]))
})

describe('entities', () => {
  const entity = (line: string) => parseEntity(parse(`${ZK} ${line}`))
  test.each([
    ['--describe --entity-type topics --entity-name t', "topic 't'", 't'],
    ['--describe --entity-type topics', 'topics', ''],
    ['--describe --entity-type brokers --entity-name 1', "brokers '1'", '1'],
    ['--describe --entity-type brokers --entity-default', 'default brokers', '<default>'],
    ['--describe --entity-type clients --entity-name "a b"', "client-id 'a b'", 'a%20b'],
    ['--describe --entity-type users --entity-default', 'default user-principal', '<default>'],
    [
      '--describe --entity-type users --entity-name u --entity-type clients --entity-default',
      "user-principal 'u', default client-id",
      'u/clients/<default>',
    ],
    [
      '--describe --entity-type clients --entity-name c --entity-type users --entity-name u',
      "user-principal 'u', client-id 'c'",
      'u/clients/c',
    ],
    ['--describe --entity-type users --entity-name u --entity-type clients', "user-principal 'u', clients", 'u/clients'],
    ['--describe --entity-type users --entity-type clients', 'users, clients', '/clients'],
  ])('%s: %s', (line, text, name) => {
    const found = entity(line)
    expect(describeEntity(found)).toBe(text)
    expect(fullName(found)).toBe(name)
  })
  test('--alter needs a name for each type', () =>
    expect(thrown(() => entity('--alter --entity-type users --entity-name u --entity-type clients --add-config a=b'))).toBe(
      '--entity-name or --entity-default must be specified with each --entity-type for --alter',
    ))
  test.each(['User:a', 'a b*c', "it's ~(!)", 'größe', 'a+b'])('a name is written so that znodes can bear it, and read back: %s', (name) => {
    expect(sanitize(name)).toMatch(/^[\w.%-]*$/)
    expect(desanitize(sanitize(name))).toBe(name)
  })
})
