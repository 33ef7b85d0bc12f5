// CreateTopics (19) and DeleteTopics (20), asked of the controller.
import { array, boolean, int16, int32, nullableString, since, string, struct } from './schema.ts'

export const createTopicsRequest = struct({
  topics: array(
    struct({
      name: string,
      numPartitions: int32,
      replicationFactor: int16,
      assignments: array(struct({ partitionIndex: int32, brokerIds: array(int32) })),
      configs: array(struct({ name: string, value: nullableString })),
    }),
  ),
  timeoutMs: int32,
  validateOnly: since(1, boolean),
})

export const createTopicsResponse = struct({
  throttleTimeMs: since(2, int32),
  topics: array(struct({ name: string, errorCode: int16, errorMessage: since(1, nullableString) })),
})

export const deleteTopicsRequest = struct({ topicNames: array(string), timeoutMs: int32 })

export const deleteTopicsResponse = struct({
  throttleTimeMs: since(1, int32),
  responses: array(struct({ name: string, errorCode: int16 })),
})
