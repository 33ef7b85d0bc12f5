// A topic's settings: names, types, limits, and which of the broker's settings stands in for one that the topic does not override (log/LogConfig.scala at 2.3.0).

type Kind = 'INT' | 'LONG' | 'DOUBLE' | 'BOOLEAN' | 'STRING' | 'LIST'
type Rule =
  | { readonly least: number; readonly most?: number }
  | { readonly oneOf: readonly string[] }
  | { readonly format: 'throttled' | 'version' }
  | undefined
interface Setting {
  readonly name: string
  readonly kind: Kind
  readonly byDefault: string
  readonly rule: Rule
  /** The broker's setting. */
  readonly server: string
}
const LONG_MAX = '9223372036854775807'
const COMPRESSIONS = ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']
const setting = (name: string, kind: Kind, byDefault: string, rule: Rule, server: string): Setting => ({
  name,
  kind,
  byDefault,
  rule,
  server,
})

/** In the order in which they are defined. */
export const TOPIC_SETTINGS: readonly Setting[] = [
  setting('segment.bytes', 'INT', '1073741824', { least: 14 }, 'log.segment.bytes'),
  setting('segment.ms', 'LONG', '604800000', { least: 1 }, 'log.roll.ms'),
  setting('segment.jitter.ms', 'LONG', '0', { least: 0 }, 'log.roll.jitter.ms'),
  setting('segment.index.bytes', 'INT', '10485760', { least: 0 }, 'log.index.size.max.bytes'),
  setting('flush.messages', 'LONG', LONG_MAX, { least: 0 }, 'log.flush.interval.messages'),
  setting('flush.ms', 'LONG', LONG_MAX, { least: 0 }, 'log.flush.interval.ms'),
  setting('retention.bytes', 'LONG', '-1', undefined, 'log.retention.bytes'),
  setting('retention.ms', 'LONG', '604800000', { least: -1 }, 'log.retention.ms'),
  setting('max.message.bytes', 'INT', '1000012', { least: 0 }, 'message.max.bytes'),
  setting('index.interval.bytes', 'INT', '4096', { least: 0 }, 'log.index.interval.bytes'),
  setting('delete.retention.ms', 'LONG', '86400000', { least: 0 }, 'log.cleaner.delete.retention.ms'),
  setting('min.compaction.lag.ms', 'LONG', '0', { least: 0 }, 'log.cleaner.min.compaction.lag.ms'),
  setting('max.compaction.lag.ms', 'LONG', LONG_MAX, { least: 1 }, 'log.cleaner.max.compaction.lag.ms'),
  setting('file.delete.delay.ms', 'LONG', '60000', { least: 0 }, 'log.segment.delete.delay.ms'),
  setting('min.cleanable.dirty.ratio', 'DOUBLE', '0.5', { least: 0, most: 1 }, 'log.cleaner.min.cleanable.ratio'),
  setting('cleanup.policy', 'LIST', 'delete', { oneOf: ['compact', 'delete'] }, 'log.cleanup.policy'),
  setting('unclean.leader.election.enable', 'BOOLEAN', 'false', undefined, 'unclean.leader.election.enable'),
  setting('min.insync.replicas', 'INT', '1', { least: 1 }, 'min.insync.replicas'),
  setting('compression.type', 'STRING', 'producer', { oneOf: COMPRESSIONS }, 'compression.type'),
  setting('preallocate', 'BOOLEAN', 'false', undefined, 'log.preallocate'),
  setting('message.format.version', 'STRING', '2.3-IV1', { format: 'version' }, 'log.message.format.version'),
  setting('message.timestamp.type', 'STRING', 'CreateTime', { oneOf: ['CreateTime', 'LogAppendTime'] }, 'log.message.timestamp.type'),
  setting('message.timestamp.difference.max.ms', 'LONG', LONG_MAX, { least: 0 }, 'log.message.timestamp.difference.max.ms'),
  setting('leader.replication.throttled.replicas', 'LIST', '', { format: 'throttled' }, 'leader.replication.throttled.replicas'),
  setting('follower.replication.throttled.replicas', 'LIST', '', { format: 'throttled' }, 'follower.replication.throttled.replicas'),
  setting('message.downconversion.enable', 'BOOLEAN', 'true', undefined, 'log.message.downconversion.enable'),
]
const byName: Readonly<Record<string, Setting>> = Object.fromEntries(TOPIC_SETTINGS.map((s) => [s.name, s]))
export const topicSetting = (name: string): Setting | undefined => (Object.hasOwn(byName, name) ? byName[name] : undefined)
export const isTopicSetting = (name: string): boolean => topicSetting(name) !== undefined

