// The process kind of every shell: a terminal's, a script's, `bash -c`, a subshell.

import { List } from '../base/index.ts'
import type { Context, Input, ProcessKind, Program } from '../kernel/index.ts'
import { FEED, HANDED, relayEnd, relayInput, type Handed } from './exec.ts'
import { expandHistory, HISTORY_KEPT } from './history.ts'
import { endedBySignal, finishedJobs, jobEnded } from './jobs.ts'
import { abort, childEnded, run } from './machine.ts'
import { parse } from './parse.ts'
import { takeLine } from './read.ts'
import { copyFd, currentIo, newFrame, setVar, top, type ShellState } from './state.ts'

/** A line longer than this is refused: a paste by mistake. */
export const LINE_LIMIT = 65_536
/** An unfinished command may grow to this. */
const PENDING_LIMIT = 1_048_576

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

function init(ctx: Context): ShellState {
  const s: ShellState = {
    interactive: false,
    name: 'bash',
    numbered: true,
    command: false,
    line: 1,
    args: [],
    vars: {},
    functions: {},
    status: 0,
    stack: [],
    waiting: 'nothing',
    queue: [],
    pending: '',
    history: List.empty(),
    options: '',
    pipefail: false,
    jobs: [],
    lastBackground: 0,
    pid: ctx.pid,
    base: { in: { k: 'own' }, out: copyFd(ctx.stdout), err: copyFd(ctx.stderr) },
    texts: {},
    nextText: 1,
    input: '',
    inputEnded: ctx.stdin.kind === 'null',
    relay: null,
    capture: '',
    captures: 0,
    substPid: 0,
    readNames: [],
    readRaw: false,
    interrupted: false,
    ending: 0,
    exitCode: -1,
    steps: 0,
    pauses: 0,
    depth: 0,
    substStatus: 0,
  }
  const handed = ctx.env[HANDED]
  for (const name of Object.keys(ctx.env)) if (name !== HANDED && /^[A-Za-z_]\w*$/.test(name)) setVar(s, name, ctx.env[name]!, true)
  if (handed !== undefined) takeOver(s, JSON.parse(handed) as Handed)
  else {
    setVar(s, 'PWD', ctx.cwd, true)
    if (!Object.hasOwn(s.vars, 'HOME')) setVar(s, 'HOME', '/root', true)
    // On the docker host the wrappers' bare names work too.
    const wrappers = `${s.vars['HOME']!.v}/kafka-playground/wrappers`
    if (!Object.hasOwn(s.vars, 'PATH')) setVar(s, 'PATH', ctx.files.stat(wrappers)?.dir ? `${PATH}:${wrappers}` : PATH, true)
    setVar(s, 'SHELL_STARTED', String(ctx.wallMs))
  }
  return s
}

function takeOver(s: ShellState, h: Handed): void {
  for (const name of Object.keys(h.vars)) s.vars[name] = { ...h.vars[name]! }
  for (const name of Object.keys(h.functions)) s.functions[name] = h.functions[name]!
  s.args = h.args.slice()
  s.name = h.name
  s.numbered = h.numbered
  s.line = h.line
  s.status = h.status
  s.options = h.options
  s.pipefail = h.pipefail
  s.pid = h.pid
  s.lastBackground = h.lastBackground
  s.depth = h.depth
}

