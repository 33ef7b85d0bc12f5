// A log directory whose disk refused a write: what is said at once, and to whom it is left (server/LogDirFailureChannel.scala at 2.3.0).
import { DiskError, type Context, type Event, type Root } from '../../kernel/index.ts'
import { fail } from '../client/index.ts'
import { ioText, StorageError, type FileUse } from '../log/index.ts'
import { slog, slogText, type BrokerState } from './state.ts'

/** Frozen. All directories of a broker stand on one disk here, so they fail together. */
export interface LogDirFailure {
  readonly reason: string
  /** Its replicas are not served any more. */
  readonly stopped: boolean
  /** What made the disk so. */
  readonly cause: Event | Root
}
export const LOG_DIR_TIMER = 'log-dir-failure '
const STORAGE_EXCEPTION = 'org.apache.kafka.common.errors.KafkaStorageException'

/** A write to a log directory was refused: `io` is the exception. The directory is offline from the first one on. */
export function logDirFailed(ctx: Context, env: BrokerState, message: string, io: string, error: DiskError): void {
  slog(ctx, 'ERROR', 'kafka.server.LogDirFailureChannel', message)
  slogText(ctx, io)
  begin(ctx, env, error)
}
function begin(ctx: Context, env: BrokerState, error: DiskError): void {
  const { replicas } = env
  if (replicas.dirFailure !== undefined) return
  replicas.dirFailure = Object.freeze({ reason: error.reason, stopped: false, cause: error.because })
  if (env.parts.includes('replicas')) handleLogDirFailure(ctx, env)
}
/** A refusal that nobody expected ends the broker like any other, without a word of its own. False when the error is not of the disk. */
export function strayFailure(ctx: Context, env: BrokerState, error: unknown): boolean {
  if (error instanceof DiskError) begin(ctx, env, error)
  return error instanceof DiskError || error instanceof StorageError
}
/** The same of an error that was caught where there is no log. */
export const diskRefused = (ctx: Context, env: BrokerState, message: string, error: DiskError, use: FileUse): void =>
  logDirFailed(ctx, env, message, ioText(error, use), error)

/** Leaves a failure to the handler's thread, once that runs. */
export function handleLogDirFailure(ctx: Context, env: BrokerState): void {
  const { dirFailure } = env.replicas
  if (dirFailure !== undefined) ctx.within(dirFailure.cause, () => ctx.timer(`${LOG_DIR_TIMER}taken`, ctx.cost('kafka.log-dir.take')))
}

/** Within a thread: a refused write fails it, as the exception would. */
export function failingOnStorage<R>(work: () => R): R {
  try {
    return work()
  } catch (error) {
    if (error instanceof StorageError) fail(STORAGE_EXCEPTION, error.message)
    throw error
  }
}
export const isStorageFailure = (failure: { readonly type: string }): boolean => failure.type === STORAGE_EXCEPTION

/** A task of the scheduler: what it throws is logged, and that is all. */
export function inTask(ctx: Context, name: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    slog(ctx, 'ERROR', 'kafka.utils.KafkaScheduler', `Uncaught exception in scheduled task '${name}'`)
    for (const line of error.lines) slogText(ctx, line)
  }
}
