// A persistent sequence of bytes that grows at its end: what a binary file holds. Two futures can append after the same past. Immer leaves it alone (a class without
// `immerable`).

/** Bytes of a full chunk; a power of two. */
const CHUNK = 65536
const SHIFT = 16
const MASK = CHUNK - 1
/** The least room a tail has. */
const LEAST = 64

/** `used` bytes of `data` are taken. What is taken never changes; only the newest value that ends there may take more. */
interface Chunk {
  readonly data: Uint8Array
  used: number
  /** Of a full chunk, once it was asked for. */
  hash: readonly [number, number] | undefined
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const chunkOf = (data: Uint8Array, used: number): Chunk => ({ data, used, hash: undefined })

// Two polynomials mod 2^32: the hash of a sequence follows from those of its parts, however it is cut.
const [P, Q] = [0x01000193, 0x85ebca6b]
const power = (base: number, exponent: number): number => {
  let result = 1
  for (let b = base, e = exponent; e > 0; e = Math.floor(e / 2), b = Math.imul(b, b)) if (e % 2 === 1) result = Math.imul(result, b)
  return result
}
const [P_CHUNK, Q_CHUNK] = [power(P, CHUNK), power(Q, CHUNK)]
const [P2, P3, P4] = [power(P, 2), power(P, 3), power(P, 4)]
const [Q2, Q3, Q4] = [power(Q, 2), power(Q, 3), power(Q, 4)]
function hashRange(data: Uint8Array, from: number, to: number): readonly [number, number] {
  let a = 0
  let b = 0
  let i = from
  // Four at a time: a processor does their products side by side.
  for (; i + 4 <= to; i += 4) {
    const [d0, d1, d2, d3] = [data[i]!, data[i + 1]!, data[i + 2]!, data[i + 3]!]
    a = (Math.imul(a, P4) + Math.imul(d0 + 1, P3) + Math.imul(d1 + 1, P2) + Math.imul(d2 + 1, P) + d3 + 1) | 0
    b = (Math.imul(b, Q4) + Math.imul(d0 + 7, Q3) + Math.imul(d1 + 7, Q2) + Math.imul(d2 + 7, Q) + d3 + 7) | 0
  }
  for (; i < to; i++) {
    a = (Math.imul(a, P) + data[i]! + 1) | 0
    b = (Math.imul(b, Q) + data[i]! + 7) | 0
  }
  return [a, b]
}

/** Immutable; its hash is worked out once. Appending costs the appended bytes (amortised), a slice nothing; positions count from 0. */
export class Bytes {
  private hashed: readonly [number, number] | undefined

  private constructor(
    /** All but the last are full; the first may be entered at `front`. */
    private readonly chunks: readonly Chunk[],
    private readonly front: number,
    readonly length: number,
  ) {}

  private static readonly EMPTY = new Bytes([], 0, 0)
  static empty(): Bytes {
    return Bytes.EMPTY
  }
  /** Takes the array over: it must not change any more. */
  static of(data: Uint8Array): Bytes {
    if (data.length === 0) return Bytes.EMPTY
    const chunks: Chunk[] = []
    for (let at = 0; at < data.length; at += CHUNK) {
      const part = data.subarray(at, at + CHUNK)
      chunks.push(chunkOf(part, part.length))
    }
    return new Bytes(chunks, 0, data.length)
  }
  /** UTF-8. */
  static text(text: string): Bytes {
    return Bytes.of(encoder.encode(text))
  }

  append(more: Uint8Array | Bytes): Bytes {
    if (more.length === 0) return this
    if (!(more instanceof Bytes)) return this.appendArray(more)
    if (this.length === 0) return more
    const shared = this.sharing(more)
    if (shared !== undefined) return shared
    let result: Bytes = this // eslint-disable-line @typescript-eslint/no-this-alias
    for (const part of more.parts()) result = result.appendArray(part)
    return result
  }
  /**
   * What comes of appending without copying: `more` lies in its chunks just where it would in ours, and what is before it there is what we have. So a log that follows another
   * byte by byte takes no room of its own.
   */
  private sharing(more: Bytes): Bytes | undefined {
    const end = this.front + this.length
    const [index, inside] = [end >> SHIFT, end & MASK]
    if (more.front !== inside) return undefined
    const [mine, theirs] = [this.chunks[index], more.chunks[0]!]
    if (inside > 0 && mine !== theirs) {
      const from = index === 0 ? this.front : 0
      for (let i = inside - 1; i >= from; i--) if (mine!.data[i] !== theirs.data[i]) return undefined
    }
    return new Bytes([...this.chunks.slice(0, index), ...more.chunks], this.front, this.length + more.length)
  }
  private appendArray(more: Uint8Array): Bytes {
    let { chunks } = this
    let end = this.front + this.length
    let at = 0
    while (at < more.length) {
      const index = end >> SHIFT
      const inside = end & MASK
      const take = Math.min(more.length - at, CHUNK - inside)
      let last = index < chunks.length ? chunks[index]! : undefined
      if (last === undefined || last.used !== inside || last.data.length < inside + take) {
        let room = LEAST
        while (room < inside + take) room *= 2
        const data = new Uint8Array(room)
        if (last !== undefined) data.set(last.data.subarray(0, inside))
        last = chunkOf(data, inside)
        chunks = [...chunks.slice(0, index), last]
      }
      last.data.set(at === 0 && take === more.length ? more : more.subarray(at, at + take), inside)
      last.used = inside + take
      at += take
      end += take
    }
    return new Bytes(chunks, this.front, end - this.front)
  }

