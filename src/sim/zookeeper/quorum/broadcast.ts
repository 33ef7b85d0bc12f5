// Broadcast: proposals to the followers and to the own log, acknowledgement once they are on disk, commit in order when a quorum has them (Leader, ProposalRequestProcessor,
// SyncRequestProcessor, SendAckRequestProcessor at release-3.5.5).

import type { ConnId, Context } from '../../kernel/index.ts'
import { isQuorum } from '../conf.ts'
import { say } from '../console.ts'
import { appendLog, saveSnapshot } from '../disk.ts'
import {
  makeZxid,
  peerBytes,
  txnBytes,
  zxidCounter,
  zxidEpoch,
  type QuorumMessage,
  type Sid,
  type Txn,
  type Zxid,
} from '../protocol/index.ts'
import { causeOf, commitTxn } from '../server/commit.ts'
import type { Learner, ZkServer } from '../state.ts'

export function sendPeer(ctx: Context, conn: ConnId, message: QuorumMessage, cost?: string): void {
  ctx.send(conn, message, { bytes: peerBytes(message), ...(cost === undefined ? {} : { after: ctx.cost(cost) }) })
}

/** Handles of connections in the order in which they were made. */
export const learnerConns = (learners: Readonly<Record<ConnId, Learner>>): ConnId[] => Object.keys(learners).map(Number)

/** Leader: puts a transaction to the vote. */
export function propose(ctx: Context, s: ZkServer, txn: Txn): void {
  const { leading } = s
  if (!leading) return
  const sizes = leading.proposalSizes
  sizes.last = txnBytes(txn)
  if (sizes.min < 0 || sizes.last < sizes.min) sizes.min = sizes.last
  if (sizes.last > sizes.max) sizes.max = sizes.last
  s.txns = s.txns.set(String(txn.zxid), txn)
  leading.lastProposed = txn.zxid
  leading.outstanding.push({ zxid: txn.zxid, acks: [] })
  for (const conn of learnerConns(leading.learners)) if (leading.learners[conn]!.forwarding) sendProposal(ctx, s, conn, txn)
  logTxn(ctx, s, txn)
}

export function sendProposal(ctx: Context, s: ZkServer, conn: ConnId, txn: Txn, cost = 'zk.propose'): void {
  const learner = s.leading!.learners[conn]!
  sendPeer(ctx, conn, { proto: 'quorum', kind: 'PROPOSAL', zxid: txn.zxid, txn }, cost)
  if (!learner.checking) return
  if (learner.waitZxid === 0) {
    learner.waitZxid = txn.zxid
    learner.waitSince = ctx.now
  } else {
    learner.nextZxid = txn.zxid
    learner.nextSince = ctx.now
  }
}

/** Hands a transaction (already in `txns`) to the log's thread: it writes what has come together, forces it to disk, then acknowledges. */
export function logTxn(ctx: Context, s: ZkServer, txn: Txn): void {
  s.syncQueue.push(txn.zxid)
  beginSync(ctx, s)
}

function beginSync(ctx: Context, s: ZkServer): void {
  if (s.syncing > 0 || s.syncQueue.length === 0) return
  s.syncing = Math.min(s.syncQueue.length, 1000)
  ctx.timer('sync', ctx.cost('zk.fsync'))
}

/** The disk has what was being written. */
export function synced(ctx: Context, s: ZkServer): void {
  const done = s.syncQueue.splice(0, s.syncing)
  s.syncing = 0
  for (const zxid of done) writeTxn(ctx, s, zxid)
  for (const zxid of done) {
    if (s.leading) acknowledge(ctx, s, s.conf.myid, zxid)
    else if (s.following && s.following.conn !== 0) sendPeer(ctx, s.following.conn, { proto: 'quorum', kind: 'ACK', zxid })
  }
  beginSync(ctx, s)
}

/** Writes all that waits, at once: the log's thread does not end before. Nothing is acknowledged. */
export function flushLog(ctx: Context, s: ZkServer): void {
  ctx.clearTimer('sync')
  for (const zxid of s.syncQueue) writeTxn(ctx, s, zxid)
  s.syncQueue = []
  s.syncing = 0
}

