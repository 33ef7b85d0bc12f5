// One controller event from beginning to end (KafkaController.process at 2.3.0), and how watches and responses become events.
import type { Context, Input } from '../../kernel/index.ts'
import type { WatchType } from '../../zookeeper/protocol/index.ts'
import { isControllerMoved, paths, proc, type Next, type Proc, type Task } from '../client/index.ts'
import { errorName, javaMapOrder, parseTp, scalaOrder, tpHash, tpName, type KafkaResponse } from '../protocol/index.ts'
import { processBrokerChange, processBrokerModification } from './brokers.ts'
import { handleChannel, type Answered } from './channels.ts'
import { processStopReplicaResponse, processTopicDeletion } from './deletion.ts'
import { answer, processedBy, putEvent, startControllerThread, type ControllerEvent } from './events.ts'
import { elect, maybeResign } from './elect.ts'
import { resign } from './resign.ts'
import { watchNode } from './watch.ts'
import { triggerOnline } from './partitions.ts'
import { processAutoElection, processPreferredElection } from './preferred.ts'
import { processReassignment, processReassignmentIsrChange } from './reassignment.ts'
import { registerBroker } from './registration.ts'
import { processControlledShutdown } from './shutdown.ts'
import { clog, isActive, setPace, stateChangeLog, type ControllerHost } from './state.ts'
import { processIsrChange, processLogDirEvent, processPartitionModifications, processTopicChange } from './topics.ts'

type T<V> = Task<ControllerHost, V>

/** Events that concern only the active controller. */
const ACTIVE_ONLY: ReadonlySet<ControllerEvent['type']> = new Set([
  'BrokerChange',
  'BrokerModifications',
  'TopicChange',
  'PartitionModifications',
  'TopicDeletion',
  'IsrChangeNotification',
  'LogDirEventNotification',
  'PartitionReassignment',
  'PartitionReassignmentIsrChange',
  'AutoPreferredReplicaLeaderElection',
  'UncleanLeaderElectionEnable',
  'TopicUncleanLeaderElectionEnable',
  'LeaderAndIsrResponseReceived',
  'TopicDeletionStopReplicaResponseReceived',
])

const processEvent: Proc<{ event: ControllerEvent }, void> = proc<ControllerHost, { event: ControllerEvent }, void>(
  'controller.process',
  [
    (t) => {
      const { event } = t.vars
      if (ACTIVE_ONLY.has(event.type) && !isActive(t.env)) return t.return()
      setPace(t.ctx, t.env.controller)
      return start(t, event)
    },
  ],
  (t, failure) => {
    const text = `${failure.type}: ${failure.message}`
    if (isControllerMoved(failure)) {
      clog(t.ctx, t.env, 'INFO', `Controller moved to another broker when processing ${t.vars.event.type}.`)
      t.ctx.log('controller.log', '', '', text)
      return t.call(maybeResign, {})
    }
    clog(t.ctx, t.env, 'ERROR', `Error processing event ${t.vars.event.type}`)
    t.ctx.log('controller.log', '', '', text)
    return t.return()
  },
)
processedBy(processEvent)

function start(t: T<unknown>, event: ControllerEvent): Next | undefined {
  switch (event.type) {
    case 'Startup':
      return t.call(startup, {})
    case 'ControllerChange':
      return t.call(maybeResign, {})
    case 'Reelect':
      return t.call(reelect, {})
    case 'RegisterBrokerAndReelect':
      return t.call(registerAndReelect, {})
    case 'Expire':
      answer(t.env, event.waiter, { errorCode: 0 })
      t.env.controller.activeControllerId = -1
      resign(t)
      return undefined
    case 'BrokerChange':
      return t.call(processBrokerChange, {})
    case 'BrokerModifications':
      return t.call(processBrokerModification, { id: event.id })
    case 'TopicChange':
      return t.call(processTopicChange, {})
    case 'PartitionModifications':
      return t.call(processPartitionModifications, { topic: event.topic })
    case 'TopicDeletion':
      return t.call(processTopicDeletion, {})
    case 'IsrChangeNotification':
      return t.call(processIsrChange, {})
    case 'LogDirEventNotification':
      return t.call(processLogDirEvent, {})
    case 'PartitionReassignment':
      return t.call(processReassignment, {})
    case 'PartitionReassignmentIsrChange':
      return t.call(processReassignmentIsrChange, { topic: event.topic, partition: event.partition })
    case 'PreferredReplicaLeaderElection':
      if (!isActive(t.env)) {
        if (event.waiter !== '') answer(t.env, event.waiter, { errorCode: 41 })
        return undefined
      }
      return t.call(processPreferredElection, {
        partitions: event.partitions?.map(({ topic, partition }) => ({ topic, partition })) ?? null,
        waiter: event.waiter,
      })
    case 'AutoPreferredReplicaLeaderElection':
      return t.call(processAutoElection, {})
    case 'UncleanLeaderElectionEnable':
      clog(t.ctx, t.env, 'INFO', 'Unclean leader election has been enabled by default')
      return t.call(triggerOnline, {})
    case 'TopicUncleanLeaderElectionEnable':
      clog(t.ctx, t.env, 'INFO', `Unclean leader election has been enabled for topic ${event.topic}`)
      return t.call(triggerOnline, { topic: event.topic })
    case 'ControlledShutdown':
      return t.call(processControlledShutdown, { id: event.id, brokerEpoch: event.brokerEpoch, waiter: event.waiter })
    case 'LeaderAndIsrResponseReceived':
      if (event.errorCode !== 0)
        t.ctx.log(
          'state-change.log',
          'ERROR',
          'state.change.logger',
          `[Controller id=${t.env.config.brokerId}] Received error in LeaderAndIsr response ${event.text} from broker ${event.id}`,
        )
      return undefined
    case 'TopicDeletionStopReplicaResponseReceived':
      return t.call(processStopReplicaResponse, { event: { ...event, partitions: event.partitions.map((p) => ({ ...p })) } })
  }
}

