// A shell's state: plain data only, so that it can be checkpointed between any two of its steps. The program text is kept as text; what it parses to is looked up again.

import type { List } from '../base/index.ts'
import type { Fd, Pid } from '../kernel/index.ts'

/** Where a command reads. `own`: the shell's own standard input. `text`: what `<`, `<<` or `<<<` gave, by its number in `texts`. */
export type In = { k: 'own' } | { k: 'null' } | { k: 'text'; id: number }

export interface Io {
  in: In
  out: Fd
  err: Fd
}

export type FrameKind =
  /** The complete commands of a text, in order. */
  | 'program'
  /** One node of it. */
  | 'node'
  /** A function's call, a sourced file, an `eval`: a program with what has to be put back after it. */
  | 'call'
  | 'source'
  | 'eval'

export interface Frame {
  kind: FrameKind
  src: string
  /** Node number; -1 for a program. */
  node: number
  /** How far this frame has come; each kind of node counts for itself. */
  pc: number
  /** Streams of this frame and all above it; null: as below. */
  io: Io | null
  /** Expanded words: a command's arguments, a loop's list. */
  words: string[]
  /** `NAME=value` before a command, expanded. */
  assigns: { name: string; value: string }[]
  /** Outputs of command substitutions so far. */
  subs: string[]
  /** Position in a loop's list; rounds of a while loop. */
  i: number
  /** Children waited for, in the order of the pipeline, and their statuses (-1: still running). */
  pids: Pid[]
  codes: number[]
  /** Texts opened for this frame, dropped with it. */
  texts: number[]
  /** A failing command here does not end a `set -e` shell. */
  quiet: boolean
  /** What a function's call hides, to be put back at its end. */
  savedArgs: string[] | null
  locals: { name: string; value: Var | null }[]
  startedAt: number
}

export interface Var {
  v: string
  exported: boolean
  readonly: boolean
}

export interface Job {
  id: number
  pids: Pid[]
  codes: number[]
  text: string
  /** `Terminated`, `Killed`... once a signal ended it; empty while it runs or after a plain end. */
  ended: string
  done: boolean
}

/** Forwards the shell's own piped input to one child. */
export interface Relay {
  pid: Pid
  feed: Pid
  pipe: Fd
}

export type Waiting =
  | 'nothing'
  /** The shell is at its prompt. */
  | 'prompt'
  /** fork and exec take a moment. */
  | 'fork'
  | 'children'
  /** A command substitution's child. */
  | 'subst'
  | 'read'
  /** The builtin `wait`. */
  | 'jobs'
  /** Between two rounds of a loop that does nothing else. */
  | 'pause'

export interface ShellState {
  interactive: boolean
  /** How messages begin: `bash`, or a script's name. */
  name: string
  /** Messages name the line: everything but an interactive shell. */
  numbered: boolean
  /** `-c`: syntax errors are told with `-c: `. */
  command: boolean
  line: number
  args: string[]
  vars: Record<string, Var>
  functions: Record<string, string>
  status: number
  stack: Frame[]
  waiting: Waiting
  /** Lines not yet run: what came while another ran. */
  queue: string[]
  /** The beginning of a command that is not whole yet. */
  pending: string
  history: List<string>
  /** `set` options that are on: e, u, x, f; `pipefail`. */
  options: string
  pipefail: boolean
  jobs: Job[]
  lastBackground: Pid
  /** `$$`: the outermost shell's. */
  pid: Pid
  base: Io
  /** Opened texts: what commands read from `<` share, and how far they have come. */
  texts: Record<number, { text: string; pos: number }>
  nextText: number
  /** Piped input that nobody took yet, and whether its end has come. */
  input: string
  inputEnded: boolean
  relay: Relay | null
  /** Where a command substitution's output goes, and its child. */
  capture: string
  captures: number
  substPid: Pid
  /** Variables that `read` fills, and how. */
  readNames: string[]
  readRaw: boolean
  /** Ctrl-C came while a child ran: whether it ends the line depends on the child. */
  interrupted: boolean
  /** A signal asked this shell to end; it does when its child has. */
  ending: number
  /** Set by `exit`: the status to end with; -1: not ending. */
  exitCode: number
  /** Steps since time last passed. */
  steps: number
  /** Moments let pass in a row by a loop that does nothing else. */
  pauses: number
  /** Depth of subshells, a bound. */
  depth: number
  /** Status of the last command substitution, for a line of assignments alone. */
  substStatus: number
}

export const copyFd = (fd: Fd): Fd => ({ ...fd })
export const copyIn = (from: In): In => ({ ...from })

export function newFrame(kind: FrameKind, src: string, node: number, quiet: boolean): Frame {
  return {
    kind,
    src,
    node,
    pc: 0,
    io: null,
    words: [],
    assigns: [],
    subs: [],
    i: 0,
    pids: [],
    codes: [],
    texts: [],
    quiet,
    savedArgs: null,
    locals: [],
    startedAt: 0,
  }
}

export const top = (s: ShellState): Frame | undefined => s.stack[s.stack.length - 1]

/** The streams in force: the nearest frame's that has some. */
export function currentIo(s: ShellState): Io {
  for (let i = s.stack.length - 1; i >= 0; i--) {
    const io = s.stack[i]!.io
    if (io) return io
  }
  return s.base
}

export const getVar = (s: ShellState, name: string): string | undefined => (Object.hasOwn(s.vars, name) ? s.vars[name]!.v : undefined)

/** Sets a variable; false when it is read-only. */
export function setVar(s: ShellState, name: string, value: string, exported?: boolean): boolean {
  // The one name that a plain object cannot hold.
  if (name === '__proto__') return true
  const old = Object.hasOwn(s.vars, name) ? s.vars[name] : undefined
  if (old?.readonly) return false
  if (old) {
    old.v = value
    if (exported !== undefined) old.exported = exported
  } else s.vars[name] = { v: value, exported: exported ?? false, readonly: false }
  return true
}

/** What is left of an opened text; it counts as read. */
export function restOf(s: ShellState, id: number): string {
  const open = s.texts[id]
  if (!open) return ''
  const rest = open.text.slice(open.pos)
  open.pos = open.text.length
  return rest
}

/** The environment that a child gets. */
export function exportedEnv(s: ShellState): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of Object.keys(s.vars)) if (s.vars[name]!.exported) env[name] = s.vars[name]!.v
  return env
}

export const pathOf = (s: ShellState): string => getVar(s, 'PATH') ?? ''

/** Takes the top frame off and puts back what it hid. */
export function popFrame(s: ShellState): void {
  const frame = s.stack.pop()!
  for (const id of frame.texts) delete s.texts[id]
  for (let i = frame.locals.length - 1; i >= 0; i--) {
    const { name, value } = frame.locals[i]!
    if (value) s.vars[name] = { ...value }
    else delete s.vars[name]
  }
  if (frame.savedArgs) s.args = frame.savedArgs.slice()
}
