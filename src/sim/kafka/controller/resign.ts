// Ceasing to be controller (KafkaController.onControllerResignation at 2.3.0).
import { type Task, paths } from '../client/index.ts'
import { removeChannel } from './channels.ts'
import { logPartitionMachine } from './partitions.ts'
import { logReplicaMachine } from './replicas.ts'
import { type ControllerHost, clog, moveController, resetContext } from './state.ts'
import { unwatchBrokers } from './watch.ts'

type T<V> = Task<ControllerHost, V>

/** The children that a controller watches, with their handlers. */
export const CHILD_HANDLERS: readonly (readonly [path: string, handler: string])[] = [
  [paths.brokerIds, 'brokerChange'],
  [paths.topics, 'topicChange'],
  [paths.deleteTopics, 'topicDeletion'],
  [paths.logDirEvents, 'logDirEvent'],
  [paths.isrChanges, 'isrChange'],
]

/** Ceases to be controller: handlers, machines, channels and picture go (onControllerResignation). Does nothing else to a broker that was none. */
export function resign(t: T<unknown>): void {
  const { ctx, env } = t
  const c = env.controller
  const wasInOffice = c.value === 'Active' || c.value === 'TakingOver'
  clog(ctx, env, 'DEBUG', 'Resigning')
  const { zk } = env
  if (zk !== null) {
    for (const [path] of CHILD_HANDLERS) delete zk.childHandlers[path]
    for (const path of [paths.reassign, paths.preferredElection]) delete zk.nodeHandlers[path]
    for (const topic of c.topics) delete zk.nodeHandlers[paths.topic(topic)]
    for (const name of Object.keys(zk.nodeHandlers)) if (name.endsWith('/state')) delete zk.nodeHandlers[name]
  }
  unwatchBrokers(t, c.brokerHandlers.slice(), `Set(${c.brokerHandlers.join(', ')})`)
  ctx.clearTimer('controller rebalance')
  logPartitionMachine(t, 'INFO', 'Stopped partition state machine')
  logReplicaMachine(t, 'INFO', 'Stopped replica state machine')
  for (const id of Object.keys(c.channels)) removeChannel(ctx, env, Number(id))
  const epoch = c.epoch
  resetContext(c)
  moveController(env, 'resign')
  clog(ctx, env, 'INFO', 'Resigned')
  if (wasInOffice) ctx.note('controller.resigned', `broker ${env.config.brokerId}`, { broker: env.config.brokerId, epoch })
}
