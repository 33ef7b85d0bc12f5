// How a consumer reads: one fetch to each node that leads some of its partitions, whose answers are handed out record by record (consumer/internals/Fetcher.java at 2.3.0).
import { frozenCopy } from '../../../base/index.ts'
import type { Context } from '../../../kernel/index.ts'
import {
  batchAt,
  controlTypeId,
  controlTypeOf,
  CorruptRecord,
  ensureValid,
  recordsOf,
  UnsupportedRecord,
  type Batch,
  type LogRecord,
} from '../../log/index.ts'
import { ERRORS, tpName, type KafkaResponse } from '../../protocol/index.ts'
import {
  fetchTopics,
  forgottenTopics,
  handleFetchError,
  handleFetchResponse,
  newFetchSession,
  planFetch,
  type FetchPosition,
} from '../fetch-session-handler.ts'
import { requestUpdate } from '../metadata.ts'
import { fail, ThreadFailure } from '../threads.ts'
import { hasValidPosition, moveToEnd, positionAt, requestReset } from './fetch-state.ts'
import { ask, isUnavailable } from './network.ts'
import { noteLeaders, warn } from './positions.ts'
import { assignedPartition, type Asked, type CompletedFetch, type ConsumerRecord, type ConsumerState, type InLine } from './state.ts'

const KAFKA = 'org.apache.kafka.common.KafkaException'

/** Asks every node that may be asked and has not been; gives how many. */
export function sendFetches(ctx: Context, consumer: ConsumerState): number {
  const { config, sessions } = consumer
  noteLeaders(consumer)
  const plans: { readonly node: number; readonly wanted: FetchPosition[] }[] = []
  for (const p of consumer.partitions) {
    if (!hasValidPosition(p) || isBuffered(consumer, p)) continue
    const { offset, leader } = p.position!
    if (leader.leader === null) requestUpdate(consumer.metadata)
    if (leader.leader === null || isUnavailable(ctx, consumer, leader.leader)) continue
    const { id } = leader.leader
    if (consumer.fetching.includes(id)) continue
    let plan = plans.find((known) => known.node === id)
    if (plan === undefined) plans.push((plan = { node: id, wanted: [] }))
    const { topic, partition } = p
    const position = { topic, partition, fetchOffset: offset, logStartOffset: -1, maxBytes: config.maxPartitionFetchBytes }
    plan.wanted.push(Object.freeze({ ...position, currentLeaderEpoch: leader.epoch }))
  }
  for (const { node, wanted } of plans) {
    const session = (sessions[node] ??= newFetchSession())
    const { sessionId, epoch } = session
    const { send, forget } = planFetch(session, wanted)
    const body = {
      replicaId: -1,
      maxWaitMs: config.fetchMaxWaitMs,
      minBytes: config.fetchMinBytes,
      maxBytes: config.fetchMaxBytes,
      isolationLevel: config.readCommitted ? 1 : 0,
      sessionId,
      sessionEpoch: epoch,
      topics: fetchTopics(send),
      forgottenTopics: forgottenTopics(forget),
      rackId: config.clientRack,
    }
    const periodic = consumer.quiet.includes(node) ? `every ${config.fetchMaxWaitMs} ms: a consumer fetches` : undefined
    ask(ctx, consumer, node, 'Fetch', body, { what: 'fetch', node, positions: frozenCopy(session.partitions) }, periodic)
    consumer.fetching.push(node)
  }
  return plans.length
}
const isBuffered = (consumer: ConsumerState, tp: { readonly topic: string; readonly partition: number }): boolean =>
  [...consumer.completed, ...(consumer.inLine === null ? [] : [consumer.inLine])].some(
    (one) => one.partition === tp.partition && one.topic === tp.topic,
  )

/** A fetch has been answered, or lost. */
export function fetchAnswered(
  consumer: ConsumerState,
  asked: Extract<Asked, { what: 'fetch' }>,
  response: KafkaResponse<'Fetch'> | undefined,
): void {
  const { node } = asked
  consumer.fetching = consumer.fetching.filter((id) => id !== node)
  consumer.quiet = consumer.quiet.filter((id) => id !== node)
  const session = consumer.sessions[node]
  if (session === undefined) return
  if (response === undefined) return handleFetchError(session)
  if (!handleFetchResponse(session, response.body).usable) return
  if (response.body.responses.length === 0) consumer.quiet.push(node)
  for (const { topic, partitions } of response.body.responses) {
    for (const data of partitions) {
      const position = asked.positions.find((p) => p.partition === data.partition && p.topic === topic)
      if (position !== undefined) consumer.completed.push({ topic, partition: data.partition, fetchOffset: position.fetchOffset, data })
    }
  }
}

