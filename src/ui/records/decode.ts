// What a file says, decoded: batches of a log, entries of its indexes, checkpoints, snapshots, ZooKeeper's transactions and trees; a page at a time. Pure.
import {
  abortedTxns,
  batchAt,
  Bytes,
  CorruptRecord,
  decodeCheckpoint,
  decodeSnapshot,
  isValidBatch,
  OFFSET_ENTRY,
  offsetEntry,
  readEndMarker,
  recordsOf,
  TIME_ENTRY,
  timeEntry,
  UnsupportedRecord,
  zkFile,
  type Batch,
  type File,
  type LogRecord,
  type ZkFile,
} from '../../sim/index.ts'
import { valueText } from './logs-view.ts'

/** How a file can be read. */
export type Kind = 'log' | 'index' | 'timeindex' | 'txnindex' | 'snapshot' | 'epochs' | 'checkpoint' | 'zookeeper' | 'text' | 'none'

/** By its name, as those who write it give it; names of files that wait to be deleted or swapped count as before. */
export function kindOf(path: string, file: File): Kind {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/(\.(deleted|cleaned|swap))+$/, '')
  const suffix = /^\d{20}\.(log|index|timeindex|txnindex|snapshot)$/.exec(name)?.[1]
  if (suffix !== undefined) return suffix as Kind
  if (zkFile(path, file) !== undefined) return 'zookeeper'
  if (name === 'leader-epoch-checkpoint') return 'epochs'
  if (/-offset-checkpoint$/.test(name)) return 'checkpoint'
  if (file.records !== undefined) return 'none'
  return isText(bytesOf(file)) ? 'text' : 'none'
}
export const bytesOf = (file: File): Bytes => file.bytes ?? Bytes.text(file.text)
/** Bytes looked at to tell text from other things. */
const PROBED = 2000
function isText(bytes: Bytes): boolean {
  for (const byte of bytes.view(0, Math.min(bytes.length, PROBED))) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return false
  return true
}
const baseOf = (path: string): number => Number(/(\d{20})\.\w+(?:\.\w+)*$/.exec(path)?.[1] ?? 0)

// Tables

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** All there are. */
  readonly total: number
  /** What is to be said besides. */
  readonly note: string
}
/** Rows of a page. */
export const PAGE = 100
const iso = (ms: number): string => (ms < 0 ? String(ms) : new Date(ms).toISOString().replace('T', ' ').replace('Z', ''))

function indexTable(
  entries: Bytes,
  entry: number,
  size: number,
  page: number,
  columns: readonly string[],
  row: (slot: number) => string[],
): Table {
  const total = Math.floor(entries.length / entry)
  const from = page * PAGE
  const rows = Array.from({ length: Math.max(0, Math.min(PAGE, total - from)) }, (_, i) => [String(from + i), ...row(from + i)])
  const rest = Math.floor(size / entry) - total
  const note =
    rest > 0 ? `${total} of ${total + rest} entries are taken: the rest is there in advance, zeros that take no room on the disk.` : ''
  return { columns: ['entry', ...columns], rows, total, note }
}
const plain = (columns: readonly string[], all: readonly (readonly string[])[], page: number, note = ''): Table => ({
  columns,
  rows: all.slice(page * PAGE, (page + 1) * PAGE),
  total: all.length,
  note,
})

/** A page of a file as a table; undefined for kinds that are none. Damaged files say so in `note`. */
export function tableOf(kind: Kind, path: string, file: File, page: number): Table | undefined {
  const bytes = bytesOf(file)
  switch (kind) {
    case 'index':
      return indexTable(bytes, OFFSET_ENTRY, file.size, page, ['offset', 'position'], (slot) => {
        const { offset, position } = offsetEntry(bytes, baseOf(path), slot)
        return [String(offset), String(position)]
      })
    case 'timeindex':
      return indexTable(bytes, TIME_ENTRY, file.size, page, ['timestamp', 'offset', 'time'], (slot) => {
        const { timestamp, offset } = timeEntry(bytes, baseOf(path), slot)
        return [String(timestamp), String(offset), iso(timestamp)]
      })
    case 'txnindex': {
      const rows = abortedTxns(bytes).map((t) => [t.producerId, t.firstOffset, t.lastOffset, t.lastStableOffset].map(String))
      return plain(['producer id', 'first offset', 'last offset', 'last stable offset'], rows, page)
    }
    case 'snapshot':
      return snapshotTable(bytes, page)
    case 'epochs': {
      const rows = linesOf(bytes).map((line) => line.split(' '))
      return plain(['leader epoch', 'starts at offset'], rows, page)
    }
    case 'checkpoint': {
      const rows = decodeCheckpoint(bytes.toText()).map((e) => [e.topic, String(e.partition), String(e.offset)])
      return plain(['topic', 'partition', 'offset'], rows, page)
    }
    case 'zookeeper':
      return zookeeperTable(zkFile(path, file)!, page)
    case 'log':
    case 'text':
    case 'none':
      return undefined
  }
}
/** Lines after version and count. */
const linesOf = (bytes: Bytes): string[] =>
  bytes
    .toText()
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')

