// Statecharts of brokers and of ZooKeeper clients, where a process has them.

import type { StateChart } from './charts.ts'
import {
  brokerMachine,
  brokerStateOf,
  brokerView,
  clientView,
  controllerMachine,
  zkClientMachine,
  type Proc,
  type ZkClientState,
  type ZkShellState,
} from '../../sim/index.ts'

const ofClient = (title: string, zk: ZkClientState): StateChart => ({ title, machine: zkClientMachine, value: clientView(zk).state })

/** A broker's charts: the broker, its controller, its ZooKeeper client. */
function ofBroker(proc: Proc): StateChart[] {
  const state = brokerStateOf(proc)
  if (!state) return []
  const broker = brokerView(state)
  const charts: StateChart[] = [
    { title: 'Broker', machine: brokerMachine, value: broker.value },
    { title: 'Controller', machine: controllerMachine, value: broker.controller.value },
  ]
  if (state.zk) charts.push(ofClient('ZooKeeper client', state.zk.client))
  return charts
}

export function partsOf(proc: Proc): StateChart[] {
  if (proc.kind === 'broker') return ofBroker(proc)
  if (proc.kind !== 'zk-shell') return []
  const clients = Object.entries((proc.state as ZkShellState).clients)
  return clients.map(([name, client]) => ofClient(clients.length === 1 ? 'ZooKeeper client' : `ZooKeeper client ${name}`, client.zk))
}

/** What a broker says of itself, name and value. */
export function brokerFacts(proc: Proc): readonly (readonly [string, string])[] {
  const state = brokerStateOf(proc)
  if (!state) return []
  const { controller, ...broker } = brokerView(state)
  const facts: [string, string][] = [
    ['broker.id', String(broker.brokerId)],
    ['broker epoch', broker.brokerEpoch < 0 ? 'not registered' : String(broker.brokerEpoch)],
    ['session', broker.session.state === 'none' ? 'none yet' : `0x${broker.session.id}, ${broker.session.state}`],
    [
      'controller',
      controller.activeControllerId < 0 ? 'nobody, as it believes' : `broker ${controller.activeControllerId}, as it believes`,
    ],
  ]
  if (controller.isController) {
    facts.push(['controller epoch', String(controller.epoch)])
    facts.push(['live brokers', controller.liveBrokers.map((one) => one.id).join(', ') || 'none'])
    if (controller.processing !== '') facts.push(['handles', controller.processing])
    if (controller.queued.length > 0) facts.push(['queued', controller.queued.join(', ')])
  }
  return facts
}

/** A broker's threads, and what each does or waits for. */
export function threadsOf(proc: Proc): ReturnType<typeof brokerView>['threads'] {
  const state = brokerStateOf(proc)
  return state ? brokerView(state).threads : []
}
