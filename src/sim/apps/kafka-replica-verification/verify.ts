// Comparing what replicas gave: batch by batch up to the high watermark (tools/ReplicaVerificationTool.scala, ReplicaBuffer.verifyCheckSum, at 2.3.0).
import { batchAt, type Batch } from '../../kafka/log/index.ts'
import { javaMapOrder, tpHash, tpName, type Records, type TopicPartition } from '../../kafka/protocol/index.ts'

/** What a replica gave of a partition. */
export interface Fetched {
  readonly replica: number
  readonly highWatermark: number
  readonly records: Records | null
}
export interface Compared extends TopicPartition {
  /** Where the next fetch begins. */
  offset: number
  /** By replica, as they came. */
  fetched: Fetched[]
}
export interface Verdict {
  readonly lines: readonly string[]
  /** Replicas are apart: the tool ends. */
  readonly isOver: boolean
  /** The partition that is furthest behind. */
  readonly maxLag: number
  readonly at: { readonly name: string; readonly offset: number } | undefined
}

/** Moves each partition on as far as its replicas agree, and says where they do not. */
export function verify(partitions: readonly Compared[]): Verdict {
  const lines: string[] = []
  let maxLag = -1
  let at: Verdict['at']
  for (const tp of javaMapOrder(partitions, tpHash)) {
    const replicas = [...tp.fetched].sort((a, b) => a.replica - b.replica)
    const isOver = compare(tp, replicas, lines)
    if (isOver) return { lines, isOver, maxLag, at }
    const lag = Math.max(...replicas.map((r) => r.highWatermark)) - tp.offset
    if (lag > maxLag) {
      maxLag = lag
      at = { name: tpName(tp), offset: tp.offset }
    }
    tp.fetched = []
  }
  return { lines, isOver: false, maxLag, at }
}
function compare(tp: Compared, replicas: readonly Fetched[], lines: string[]): boolean {
  const places = replicas.map(() => 0)
  for (let all = true; all;) {
    let first: { readonly replica: number; readonly batch: Batch } | undefined
    for (const [i, { replica, records, highWatermark }] of replicas.entries()) {
      const batch = records === null ? undefined : batchAt(records, places[i]!)
      if (batch === undefined) {
        all = false
        continue
      }
      places[i] = places[i]! + batch.sizeInBytes
      if (batch.lastOffset >= highWatermark) all = false
      else if (first === undefined) first = { replica, batch }
      else if (first.batch.lastOffset !== batch.lastOffset) {
        const [one, other] = [
          `replica ${first.replica}'s offset ${first.batch.lastOffset}`,
          `replica ${replica}'s offset ${batch.lastOffset}`,
        ]
        lines.push(`partition ${tpName(tp)}: ${one} doesn't match ${other}`)
        return true
      } else if (first.batch.crc !== batch.crc) {
        const sums = `replica ${first.replica}'s checksum ${first.batch.crc}; replica ${replica}'s checksum ${batch.crc}`
        lines.push(`partition ${tpName(tp)} has unmatched checksum at offset ${batch.lastOffset}; ${sums}`)
      }
    }
    if (all && first !== undefined) tp.offset = first.batch.lastOffset + 1
    else all = false
  }
  return false
}
