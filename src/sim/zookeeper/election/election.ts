// Fast leader election: servers that look for a leader tell each other their votes until a quorum agrees and 200 ms pass quietly (FastLeaderElection at release-3.5.5).

import { ms } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { entryOf, ownEntry, voters } from '../conf.ts'
import { quorumThread, say } from '../console.ts'
import { peerNext } from '../machines.ts'
import { hexZxid, type PeerState } from '../protocol/index.ts'
import type { Note, Vote, ZkServer } from '../state.ts'
import { call, haveDelivered, peerWaits, queuedSids, sendNote } from './port.ts'
import { beats, decides, follows, leaderConfirms } from './votes.ts'

/** Quiet needed before a decision; also the first time-out, which then doubles. */
const FINALIZE_WAIT_MS = 200
const MAX_TIMEOUT_MS = 60_000

export const roleOf = (s: ZkServer): PeerState => s.peer.split('.')[0] as PeerState

const ownVote = (s: ZkServer): Vote => ({ leader: s.conf.myid, zxid: s.tree.lastZxid, round: s.election.round, peerEpoch: s.currentEpoch })

const sayPeer = (ctx: Context, s: ZkServer, level: 'INFO' | 'WARN', where: string, text: string): void =>
  say(ctx, level, s.conf.myid, quorumThread(s.conf.myid, ownEntry(s.conf).clientPort), where, text)

/** Enters a new round: votes for itself and tells everybody. The peer must be LOOKING. */
export function startElection(ctx: Context, s: ZkServer, silence?: Parameters<Context['note']>[3]): void {
  const e = s.election
  sayPeer(ctx, s, 'INFO', 'QuorumPeer@1193', 'LOOKING')
  e.active = true
  e.blocked = false
  e.finalizing = false
  e.round++
  e.timeoutMs = FINALIZE_WAIT_MS
  e.received = {}
  e.outOfElection = {}
  e.inbox = []
  e.proposal = ownVote(s)
  sayPeer(ctx, s, 'INFO', 'FastLeaderElection@885', `New election. My id =  ${s.conf.myid}, proposed zxid=${hexZxid(e.proposal.zxid)}`)
  ctx.note('zk.looking', ctx.host, { round: e.round, zxid: hexZxid(e.proposal.zxid), epoch: s.currentEpoch }, silence)
  ctx.timer('election', ms(e.timeoutMs))
  broadcastVote(ctx, s)
}

const voteFor = (vote: Vote, state: PeerState, sid: number): Note => ({
  leader: vote.leader,
  zxid: vote.zxid,
  round: vote.round,
  peerEpoch: vote.peerEpoch,
  state,
  sid,
})

function broadcastVote(ctx: Context, s: ZkServer): void {
  const vote = { ...s.election.proposal, round: s.election.round }
  for (const sid of voters(s.conf)) sendNote(ctx, s, voteFor(vote, 'LOOKING', sid))
}

/** What the receiver thread does with a notification from another server (or our own, come back over a connection to ourselves). */
export function receiveVote(ctx: Context, s: ZkServer, n: Note): void {
  const e = s.election
  if (roleOf(s) === 'LOOKING') {
    if (!e.active) return
    e.inbox.push(n)
    if (n.state === 'LOOKING' && n.round < e.round) sendNote(ctx, s, voteFor({ ...e.proposal, round: e.round }, 'LOOKING', n.sid))
  } else if (n.state === 'LOOKING') sendNote(ctx, s, voteFor(s.vote, roleOf(s), n.sid))
}

/** The peer thread: reads what came. To be called at the end of whatever may have brought it a message. */
export function pumpElection(ctx: Context, s: ZkServer): void {
  const e = s.election
  if (e.blocked && !peerWaits(s)) {
    e.blocked = false
    waitLonger(ctx, s)
  }
  let read = false
  while (e.active && !e.blocked && e.inbox.length > 0) {
    const n = e.inbox.shift()!
    read = true
    if (e.finalizing) {
      if (!beats(n, e.proposal)) continue
      e.inbox.push(n)
      e.finalizing = false
    } else consider(ctx, s, n)
  }
  if (read && e.active && !e.blocked) ctx.timer('election', ms(e.finalizing ? FINALIZE_WAIT_MS : e.timeoutMs))
}

