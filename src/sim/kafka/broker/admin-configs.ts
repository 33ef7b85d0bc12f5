// DescribeConfigs, AlterConfigs and IncrementalAlterConfigs of topics and brokers (server/KafkaApis.scala and server/AdminManager.scala at 2.3.0). A change is written to
// ZooKeeper with a note of it; brokers take it when they read the note.
import {
  changeConfig,
  changeTopicConfig,
  DEFAULT_ENTITY,
  fail,
  OP_TYPES,
  proc,
  propertiesOrder,
  readConfig,
  topicNameProblem,
  validateTopicConfig,
  type Failure,
  type Proc,
} from '../client/index.ts'
import { topicSetting, type Overrides } from '../log/index.ts'
import { errorOf, ERRORS, javaHash, type RequestBody, type ResponseBody } from '../protocol/index.ts'
import { adminLog, exception } from './admin-outcomes.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { brokerSetting } from './config-table.ts'
import { topicExists } from './delayed.ts'
import { brokerEntries, topicEntries } from './describe-settings.ts'
import { dynamicProblem } from './dynamic-settings.ts'
import type { BrokerState } from './state.ts'

const TOPIC = 2
const BROKER = 4
const TYPES: Readonly<Record<number, string>> = { 0: 'UNKNOWN', 2: 'TOPIC', 4: 'BROKER' }
interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}
const typeName = (r: Resource): string => TYPES[r.resourceType] ?? 'UNKNOWN'
const resourceText = (r: Resource): string => `ConfigResource(type=${typeName(r)}, name='${r.resourceName}')`

/** This broker, when a resource names it; undefined for all brokers. Fails for another. */
function brokerOf(env: BrokerState, r: Resource, orEmpty: boolean): number | undefined {
  if (r.resourceName === '') return undefined
  const known = /^[+-]?\d+$/.test(r.resourceName) && Math.abs(Number(r.resourceName)) <= 2147483647
  if (!known) exception('InvalidRequestException', `Broker id must be an integer, but it is: ${r.resourceName}`)
  const { brokerId } = env.config
  if (Number(r.resourceName) === brokerId) return brokerId
  // 2.3.0 prints the whole resource and then `.name`.
  const expected = `Unexpected broker id, expected ${brokerId}${orEmpty ? ' or empty string' : ''}`
  return exception('InvalidRequestException', `${expected}, but received ${resourceText(r)}.name`)
}

// DescribeConfigs

type Described = ResponseBody<'DescribeConfigs'>['resources'][number]
type Asked = RequestBody<'DescribeConfigs'>['resources'][number]
interface DescribeOneVars {
  resource: Asked
  synonyms: boolean
}
const described = (r: Resource, errorCode: number, errorMessage: string | null, configEntries: Described['configEntries']): Described => ({
  errorCode,
  errorMessage,
  resourceType: r.resourceType,
  resourceName: r.resourceName,
  configEntries,
})
const describeOne: Proc<DescribeOneVars, Described> = proc<BrokerState, DescribeOneVars, Described>(
  'api.describeConfig',
  [
    (t) => {
      const { resource, synonyms } = t.vars
      const { resourceType, resourceName, configNames } = resource
      if (resourceType === TOPIC) {
        const problem = topicNameProblem(resourceName)
        if (problem !== undefined) fail(problem.type, problem.message)
        if (topicExists(t.env, resourceName)) return t.call(readConfig, { type: 'topics', name: resourceName })
        return t.return(described(resource, ERRORS.UNKNOWN_TOPIC_OR_PARTITION, null, []))
      }
      if (resourceType !== BROKER) exception('InvalidRequestException', `Unsupported resource type: ${typeName(resource)}`)
      const own = brokerOf(t.env, resource, true) !== undefined
      const entries = brokerEntries(t.env.dynamic, own, synonyms).filter((e) => configNames === null || configNames.includes(e.name))
      return t.return(described(resource, ERRORS.NONE, null, entries))
    },
    (t) => {
      const { resource, synonyms } = t.vars
      const entries = topicEntries(t.env.dynamic, t.value as Overrides, synonyms)
      const asked = entries.filter((e) => resource.configNames === null || resource.configNames.includes(e.name))
      return t.return(described(resource, ERRORS.NONE, null, asked))
    },
  ],
  (t, failure) => {
    const { resource } = t.vars
    adminLog(t.ctx, t.env, `Error processing describe configs request for resource ${resourceText(resource)}`, failure)
    const { errorCode, errorMessage } = errorOf(failure)
    return t.return(described(resource, errorCode, errorMessage, []))
  },
)
interface DescribeVars extends RequestVars<'DescribeConfigs'> {
  left?: Asked[]
  done?: Described[]
  asked?: boolean
}
const describeThread: Proc<DescribeVars, void> = proc<BrokerState, DescribeVars, void>(
  'api.describeConfigs',
  [
    (t) => {
      t.vars.left = t.vars.request.body.resources.slice()
      t.vars.done = []
    },
    (t) => {
      if (t.vars.asked === true) t.vars.done!.push({ ...(t.value as Described) })
      const resource = t.vars.left!.shift()
      if (resource === undefined) return
      t.vars.asked = true
      return t.again(t.call(describeOne, { resource, synonyms: t.vars.request.body.includeSynonyms }))
    },
    (t) => {
      const resources = t.vars.done!.map((d) => described(d, d.errorCode, d.errorMessage, d.configEntries.map(copyEntry)))
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources }, 'kafka.admin.describe')
    },
  ],
  (t, failure) => {
    const { errorCode, errorMessage } = errorOf(failure)
    const resources = t.vars.request.body.resources.map((r) => described(r, errorCode, errorMessage, []))
    reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources })
    return t.return()
  },
)
const copyEntry = (e: Described['configEntries'][number]): Described['configEntries'][number] => ({
  ...e,
  synonyms: e.synonyms.map((s) => ({ ...s })),
})
export const describeConfigs: Handler<'DescribeConfigs'> = inThread(describeThread)

