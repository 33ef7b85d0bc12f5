// How a broker hears of configuration changes: a thread that reads the notes below /config/changes, at its start all of them (common/ZkNodeChangeNotificationListener.scala,
// server/DynamicConfigManager.scala at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import {
  childrenOf,
  dataOf,
  DEFAULT_ENTITY,
  keeper,
  paths,
  proc,
  propertiesOrder,
  reply,
  wake,
  zkBatch,
  znodes,
  type ConfigType,
  type Proc,
} from '../client/index.ts'
import { isActive, putEvent } from '../controller/index.ts'
import type { Overrides } from '../log/index.ts'
import { javaHash, scalaMutableMapOrder, scalaOrder } from '../protocol/index.ts'
import { brokerConfig, ConfigError, configLines } from './config.ts'
import { effectiveSettings } from './dynamic-settings.ts'
import { changeLogSettings } from './logs.ts'
import { quotaLines } from './quota-settings.ts'
import { slog, slogText, type BrokerState } from './state.ts'

export const CONFIG_THREAD = '/config/changes-event-process-thread'
const LOGGER = 'kafka.common.ZkNodeChangeNotificationListener'
const WAITING = 'a configuration change'
/** Notes older than this go when new ones are read. */
const EXPIRATION_MS = 15 * 60 * 1000

/** There may be something to read. */
export function configChanged(env: BrokerState): void {
  env.configChanges.pending = true
  wake(env, CONFIG_THREAD, WAITING)
}
export function logConfigThread(ctx: Context, text: string): void {
  slog(ctx, 'INFO', `${LOGGER}$ChangeEventProcessThread`, `[${CONFIG_THREAD}]: ${text}`)
}

/** The thread: reads whenever something is pending. */
export const configLoop: Proc<object, void> = proc<BrokerState, object, void>('broker.configLoop', [
  (t) => {
    if (!t.env.configChanges.pending) return t.again(t.wait(WAITING))
    t.env.configChanges.pending = false
    return t.again(t.call(processNotes, {}))
  },
])

interface Vars {
  left?: string[]
  all?: string[]
  now?: number
}
const processNotes: Proc<Vars, void> = proc<BrokerState, Vars, void>(
  'broker.configNotes',
  [
    (t) => zkBatch(t, [keeper.getChildren(paths.configChanges)]),
    (t) => {
      t.vars.all = childrenOf(reply(t)).slice().sort()
      if (t.vars.all.length === 0) return t.return()
      slog(t.ctx, 'INFO', LOGGER, `Processing notification(s) to ${paths.configChanges}`)
      t.vars.now = t.ctx.wallMs
      t.vars.left = t.vars.all.filter((name) => changeNumber(name) > t.env.configChanges.last)
    },
    (t) => {
      const name = t.vars.left!.shift()
      if (name !== undefined) return t.again(t.call(processNote, { name }))
    },
    (t) => {
      const name = t.vars.all!.shift()
      if (name !== undefined) return t.again(t.call(purgeNote, { name, now: t.vars.now! }))
    },
  ],
  (t, failure) => {
    slog(t.ctx, 'ERROR', LOGGER, `Error while processing notification change for path = ${paths.configChanges}`)
    t.ctx.log('console', '', '', `${failure.type}: ${failure.message}`)
    return t.return()
  },
)
const changeNumber = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? -1)

const processNote: Proc<{ name: string; entity?: string }, void> = proc<BrokerState, { name: string; entity?: string }, void>(
  'broker.configNote',
  [
    (t) => zkBatch(t, [keeper.getData(`${paths.configChanges}/${t.vars.name}`)]),
    (t) => {
      t.env.configChanges.last = Math.max(t.env.configChanges.last, changeNumber(t.vars.name))
      const node = dataOf(reply(t))
      if (node?.data === undefined || node.data === null) {
        slog(t.ctx, 'WARN', LOGGER, `read null data from ${paths.configChanges}/${t.vars.name}`)
        return t.return()
      }
      const entity = znodes.decodeConfigChange(node.data)
      if (entity === undefined || !/^(topics|clients|users|brokers)\/./.test(entity)) {
        slog(t.ctx, 'ERROR', LOGGER, `error processing change notification ${node.data} from ${paths.configChanges}/${t.vars.name}`)
        return t.return()
      }
      t.vars.entity = entity
      return zkBatch(t, [keeper.getData(`/config/${entity}`)])
    },
    (t) => {
      const config = propertiesOrder(znodes.decodeConfig(dataOf(reply(t))?.data ?? null))
      const told = scalaMutableMapOrder(config, ([name]) => javaHash(name))
      const text = told.map(([k, v]) => `${k} -> ${v}`).join(', ')
      slog(
        t.ctx,
        'INFO',
        'kafka.server.DynamicConfigManager',
        `Processing override for entityPath: ${t.vars.entity!} with config: Map(${text})`,
      )
      entityChanged(t.ctx, t.env, t.vars.entity!, config)
      t.ctx.note('config.changed', t.vars.entity!, { broker: t.env.config.brokerId, config: config.map(([k, v]) => `${k}=${v}`) })
    },
  ],
)

/** Settings as a znode has them, of values that are none of their type nothing. */
export const takeSettings = (data: string | null): Overrides =>
  propertiesOrder(znodes.decodeConfig(data)).map(([name, value]) => Object.freeze([name, value] as const))

