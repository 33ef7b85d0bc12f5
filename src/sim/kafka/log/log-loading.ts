// Finds a log on the disk: leftovers of what was interrupted are cleared up, segments opened, and after a stop that was not clean what may not have been flushed is read
// through (Log.loadSegments, recoverLog, LogSegment.recover at 2.3.0).
import { tpName, type TopicPartition } from '../protocol/index.ts'
import { CorruptRecord } from './byte-io.ts'
import {
  decodeEpochs,
  encodeEpochs,
  latestEpoch,
  assignEpoch,
  truncateEpochsFromEnd,
  truncateEpochsFromStart,
  type LeaderEpochs,
} from './leader-epochs.ts'
import { SEGMENT_LOGGER, type LogEnv } from './log-env.ts'
import type { LogSettings } from './log-settings.ts'
import { deleteSegmentLater, discardSegment, EPOCH_CHECKPOINT, folderOf, ownerOf, type Log } from './log.ts'
import { appendOffsetEntry } from './offset-index.ts'
import { NO_PRODUCERS, replayBatch, type ProducerState } from './producer-state.ts'
import { takeSnapshot } from './producer-snapshots.ts'
import { rebuildProducers } from './producer-loading.ts'
import { batchesOf, ensureValid } from './record-batch.ts'
import {
  CLEANED_FILE,
  createSegment,
  DELETED_FILE,
  fitsOffset,
  INDEX_FILE,
  LOG_FILE,
  nextOffsetOf,
  openSegment,
  renameSegment,
  resetIndexes,
  resizeIndexes,
  sayLog,
  sealSegment,
  segmentFile,
  segmentName,
  storeAborted,
  SWAP_FILE,
  TIME_INDEX_FILE,
  TXN_INDEX_FILE,
  withIndexes,
  type OpenSegment,
  type Segment,
} from './segment.ts'
import { writeCheckpointFile } from './storage.ts'
import { appendTimeEntry } from './time-index.ts'

export interface LoadOptions {
  readonly settings: LogSettings
  /** As the log directory's checkpoints have them, 0 when they do not. */
  readonly logStartOffset: number
  readonly recoveryPoint: number
  /** The broker stopped cleanly. */
  readonly clean: boolean
}
/** What is under way while a log is loaded. */
interface Loading extends TopicPartition {
  readonly env: LogEnv
  readonly dir: string
  readonly path: string
  readonly owner: string
  readonly options: LoadOptions
  segments: Segment[]
  epochs: LeaderEpochs
}
const INDEX_KINDS = [INDEX_FILE, TIME_INDEX_FILE, TXN_INDEX_FILE]
const isIndex = (name: string): boolean => INDEX_KINDS.some((kind) => name.endsWith(kind))
const offsetIn = (name: string): number => Number(name.slice(0, name.indexOf('.')))
const without = (name: string, suffix: string): string => name.slice(0, name.length - suffix.length)

function removeIndexes(l: Loading, baseOffset: number, suffix: string): void {
  sayLog(l.env, l.owner, `Deleting index files with suffix ${suffix} for baseFile ${l.path}/${segmentName(baseOffset)}${LOG_FILE}`)
  for (const kind of INDEX_KINDS) l.env.files.remove(segmentFile(l.path, { baseOffset, suffix }, kind))
}
/** Clears leftovers; gives the base offsets of segments that were about to be swapped in. */
function clearLeftovers(l: Loading): number[] {
  const { files } = l.env
  const swaps: number[] = []
  const cleaned: string[] = []
  for (const name of files.list(l.path) ?? []) {
    const file = `${l.path}/${name}`
    if (name.endsWith(DELETED_FILE)) files.remove(file)
    else if (name.endsWith(CLEANED_FILE)) cleaned.push(name)
    else if (name.endsWith(SWAP_FILE)) {
      sayLog(l.env, l.owner, `Found file ${file} from interrupted swap operation.`)
      const base = without(name, SWAP_FILE)
      if (isIndex(base)) removeIndexes(l, offsetIn(base), '')
      else if (base.endsWith(LOG_FILE)) {
        removeIndexes(l, offsetIn(base), '')
        swaps.push(offsetIn(base))
      }
    }
  }
  const least = cleaned.reduce((min, name) => Math.min(min, offsetIn(name)), Infinity)
  for (const offset of swaps.filter((o) => o >= least)) {
    removeIndexes(l, offset, SWAP_FILE)
    files.remove(segmentFile(l.path, { baseOffset: offset, suffix: SWAP_FILE }, LOG_FILE))
  }
  for (const name of cleaned) files.remove(`${l.path}/${name}`)
  return swaps.filter((o) => o < least)
}

