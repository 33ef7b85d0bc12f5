// Settings of brokers, clients and users that live in ZooKeeper alone: which there are, and how a tool changes them there (server/DynamicConfig.scala and
// zk/AdminZkClient.scala at 2.3.0).
import { valueProblem, type Overrides, type SettingType } from '../log/index.ts'
import { javaHash, scalaMutableSetOrder } from '../protocol/index.ts'
import { fail, proc, type Failure, type Proc } from './threads.ts'
import { changeConfig, changeTopicConfig } from './topic-admin.ts'
import type { ConfigType } from './znodes.ts'
import type { ZooKeeperUser } from './zookeeper.ts'

/** The name of what stands for all of a kind that have no settings of their own. */
export const DEFAULT_ENTITY = '<default>'
export const SCRAM_MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

const quota = (name: string, kind: SettingType['kind']): SettingType => ({ name, kind, rule: undefined })
const rate = (name: string): SettingType => ({ name, kind: 'LONG', rule: { least: 0 } })
export const CLIENT_SETTINGS: readonly SettingType[] = [
  quota('producer_byte_rate', 'LONG'),
  quota('consumer_byte_rate', 'LONG'),
  quota('request_percentage', 'DOUBLE'),
]
export const USER_SETTINGS: readonly SettingType[] = [...SCRAM_MECHANISMS.map((name) => quota(name, 'STRING')), ...CLIENT_SETTINGS]
export const LEADER_THROTTLE = 'leader.replication.throttled.rate'
export const FOLLOWER_THROTTLE = 'follower.replication.throttled.rate'
export const LOG_DIR_THROTTLE = 'replica.alter.log.dirs.io.max.bytes.per.second'
/** Those of a broker that may be written to ZooKeeper while it runs. */
export const THROTTLE_SETTINGS: readonly SettingType[] = [rate(LEADER_THROTTLE), rate(FOLLOWER_THROTTLE), rate(LOG_DIR_THROTTLE)]

/** What is wrong with settings: names first, then values in the order in which they are defined. Names that are not known may be allowed. */
export function settingsProblem(known: readonly SettingType[], config: Overrides, othersAllowed: boolean): Failure | undefined {
  const strange = config.map(([name]) => name).filter((name) => !known.some((s) => s.name === name))
  if (strange.length > 0 && !othersAllowed) {
    const message = `requirement failed: Unknown Dynamic Configuration: Set(${scalaMutableSetOrder(strange, javaHash).join(', ')}).`
    return { type: 'java.lang.IllegalArgumentException', message }
  }
  for (const s of known) {
    const own = config.find(([name]) => name === s.name)
    const message = own === undefined ? undefined : valueProblem(s, own[1])
    if (message !== undefined) return { type: 'org.apache.kafka.common.config.ConfigException', message }
  }
  return undefined
}

/** What is wrong with the settings of an entity that is no topic. `name` is its path below the type: `user/clients/client`. */
export function entityProblem(type: Exclude<ConfigType, 'topics'>, name: string, config: Overrides): Failure | undefined {
  if (type === 'brokers') {
    if (name !== DEFAULT_ENTITY && brokerId(name) === undefined) {
      const message = `Error parsing broker ${name}. The broker's Entity Name must be a single integer value`
      return { type: 'java.lang.IllegalArgumentException', message }
    }
    return settingsProblem(THROTTLE_SETTINGS, config, true)
  }
  const asClient = type === 'clients' || name === DEFAULT_ENTITY || name.includes('/clients')
  return settingsProblem(asClient ? CLIENT_SETTINGS : USER_SETTINGS, config, false)
}
/** A broker's id in an entity's name. */
export function brokerId(name: string): number | undefined {
  const number = /^[+-]?\d{1,10}$/.test(name) ? Number(name) : undefined
  return number !== undefined && number >= -2147483648 && number <= 2147483647 ? number : undefined
}

interface EntityVars {
  type: ConfigType
  name: string
  config: Overrides
}
/** Looks whether an entity may have these settings, then writes them and a note of the change. */
export const changeEntityConfig: Proc<EntityVars, void> = proc<ZooKeeperUser, EntityVars, void>('admin.changeEntityConfig', [
  (t) => {
    const { type, name, config } = t.vars
    if (type === 'topics') return t.call(changeTopicConfig, { topic: name, config })
    const problem = entityProblem(type, name, config)
    if (problem !== undefined) fail(problem.type, problem.message)
    const id = type === 'brokers' ? brokerId(name) : undefined
    return t.call(changeConfig, { type, name: id === undefined ? name : String(id), config })
  },
])
