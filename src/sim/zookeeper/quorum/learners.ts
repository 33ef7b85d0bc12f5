// The leader's side of each follower: its epoch, its synchronisation, then its acknowledgements, pings, requests and sessions (LearnerHandler at release-3.5.5).

import type { Micros } from '../../base/index.ts'
import type { ConnId, Context, Peer } from '../../kernel/index.ts'
import { entryOf, serverText } from '../conf.ts'
import { say } from '../console.ts'
import { loggedFrom, snapshotBytes, snapshotContent } from '../disk.ts'
import { fifoItems } from '../fifo.ts'
import { hexZxid, SNAPSHOT_SIGNATURE_BYTES, zxidEpoch, type QuorumMessage } from '../protocol/index.ts'
import { noteMoved } from '../server/clients.ts'
import { leaderRequest, makeRequest } from '../server/requests.ts'
import { setOwner, touch } from '../server/sessions.ts'
import type { Learner, ZkServer } from '../state.ts'
import { acknowledge, epochStart, learnerConns, sendPeer, sendProposal } from './broadcast.ts'
import { acknowledgeEpoch, acknowledgeNewLeader, proposeEpoch } from './leader.ts'
import { planSync } from './sync.ts'

const sayLearner = (ctx: Context, s: ZkServer, learner: Learner, level: 'INFO' | 'WARN' | 'ERROR', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, `LearnerHandler-/${learner.ip}:${learner.port}`, where, text)

export function acceptLearner(ctx: Context, s: ZkServer, conn: ConnId, peer: Peer): void {
  const leading = s.leading
  if (!leading) {
    ctx.close(conn)
    return
  }
  leading.learners[conn] = {
    sid: -1,
    host: peer.host,
    ip: peer.ip,
    port: peer.port,
    phase: 'info',
    acceptedEpoch: 0,
    currentEpoch: 0,
    lastZxid: 0,
    forwarding: false,
    sending: false,
    tickDeadline: leading.tick + s.conf.initLimit + s.conf.syncLimit,
    heardAt: ctx.now,
    readTimeoutMs: s.conf.tickTimeMs * s.conf.initLimit,
    waitZxid: 0,
    waitSince: 0 as Micros,
    nextZxid: 0,
    nextSince: 0 as Micros,
    checking: false,
  }
  watchLearner(ctx, conn, leading.learners[conn])
}

/** The read time-out of a follower's connection: one timer, set anew when it rings too early. */
function watchLearner(ctx: Context, conn: ConnId, learner: Learner): void {
  const due = learner.heardAt + learner.readTimeoutMs * 1000
  ctx.timer(`learner ${conn}`, Math.max(due - ctx.now, 0) as Micros, { periodic: `read time-out of ${ctx.host} on a follower` })
}

export function learnerReadTimeout(ctx: Context, s: ZkServer, conn: ConnId): void {
  const learner = s.leading?.learners[conn]
  if (!learner) return
  if (ctx.now - learner.heardAt < learner.readTimeoutMs * 1000) watchLearner(ctx, conn, learner)
  else {
    const silence = { from: learner.host, pid: 0, to: ctx.host, lastHeardAt: learner.heardAt }
    ctx.note('zk.follower-silent', learner.host, { leader: ctx.host }, silence)
    loseLearner(ctx, s, conn, 'java.net.SocketTimeoutException: Read timed out')
  }
}

/** A follower's handler ends: its connection is closed, it does not count any more. */
export function loseLearner(ctx: Context, s: ZkServer, conn: ConnId, reason: string): void {
  const leading = s.leading
  const learner = leading?.learners[conn]
  if (!leading || !learner) return
  sayLearner(ctx, s, learner, 'ERROR', 'LearnerHandler@629', `Unexpected exception causing shutdown while sock still open\n${reason}`)
  sayLearner(ctx, s, learner, 'WARN', 'LearnerHandler@644', `******* GOODBYE /${learner.ip}:${learner.port} ********`)
  leading.lastLostHost = learner.host
  leading.lastLostAt = learner.heardAt
  dropLearner(ctx, s, conn)
}

export function dropLearner(ctx: Context, s: ZkServer, conn: ConnId): void {
  delete s.leading!.learners[conn]
  ctx.clearTimer(`learner ${conn}`)
  ctx.close(conn)
}

export function learnerMessage(ctx: Context, s: ZkServer, conn: ConnId, message: QuorumMessage): void {
  const leading = s.leading
  const learner = leading?.learners[conn]
  if (!leading || !learner) return
  learner.heardAt = ctx.now
  switch (learner.phase) {
    case 'info':
      if (message.kind === 'FOLLOWERINFO') followerInfo(ctx, s, conn, learner, message)
      else loseLearner(ctx, s, conn, `First packet ${message.kind} is not FOLLOWERINFO or OBSERVERINFO!`)
      return
    case 'ackEpoch':
      if (message.kind === 'ACKEPOCH') epochAcknowledged(ctx, s, conn, learner, message)
      else loseLearner(ctx, s, conn, `${message.kind} is not ACKEPOCH`)
      return
    case 'ack':
      if (message.kind === 'ACK') newLeaderAcknowledged(ctx, s, conn, learner)
      else loseLearner(ctx, s, conn, `Next packet was supposed to be an ACK, but received packet: ${message.kind}`)
      return
    case 'epoch':
    case 'waitEpoch':
    case 'waitStart':
      return
    case 'broadcast':
      learner.tickDeadline = leading.tick + s.conf.syncLimit
      learnerPacket(ctx, s, conn, learner, message)
      return
  }
}

