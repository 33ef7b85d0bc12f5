// Which partition a record goes to: by its key, else round robin over those with a leader (DefaultPartitioner.java, Utils.murmur2 at 2.3.0).
import type { PartitionInfo } from '../metadata.ts'

const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

/** Signed 32 bits. */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  let h = SEED ^ length
  let i = 0
  for (; i + 4 <= length; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    k = Math.imul(k, M)
    k ^= k >>> R
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  const left = length - i
  if (left === 3) h ^= data[i + 2]! << 16
  if (left >= 2) h ^= data[i + 1]! << 8
  if (left >= 1) h = Math.imul(h ^ data[i]!, M)
  h ^= h >>> 13
  h = Math.imul(h, M)
  return h ^ (h >>> 15)
}

/** The partition of a key; all partitions count, led or not. */
export const partitionForKey = (key: Uint8Array, partitions: number): number => (murmur2(key) & 0x7fffffff) % partitions

/** The partition of a record without a key. `counter` grows by one with each such record of a topic. */
export function partitionForNone(counter: number, partitions: readonly PartitionInfo[], hasLeader: (p: PartitionInfo) => boolean): number {
  const available = partitions.filter(hasLeader)
  const n = counter & 0x7fffffff
  return available.length > 0 ? available[n % available.length]!.partition : n % partitions.length
}