/** A setting as far as its values go. */
export type SettingType = Pick<Setting, 'name' | 'kind' | 'rule'>
/** What is wrong with a value: the text of a ConfigException. Undefined when nothing is. */
export function valueProblem(s: SettingType, text: string): string | undefined {
  const value = text.trim()
  const invalid = (why: string, shown = value): string => `Invalid value ${shown} for configuration ${s.name}: ${why}`
  switch (s.kind) {
    case 'BOOLEAN':
      return /^(true|false)$/i.test(value) ? undefined : invalid('Expected value to be either true or false')
    case 'INT':
    case 'LONG': {
      const limit = s.kind === 'INT' ? 2147483647n : 9223372036854775807n
      const number = /^[+-]?\d+$/.test(value) ? BigInt(value.replace('+', '')) : undefined
      if (number === undefined || number > limit || number < -limit - 1n) return invalid(`Not a number of type ${s.kind}`)
      return rangeProblem(s.rule, Number(number), (why) => invalid(why, String(number)))
    }
    case 'DOUBLE': {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?$/.test(value)) return invalid(`Not a number of type ${s.kind}`)
      return rangeProblem(s.rule, Number(value.replace(/[dDfF]$/, '')), (why) => invalid(why))
    }
    case 'STRING':
    case 'LIST':
      return s.rule === undefined ? undefined : textProblem(s, s.rule, value, invalid)
  }
}
function rangeProblem(rule: Rule, number: number, invalid: (why: string) => string): string | undefined {
  if (rule === undefined || !('least' in rule)) return undefined
  if (number < rule.least) return invalid(`Value must be at least ${rule.least}`)
  return rule.most !== undefined && number > rule.most ? invalid(`Value must be no more than ${rule.most}`) : undefined
}
const VERSIONS = /^(0\.(8\.[0-2]|9\.0|10\.[0-2]|11\.0)|[12]\.\d)([.-].*)?$/
function textProblem(
  s: SettingType,
  rule: NonNullable<Rule>,
  value: string,
  invalid: (why: string, shown?: string) => string,
): string | undefined {
  const items = s.kind === 'LIST' ? (value === '' ? [] : value.split(',').map((item) => item.trim())) : [value]
  if ('oneOf' in rule) {
    const wrong = items.find((item) => !rule.oneOf.includes(item))
    return wrong === undefined ? undefined : invalid(`String must be one of: ${rule.oneOf.join(', ')}`, wrong)
  }
  if (!('format' in rule)) return undefined
  if (rule.format === 'version') return VERSIONS.test(value) ? undefined : invalid(`Version \`${value}\` is not a valid version`)
  const good = items.every((item) => /^(\d+:\d+)?$/.test(item)) || items[0] === '*'
  const form = `${s.name} must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...`
  return good ? undefined : invalid(form, `[${items.join(', ')}]`)
}

export type Overrides = readonly (readonly [name: string, value: string])[]
export interface ConfigProblem {
  /** Class of the exception. */
  readonly type: string
  readonly message: string
}
const UNKNOWN = 'org.apache.kafka.common.errors.InvalidConfigurationException'

/** What is wrong with a topic's overrides, names first; undefined when nothing is. */
export function topicConfigProblem(overrides: Overrides): ConfigProblem | undefined {
  const strange = overrides.find(([name]) => !isTopicSetting(name))
  if (strange !== undefined) return { type: UNKNOWN, message: `Unknown topic config name: ${strange[0]}` }
  const given = Object.fromEntries(overrides)
  for (const s of TOPIC_SETTINGS) {
    const problem = Object.hasOwn(given, s.name) ? valueProblem(s, given[s.name]!) : undefined
    if (problem !== undefined) return { type: 'org.apache.kafka.common.config.ConfigException', message: problem }
  }
  const lag = (name: string): bigint => BigInt((given[name] ?? byName[name]!.byDefault).trim())
  const [least, most] = ['min.compaction.lag.ms', 'max.compaction.lag.ms']
  if (lag(least!) > lag(most!)) {
    const message = `conflict topic config setting ${least} (${lag(least!)}) > ${most} (${lag(most!)})`
    return { type: UNKNOWN, message }
  }
  return undefined
}

const HOUR_MS = 3_600_000n
/** A setting's value where the topic says nothing: the broker's. `explicit` is what the broker's file and command line set, by name. */
export function serverDefault(s: Setting, explicit: Readonly<Record<string, string>>): string {
  const own = explicit[s.server]
  if (own !== undefined) return own.trim()
  const hours = (name: string): string | undefined =>
    explicit[name] === undefined ? undefined : String(BigInt(explicit[name].trim()) * HOUR_MS)
  const minutes = explicit['log.retention.minutes']
  if (s.name === 'retention.ms')
    return minutes === undefined ? (hours('log.retention.hours') ?? s.byDefault) : String(BigInt(minutes.trim()) * 60_000n)
  if (s.name === 'segment.ms') return hours('log.roll.hours') ?? s.byDefault
  if (s.name === 'segment.jitter.ms') return hours('log.roll.jitter.hours') ?? s.byDefault
  return s.byDefault
}
/** A topic's effective setting. */
export function topicValue(name: string, overrides: Overrides, explicit: Readonly<Record<string, string>>): string {
  const own = overrides.find(([key]) => key === name)
  return own === undefined ? serverDefault(byName[name]!, explicit) : own[1]
}

/** The order in which the settings of a log that is made are told: that of the real one's hash map. */
const TOLD: readonly string[] = (
  'compression.type min.insync.replicas message.downconversion.enable segment.jitter.ms cleanup.policy flush.ms retention.ms segment.bytes flush.messages ' +
  'message.format.version max.compaction.lag.ms file.delete.delay.ms max.message.bytes min.compaction.lag.ms message.timestamp.type preallocate ' +
  'index.interval.bytes min.cleanable.dirty.ratio unclean.leader.election.enable retention.bytes delete.retention.ms segment.ms ' +
  'message.timestamp.difference.max.ms segment.index.bytes'
).split(' ')
/** `compression.type -> producer, …`: all settings of a log. */
export function logPropertiesText(overrides: Overrides, explicit: Readonly<Record<string, string>>): string {
  const throttled = overrides.filter(([name]) => isTopicSetting(name) && !TOLD.includes(name)).map(([name]) => name)
  return [...TOLD, ...throttled]
    .map((name) => {
      const own = overrides.some(([key]) => key === name)
      const value = topicValue(name, overrides, explicit)
      return `${name} -> ${name === 'cleanup.policy' && !own ? `[${value}]` : value}`
    })
    .join(', ')
}
