// A persistent map from strings: a hash trie whose shape depends on its content alone, so equal maps iterate alike. Immer leaves it alone.

import { hashString } from './random.ts'

const BITS = 5
const MASK = 31

interface Leaf<V> {
  readonly hash: number
  readonly key: string
  readonly value: V
}
type Slot<V> = Leaf<V> | Branch<V> | Collision<V>
interface Branch<V> {
  readonly bitmap: number
  readonly slots: readonly Slot<V>[]
}
interface Collision<V> {
  readonly collision: readonly Leaf<V>[]
}

const popcount = (x: number): number => {
  let n = x - ((x >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
const isLeaf = <V>(slot: Slot<V>): slot is Leaf<V> => 'key' in slot
const isBranch = <V>(slot: Slot<V>): slot is Branch<V> => 'slots' in slot

function join<V>(a: Leaf<V>, b: Leaf<V>, shift: number): Slot<V> {
  if (shift > 30) return { collision: a.key < b.key ? [a, b] : [b, a] }
  const i = (a.hash >>> shift) & MASK
  const j = (b.hash >>> shift) & MASK
  if (i === j) return { bitmap: 1 << i, slots: [join(a, b, shift + BITS)] }
  return { bitmap: (1 << i) | (1 << j), slots: i < j ? [a, b] : [b, a] }
}

function set<V>(slot: Slot<V>, leaf: Leaf<V>, shift: number): Slot<V> {
  if (isLeaf(slot)) return slot.key === leaf.key ? leaf : join(slot, leaf, shift)
  if (!isBranch(slot)) {
    const rest = slot.collision.filter((l) => l.key !== leaf.key)
    return { collision: [...rest, leaf].sort((a, b) => (a.key < b.key ? -1 : 1)) }
  }
  const bit = 1 << ((leaf.hash >>> shift) & MASK)
  const at = popcount(slot.bitmap & (bit - 1))
  const slots = slot.slots.slice()
  if (slot.bitmap & bit) slots[at] = set(slots[at]!, leaf, shift + BITS)
  else slots.splice(at, 0, leaf)
  return { bitmap: slot.bitmap | bit, slots }
}

function remove<V>(slot: Slot<V>, hash: number, key: string, shift: number): Slot<V> | undefined {
  if (isLeaf(slot)) return slot.key === key ? undefined : slot
  if (!isBranch(slot)) {
    const rest = slot.collision.filter((l) => l.key !== key)
    return rest.length === 1 ? rest[0] : { collision: rest }
  }
  const bit = 1 << ((hash >>> shift) & MASK)
  if (!(slot.bitmap & bit)) return slot
  const at = popcount(slot.bitmap & (bit - 1))
  const child = remove(slot.slots[at]!, hash, key, shift + BITS)
  if (child === slot.slots[at]) return slot
  const slots = slot.slots.slice()
  if (child) slots[at] = child
  else slots.splice(at, 1)
  if (slots.length === 0) return undefined
  if (slots.length === 1 && !isBranch(slots[0]!)) return slots[0]
  return { bitmap: child ? slot.bitmap : slot.bitmap & ~bit, slots }
}

function* leaves<V>(slot: Slot<V>): Generator<Leaf<V>> {
  if (isLeaf(slot)) yield slot
  else for (const child of isBranch(slot) ? slot.slots : slot.collision) yield* leaves(child)
}

/** An immutable map with string keys; values should be frozen or themselves persistent. */
export class PMap<V> implements Iterable<readonly [string, V]> {
  private constructor(
    private readonly root: Slot<V> | undefined,
    readonly size: number,
  ) {}

  private static readonly EMPTY = new PMap<never>(undefined, 0)
  static empty<V>(): PMap<V> {
    return PMap.EMPTY as PMap<V>
  }
  static of<V>(entries: Iterable<readonly [string, V]>): PMap<V> {
    let map = PMap.empty<V>()
    for (const [key, value] of entries) map = map.set(key, value)
    return map
  }

  get(key: string): V | undefined {
    let slot = this.root
    let shift = 0
    const hash = hashString(key)
    while (slot !== undefined) {
      if (isLeaf(slot)) return slot.key === key ? slot.value : undefined
      if (!isBranch(slot)) return slot.collision.find((l) => l.key === key)?.value
      const bit = 1 << ((hash >>> shift) & MASK)
      if (!(slot.bitmap & bit)) return undefined
      slot = slot.slots[popcount(slot.bitmap & (bit - 1))]
      shift += BITS
    }
    return undefined
  }
  has(key: string): boolean {
    return this.get(key) !== undefined
  }
  /** `value` must not be undefined. */
  set(key: string, value: V): PMap<V> {
    const leaf: Leaf<V> = { hash: hashString(key), key, value }
    const isNew = !this.has(key)
    return new PMap(this.root ? set(this.root, leaf, 0) : { bitmap: 1 << (leaf.hash & MASK), slots: [leaf] }, this.size + (isNew ? 1 : 0))
  }
  delete(key: string): PMap<V> {
    if (!this.root || !this.has(key)) return this
    const root = remove(this.root, hashString(key), key, 0)
    if (!root) return PMap.empty<V>()
    // The root is always a branch, so that shape depends on content alone.
    return new PMap(isLeaf(root) ? { bitmap: 1 << (root.hash & MASK), slots: [root] } : root, this.size - 1)
  }
  *[Symbol.iterator](): Iterator<readonly [string, V]> {
    if (this.root) for (const leaf of leaves(this.root)) yield [leaf.key, leaf.value] as const
  }
  /** Keys in code-unit order. */
  sortedKeys(): string[] {
    return Array.from(this, ([key]) => key).sort()
  }
}
