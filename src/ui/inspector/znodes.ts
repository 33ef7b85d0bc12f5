// The znode tree as rows to show: which nodes are open, what a server has that another has not, data and Stat in words.

import { ctime, type ZnodeView } from '../../sim/index.ts'
import { nodeAt, type Server } from './queries.ts'

/** How a node on the server shown differs from the one compared with. */
export type Difference = 'same' | 'here only' | 'there only' | 'other data'

export interface ZnodeRow {
  readonly path: string
  readonly name: string
  readonly depth: number
  readonly children: number
  readonly open: boolean
  /** Data on one line, cut. */
  readonly glance: string
  /** Session that it dies with; empty for one that stays. */
  readonly owner: string
  readonly differs: Difference
  /** Something below a closed node differs. */
  readonly differsBelow: boolean
}

/** Rows shown at once; a tree can be larger than any screen. */
export const ROWS_LIMIT = 1500
const GLANCE = 40

export const joined = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`)
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
/** `/`, `/kafka`, `/kafka/brokers` for `/kafka/brokers/ids`: what must be open for it to be seen. */
export function ancestors(path: string): string[] {
  const above: string[] = []
  for (let at = path; at !== '/';) above.unshift((at = parentOf(at)))
  return above
}

export function glance(data: string | null): string {
  if (data === null || data === '') return ''
  const line = data.replace(/\s+/g, ' ')
  return line.length > GLANCE ? line.slice(0, GLANCE - 1) + '…' : line
}

function compare(here: ZnodeView | undefined, there: ZnodeView | undefined): Difference {
  if (!there) return 'here only'
  if (!here) return 'there only'
  return here.stat.mzxid === there.stat.mzxid && here.data === there.data ? 'same' : 'other data'
}

/** Does anything at or below a path differ between two servers? Trees that share their last change below a node are not walked. */
function below(a: Server, b: Server, path: string): boolean {
  const here = nodeAt(a, path)
  const there = nodeAt(b, path)
  if (compare(here, there) !== 'same') return true
  const names = new Set([...here!.children, ...there!.children])
  if (names.size !== here!.children.length) return true
  for (const name of names) if (below(a, b, joined(path, name))) return true
  return false
}

/** The rows of a server's tree, with what is open opened; compared with another server's when one is given. */
export function treeRows(server: Server, open: ReadonlySet<string>, other?: Server): ZnodeRow[] {
  const rows: ZnodeRow[] = []
  const add = (path: string, name: string, depth: number): void => {
    if (rows.length >= ROWS_LIMIT) return
    const here = nodeAt(server, path)
    const there = other && nodeAt(other, path)
    const node = here ?? there
    if (!node) return
    const isOpen = open.has(path)
    const mine = here?.children ?? []
    const more = there ? there.children.filter((child) => !mine.includes(child)) : []
    const differs = other ? compare(here, there) : 'same'
    const closed = !isOpen && other !== undefined && differs === 'same' && below(server, other, path)
    const owner = node.stat.ephemeralOwner
    rows.push({
      path,
      name,
      depth,
      children: mine.length + more.length,
      open: isOpen,
      glance: glance(node.data),
      owner: owner === '0' ? '' : owner,
      differs,
      differsBelow: closed,
    })
    if (isOpen) for (const child of [...mine, ...more]) add(joined(path, child), child, depth + 1)
  }
  add('/', '/', 0)
  return rows
}

/** What is open at first: the way to what a cluster keeps in ZooKeeper. */
export const OPEN_AT_FIRST: readonly string[] = ['/', '/kafka', '/kafka/brokers', '/kafka/brokers/ids', '/kafka/brokers/topics']

const hex = (n: number): string => `0x${n.toString(16)}`

/** A node's Stat, name and value, in the order of the real one. */
export function statRows(node: ZnodeView): readonly (readonly [string, string])[] {
  const { stat } = node
  return [
    ['czxid', hex(stat.czxid)],
    ['mzxid', hex(stat.mzxid)],
    ['pzxid', hex(stat.pzxid)],
    ['ctime', ctime(stat.ctime)],
    ['mtime', ctime(stat.mtime)],
    ['version', String(stat.version)],
    ['cversion', String(stat.cversion)],
    ['aversion', String(stat.aversion)],
    ['ephemeralOwner', `0x${stat.ephemeralOwner}`],
    ['dataLength', String(stat.dataLength)],
    ['numChildren', String(stat.numChildren)],
  ]
}
