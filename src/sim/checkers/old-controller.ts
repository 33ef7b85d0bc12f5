// A controller with an old epoch changes nothing: none of its writes succeeds, and no broker obeys it once it has obeyed a newer one.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Pid } from '../kernel/index.ts'
import type { Checker, Scene } from './checker.ts'
import { CHROOT, stateText, type Change } from './committed-partitions.ts'

/** What only the controller takes away. */
const CONTROLLERS = /^\/(brokers\/topics|admin|isr_change_notification|log_dir_event_notification)\//

interface Asked {
  readonly broker: number
  readonly epoch: number
}
const isControllers = (change: Change): boolean => change.op === 'delete' && CONTROLLERS.test(change.path)

export function oldController({ partitions, report }: Scene): Checker {
  /** Which controller asked for a change, by session and number of the request. */
  const asked = new Map<string, Asked>()
  /** The newest controller that a broker obeyed. */
  const obeyed = new Map<Pid, number>()
  return {
    name: 'old controller',
    onBrokerAsks(broker, session, request) {
      const { request: op } = request
      const paths = op.op === 'multi' ? op.ops.map((one) => ('path' in one ? one.path : '')) : op.op === 'delete' ? [op.path] : []
      if (!paths.some((path) => CONTROLLERS.test(path.slice(CHROOT.length)))) return
      asked.set(`${session} ${request.xid}`, { broker: broker.id, epoch: broker.state.controller.epoch })
    },
    onCommitted(txn, changes, states) {
      const now = partitions.controllerEpoch(txn.zxid)
      // A leader that changes its ISR keeps its epoch, and the controller's epoch that came with it.
      for (const state of states) {
        const isControllers = state.before === undefined || state.before.leaderEpoch !== state.leaderEpoch
        if (isControllers && state.controllerEpoch !== now)
          report(`${stateText(state)} at ${hexZxid(txn.zxid)} is decided in controller epoch ${state.controllerEpoch}; it is ${now}`)
      }
      const who = asked.get(`${txn.session} ${txn.xid}`)
      if (who === undefined) return
      asked.delete(`${txn.session} ${txn.xid}`)
      const removed = changes.find(isControllers)
      if (removed && who.epoch !== now)
        report(`broker ${who.broker} deletes ${removed.path} as controller of epoch ${who.epoch} at ${hexZxid(txn.zxid)}; it is ${now}`)
    },
    onObeyed(broker, request) {
      const epoch = (request.body as { readonly controllerEpoch?: number }).controllerEpoch
      if (epoch === undefined) return
      const newest = obeyed.get(broker.pid) ?? 0
      if (epoch < newest) report(`broker ${broker.id} obeys ${request.kind} of controller epoch ${epoch} after one of epoch ${newest}`)
      else obeyed.set(broker.pid, epoch)
    },
    onGone(pid) {
      obeyed.delete(pid)
    },
  }
}
