// For unit tests alone: the tree, sessions and watches of a pretended ZooKeeper server.

import type { ConnId, Message } from '../../kernel/index.ts'
import { ERR, makeZxid, type OpRequest, type Stat, type WatchType, type ZkOp, type ZkResult, type ZnodeData } from '../protocol/index.ts'

/** What the tree needs of the bench it stands in. */
export interface Surroundings {
  readonly wallMs: number
  toClient(conn: ConnId, message: Message): void
}

interface Node {
  data: ZnodeData
  created: number
  children: string[]
  czxid: number
  mzxid: number
  pzxid: number
  ctime: number
  mtime: number
  version: number
  owner: string
  acl: readonly { perms: number; scheme: string; id: string }[]
  aversion: number
}

const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }]
const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

/** Iteration order of a Java HashSet made with capacity 8. */
export function javaSetOrder(names: readonly string[]): string[] {
  let size = 8
  while (names.length > size * 0.75) size *= 2
  const bucket = (s: string): number => {
    let h = 0
    for (let i = 0; i < s.length; i++) h = (Math.imul(31, h) + s.charCodeAt(i)) | 0
    return (h ^ (h >>> 16)) & (size - 1)
  }
  return names
    .map((name, i) => ({ name, i, b: bucket(name) }))
    .sort((a, b) => a.b - b.b || a.i - b.i)
    .map((one) => one.name)
}

