// Reading and writing the numbers of Kafka's formats: big-endian integers, zigzag varints (utils/ByteUtils.java at 2.3.0).

/** Bytes that are not what they should be: CorruptRecordException and its kin. Never a defect of ours. */
export class CorruptRecord extends Error {
  override readonly name = 'CorruptRecord'
}
/** Something right that is not modelled: old message formats, codecs. */
export class UnsupportedRecord extends Error {
  override readonly name = 'UnsupportedRecord'
}

const HIGH = 4294967296
/** Signed 64 bits as a number; refused beyond 2^53: offsets, times and ids of a run stay far below. */
function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new CorruptRecord(`a number beyond 2^53: ${value}`)
  return value
}

export class ByteReader {
  position = 0
  constructor(
    readonly data: Uint8Array,
    readonly end = data.length,
  ) {}
  get remaining(): number {
    return this.end - this.position
  }
  private take(n: number): number {
    const at = this.position
    if (n < 0 || at + n > this.end) throw new CorruptRecord('premature end of the data')
    this.position = at + n
    return at
  }
  int8(): number {
    return (this.data[this.take(1)]! << 24) >> 24
  }
  int16(): number {
    const at = this.take(2)
    return ((this.data[at]! << 24) >> 16) | this.data[at + 1]!
  }
  int32(): number {
    const [at, d] = [this.take(4), this.data]
    return (d[at]! << 24) | (d[at + 1]! << 16) | (d[at + 2]! << 8) | d[at + 3]!
  }
  uint32(): number {
    return this.int32() >>> 0
  }
  int64(): number {
    const high = this.int32()
    return exact(high * HIGH + this.uint32())
  }
  varint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const b = this.data[this.take(1)]!
      value |= (b & 127) << shift
      if (b < 128) return (value >>> 1) ^ -(value & 1)
      if (shift >= 28) throw new CorruptRecord('Varint is too long, the most significant bit in the 5th byte is set')
    }
  }
  varlong(): number {
    let low = 0
    // Seven bits a byte: the first four make a small number, what follows may need more.
    for (let shift = 0; shift < 28; shift += 7) {
      const b = this.data[this.take(1)]!
      low |= (b & 127) << shift
      if (b < 128) return (low >>> 1) ^ -(low & 1)
    }
    let value = BigInt(low)
    for (let shift = 28n; ; shift += 7n) {
      const b = this.data[this.take(1)]!
      value |= BigInt(b & 127) << shift
      if (b < 128) break
      if (shift >= 63n) throw new CorruptRecord('Varlong is too long, most significant bit in the 10th byte is set')
    }
    value = BigInt.asUintN(64, value)
    return exact(Number(value & 1n ? -((value + 1n) >> 1n) : value >> 1n))
  }
  /** Shared with the data. */
  bytes(n: number): Uint8Array {
    const at = this.take(n)
    return this.data.subarray(at, at + n)
  }
}

export const sizeOfVarint = (value: number): number => {
  const z = ((value << 1) ^ (value >> 31)) >>> 0
  return z < 0x80 ? 1 : z < 0x4000 ? 2 : z < 0x200000 ? 3 : z < 0x10000000 ? 4 : 5
}
const INT31 = 1073741824

export class ByteWriter {
  private data: Uint8Array
  length = 0
  constructor(room = 256) {
    this.data = new Uint8Array(room)
  }
  private grow(n: number): number {
    const at = this.length
    if (at + n > this.data.length) {
      const bigger = new Uint8Array(Math.max(this.data.length * 2, at + n))
      bigger.set(this.data.subarray(0, at))
      this.data = bigger
    }
    this.length = at + n
    return at
  }
  int8(value: number): this {
    const at = this.grow(1)
    this.data[at] = value
    return this
  }
  int16(value: number): this {
    const at = this.grow(2)
    this.data[at] = value >> 8
    this.data[at + 1] = value
    return this
  }
  int32(value: number): this {
    const at = this.grow(4)
    putInt32(this.data, at, value)
    return this
  }
  int64(value: number): this {
    const at = this.grow(8)
    putInt64(this.data, at, value)
    return this
  }
  varint(value: number): this {
    return this.varlong(value)
  }
  varlong(value: number): this {
    if (value >= -INT31 && value < INT31) {
      let z = ((value << 1) ^ (value >> 31)) >>> 0
      for (; z > 127; z >>>= 7) this.int8((z & 127) | 128)
      return this.int8(z)
    }
    let z = BigInt(value) * 2n
    if (value < 0) z = -z - 1n
    for (; z > 127n; z >>= 7n) this.int8(Number(z & 127n) | 128)
    return this.int8(Number(z))
  }
  bytes(bytes: Uint8Array): this {
    const at = this.grow(bytes.length)
    this.data.set(bytes, at)
    return this
  }
  /** What was written, as an array of its own. */
  toArray(): Uint8Array {
    return this.length === this.data.length ? this.data : this.data.slice(0, this.length)
  }
  /** What was written, in a larger array: nothing may be written after. */
  view(from = 0): Uint8Array {
    return this.data.subarray(from, this.length)
  }
}

export function putInt16(data: Uint8Array, at: number, value: number): void {
  data[at] = value >> 8
  data[at + 1] = value
}
export function putInt32(data: Uint8Array, at: number, value: number): void {
  data[at] = value >> 24
  data[at + 1] = value >> 16
  data[at + 2] = value >> 8
  data[at + 3] = value
}
export function putInt64(data: Uint8Array, at: number, value: number): void {
  const high = Math.floor(value / HIGH)
  putInt32(data, at, high)
  putInt32(data, at + 4, value - high * HIGH)
}