/** The next records, at most max.poll.records; moves the positions. Fails as the real one's poll does. */
export function fetchedRecords(ctx: Context, consumer: ConsumerState): ConsumerRecord[] {
  const records: ConsumerRecord[] = []
  try {
    for (let left = consumer.config.maxPollRecords; left > 0;) {
      if (consumer.inLine !== null) {
        const taken = takeRecords(consumer, consumer.inLine, left)
        for (const record of taken) records.push(record)
        left -= taken.length
        continue
      }
      const next = consumer.completed[0]
      if (next === undefined) break
      try {
        begin(ctx, consumer, next)
      } catch (error) {
        if (records.length === 0 && (next.data.records?.length ?? 0) === 0) consumer.completed.shift()
        throw error
      }
      consumer.completed.shift()
    }
  } catch (error) {
    if (!(error instanceof ThreadFailure) || records.length === 0) throw error
  }
  return records
}

const RETRIED: ReadonlySet<number> = new Set([
  ERRORS.NOT_LEADER_FOR_PARTITION,
  ERRORS.REPLICA_NOT_AVAILABLE,
  ERRORS.KAFKA_STORAGE_ERROR,
  ERRORS.FENCED_LEADER_EPOCH,
  ERRORS.OFFSET_NOT_AVAILABLE,
])
/** Looks at a partition's part of a response. */
function begin(ctx: Context, consumer: ConsumerState, { topic, partition, fetchOffset, data }: CompletedFetch): void {
  const p = assignedPartition(consumer, { topic, partition })
  if (p === undefined || !hasValidPosition(p)) return
  const { errorCode, records } = data
  const name = tpName(p)
  if (errorCode !== ERRORS.NONE) moveToEnd(consumer, p)
  if (errorCode === ERRORS.NONE) {
    if (p.position!.offset !== fetchOffset) return
    const aborted = (data.abortedTransactions ?? []).map((t) => ({ ...t })).sort((a, b) => a.firstOffset - b.firstOffset)
    const rest = { nextOffset: fetchOffset, epoch: -1, bytesRead: 0, aborted, abortedProducers: [], corrupt: null }
    if (records !== null && records.length > 0 && !readBatch({ topic, partition, data, at: 0, ...rest })) {
      const what = 'Received a non-empty fetch response from the server, but no complete records were found.'
      fail(KAFKA, `Failed to make progress reading messages at ${name}=${fetchOffset}. ${what}`)
    }
    consumer.inLine = { topic, partition, data, at: 0, ...rest }
    if (data.highWatermark >= 0) p.highWatermark = data.highWatermark
    if (data.logStartOffset >= 0) p.logStartOffset = data.logStartOffset
    if (data.lastStableOffset >= 0) p.lastStableOffset = data.lastStableOffset
  } else if (RETRIED.has(errorCode)) requestUpdate(consumer.metadata)
  else if (errorCode === ERRORS.UNKNOWN_TOPIC_OR_PARTITION) {
    warn(ctx, consumer, `Received unknown topic or partition error in fetch for partition ${name}`)
    requestUpdate(consumer.metadata)
  } else if (errorCode === ERRORS.OFFSET_OUT_OF_RANGE) {
    if (p.position!.offset !== fetchOffset) return
    const { resetPolicy } = consumer.config
    if (resetPolicy === 'none') {
      const message = `Offsets out of range with no configured reset policy for partitions: {${name}=${fetchOffset}}`
      fail('org.apache.kafka.clients.consumer.OffsetOutOfRangeException', message)
    }
    ctx.note('consumer.out-of-range', name, { offset: fetchOffset, resetTo: resetPolicy })
    requestReset(p, resetPolicy)
  } else if (errorCode === ERRORS.UNKNOWN_SERVER_ERROR) warn(ctx, consumer, `Unknown error fetching data for topic-partition ${name}`)
  else if (errorCode !== ERRORS.UNKNOWN_LEADER_EPOCH) {
    fail('java.lang.IllegalStateException', `Unexpected error code ${errorCode} while fetching from partition ${name}`)
  }
}
/** Records of the part at hand, at most `most`; the part is done with when its records are. */
function takeRecords(consumer: ConsumerState, line: InLine, most: number): ConsumerRecord[] {
  const p = assignedPartition(consumer, line)
  if (p === undefined || !hasValidPosition(p) || p.position!.offset !== line.nextOffset) {
    finish(consumer, line)
    return []
  }
  const from = p.position!
  const records = readRecords(consumer, line, most)
  if (line.nextOffset > from.offset) p.position = positionAt(line.nextOffset, line.epoch, from.leader)
  return records
}
function finish(consumer: ConsumerState, line: InLine): void {
  consumer.inLine = null
  const p = assignedPartition(consumer, line)
  // Partitions that brought something are asked for last.
  if (p !== undefined && line.bytesRead > 0) moveToEnd(consumer, p)
}

