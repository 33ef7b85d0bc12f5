// Becoming controller and ceasing to be: the election, what the winner and the losers do, giving the office up (controller/KafkaController.scala at 2.3.0).
import { type Failure, type Proc, isControllerMoved, keeper, paths, proc, zkFenced } from '../client/index.ts'
import { failover } from './failover.ts'
import { readController, takeOffice } from './office.ts'
import { resign } from './resign.ts'
import { type ControllerHost, clog, isActive, moveController, work } from './state.ts'
import { watchNode } from './watch.ts'

/** Watches and reads /controller, and resigns when it was this broker and is no more. */
export const maybeResign = proc<ControllerHost, { wasActive?: boolean }, void>('controller.maybeResign', [
  (t) => {
    t.vars.wasActive = isActive(t.env)
    return t.call(watchNode, { path: paths.controller, handler: 'controller' })
  },
  (t) => t.call(readController, {}),
  (t) => {
    t.env.controller.activeControllerId = t.value as number
    if (t.vars.wasActive === true && !isActive(t.env)) resign(t)
  },
])

/** Stands for election; the winner takes over. */
export const elect: Proc<object, void> = proc<ControllerHost, object, void>(
  'controller.elect',
  [
    (t) => t.call(readController, {}),
    (t) => {
      const c = t.env.controller
      c.activeControllerId = t.value as number
      if (c.activeControllerId !== -1) {
        const text = `Broker ${c.activeControllerId} has been elected as the controller, so stopping the election process.`
        clog(t.ctx, t.env, 'DEBUG', text)
        return t.return()
      }
      moveController(t.env, 'elect')
      return work(t, 'kafka.controller.elect')
    },
    (t) => (t.env.controller.value === 'Electing' ? t.call(takeOffice, {}) : undefined),
    (t) => {
      const c = t.env.controller
      const office = t.value as { epoch: number; zkVersion: number }
      c.epoch = office.epoch
      c.epochZkVersion = office.zkVersion
      c.activeControllerId = t.env.config.brokerId
      moveController(t.env, 'elected')
      const { brokerId } = t.env.config
      const text = `${brokerId} successfully elected as the controller. Epoch incremented to ${c.epoch} and epoch zk version is now ${c.epochZkVersion}`
      clog(t.ctx, t.env, 'INFO', text)
      t.ctx.note('controller.elected', `broker ${brokerId}`, { broker: brokerId, epoch: c.epoch })
      return t.call(failover, {})
    },
  ],
  (t, failure) => t.call(isControllerMoved(failure) ? lostElection : failedElection, { failure }),
)

const lostElection: Proc<{ failure: Failure }, void> = proc<ControllerHost, { failure: Failure }, void>('controller.lostElection', [
  (t) => t.call(maybeResign, {}),
  (t) => {
    const c = t.env.controller
    if (c.value === 'Electing') moveController(t.env, 'lost')
    if (c.activeControllerId === -1) {
      clog(t.ctx, t.env, 'WARN', 'A controller has been elected but just resigned, this will result in another round of election')
    } else {
      clog(t.ctx, t.env, 'DEBUG', `Broker ${c.activeControllerId} was elected as controller instead of broker ${t.env.config.brokerId}`)
    }
    t.ctx.log('controller.log', '', '', `${t.vars.failure.type}: ${t.vars.failure.message}`)
  },
])
const failedElection: Proc<{ failure: Failure }, void> = proc<ControllerHost, { failure: Failure }, void>('controller.failedElection', [
  (t) => {
    const text = `Error while electing or becoming controller on broker ${t.env.config.brokerId}. Trigger controller movement immediately`
    clog(t.ctx, t.env, 'ERROR', text)
    t.ctx.log('controller.log', '', '', `${t.vars.failure.type}: ${t.vars.failure.message}`)
    return t.call(moveAway, {})
  },
  (t) => {
    if (t.env.controller.value === 'Electing') moveController(t.env, 'lost')
  },
])

/** Gives the office up by deleting /controller (triggerControllerMove). */
const moveAway: Proc<{ version?: number }, void> = proc<ControllerHost, { version?: number }, void>(
  'controller.moveAway',
  [
    (t) => t.call(readController, {}),
    (t) => {
      const c = t.env.controller
      c.activeControllerId = t.value as number
      if (!isActive(t.env)) {
        clog(t.ctx, t.env, 'WARN', 'Controller has already moved when trying to trigger controller movement')
        return t.return()
      }
      t.vars.version = c.epochZkVersion
      c.activeControllerId = -1
      resign(t)
      return zkFenced(t, [keeper.remove(paths.controller)], t.vars.version)
    },
  ],
  (t, failure) => {
    if (!isControllerMoved(failure)) return undefined
    clog(t.ctx, t.env, 'WARN', 'Controller has already moved when trying to trigger controller movement')
    return t.return()
  },
)
