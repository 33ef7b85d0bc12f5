// What a server keeps on its host's disk: id, epochs, snapshots and transaction logs, by name and size as the real one (FileTxnSnapLog, FileTxnLog, FileSnap, FilePadding,
// QuorumPeer at release-3.5.5; the image's entry script).

import { List, PMap } from '../base/index.ts'
import type { Context } from '../kernel/index.ts'
import { configText, entryOf, ownEntry, serverText, voters, type Conf } from './conf.ts'
import { emptyFifo } from './fifo.ts'
import {
  hexZxid,
  logEntryBytes,
  SNAPSHOT_FILE_BYTES,
  SNAPSHOT_SESSION_BYTES,
  type SnapshotContent,
  type Txn,
  type Zxid,
} from './protocol/index.ts'
import type { ZkServer } from './state.ts'
import { applyTxn } from './tree/apply.ts'
import { CONFIG_PATH } from './tree/paths.ts'
import { freshTree, setData, treeFromNodes, treeSnapshotBytes } from './tree/tree.ts'

export const DATA_DIR = '/data/version-2'
export const LOG_DIR = '/datalog/version-2'
const LOG_HEADER_BYTES = 16
/** A log file grows by this much, sparse, when less than 4096 bytes are left. */
const PREALLOCATE = 67_108_864
const PAD_WHEN_LEFT = 4096

const hex = (zxid: Zxid): string => hexZxid(zxid).slice(2)
export const snapshotPath = (zxid: Zxid): string => `${DATA_DIR}/snapshot.${hex(zxid)}`

/** What the image's entry script does before the server: writes its configuration and id, if there are none. */
export function writeConfiguration(ctx: Context, conf: Conf): void {
  const { files } = ctx
  if (!files.stat('/conf/zoo.cfg')) {
    const servers = voters(conf).map((sid) => {
      const one = entryOf(conf, sid)!
      return `server.${sid}=${serverText(conf, one).replace(/:participant;.*/, '')};${one.clientPort}`
    })
    const lines = [
      'dataDir=/data',
      'dataLogDir=/datalog',
      `tickTime=${conf.tickTimeMs}`,
      `initLimit=${conf.initLimit}`,
      `syncLimit=${conf.syncLimit}`,
      'autopurge.snapRetainCount=3',
      'autopurge.purgeInterval=0',
      `maxClientCnxns=${conf.maxClientCnxns}`,
      'standaloneEnabled=true',
      'admin.enableServer=true',
      ...servers,
      ...(conf.whitelist.join() === 'srvr' ? [] : [`4lw.commands.whitelist=${conf.whitelist.join(', ')}`]),
    ]
    files.write('/conf/zoo.cfg', lines.join('\n') + '\n')
  }
  if (!files.stat('/data/myid')) files.write('/data/myid', `${conf.myid}\n`)
}

export function writeEpoch(ctx: Context, s: ZkServer, name: 'acceptedEpoch' | 'currentEpoch', epoch: number): void {
  s[name] = epoch
  ctx.files.write(`${DATA_DIR}/${name}`, String(epoch))
}
export function readEpoch(ctx: Context, name: 'acceptedEpoch' | 'currentEpoch'): number | undefined {
  const text = ctx.files.read(`${DATA_DIR}/${name}`)
  return text === undefined ? undefined : Number(text)
}

/** Puts this server's own list of servers into its tree. */
export function setConfigNode(ctx: Context, s: ZkServer): void {
  setData(s.tree, CONFIG_PATH, configText(s.conf), -1, 0, ctx.wallMs)
}

export const snapshotContent = (s: ZkServer): SnapshotContent =>
  Object.freeze({ zxid: s.tree.lastZxid, nodes: s.tree.nodes, sessions: s.sessions, clients: s.clientHosts })
/** Bytes of a snapshot without a file's frame. */
export const snapshotBytes = (s: ZkServer): number => treeSnapshotBytes(s.tree, s.sessions.size * SNAPSHOT_SESSION_BYTES)

/** Writes the whole tree; returns the file's name. */
export function saveSnapshot(ctx: Context, s: ZkServer): string {
  const path = snapshotPath(s.tree.lastZxid)
  ctx.files.writeRecords(path, List.of<unknown>([snapshotContent(s)]), snapshotBytes(s) + SNAPSHOT_FILE_BYTES)
  return path
}

/** Takes over what a snapshot holds; whatever was in memory is gone. */
export function loadContent(s: ZkServer, content: SnapshotContent): void {
  s.tree = treeFromNodes(content.nodes, content.zxid)
  s.sessions = content.sessions
  s.clientHosts = content.clients
  s.committedLog = emptyFifo<Txn>()
}

/** Files of a directory whose name is PREFIX.<zxid>, lowest first. */
function byZxid(ctx: Context, dir: string, prefix: string): { readonly path: string; readonly zxid: Zxid }[] {
  const names = (ctx.files.list(dir) ?? []).filter((name) => name.startsWith(prefix))
  return names.map((name) => ({ path: `${dir}/${name}`, zxid: parseInt(name.slice(prefix.length), 16) })).sort((a, b) => a.zxid - b.zxid)
}

