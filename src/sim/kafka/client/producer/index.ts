// The producer: records from a program to the leaders of their partitions, in batches, as KafkaProducer of 2.3.0 sends them.
export { close as closeProducer, flush as flushProducer, handleProducer, newProducer, send as sendRecord, type ToSend } from './producer.ts'
export { notModelled as producerNotModelled, producerConfig, type ProducerConfig } from './config.ts'
export { murmur2, partitionForKey } from './partitioner.ts'
export type { ProducerState, ProducerUser, Sent } from './state.ts'
