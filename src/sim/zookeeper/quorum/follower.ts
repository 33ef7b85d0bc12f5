// Following: finding the leader, agreeing on its epoch, being brought up to date, then logging what it proposes and applying what it commits (Learner, Follower at release-3.5.5).

import { ms, type Micros } from '../../base/index.ts'
import type { ConnId, Context, HostName } from '../../kernel/index.ts'
import { configVersion, entryOf, ownEntry } from '../conf.ts'
import { quorumThread, say } from '../console.ts'
import { emptyFifo, fifoShift } from '../fifo.ts'
import { loadContent, saveSnapshot, setConfigNode, truncateLog, writeEpoch, writeNextConfig } from '../disk.ts'
import { peerNext } from '../machines.ts'
import { hexZxid, zxidCounter, zxidEpoch, type QuorumMessage, type SessionId, type Txn, type Zxid } from '../protocol/index.ts'
import { commitSync, commitTxn } from '../server/commit.ts'
import { finishHandshake } from '../server/handshake.ts'
import { startSessionIds } from '../server/sessions.ts'
import type { Following, Request, ZkServer } from '../state.ts'
import { applyTxn } from '../tree/apply.ts'
import { epochStart, flushLog, logTxn, sendPeer, startLogCount, writeTxn } from './broadcast.ts'
import { sayCreated, stepDown } from './peer.ts'

/** Attempts to connect, this long apart, and how long one may take. */
const CONNECT_TRIES = 5
const CONNECT_PAUSE = ms(1000)
/** Exit codes of a server that gives up on its data. */
const EXIT_OUT_OF_STEP = 12

const sayPeer = (ctx: Context, s: ZkServer, level: 'INFO' | 'WARN' | 'ERROR', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, quorumThread(s.conf.myid, ownEntry(s.conf).clientPort), where, text)

/** Elected to follow. */
export function startFollowing(ctx: Context, s: ZkServer): void {
  const limitMs = s.conf.initLimit * s.conf.tickTimeMs
  s.following = {
    leader: s.vote.leader,
    conn: 0,
    tries: 0,
    startedAt: ctx.now,
    phase: 'connecting',
    newEpoch: 0,
    snapshotNeeded: true,
    writeToLog: false,
    notCommitted: [],
    committed: [],
    logged: 0,
    heardAt: ctx.now,
    readTimeoutMs: limitMs,
    lastQueued: 0,
    pending: [],
    pendingSyncs: emptyFifo<Request>(),
    revalidating: {},
    touched: {},
  }
  sayCreated(ctx, s, 'follower')
  sayPeer(ctx, s, 'INFO', 'Follower@69', `FOLLOWING - LEADER ELECTION TOOK - ${1 + ctx.below(20, 'election time')} MS`)
  connectToLeader(ctx, s)
}

export function connectToLeader(ctx: Context, s: ZkServer): void {
  const following = s.following
  if (!following || following.phase !== 'connecting') return
  const leader = entryOf(s.conf, following.leader)!
  const left = remainingMs(ctx, s, following)
  if (left <= 0) {
    giveUp(ctx, s, 'java.io.IOException: initLimit exceeded on retries.')
    return
  }
  const conn = ctx.connect(leader.host, leader.quorumPort)
  if (conn === undefined) {
    connectFailed(ctx, s, `java.net.UnknownHostException: ${leader.host}`)
    return
  }
  following.conn = conn
  ctx.timer('follower.connect', ms(Math.min(s.conf.tickTimeMs * s.conf.syncLimit, left)))
}

const remainingMs = (ctx: Context, s: ZkServer, following: Following): number =>
  s.conf.initLimit * s.conf.tickTimeMs - Math.floor((ctx.now - following.startedAt) / 1000)

/** An attempt failed: four more a second apart, as far as initLimit lets. */
export function connectFailed(ctx: Context, s: ZkServer, reason: string): void {
  const following = s.following!
  following.conn = 0
  ctx.clearTimer('follower.connect')
  const leader = entryOf(s.conf, following.leader)!
  const left = remainingMs(ctx, s, following)
  const at = `tries=${following.tries}, remaining init limit=${left}, connecting to ${leader.host}/${ctx.resolve(leader.host) ?? ''}:${leader.quorumPort}`
  if (left <= 1000 || ++following.tries >= CONNECT_TRIES) {
    const what = left <= 1000 ? 'initLimit exceeded' : 'retries exceeded'
    sayPeer(ctx, s, 'ERROR', left <= 1000 ? 'Learner@272' : 'Learner@277', `Unexpected exception, ${what}. ${at}\n${reason}`)
    giveUp(ctx, s, reason)
    return
  }
  sayPeer(ctx, s, 'WARN', 'Learner@282', `Unexpected exception, ${at}\n${reason}`)
  ctx.timer('follower.retry', CONNECT_PAUSE)
}

