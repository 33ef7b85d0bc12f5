// What the stage needs to know of a cluster at a moment, as plain values: the meeting point between the World, whose process states are opaque, and the layout,
// which knows nothing of processes. `view.ts` makes it from a World; tests make it by hand.

import type { ContainerState, HostName, Micros, Pid } from '../../sim/index.ts'
import type { TopicsView } from './topics.ts'

/** A place a wire can end: a host's main program by the host's name, or one of the tools, `tool:<pid>`. */
export type NodeId = string

export const toolNode = (pid: Pid): NodeId => `tool:${pid}`

interface HostViewBase {
  readonly name: HostName
  readonly hostname: string
  readonly ip: string
  readonly container: ContainerState
  readonly exitCode: number
  /** When it came into this container state: started, or ended. */
  readonly since: Micros
}

/** A ZooKeeper server. */
export interface ServerView extends HostViewBase {
  readonly kind: 'zookeeper'
  /** Its number in the ensemble (myid). */
  readonly sid: number
  /** Undefined while its program does not run. */
  readonly role: 'looking' | 'following' | 'leading' | 'observing' | undefined
  /** True when it answers clients (synchronised with a quorum). */
  readonly serving: boolean
  /** The last transaction it has processed. */
  readonly zxid: number
  /** Whom it votes for while looking; 0 otherwise. */
  readonly vote: number
}

/** A Kafka broker. */
export interface BrokerView extends HostViewBase {
  readonly kind: 'broker'
  readonly brokerId: number
  /** Its state in words: `starting`, `running`, `shutting down`; undefined while its program does not run. */
  readonly lifecycle: string | undefined
  /** The epoch under which it acts as controller; undefined when it does not. */
  readonly controllerEpoch: number | undefined
  /** `/controller` names it, whether it lives or not. */
  readonly namedController: boolean
  /** `/brokers/ids/N` is there. */
  readonly registered: boolean
  /** Its disk: what it holds at the most, whether that is reached, and whether it takes writes; undefined while it takes all that comes. */
  readonly disk: { readonly limit: number | undefined; readonly full: boolean; readonly readOnly: boolean } | undefined
  /** Topics it knows of; undefined while nobody has told it. */
  readonly topics: number | undefined
}

/** A machine for clients, or the docker host. */
export interface ClientView extends HostViewBase {
  readonly kind: 'client' | 'docker-host'
}

export type HostView = ServerView | BrokerView | ClientView

/** A program that somebody started and that talks, or may talk, to the cluster. */
export interface ToolView {
  readonly pid: Pid
  readonly host: HostName
  /** `zk-shell zoo1`, `kafka-topics.sh --list`. */
  readonly title: string
  /** The whole command line. */
  readonly command: string
  readonly startedAt: Micros
}

/** Two places with at least one open connection between them. */
export interface WireView {
  readonly a: NodeId
  readonly b: NodeId
  readonly hostA: HostName
  readonly hostB: HostName
  /** The ports connected to, ascending: 2181 clients of ZooKeeper, 2888 quorum, 3888 election, 9092 Kafka. */
  readonly ports: readonly number[]
}

/** A wire that is not as it should be. */
export interface FaultView {
  readonly a: HostName
  readonly b: HostName
  readonly cut: boolean
  /** Delays are multiplied by this; 1 is as usual. */
  readonly slow: number
  readonly lossPerMille: number
  /** Packets that wait for it to heal. */
  readonly held: number
}

/** A ZooKeeper session, as the ensemble's leader keeps it. */
export interface SessionView {
  readonly id: string
  /** Whose it is, when known. */
  readonly owner: NodeId | undefined
  /** The server it is, or last was, connected to. */
  readonly server: HostName | undefined
  /** False: nobody speaks for it any more, it lives only by its timer. */
  readonly connected: boolean
  readonly timeoutMs: number
  /** When the leader expires it unless it is heard of before; undefined without a leader, when nobody counts. */
  readonly expiresAt: Micros | undefined
  /** Paths of its ephemeral nodes. */
  readonly ephemerals: readonly string[]
}

export interface ClusterView {
  readonly servers: readonly ServerView[]
  readonly brokers: readonly BrokerView[]
  /** Client machines, then the docker host. */
  readonly clients: readonly ClientView[]
  readonly tools: readonly ToolView[]
  readonly wires: readonly WireView[]
  readonly faults: readonly FaultView[]
  readonly sessions: readonly SessionView[]
  /** What changed last on a machine, oldest first: roles, lives, the controller. */
  readonly changes: readonly { readonly host: HostName; readonly at: Micros }[]
  /** The same object as long as no topic, partition or replica changed. */
  readonly topics: TopicsView
}
