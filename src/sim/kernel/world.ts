// The World: the whole simulated state at one instant, as plain data. These are shapes; `net` and `host` give them behaviour, processes give them meaning.

import type { Bytes, List, Micros, RandomStates } from '../base/index.ts'
import type { FileTree } from './file-tree.ts'

export type Pid = number
/** A process's handle on a connection: positive at the end that opened it, negative at the end that accepted. */
export type ConnId = number
export type HostName = string
export type TerminalName = string

/** A message on a connection: frozen, never a piece of a process's state. `proto` and `kind` name it for people (`zk`, `ping`); each protocol extends this. */
export interface Message {
  readonly proto: string
  readonly kind: string
}

export type Signal = 'TERM' | 'INT' | 'KILL' | 'HUP' | 'QUIT' | 'PIPE' | 'STOP' | 'CONT'

/** What a process is handed. Everything it learns of the world outside comes as one of these. */
export type Input =
  /** Its first event; `ctx.argv` and `ctx.env` say what was asked. */
  | { readonly type: 'start' }
  /** A peer's connection to a port it listens on. */
  | { readonly type: 'accept'; readonly conn: ConnId; readonly port: number; readonly peer: Peer }
  /** Its own `connect` came through. */
  | { readonly type: 'open'; readonly conn: ConnId }
  /** Its own `connect` failed: nobody listens there, or (`timeout`) nothing ever answered. */
  | { readonly type: 'refused'; readonly conn: ConnId; readonly timeout: boolean }
  | { readonly type: 'message'; readonly conn: ConnId; readonly message: Message; readonly bytes: number }
  /** The other end closed, or its process or host died (`reset`). Nothing more comes on this connection. */
  | { readonly type: 'closed'; readonly conn: ConnId; readonly reset: boolean }
  | { readonly type: 'timer'; readonly key: string; readonly data: unknown }
  /** Standard input: text as it came (a typed line ends with a newline), then its end. */
  | { readonly type: 'input'; readonly text: string }
  | { readonly type: 'eof' }
  /** A signal the kind handles; others end the process without asking it. */
  | { readonly type: 'signal'; readonly signal: Signal }
  /** A child it spawned ended. `code` is 128 + n after a signal. */
  | { readonly type: 'exited'; readonly pid: Pid; readonly code: number; readonly signal: Signal | undefined }
  /** A container operation that it asked for is done. */
  | { readonly type: 'container'; readonly host: HostName; readonly op: ContainerOp; readonly error: string | undefined }

export interface Peer {
  readonly host: HostName
  readonly ip: string
  readonly port: number
}

export type ContainerOp = 'up' | 'stop' | 'start' | 'restart' | 'kill' | 'pause' | 'unpause' | 'signal' | 'wait' | 'power-off'

/** What an event is for. */
export type Target =
  | { readonly to: 'process'; readonly pid: Pid }
  | { readonly to: 'host'; readonly host: HostName }
  | { readonly to: 'net' }
  | { readonly to: 'world' }

/** Where a chain of causes begins: a person's action, the scenario, or something that happens by the clock. */
export interface Root {
  readonly root: 'action' | 'scenario' | 'periodic'
  /** The action's index in the log, -1 otherwise. */
  readonly action: number
  /** `docker-compose kill kafka2`; `every 2 s: session ping`. */
  readonly label: string
  readonly at: Micros
}

/** Something due at a virtual time. Its id is its place in the order of scheduling. */
export interface Event {
  readonly id: number
  readonly at: Micros
  readonly target: Target
  /** An `Input` for a process; what `host` and `net` schedule for themselves is their own. */
  readonly what: EventBody
  readonly cause: Event | Root
  /** It had come while its process was stopped: the network has done with it. */
  arrived?: true
}
/** What `host` and `net` schedule for themselves has fields of their own. */
export type EventBody = Input | OwnEvent
export interface OwnEvent {
  readonly type: 'syn' | 'syn-timeout' | 'container-order' | 'stop-grace'
  readonly [field: string]: unknown
}

