// The smallest tools: echo, printf, test, seq, yes, basename, dirname, whoami, hostname, uname, id, clear, pwd, which, help, man and those that need a whole screen.

import { us } from '../../base/index.ts'
import type { ProcessKind } from '../../kernel/index.ts'
import { echoText, HELP, printfText, test, TestError } from '../../shell/index.ts'
import { has, value } from './options.ts'
import { callOf, immediate, optionsOf, quoteName, type Call } from './tool.ts'

export const echo = immediate('echo', (call) => {
  call.out(echoText(call.args))
  return 0
})

export const printf = immediate('printf', (call) => {
  const args = call.args[0] === '--' ? call.args.slice(1) : call.args
  if (args.length === 0) {
    call.err("printf: missing operand\nTry 'printf --help' for more information.\n")
    return 1
  }
  const done = printfText(args[0]!, args.slice(1))
  call.out(done.text)
  for (const e of done.errors) call.err(`bash: printf: ${e}\n`)
  return done.errors.length > 0 ? 1 : 0
})

export const testTool = immediate('test', (call) => {
  let args = call.args
  if (call.name === '[') {
    if (args[args.length - 1] !== ']') {
      call.err("[: missing ']'\n")
      return 2
    }
    args = args.slice(0, -1)
  }
  try {
    return test(call.ctx, args) ? 0 : 1
  } catch (e) {
    if (!(e instanceof TestError)) throw e
    call.err(`${call.name}: ${e.message}\n`)
    return 2
  }
})

export const yesNo = immediate('true', (call) => (call.name === 'true' ? 0 : 1))

// seq

const SEQ_LIMIT = 1_000_000
/** Places after the point. */
const places = (text: string): number => (text.includes('.') ? text.length - text.indexOf('.') - 1 : 0)

export const seq = immediate('seq', (call) => {
  // A negative number is an operand, not options.
  const split = call.args.findIndex((a) => /^-?(?:\d+\.?\d*|\.\d+)$/.test(a))
  const options = split < 0 ? call.args : call.args.slice(0, split)
  const o = optionsOf({ ...call, args: options }, { short: 'ws:f:', long: { 'equal-width': 'w', 'separator:': 's' }, unmodelledLong: ['format'] }, { usage: 'seq [OPTION]... [FIRST [INCREMENT]] LAST', what: 'Numbers from FIRST to LAST. Options: -w -s TEXT' }) // prettier-ignore
  if (typeof o === 'number') return o
  if (has(o, 'f')) {
    call.err('seq: option -f is not modelled here\n')
    return 1
  }
  const operands = [...o.operands, ...(split < 0 ? [] : call.args.slice(split))]
  const wrong = (text: string) => {
    call.err(`seq: ${text}\nTry 'seq --help' for more information.\n`)
    return 1
  }
  if (operands.length === 0) return wrong('missing operand')
  if (operands.length > 3) return wrong(`extra operand ${quoteName(call, operands[3]!)}`)
  const bad = operands.find((a) => !/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(a))
  if (bad !== undefined) return wrong(`invalid floating point argument: ${quoteName(call, bad)}`)
  const [first, step, last] =
    operands.length === 1
      ? ['1', '1', operands[0]!]
      : operands.length === 2
        ? [operands[0]!, '1', operands[1]!]
        : (operands as [string, string, string])
  if (Number(step) === 0) return wrong(`invalid Zero increment value: ${quoteName(call, step)}`)
  const digits = Math.max(places(first), places(step))
  let scale = 1
  for (let i = 0; i < digits; i++) scale *= 10
  const [from, by, to] = [Math.round(Number(first) * scale), Math.round(Number(step) * scale), Math.floor(Number(last) * scale + 1e-9)]
  const count = Math.floor((to - from) / by) + 1
  if (count > SEQ_LIMIT) {
    call.err(`seq: more than ${SEQ_LIMIT} numbers are not modelled\n`)
    return 1
  }
  const numbers: string[] = []
  for (let i = 0; i < count; i++) numbers.push(((from + i * by) / scale).toFixed(digits))
  const width = has(o, 'w') ? numbers.reduce((max, n) => Math.max(max, n.length), 0) : 0
  const shown = numbers.map((n) => (n.startsWith('-') ? '-' + n.slice(1).padStart(width - 1, '0') : n.padStart(width, '0')))
  if (shown.length > 0) call.out(shown.join(value(o, 's') ?? '\n') + '\n')
  return 0
})

/** Lines written at one go, and how often: `yes` is as fast as its reader, which here is a matter of choice. */
const YES_LINES = 64
export const yes: ProcessKind<null> = {
  name: 'yes',
  init: () => null,
  handle(ctx, _s, input) {
    if (input.type !== 'start' && input.type !== 'timer') return
    const args = callOf(ctx).args
    ctx.timer('more', us(1000), { periodic: 'yes: more lines' })
    ctx.print(((args.length > 0 ? args.join(' ') : 'y') + '\n').repeat(YES_LINES))
  },
}

// Names

