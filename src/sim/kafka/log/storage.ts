// What becomes of a write that the disk refuses: the log directory is offline, and whoever wrote gets a KafkaStorageException (Log.maybeHandleIOException,
// server/checkpoints/CheckpointFile.scala at 2.3.0).
import { DiskError } from '../../kernel/index.ts'
import type { LogEnv } from './log-env.ts'

/** How a file was used when the disk refused: through an open channel, opened as a stream, or by its name. Java has an exception for each. */
export type FileUse = 'write' | 'open' | 'name'

/** The exception as its stack trace begins. Only what has a descriptor already is refused without a path, and a full disk refuses only that. */
export function ioText({ problem, path, reason }: DiskError, use: FileUse): string {
  if (use === 'write' || problem === 'ENOSPC') return `java.io.IOException: ${reason}`
  return use === 'open' ? `java.io.FileNotFoundException: ${path} (${reason})` : `java.nio.file.FileSystemException: ${path}: ${reason}`
}

/** KafkaStorageException: the log directory is offline by now. */
export class StorageError extends Error {
  /** As its stack trace begins, without frames: the exception and its cause. */
  readonly lines: readonly string[]
  constructor(message: string, io: string) {
    super(message)
    this.lines = [`org.apache.kafka.common.errors.KafkaStorageException: ${message}`, `Caused by: ${io}`]
  }
}

/** What a caught error comes to. One that is not of the disk is thrown on. */
export function storageFailure(env: Pick<LogEnv, 'diskFailed'>, error: unknown, message: string, use: FileUse): StorageError {
  if (error instanceof StorageError) return error
  if (!(error instanceof DiskError)) throw error
  const io = ioText(error, use)
  env.diskFailed(message, io, error)
  return new StorageError(message, io)
}
/** Does work on a log directory. Throws StorageError when its disk refuses. */
export function onDisk<R>(env: Pick<LogEnv, 'diskFailed'>, message: string, use: FileUse, work: () => R): R {
  try {
    return work()
  } catch (error) {
    throw storageFailure(env, error, message, use)
  }
}

/** A checkpoint is written to a file beside the old one, which it replaces: it needs room of its own for a moment. Throws StorageError. */
export function writeCheckpointFile(env: Pick<LogEnv, 'files' | 'diskFailed'>, path: string, text: string): void {
  const { files } = env
  const { limit, readOnly } = files.space(path)
  if (limit === undefined && !readOnly) return files.write(path, text)
  onDisk(env, `Error while writing to checkpoint file ${path}`, 'open', () => {
    files.write(`${path}.tmp`, text)
    files.rename(`${path}.tmp`, path)
  })
}