/** `bash [-c TEXT | -i | FILE] [ARGS]` */
function begin(ctx: Context, s: ShellState): void {
  const args = ctx.argv.slice(1)
  let text: string | undefined
  let i = 0
  for (; i < args.length && /^[-+]./.test(args[i]!); i++) {
    const arg = args[i]!
    if (arg === '--') {
      i++
      break
    }
    if (arg === '--version') {
      ctx.print('GNU bash, version 5.0.3(1)-release (x86_64-pc-linux-gnu), as far as it is modelled here\n')
      return ctx.exit(0)
    }
    if (['--login', '--norc', '--noprofile', '--posix'].includes(arg)) continue
    if (!/^[-+][ceilsuxf]+$/.test(arg)) {
      ctx.printError(`bash: ${arg}: not modelled; -c, -e, -i, -l, -s, -u, -x and -f are\n`)
      return ctx.exit(2)
    }
    for (const c of arg.slice(1)) {
      if (c === 'c') text = ''
      else if (c === 'i') s.interactive = true
      else if ('euxf'.includes(c)) s.options = s.options.replace(c, '') + (arg.startsWith('-') ? c : '')
    }
  }
  const rest = args.slice(i)
  if (text !== undefined) {
    if (rest[0] === undefined) {
      ctx.printError('bash: -c: option requires an argument\n')
      return ctx.exit(2)
    }
    if (ctx.env[HANDED] === undefined) {
      s.command = true
      s.name = rest[1] ?? 'bash'
      s.args = rest.slice(2)
    }
    s.interactive = false
    s.stack.push(newFrame('program', rest[0], -1, false))
    run(ctx, s)
  } else if (rest[0] !== undefined) {
    const file = ctx.files.stat(rest[0])
    s.interactive = false
    if (!file || file.dir) {
      ctx.printError(file ? `bash: ${rest[0]}: Is a directory\n` : `bash: ${rest[0]}: No such file or directory\n`)
      return ctx.exit(file ? 126 : 127)
    }
    s.name = rest[0]
    s.args = rest.slice(1)
    s.stack.push(newFrame('program', ctx.files.read(rest[0]) ?? '', -1, false))
    run(ctx, s)
  } else if (s.interactive || ctx.isTerminal) {
    s.interactive = true
    s.numbered = false
    s.waiting = 'prompt'
    prompt(ctx, s)
  } else s.waiting = 'prompt'
}

/** `$ ` from the terminal's own shell; one that was started inside another prints its prompt as any output. */
function prompt(ctx: Context, s: ShellState, text = '$ '): void {
  if (!s.interactive) return
  if (ctx.parent === 0) ctx.prompt(text)
  else ctx.print(text === '$ ' ? ownPrompt(ctx) : text)
}

/** `root@1b9aa4ca7e24:/# `, as Debian's bash shows where it is. */
function ownPrompt(ctx: Context): string {
  const user = ctx.env['USER'] ?? 'root'
  const home = ctx.env['HOME'] ?? '/root'
  const where = ctx.cwd === home || ctx.cwd.startsWith(home + '/') ? '~' + ctx.cwd.slice(home.length) : ctx.cwd
  return `${user}@${ctx.hostname}:${where}${user === 'root' ? '#' : '$'} `
}

/** After every event: what is left to do when nothing is under way. */
function settle(ctx: Context, s: ShellState): void {
  for (;;) {
    if (s.exitCode >= 0) {
      if (s.interactive) ctx.ended(s.exitCode)
      return leave(ctx, s, s.exitCode)
    }
    if (s.waiting !== 'nothing' && s.waiting !== 'prompt') return
    if (s.waiting === 'nothing') {
      if (!s.interactive && !readsItself(ctx)) return leave(ctx, s, s.status)
      endLine(ctx, s)
    }
    const line = s.queue.shift()
    if (line === undefined) {
      if (s.interactive || !s.inputEnded) return
      if (s.pending === '') return leave(ctx, s, s.status)
      // Whatever is unfinished now stays unfinished: the parser says what is missing.
      s.stack.push(newFrame('program', s.pending, -1, false))
      s.pending = ''
      run(ctx, s)
      continue
    }
    accept(ctx, s, line)
  }
}

function leave(ctx: Context, s: ShellState, code: number): void {
  if (s.relay) relayEnd(ctx, s.relay)
  ctx.exit(code)
}

/** `... | bash`: the program comes as input. */
const readsItself = (ctx: Context): boolean => !ctx.argv.slice(1).some((a) => !/^[-+]/.test(a)) && !ctx.argv.includes('-c')

