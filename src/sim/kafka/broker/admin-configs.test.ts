// What brokers tell of settings, and which changes they take.
import { describe, expect, test } from 'vitest'
import { admin, body, call, make, request, said, spec, type Came } from '../../../../test/support/admin.ts'
import { alterConfigs, describeConfigs, incrementalAlterConfigs, type ConfigEntry, type Outcome } from '../client/index.ts'
import { ERRORS } from '../protocol/index.ts'
import { brokerStateOf } from './queries.ts'

const entries = (came: Came | undefined): ConfigEntry[] => (came!.value as Outcome<ConfigEntry[]>[])[0]!.value!
const entry = (came: Came | undefined, name: string): ConfigEntry => entries(came).find((e) => e.name === name)!
const topic = (name: string, at = 0) => call(describeConfigs, { resources: [{ type: 'topic' as const, name }], synonyms: true }, at)
const broker = (name: string) => call(describeConfigs, { resources: [{ type: 'broker' as const, name }], synonyms: true })
const alter = (type: 'topic' | 'broker', name: string, given: Record<string, string>, validateOnly = false) => {
  const list = Object.entries(given).map(([n, value]) => ({ name: n, value }))
  return call(alterConfigs, { resources: [{ type, name, entries: list }], validateOnly })
}

describe('DescribeConfigs', () => {
  test('of a topic: each value, whose it is, and what else it could be', () => {
    const { came } = admin([make(spec('t', 1, 1, { configs: [['retention.ms', '5000']] })), topic('t', 40), topic('nope'), topic('a b')])
    expect(entries(came[1])).toHaveLength(26)
    expect(entry(came[1], 'retention.ms')).toEqual({
      name: 'retention.ms',
      value: '5000',
      source: 'DYNAMIC_TOPIC_CONFIG',
      sensitive: false,
      readOnly: false,
      synonyms: [{ name: 'retention.ms', value: '5000', source: 'DYNAMIC_TOPIC_CONFIG' }],
    })
    expect(entry(came[1], 'segment.bytes').synonyms).toEqual([
      { name: 'log.segment.bytes', value: '1073741824', source: 'STATIC_BROKER_CONFIG' },
      { name: 'log.segment.bytes', value: '1073741824', source: 'DEFAULT_CONFIG' },
    ])
    const set = entries(came[1]).filter((e) => e.source !== 'DEFAULT_CONFIG')
    expect(set.map((e) => e.name).sort()).toEqual(['retention.ms', 'segment.bytes'])
    expect(entry(came[1], 'min.cleanable.dirty.ratio').value).toBe('0.5')
    expect(said(came[2])).toEqual(['nope: UnknownTopicOrPartitionException: This server does not host this topic-partition.'])
    expect(said(came[3])[0]).toContain('a b: InvalidTopicException: Topic name "a b" is illegal')
  })
  test('of a broker: all that it can be told', () => {
    const asked = (resourceName: string, configNames: string[] | null) => ({ resourceType: 4, resourceName, configNames })
    const { came } = admin([
      broker('1'),
      broker(''),
      request('kafka1', 'DescribeConfigs', {
        resources: [asked('2', null), asked('x', null), asked('1', ['num.io.threads'])],
        includeSynonyms: false,
      }),
    ])
    expect(entries(came[0])).toHaveLength(190)
    expect(entry(came[0], 'broker.id')).toMatchObject({ value: '1', source: 'STATIC_BROKER_CONFIG', readOnly: true })
    expect(entry(came[0], 'ssl.key.password')).toMatchObject({ value: null, sensitive: true, readOnly: false })
    expect(entry(came[0], 'log.cleaner.io.max.bytes.per.second').value).toBe('1.7976931348623157E308')
    // The hours are another's: what stands before a setting's own name is left out.
    expect(entry(came[0], 'log.retention.ms')).toMatchObject({ value: null, source: 'DEFAULT_CONFIG', synonyms: [] })
    const hours = { name: 'log.retention.hours', value: '168' }
    expect(entry(came[0], 'log.retention.hours').synonyms).toEqual([
      { ...hours, source: 'STATIC_BROKER_CONFIG' },
      { ...hours, source: 'DEFAULT_CONFIG' },
    ])
    expect(entries(came[1])).toEqual([])
    const raw = body<'DescribeConfigs'>(came[2]).resources
    expect(raw.map((r) => r.errorCode)).toEqual([ERRORS.INVALID_REQUEST, ERRORS.INVALID_REQUEST, 0])
    expect(raw[0]!.errorMessage).toContain('Unexpected broker id, expected 1 or empty string, but received ')
    expect(raw[1]!.errorMessage).toBe('Broker id must be an integer, but it is: x')
    expect(raw[2]!.configEntries.map((e) => `${e.name}=${e.value}`)).toEqual(['num.io.threads=8'])
  })
})

