// What a log needs of the broker that keeps it: files, the clock, chance, a place for its log lines, and work for later.
import type { Bytes } from '../../base/index.ts'
import type { Context, DiskError, Files, LogEntry } from '../../kernel/index.ts'
import type { TopicPartition } from '../protocol/index.ts'

/** Work that a log puts off; the broker does it when its time has come. */
export type LogTask =
  /** Deletes a segment's files: `runDeletion`. */
  | { readonly type: 'delete-segment'; readonly path: string; readonly baseOffset: number; readonly suffix: string; readonly owner: string }
  /** Syncs what was appended up to an offset: `flushLog`. */
  | ({ readonly type: 'flush'; readonly offset: number } & TopicPartition)

export interface LogEnv {
  readonly files: Pick<
    Files,
    'space' | 'stat' | 'read' | 'write' | 'readBytes' | 'writeBytes' | 'sync' | 'touch' | 'remove' | 'rename' | 'mkdir' | 'list'
  >
  /** Wall-clock ms now, and at virtual time 0. */
  readonly nowMs: number
  readonly epochMs: number
  /** An integer below n. */
  below(n: number): number
  say(level: LogEntry['level'], logger: string, text: string): void
  later(delayMs: number, task: LogTask): void
  /** A write was refused: the log directory is offline. `io` is the exception that the real one got. */
  diskFailed(message: string, io: string, error: DiskError): void
}

export const LOG_LOGGER = 'kafka.log.Log'
export const SEGMENT_LOGGER = 'kafka.log.LogSegment'
export const PRODUCERS_LOGGER = 'kafka.log.ProducerStateManager'

/** The environment of a broker's log while one of its events is handled: never kept. Its lines go to server.log and the console through `say`, its work for later through `later`. */
export const logEnvOf = (ctx: Context, say: LogEnv['say'], later: LogEnv['later']): LogEnv => ({
  files: ctx.files,
  nowMs: ctx.wallMs,
  epochMs: ctx.settings.epochMs,
  below: (n) => ctx.below(n, 'log'),
  say,
  later,
  diskFailed: () => {},
})

/** When a file was modified, wall-clock ms. */
export function modifiedMs(env: LogEnv, path: string): number {
  const file = env.files.stat(path)
  return file === undefined ? 0 : env.epochMs + Math.floor(file.mtime / 1000)
}
/** Writes bytes only where they differ in content or size from what is there. */
export function writeIfChanged(env: LogEnv, path: string, bytes: Bytes, size: number): void {
  const file = env.files.stat(path)
  if (file === undefined || file.size !== size || file.bytes === undefined || !file.bytes.equals(bytes)) {
    env.files.writeBytes(path, bytes, size)
  }
}
