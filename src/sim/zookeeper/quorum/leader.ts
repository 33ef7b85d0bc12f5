// Leading: agreeing on a new epoch with a quorum, bringing followers up to date, starting to serve, then pinging and counting who is still there (Leader at release-3.5.5).

import { ms } from '../../base/index.ts'
import type { Context, Silence } from '../../kernel/index.ts'
import { configHost, configText, configVersion, isQuorum, ownEntry, sidOrder } from '../conf.ts'
import { quorumThread, say } from '../console.ts'
import { saveSnapshot, writeEpoch, writeNextConfig } from '../disk.ts'
import { peerNext } from '../machines.ts'
import { hexZxid, type Sid } from '../protocol/index.ts'
import { watchSessions } from '../server/expiry.ts'
import { startSessionIds, track } from '../server/sessions.ts'
import type { Leading, ZkServer } from '../state.ts'
import { deleteNode, takeEphemerals } from '../tree/tree.ts'
import { epochStart, learnerConns, startLogCount } from './broadcast.ts'
import { acceptEpochs, dropLearner, pingLearners, startLearners, syncLearners } from './learners.ts'
import { sayCreated, stepDown } from './peer.ts'

export const sayLeader = (ctx: Context, s: ZkServer, level: 'INFO' | 'WARN' | 'ERROR', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, quorumThread(s.conf.myid, ownEntry(s.conf).clientPort), where, text)

/** Elected to lead: opens port 2888, saves a snapshot, waits for followers. */
export function startLeading(ctx: Context, s: ZkServer): void {
  s.leading = {
    open: true,
    learners: {},
    epoch: -1,
    proposedEpoch: s.acceptedEpoch + 1,
    connecting: [],
    electing: [],
    electionFinished: false,
    newLeaderAcks: [],
    summaryEpoch: s.currentEpoch,
    summaryZxid: s.tree.lastZxid,
    quorumFormed: false,
    mayCommit: true,
    tick: 0,
    tickSkip: true,
    lastProposed: 0,
    lastCommitted: -1,
    outstanding: [],
    pendingSyncs: [],
    lastLostHost: '',
    lastLostAt: ctx.now,
    proposalSizes: { last: -1, min: -1, max: -1 },
  }
  sayCreated(ctx, s, 'leader')
  sayLeader(ctx, s, 'INFO', 'Leader@464', `LEADING - LEADER ELECTION TOOK - ${1 + ctx.below(30, 'election time')} MS`)
  ctx.listen(ownEntry(s.conf).quorumPort)
  forgetDeadSessions(s)
  const path = saveSnapshot(ctx, s)
  sayLeader(ctx, s, 'INFO', 'FileTxnSnapLog@372', `Snapshotting: ${hexZxid(s.tree.lastZxid)} to ${path}`)
  waitForQuorum(ctx, s)
  proposeEpoch(ctx, s, s.conf.myid, s.acceptedEpoch)
}

/** Ephemeral nodes of sessions that nobody remembers go at once. */
function forgetDeadSessions(s: ZkServer): void {
  for (const [session] of s.tree.ephemerals) {
    if (s.sessions.has(session)) continue
    for (const path of takeEphemerals(s.tree, session)) deleteNode(s.tree, path, s.tree.lastZxid)
  }
}

/** Each of the three phases before it serves may take initLimit. */
export function waitForQuorum(ctx: Context, s: ZkServer): void {
  ctx.timer('leader.wait', ms(s.conf.initLimit * s.conf.tickTimeMs))
}

export function leaderWaitedTooLong(ctx: Context, s: ZkServer): void {
  const leading = s.leading
  if (!leading || leading.quorumFormed) return
  if (!leading.electionFinished) {
    const what = leading.epoch < 0 ? 'Timeout while waiting for epoch from quorum' : 'Timeout while waiting for epoch to be acked by quorum'
    sayLeader(ctx, s, 'WARN', 'QuorumPeer@1287', `Unexpected exception\njava.lang.InterruptedException: ${what}`)
    stopLeading(ctx, s, 'Forcing shutdown')
  } else stopLeading(ctx, s, `Waiting for a quorum of followers, only synced with sids: [ ${setsText(s, leading.newLeaderAcks)} ]`)
}

/** Sets of servers are printed once for each configuration that must agree. */
function setsText(s: ZkServer, sids: readonly Sid[]): string {
  const set = `[${sidOrder(sids).join(', ')}]`
  return configVersion(s.lastSeen) > 0 ? `${set},${set}` : set
}

/** A server (this one or a follower) says which epoch it accepted last. With a quorum the new epoch is one more than the highest. */
export function proposeEpoch(ctx: Context, s: ZkServer, sid: Sid, acceptedEpoch: number): void {
  const leading = s.leading!
  if (leading.epoch >= 0) return
  if (acceptedEpoch >= leading.proposedEpoch) leading.proposedEpoch = acceptedEpoch + 1
  if (!leading.connecting.includes(sid)) leading.connecting.push(sid)
  if (!leading.connecting.includes(s.conf.myid) || !isQuorum(s.conf, leading.connecting.length)) return
  leading.epoch = leading.proposedEpoch
  writeEpoch(ctx, s, 'acceptedEpoch', leading.epoch)
  s.nextZxid = epochStart(leading.epoch)
  leading.lastProposed = s.nextZxid
  if (configVersion(s.lastSeen) === 0) {
    s.lastSeen = configText(s.conf, s.nextZxid)
    writeNextConfig(ctx, s.lastSeen)
  }
  waitForQuorum(ctx, s)
  acceptEpochs(ctx, s)
  acknowledgeEpoch(ctx, s, s.conf.myid)
}

