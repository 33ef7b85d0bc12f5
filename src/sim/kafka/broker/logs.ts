// The broker's logs: loaded at its start, made when a replica comes, renamed and deleted later when one goes, and the checkpoints of them all (log/LogManager.scala at 2.3.0).
import { ms } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
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
  REPLICATION_CHECKPOINT,
  segmentsOf,
  type Log,
  type LogSettings,
  type Overrides,
} from '../log/index.ts'
import { javaMapOrder, scalaOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { logDirs } from './log-dirs.ts'
import { forgetLogTasks, logEnv } from './log-env.ts'
import { logAt, putLog } from './replica-state.ts'
import { slog, type BrokerState } from './state.ts'

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
      putLog(env, loadLog(logEnv(ctx, env), tp, dir, { settings, recoveryPoint, logStartOffset, clean }))
      count++
    }
  }
  return count
}

/** The log of a replica: the one that is there, or a new one in the directory that has fewest. `config` is what the topic overrides. */
export function getOrCreateLog(ctx: Context, env: BrokerState, tp: TopicPartition, config: Overrides): Log {
  const known = logAt(env, tp)
  if (known !== undefined) return known
  const counts = logDirs(env).map((dir) => ({ dir, logs: [...env.replicas.logs].filter(([, log]) => log.dir === dir).length }))
  const { dir } = counts.reduce((a, b) => (b.logs < a.logs ? b : a))
  const log = loadLog(logEnv(ctx, env), tp, dir, { settings: settingsOf(env, config), recoveryPoint: 0, logStartOffset: 0, clean: true })
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

/** A replica's log goes: its directory gets another name, and is deleted a minute later. */
export function deleteLogLater(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  const log = logAt(env, tp)
  if (log === undefined) return
  let id = ''
  while (id.length < 32) id += ctx.below(16, 'uuid').toString(16)
  const path = renameDeleted(ctx.files, log, id)
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
  const names = ctx.files.list(path) ?? []
  for (const segment of names.flatMap((name) => (name.endsWith('.log') ? [name.slice(0, -4)] : []))) {
    for (const [what, suffix] of SEGMENT_FILES)
      if (names.includes(`${segment}.${suffix}`)) slog(ctx, 'INFO', 'kafka.log.LogSegment', `Deleted ${what} ${path}/${segment}.${suffix}.`)
  }
  for (const name of names) ctx.files.remove(`${path}/${name}`)
  ctx.files.remove(path)
  const partition = path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'))
  slog(ctx, 'INFO', MANAGER, `Deleted log for partition ${partition} in ${path}.`)
  return true
}

// Checkpoints

/** As the real one comes by them: out of a concurrent map of Java's, into an immutable one of Scala's. */
const checkpointOrder = <T extends TopicPartition>(entries: readonly T[]): T[] => scalaOrder(javaMapOrder(entries, tpHash), tpHash)

function writeChanged(ctx: Context, path: string, text: string): void {
  if (ctx.files.read(path) !== text) ctx.files.write(path, text)
}
/** High watermarks of all replicas here, by directory. */
export function checkpointHighWatermarks(ctx: Context, env: BrokerState): void {
  const { partitions } = env.replicas
  for (const dir of logDirs(env)) {
    const entries = [...partitions].flatMap(([, p]) => {
      const log = logAt(env, p)
      return log?.dir === dir && p.highWatermark !== null ? [{ topic: p.topic, partition: p.partition, offset: p.highWatermark }] : []
    })
    if (entries.length > 0) writeChanged(ctx, `${dir}/${REPLICATION_CHECKPOINT}`, encodeCheckpoint(checkpointOrder(entries)))
  }
}
const logsIn = (env: BrokerState, dir: string): Log[] => [...env.replicas.logs].map(([, log]) => log).filter((log) => log.dir === dir)
type Entry = TopicPartition & { readonly offset: number }
const entry = ({ topic, partition }: TopicPartition, offset: number): Entry => ({ topic, partition, offset })
function writeCheckpoint(ctx: Context, path: string, entries: readonly Entry[]): void {
  writeChanged(ctx, path, encodeCheckpoint(checkpointOrder(entries)))
}
/** Up to where logs are flushed. */
export function checkpointRecoveryPoints(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const entries = logsIn(env, dir).map((log) => entry(log, log.recoveryPoint))
    writeCheckpoint(ctx, `${dir}/${RECOVERY_CHECKPOINT}`, entries)
  }
}
/** Where logs begin that do not begin at their first segment. */
export function checkpointLogStarts(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const entries = logsIn(env, dir).filter((log) => log.logStartOffset > segmentsOf(log)[0]!.baseOffset)
    writeCheckpoint(
      ctx,
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
    if (entries.length > 0) writeCheckpoint(ctx, `${dir}/${CLEANER_CHECKPOINT}`, entries)
  }
}
/** A clean stop: files are closed and checkpoints written. */
export function closeLogs(ctx: Context, env: BrokerState): void {
  for (const [, log] of [...env.replicas.logs]) putLog(env, closeLog(logEnv(ctx, env), log))
  checkpointRecoveryPoints(ctx, env)
  checkpointLogStarts(ctx, env)
}
