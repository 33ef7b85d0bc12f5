// The folders of a log directory: one a replica, and those that wait to be deleted (log/LogManager.scala, Log.scala at 2.3.0).
import type { Files } from '../../kernel/index.ts'
import { parseTp, type TopicPartition } from '../protocol/index.ts'
import { folderOf, type Log } from './log.ts'

/** Ends the name of a folder that is to be deleted. */
export const DELETED = '-delete'

/** What a log directory holds, in order of the names. */
export function findLogs(
  files: Pick<Files, 'list' | 'stat'>,
  dir: string,
): { readonly logs: readonly TopicPartition[]; readonly deleted: readonly string[] } {
  const names = (files.list(dir) ?? []).filter((name) => files.stat(`${dir}/${name}`)?.dir === true)
  return { logs: names.filter((name) => /^.+-\d+$/.test(name)).map(parseTp), deleted: names.filter((name) => name.endsWith(DELETED)) }
}

/** Gives a log's folder the name under which it waits to be deleted; gives that path. `id` makes it unique. */
export function renameDeleted(files: Pick<Files, 'rename'>, log: Pick<Log, 'dir'> & TopicPartition, id: string): string {
  const suffix = `-${log.partition}.${id}${DELETED}`
  // A folder's name is at most 255 characters long: the topic's is cut.
  const path = `${log.dir}/${log.topic.slice(0, 255 - suffix.length)}${suffix}`
  files.rename(folderOf(log), path)
  return path
}
