// ControlledShutdown (7): a broker that is about to leave asks the controller to move its leaders.
import { array, int16, int32, int64, since, string, struct } from './schema.ts'

export const controlledShutdownRequest = struct({ brokerId: int32, brokerEpoch: since(2, int64) })

export const controlledShutdownResponse = struct({
  errorCode: int16,
  remainingPartitions: array(struct({ topic: string, partition: int32 })),
})
