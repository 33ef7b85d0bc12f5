// The files of a disk by their absolute paths, and as folders: what is in a folder is asked at every start of a log, and must not take a walk over all files.

import { PMap } from '../base/index.ts'
import type { File } from './world.ts'

/** A set of names. */
type Names = PMap<true>

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')))
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Immutable, and what it holds follows from its files alone. A folder is there by an entry of its own, or by what is in it. */
export class FileTree implements Iterable<readonly [string, File]> {
  private constructor(
    private readonly files: PMap<File>,
    private readonly folders: PMap<Names>,
  ) {}

  private static readonly EMPTY = new FileTree(PMap.empty<File>(), PMap.empty<Names>())
  static empty(): FileTree {
    return FileTree.EMPTY
  }
  static of(entries: Iterable<readonly [string, File]>): FileTree {
    let tree = FileTree.EMPTY
    for (const [path, file] of entries) tree = tree.set(path, file)
    return tree
  }

  get size(): number {
    return this.files.size
  }
  get(path: string): File | undefined {
    return this.files.get(path)
  }
  set(path: string, file: File): FileTree {
    const files = this.files.set(path, file)
    return new FileTree(files, files.size === this.files.size ? this.folders : withName(this.folders, path))
  }
  delete(path: string): FileTree {
    const files = this.files.delete(path)
    if (files === this.files) return this
    return new FileTree(files, this.folders.has(path) ? this.folders : withoutName(files, this.folders, path))
  }
  /** Is something below this path? */
  hasBelow(path: string): boolean {
    return this.folders.has(path)
  }
  /** Names in a folder, in code-unit order. */
  namesIn(path: string): string[] {
    return this.folders.get(path)?.sortedKeys() ?? []
  }
  /** Paths of a file or folder and of all below it that have an entry of their own. */
  *within(path: string): Generator<string> {
    if (this.files.has(path)) yield path
    for (const name of this.namesIn(path)) yield* this.within(path === '/' ? `/${name}` : `${path}/${name}`)
  }
  [Symbol.iterator](): Iterator<readonly [string, File]> {
    return this.files[Symbol.iterator]()
  }
  /** Paths in code-unit order. */
  sortedKeys(): string[] {
    return this.files.sortedKeys()
  }
}

function withName(folders: PMap<Names>, path: string): PMap<Names> {
  if (path === '/') return folders
  const folder = folderOf(path)
  const names = folders.get(folder)
  const more = folders.set(folder, (names ?? PMap.empty<true>()).set(nameOf(path), true))
  // A folder that had something in it has its own name where it belongs.
  return names === undefined ? withName(more, folder) : more
}
function withoutName(files: PMap<File>, folders: PMap<Names>, path: string): PMap<Names> {
  if (path === '/') return folders
  const folder = folderOf(path)
  const rest = folders.get(folder)!.delete(nameOf(path))
  if (rest.size > 0) return folders.set(folder, rest)
  const fewer = folders.delete(folder)
  return files.has(folder) ? fewer : withoutName(files, fewer, folder)
}
