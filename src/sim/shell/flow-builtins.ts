// Builtins that change where the shell goes on: exit, break, continue, return.

import { refuse, type Builtin, type Call } from './call.ts'
import { parse } from './parse.ts'
import { popFrame, type Frame } from './state.ts'

const exit: Builtin = (call) => {
  const { s, argv } = call
  if (s.interactive) call.ctx.write({ ...s.base.err }, 'exit\n')
  if (argv.length > 2 && /^-?\d+$/.test(argv[1]!)) return refuse(call, 'too many arguments')
  const code = argv[1]
  if (code !== undefined && !/^-?\d+$/.test(code)) {
    refuse(call, `${code}: numeric argument required`)
    s.exitCode = 2
  } else s.exitCode = code === undefined ? s.status : ((Number(code) % 256) + 256) % 256
  return 'gone'
}

/** Pops frames down to a loop around this command, `count` loops out; false when there is none. */
function leaveLoops(call: Call, count: number, again: boolean): boolean {
  const { s } = call
  const isLoop = (f: Frame) => f.kind === 'node' && ['for', 'while'].includes(parse(f.src).nodes[f.node]!.k)
  let at = -1
  for (let i = s.stack.length - 1, left = count; i >= 0 && left > 0; i--) {
    const frame = s.stack[i]!
    if (frame.kind === 'call' || frame.kind === 'source') break
    if (isLoop(frame)) {
      at = i
      left--
    }
  }
  if (at < 0) return false
  while (s.stack.length > at + 1) popFrame(s)
  const loop = s.stack[at]!
  const node = parse(loop.src).nodes[loop.node]!
  s.status = 0
  if (node.k === 'while') {
    loop.codes = [0]
    if (again) loop.pc = 0
    else {
      // As if its condition had just said no.
      loop.pc = 1
      s.status = node.until ? 0 : 1
    }
  } else if (!again) loop.pc = loop.words.length + 1
  return true
}
const loopControl =
  (again: boolean): Builtin =>
  (call) => {
    const count = Number(call.argv[1] ?? 1)
    if (!Number.isInteger(count)) return refuse(call, `${call.argv[1]}: numeric argument required`, 128)
    if (count < 1) return refuse(call, `${count}: loop count out of range`)
    if (leaveLoops(call, count, again)) return 'gone'
    return refuse(call, "only meaningful in a `for', `while', or `until' loop", 0)
  }

const returnBuiltin: Builtin = (call) => {
  const { s, argv } = call
  let at = s.stack.length - 1
  while (at >= 0 && s.stack[at]!.kind !== 'call' && s.stack[at]!.kind !== 'source') at--
  if (at < 0) return refuse(call, "can only `return' from a function or sourced script", 2)
  if (argv[1] !== undefined && !/^-?\d+$/.test(argv[1])) {
    refuse(call, `${argv[1]}: numeric argument required`)
    s.status = 2
  } else if (argv[1] !== undefined) s.status = ((Number(argv[1]) % 256) + 256) % 256
  while (s.stack.length > at + 1) popFrame(s)
  const frame = s.stack[at]!
  // As if its program had come to its end.
  frame.src = ':'
  frame.pc = 1
  return 'gone'
}

export const flowBuiltins: Readonly<Record<string, Builtin>> = {
  exit,
  logout: exit,
  return: returnBuiltin,
  break: loopControl(false),
  continue: loopControl(true),
}
