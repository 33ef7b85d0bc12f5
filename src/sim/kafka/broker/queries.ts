// Pure questions about a broker process's state, for those who watch from outside: the page, checkers, completion.
import type { PMap } from '../../base/index.ts'
import type { Proc as Process } from '../../kernel/index.ts'
import { isActive, type ControllerValue, type PartitionRecord } from '../controller/index.ts'
import type { Log } from '../log/index.ts'
import type { BrokerValue } from './lifecycle.ts'
import type { CachedPartition } from './metadata-cache.ts'
import type { LocalPartition } from './partition.ts'
import type { BrokerState } from './state.ts'

export interface BrokerView {
  readonly brokerId: number
  readonly value: BrokerValue
  /** Between a process's start and Kafka's first line. */
  readonly booted: boolean
  readonly host: string
  readonly port: number
  readonly clusterId: string
  /** czxid of its znode, -1 before its registration. */
  readonly brokerEpoch: number
  readonly session: { readonly id: string; readonly state: 'none' | 'connecting' | 'connected' | 'expired' | 'closing' | 'closed' }
  readonly controller: {
    readonly value: ControllerValue
    /** Whom it believes to be controller; -1 for nobody. */
    readonly activeControllerId: number
    readonly isController: boolean
    readonly epoch: number
    /** As the active controller sees them. */
    readonly liveBrokers: readonly { readonly id: number; readonly epoch: number }[]
    readonly shuttingDown: readonly number[]
    readonly processing: string
    readonly queued: readonly string[]
    readonly channels: readonly { readonly brokerId: number; readonly value: string; readonly queued: number }[]
  }
  /** What it tells clients. */
  readonly metadata: { readonly controllerId: number; readonly brokers: readonly number[]; readonly topics: readonly string[] }
  /** Threads and what each waits for. */
  readonly threads: readonly { readonly name: string; readonly waiting: string; readonly doing: string }[]
  readonly connections: number
}

/** The state of a process when it is a broker's, readable or not configured at all. */
export function brokerStateOf(process: Process): BrokerState | undefined {
  if (process.kind !== 'broker') return undefined
  const state = process.state as BrokerState | { error: string }
  return 'error' in state ? undefined : state
}

export function brokerView(state: BrokerState): BrokerView {
  const { config, controller: c, zk, metadata, brokerInfo } = state
  return {
    brokerId: config.brokerId,
    value: state.value,
    booted: state.booted,
    host: brokerInfo.host,
    port: brokerInfo.port,
    clusterId: state.clusterId,
    brokerEpoch: state.brokerEpoch,
    session: zk === null ? { id: '0', state: 'none' } : { id: zk.sessionId, state: zk.value },
    controller: {
      value: c.value,
      activeControllerId: c.activeControllerId,
      isController: c.activeControllerId === config.brokerId,
      epoch: c.epoch,
      liveBrokers: c.liveBrokers.map(({ id, epoch }) => ({ id, epoch })),
      shuttingDown: c.shuttingDown.slice(),
      processing: c.processing,
      queued: c.queue.map((e) => e.type),
      channels: Object.values(c.channels).map((ch) => ({ brokerId: ch.brokerId, value: ch.value, queued: ch.queue.length })),
    },
    metadata: {
      controllerId: metadata.controllerId,
      brokers: metadata.brokers.map((b) => b.id),
      topics: metadata.topicOrder.slice().sort(),
    },
    threads: Object.entries(state.threads.live).map(([name, thread]) => ({
      name,
      waiting: thread.waiting,
      doing: thread.stack.map((frame) => frame.proc).join(' > '),
    })),
    connections: Object.keys(state.network.conns).length,
  }
}

/** What a broker knows of partitions, each by its name (`playground-0`). The maps are the broker's own persistent ones: the same map means that nothing changed. */
export interface PartitionsKnown {
  readonly brokerId: number
  /** Replicas that it holds, as LeaderAndIsr told it. */
  readonly replicas: PMap<LocalPartition>
  readonly logs: PMap<Log>
  /** What it tells clients, as UpdateMetadata told it. */
  readonly cached: PMap<CachedPartition>
  /** Its controller's picture of all partitions; undefined when it is not the controller. */
  readonly controlled: PMap<PartitionRecord> | undefined
  readonly controllerEpoch: number
}

export const partitionsKnown = (state: BrokerState): PartitionsKnown => ({
  brokerId: state.config.brokerId,
  replicas: state.replicas.partitions,
  logs: state.replicas.logs,
  cached: state.metadata.partitions,
  controlled: isActive(state) ? state.controller.partitions : undefined,
  controllerEpoch: state.controller.epoch,
})