function followerInfo(
  ctx: Context,
  s: ZkServer,
  conn: ConnId,
  learner: Learner,
  message: Extract<QuorumMessage, { kind: 'FOLLOWERINFO' }>,
): void {
  learner.sid = message.sid
  learner.acceptedEpoch = zxidEpoch(message.zxid)
  const entry = entryOf(s.conf, learner.sid)
  const info = entry
    ? `Follower sid: ${learner.sid} : info : ${serverText(s.conf, entry)}`
    : `Follower sid: ${learner.sid} not in the current config 0`
  sayLearner(ctx, s, learner, 'INFO', entry ? 'LearnerHandler@406' : 'LearnerHandler@409', info)
  learner.phase = 'epoch'
  if (s.leading!.epoch >= 0) sendEpoch(ctx, s, conn, learner)
  else if (entry) proposeEpoch(ctx, s, learner.sid, learner.acceptedEpoch)
}

function sendEpoch(ctx: Context, s: ZkServer, conn: ConnId, learner: Learner): void {
  learner.phase = 'ackEpoch'
  sendPeer(ctx, conn, { proto: 'quorum', kind: 'LEADERINFO', zxid: epochStart(s.leading!.epoch), protocol: 0x10000 }, 'zk.discover')
}

/** The new epoch is agreed on: those who wait are told. */
export function acceptEpochs(ctx: Context, s: ZkServer): void {
  const { learners } = s.leading!
  for (const conn of learnerConns(learners)) if (learners[conn]!.phase === 'epoch') sendEpoch(ctx, s, conn, learners[conn]!)
}

function epochAcknowledged(
  ctx: Context,
  s: ZkServer,
  conn: ConnId,
  learner: Learner,
  message: Extract<QuorumMessage, { kind: 'ACKEPOCH' }>,
): void {
  const leading = s.leading!
  learner.currentEpoch = message.currentEpoch
  learner.lastZxid = message.zxid
  learner.phase = 'waitEpoch'
  if (!leading.electionFinished && message.currentEpoch !== -1) {
    const { summaryEpoch, summaryZxid } = leading
    if (message.currentEpoch > summaryEpoch || (message.currentEpoch === summaryEpoch && message.zxid > summaryZxid)) {
      loseLearner(
        ctx,
        s,
        conn,
        `java.io.IOException: Follower is ahead of the leader, leader summary: ${summaryEpoch} (current epoch), ${summaryZxid} (last zxid)`,
      )
      return
    }
    if (entryOf(s.conf, learner.sid)) acknowledgeEpoch(ctx, s, learner.sid)
  }
  // The quorum's last word synchronises all who wait, this one too.
  if (leading.electionFinished && learner.phase === 'waitEpoch') synchronize(ctx, s, conn, learner)
}

/** A quorum has accepted the epoch: those who wait are brought up to date. */
export function syncLearners(ctx: Context, s: ZkServer): void {
  const { learners } = s.leading!
  for (const conn of learnerConns(learners)) if (learners[conn]!.phase === 'waitEpoch') synchronize(ctx, s, conn, learners[conn]!)
}

function synchronize(ctx: Context, s: ZkServer, conn: ConnId, learner: Learner): void {
  const leading = s.leading!
  sayLearner(ctx, s, learner, 'INFO', 'ZKDatabase@295', 'On disk txn sync enabled with snapshotSizeFactor 0.33')
  const plan = planSync(learner.sid, learner.lastZxid, s.tree.lastZxid, [...fifoItems(s.committedLog)], () =>
    loggedFrom(ctx, learner.lastZxid),
  )
  for (const [where, text] of plan.says) sayLearner(ctx, s, learner, 'INFO', where, text)
  const proto = 'quorum'
  if (plan.op === 'SNAP') {
    const zxid = s.tree.lastZxid
    const about = `last zxid of peer is ${hexZxid(learner.lastZxid)}, zxid of leader is ${hexZxid(leading.lastProposed)}, send zxid of db as ${hexZxid(zxid)}`
    sayLearner(
      ctx,
      s,
      learner,
      'INFO',
      'LearnerHandler@463',
      `Sending snapshot ${about}, 1 concurrent snapshots, snapshot was exempt from throttle`,
    )
    sendPeer(ctx, conn, { proto, kind: 'SNAP', zxid }, 'zk.sync')
    sendPeer(
      ctx,
      conn,
      { proto, kind: 'snapshot', zxid, size: snapshotBytes(s) + SNAPSHOT_SIGNATURE_BYTES, content: snapshotContent(s) },
      'zk.sync',
    )
  } else {
    sendPeer(ctx, conn, { proto, kind: plan.op, zxid: plan.zxid }, 'zk.sync')
    for (const txn of plan.txns) {
      sendPeer(ctx, conn, { proto, kind: 'PROPOSAL', zxid: txn.zxid, txn })
      sendPeer(ctx, conn, { proto, kind: 'COMMIT', zxid: txn.zxid })
    }
  }
  // What is under way comes after what is committed; from now on it gets all that is proposed.
  for (const one of leading.outstanding) if (one.zxid > plan.upTo) sendProposal(ctx, s, conn, s.txns.get(String(one.zxid))!)
  learner.forwarding = true
  learner.sending = true
  learner.phase = 'ack'
  sendPeer(ctx, conn, { proto, kind: 'NEWLEADER', zxid: epochStart(leading.epoch), config: s.lastSeen })
}

