// CreatePartitions (37): a topic grows; asked of the controller.
import { array, boolean, int16, int32, nullableArray, nullableString, string, struct } from './schema.ts'

export const createPartitionsRequest = struct({
  topicPartitions: array(struct({ topic: string, newPartitions: struct({ count: int32, assignment: nullableArray(array(int32)) }) })),
  timeout: int32,
  validateOnly: boolean,
})

export const createPartitionsResponse = struct({
  throttleTimeMs: int32,
  topicErrors: array(struct({ topic: string, errorCode: int16, errorMessage: nullableString })),
})