export function connectTimedOut(ctx: Context, s: ZkServer): void {
  if (!s.following || s.following.phase !== 'connecting' || s.following.conn === 0) return
  ctx.close(s.following.conn)
  connectFailed(ctx, s, 'java.net.SocketTimeoutException: connect timed out')
}

/** The connection to the leader is there: say who we are and which epoch we accepted. */
export function connectedToLeader(ctx: Context, s: ZkServer): void {
  const following = s.following!
  ctx.clearTimer('follower.connect')
  following.phase = 'discovery'
  heard(ctx, following)
  watchLeader(ctx, s)
  sendPeer(
    ctx,
    following.conn,
    { proto: 'quorum', kind: 'FOLLOWERINFO', zxid: epochStart(s.acceptedEpoch), sid: s.conf.myid, protocol: 0x10000, configVersion: 0 },
    'zk.discover',
  )
}

function heard(ctx: Context, following: Following): void {
  following.heardAt = ctx.now
}

/** Looks after the read time-out of the leader's connection: one timer, set anew when it rings too early. */
function watchLeader(ctx: Context, s: ZkServer): void {
  const following = s.following!
  const due = following.heardAt + following.readTimeoutMs * 1000
  ctx.timer('leader.read', Math.max(due - ctx.now, 0) as Micros, { periodic: `read time-out of ${ctx.host} on its leader` })
}

export function leaderReadTimeout(ctx: Context, s: ZkServer): void {
  const following = s.following
  if (!following || following.phase === 'connecting') return
  if (ctx.now - following.heardAt < following.readTimeoutMs * 1000) watchLeader(ctx, s)
  else loseLeader(ctx, s, 'java.net.SocketTimeoutException: Read timed out', true)
}

/** The leader is gone, silent or does what it must not. */
export function loseLeader(ctx: Context, s: ZkServer, reason: string, silent = false): void {
  const following = s.following!
  sayPeer(ctx, s, 'WARN', 'Follower@96', `Exception when following the leader\n${reason}`)
  const leaderHost: HostName = entryOf(s.conf, following.leader)!.host
  const silence = silent ? { from: leaderHost, pid: 0, to: ctx.host, lastHeardAt: following.heardAt } : undefined
  if (silence) ctx.note('zk.leader-silent', leaderHost, { follower: ctx.host }, silence)
  stopFollowing(ctx, s)
  stepDown(ctx, s, 'leader lost', silence)
}

function giveUp(ctx: Context, s: ZkServer, reason: string): void {
  loseLeader(ctx, s, reason)
}

function stopFollowing(ctx: Context, s: ZkServer): void {
  const following = s.following!
  if (following.conn !== 0) ctx.close(following.conn)
  for (const key of ['follower.connect', 'follower.retry', 'leader.read']) ctx.clearTimer(key)
}

/** A packet from the leader. */
export function leaderMessage(ctx: Context, s: ZkServer, message: QuorumMessage): void {
  const following = s.following!
  heard(ctx, following)
  if (following.phase === 'discovery') discover(ctx, s, following, message)
  else if (following.phase === 'sync') synchronize(ctx, s, following, message)
  else follow(ctx, s, following, message)
}

function discover(ctx: Context, s: ZkServer, following: Following, message: QuorumMessage): void {
  if (message.kind !== 'LEADERINFO') {
    loseLeader(ctx, s, 'java.io.IOException: First packet should have been NEWLEADER')
    return
  }
  const newEpoch = zxidEpoch(message.zxid)
  if (newEpoch < s.acceptedEpoch) {
    loseLeader(ctx, s, `java.io.IOException: Leaders epoch, ${newEpoch} is less than accepted epoch, ${s.acceptedEpoch}`)
    return
  }
  // An epoch accepted before is not acknowledged again.
  const currentEpoch = newEpoch > s.acceptedEpoch ? s.currentEpoch : -1
  if (newEpoch > s.acceptedEpoch) writeEpoch(ctx, s, 'acceptedEpoch', newEpoch)
  following.newEpoch = newEpoch
  following.phase = 'sync'
  following.snapshotNeeded = true
  s.peer = peerNext(s.peer, 'epoch accepted')
  sendPeer(ctx, following.conn, { proto: 'quorum', kind: 'ACKEPOCH', zxid: s.tree.lastZxid, currentEpoch }, 'zk.discover')
}