/** Opens the segments that are there; one without an offset index is read through. */
function openSegments(l: Loading): void {
  const { files } = l.env
  for (const name of files.list(l.path) ?? []) {
    const file = `${l.path}/${name}`
    if (isIndex(name)) {
      const log = segmentFile(l.path, { baseOffset: offsetIn(name), suffix: '' }, LOG_FILE)
      if (files.stat(log) !== undefined) continue
      sayLog(l.env, l.owner, `Found an orphaned index file ${file}, with no corresponding log file.`, 'WARN')
      files.remove(file)
    } else if (name.endsWith(LOG_FILE)) {
      let segment = openSegment(l.env, l.path, offsetIn(name), l.options.settings)
      if (files.stat(segmentFile(l.path, segment, INDEX_FILE)) === undefined) {
        const text = `Could not find offset index file corresponding to log file ${file}, recovering segment and rebuilding index files...`
        sayLog(l.env, l.owner, text, 'ERROR')
        segment = recoverSegment(l, segment, false).segment
      } else if (files.stat(segmentFile(l.path, segment, TIME_INDEX_FILE)) === undefined) {
        segment = sealSegment(l.env, l.path, withIndexes(l.env, l.path, segment, l.options.settings), l.options.settings)
      }
      l.segments.push(segment)
    }
  }
}

/** Reads a segment through: its indexes are made anew, what is damaged at its end is cut off. Gives how many bytes went. */
function recoverSegment(l: Loading, before: Segment, keepsEpochs: boolean): { readonly segment: Segment; readonly truncated: number } {
  const { env, path } = l
  const name = tpName(l)
  let producers: ProducerState = NO_PRODUCERS
  const segments = l.segments
  const { logStartOffset } = l.options
  producers = rebuildProducers(env, { ...l, logStartOffset, segments }, producers, before.baseOffset, false)
  const { settings } = l.options
  const s = resetIndexes(before, settings)
  let { index, timeIndex } = s
  let max = s.maxTimestamp!
  let [valid, lastEntry] = [0, 0]
  try {
    for (const batch of batchesOf(s.log)) {
      ensureValid(batch)
      if (!fitsOffset(s, batch.lastOffset)) throw new CorruptRecord(`offset ${batch.lastOffset} does not fit the segment`)
      if (batch.maxTimestamp > max.timestamp) max = { timestamp: batch.maxTimestamp, offset: batch.lastOffset }
      if (valid - lastEntry > settings.indexIntervalBytes) {
        index = { ...index, entries: appendOffsetEntry(index.entries, s.baseOffset, batch.lastOffset, valid) }
        timeIndex = { ...timeIndex, entries: appendTimeEntry(timeIndex.entries, s.baseOffset, max.timestamp, max.offset) }
        lastEntry = valid
      }
      valid += batch.sizeInBytes
      const latest = latestEpoch(l.epochs)
      if (keepsEpochs && batch.partitionLeaderEpoch > 0 && (latest === undefined || batch.partitionLeaderEpoch > latest)) {
        l.epochs = assignEpoch(l.epochs, batch.partitionLeaderEpoch, batch.baseOffset)
      }
      producers = replayBatch(producers, batch, name)
    }
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    const text = `Found invalid messages in log segment ${segmentFile(path, s, LOG_FILE)} at byte offset ${valid}: ${error.message}.`
    env.say('WARN', SEGMENT_LOGGER, text)
  }
  const truncated = s.log.length - valid
  const cut: OpenSegment = Object.freeze({ ...s, index, timeIndex, log: s.log.slice(0, valid), maxTimestamp: max })
  if (truncated > 0) env.files.writeBytes(segmentFile(path, s, LOG_FILE), cut.log)
  const sealed = sealSegment(env, path, cut, settings)
  storeAborted(env, path, sealed)
  takeSnapshot(env, path, name, producers)
  return { segment: sealed, truncated }
}

