// --verify, --generate and --execute (admin/ReassignPartitionsCommand.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  assignNewTopic,
  createRecursive,
  dataOf,
  expectOk,
  fail,
  isNodeExists,
  keeper,
  paths,
  proc,
  readBrokerRacks,
  reply,
  zkBatch,
  znodes,
  type BrokerRack,
  type Proc,
} from '../../kafka/client/index.ts'
import { javaHash, scalaMutableMapOrder, scalaOrder, tpHash, tpName } from '../../kafka/protocol/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import { readAssignments, readFile, type Replicas, type ToolState } from '../kafka-tools/index.ts'
import {
  byTopicMap,
  checkPlan,
  duplicates,
  groupedTopics,
  parsePlan,
  parseTopics,
  planJson,
  planMap,
  refuse,
  topicsOf,
  type Plan,
} from './plan.ts'
import { optionsOf } from './reading.ts'
import { isLimit, limitBrokers, removeThrottles, throttleReplicas, topicSet, type Throttle } from './throttle.ts'

export const NOT_MODELLED = 'not modelled'
/** Directories that a plan names are asked of brokers. */
function refuseLogDirs(plan: Plan, hasAdmin: boolean): void {
  if (!plan.namesLogDirs) return
  if (!hasAdmin) refuse('bootstrap-server needs to be provided in order to reassign replica to the specified log directory')
  fail(NOT_MODELLED, 'kafka-reassign-partitions.sh: moving replicas between log directories is not modelled')
}

interface VerifyVars {
  plan?: Plan
  /** Partitions that are being moved still. */
  moving?: readonly string[]
  topics?: readonly string[]
  assigned?: readonly Replicas[]
}
export const verify: Proc<VerifyVars, void> = proc<ToolState, VerifyVars, void>('kafka-reassign-partitions.verify', [
  (t) => {
    const text = readFile(t.ctx.files, optionsOf(t).value('reassignment-json-file')!)
    t.ctx.print('Status of partition reassignment: \n')
    t.vars.plan = deepFreeze(parsePlan(text))
    return zkBatch(t, [keeper.getData(paths.reassign)])
  },
  (t) => {
    t.vars.moving = deepFreeze(znodes.decodeReassignment(dataOf(reply(t))?.data ?? null).map(tpName))
    const resting = planMap(t.vars.plan!.partitions).filter((p) => !t.vars.moving!.includes(tpName(p)))
    t.vars.topics = deepFreeze(groupedTopics(resting))
    t.vars.assigned = deepFreeze([])
  },
  (t) => {
    if (t.value !== undefined) t.vars.assigned = deepFreeze([...t.vars.assigned!, ...(t.value as readonly Replicas[])])
    const [topic, ...rest] = t.vars.topics!
    if (topic === undefined) return
    t.vars.topics = deepFreeze(rest)
    return t.again(t.call(readAssignments, { topics: deepFreeze([topic]) }))
  },
  (t) => {
    const { plan, moving, assigned } = t.vars
    refuseLogDirs(plan!, t.env.admin !== null)
    const all = planMap(plan!.partitions)
    const resting = byTopicMap(all.filter((p) => !moving!.includes(tpName(p))))
    const isDone = (p: Replicas): boolean =>
      assigned!.find((a) => tpName(a) === tpName(p))?.replicas.join() === p.replicas.join() && !moving!.includes(tpName(p))
    const told = scalaOrder([...resting, ...all.filter((p) => moving!.includes(tpName(p)))], tpHash)
    for (const p of told) {
      const status = moving!.includes(tpName(p)) ? 'is still in progress' : isDone(p) ? 'completed successfully' : 'failed'
      t.ctx.print(`Reassignment of partition ${tpName(p)} ${status}\n`)
    }
    if (told.every(isDone)) return t.call(removeThrottles, { topics: deepFreeze(topicSet(topicsOf(told), javaHash)) })
  },
])

