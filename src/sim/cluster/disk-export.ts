// A World's disks as real folders would have them, and its persistent znodes: what the page's download and the headless export both write.
import { Bytes, type Micros } from '../base/index.ts'
import type { HostName, World } from '../kernel/index.ts'
import { zkNodes, zkPeer, type ZkServer } from '../zookeeper/index.ts'

export interface ExportedFile {
  /** `kafka1/kafka-logs/playground-0/00000000000000000000.index`. */
  readonly path: string
  /** What it holds; zeros follow up to `size`, where that is more (index files have their full size in advance). */
  readonly bytes: Bytes
  readonly size: number
  readonly mode: number
  /** Wall-clock ms. */
  readonly mtimeMs: number
}
export interface ExportedDisk {
  /** Files in order of their paths. */
  readonly files: readonly ExportedFile[]
  /** Folders with nothing in them, which files alone would not tell. */
  readonly folders: readonly string[]
  /** Files whose bytes are not modelled (ZooKeeper's snapshots and transaction logs): only their sizes are. */
  readonly left: readonly string[]
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A host's disk, below a folder of its name; `below`: only what lies in that folder of it. */
export function exportDisk(world: World, host: HostName, below = '/'): ExportedDisk {
  const files: ExportedFile[] = []
  const folders: string[] = []
  const left: string[] = []
  const { disk } = world.hosts[host]!
  const prefix = below.endsWith('/') ? below : `${below}/`
  const paths = [...disk].map(([path]) => path).sort(inOrder)
  const parents = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/'))))
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue
    const file = disk.get(path)!
    if (file.dir) {
      if (!parents.has(path)) folders.push(host + path)
    } else if (file.records !== undefined) left.push(host + path)
    else {
      const bytes = file.bytes ?? Bytes.text(file.text)
      const mtimeMs = world.settings.epochMs + Math.floor((file.mtime as Micros) / 1000)
      files.push({ path: host + path, bytes, size: Math.max(file.size, bytes.length), mode: file.mode, mtimeMs })
    }
  }
  return { files, folders, left }
}

/** The server whose tree counts: the serving leader's of the latest epoch, else that of the one that has seen most. */
function bestTree(world: World): ZkServer | undefined {
  let best: ZkServer | undefined
  let bestRank = -1
  for (const host of Object.values(world.hosts)) {
    const proc = world.processes[host.mainPid]
    if (proc?.kind !== 'zookeeper' || proc.host !== host.name) continue
    const state = proc.state as ZkServer
    const peer = zkPeer(state)
    const rank = peer.role === 'LEADING' && peer.serving ? 1e15 + peer.currentEpoch : peer.lastZxid
    if (rank > bestRank) [best, bestRank] = [state, rank]
  }
  return best
}

/** Znodes that outlive sessions, path to data (null for a znode without data), but for ZooKeeper's own; undefined when no server runs. */
export function persistentZnodes(world: World): Readonly<Record<string, string | null>> | undefined {
  const server = bestTree(world)
  if (server === undefined) return undefined
  const found: Record<string, string | null> = {}
  for (const node of zkNodes(server)) {
    if (node.path === '/' || node.path === '/zookeeper' || node.path.startsWith('/zookeeper/')) continue
    if (node.stat.ephemeralOwner === '0') found[node.path] = node.data
  }
  return found
}
