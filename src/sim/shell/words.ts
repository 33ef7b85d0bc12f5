// Expansion inside a running shell: what words see of its state, and what is kept aside until they are whole.

import type { Context } from '../kernel/index.ts'
import type { Redir } from './ast.ts'
import { ExpandError, expandFields, expandOne, Need, type ExpandEnv } from './expand.ts'
import { printWord } from './print.ts'
import { copyFd, copyIn, getVar, setVar, type Frame, type Io, type ShellState } from './state.ts'

/** A redirection or an expansion that failed: told as `bash: MESSAGE`. */
export class Failure extends Error {
  constructor(
    message: string,
    /** Ends a shell that is not interactive, and the line of one that is. */
    readonly fatal: boolean,
    readonly code = 1,
  ) {
    super(message)
  }
}

/** Sentinel: the words need the output of a command that has to run first. */
export interface Missing {
  readonly missing: string
}

/**
 * Runs `f` with an environment for expansion. Assignments made on the way (`${x:=1}`, `$((i++))`) reach the shell only when `f` comes through; when it needs a command's
 * output, that command's text is returned and the whole is to be tried again. Throws Failure.
 */
export function expanding<T>(
  ctx: Context,
  s: ShellState,
  frame: Pick<Frame, 'subs'>,
  f: (env: ExpandEnv, overlay: Record<string, string>) => T,
): T | Missing {
  const overlay: Record<string, string> = {}
  const env: ExpandEnv = {
    get: (name) => (Object.hasOwn(overlay, name) ? overlay[name] : (dynamic(ctx, s, name) ?? getVar(s, name))),
    set: (name, value) => {
      overlay[name] = value
    },
    name0: s.name,
    args: s.args,
    status: s.status,
    pid: s.pid,
    lastBackground: s.lastBackground,
    flags: s.options + (s.interactive ? 'i' : ''),
    nounset: s.options.includes('u'),
    noglob: s.options.includes('f'),
    list: (dir) => ctx.files.list(dir === '' ? '.' : dir),
    subs: frame.subs,
    used: 0,
  }
  try {
    const result = f(env, overlay)
    for (const name of Object.keys(overlay)) if (!setVar(s, name, overlay[name]!)) throw new Failure(`${name}: readonly variable`, true)
    return result
  } catch (e) {
    if (e instanceof Need) return { missing: e.source }
    if (e instanceof ExpandError)
      throw new Failure(e.message, true, /unbound variable$|^[A-Za-z0-9_]+: (?!.*error token)/.test(e.message) ? 127 : 1)
    throw e
  }
}

export const isMissing = (x: unknown): x is Missing => typeof x === 'object' && x !== null && 'missing' in x

/** Variables that are asked of the world at each look. */
function dynamic(ctx: Context, s: ShellState, name: string): string | undefined {
  switch (name) {
    case 'RANDOM':
      return String(ctx.below(32768, 'shell'))
    case 'SECONDS':
      return String(Math.floor((ctx.wallMs - Number(getVar(s, 'SHELL_STARTED') ?? ctx.wallMs)) / 1000))
    case 'EPOCHSECONDS':
      return String(Math.floor(ctx.wallMs / 1000))
    case 'LINENO':
      return String(s.line)
    case 'BASHPID':
      return String(ctx.pid)
    case 'PPID':
      return String(ctx.parent)
    case 'HOSTNAME':
      return ctx.hostname
    default:
      return undefined
  }
}

/** A redirection with its word expanded. */
export interface Ready {
  readonly fd: number
  readonly op: Redir['op']
  readonly text: string
}

export function expandRedirs(redirs: readonly Redir[], env: ExpandEnv): Ready[] {
  return redirs.map((r) => {
    if (r.op === '<<') return { fd: r.fd, op: r.op, text: expandOne(r.word, env) }
    if (r.op === '<<<') return { fd: r.fd, op: r.op, text: expandOne(r.word, env) + '\n' }
    const fields = expandFields([r.word], env)
    if (fields.length === 1) return { fd: r.fd, op: r.op, text: fields[0]! }
    throw new Failure(`${printWord(r.word).replace(/^\$\{(\w+)\}$/, '$$$1')}: ambiguous redirect`, false)
  })
}

