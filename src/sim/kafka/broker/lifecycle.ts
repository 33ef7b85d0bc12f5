// A broker's own states (server/BrokerStates.scala at 2.3.0), with the JVM's start before and the process's end after them.
import { setup } from 'xstate'
import { compile, nextState } from '../client/index.ts'

export type BrokerValue =
  'NotRunning' | 'Starting' | 'RecoveringFromUncleanShutdown' | 'RunningAsBroker' | 'PendingControlledShutdown' | 'BrokerShuttingDown'
export type BrokerMove = 'start' | 'recover' | 'recovered' | 'run' | 'leave' | 'shut down' | 'stopped'

export const brokerMachine = setup({ types: { events: {} as { type: BrokerMove } } }).createMachine({
  id: 'broker',
  initial: 'NotRunning',
  states: {
    NotRunning: { on: { start: 'Starting' } },
    Starting: { on: { recover: 'RecoveringFromUncleanShutdown', run: 'RunningAsBroker', 'shut down': 'BrokerShuttingDown' } },
    RecoveringFromUncleanShutdown: { on: { recovered: 'Starting', 'shut down': 'BrokerShuttingDown' } },
    RunningAsBroker: { on: { leave: 'PendingControlledShutdown', 'shut down': 'BrokerShuttingDown' } },
    PendingControlledShutdown: { on: { 'shut down': 'BrokerShuttingDown' } },
    BrokerShuttingDown: { on: { stopped: 'NotRunning' } },
  },
})
const table = compile<BrokerValue, BrokerMove>(brokerMachine)
export const nextBrokerValue = (from: BrokerValue, move: BrokerMove): BrokerValue => nextState(table, from, move)
