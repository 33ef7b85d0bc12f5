// A host's disk. Paths below `data/NAME` of the playground's folder are the disk of that container, as the compose file mounts it.

import { Bytes, seconds, type List, type Micros } from '../base/index.ts'
import { bytesOnDisk, DiskError, type Content, type DiskView, type File } from '../kernel/index.ts'
import { account, fitting, mustBeWritable, recount, usedOf } from './disk-space.ts'
import type { MachineEngine } from './machine.ts'
import { DOCKER_HOST, PLAYGROUND_FOLDER } from './terminals.ts'

const MOUNTS = `${PLAYGROUND_FOLDER}/data/`

/** Absolute, without `.`, `..` and doubled slashes. */
export function resolvePath(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return '/' + parts.join('/')
}

/** Whose disk holds a path, and under which name there. */
function locate(engine: MachineEngine, host: string, path: string): readonly [host: string, path: string] {
  if (host !== DOCKER_HOST || !path.startsWith(MOUNTS)) return [host, path]
  const rest = path.slice(MOUNTS.length)
  const slash = rest.indexOf('/')
  const name = slash < 0 ? rest : rest.slice(0, slash)
  return engine.world.hosts[name] && name !== DOCKER_HOST ? [name, slash < 0 ? '/' : rest.slice(slash)] : [host, path]
}

const directory = (mtime: Micros): File => ({ text: '', records: undefined, size: 4096, mode: 0o755, mtime, dir: true })

/** UTF-8 bytes of a text. */
export function byteLength(text: string): number {
  let n = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c > 0x7ff) n += c >= 0xd800 && c <= 0xdfff ? 1 : 2
    else if (c > 0x7f) n++
  }
  return n
}

export function statFile(engine: MachineEngine, host: string, path: string): File | undefined {
  const [owner, at] = locate(engine, host, path)
  const disk = engine.world.hosts[owner]?.disk
  if (!disk) return undefined
  const file = disk.get(at)
  if (file) return file
  // Directories are made by what is in them.
  if (disk.hasBelow(at)) return directory(0 as Micros)
  if (at === '/' || (host === DOCKER_HOST && at + '/' === MOUNTS)) return directory(0 as Micros)
  return undefined
}

export function putFile(engine: MachineEngine, host: string, path: string, file: Omit<File, 'mtime'>): void {
  const [owner, at] = locate(engine, host, path)
  const record = engine.slices.host(owner)
  if (!record) return
  const { trouble } = record
  let kept = file
  if (trouble !== undefined) {
    mustBeWritable(record, path)
    const old = record.disk.get(at)
    kept = fitting(trouble, old, file)
    account(record, bytesOnDisk(kept) - (old === undefined ? 0 : bytesOnDisk(old)))
  }
  record.disk = record.disk.set(at, Object.freeze({ ...kept, mtime: engine.world.now }))
  if (kept !== file) throw new DiskError('ENOSPC', path, trouble!.cause)
}

/** Of all disks that a host sees, its own first. */
export function disksOf(engine: MachineEngine, host: string): DiskView[] {
  const others = host === DOCKER_HOST ? Object.keys(engine.world.hosts).filter((name) => name !== DOCKER_HOST) : []
  return [diskOf(engine, host, '/'), ...others.map((name) => diskOf(engine, host, MOUNTS + name))]
}
/** How full the disk is that holds a path. */
export function diskOf(engine: MachineEngine, host: string, path: string): DiskView {
  const [name] = locate(engine, host, path)
  const record = engine.world.hosts[name]!
  const { limit, readOnly = false } = record.trouble ?? {}
  return {
    name,
    mount: name === host ? '/' : MOUNTS + name,
    limit,
    readOnly,
    // Who only asks whether it is bounded does not pay for the count.
    get used() {
      return record.trouble?.limit === undefined ? usedOf(record) : record.trouble.used
    },
  }
}

export function writeFile(engine: MachineEngine, host: string, path: string, text: string): void {
  const mode = statFile(engine, host, path)?.mode ?? 0o644
  putFile(engine, host, path, { text, records: undefined, size: byteLength(text), mode, dir: false })
}

export function appendFile(engine: MachineEngine, host: string, path: string, text: string): void {
  const old = statFile(engine, host, path)
  if (old === undefined || old.dir) writeFile(engine, host, path, text)
  else if (old.bytes !== undefined) writeBytes(engine, host, path, old.bytes.append(Bytes.text(text)))
  else {
    // A text that grows line by line stays a rope: it is not looked through at every line.
    const { mode, size } = old
    putFile(engine, host, path, { text: old.text + text, records: undefined, size: size + byteLength(text), mode, dir: false })
  }
}

export function writeRecords(engine: MachineEngine, host: string, path: string, records: List<unknown>, size: number): void {
  putFile(engine, host, path, { text: '', records, size, mode: 0o644, dir: false })
}

