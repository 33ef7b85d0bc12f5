// A broker's whole state, plain data, and the loggers that write its server.log.
import { us, type Micros } from '../../base/index.ts'
import type { Context, LogEntry } from '../../kernel/index.ts'
import { newThreads, type BrokerInfo, type Task, type Threads, type ZooKeeperState } from '../client/index.ts'
import { newController, type ControllerHost, type ControllerState } from '../controller/index.ts'
import { brokerConfig, type BrokerConfig } from './config.ts'
import { newDynamicSettings, type DynamicSettings } from './dynamic-settings.ts'
import { nextBrokerValue, type BrokerMove, type BrokerValue } from './lifecycle.ts'
import { newMetadataCache, type MetadataCache } from './metadata-cache.ts'
import { newNetwork, type Network } from './network.ts'
import { newReplicas, type Replicas } from './replica-state.ts'

export interface BrokerState extends ControllerHost {
  /** What holds now: settings may change while it runs. */
  config: BrokerConfig
  dynamic: DynamicSettings
  value: BrokerValue
  /** The JVM runs Kafka's code. */
  booted: boolean
  pace: number
  warm: boolean
  threads: Threads
  zk: ZooKeeperState | null
  controller: ControllerState
  brokerInfo: BrokerInfo
  /** czxid of the broker's own znode; -1 before. */
  brokerEpoch: number
  registeredSession: string
  clusterId: string
  /** Parts that were started, in order: what a shutdown has to stop. */
  parts: Part[]
  network: Network
  metadata: MetadataCache
  replicas: Replicas
  /** The highest controller epoch that a LeaderAndIsr, UpdateMetadata or StopReplica came with. */
  controllerEpochSeen: number
  /** Block of producer ids taken at the start. */
  producerIds: { start: number; end: number }
  /** A change of configuration waits to be looked at; the last one looked at. */
  configChanges: { pending: boolean; last: number }
  /** The connection on which a leaving broker asks the controller; 0 for none. */
  leaveConn: number
  /** Exit status once everything is down. */
  exitCode: number
}
export type Part = 'quotas' | 'logs' | 'sockets' | 'replicas' | 'controller' | 'groups' | 'transactions' | 'apis' | 'config' | 'processors'

export function newBroker(ctx: Context): BrokerState {
  const settings = ctx.config as { readonly brokerId?: number; readonly properties?: Readonly<Record<string, string>> }
  const byId: Record<string, string> = settings.brokerId === undefined ? {} : { 'broker.id': String(settings.brokerId) }
  const config = brokerConfig({ ...byId, ...settings.properties })
  return {
    config,
    dynamic: newDynamicSettings(config),
    value: 'NotRunning',
    booted: false,
    pace: 1000,
    warm: false,
    threads: newThreads(),
    zk: null,
    controller: newController(),
    brokerInfo: { id: config.brokerId, host: ctx.hostname, port: 9092, rack: config.rack === '' ? null : config.rack },
    brokerEpoch: -1,
    registeredSession: '0',
    clusterId: '',
    parts: [],
    network: newNetwork(),
    metadata: newMetadataCache(),
    replicas: newReplicas(ctx.wallMs, ctx.now),
    controllerEpochSeen: 0,
    producerIds: { start: -1, end: -1 },
    configChanges: { pending: false, last: -1 },
    leaveConn: 0,
    exitCode: 0,
  }
}

export function moveBroker(env: BrokerState, move: BrokerMove): void {
  env.value = nextBrokerValue(env.value, move)
}

/** A line of server.log, which is also the container's console. `logger` is the class. */
export function slog(ctx: Context, level: LogEntry['level'], logger: string, text: string): void {
  ctx.log('console', level, logger, text)
}
/** A line without a prefix: what a stack trace begins with. */
export const slogText = (ctx: Context, text: string): void => ctx.log('console', '', '', text)

const SERVER = 'kafka.server.KafkaServer'
/** A line of the server itself; the id stands before it once it is known. */
export function serverLog(ctx: Context, env: BrokerState, level: LogEntry['level'], text: string): void {
  const known = env.parts.length > 0
  slog(ctx, level, SERVER, known ? `[KafkaServer id=${env.config.brokerId}] ${text}` : text)
}

/** Work during a start-up, at this start's pace. */
export function paced(t: Task<BrokerState, unknown>, cost: string): Micros {
  return us(Math.round((t.ctx.cost(cost) * t.env.pace) / 1000))
}