const startup: Proc<object, void> = proc<ControllerHost, object, void>('controller.startup', [
  (t) => t.call(watchNode, { path: paths.controller, handler: 'controller' }),
  (t) => t.call(elect, {}),
])
const reelect: Proc<object, void> = proc<ControllerHost, object, void>('controller.reelect', [
  (t) => t.call(maybeResign, {}),
  (t) => t.call(elect, {}),
])
const registerAndReelect: Proc<object, void> = proc<ControllerHost, object, void>('controller.registerAndReelect', [
  (t) => t.call(registerBroker, {}),
  (t) => {
    t.env.brokerEpoch = t.value as number
    return t.call(reelect, {})
  },
])

/** Starts the controller of a broker: it watches /controller and stands for election. */
export function startController(ctx: Context, env: ControllerHost): void {
  putEvent(env, { type: 'Startup' })
  startControllerThread(ctx, env)
}

/** A watch of one of the controller's handlers fired. False when the handler is not the controller's. */
export function controllerWatch(env: ControllerHost, handler: string, watch: WatchType): boolean {
  const [name, rest = ''] = [handler.split(' ')[0]!, handler.slice(handler.indexOf(' ') + 1)]
  const isData = watch === 'NodeDataChanged'
  switch (name) {
    case 'controller':
      putEvent(env, { type: watch === 'NodeDeleted' ? 'Reelect' : 'ControllerChange' })
      return true
    case 'brokerChange':
      putEvent(env, { type: 'BrokerChange' })
      return true
    case 'topicChange':
      putEvent(env, { type: 'TopicChange' })
      return true
    case 'topicDeletion':
      putEvent(env, { type: 'TopicDeletion' })
      return true
    case 'logDirEvent':
      putEvent(env, { type: 'LogDirEventNotification' })
      return true
    case 'isrChange':
      putEvent(env, { type: 'IsrChangeNotification' })
      return true
    case 'preferredElection':
      if (watch === 'NodeCreated') putEvent(env, { type: 'PreferredReplicaLeaderElection', partitions: null, waiter: '' })
      return true
    case 'reassignment':
      if (watch === 'NodeCreated') putEvent(env, { type: 'PartitionReassignment' })
      return true
    case 'broker':
      if (isData) putEvent(env, { type: 'BrokerModifications', id: Number(rest) })
      return true
    case 'partitions':
      if (isData) putEvent(env, { type: 'PartitionModifications', topic: rest })
      return true
    case 'reassigned': {
      const { topic, partition } = parseTp(rest)
      if (isData) putEvent(env, { type: 'PartitionReassignmentIsrChange', topic, partition })
      return true
    }
    default:
      return false
  }
}

/** Takes an input of the controller's channels and timers; false when it is for somebody else. */
export function handleController(ctx: Context, env: ControllerHost, input: Input): boolean {
  if (input.type === 'timer' && input.key === 'controller rebalance') {
    putEvent(env, { type: 'AutoPreferredReplicaLeaderElection' })
    return true
  }
  const outcome = handleChannel(ctx, env, input)
  if (outcome === undefined) return false
  if (outcome !== 'taken') responded(ctx, env, outcome)
  return true
}

function responded(ctx: Context, env: ControllerHost, { brokerId: id, deleting, response }: Answered): void {
  const c = env.controller
  const broker = c.liveBrokers.find((b) => b.id === id)
  const node = broker === undefined ? String(id) : `${broker.host}:${broker.port} (id: ${id} rack: ${broker.rack})`
  const names = { LeaderAndIsr: 'LEADER_AND_ISR', UpdateMetadata: 'UPDATE_METADATA', StopReplica: 'STOP_REPLICA' } as const
  const api = names[response.kind as keyof typeof names]
  const text = `Received response ${bodyText(response)} for request ${api} with correlation id ${response.correlationId} sent to broker ${node}`
  stateChangeLog(ctx, env, 'TRACE', text)
  if (response.kind === 'LeaderAndIsr') {
    const { errorCode, partitions } = (response as KafkaResponse<'LeaderAndIsr'>).body
    const each = javaMapOrder(partitions, tpHash).map((p) => `${tpName(p)}=${errorName(p.errorCode)}`)
    const body = errorCode === 0 ? '' : `LeaderAndIsrResponse(responses={${each.join(', ')}}, error=${errorName(errorCode)})`
    putEvent(env, { type: 'LeaderAndIsrResponseReceived', id, errorCode, text: body })
  } else if (deleting) {
    const { errorCode, partitions } = (response as KafkaResponse<'StopReplica'>).body
    const started = scalaOrder(javaMapOrder(partitions, tpHash), tpHash)
      .filter((p) => c.topicsWithDeletionStarted.includes(p.topic))
      .map((p) => ({ ...p }))
    if (started.length > 0) putEvent(env, { type: 'TopicDeletionStopReplicaResponseReceived', id, errorCode, partitions: started })
  }
}
function bodyText(response: KafkaResponse): string {
  if (response.kind === 'UpdateMetadata') return `{error_code=${(response as KafkaResponse<'UpdateMetadata'>).body.errorCode}}`
  const { errorCode, partitions } = (response as KafkaResponse<'LeaderAndIsr'>).body
  return `{error_code=${errorCode},partitions=[${partitions.map((p) => `{topic=${p.topic},partition=${p.partition},error_code=${p.errorCode}}`).join(',')}]}`
}
