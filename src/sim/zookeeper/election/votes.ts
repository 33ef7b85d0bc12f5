// How votes compare and when they decide (FastLeaderElection at release-3.5.5). Pure.

import { isQuorum, type Conf } from '../conf.ts'
import type { PeerState, Sid } from '../protocol/index.ts'
import type { Vote } from '../state.ts'

/** Does vote `a` beat vote `b`: by epoch, then zxid, then id? */
export function beats(a: Pick<Vote, 'leader' | 'zxid' | 'peerEpoch'>, b: Pick<Vote, 'leader' | 'zxid' | 'peerEpoch'>): boolean {
  if (a.peerEpoch !== b.peerEpoch) return a.peerEpoch > b.peerEpoch
  if (a.zxid !== b.zxid) return a.zxid > b.zxid
  return a.leader > b.leader
}

/** Do those who sent these votes and agree with one make a quorum? Among looking servers all fields must agree. */
export function decides(conf: Conf, votes: Readonly<Record<Sid, Vote>>, vote: Vote): boolean {
  let n = 0
  for (const sid in votes) {
    const other = votes[sid]!
    if (other.leader === vote.leader && other.zxid === vote.zxid && other.round === vote.round && other.peerEpoch === vote.peerEpoch) n++
  }
  return isQuorum(conf, n)
}

/** The same among servers that are not looking: they need only agree on the leader and its epoch (Vote.equals). */
export function follows(conf: Conf, votes: Readonly<Record<Sid, Vote>>, vote: Vote): boolean {
  let n = 0
  for (const sid in votes) {
    const other = votes[sid]!
    if (other.leader === vote.leader && other.peerEpoch === vote.peerEpoch) n++
  }
  return isQuorum(conf, n)
}

/** Has the leader itself said that it leads? When it is we, the round must be ours. */
export function leaderConfirms(
  votes: Readonly<Record<Sid, Vote & { state: PeerState }>>,
  leader: Sid,
  round: number,
  me: Sid,
  myRound: number,
): boolean {
  if (leader === me) return round === myRound
  return votes[leader]?.state === 'LEADING'
}
