// What a checker is: something outside the processes that is told of what happens and says when an invariant does not hold. It changes nothing.

import type { Micros, PMap } from '../base/index.ts'
import type { Engine, Pid, Proc, World } from '../kernel/index.ts'
import { brokerStateOf, type BrokerState, type LocalPartition } from '../kafka/broker/index.ts'
import type { Log } from '../kafka/log/index.ts'
import type { KafkaRequest, KafkaResponse } from '../kafka/protocol/index.ts'
import type { OpReply, OpRequest, QuorumMessage, SessionId, Txn, Zxid } from '../zookeeper/protocol/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import type { CommittedHistory } from './committed-history.ts'
import type { Change, CommittedPartitions, CommittedState } from './committed-partitions.ts'

export interface Violation {
  /** The checker's name. */
  readonly checker: string
  readonly at: Micros
  readonly text: string
}

/** Says that the invariant does not hold now. */
export type Report = (text: string) => void

/** A running ZooKeeper server process. */
export interface ServerRef {
  readonly pid: Pid
  readonly host: string
  readonly state: ZkServer
}

/** A running broker process. */
export interface BrokerRef {
  readonly pid: Pid
  readonly host: string
  readonly id: number
  readonly state: BrokerState
}

/** A process as a broker; undefined when it is none. */
export function brokerOf(proc: Proc | undefined): BrokerRef | undefined {
  const state = proc && brokerStateOf(proc)
  return state && { pid: proc.pid, host: proc.host, id: state.config.brokerId, state }
}

/** A request of a client together with its answer. */
export interface Answered {
  readonly session: SessionId
  readonly request: OpRequest
  readonly reply: OpReply
}

/** What a checker may be told. All hooks are called after the event that they are about was handled, those of messages when they reach their reader. */
export interface Checker {
  readonly name: string
  /** A serving server has applied a committed transaction; `before` is the zxid it had applied before it, undefined when not known. */
  onApplied?(server: ServerRef, txn: Txn, before: Zxid | undefined): void
  /** A transaction has come into the history: told once, with what it did to Kafka's znodes and which states of partitions it wrote. */
  onCommitted?(txn: Txn, changes: readonly Change[], states: readonly CommittedState[]): void
  /** A server begins to serve, with this state. */
  onServing?(server: ServerRef): void
  /** A server sent a successful answer to a write. */
  onAcknowledged?(server: ServerRef, answered: Answered): void
  /** A client got an answer to a request. */
  onAnswer?(answered: Answered): void
  /** A client got its session, or got it back. */
  onSession?(session: SessionId, timeoutMs: number): void
  /** A client's packet of a session reached a server. */
  onHeard?(session: SessionId, server: ServerRef, isClose: boolean): void
  /** A packet between servers reached one. */
  onPeerPacket?(server: ServerRef, message: QuorumMessage): void
  /** A server sent a packet to another one. */
  onPeerSend?(server: ServerRef, message: QuorumMessage): void
  /** A request reached a broker. */
  onBrokerRequest?(request: KafkaRequest, host: string): void
  /** A broker sent a request to its server. */
  onBrokerAsks?(broker: BrokerRef, session: SessionId, request: OpRequest): void
  /** What a broker knows of a partition has changed. */
  onPartition?(broker: BrokerRef, partition: LocalPartition): void
  /** A broker's logs have changed; `before` is as they were, undefined for a new process. Told before `onPartition`. */
  onLogs?(broker: BrokerRef, before: PMap<Log> | undefined): void
  /** A broker answers a producer. */
  onProduced?(broker: BrokerRef, request: KafkaRequest<'Produce'>, response: KafkaResponse<'Produce'>): void
  /** A broker answered a request of a controller, and not with an error. */
  onObeyed?(broker: BrokerRef, request: KafkaRequest): void
  /** A process of a container has ended, or another has taken its place. */
  onGone?(pid: Pid): void
  /** The run is over. */
  onEnd?(): void
}

/** What checkers are made of: the engine they watch, the committed history as all servers together show it, and a place to complain. */
export interface Scene {
  readonly engine: Engine
  readonly history: CommittedHistory
  readonly partitions: CommittedPartitions
  readonly report: Report
  /** Says that the run has met a flaw of the real servers, by its number there: what follows is as wrong there as here, and is not told. */
  readonly known: (flaw: string) => void
}

export type MakeChecker = (scene: Scene) => Checker

export const worldOf = (scene: Scene): World => scene.engine.world
