// What the committed history says of topics and their partitions: incarnations, assignments, and every version of every partition's state, each with its place in the history.

import { znodes } from '../kafka/client/index.ts'
import type { SessionId, Txn, TxnBody, Zxid } from '../zookeeper/protocol/index.ts'
import type { CommittedHistory } from './committed-history.ts'

/** Where Kafka's paths begin. */
export const CHROOT = '/kafka'

/** One thing that a transaction did to a znode. */
export interface Change {
  readonly op: 'create' | 'set' | 'delete'
  /** Below the chroot. */
  readonly path: string
  readonly data: string | null
  readonly version: number
}

/** A version of a partition's state znode. */
export interface CommittedState {
  readonly topic: string
  readonly partition: number
  readonly zxid: Zxid
  /** czxid of the topic's znode: a topic that is made anew under an old name has another. */
  readonly incarnation: Zxid
  readonly version: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly isr: readonly number[]
  readonly controllerEpoch: number
  readonly session: SessionId
  /** The version before it in the same incarnation. */
  readonly before: CommittedState | undefined
}

/** What a transaction did to Kafka's znodes, in order; nothing when it failed. */
export function changesOf(body: TxnBody): Change[] {
  switch (body.op) {
    case 'multi':
      return body.txns.some((one) => one.op === 'error') ? [] : body.txns.flatMap(changesOf)
    case 'create':
    case 'delete':
    case 'setData': {
      if (!body.path.startsWith(`${CHROOT}/`)) return []
      const path = body.path.slice(CHROOT.length)
      if (body.op === 'delete') return [{ op: 'delete', path, data: null, version: -1 }]
      return [{ op: body.op === 'create' ? 'create' : 'set', path, data: body.data, version: body.op === 'create' ? 0 : body.version }]
    }
    default:
      return []
  }
}

const STATE = /^\/brokers\/topics\/([^/]+)\/partitions\/(\d+)\/state$/
const TOPIC = /^\/brokers\/topics\/([^/]+)$/
export const topicOf = (change: Change): string | undefined => TOPIC.exec(change.path)?.[1]

export class CommittedPartitions {
  private readonly states = new Map<string, CommittedState[]>()

  constructor(private readonly history: CommittedHistory) {}

  /** Takes a transaction that the history has just got; gives the states that it wrote. */
  fold(txn: Txn, changes: readonly Change[]): CommittedState[] {
    return changes.flatMap((change) => {
      const match = change.op === 'delete' ? null : STATE.exec(change.path)
      const state = match && znodes.decodeState(change.data, change.version)
      if (!match || !state) return []
      const [topic, partition] = [match[1]!, Number(match[2])]
      const all = this.of(topic, partition)
      const incarnation = this.history.at(`${CHROOT}/brokers/topics/${topic}`, txn.zxid)?.czxid ?? 0
      const last = all.at(-1)
      const { leader, leaderEpoch, isr, controllerEpoch } = state
      const before = last?.incarnation === incarnation ? last : undefined
      const { zxid, session } = txn
      const { version } = change
      const made = { topic, partition, zxid, incarnation, version, leader, leaderEpoch, isr, controllerEpoch, session, before }
      all.push(made)
      this.states.set(`${topic}-${partition}`, all)
      return [made]
    })
  }
  /** All versions of a partition's state, of all incarnations, in order. */
  of(topic: string, partition: number): CommittedState[] {
    return this.states.get(`${topic}-${partition}`) ?? []
  }
  /** Replicas as a topic's znode assigns them after a transaction. */
  assigned(topic: string, partition: number, zxid: Zxid): readonly number[] | undefined {
    const data = this.history.at(`${CHROOT}/brokers/topics/${topic}`, zxid)?.data ?? null
    return znodes.decodeTopic(data)?.find(([p]) => p === partition)?.[1]
  }
  /** The controller's epoch after a transaction; 0 before the first. */
  controllerEpoch(zxid: Zxid): number {
    return Number(this.history.at(`${CHROOT}/controller_epoch`, zxid)?.data ?? 0)
  }
}

/** `topic-1-0 leader 2 epoch 5 isr 2,1` */
export const stateText = (s: CommittedState): string =>
  `${s.topic}-${s.partition} leader ${s.leader} epoch ${s.leaderEpoch} isr ${s.isr.join(',')}`
