// kafka-configs.sh --zookeeper: reads and writes the znodes of settings itself (admin/ConfigCommand.scala, alterConfig and describeConfig, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  brokerId,
  changeEntityConfig,
  childrenOf,
  dataOf,
  DEFAULT_ENTITY,
  fail,
  keeper,
  paths,
  proc,
  readBrokerRacks,
  readConfig,
  reply,
  SCRAM_MECHANISMS,
  THROTTLE_SETTINGS,
  zkBatch,
  type BrokerRack,
  type Proc,
} from '../../kafka/client/index.ts'
import type { Overrides } from '../../kafka/log/index.ts'
import type { ToolState } from '../kafka-tools/index.ts'
import { configsToAdd, configsToDelete, configText, merge } from './configs.ts'
import { describeEntity, fullName, parseEntity, type ConfigEntity } from './entity.ts'
import { optionsOf } from './reading.ts'

const ILLEGAL = 'java.lang.IllegalArgumentException'
const INVALID = 'org.apache.kafka.common.errors.InvalidConfigurationException'
/** What the tool says of what is not modelled: its message alone, like a wrong setting. */
export const NOT_MODELLED = INVALID

interface AlterVars {
  entity?: ConfigEntity
  added?: Overrides
  deleted?: readonly string[]
  config?: Overrides
}
export const alterByZooKeeper: Proc<AlterVars, void> = proc<ToolState, AlterVars, void>('kafka-configs.alterByZooKeeper', [
  (t) => {
    const options = optionsOf(t)
    t.vars.added = deepFreeze(configsToAdd(options))
    const format = t.vars.added.find(([name]) => name === 'message.format.version')
    if (format !== undefined) {
      const what =
        'This configuration will be ignored if the version is newer than the inter.broker.protocol.version specified in the broker.'
      t.ctx.print(`WARNING: The configuration message.format.version=${format[1]} is specified. ${what}\n`)
    }
    t.vars.deleted = deepFreeze(configsToDelete(options))
    t.vars.entity = deepFreeze(parseEntity(options))
    const { type } = t.vars.entity.root
    if (type === 'users') refuseCredentials(t.vars.added)
    if (type === 'brokers') return t.call(checkBrokerConfigs, { name: fullName(t.vars.entity), added: t.vars.added })
  },
  (t) => t.call(readConfig, { type: t.vars.entity!.root.type, name: fullName(t.vars.entity!) }),
  (t) => {
    const { added, deleted } = t.vars
    const old = t.value as Overrides
    const invalid = deleted!.filter((name) => !old.some(([own]) => own === name))
    if (invalid.length > 0) fail(INVALID, `Invalid config(s): ${invalid.join(',')}`)
    t.vars.config = deepFreeze(merge(old, added!).filter(([name]) => !deleted!.includes(name)))
    const { type } = t.vars.entity!.root
    return t.call(changeEntityConfig, { type, name: fullName(t.vars.entity!), config: t.vars.config })
  },
  (t) => t.ctx.print(`Completed Updating config for entity: ${describeEntity(t.vars.entity!)}.\n`),
])

const MIN_ITERATIONS = 4096
/** Passwords of users: what is wrong with them shows, the rest is not modelled. */
function refuseCredentials(added: Overrides): void {
  for (const mechanism of SCRAM_MECHANISMS) {
    const value = added.find(([name]) => name === mechanism)?.[1]
    if (value === undefined) continue
    const name = mechanism.replace(/-/g, '_')
    const match = /^(?:iterations=([0-9]*),)?password=(.*)$/.exec(value)
    if (match === null) fail(ILLEGAL, `Invalid credential property ${name}=${value}`)
    if (match[1] === '') fail('java.lang.NumberFormatException', 'For input string: ""')
    const iterations = Number(match[1] ?? MIN_ITERATIONS)
    if (iterations < MIN_ITERATIONS)
      fail(ILLEGAL, `Iterations ${iterations} is less than the minimum ${MIN_ITERATIONS} required for ${name}`)
    fail(NOT_MODELLED, `kafka-configs.sh: credentials of ${mechanism} are not modelled`)
  }
}

