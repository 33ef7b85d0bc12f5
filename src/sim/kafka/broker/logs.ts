// The broker's logs: loaded at its start, made when a replica comes, renamed and deleted later when one goes, and the checkpoints of them all (log/LogManager.scala at 2.3.0).
import { ms } from '../../base/index.ts'
import { DiskError, type Context } from '../../kernel/index.ts'
import {
  CLEAN_SHUTDOWN,
  changeLog,
  CLEANER_CHECKPOINT,
  closeLog,
  decodeCheckpoint,
  encodeCheckpoint,
  findLogs,
  folderOf,
  loadLog,
  logPropertiesText,
  logSettings,
  LOG_START_CHECKPOINT,
  RECOVERY_CHECKPOINT,
  renameDeleted,
  ioText,
  onDisk,
  REPLICATION_CHECKPOINT,
  segmentsOf,
  StorageError,
  writeCheckpointFile,
  type Log,
  type LogSettings,
  type Overrides,
} from '../log/index.ts'
import { javaMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { logDirs } from './log-dirs.ts'
import { diskRefused, failingOnStorage } from './log-dir-failure.ts'
import { forgetLogTasks, logEnv } from './log-env.ts'
import { logAt, putLog } from './replica-state.ts'
import { slog, slogText, type BrokerState } from './state.ts'

const MANAGER = 'kafka.log.LogManager'
/** A segment's files, in the order in which they are deleted. */
const SEGMENT_FILES = [
  ['log', 'log'],
  ['offset index', 'index'],
  ['time index', 'timeindex'],
  ['transaction index', 'txnindex'],
] as const
const FILE_DELETE_DELAY_MS = 60_000

export const settingsOf = (env: BrokerState, overrides: Overrides): LogSettings => logSettings(overrides, env.config.explicit)

/** Offsets by partition, as a checkpoint of a directory has them. */
function readCheckpoint(ctx: Context, dir: string, name: string): Readonly<Record<string, number>> {
  const entries = decodeCheckpoint(ctx.files.read(`${dir}/${name}`) ?? '')
  return Object.fromEntries(entries.map((e) => [tpName(e), e.offset]))
}

/** Finds what the directories hold; after a stop that was not clean, segments not known to be flushed are read through. `overrides` are those of topics. Gives how many logs there are. */
export function loadLogs(ctx: Context, env: BrokerState, overrides: Readonly<Record<string, Overrides>>): number {
  let count = 0
  const offline: { readonly dir: string; readonly error: DiskError }[] = []
  for (const dir of logDirs(env)) {
    const clean = ctx.files.stat(`${dir}/${CLEAN_SHUTDOWN}`) !== undefined
    const checkpoint = (name: string) => Object.entries(readCheckpoint(ctx, dir, name))
    for (const [name, offset] of checkpoint(REPLICATION_CHECKPOINT)) env.replicas.checkpointed = env.replicas.checkpointed.set(name, offset)
    for (const [name, offset] of checkpoint(CLEANER_CHECKPOINT)) env.replicas.cleaned = env.replicas.cleaned.set(name, offset)
    const recovery = readCheckpoint(ctx, dir, RECOVERY_CHECKPOINT)
    const starts = readCheckpoint(ctx, dir, LOG_START_CHECKPOINT)
    const { logs, deleted } = findLogs(ctx.files, dir)
    for (const name of deleted) scheduleDeletion(ctx, env, `${dir}/${name}`)
    for (const tp of logs) {
      const settings = settingsOf(env, overrides[tp.topic] ?? [])
      const [recoveryPoint, logStartOffset] = [recovery[tpName(tp)] ?? 0, starts[tpName(tp)] ?? 0]
      try {
        mustOpen(ctx, dir, tp)
        putLog(env, loadLog(logEnv(ctx, env), tp, dir, { settings, recoveryPoint, logStartOffset, clean }))
        count++
      } catch (error) {
        offline.push({ dir, error: notLoaded(ctx, dir, error) })
      }
    }
  }
  // So it is put, whatever was being done.
  for (const { dir, error } of offline) diskRefused(ctx, env, `Error while deleting the clean shutdown file in dir ${dir}`, error, 'name')
  return count
}
/** A log's files are opened to be written to. */
function mustOpen(ctx: Context, dir: string, tp: TopicPartition): void {
  if (!ctx.files.space(dir).readOnly) return
  const folder = `${dir}/${tpName(tp)}`
  const name = ctx.files.list(folder)?.find((file) => file.endsWith('.log'))
  ctx.files.touch(name === undefined ? folder : `${folder}/${name}`, ctx.now)
}
/** A log that could not be loaded for its disk: that is said now, and the start goes on. Fails the thread when it was a checkpoint that could not be written. */
function notLoaded(ctx: Context, dir: string, error: unknown): DiskError {
  if (error instanceof StorageError) {
    slog(ctx, 'ERROR', MANAGER, `There was an error in one of the threads during logs loading: ${error.lines[0]}`)
    return failingOnStorage(() => {
      throw error
    })
  }
  if (!(error instanceof DiskError)) throw error
  slog(ctx, 'ERROR', MANAGER, `Error while loading log dir ${dir}`)
  slogText(ctx, ioText(error, 'name'))
  return error
}

/** The log of a replica: the one that is there, or a new one in the directory that has fewest. `config` is what the topic overrides. Throws StorageError. */
export function getOrCreateLog(ctx: Context, env: BrokerState, tp: TopicPartition, config: Overrides): Log {
  const known = logAt(env, tp)
  if (known !== undefined) return known
  const counts = logDirs(env).map((dir) => ({ dir, logs: [...env.replicas.logs].filter(([, log]) => log.dir === dir).length }))
  const { dir } = counts.reduce((a, b) => (b.logs < a.logs ? b : a))
  const own = logEnv(ctx, env)
  const options = { settings: settingsOf(env, config), recoveryPoint: 0, logStartOffset: 0, clean: true }
  const log = onDisk(own, `Error while creating log for ${tpName(tp)} in dir ${dir}`, 'name', () => loadLog(own, tp, dir, options))
  putLog(env, log)
  slog(
    ctx,
    'INFO',
    MANAGER,
    `Created log for partition ${tpName(tp)} in ${dir} with properties {${logPropertiesText(config, env.config.explicit)}}.`,
  )
  ctx.note('log.created', tpName(tp), { broker: env.config.brokerId, dir })
  return log
}

/** A topic's settings changed: its logs go by them from now on. */
export function changeLogSettings(env: BrokerState, topic: string, overrides: Overrides): void {
  const settings = settingsOf(env, overrides)
  for (const [, log] of [...env.replicas.logs]) if (log.topic === topic) putLog(env, changeLog(log, { settings }))
}

// Deletion

/** A replica's log goes: its directory gets another name, and is deleted a minute later. Throws StorageError. */
export function deleteLogLater(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  const log = logAt(env, tp)
  if (log === undefined) return
  let id = ''
  while (id.length < 32) id += ctx.below(16, 'uuid').toString(16)
  const message = `Error while renaming dir for ${tpName(tp)} in log dir ${log.dir}`
  const path = onDisk(logEnv(ctx, env), message, 'name', () => renameDeleted(ctx.files, log, id))
  forgetLogTasks(ctx, env, folderOf(log))
  env.replicas.cleaned = env.replicas.cleaned.delete(tpName(tp))
  env.replicas.logs = env.replicas.logs.delete(tpName(tp))
  slog(ctx, 'INFO', MANAGER, `Log for partition ${tpName(tp)} is renamed to ${path} and is scheduled for deletion`)
  ctx.note('log.deleted', tpName(tp), { broker: env.config.brokerId, path })
  scheduleDeletion(ctx, env, path)
}
function scheduleDeletion(ctx: Context, env: BrokerState, path: string): void {
  const key = `delete ${path}`
  env.replicas.deletions[key] = path
  ctx.timer(key, ms(FILE_DELETE_DELAY_MS))
}
/** Deletes a directory whose time has come; false when the timer is another's. */
export function handleDeletionTimer(ctx: Context, env: BrokerState, key: string): boolean {
  const path = env.replicas.deletions[key]
  if (path === undefined) return false
  delete env.replicas.deletions[key]
  try {
    deleteFolder(ctx, env, path)
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    slog(ctx, 'ERROR', MANAGER, `Exception while deleting Log(${path}) in dir ${path.slice(0, path.lastIndexOf('/'))}.`)
    for (const line of error.lines) slogText(ctx, line)
  }
  return true
}
function deleteFolder(ctx: Context, env: BrokerState, path: string): void {
  const names = ctx.files.list(path) ?? []
  const partition = path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'))
  const message = `Error while deleting log for ${partition} in dir ${path.slice(0, path.lastIndexOf('/'))}`
  onDisk(logEnv(ctx, env), message, 'name', () => {
    for (const name of names) ctx.files.remove(`${path}/${name}`)
    ctx.files.remove(path)
  })
  for (const segment of names.flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -4)] : []))) {
    for (const [what, suffix] of SEGMENT_FILES)
      if (names.includes(`${segment}.${suffix}`)) slog(ctx, 'INFO', 'kafka.log.LogSegment', `Deleted ${what} ${path}/${segment}.${suffix}.`)
  }
  slog(ctx, 'INFO', MANAGER, `Deleted log for partition ${partition} in ${path}.`)
}

