// ListOffsets (2): which offset a time stands for; -1 asks for the end, -2 for the beginning. And DeleteRecords (21): everything before an offset goes.
import { array, int16, int32, int64, int8, since, string, struct } from './schema.ts'

export const LATEST_TIMESTAMP = -1
export const EARLIEST_TIMESTAMP = -2

export const listOffsetsRequest = struct({
  replicaId: int32,
  isolationLevel: since(2, int8),
  topics: array(
    struct({
      topic: string,
      partitions: array(
        struct({ partition: int32, currentLeaderEpoch: since(4, int32), timestamp: int64, maxOffsets: since(0, int32, 0) }),
      ),
    }),
  ),
})

export const listOffsetsResponse = struct({
  throttleTimeMs: since(2, int32),
  topics: array(
    struct({
      topic: string,
      partitions: array(
        struct({
          partition: int32,
          errorCode: int16,
          oldStyleOffsets: since(0, array(int64), 0),
          timestamp: since(1, int64),
          offset: since(1, int64),
          leaderEpoch: since(4, int32),
        }),
      ),
    }),
  ),
})

export const deleteRecordsRequest = struct({
  topics: array(struct({ topic: string, partitions: array(struct({ partition: int32, offset: int64 })) })),
  timeoutMs: int32,
})

export const deleteRecordsResponse = struct({
  throttleTimeMs: int32,
  topics: array(struct({ topic: string, partitions: array(struct({ partition: int32, lowWatermark: int64, errorCode: int16 })) })),
})
