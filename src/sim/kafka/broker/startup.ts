// A broker's start, in the order of its log lines and its ZooKeeper operations (server/KafkaServer.scala, startup, at 2.3.0).
import { us } from '../../base/index.ts'
import {
  childrenOf,
  closeZooKeeper,
  createRecursive,
  dataOf,
  fail,
  keeper,
  openZooKeeper,
  paths,
  proc,
  replies,
  reply,
  startThread,
  zkBatch,
  znodes,
  type Failure,
  type Proc,
  type Task,
} from '../client/index.ts'
import { readBrokers, registerBroker, startController, type LiveBroker } from '../controller/index.ts'
import { dispatch } from './apis.ts'
import { listener } from './config.ts'
import { applySettings, CONFIG_THREAD, configLoop, logConfigThread, readAllConfigs, takeSettings } from './config-changes.ts'
import { checkpointBrokerId, openLogDirs, readBrokerIds, startCleaner } from './log-dirs.ts'
import { handleLogDirFailure } from './log-dir-failure.ts'
import { startLogTasks } from './log-tasks.ts'
import { loadLogs } from './logs.ts'
import { listen, startProcessors } from './network.ts'
import { takeProducerIds } from './producer-ids.ts'
import { shutdownAfterFailure } from './shutdown.ts'
import { moveBroker, paced, serverLog, slog, slogText, type BrokerState, type Part } from './state.ts'

type T<V> = Task<BrokerState, V>
const REAPER = 'kafka.server.DelayedOperationPurgatory$ExpiredOperationReaper'
const KAFKA_VERSION = '2.3.0'
const COMMIT_ID = 'fc1aaa116b661c8a1a2eefc0ed7e92b7f2e27d35'

const started = (t: T<unknown>, part: Part): void => void t.env.parts.push(part)
const reaper = (t: T<unknown>, name: string): void =>
  slog(t.ctx, 'INFO', REAPER, `[ExpirationReaper-${t.env.config.brokerId}-${name}]: Starting`)

/** The main thread: start to finish, or to a fatal error and the end of the process. */
export const startup: Proc<object, void> = proc<BrokerState, object, void>(
  'broker.startup',
  [
    (t) => {
      moveBroker(t.env, 'start')
      slog(t.ctx, 'INFO', 'kafka.utils.Log4jControllerRegistration$', 'Registered kafka:type=kafka.Log4jController MBean')
      slog(t.ctx, 'INFO', 'org.apache.kafka.common.utils.LoggingSignalHandler', 'Registered signal handlers for TERM, INT, HUP')
      serverLog(t.ctx, t.env, 'INFO', 'starting')
      return t.call(connectZooKeeper, {})
    },
    (t) => t.call(clusterId, {}),
    (t) => {
      t.env.clusterId = t.value as string
      serverLog(t.ctx, t.env, 'INFO', `Cluster ID = ${t.env.clusterId}`)
      readBrokerIds(t)
      return t.sleep(paced(t, 'kafka.start.configs'))
    },
    (t) => t.call(startLogs, {}),
    (t) => t.call(startSockets, {}),
    (t) => t.call(checkEndpoints, {}),
    (t) => t.sleep(paced(t, 'kafka.start.register')),
    (t) => t.call(registerBroker, {}),
    (t) => {
      t.env.brokerEpoch = t.value as number
      checkpointBrokerId(t)
      return t.sleep(paced(t, 'kafka.start.controller'))
    },
    (t) => {
      started(t, 'controller')
      startController(t.ctx, t.env)
      return t.sleep(paced(t, 'kafka.start.groups'))
    },
    (t) => t.call(startCoordinators, {}),
    (t) => t.call(startConfigs, {}),
    (t) => t.sleep(paced(t, 'kafka.start.processors')),
    (t) => finish(t),
  ],
  (t, failure) => t.call(startupFailed, { failure }),
)

const startupFailed: Proc<{ failure: Failure }, void> = proc<BrokerState, { failure: Failure }, void>('broker.startupFailed', [
  (t) => {
    const { type, message } = t.vars.failure
    serverLog(t.ctx, t.env, 'ERROR', 'Fatal error during KafkaServer startup. Prepare to shutdown')
    slogText(t.ctx, `${type}: ${message}`)
    t.ctx.note('broker.start.failed', `broker ${t.env.config.brokerId}`, {
      broker: t.env.config.brokerId,
      error: type.slice(type.lastIndexOf('.') + 1),
    })
    return t.call(shutdownAfterFailure, {})
  },
])

