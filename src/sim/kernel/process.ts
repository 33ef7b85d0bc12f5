// What a program is to the kernel: a kind with a handler, a plain function of (its state, the input, a context). Handlers mutate their own state in place and ask
// the context for everything else. They never see another process's state, never keep the context, and never hand out a piece of their state: what is sent, logged or
// noted is a fresh value.

import type { Bytes, List, Micros } from '../base/index.ts'
import type {
  ConnId,
  ContainerOp,
  Event,
  Fd,
  File,
  HostName,
  Input,
  Link,
  LogEntry,
  Message,
  Pid,
  Root,
  Settings,
  Signal,
  Silence,
  TraceEntry,
} from './world.ts'

export interface ProcessKind<S = unknown> {
  /** The name a Proc bears: `zookeeper`, `broker`, `kafka-topics`. */
  readonly name: string
  /**
   * How a slice of events shares this kind's state with the World before it. `immer`: a draft (the default; small states, seldom run). `copy`: copied whole at the first
   * touch in a slice, then mutated plainly (hot kinds); whatever is large in such a state must be a persistent value (List, PMap, frozen records).
   */
  readonly grain?: 'immer' | 'copy'
  /** Signals handed to the handler instead of ending the process. */
  readonly handles?: readonly Signal[]
  /** Does it read its standard input, now or later? All do unless they say otherwise: what is typed in the meantime then waits for the shell, as in a real terminal. */
  reads?(state: S, argv: readonly string[]): boolean
  /** The state before the `start` input. */
  init(ctx: Context): S
  handle(ctx: Context, state: S, input: Input): void
}

export interface SpawnRequest {
  /** argv[0] names the program; looked up among those of the host's image unless `kind` is given. */
  readonly argv: readonly string[]
  readonly host?: HostName
  readonly kind?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Default: the parent's own. */
  readonly stdin?: Fd
  readonly stdout?: Fd
  readonly stderr?: Fd
}

/** A process's view of the world outside it, valid during one call of its handler. Durations and instants are Micros. */
export interface Context {
  readonly pid: Pid
  readonly parent: Pid
  readonly host: HostName
  readonly hostname: string
  readonly ip: string
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** The host's scenario settings (broker.id, server list...). */
  readonly config: Readonly<Record<string, unknown>>
  readonly settings: Settings
  readonly now: Micros
  /** Wall-clock milliseconds, as the host's clock shows them. */
  readonly wallMs: number
  /** Monotonic milliseconds since the machine booted. */
  readonly uptimeMs: number
  /** The event being handled. */
  readonly event: number
  /**
   * What everything asked for now is caused by. Work that waits in a queue keeps it, so that it is not put down to whatever lets the queue go on. Keep it inside a List, a PMap
   * or a frozen value, under the name `cause` (which fingerprints leave out).
   */
  readonly cause: Event | Root
  /** Does work that waited in the name of what asked for it: all that is asked for meanwhile has that cause. */
  within(cause: Event | Root, work: () => void): void

  // Chance. Streams are separate: name one for what is drawn (`latency`, `uuid`, `backoff`...); the host's name is added, so hosts do not disturb each other.
  below(n: number, stream: string): number
  between(min: number, max: number, stream: string): number
  /** A draw from the table of time costs, `settings.costs[name]`. */
  cost(name: string): Micros
  /** What the scenario pinned in place of a draw. */
  choice(name: string): string | undefined

  // Network. Host names resolve as on this host's network; `localhost` and addresses do too.
  resolve(name: string): string | undefined
  /** Asks for a connection; `open`, `refused` (with `timeout` when nothing answers) follow. Undefined when the name does not resolve. */
  connect(name: string, port: number): ConnId | undefined
  listen(port: number): void
  unlisten(port: number): void
  /** `after`: the sender works that long before the message leaves. Order on a connection is kept. Sending on a closed connection is dropped. */
  send(conn: ConnId, message: Message, options?: { bytes?: number; after?: Micros; periodic?: string }): void
  /** Closes our end after what was sent; the peer gets `closed`. We get nothing more. */
  close(conn: ConnId): void
  peer(conn: ConnId): { readonly host: HostName; readonly ip: string; readonly port: number } | undefined
  /** Our own port of a connection. */
  localPort(conn: ConnId): number

  // Timers, by key: setting one replaces the one of that key. `periodic` names a root cause: what it starts happens by the clock (`quorum ping, every 1 s`).
  timer(key: string, delay: Micros, options?: { data?: unknown; periodic?: string }): void
  clearTimer(key: string): void

