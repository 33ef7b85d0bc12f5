// The consumer: records of assigned partitions, in the order of each, as KafkaConsumer of 2.3.0 reads them.
export {
  assign as assignPartitions,
  closeConsumer,
  handleConsumer,
  newConsumer,
  poll as pollConsumer,
  seek as seekConsumer,
  WAKEUP_EXCEPTION,
  wakeupConsumer,
} from './consumer.ts'
export { notModelled as consumerNotModelled, type ConsumerConfig } from './config.ts'
export { consumerPartitionMachine } from './fetch-state.ts'
export type { FoundOffset, TimedPartition } from './positions.ts'
export { listTopics as listConsumerTopics, offsetsByTimes } from './queries.ts'
export type { ConsumerRecord, ConsumerState, ConsumerUser } from './state.ts'
