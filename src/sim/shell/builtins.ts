// The commands that are the shell itself. Each answers its status, or says that something has to be waited for, or that it has changed the stack under it.

import { List, seconds } from '../base/index.ts'
import { ArithError, evaluate } from './arith.ts'
import { refuse, runText, type Builtin } from './call.ts'
import { test, TestError } from './cond.ts'
import { lookUp } from './exec.ts'
import { echoText, printfText } from './format.ts'
import { flowBuiltins } from './flow-builtins.ts'
import { HELP } from './help.ts'
import { historyLines } from './history.ts'
import { jobBuiltins } from './job-builtins.ts'
import { nameBuiltins } from './name-builtins.ts'
import { quote } from './print.ts'
import { takeLine } from './read.ts'
import { isName } from './scan.ts'
import { varBuiltins } from './var-builtins.ts'
import { copyIn, getVar, pathOf, setVar } from './state.ts'

const notModelled: Builtin = (call) => refuse(call, 'not modelled in this shell', 2)

const cd: Builtin = (call) => {
  const { ctx, s } = call
  const args = call.argv.slice(1).filter((a) => a !== '--' && a !== '-P' && a !== '-L')
  if (args.length > 1) return refuse(call, 'too many arguments')
  let to = args[0]
  if (to === undefined) {
    to = getVar(s, 'HOME')
    if (to === undefined) return refuse(call, 'HOME not set')
  }
  const back = to === '-'
  if (back) {
    const old = getVar(s, 'OLDPWD')
    if (old === undefined) return refuse(call, 'OLDPWD not set')
    to = old
  }
  if (to === '') return 0
  const full = ctx.files.resolve(to)
  const file = ctx.files.stat(full)
  if (!file && full !== '/' && full !== '/tmp') return refuse(call, `${to}: No such file or directory`)
  if (file && !file.dir) return refuse(call, `${to}: Not a directory`)
  setVar(s, 'OLDPWD', ctx.cwd)
  ctx.chdir(full)
  setVar(s, 'PWD', full, true)
  if (back) call.out(full + '\n')
  return 0
}

const source: Builtin = (call) => {
  const path = call.argv[1]
  if (path === undefined) {
    refuse(call, 'filename argument required')
    call.err(`${call.argv[0]}: usage: ${call.argv[0]} filename [arguments]\n`)
    return 2
  }
  const file = call.ctx.files.stat(path)
  const { s } = call
  if (!file) {
    call.err(`${s.numbered ? `${s.name}: line ${s.line}` : s.name}: ${path}: No such file or directory\n`)
    return 1
  }
  if (file.dir) return refuse(call, `${path}: is a directory`)
  return runText(call, 'source', call.ctx.files.read(path) ?? '', call.argv.length > 2 ? call.argv.slice(2) : undefined)
}

const testBuiltin: Builtin = (call) => {
  let args = call.argv.slice(1)
  if (call.argv[0] === '[') {
    if (args[args.length - 1] !== ']') return refuse(call, "missing `]'", 2)
    args = args.slice(0, -1)
  }
  try {
    return test(call.ctx, args) ? 0 : 1
  } catch (e) {
    if (e instanceof TestError) return refuse(call, e.message, 2)
    throw e
  }
}

const printf: Builtin = (call) => {
  let args = call.argv.slice(1)
  let into: string | undefined
  if (args[0] === '-v' && args.length > 2) {
    into = args[1]!
    args = args.slice(2)
  }
  if (args[0] === '--') args = args.slice(1)
  if (args.length === 0) {
    call.err('printf: usage: printf [-v var] format [arguments]\n')
    return 2
  }
  const done = printfText(args[0]!, args.slice(1))
  if (into !== undefined) setVar(call.s, into, done.text)
  else call.out(done.text)
  for (const e of done.errors) refuse(call, e)
  return done.errors.length > 0 ? 1 : 0
}

