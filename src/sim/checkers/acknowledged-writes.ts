// An acknowledged write is on the disks of a quorum when it is acknowledged, and every later leader has it.

import type { List } from '../base/index.ts'
import type { Host } from '../kernel/index.ts'
import { hexZxid, type Txn, type Zxid } from '../zookeeper/protocol/index.ts'
import { worldOf, type Checker, type Scene } from './checker.ts'

const LOG_DIR = '/datalog/version-2/'
const SNAPSHOT_DIR = '/data/version-2/'

/** The newest files on a server's disk, looked up once for each state of the disk's names. */
interface Disk {
  logs: readonly string[]
  snapshotZxid: Zxid
  files: number
}

export function acknowledgedWrites(scene: Scene): Checker {
  const { history, report } = scene
  const disks = new Map<string, Disk>()
  let acknowledged: Zxid = 0

  /** Names are read again when their number has changed: files are added and removed, not renamed. */
  function diskOf(host: Host): Disk {
    const known = disks.get(host.name)
    if (known && known.files === host.disk.size) return known
    const names = host.disk.sortedKeys()
    const zxidIn = (name: string): Zxid => parseInt(name.slice(name.lastIndexOf('.') + 1), 16)
    const logs = names.filter((n) => n.startsWith(`${LOG_DIR}log.`)).sort((a, b) => zxidIn(b) - zxidIn(a))
    const snapshots = names.filter((n) => n.startsWith(`${SNAPSHOT_DIR}snapshot.`)).map(zxidIn)
    const disk = { logs, snapshotZxid: Math.max(-1, ...snapshots), files: host.disk.size }
    disks.set(host.name, disk)
    return disk
  }
  function isOnDisk(host: Host, zxid: Zxid): boolean {
    const disk = diskOf(host)
    for (const name of disk.logs) {
      const records = host.disk.get(name)?.records as List<Txn> | undefined
      for (let i = (records?.end ?? 0) - 1; records && i >= records.start; i--) {
        const txn = records.at(i)!
        if (txn.zxid === zxid) return true
        if (txn.zxid < zxid) return disk.snapshotZxid >= zxid
      }
    }
    return disk.snapshotZxid >= zxid
  }
  return {
    name: 'acknowledged writes',
    onAcknowledged(server, { reply, request }) {
      const servers = Object.values(worldOf(scene).hosts).filter((host) => host.image === 'zookeeper')
      const holders = servers.filter((host) => isOnDisk(host, reply.zxid))
      if (holders.length * 2 <= servers.length) {
        report(
          `${server.host} acknowledges ${request.kind} ${hexZxid(reply.zxid)}, which is on the disks of ${holders.map((h) => h.name).join(', ') || 'nobody'} alone`,
        )
      }
      acknowledged = Math.max(acknowledged, reply.zxid)
    },
    onServing(server) {
      const { state } = server
      if (!state.leading || acknowledged === 0) return
      // A server that came up from a snapshot alone does not say which its last transaction was; its tree is compared elsewhere.
      const last = state.committedLog.items.last()?.zxid
      if (last === undefined) return
      let at: Zxid | undefined = history.has(last) ? last : undefined
      while (at !== undefined && at > acknowledged) at = history.before(at)
      if (at !== acknowledged)
        report(`${server.host} leads with ${hexZxid(last)} and without ${hexZxid(acknowledged)}, which was acknowledged`)
    },
  }
}