/** A server has accepted the new epoch. With a quorum the leader takes it up, and followers are synchronised. */
export function acknowledgeEpoch(ctx: Context, s: ZkServer, sid: Sid): void {
  const leading = s.leading!
  if (leading.electionFinished) return
  if (!leading.electing.includes(sid)) leading.electing.push(sid)
  if (!leading.electing.includes(s.conf.myid) || !isQuorum(s.conf, leading.electing.length)) return
  leading.electionFinished = true
  writeEpoch(ctx, s, 'currentEpoch', leading.epoch)
  s.peer = peerNext(s.peer, 'epoch accepted')
  waitForQuorum(ctx, s)
  syncLearners(ctx, s)
  acknowledgeNewLeader(ctx, s, s.conf.myid)
}

/** A server has all that the leader had. With a quorum the leader begins to serve. */
export function acknowledgeNewLeader(ctx: Context, s: ZkServer, sid: Sid): void {
  const leading = s.leading!
  if (leading.quorumFormed) return
  if (!leading.newLeaderAcks.includes(sid)) leading.newLeaderAcks.push(sid)
  if (!isQuorum(s.conf, leading.newLeaderAcks.length)) return
  leading.quorumFormed = true
  ctx.clearTimer('leader.wait')
  ctx.timer('leader.start', ctx.cost('zk.leader.start'))
}

/** The server opens for clients; all sessions that it knows get a whole timeout. */
export function startServing(ctx: Context, s: ZkServer): void {
  const leading = s.leading
  if (!leading || s.running) return
  const zxid = epochStart(leading.epoch)
  leading.lastCommitted = zxid
  const supporters = setsText(s, leading.newLeaderAcks)
  sayLeader(
    ctx,
    s,
    'INFO',
    'Leader@1296',
    `Have quorum of supporters, sids: [ ${supporters} ]; starting up and setting last processed zxid: ${hexZxid(zxid)}`,
  )
  // In the last configuration seen, is this server known by the address that it has itself? If not it holds that another should lead, and never commits.
  leading.mayCommit = configHost(s.lastSeen, s.conf.myid) === s.conf.announce
  s.tree.lastZxid = zxid
  s.vote.peerEpoch = leading.epoch
  s.peer = peerNext(s.peer, 'up to date')
  s.running = true
  startSessionIds(ctx, s)
  startLogCount(ctx, s)
  for (const session of s.sessions.sortedKeys()) track(ctx, s, session, s.sessions.get(session)!, 'open', ctx.host)
  sayLeader(ctx, s, 'INFO', 'CommitProcessor@256', 'Configuring CommitProcessor with 4 worker threads.')
  sayLeader(ctx, s, 'INFO', 'ContainerManager@64', 'Using checkIntervalMs=60000 maxPerMinute=10000')
  ctx.note('zk.leading', ctx.host, {
    epoch: leading.epoch,
    zxid: hexZxid(zxid),
    supporters: leading.newLeaderAcks.slice(),
    commits: leading.mayCommit,
  })
  watchSessions(ctx, s)
  startLearners(ctx, s)
  tickAgain(ctx, s)
}

/** Half a tick: a ping; every second one is a whole tick. */
function tickAgain(ctx: Context, s: ZkServer): void {
  const halfTickMs = s.conf.tickTimeMs / 2
  ctx.timer('leader.tick', ms(halfTickMs), { periodic: `every ${halfTickMs / 1000} s: quorum ping` })
}

export function leaderTick(ctx: Context, s: ZkServer): void {
  const leading = s.leading
  if (!leading || !s.running) return
  if (!leading.tickSkip) leading.tick++
  const synced = [s.conf.myid]
  for (const conn of learnerConns(leading.learners)) {
    const learner = leading.learners[conn]!
    if (leading.tick <= learner.tickDeadline && learner.sid >= 0 && !synced.includes(learner.sid)) synced.push(learner.sid)
  }
  if (!leading.tickSkip && !isQuorum(s.conf, synced.length)) {
    const reason = `Not sufficient followers synced, only synced with sids: [ ${setsText(s, synced)} ]`
    const silence = lostSilence(ctx, leading)
    ctx.note('zk.quorum-lost', ctx.host, { epoch: leading.epoch, synced }, silence)
    stopLeading(ctx, s, reason, silence)
    return
  }
  leading.tickSkip = !leading.tickSkip
  pingLearners(ctx, s)
  tickAgain(ctx, s)
}

const lostSilence = (ctx: Context, leading: Leading): Silence | undefined =>
  leading.lastLostHost === '' ? undefined : { from: leading.lastLostHost, pid: 0, to: ctx.host, lastHeardAt: leading.lastLostAt }

/** Gives up leading: the port is closed, followers and clients are let go. */
export function stopLeading(ctx: Context, s: ZkServer, reason: string, silence?: Silence): void {
  const leading = s.leading!
  sayLeader(ctx, s, 'INFO', 'Leader@676', 'Shutting down')
  sayLeader(ctx, s, 'INFO', 'Leader@682', `Shutdown called\njava.lang.Exception: shutdown Leader! reason: ${reason}`)
  const { quorumPort } = ownEntry(s.conf)
  say(
    ctx,
    'INFO',
    s.conf.myid,
    `LearnerCnxAcceptor-${s.conf.announce}/${s.conf.announce}:${quorumPort}`,
    'Leader$LearnerCnxAcceptor@408',
    'exception while shutting down acceptor: java.net.SocketException: Socket closed',
  )
  ctx.unlisten(quorumPort)
  for (const conn of learnerConns(leading.learners)) dropLearner(ctx, s, conn)
  stepDown(ctx, s, 'quorum lost', silence)
}
