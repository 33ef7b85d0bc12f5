// DescribeLogDirs (35): which replicas stand in a broker's log directories, how large they are and how far they lag.
import { array, boolean, int16, int32, int64, nullableArray, string, struct } from './schema.ts'

export const describeLogDirsRequest = struct({ topics: nullableArray(struct({ topic: string, partitions: array(int32) })) })

export const describeLogDirsResponse = struct({
  throttleTimeMs: int32,
  logDirs: array(
    struct({
      errorCode: int16,
      logDir: string,
      topics: array(
        struct({ topic: string, partitions: array(struct({ partition: int32, size: int64, offsetLag: int64, isFuture: boolean })) }),
      ),
    }),
  ),
})
