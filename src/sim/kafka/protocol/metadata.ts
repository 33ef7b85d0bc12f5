// Metadata (3): which brokers there are, which is controller, where partitions are led. `topics` null asks for all, empty for none.
import { array, boolean, int16, int32, nullableArray, nullableString, since, string, struct } from './schema.ts'

export const metadataRequest = struct({
  topics: nullableArray(string),
  allowAutoTopicCreation: since(4, boolean),
  includeClusterAuthorizedOperations: since(8, boolean),
  includeTopicAuthorizedOperations: since(8, boolean),
})

export const metadataResponse = struct({
  throttleTimeMs: since(3, int32),
  brokers: array(struct({ nodeId: int32, host: string, port: int32, rack: since(1, nullableString) })),
  clusterId: since(2, nullableString),
  controllerId: since(1, int32),
  topics: array(
    struct({
      errorCode: int16,
      name: string,
      isInternal: since(1, boolean),
      partitions: array(
        struct({
          errorCode: int16,
          partition: int32,
          leaderId: int32,
          leaderEpoch: since(7, int32),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          offlineReplicas: since(5, array(int32)),
        }),
      ),
      topicAuthorizedOperations: since(8, int32),
    }),
  ),
  clusterAuthorizedOperations: since(8, int32),
})
