// What a handler sees of the world outside its process: one context an engine, pointed at the process whose turn it is.

import { drawBelow, drawBetween, pairNames, plus, toMs, us, type List, type Micros } from '../base/index.ts'
import {
  appendFile,
  changeDisk,
  diskOf,
  disksOf,
  endProcess,
  listDirectory,
  makeDirectory,
  makePipe,
  removeFile,
  renameFile,
  requestContainer,
  resolvePath,
  setForeground,
  showInTerminal,
  signalProcess,
  spawn,
  statFile,
  terminalOf,
  writeFile,
  writeLog,
  readBytes,
  syncFile,
  touchFile,
  writeBytes,
  writeRecords,
  writeTo,
} from '../host/index.ts'
import type {
  ConnId,
  ContainerOp,
  Context,
  Event,
  Fd,
  File,
  Files,
  Link,
  LogEntry,
  Machines,
  MachineView,
  Message,
  Pid,
  Proc,
  Root,
  Settings,
  Signal,
  Silence,
  SpawnRequest,
  TraceEntry,
} from '../kernel/index.ts'
import { close, connect, heal, linkBetween, openLink, portKey, send } from '../net/index.ts'
import type { ClusterEngine } from './engine.ts'

const streamOf = pairNames((host, stream) => `${host}:${stream}`)

export class ProcessContext implements Context {
  private proc!: Proc
  readonly files: Files
  readonly machines: Machines
  readonly settings: Settings

  constructor(private readonly engine: ClusterEngine) {
    this.settings = engine.world.settings
    this.files = filesFor(engine, () => this.proc)
    this.machines = machinesFor(engine, () => this.proc)
  }

  /** Points the context at a process. */
  at(proc: Proc): this {
    this.proc = proc
    return this
  }

  get pid(): Pid {
    return this.proc.pid
  }
  get parent(): Pid {
    return this.proc.parent
  }
  get host(): string {
    return this.proc.host
  }
  get hostname(): string {
    return this.engine.world.hosts[this.proc.host]!.hostname
  }
  get ip(): string {
    return this.engine.world.hosts[this.proc.host]!.ip
  }
  get argv(): readonly string[] {
    return this.proc.argv
  }
  get env(): Readonly<Record<string, string>> {
    return this.proc.env
  }
  get cwd(): string {
    return this.proc.cwd
  }
  get config(): Readonly<Record<string, unknown>> {
    return this.engine.world.hosts[this.proc.host]!.config
  }
  get now(): Micros {
    return this.engine.world.now
  }
  get wallMs(): number {
    return this.settings.epochMs + toMs(this.engine.world.now)
  }
  get uptimeMs(): number {
    return this.settings.uptimeMs + toMs(this.engine.world.now)
  }
  get event(): number {
    const current = this.engine.current
    return 'id' in current ? current.id : -1
  }

  get cause(): Event | Root {
    return this.engine.current
  }
  within(cause: Event | Root, work: () => void): void {
    const { current } = this.engine
    this.engine.current = cause
    try {
      work()
    } finally {
      this.engine.current = current
    }
  }

  below(n: number, stream: string): number {
    return drawBelow(this.engine.world.random, streamOf(this.proc.host, stream), n)
  }
  between(min: number, max: number, stream: string): number {
    return drawBetween(this.engine.world.random, streamOf(this.proc.host, stream), min, max)
  }
  cost(name: string): Micros {
    const range = this.settings.costs[name]
    if (!range) throw new Error(`no time cost named ${name}`)
    return us(
      range[0] === range[1] ? range[0] : drawBetween(this.engine.world.random, streamOf(this.proc.host, 'cost'), range[0], range[1]),
    )
  }
  choice(name: string): string | undefined {
    return this.settings.choices[name]
  }

