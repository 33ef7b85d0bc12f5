// What kafka-dump-log.sh says of a log's files (tools/DumpLogSegments.scala at 2.3.0).
import type { Bytes } from '../../base/index.ts'
import type { Files } from '../../kernel/index.ts'
import {
  abortedTxns,
  batchAt,
  batchesOf,
  controlTypeId,
  controlTypeOf,
  CorruptRecord,
  decodeSnapshot,
  firstSequence,
  isValidBatch,
  lookupOffset,
  OFFSET_ENTRY,
  offsetEntry,
  readEndMarker,
  recordsOf,
  TIME_ENTRY,
  timeEntry,
  UnsupportedRecord,
  type Batch,
  type LogRecord,
} from '../../kafka/log/index.ts'
import { javaHash, scalaMutableMapOrder } from '../../kafka/protocol/index.ts'
import { UncaughtError } from '../kafka-tools/index.ts'
import { show } from './decoders.ts'
import type { DumpOptions } from './options.ts'

export interface DumpIo {
  readonly files: Pick<Files, 'resolve' | 'stat' | 'readBytes'>
  print(text: string): void
  printError(text: string): void
}
type Pair = readonly [number, number]
type Complaints = Map<string, Pair[]>
/** What is told once all files are through. Some lists are built from the front. */
interface Findings {
  readonly indexMismatches: Complaints
  readonly gaps: Complaints
  readonly timeMismatches: Complaints
  readonly outOfOrder: Complaints
  readonly notFound: Complaints
}
function complain(complaints: Complaints, file: string, pair: Pair, atFront = false): void {
  const before = complaints.get(file) ?? []
  complaints.set(file, atFront ? [pair, ...before] : [...before, pair])
}

/** Dumps all files; throws UncaughtError or CorruptRecord where the real tool ends with a trace. */
export function dumpFiles(io: DumpIo, options: DumpOptions): void {
  const findings: Findings = {
    indexMismatches: new Map(),
    gaps: new Map(),
    timeMismatches: new Map(),
    outOfOrder: new Map(),
    notFound: new Map(),
  }
  for (const given of options.files) {
    const path = given.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
    io.print(`Dumping ${path}\n`)
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!name.includes('.')) throw new UncaughtError('java.lang.StringIndexOutOfBoundsException', 'String index out of range: -1')
    dumpFile(io, options, findings, path, name)
  }
  tell(io, findings)
}
function dumpFile(io: DumpIo, options: DumpOptions, findings: Findings, path: string, name: string): void {
  switch (name.slice(name.lastIndexOf('.'))) {
    case '.log':
      return dumpLog(io, options, findings, path, baseOf(name))
    case '.index':
      return dumpIndex(io, options, findings, path, baseOf(name))
    case '.timeindex':
      return dumpTimeIndex(io, options, findings, path, baseOf(name))
    case '.snapshot':
      return dumpSnapshot(io, path)
    case '.txnindex':
      for (const t of abortedTxns(content(io, path)))
        io.print(
          `version: ${t.version} producerId: ${t.producerId} firstOffset: ${t.firstOffset} lastOffset: ${t.lastOffset} lastStableOffset: ${t.lastStableOffset}\n`,
        )
      return
    default:
      io.printError(`Ignoring unknown file ${path}\n`)
  }
}
function baseOf(name: string): number {
  const digits = name.split('.')[0]!
  if (!/^[+-]?\d+$/.test(digits)) throw new UncaughtError('java.lang.NumberFormatException', `For input string: "${digits}"`)
  return Number(digits)
}
function content(io: DumpIo, path: string): Bytes {
  const bytes = io.files.readBytes(path)
  if (bytes === undefined) throw new UncaughtError('java.nio.file.NoSuchFileException', path)
  return bytes
}
const sibling = (path: string, kind: string): string => {
  const slash = path.lastIndexOf('/')
  return path.slice(0, slash + 1) + path.slice(slash + 1).split('.')[0]! + kind
}