export type Fd =
  | { readonly kind: 'terminal'; readonly terminal: TerminalName }
  | { readonly kind: 'pipe'; readonly pipe: number }
  | { readonly kind: 'file'; readonly path: string; readonly append: boolean }
  /** The container's console: what `docker-compose logs` shows. */
  | { readonly kind: 'console' }
  | { readonly kind: 'null' }

export interface Proc {
  readonly pid: Pid
  readonly parent: Pid
  /** The registered kind, which has the handler. */
  readonly kind: string
  readonly host: HostName
  /** argv[0] is the program's name as it was called. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  cwd: string
  stdin: Fd
  stdout: Fd
  stderr: Fd
  /** The kind's own state; only its handler changes it. */
  state: unknown
  /** Timer key -> id of the event that is due; an event whose id is no longer here is stale. */
  timers: Record<string, number>
  /** SIGSTOPped itself or by its container: events wait in `deferred`. */
  paused: boolean
  deferred: Event[]
  startedAt: Micros
}

export type ContainerState = 'absent' | 'created' | 'running' | 'paused' | 'exited'

/** What is in a file: text, bytes, or a list of records for files whose bytes are made when read. */
export interface Content {
  readonly text: string
  readonly records: List<unknown> | undefined
  readonly bytes?: Bytes | undefined
  /** Bytes, as `ls -l` shows; may exceed the content (sparse, preallocated). */
  readonly size: number
}
export interface File extends Content {
  /** Since when the page cache holds what the disk does not; undefined when both are equal. */
  readonly dirtiedAt?: Micros | undefined
  /** What the disk holds while the file is dirty; undefined: nothing yet. */
  readonly durable?: Content | undefined
  readonly mode: number
  readonly mtime: Micros
  readonly dir: boolean
}

/** A disk that is bounded, or broken; frozen. */
export interface DiskTrouble {
  /** Bytes it holds, in whole blocks; undefined: as much as comes. */
  readonly limit: number | undefined
  /** Bytes that its files take, in whole blocks; counted while there is a limit. */
  readonly used: number
  /** The kernel has made it read-only after an error. */
  readonly readOnly: boolean
  /** What made it so: it is the cause of whatever a refused write leads to. */
  readonly cause: Event | Root
}

export interface LogEntry {
  readonly at: Micros
  readonly level: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL' | ''
  /** Logger or thread, as the program's pattern needs it. */
  readonly logger: string
  readonly text: string
  /** The event it was written in: links a line to its causes. */
  readonly event: number
}

/** A machine. Its disk outlives its processes. */
export interface Host {
  readonly name: HostName
  /** What the machine calls itself: a container's short id, or its name. */
  readonly hostname: string
  readonly ip: string
  /** Which image: which main program, which tools. */
  readonly image: string
  /** Image-specific settings from the scenario. */
  readonly config: Readonly<Record<string, unknown>>
  container: ContainerState
  exitCode: number
  mainPid: Pid
  startedAt: Micros
  endedAt: Micros
  disk: FileTree
  /** What is not as it should be with the disk; absent while it takes all that comes. */
  trouble?: DiskTrouble | undefined
  /** Named bounded logs: `console`, `server.log`, `controller.log`... */
  logs: Record<string, List<LogEntry>>
}

/** A TCP connection. Side `a` opened it. */
export interface Conn {
  readonly id: ConnId
  a: End
  b: End
  state: 'opening' | 'open' | 'closed'
  /** The latest arrival promised in each direction: order is kept. */
  lastToA: Micros
  lastToB: Micros
}
export interface End {
  readonly pid: Pid
  readonly host: HostName
  readonly port: number
  /** This end has closed (or died). */
  readonly closed: boolean
}