  resolve(name: string): string | undefined {
    return this.engine.hostNamed(this.proc.host, name)?.ip
  }
  connect(name: string, port: number): ConnId | undefined {
    const host = this.engine.hostNamed(this.proc.host, name)
    return host && connect(this.engine, this.proc.pid, this.proc.host, host.name, port)
  }
  listen(port: number): void {
    this.engine.world.ports[portKey(this.proc.host, port)] = this.proc.pid
  }
  unlisten(port: number): void {
    const key = portKey(this.proc.host, port)
    if (this.engine.world.ports[key] === this.proc.pid) delete this.engine.world.ports[key]
  }
  send(conn: ConnId, message: Message, options?: { bytes?: number; after?: Micros; periodic?: string }): void {
    const cause = options?.periodic === undefined ? this.engine.current : this.engine.periodic(options.periodic)
    send(this.engine, conn, message, options?.bytes ?? 0, options?.after ?? us(0), cause)
  }
  close(conn: ConnId): void {
    close(this.engine, conn)
  }
  peer(conn: ConnId): { host: string; ip: string; port: number } | undefined {
    const record = this.engine.world.conns[Math.abs(conn)]
    if (!record) return undefined
    const end = conn > 0 ? record.b : record.a
    return { host: end.host, ip: this.engine.world.hosts[end.host]?.ip ?? '', port: end.port }
  }
  localPort(conn: ConnId): number {
    const record = this.engine.world.conns[Math.abs(conn)]
    return record ? (conn > 0 ? record.a.port : record.b.port) : 0
  }

  timer(key: string, delay: Micros, options?: { data?: unknown; periodic?: string }): void {
    this.engine.setTimer(this.proc.pid, key, plus(this.engine.world.now, delay), options?.data, options?.periodic)
  }
  clearTimer(key: string): void {
    this.engine.clearTimer(this.proc.pid, key)
  }

  print(text: string): void {
    writeTo(this.engine, this.proc.pid, this.proc.stdout, text)
  }
  printError(text: string): void {
    writeTo(this.engine, this.proc.pid, this.proc.stderr, text)
  }
  write(fd: Fd, text: string): void {
    writeTo(this.engine, this.proc.pid, fd, text)
  }
  pipe(): Fd {
    return makePipe(this.engine)
  }
  get isTerminal(): boolean {
    return this.proc.stdin.kind === 'terminal'
  }
  get stdin(): Fd {
    return this.proc.stdin
  }
  get stdout(): Fd {
    return this.proc.stdout
  }
  get stderr(): Fd {
    return this.proc.stderr
  }
  foreground(pid: Pid): void {
    setForeground(this.engine, this.proc.pid, pid)
  }
  prompt(text: string): void {
    const name = terminalOf(this.engine, this.proc.pid)
    if (name !== undefined) showInTerminal(this.engine, name, 'prompt', text)
  }
  ended(code: number): void {
    const name = terminalOf(this.engine, this.proc.pid)
    if (name !== undefined) showInTerminal(this.engine, name, 'exit', '', code)
  }

  spawn(request: SpawnRequest): Pid | undefined {
    const host = this.engine.world.hosts[request.host ?? this.proc.host]
    if (!host) return undefined
    const name = request.argv[0] ?? ''
    const kind = request.kind ?? this.engine.programOn(host.image, name.slice(name.lastIndexOf('/') + 1))?.kind
    if (kind === undefined || !this.engine.kinds.has(kind)) return undefined
    return spawn(this.engine, {
      kind,
      host: host.name,
      argv: request.argv,
      parent: this.proc.pid,
      env: request.env ?? this.proc.env,
      cwd: request.cwd ?? (host.name === this.proc.host ? this.proc.cwd : '/'),
      stdin: request.stdin ?? this.proc.stdin,
      stdout: request.stdout ?? this.proc.stdout,
      stderr: request.stderr ?? this.proc.stderr,
    })
  }
  exit(code: number): void {
    endProcess(this.engine, this.proc.pid, code)
  }
  kill(pid: Pid, signal: Signal): void {
    signalProcess(this.engine, pid, signal)
  }
  alive(pid: Pid): boolean {
    return this.engine.world.processes[pid] !== undefined
  }
  chdir(path: string): void {
    this.proc.cwd = resolvePath(this.proc.cwd, path)
  }
  hasProgram(name: string): boolean {
    return this.engine.programOn(this.engine.world.hosts[this.proc.host]!.image, name) !== undefined
  }
  programs(): readonly string[] {
    return this.engine.programNames(this.engine.world.hosts[this.proc.host]!.image)
  }