// Checkpoints

/** As the real one comes by them: out of a concurrent map of Java's, into an immutable one of Scala's. */
const checkpointOrder = <T extends TopicPartition>(entries: readonly T[]): T[] => scalaOrder(javaMapOrder(entries, tpHash), tpHash)

/** Throws StorageError. While the disk takes what comes, nobody sees whether the same is written again. */
function writeChanged(ctx: Context, env: BrokerState, path: string, text: string): void {
  const { limit, readOnly } = ctx.files.space(path)
  if (limit === undefined && !readOnly && ctx.files.read(path) === text) return
  writeCheckpointFile(logEnv(ctx, env), path, text)
}
/** High watermarks of all replicas here, by directory. */
export function checkpointHighWatermarks(ctx: Context, env: BrokerState): void {
  const { partitions, dirFailure } = env.replicas
  if (dirFailure?.stopped === true) return
  for (const dir of logDirs(env)) {
    const entries = [...partitions].flatMap(([, p]) => {
      const log = logAt(env, p)
      return log?.dir === dir && p.highWatermark !== null ? [{ topic: p.topic, partition: p.partition, offset: p.highWatermark }] : []
    })
    if (entries.length === 0) continue
    try {
      writeChanged(ctx, env, `${dir}/${REPLICATION_CHECKPOINT}`, encodeCheckpoint(checkpointOrder(entries)))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      const text = `[ReplicaManager broker=${env.config.brokerId}] Error while writing to highwatermark file in directory ${dir}`
      slog(ctx, 'ERROR', 'kafka.server.ReplicaManager', text)
      for (const line of error.lines) slogText(ctx, line)
    }
  }
}
const logsIn = (env: BrokerState, dir: string): Log[] => [...env.replicas.logs].map(([, log]) => log).filter((log) => log.dir === dir)
type Entry = TopicPartition & { readonly offset: number }
const entry = ({ topic, partition }: TopicPartition, offset: number): Entry => ({ topic, partition, offset })
function writeCheckpoint(ctx: Context, env: BrokerState, path: string, entries: readonly Entry[]): void {
  writeChanged(ctx, env, path, encodeCheckpoint(checkpointOrder(entries)))
}
/** Up to where logs are flushed. */
export function checkpointRecoveryPoints(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const entries = logsIn(env, dir).map((log) => entry(log, log.recoveryPoint))
    writeCheckpoint(ctx, env, `${dir}/${RECOVERY_CHECKPOINT}`, entries)
  }
}
/** Where logs begin that do not begin at their first segment. */
export function checkpointLogStarts(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const entries = logsIn(env, dir).filter((log) => log.logStartOffset > segmentsOf(log)[0]!.baseOffset)
    writeCheckpoint(
      ctx,
      env,
      `${dir}/${LOG_START_CHECKPOINT}`,
      entries.map((log) => entry(log, log.logStartOffset)),
    )
  }
}
/** Up to where compacted logs are clean. */
export function checkpointCleaner(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const entries = logsIn(env, dir).flatMap((log) => {
      const offset = env.replicas.cleaned.get(tpName(log))
      return offset === undefined ? [] : [entry(log, offset)]
    })
    if (entries.length === 0) continue
    try {
      writeCheckpoint(ctx, env, `${dir}/${CLEANER_CHECKPOINT}`, entries)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      slog(ctx, 'ERROR', 'kafka.log.LogCleanerManager', `Failed to access checkpoint file ${CLEANER_CHECKPOINT} in dir ${dir}`)
      for (const line of error.lines) slogText(ctx, line)
    }
  }
}
/** A clean stop: files are closed and checkpoints written. False when the disk refused. */
export function closeLogs(ctx: Context, env: BrokerState): boolean {
  const swallow = (message: string, lines: readonly string[]): false => {
    slog(ctx, 'WARN', 'kafka.server.KafkaServer', `[KafkaServer id=${env.config.brokerId}] ${message}`)
    for (const line of lines) slogText(ctx, line)
    return false
  }
  try {
    for (const [, log] of [...env.replicas.logs]) putLog(env, closeLog(logEnv(ctx, env), log))
    checkpointRecoveryPoints(ctx, env)
    checkpointLogStarts(ctx, env)
    return true
  } catch (error) {
    if (error instanceof StorageError) return swallow(error.message, error.lines)
    if (!(error instanceof DiskError)) throw error
    // It leaves no mark of a clean stop.
    env.replicas.dirFailure = Object.freeze({ reason: error.reason, stopped: true, cause: error.because })
    const io = ioText(error, 'write')
    slog(ctx, 'ERROR', MANAGER, `There was an error in one of the threads during LogManager shutdown: ${io}`)
    return swallow(error.reason, [io])
  }
}
