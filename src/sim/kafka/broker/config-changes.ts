// How a broker hears of configuration changes: a thread that reads the notes below /config/changes, at its start all of them (common/ZkNodeChangeNotificationListener.scala,
// server/DynamicConfigManager.scala at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import { childrenOf, dataOf, keeper, paths, proc, reply, wake, zkBatch, znodes, type ConfigType, type Proc } from '../client/index.ts'
import { slog, type BrokerState } from './state.ts'

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
      const config = znodes.decodeConfig(dataOf(reply(t))?.data ?? null)
      const text = config.map(([k, v]) => `${k} -> ${v}`).join(', ')
      slog(
        t.ctx,
        'INFO',
        'kafka.server.DynamicConfigManager',
        `Processing override for entityPath: ${t.vars.entity!} with config: Map(${text})`,
      )
      t.ctx.note('config.changed', t.vars.entity!, { broker: t.env.config.brokerId, config: config.map(([k, v]) => `${k}=${v}`) })
    },
  ],
)

const purgeNote: Proc<{ name: string; now: number }, void> = proc<BrokerState, { name: string; now: number }, void>('broker.purgeNote', [
  (t) => zkBatch(t, [keeper.getData(`${paths.configChanges}/${t.vars.name}`)]),
  (t) => {
    const node = dataOf(reply(t))
    if (node === undefined || node.data === null || t.vars.now - node.stat.ctime <= EXPIRATION_MS) return t.return()
    return zkBatch(t, [keeper.remove(`${paths.configChanges}/${t.vars.name}`)])
  },
])

interface BootstrapVars {
  types?: ConfigType[]
}
/** At the start: every entity's overrides, type by type; users twice, the second time for their clients. */
export const readAllConfigs: Proc<BootstrapVars, void> = proc<BrokerState, BootstrapVars, void>('broker.readAllConfigs', [
  (t) => {
    t.vars.types = ['topics', 'clients', 'users', 'users', 'brokers']
  },
  (t) => {
    const type = t.vars.types!.shift()
    if (type !== undefined) return t.again(t.call(readConfigs, { type }))
  },
])
const readConfigs: Proc<{ type: ConfigType; left?: string[] }, void> = proc<BrokerState, { type: ConfigType; left?: string[] }, void>(
  'broker.readConfigs',
  [
    (t) => zkBatch(t, [keeper.getChildren(paths.configs(t.vars.type))]),
    (t) => {
      t.vars.left = childrenOf(reply(t)).slice()
    },
    (t) => {
      const name = t.vars.left!.shift()
      if (name !== undefined) return t.again(zkBatch(t, [keeper.getData(paths.config(t.vars.type, name))]))
    },
  ],
)
