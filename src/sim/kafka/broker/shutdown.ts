// A broker's end: after SIGTERM, with the controller's help, or after a start that failed (server/KafkaServer.scala, controlledShutdown and shutdown, at 2.3.0).
import { ms } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import {
  closeZooKeeper,
  dataOf,
  isRunning,
  keeper,
  newThreads,
  paths,
  proc,
  reply,
  startThread,
  wake,
  zkBatch,
  znodes,
  type Failure,
  type Proc,
  type Task,
} from '../client/index.ts'
import { CONTROLLER_THREAD, readController, resign, stopControllerThread } from '../controller/index.ts'
import { ERRORS, errorName, kafkaRequest, messageSize, type KafkaResponse } from '../protocol/index.ts'
import { logConfigThread } from './config-changes.ts'
import { stopFetchers } from './fetcher-manager.ts'
import { markCleanShutdown } from './log-dirs.ts'
import { stopLogTasks } from './log-tasks.ts'
import { checkpointHighWatermarks, closeLogs } from './logs.ts'
import { stopProcessors } from './network.ts'
import { moveBroker, serverLog, slog, slogText, type BrokerState, type Part } from './state.ts'

type T<V> = Task<BrokerState, V>
export const SHUTDOWN_THREAD = 'kafka-shutdown-hook'
/** 128 + 15: what a JVM that ran its shutdown hooks after SIGTERM leaves. */
const TERMINATED = 143

/** SIGTERM. Before Kafka's code runs it ends the process; during a start it halts it. */
export function terminate(ctx: Context, env: BrokerState): void {
  if (!env.booted) return end(ctx, env, TERMINATED)
  slog(ctx, 'INFO', 'org.apache.kafka.common.utils.LoggingSignalHandler', 'Terminating process due to signal SIGTERM')
  if (isRunning(env, SHUTDOWN_THREAD) || env.value === 'BrokerShuttingDown') return
  serverLog(ctx, env, 'INFO', 'shutting down')
  if (env.value !== 'RunningAsBroker') {
    serverLog(ctx, env, 'ERROR', 'Fatal error during KafkaServer shutdown.')
    slogText(ctx, 'java.lang.IllegalStateException: Kafka server is still starting up, cannot shut down!')
    slog(ctx, 'ERROR', 'kafka.server.KafkaServerStartable', 'Halting Kafka.')
    return end(ctx, env, 1)
  }
  startThread(env, SHUTDOWN_THREAD, shutdownHook, {})
}

/** Ends the process. */
export function end(ctx: Context, env: BrokerState, code: number): void {
  env.threads = newThreads()
  ctx.note('broker.stopped', `broker ${env.config.brokerId}`, { broker: env.config.brokerId, exitCode: code })
  ctx.exit(code)
}

const shutdownHook: Proc<object, void> = proc<BrokerState, object, void>('broker.shutdownHook', [
  (t) => (t.env.config.controlledShutdownEnable ? t.call(leave, {}) : undefined),
  (t) => t.call(stopEverything, {}),
  (t) => t.sleep('kafka.stop.jvm'),
  (t) => end(t.ctx, t.env, TERMINATED),
])

/** The server shuts what it had started, and the program exits with 1. */
export const shutdownAfterFailure: Proc<object, void> = proc<BrokerState, object, void>('broker.shutdownAfterFailure', [
  (t) => {
    serverLog(t.ctx, t.env, 'INFO', 'shutting down')
    return t.call(stopEverything, {})
  },
  (t) => {
    slog(t.ctx, 'ERROR', 'kafka.server.KafkaServerStartable', 'Exiting Kafka.')
    serverLog(t.ctx, t.env, 'INFO', 'shutting down')
    return t.sleep('kafka.stop.failed-jvm')
  },
  (t) => end(t.ctx, t.env, 1),
])

