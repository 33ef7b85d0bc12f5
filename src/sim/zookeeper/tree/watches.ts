// Watches: who wants to be told once about a path. Two tables, as the server has them: data (set by getData and exists) and child (set by getChildren). Per connection, one
// watch however often it is set (WatchManager at release-3.5.5).

import { PMap } from '../../base/index.ts'
import type { ConnId } from '../../kernel/index.ts'

export interface WatchTable {
  /** Path -> connections, in the order in which they asked. Frozen. */
  byPath: PMap<readonly ConnId[]>
  /** Connection -> paths. An entry stays when its last watch has fired: the server's count of watching connections keeps it too. */
  byConn: PMap<PMap<true>>
}

export const emptyWatches = (): WatchTable => ({ byPath: PMap.empty<readonly ConnId[]>(), byConn: PMap.empty<PMap<true>>() })

export function addWatch(table: WatchTable, path: string, conn: ConnId): void {
  const watchers = table.byPath.get(path) ?? []
  if (!watchers.includes(conn)) table.byPath = table.byPath.set(path, Object.freeze([...watchers, conn]))
  const key = String(conn)
  table.byConn = table.byConn.set(key, (table.byConn.get(key) ?? PMap.empty<true>()).set(path, true))
}

/** Takes the watches of a path away and returns who had them. */
export function takeWatches(table: WatchTable, path: string): readonly ConnId[] {
  const watchers = table.byPath.get(path)
  if (!watchers) return []
  table.byPath = table.byPath.delete(path)
  for (const conn of watchers) {
    const key = String(conn)
    const paths = table.byConn.get(key)
    if (paths) table.byConn = table.byConn.set(key, paths.delete(path))
  }
  return watchers
}

/** Forgets a connection. */
export function dropWatcher(table: WatchTable, conn: ConnId): void {
  const key = String(conn)
  const paths = table.byConn.get(key)
  if (!paths) return
  table.byConn = table.byConn.delete(key)
  for (const [path] of paths) {
    const rest = (table.byPath.get(path) ?? []).filter((one) => one !== conn)
    table.byPath = rest.length > 0 ? table.byPath.set(path, Object.freeze(rest)) : table.byPath.delete(path)
  }
}

export function watchCount(table: WatchTable): number {
  let n = 0
  for (const [, watchers] of table.byPath) n += watchers.length
  return n
}
