// A segment's time index: from which offset on records are younger, now and then (log/TimeIndex.scala at 2.3.0). Entries of 12 bytes: timestamp, the offset that has
// it, relative to the segment's.
import type { Bytes } from '../../base/index.ts'
import { putInt32, putInt64 } from './byte-io.ts'
import { lowerSlot } from './offset-index.ts'
import { NO_TIMESTAMP } from './record-batch.ts'

export const TIME_ENTRY = 12
export interface TimestampOffset {
  readonly timestamp: number
  readonly offset: number
}
const count = (entries: Bytes): number => Math.floor(entries.length / TIME_ENTRY)

export const timeEntry = (entries: Bytes, baseOffset: number, slot: number): TimestampOffset => ({
  timestamp: entries.int64At(slot * TIME_ENTRY),
  offset: baseOffset + entries.int32At(slot * TIME_ENTRY + 8),
})
export const lastTimeEntry = (entries: Bytes, baseOffset: number): TimestampOffset =>
  entries.length === 0 ? { timestamp: NO_TIMESTAMP, offset: baseOffset } : timeEntry(entries, baseOffset, count(entries) - 1)

/** The entries with one more, unless its time is not after the last. */
export function appendTimeEntry(entries: Bytes, baseOffset: number, timestamp: number, offset: number): Bytes {
  if (timestamp <= lastTimeEntry(entries, baseOffset).timestamp) return entries
  const entry = new Uint8Array(TIME_ENTRY)
  putInt64(entry, 0, timestamp)
  putInt32(entry, 8, offset - baseOffset)
  return entries.append(entry)
}
/** The entry at or before a time; no timestamp and the segment's beginning when there is none. */
export function lookupTime(entries: Bytes, baseOffset: number, timestamp: number): TimestampOffset {
  const slot = lowerSlot(count(entries), (i) => entries.int64At(i * TIME_ENTRY), timestamp)
  return slot < 0 ? { timestamp: NO_TIMESTAMP, offset: baseOffset } : timeEntry(entries, baseOffset, slot)
}
/** The entries of offsets below one. */
export function truncateTimeIndex(entries: Bytes, baseOffset: number, offset: number): Bytes {
  const slot = lowerSlot(count(entries), (i) => entries.int32At(i * TIME_ENTRY + 8), offset - baseOffset)
  if (slot < 0) return entries.slice(0, 0)
  const same = timeEntry(entries, baseOffset, slot).offset === offset
  return entries.slice(0, (same ? slot : slot + 1) * TIME_ENTRY)
}
