// For unit tests alone: one process against small in-memory ZooKeeper servers, with virtual time, and with its state as an Immer draft as the history has it.

import { produce } from 'immer'
import { drawBelow, drawBetween, ms, toMs, us, type Micros, type RandomStates } from '../../base/index.ts'
import type { ConnId, Context, Fd, Input, Message, ProcessKind } from '../../kernel/index.ts'
import { ERR, makeZxid, type OpRequest, type Stat, type WatchType, type ZkOp, type ZkResult, type ZnodeData } from '../protocol/index.ts'

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
  constructor(private readonly bench: Bench) {
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

interface Link {
  host: string
  port: number
  session: string
  open: boolean
}

/** Virtual time, one process, any number of servers that share a tree. */
export class Bench implements Pick<Context, 'now'> {
  now: Micros = us(0)
  private seq = 0
  private due: { at: number; seq: number; run: () => void }[] = []
  private timers = new Map<string, number>()
  private conns = new Map<ConnId, Link>()
  private nextConn = 1
  private random: RandomStates = { seed: 1, streams: {} }
  readonly tree = new FakeTree(this)
  /** What was sent and received: `1.234 zoo1 > exists 3 /x`. */
  readonly wire: string[] = []
  readonly notes: string[] = []
  readonly logs: string[] = []
  output = ''
  errors = ''
  exitCode: number | undefined
  /** Servers that accept connections; a name not in `names` does not resolve. */
  up = new Set(['zoo1', 'zoo2', 'zoo3'])
  names = new Set(['zoo1', 'zoo2', 'zoo3'])
  /** Accept, but never answer. */
  mute = new Set<string>()
  /** What one request costs, there and back, in milliseconds. */
  latencyMs = 1
  terminal = true
  argv: readonly string[] = []
  stopped = false
  state: unknown
  readonly files = new Map<string, string>()

  constructor(private readonly kind: ProcessKind<never>) {}

  get wallMs(): number {
    return Date.UTC(2026, 10, 22, 10) + toMs(this.now)
  }
  start(argv: readonly string[]): this {
    this.argv = argv
    this.state = (this.kind.init as (ctx: Context) => unknown)(this.context())
    this.give({ type: 'start' })
    return this
  }
  /** The process handles an input now. */
  give(input: Input): void {
    if (this.exitCode !== undefined) return
    const ctx = this.context()
    this.state = produce(this.state, (draft: unknown) => {
      ;(this.kind.handle as (ctx: Context, state: unknown, input: Input) => void)(ctx, draft, input)
    })
  }
  at(delay: number, run: () => void): void {
    this.due.push({ at: this.now + delay, seq: this.seq++, run })
  }
  /** Lets so many milliseconds pass. */
  run(forMs: number): this {
    const until = us(this.now + forMs * 1000)
    for (;;) {
      this.due.sort((a, b) => a.at - b.at || a.seq - b.seq)
      const next = this.due[0]
      if (!next || next.at > until) break
      this.due.shift()
      this.now = us(Math.max(next.at, this.now))
      next.run()
    }
    this.now = until
    return this
  }
  private stamp(): string {
    return (this.now / 1e6).toFixed(3)
  }
  toClient(conn: ConnId, message: Message): void {
    this.at(this.latencyMs * 500, () => {
      const link = this.conns.get(conn)
      if (!link?.open) return
      this.wire.push(`${this.stamp()} ${link.host} < ${message.kind}${'path' in message ? ` ${String(message.path)}` : ''}`)
      this.give({ type: 'message', conn, message, bytes: 0 })
    })
  }
  /** A server goes: its connections end. */
  kill(host: string): void {
    this.up.delete(host)
    for (const [conn, link] of this.conns) {
      if (link.host !== host || !link.open) continue
      link.open = false
      this.tree.watches = this.tree.watches.filter((w) => w.conn !== conn)
      this.at(0, () => this.give({ type: 'closed', conn, reset: false }))
    }
  }
  type(line: string): this {
    this.give({ type: 'input', text: line + '\n' })
    return this
  }
  /** Types a line, lets it finish, and returns what was printed. */
  say(line: string, forMs = 400): string {
    const before = this.output.length
    this.type(line).run(forMs)
    return this.output.slice(before)
  }

  private server(conn: ConnId, link: Link, message: Message): void {
    if (this.mute.has(link.host)) return
    if (message.proto === 'text') {
      const word = (message as unknown as { text: string }).text.trim()
      const text = this.tree.whitelist.includes(word)
        ? `${word} of ${link.host}\n`
        : `${word} is not executed because it is not in the whitelist.\n`
      this.toClient(conn, { proto: 'text', kind: 'text', text } as Message)
      this.at(this.latencyMs * 500 + 1, () => this.give({ type: 'closed', conn, reset: false }))
      return
    }
    if (message.kind === 'connect') {
      const asked = message as unknown as { sessionId: string; timeoutMs: number }
      const fresh = asked.sessionId === '0'
      const known = fresh || this.tree.sessions.has(asked.sessionId)
      if (fresh) this.tree.counter++
      link.session = fresh ? (this.tree.nextSession++).toString(16) : asked.sessionId
      if (known) this.tree.sessions.add(link.session)
      this.toClient(conn, {
        proto: 'zk',
        kind: 'connected',
        timeoutMs: known ? asked.timeoutMs : 0,
        sessionId: known ? link.session : '0',
        password: 'pw',
      } as Message)
      return
    }
    const request = message as OpRequest
    const { err, result } = this.tree.handle(conn, link.session, request)
    this.toClient(conn, {
      proto: 'zk',
      kind: 'reply',
      of: request.kind,
      xid: request.xid,
      zxid: makeZxid(1, this.tree.counter),
      err,
      result: err === 0 ? result : undefined,
    } as Message)
    if (request.kind === 'closeSession') this.tree.expire(link.session)
  }

  private context(): Context {
    const bench = this
    const fd: Fd = { kind: 'null' }
    const unsupported = (): never => {
      throw new Error('not in the bench')
    }
    return {
      pid: 7,
      parent: 1,
      host: 'client',
      hostname: 'client',
      ip: '10.0.0.9',
      argv: this.argv,
      env: {},
      cwd: '/',
      config: {},
      settings: { seed: 1, epochMs: 0, uptimeMs: 0, costs: {}, choices: {} },
      now: this.now,
      wallMs: this.wallMs,
      uptimeMs: toMs(this.now),
      event: this.seq,
      below: (n, stream) => drawBelow(this.random, stream, n),
      between: (min, max, stream) => drawBetween(this.random, stream, min, max),
      cost: () => ms(1),
      choice: () => undefined,
      resolve: (name) => (this.names.has(name) ? `10.0.0.${name.slice(3)}` : /^[0-9.]+$/.test(name) ? name : undefined),
      connect: (name, port) => {
        const host = /^[0-9.]+$/.test(name) ? `zoo${name.slice(name.lastIndexOf('.') + 1)}` : name
        if (!this.names.has(host)) return undefined
        const conn = this.nextConn++
        this.conns.set(conn, { host, port, session: '', open: this.up.has(host) })
        this.at(200, () => this.give(this.up.has(host) ? { type: 'open', conn } : { type: 'refused', conn, timeout: false }))
        return conn
      },
      listen: unsupported,
      unlisten: unsupported,
      send: (conn, message) => {
        const link = this.conns.get(conn)
        if (!link?.open) return
        const request = message as OpRequest
        const what = request.request && 'path' in request.request ? ` ${request.request.path}` : ''
        this.wire.push(`${this.stamp()} ${link.host} > ${message.kind}${request.xid === undefined ? '' : ` ${request.xid}`}${what}`)
        const frozen = structuredClone(message)
        this.at(this.latencyMs * 500, () => link.open && this.server(conn, link, frozen))
      },
      close: (conn) => {
        const link = this.conns.get(conn)
        if (link) link.open = false
        this.tree.watches = this.tree.watches.filter((w) => w.conn !== conn)
      },
      peer: (conn) => {
        const link = this.conns.get(conn)
        return link && { host: link.host, ip: `10.0.0.${link.host.slice(3)}`, port: link.port }
      },
      localPort: () => 40326,
      timer: (key, delay, options) => {
        const id = this.seq
        this.timers.set(key, id)
        this.at(delay, () => {
          if (this.timers.get(key) !== id) return
          this.timers.delete(key)
          this.give({ type: 'timer', key, data: options?.data })
        })
      },
      clearTimer: (key) => void this.timers.delete(key),
      print: (text) => void (this.output += text),
      printError: (text) => void ((this.errors += text), (this.output += text)),
      write: unsupported,
      pipe: unsupported,
      isTerminal: this.terminal,
      stdin: fd,
      stdout: fd,
      stderr: fd,
      foreground: unsupported,
      prompt: unsupported,
      ended: unsupported,
      files: {
        resolve: (path) => path,
        stat: () => undefined,
        read: (path) => this.files.get(path),
        write: (path, text) => void this.files.set(path, text),
        append: (path, text) => void this.files.set(path, (this.files.get(path) ?? '') + text),
        writeRecords: unsupported,
        remove: (path) => void this.files.delete(path),
        rename: unsupported,
        mkdir: () => {},
        list: () => undefined,
      },
      spawn: unsupported,
      exit: (code) => void (bench.exitCode ??= code),
      kill: unsupported,
      alive: () => false,
      chdir: () => {},
      hasProgram: () => false,
      programs: () => [],
      machines: undefined as never,
      log: (name, level, logger, text) => void this.logs.push(`${name} ${level} ${logger}: ${text}`),
      note: (code, subject, _fields, silence) =>
        void this.notes.push(`${this.stamp()} ${code} ${subject}${silence ? ` silent ${silence.from}` : ''}`),
    }
  }
}
