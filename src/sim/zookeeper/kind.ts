// The ZooKeeper server as a process: boots from its disk, then hands each input to the part it is for.

import type { ConnId, Context, Input, Message, ProcessKind, Silence } from '../kernel/index.ts'
import { bootServer, startServer } from './boot.ts'
import { ownEntry, readConf } from './conf.ts'
import { electionTimeout, pumpElection, receiveVote } from './election/election.ts'
import { electAccept, electClosed, electConnectTimeout, electMessage, electOpen, electRefused } from './election/port.ts'
import type { ElectMessage, QuorumMessage, TextMessage, ZkMessage } from './protocol/index.ts'
import { synced } from './quorum/broadcast.ts'
import {
  connectedToLeader,
  connectFailed,
  connectTimedOut,
  connectToLeader,
  leaderMessage,
  leaderReadTimeout,
  loseLeader,
  startFollowing,
} from './quorum/follower.ts'
import { leaderTick, leaderWaitedTooLong, startLeading, startServing } from './quorum/leader.ts'
import { acceptLearner, learnerMessage, learnerReadTimeout, loseLearner } from './quorum/learners.ts'
import { lookAgain } from './quorum/peer.ts'
import { acceptClient, clientClosed, clientMessage, readHeld } from './server/clients.ts'
import { expireConnections, expireSessions } from './server/expiry.ts'
import { newServer, type ZkServer } from './state.ts'

const LEARNER_TIMER = 'learner '

/** Reads a scenario's `{myid, servers, tickTimeMs, initLimit, syncLimit, maxClientCnxns, whitelist, announce?, snapCount?}`. */
export const zookeeperKind: ProcessKind<ZkServer> = {
  name: 'zookeeper',
  grain: 'copy',
  init: (ctx) => newServer(readConf(ctx.config)),
  handle(ctx, s, input) {
    dispatch(ctx, s, input)
    if (s.election.active) pumpElection(ctx, s)
    if (s.ready.length > 0) readHeld(ctx, s)
  },
}

function dispatch(ctx: Context, s: ZkServer, input: Input): void {
  switch (input.type) {
    case 'start':
      startServer(ctx, s)
      return
    case 'message':
      onMessage(ctx, s, input.conn, input.message, input.bytes)
      return
    case 'timer':
      onTimer(ctx, s, input.key, input.data)
      return
    case 'accept': {
      const own = ownEntry(s.conf)
      if (input.port === own.clientPort) acceptClient(ctx, s, input.conn, input.peer)
      else if (input.port === own.electionPort) electAccept(ctx, s, input.conn, input.peer.ip, input.peer.port)
      else acceptLearner(ctx, s, input.conn, input.peer)
      return
    }
    case 'open':
      if (s.port.conns[input.conn]?.role === 'calling') electOpen(ctx, s, input.conn)
      else if (s.following?.conn === input.conn) connectedToLeader(ctx, s)
      else ctx.close(input.conn)
      return
    case 'refused':
      if (s.port.conns[input.conn]?.role === 'calling') electRefused(ctx, s, input.timeout)
      else if (s.following?.conn === input.conn) connectFailed(ctx, s, 'java.net.ConnectException: Connection refused (Connection refused)')
      return
    case 'closed':
      onClosed(ctx, s, input.conn)
      return
    case 'input':
    case 'eof':
    case 'signal':
    case 'exited':
    case 'container':
      return
  }
}

function onMessage(ctx: Context, s: ZkServer, conn: ConnId, message: Message, bytes: number): void {
  if (s.clients[conn]) clientMessage(ctx, s, conn, message as ZkMessage | TextMessage, bytes)
  else if (s.following?.conn === conn) leaderMessage(ctx, s, message as QuorumMessage)
  else if (s.leading?.learners[conn]) learnerMessage(ctx, s, conn, message as QuorumMessage)
  else {
    const vote = electMessage(ctx, s, conn, message as ElectMessage)
    if (vote) receiveVote(ctx, s, vote)
  }
}

function onClosed(ctx: Context, s: ZkServer, conn: ConnId): void {
  if (s.clients[conn]) clientClosed(ctx, s, conn)
  else if (s.following?.conn === conn) loseLeader(ctx, s, 'java.io.EOFException')
  else if (s.leading?.learners[conn]) loseLearner(ctx, s, conn, 'java.io.EOFException')
  else electClosed(ctx, s, conn)
}

function onTimer(ctx: Context, s: ZkServer, key: string, data: unknown): void {
  switch (key) {
    case 'boot':
      bootServer(ctx, s)
      return
    case 'sync':
      synced(ctx, s)
      return
    case 'election':
      electionTimeout(ctx, s)
      return
    case 'election.connect':
      electConnectTimeout(ctx, s)
      return
    case 'look':
      lookAgain(ctx, s, data as Silence | undefined)
      return
    case 'lead':
      startLeading(ctx, s)
      return
    case 'follow':
      startFollowing(ctx, s)
      return
    case 'follower.retry':
      connectToLeader(ctx, s)
      return
    case 'follower.connect':
      connectTimedOut(ctx, s)
      return
    case 'leader.read':
      leaderReadTimeout(ctx, s)
      return
    case 'leader.wait':
      leaderWaitedTooLong(ctx, s)
      return
    case 'leader.start':
      startServing(ctx, s)
      return
    case 'leader.tick':
      leaderTick(ctx, s)
      return
    case 'sessions':
      expireSessions(ctx, s)
      return
    case 'connections':
      expireConnections(ctx, s)
      return
    default:
      if (key.startsWith(LEARNER_TIMER)) learnerReadTimeout(ctx, s, Number(key.slice(LEARNER_TIMER.length)))
  }
}