// AlterConfigs

interface Altered extends Resource {
  readonly errorCode: number
  readonly errorMessage: string | null
}
interface Op {
  readonly name: string
  readonly value: string | null
  readonly op: (typeof OP_TYPES)[number]
}
interface AlterOneVars {
  resource: Resource
  /** All overrides there shall be, or what to change of those there are. */
  entries: readonly Op[]
  incremental: boolean
  validateOnly: boolean
  config?: Overrides
}
/** Java's maps take no null. */
const valueOf = (op: Op): string => op.value ?? fail('java.lang.NullPointerException', 'null')
const set = (config: Overrides, name: string, value: string): Overrides => [...config.filter(([n]) => n !== name), [name, value] as const]

/** Applies changes one after the other to what is there. */
function changed(before: Overrides, ops: readonly Op[], ofTopic: boolean): Overrides {
  let config = before
  for (const op of ops) {
    const kind = ofTopic ? topicSetting(op.name)?.kind : brokerSetting(op.name)?.[1]
    switch (op.op) {
      case 'SET':
        config = set(config, op.name, valueOf(op))
        break
      case 'DELETE':
        config = config.filter(([n]) => n !== op.name)
        break
      case 'APPEND':
      case 'SUBTRACT': {
        const verb = op.op.toLowerCase()
        // A map without the key: scala.MatchError and the like do not come here, NoSuchElementException does.
        if (kind === undefined) fail('java.util.NoSuchElementException', `key not found: ${op.name}`)
        if (kind !== 'LIST') exception('InvalidRequestException', `Config value ${verb} is not allowed for config key: ${op.name}`)
        const old = config.find(([n]) => n === op.name)?.[1] ?? fail('java.lang.NullPointerException', 'null')
        const items = valueOf(op).split(',')
        const now = op.op === 'APPEND' ? [...old.split(','), ...items] : without(old.split(','), items)
        config = set(config, op.name, now.join(','))
      }
    }
  }
  return config
}
/** Each item to take away goes once. */
function without(list: readonly string[], items: readonly string[]): string[] {
  const out = list.slice()
  for (const item of items) if (out.includes(item)) out.splice(out.indexOf(item), 1)
  return out
}
function checkOps(ops: readonly Op[]): void {
  const twice = [...new Set(ops.map((o) => o.name).filter((name, i, all) => all.indexOf(name) !== i))]
  if (twice.length > 0) exception('InvalidRequestException', `Error due to duplicate config keys : ${twice.join(',')}`)
}

