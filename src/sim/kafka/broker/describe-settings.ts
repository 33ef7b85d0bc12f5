// How a broker tells its own settings and a topic's: values as texts, where each comes from, and what else could have been it (server/AdminManager.scala at 2.3.0).
import { TOPIC_SETTINGS, topicSetting, topicValue, type Overrides } from '../log/index.ts'
import { javaHash, javaMapOrder, scalaMutableMapOrder, type ResponseBody } from '../protocol/index.ts'
import { BROKER_SETTINGS, brokerSetting } from './config-table.ts'
import { effectiveSettings, isDynamic, settingSynonyms, TOPIC_SYNONYMS, type DynamicSettings } from './dynamic-settings.ts'
import { settingText } from './setting-text.ts'

export { doubleText } from './setting-text.ts'

/** Where a value comes from, on the wire. */
const SOURCE = { topic: 1, broker: 2, byDefault: 3, given: 4, built: 5 } as const
type Entry = ResponseBody<'DescribeConfigs'>['resources'][number]['configEntries'][number]
type Synonym = Entry['synonyms'][number]

const hash = (name: string): number => javaHash(name)
/** The order of a HashMap that took first these names, then those, each from a HashMap. */
const mapOrder = (first: readonly string[], then: readonly string[]): string[] =>
  javaMapOrder([...new Set([...javaMapOrder(first, hash), ...javaMapOrder(then, hash)])], hash)

/** All that a setting's value could be, first what it is; those that stand before its own name are another's. */
function synonymsOf(d: DynamicSettings, name: string, names: readonly string[], sensitive: boolean): Synonym[] {
  const all: Synonym[] = []
  const add = (settings: Readonly<Record<string, string | null | undefined>>, source: number): void => {
    for (const n of names) {
      const value = Object.hasOwn(settings, n) ? settings[n] : undefined
      if (value !== undefined && value !== null) all.push({ name: n, value: sensitive ? null : value, source })
    }
  }
  add(Object.fromEntries(d.broker), SOURCE.broker)
  add(Object.fromEntries(d.byDefault), SOURCE.byDefault)
  add(d.given, SOURCE.given)
  add(Object.fromEntries(names.map((n) => [n, brokerSetting(n)?.[2]])), SOURCE.built)
  const own = all.findIndex((s) => s.name === name)
  return own < 0 ? [] : all.slice(own)
}
function entry(
  name: string,
  value: string | null,
  all: readonly Synonym[],
  synonyms: boolean,
  sensitive: boolean,
  readOnly: boolean,
): Entry {
  const configSource = all[0]?.source ?? SOURCE.built
  return {
    name,
    value,
    readOnly,
    isDefault: configSource === SOURCE.built,
    configSource,
    isSensitive: sensitive,
    synonyms: synonyms ? all.map((s) => ({ ...s })) : [],
  }
}

/** The broker's settings, or with `perBroker` false those of all brokers that are set dynamically. */
export function brokerEntries(d: DynamicSettings, perBroker: boolean, synonyms: boolean): Entry[] {
  const settings = perBroker ? effectiveSettings(d) : Object.fromEntries(d.byDefault)
  const set = Object.keys(settings)
  const names = perBroker
    ? mapOrder(
        set,
        BROKER_SETTINGS.map(([name]) => name),
      )
    : scalaMutableMapOrder(set, hash)
  return names.map((name) => {
    const same = settingSynonyms(name)
    const kind = same.map((n) => brokerSetting(n)?.[1]).find((k) => k !== undefined)
    const sensitive = kind === undefined || kind === 'PASSWORD'
    const text = settings[name] ?? brokerSetting(name)?.[2] ?? null
    // What holds for all brokers is told as it was written.
    const value = sensitive || text === null ? null : perBroker && brokerSetting(name) !== undefined ? settingText(kind, text) : text
    const all = synonymsOf(d, name, same, sensitive).filter((s) => perBroker || s.source === SOURCE.byDefault)
    return entry(name, value, all, synonyms, sensitive, !isDynamic(name))
  })
}

/** A topic's settings. */
export function topicEntries(d: DynamicSettings, overrides: Overrides, synonyms: boolean): Entry[] {
  const own = Object.fromEntries(overrides)
  const settings = effectiveSettings(d)
  const copied = TOPIC_SETTINGS.map((s) => s.name).filter((name) => TOPIC_SYNONYMS[name] !== undefined)
  const names = mapOrder(
    [...new Set([...copied, ...Object.keys(own)])],
    TOPIC_SETTINGS.map((s) => s.name),
  )
  return names.map((name) => {
    const kind = topicSetting(name)?.kind ?? 'STRING'
    const value = topicSetting(name) === undefined ? own[name]! : settingText(kind, topicValue(name, overrides, settings))
    const server = TOPIC_SYNONYMS[name]
    const all = server === undefined ? [] : synonymsOf(d, server, settingSynonyms(server), false)
    const first = Object.hasOwn(own, name) ? [{ name, value, source: SOURCE.topic }] : []
    return entry(name, value, [...first, ...all], synonyms, false, false)
  })
}
