// Snapshots of a log's producers: `OFFSET.snapshot` holds their state as of that offset (log/ProducerStateManager.scala at 2.3.0). 10 bytes when there are none.
import { Bytes } from '../../base/index.ts'
import { scalaMutableMapOrder } from '../protocol/index.ts'
import { ByteReader, ByteWriter, CorruptRecord, putInt32 } from './byte-io.ts'
import { crc32c } from './crc32c.ts'
import { PRODUCERS_LOGGER, type LogEnv } from './log-env.ts'
import {
  isExpired,
  isRetained,
  lastDataOffset,
  lastOffsetDelta,
  lastSequence,
  lastTimestamp,
  NO_PRODUCERS,
  type OngoingTxn,
  type ProducerEntry,
  type ProducerState,
} from './producer-state.ts'
import { SNAPSHOT_FILE, segmentName } from './segment.ts'

const VERSION = 1
const ENTRY = 46
/** transactional.id.expiration.ms: how long a producer that writes nothing is remembered. */
const EXPIRATION_MS = 604_800_000

/** The hash of a Long key in a Scala map. */
function longHash(n: number): number {
  const low = n | 0
  return low === n ? low : low ^ Math.floor(n / 4294967296)
}

export function encodeSnapshot(producers: readonly ProducerEntry[]): Uint8Array {
  const out = new ByteWriter(10 + producers.length * ENTRY)
  out.int16(VERSION).int32(0).int32(producers.length)
  for (const entry of scalaMutableMapOrder(producers, (p) => longHash(p.producerId))) {
    out.int64(entry.producerId).int16(entry.producerEpoch).int32(lastSequence(entry)).int64(lastDataOffset(entry))
    out.int32(lastOffsetDelta(entry)).int64(lastTimestamp(entry)).int32(entry.coordinatorEpoch)
    out.int64(entry.currentTxnFirstOffset ?? -1)
  }
  const data = out.toArray()
  putInt32(data, 2, crc32c(data.subarray(6)))
  return data
}

/** The producers in a snapshot. Throws CorruptRecord with the real one's words. */
export function decodeSnapshot(data: Uint8Array): ProducerEntry[] {
  const input = new ByteReader(data)
  const schema = (field: string, why: string) =>
    new CorruptRecord(`Snapshot failed schema validation: Error reading field '${field}': ${why}`)
  if (data.length < 10)
    throw schema(data.length < 2 ? 'version' : data.length < 6 ? 'crc' : 'producer_entries', 'java.nio.BufferUnderflowException')
  const version = input.int16()
  const crc = input.uint32()
  const count = input.int32()
  if (count < 0 || count * ENTRY > input.remaining) {
    throw schema('producer_entries', `Error reading array of size ${count}, only ${input.remaining} bytes available`)
  }
  if (version !== VERSION) throw new CorruptRecord(`Snapshot contained an unknown file version ${version}`)
  const computed = crc32c(data.subarray(6))
  if (computed !== crc)
    throw new CorruptRecord(`Snapshot is corrupt (CRC is no longer valid). Stored crc: ${crc}. Computed crc: ${computed}`)
  return Array.from({ length: count }, () => {
    const [producerId, producerEpoch, sequence, lastOffset] = [input.int64(), input.int16(), input.int32(), input.int64()]
    const [offsetDelta, timestamp, coordinatorEpoch, txn] = [input.int32(), input.int64(), input.int32(), input.int64()]
    const batch = Object.freeze({ lastSequence: sequence, lastOffset, offsetDelta, timestamp })
    const currentTxnFirstOffset = txn >= 0 ? txn : undefined
    return Object.freeze({ producerId, producerEpoch, coordinatorEpoch, currentTxnFirstOffset, batches: Object.freeze([batch]) })
  })
}

// Files

const fileOf = (path: string, offset: number): string => `${path}/${segmentName(offset)}${SNAPSHOT_FILE}`
/** Offsets of the snapshots that a log has, ascending. */
export const snapshotOffsets = (env: LogEnv, path: string): number[] =>
  (env.files.list(path) ?? []).filter((name) => name.endsWith(SNAPSHOT_FILE)).map((name) => Number(name.slice(0, name.indexOf('.'))))

