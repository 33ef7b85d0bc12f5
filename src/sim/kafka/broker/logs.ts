// The broker's logs: loaded at its start, made when a replica comes, renamed and deleted later when one goes, and the checkpoints of them all (log/LogManager.scala at 2.3.0).
import { ms } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  CLEAN_SHUTDOWN,
  closeLogFiles,
  createLog,
  decodeCheckpoint,
  encodeCheckpoint,
  findLogs,
  logPropertiesText,
  LOG_START_CHECKPOINT,
  openLogFiles,
  RECOVERY_CHECKPOINT,
  renameDeleted,
  REPLICATION_CHECKPOINT,
  type Overrides,
  type PartitionLog,
} from '../log/index.ts'
import { scalaMutableMapOrder, tpHash, tpName, type TopicPartition } from '../protocol/index.ts'
import { logDirs } from './log-dirs.ts'
import { logAt, putLog } from './replica-state.ts'
import { slog, type BrokerState } from './state.ts'

const LOG = 'kafka.log.Log'
const MANAGER = 'kafka.log.LogManager'
/** A segment's files, in the order in which they are deleted. */
const SEGMENT_FILES = [
  ['log', 'log'],
  ['offset index', 'index'],
  ['time index', 'timeindex'],
  ['transaction index', 'txnindex'],
] as const
const FILE_DELETE_DELAY_MS = 60_000

function logLog(ctx: Context, log: PartitionLog, text: string): void {
  slog(ctx, 'INFO', LOG, `[Log partition=${tpName(log)}, dir=${log.dir}] ${text}`)
}
function logLoaded(ctx: Context, log: PartitionLog, tookMs: number): void {
  logLog(ctx, log, `Loading producer state till offset ${log.logEndOffset} with message format version 2`)
  logLog(
    ctx,
    log,
    `Completed load of log with 1 segments, log start offset ${log.logStartOffset} and log end offset ${log.logEndOffset} in ${tookMs} ms`,
  )
}

/** Finds what the directories hold; after a stop that was not clean, segments not known to be flushed are read through. Gives how many logs there are. */
export function loadLogs(ctx: Context, env: BrokerState): number {
  let count = 0
  for (const dir of logDirs(env)) {
    const clean = ctx.files.stat(`${dir}/${CLEAN_SHUTDOWN}`) !== undefined
    for (const { topic, partition, offset } of decodeCheckpoint(ctx.files.read(`${dir}/${REPLICATION_CHECKPOINT}`) ?? ''))
      env.replicas.checkpointed = env.replicas.checkpointed.set(`${topic}-${partition}`, offset)
    const { logs, deleted } = findLogs(ctx.files, dir)
    for (const name of deleted) scheduleDeletion(ctx, env, `${dir}/${name}`)
    for (const log of logs) {
      if (!clean) logLog(ctx, log, 'Recovering unflushed segment 0')
      logLoaded(ctx, log, 1 + ctx.below(20, 'took'))
      openLogFiles(ctx.files, log)
      putLog(env, log)
      count++
    }
  }
  return count
}

/** The log of a replica: the one that is there, or a new one in the directory that has fewest. `config` is what the topic overrides. */
export function getOrCreateLog(ctx: Context, env: BrokerState, tp: TopicPartition, config: Overrides): PartitionLog {
  const known = logAt(env, tp)
  if (known !== undefined) return known
  const counts = logDirs(env).map((dir) => ({ dir, logs: [...env.replicas.logs].filter(([, log]) => log.dir === dir).length }))
  const { dir } = counts.reduce((a, b) => (b.logs < a.logs ? b : a))
  const log = createLog(ctx.files, tp, dir)
  logLoaded(ctx, log, 1 + ctx.below(4, 'took'))
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

// Deletion

/** A replica's log goes: its directory gets another name, and is deleted a minute later. */
export function deleteLogLater(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  const log = logAt(env, tp)
  if (log === undefined) return
  let id = ''
  while (id.length < 32) id += ctx.below(16, 'uuid').toString(16)
  const path = renameDeleted(ctx.files, log, id)
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
    if (entries.length > 0) writeChanged(ctx, `${dir}/${REPLICATION_CHECKPOINT}`, encodeCheckpoint(scalaMutableMapOrder(entries, tpHash)))
  }
}
/** Recovery points and, where a log does not begin at its first segment, starts. */
export function checkpointLogs(ctx: Context, env: BrokerState): void {
  for (const dir of logDirs(env)) {
    const logs = [...env.replicas.logs].map(([, log]) => log).filter((log) => log.dir === dir)
    const entries = logs.map(({ topic, partition, logEndOffset }) => ({ topic, partition, offset: logEndOffset }))
    writeChanged(ctx, `${dir}/${RECOVERY_CHECKPOINT}`, encodeCheckpoint(scalaMutableMapOrder(entries, tpHash)))
    writeChanged(ctx, `${dir}/${LOG_START_CHECKPOINT}`, encodeCheckpoint([]))
  }
}
/** A clean stop: files are closed and checkpoints written. */
export function closeLogs(ctx: Context, env: BrokerState): void {
  for (const [, log] of env.replicas.logs) closeLogFiles(ctx.files, log)
  checkpointLogs(ctx, env)
}