  log(name: string, level: LogEntry['level'], logger: string, text: string): void {
    writeLog(this.engine, this.proc.host, name, { at: this.engine.world.now, level, logger, text, event: this.event })
  }
  note(code: string, subject: string, fields: TraceEntry['fields'] = {}, silence?: Silence): void {
    this.engine.note(this.proc.host, this.proc.pid, code, subject, fields, silence)
  }
}

function filesFor(engine: ClusterEngine, proc: () => Proc): Files {
  const full = (path: string) => resolvePath(proc().cwd, path)
  return {
    resolve: full,
    disks: () => disksOf(engine, proc().host),
    space: (path) => diskOf(engine, proc().host, full(path)),
    stat: (path): File | undefined => statFile(engine, proc().host, full(path)),
    read: (path) => {
      const file = statFile(engine, proc().host, full(path))
      return file && !file.dir ? (file.bytes?.toText() ?? file.text) : undefined
    },
    write: (path, text) => writeFile(engine, proc().host, full(path), text),
    append: (path, text) => appendFile(engine, proc().host, full(path), text),
    writeRecords: (path, records: List<unknown>, size) => writeRecords(engine, proc().host, full(path), records, size),
    readBytes: (path) => readBytes(engine, proc().host, full(path)),
    writeBytes: (path, bytes, size) => writeBytes(engine, proc().host, full(path), bytes, size),
    sync: (path) => syncFile(engine, proc().host, full(path)),
    touch: (path, mtime) => touchFile(engine, proc().host, full(path), mtime),
    remove: (path) => removeFile(engine, proc().host, full(path)),
    rename: (from, to) => renameFile(engine, proc().host, full(from), full(to)),
    mkdir: (path) => makeDirectory(engine, proc().host, full(path)),
    list: (path) => listDirectory(engine, proc().host, full(path)),
  }
}

function machinesFor(engine: ClusterEngine, proc: () => Proc): Machines {
  const view = (name: string): MachineView | undefined => {
    const host = engine.world.hosts[name]
    const image = host && engine.images.get(host.image)
    if (!host || !image?.main) return undefined
    return {
      name: host.name,
      hostname: host.hostname,
      ip: host.ip,
      image: host.image,
      container: host.container,
      exitCode: host.exitCode,
      config: host.config,
      command: image.command,
      ports: image.ports(host),
    }
  }
  function link(a: string, b: string, change?: Partial<Pick<Link, 'cut' | 'slow' | 'lossPerMille'>>): Readonly<Link> | undefined {
    if (!change) return linkBetween(engine.world, a, b)
    const record = openLink(engine, a, b)
    const wasCut = record.cut
    Object.assign(record, change)
    engine.note(
      proc().host,
      proc().pid,
      'link.changed',
      `${record.a} ${record.b}`,
      {
        cut: record.cut,
        slow: record.slow,
        lossPerMille: record.lossPerMille,
      },
      undefined,
    )
    if (wasCut && !record.cut) heal(engine, a, b)
    return record
  }
  return {
    list: () => Object.keys(engine.world.hosts).flatMap((name) => view(name) ?? []),
    get: view,
    request: (host, op: ContainerOp, signal) => requestContainer(engine, proc().pid, host, op, signal),
    logs: (host, name) => engine.logOf(host, name),
    render: (host, entry) => engine.renderLog(host, entry),
    link,
    disk: (host, change) => {
      if (change) changeDisk(engine, host, change)
      return diskOf(engine, host, '/')
    },
  } as Machines
}
