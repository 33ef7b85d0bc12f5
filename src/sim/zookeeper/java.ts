// Java's hash order and random numbers, where ZooKeeper lets them show: the order of children, of a session's ephemerals, session passwords.

import { PMap } from '../base/index.ts'
import type { NameSet } from './protocol/index.ts'

/** String.hashCode, spread as HashMap does it. */
export function javaHash(text: string): number {
  let h = 0
  for (let i = 0; i < text.length; i++) h = (Math.imul(31, h) + text.charCodeAt(i)) | 0
  return h ^ (h >>> 16)
}

/** An empty `new HashSet<String>(capacity)`; capacity a power of two. */
export const nameSet = (capacity: number): NameSet => Object.freeze({ capacity, next: 0, names: PMap.empty<number>() })

/** Capacity of a set for which none was asked. */
export const DEFAULT_CAPACITY = 16
/** Capacity of a znode's set of children (DataNode at release-3.5.5). */
export const CHILDREN_CAPACITY = 8

export function nameSetAdd(set: NameSet, name: string): NameSet {
  if (set.names.has(name)) return set
  const names = set.names.set(name, set.next)
  const capacity = names.size > set.capacity * 0.75 ? set.capacity * 2 : set.capacity
  return Object.freeze({ capacity, next: set.next + 1, names })
}

/** The table never shrinks. */
export function nameSetDelete(set: NameSet, name: string): NameSet {
  const names = set.names.delete(name)
  return names === set.names ? set : Object.freeze({ capacity: set.capacity, next: set.next, names })
}

/** The names in Java's order of iteration: by bucket, and within one by insertion (resizing keeps that). */
export function nameSetOrder(set: NameSet | undefined): string[] {
  if (!set) return []
  const mask = set.capacity - 1
  const entries = Array.from(set.names, ([name, inserted]) => ({ name, bucket: javaHash(name) & mask, inserted }))
  entries.sort((a, b) => a.bucket - b.bucket || a.inserted - b.inserted)
  return entries.map((entry) => entry.name)
}

export function nameSetOf(names: Iterable<string>, capacity: number): NameSet {
  let set = nameSet(capacity)
  for (const name of names) set = nameSetAdd(set, name)
  return set
}

const MASK_48 = (1n << 48n) - 1n

/** 32 hex digits of java.util.Random(seed).nextBytes(16). */
export function randomBytes16(seed: bigint): string {
  let state = (seed ^ 0x5deece66dn) & MASK_48
  let out = ''
  for (let i = 0; i < 4; i++) {
    state = (state * 0x5deece66dn + 0xbn) & MASK_48
    // nextInt gives the upper 32 bits; its bytes come lowest first.
    const value = Number(state >> 16n)
    for (let shift = 0; shift < 32; shift += 8) out += ((value >>> shift) & 0xff).toString(16).padStart(2, '0')
  }
  return out
}