/** A tree, sessions and watches: enough of a server to answer a client. */
export class FakeTree {
  nodes = new Map<string, Node>()
  counter = 0
  sessions = new Set<string>()
  nextSession = 0x100000000000000n
  watches: { conn: ConnId; table: 'data' | 'child'; path: string }[] = []
  whitelist = ['srvr']
  constructor(private readonly bench: Surroundings) {
    for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) this.put(path, '', '0')
  }
  put(path: string, data: ZnodeData, owner: string): void {
    const zxid = makeZxid(1, this.counter)
    const at = this.bench.wallMs
    this.nodes.set(path, {
      data,
      created: 0,
      children: [],
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: at,
      mtime: at,
      version: 0,
      owner,
      acl: OPEN,
      aversion: 0,
    })
    if (path === '/') return
    const parent = this.nodes.get(parentOf(path))!
    parent.children.push(path.slice(path.lastIndexOf('/') + 1))
    parent.created++
    parent.pzxid = zxid
  }
  stat(node: Node): Stat {
    return {
      czxid: node.czxid,
      mzxid: node.mzxid,
      ctime: node.ctime,
      mtime: node.mtime,
      version: node.version,
      cversion: node.created * 2 - node.children.length,
      aversion: node.aversion,
      ephemeralOwner: node.owner,
      dataLength: node.data === null ? 0 : node.data.length,
      numChildren: node.children.length,
      pzxid: node.pzxid,
    }
  }
  private fire(type: WatchType, table: 'data' | 'child', path: string): void {
    const due = this.watches.filter((w) => w.table === table && w.path === path)
    this.watches = this.watches.filter((w) => !due.includes(w))
    for (const watch of due) this.bench.toClient(watch.conn, { proto: 'zk', kind: 'watch', type, path } as Message)
  }
  remove(path: string): void {
    const parent = this.nodes.get(parentOf(path))!
    parent.children = parent.children.filter((name) => name !== path.slice(path.lastIndexOf('/') + 1))
    parent.pzxid = makeZxid(1, this.counter)
    this.nodes.delete(path)
    this.fire('NodeDeleted', 'data', path)
    this.fire('NodeDeleted', 'child', path)
    this.fire('NodeChildrenChanged', 'child', parentOf(path))
  }
  expire(session: string): void {
    this.sessions.delete(session)
    this.counter++
    for (const [path, node] of [...this.nodes]) if (node.owner === session) this.remove(path)
  }
  write(op: ZkOp, session: string): { err: number; result?: ZkResult } {
    if (op.op === 'multi') {
      const saved = new Map([...this.nodes].map(([path, node]) => [path, { ...node, children: [...node.children] }]))
      const results: NonNullable<ZkResult['results']>[number][] = []
      for (const one of op.ops) {
        const done = this.write(one, session)
        if (done.err !== 0) {
          this.nodes = saved
          const at = results.length
          return {
            err: 0,
            result: { results: op.ops.map((o, i) => ({ op: o.op, err: i < at ? 0 : i === at ? done.err : ERR.runtimeInconsistency })) },
          }
        }
        results.push({ err: 0, op: one.op, ...(done.result?.path ? { path: done.result.path } : {}) })
      }
      return { err: 0, result: { results } }
    }
    if (op.op === 'create') {
      const parent = this.nodes.get(parentOf(op.path))
      if (!parent) return { err: ERR.noNode }
      const path = op.sequential ? op.path + String(parent.created).padStart(10, '0') : op.path
      if (this.nodes.has(path)) return { err: ERR.nodeExists }
      if (parent.owner !== '0') return { err: ERR.noChildrenForEphemerals }
      this.put(path, op.data, op.ephemeral ? session : '0')
      if (op.acl) this.nodes.get(path)!.acl = op.acl
      this.fire('NodeCreated', 'data', path)
      this.fire('NodeChildrenChanged', 'child', parentOf(path))
      return { err: 0, result: { path } }
    }
    if (!('path' in op)) return { err: ERR.unimplemented }
    const node = this.nodes.get(op.path)
    if (op.op === 'delete') {
      if (op.path === '/' || op.path.startsWith('/zookeeper')) return { err: ERR.badArguments }
      if (!node) return { err: ERR.noNode }
      if (op.version >= 0 && op.version !== node.version) return { err: ERR.badVersion }
      if (node.children.length > 0) return { err: ERR.notEmpty }
      this.remove(op.path)
      return { err: 0 }
    }
    if (!node) return { err: ERR.noNode }
    if (op.op === 'check') return { err: op.version >= 0 && op.version !== node.version ? ERR.badVersion : 0 }
    if (op.op === 'setACL') {
      node.acl = op.acl
      node.aversion++
      return { err: 0, result: { stat: this.stat(node) } }
    }
    if (op.op !== 'setData') return { err: ERR.unimplemented }
    if (op.version >= 0 && op.version !== node.version) return { err: ERR.badVersion }
    Object.assign(node, { data: op.data, version: node.version + 1, mzxid: makeZxid(1, this.counter), mtime: this.bench.wallMs })
    this.fire('NodeDataChanged', 'data', op.path)
    return { err: 0, result: { stat: this.stat(node) } }
  }
  handle(conn: ConnId, session: string, request: OpRequest): { err: number; result?: ZkResult } {
    const op = request.request
    if (op.op === 'auth' || op.op === 'ping' || op.op === 'closeSession') return { err: 0 }
    if (op.op === 'reconfig') return { err: ERR.reconfigDisabled }
    if (op.op === 'sync') return { err: 0, result: { path: op.path } }
    if (op.op === 'setWatches') {
      for (const path of [...op.data, ...op.exist]) this.watches.push({ conn, table: 'data', path })
      for (const path of op.child) this.watches.push({ conn, table: 'child', path })
      return { err: 0 }
    }
    if (op.op === 'exists' || op.op === 'getData' || op.op === 'getChildren' || op.op === 'getChildren2' || op.op === 'getACL') {
      const node = this.nodes.get(op.path)
      const table = op.op.startsWith('getChildren') ? 'child' : 'data'
      if (op.op !== 'getACL' && op.watch && (node || op.op === 'exists')) this.watches.push({ conn, table, path: op.path })
      if (!node) return { err: ERR.noNode }
      const stat = this.stat(node)
      if (op.op === 'getData') return { err: 0, result: { data: node.data, stat } }
      if (op.op === 'getACL') return { err: 0, result: { acl: node.acl, stat } }
      return { err: 0, result: op.op === 'exists' ? { stat } : { children: javaSetOrder(node.children), stat } }
    }
    this.counter++
    return this.write(op, session)
  }
}