/** The batch at hand; fails when it is corrupt. */
function readBatch(line: InLine): Batch | undefined {
  const { records } = line.data
  if (records === null) return undefined
  try {
    return batchAt(records, line.at)
  } catch (error) {
    return corrupt(line, error)
  }
}
/** What a batch that cannot be read comes to: told once all before it are handed out, and again at every poll. A codec that is not modelled says so. */
function corrupt(line: InLine, error: unknown): never {
  if (error instanceof UnsupportedRecord) line.corrupt = { type: 'not modelled', message: error.message }
  else if (error instanceof CorruptRecord) {
    const message = `Received exception when fetching the next record from ${tpName(line)}. If needed, please seek past the record to continue consumption.`
    line.corrupt = { type: KAFKA, message }
  } else throw error
  return fail(line.corrupt.type, line.corrupt.message)
}

function readRecords(consumer: ConsumerState, line: InLine, most: number): ConsumerRecord[] {
  if (line.corrupt !== null) fail(line.corrupt.type, line.corrupt.message)
  const out: ConsumerRecord[] = []
  try {
    while (out.length < most) {
      const batch = readBatch(line)
      if (batch === undefined) {
        finish(consumer, line)
        break
      }
      const rest = readable(consumer, line, batch)
      for (const record of rest.slice(0, most - out.length)) {
        out.push(toConsumer(line, batch, record))
        line.bytesRead += record.sizeInBytes
        line.nextOffset = record.offset + 1
      }
      if (out.length === most) break
      // A batch keeps its last offset when compaction takes the record: the next fetch goes on behind it.
      line.at += batch.sizeInBytes
      line.nextOffset = Math.max(line.nextOffset, batch.lastOffset + 1)
    }
  } catch (error) {
    if (!(error instanceof ThreadFailure) || out.length === 0) throw error
  }
  return out
}
/** The records of the batch at hand that are for the reader: not before the position, no markers, nothing of aborted transactions. */
function readable(consumer: ConsumerState, line: InLine, batch: Batch): LogRecord[] {
  line.epoch = batch.partitionLeaderEpoch
  try {
    if (consumer.config.checkCrcs) ensureValid(batch)
    if (consumer.config.readCommitted && batch.producerId >= 0 && isAborted(line, batch)) return []
    return batch.isControl ? [] : recordsOf(batch).filter((record) => record.offset >= line.nextOffset)
  } catch (error) {
    return corrupt(line, error)
  }
}
function isAborted(line: InLine, batch: Batch): boolean {
  while (line.aborted.length > 0 && line.aborted[0]!.firstOffset <= batch.lastOffset) {
    line.abortedProducers.push(line.aborted.shift()!.producerId)
  }
  if (batch.isControl) {
    const [marker] = recordsOf(batch)
    if (marker !== undefined && controlTypeOf(controlTypeId(marker.key)) === 'ABORT') {
      line.abortedProducers = line.abortedProducers.filter((id) => id !== batch.producerId)
    }
    return false
  }
  return batch.isTransactional && line.abortedProducers.includes(batch.producerId)
}
function toConsumer({ topic, partition }: InLine, batch: Batch, record: LogRecord): ConsumerRecord {
  const { offset, timestamp, key, value } = record
  const { timestampType } = batch
  return Object.freeze({ topic, partition, offset, timestamp, timestampType, key, value, headers: record.headers })
}