interface GenerateVars {
  brokers?: readonly number[]
  current?: readonly Replicas[]
}
export const generate: Proc<GenerateVars, void> = proc<ToolState, GenerateVars, void>('kafka-reassign-partitions.generate', [
  (t) => {
    const options = optionsOf(t)
    const ids = options.value('broker-list')!.replace(/,+$/, '').split(',')
    const odd = ids.find((id) => !/^[+-]?\d{1,10}$/.test(id) || Math.abs(Number(id)) > 2147483647)
    if (odd !== undefined) fail('java.lang.NumberFormatException', `For input string: "${odd}"`)
    t.vars.brokers = deepFreeze(ids.map(Number))
    const twice = duplicates(t.vars.brokers)
    if (twice.length > 0) refuse(`Broker list contains duplicate entries: ${twice.join(',')}`)
    const topics = parseTopics(readFile(t.ctx.files, options.value('topics-to-move-json-file')!))
    const doubled = duplicates(topics)
    if (doubled.length > 0) refuse(`List of topics to reassign contains duplicate entries: ${doubled.join(',')}`)
    return t.call(readAssignments, { topics: deepFreeze(topicSet(topics, javaHash)) })
  },
  (t) => {
    t.vars.current = t.value as readonly Replicas[]
    return t.call(readBrokerRacks, { rackAware: optionsOf(t).has('disable-rack-aware') ? 'disabled' : 'enforced' })
  },
  (t) => {
    const current = t.vars.current!
    const brokers = (t.value as BrokerRack[]).filter((b) => t.vars.brokers!.includes(b.id))
    const proposed = groupedTopics(current).flatMap((topic) => {
      const own = current.filter((p) => p.topic === topic)
      const assigned = assignNewTopic(t, topic, brokers, own.length, own[0]!.replicas.length)
      return assigned.map(([partition, replicas]) => ({ topic, partition, replicas }))
    })
    t.ctx.print(`Current partition replica assignment\n${planJson(current)}\n\n`)
    t.ctx.print(`Proposed partition reassignment configuration\n${planJson(scalaMutableMapOrder(proposed, tpHash))}\n`)
  },
])

interface ExecuteVars {
  plan?: Plan
  partitions?: readonly Replicas[]
  throttle?: Throttle
}
const WARNING =
  'Warning: You must run Verify periodically, until the reassignment completes, to ensure the throttle is removed. ' +
  'You can also alter the throttle by rerunning the Execute command passing a new value.'
export const execute: Proc<ExecuteVars, void> = proc<ToolState, ExecuteVars, void>('kafka-reassign-partitions.execute', [
  (t) => {
    const options = optionsOf(t)
    const text = readFile(t.ctx.files, options.value('reassignment-json-file')!)
    const rate = (name: string): string => (options.value(name) ?? '-1').replace(/^\+/, '')
    t.vars.throttle = deepFreeze({ interBroker: rate('throttle'), logDirs: rate('replica-alter-log-dirs-throttle') })
    options.value('timeout')
    t.vars.plan = deepFreeze(parsePlan(text))
    checkPlan(t.vars.plan)
    t.vars.partitions = deepFreeze(planMap(t.vars.plan.partitions))
    return t.call(readAssignments, { topics: deepFreeze(topicsOf(t.vars.plan.partitions)) })
  },
  (t) => {
    const known = (t.value as readonly Replicas[]).map(tpName)
    const strange = t.vars.plan!.partitions.map(tpName).filter((name) => !known.includes(name))
    if (strange.length > 0) refuse(`The proposed assignment contains non-existent partitions: ListBuffer(${strange.join(', ')})`)
    return zkBatch(t, [keeper.getChildren(paths.brokerIds)])
  },
  (t) => {
    const live = (expectOk(reply(t), ERR.noNode).result?.children ?? []).map(Number)
    const strange = [...new Set(t.vars.partitions!.flatMap((p) => p.replicas))].filter((id) => !live.includes(id))
    if (strange.length > 0) refuse(`The proposed assignment contains non-existent brokerIDs: ${strange.join(',')}`)
    return zkBatch(t, [keeper.exists(paths.reassign)])
  },
  (t) => {
    const { partitions, throttle } = t.vars
    const isRunning = expectOk(reply(t), ERR.noNode).err === 0
    if (!isRunning) return t.call(start, { plan: t.vars.plan!, partitions: partitions!, throttle: throttle! })
    t.ctx.print('There is an existing assignment running.\n')
    return t.call(limitBrokers, { plan: partitions!, throttle: throttle! })
  },
])

