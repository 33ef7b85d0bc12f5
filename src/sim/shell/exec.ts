// How a shell starts other processes: programs, scripts, subshells; and how its own piped input reaches them.

import type { Context, Fd, Pid } from '../kernel/index.ts'
import { parse } from './parse.ts'
import { copyFd, exportedEnv, restOf, type In, type Io, type Relay, type ShellState } from './state.ts'

/** The kind of a process that only holds a pipe open: the end of it is the end of the reader's input. */
export const FEED = 'feed'
/** The variable that carries a shell's own state to its subshell. */
export const HANDED = 'BASH_SUBSHELL_STATE'

/** What a command's name stands for on this machine. */
export type Target =
  | { readonly t: 'program'; readonly argv0: string }
  | { readonly t: 'script'; readonly path: string; readonly interpreter: string }
  | { readonly t: 'error'; readonly message: string; readonly code: number }

const BIN = ['/bin', '/usr/bin', '/usr/local/bin', '/sbin', '/usr/sbin']

/** `path` is the value of PATH. */
export function lookUp(ctx: Context, path: string, name: string): Target {
  if (name === '') return { t: 'error', message: ': command not found', code: 127 }
  if (name.includes('/')) return byPath(ctx, name)
  if (ctx.hasProgram(name)) return { t: 'program', argv0: name }
  for (const dir of path.split(':')) {
    if (dir === '' || BIN.includes(dir)) continue
    const file = ctx.files.stat(`${dir}/${name}`)
    if (file && !file.dir && file.mode & 0o111) return byPath(ctx, `${dir}/${name}`)
  }
  return { t: 'error', message: `${name}: command not found`, code: 127 }
}

function byPath(ctx: Context, path: string): Target {
  const file = ctx.files.stat(path)
  if (!file) {
    const full = ctx.files.resolve(path)
    const slash = full.lastIndexOf('/')
    if (BIN.includes(full.slice(0, slash)) && ctx.hasProgram(full.slice(slash + 1))) return { t: 'program', argv0: full }
    return { t: 'error', message: `${path}: No such file or directory`, code: 127 }
  }
  if (file.dir) return { t: 'error', message: `${path}: Is a directory`, code: 126 }
  if (!(file.mode & 0o111)) return { t: 'error', message: `${path}: Permission denied`, code: 126 }
  const interpreter = /^#! *(\S+)(?: +(\S+))?/.exec(file.text)
  const program = interpreter ? (interpreter[1] === '/usr/bin/env' ? (interpreter[2] ?? '') : interpreter[1]!) : '/bin/bash'
  const base = program.slice(program.lastIndexOf('/') + 1)
  if (base === 'sh' || base === 'bash' || base === 'dash') return { t: 'script', path, interpreter: program }
  if (ctx.hasProgram(base)) return { t: 'script', path, interpreter: program }
  return { t: 'error', message: `${path}: ${program}: bad interpreter: No such file or directory`, code: 126 }
}

export interface Launch {
  readonly argv: readonly string[]
  readonly kind?: string
  readonly env?: Readonly<Record<string, string>>
  readonly in: In
  readonly out: Fd
  readonly err: Fd
  /** Another pipe for its input, in a pipeline. */
  readonly pipeIn?: Fd
  readonly background?: boolean
}

/** Programs that never look at their input: what is piped into the shell stays for the commands after them. */
const IGNORE_INPUT = new Set([
  'ls', 'echo', 'printf', 'true', 'false', 'sleep', 'date', 'seq', 'touch', 'mkdir', 'rm', 'cp', 'mv', 'basename', 'dirname', 'whoami', 'hostname', 'pwd', 'stat', 'df', 'du', 'find', 'link', 'disk', 'clear', 'test', '[', 'which', 'kill', 'help', 'yes', 'docker', 'uname', 'id',
  ':', 'cd', 'export', 'unset', 'local', 'set', 'shift', 'let', 'type', 'command', 'exit', 'return', 'break', 'continue', 'readonly', 'declare', 'jobs', 'wait', 'history',
]) // prettier-ignore

/** Can this program text touch its input? Only when some command of it is not one of those that never do. */
function readsInput(text: string): boolean {
  return parse(text).nodes.some((n) => {
    if (n.k !== 'simple' || n.words.length === 0) return false
    const word = n.words[0]!
    return word.length !== 1 || word[0]!.t !== 'lit' || !IGNORE_INPUT.has(word[0]!.s)
  })
}
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Starts a process with the streams given; undefined when this machine has no such program. */
export function launch(ctx: Context, s: ShellState, request: Launch): Pid | undefined {
  const common = {
    argv: request.argv.slice(),
    env: request.env ?? exportedEnv(s),
    stdout: copyFd(request.out),
    stderr: copyFd(request.err),
    ...(request.kind === undefined ? {} : { kind: request.kind }),
  }
  if (request.pipeIn) return ctx.spawn({ ...common, stdin: copyFd(request.pipeIn) })
  const source = request.in
  if (source.k === 'text') {
    const pipe = ctx.pipe()
    const pid = ctx.spawn({ ...common, stdin: copyFd(pipe) })
    if (pid !== undefined) {
      ctx.spawn({ kind: FEED, argv: [FEED, 'once'], stdin: { kind: 'null' }, stdout: copyFd(pipe), stderr: { kind: 'null' } })
      ctx.write(pipe, restOf(s, source.id))
    }
    return pid
  }
  if (source.k === 'null' || request.background) return ctx.spawn({ ...common, stdin: { kind: 'null' } })
  if (ctx.stdin.kind !== 'pipe') return ctx.spawn({ ...common, stdin: copyFd(ctx.stdin) })
  const deaf =
    request.kind === 'shell' && request.argv[1] === '-c' ? !readsInput(request.argv[2]!) : IGNORE_INPUT.has(baseName(request.argv[0] ?? ''))
  if (deaf) return ctx.spawn({ ...common, stdin: { kind: 'null' } })
  const begun = spawnRelayed(ctx, common, s.input, s.inputEnded)
  if (!begun) return undefined
  s.relay = begun
  s.input = ''
  return begun.pid
}

