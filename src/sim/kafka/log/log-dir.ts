// The files of a log directory itself, beside the partitions' own: texts and names (server/BrokerMetadataCheckpoint.scala, server/checkpoints at 2.3.0).
import { javaDate } from '../../base/index.ts'
import type { TopicPartition } from '../protocol/index.ts'

export const META_PROPERTIES = 'meta.properties'
/** Zero bytes, there after a clean stop; gone once the logs are loaded. */
export const CLEAN_SHUTDOWN = '.kafka_cleanshutdown'
export const RECOVERY_CHECKPOINT = 'recovery-point-offset-checkpoint'
export const LOG_START_CHECKPOINT = 'log-start-offset-checkpoint'
export const REPLICATION_CHECKPOINT = 'replication-offset-checkpoint'
export const CLEANER_CHECKPOINT = 'cleaner-offset-checkpoint'

export const encodeMetaProperties = (brokerId: number, wallMs: number): string =>
  `#\n#${javaDate(wallMs)}\nbroker.id=${brokerId}\nversion=0\n`

/** The broker id, undefined when the text is not a version 0 file with one. */
export function decodeMetaProperties(text: string): number | undefined {
  const property = (key: string): string | undefined =>
    new RegExp(`^\\s*${key.replace('.', '\\.')}\\s*[=:]\\s*(.*?)\\s*$`, 'm').exec(text)?.[1]
  const id = property('broker.id')
  return property('version') === '0' && id !== undefined && /^-?\d+$/.test(id) ? Number(id) : undefined
}

export type CheckpointEntry = TopicPartition & { readonly offset: number }
/** Version, count, and a line a partition. */
export const encodeCheckpoint = (entries: readonly CheckpointEntry[]): string =>
  ['0', String(entries.length), ...entries.map((e) => `${e.topic} ${e.partition} ${e.offset}`)].join('\n') + '\n'
/** Entries of a checkpoint; none when it is empty or damaged. */
export function decodeCheckpoint(text: string): CheckpointEntry[] {
  const [version, , ...lines] = text.split('\n')
  if (version !== '0') return []
  return lines.flatMap((line) => {
    const match = /^(\S+) (\d+) (-?\d+)$/.exec(line)
    return match ? [{ topic: match[1]!, partition: Number(match[2]), offset: Number(match[3]) }] : []
  })
}