interface StartVars {
  plan: Plan
  partitions: readonly Replicas[]
  throttle: Throttle
  valid?: readonly Replicas[]
  topics?: readonly string[]
}
/** Tells what is, sets throttles and writes the znode that the controller waits for. */
const start: Proc<StartVars, void> = proc<ToolState, StartVars, void>(
  'kafka-reassign-partitions.start',
  [
    (t) => t.call(readAssignments, { topics: deepFreeze(topicSet(topicsOf(t.vars.plan.partitions), javaHash)) }),
    (t) => {
      const { throttle, partitions } = t.vars
      const json = planJson(t.value as readonly Replicas[])
      t.ctx.print(
        `Current partition replica assignment\n\n${json}\n\nSave this to use as the --reassignment-json-file option during rollback\n`,
      )
      if (isLimit(throttle.interBroker) || isLimit(throttle.logDirs)) t.ctx.print(`${WARNING}\n`)
      if (isLimit(throttle.interBroker)) return t.call(throttleReplicas, { plan: partitions })
    },
    (t) => t.call(limitBrokers, { plan: t.vars.partitions, throttle: t.vars.throttle }),
    (t) => {
      const { interBroker, logDirs } = t.vars.throttle
      if (isLimit(interBroker)) t.ctx.print(`The inter-broker throttle limit was set to ${interBroker} B/s\n`)
      if (isLimit(logDirs)) t.ctx.print(`The replica-alter-dir throttle limit was set to ${logDirs} B/s\n`)
      t.vars.topics = deepFreeze(groupedTopics(t.vars.partitions))
      t.vars.valid = deepFreeze([])
    },
    (t) => {
      if (t.value !== undefined) {
        const known = (t.value as readonly Replicas[]).map(tpName)
        t.vars.valid = deepFreeze([...t.vars.valid!, ...t.vars.partitions.filter((p) => known.includes(tpName(p)))])
      }
      const [topic, ...rest] = t.vars.topics!
      if (topic === undefined) return
      t.vars.topics = deepFreeze(rest)
      return t.again(t.call(readAssignments, { topics: deepFreeze([topic]) }))
    },
    (t) => {
      const valid = byTopicMap(t.vars.valid!)
      if (valid.length === 0) {
        const all = t.vars.plan.partitions.map((p) => `(${tpName(p)},List(${p.replicas.join(', ')}))`)
        t.ctx.print(`Failed to reassign partitions ListBuffer(${all.join(', ')})\n`)
        return t.return()
      }
      refuseLogDirs(t.vars.plan, t.env.admin !== null)
      return t.call(createRecursive, { path: paths.reassign, data: znodes.encodeReassignment(valid), mustBeNew: true })
    },
    (t) => t.ctx.print('Successfully started reassignment of partitions.\n'),
  ],
  (t, failure) => (isNodeExists(failure) ? t.call(refuseRunning, {}) : undefined),
)
/** Somebody else was faster. */
const refuseRunning: Proc<object, void> = proc<ToolState, object, void>('kafka-reassign-partitions.refuseRunning', [
  (t) => zkBatch(t, [keeper.getData(paths.reassign)]),
  (t) => {
    const running = planMap(znodes.decodeReassignment(dataOf(reply(t))?.data ?? null))
    const text = running.map((p) => `${tpName(p)} -> Buffer(${p.replicas.join(', ')})`).join(', ')
    refuse(`Partition reassignment currently in progress for Map(${text}). Aborting operation`)
  },
])