interface LeaveVars {
  retries?: number
  /** `id host:port` of the controller asked last. */
  controller?: string
}
/** Asks the controller to move this broker's leaders, itself if it is controller; a few tries, some seconds apart. */
const leave: Proc<LeaveVars, void> = proc<BrokerState, LeaveVars, void>(
  'broker.leave',
  [
    (t) => {
      serverLog(t.ctx, t.env, 'INFO', 'Starting controlled shutdown')
      moveBroker(t.env, 'leave')
      t.ctx.note('broker.leaving', `broker ${t.env.config.brokerId}`, { broker: t.env.config.brokerId })
      t.vars.retries = t.env.config.controlledShutdownMaxRetries
      return t.sleep('kafka.stop.leave')
    },
    (t) => {
      if (t.value === true) return
      if (t.vars.retries! <= 0) {
        closeLeaveConn(t.ctx, t.env)
        serverLog(t.ctx, t.env, 'WARN', 'Proceeding to do an unclean shutdown as all the controlled shutdown attempts failed')
        return
      }
      t.vars.retries!--
      return t.again(t.call(tryToLeave, {}))
    },
    (t) => closeLeaveConn(t.ctx, t.env),
  ],
  (t, failure) => {
    closeLeaveConn(t.ctx, t.env)
    serverLog(t.ctx, t.env, 'WARN', failure.message)
    slogText(t.ctx, `${failure.type}: ${failure.message}`)
    return t.return()
  },
)
function closeLeaveConn(ctx: Context, env: BrokerState): void {
  if (env.leaveConn !== 0) ctx.close(env.leaveConn)
  env.leaveConn = 0
}

const ANSWER = "the controller's answer"
/** One try; gives whether it succeeded. */
const tryToLeave: Proc<{ id?: number }, boolean> = proc<BrokerState, { id?: number }, boolean>('broker.tryToLeave', [
  (t) => t.call(readController, {}),
  (t) => {
    const id = t.value as number
    if (id === -1) {
      serverLog(t.ctx, t.env, 'INFO', 'No controller registered in ZooKeeper')
      return t.call(waitToRetry, {})
    }
    t.vars.id = id
    return zkBatch(t, [keeper.getData(paths.broker(id))])
  },
  (t) => {
    if (t.vars.id === undefined) return t.return(false)
    const { id } = t.vars
    const node = dataOf(reply(t))
    const broker = node && znodes.decodeBroker(id, node.data)
    if (broker === undefined) {
      serverLog(
        t.ctx,
        t.env,
        'INFO',
        `Broker registration for controller ${id} is not available (i.e. the Controller's ZK session expired)`,
      )
      return t.call(waitToRetry, {})
    }
    return t.call(ask, { host: broker.host, port: broker.port, node: `${broker.host}:${broker.port} (id: ${id} rack: ${broker.rack})` })
  },
  (t) => {
    if (t.value === true) {
      serverLog(t.ctx, t.env, 'INFO', 'Controlled shutdown succeeded')
      return t.return(true)
    }
    if (t.value === undefined) return t.return(false)
    return t.call(waitToRetry, {})
  },
  (t) => t.return(false),
])
const waitToRetry: Proc<object, void> = proc<BrokerState, object, void>('broker.waitToRetry', [
  (t) => t.sleep(ms(t.env.config.controlledShutdownRetryBackoffMs)),
  (t) => serverLog(t.ctx, t.env, 'WARN', 'Retrying controlled shutdown after the previous attempt failed...'),
])

interface AskVars {
  host: string
  port: number
  node: string
}
type Answer =
  | { readonly type: 'open' }
  | { readonly type: 'failed' }
  | { readonly type: 'timeout' }
  | { readonly type: 'response'; readonly response: KafkaResponse<'ControlledShutdown'> }
