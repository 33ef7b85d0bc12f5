// The admin client's calls about configurations. Those of one broker are asked of that broker, all others of any (clients/admin/KafkaAdminClient.java at 2.3.0).
import { errorFailure } from '../protocol/index.ts'
import { adminCall, responseBody, type AdminUser, type Target } from './admin-client.ts'
import { done, failed, type Outcome } from './admin-topics.ts'
import { fail, proc, type Proc } from './threads.ts'

/** A topic, a broker by its id, or with an empty name what holds for all brokers. */
export interface ConfigResource {
  readonly type: 'topic' | 'broker'
  readonly name: string
}
const TYPE_IDS = { topic: 2, broker: 4 } as const
/** Where a value comes from, by its number on the wire. */
const SOURCES = [
  'UNKNOWN_CONFIG',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
] as const
export type ConfigSource = (typeof SOURCES)[number]
const sourceOf = (id: number): ConfigSource => SOURCES[id] ?? 'UNKNOWN_CONFIG'

export interface ConfigEntry {
  readonly name: string
  /** Null when it has none, or is sensitive. */
  readonly value: string | null
  readonly source: ConfigSource
  readonly sensitive: boolean
  readonly readOnly: boolean
  /** All that could be its value, the one that is first; empty unless asked for. */
  readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: ConfigSource }[]
}
/** ConfigEntry.isDefault. */
export const isDefaultEntry = (entry: ConfigEntry): boolean => entry.source === 'DEFAULT_CONFIG'

/** Requests that a call splits into: one for each broker, first, and one for the rest. */
function split<R extends ConfigResource>(resources: readonly R[]): { target: Target; resources: R[] }[] {
  const ofBroker = (r: R): boolean => r.type === 'broker' && r.name !== ''
  const brokers = resources.filter(ofBroker).map((r) => ({ target: { to: 'broker', id: brokerNumber(r.name) } as const, resources: [r] }))
  const others = resources.filter((r) => !ofBroker(r))
  return [...(others.length > 0 ? [{ target: { to: 'any' } as const, resources: others }] : []), ...brokers]
}
function brokerNumber(name: string): number {
  if (!/^[+-]?\d+$/.test(name) || Number(name) > 2147483647) fail('java.lang.NumberFormatException', `For input string: "${name}"`)
  return Number(name)
}

interface DescribeVars {
  resources: readonly ConfigResource[]
  synonyms: boolean
  left?: { target: Target; resources: ConfigResource[] }[]
  at?: ConfigResource[]
  outcomes?: Outcome<ConfigEntry[]>[]
}
/** All settings of each resource, in the broker's order. */
export const describeConfigs: Proc<DescribeVars, Outcome<ConfigEntry[]>[]> = proc<AdminUser, DescribeVars, Outcome<ConfigEntry[]>[]>(
  'admin.describeConfigs',
  [
    (t) => {
      t.vars.left = split(t.vars.resources.map(({ type, name }) => ({ type, name })))
      t.vars.outcomes = []
    },
    (t) => {
      const asked = t.vars.at
      if (asked !== undefined) {
        const answers = responseBody<'DescribeConfigs'>(t.value).resources
        for (const r of asked) {
          const found = answers.find((a) => a.resourceType === TYPE_IDS[r.type] && a.resourceName === r.name)
          t.vars.outcomes!.push(found === undefined ? missing(r) : described(r, found))
        }
      }
      const next = t.vars.left!.shift()
      if (next === undefined) return
      t.vars.at = next.resources
      const resources = next.resources.map((r) => ({ resourceType: TYPE_IDS[r.type], resourceName: r.name, configNames: null }))
      const name = next.target.to === 'broker' ? 'describeBrokerConfigs' : 'describeConfigs'
      const body = { resources, includeSynonyms: t.vars.synonyms }
      return t.again(t.call(adminCall, { name, kind: 'DescribeConfigs', body, target: { ...next.target } }))
    },
    (t) => t.return(t.vars.outcomes!.slice()),
  ],
)
const missing = (r: ConfigResource): Outcome<never> =>
  failed(r.name, {
    type: 'org.apache.kafka.common.errors.UnknownServerException',
    message: `Malformed broker response: missing config for ConfigResource(type=${r.type.toUpperCase()}, name='${r.name}')`,
  })

