// AlterConfigs and IncrementalAlterConfigs of topics and brokers (server/KafkaApis.scala and server/AdminManager.scala at 2.3.0). A change is written to
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
  validateTopicConfig,
  type Failure,
  type Proc,
} from '../client/index.ts'
import { topicSetting, type Overrides } from '../log/index.ts'
import { errorOf, ERRORS, javaHash } from '../protocol/index.ts'
import { BROKER, brokerOf, resourceText, TOPIC, typeName, type Resource } from './admin-describe.ts'
import { adminLog, exception } from './admin-outcomes.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { brokerSetting } from './config-table.ts'
import { dynamicProblem } from './dynamic-settings.ts'
import type { BrokerState } from './state.ts'

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
