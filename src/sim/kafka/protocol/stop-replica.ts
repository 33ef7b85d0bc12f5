// StopReplica (5): the controller has a broker stop fetching, and delete if asked to.
import { array, boolean, int16, int32, int64, since, string, struct } from './schema.ts'

export const stopReplicaRequest = struct({
  controllerId: int32,
  controllerEpoch: int32,
  brokerEpoch: since(1, int64),
  deletePartitions: boolean,
  partitions: array(struct({ topic: string, partitionIds: array(int32) })),
})

export const stopReplicaResponse = struct({
  errorCode: int16,
  partitions: array(struct({ topic: string, partition: int32, errorCode: int16 })),
})
