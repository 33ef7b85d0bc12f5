// Codecs of batches: none and gzip; the others are known by name and refused (common/record/CompressionType.java at 2.3.0).
import { gunzipSync, gzipSync } from 'fflate'
import { CorruptRecord, UnsupportedRecord } from './byte-io.ts'

/** By their number in a batch's attributes. */
export const COMPRESSIONS = ['NONE', 'GZIP', 'SNAPPY', 'LZ4', 'ZSTD'] as const
export type Compression = (typeof COMPRESSIONS)[number]

/** What a batch may unfold to, in bytes. */
const LIMIT = 268_435_456

/** The library makes no difference between runs: no time is written into the header. */
export function compress(codec: Compression, data: Uint8Array): Uint8Array {
  if (codec === 'NONE') return data
  if (codec === 'GZIP') return gzipSync(data, { level: 6, mtime: 0 })
  throw new UnsupportedRecord(`compression ${codec.toLowerCase()} is not modelled; gzip is`)
}

export function decompress(codec: Compression, data: Uint8Array): Uint8Array {
  if (codec === 'NONE') return data
  if (codec !== 'GZIP') throw new UnsupportedRecord(`compression ${codec.toLowerCase()} is not modelled; gzip is`)
  const n = data.length
  const size = n < 18 ? LIMIT : ((data[n - 1]! << 24) | (data[n - 2]! << 16) | (data[n - 3]! << 8) | data[n - 4]!) >>> 0
  // The length at the end says how much is made ready: a wrong one must not take all memory.
  if (size >= LIMIT || size > n * 1100) throw new CorruptRecord('Failed to decompress record stream')
  try {
    return gunzipSync(data)
  } catch {
    throw new CorruptRecord('Failed to decompress record stream')
  }
}
