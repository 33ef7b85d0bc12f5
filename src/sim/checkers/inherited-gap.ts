// ZOOKEEPER-2846, in all of 3.5: a server that was brought up to date by a snapshot has a hole in its transaction logs. If it leads later, it sends a server that is further behind a DIFF
// out of these logs, hole and all (LearnerHandler.syncFollower, ZKDatabase.getProposalsFromTxnLog).

import type { List } from '../base/index.ts'
import type { Host } from '../kernel/index.ts'
import type { Txn, Zxid } from '../zookeeper/protocol/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import { worldOf, type Scene, type ServerRef } from './checker.ts'

const LOG = '/datalog/version-2/log.'
const SNAPSHOT = '/data/version-2/snapshot.'

/** Has a host's disk a snapshot of a moment between two committed transactions, with none in its logs between them? What nobody committed may be there. */
function hasHole(scene: Scene, host: Host, before: Zxid, after: Zxid): boolean {
  const logged = new Set<Zxid>()
  let snapshot = false
  for (const [path, file] of host.disk) {
    if (path.startsWith(LOG) && file.records) for (const txn of file.records as List<Txn>) logged.add(txn.zxid)
    const zxid = path.startsWith(SNAPSHOT) ? parseInt(path.slice(SNAPSHOT.length), 16) : -1
    if (zxid > before && zxid < after) snapshot = true
  }
  if (!snapshot || !logged.has(after)) return false
  for (const zxid of logged) if (zxid > before && zxid < after && scene.history.has(zxid)) return false
  return true
}

/** Did a server leave out what lies between two transactions because its leader's own logs do? */
export function inheritsGap(scene: Scene, server: ServerRef, before: Zxid, after: Zxid): boolean {
  const world = worldOf(scene)
  return Object.values(world.hosts).some((host) => {
    const proc = world.processes[host.mainPid]
    const leads = proc?.kind === 'zookeeper' && Boolean((proc.state as ZkServer | undefined)?.leading)
    return host.name !== server.host && leads && hasHole(scene, host, before, after)
  })
}