/** First a session without chroot, only to make the chroot; then the real one, and the persistent paths. */
const connectZooKeeper: Proc<{ left?: string[] }, void> = proc<BrokerState, { left?: string[] }, void>('broker.connectZooKeeper', [
  (t) => {
    const { zkConnect } = t.env.config
    serverLog(t.ctx, t.env, 'INFO', `Connecting to zookeeper on ${zkConnect}`)
    if (!zkConnect.includes('/')) return
    return t.call(makeChroot, { servers: zkConnect.slice(0, zkConnect.indexOf('/')), chroot: zkConnect.slice(zkConnect.indexOf('/')) })
  },
  (t) => t.call(openZooKeeper, { options: zooKeeperOptions(t, t.env.config.zkConnect) }),
  (t) => {
    t.vars.left = PERSISTENT.slice()
    return t.sleep('kafka.zookeeper.wake')
  },
  (t) => {
    const path = t.vars.left!.shift()
    if (path !== undefined) return t.again(t.call(createRecursive, { path, data: null, mustBeNew: false }))
  },
])
const PERSISTENT = znodes.PERSISTENT_PATHS
const zooKeeperOptions = (t: T<unknown>, connect: string, label?: string) => ({
  connect,
  sessionTimeoutMs: t.env.config.zkSessionTimeoutMs,
  connectionTimeoutMs: t.env.config.zkConnectionTimeoutMs,
  maxInFlight: t.env.config.zkMaxInFlightRequests,
  name: 'Kafka server',
  logs: ['console'],
  ...(label === undefined ? {} : { label }),
})
const makeChroot: Proc<{ servers: string; chroot: string }, void> = proc<BrokerState, { servers: string; chroot: string }, void>(
  'broker.makeChroot',
  [
    (t) => t.call(openZooKeeper, { options: zooKeeperOptions(t, t.vars.servers, 'chroot') }),
    (t) => t.sleep(paced(t, 'kafka.start.chroot')),
    (t) => t.call(createRecursive, { path: t.vars.chroot, data: null, mustBeNew: false }),
    (t) => t.sleep(paced(t, 'kafka.start.chroot-close')),
    (t) => {
      serverLog(t.ctx, t.env, 'INFO', `Created zookeeper path ${t.vars.chroot}`)
      return t.call(closeZooKeeper, {})
    },
    (t) => t.sleep(paced(t, 'kafka.start.reopen')),
  ],
)

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** A random UUID, version 4, as 22 URL-safe characters of base 64. */
function uuidBase64(t: T<unknown>): string {
  const bytes = Array.from({ length: 16 }, () => t.ctx.below(256, 'uuid'))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  let out = ''
  for (let bit = 0; bit < 128; bit += 6) {
    const [byte, shift] = [bit >> 3, bit & 7]
    const word = (bytes[byte]! << 8) | (bytes[byte + 1] ?? 0)
    out += ALPHABET[(word >> (10 - shift)) & 63]
  }
  return out
}
const clusterId: Proc<{ id?: string }, string> = proc<BrokerState, { id?: string }, string>(
  'broker.clusterId',
  [
    (t) => zkBatch(t, [keeper.getData(paths.clusterId)]),
    (t) => {
      const node = dataOf(reply(t))
      if (node !== undefined) return t.return(clusterIdIn(node.data))
      return t.sleep(paced(t, 'kafka.start.uuid'))
    },
    (t) => {
      t.vars.id = uuidBase64(t)
      return t.call(createRecursive, { path: paths.clusterId, data: znodes.encodeClusterId(t.vars.id), mustBeNew: true })
    },
    (t) => t.return(t.vars.id),
  ],
  (t, failure) => (failure.type.endsWith('NodeExistsException') ? t.call(clusterIdAgain, {}) : undefined),
)
const clusterIdAgain: Proc<object, string> = proc<BrokerState, object, string>('broker.clusterIdAgain', [
  (t) => zkBatch(t, [keeper.getData(paths.clusterId)]),
  (t) => {
    const node = dataOf(reply(t))
    if (node === undefined)
      fail(
        'kafka.common.KafkaException',
        'Failed to get cluster id from Zookeeper. This can happen if /cluster/id is deleted from Zookeeper.',
      )
    return t.return(clusterIdIn(node.data))
  },
])
function clusterIdIn(data: string | null): string {
  const id = znodes.decodeClusterId(data)
  if (id === undefined) fail('kafka.common.KafkaException', `Failed to parse the cluster id json ${data}`)
  return id
}

