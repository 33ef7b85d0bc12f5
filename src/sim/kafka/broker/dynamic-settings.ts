// A broker's settings while it runs: those it was started with, below those of /config/brokers/<default>, below those of /config/brokers/ID; which may be changed and to what
// (server/DynamicBrokerConfig.scala at 2.3.0).
import { settingsProblem, THROTTLE_SETTINGS, type Failure } from '../client/index.ts'
import { TOPIC_SETTINGS, type Overrides, type SettingType } from '../log/index.ts'
import { javaHash, scalaOrder } from '../protocol/index.ts'
import { BROKER_SETTINGS, brokerSetting } from './config-table.ts'
import { brokerConfig, ConfigError, type BrokerConfig } from './config.ts'

export interface DynamicSettings {
  /** What the file and the command line set. */
  readonly given: Readonly<Record<string, string>>
  /** Of this broker, and of all brokers. */
  broker: Overrides
  byDefault: Overrides
}
export const newDynamicSettings = (config: BrokerConfig): DynamicSettings => ({ given: config.explicit, broker: [], byDefault: [] })

/** Names that mean the same, the one that counts most first. */
export function settingSynonyms(name: string): readonly string[] {
  for (const group of SYNONYMS) if (group.includes(name)) return group
  if (name === 'log.flush.interval.ms') return [name, 'log.flush.scheduler.interval.ms']
  const base = listenerBase(name)
  return base === undefined ? [name] : [name, base.endsWith('sasl.jaas.config') ? 'sasl.jaas.config' : base]
}
const SYNONYMS = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]
/** The setting behind `listener.name.NAME.SETTING`. */
const listenerBase = (name: string): string | undefined => /^listener\.name\.[^.]*\.(.*)$/.exec(name)?.[1]

/** Settings with others over them; a synonym of what is set goes. */
function over(base: Readonly<Record<string, string>>, overrides: Overrides): Record<string, string> {
  const out = { ...base }
  for (const [name, value] of overrides) {
    const same = listenerBase(name) === undefined ? settingSynonyms(name) : [name]
    for (const other of same) delete out[other]
    out[name] = value
  }
  return out
}
/** What is set in the end, by name. */
export const effectiveSettings = (d: DynamicSettings): Record<string, string> => over(over(d.given, d.byDefault), d.broker)

const words = (text: string): readonly string[] => text.split(' ')
const SECURITY = words(
  'ssl.keystore.type ssl.keystore.location ssl.keystore.password ssl.key.password ssl.truststore.type ssl.truststore.location ssl.truststore.password',
)
const THREADS = words('num.io.threads num.network.threads num.replica.fetchers num.recovery.threads.per.data.dir background.threads')
const CLEANER = words(
  'log.cleaner.threads log.cleaner.dedupe.buffer.size log.cleaner.io.buffer.load.factor log.cleaner.io.buffer.size message.max.bytes ' +
    'log.cleaner.io.max.bytes.per.second log.cleaner.backoff.ms',
)
const LISTENERS = words(
  'advertised.listeners listeners listener.security.protocol.map principal.builder.class ssl.protocol ssl.provider ssl.cipher.suites ' +
    'ssl.enabled.protocols ssl.keystore.type ssl.keystore.location ssl.keystore.password ssl.key.password ssl.truststore.type ' +
    'ssl.truststore.location ssl.truststore.password ssl.keymanager.algorithm ssl.trustmanager.algorithm ssl.endpoint.identification.algorithm ' +
    'ssl.secure.random.implementation ssl.client.auth sasl.mechanism.inter.broker.protocol sasl.jaas.config sasl.enabled.mechanisms ' +
    'sasl.kerberos.service.name sasl.kerberos.kinit.cmd sasl.kerberos.ticket.renew.window.factor sasl.kerberos.ticket.renew.jitter ' +
    'sasl.kerberos.min.time.before.relogin sasl.kerberos.principal.to.local.rules sasl.login.refresh.window.factor ' +
    'sasl.login.refresh.window.jitter sasl.login.refresh.min.period.seconds sasl.login.refresh.buffer.seconds max.connections',
)
/** The broker's setting behind each of a topic's. */
export const TOPIC_SYNONYMS: Readonly<Record<string, string>> = Object.fromEntries(
  TOPIC_SETTINGS.filter((s) => !s.name.endsWith('.throttled.replicas')).map((s) => [s.name, s.server]),
)
const LOGS = Object.values(TOPIC_SYNONYMS).filter((name) => name !== 'log.message.format.version')
const DYNAMIC: readonly string[] = [
  ...new Set([
    ...SECURITY,
    ...CLEANER,
    ...LOGS,
    ...THREADS,
    'metric.reporters',
    ...LISTENERS,
    'max.connections.per.ip',
    'max.connections.per.ip.overrides',
  ]),
]
/** Whether a setting, or one that means the same, may be changed while the broker runs. */
export const isDynamic = (name: string): boolean => settingSynonyms(name).some((s) => DYNAMIC.includes(s))

const CONFIG = 'org.apache.kafka.common.config.ConfigException'
const ILLEGAL = 'java.lang.IllegalArgumentException'
const set = (names: readonly string[]): string => `Set(${scalaOrder(names, javaHash).join(', ')})`