/** Connects, asks, reads the answer. Gives whether the broker may go. */
const ask: Proc<AskVars, boolean> = proc<BrokerState, AskVars, boolean>('broker.askController', [
  (t) => {
    closeLeaveConn(t.ctx, t.env)
    const conn = t.ctx.connect(t.vars.host, t.vars.port)
    if (conn === undefined) return failed(t, `Connection to ${t.vars.node} failed.`)
    t.env.leaveConn = conn
    t.ctx.timer('controlled shutdown', ms(t.env.config.controllerSocketTimeoutMs))
    return t.wait(ANSWER)
  },
  (t) => {
    const answer = t.value as Answer
    if (answer.type === 'timeout') return failed(t, `Failed to connect within ${t.env.config.controllerSocketTimeoutMs} ms`)
    if (answer.type !== 'open') return failed(t, `Connection to ${t.vars.node} failed.`)
    const { brokerId } = t.env.config
    const message = kafkaRequest('ControlledShutdown', 0, String(brokerId), { brokerId, brokerEpoch: t.env.brokerEpoch })
    t.ctx.send(t.env.leaveConn, message, { bytes: messageSize(message), after: t.ctx.cost('kafka.controller.first-send') })
    t.ctx.timer('controlled shutdown', ms(t.env.config.requestTimeoutMs))
    return t.wait(ANSWER)
  },
  (t) => {
    t.ctx.clearTimer('controlled shutdown')
    const answer = t.value as Answer
    const id = t.vars.node.slice(t.vars.node.indexOf('id: ') + 4).split(' ')[0]
    if (answer.type !== 'response') return failed(t, `Connection to ${id} was disconnected before the response was read`)
    const { errorCode, remainingPartitions } = answer.response.body
    if (errorCode === ERRORS.NONE && remainingPartitions.length === 0) return t.return(true)
    const rest = remainingPartitions.map((p) => `RemainingPartition(topicName='${p.topic}', partitionIndex=${p.partition})`).join(', ')
    serverLog(t.ctx, t.env, 'INFO', `Remaining partitions to move: [${rest}]`)
    serverLog(t.ctx, t.env, 'INFO', `Error from controller: ${errorName(errorCode)}`)
    return t.return(false)
  },
])
function failed(t: T<unknown>, message: string) {
  t.ctx.clearTimer('controlled shutdown')
  closeLeaveConn(t.ctx, t.env)
  const text =
    'Error during controlled shutdown, possibly because leader movement took longer than the configured controller.socket.timeout.ms and/or request.timeout.ms: '
  serverLog(t.ctx, t.env, 'WARN', text + message)
  return t.return(false)
}

/** Takes an input of the leaving broker's own connection; false when it is for somebody else. */
export function handleLeaving(env: BrokerState, input: Input): boolean {
  const told = (answer: Answer): boolean => {
    wake(env, SHUTDOWN_THREAD, ANSWER, answer)
    return true
  }
  if (input.type === 'timer') return input.key === 'controlled shutdown' && told({ type: 'timeout' })
  if (!('conn' in input) || env.leaveConn === 0 || input.conn !== env.leaveConn) return false
  switch (input.type) {
    case 'open':
      return told({ type: 'open' })
    case 'message':
      return told({ type: 'response', response: input.message as KafkaResponse<'ControlledShutdown'> })
    default:
      env.leaveConn = 0
      return told({ type: 'failed' })
  }
}

const REAPER = 'kafka.server.DelayedOperationPurgatory$ExpiredOperationReaper'
type Line = readonly [logger: string, text: string]
/** What is stopped, in order: the part it belongs to, lines before, how long it takes (`FETCHERS`: until they have ended), lines after, and what is done before those (`false`: it failed, and they are not said). `%` stands for the broker id. */
type Stop = readonly [
  part: Part,
  before: readonly Line[],
  cost: string | undefined,
  after: readonly Line[],
  work?: (ctx: Context, env: BrokerState) => boolean | void,
]
const FETCHERS = 'fetchers'

