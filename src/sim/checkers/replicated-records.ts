// What the runs' leaders have committed, batch by batch: the record against which replicas are held. Topics are left out from where Kafka 2.3.0 itself promises nothing any more.

import { batchesOf, readLog, type Log } from '../kafka/log/index.ts'
import { tpName, type TopicPartition } from '../kafka/protocol/index.ts'
import type { CommittedPartitions } from './committed-partitions.ts'

/** What tells a batch: the same on all replicas. */
export interface KnownBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly epoch: number
  readonly crc: number
}
export interface CommittedRecords {
  /** All below it is committed. */
  upTo: number
  /** By first offset. */
  readonly batches: Map<number, KnownBatch>
  /** An unclean election was held: what is lost then is not told. */
  unclean: boolean
}

const MOST = 0x7fff_ffff
/** The batches of a log that begin in [from, to). */
export function batchesIn(log: Log, from: number, to: number): KnownBatch[] {
  const out: KnownBatch[] = []
  let at = Math.max(from, log.logStartOffset)
  while (at < to) {
    const got = readLog(log, at, { maxOffset: undefined, maxBytes: MOST, minOneMessage: true })
    let next = at
    for (const b of got === undefined ? [] : batchesOf(got.records)) {
      if (b.baseOffset >= to) return out
      next = b.lastOffset + 1
      if (b.baseOffset >= from) out.push({ baseOffset: b.baseOffset, lastOffset: b.lastOffset, epoch: b.partitionLeaderEpoch, crc: b.crc })
    }
    if (next <= at) return out
    at = next
  }
  return out
}

export const sameBatch = (a: KnownBatch, b: KnownBatch): boolean => a.lastOffset === b.lastOffset && a.epoch === b.epoch && a.crc === b.crc
export const batchText = (b: KnownBatch): string => `${b.baseOffset}..${b.lastOffset} of epoch ${b.epoch}`

export class ReplicatedRecords {
  private readonly known = new Map<string, CommittedRecords>()

  constructor(private readonly partitions: CommittedPartitions) {}

  /**
   * What is committed of a partition; undefined when nothing is promised: the topic's name had another topic before, and brokers of this version cannot tell their logs apart
   * (KIP-516), or its leader had not been in sync.
   */
  of(tp: TopicPartition): CommittedRecords | undefined {
    const key = tpName(tp)
    let records = this.known.get(key)
    if (records === undefined) this.known.set(key, (records = { upTo: 0, batches: new Map(), unclean: false }))
    if (!records.unclean) {
      const states = this.partitions.of(tp.topic, tp.partition)
      const isPromised = (i: number): boolean => {
        const { before, leader, incarnation } = states[i]!
        return incarnation === states[0]!.incarnation && (before === undefined || leader < 0 || before.isr.includes(leader))
      }
      records.unclean = !states.every((_, i) => isPromised(i))
    }
    return records.unclean ? undefined : records
  }
  /** A leader has committed up to an offset. */
  commit(records: CommittedRecords, log: Log, to: number): void {
    for (const batch of batchesIn(log, records.upTo, to)) records.batches.set(batch.baseOffset, batch)
    records.upTo = Math.max(records.upTo, to)
  }
}