function endLine(ctx: Context, s: ShellState): void {
  s.waiting = 'prompt'
  s.steps = 0
  s.pauses = 0
  if (!s.interactive) return
  const jobs = finishedJobs(s)
  if (jobs) ctx.write(copyFd(s.base.err), jobs)
  ctx.ended(s.status)
  prompt(ctx, s, s.pending === '' ? '$ ' : '> ')
  // Last, since a line that waits is handed over at once.
  ctx.foreground(0)
}

/** Runs a line typed; a command that is not whole yet is kept until it is. */
function accept(ctx: Context, s: ShellState, line: string): void {
  const text = s.pending + line + '\n'
  const program = parse(text)
  const unfinished = program.error?.incomplete === true && text.length < PENDING_LIMIT
  s.pending = unfinished ? text.slice(program.end) : ''
  if (unfinished && program.commands.length === 0) {
    prompt(ctx, s, '> ')
    if (s.interactive) ctx.foreground(0)
    return
  }
  const whole = unfinished ? text.slice(0, program.end) : text
  remember(s, whole.replace(/\n$/, ''))
  s.stack.push(newFrame('program', whole, -1, false))
  if (s.interactive) ctx.foreground(ctx.pid)
  run(ctx, s)
}

function remember(s: ShellState, text: string): void {
  if (!s.interactive || text.trim() === '' || text.startsWith(' ')) return
  if (s.history.last() !== text) s.history = s.history.push(text).keepLast(HISTORY_KEPT)
}

function typed(ctx: Context, s: ShellState, text: string): void {
  const lines = text.replace(/\n$/, '').split('\n')
  const tooLong = lines.find((l) => l.length > LINE_LIMIT)
  if (tooLong !== undefined) {
    const message = `bash: a line of ${tooLong.length} characters is longer than the ${LINE_LIMIT} this shell takes; nothing of it was run\n`
    ctx.write(copyFd(s.base.err), message)
    if (s.waiting === 'prompt') {
      s.status = 1
      endLine(ctx, s)
    }
    return
  }
  // A block pasted at once is one program; what is typed at the prompt may refer to history.
  let whole = lines.join('\n')
  if (s.interactive && s.pending === '') {
    const filled = expandHistory(whole, s.history)
    if ('missing' in filled) {
      ctx.write(copyFd(s.base.err), `bash: ${filled.missing}: event not found\n`)
      s.status = 1
      if (s.waiting === 'prompt') endLine(ctx, s)
      return
    }
    if (filled.changed) ctx.write(copyFd(s.base.err), filled.line + '\n')
    whole = filled.line
  }
  s.queue.push(whole)
}

function handle(ctx: Context, s: ShellState, input: Input): void {
  switch (input.type) {
    case 'start':
      begin(ctx, s)
      if (!ctx.alive(ctx.pid)) return
      if (s.interactive) ctx.foreground(0)
      break
    case 'input':
      onInput(ctx, s, input.text)
      break
    case 'eof':
      onEnd(ctx, s)
      break
    case 'timer':
      if (input.key === 'read') {
        if (s.waiting === 'read') resumeBuiltin(ctx, s, 142)
      } else if (s.waiting === 'fork' || s.waiting === 'pause') run(ctx, s)
      break
    case 'exited':
      jobEnded(s, input.pid, input.code, input.signal)
      if (s.interactive && input.signal && s.waiting === 'children' && top(s)?.pids.at(-1) === input.pid) {
        ctx.write(copyFd(s.base.err), endedBySignal(input.signal))
      }
      if (s.waiting === 'jobs') checkJobs(ctx, s)
      else childEnded(ctx, s, input.pid, input.code)
      break
    case 'signal':
      onSignal(ctx, s, input.signal)
      break
    default:
      return
  }
  settle(ctx, s)
}

function resumeBuiltin(ctx: Context, s: ShellState, status: number): void {
  ctx.clearTimer('read')
  const frame = top(s)
  if (!frame) return
  frame.codes = [status]
  run(ctx, s)
}

