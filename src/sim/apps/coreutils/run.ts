// Tools that run other commands: timeout, env, xargs, watch, nohup.

import { seconds } from '../../base/index.ts'
import type { Context, Fd, Input, Pid, ProcessKind } from '../../kernel/index.ts'
import { quote, relayEnd, relayInput, signalNamed, spawnCommand, type Relay } from '../../shell/index.ts'
import { dateText } from './date.ts'
import { has, value } from './options.ts'
import { callOf, inputIsEmpty, optionsOf, quoteName } from './tool.ts'

/** A child and our input on its way to it. */
interface Child {
  pid: Pid
  relay: Relay | null
  input: string
  ended: boolean
}
const noChild = (): Child => ({ pid: 0, relay: null, input: '', ended: false })

/** Starts the command; false after saying why not and ending with `code`. */
function begin(
  ctx: Context,
  child: Child,
  argv: readonly string[],
  complaint: (message: string) => string,
  env?: Readonly<Record<string, string>>,
): boolean {
  const done = spawnCommand(ctx, argv, { ...(env ? { env } : {}), input: child.input, ended: child.ended })
  if ('message' in done) {
    ctx.printError(complaint(done.message))
    ctx.exit(done.code)
    return false
  }
  child.pid = done.pid
  child.relay = done.relay
  child.input = ''
  return true
}
/** Our input goes to the child. */
function pass(ctx: Context, child: Child, input: Input): void {
  if (input.type === 'input') {
    if (!child.relay || !relayInput(ctx, child.relay, input.text)) child.input += input.text
  } else if (input.type === 'eof') {
    child.ended = true
    if (child.relay) relayEnd(ctx, child.relay)
  }
}
function over(ctx: Context, child: Child): void {
  if (child.relay) relayEnd(ctx, child.relay)
}

/** `5`, `0.5s`, `2m`: seconds; undefined when it is no duration. */
export function duration(text: string): number | undefined {
  const m = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text)
  return m ? Number(m[1]) * ({ '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[m[2]!] ?? 1) : undefined
}

// timeout

interface Timeout {
  child: Child
  timedOut: boolean
  killed: boolean
  preserve: boolean
  killAfter: number
  signal: string
}
export const timeout: ProcessKind<Timeout> = {
  name: 'timeout',
  handles: ['TERM', 'INT'],
  init: () => ({ child: noChild(), timedOut: false, killed: false, preserve: false, killAfter: 0, signal: 'TERM' }),
  handle(ctx, s, input) {
    switch (input.type) {
      case 'start': {
        const call = callOf(ctx)
        const o = optionsOf(call, { short: 's:k:v', long: { 'signal:': 's', 'kill-after:': 'k', foreground: 'foreground', 'preserve-status': 'preserve', verbose: 'v' }, stopAtOperand: true, status: 125 }, { usage: 'timeout [OPTION] DURATION COMMAND [ARG]...', what: 'Runs a command and stops it when it takes too long (status 124). Options: -s SIGNAL -k DURATION --preserve-status' }) // prettier-ignore
        if (typeof o === 'number') return ctx.exit(o)
        const [limit, ...argv] = o.operands
        if (limit === undefined || argv.length === 0) {
          call.err(`Try 'timeout --help' for more information.\n`)
          return ctx.exit(125)
        }
        const time = duration(limit)
        const kill = value(o, 'k') === undefined ? 0 : duration(value(o, 'k')!)
        if (time === undefined || kill === undefined) {
          call.err(
            `timeout: invalid time interval ${quoteName(call, (time === undefined ? limit : value(o, 'k'))!)}\nTry 'timeout --help' for more information.\n`,
          )
          return ctx.exit(125)
        }
        const signal = signalNamed(value(o, 's') ?? 'TERM')
        if (!signal) {
          call.err(`timeout: '${value(o, 's')}': invalid signal\nTry 'timeout --help' for more information.\n`)
          return ctx.exit(125)
        }
        s.signal = signal
        s.killAfter = kill
        s.preserve = has(o, 'preserve')
        if (!begin(ctx, s.child, argv, (m) => `timeout: failed to run command ${quoteName(call, argv[0]!)}: ${m}\n`)) return
        if (time > 0) ctx.timer('limit', seconds(time))
        return
      }
      case 'timer':
        if (input.key === 'limit') {
          s.timedOut = true
          ctx.kill(s.child.pid, signalNamed(s.signal)!)
          if (s.killAfter > 0) ctx.timer('kill', seconds(s.killAfter))
        } else {
          s.killed = true
          ctx.kill(s.child.pid, 'KILL')
        }
        return
      case 'exited':
        if (input.pid !== s.child.pid) return
        over(ctx, s.child)
        return ctx.exit(s.timedOut && !s.preserve ? (s.killed || s.signal === 'KILL' ? 137 : 124) : input.code)
      case 'signal':
        // Ctrl-C reaches the command by itself; what is sent to us alone is handed on.
        if (input.signal === 'TERM' && s.child.pid !== 0) ctx.kill(s.child.pid, 'TERM')
        return
      case 'input':
      case 'eof':
        pass(ctx, s.child, input)
        return
      default:
        return
    }
  },
}

// env, nohup

export const env: ProcessKind<Child> = {
  name: 'env',
  handles: ['INT'],
  init: noChild,
  handle(ctx, child, input) {
    if (input.type === 'start') {
      const call = callOf(ctx)
      const o = optionsOf(call, { short: 'iu:', long: { 'ignore-environment': 'i', 'unset:': 'u' }, unmodelled: '0CSv', stopAtOperand: true, status: 125 }, { usage: 'env [OPTION]... [NAME=VALUE]... [COMMAND [ARG]...]', what: 'Runs a command in a changed environment, or shows it. Options: -i -u NAME' }) // prettier-ignore
      if (typeof o === 'number') return ctx.exit(o)
      const environment: Record<string, string> = has(o, 'i') ? {} : { ...ctx.env }
      for (const name of o.set['u'] ?? []) delete environment[name]
      const words = call.name === 'env' ? o.operands.slice() : call.args.slice()
      while (words.length > 0 && /^[^=]+=/.test(words[0]!)) {
        const word = words.shift()!
        const at = word.indexOf('=')
        environment[word.slice(0, at)] = word.slice(at + 1)
      }
      if (words.length === 0) {
        call.out(Object.keys(environment).map((name) => `${name}=${environment[name]}\n`).join('')) // prettier-ignore
        return ctx.exit(0)
      }
      begin(ctx, child, words, (m) => `env: ${quoteName(call, words[0]!)}: ${m}\n`, environment)
    } else if (input.type === 'exited' && input.pid === child.pid) {
      over(ctx, child)
      ctx.exit(input.code)
    } else pass(ctx, child, input)
  },
}

// xargs

interface Xargs {
  text: string
  batches: string[][]
  pid: Pid
  code: number
  trace: boolean
}
/** Words of xargs' input: blanks separate, quotes and backslashes protect. */
export function xargsWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (c === '\\') word = (word ?? '') + (text[++i] ?? '')
    else if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1)
      word = (word ?? '') + text.slice(i + 1, end < 0 ? undefined : end)
      i = end < 0 ? text.length : end
    } else word = (word ?? '') + c
  }
  if (word !== undefined) words.push(word)
  return words
}

