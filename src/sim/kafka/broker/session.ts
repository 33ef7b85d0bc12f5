// What a broker does about its ZooKeeper session: reacts to watches, and when the session has expired makes a new one and registers again, without dying
// (zookeeper/ZooKeeperClient.scala, reinitialize, and KafkaController's state change handler at 2.3.0).
import type { Context, Silence } from '../../kernel/index.ts'
import { isRunning, logZooKeeper, proc, reopenZooKeeper, startThread, type Proc, type ZooKeeperEvent } from '../client/index.ts'
import { clearAndPut, controllerWatch, CONTROLLER_THREAD, putEvent } from '../controller/index.ts'
import { ERRORS } from '../protocol/index.ts'
import { CONFIG_THREAD, configChanged } from './config-changes.ts'
import type { BrokerState } from './state.ts'

const EXPIRY_THREAD = 'zk-session-expiry-handler'

export function onZooKeeper(ctx: Context, env: BrokerState, events: readonly ZooKeeperEvent[]): void {
  for (const event of events) {
    switch (event.type) {
      case 'fired':
        if (event.handler === 'configChange') configChanged(env)
        else controllerWatch(env, event.handler, event.watch)
        break
      case 'expired':
        ctx.note('broker.expired', `broker ${env.config.brokerId}`, { broker: env.config.brokerId, epoch: env.brokerEpoch }, silence(ctx))
        if (!isRunning(env, EXPIRY_THREAD)) startThread(env, EXPIRY_THREAD, expired, {})
        break
      case 'connected':
      case 'disconnected':
      case 'closed':
        break
    }
  }
}
/** The session ended because the ensemble did not hear from here: the observer of causes finds what silenced it. */
const silence = (_ctx: Context): Silence | undefined => undefined

/** First everything that was under way is dropped, then there is a new session, then the broker registers and stands for election again. */
const expired: Proc<object, void> = proc<BrokerState, object, void>('broker.sessionExpired', [
  (t) => {
    logZooKeeper(t.ctx, t.env.zk!, 'Session expired.')
    if (!isRunning(t.env, CONTROLLER_THREAD)) return
    clearAndPut(t.env, { type: 'Expire', waiter: t.thread }, { errorCode: ERRORS.STALE_CONTROLLER_EPOCH })
    return t.wait('the controller')
  },
  (t) => {
    const { zk } = t.env
    if (zk === null || zk.value !== 'expired') return t.return()
    reopenZooKeeper(t.ctx, zk)
    if (isRunning(t.env, CONTROLLER_THREAD)) putEvent(t.env, { type: 'RegisterBrokerAndReelect' })
    if (isRunning(t.env, CONFIG_THREAD)) configChanged(t.env)
  },
])
