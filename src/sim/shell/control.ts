// What all of the shell's commands are run with: frames pushed and finished, words expanded, redirections opened, children waited for.

import type { Context, Pid } from '../kernel/index.ts'
import type { Node, Redir } from './ast.ts'
import { subshell } from './exec.ts'
import { parse } from './parse.ts'
import { applyRedirs, expanding, expandRedirs, Failure, isMissing, type Ready } from './words.ts'
import { copyFd, currentIo, newFrame, popFrame, top, type Frame, type Io, type ShellState } from './state.ts'

const MAX_STACK = 400

/** `on`: there is more to do at once; `wait`: something has to come first. */
export type Step = 'on' | 'wait'

/** How the shell begins its messages. */
export const prefix = (s: ShellState): string => (s.numbered ? `${s.name}: line ${s.line}: ` : `${s.name}: `)

export function complain(ctx: Context, s: ShellState, message: string, io: Io = currentIo(s)): void {
  ctx.write(copyFd(io.err), `${prefix(s)}${message}\n`)
}

/** The top frame is done with a status. */
export function finish(s: ShellState, status: number): void {
  const frame = top(s)!
  popFrame(s)
  s.status = status
  if (status !== 0 && !frame.quiet && s.options.includes('e') && frame.kind === 'node') {
    const k = nodeOf(frame).k
    if (k === 'simple' || k === 'pipe' || k === 'sub' || k === 'cond' || k === 'arith') s.exitCode = status
  }
}

export const nodeOf = (frame: Frame): Node => parse(frame.src).nodes[frame.node]!

/** Puts a frame on the stack; refused past a bound. */
export function pushFrame(s: ShellState, frame: Frame): void {
  if (s.stack.length >= MAX_STACK) throw new Failure(`maximum nesting level exceeded (${MAX_STACK})`, true)
  s.stack.push(frame)
}

/** Begins a node above the frame. */
export function push(s: ShellState, parent: Frame, node: number, quiet = parent.quiet): Step {
  pushFrame(s, newFrame('node', parent.src, node, quiet))
  return 'on'
}

/** Expands something; undefined while the output of a command substitution is waited for. */
export function attempt<T>(ctx: Context, s: ShellState, frame: Frame, f: Parameters<typeof expanding<T>>[3]): T | undefined {
  const result = expanding(ctx, s, frame, f)
  if (!isMissing(result)) return result
  substitute(ctx, s, result.missing)
  return undefined
}

/** Runs a command substitution's child with its output going to a file that is read when it ends. */
function substitute(ctx: Context, s: ShellState, source: string): void {
  s.capture = `/tmp/.bash-${ctx.pid}-${s.captures++}`
  const io = currentIo(s)
  const pid = subshell(ctx, s, source, { in: io.in, out: { kind: 'file', path: s.capture, append: true }, err: io.err })
  if (pid === undefined) throw new Failure('command substitution: nested too deeply', true)
  s.substPid = pid
  s.waiting = 'subst'
  claim(ctx, s, [pid])
}

/** Applies redirections; what they open belongs to the frame. */
export function opening(ctx: Context, s: ShellState, frame: Frame, ready: readonly Ready[]): Io {
  const first = s.nextText
  const io = applyRedirs(ctx, s, ready, currentIo(s))
  for (let id = first; id < s.nextText; id++) frame.texts.push(id)
  return io
}

/** Redirections of a compound command, once, before its first step. */
export function compound(ctx: Context, s: ShellState, frame: Frame, redirs: readonly Redir[], f: () => Step): Step {
  if (redirs.length > 0 && frame.io === null) {
    const ready = attempt(ctx, s, frame, (env) => expandRedirs(redirs, env))
    if (ready === undefined) return 'wait'
    frame.io = opening(ctx, s, frame, ready)
    frame.subs = []
  }
  return f()
}

/** The status of the last child a frame waited for. */
export const lastCode = (s: ShellState, frame: Frame): number => (frame.codes.length > 0 ? frame.codes[frame.codes.length - 1]! : s.status)

/** fork and exec take their moment. */
export function fork(ctx: Context, s: ShellState, frame: Frame): Step {
  frame.pc = 1
  s.waiting = 'fork'
  s.steps = 0
  s.pauses = 0
  ctx.timer('shell', ctx.cost('shell.fork'))
  return 'wait'
}

/** Waits for children; those that could not be started count as ended with 126. */
export function waitFor(ctx: Context, s: ShellState, frame: Frame, pids: readonly (Pid | undefined)[]): Step {
  frame.pids = pids.map((p) => p ?? 0)
  frame.codes = pids.map((p) => (p === undefined ? 126 : -1))
  if (frame.codes.every((c) => c >= 0)) return 'on'
  s.waiting = 'children'
  s.interrupted = false
  claim(ctx, s, frame.pids)
  return 'wait'
}

/**
 * Gives the terminal to what runs now: a child by itself, or the shell itself for a pipeline, so that Ctrl-C reaches all of it. With jobs in the background it is the first
 * of the pipeline, since what the shell gets they would get too.
 */
export function claim(ctx: Context, s: ShellState, pids: readonly Pid[]): void {
  if (!s.interactive) return
  const first = pids.find((p) => p > 0 && ctx.alive(p)) ?? ctx.pid
  ctx.foreground(pids.length === 1 || s.jobs.some((j) => !j.done) ? first : ctx.pid)
}