export function deleteSnapshots(env: LogEnv, path: string, which: (offset: number) => boolean): void {
  for (const offset of snapshotOffsets(env, path)) if (which(offset)) env.files.remove(fileOf(path, offset))
}

/** Writes a snapshot of the state, unless there is one of this offset or a later one. */
export function takeSnapshot(env: LogEnv, path: string, name: string, state: ProducerState): ProducerState {
  if (state.mapEndOffset <= state.lastSnapshotOffset) return state
  env.say('INFO', PRODUCERS_LOGGER, `[ProducerStateManager partition=${name}] Writing producer snapshot at offset ${state.mapEndOffset}`)
  env.files.writeBytes(fileOf(path, state.mapEndOffset), Bytes.of(encodeSnapshot(state.producers)))
  return Object.freeze({ ...state, lastSnapshotOffset: state.mapEndOffset })
}

/** The state of the latest good snapshot; damaged ones are deleted. Without any, nothing as of the log's start. */
function loadSnapshot(env: LogEnv, path: string, name: string, logStartOffset: number): ProducerState {
  const prefix = `[ProducerStateManager partition=${name}] `
  for (const offset of snapshotOffsets(env, path).reverse()) {
    const file = fileOf(path, offset)
    try {
      env.say('INFO', PRODUCERS_LOGGER, `${prefix}Loading producer state from snapshot file '${file}'`)
      const all = decodeSnapshot((env.files.readBytes(file) ?? Bytes.empty()).toArray())
      const producers = all.filter((p) => isRetained(p, logStartOffset) && !isExpired(p, env.nowMs, EXPIRATION_MS))
      const ongoing = producers.flatMap((p): OngoingTxn[] => {
        const firstOffset = p.currentTxnFirstOffset
        return firstOffset === undefined ? [] : [{ producerId: p.producerId, firstOffset, lastOffset: undefined }]
      })
      ongoing.sort((a, b) => a.firstOffset - b.firstOffset)
      return Object.freeze({
        ...NO_PRODUCERS,
        producers: Object.freeze(producers),
        ongoing: Object.freeze(ongoing),
        mapEndOffset: offset,
        lastSnapshotOffset: offset,
      })
    } catch (error) {
      if (!(error instanceof CorruptRecord)) throw error
      env.say('WARN', PRODUCERS_LOGGER, `${prefix}Failed to load producer snapshot from '${file}': ${error.message}`)
      env.files.remove(file)
    }
  }
  return Object.freeze({ ...NO_PRODUCERS, mapEndOffset: logStartOffset, lastSnapshotOffset: logStartOffset })
}

/** The state when the log lies between two offsets now (truncateAndReload): from a snapshot, unless it is that of the end already. */
export function reloadProducers(
  env: LogEnv,
  path: string,
  name: string,
  state: ProducerState,
  logStartOffset: number,
  logEndOffset: number,
): ProducerState {
  deleteSnapshots(env, path, (offset) => offset > logEndOffset || offset <= logStartOffset)
  if (logEndOffset !== state.mapEndOffset) return loadSnapshot(env, path, name, logStartOffset)
  return truncateHead(env, path, state, logStartOffset)
}

/** The log starts later: producers whose last batch is gone are forgotten. */
export function truncateHead(env: LogEnv, path: string, state: ProducerState, logStartOffset: number): ProducerState {
  const producers = state.producers.filter((p) => isRetained(p, logStartOffset))
  const gone = state.producers.filter((p) => !isRetained(p, logStartOffset)).map((p) => p.producerId)
  deleteSnapshots(env, path, (offset) => offset < logStartOffset)
  return Object.freeze({
    producers: Object.freeze(producers),
    ongoing: Object.freeze(state.ongoing.filter((t) => !gone.includes(t.producerId))),
    unreplicated: Object.freeze(state.unreplicated.filter((t) => !(t.lastOffset !== undefined && t.lastOffset < logStartOffset))),
    mapEndOffset: Math.max(state.mapEndOffset, logStartOffset),
    lastSnapshotOffset: snapshotOffsets(env, path).at(-1) ?? logStartOffset,
  })
}