const thread = (
  logger: string,
  name: string,
  cost: string | undefined,
): readonly [readonly Line[], string | undefined, readonly Line[]] => [
  [[logger, `[${name}]: Shutting down`]],
  cost,
  [
    [logger, `[${name}]: Stopped`],
    [logger, `[${name}]: Shutdown completed`],
  ],
]
const reaper = (part: Part, name: string): Stop => [part, ...thread(REAPER, `ExpirationReaper-%-${name}`, 'kafka.stop.reaper')]
const MARKER = 'kafka.coordinator.transaction.TransactionMarkerChannelManager'
const TRANSACTIONS = 'kafka.coordinator.transaction.TransactionCoordinator'
const GROUPS = 'kafka.coordinator.group.GroupCoordinator'
const REPLICAS = 'kafka.server.ReplicaManager'
const HANDLERS = 'kafka.server.KafkaRequestHandlerPool'

/** From the request handlers down to the logs. */
const STOPS: readonly Stop[] = [
  [
    'apis',
    [[HANDLERS, '[data-plane Kafka Request Handler on Broker %], shutting down']],
    'kafka.stop.handlers',
    [[HANDLERS, '[data-plane Kafka Request Handler on Broker %], shut down completely']],
  ],
  ['apis', [['kafka.server.KafkaApis', '[KafkaApi-%] Shutdown complete.']], undefined, []],
  reaper('apis', 'topic'),
  ['transactions', [[TRANSACTIONS, '[TransactionCoordinator id=%] Shutting down.']], undefined, []],
  [
    'transactions',
    [['kafka.coordinator.transaction.ProducerIdManager', '[ProducerId Manager %]: Shutdown complete: last producerId assigned $']],
    undefined,
    [],
  ],
  [
    'transactions',
    [['kafka.coordinator.transaction.TransactionStateManager', '[Transaction State Manager %]: Shutdown complete']],
    undefined,
    [],
  ],
  ['transactions', ...thread(MARKER, 'Transaction Marker Channel Manager %', undefined)],
  ['transactions', [[TRANSACTIONS, '[TransactionCoordinator id=%] Shutdown complete.']], undefined, []],
  ['groups', [[GROUPS, '[GroupCoordinator %]: Shutting down.']], undefined, []],
  reaper('groups', 'Heartbeat'),
  reaper('groups', 'Rebalance'),
  ['groups', [[GROUPS, '[GroupCoordinator %]: Shutdown complete.']], undefined, []],
  ['replicas', [[REPLICAS, '[ReplicaManager broker=%] Shutting down']], undefined, []],
  ['replicas', ...thread(`${REPLICAS}$LogDirFailureHandler`, 'LogDirFailureHandler', undefined)],
  [
    'replicas',
    [['kafka.server.ReplicaFetcherManager', '[ReplicaFetcherManager on broker %] shutting down']],
    FETCHERS,
    [['kafka.server.ReplicaFetcherManager', '[ReplicaFetcherManager on broker %] shutdown completed']],
  ],
  [
    'replicas',
    [['kafka.server.ReplicaAlterLogDirsManager', '[ReplicaAlterLogDirsManager on broker %] shutting down']],
    undefined,
    [['kafka.server.ReplicaAlterLogDirsManager', '[ReplicaAlterLogDirsManager on broker %] shutdown completed']],
  ],
  reaper('replicas', 'Fetch'),
  reaper('replicas', 'Produce'),
  reaper('replicas', 'DeleteRecords'),
  reaper('replicas', 'ElectPreferredLeader'),
  ['replicas', [[REPLICAS, '[ReplicaManager broker=%] Shut down completely']], undefined, [], checkpointHighWatermarks],
  ['logs', [['kafka.log.LogManager', 'Shutting down.']], 'kafka.stop.logs', [['kafka.log.LogManager', 'Shutdown complete.']], stopLogs],
]
/** The tasks end, files are closed. */
function stopLogs(ctx: Context, env: BrokerState): boolean {
  stopLogTasks(ctx)
  return closeLogs(ctx, env)
}
const QUOTA = 'kafka.server.ClientQuotaManager$ThrottledChannelReaper'
const QUOTAS: readonly Stop[] = [
  ['quotas', ...thread(QUOTA, 'ThrottledChannelReaper-Fetch', 'kafka.stop.first-quota')],
  ['quotas', ...thread(QUOTA, 'ThrottledChannelReaper-Produce', 'kafka.stop.quota')],
  ['quotas', ...thread(QUOTA, 'ThrottledChannelReaper-Request', 'kafka.stop.quota')],
]

