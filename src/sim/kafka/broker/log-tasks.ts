// What a broker does to its logs by the clock: retention, checkpoints, old snapshots, compaction, high watermarks (log/LogManager.scala, LogCleaner.scala, server/ReplicaManager.scala at 2.3.0).
import { ms, type Micros } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  cleanLog,
  deleteOldSegments,
  deleteOldSnapshots,
  filthiestLog,
  flushLog,
  onDisk,
  StorageError,
  type Log,
  type LogToClean,
} from '../log/index.ts'
import { tpName } from '../protocol/index.ts'
import { checkpointCleaner, checkpointHighWatermarks, checkpointLogStarts, checkpointRecoveryPoints } from './logs.ts'
import { logEnv } from './log-env.ts'
import { inTask } from './log-dir-failure.ts'
import { putLog } from './replica-state.ts'
import type { BrokerState } from './state.ts'

/** The tasks of LogManager begin half a minute after it. */
const FIRST = ms(30_000)
const CHECKPOINT_MS = 60_000
const [RETENTION, RECOVERY, STARTS, CLEANER] = [
  'log-retention',
  'recovery-point-checkpoint',
  'log-start-offset-checkpoint',
  'log-cleaner',
] as const

const every = (text: string, periodMs: number): { periodic: string } => ({ periodic: `every ${periodMs / 1000} s: ${text}` })
function schedule(ctx: Context, env: BrokerState, key: string, delay: Micros): void {
  if (key === RETENTION) ctx.timer(key, delay, every('logs are looked at for what is old', env.config.logRetentionCheckIntervalMs))
  else if (key === CLEANER) ctx.timer(key, delay, every('the cleaner looks for a dirty log', env.config.logCleanerBackoffMs))
  else ctx.timer(key, delay, every(key === RECOVERY ? 'recovery points are written' : 'starts of logs are written', CHECKPOINT_MS))
}
/** Begins the tasks; called when the logs are loaded. */
export function startLogTasks(ctx: Context, env: BrokerState): void {
  for (const key of [RETENTION, RECOVERY, STARTS]) schedule(ctx, env, key, FIRST)
  if (env.config.logCleanerEnable) schedule(ctx, env, CLEANER, ms(env.config.logCleanerBackoffMs))
}
export function stopLogTasks(ctx: Context): void {
  for (const key of [RETENTION, RECOVERY, STARTS, CLEANER]) ctx.clearTimer(key)
}

/** Takes a timer of these tasks; false when it is another's. */
export function handleLogTaskTimer(ctx: Context, env: BrokerState, key: string): boolean {
  switch (key) {
    case RETENTION:
      inTask(ctx, 'kafka-log-retention', () => retain(ctx, env))
      schedule(ctx, env, key, ms(env.config.logRetentionCheckIntervalMs))
      return true
    case RECOVERY:
      flushDue(ctx, env)
      inTask(ctx, 'kafka-recovery-point-checkpoint', () => {
        checkpointRecoveryPoints(ctx, env)
        for (const log of logsOf(env)) deleteOldSnapshots(logEnv(ctx, env), log)
      })
      schedule(ctx, env, key, ms(CHECKPOINT_MS))
      return true
    case STARTS:
      inTask(ctx, 'kafka-log-start-offset-checkpoint', () => checkpointLogStarts(ctx, env))
      schedule(ctx, env, key, ms(CHECKPOINT_MS))
      return true
    case CLEANER:
      clean(ctx, env)
      schedule(ctx, env, key, ms(env.config.logCleanerBackoffMs))
      return true
    default:
      return false
  }
}
const logsOf = (env: BrokerState): Log[] => [...env.replicas.logs].map(([, log]) => log)

/** Old, large or low segments go; those of compacted logs are the cleaner's. */
function retain(ctx: Context, env: BrokerState): void {
  for (const log of logsOf(env)) if (!log.settings.compact) retainOne(ctx, env, log)
}
function retainOne(ctx: Context, env: BrokerState, log: Log): void {
  const { log: after, deleted } = deleteOldSegments(logEnv(ctx, env), log)
  if (deleted.length === 0) return
  putLog(env, after)
  for (const one of deleted) ctx.note('segment.deleted', tpName(log), { broker: env.config.brokerId, ...one })
}
/** Topics with flush.ms have their logs flushed when it is over. */
function flushDue(ctx: Context, env: BrokerState): void {
  for (const log of logsOf(env)) {
    if (log.recoveryPoint < log.logEndOffset && ctx.wallMs - log.lastFlushedMs >= log.settings.flushMs)
      putLog(env, flushLog(logEnv(ctx, env), log))
  }
}
/** The dirtiest log is compacted; compacted logs that are to be deleted from too lose their old segments. */
function clean(ctx: Context, env: BrokerState): void {
  const own = logEnv(ctx, env)
  for (let n = 0; n < MOST_AT_ONCE; n++) {
    const dirty = filthiestLog(own, logsOf(env), (tp) => env.replicas.cleaned.get(tpName(tp)))
    if (dirty === undefined) break
    const cleaned = cleanOne(ctx, env, dirty)
    if (cleaned === undefined) return
    const { log, cleanedTo, stats } = cleaned
    putLog(env, log)
    env.replicas.cleaned = env.replicas.cleaned.set(tpName(log), cleanedTo)
    const { messagesRead: read, messagesWritten: kept } = stats
    ctx.note('log.compacted', tpName(log), { broker: env.config.brokerId, to: cleanedTo, read, kept })
    checkpointCleaner(ctx, env)
  }
  for (const log of logsOf(env)) if (log.settings.compact && log.settings.delete) retainOne(ctx, env, log)
}
/** Undefined when the disk refused: what was written so far is cleared at the next start. */
function cleanOne(ctx: Context, env: BrokerState, dirty: LogToClean): ReturnType<typeof cleanLog> | undefined {
  const { topic, partition, dir } = dirty.log
  const message = `Failed to clean up log for ${tpName({ topic, partition })} in dir ${dir} due to IOException`
  const own = logEnv(ctx, env)
  try {
    return onDisk(own, message, 'name', () => cleanLog(own, dirty.log, dirty))
  } catch (error) {
    if (error instanceof StorageError) return undefined
    throw error
  }
}
/** The thread goes on until nothing is dirty; so many logs at one beat are more than any scenario has. */
const MOST_AT_ONCE = 50

// High watermarks

/** The first LeaderAndIsr starts the task that writes high watermarks. */
export function startCheckpointing(ctx: Context, env: BrokerState): void {
  if (env.replicas.checkpointing) return
  env.replicas.checkpointing = true
  scheduleCheckpoint(ctx, env)
}
function scheduleCheckpoint(ctx: Context, env: BrokerState): void {
  const period = env.config.replicaHighWatermarkCheckpointIntervalMs
  ctx.timer('highwatermark-checkpoint', ms(period), { periodic: `every ${period / 1000} s: high watermarks are written` })
}
/** False when the timer is another's. */
export function handleCheckpointTimer(ctx: Context, env: BrokerState, key: string): boolean {
  if (key !== 'highwatermark-checkpoint') return false
  checkpointHighWatermarks(ctx, env)
  scheduleCheckpoint(ctx, env)
  return true
}
