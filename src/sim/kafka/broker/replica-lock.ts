// The lock on replicas' states: one request of the controller's changes them at a time (server/ReplicaManager.scala, replicaStateChangeLock, at 2.3.0).
import { resume, type Next, type Task } from '../client/index.ts'
import type { BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V>

export const replicasLocked = (env: BrokerState): boolean => env.replicas.lock.holder !== ''
/** Takes the lock, or waits for it. */
export function lockReplicas(t: T<unknown>): Next | undefined {
  const { lock } = t.env.replicas
  if (lock.holder === '') {
    lock.holder = t.thread
    return undefined
  }
  lock.waiting.push(t.thread)
  return t.wait('the replicas')
}
export function unlockReplicas(env: BrokerState): void {
  const { lock } = env.replicas
  lock.holder = lock.waiting.shift() ?? ''
  const thread = env.threads.live[lock.holder]
  if (thread !== undefined) resume(env, lock.holder, thread.ticket, undefined)
  else if (lock.holder !== '') unlockReplicas(env)
}