describe('AlterConfigs', () => {
  test('a broker takes a change at once, and tells both values', () => {
    const { came, world } = admin([
      alter('broker', '1', { 'log.cleaner.threads': '2' }, true),
      broker('1'),
      alter('broker', '1', { 'log.cleaner.threads': '2' }),
      alter('broker', '', { 'unclean.leader.election.enable': 'true', 'log.retention.ms': '60000' }),
      make(spec('t', 1, 1)),
      topic('t', 50),
      broker('1'),
      broker(''),
    ])
    expect(entry(came[1], 'log.cleaner.threads').value).toBe('1')
    const threads = entry(came[6], 'log.cleaner.threads')
    expect(threads.synonyms.map((s) => `${s.source}:${s.value}`)).toEqual(['DYNAMIC_BROKER_CONFIG:2', 'DEFAULT_CONFIG:1'])
    expect(
      entries(came[7])
        .map((e) => `${e.name}=${e.value} ${e.source}`)
        .sort(),
    ).toEqual(['log.retention.ms=60000 DYNAMIC_DEFAULT_BROKER_CONFIG', 'unclean.leader.election.enable=true DYNAMIC_DEFAULT_BROKER_CONFIG'])
    expect(entry(came[5], 'retention.ms')).toMatchObject({ value: '60000', source: 'DYNAMIC_DEFAULT_BROKER_CONFIG' })
    const brokers = Object.values(world.processes).flatMap((p) => brokerStateOf(p) ?? [])
    const seen = brokers.map((b) => [b.config.brokerId, b.config.logCleanerThreads, b.config.uncleanLeaderElectionEnable])
    expect(seen.sort()).toEqual([
      [1, 2, true],
      [2, 1, true],
    ])
  })
  test('what a broker or a topic cannot be told', () => {
    const wrong = (b: string, why: string): string =>
      `${b}: InvalidRequestException: Invalid config value for resource ConfigResource(type=BROKER, name='${b}'): ${why}`
    const unsuited = (why: string): string =>
      wrong('1', `Invalid value org.apache.kafka.common.config.ConfigException: ${why} for configuration Invalid dynamic configuration`)
    const { came } = admin([
      make(spec('t', 1, 1)),
      alter('broker', '1', { 'broker.rack': 'r' }),
      alter('broker', '1', { 'num.io.threads': 'many' }),
      alter('broker', '1', { 'num.io.threads': '0' }),
      alter('broker', '1', { 'num.io.threads': '17' }),
      alter('broker', '1', { 'log.cleaner.threads': '3' }),
      alter('broker', '1', { 'log.retention.ms': '0' }),
      alter('broker', '1', { 'ssl.keystore.type': 'JKS' }),
      alter('broker', '', { 'max.connections': '5', listeners: 'PLAINTEXT://:9092' }),
      alter('broker', '1', { 'my.own.setting': 'kept' }),
      alter('topic', 't', { 'retention.ms': '-2' }),
      alter('topic', 't', { foo: '1' }),
      alter('topic', 'nope', { 'retention.ms': '5' }),
      alter('topic', 't', { 'retention.ms': '5' }),
      topic('t'),
    ])
    expect(came.slice(1, -1).flatMap(said)).toEqual([
      wrong('1', 'Cannot update these configs dynamically: Set(broker.rack)'),
      wrong('1', 'Invalid value many for configuration num.io.threads: Not a number of type INT'),
      wrong('1', 'Invalid value 0 for configuration num.io.threads: Value must be at least 1'),
      unsuited(
        'Dynamic thread count update validation failed for num.io.threads=17, value should not be greater than double the current value 8',
      ),
      unsuited('Log cleaner threads cannot be increased to more than double the current value 1'),
      wrong('1', 'requirement failed: log.retention.ms must be unlimited (-1) or, equal or greater than 1'),
      wrong('1', 'These security configs can be dynamically updated only per-listener using the listener prefix: Set(ssl.keystore.type)'),
      wrong('', 'Cannot update these configs at default cluster level, broker id must be specified: Set(listeners)'),
      '1: ok',
      "t: InvalidRequestException: Invalid config value for resource ConfigResource(type=TOPIC, name='t'): Invalid value -2 for configuration retention.ms: Value must be at least -1",
      't: InvalidConfigurationException: Unknown topic config name: foo',
      'nope: UnknownServerException: Topic "nope" does not exist.',
      't: ok',
    ])
    expect(entry(came.at(-1), 'retention.ms').value).toBe('5')
  })
})

describe('IncrementalAlterConfigs', () => {
  test('changes one setting after the other', () => {
    type Op = { name: string; value: string | null; op: 'SET' | 'DELETE' | 'APPEND' | 'SUBTRACT' }
    const change = (...ops: Op[]) =>
      call(incrementalAlterConfigs, { resources: [{ type: 'topic' as const, name: 't', ops }], validateOnly: false })
    const { came } = admin([
      make(
        spec('t', 1, 1, {
          configs: [
            ['retention.ms', '5'],
            ['cleanup.policy', 'delete'],
          ],
        }),
      ),
      change({ name: 'segment.ms', value: '6', op: 'SET' }, { name: 'retention.ms', value: null, op: 'DELETE' }),
      change({ name: 'cleanup.policy', value: 'compact', op: 'APPEND' }),
      topic('t', 40),
      change({ name: 'cleanup.policy', value: 'delete', op: 'SUBTRACT' }),
      change({ name: 'segment.ms', value: '7', op: 'APPEND' }),
      change({ name: 'segment.ms', value: '7', op: 'SET' }, { name: 'segment.ms', value: '8', op: 'SET' }),
      topic('t'),
    ])
    const own = (c: Came | undefined): string[] =>
      entries(c)
        .filter((e) => e.source === 'DYNAMIC_TOPIC_CONFIG')
        .map((e) => `${e.name}=${e.value}`)
        .sort()
    expect(own(came[3])).toEqual(['cleanup.policy=delete,compact', 'segment.ms=6'])
    expect(came.slice(4, 7).flatMap(said)).toEqual([
      't: ok',
      't: InvalidRequestException: Config value append is not allowed for config key: segment.ms',
      't: InvalidRequestException: Error due to duplicate config keys : segment.ms',
    ])
    expect(own(came[7])).toEqual(['cleanup.policy=compact', 'segment.ms=6'])
  })
})
