// A disk's accounts: what a file takes of it, and what a write throws that it refuses: what the system call would have answered.
import type { Event, File, Root } from './world.ts'

/** Disks give room in blocks of so many bytes. */
export const BLOCK = 4096
/** Bytes of whole blocks that a file takes: what was preallocated and never written takes none, and directories are for nothing. */
export function bytesOnDisk(file: Omit<File, 'mtime'>): number {
  if (file.dir) return 0
  const content = file.bytes?.length ?? ((file.records?.size ?? file.text.length) > 0 ? file.size : 0)
  return Math.ceil(Math.min(file.size, content) / BLOCK) * BLOCK
}

export type DiskProblem = 'ENOSPC' | 'EROFS'
const REASONS: Readonly<Record<DiskProblem, string>> = { ENOSPC: 'No space left on device', EROFS: 'Read-only file system' }

/** The disk is full, or read-only. What fitted of the content is in the file. */
export class DiskError extends Error {
  /** As the C library words it. */
  readonly reason: string
  constructor(
    readonly problem: DiskProblem,
    readonly path: string,
    /** What made the disk so. */
    readonly because: Event | Root,
  ) {
    super(`${path}: ${REASONS[problem]}`)
    this.reason = REASONS[problem]
  }
}
