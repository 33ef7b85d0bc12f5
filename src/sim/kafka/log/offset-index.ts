// A segment's offset index: at which byte of the log a batch begins, now and then (log/OffsetIndex.scala at 2.3.0). Entries of 8 bytes: offset relative to the
// segment's, position.
import type { Bytes } from '../../base/index.ts'
import { putInt32 } from './byte-io.ts'

export const OFFSET_ENTRY = 8
export interface OffsetPosition {
  readonly offset: number
  readonly position: number
}

/** The last of `count` ascending keys that is not above `target`; -1 when all are. */
export function lowerSlot(count: number, keyAt: (slot: number) => number, target: number): number {
  let low = -1
  let high = count - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (keyAt(middle) > target) high = middle - 1
    else low = middle
  }
  return low
}
const count = (entries: Bytes): number => Math.floor(entries.length / OFFSET_ENTRY)

export const offsetEntry = (entries: Bytes, baseOffset: number, slot: number): OffsetPosition => ({
  offset: baseOffset + entries.int32At(slot * OFFSET_ENTRY),
  position: entries.int32At(slot * OFFSET_ENTRY + 4),
})
/** The entry at or before an offset; the segment's beginning when there is none. */
export function lookupOffset(entries: Bytes, baseOffset: number, target: number): OffsetPosition {
  const slot = lowerSlot(count(entries), (i) => entries.int32At(i * OFFSET_ENTRY), target - baseOffset)
  return slot < 0 ? { offset: baseOffset, position: 0 } : offsetEntry(entries, baseOffset, slot)
}
export const lastIndexedOffset = (entries: Bytes, baseOffset: number): number =>
  entries.length === 0 ? baseOffset : offsetEntry(entries, baseOffset, count(entries) - 1).offset

/** The entries with one more: a larger offset than the last. */
export function appendOffsetEntry(entries: Bytes, baseOffset: number, offset: number, position: number): Bytes {
  const entry = new Uint8Array(OFFSET_ENTRY)
  putInt32(entry, 0, offset - baseOffset)
  putInt32(entry, 4, position)
  return entries.append(entry)
}
/** The entries below an offset. */
export function truncateOffsetIndex(entries: Bytes, baseOffset: number, offset: number): Bytes {
  const slot = lowerSlot(count(entries), (i) => entries.int32At(i * OFFSET_ENTRY), offset - baseOffset)
  if (slot < 0) return entries.slice(0, 0)
  const same = offsetEntry(entries, baseOffset, slot).offset === offset
  return entries.slice(0, (same ? slot : slot + 1) * OFFSET_ENTRY)
}
/** The first entry that begins at or after the end of a read of `size` bytes from a position; undefined when the index does not reach so far. */
export function upperBoundOffset(entries: Bytes, baseOffset: number, position: number, size: number): number | undefined {
  const n = count(entries)
  const slot = lowerSlot(n, (i) => entries.int32At(i * OFFSET_ENTRY + 4), position + size)
  if (slot >= 0 && entries.int32At(slot * OFFSET_ENTRY + 4) === position + size) return offsetEntry(entries, baseOffset, slot).offset
  return slot + 1 < n ? offsetEntry(entries, baseOffset, slot + 1).offset : undefined
}
