// The controller's events and its thread: one queue, one event at a time (controller/ControllerEventManager.scala at 2.3.0).
import type { Context, LogEntry } from '../../kernel/index.ts'
import { proc, startThread, wake, type Proc, type Task, type Vars } from '../client/index.ts'
import type { TopicPartition } from '../protocol/index.ts'
import type { ControllerHost } from './state.ts'

export type ControllerEvent =
  | { readonly type: 'Startup' }
  | { readonly type: 'ControllerChange' }
  | { readonly type: 'Reelect' }
  | { readonly type: 'RegisterBrokerAndReelect' }
  /** `waiter` goes on once this is being processed. */
  | { readonly type: 'Expire'; readonly waiter: string }
  | { readonly type: 'BrokerChange' }
  | { readonly type: 'BrokerModifications'; readonly id: number }
  | { readonly type: 'TopicChange' }
  | { readonly type: 'PartitionModifications'; readonly topic: string }
  | { readonly type: 'TopicDeletion' }
  | { readonly type: 'IsrChangeNotification' }
  | { readonly type: 'LogDirEventNotification' }
  | { readonly type: 'PartitionReassignment' }
  | { readonly type: 'PartitionReassignmentIsrChange'; readonly topic: string; readonly partition: number }
  /** `waiter` is the request's thread when an admin client asked; `partitions` null asks for what the znode names. */
  | { readonly type: 'PreferredReplicaLeaderElection'; readonly partitions: readonly TopicPartition[] | null; readonly waiter: string }
  | { readonly type: 'AutoPreferredReplicaLeaderElection' }
  | { readonly type: 'UncleanLeaderElectionEnable' }
  | { readonly type: 'TopicUncleanLeaderElectionEnable'; readonly topic: string }
  | { readonly type: 'ControlledShutdown'; readonly id: number; readonly brokerEpoch: number; readonly waiter: string }
  /** `text` is the response as it prints itself when it is an error. */
  | { readonly type: 'LeaderAndIsrResponseReceived'; readonly id: number; readonly errorCode: number; readonly text: string }
  | {
      readonly type: 'TopicDeletionStopReplicaResponseReceived'
      readonly id: number
      readonly errorCode: number
      readonly partitions: readonly (TopicPartition & { readonly errorCode: number })[]
    }
export type ControllerEventType = ControllerEvent['type']

/** What the thread's answer to a waiter is: a value, or an error code. */
export interface ControllerAnswer {
  readonly errorCode: number
  readonly value?: unknown
}

/** Name of the controller's thread. */
export const CONTROLLER_THREAD = 'controller-event-thread'
const WAITING = 'a controller event'

function log(ctx: Context, env: ControllerHost, level: LogEntry['level'], text: string): void {
  const logger = 'kafka.controller.ControllerEventManager$ControllerEventThread'
  ctx.log('controller.log', level, logger, `[ControllerEventThread controllerId=${env.config.brokerId}] ${text}`)
}

export function putEvent(env: ControllerHost, event: ControllerEvent): void {
  env.controller.queue.push(event)
  wake(env, CONTROLLER_THREAD, WAITING)
}

/** Drops what is queued, telling those who wait for it, and queues this. */
export function clearAndPut(env: ControllerHost, event: ControllerEvent | undefined, moved: ControllerAnswer): void {
  for (const old of env.controller.queue.splice(0)) {
    if ((old.type === 'ControlledShutdown' || old.type === 'PreferredReplicaLeaderElection') && old.waiter !== '')
      answer(env, old.waiter, moved)
  }
  if (event !== undefined) putEvent(env, event)
}

/** Lets a thread that waits for the controller go on. */
export function answer(env: ControllerHost, waiter: string, given: ControllerAnswer): void {
  wake(env, waiter, 'the controller', given)
}

/** Processes an event; given by the part that knows them all. */
type Process = Proc<{ event: ControllerEvent }, void>

/** Starts the thread with an event already queued. */
export function startControllerThread(ctx: Context, env: ControllerHost): void {
  log(ctx, env, 'INFO', 'Starting')
  startThread(env, CONTROLLER_THREAD, controllerLoop, {})
}

/** Ends the thread after the event at hand; `waiter` goes on then. */
export function stopControllerThread(ctx: Context, env: ControllerHost, waiter: string, moved: ControllerAnswer): void {
  log(ctx, env, 'INFO', 'Shutting down')
  env.controller.closing = waiter
  clearAndPut(env, undefined, moved)
  wake(env, CONTROLLER_THREAD, WAITING)
}

let processEvent: Process | undefined
/** Says who processes events: breaks the circle between the loop and what it runs. Called once, when the module is loaded. */
export function processedBy(process: Process): void {
  processEvent = process
}

const controllerLoop: Proc<object, void> = proc<ControllerHost, Vars, void>('controller.loop', [
  (t: Task<ControllerHost, Vars>) => {
    const c = t.env.controller
    c.processing = ''
    if (c.closing !== '') {
      log(t.ctx, t.env, 'INFO', 'Stopped')
      log(t.ctx, t.env, 'INFO', 'Shutdown completed')
      answer(t.env, c.closing, { errorCode: 0 })
      return t.return()
    }
    const event = c.queue.shift()
    if (event === undefined) return t.again(t.wait(WAITING))
    c.processing = event.type
    return t.again(t.call(processEvent!, { event }))
  },
])
