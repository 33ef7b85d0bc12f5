// Fetch (1) and OffsetForLeaderEpoch (23): how followers and consumers read. An idle fetch of a session is 63 bytes out and 18 back.
import { array, int16, int32, int64, int8, nullableArray, nullableRecords, since, string, struct } from './schema.ts'

export const fetchRequest = struct({
  replicaId: int32,
  maxWaitMs: int32,
  minBytes: int32,
  maxBytes: since(3, int32),
  isolationLevel: since(4, int8),
  sessionId: since(7, int32),
  sessionEpoch: since(7, int32),
  topics: array(
    struct({
      topic: string,
      partitions: array(
        struct({
          partition: int32,
          currentLeaderEpoch: since(9, int32),
          fetchOffset: int64,
          logStartOffset: since(5, int64),
          maxBytes: int32,
        }),
      ),
    }),
  ),
  forgottenTopics: since(7, array(struct({ topic: string, partitions: array(int32) }))),
  rackId: since(11, string),
})

export const fetchResponse = struct({
  throttleTimeMs: since(1, int32),
  errorCode: since(7, int16),
  sessionId: since(7, int32),
  responses: array(
    struct({
      topic: string,
      partitions: array(
        struct({
          partition: int32,
          errorCode: int16,
          highWatermark: int64,
          lastStableOffset: since(4, int64),
          logStartOffset: since(5, int64),
          abortedTransactions: since(4, nullableArray(struct({ producerId: int64, firstOffset: int64 }))),
          preferredReadReplica: since(11, int32),
          records: nullableRecords,
        }),
      ),
    }),
  ),
})

export const offsetForLeaderEpochRequest = struct({
  replicaId: since(3, int32),
  topics: array(
    struct({
      topic: string,
      partitions: array(struct({ partition: int32, currentLeaderEpoch: since(2, int32), leaderEpoch: int32 })),
    }),
  ),
})

export const offsetForLeaderEpochResponse = struct({
  throttleTimeMs: since(2, int32),
  topics: array(
    struct({
      topic: string,
      partitions: array(struct({ errorCode: int16, partition: int32, leaderEpoch: since(1, int32), endOffset: int64 })),
    }),
  ),
})
