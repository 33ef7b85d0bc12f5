// The shell's engine: a stack of frames, one for each command that is under way, stepped until something has to be waited for. All of it is plain data, so a shell can
// be checkpointed in the middle of a loop.

import { us } from '../base/index.ts'
import type { Context, Pid } from '../kernel/index.ts'
import { stepCase, stepFor, stepIf, stepWhile } from './compound.ts'
import { conditionHolds, TestError } from './cond.ts'
import { attempt, claim, complain, compound, finish, fork, lastCode, nodeOf, push, waitFor, type Step } from './control.ts'
import { relayEnd, subshell } from './exec.ts'
import { arith, expandOne } from './expand.ts'
import { parse } from './parse.ts'
import { startBackground, stepPipe } from './pipeline.ts'
import { printNode } from './print.ts'
import { stepSimple } from './simple.ts'
import { copyFd, currentIo, popFrame, top, type Frame, type ShellState } from './state.ts'
import { Failure } from './words.ts'

/** Steps that may be taken in one instant; then a moment passes, so that an endless loop cannot hold time still. */
const STEPS_AT_ONCE = 40
/** After so many moments without anything else the next are one moment longer, up to so many times. */
const SLOWER_EVERY = 32
const SLOWEST = 16

/** Steps until there is something to wait for, or nothing left to do. */
export function run(ctx: Context, s: ShellState): void {
  s.waiting = 'nothing'
  while (s.exitCode < 0) {
    const frame = top(s)
    if (!frame) return
    if (++s.steps > STEPS_AT_ONCE) {
      s.steps = 0
      s.waiting = 'pause'
      // A loop that does nothing else for long is let run slower and slower: nobody waits for it, and it must not eat the page.
      const slower = Math.min(SLOWEST, 1 + Math.floor(++s.pauses / SLOWER_EVERY))
      ctx.timer('shell', us(ctx.cost('shell.pause') * slower))
      return
    }
    let step: Step
    try {
      step = frame.kind === 'node' ? stepNode(ctx, s, frame) : stepProgram(ctx, s, frame)
    } catch (e) {
      if (!(e instanceof Failure)) throw e
      complain(ctx, s, e.message)
      fail(s, e)
      step = 'on'
    }
    if (step === 'wait') return
  }
}

/** A failure's consequence: this command is over, or the line is, or the shell. */
function fail(s: ShellState, e: Failure): void {
  s.status = e.code
  if (!e.fatal) return finish(s, e.code)
  if (s.interactive) {
    while (s.stack.length > 0) popFrame(s)
    s.status = 1
  } else s.exitCode = e.code
}

function stepProgram(ctx: Context, s: ShellState, frame: Frame): Step {
  const program = parse(frame.src)
  const command = program.commands[frame.pc]
  if (command) {
    frame.pc++
    return push(s, frame, command.node)
  }
  const error = program.error
  if (!error) {
    // An empty program has status 0; otherwise the last command's stands.
    finish(s, program.commands.length === 0 && frame.kind !== 'program' ? 0 : s.status)
    return 'on'
  }
  syntaxError(ctx, s, frame, error)
  return 'on'
}

function syntaxError(ctx: Context, s: ShellState, frame: Frame, error: { message: string; line: number }): void {
  const atEnd = error.message.endsWith('unexpected end of file') && !frame.src.endsWith('\n')
  const line = error.line + (atEnd ? 1 : 0)
  const where = s.numbered
    ? `${s.name}: ${s.command && frame.kind === 'program' ? '-c: ' : frame.kind === 'eval' ? 'eval: ' : ''}line ${line}: `
    : `${s.name}: `
  let text = `${where}${error.message}\n`
  if (s.numbered && error.message.includes('unexpected token')) text += `${where}\`${frame.src.split('\n')[error.line - 1] ?? ''}'\n`
  ctx.write(copyFd(currentIo(s).err), text)
  finish(s, 2)
  s.status = 2
}

