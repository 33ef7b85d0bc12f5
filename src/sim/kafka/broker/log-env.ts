// What a broker gives its logs: its disk, its clock, its server.log, and a timer for what they put off.
import { ms } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { CLEANER_LOGGER, flushLog, runDeletion, type LogEnv } from '../log/index.ts'
import { tpName } from '../protocol/index.ts'
import { inTask, logDirFailed } from './log-dir-failure.ts'
import { logAt, putLog } from './replica-state.ts'
import { slog, type BrokerState } from './state.ts'

const KEY = 'log task '

export function logEnv(ctx: Context, env: BrokerState): LogEnv {
  return {
    files: ctx.files,
    nowMs: ctx.wallMs,
    epochMs: ctx.settings.epochMs,
    below: (n) => ctx.below(n, 'took'),
    say: (level, logger, text) =>
      logger === CLEANER_LOGGER ? ctx.log('log-cleaner.log', level, logger, text) : slog(ctx, level, logger, text),
    later: (delayMs, task) => {
      const key = `${KEY}${env.replicas.nextTask++}`
      env.replicas.tasks[key] = Object.freeze(task)
      ctx.timer(key, ms(delayMs))
      if (task.type === 'flush') ctx.note('segment.rolled', tpName(task), { broker: env.config.brokerId, baseOffset: task.offset })
    },
    diskFailed: (message, io, error) => logDirFailed(ctx, env, message, io, error),
  }
}

/** Does what a log had put off; false when the timer is another's. */
export function handleLogTimer(ctx: Context, env: BrokerState, key: string): boolean {
  const task = env.replicas.tasks[key]
  if (task === undefined) return false
  delete env.replicas.tasks[key]
  if (task.type === 'delete-segment') inTask(ctx, 'delete-file', () => runDeletion(logEnv(ctx, env), task))
  else {
    const log = logAt(env, task)
    if (log !== undefined && log.logEndOffset >= task.offset) putLog(env, flushLog(logEnv(ctx, env), log, task.offset))
  }
  return true
}
/** A folder goes with everything in it: what its log had put off is not done any more. */
export function forgetLogTasks(ctx: Context, env: BrokerState, path: string): void {
  for (const [key, task] of Object.entries(env.replicas.tasks)) {
    if (task.type !== 'delete-segment' || task.path !== path) continue
    delete env.replicas.tasks[key]
    ctx.clearTimer(key)
  }
}