  // Streams
  print(text: string): void
  printError(text: string): void
  /** Writes to a given descriptor (a shell's redirections). */
  write(fd: Fd, text: string): void
  pipe(): Fd
  /** True when standard input is a terminal. */
  readonly isTerminal: boolean
  readonly stdin: Fd
  readonly stdout: Fd
  readonly stderr: Fd
  /** Shell only: gives what is typed in its terminal to a process; 0 takes it back and means "at the prompt". */
  foreground(pid: Pid): void
  /** Shell only: its prompt, and the end of a command line with its status. */
  prompt(text: string): void
  ended(code: number): void

  // Files of this host. Paths are absolute or relative to cwd. Durable: they outlive the process.
  readonly files: Files

  // Processes
  spawn(request: SpawnRequest): Pid | undefined
  /** Ends this process; nothing after it in this call is lost, nothing comes after. */
  exit(code: number): void
  /** Signals a process of the same host, or any child. */
  kill(pid: Pid, signal: Signal): void
  alive(pid: Pid): boolean
  chdir(path: string): void
  /** Does the host's image have a program of this name? */
  hasProgram(name: string): boolean
  programs(): readonly string[]

  // Machines: only programs of the docker host may ask. An operation ends with a `container` input.
  readonly machines: Machines

  /** A line in one of the host's logs (`console` is what `docker-compose logs` shows). */
  log(name: string, level: LogEntry['level'], logger: string, text: string): void
  /** Something that matters to a reader: a trace entry. `silence` when its cause is something that did not come. */
  note(code: string, subject: string, fields?: TraceEntry['fields'], silence?: Silence): void
}

/** Whatever writes, removes or renames throws a DiskError when the disk is full or read-only. */
export interface Files {
  /** The disk that holds a path. */
  space(path: string): DiskView
  /** All that can be seen from here. */
  disks(): readonly DiskView[]
  /** Absolute, without `.` and `..`. */
  resolve(path: string): string
  stat(path: string): File | undefined
  read(path: string): string | undefined
  write(path: string, text: string): void
  append(path: string, text: string): void
  /** A file of records; `size` in bytes as the real file would have. */
  writeRecords(path: string, records: List<unknown>, size: number): void
  /** A file's bytes, whatever it holds; undefined when it is none, or one of records. */
  readBytes(path: string): Bytes | undefined
  /** Into the page cache: a host that loses power loses it, unless it was synced or is 30 s old. `size` when it exceeds the bytes (preallocated). */
  writeBytes(path: string, bytes: Bytes, size?: number): void
  /** fsync: what the file holds is on the disk. */
  sync(path: string): void
  /** Sets when a file was last modified. */
  touch(path: string, mtime: Micros): void
  remove(path: string): void
  rename(from: string, to: string): void
  mkdir(path: string): void
  /** Names in a directory, sorted; undefined when it is none. */
  list(path: string): readonly string[] | undefined
}

export interface MachineView {
  readonly name: HostName
  readonly hostname: string
  readonly ip: string
  readonly image: string
  readonly container: 'absent' | 'created' | 'running' | 'paused' | 'exited'
  readonly exitCode: number
  /** The scenario's settings of it. */
  readonly config: Readonly<Record<string, unknown>>
  /** The main program's command line as docker shows it. */
  readonly command: string
  readonly ports: readonly string[]
}

export interface Machines {
  /** Containers in the order of the compose file. */
  list(): readonly MachineView[]
  get(name: HostName): MachineView | undefined
  /** Begins an operation; `signal` only with kill. A `container` input tells its end. `wait` ends when the container does. */
  request(host: HostName, op: ContainerOp, signal?: Signal): void
  logs(host: HostName, name: string): List<LogEntry>
  /** A console entry as the host's program writes it, without its end of line. */
  render(host: HostName, entry: LogEntry): string
  /** Changes the wire between two hosts (either may be any host). */
  link(a: HostName, b: HostName, change: Partial<Pick<Link, 'cut' | 'slow' | 'lossPerMille'>>): void
  link(a: HostName, b: HostName): Readonly<Link> | undefined
  /** Changes a machine's disk, and tells how it is. */
  disk(host: HostName, change?: DiskChange): DiskView
}

export interface DiskView {
  /** Whose it is. */
  readonly name: HostName
  /** Where whoever asks finds it. */
  readonly mount: string
  /** Bytes it holds; undefined: as much as comes. */
  readonly limit: number | undefined
  readonly used: number
  readonly readOnly: boolean
}
/** What is left out stays as it is. */
export interface DiskChange {
  /** `full`: what it holds now and no more. */
  readonly limit?: number | 'full' | undefined
  readonly readOnly?: boolean
}

/** A command that a host's image has. */
export interface Program {
  /** The name it is called by: `kafka-topics.sh`. */
  readonly name: string
  /** The kind that runs it. */
  readonly kind: string
  /** Images that have it: `docker-host`, `zookeeper`, `kafka`, `client`; `*` for all. */
  readonly images: readonly string[]
}