const stopEverything: Proc<object, void> = proc<BrokerState, object, void>('broker.stopEverything', [
  (t) => {
    moveBroker(t.env, 'shut down')
    if (t.env.parts.includes('config')) for (const text of ['Shutting down', 'Stopped', 'Shutdown completed']) logConfigThread(t.ctx, text)
    if (!t.env.parts.includes('sockets')) return
    socketLog(t, 'Stopping socket server request processors')
    return t.sleep('kafka.stop.processors')
  },
  (t) => {
    if (!t.env.parts.includes('sockets')) return
    stopProcessors(t.ctx, t.env)
    socketLog(t, 'Stopped socket server request processors')
  },
  (t) => t.call(stopParts, { stops: 'all', next: 0 }),
  (t) => {
    if (t.env.parts.includes('logs')) markCleanShutdown(t)
    if (!isRunning(t.env, CONTROLLER_THREAD)) return
    stopControllerThread(t.ctx, t.env, t.thread, { errorCode: ERRORS.STALE_CONTROLLER_EPOCH })
    return t.wait('the controller')
  },
  (t) => {
    if (t.env.parts.includes('controller')) resign(t)
    if (t.env.zk !== null && t.env.zk.value !== 'closed') return t.call(closeZooKeeper, {})
  },
  (t) => t.call(stopParts, { stops: 'quotas', next: 0 }),
  (t) => {
    if (!t.env.parts.includes('sockets')) return
    socketLog(t, 'Shutting down socket server')
    return t.sleep('kafka.stop.processors')
  },
  (t) => {
    if (t.env.parts.includes('sockets')) socketLog(t, 'Shutdown completed')
    serverLog(t.ctx, t.env, 'INFO', 'shut down completed')
    moveBroker(t.env, 'stopped')
  },
])
const socketLog = (t: T<unknown>, text: string): void =>
  slog(t.ctx, 'INFO', 'kafka.network.SocketServer', `[SocketServer brokerId=${t.env.config.brokerId}] ${text}`)

interface StopVars {
  stops: 'all' | 'quotas'
  next: number
}
/** Stops what was started, one after the other. */
const stopParts: Proc<StopVars, void> = proc<BrokerState, StopVars, void>('broker.stopParts', [
  (t) => {
    const list = t.vars.stops === 'all' ? STOPS : QUOTAS
    const done = t.vars.next > 0 ? list[t.vars.next - 1] : undefined
    if (done !== undefined && t.env.parts.includes(done[0])) {
      if (done[4]?.(t.ctx, t.env) !== false) say(t, done[3])
    }
    const stop = list[t.vars.next]
    if (stop === undefined) return
    t.vars.next++
    if (!t.env.parts.includes(stop[0])) return t.again()
    say(t, stop[1])
    if (stop[2] === FETCHERS) return t.again(t.call(stopFetchers, { all: true }))
    return t.again(stop[2] === undefined ? undefined : t.sleep(stop[2]))
  },
])
function say(t: T<unknown>, lines: readonly Line[]): void {
  const { brokerId } = t.env.config
  const assigned = String(t.env.producerIds.start)
  for (const [logger, text] of lines) slog(t.ctx, 'INFO', logger, text.replace('%', String(brokerId)).replace('$', assigned))
}
export type { Failure }