function stepNode(ctx: Context, s: ShellState, frame: Frame): Step {
  const node = nodeOf(frame)
  switch (node.k) {
    case 'simple':
      return stepSimple(ctx, s, frame, node)
    case 'pipe':
      return stepPipe(ctx, s, frame, node)
    case 'list': {
      const item = node.items[frame.pc]
      if (!item) {
        finish(s, node.items.length === 0 ? 0 : s.status)
        return 'on'
      }
      frame.pc++
      if (!item.background) return push(s, frame, item.node)
      return startBackground(ctx, s, frame, item.node)
    }
    case 'andor': {
      const item = node.items[frame.pc]
      if (!item) {
        finish(s, s.status)
        return 'on'
      }
      frame.pc++
      if (item.op !== '' && (item.op === '&&') !== (s.status === 0)) return 'on'
      return push(s, frame, item.node, frame.quiet || frame.pc < node.items.length)
    }
    case 'group':
      return compound(ctx, s, frame, node.redirs, () => {
        if (frame.pc++ === 0) return push(s, frame, node.body)
        finish(s, s.status)
        return 'on'
      })
    case 'sub':
      return compound(ctx, s, frame, node.redirs, () => {
        if (frame.pc === 0) return fork(ctx, s, frame)
        if (frame.pc === 1) {
          frame.pc = 2
          return waitFor(ctx, s, frame, [subshell(ctx, s, printNode(parse(frame.src), node.body), currentIo(s))])
        }
        finish(s, lastCode(s, frame))
        return 'on'
      })
    case 'if':
      return compound(ctx, s, frame, node.redirs, () => stepIf(s, frame, node))
    case 'while':
      return compound(ctx, s, frame, node.redirs, () => stepWhile(ctx, s, frame, node))
    case 'for':
      return stepFor(ctx, s, frame, node)
    case 'case':
      return stepCase(ctx, s, frame, node)
    case 'func': {
      s.functions[node.name] = printNode(parse(frame.src), node.body)
      finish(s, 0)
      return 'on'
    }
    case 'cond': {
      s.line = node.line
      const holds = attempt(ctx, s, frame, (env) => {
        try {
          return conditionHolds(ctx, node.words, env)
        } catch (e) {
          if (e instanceof TestError) throw new Failure(`[[: ${e.message}`, false, 2)
          throw e
        }
      })
      if (holds === undefined) return 'wait'
      finish(s, holds ? 0 : 1)
      return 'on'
    }
    case 'arith': {
      s.line = node.line
      const value = attempt(ctx, s, frame, (env) => arith(expandOne(node.expr, env), env))
      if (value === undefined) return 'wait'
      finish(s, value !== 0 ? 0 : 1)
      return 'on'
    }
  }
}

/** A child that was waited for, or a job in the background, has ended. */
export function childEnded(ctx: Context, s: ShellState, pid: Pid, code: number): void {
  if (s.relay?.pid === pid) {
    relayEnd(ctx, s.relay)
    s.relay = null
  }
  if (s.waiting === 'subst' && pid === s.substPid) {
    const frame = top(s)
    const text = ctx.files.read(s.capture) ?? ''
    if (ctx.files.stat(s.capture)) ctx.files.remove(s.capture)
    frame?.subs.push(text)
    s.substStatus = code
    if (interruptedBy(s, code)) return
    return run(ctx, s)
  }
  const frame = top(s)
  if (s.waiting !== 'children' || !frame) return
  const at = frame.pids.indexOf(pid)
  if (at < 0) return
  frame.codes[at] = code
  const next = frame.pids.find((_, i) => frame.codes[i] === -1)
  if (next !== undefined) return claim(ctx, s, frame.pids)
  if (s.interactive) ctx.foreground(ctx.pid)
  if (interruptedBy(s, frame.codes[frame.codes.length - 1] ?? code)) return
  run(ctx, s)
}

/** Ctrl-C ended a child: the whole line ends with it. */
function interruptedBy(s: ShellState, code: number): boolean {
  const was = s.interrupted
  s.interrupted = false
  if (s.ending > 0) s.exitCode = s.ending
  else if (code !== 130 || (!was && !s.interactive)) return false
  else abort(s, 130)
  s.waiting = 'nothing'
  return true
}

/** Drops everything under way. */
export function abort(s: ShellState, status: number): void {
  while (s.stack.length > 0) popFrame(s)
  s.status = status
  if (!s.interactive) s.exitCode = status
}