const read: Builtin = (call) => {
  const { ctx, s, argv } = call
  let i = 1
  let raw = false
  let timeout = -1
  for (; i < argv.length && /^-[a-z]/.test(argv[i]!); i++) {
    const flags = argv[i]!.slice(1)
    if (flags === 'p') call.err(argv[++i] ?? '')
    else if (flags === 't') timeout = Number(argv[++i] ?? 0)
    else if (/^[rs]+$/.test(flags)) raw ||= flags.includes('r')
    else return refuse(call, `-${flags}: not modelled; -r, -s, -p and -t are`, 2)
  }
  const names = argv.slice(i)
  const bad = names.find((n) => !isName(n))
  if (bad !== undefined) return refuse(call, `\`${bad}': not a valid identifier`)
  s.readNames = names.length > 0 ? names.slice() : ['REPLY']
  s.readRaw = raw
  const done = takeLine(s, call.io.in)
  if (done !== undefined) return done
  s.waiting = 'read'
  if (timeout > 0) ctx.timer('read', seconds(timeout))
  return 'wait'
}

const evalBuiltin: Builtin = (call) => {
  const text = call.argv.slice(1).join(' ')
  return text.trim() === '' ? 0 : runText(call, 'eval', text, undefined)
}

const exec: Builtin = (call) => {
  const { ctx, s, argv, io } = call
  if (argv.length === 1) {
    s.base = { in: copyIn(io.in), out: { ...io.out }, err: { ...io.err } }
    // What was opened for it stays open.
    call.frame.texts = []
    for (const frame of s.stack) if (frame.io) frame.io = { in: copyIn(io.in), out: { ...io.out }, err: { ...io.err } }
    return 0
  }
  const target = lookUp(ctx, pathOf(s), argv[1]!)
  if (target.t === 'error') {
    refuse(call, target.message.replace(/command not found/, 'not found'), target.code)
    if (!s.interactive) s.exitCode = target.code
    return s.interactive ? target.code : 'gone'
  }
  // The command runs as a child and the shell ends with its status: to everybody outside it is the same.
  return runText(call, 'eval', `${argv.slice(1).map(quote).join(' ')}; exit $?`, undefined)
}

const shift: Builtin = (call) => {
  const n = Number(call.argv[1] ?? 1)
  if (!Number.isInteger(n)) return refuse(call, `${call.argv[1]}: numeric argument required`)
  if (n < 0) return refuse(call, `${n}: shift count out of range`)
  if (n > call.s.args.length) return 1
  call.s.args = call.s.args.slice(n)
  return 0
}

const letBuiltin: Builtin = (call) => {
  const { s } = call
  if (call.argv.length === 1) return refuse(call, 'expression expected')
  let value = 0
  try {
    for (const text of call.argv.slice(1)) value = evaluate(text, { get: (n) => getVar(s, n), set: (n, v) => void setVar(s, n, v) })
  } catch (e) {
    if (e instanceof ArithError) return refuse(call, e.message)
    throw e
  }
  return value === 0 ? 1 : 0
}

const history: Builtin = (call) => {
  const { s, argv } = call
  if (argv[1] === '-c') {
    s.history = List.empty()
    return 0
  }
  if (argv[1] !== undefined && !/^\d+$/.test(argv[1])) return refuse(call, `${argv[1]}: numeric argument required`)
  call.out(historyLines(s.history, argv[1] === undefined ? Infinity : Number(argv[1])))
  return 0
}

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  cd,
  pwd: (call) => {
    call.out(call.ctx.cwd + '\n')
    return 0
  },
  echo: (call) => {
    call.out(echoText(call.argv.slice(1)))
    return 0
  },
  printf,
  test: testBuiltin,
  '[': testBuiltin,
  '.': source,
  source,
  eval: evalBuiltin,
  exec,
  read,
  builtin: (call) => {
    const name = call.argv[1]
    if (name === undefined) return 0
    const found = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
    return found ? found({ ...call, argv: call.argv.slice(1), out: call.out, err: call.err }) : refuse(call, `${name}: not a shell builtin`)
  },
  shift,
  let: letBuiltin,
  history,
  help: (call) => {
    call.out(HELP)
    return 0
  },
  ...flowBuiltins,
  ...nameBuiltins((name) => Object.hasOwn(BUILTINS, name)),
  ...varBuiltins,
  ...jobBuiltins,
  alias: notModelled,
  unalias: notModelled,
  trap: notModelled,
  getopts: notModelled,
  mapfile: notModelled,
  readarray: notModelled,
  pushd: notModelled,
  popd: notModelled,
  dirs: notModelled,
  ulimit: notModelled,
  shopt: notModelled,
  bind: notModelled,
  complete: notModelled,
  hash: () => 0,
  umask: (call) => {
    if (call.argv.length > 1) return refuse(call, 'setting it is not modelled', 2)
    call.out('0022\n')
    return 0
  },
}
