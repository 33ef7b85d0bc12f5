// StopReplica: replicas that the controller takes off this broker, or deletes (server/ReplicaManager.scala, stopReplicas, at 2.3.0).
import type { LogEntry } from '../../kernel/index.ts'
import { proc, type Proc, type Task } from '../client/index.ts'
import { StorageError } from '../log/index.ts'
import {
  ERRORS,
  javaMapOrder,
  scalaMutableMapOrder,
  scalaOrder,
  tpHash,
  tpName,
  type KafkaRequest,
  type TopicPartition,
} from '../protocol/index.ts'
import { managerLog, removeFetchers, setText } from './fetcher-manager.ts'
import { deleteLogLater } from './logs.ts'
import { lockReplicas, unlockReplicas } from './replica-lock.ts'
import { brokerStateLog } from './replica-manager.ts'
import { partitionAt } from './replica-state.ts'
import type { BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V>
type Answer = TopicPartition & { readonly errorCode: number }
const say = (t: T<unknown>, level: LogEntry['level'], text: string): void => brokerStateLog(t.ctx, t.env, level, text)

interface StopVars {
  readonly request: KafkaRequest<'StopReplica'>
}
/** Lets replicas go, and deletes them when told to; gives what each answers, in order. */
export const stopReplicas: Proc<StopVars, { errorCode: number; partitions: Answer[] }> = proc<
  BrokerState,
  StopVars,
  { errorCode: number; partitions: Answer[] }
>('replicas.stop', [
  (t) => lockReplicas(t),
  (t) => t.sleep(t.vars.request.body.deletePartitions ? 'kafka.stop-replica.delete' : 'kafka.stop-replica'),
  (t) => {
    const { ctx, env, vars } = t
    const { body } = vars.request
    if (body.controllerEpoch < env.controllerEpochSeen) {
      say(
        t,
        'WARN',
        `Received stop replica request from an old controller epoch ${body.controllerEpoch}. Latest known controller epoch is ${env.controllerEpochSeen}`,
      )
      unlockReplicas(env)
      return t.return({ errorCode: ERRORS.STALE_CONTROLLER_EPOCH, partitions: [] })
    }
    env.controllerEpochSeen = body.controllerEpoch
    const named = body.partitions.flatMap(({ topic, partitionIds }) => partitionIds.map((partition) => ({ topic, partition })))
    const partitions = scalaOrder(javaMapOrder(named, tpHash), tpHash)
    removeFetchers(ctx, env, partitions)
    managerLog(ctx, env, `Removed fetcher for partitions ${setText(partitions)}`, 'ReplicaAlterLogDirsManager')
    const answers = partitions.map(({ topic, partition }) => ({
      topic,
      partition,
      errorCode: stop(t, { topic, partition }, body.deletePartitions),
    }))
    unlockReplicas(env)
    return t.return({ errorCode: ERRORS.NONE, partitions: scalaMutableMapOrder(answers, tpHash) })
  },
])
/** Gives what the controller is told. */
function stop(t: T<unknown>, tp: TopicPartition, remove: boolean): number {
  try {
    stopOne(t, tp, remove)
    return ERRORS.NONE
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    say(t, 'ERROR', `Ignoring stop replica (delete=${remove}) for partition ${tpName(tp)} due to storage exception`)
    for (const line of error.lines) t.ctx.log('state-change.log', '', '', line)
    return ERRORS.KAFKA_STORAGE_ERROR
  }
}
function stopOne(t: T<unknown>, tp: TopicPartition, remove: boolean): void {
  const { ctx, env } = t
  say(t, 'TRACE', `Handling stop replica (delete=${remove}) for partition ${tpName(tp)}`)
  if (remove) {
    if (partitionAt(env, tp) === undefined)
      say(t, 'TRACE', `Ignoring stop replica (delete=${remove}) for partition ${tpName(tp)} as replica doesn't exist on broker`)
    env.replicas.partitions = env.replicas.partitions.delete(tpName(tp))
    deleteLogLater(ctx, env, tp)
  }
  say(t, 'TRACE', `Finished handling stop replica (delete=${remove}) for partition ${tpName(tp)}`)
}