  /** The bytes in [from, to), shared. */
  slice(from: number, to = this.length): Bytes {
    const [a, b] = [Math.max(0, from), Math.min(this.length, to)]
    if (a >= b) return Bytes.EMPTY
    if (a === 0 && b === this.length) return this
    const start = this.front + a
    const [first, last] = [Math.floor(start / CHUNK), Math.floor((this.front + b - 1) / CHUNK)]
    const chunks = first === 0 && last === this.chunks.length - 1 ? this.chunks : this.chunks.slice(first, last + 1)
    return new Bytes(chunks, start - first * CHUNK, b - a)
  }

  /** Undefined outside. */
  at(position: number): number | undefined {
    if (position < 0 || position >= this.length) return undefined
    const p = this.front + position
    return this.chunks[p >> SHIFT]!.data[p & MASK]
  }
  /** Signed, big-endian; the four bytes must be there. */
  int32At(position: number): number {
    const p = this.front + position
    const { data } = this.chunks[p >> SHIFT]!
    const i = p & MASK
    if (i + 4 <= CHUNK) return (data[i]! << 24) | (data[i + 1]! << 16) | (data[i + 2]! << 8) | data[i + 3]!
    return (this.at(position)! << 24) | (this.at(position + 1)! << 16) | (this.at(position + 2)! << 8) | this.at(position + 3)!
  }
  /** Signed, big-endian; inexact beyond 2^53. */
  int64At(position: number): number {
    return this.int32At(position) * 4294967296 + (this.int32At(position + 4) >>> 0)
  }

  /** The bytes in [from, to) as one array: shared where they lie together, else a copy. It must not be changed. */
  view(from = 0, to = this.length): Uint8Array {
    const [a, b] = [Math.max(0, from), Math.min(this.length, to)]
    if (a >= b) return new Uint8Array(0)
    const start = this.front + a
    const index = start >> SHIFT
    if (this.front + b <= (index + 1) * CHUNK) return this.chunks[index]!.data.subarray(start & MASK, (start & MASK) + b - a)
    return this.slice(a, b).toArray()
  }
  /** A copy. */
  toArray(): Uint8Array {
    const out = new Uint8Array(this.length)
    let at = 0
    for (const part of this.parts()) {
      out.set(part, at)
      at += part.length
    }
    return out
  }
  /** As UTF-8; what is none becomes U+FFFD. */
  toText(): string {
    return decoder.decode(this.view())
  }
  *parts(): Iterable<Uint8Array> {
    let left = this.length
    let from = this.front
    for (const { data } of this.chunks) {
      if (left <= 0) return
      const part = data.subarray(from, Math.min(CHUNK, from + left))
      yield part
      left -= part.length
      from = 0
    }
  }

  equals(other: Bytes): boolean {
    if (this.length !== other.length) return false
    if (this === other) return true
    const [a, b] = [this.view(), other.view()]
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
    return true
  }
  /** Depends on the bytes alone, not on how they came together. Full chunks are hashed once. */
  hash(): readonly [number, number] {
    return (this.hashed ??= this.makeHash())
  }
  private makeHash(): readonly [number, number] {
    let a = 0
    let b = 0
    let left = this.length
    let from = this.front
    for (const chunk of this.chunks) {
      if (left <= 0) break
      const to = Math.min(CHUNK, from + left)
      const whole = from === 0 && to === CHUNK
      const [x, y] = whole ? (chunk.hash ??= hashRange(chunk.data, 0, CHUNK)) : hashRange(chunk.data, from, to)
      a = (Math.imul(a, whole ? P_CHUNK : power(P, to - from)) + x) | 0
      b = (Math.imul(b, whole ? Q_CHUNK : power(Q, to - from)) + y) | 0
      left -= to - from
      from = 0
    }
    return [a, b]
  }
}
