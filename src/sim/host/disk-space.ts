// Disks that are full or broken: how much a host's disk holds, what a write may still take of it, and when it takes none at all.
import { Bytes } from '../base/index.ts'
import { BLOCK, bytesOnDisk, DiskError, type DiskChange, type DiskTrouble, type File, type Host } from '../kernel/index.ts'
import type { MachineEngine } from './machine.ts'

type NewFile = Omit<File, 'mtime'>

/** Bytes that all files of a host take, in whole blocks. */
export function usedOf(host: Host): number {
  let used = 0
  for (const [, file] of host.disk) used += bytesOnDisk(file)
  return used
}

/** Bounds, breaks or mends a host's disk. What it refuses from now on is caused by the event at hand. */
export function changeDisk(engine: MachineEngine, name: string, change: DiskChange): void {
  const host = engine.slices.host(name)!
  const limit = change.limit === 'full' ? usedOf(host) : 'limit' in change ? change.limit : host.trouble?.limit
  const readOnly = change.readOnly ?? host.trouble?.readOnly ?? false
  const used = limit === undefined ? 0 : usedOf(host)
  host.trouble = limit === undefined && !readOnly ? undefined : Object.freeze({ limit, used, readOnly, cause: engine.current })
  engine.noteFor(name, 'disk.changed', name, { limit: limit ?? -1, used: usedOf(host), state: readOnly ? 'read-only' : 'sound' })
}

/** Throws when the disk takes no writes. */
export function mustBeWritable(host: Host, path: string): void {
  if (host.trouble?.readOnly === true) throw new DiskError('EROFS', path, host.trouble.cause)
}

/** What of a new content has room where the old one was, which it replaces; the same value when all has. */
export function fitting(trouble: DiskTrouble, old: File | undefined, file: NewFile): NewFile {
  if (trouble.limit === undefined) return file
  const before = old === undefined ? 0 : bytesOnDisk(old)
  const room = Math.max(0, trouble.limit - trouble.used)
  if (bytesOnDisk(file) <= before + room) return file
  const bytes = before + Math.floor(room / BLOCK) * BLOCK
  // A text is cut at a byte, as any other content.
  const kept = (file.bytes ?? Bytes.text(file.text)).slice(0, bytes)
  return { ...file, text: '', bytes: kept, size: file.bytes !== undefined && file.size > file.bytes.length ? file.size : kept.length }
}

/** The files of a host take more, or less: bytes of whole blocks. */
export function account(host: Host, more: number): void {
  const { trouble } = host
  if (trouble?.limit !== undefined && more !== 0) host.trouble = Object.freeze({ ...trouble, used: trouble.used + more })
}
/** All is counted again. */
export function recount(host: Host): void {
  if (host.trouble?.limit !== undefined) host.trouble = Object.freeze({ ...host.trouble, used: usedOf(host) })
}