function synchronize(ctx: Context, s: ZkServer, following: Following, message: QuorumMessage): void {
  switch (message.kind) {
    case 'DIFF':
      sayPeer(ctx, s, 'INFO', 'Learner@391', `Getting a diff from the leader ${hexZxid(message.zxid)}`)
      following.snapshotNeeded = false
      following.writeToLog = true
      beginSync(ctx, s)
      return
    case 'SNAP':
      sayPeer(ctx, s, 'INFO', 'Learner@395', `Getting a snapshot from leader ${hexZxid(message.zxid)}`)
      return
    case 'snapshot':
      loadContent(s, message.content)
      s.tree.lastZxid = message.zxid
      beginSync(ctx, s)
      return
    case 'TRUNC':
      sayPeer(ctx, s, 'WARN', 'Learner@414', `Truncating log to get in sync with the leader ${hexZxid(message.zxid)}`)
      truncateLog(ctx, s, message.zxid)
      s.tree.lastZxid = message.zxid
      beginSync(ctx, s)
      return
    case 'PROPOSAL':
      queued(ctx, s, following, message.txn, 'Learner@454')
      s.txns = s.txns.set(String(message.zxid), message.txn)
      following.notCommitted.push(message.zxid)
      return
    case 'COMMIT':
      commitInSync(s, following, message.zxid)
      return
    case 'NEWLEADER':
      newLeader(ctx, s, following, message.config)
      return
    case 'UPTODATE':
      upToDate(ctx, s, following)
      return
    case 'PING':
    case 'ACK':
    case 'SYNC':
    case 'REVALIDATE':
    case 'REQUEST':
    case 'FOLLOWERINFO':
    case 'LEADERINFO':
    case 'ACKEPOCH':
      // Nothing is answered before the synchronisation is over.
      return
  }
}

function beginSync(ctx: Context, s: ZkServer): void {
  setConfigNode(ctx, s)
  startSessionIds(ctx, s)
}

function queued(ctx: Context, s: ZkServer, following: Following, txn: Txn, where: string): void {
  if (txn.zxid !== following.lastQueued + 1)
    sayPeer(ctx, s, 'WARN', where, `Got zxid ${hexZxid(txn.zxid)} expected ${hexZxid(following.lastQueued + 1)}`)
  following.lastQueued = txn.zxid
}

/** Before a snapshot is taken, transactions go straight into memory; else they wait for the log. */
function commitInSync(s: ZkServer, following: Following, zxid: Zxid): void {
  if (following.writeToLog) {
    following.committed.push(zxid)
    return
  }
  if (following.notCommitted[0] !== zxid) return
  following.notCommitted.shift()
  const txn = s.txns.get(String(zxid))
  if (txn) applyTxn(s, txn)
  s.txns = s.txns.delete(String(zxid))
}

/** All that the leader had is here: it must be on disk before it is acknowledged. */
function newLeader(ctx: Context, s: ZkServer, following: Following, config: string): void {
  sayPeer(ctx, s, 'INFO', 'Learner@546', 'Learner received NEWLEADER message')
  if (configVersion(config) !== configVersion(s.lastSeen)) {
    s.lastSeen = config
    writeNextConfig(ctx, config)
  }
  if (following.snapshotNeeded) {
    const path = saveSnapshot(ctx, s)
    sayPeer(ctx, s, 'INFO', 'FileTxnSnapLog@372', `Snapshotting: ${hexZxid(s.tree.lastZxid)} to ${path}`)
  } else {
    for (const zxid of following.notCommitted) writeTxn(ctx, s, zxid)
    following.logged = following.notCommitted.at(-1) ?? 0
  }
  writeEpoch(ctx, s, 'currentEpoch', following.newEpoch)
  following.writeToLog = true
  sendPeer(ctx, following.conn, { proto: 'quorum', kind: 'ACK', zxid: epochStart(following.newEpoch) }, 'zk.fsync')
}