const alterOne: Proc<AlterOneVars, Altered> = proc<BrokerState, AlterOneVars, Altered>(
  'api.alterConfig',
  [
    (t) => {
      const { resource, entries, incremental } = t.vars
      if (incremental) checkOps(entries)
      const { resourceType, resourceName } = resource
      if (resourceType !== TOPIC && resourceType !== BROKER) {
        const only = 'AlterConfigs is only supported for topics and brokers'
        exception('InvalidRequestException', `${only}, but resource type is ${typeName(resource)}`)
      }
      const id = resourceType === BROKER ? brokerOf(t.env, resource, false) : undefined
      if (!incremental) return
      if (resourceType === TOPIC) return t.call(readConfig, { type: 'topics', name: resourceName })
      return t.call(readConfig, { type: 'brokers', name: id === undefined ? DEFAULT_ENTITY : String(id) })
    },
    (t) => {
      const { resource, entries, incremental } = t.vars
      const ofTopic = resource.resourceType === TOPIC
      const config = incremental
        ? changed(t.value as Overrides, entries, ofTopic)
        : entries.reduce<Overrides>((all, op) => set(all, op.name, valueOf(op)), [])
      t.vars.config = propertiesOrder(config).map(([n, v]) => [n, v] as const)
      if (ofTopic)
        return t.call(validateTopicConfig, { topic: resource.resourceName, config: t.vars.config.map(([n, v]) => [n, v] as const) })
      const problem = dynamicProblem(t.env.dynamic, t.vars.config, resource.resourceName !== '')
      if (problem !== undefined) fail(problem.type, problem.message)
    },
    (t) => {
      const { resource, validateOnly } = t.vars
      if (validateOnly) return t.return(altered(resource, undefined))
      return t.sleep('kafka.admin.write')
    },
    (t) => {
      const { resource } = t.vars
      const { resourceName } = resource
      const config = t.vars.config!.map(([n, v]) => [n, v] as const)
      if (resource.resourceType === TOPIC) {
        adminLog(t.ctx, t.env, `Updating topic ${resourceName} with new configuration ${configText(t.env)}`, undefined)
        return t.call(changeTopicConfig, { topic: resourceName, config })
      }
      return t.call(changeConfig, { type: 'brokers', name: resourceName === '' ? DEFAULT_ENTITY : String(Number(resourceName)), config })
    },
    (t) => t.return(altered(t.vars.resource, undefined)),
  ],
  (t, failure) => {
    const { resource, entries } = t.vars
    if (/\.(ConfigException|IllegalArgumentException)$/.test(failure.type)) {
      const message = `Invalid config value for resource ${resourceText(resource)}: ${failure.message}`
      adminLog(t.ctx, t.env, message, undefined)
      return t.return(altered(resource, { type: 'org.apache.kafka.common.errors.InvalidRequestException', message }))
    }
    const text = entries.map((e) => `${e.name}=${e.value}`).join(', ')
    adminLog(t.ctx, t.env, `Error processing alter configs request for resource ${resourceText(resource)}, config ${text}`, failure)
    return t.return(altered(resource, failure))
  },
)
/** The broker's whole configuration, as Java prints an object without words for it: its class and the hash of its settings. */
function configText(env: BrokerState): string {
  const hash = Object.entries(env.config.explicit).reduce((sum, [name, value]) => (sum + (javaHash(name) ^ javaHash(value))) | 0, 0)
  return `kafka.server.KafkaConfig@${(hash >>> 0).toString(16)}`
}
const altered = (r: Resource, failure: Failure | undefined): Altered => ({
  ...(failure === undefined ? { errorCode: ERRORS.NONE, errorMessage: null } : errorOf(failure)),
  resourceType: r.resourceType,
  resourceName: r.resourceName,
})

interface AlterAllVars {
  left: { resource: Resource; entries: readonly Op[] }[]
  incremental: boolean
  validateOnly: boolean
  done?: Altered[]
}
/** Changes one resource after the other; gives what became of each. */
const alterAll: Proc<AlterAllVars, Altered[]> = proc<BrokerState, AlterAllVars, Altered[]>('api.alterAll', [
  (t) => {
    if (t.vars.done === undefined) t.vars.done = []
    else t.vars.done.push({ ...(t.value as Altered) })
    const next = t.vars.left.shift()
    if (next === undefined) return t.return(t.vars.done.map((d) => ({ ...d })))
    const { incremental, validateOnly } = t.vars
    return t.again(t.call(alterOne, { resource: next.resource, entries: next.entries, incremental, validateOnly }))
  },
])

const alterThread: Proc<RequestVars<'AlterConfigs'>, void> = proc<BrokerState, RequestVars<'AlterConfigs'>, void>(
  'api.alterConfigs',
  [
    (t) => {
      const { resources, validateOnly } = t.vars.request.body
      const left = resources.map((r) => ({
        resource: { resourceType: r.resourceType, resourceName: r.resourceName },
        entries: r.configEntries.map((e) => ({ name: e.configName, value: e.configValue, op: 'SET' as const })),
      }))
      return t.call(alterAll, { left, incremental: false, validateOnly })
    },
    (t) => {
      const resources = (t.value as Altered[]).map((a) => ({ ...a }))
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources })
    },
  ],
  (t, failure) => {
    const resources = t.vars.request.body.resources.map((r) => altered(r, failure))
    reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources })
    return t.return()
  },
)
export const alterConfigs: Handler<'AlterConfigs'> = inThread(alterThread)

const incrementalThread: Proc<RequestVars<'IncrementalAlterConfigs'>, void> = proc<
  BrokerState,
  RequestVars<'IncrementalAlterConfigs'>,
  void
>(
  'api.incrementalAlterConfigs',
  [
    (t) => {
      const { resources, validateOnly } = t.vars.request.body
      const left = resources.map((r) => ({
        resource: { resourceType: r.resourceType, resourceName: r.resourceName },
        entries: r.configs.map((e) => ({ name: e.name, value: e.value, op: OP_TYPES[e.configOperation] ?? ('SET' as const) })),
      }))
      return t.call(alterAll, { left, incremental: true, validateOnly })
    },
    (t) => {
      const responses = (t.value as Altered[]).map((a) => ({ ...a }))
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, responses })
    },
  ],
  (t, failure) => {
    const responses = t.vars.request.body.resources.map((r) => altered(r, failure))
    reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, responses })
    return t.return()
  },
)
export const incrementalAlterConfigs: Handler<'IncrementalAlterConfigs'> = inThread(incrementalThread)