const MAX_BATCH = 1000

function planXargs(ctx: Context, s: Xargs): number | undefined {
  const call = callOf(ctx)
  const o = optionsOf(call, { short: 'n:I:L:d:rtP:', long: { 'max-args:': 'n', 'replace:': 'I', 'max-lines:': 'L', 'no-run-if-empty': 'r', verbose: 't', 'delimiter:': 'd', 'max-procs:': 'P' }, unmodelled: '0aEeilopsx', stopAtOperand: true }, { usage: 'xargs [OPTION]... COMMAND [ARG]...', what: 'Runs a command with what it reads as arguments. Options: -n N -I TEXT -L N -d C -r -t' }) // prettier-ignore
  if (typeof o === 'number') return o
  const command = o.operands.length > 0 ? o.operands : ['echo']
  s.trace = has(o, 't')
  const mark = value(o, 'I')
  const delimiter = value(o, 'd')
  if (mark !== undefined) {
    const lines = s.text.split(delimiter === undefined ? '\n' : delimiter.replace('\\n', '\n')).map((l) => l.trim()).filter((l) => l !== '') // prettier-ignore
    s.batches = lines.map((l) => command.map((w) => w.split(mark).join(l)))
    return undefined
  }
  const words = delimiter !== undefined ? s.text.replace(/\n$/, '').split(delimiter.replace('\\n', '\n')) : xargsWords(s.text)
  const lines = value(o, 'L')
  if (lines !== undefined) {
    const groups = s.text.split('\n').filter((l) => l.trim() !== '')
    for (let i = 0; i < groups.length; i += Number(lines) || 1)
      s.batches.push([...command, ...xargsWords(groups.slice(i, i + (Number(lines) || 1)).join(' '))])
    return undefined
  }
  const n = Math.max(1, Number(value(o, 'n') ?? MAX_BATCH) || 1)
  for (let i = 0; i < words.length; i += n) s.batches.push([...command, ...words.slice(i, i + n)])
  if (words.length === 0 && !has(o, 'r')) s.batches.push(command.slice())
  return undefined
}