/** Takes the settings of /config/brokers/… over those the broker was started with, and tells all. */
export function applySettings(ctx: Context, env: BrokerState): void {
  const settings = effectiveSettings(env.dynamic)
  try {
    env.config = brokerConfig(settings)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    slog(ctx, 'ERROR', 'kafka.server.DynamicBrokerConfig', `Per-broker configs of ${env.config.brokerId} could not be applied`)
    return slogText(ctx, `org.apache.kafka.common.config.ConfigException: ${error.message}`)
  }
  slog(ctx, 'INFO', 'kafka.server.KafkaConfig', 'KafkaConfig values: ')
  for (const line of configLines(env.config)) slogText(ctx, line)
  slogText(ctx, '')
}

/** What the change of an entity's settings means to this broker (server/ConfigHandler.scala). */
function entityChanged(ctx: Context, env: BrokerState, entity: string, config: Overrides): void {
  const slash = entity.indexOf('/')
  const [type, name] = [entity.slice(0, slash), entity.slice(slash + 1)]
  const isUnclean = (text: string | undefined): boolean => text?.toLowerCase() === 'true'
  if (type === 'topics' && isUnclean(config.find(([n]) => n === 'unclean.leader.election.enable')?.[1]) && isActive(env))
    putEvent(env, { type: 'TopicUncleanLeaderElectionEnable', topic: name })
  if (type === 'topics') changeLogSettings(env, name, config)
  if (type === 'clients' || type === 'users') {
    const lines = quotaLines(type, name, config)
    if (lines === undefined) slog(ctx, 'ERROR', LOGGER, `error processing change notification of ${entity}`)
    for (const { logger, text } of lines ?? []) slog(ctx, 'INFO', logger, text)
  }
  if (type !== 'brokers' || (name !== DEFAULT_ENTITY && name.trim() !== String(env.config.brokerId))) return
  const wasUnclean = env.config.uncleanLeaderElectionEnable
  const taken = propertiesOrder(config).map(([n, v]) => Object.freeze([n, v] as const))
  if (name === DEFAULT_ENTITY) env.dynamic.byDefault = taken
  else env.dynamic.broker = taken
  applySettings(ctx, env)
  if (!wasUnclean && env.config.uncleanLeaderElectionEnable && isActive(env)) putEvent(env, { type: 'UncleanLeaderElectionEnable' })
}

const purgeNote: Proc<{ name: string; now: number }, void> = proc<BrokerState, { name: string; now: number }, void>('broker.purgeNote', [
  (t) => zkBatch(t, [keeper.getData(`${paths.configChanges}/${t.vars.name}`)]),
  (t) => {
    const node = dataOf(reply(t))
    if (node === undefined || node.data === null || t.vars.now - node.stat.ctime <= EXPIRATION_MS) return t.return()
    return zkBatch(t, [keeper.remove(`${paths.configChanges}/${t.vars.name}`)])
  },
])

interface BootstrapVars {
  types?: { type: ConfigType; children: boolean }[]
}
/** At the start: every entity's overrides, type by type, after the users those of their clients. */
export const readAllConfigs: Proc<BootstrapVars, void> = proc<BrokerState, BootstrapVars, void>('broker.readAllConfigs', [
  (t) => {
    const own = (type: ConfigType): { type: ConfigType; children: boolean } => ({ type, children: false })
    t.vars.types = [own('topics'), own('clients'), own('users'), { type: 'users', children: true }, own('brokers')]
  },
  (t) => {
    const next = t.vars.types!.shift()
    if (next !== undefined) return t.again(t.call(readConfigs, { ...next }))
  },
])
interface ReadVars {
  type: ConfigType
  /** Clients of users. */
  children: boolean
  parents?: string[]
  parent?: string
  names?: string[]
  at?: number
  found?: { name: string; config: Overrides }[]
}
const readConfigs: Proc<ReadVars, void> = proc<BrokerState, ReadVars, void>('broker.readConfigs', [
  (t) => zkBatch(t, [keeper.getChildren(paths.configs(t.vars.type))]),
  (t) => {
    const names = childrenOf(reply(t)).slice()
    t.vars.parents = t.vars.children ? names : []
    t.vars.names = t.vars.children ? [] : names.slice()
    t.vars.found = []
    t.vars.at = 0
  },
  (t) => {
    const { parent } = t.vars
    if (parent !== undefined) t.vars.names!.push(...childrenOf(reply(t)).map((name) => `${parent}/clients/${name}`))
    t.vars.parent = t.vars.parents!.shift()
    if (t.vars.parent !== undefined) return t.again(zkBatch(t, [keeper.getChildren(`${paths.config(t.vars.type, t.vars.parent)}/clients`)]))
  },
  (t) => {
    if (t.value !== undefined) {
      const config = propertiesOrder(znodes.decodeConfig(dataOf(reply(t))?.data ?? null)).map((pair) => Object.freeze(pair))
      t.vars.found!.push({ name: t.vars.names![t.vars.at! - 1]!, config: Object.freeze(config) })
    }
    const name = t.vars.names![t.vars.at!]
    if (name === undefined) return
    t.vars.at = t.vars.at! + 1
    return t.again(zkBatch(t, [keeper.getData(paths.config(t.vars.type, name))]))
  },
  (t) => {
    for (const { name, config } of scalaOrder(t.vars.found!, (f) => javaHash(f.name)))
      entityChanged(t.ctx, t.env, `${t.vars.type}/${name}`, config)
  },
])
