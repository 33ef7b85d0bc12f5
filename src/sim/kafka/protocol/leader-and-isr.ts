// LeaderAndIsr (4): the controller tells a broker which partitions it leads or follows.
import { array, boolean, int16, int32, int64, since, string, struct } from './schema.ts'

export const leaderAndIsrRequest = struct({
  controllerId: int32,
  controllerEpoch: int32,
  brokerEpoch: since(2, int64),
  topicStates: array(
    struct({
      topic: string,
      partitionStates: array(
        struct({
          partition: int32,
          controllerEpoch: int32,
          leader: int32,
          leaderEpoch: int32,
          isr: array(int32),
          zkVersion: int32,
          replicas: array(int32),
          isNew: since(1, boolean),
        }),
      ),
    }),
  ),
  liveLeaders: array(struct({ id: int32, host: string, port: int32 })),
})

export const leaderAndIsrResponse = struct({
  errorCode: int16,
  partitions: array(struct({ topic: string, partition: int32, errorCode: int16 })),
})
