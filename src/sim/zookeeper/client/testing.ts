// For unit tests alone: one process against small in-memory ZooKeeper servers, with virtual time, and with its state as an Immer draft as the history has it.

import { produce } from 'immer'
import { drawBelow, drawBetween, ms, toMs, us, type Micros, type RandomStates } from '../../base/index.ts'
import type { ConnId, Context, Fd, Input, Message, ProcessKind } from '../../kernel/index.ts'
import { makeZxid, type OpRequest } from '../protocol/index.ts'
import { FakeTree } from './testing-tree.ts'

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
    return 1_795_341_600_000 + toMs(this.now)
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
      cause: { root: 'scenario', action: -1, label: 'bench', at: this.now },
      within: (_cause, work) => work(),
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
        const frozen = JSON.parse(JSON.stringify(message)) as Message
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
        space: unsupported,
        disks: unsupported,
        resolve: (path) => path,
        stat: () => undefined,
        read: (path) => this.files.get(path),
        write: (path, text) => void this.files.set(path, text),
        append: (path, text) => void this.files.set(path, (this.files.get(path) ?? '') + text),
        writeRecords: unsupported,
        readBytes: unsupported,
        writeBytes: unsupported,
        sync: unsupported,
        touch: unsupported,
        remove: (path) => void this.files.delete(path),
        rename: unsupported,
        mkdir: () => {},
        list: () => undefined,
      },
      spawn: unsupported,
      exit: (code) => void (this.exitCode ??= code),
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