/** Log files that may hold what comes after a zxid: the last that begins at or before it, and all later ones. */
function logFilesFrom(ctx: Context, zxid: Zxid): { readonly path: string; readonly zxid: Zxid }[] {
  const all = byZxid(ctx, LOG_DIR, 'log.')
  const first = all.filter((file) => file.zxid <= zxid).at(-1)?.zxid ?? 0
  return all.filter((file) => file.zxid >= first)
}

const recordsOf = (ctx: Context, path: string): List<Txn> => (ctx.files.stat(path)?.records ?? List.empty<unknown>()) as List<Txn>

/** The newest snapshot, then all that was logged after it, committed or not. Returns the snapshot read; undefined at the first boot, when an empty one is written. */
export function restore(ctx: Context, s: ZkServer): string | undefined {
  const snapshot = byZxid(ctx, DATA_DIR, 'snapshot.').at(-1)
  s.txns = PMap.empty<Txn>()
  s.log = { ...s.log, name: '', position: 0, size: 0 }
  if (!snapshot) {
    s.tree = freshTree()
    s.sessions = PMap.empty<number>()
    s.clientHosts = PMap.empty<string>()
    s.committedLog = emptyFifo<Txn>()
    setConfigNode(ctx, s)
    saveSnapshot(ctx, s)
    return undefined
  }
  loadContent(s, ctx.files.stat(snapshot.path)!.records!.at(0) as SnapshotContent)
  for (const file of logFilesFrom(ctx, s.tree.lastZxid + 1)) {
    for (const txn of recordsOf(ctx, file.path)) if (txn.zxid > s.tree.lastZxid) applyTxn(s, txn)
  }
  return snapshot.path
}

/** Grows a log file as FilePadding does: by whole steps when the position comes near its end. All in bytes. */
export function paddedSize(position: number, size: number, step: number, margin = PAD_WHEN_LEFT): number {
  if (step <= 0 || position + margin < size) return size
  if (position <= size) return size + step
  return position + step - ((position + step) % step)
}

/** Appends a transaction; it is durable when this returns. True when a new file was begun. */
export function appendLog(ctx: Context, s: ZkServer, txn: Txn): boolean {
  const begins = s.log.name === ''
  if (begins) s.log = { ...s.log, name: `${LOG_DIR}/log.${hex(txn.zxid)}`, position: LOG_HEADER_BYTES, size: LOG_HEADER_BYTES }
  s.log.size = paddedSize(s.log.position, s.log.size, PREALLOCATE)
  s.log.position += logEntryBytes(txn)
  const records = begins ? List.empty<unknown>() : (recordsOf(ctx, s.log.name) as List<unknown>)
  ctx.files.writeRecords(s.log.name, records.push(txn), Math.max(s.log.size, s.log.position))
  return begins
}

/** Removes everything after a zxid from the logs, then reads the rest anew. */
export function truncateLog(ctx: Context, s: ZkServer, zxid: Zxid): void {
  const files = logFilesFrom(ctx, zxid)
  const cut = files[0]
  if (cut) {
    let kept = List.empty<unknown>()
    let size = LOG_HEADER_BYTES
    for (const txn of recordsOf(ctx, cut.path)) {
      if (txn.zxid > zxid) break
      kept = kept.push(txn)
      size += logEntryBytes(txn)
    }
    ctx.files.writeRecords(cut.path, kept, size)
    for (const file of files.slice(1)) ctx.files.remove(file.path)
  }
  // A snapshot may hold what nobody else has, too.
  for (const file of byZxid(ctx, DATA_DIR, 'snapshot.')) if (file.zxid > zxid) ctx.files.remove(file.path)
  restore(ctx, s)
}

/**
 * Logged transactions from one that a follower has on, for its synchronisation; undefined when the disk cannot tell: no file begins early enough, or the files after the first
 * are larger than a third of the newest snapshot (ZKDatabase.getProposalsFromTxnLog).
 */
export function loggedFrom(ctx: Context, zxid: Zxid): Txn[] | undefined {
  const files = logFilesFrom(ctx, zxid)
  const out = files.flatMap((file) => recordsOf(ctx, file.path).toArray())
  if (out.length === 0 || out[0]!.zxid > zxid) return undefined
  const snapshot = byZxid(ctx, DATA_DIR, 'snapshot.').at(-1)
  const limit = Math.floor((snapshot ? (ctx.files.stat(snapshot.path)?.size ?? 0) : 0) * 0.33)
  const later = files.slice(1).reduce((sum, file) => sum + (ctx.files.stat(file.path)?.size ?? 0), 0)
  return limit > 0 && later > limit ? undefined : out
}

/** Sizes of the two directories, as `conf` and `dirs` tell them. */
export function directorySize(ctx: Context, dir: string): number {
  return (ctx.files.list(dir) ?? []).reduce((sum, name) => sum + (ctx.files.stat(`${dir}/${name}`)?.size ?? 0), 0)
}

export const writeNextConfig = (ctx: Context, text: string): void => ctx.files.write('/conf/zoo.cfg.dynamic.next', text)

export const ownHost = (conf: Conf): string => ownEntry(conf).host
