// The list of partitions: rows as they are read, filtered by topic, by text and by trouble.

import type { TopicPartition } from '../../sim/index.ts'
import type { PartitionView, TopicsView } from '../scene/index.ts'

export interface PartitionRow {
  readonly name: string
  readonly tp: TopicPartition
  readonly leader: string
  readonly epoch: string
  readonly isr: string
  readonly assignment: string
  readonly words: string
  /** Nobody leads it. */
  readonly lost: boolean
  readonly under: boolean
}

export interface ListFilter {
  readonly topic: string | undefined
  /** Part of the name, without regard to case. */
  readonly text: string
  /** Only those without a leader or with an ISR that is not whole. */
  readonly trouble: boolean
}

const WORDS = { new: 'no leader yet', online: '', leaderless: 'leader does not run', offline: 'no leader' } as const

function rowOf(partition: PartitionView): PartitionRow {
  const { state, health, underReplicated } = partition
  const lost = health === 'leaderless' || health === 'offline'
  return {
    name: partition.name,
    tp: { topic: partition.topic, partition: partition.partition },
    leader: state === undefined ? '' : state.leader < 0 ? 'none' : String(state.leader),
    epoch: state === undefined ? '' : String(state.leaderEpoch),
    isr: state === undefined ? '' : state.isr.join(', '),
    assignment: partition.assignment.join(', '),
    words: WORDS[health] || (underReplicated ? 'under-replicated' : ''),
    lost,
    under: underReplicated,
  }
}

/** Rows in the order of the view. */
export function rowsOf(view: TopicsView, { topic, text, trouble }: ListFilter): PartitionRow[] {
  const wanted = text.trim().toLowerCase()
  return view.topics
    .filter((each) => topic === undefined || each.name === topic)
    .flatMap((each) => each.partitions)
    .filter((each) => wanted === '' || each.name.toLowerCase().includes(wanted))
    .map(rowOf)
    .filter((row) => !trouble || row.lost || row.under)
}