function tell(io: DumpIo, f: Findings): void {
  const each = (complaints: Complaints, head: (file: string) => string, line: (pair: Pair) => string): void => {
    for (const [file, pairs] of scalaMutableMapOrder([...complaints], ([name]) => javaHash(name))) {
      io.printError(`${head(file)}\n${pairs.map((pair) => `${line(pair)}\n`).join('')}`)
    }
  }
  each(f.indexMismatches, (file) => `Mismatches in :${file}`, ([index, log]) => `  Index offset: ${index}, log offset: ${log}`) // prettier-ignore
  each(f.timeMismatches, (file) => `Found timestamp mismatch in :${file}`, ([index, log]) => `  Index timestamp: ${index}, log timestamp: ${log}`) // prettier-ignore
  each(f.outOfOrder, (file) => `Found out of order timestamp in :${file}`, ([index, before]) => `  Index timestamp: ${index}, Previously indexed timestamp: ${before}`) // prettier-ignore
  each(f.notFound, () => 'The following indexed offsets are not found in the log.', ([index, log]) => `Indexed offset: ${index}, found log offset: ${log}`) // prettier-ignore
  each(
    f.gaps,
    (file) => `Non-consecutive offsets in ${file}`,
    ([first, second]) => `  ${first} is followed by ${second}`,
  )
}

// Logs

function dumpLog(io: DumpIo, options: DumpOptions, findings: Findings, path: string, base: number): void {
  io.print(`Starting offset: ${base}\n`)
  const bytes = content(io, path)
  let valid = 0
  let last = -1
  for (const batch of batchesOf(bytes)) {
    io.print(batchLine(batch, valid))
    if (options.deep) {
      for (const record of recordsOf(batch)) {
        if (last !== -1 && record.offset !== last + 1) complain(findings.gaps, io.files.resolve(path), [last, record.offset], true)
        last = record.offset
        io.print(recordLine(batch, record, options))
      }
    }
    valid += batch.sizeInBytes
  }
  const trailing = (io.files.stat(path)?.size ?? bytes.length) - valid
  if (trailing > 0) io.print(`Found ${trailing} invalid bytes at the end of ${path.slice(path.lastIndexOf('/') + 1)}\n`)
}
const batchLine = (b: Batch, position: number): string =>
  `baseOffset: ${b.baseOffset} lastOffset: ${b.lastOffset} count: ${b.count} baseSequence: ${b.baseSequence} lastSequence: ${b.lastSequence} ` +
  `producerId: ${b.producerId} producerEpoch: ${b.producerEpoch} partitionLeaderEpoch: ${b.partitionLeaderEpoch} isTransactional: ${b.isTransactional} ` +
  `isControl: ${b.isControl} position: ${position} ${b.timestampType}: ${b.maxTimestamp} size: ${b.sizeInBytes} magic: ${b.magic} ` +
  `compresscodec: ${b.compression} crc: ${b.crc} isvalid: ${isValidBatch(b)}\n`
function recordLine(batch: Batch, r: LogRecord, options: DumpOptions): string {
  const headers = r.headers.map((header) => header.key).join(',')
  const sizes = `keysize: ${r.key?.length ?? -1} valuesize: ${r.value?.length ?? -1}`
  let line = `| offset: ${r.offset} ${batch.timestampType}: ${r.timestamp} ${sizes} sequence: ${r.sequence} headerKeys: [${headers}]`
  if (batch.isControl) {
    const id = controlTypeId(r.key)
    const type = controlTypeOf(id)
    if (type === 'UNKNOWN') line += ` controlType: UNKNOWN(${id})`
    else line += ` endTxnMarker: ${type} coordinatorEpoch: ${readEndMarker(r).coordinatorEpoch}`
  } else if (options.printsData) {
    const { key, payload } = show(options.decoder, r)
    if (key !== undefined) line += ` key: ${key}`
    if (payload !== undefined) line += ` payload: ${payload}`
  }
  return line + '\n'
}

// Indexes

interface Index {
  readonly entries: Bytes
  /** Entries that are there; where space is given in advance, one of zeros after them. */
  readonly count: number
  readonly preallocated: boolean
  readonly length: number
}
function readIndex(io: DumpIo, path: string, entry: number): Index {
  const entries = content(io, path)
  const length = io.files.stat(path)?.size ?? entries.length
  const there = Math.floor(entries.length / entry)
  const preallocated = Math.floor(length / entry) > there
  return {
    entries: preallocated ? entries.append(new Uint8Array(entry)) : entries,
    count: preallocated ? there + 1 : there,
    preallocated,
    length,
  }
}