function nextBatch(ctx: Context, s: Xargs): void {
  const argv = s.batches.shift()
  if (!argv) return ctx.exit(s.code)
  if (s.trace) ctx.printError(argv.map(quote).join(' ') + '\n')
  const done = spawnCommand(ctx, argv.slice(), { stdin: { kind: 'null' } })
  if ('message' in done) {
    ctx.printError(`xargs: ${argv[0]}: ${done.message}\n`)
    return ctx.exit(done.code)
  }
  s.pid = done.pid
}
export const xargs: ProcessKind<Xargs> = {
  name: 'xargs',
  init: () => ({ text: '', batches: [], pid: 0, code: 0, trace: false }),
  handle(ctx, s, input) {
    if (input.type === 'input') s.text += input.text
    else if (input.type === 'eof' || (input.type === 'start' && inputIsEmpty(ctx))) {
      const code = planXargs(ctx, s)
      if (code !== undefined) return ctx.exit(code)
      nextBatch(ctx, s)
    } else if (input.type === 'exited' && input.pid === s.pid) {
      if (input.code === 255) {
        ctx.printError('xargs: the command exited with status 255; aborting\n')
        return ctx.exit(124)
      }
      if (input.signal) return ctx.exit(125)
      if (input.code !== 0) s.code = 123
      // fork and exec of the next one take their moment; it is its own cause, so that a long list is no endless chain.
      ctx.timer('next', ctx.cost('shell.fork'), { periodic: 'xargs: the next command' })
    } else if (input.type === 'timer') nextBatch(ctx, s)
  },
}

// watch

interface Watch {
  interval: number
  title: boolean
  exec: boolean
  command: string[]
  pid: Pid
  file: string
  rounds: number
}
export const watch: ProcessKind<Watch> = {
  name: 'watch',
  reads: () => false,
  init: () => ({ interval: 2, title: true, exec: false, command: [], pid: 0, file: '', rounds: 0 }),
  handle(ctx, s, input) {
    if (input.type === 'start') {
      const call = callOf(ctx)
      const o = optionsOf(call, { short: 'n:tdxc', long: { 'interval:': 'n', 'no-title': 't', differences: 'd', exec: 'x', color: 'c' }, unmodelled: 'bepgqrw', stopAtOperand: true }, { usage: 'watch [OPTION]... COMMAND', what: 'Runs a command again and again and shows its output. Options: -n SECONDS -t -x (-d is taken and shows nothing)' }) // prettier-ignore
      if (typeof o === 'number') return ctx.exit(o)
      if (o.operands.length === 0) {
        call.err('Usage:\n watch [options] command\n')
        return ctx.exit(1)
      }
      const interval = duration(value(o, 'n') ?? '2')
      if (interval === undefined) {
        call.err(`watch: failed to parse argument: '${value(o, 'n')}'\n`)
        return ctx.exit(1)
      }
      s.interval = Math.max(0.1, interval)
      s.title = !has(o, 't')
      s.exec = has(o, 'x')
      s.command = o.operands.slice()
      round(ctx, s)
    } else if (input.type === 'timer') round(ctx, s)
    else if (input.type === 'exited' && input.pid === s.pid) {
      const text = ctx.files.read(s.file) ?? ''
      if (ctx.files.stat(s.file)) ctx.files.remove(s.file)
      show(ctx, s, text)
      ctx.timer('round', seconds(s.interval), { periodic: `watch: every ${s.interval} s` })
    }
  },
}

function round(ctx: Context, s: Watch): void {
  s.file = `/tmp/.watch-${ctx.pid}-${s.rounds++}`
  const out: Fd = { kind: 'file', path: s.file, append: true }
  const argv = s.exec ? s.command.slice() : ['sh', '-c', s.command.join(' ')]
  const pid = ctx.spawn({ argv, stdin: { kind: 'null' }, stdout: out, stderr: { ...out } })
  if (pid === undefined) {
    ctx.printError(`watch: unable to execute '${argv[0]}': No such file or directory\n`)
    return ctx.exit(4)
  }
  s.pid = pid
}

function show(ctx: Context, s: Watch, text: string): void {
  const width = Number(ctx.env['COLUMNS'] ?? 80) || 80
  const height = Number(ctx.env['LINES'] ?? 24) || 24
  const left = `Every ${s.interval.toFixed(1)}s: ${s.command.join(' ')}`
  const right = `${ctx.hostname}: ${dateText(ctx.wallMs)}`
  const room = width - right.length - 1
  const title = s.title ? `${left.length > room ? left.slice(0, Math.max(0, room - 3)) + '...' : left.padEnd(room)} ${right}\n\n` : ''
  const lines = text.split('\n').slice(0, height - (s.title ? 3 : 1))
  ctx.print(`\x1b[H\x1b[2J${title}${lines.join('\n')}`)
}
