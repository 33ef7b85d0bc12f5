// The client's own table of watches: what it has to re-arm after a reconnect, or whom it has to tell.

import { PMap } from '../../base/index.ts'
import type { WatchType, ZkOp } from '../protocol/index.ts'
import { ERR } from '../protocol/index.ts'

/** `watchers`: who asked, in the order of asking (kazoo keeps one entry for each); `seq`: when the path came to the table. */
export interface Watch {
  readonly seq: number
  readonly watchers: readonly string[]
}

export type WatchTable = 'data' | 'exist' | 'child'

export interface Watches {
  data: PMap<Watch>
  exist: PMap<Watch>
  child: PMap<Watch>
  seq: number
  /** Bucket counts of the library's three HashMaps: they grow and never shrink, and they decide the order of re-arming. */
  buckets: { data: number; exist: number; child: number }
}

export const noWatches = (): Watches => ({
  data: PMap.empty<Watch>(),
  exist: PMap.empty<Watch>(),
  child: PMap.empty<Watch>(),
  seq: 0,
  buckets: { data: 16, exist: 16, child: 16 },
})

/** Which table an answered request puts a watch in; undefined when none is set: a watch needs success, only `exists` also takes a missing node. */
export function watchTable(op: ZkOp, err: number): WatchTable | undefined {
  if (!('watch' in op) || !op.watch) return undefined
  if (op.op === 'exists') return err === 0 ? 'data' : err === ERR.noNode ? 'exist' : undefined
  if (err !== 0) return undefined
  return op.op === 'getData' ? 'data' : 'child'
}

export function addWatch(watches: Watches, table: WatchTable, path: string, watcher: string): void {
  const there = watches[table].get(path)
  if (there?.watchers.includes(watcher)) return
  const seq = there?.seq ?? watches.seq++
  watches[table] = watches[table].set(path, Object.freeze({ seq, watchers: Object.freeze([...(there?.watchers ?? []), watcher]) }))
  while (watches[table].size > watches.buckets[table] * 0.75) watches.buckets[table] *= 2
}

// Which tables an event empties (ZooKeeper.ZKWatchManager.materialize at apache/zookeeper release-3.4.14).
const FIRED: Record<WatchType, readonly WatchTable[]> = {
  NodeCreated: ['data', 'exist'],
  NodeDataChanged: ['data', 'exist'],
  NodeDeleted: ['data', 'exist', 'child'],
  NodeChildrenChanged: ['child'],
}

/** Takes out whoever waits for this event and returns them, data watchers first. */
export function takeWatchers(watches: Watches, type: WatchType, path: string): string[] {
  const found: string[] = []
  for (const table of FIRED[type]) {
    const watch = watches[table].get(path)
    if (!watch) continue
    watches[table] = watches[table].delete(path)
    found.push(...watch.watchers)
  }
  return found
}

/** Paths of a table in the order they came. */
export function watchedPaths(table: PMap<Watch>): string[] {
  return [...table].sort((a, b) => a[1].seq - b[1].seq).map(([path]) => path)
}

/** Paths in the order of a Java HashMap's keys with so many buckets: the order in which the library names them in `setWatches`. */
export function hashMapOrder(table: PMap<Watch>, buckets: number): string[] {
  const bucket = (path: string): number => {
    let h = 0
    for (let i = 0; i < path.length; i++) h = (Math.imul(31, h) + path.charCodeAt(i)) | 0
    return (h ^ (h >>> 16)) & (buckets - 1)
  }
  return watchedPaths(table)
    .map((path, i) => ({ path, i, bucket: bucket(path) }))
    .sort((a, b) => a.bucket - b.bucket || a.i - b.i)
    .map((one) => one.path)
}
