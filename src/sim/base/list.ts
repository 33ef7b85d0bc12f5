// A persistent append-only list of frozen chunks: two futures can append after the same past. Immer leaves it alone (a class without `immerable`).

const CHUNK = 32

/** An immutable list; `push` and `keepLast` give a new one that shares all but the last chunk. Positions are stable: a dropped front keeps the numbering. */
export class List<T> implements Iterable<T> {
  private constructor(
    private readonly chunks: readonly (readonly T[])[],
    private readonly tail: readonly T[],
    /** How many items came before `chunks[0]` and are no longer held. */
    readonly start: number,
    /** One past the last position: how many items were ever pushed. */
    readonly end: number,
  ) {}

  private static readonly EMPTY = new List<never>([], [], 0, 0)
  static empty<T>(): List<T> {
    return List.EMPTY
  }
  static of<T>(items: Iterable<T>): List<T> {
    let list = List.empty<T>()
    for (const item of items) list = list.push(item)
    return list
  }

  /** How many items are held. */
  get size(): number {
    return this.end - this.start
  }

  push(item: T): List<T> {
    if (this.tail.length < CHUNK) return new List(this.chunks, [...this.tail, item], this.start, this.end + 1)
    return new List([...this.chunks, this.tail], [item], this.start, this.end + 1)
  }

  /** The item at a position in [start, end), undefined elsewhere. */
  at(position: number): T | undefined {
    const i = position - this.start
    if (i < 0 || position >= this.end) return undefined
    const chunk = (i / CHUNK) | 0
    return chunk < this.chunks.length ? this.chunks[chunk]![i % CHUNK] : this.tail[i - this.chunks.length * CHUNK]
  }
  last(): T | undefined {
    return this.at(this.end - 1)
  }

  /** Drops whole chunks from the front as long as at least `count` items stay. */
  keepLast(count: number): List<T> {
    const drop = Math.min(this.chunks.length, Math.floor((this.size - count) / CHUNK))
    return drop > 0 ? new List(this.chunks.slice(drop), this.tail, this.start + drop * CHUNK, this.end) : this
  }

  /** The list as it was when `end` items had been pushed. Costs a copy of at most one chunk. */
  truncate(end: number): List<T> {
    if (end >= this.end) return this
    if (end <= this.start) return new List<T>([], [], end, end)
    const held = end - this.start
    const whole = Math.floor(held / CHUNK)
    const rest = held - whole * CHUNK
    const partial = whole < this.chunks.length ? this.chunks[whole]! : this.tail
    return new List(this.chunks.slice(0, whole), partial.slice(0, rest), this.start, end)
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.chunks) yield* chunk
    yield* this.tail
  }
  /** Items from a position on. */
  *from(position: number): Iterable<T> {
    for (let i = Math.max(position, this.start); i < this.end; i++) yield this.at(i)!
  }
  toArray(): T[] {
    return [...this]
  }
}
