// A host's disk as folders: what `ls -l` would say of each entry. Pure.
import { civil, type File, type Host, type HostName, type World } from '../../sim/index.ts'

export interface Entry {
  readonly name: string
  readonly path: string
  readonly dir: boolean
  /** `-rw-r--r--`. */
  readonly mode: string
  readonly size: number
  /** `Nov 22 15:41`; empty for folders that only what is in them makes. */
  readonly date: string
  /** With seconds. */
  readonly moment: string
}
export interface Folder {
  readonly path: string
  readonly entries: readonly Entry[]
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => String(n).padStart(2, '0')

/** As `ls -l` has it: bits of owner, group and others. */
export function modeText(file: Pick<File, 'dir' | 'mode'>): string {
  let text = file.dir ? 'd' : '-'
  for (let i = 0; i < 9; i++) text += file.mode & (1 << (8 - i)) ? 'rwxrwxrwx'[i]! : '-'
  return text
}
export function dateOf(file: Pick<File, 'mtime'>, epochMs: number): { readonly date: string; readonly moment: string } {
  const c = civil(epochMs + Math.floor(file.mtime / 1000))
  const day = `${MONTHS[c.month - 1]!} ${String(c.day).padStart(2)}`
  return { date: `${day} ${two(c.hour)}:${two(c.minute)}`, moment: `${day} ${c.year} ${two(c.hour)}:${two(c.minute)}:${two(c.second)} UTC` }
}

const cache = new WeakMap<Host['disk'], Map<string, Folder | undefined>>()

/** What a folder holds, in order of the names; undefined when there is no such folder. Read once for each state of the disk. */
export function folderAt(world: World, host: HostName, path: string): Folder | undefined {
  const { disk } = world.hosts[host]!
  let known = cache.get(disk)
  if (known === undefined) cache.set(disk, (known = new Map()))
  if (!known.has(path)) known.set(path, readFolder(disk, path, world.settings.epochMs))
  return known.get(path)
}
function readFolder(disk: Host['disk'], path: string, epochMs: number): Folder | undefined {
  const names = disk.namesIn(path)
  if (names.length === 0 && path !== '/' && disk.get(path)?.dir !== true) return undefined
  const entries = names.map((name): Entry => {
    const full = path === '/' ? `/${name}` : `${path}/${name}`
    const file = disk.get(full)
    const dated = file === undefined ? { date: '', moment: '' } : dateOf(file, epochMs)
    return {
      name,
      path: full,
      dir: file?.dir ?? true,
      mode: modeText(file ?? { dir: true, mode: 0o755 }),
      size: file?.size ?? 4096,
      ...dated,
    }
  })
  return { path, entries }
}

/** Where looking begins: a broker's log directory, a ZooKeeper server's data, else the root. */
export function startFolder(host: Host): string {
  if (host.image === 'kafka') {
    for (const [path] of host.disk) if (path.endsWith('/meta.properties')) return path.slice(0, path.lastIndexOf('/'))
  }
  if (host.image === 'zookeeper' && host.disk.get('/data/myid') !== undefined) return '/data'
  return '/'
}

/** `/`, `/kafka-logs`, `/kafka-logs/t-0`: a path and the folders above it, outermost first. */
export function ancestors(path: string): { readonly name: string; readonly path: string }[] {
  const parts = path.split('/').filter((part) => part !== '')
  return [{ name: '/', path: '/' }, ...parts.map((name, i) => ({ name, path: `/${parts.slice(0, i + 1).join('/')}` }))]
}
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
