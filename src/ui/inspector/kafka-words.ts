// What a Kafka message says, in words: who wants what of whom, and partition by partition what is said of each.

import { errorName, tpName, type AnyRequest, type AnyResponse, type KafkaMessage, type TopicPartition } from '../../sim/index.ts'
import { loadOf, type Load } from '../scene/index.ts'

export interface MessageLine {
  readonly text: string
  /** The partition that the line is about. */
  readonly tp: TopicPartition | undefined
}
export interface MessageWords {
  readonly sentence: string
  readonly lines: readonly MessageLine[]
  /** Lines beyond those that are listed. */
  readonly more: number
}

/** Lines listed: a message may be about a thousand partitions. */
const LISTED = 60

const words = (sentence: string, lines: readonly MessageLine[] = []): MessageWords => ({
  sentence,
  lines: lines.slice(0, LISTED),
  more: Math.max(0, lines.length - LISTED),
})
const line = (topic: string, partition: number, text: string): MessageLine => {
  const tp = { topic, partition }
  return { text: text === '' ? tpName(tp) : `${tpName(tp)}: ${text}`, tp }
}
const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`
const list = (ids: readonly number[]): string => `[${ids.join(', ')}]`

interface State {
  readonly partition: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
}
const LEADER_DURING_DELETE = -2
const stateWords = (s: State): string =>
  s.leader === LEADER_DURING_DELETE
    ? 'is being deleted'
    : `${s.leader < 0 ? 'no leader' : `leader ${s.leader}`}, leader epoch ${s.leaderEpoch}, ISR ${list(s.isr)}`

function requestWords(message: AnyRequest): MessageWords | undefined {
  switch (message.kind) {
    case 'LeaderAndIsr': {
      const { controllerId, controllerEpoch, topicStates } = message.body
      const lines = topicStates.flatMap(({ topic, partitionStates }) =>
        partitionStates.map((s) => line(topic, s.partition, `${stateWords(s)}${s.isNew === true ? ', new' : ''}`)),
      )
      return words(`Controller ${controllerId}, epoch ${controllerEpoch}, tells a broker whom to follow and what to lead`, lines)
    }
    case 'UpdateMetadata': {
      const { controllerId, controllerEpoch, topicStates, liveBrokers } = message.body
      const lines = topicStates.flatMap(({ topic, partitionStates }) => partitionStates.map((s) => line(topic, s.partition, stateWords(s))))
      const live = `live brokers ${list(liveBrokers.map((b) => b.id))}`
      return words(`Controller ${controllerId}, epoch ${controllerEpoch}, tells a broker what to tell clients: ${live}`, lines)
    }
    case 'StopReplica': {
      const { controllerId, controllerEpoch, deletePartitions, partitions } = message.body
      const lines = partitions.flatMap(({ topic, partitionIds }) => partitionIds.map((p) => line(topic, p, '')))
      const what = deletePartitions ? 'stop and delete its replicas' : 'stop following'
      return words(`Controller ${controllerId}, epoch ${controllerEpoch}, has a broker ${what}`, lines)
    }
    case 'ControlledShutdown':
      return words(`Broker ${message.body.brokerId} is about to leave and asks the controller to move its leaders`)
    case 'Produce': {
      const { acks, timeoutMs } = message.body
      const wants =
        acks === 0
          ? 'and wants no answer'
          : acks === 1
            ? 'and wants to hear when the leader has them'
            : `and wants to hear when all in sync have them, within ${timeoutMs} ms`
      const load = loadOf(message)
      if (load === undefined) return words(`A producer sends nothing, ${wants}`)
      return words(`A producer sends ${count(load.records, 'record')}, ${load.sizeInBytes} bytes, ${wants}`, carried(load, false))
    }
    case 'Fetch': {
      const { replicaId, topics, maxWaitMs } = message.body
      const lines = topics.flatMap(({ topic, partitions }) =>
        partitions.map((p) => line(topic, p.partition, `from offset ${p.fetchOffset}${epochWords(p.currentLeaderEpoch)}`)),
      )
      const who = replicaId >= 0 ? `Broker ${replicaId} follows` : 'A consumer reads'
      if (lines.length === 0) return words(`${who}: the partitions of its fetch session, as before; it waits up to ${maxWaitMs} ms`)
      return words(`${who}: asks for ${count(lines.length, 'partition')}; it waits up to ${maxWaitMs} ms`, lines)
    }
    case 'OffsetForLeaderEpoch': {
      const lines = message.body.topics.flatMap(({ topic, partitions }) =>
        partitions.map((p) => line(topic, p.partition, `where does leader epoch ${p.leaderEpoch} end?`)),
      )
      return words('A follower asks where epochs end, to cut off what the leader does not have', lines)
    }
    case 'Metadata': {
      const { topics } = message.body
      return words(
        topics === null
          ? 'A client asks for brokers and all topics'
          : topics.length === 0
            ? 'A client asks which brokers there are'
            : `A client asks who leads ${topics.join(', ')}`,
      )
    }
    case 'ApiVersions':
      return words('A client asks which versions of which APIs are spoken')
    default:
      return undefined
  }
}

/** What each partition gets or gives. */
const carried = (load: Load, placed: boolean, marks?: ReadonlyMap<string, number>): MessageLine[] =>
  load.parts.map((p) => {
    const offsets = placed ? `, offsets ${p.firstOffset} to ${p.lastOffset}` : '; the leader gives them their offsets'
    const batches = p.batches === 1 ? '' : ` in ${p.batches} batches`
    const packed = p.compression === 'none' ? '' : `, ${p.compression}`
    const mark = marks?.get(`${p.topic}-${p.partition}`)
    return line(
      p.topic,
      p.partition,
      `${count(p.records, 'record')}${batches}, ${p.sizeInBytes} bytes${packed}${offsets}${mark === undefined ? '' : `, high watermark ${mark}`}`,
    )
  })

const epochWords = (epoch: number | undefined): string => (epoch === undefined || epoch < 0 ? '' : `, leader epoch ${epoch}`)

/** Only what failed: what succeeded says nothing. */
const failures = (items: readonly { readonly topic: string; readonly partition: number; readonly errorCode: number }[]): MessageLine[] =>
  items.flatMap((p) => (p.errorCode === 0 ? [] : [line(p.topic, p.partition, errorName(p.errorCode))]))

function responseWords(message: AnyResponse): MessageWords | undefined {
  switch (message.kind) {
    case 'LeaderAndIsr':
    case 'StopReplica': {
      const { errorCode, partitions } = message.body
      const failed = failures(partitions)
      if (errorCode !== 0) return words(`Refused: ${errorName(errorCode)}`, failed)
      return words(failed.length === 0 ? 'Done, for all partitions' : `Failed for ${count(failed.length, 'partition')}`, failed)
    }
    case 'UpdateMetadata':
      return words(message.body.errorCode === 0 ? 'Noted' : `Refused: ${errorName(message.body.errorCode)}`)
    case 'ControlledShutdown': {
      const { errorCode, remainingPartitions } = message.body
      const left = remainingPartitions.map((p) => line(p.topic, p.partition, ''))
      if (errorCode !== 0) return words(`Refused: ${errorName(errorCode)}`, left)
      return words(
        left.length === 0 ? 'You may go: you lead nothing any more' : `Not yet: you still lead ${count(left.length, 'partition')}`,
        left,
      )
    }
    case 'Produce': {
      const lines = message.body.responses.flatMap(({ topic, partitions }) =>
        partitions.map((p) =>
          line(topic, p.partition, p.errorCode === 0 ? `the first one got offset ${p.baseOffset}` : errorName(p.errorCode)),
        ),
      )
      const failed = message.body.responses.some((r) => r.partitions.some((p) => p.errorCode !== 0))
      return words(failed ? 'Refused, at least in part' : 'The records are taken', lines)
    }
    case 'Fetch': {
      const load = loadOf(message)
      if (load !== undefined && (message.body.errorCode ?? 0) === 0) {
        const marks = new Map(
          message.body.responses.flatMap((r) => r.partitions.map((p) => [`${r.topic}-${p.partition}`, p.highWatermark] as const)),
        )
        return words(`${count(load.records, 'record')}, ${load.sizeInBytes} bytes`, carried(load, true, marks))
      }
      const lines = message.body.responses.flatMap(({ topic, partitions }) =>
        partitions.map((p) => line(topic, p.partition, p.errorCode === 0 ? `high watermark ${p.highWatermark}` : errorName(p.errorCode))),
      )
      const error = message.body.errorCode ?? 0
      if (error !== 0) return words(errorName(error))
      return words(lines.length === 0 ? 'Nothing new' : `News of ${count(lines.length, 'partition')}`, lines)
    }
    case 'OffsetForLeaderEpoch': {
      const lines = message.body.topics.flatMap(({ topic, partitions }) =>
        partitions.map((p) =>
          line(topic, p.partition, p.errorCode === 0 ? `epoch ${p.leaderEpoch ?? '?'} ends at ${p.endOffset}` : errorName(p.errorCode)),
        ),
      )
      return words('Where epochs end in the leader’s log', lines)
    }
    case 'Metadata': {
      const { brokers, controllerId, topics } = message.body
      const lines = topics.flatMap((t) =>
        t.partitions.map((p) =>
          line(t.name, p.partition, p.errorCode === 0 ? `leader ${p.leaderId}, ISR ${list(p.isrNodes)}` : errorName(p.errorCode)),
        ),
      )
      return words(`Brokers ${list(brokers.map((b) => b.nodeId))}, controller ${controllerId ?? '?'}`, lines)
    }
    default:
      return undefined
  }
}

/** What a message says; undefined where its fields say it as well. */
export const kafkaWords = (message: KafkaMessage): MessageWords | undefined =>
  message.isRequest ? requestWords(message as AnyRequest) : responseWords(message as AnyResponse)
