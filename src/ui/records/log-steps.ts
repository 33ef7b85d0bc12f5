// What happened to a partition's logs: segments begun and deleted, compaction, truncation; each with the question that it answers.
import { tpName, type Micros, type TopicPartition, type TraceEntry } from '../../sim/index.ts'
import type { Concept } from '../scene/concepts.ts'
import type { PartitionTrace } from '../scene/index.ts'
import { markOf, say, type MarkSign } from '../session/say.ts'

/** Codes that tell of logs. */
export const LOG_CODES = /^(segment\.(rolled|deleted)|log\.(created|deleted|truncated|compacted)|records\.deleted)$/

export interface LogStep {
  readonly entry: TraceEntry
  readonly at: Micros
  readonly text: string
  /** `Why was this segment deleted?` */
  readonly question: string
  readonly concept: Concept
  readonly sign: MarkSign
}

const QUESTIONS: Readonly<Record<string, string>> = {
  'segment.rolled': 'Why did a new segment begin?',
  'segment.deleted': 'Why was this segment deleted?',
  'log.created': 'Why was this log made?',
  'log.deleted': 'Why was this log deleted?',
  'log.truncated': 'Why was this log cut back?',
  'log.compacted': 'Why was this log compacted?',
  'records.deleted': 'Why does this log begin later?',
}

/** Steps of a partition's logs, the latest first, up to a moment and at most so many; `more` are older. `rolls`: new segments, too, which come all the time. */
export function logSteps(
  index: PartitionTrace,
  tp: TopicPartition,
  until: Micros,
  most: number,
  rolls: boolean,
): { readonly steps: readonly LogStep[]; readonly more: number } {
  const entries = index.about(tpName(tp)).filter((entry) => entry.at <= until && (rolls || entry.code !== 'segment.rolled'))
  const steps = entries
    .slice(-most)
    .reverse()
    .map((entry): LogStep => {
      const { concept, sign } = markOf(entry)
      return { entry, at: entry.at, text: say(entry), question: QUESTIONS[entry.code] ?? 'Why?', concept, sign }
    })
  return { steps, more: entries.length - steps.length }
}