function dumpIndex(io: DumpIo, options: DumpOptions, findings: Findings, path: string, base: number): void {
  const log = content(io, sibling(path, '.log'))
  const index = readIndex(io, path, OFFSET_ENTRY)
  if (options.sanityOnly) return sane(io, path, index, OFFSET_ENTRY)
  for (let i = 0; i < index.count; i++) {
    const entry = offsetEntry(index.entries, base, i)
    if (entry.offset === base && i > 0) return
    const batch = batchAt(log.slice(0, entry.position + options.maxMessageSize), entry.position)
    if (batch === undefined) throw new UncaughtError('java.util.NoSuchElementException', '')
    if (batch.lastOffset !== entry.offset)
      complain(findings.indexMismatches, io.files.resolve(path), [entry.offset, batch.lastOffset], true)
    if (!options.verifyOnly) io.print(`offset: ${entry.offset} position: ${entry.position}\n`)
  }
}

function dumpTimeIndex(io: DumpIo, options: DumpOptions, findings: Findings, path: string, base: number): void {
  const log = content(io, sibling(path, '.log'))
  const offsets = readIndex(io, sibling(path, '.index'), OFFSET_ENTRY)
  const index = readIndex(io, path, TIME_ENTRY)
  if (options.sanityOnly) return sane(io, path, index, TIME_ENTRY)
  const file = io.files.resolve(path)
  let previous = -1
  for (let i = 0; i < index.count; i++) {
    const entry = timeEntry(index.entries, base, i)
    if (entry.offset === base && i > 0) return
    // Among the zeros of space given in advance, a search ends at the beginning.
    const position = offsets.preallocated ? 0 : lookupOffset(offsets.entries, base, entry.offset).position
    const batch = firstReaching(log, position, entry.offset)
    if (batch === undefined || batch.lastOffset !== entry.offset) complain(findings.notFound, file, [entry.offset, batch?.lastOffset ?? -1])
    else {
      const max = latestTimestamp(batch)
      if (max !== entry.timestamp) complain(findings.timeMismatches, file, [entry.timestamp, max])
      if (previous >= entry.timestamp) complain(findings.outOfOrder, file, [entry.timestamp, previous])
    }
    if (!options.verifyOnly) io.print(`timestamp: ${entry.timestamp} offset: ${entry.offset}\n`)
    previous = entry.timestamp
  }
}
/** Of its records; of those of a codec that is not modelled, what the header says. */
function latestTimestamp(batch: Batch): number {
  try {
    return recordsOf(batch).reduce((most, record) => Math.max(most, record.timestamp), -1)
  } catch (error) {
    if (error instanceof UnsupportedRecord) return batch.maxTimestamp
    throw error
  }
}
function firstReaching(log: Bytes, position: number, offset: number): Batch | undefined {
  for (const batch of batchesOf(log, position)) if (batch.lastOffset >= offset) return batch
  return undefined
}

/** The check of a broker's start: nothing but that the file holds whole entries that do not go back. */
function sane(io: DumpIo, path: string, index: Index, entry: number): void {
  if (index.length % entry === 0) return io.print(`${path} passed sanity check.\n`)
  const what = entry === OFFSET_ENTRY ? `Index file ${path} is corrupt, found` : `Time index file ${path} is corrupt, found`
  throw new UncaughtError(
    'kafka.log.CorruptIndexException',
    `${what} ${index.length} bytes which is neither positive nor a multiple of ${entry}.`,
  )
}

function dumpSnapshot(io: DumpIo, path: string): void {
  try {
    for (const p of decodeSnapshot(content(io, path).toArray())) {
      const txn = p.currentTxnFirstOffset === undefined ? 'None' : `Some(${p.currentTxnFirstOffset})`
      io.print(
        `producerId: ${p.producerId} producerEpoch: ${p.producerEpoch} coordinatorEpoch: ${p.coordinatorEpoch} currentTxnFirstOffset: ${txn} `,
      )
      const [b] = p.batches
      io.print(
        b === undefined
          ? '\n'
          : `firstSequence: ${firstSequence(b)} lastSequence: ${b.lastSequence} lastOffset: ${b.lastOffset} offsetDelta: ${b.offsetDelta} timestamp: ${b.timestamp}\n`,
      )
    }
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    io.printError(`${error.message}\n`)
  }
}
