// Simple commands: assignments, functions, builtins, programs.

import { DiskError, type Context, type Pid } from '../kernel/index.ts'
import type { Node } from './ast.ts'
import { BUILTINS } from './builtins.ts'
import { attempt, complain, finish, fork, lastCode, opening, pushFrame, waitFor, type Step } from './control.ts'
import { isShell, launch, lookUp, type Target } from './exec.ts'
import { expandFields, expandOne } from './expand.ts'
import { copyFd, currentIo, exportedEnv, newFrame, pathOf, setVar, type Frame, type Io, type ShellState } from './state.ts'
import { expandRedirs, Failure, type Ready } from './words.ts'

export function stepSimple(ctx: Context, s: ShellState, frame: Frame, node: Node & { k: 'simple' }): Step {
  if (frame.pc === 0) {
    s.line = node.line
    const ready = attempt(ctx, s, frame, (env, overlay) => {
      const words = expandFields(node.words, env)
      const redirs = expandRedirs(node.redirs, env)
      const assigns = node.assigns.map((a) => {
        const value = (a.append ? (env.get(a.name) ?? '') : '') + expandOne(a.value, env, true)
        overlay[a.name] = value
        return { name: a.name, value }
      })
      // Before a command they are the command's alone.
      for (const a of assigns) delete overlay[a.name]
      return { words, redirs, assigns }
    })
    if (ready === undefined) return 'wait'
    trace(ctx, s, ready.words, ready.assigns)
    return begin(ctx, s, frame, ready)
  }
  if (frame.pc === 1) {
    // The fork is done.
    frame.pc = 2
    const target = lookUp(ctx, pathOf(s), frame.words[0]!)
    const pid = start(ctx, s, target, frame.words, frame.assigns, currentIo(s), {})
    if (pid === undefined) complain(ctx, s, `${frame.words[0]}: cannot run here`)
    return waitFor(ctx, s, frame, [pid])
  }
  finish(s, lastCode(s, frame))
  return 'on'
}

function trace(ctx: Context, s: ShellState, words: readonly string[], assigns: readonly { name: string; value: string }[]): void {
  if (!s.options.includes('x')) return
  const show = (w: string) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(w) ? w : `'${w.replace(/'/g, "'\\''")}'`)
  const all = [...assigns.map((a) => `${a.name}=${a.value === '' ? '' : show(a.value)}`), ...words.map(show)]
  if (all.length > 0) ctx.write(copyFd(currentIo(s).err), `+ ${all.join(' ')}\n`)
}

function begin(
  ctx: Context,
  s: ShellState,
  frame: Frame,
  ready: { words: string[]; redirs: Ready[]; assigns: { name: string; value: string }[] },
): Step {
  const { words, redirs, assigns } = ready
  const io = opening(ctx, s, frame, redirs)
  const name = words[0]
  if (name === undefined) {
    for (const a of assigns) if (!setVar(s, a.name, a.value)) throw new Failure(`${a.name}: readonly variable`, true)
    finish(s, frame.subs.length > 0 ? s.substStatus : 0)
    return 'on'
  }
  frame.io = io
  if (Object.hasOwn(s.functions, name)) return call(s, frame, words, assigns)
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined
  if (builtin) {
    const saved = assigns.map((a) => ({ name: a.name, value: Object.hasOwn(s.vars, a.name) ? { ...s.vars[a.name]! } : null }))
    for (const a of assigns) setVar(s, a.name, a.value)
    frame.locals = saved
    frame.words = words
    let refused: DiskError | undefined
    const writer = (to: Io['out']) => (text: string) => {
      try {
        ctx.write(copyFd(to), text)
      } catch (error) {
        if (!(error instanceof DiskError)) throw error
        refused = error
      }
    }
    let result = builtin({ ctx, s, frame, argv: words, io, out: writer(io.out), err: writer(io.err) })
    if (refused !== undefined) {
      if (io.err.kind !== 'file') complain(ctx, s, `${name}: write error: ${refused.reason}`, io)
      if (typeof result === 'number') result = 1
    }
    if (result === 'wait') {
      frame.pc = 2
      return 'wait'
    }
    // `exit`, `break` and the like have already changed the stack.
    if (result === 'gone') return 'on'
    if (result === 'again') return 'on'
    finish(s, result)
    return 'on'
  }
  const target = lookUp(ctx, pathOf(s), name)
  if (target.t === 'error') {
    complain(ctx, s, target.message, io)
    finish(s, target.code)
    return 'on'
  }
  frame.words = words
  frame.assigns = assigns
  return fork(ctx, s, frame)
}

/** Runs a function: its body is a program of its own, with the words as its parameters. */
function call(s: ShellState, frame: Frame, words: readonly string[], assigns: readonly { name: string; value: string }[]): Step {
  const inner = newFrame('call', s.functions[words[0]!]!, -1, frame.quiet)
  inner.savedArgs = s.args.slice()
  inner.locals = assigns.map((a) => ({ name: a.name, value: Object.hasOwn(s.vars, a.name) ? { ...s.vars[a.name]! } : null }))
  for (const a of assigns) setVar(s, a.name, a.value)
  s.args = words.slice(1)
  // The command's own frame waits below with its streams; when the body is done it finishes with its status.
  frame.pc = 2
  frame.codes = []
  pushFrame(s, inner)
  return 'on'
}

/** Starts a program or a script; undefined when it cannot run here. */
export function start(
  ctx: Context,
  s: ShellState,
  target: Target,
  words: readonly string[],
  assigns: readonly { name: string; value: string }[],
  io: Io,
  more: { pipeIn?: Io['out']; background?: boolean },
): Pid | undefined {
  const env = assigns.length > 0 ? { ...exportedEnv(s), ...Object.fromEntries(assigns.map((a) => [a.name, a.value])) } : undefined
  const common = { ...(env ? { env } : {}), in: io.in, out: io.out, err: io.err, ...more }
  if (target.t === 'program') return launch(ctx, s, { argv: [target.argv0, ...words.slice(1)], ...common })
  if (target.t === 'script') {
    return launch(ctx, s, {
      ...(isShell(target.interpreter) ? { kind: 'shell' } : {}),
      argv: [target.interpreter, target.path, ...words.slice(1)],
      ...common,
    })
  }
  return undefined
}
