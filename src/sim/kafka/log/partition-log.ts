// One replica's log: where it begins and ends, its leaders' epochs, and its directory on the disk (log/Log.scala at 2.3.0). Logs hold no records yet.
import { List } from '../../base/index.ts'
import type { Files } from '../../kernel/index.ts'
import { parseTp, tpName, type TopicPartition } from '../protocol/index.ts'
import {
  assignEpoch,
  decodeEpochs,
  encodeEpochs,
  endOffsetForEpoch,
  latestEpoch,
  truncateEpochsFromEnd,
  type LeaderEpochs,
  type OffsetAndEpoch,
} from './leader-epochs.ts'

/** Frozen, replaced when it changes. */
export interface PartitionLog extends TopicPartition {
  /** The log directory that holds it. */
  readonly dir: string
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly epochs: LeaderEpochs
}

export const LEADER_EPOCH_CHECKPOINT = 'leader-epoch-checkpoint'
/** Ends the name of a directory that is to be deleted. */
export const DELETED = '-delete'
const INDEX_BYTES = 10485760
/** Entries of a time index are 12 bytes: as many as fit. */
const TIME_INDEX_BYTES = 10485756

export const logPath = (log: Pick<PartitionLog, 'dir'> & TopicPartition): string => `${log.dir}/${tpName(log)}`
/** `00000000000000000000`: a segment's base offset in its files' names. */
export const segmentName = (baseOffset: number): string => String(baseOffset).padStart(20, '0')

const writeEpochs = (files: Files, log: PartitionLog): void =>
  files.write(`${logPath(log)}/${LEADER_EPOCH_CHECKPOINT}`, encodeEpochs(log.epochs))
const sized = (files: Files, path: string, size: number): void => files.writeRecords(path, List.empty(), size)

/** A new, empty log, with its files. */
export function createLog(files: Files, tp: TopicPartition, dir: string): PartitionLog {
  const log: PartitionLog = Object.freeze({
    topic: tp.topic,
    partition: tp.partition,
    dir,
    logStartOffset: 0,
    logEndOffset: 0,
    epochs: Object.freeze([]),
  })
  const path = logPath(log)
  files.mkdir(path)
  files.write(`${path}/${LEADER_EPOCH_CHECKPOINT}`, '')
  files.write(`${path}/${segmentName(0)}.log`, '')
  openLogFiles(files, log)
  return log
}

/** The logs that a log directory holds, in order of their names; those marked as deleted are listed by themselves. */
export function findLogs(files: Files, dir: string): { readonly logs: readonly PartitionLog[]; readonly deleted: readonly string[] } {
  const names = (files.list(dir) ?? []).filter((name) => files.stat(`${dir}/${name}`)?.dir === true)
  const logs = names
    .filter((name) => /^.+-\d+$/.test(name))
    .map((name): PartitionLog => {
      const epochs = decodeEpochs(files.read(`${dir}/${name}/${LEADER_EPOCH_CHECKPOINT}`) ?? '')
      const log: PartitionLog = Object.freeze({ ...parseTp(name), dir, logStartOffset: 0, logEndOffset: 0, epochs })
      // An epoch that began at the log's end left no record: it is forgotten.
      return withEpochs(files, log, truncateEpochsFromEnd(epochs, log.logEndOffset))
    })
  return { logs, deleted: names.filter((name) => name.endsWith(DELETED)) }
}

/** What opening the files of a log for appending does: the last segment's indexes get their full size. */
export function openLogFiles(files: Files, log: PartitionLog): void {
  sized(files, `${logPath(log)}/${segmentName(0)}.index`, INDEX_BYTES)
  sized(files, `${logPath(log)}/${segmentName(0)}.timeindex`, TIME_INDEX_BYTES)
}
/** What closing them does: the indexes are cut to their entries. */
export function closeLogFiles(files: Files, log: PartitionLog): void {
  sized(files, `${logPath(log)}/${segmentName(0)}.index`, 0)
  sized(files, `${logPath(log)}/${segmentName(0)}.timeindex`, 0)
}

/** A leader's epoch begins at the log's end. */
export function beginEpoch(files: Files, log: PartitionLog, epoch: number): PartitionLog {
  return withEpochs(files, log, assignEpoch(log.epochs, epoch, log.logEndOffset))
}
function withEpochs(files: Files, log: PartitionLog, epochs: LeaderEpochs): PartitionLog {
  if (epochs === log.epochs) return log
  const changed = Object.freeze({ ...log, epochs })
  writeEpochs(files, changed)
  return changed
}
export const logLatestEpoch = (log: PartitionLog): number | undefined => latestEpoch(log.epochs)
export const logEndOffsetForEpoch = (log: PartitionLog, epoch: number): OffsetAndEpoch | undefined =>
  endOffsetForEpoch(log.epochs, epoch, log.logEndOffset)

/** Cuts a log so that it ends at an offset. The same log when it ends there or before. */
export function truncateLog(files: Files, log: PartitionLog, offset: number): PartitionLog {
  if (offset >= log.logEndOffset) return log
  return withEpochs(files, Object.freeze({ ...log, logEndOffset: offset }), truncateEpochsFromEnd(log.epochs, offset))
}

/** Gives a log's directory the name under which it waits to be deleted; gives that path. `id` makes it unique. */
export function renameDeleted(files: Files, log: PartitionLog, id: string): string {
  const suffix = `-${log.partition}.${id}${DELETED}`
  // A directory's name is at most 255 characters long: the topic's is cut.
  const path = `${log.dir}/${log.topic.slice(0, 255 - suffix.length)}${suffix}`
  files.rename(logPath(log), path)
  return path
}
