// A log is whole: its segments follow each other and cover it, its offsets are dense (compaction, and followers of compacted logs, may leave gaps), and the entries of its indexes
// point at batches.

import { tpName } from '../kafka/protocol/index.ts'
import { batchesOf, offsetEntry, OFFSET_ENTRY, segmentsOf, type Log, type Segment } from '../kafka/log/index.ts'
import { brokerOf, worldOf, type BrokerRef, type Checker, type Scene } from './checker.ts'

/** What is wrong with a segment that begins where it should; undefined when nothing is. `gaps`: offsets may be missing. */
export function segmentProblem(segment: Segment, end: number, gaps: boolean): string | undefined {
  const { baseOffset, log, index } = segment
  const starts = new Map<number, { readonly first: number; readonly before: number }>()
  let next = baseOffset
  let read = 0
  for (const batch of batchesOf(log)) {
    if (batch.baseOffset < next || (!gaps && batch.baseOffset !== next)) return `${batch.baseOffset} follows ${next - 1}`
    starts.set(batch.position, { first: batch.baseOffset, before: next - 1 })
    next = batch.lastOffset + 1
    read = batch.position + batch.sizeInBytes
  }
  if (read !== log.length) return `its last ${log.length - read} bytes are no batch`
  if (next > end || (!gaps && next !== end)) return `it ends at ${next}, not at ${end}`
  const count = index === undefined ? 0 : Math.floor(index.entries.length / OFFSET_ENTRY)
  for (let slot = 0; slot < count; slot++) {
    // A follower's entry names the last offset of the chunk that it appended, and where the chunk begins.
    const { offset, position } = offsetEntry(index!.entries, baseOffset, slot)
    const start = starts.get(position)
    if (start === undefined) return `its index names byte ${position} for ${offset}, where no batch begins`
    if (offset < start.first || offset >= next) return `its index has ${offset} at byte ${position}, where ${start.first} is`
  }
  return undefined
}

export function wholeLogs(scene: Scene): Checker {
  const { report } = scene
  const checked = new WeakSet<Segment>()

  function checkSegments({ id }: BrokerRef, log: Log, withActive: boolean): void {
    const segments = segmentsOf(log)
    const where = `broker ${id}, ${tpName(log)}:`
    if (log.logStartOffset < segments[0]!.baseOffset || log.logStartOffset > log.logEndOffset)
      report(`${where} begins at ${log.logStartOffset}, its segments at ${segments[0]!.baseOffset}, its end is ${log.logEndOffset}`)
    segments.forEach((segment, i) => {
      const end = segments[i + 1]?.baseOffset ?? log.logEndOffset
      if (segment.baseOffset > end) report(`${where} segment ${segment.baseOffset} lies beyond ${end}`)
      if (checked.has(segment) || (i === segments.length - 1 && !withActive)) return
      checked.add(segment)
      const problem = segmentProblem(segment, end, log.settings.compact)
      if (problem !== undefined) report(`${where} segment ${segment.baseOffset}: ${problem}`)
    })
  }
  return {
    name: 'whole logs',
    onLogs(broker, before) {
      for (const [name, log] of broker.state.replicas.logs) {
        const last = before?.get(name)
        if (last !== log) checkSegments(broker, log, last === undefined || log.logEndOffset < last.logEndOffset)
      }
    },
    onEnd() {
      for (const process of Object.values(worldOf(scene).processes)) {
        const broker = brokerOf(process)
        if (broker) for (const [, log] of broker.state.replicas.logs) checkSegments(broker, log, true)
      }
    },
  }
}