function newLeaderAcknowledged(ctx: Context, s: ZkServer, conn: ConnId, learner: Learner): void {
  learner.phase = 'waitStart'
  learner.checking = true
  learner.readTimeoutMs = s.conf.tickTimeMs * s.conf.syncLimit
  if (entryOf(s.conf, learner.sid)) acknowledgeNewLeader(ctx, s, learner.sid)
  if (s.running) startLearner(ctx, s, conn, learner)
}

function startLearner(ctx: Context, s: ZkServer, conn: ConnId, learner: Learner): void {
  learner.phase = 'broadcast'
  // The time-out is shorter from now on.
  watchLearner(ctx, conn, learner)
  sendPeer(ctx, conn, { proto: 'quorum', kind: 'UPTODATE', zxid: -1 }, 'zk.discover')
}

/** The leader serves: those who have all are told. */
export function startLearners(ctx: Context, s: ZkServer): void {
  const { learners } = s.leading!
  for (const conn of learnerConns(learners)) if (learners[conn]!.phase === 'waitStart') startLearner(ctx, s, conn, learners[conn]!)
}

/** Pings all, except one that owes an acknowledgement for too long: it is let go. */
export function pingLearners(ctx: Context, s: ZkServer): void {
  const leading = s.leading!
  for (const conn of learnerConns(leading.learners)) {
    const learner = leading.learners[conn]!
    if (!learner.sending) continue
    const limit = s.conf.tickTimeMs * s.conf.syncLimit * 1000
    if (learner.waitZxid !== 0 && ctx.now - learner.waitSince >= limit) {
      sayLearner(ctx, s, learner, 'WARN', 'LearnerHandler@962', 'Closing connection to peer due to transaction timeout.')
      loseLearner(ctx, s, conn, 'java.net.SocketException: Socket closed')
    } else sendPeer(ctx, conn, { proto: 'quorum', kind: 'PING', zxid: leading.lastProposed, touched: [] })
  }
}

function learnerPacket(ctx: Context, s: ZkServer, conn: ConnId, learner: Learner, message: QuorumMessage): void {
  switch (message.kind) {
    case 'ACK':
      settleWait(learner, message.zxid)
      acknowledge(ctx, s, learner.sid, message.zxid)
      return
    case 'PING':
      for (const { session, timeoutMs, heardAt } of message.touched) touch(ctx, s, session, timeoutMs, learner.host, heardAt)
      return
    case 'REVALIDATE': {
      const before = s.tracked[message.session]?.heardBy
      const valid = touch(ctx, s, message.session, message.timeoutMs, learner.host, ctx.now)
      if (valid) {
        setOwner(s, message.session, conn)
        noteMoved(ctx, message.session, before, learner.host)
      }
      sendPeer(
        ctx,
        conn,
        {
          proto: 'quorum',
          kind: 'REVALIDATE',
          zxid: -1,
          session: message.session,
          timeoutMs: message.timeoutMs,
          client: message.client,
          valid,
        },
        'zk.ping',
      )
      return
    }
    case 'REQUEST':
      leaderRequest(ctx, s, makeRequest(ctx, 0, message.session, message.xid, message.request, conn, message.auth))
      return
    case 'SYNC':
    case 'FOLLOWERINFO':
    case 'LEADERINFO':
    case 'ACKEPOCH':
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'snapshot':
    case 'NEWLEADER':
    case 'UPTODATE':
    case 'PROPOSAL':
    case 'COMMIT':
      sayLearner(ctx, s, learner, 'WARN', 'LearnerHandler@623', `unexpected quorum packet, type: ${message.kind}`)
  }
}

/** The oldest proposal it owed is acknowledged: the newest since is what it owes now. */
function settleWait(learner: Learner, zxid: number): void {
  if (learner.waitZxid === zxid) {
    learner.waitZxid = learner.nextZxid
    learner.waitSince = learner.nextSince
    learner.nextZxid = 0
    learner.nextSince = 0 as Micros
  } else if (learner.nextZxid === zxid) {
    learner.nextZxid = 0
    learner.nextSince = 0 as Micros
  }
}