/** A broker's settings but those of throttles may be written here only while it does not run. */
const checkBrokerConfigs: Proc<{ name: string; added: Overrides }, void> = proc<ToolState, { name: string; added: Overrides }, void>(
  'kafka-configs.checkBrokerConfigs',
  [
    (t) => {
      const { name } = t.vars
      if (dynamicNames(t.vars.added).length === 0) return t.return()
      if (name === DEFAULT_ENTITY) return t.call(readBrokerRacks, { rackAware: 'disabled' })
      const id = brokerId(name)
      if (id === undefined) fail(ILLEGAL, `Error parsing broker ${name}. The broker's Entity Name must be a single integer value`)
      return zkBatch(t, [keeper.getData(paths.broker(id))])
    },
    (t) => {
      const { name } = t.vars
      const names = dynamicNames(t.vars.added)
      const running = name === DEFAULT_ENTITY ? (t.value as BrokerRack[]).length > 0 : dataOf(reply(t)) !== undefined
      const when = name === DEFAULT_ENTITY ? 'for default cluster if any broker is running' : `when broker ${name} is running`
      if (running) {
        const what = `--bootstrap-server option must be specified to update broker configs Set(${names.join(', ')}). ${when}.`
        const info = 'Broker configuraton updates using ZooKeeper are supported for bootstrapping before brokers are started'
        fail(ILLEGAL, `requirement failed: ${what} ${info} to enable encrypted password configs to be stored in ZooKeeper.`)
      }
      fail(NOT_MODELLED, `kafka-configs.sh: ${names.join(', ')} of a broker that does not run: not modelled`)
    },
  ],
)
const dynamicNames = (added: Overrides): string[] =>
  added.map(([name]) => name).filter((name) => !THROTTLE_SETTINGS.some((s) => s.name === name))

interface DescribeVars {
  entities?: readonly ConfigEntity[]
  /** Users without settings of their own are left out when all are wanted. */
  allUsers?: boolean
  entity?: ConfigEntity
}
export const describeByZooKeeper: Proc<DescribeVars, void> = proc<ToolState, DescribeVars, void>('kafka-configs.describeByZooKeeper', [
  (t) => {
    const entity = deepFreeze(parseEntity(optionsOf(t)))
    t.vars.allUsers = entity.root.type === 'users' && entity.root.name === null && entity.child === null
    return t.call(findEntities, { entity })
  },
  (t) => {
    t.vars.entities = t.value as readonly ConfigEntity[]
  },
  (t) => {
    if (t.vars.entity !== undefined) {
      const config = t.value as Overrides
      if (config.length > 0 || !t.vars.allUsers) t.ctx.print(`Configs for ${describeEntity(t.vars.entity)} are ${configText(config)}\n`)
    }
    const [next, ...rest] = t.vars.entities!
    if (next === undefined) return
    t.vars.entities = deepFreeze(rest)
    t.vars.entity = next
    return t.again(t.call(readConfig, { type: next.root.type, name: fullName(next) }))
  },
])

interface FindVars {
  entity: ConfigEntity
  left?: string[]
  found?: readonly ConfigEntity[]
}
/** All entities that are meant, in the order in which ZooKeeper has them. */
const findEntities: Proc<FindVars, readonly ConfigEntity[]> = proc<ToolState, FindVars, readonly ConfigEntity[]>(
  'kafka-configs.findEntities',
  [
    (t) => {
      const { root, child } = t.vars.entity
      if (root.name !== null && (child === null || child.name !== null)) return t.return(deepFreeze([t.vars.entity]))
      const below = root.name === null ? '' : `/${root.name}/${child!.type}`
      return zkBatch(t, [keeper.getChildren(paths.configs(root.type) + below)])
    },
    (t) => {
      const { root, child } = t.vars.entity
      const names = childrenOf(reply(t))
      if (root.name !== null) return t.return(deepFreeze(names.map((name) => ({ root, child: { type: child!.type, name } }))))
      if (child === null) return t.return(deepFreeze(names.map((name) => ({ root: { type: root.type, name }, child: null }))))
      t.vars.left = names.slice()
      t.vars.found = deepFreeze([])
    },
    (t) => {
      const { root, child } = t.vars.entity
      if (t.value !== undefined) t.vars.found = deepFreeze([...t.vars.found!, ...(t.value as readonly ConfigEntity[])])
      const name = t.vars.left!.shift()
      if (name === undefined) return t.return(t.vars.found)
      const entity = deepFreeze({ root: { type: root.type, name }, child: { type: child!.type, name: null } })
      return t.again(t.call(findEntities, { entity }))
    },
  ],
)