interface LogsVars {
  count?: number
  topics?: string[]
}
/** Dynamic configurations, quotas, logs, cleaner. */
const startLogs: Proc<LogsVars, void> = proc<BrokerState, LogsVars, void>('broker.startLogs', [
  (t) => zkBatch(t, [keeper.getData(paths.config('brokers', '<default>'))]),
  (t) => {
    t.env.dynamic.byDefault = takeSettings(dataOf(reply(t))?.data ?? null)
    applySettings(t.ctx, t.env)
    return t.sleep(paced(t, 'kafka.start.broker-config'))
  },
  (t) => zkBatch(t, [keeper.getData(paths.config('brokers', String(t.env.config.brokerId)))]),
  (t) => {
    t.env.dynamic.broker = takeSettings(dataOf(reply(t))?.data ?? null)
    applySettings(t.ctx, t.env)
    return t.sleep(paced(t, 'kafka.start.quotas'))
  },
  (t) => {
    started(t, 'quotas')
    for (const kind of ['Fetch', 'Produce', 'Request']) {
      slog(t.ctx, 'INFO', 'kafka.server.ClientQuotaManager$ThrottledChannelReaper', `[ThrottledChannelReaper-${kind}]: Starting`)
    }
    openLogDirs(t)
    return zkBatch(t, [keeper.getChildren(paths.topics)])
  },
  (t) => {
    t.vars.topics = childrenOf(reply(t)).slice()
    return zkBatch(
      t,
      t.vars.topics.map((topic) => keeper.getData(paths.config('topics', topic))),
    )
  },
  (t) => {
    slog(t.ctx, 'INFO', 'kafka.log.LogManager', 'Loading logs.')
    const configs = replies(t).map((r) => znodes.decodeConfig(dataOf(r)?.data ?? null))
    t.vars.count = loadLogs(t.ctx, t.env, Object.fromEntries(t.vars.topics!.map((topic, i) => [topic, configs[i]!])))
    return t.sleep(us(paced(t, 'kafka.start.logs') + Math.ceil(Math.sqrt(t.vars.count)) * t.ctx.cost('kafka.log.load')))
  },
  (t) => {
    started(t, 'logs')
    const took = 2 + t.ctx.below(6, 'took') + t.vars.count! * 8
    slog(t.ctx, 'INFO', 'kafka.log.LogManager', `Logs loading complete in ${took} ms.`)
    slog(t.ctx, 'INFO', 'kafka.log.LogManager', `Starting log cleanup with a period of ${t.env.config.logRetentionCheckIntervalMs} ms.`)
    slog(t.ctx, 'INFO', 'kafka.log.LogManager', 'Starting log flusher with a default period of 9223372036854775807 ms.')
    startCleaner(t)
    startLogTasks(t.ctx, t.env)
    return t.sleep(paced(t, 'kafka.start.sockets'))
  },
])

/** Acceptors are bound, the replica manager's threads start. */
const startSockets: Proc<object, void> = proc<BrokerState, object, void>('broker.startSockets', [
  (t) => {
    const { brokerId, listeners, advertisedListeners } = t.env.config
    const bound = listener(listeners)
    const advertised = listener(advertisedListeners) ?? bound
    const { hostname } = t.ctx
    const host = advertised === undefined || advertised.host === '' ? hostname : advertised.host
    t.env.brokerInfo = { ...t.env.brokerInfo, host, port: advertised?.port ?? 9092 }
    const address = bound === undefined || bound.host === '' ? '0.0.0.0' : bound.host
    slog(t.ctx, 'INFO', 'kafka.network.Acceptor', `Awaiting socket connections on ${address}:${t.env.brokerInfo.port}.`)
    started(t, 'sockets')
    listen(t.ctx, t.env)
    const endPoint = `EndPoint(${bound?.host ? bound.host : 'null'},${t.env.brokerInfo.port},ListenerName(PLAINTEXT),PLAINTEXT)`
    const server = (text: string) => slog(t.ctx, 'INFO', 'kafka.network.SocketServer', `[SocketServer brokerId=${brokerId}] ${text}`)
    server(`Created data-plane acceptor and processors for endpoint : ${endPoint}`)
    server('Started 1 acceptor threads for data-plane')
    return t.sleep(paced(t, 'kafka.start.replicas'))
  },
  (t) => {
    for (const name of ['Produce', 'Fetch', 'DeleteRecords', 'ElectPreferredLeader']) reaper(t, name)
    slog(t.ctx, 'INFO', 'kafka.server.ReplicaManager$LogDirFailureHandler', '[LogDirFailureHandler]: Starting')
    started(t, 'replicas')
    handleLogDirFailure(t.ctx, t.env)
    const { replicas } = t.env
    replicas.startedAt = t.ctx.now
    replicas.lastIsrChangeMs = t.ctx.wallMs
    replicas.lastPropagationMs = t.ctx.wallMs
    // A directory that failed before is the handler's first work; it halts the broker before this thread has registered it.
    if (replicas.dirFailure !== undefined) return t.wait('the end')
  },
])