function consider(ctx: Context, s: ZkServer, n: Note): void {
  const e = s.election
  if (!entryOf(s.conf, n.sid) || !entryOf(s.conf, n.leader)) return
  if (n.state !== 'LOOKING') {
    considerEstablished(ctx, s, n)
    return
  }
  if (n.round > e.round) {
    e.round = n.round
    e.received = {}
    const own = ownVote(s)
    e.proposal = beats(n, own) ? { leader: n.leader, zxid: n.zxid, round: n.round, peerEpoch: n.peerEpoch } : own
    broadcastVote(ctx, s)
  } else if (n.round < e.round) return
  else if (beats(n, e.proposal)) {
    e.proposal = { leader: n.leader, zxid: n.zxid, round: n.round, peerEpoch: n.peerEpoch }
    broadcastVote(ctx, s)
  }
  e.received[n.sid] = { leader: n.leader, zxid: n.zxid, round: n.round, peerEpoch: n.peerEpoch }
  e.finalizing = decides(s.conf, e.received, { ...e.proposal, round: e.round })
}

/** An answer of a server that follows or leads: join when a majority does and the leader says so itself. No quiet time here. */
function considerEstablished(ctx: Context, s: ZkServer, n: Note): void {
  const e = s.election
  const { myid } = s.conf
  const vote: Vote = { leader: n.leader, zxid: n.zxid, round: n.round, peerEpoch: n.peerEpoch }
  if (n.round === e.round) {
    e.received[n.sid] = { ...vote }
    if (decides(s.conf, e.received, vote) && leaderConfirms(e.outOfElection, n.leader, n.round, myid, e.round)) {
      leave(ctx, s, vote)
      return
    }
  }
  e.outOfElection[n.sid] = { ...vote, state: n.state }
  if (follows(s.conf, e.outOfElection, vote) && leaderConfirms(e.outOfElection, n.leader, n.round, myid, e.round)) {
    e.round = n.round
    leave(ctx, s, vote)
  }
}

/** The wait for a notification ended without one. */
export function electionTimeout(ctx: Context, s: ZkServer): void {
  const e = s.election
  if (!e.active || e.blocked) return
  if (e.finalizing) {
    leave(ctx, s, { ...e.proposal, round: e.round })
    return
  }
  if (haveDelivered(s)) broadcastVote(ctx, s)
  else {
    for (const sid of queuedSids(s)) call(ctx, s, sid, 'peer')
    if (peerWaits(s)) {
      e.blocked = true
      return
    }
  }
  waitLonger(ctx, s)
}

function waitLonger(ctx: Context, s: ZkServer): void {
  const e = s.election
  e.timeoutMs = Math.min(e.timeoutMs * 2, MAX_TIMEOUT_MS)
  sayPeer(ctx, s, 'INFO', 'FastLeaderElection@919', `Notification time out: ${e.timeoutMs}`)
  ctx.timer('election', ms(e.timeoutMs), { periodic: `election of ${ctx.host}: votes again` })
}

/** The election is over for this server: it leads or follows, once it gets there. */
function leave(ctx: Context, s: ZkServer, vote: Vote): void {
  const e = s.election
  e.active = false
  e.finalizing = false
  e.inbox = []
  ctx.clearTimer('election')
  s.vote = { ...vote }
  const leads = vote.leader === s.conf.myid
  s.peer = peerNext(s.peer, leads ? 'elected leader' : 'elected follower')
  sayPeer(ctx, s, 'INFO', leads ? 'QuorumPeer@1281' : 'QuorumPeer@1269', leads ? 'LEADING' : 'FOLLOWING')
  ctx.timer(leads ? 'lead' : 'follow', ctx.cost(leads ? 'zk.leader.open' : 'zk.follower.connect'))
}