/** Starts a child that reads what this process is piped: what came so far at once, the rest through `relayInput`. */
export function spawnRelayed(
  ctx: Context,
  request: Omit<Parameters<Context['spawn']>[0], 'stdin'>,
  sofar: string,
  ended: boolean,
): Relay | undefined {
  const pipe = ctx.pipe()
  const pid = ctx.spawn({ ...request, stdin: copyFd(pipe) })
  if (pid === undefined) return undefined
  const feed =
    ctx.spawn({
      kind: FEED,
      argv: ended ? [FEED, 'once'] : [FEED],
      stdin: { kind: 'null' },
      stdout: copyFd(pipe),
      stderr: { kind: 'null' },
    }) ?? 0
  if (sofar) ctx.write(pipe, sofar)
  return { pid, feed, pipe: copyFd(pipe) }
}

/** Input for a relayed child; false when it has ended and the text is still ours. */
export function relayInput(ctx: Context, relay: Relay, text: string): boolean {
  if (!ctx.alive(relay.pid)) return false
  ctx.write(copyFd(relay.pipe), text)
  return true
}
export function relayEnd(ctx: Context, relay: Relay): void {
  if (relay.feed && ctx.alive(relay.feed)) ctx.kill(relay.feed, 'KILL')
}

/** What a subshell takes over from its parent. */
export interface Handed {
  readonly vars: ShellState['vars']
  readonly functions: ShellState['functions']
  readonly args: readonly string[]
  readonly name: string
  readonly numbered: boolean
  readonly line: number
  readonly status: number
  readonly options: string
  readonly pipefail: boolean
  readonly pid: Pid
  readonly lastBackground: Pid
  readonly depth: number
}

const MAX_SUBSHELLS = 60

/** Runs command text in a subshell; undefined past a bound on their depth. */
export function subshell(
  ctx: Context,
  s: ShellState,
  text: string,
  io: Io,
  more: Pick<Launch, 'pipeIn' | 'background'> = {},
): Pid | undefined {
  if (s.depth >= MAX_SUBSHELLS) return undefined
  const handed: Handed = {
    vars: s.vars,
    functions: s.functions,
    args: s.args,
    name: s.name,
    numbered: s.numbered,
    line: s.line,
    status: s.status,
    options: s.options,
    pipefail: s.pipefail,
    pid: s.pid,
    lastBackground: s.lastBackground,
    depth: s.depth + 1,
  }
  return launch(ctx, s, {
    kind: 'shell',
    argv: ['bash', '-c', text],
    env: { ...exportedEnv(s), [HANDED]: JSON.stringify(handed) },
    in: io.in,
    out: io.out,
    err: io.err,
    ...more,
  })
}

/**
 * Starts a command by its name as a program that runs others does (`timeout`, `env`, `xargs`): a program of this machine, or a script. `input` is what came on our own
 * piped input so far. Answers the child, and how to forward to it where our input is a pipe; or a message and a status (127 not found, 126 cannot run).
 */
export function spawnCommand(
  ctx: Context,
  argv: readonly string[],
  options: { env?: Readonly<Record<string, string>>; stdin?: Fd; stdout?: Fd; input?: string; ended?: boolean } = {},
): { pid: Pid; relay: Relay | null } | { message: string; code: number } {
  const env = options.env ?? { ...ctx.env }
  const target = lookUp(ctx, env['PATH'] ?? '', argv[0] ?? '')
  if (target.t === 'error') return { message: target.code === 126 ? 'Permission denied' : 'No such file or directory', code: target.code }
  const words = argv.slice(1)
  const script = target.t === 'script' ? target : undefined
  const request = {
    argv: target.t === 'script' ? [target.interpreter, target.path, ...words] : [target.argv0, ...words],
    ...(script && isShell(script.interpreter) ? { kind: 'shell' } : {}),
    env,
    stdout: copyFd(options.stdout ?? ctx.stdout),
    stderr: copyFd(ctx.stderr),
  }
  if (ctx.stdin.kind === 'pipe' && options.stdin === undefined) {
    const relay = spawnRelayed(ctx, request, options.input ?? '', options.ended ?? false)
    return relay ? { pid: relay.pid, relay } : { message: 'cannot run here', code: 126 }
  }
  const pid = ctx.spawn({ ...request, stdin: copyFd(options.stdin ?? ctx.stdin) })
  return pid === undefined ? { message: 'cannot run here', code: 126 } : { pid, relay: null }
}

export const isShell = (interpreter: string): boolean => /(?:^|\/)(?:sh|bash|dash)$/.test(interpreter)