interface Described {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly configEntries: readonly {
    readonly name: string
    readonly value: string | null
    readonly readOnly: boolean
    readonly configSource: number
    readonly isSensitive: boolean
    readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: number }[]
  }[]
}
function described(r: ConfigResource, answer: Described): Outcome<ConfigEntry[]> {
  if (answer.errorCode !== 0) return failed(r.name, errorFailure(answer.errorCode, answer.errorMessage))
  const value = answer.configEntries.map((e) => ({
    name: e.name,
    value: e.value,
    source: sourceOf(e.configSource),
    sensitive: e.isSensitive,
    readOnly: e.readOnly,
    synonyms: e.synonyms.map((s) => ({ name: s.name, value: s.value, source: sourceOf(s.source) })),
  }))
  return { key: r.name, failure: null, value }
}

export interface ConfigAlteration extends ConfigResource {
  readonly entries: readonly { readonly name: string; readonly value: string | null }[]
}
interface AlterVars<R extends ConfigResource> {
  resources: readonly R[]
  validateOnly: boolean
  left?: { target: Target; resources: R[] }[]
  at?: R[]
  outcomes?: Outcome<void>[]
}
/** Takes the errors of an answer down, resource by resource. */
function note(vars: AlterVars<ConfigResource>, answers: readonly Answered[]): void {
  for (const r of vars.at!) {
    const found = answers.find((a) => a.resourceType === TYPE_IDS[r.type] && a.resourceName === r.name)
    if (found === undefined) fail('java.lang.NullPointerException', 'null')
    const { errorCode, errorMessage } = found
    vars.outcomes!.push(errorCode === 0 ? done(r.name) : failed(r.name, errorFailure(errorCode, errorMessage)))
  }
}
interface Answered {
  readonly errorCode: number
  readonly errorMessage: string | null
  readonly resourceType: number
  readonly resourceName: string
}
/** Puts new overrides in the place of all old ones of each resource. */
export const alterConfigs: Proc<AlterVars<ConfigAlteration>, Outcome<void>[]> = proc<
  AdminUser,
  AlterVars<ConfigAlteration>,
  Outcome<void>[]
>('admin.alterConfigs', [
  (t) => {
    t.vars.left = split(t.vars.resources.map((r) => ({ ...r, entries: r.entries.map((e) => ({ ...e })) })))
    t.vars.outcomes = []
  },
  (t) => {
    if (t.vars.at !== undefined) note(t.vars, responseBody<'AlterConfigs'>(t.value).resources)
    const next = t.vars.left!.shift()
    if (next === undefined) return
    t.vars.at = next.resources
    const resources = next.resources.map((r) => ({
      resourceType: TYPE_IDS[r.type],
      resourceName: r.name,
      configEntries: r.entries.map((e) => ({ configName: e.name, configValue: e.value })),
    }))
    const body = { resources, validateOnly: t.vars.validateOnly }
    return t.again(t.call(adminCall, { name: 'alterConfigs', kind: 'AlterConfigs', body, target: { ...next.target } }))
  },
  (t) => t.return(t.vars.outcomes!.slice()),
])

/** What to do to a setting, by its number on the wire. */
export const OP_TYPES = ['SET', 'DELETE', 'APPEND', 'SUBTRACT'] as const
export interface ConfigOperation extends ConfigResource {
  readonly ops: readonly { readonly name: string; readonly value: string | null; readonly op: (typeof OP_TYPES)[number] }[]
}
/** Changes single overrides of each resource. */
export const incrementalAlterConfigs: Proc<AlterVars<ConfigOperation>, Outcome<void>[]> = proc<
  AdminUser,
  AlterVars<ConfigOperation>,
  Outcome<void>[]
>('admin.incrementalAlterConfigs', [
  (t) => {
    t.vars.left = split(t.vars.resources.map((r) => ({ ...r, ops: r.ops.map((o) => ({ ...o })) })))
    t.vars.outcomes = []
  },
  (t) => {
    if (t.vars.at !== undefined) note(t.vars, responseBody<'IncrementalAlterConfigs'>(t.value).responses)
    const next = t.vars.left!.shift()
    if (next === undefined) return
    t.vars.at = next.resources
    const resources = next.resources.map((r) => ({
      resourceType: TYPE_IDS[r.type],
      resourceName: r.name,
      configs: r.ops.map((o) => ({ name: o.name, configOperation: OP_TYPES.indexOf(o.op), value: o.value })),
    }))
    const body = { resources, validateOnly: t.vars.validateOnly }
    return t.again(
      t.call(adminCall, { name: 'incrementalAlterConfigs', kind: 'IncrementalAlterConfigs', body, target: { ...next.target } }),
    )
  },
  (t) => t.return(t.vars.outcomes!.slice()),
])