function snapshotTable(bytes: Bytes, page: number): Table {
  const columns = [
    'producer id',
    'epoch',
    'last sequence',
    'last offset',
    'offset delta',
    'timestamp',
    'coordinator epoch',
    'open since offset',
  ]
  try {
    const rows = decodeSnapshot(bytes.toArray()).map((p) => {
      const last = p.batches.at(-1)
      const of = [last?.lastSequence, last?.lastOffset, last?.offsetDelta, last?.timestamp].map((n) => (n === undefined ? '' : String(n)))
      return [String(p.producerId), String(p.producerEpoch), ...of, String(p.coordinatorEpoch), String(p.currentTxnFirstOffset ?? '')]
    })
    return plain(columns, rows, page, rows.length === 0 ? 'No producer had an id up to this offset.' : '')
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    return plain(columns, [], page, error.message)
  }
}

type Body = Extract<ZkFile, { kind: 'log' }>['txns'] extends Iterable<infer T> ? (T extends { body: infer B } ? B : never) : never
function bodyText(body: Body): readonly [op: string, path: string, data: string] {
  switch (body.op) {
    case 'create':
      return [body.ephemeral ? 'create, ephemeral' : 'create', body.path, body.data ?? '']
    case 'setData':
      return [`setData, version ${body.version}`, body.path, body.data ?? '']
    case 'delete':
    case 'setACL':
    case 'check':
      return [body.op, body.path, '']
    case 'error':
      return [`error ${body.err}`, '', '']
    case 'createSession':
      return [`createSession, ${body.timeoutMs} ms`, '', '']
    case 'closeSession':
      return ['closeSession', '', '']
    case 'multi':
      return [`multi of ${body.txns.length}`, body.txns.map((t) => bodyText(t)[1]).join(' '), '']
  }
}
const hexId = (n: number): string => `0x${n.toString(16)}`
const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text)
function zookeeperTable(file: ZkFile, page: number): Table {
  const from = page * PAGE
  if (file.kind === 'log') {
    const { txns } = file
    const rows: string[][] = []
    for (let i = txns.start + from; i < Math.min(txns.end, txns.start + from + PAGE); i++) {
      const txn = txns.at(i)!
      const [op, path, data] = bodyText(txn.body)
      rows.push([hexId(txn.zxid), iso(txn.timeMs), `0x${txn.session}`, op, path, cut(data)])
    }
    const note = 'What the file says; its bytes are not modelled, its size is.'
    return { columns: ['zxid', 'time', 'session', 'what', 'path', 'data'], rows, total: txns.end - txns.start, note }
  }
  const { nodes, sessions, zxid } = file.content
  const paths = nodes.sortedKeys()
  const rows = paths.slice(from, from + PAGE).map((path) => [path || '/', hexId(nodes.get(path)!.mzxid), cut(nodes.get(path)!.data ?? '')])
  const note = `The tree as of zxid ${hexId(zxid)}, with ${sessions.size} sessions. What the file says; its bytes are not modelled, its size is.`
  return { columns: ['path', 'mzxid', 'data'], rows, total: paths.length, note }
}

// Batches

/** Batches of a page, and records listed of a batch. */
export const [BATCHES, LISTED] = [20, 50]
export interface BatchRow {
  readonly batch: Batch
  readonly valid: boolean
  /** At most `LISTED`. */
  readonly records: readonly LogRecord[]
  /** Why the records cannot be told. */
  readonly problem: string
}
export interface LogPage {
  readonly batches: readonly BatchRow[]
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined
  /** What ends the log before its end: bytes that are no batch. */
  readonly problem: string
}

const told = (error: unknown): string => {
  if (error instanceof CorruptRecord || error instanceof UnsupportedRecord) return error.message
  throw error
}
function batchRow(batch: Batch): BatchRow {
  try {
    return { batch, valid: isValidBatch(batch), records: recordsOf(batch).slice(0, LISTED), problem: '' }
  } catch (error) {
    return { batch, valid: isValidBatch(batch), records: [], problem: told(error) }
  }
}
/** The batches from a position on. */
export function logPage(bytes: Bytes, from: number): LogPage {
  const batches: BatchRow[] = []
  let at = from
  try {
    for (let batch = batchAt(bytes, at); batch !== undefined; batch = batchAt(bytes, at)) {
      if (batches.length === BATCHES) return { batches, next: at, problem: '' }
      batches.push(batchRow(batch))
      at += batch.sizeInBytes
    }
  } catch (error) {
    return { batches, next: undefined, problem: `At byte ${at}: ${told(error)}` }
  }
  return { batches, next: undefined, problem: at < bytes.length ? `From byte ${at} on there is no whole batch.` : '' }
}
/** Where the last page begins: each batch says how long it is, so none is decoded on the way. */
export function lastPage(bytes: Bytes): number {
  const starts: number[] = []
  let at = 0
  for (let n = 0; at + 17 <= bytes.length; n++) {
    const size = 12 + bytes.int32At(at + 8)
    if (size < 61 || at + size > bytes.length) break
    if (n % BATCHES === 0) starts.push(at)
    at += size
  }
  return starts.at(-1) ?? 0
}

/** A record in words: what a marker ends, or key and value. */
export function recordText(batch: Batch, record: LogRecord): { readonly key: string; readonly value: string; readonly headers: string } {
  const headers = record.headers.map((h) => `${h.key}: ${valueText(h.value, 60)}`).join(', ')
  if (!batch.isControl) return { key: valueText(record.key, 80), value: valueText(record.value, 400), headers }
  try {
    const { type, coordinatorEpoch } = readEndMarker(record)
    return { key: type, value: `ends a transaction, coordinator epoch ${coordinatorEpoch}`, headers }
  } catch (error) {
    return { key: valueText(record.key), value: told(error), headers }
  }
}
