// Produce (0): records from a client to the leaders of their partitions; and InitProducerId (22), which makes a producer idempotent.
import { array, int16, int32, int64, nullableRecords, nullableString, since, string, struct } from './schema.ts'

export const produceRequest = struct({
  transactionalId: since(3, nullableString),
  /** 0: nobody answers; 1: the leader has it; -1: all replicas in sync have it. */
  acks: int16,
  timeoutMs: int32,
  topics: array(struct({ topic: string, partitions: array(struct({ partition: int32, records: nullableRecords })) })),
})

export const produceResponse = struct({
  responses: array(
    struct({
      topic: string,
      partitions: array(
        struct({
          partition: int32,
          errorCode: int16,
          baseOffset: int64,
          /** When the leader took the records; -1 where the producer's own time counts. */
          logAppendTimeMs: since(2, int64),
          logStartOffset: since(5, int64),
        }),
      ),
    }),
  ),
  throttleTimeMs: since(1, int32),
})

export const initProducerIdRequest = struct({ transactionalId: nullableString, transactionTimeoutMs: int32 })

export const initProducerIdResponse = struct({ throttleTimeMs: int32, errorCode: int16, producerId: int64, producerEpoch: int16 })
