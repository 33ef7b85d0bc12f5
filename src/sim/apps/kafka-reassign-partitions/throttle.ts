// Throttles of what moves: rates in brokers' settings, the replicas they hold for in topics' settings (admin/ReassignPartitionsCommand.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  changeEntityConfig,
  FOLLOWER_THROTTLE,
  LEADER_THROTTLE,
  LOG_DIR_THROTTLE,
  proc,
  propertiesOrder,
  readBrokerRacks,
  readConfig,
  type BrokerRack,
  type ConfigType,
  type Proc,
} from '../../kafka/client/index.ts'
import type { Overrides } from '../../kafka/log/index.ts'
import { scalaOrder, tpName } from '../../kafka/protocol/index.ts'
import { readAssignments, type Replicas, type ToolState } from '../kafka-tools/index.ts'
import { topicsOf } from './plan.ts'

/** Bytes a second; negative for none. Texts, as a Long may be larger than a number here. */
export interface Throttle {
  readonly interBroker: string
  readonly logDirs: string
}
export const isLimit = (rate: string): boolean => !rate.startsWith('-')

const LEADER_REPLICAS = 'leader.replication.throttled.replicas'
const FOLLOWER_REPLICAS = 'follower.replication.throttled.replicas'
const RATES = [LEADER_THROTTLE, FOLLOWER_THROTTLE, LOG_DIR_THROTTLE]

interface PutVars {
  type: ConfigType
  name: string
  put: Overrides
}
/** Adds settings to those that an entity has. */
const putConfig: Proc<PutVars, void> = proc<ToolState, PutVars, void>('kafka-reassign-partitions.putConfig', [
  (t) => t.call(readConfig, { type: t.vars.type, name: t.vars.name }),
  (t) => {
    const { type, name, put } = t.vars
    const kept = (t.value as Overrides).filter(([own]) => !put.some(([key]) => key === own))
    return t.call(changeEntityConfig, { type, name, config: deepFreeze(propertiesOrder([...kept, ...put])) })
  },
])

interface ReplicasVars {
  plan: readonly Replicas[]
  topics?: readonly string[]
  existing?: readonly Replicas[]
}
/** Names the replicas that are throttled: at the leaders' side all that there were, at the followers' those that come. */
export const throttleReplicas: Proc<ReplicasVars, void> = proc<ToolState, ReplicasVars, void>(
  'kafka-reassign-partitions.throttleReplicas',
  [
    (t) => t.call(readAssignments, { topics: deepFreeze(topicsOf(t.vars.plan)) }),
    (t) => {
      t.vars.existing = t.value as readonly Replicas[]
      t.vars.topics = deepFreeze(topicsOf(t.vars.plan))
    },
    (t) => {
      const [topic, ...rest] = t.vars.topics!
      if (topic === undefined) return
      t.vars.topics = deepFreeze(rest)
      const put = deepFreeze(throttledReplicas(t.vars.existing!, t.vars.plan, topic))
      return t.again(t.call(putConfig, { type: 'topics', name: topic, put }))
    },
  ],
)
/** The settings that name a topic's throttled replicas, `partition:broker,…`. */
export function throttledReplicas(existing: readonly Replicas[], plan: readonly Replicas[], topic: string): Overrides {
  const before = (p: Replicas): readonly number[] => existing.find((e) => tpName(e) === tpName(p))?.replicas ?? []
  const added = (p: Replicas): number[] => p.replicas.filter((id) => !before(p).includes(id))
  const proposed = plan.filter((p) => p.topic === topic)
  const moving = existing.filter((e) => proposed.some((p) => tpName(p) === tpName(e) && added(p).length > 0))
  const text = (moves: readonly Replicas[]): string => moves.flatMap((p) => p.replicas.map((id) => `${p.partition}:${id}`)).join(',')
  return [
    [LEADER_REPLICAS, text(moving)],
    [FOLLOWER_REPLICAS, text(proposed.map((p) => ({ ...p, replicas: added(p) })))],
  ]
}

interface LimitVars {
  plan: readonly Replicas[]
  throttle: Throttle
  brokers?: readonly number[]
}
/** Sets the rates of all brokers that have to do with a plan. */
export const limitBrokers: Proc<LimitVars, void> = proc<ToolState, LimitVars, void>('kafka-reassign-partitions.limitBrokers', [
  (t) => {
    const { interBroker, logDirs } = t.vars.throttle
    if (!isLimit(interBroker) && !isLimit(logDirs)) return t.return()
    return t.call(readAssignments, { topics: deepFreeze(topicsOf(t.vars.plan)) })
  },
  (t) => {
    const all = [...(t.value as readonly Replicas[]), ...t.vars.plan]
    t.vars.brokers = deepFreeze([...new Set(all.flatMap((p) => p.replicas))])
  },
  (t) => {
    const [id, ...rest] = t.vars.brokers!
    if (id === undefined) return
    t.vars.brokers = deepFreeze(rest)
    const { interBroker, logDirs } = t.vars.throttle
    const between = isLimit(interBroker) ? [LEADER_THROTTLE, FOLLOWER_THROTTLE].map((name) => [name, interBroker] as const) : []
    const within = isLimit(logDirs) ? [[LOG_DIR_THROTTLE, logDirs] as const] : []
    return t.again(t.call(putConfig, { type: 'brokers', name: String(id), put: deepFreeze([...between, ...within]) }))
  },
])

interface TakeVars {
  type: ConfigType
  name: string
  names: readonly string[]
}
/** Takes settings away; gives whether there were any. */
const takeConfig: Proc<TakeVars, boolean> = proc<ToolState, TakeVars, boolean>('kafka-reassign-partitions.takeConfig', [
  (t) => t.call(readConfig, { type: t.vars.type, name: t.vars.name }),
  (t) => {
    const { type, name, names } = t.vars
    const old = t.value as Overrides
    const config = deepFreeze(old.filter(([own]) => !names.includes(own)))
    if (config.length === old.length) return t.return(false)
    return t.call(changeEntityConfig, { type, name, config })
  },
  (t) => t.return(true),
])
interface RemoveVars {
  topics: readonly string[]
  left?: readonly { readonly type: ConfigType; readonly name: string }[]
  changed?: boolean
}
/** Takes the throttles of all brokers and of these topics away. */
export const removeThrottles: Proc<RemoveVars, void> = proc<ToolState, RemoveVars, void>('kafka-reassign-partitions.removeThrottles', [
  (t) => t.call(readBrokerRacks, { rackAware: 'disabled' }),
  (t) => {
    const brokers = (t.value as BrokerRack[]).map(({ id }) => ({ type: 'brokers', name: String(id) }) as const)
    const topics = t.vars.topics.map((name) => ({ type: 'topics', name }) as const)
    t.vars.left = deepFreeze([...brokers, ...topics])
    t.vars.changed = false
  },
  (t) => {
    if (t.value === true) t.vars.changed = true
    const [next, ...rest] = t.vars.left!
    if (next === undefined) {
      if (t.vars.changed) t.ctx.print('Throttle was removed.\n')
      return t.return()
    }
    t.vars.left = deepFreeze(rest)
    const names = deepFreeze(next.type === 'brokers' ? RATES.slice() : [LEADER_REPLICAS, FOLLOWER_REPLICAS])
    return t.again(t.call(takeConfig, { type: next.type, name: next.name, names }))
  },
])
/** Topics as a Set of them is walked. */
export const topicSet = (topics: readonly string[], hash: (topic: string) => number): string[] => scalaOrder([...new Set(topics)], hash)