export function writeTxn(ctx: Context, s: ZkServer, zxid: Zxid): void {
  const txn = s.txns.get(String(zxid)) ?? s.committedLog.items.last()
  if (!txn || txn.zxid !== zxid) {
    const known = findCommitted(s, zxid)
    if (known) writeOne(ctx, s, known)
    return
  }
  writeOne(ctx, s, txn)
}

/** A quorum of others may have committed it before our own disk had it. */
function findCommitted(s: ZkServer, zxid: Zxid): Txn | undefined {
  const { items, head } = s.committedLog
  for (let at = items.end - 1; at >= head; at--) {
    const txn = items.at(at)!
    if (txn.zxid === zxid) return txn
    if (txn.zxid < zxid) return undefined
  }
  return undefined
}

function writeOne(ctx: Context, s: ZkServer, txn: Txn): void {
  const began = appendLog(ctx, s, txn)
  const thread = `SyncThread:${s.conf.myid}`
  if (began)
    say(ctx, 'INFO', s.conf.myid, thread, 'FileTxnLog@216', `Creating new log file: ${s.log.name.slice(s.log.name.lastIndexOf('/') + 1)}`)
  s.log.count++
  if (s.log.count <= s.log.rollAt) return
  startLogCount(ctx, s)
  s.log.name = ''
  const path = saveSnapshot(ctx, s)
  say(ctx, 'INFO', s.conf.myid, 'Snapshot Thread', 'FileTxnSnapLog@372', `Snapshotting: 0x${s.tree.lastZxid.toString(16)} to ${path}`)
}

/** Every so many transactions, different on each server, the log rolls and a snapshot is taken. */
export function startLogCount(ctx: Context, s: ZkServer): void {
  const half = Math.floor(s.conf.snapCount / 2)
  s.log.count = 0
  s.log.rollAt = half + ctx.below(Math.max(half, 1), 'snapshot')
}

/** Leader: a server has a proposal on disk. Commits it when a quorum has it. */
export function acknowledge(ctx: Context, s: ZkServer, sid: Sid, zxid: Zxid): void {
  const { leading } = s
  if (!leading || !leading.mayCommit || zxidCounter(zxid) === 0) return
  if (leading.outstanding.length === 0 || leading.lastCommitted >= zxid) return
  const proposal = leading.outstanding.find((one) => one.zxid === zxid)
  if (!proposal) {
    say(
      ctx,
      'WARN',
      s.conf.myid,
      'LearnerHandler',
      'Leader@884',
      `Trying to commit future proposal: zxid 0x${zxid.toString(16)} from ${sid}`,
    )
    return
  }
  if (!proposal.acks.includes(sid)) proposal.acks.push(sid)
  // In order: what was proposed before must be committed before.
  if (leading.outstanding[0] !== proposal && leading.outstanding[0]!.zxid < zxid) return
  if (!isQuorum(s.conf, proposal.acks.length)) return
  leading.outstanding.shift()
  leading.lastCommitted = zxid
  ctx.within(causeOf(ctx, s, zxid), () => {
    for (const conn of learnerConns(leading.learners)) {
      if (leading.learners[conn]!.forwarding) sendPeer(ctx, conn, { proto: 'quorum', kind: 'COMMIT', zxid }, 'zk.commit')
    }
    commitTxn(ctx, s, zxid)
  })
  for (const waiting of leading.pendingSyncs.filter((one) => one.zxid <= zxid))
    sendPeer(ctx, waiting.learner, { proto: 'quorum', kind: 'SYNC', zxid: 0 })
  leading.pendingSyncs = leading.pendingSyncs.filter((one) => one.zxid > zxid)
}

/** The first zxid of the next epoch after one's own. */
export const epochStart = (epoch: number): Zxid => makeZxid(epoch, 0)
export const isRolledOver = (zxid: Zxid): boolean => zxidEpoch(zxid) > 0 && zxidCounter(zxid) === 0xffffffff
