// A broker's log directories at its start and its end: the id that claims them, locks, checkpoints.
import { DiskError } from '../../kernel/index.ts'
import { fail, type Task } from '../client/index.ts'
import {
  CLEAN_SHUTDOWN,
  CLEANER_CHECKPOINT,
  decodeMetaProperties,
  encodeMetaProperties,
  ioText,
  LOG_START_CHECKPOINT,
  META_PROPERTIES,
  RECOVERY_CHECKPOINT,
  REPLICATION_CHECKPOINT,
} from '../log/index.ts'
import { diskRefused } from './log-dir-failure.ts'
import { slog, slogText, type BrokerState } from './state.ts'

type T<V> = Task<BrokerState, V>
export const logDirs = (env: BrokerState): string[] =>
  env.config.logDirs
    .split(',')
    .map((dir) => dir.trim())
    .filter((dir) => dir !== '')

function storedId(t: T<unknown>, dir: string): number | undefined {
  const path = `${dir}/${META_PROPERTIES}`
  const text = t.ctx.files.read(path)
  if (text === undefined) {
    slog(t.ctx, 'WARN', 'kafka.server.BrokerMetadataCheckpoint', `No meta.properties file under dir ${path}`)
    return undefined
  }
  const id = decodeMetaProperties(text)
  if (id === undefined) {
    slog(t.ctx, 'ERROR', 'kafka.server.BrokerMetadataCheckpoint', `Failed to read meta.properties file under dir ${path}`)
    fail('java.io.IOException', `Unrecognized version of the server meta.properties file: ${text.replace(/\n/g, ' ')}`)
  }
  return id
}

/** The id in the directories must be this broker's (getBrokerIdAndOfflineDirs). */
export function readBrokerIds(t: T<unknown>): void {
  const { brokerId } = t.env.config
  const ids = new Set<number>()
  for (const dir of logDirs(t.env)) {
    const id = storedId(t, dir)
    if (id !== undefined) ids.add(id)
  }
  const type = 'kafka.common.InconsistentBrokerIdException'
  if (ids.size > 1) {
    const why =
      'This could happen if multiple brokers shared a log directory (log.dirs) or partial data was manually copied from another broker.'
    fail(type, `Failed to match broker.id across log.dirs. ${why} Found Set(${[...ids].join(', ')})`)
  }
  const [stored] = ids
  if (stored === undefined || stored === brokerId) return
  const advice =
    'If you moved your data, make sure your configured broker.id matches. ' +
    'If you intend to create a new broker, you should remove all data in your data directories (log.dirs).'
  fail(type, `Configured broker.id ${brokerId} doesn't match stored broker.id ${stored} in meta.properties. ${advice}`)
}

/** Once registered, the id is written where there is none (checkpointBrokerId). */
export function checkpointBrokerId(t: T<unknown>): void {
  for (const dir of logDirs(t.env)) {
    if (storedId(t, dir) !== undefined) continue
    try {
      t.ctx.files.write(`${dir}/${META_PROPERTIES}`, encodeMetaProperties(t.env.config.brokerId, t.ctx.wallMs))
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      // It is written to a file beside it, which then takes its name.
      if (error.problem === 'ENOSPC') t.ctx.files.rename(`${dir}/${META_PROPERTIES}`, `${dir}/${META_PROPERTIES}.tmp`)
      const [type, message] = ioText(error, 'open').split(': ') as [string, string]
      slog(t.ctx, 'ERROR', 'kafka.server.BrokerMetadataCheckpoint', 'Failed to write meta.properties due to')
      slogText(t.ctx, `${type}: ${message}`)
      fail(type, message)
    }
  }
}

/** Locks the directories and makes the files that every broker has, empty at first. Fails the start where a file is missing and cannot be made. */
export function openLogDirs(t: T<unknown>): void {
  const { files } = t.ctx
  for (const dir of logDirs(t.env)) {
    try {
      if (files.stat(dir) === undefined) files.mkdir(dir)
      if (files.stat(`${dir}/.lock`) === undefined) files.write(`${dir}/.lock`, '')
      // The lock is a file opened to be written to.
      else if (files.space(dir).readOnly) files.touch(`${dir}/.lock`, t.ctx.now)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      diskRefused(t.ctx, t.env, `Disk error while locking directory ${dir}`, error, 'name')
    }
    for (const name of [RECOVERY_CHECKPOINT, LOG_START_CHECKPOINT, REPLICATION_CHECKPOINT]) makeFile(t, `${dir}/${name}`)
  }
}
/** An empty file, where there is none. */
function makeFile(t: T<unknown>, path: string): void {
  if (t.ctx.files.stat(path) !== undefined) return
  try {
    t.ctx.files.write(path, '')
  } catch (error) {
    if (error instanceof DiskError) fail('java.nio.file.FileSystemException', error.message)
    throw error
  }
}

/** The mark of a clean stop goes once the logs are loaded; the cleaner starts. */
export function startCleaner(t: T<unknown>): void {
  const { files } = t.ctx
  for (const dir of logDirs(t.env)) {
    // Java does not say when a file cannot be deleted.
    if (files.stat(`${dir}/${CLEAN_SHUTDOWN}`) !== undefined && !files.space(dir).readOnly) files.remove(`${dir}/${CLEAN_SHUTDOWN}`)
    if (t.env.config.logCleanerEnable) makeFile(t, `${dir}/${CLEANER_CHECKPOINT}`)
  }
  if (!t.env.config.logCleanerEnable) return
  t.ctx.log('log-cleaner.log', 'INFO', 'kafka.log.LogCleaner', 'Starting the log cleaner')
  for (let i = 0; i < t.env.config.logCleanerThreads; i++) {
    t.ctx.log('log-cleaner.log', 'INFO', 'kafka.log.LogCleaner', `[kafka-log-cleaner-thread-${i}]: Starting`)
  }
}

/** A clean stop leaves its mark, unless the disk refused something before. */
export function markCleanShutdown(t: T<unknown>): void {
  if (t.env.replicas.dirFailure !== undefined) return
  for (const dir of logDirs(t.env)) t.ctx.files.write(`${dir}/${CLEAN_SHUTDOWN}`, '')
}
