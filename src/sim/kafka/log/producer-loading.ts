// Rebuilds what a log knows of its producers: from the last snapshot on, out of the batches (Log.rebuildProducerState at 2.3.0).
import { tpName, type TopicPartition } from '../protocol/index.ts'
import { LOG_LOGGER, type LogEnv } from './log-env.ts'
import { replayBatch, withMapEnd, type ProducerState } from './producer-state.ts'
import { reloadProducers, snapshotOffsets, takeSnapshot } from './producer-snapshots.ts'
import { batchesOf } from './record-batch.ts'
import { readSegment, type Segment } from './segment.ts'

interface Loaded extends TopicPartition {
  readonly dir: string
  readonly path: string
  readonly logStartOffset: number
  readonly segments: readonly Segment[]
}

/** The state at `lastOffset`. `clean`: the log was closed cleanly, so without a snapshot there were no producers. */
export function rebuildProducers(env: LogEnv, log: Loaded, before: ProducerState, lastOffset: number, clean: boolean): ProducerState {
  const { path, segments } = log
  const name = tpName(log)
  const owner = `[Log partition=${name}, dir=${log.dir}] `
  const bases = segments.map((s) => s.baseOffset)
  const snapshotsAt = [...bases.slice(-2), lastOffset]
  env.say('INFO', LOG_LOGGER, `${owner}Loading producer state till offset ${lastOffset} with message format version 2`)
  if (clean && snapshotOffsets(env, path).length === 0) {
    return snapshotsAt.reduce((state, offset) => takeSnapshot(env, path, name, withMapEnd(state, offset)), before)
  }
  const nothing = before.producers.length === 0 && before.unreplicated.length === 0 && before.mapEndOffset >= lastOffset
  let state = reloadProducers(env, path, name, before, log.logStartOffset, lastOffset)
  if (lastOffset > state.mapEndOffset && !nothing) {
    const from = bases.filter((base) => base <= state.mapEndOffset).length - 1
    for (const segment of segments.slice(Math.max(from, 0))) {
      if (segment.baseOffset >= lastOffset) break
      const start = Math.max(segment.baseOffset, state.mapEndOffset, log.logStartOffset)
      state = withMapEnd(state, start)
      if (snapshotsAt.includes(segment.baseOffset)) state = takeSnapshot(env, path, name, state)
      const read = readSegment(segment, start, { maxOffset: lastOffset, maxBytes: segment.log.length })
      if (read !== undefined) for (const batch of batchesOf(read.records)) state = replayBatch(state, batch, name)
    }
  }
  return takeSnapshot(env, path, name, withMapEnd(state, lastOffset))
}