/** The state of the wire between two hosts; absent means as the scenario has it. */
export interface Link {
  readonly a: HostName
  readonly b: HostName
  cut: boolean
  /** Delays are multiplied by this. */
  slow: number
  /** Packets lost, of 1000; a lost one comes after TCP's retransmission time-out. */
  lossPerMille: number
  /** What waits for the cut to heal, in order. */
  held: HeldPacket[]
}
export interface HeldPacket {
  readonly conn: ConnId
  readonly toA: boolean
  readonly what: EventBody
  readonly cause: Event | Root
  readonly sentAt: Micros
}

export interface TerminalEntry {
  readonly at: Micros
  /** `input`: what was typed; `prompt`: the shell's own; `exit`: a command line ended with `code`. */
  readonly kind: 'output' | 'input' | 'prompt' | 'exit'
  readonly text: string
  readonly code: number
}

export interface Terminal {
  readonly name: TerminalName
  shell: Pid
  /** The program that reads what is typed; 0 while the shell is at its prompt. */
  foreground: Pid
  /** Command lines waiting for the prompt. */
  waiting: string[]
  entries: List<TerminalEntry>
}

export interface Pipe {
  readonly id: number
  reader: Pid
  writers: Pid[]
}

/** One thing that happened and matters to a reader; `code` names its kind, `subject` what it is about. */
export interface TraceEntry {
  readonly id: number
  readonly at: Micros
  readonly code: string
  readonly subject: string
  readonly fields: Readonly<Record<string, string | number | boolean | readonly (string | number)[] | null>>
  readonly host: HostName
  readonly pid: Pid
  /** The event in whose handling it was noted. */
  readonly cause: Event | Root
  /** Set when the cause is something that did not come: who should have spoken, to whom, and since when nothing was heard. */
  readonly silence: Silence | undefined
}
export interface Silence {
  /** Host that should have been heard. */
  readonly from: HostName
  /** The process there, if one was meant; 0 otherwise. */
  readonly pid: Pid
  /** Host that listened. */
  readonly to: HostName
  readonly lastHeardAt: Micros
}

/** A message as it crossed a link, kept for a while so that the stage can draw it. */
export interface Packet {
  readonly id: number
  readonly conn: ConnId
  readonly from: HostName
  readonly to: HostName
  readonly sentAt: Micros
  readonly dueAt: Micros
  readonly message: Message
  readonly bytes: number
}

export interface World {
  /** Engine state that is not of this run: the scenario's constants. */
  readonly settings: Settings
  now: Micros
  /** The id the next event gets. */
  nextId: number
  nextPid: Pid
  nextConn: ConnId
  /** Events handled so far. */
  handled: number
  /** Actions applied so far. */
  acted: number
  /** Bytes put on the wire so far. */
  sentBytes: number
  heap: Event[]
  random: RandomStates
  hosts: Record<HostName, Host>
  processes: Record<Pid, Proc>
  conns: Record<ConnId, Conn>
  /** `host:port` -> who listens. */
  ports: Record<string, Pid>
  links: Record<string, Link>
  terminals: Record<TerminalName, Terminal>
  pipes: Record<number, Pipe>
  /** Who waits for a container's end, by host. */
  waits: Record<HostName, readonly unknown[]>
  trace: List<TraceEntry>
  packets: List<Packet>
}

/** Constants of a scenario that processes may read. */
export interface Settings {
  readonly seed: number
  /** Wall-clock milliseconds at virtual time 0, UTC. */
  readonly epochMs: number
  /** Monotonic milliseconds (since the machine booted) at virtual time 0. */
  readonly uptimeMs: number
  /** Every time cost, a range in microseconds, by name. */
  readonly costs: Readonly<Record<string, readonly [min: number, max: number]>>
  /** Choices pinned by the scenario in place of a draw: `first-broker __consumer_offsets` -> `2`. */
  readonly choices: Readonly<Record<string, string>>
}
