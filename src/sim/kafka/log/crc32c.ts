// CRC-32C (Castagnoli): the checksum of batches and of producers' snapshots (utils/Crc32C.java at 2.3.0).

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1
  return c
})

/** Unsigned 32 bits. */
export function crc32c(data: Uint8Array): number {
  let c = -1
  for (let i = 0; i < data.length; i++) c = TABLE[(c ^ data[i]!) & 255]! ^ (c >>> 8)
  return ~c >>> 0
}