/** Types that brokers check when settings are written; a CLASS or PASSWORD is any text. */
const CHECKED: readonly SettingType[] = [
  ...THROTTLE_SETTINGS,
  ...BROKER_SETTINGS.filter(([name]) => DYNAMIC.includes(name)).flatMap(([name, kind, , rule]) => {
    if (kind === 'CLASS' || kind === 'PASSWORD') return []
    return [{ name, kind: kind === 'SHORT' ? ('INT' as const) : kind, rule }]
  }),
]

/**
 * What is wrong with new dynamic settings, those that stay included; undefined when nothing is. Changes of listeners are refused: they are not modelled. `perBroker` says
 * whether they are this broker's or all brokers'.
 */
export function dynamicProblem(d: DynamicSettings, changed: Overrides, perBroker: boolean): Failure | undefined {
  const config = (message: string): Failure => ({ type: CONFIG, message })
  const names = changed.map(([name]) => name)
  const fixed = names.filter((name) => brokerSetting(name) !== undefined && !DYNAMIC.includes(name))
  if (fixed.length > 0) return config(`Cannot update these configs dynamically: ${set(fixed)}`)
  const bare = SECURITY.filter((name) => names.includes(name))
  if (bare.length > 0) {
    const why = 'These security configs can be dynamically updated only per-listener using the listener prefix'
    return config(`${why}: ${set(bare)}`)
  }
  const based = changed.map(([name, value]) => [listenerBase(name) ?? name, value] as const)
  const wrong = settingsProblem(CHECKED, based, true)
  if (wrong !== undefined) return wrong
  if (!perBroker) {
    const own = names.filter((name) => isPerBroker(name))
    if (own.length > 0) return config(`Cannot update these configs at default cluster level, broker id must be specified: ${set(own)}`)
  }
  const before = effectiveSettings(d)
  const after = perBroker ? over(over(d.given, d.byDefault), changed) : over(over(d.given, changed), d.broker)
  return wholeProblem(after) ?? reconfigurationProblem(before, after)
}
function isPerBroker(name: string): boolean {
  const base = listenerBase(name)
  if (base !== undefined) return base !== 'max.connections'
  return (SECURITY.includes(name) || LISTENERS.includes(name)) && name !== 'max.connections'
}

/** A setting's number among these, or its default. */
function numberOf(settings: Readonly<Record<string, string>>, name: string): number {
  return Number((settings[name] ?? brokerSetting(name)![2] ?? '0').trim())
}
/** What a configuration as a whole must hold (KafkaConfig.validateValues). */
function wholeProblem(settings: Readonly<Record<string, string>>): Failure | undefined {
  const required = (text: string): Failure => ({ type: ILLEGAL, message: `requirement failed: ${text}` })
  try {
    brokerConfig(settings)
  } catch (error) {
    if (error instanceof ConfigError) return { type: CONFIG, message: error.message }
    throw error
  }
  const given = (name: string): number | undefined => (settings[name] === undefined ? undefined : numberOf(settings, name))
  if ((given('log.roll.ms') ?? 1) < 1) return required('log.roll.ms must be equal or greater than 1')
  if ((given('log.roll.jitter.ms') ?? 0) < 0) return required('log.roll.jitter.ms must be equal or greater than 0')
  if (given('log.retention.ms') === 0) return required('log.retention.ms must be unlimited (-1) or, equal or greater than 1')
  const cleaners = numberOf(settings, 'log.cleaner.threads')
  if (cleaners > 0 && numberOf(settings, 'log.cleaner.dedupe.buffer.size') / cleaners <= 1024 * 1024)
    return required('log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.')
  const codec = settings['compression.type']?.trim() ?? 'producer'
  const codecs = ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']
  if (!codecs.includes(codec.toLowerCase()))
    return required(`compression.type : ${codec} is not valid. Valid options are ${codecs.join(',')}`)
  return undefined
}
/** What the parts of a running broker refuse. */
function reconfigurationProblem(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): Failure | undefined {
  const changed = Object.keys(after).filter((name) => after[name] !== before[name])
  const refused = (why: string): Failure => {
    const message = `Invalid value ${CONFIG}: ${why} for configuration Invalid dynamic configuration`
    return { type: CONFIG, message }
  }
  if (changed.some((name) => THREADS.includes(name))) {
    for (const name of THREADS) {
      const [now, then] = [numberOf(after, name), numberOf(before, name)]
      const why = `Dynamic thread count update validation failed for ${name}=${now}, value should`
      if (now === then) continue
      if (now <= 0) return refused(`${why} be at least 1`)
      if (now < Math.floor(then / 2)) return refused(`${why} be at least half the current value ${then}`)
      if (now > then * 2) return refused(`${why} not be greater than double the current value ${then}`)
    }
  }
  if (changed.some((name) => CLEANER.includes(name))) {
    const [now, then] = [numberOf(after, 'log.cleaner.threads'), numberOf(before, 'log.cleaner.threads')]
    if (now < 1) return refused('Log cleaner threads should be at least 1')
    if (now < Math.floor(then / 2)) return refused(`Log cleaner threads cannot be reduced to less than half the current value ${then}`)
    if (now > then * 2) return refused(`Log cleaner threads cannot be increased to more than double the current value ${then}`)
  }
  const listeners = changed.filter((name) => LISTENERS.includes(name) && name !== 'max.connections')
  if (listeners.length > 0) return refused(`changing ${listeners.join(', ')} of a running broker is not modelled`)
  return undefined
}