/** How long the page cache keeps what nobody syncs (the kernel's dirty_expire_centisecs). */
const WRITEBACK = seconds(30)
const contentOf = ({ text, records, bytes, size }: File): Content => Object.freeze({ text, records, bytes, size })

/** A file's bytes; text as UTF-8. */
export function readBytes(engine: MachineEngine, host: string, path: string): Bytes | undefined {
  const file = statFile(engine, host, path)
  if (file === undefined || file.dir) return undefined
  return file.bytes ?? (file.records === undefined ? Bytes.text(file.text) : undefined)
}

/** Into the page cache. What was there may have reached the disk by itself meanwhile. */
export function writeBytes(engine: MachineEngine, host: string, path: string, bytes: Bytes, size = bytes.length): void {
  const old = statFile(engine, host, path)
  const { now } = engine.world
  const aged = old?.dirtiedAt !== undefined && now - old.dirtiedAt >= WRITEBACK
  const dirty = old?.dirtiedAt !== undefined && !aged
  putFile(engine, host, path, {
    text: '',
    records: undefined,
    bytes,
    size,
    mode: old?.mode ?? 0o644,
    dir: false,
    dirtiedAt: dirty ? old.dirtiedAt : now,
    durable: dirty ? old.durable : old && contentOf(old),
  })
}

function replaceFile(engine: MachineEngine, host: string, path: string, change: Partial<File>): void {
  const [owner, at] = locate(engine, host, path)
  const record = engine.slices.host(owner)
  const file = record?.disk.get(at)
  if (record && file) record.disk = record.disk.set(at, Object.freeze({ ...file, ...change }))
}
/** fsync. */
export const syncFile = (engine: MachineEngine, host: string, path: string): void =>
  replaceFile(engine, host, path, { dirtiedAt: undefined, durable: undefined })
export function touchFile(engine: MachineEngine, host: string, path: string, mtime: Micros): void {
  const record = engine.world.hosts[locate(engine, host, path)[0]]
  if (record) mustBeWritable(record, path)
  replaceFile(engine, host, path, { mtime })
}

/** The host loses its power: of each file, what had not reached the disk is gone; names and sizes given in advance stay (they are in the file system's journal). */
export function loseUnsynced(engine: MachineEngine, host: string): void {
  const record = engine.slices.host(host)
  if (!record) return
  for (const [path, file] of record.disk) {
    if (file.dirtiedAt === undefined) continue
    const kept = engine.world.now - file.dirtiedAt >= WRITEBACK ? contentOf(file) : file.durable
    const empty: Content = {
      text: '',
      records: undefined,
      bytes: Bytes.empty(),
      size: file.size > (file.bytes?.length ?? 0) ? file.size : 0,
    }
    record.disk = record.disk.set(path, Object.freeze({ ...file, ...(kept ?? empty), dirtiedAt: undefined, durable: undefined }))
  }
  recount(record)
}

export function makeDirectory(engine: MachineEngine, host: string, path: string): void {
  if (!statFile(engine, host, path)) putFile(engine, host, path, { text: '', records: undefined, size: 4096, mode: 0o755, dir: true })
}

/** Removes a file, or a directory with all in it. */
export function removeFile(engine: MachineEngine, host: string, path: string): void {
  const [owner, at] = locate(engine, host, path)
  const record = engine.slices.host(owner)
  if (!record) return
  mustBeWritable(record, path)
  for (const name of [...record.disk.within(at)]) record.disk = record.disk.delete(name)
  recount(record)
}

/** Renames a file, or a directory with all in it. */
export function renameFile(engine: MachineEngine, host: string, from: string, to: string): void {
  const [owner, a] = locate(engine, host, from)
  const [target, b] = locate(engine, host, to)
  const source = engine.slices.host(owner)
  const destination = engine.slices.host(target)
  if (!source || !destination) return
  mustBeWritable(source, from)
  mustBeWritable(destination, to)
  for (const name of [...source.disk.within(a)]) {
    const file = source.disk.get(name)!
    // From disk to disk it is a copy first.
    if (owner !== target) putFile(engine, target, b + name.slice(a.length), file)
    source.disk = source.disk.delete(name)
    if (owner === target) source.disk = source.disk.set(b + name.slice(a.length), file)
    else destination.disk = destination.disk.set(b + name.slice(a.length), file)
  }
  recount(source)
}

/** Names in a directory, in code-unit order; undefined when it is not one. */
export function listDirectory(engine: MachineEngine, host: string, path: string): readonly string[] | undefined {
  const file = statFile(engine, host, path)
  if (!file?.dir) return undefined
  const [owner, at] = locate(engine, host, path)
  const names = new Set(engine.world.hosts[owner]!.disk.namesIn(at))
  // The mounts.
  if (host === DOCKER_HOST && at + '/' === MOUNTS)
    for (const name of Object.keys(engine.world.hosts)) if (name !== DOCKER_HOST) names.add(name)
  if (host === DOCKER_HOST && at === PLAYGROUND_FOLDER) names.add('data')
  return [...names].sort()
}