export const basename = immediate('basename', (call) => {
  const o = optionsOf(
    call,
    { short: 'as:', long: { multiple: 'a', 'suffix:': 's' }, unmodelled: 'z' },
    { usage: 'basename NAME [SUFFIX]', what: 'A path without its directories.' },
  )
  if (typeof o === 'number') return o
  const many = has(o, 'a') || has(o, 's')
  if (o.operands.length === 0) return missing(call)
  for (const name of many ? o.operands : o.operands.slice(0, 1)) {
    const base = name.replace(/\/+$/, '').replace(/^.*\//, '') || '/'
    const suffix = value(o, 's') ?? (many ? '' : (o.operands[1] ?? ''))
    call.out((suffix !== '' && base !== suffix && base.endsWith(suffix) ? base.slice(0, -suffix.length) : base) + '\n')
  }
  return 0
})
export const dirname = immediate('dirname', (call) => {
  if (call.args.length === 0) return missing(call)
  for (const name of call.args) {
    const trimmed = name.replace(/\/+$/, '')
    const at = trimmed.lastIndexOf('/')
    call.out((at < 0 ? (trimmed === '' && name !== '' ? '/' : '.') : trimmed.slice(0, at).replace(/\/+$/, '') || '/') + '\n')
  }
  return 0
})
const missing = (call: Call): number => {
  call.err(`${call.name}: missing operand\nTry '${call.name} --help' for more information.\n`)
  return 1
}

const userOf = (call: Call): string => (call.ctx.host === 'host' ? 'you' : (call.ctx.env['USER'] ?? 'root'))
export const whoami = immediate('whoami', (call) => {
  call.out(userOf(call) + '\n')
  return 0
})
export const hostname = immediate('hostname', (call) => {
  const option = call.args.find((a) => a.startsWith('-'))
  if (option !== undefined && !['-s', '-f', '-i', '-I'].includes(option)) {
    call.err(`hostname: invalid option -- '${option.slice(1)}'\n`)
    return 1
  }
  call.out((option === '-i' || option === '-I' ? call.ctx.ip : call.ctx.hostname) + '\n')
  return 0
})
export const uname = immediate('uname', (call) => {
  const o = optionsOf(
    call,
    { short: 'asnrmpo', long: { all: 'a' }, unmodelled: 'vi' },
    { usage: 'uname [OPTION]...', what: 'Names the system. Options: -a -s -n -r -m -p -o' },
  )
  if (typeof o === 'number') return o
  const parts: [string, string][] = [['s', 'Linux'], ['n', call.ctx.hostname], ['r', '4.19.0-6-amd64'], ['m', 'x86_64'], ['o', 'GNU/Linux']] // prettier-ignore
  const wanted = parts.filter(([key]) => has(o, 'a') || has(o, key) || (key === 'm' && has(o, 'p')))
  call.out((wanted.length > 0 ? wanted.map(([, text]) => text).join(' ') : 'Linux') + '\n')
  return 0
})
export const id = immediate('id', (call) => {
  const user = userOf(call)
  const n = user === 'root' ? 0 : 1000
  if (call.args[0] === '-u') call.out(`${n}\n`)
  else if (call.args[0] === '-un') call.out(`${user}\n`)
  else call.out(`uid=${n}(${user}) gid=${n}(${user}) groups=${n}(${user})\n`)
  return 0
})

export const clear = immediate('clear', (call) => {
  call.out('\x1b[H\x1b[2J\x1b[3J')
  return 0
})
export const pwd = immediate('pwd', (call) => {
  call.out(call.ctx.cwd + '\n')
  return 0
})
export const help = immediate('help', (call) => {
  call.out(HELP)
  return 0
})
export const which = immediate('which', (call) => {
  let status = 0
  for (const name of call.args.filter((a) => !a.startsWith('-'))) {
    if (call.ctx.hasProgram(name)) {
      call.out(`/usr/bin/${name}\n`)
      continue
    }
    const dir = (call.ctx.env['PATH'] ?? '').split(':').find((d) => {
      const file = call.ctx.files.stat(`${d}/${name}`)
      return file !== undefined && !file.dir && (file.mode & 0o111) !== 0
    })
    if (dir === undefined) status = 1
    else call.out(`${dir}/${name}\n`)
  }
  return status
})
export const man = immediate('man', (call) => {
  if (call.args.length === 0) call.err("What manual page do you want?\nFor example, try 'man man'.\n")
  else call.err(`man: manual pages are not modelled; try: ${call.args[call.args.length - 1]} --help\n`)
  return call.args.length === 0 ? 1 : 16
})

const INSTEAD: Readonly<Record<string, string>> = {
  less: 'needs the whole screen; use cat, head, tail or grep',
  more: 'needs the whole screen; use cat, head, tail or grep',
  vi: 'needs the whole screen; write files with cat > FILE or echo, change them with sed -i',
  vim: 'needs the whole screen; write files with cat > FILE or echo, change them with sed -i',
  nano: 'needs the whole screen; write files with cat > FILE or echo, change them with sed -i',
  top: 'needs the whole screen; use docker-compose ps',
  awk: 'use cut, sed, grep, sort, tr and uniq',
  expr: 'use $((...))',
  chmod: 'run a script with bash FILE',
  curl: 'nothing here speaks HTTP',
  jq: 'use grep, cut, tr and sed',
}
/** Well-known programs that are not here say so, and what to use instead. */
export const absent = immediate('absent', (call) => {
  call.err(`${call.name}: not modelled; ${INSTEAD[call.name] ?? 'try help'}\n`)
  return 2
})
export const ABSENT: readonly string[] = Object.keys(INSTEAD)
