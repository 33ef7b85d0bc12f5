// A segment's index of aborted transactions, there only when it has some (log/TransactionIndex.scala at 2.3.0). Entries of 34 bytes.
import type { Bytes } from '../../base/index.ts'
import { ByteReader, ByteWriter } from './byte-io.ts'

export const TXN_ENTRY = 34
export interface AbortedTxn {
  readonly version: number
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly lastStableOffset: number
}

export const appendAborted = (entries: Bytes, txn: Omit<AbortedTxn, 'version'>): Bytes =>
  entries.append(
    new ByteWriter(TXN_ENTRY)
      .int16(0)
      .int64(txn.producerId)
      .int64(txn.firstOffset)
      .int64(txn.lastOffset)
      .int64(txn.lastStableOffset)
      .toArray(),
  )
/** All entries, oldest first. */
export function abortedTxns(entries: Bytes): AbortedTxn[] {
  const input = new ByteReader(entries.view())
  const txns: AbortedTxn[] = []
  while (input.remaining >= TXN_ENTRY) {
    const version = input.int16()
    txns.push({
      version,
      producerId: input.int64(),
      firstOffset: input.int64(),
      lastOffset: input.int64(),
      lastStableOffset: input.int64(),
    })
  }
  return txns
}
/** Without the transactions that end at an offset or later. */
export function truncateAborted(entries: Bytes, offset: number): Bytes {
  const kept = abortedTxns(entries).findIndex((txn) => txn.lastOffset >= offset)
  return kept < 0 ? entries : entries.slice(0, kept * TXN_ENTRY)
}
