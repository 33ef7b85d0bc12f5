// Kafka brokers at 2.3.0: the process kind, its time costs, its statechart, and questions about its state.
export { brokerKind } from './kind.ts'
export { costs } from './costs.ts'
export { brokerMachine, type BrokerValue } from './lifecycle.ts'
export { controllerMachine, partitionMachine, replicaMachine } from '../controller/index.ts'
export { brokerStateOf, brokerView, partitionsKnown, type BrokerView, type PartitionsKnown } from './queries.ts'
export {
  lastRecords,
  logOnDisk,
  logView,
  waitingSegments,
  type DiskView,
  type LogView,
  type SegmentView,
  type ShownRecord,
} from './log-view.ts'
export type { CachedPartition } from './metadata-cache.ts'
export type { LocalPartition } from './partition.ts'
export type { BrokerState } from './state.ts'
