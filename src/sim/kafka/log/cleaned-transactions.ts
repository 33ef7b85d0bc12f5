// Which transactional batches and markers compaction may drop (LogCleaner.scala, CleanedTransactionMetadata at 2.3.0).
import { Bytes } from '../../base/index.ts'
import { controlTypeId, controlTypeOf } from './control-record.ts'
import { recordsOf, type Batch } from './record-batch.ts'
import { abortedTxns, appendAborted, type AbortedTxn } from './transaction-index.ts'

/** Lives while one log is cleaned; never kept in a state. */
export class CleanedTransactions {
  private pending: AbortedTxn[] = []
  private readonly committed = new Set<number>()
  private readonly aborted = new Map<number, { readonly txn: AbortedTxn; seen: boolean }>()
  private kept = Bytes.empty()

  add(entries: Bytes): void {
    this.pending = [...this.pending, ...abortedTxns(entries)].sort((a, b) => a.firstOffset - b.firstOffset)
  }
  private upTo(offset: number): void {
    while (this.pending.length > 0 && this.pending[0]!.firstOffset <= offset) {
      const txn = this.pending.shift()!
      if (!this.aborted.has(txn.producerId)) this.aborted.set(txn.producerId, { txn, seen: false })
    }
  }
  /** May the marker go? It may once nothing of its transaction is left. */
  onControlBatch(batch: Batch): boolean {
    this.upTo(batch.lastOffset)
    const record = recordsOf(batch)[0]
    if (record === undefined) return true
    const type = controlTypeOf(controlTypeId(record.key))
    if (type === 'COMMIT') return !this.committed.delete(batch.producerId)
    if (type !== 'ABORT') return false
    const found = this.aborted.get(batch.producerId)
    this.aborted.delete(batch.producerId)
    if (found?.seen !== true) return true
    const { producerId, firstOffset, lastOffset, lastStableOffset } = found.txn
    this.kept = appendAborted(this.kept, { producerId, firstOffset, lastOffset, lastStableOffset })
    return false
  }
  /** May the batch go? It may when its transaction was aborted. */
  onBatch(batch: Batch): boolean {
    this.upTo(batch.lastOffset)
    if (!batch.isTransactional) return false
    const found = this.aborted.get(batch.producerId)
    if (found === undefined) this.committed.add(batch.producerId)
    else found.seen = true
    return found !== undefined
  }
  /** Entries of transactions whose markers stayed, for the cleaned segment's own index. */
  takeKept(): Bytes {
    const { kept } = this
    this.kept = Bytes.empty()
    return kept
  }
}
