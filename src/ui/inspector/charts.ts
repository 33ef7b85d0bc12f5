// Which statecharts tell of a process, a machine, a session: definitions that the simulation exports, each with its present value.

import {
  containerMachine,
  peerMachine,
  sessionMachine,
  stateValue,
  type Host,
  type Proc,
  type SessionView,
  type World,
} from '../../sim/index.ts'
import type { AnyStateMachine, StateValue } from 'xstate'
import { layoutChart, type ChartLayout } from './layout.ts'
import { chartOf } from './graph.ts'
import { serverIn } from './queries.ts'
import { partsOf } from './parts.ts'

export interface StateChart {
  readonly title: string
  readonly machine: AnyStateMachine
  readonly value: StateValue
}

export const containerChart = (host: Host): StateChart => ({ title: 'Container', machine: containerMachine, value: host.container })

export const sessionChart = (session: SessionView): StateChart | undefined =>
  session.value === undefined
    ? undefined
    : { title: 'Session, as the leader tracks it', machine: sessionMachine, value: stateValue(session.value) }

/** The charts of a process, the most telling first. */
export function chartsOf(_world: World, proc: Proc): StateChart[] {
  const server = serverIn(proc)
  if (server) return [{ title: 'ZooKeeper peer', machine: peerMachine, value: server.peer.value }]
  return partsOf(proc)
}

const layouts = new WeakMap<AnyStateMachine, ChartLayout>()
/** A definition's layout, made once. */
export function layoutOf(machine: AnyStateMachine): ChartLayout {
  let layout = layouts.get(machine)
  if (!layout) layouts.set(machine, (layout = layoutChart(chartOf(machine))))
  return layout
}
