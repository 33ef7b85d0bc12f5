// UpdateMetadata (6): what the controller lets every broker know of partitions and live brokers. Version 5, grouped by topic, is the one used.
import { array, int16, int32, int64, nullableString, since, string, struct } from './schema.ts'

export const updateMetadataRequest = struct({
  controllerId: int32,
  controllerEpoch: int32,
  brokerEpoch: since(5, int64),
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
          offlineReplicas: since(4, array(int32)),
        }),
      ),
    }),
  ),
  liveBrokers: array(
    struct({
      id: int32,
      endPoints: array(struct({ port: int32, host: string, listenerName: since(3, string), securityProtocolType: int16 })),
      rack: since(2, nullableString),
    }),
  ),
})

export const updateMetadataResponse = struct({ errorCode: int16 })
