// ListOffsets: which offset a time stands for, and where a partition begins and ends for who asks (server/KafkaApis.scala handleListOffsetRequestV1AndAbove,
// cluster/Partition.scala fetchOffsetForTimestamp at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import {
  EARLIEST_TIMESTAMP,
  lastStableOffset,
  LATEST_TIMESTAMP,
  offsetForTimestamp,
  onDisk,
  StorageError,
  type FoundOffset,
} from '../log/index.ts'
import { ERRORS, tpName, type RequestBody, type ResponseBody, type TopicPartition } from '../protocol/index.ts'
import { reply, type Handler } from './answers.ts'
import { logEnv } from './log-env.ts'
import { leading } from './replica-state.ts'
import type { BrokerState } from './state.ts'

type Answer = ResponseBody<'ListOffsets'>['topics'][number]['partitions'][number]
type Wanted = RequestBody<'ListOffsets'>['topics'][number]['partitions'][number]
const READ_COMMITTED = 1

function answer(ctx: Context, env: BrokerState, tp: TopicPartition, want: Wanted, body: RequestBody<'ListOffsets'>): Answer {
  const said = (errorCode: number, timestamp = -1, offset = -1, leaderEpoch = -1): Answer => {
    return { partition: tp.partition, errorCode, oldStyleOffsets: [], timestamp, offset, leaderEpoch }
  }
  const found = leading(env, tp, want.currentLeaderEpoch)
  if (!('log' in found)) return said(found.error)
  const { log, partition } = found
  const highWatermark = partition.highWatermark ?? 0
  const isReplica = body.replicaId >= 0
  const end = isReplica ? log.logEndOffset : body.isolationLevel === READ_COMMITTED ? lastStableOffset(log, highWatermark) : highWatermark
  // A new leader whose high watermark has not reached its own epoch cannot say yet what is committed.
  const behind = !isReplica && end < (partition.epochStartOffset ?? 0)
  if (want.timestamp === LATEST_TIMESTAMP) {
    return behind ? said(ERRORS.OFFSET_NOT_AVAILABLE) : said(ERRORS.NONE, -1, end, partition.leaderEpoch)
  }
  const own = logEnv(ctx, env)
  let at: FoundOffset | undefined
  try {
    // A search may make an index that is not there.
    at = onDisk(own, `Error while fetching offset by timestamp for ${tpName(tp)} in dir ${log.dir}`, 'name', () =>
      offsetForTimestamp(own, log, want.timestamp),
    )
  } catch (error) {
    if (error instanceof StorageError) return said(ERRORS.KAFKA_STORAGE_ERROR)
    throw error
  }
  if (want.timestamp === EARLIEST_TIMESTAMP) return said(ERRORS.NONE, -1, at!.offset, at!.leaderEpoch ?? -1)
  if (at !== undefined && at.offset < end) return said(ERRORS.NONE, at.timestamp, at.offset, at.leaderEpoch ?? -1)
  return behind ? said(ERRORS.OFFSET_NOT_AVAILABLE) : said(ERRORS.NONE)
}

export const listOffsets: Handler<'ListOffsets'> = (ctx, env, conn, request) => {
  const { body } = request
  const topics = body.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((want) => answer(ctx, env, { topic, partition: want.partition }, want, body)),
  }))
  reply(ctx, env, conn, request, { throttleTimeMs: 0, topics })
}
