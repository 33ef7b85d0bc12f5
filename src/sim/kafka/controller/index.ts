// The controller: its election and failover, the state machines of partitions and replicas, its channels to the brokers.
export { costs } from './costs.ts'
export {
  controllerMachine,
  partitionMachine,
  replicaMachine,
  type ControllerValue,
  type PartitionStateName,
  type ReplicaStateName,
} from './machines.ts'
export {
  brokerEpochOf,
  isActive,
  newController,
  type ControllerConfig,
  type ControllerHost,
  type ControllerState,
  type LiveBroker,
  type PartitionRecord,
} from './state.ts'
export {
  answer,
  CONTROLLER_THREAD,
  clearAndPut,
  putEvent,
  stopControllerThread,
  type ControllerAnswer,
  type ControllerEvent,
} from './events.ts'
export { readBrokers } from './brokers.ts'
export { readController } from './office.ts'
export { resign } from './resign.ts'
export { registerBroker } from './registration.ts'
export { controllerWatch, handleController, startController } from './process.ts'
export {
  elect,
  controlledShutdownLeader,
  offlineLeader,
  preferredLeader,
  reassignLeader,
  type Candidates,
  type Election,
  type ElectionStrategy,
} from './election.ts'
export type { ElectionResults } from './preferred.ts'
export type { Channel } from './channels.ts'