/** No other live broker may have this address. */
const checkEndpoints: Proc<object, void> = proc<BrokerState, object, void>('broker.checkEndpoints', [
  (t) => t.call(readBrokers, {}),
  (t) => {
    const { id, host, port } = t.env.brokerInfo
    const other = (t.value as LiveBroker[]).find((b) => b.id !== id && b.host === host && b.port === port)
    if (other === undefined) return
    const text = `requirement failed: Configured end points ${host}:${port} in advertised listeners are already registered by broker ${other.id}`
    fail('java.lang.IllegalArgumentException', text)
  },
])

/** Group and transaction coordinators; the second takes a block of producer ids. */
const startCoordinators: Proc<object, void> = proc<BrokerState, object, void>('broker.startCoordinators', [
  (t) => {
    for (const name of ['topic', 'Heartbeat', 'Rebalance']) reaper(t, name)
    return zkBatch(t, [keeper.getData(paths.topic('__consumer_offsets'))])
  },
  (t) => {
    const { brokerId } = t.env.config
    const coordinator = (text: string) =>
      slog(t.ctx, 'INFO', 'kafka.coordinator.group.GroupCoordinator', `[GroupCoordinator ${brokerId}]: ${text}`)
    coordinator('Starting up.')
    coordinator('Startup complete.')
    const took = t.ctx.below(8, 'took')
    const removed = `[GroupMetadataManager brokerId=${brokerId}] Removed 0 expired offsets in ${took} milliseconds.`
    slog(t.ctx, 'INFO', 'kafka.coordinator.group.GroupMetadataManager', removed)
    started(t, 'groups')
    return t.sleep(paced(t, 'kafka.start.transactions'))
  },
  (t) => t.call(takeProducerIds, {}),
  (t) => t.sleep(paced(t, 'kafka.start.transaction-log')),
  (t) => zkBatch(t, [keeper.getData(paths.topic('__transaction_state'))]),
  (t) => {
    const { brokerId } = t.env.config
    const coordinator = (text: string) =>
      slog(t.ctx, 'INFO', 'kafka.coordinator.transaction.TransactionCoordinator', `[TransactionCoordinator id=${brokerId}] ${text}`)
    coordinator('Starting up.')
    coordinator('Startup complete.')
    const marker = 'kafka.coordinator.transaction.TransactionMarkerChannelManager'
    slog(t.ctx, 'INFO', marker, `[Transaction Marker Channel Manager ${brokerId}]: Starting`)
    started(t, 'transactions')
    return t.sleep(paced(t, 'kafka.start.apis'))
  },
])

/** Listens for configuration changes and reads what is configured. */
const startConfigs: Proc<object, void> = proc<BrokerState, object, void>('broker.startConfigs', [
  (t) => {
    logConfigThread(t.ctx, 'Starting')
    t.env.configChanges.pending = true
    started(t, 'apis')
    started(t, 'config')
    t.env.zk!.childHandlers[paths.configChanges] = 'configChange'
    startThread(t.env, CONFIG_THREAD, configLoop, {})
    return t.call(readAllConfigs, {})
  },
])

function finish(t: T<unknown>): void {
  const { brokerId } = t.env.config
  started(t, 'processors')
  startProcessors(t.ctx, t.env, dispatch)
  slog(t.ctx, 'INFO', 'kafka.network.SocketServer', `[SocketServer brokerId=${brokerId}] Started data-plane processors for 1 acceptors`)
  moveBroker(t.env, 'run')
  t.env.warm = true
  for (const text of [`Kafka version: ${KAFKA_VERSION}`, `Kafka commitId: ${COMMIT_ID}`, `Kafka startTimeMs: ${t.ctx.wallMs}`]) {
    slog(t.ctx, 'INFO', 'org.apache.kafka.common.utils.AppInfoParser', text)
  }
  serverLog(t.ctx, t.env, 'INFO', 'started')
  t.ctx.note('broker.started', `broker ${brokerId}`, { broker: brokerId, epoch: t.env.brokerEpoch })
}
