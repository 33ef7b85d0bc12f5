// The Kafka protocol at 2.3.0: APIs as schemas, messages, error codes, and the orders in which a real broker names things.
export {
  API_KEYS,
  apiKey,
  latestVersion,
  requestSchema,
  responseSchema,
  type ApiName,
  type RequestBody,
  type ResponseBody,
} from './apis.ts'
export {
  isKafkaMessage,
  kafkaRequest,
  kafkaResponse,
  messageSize,
  type AnyRequest,
  type AnyResponse,
  type KafkaMessage,
  type KafkaRequest,
  type KafkaResponse,
} from './messages.ts'
export { EARLIEST_TIMESTAMP, LATEST_TIMESTAMP } from './list-offsets.ts'
export { ERRORS, errorClass, errorName, isRetriable, type ErrorName } from './errors.ts'
export { errorFailure, errorMessage, errorOf } from './error-messages.ts'
export { sizeOf, utf8Length, type Records, type Type, type ValueOf } from './schema.ts'
export { byTopic, INTERNAL_TOPICS, parseTp, tpName, type TopicPartition } from './topic-partition.ts'
export {
  caseClassHash,
  intHash,
  javaHash,
  javaMapOrder,
  replicaHash,
  scalaMutableMapOrder,
  tpJsonHash,
  wrappedMapHash,
  scalaMutableSetOrder,
  scalaOrder,
  tpHash,
} from './hash-order.ts'
export { scalaAnyRefMapOrder, scalaLongMapOrder } from './long-map.ts'