function checkJobs(ctx: Context, s: ShellState): void {
  const frame = top(s)!
  const waited = s.jobs.filter((j) => j.pids.some((p) => frame.pids.includes(p)))
  if (waited.some((j) => !j.done)) return
  const last = waited[waited.length - 1]
  const named = frame.words.length > 1
  if (s.interactive) ctx.write(copyFd(s.base.err), finishedJobs(s))
  resumeBuiltin(ctx, s, named && last ? (last.codes[last.codes.length - 1] ?? 0) : 0)
}

function onInput(ctx: Context, s: ShellState, text: string): void {
  if (s.waiting === 'read' && currentIo(s).in.k === 'own') {
    s.input += text
    const done = takeLine(s, { k: 'own' })
    if (done !== undefined) resumeBuiltin(ctx, s, done)
    return
  }
  if (s.interactive) return typed(ctx, s, text)
  if (s.relay && relayInput(ctx, s.relay, text)) return
  s.input += text
  if (readsItself(ctx)) takeProgram(s)
}

/** Lines of a program that comes as input, as far as they are whole. */
function takeProgram(s: ShellState): void {
  const end = s.input.lastIndexOf('\n')
  if (end < 0 && !s.inputEnded) return
  const text = s.inputEnded ? s.input : s.input.slice(0, end + 1)
  s.input = s.inputEnded ? '' : s.input.slice(end + 1)
  if (text !== '') for (const line of text.replace(/\n$/, '').split('\n')) s.queue.push(line)
}

function onEnd(ctx: Context, s: ShellState): void {
  if (s.interactive) {
    if (s.waiting === 'read') {
      resumeBuiltin(ctx, s, 1)
    } else if (s.waiting === 'prompt' && s.pending !== '') {
      s.pending = ''
      ctx.write(copyFd(s.base.err), 'bash: syntax error: unexpected end of file\n')
      s.status = 2
      endLine(ctx, s)
    } else if (s.waiting === 'prompt') {
      ctx.write(copyFd(s.base.err), 'exit\n')
      s.exitCode = s.status
    }
    return
  }
  s.inputEnded = true
  if (s.relay) relayEnd(ctx, s.relay)
  if (s.waiting === 'read' && currentIo(s).in.k === 'own') resumeBuiltin(ctx, s, takeLine(s, { k: 'own' }) ?? 1)
  else if (readsItself(ctx) && !s.relay) takeProgram(s)
}

function onSignal(ctx: Context, s: ShellState, signal: string): void {
  if (signal === 'INT') {
    s.interrupted = true
    if (s.waiting === 'children' || s.waiting === 'subst') return
    if (s.waiting === 'prompt') {
      s.pending = ''
      s.queue = []
      s.status = 130
      s.interrupted = false
      if (s.interactive) endLine(ctx, s)
      else s.exitCode = 130
      return
    }
    ctx.clearTimer('shell')
    ctx.clearTimer('read')
    s.queue = []
    abort(s, 130)
    s.waiting = 'nothing'
    return
  }
  // TERM and HUP: an interactive shell ignores the first.
  if (s.interactive && signal === 'TERM') return
  const code = signal === 'HUP' ? 129 : 143
  const frame = top(s)
  const living = (s.waiting === 'subst' ? [s.substPid] : (frame?.pids ?? [])).filter((p) => p > 0 && ctx.alive(p))
  if (living.length === 0) {
    s.exitCode = code
    return
  }
  s.ending = code
  for (const pid of living) ctx.kill(pid, signal === 'HUP' ? 'HUP' : 'TERM')
}

export const shellKind: ProcessKind<ShellState> = { name: 'shell', grain: 'copy', handles: ['INT', 'TERM', 'HUP'], init, handle }

/** Holds a pipe open until it is killed, or (`once`) closes it at once: how a shell ends the input it hands to a child. */
export const feedKind: ProcessKind<Record<string, never>> = {
  name: FEED,
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type === 'start' && ctx.argv[1] === 'once') ctx.exit(0)
  },
}

export const programs: readonly Program[] = [
  { name: 'bash', kind: 'shell', images: ['*'] },
  { name: 'sh', kind: 'shell', images: ['*'] },
]
