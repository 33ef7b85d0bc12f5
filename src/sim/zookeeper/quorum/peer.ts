// What a peer does whatever its role: it stops serving, replays what its log has, and looks for a leader again (QuorumPeer, Learner.shutdown, ZooKeeperServer.shutdown at
// release-3.5.5).

import { PMap } from '../../base/index.ts'
import type { Context, Silence } from '../../kernel/index.ts'
import { ownEntry } from '../conf.ts'
import { quorumThread, say } from '../console.ts'
import { DATA_DIR, LOG_DIR } from '../disk.ts'
import { startElection } from '../election/election.ts'
import { emptyFifo } from '../fifo.ts'
import { peerNext, type PeerEvent } from '../machines.ts'
import type { Txn } from '../protocol/index.ts'
import { closeClient } from '../server/answers.ts'
import { environment } from '../server/words.ts'
import type { Change, Request, ZkServer } from '../state.ts'
import { applyTxn } from '../tree/apply.ts'
import { flushLog } from './broadcast.ts'

const sayPeer = (ctx: Context, s: ZkServer, level: 'INFO' | 'WARN', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, quorumThread(s.conf.myid, ownEntry(s.conf).clientPort), where, text)

/** The lines with which a server begins a role. */
export function sayCreated(ctx: Context, s: ZkServer, role: 'follower' | 'leader'): void {
  if (!s.once[role]) {
    s.once[role] = true
    sayPeer(ctx, s, 'INFO', role === 'follower' ? 'Learner@91' : 'Leader@66', 'TCP NoDelay set to: true')
    if (role === 'leader') {
      sayPeer(ctx, s, 'INFO', 'Leader@86', 'zookeeper.leader.maxConcurrentSnapshots = 10')
      sayPeer(ctx, s, 'INFO', 'Leader@88', 'zookeeper.leader.maxConcurrentSnapshotTimeout = 5')
    }
  }
  if (!s.once.environment) {
    s.once.environment = true
    for (const line of environment(ctx)) sayPeer(ctx, s, 'INFO', 'Environment@109', `Server environment:${line}`)
  }
  const { tickTimeMs } = s.conf
  const [min, max] = [tickTimeMs * 2, tickTimeMs * 20]
  sayPeer(ctx, s, 'INFO', 'ZooKeeperServer@938', `minSessionTimeout set to ${min}`)
  sayPeer(ctx, s, 'INFO', 'ZooKeeperServer@947', `maxSessionTimeout set to ${max}`)
  const dirs = `datadir ${LOG_DIR} snapdir ${DATA_DIR}`
  sayPeer(
    ctx,
    s,
    'INFO',
    'ZooKeeperServer@166',
    `Created server with tickTime ${tickTimeMs} minSessionTimeout ${min} maxSessionTimeout ${max} ${dirs}`,
  )
}

/** Leaves its role: closes all clients, brings its data up to all that it has logged, then looks for a leader. */
export function stepDown(
  ctx: Context,
  s: ZkServer,
  event: Extract<PeerEvent['type'], 'leader lost' | 'quorum lost'>,
  silence?: Silence,
): void {
  for (const conn of Object.keys(s.clients).map(Number)) closeClient(ctx, s, conn)
  if (s.leading === null) sayPeer(ctx, s, 'INFO', 'Follower@201', 'shutdown called\njava.lang.Exception: shutdown Follower')
  if (s.running) stopServing(ctx, s)
  s.running = false
  s.leading = null
  s.following = null
  s.tracked = {}
  s.ready = []
  s.queue = emptyFifo<Request>()
  s.blocked = false
  s.committed = emptyFifo()
  s.changes = emptyFifo<Change>()
  s.changeOf = PMap.empty<Change>()
  s.txns = PMap.empty<Txn>()
  s.syncQueue = []
  s.syncing = 0
  for (const key of ['sync', 'sessions', 'lead', 'follow', 'leader.tick', 'leader.wait', 'leader.start']) ctx.clearTimer(key)
  s.stepping = event
  ctx.timer('look', ctx.cost('zk.shutdown'), { data: silence })
}

function stopServing(ctx: Context, s: ZkServer): void {
  const role = s.following ? 'follower' : 'leader'
  if (role === 'follower') sayPeer(ctx, s, 'INFO', 'LearnerZooKeeperServer@165', 'Shutting down')
  sayPeer(ctx, s, 'INFO', 'ZooKeeperServer@558', 'shutting down')
  if (role === 'follower') sayPeer(ctx, s, 'INFO', 'FollowerRequestProcessor@139', 'Shutting down')
  else {
    sayPeer(ctx, s, 'INFO', 'SessionTrackerImpl@237', 'Shutting down')
    sayPeer(ctx, s, 'INFO', 'LeaderRequestProcessor@77', 'Shutting down')
    sayPeer(ctx, s, 'INFO', 'PrepRequestProcessor@1007', 'Shutting down')
    sayPeer(ctx, s, 'INFO', 'ProposalRequestProcessor@88', 'Shutting down')
  }
  sayPeer(ctx, s, 'INFO', 'CommitProcessor@362', 'Shutting down')
  const { myid } = s.conf
  if (role === 'follower')
    say(ctx, 'INFO', myid, `FollowerRequestProcessor:${myid}`, 'FollowerRequestProcessor@110', 'FollowerRequestProcessor exited loop!')
  say(ctx, 'INFO', myid, `CommitProcessor:${myid}`, 'CommitProcessor@195', 'CommitProcessor exited loop!')
  if (role === 'leader') sayPeer(ctx, s, 'INFO', 'Leader$ToBeAppliedRequestProcessor@976', 'Shutting down')
  sayPeer(ctx, s, 'INFO', 'FinalRequestProcessor@514', 'shutdown of request processor complete')
  sayPeer(ctx, s, 'INFO', 'SyncRequestProcessor@191', 'Shutting down')
  say(ctx, 'INFO', myid, `SyncThread:${myid}`, 'SyncRequestProcessor@169', 'SyncRequestProcessor exited!')
  flushLog(ctx, s)
  // What is logged counts, committed or not: this server will vote with it.
  const logged = Array.from(s.txns, ([, txn]) => txn).sort((a, b) => a.zxid - b.zxid)
  for (const txn of logged) if (txn.zxid > s.tree.lastZxid) applyTxn(s, txn)
}

/** After the shutdown of its role. */
export function lookAgain(ctx: Context, s: ZkServer, silence: Silence | undefined): void {
  if (s.stepping === '') return
  s.peer = peerNext(s.peer, s.stepping)
  s.stepping = ''
  sayPeer(ctx, s, 'WARN', 'QuorumPeer@1318', 'PeerState set to LOOKING')
  startElection(ctx, s, silence)
}