/** Opens what redirections name, left to right. Throws Failure as bash words it. */
export function applyRedirs(ctx: Context, s: ShellState, ready: readonly Ready[], from: Io): Io {
  const io: Io = { in: copyIn(from.in), out: copyFd(from.out), err: copyFd(from.err) }
  for (const r of ready) {
    const writes = r.op === '>' || r.op === '>>' || r.op === '>|' || r.op === '&>' || r.op === '&>>' || r.op === '>&'
    const fd = r.fd >= 0 ? r.fd : writes ? 1 : 0
    if (fd > 2) throw new Failure(`${fd}: descriptors above 2 are not modelled`, false)
    if (!writes) {
      if (fd !== 0) throw new Failure(`${fd}: only descriptor 0 can be read from here`, false)
      io.in = openIn(ctx, s, r, io)
      continue
    }
    if (fd === 0) throw new Failure('0: standard input cannot be written to here', false)
    if (r.op === '>&' && /^[0-9]+$|^-$/.test(r.text)) {
      const to = r.text === '1' ? io.out : r.text === '2' ? io.err : r.text === '-' ? ({ kind: 'null' } as const) : undefined
      if (!to) throw new Failure(`${r.text}: Bad file descriptor`, false)
      if (fd === 1) io.out = copyFd(to)
      else io.err = copyFd(to)
      continue
    }
    const to = openOut(ctx, r.text, r.op === '>>' || r.op === '&>>', io)
    if (r.op === '&>' || r.op === '&>>' || (r.op === '>&' && r.fd < 0)) {
      io.out = to
      io.err = copyFd(to)
    } else if (fd === 1) io.out = to
    else io.err = to
  }
  return io
}

function openIn(ctx: Context, s: ShellState, r: Ready, io: Io): Io['in'] {
  const text = (t: string): Io['in'] => {
    s.texts[s.nextText] = { text: t, pos: 0 }
    return { k: 'text', id: s.nextText++ }
  }
  if (r.op === '<<' || r.op === '<<<') return text(r.text)
  if (r.op === '<&') {
    if (r.text === '-') return { k: 'null' }
    if (r.text === '0') return copyIn(io.in)
    throw new Failure(`${r.text}: Bad file descriptor`, false)
  }
  if (r.text === '/dev/null') return { k: 'null' }
  if (r.text === '/dev/stdin' || r.text === '/dev/tty') return copyIn(io.in)
  const file = ctx.files.stat(r.text)
  if (!file) throw new Failure(`${r.text}: No such file or directory`, false)
  if (file.dir) throw new Failure(`${r.text}: Is a directory`, false)
  return text(ctx.files.read(r.text) ?? '')
}

function openOut(ctx: Context, path: string, append: boolean, io: Io): Io['out'] {
  if (path === '/dev/null') return { kind: 'null' }
  if (path === '/dev/stdout') return copyFd(io.out)
  if (path === '/dev/stderr') return copyFd(io.err)
  if (path === '/dev/tty') return copyFd(ctx.stdin.kind === 'terminal' ? ctx.stdin : io.err)
  if (path === '') throw new Failure(': No such file or directory', false)
  const full = ctx.files.resolve(path)
  const file = ctx.files.stat(full)
  if (file?.dir) throw new Failure(`${path}: Is a directory`, false)
  const dir = full.slice(0, full.lastIndexOf('/')) || '/'
  const parent = ctx.files.stat(dir)
  // /tmp is there even while it is empty.
  if (!parent && dir !== '/tmp') throw new Failure(`${path}: No such file or directory`, false)
  if (parent && !parent.dir) throw new Failure(`${path}: Not a directory`, false)
  if (ctx.files.space(full).readOnly) throw new Failure(`${path}: Read-only file system`, false)
  if (!append || !file) ctx.files.write(full, '')
  return { kind: 'file', path: full, append: true }
}
