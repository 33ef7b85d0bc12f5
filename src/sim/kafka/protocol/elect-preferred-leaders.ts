// ElectPreferredLeaders (43): asked of the controller. `topicPartitions` null means all.
import { array, int16, int32, nullableArray, nullableString, string, struct } from './schema.ts'

export const electPreferredLeadersRequest = struct({
  topicPartitions: nullableArray(struct({ topic: string, partitionIds: array(int32) })),
  timeoutMs: int32,
})

export const electPreferredLeadersResponse = struct({
  throttleTimeMs: int32,
  replicaElectionResults: array(
    struct({ topic: string, partitionResults: array(struct({ partitionId: int32, errorCode: int16, errorMessage: nullableString })) }),
  ),
})
