// The thread that takes a failed log directory out of service: its replicas first, then its logs. With the last directory the broker halts, without a controlled shutdown
// (server/ReplicaManager.scala and log/LogManager.scala, handleLogDirFailure, at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import { scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { managerLog, removeFetchers, setText } from './fetcher-manager.ts'
import { LOG_DIR_TIMER } from './log-dir-failure.ts'
import { logDirs } from './log-dirs.ts'
import { logAt } from './replica-state.ts'
import { end } from './shutdown.ts'
import { slog, type BrokerState } from './state.ts'

const offlinePartitions = (env: BrokerState): TopicPartition[] =>
  scalaOrder(
    [...env.replicas.partitions].map(([, p]) => p).filter((p) => logAt(env, p) !== undefined),
    tpHash,
  )

/** False when the timer is another's. */
export function handleLogDirTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (!key.startsWith(LOG_DIR_TIMER)) return false
  const { dirFailure } = env.replicas
  // A broker that shuts down has ended this thread early.
  if (dirFailure === undefined || env.value === 'BrokerShuttingDown') return true
  const [dir] = logDirs(env)
  const say = (level: 'INFO' | 'ERROR', logger: string, text: string) => slog(ctx, level, logger, text)
  const replicas = (text: string) => say('INFO', 'kafka.server.ReplicaManager', `[ReplicaManager broker=${env.config.brokerId}] ${text}`)
  switch (key.slice(LOG_DIR_TIMER.length)) {
    case 'taken': {
      ctx.note('log-dir.failed', `broker ${env.config.brokerId}`, { broker: env.config.brokerId, dir: dir!, error: dirFailure.reason })
      replicas(`Stopping serving replicas in dir ${dir}`)
      const offline = offlinePartitions(env)
      removeFetchers(ctx, env, offline)
      if (offline.length > 0) managerLog(ctx, env, `Removed fetcher for partitions ${setText(offline)}`, 'ReplicaAlterLogDirsManager')
      env.replicas.dirFailure = Object.freeze({ ...dirFailure, stopped: true })
      ctx.timer(`${LOG_DIR_TIMER}stopped`, ctx.cost('kafka.log-dir.stop'))
      return true
    }
    case 'stopped': {
      const names = offlinePartitions(env).map(tpName).join(',')
      const moved = 'and stopped moving logs for partitions '
      replicas(
        `Broker ${env.config.brokerId} stopped fetcher for partitions ${names} ${moved} because they are in the failed log directory ${dir}.`,
      )
      say('INFO', 'kafka.log.LogManager', `Stopping serving logs in dir ${dir}`)
      ctx.timer(`${LOG_DIR_TIMER}halt`, ctx.cost('kafka.log-dir.halt'))
      return true
    }
    default:
      say('ERROR', 'kafka.log.LogManager', `Shutdown broker because all log dirs in ${logDirs(env).join(', ')} have failed`)
      end(ctx, env, 1)
      return true
  }
}
