// scala.collection.mutable.LongMap and AnyRefMap of 2.12: open addressing; walked from the first slot up. The metadata cache is made of them, so answers come in this order.
import { javaHash } from './hash-order.ts'

const spread = (h: number): number => {
  const x = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  return x ^ (x >>> 13)
}

/** Walks a table filled in order of insertion. `hash` of 0 stands apart (LongMap's key 0 comes first). */
function walk<T>(items: readonly T[], hashOf: (item: T) => number): T[] {
  let mask = 7
  let table: (T | undefined)[] = new Array<T | undefined>(8).fill(undefined)
  const put = (into: (T | undefined)[], item: T): void => {
    const m = into.length - 1
    let at = hashOf(item) & m
    for (let x = 1; into[at] !== undefined; x++) at = (at + 2 * (x + 1) * x - 3) & m
    into[at] = item
  }
  let size = 0
  for (const item of items) {
    put(table, item)
    size++
    if (size <= 0.5 * mask) continue
    mask = (mask << 1) + 1
    const old = table
    table = new Array<T | undefined>(mask + 1).fill(undefined)
    for (const kept of old) if (kept !== undefined) put(table, kept)
  }
  return table.filter((item): item is T => item !== undefined)
}

/** Items by a number as a LongMap gives them. */
export const scalaLongMapOrder = <T>(items: readonly T[], key: (item: T) => number): T[] => [
  ...items.filter((item) => key(item) === 0),
  ...walk(
    items.filter((item) => key(item) !== 0),
    (item) => spread(key(item)),
  ),
]

/** Items by a string as an AnyRefMap gives them. */
export const scalaAnyRefMapOrder = <T>(items: readonly T[], key: (item: T) => string): T[] =>
  walk(items, (item) => {
    const h = spread(javaHash(key(item))) & 0x7fffffff
    return h === 0 ? 0x41081989 : h
  })