/** The leader serves: so does this server. */
function upToDate(ctx: Context, s: ZkServer, following: Following): void {
  sayPeer(ctx, s, 'INFO', 'Learner@529', 'Learner received UPTODATE message')
  sendPeer(ctx, following.conn, { proto: 'quorum', kind: 'ACK', zxid: epochStart(following.newEpoch) }, 'zk.discover')
  following.readTimeoutMs = s.conf.syncLimit * s.conf.tickTimeMs
  watchLeader(ctx, s)
  following.phase = 'broadcast'
  s.peer = peerNext(s.peer, 'up to date')
  sayPeer(ctx, s, 'INFO', 'CommitProcessor@256', 'Configuring CommitProcessor with 4 worker threads.')
  s.running = true
  s.vote.peerEpoch = following.newEpoch
  startLogCount(ctx, s)
  ctx.note('zk.following', ctx.host, {
    leader: entryOf(s.conf, following.leader)!.host,
    epoch: following.newEpoch,
    zxid: hexZxid(s.tree.lastZxid),
  })
  following.lastQueued = 0
  for (const zxid of following.notCommitted) {
    following.pending.push(zxid)
    if (zxid <= following.logged) sendPeer(ctx, following.conn, { proto: 'quorum', kind: 'ACK', zxid })
    else logTxn(ctx, s, s.txns.get(String(zxid))!)
  }
  const committed = following.committed
  following.notCommitted = []
  following.committed = []
  for (const zxid of committed) commit(ctx, s, following, zxid)
}

function follow(ctx: Context, s: ZkServer, following: Following, message: QuorumMessage): void {
  switch (message.kind) {
    case 'PING':
      answerPing(ctx, s, following, message.zxid)
      return
    case 'PROPOSAL':
      queued(ctx, s, following, message.txn, 'Follower@125')
      s.txns = s.txns.set(String(message.zxid), message.txn)
      if (zxidCounter(message.zxid) !== 0) following.pending.push(message.zxid)
      logTxn(ctx, s, message.txn)
      return
    case 'COMMIT':
      commit(ctx, s, following, message.zxid)
      return
    case 'REVALIDATE':
      revalidated(ctx, s, following, message.session, message.valid ?? false)
      return
    case 'SYNC': {
      const request = fifoShift(following.pendingSyncs)
      if (request) commitSync(ctx, s, request)
      else sayPeer(ctx, s, 'WARN', 'FollowerZooKeeperServer@116', 'Not expecting a sync.')
      return
    }
    case 'UPTODATE':
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'snapshot':
    case 'NEWLEADER':
    case 'ACK':
    case 'REQUEST':
    case 'FOLLOWERINFO':
    case 'LEADERINFO':
    case 'ACKEPOCH':
      sayPeer(ctx, s, 'WARN', 'Follower@171', `Unknown packet type: ${message.kind}`)
  }
}

function answerPing(ctx: Context, s: ZkServer, following: Following, zxid: Zxid): void {
  const touched = []
  for (const session in following.touched) {
    // Of a session that is still being made only its connection knows the timeout.
    const timeoutMs = s.sessions.get(session) ?? Object.values(s.clients).find((one) => one.session === session)?.timeoutMs
    if (timeoutMs !== undefined) touched.push({ session, timeoutMs, heardAt: following.touched[session]! })
  }
  if (touched.length > 0) following.touched = {}
  sendPeer(ctx, following.conn, { proto: 'quorum', kind: 'PING', zxid, touched }, 'zk.ping')
}

function commit(ctx: Context, s: ZkServer, following: Following, zxid: Zxid): void {
  const first = following.pending[0]
  if (first === undefined) {
    sayPeer(ctx, s, 'WARN', 'FollowerZooKeeperServer@99', `Committing ${zxid.toString(16)} without seeing txn`)
    return
  }
  if (first !== zxid) {
    sayPeer(ctx, s, 'ERROR', 'FollowerZooKeeperServer@105', `Committing zxid ${hexZxid(zxid)} but next pending txn ${hexZxid(first)}`)
    flushLog(ctx, s)
    ctx.exit(EXIT_OUT_OF_STEP)
    return
  }
  following.pending.shift()
  commitTxn(ctx, s, zxid)
}

function revalidated(ctx: Context, s: ZkServer, following: Following, session: SessionId, valid: boolean): void {
  const conn: ConnId | undefined = following.revalidating[session]
  delete following.revalidating[session]
  if (conn === undefined) sayPeer(ctx, s, 'WARN', 'Learner@626', `Missing session 0x${session} for validation`)
  else finishHandshake(ctx, s, conn, valid)
}