/** Finishes what was being swapped in: it replaces what it was made of. */
function completeSwaps(l: Loading, swaps: readonly number[]): void {
  const { env, path } = l
  const { settings } = l.options
  for (const baseOffset of swaps) {
    const file = segmentFile(path, { baseOffset, suffix: SWAP_FILE }, LOG_FILE)
    sayLog(env, l.owner, `Found log file ${file} from interrupted swap operation, repairing.`)
    const { segment } = recoverSegment(l, openSegment(env, path, baseOffset, settings, SWAP_FILE), false)
    const next = nextOffsetOf(env, path, segment, settings)
    const replaced = l.segments.filter((s) => s.baseOffset < next && nextOffsetOf(env, path, s, settings) > baseOffset)
    for (const s of replaced) discardSegment(env, { ...l, settings }, s)
    const kept = l.segments.filter((s) => !replaced.includes(s) && s.baseOffset !== baseOffset)
    l.segments = [...kept, renameSegment(env, path, segment, settings, '')].sort((a, b) => a.baseOffset - b.baseOffset)
  }
}

/** Reads through what was not known to be flushed. After a damaged segment, those that follow go. */
function recoverUnflushed(l: Loading): void {
  const { env, path } = l
  const { settings, recoveryPoint } = l.options
  const from = Math.max(0, l.segments.filter((s) => s.baseOffset <= recoveryPoint).length - 1)
  for (let i = from; i < l.segments.length; i++) {
    const before = l.segments[i]!
    sayLog(env, l.owner, `Recovering unflushed segment ${before.baseOffset}`)
    const { segment, truncated } = recoverSegment(l, before, true)
    l.segments[i] = segment
    if (truncated === 0) continue
    const end = nextOffsetOf(env, path, segment, settings)
    sayLog(env, l.owner, `Corruption found in segment ${segment.baseOffset}, truncating to offset ${end}`, 'WARN')
    for (const s of l.segments.splice(i + 1)) deleteSegmentLater(env, { ...l, settings }, s)
  }
}
/** Loads a log, or makes a new one where the directory has none. */
export function loadLog(env: LogEnv, tp: TopicPartition, dir: string, options: LoadOptions): Log {
  const { topic, partition } = tp
  const place = { topic, partition, dir }
  const path = folderOf(place)
  const { settings } = options
  const checkpoint = `${path}/${EPOCH_CHECKPOINT}`
  env.files.mkdir(path)
  if (env.files.stat(checkpoint) === undefined) env.files.write(checkpoint, '')
  const stored = decodeEpochs(env.files.read(checkpoint) ?? '')
  const l: Loading = { ...place, env, path, owner: ownerOf(place), options, segments: [], epochs: stored }
  const swaps = clearLeftovers(l)
  openSegments(l)
  completeSwaps(l, swaps)
  if (!options.clean) recoverUnflushed(l)
  const lastOf = (): Segment => l.segments[l.segments.length - 1]!
  if (l.segments.length > 0) {
    const end = nextOffsetOf(env, path, lastOf(), settings)
    if (end < options.logStartOffset) {
      const why = 'This could happen if segment files were deleted from the file system.'
      const text = `Deleting all segments because logEndOffset (${end}) is smaller than logStartOffset (${options.logStartOffset}). ${why}`
      sayLog(env, l.owner, text, 'WARN')
      for (const s of l.segments.splice(0)) deleteSegmentLater(env, { ...l, settings }, s)
    }
  }
  if (l.segments.length === 0) l.segments.push(createSegment(env, path, options.logStartOffset, settings))
  const logEndOffset = nextOffsetOf(env, path, lastOf(), settings)
  l.segments[l.segments.length - 1] = resizeIndexes(env, path, lastOf(), settings)
  const logStartOffset = Math.max(options.logStartOffset, l.segments[0]!.baseOffset)
  const epochs = truncateEpochsFromStart(truncateEpochsFromEnd(l.epochs, logEndOffset), logStartOffset)
  if (epochs !== stored) writeCheckpointFile(env, checkpoint, encodeEpochs(epochs))
  const producers = rebuildProducers(env, { ...l, logStartOffset }, NO_PRODUCERS, logEndOffset, options.clean)
  const took = 1 + env.below(options.clean ? 20 : 40)
  const ends = `log start offset ${logStartOffset} and log end offset ${logEndOffset}`
  sayLog(env, l.owner, `Completed load of log with ${l.segments.length} segments, ${ends} in ${took} ms`)
  return Object.freeze({
    ...place,
    settings,
    closed: Object.freeze(l.segments.slice(0, -1)),
    active: lastOf(),
    logStartOffset,
    logEndOffset,
    recoveryPoint: logEndOffset,
    highWatermark: undefined,
    epochs,
    producers,
    lastFlushedMs: env.nowMs,
  })
}
