// ZOOKEEPER-2846, in all of 3.5: what a server that was brought up to date by a snapshot has in its transaction logs is not its history. They have a hole where the snapshot was, or still
// hold what the server had proposed before it and nobody committed. If it leads later, it sends a server that is further behind a DIFF out of these logs, as they are
// (LearnerHandler.syncFollower, ZKDatabase.getProposalsFromTxnLog).

import type { List } from '../base/index.ts'
import type { Host } from '../kernel/index.ts'
import type { Txn, Zxid } from '../zookeeper/protocol/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import { worldOf, type Scene, type ServerRef } from './checker.ts'

const LOG = '/datalog/version-2/log.'
const SNAPSHOT = '/data/version-2/snapshot.'

interface Kept {
  readonly logged: ReadonlySet<Zxid>
  readonly snapshots: readonly Zxid[]
}
function keptBy(host: Host): Kept {
  const logged = new Set<Zxid>()
  const snapshots: Zxid[] = []
  for (const [path, file] of host.disk) {
    if (path.startsWith(LOG) && file.records) for (const txn of file.records as List<Txn>) logged.add(txn.zxid)
    if (path.startsWith(SNAPSHOT)) snapshots.push(parseInt(path.slice(SNAPSHOT.length), 16))
  }
  return { logged, snapshots }
}

/** Does this hold of what the disk of another server keeps that leads? */
function someLeaderKeeps(scene: Scene, server: ServerRef, holds: (kept: Kept) => boolean): boolean {
  const world = worldOf(scene)
  return Object.values(world.hosts).some((host) => {
    const proc = world.processes[host.mainPid]
    const leads = proc?.kind === 'zookeeper' && Boolean((proc.state as ZkServer | undefined)?.leading)
    return host.name !== server.host && leads && holds(keptBy(host))
  })
}

/** Did a server leave out what lies between two transactions because its leader's own logs do? What nobody committed may be there. */
export const inheritsGap = (scene: Scene, server: ServerRef, before: Zxid, after: Zxid): boolean =>
  someLeaderKeeps(scene, server, ({ logged, snapshots }) => {
    if (!logged.has(after) || !snapshots.some((zxid) => zxid > before && zxid < after)) return false
    return [...logged].every((zxid) => zxid <= before || zxid >= after || !scene.history.has(zxid))
  })

/** Did a server apply what nobody committed because its leader's own logs still have it from before a snapshot? */
export const inheritsProposal = (scene: Scene, server: ServerRef, zxid: Zxid): boolean =>
  someLeaderKeeps(scene, server, ({ logged, snapshots }) => logged.has(zxid) && snapshots.some((later) => later > zxid))
