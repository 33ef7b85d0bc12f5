// In which order a real broker walks its hash maps and sets: it shows in ZooKeeper operations, requests and logs. Small immutable Scala collections keep the order of
// insertion; larger ones and mutable ones follow the hash (scala-library 2.12: HashMap, HashTable, FlatHashTable; java.util.HashMap).
import type { TopicPartition } from './topic-partition.ts'

/** java.lang.String.hashCode. */
export function javaHash(text: string): number {
  let h = 0
  for (let i = 0; i < text.length; i++) h = (Math.imul(31, h) + text.charCodeAt(i)) | 0
  return h
}
export const intHash = (n: number): number => n | 0
/** org.apache.kafka.common.TopicPartition.hashCode. */
export const tpHash = (tp: TopicPartition): number => (Math.imul(31, 31 + tp.partition) + javaHash(tp.topic)) | 0

const mix = (h: number, data: number): number => {
  let k = Math.imul(data, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  const x = h ^ k
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0
}
/** The hash that Scala gives a case class of these members' hashes (MurmurHash3.productHash). */
export function caseClassHash(members: readonly number[]): number {
  let h = 0xcafebabe | 0
  for (const m of members) h = mix(h, m)
  h ^= members.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
export const replicaHash = (r: TopicPartition & { readonly replica: number }): number => caseClassHash([tpHash(r), r.replica])

const reverseBytes = (v: number): number => (v << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24)
const byteswap32 = (v: number): number => Math.imul(reverseBytes(Math.imul(v, 0x9e3775cd)), 0x9e3775cd)
const rotateRight = (v: number, by: number): number => (v >>> by) | (v << (32 - by))
const log2 = (n: number): number => 31 - Math.clz32(n)

/** Hash of a Scala Map that is handed to Java, by its members' hashes (JavaConverters' MapWrapper). */
export const wrappedMapHash = (entries: readonly (readonly [key: number, value: number])[]): number =>
  entries.reduce((sum, [key, value]) => (sum + byteswap32(key) + (byteswap32(value) << 16)) | 0, 0)
/** That of `{"topic": …, "partition": …}`. */
export const tpJsonHash = (tp: TopicPartition): number =>
  wrappedMapHash([
    [javaHash('topic'), javaHash(tp.topic)],
    [javaHash('partition'), tp.partition],
  ])

type Hash<T> = (item: T) => number

/** Stable sort by a key. */
function sortBy<T>(items: readonly T[], key: (item: T) => number): T[] {
  return items
    .map((item, i) => ({ item, i, at: key(item) }))
    .sort((a, b) => a.at - b.at || a.i - b.i)
    .map((x) => x.item)
}

/** The trie of immutable HashMap and HashSet: by the five-bit digits of the improved hash, lowest first. */
function trieKey(hash: number): number {
  let h = hash
  h = (h + ~(h << 9)) | 0
  h ^= h >>> 14
  h = (h + (h << 4)) | 0
  h ^= h >>> 10
  let key = 0
  for (let digit = 0; digit < 7; digit++) key = key * 32 + ((h >>> (5 * digit)) & 31)
  return key
}

/** An immutable Scala Map or Set whose items were put in this order: up to four keep it. */
export const scalaOrder = <T>(items: readonly T[], hash: Hash<T>): T[] =>
  items.length <= 4 ? items.slice() : sortBy(items, (item) => trieKey(hash(item)))

/** The slot of a hash in a Scala mutable table of `length` (a power of two) slots. A map's seed is that of the table's first size, whatever it grew to. */
const slot = (hash: number, length: number, seed: number): number =>
  (rotateRight(byteswap32(hash), seed) >>> (32 - log2(length))) & (length - 1)

/** scala.collection.mutable.HashMap, of items in order of insertion: 16 chains, doubled beyond three quarters; walked from the last chain down, newest first in each. */
export function scalaMutableMapOrder<T>(items: readonly T[], hash: Hash<T>): T[] {
  let table: T[][] = emptyChains(16)
  items.forEach((item, i) => {
    table[slot(hash(item), table.length, 4)]!.unshift(item)
    if (i + 1 > Math.floor((table.length * 750) / 1000)) table = doubled(table, hash)
  })
  return table.reverse().flat()
}
const emptyChains = <T>(length: number): T[][] => Array.from({ length }, () => [])
function doubled<T>(old: T[][], hash: Hash<T>): T[][] {
  const table: T[][] = emptyChains(old.length * 2)
  for (let i = old.length - 1; i >= 0; i--) for (const item of old[i]!) table[slot(hash(item), table.length, 4)]!.unshift(item)
  return table
}

/** scala.collection.mutable.HashSet: open addressing in 32 slots, doubled when 45 % are taken, each time with a seed of the new size; walked upwards. */
export function scalaMutableSetOrder<T>(items: readonly T[], hash: Hash<T>): T[] {
  let table = new Array<T | undefined>(32).fill(undefined)
  items.forEach((item, i) => {
    insert(table, item, hash)
    if (i + 1 < Math.floor((table.length * 450) / 1000)) return
    const old = table
    table = new Array<T | undefined>(old.length * 2).fill(undefined)
    for (const moved of old) if (moved !== undefined) insert(table, moved, hash)
  })
  return table.filter((item): item is T => item !== undefined)
}
function insert<T>(table: (T | undefined)[], item: T, hash: Hash<T>): void {
  let i = slot(hash(item), table.length, log2(table.length))
  while (table[i] !== undefined) i = (i + 1) % table.length
  table[i] = item
}

/** java.util.HashMap: `capacity` buckets (the next power of two), doubled beyond three quarters; walked upwards, in order of insertion within one. */
export function javaMapOrder<T>(items: readonly T[], hash: Hash<T>, capacity = 16): T[] {
  let length = 1
  while (length < capacity) length *= 2
  while (items.length > length * 0.75) length *= 2
  return sortBy(items, (item) => {
    const h = hash(item)
    return (h ^ (h >>> 16)) & (length - 1)
  })
}
