// Pipelines, and commands in the background.

import type { Context, Pid } from '../kernel/index.ts'
import type { Node } from './ast.ts'
import { BUILTINS } from './builtins.ts'
import { finish, fork, lastCode, push, waitFor, type Step } from './control.ts'
import { lookUp, subshell } from './exec.ts'
import { expandFields } from './expand.ts'
import { addJob, jobText } from './jobs.ts'
import { parse } from './parse.ts'
import { printNode } from './print.ts'
import { start } from './simple.ts'
import { copyFd, copyIn, currentIo, pathOf, type Frame, type Io, type ShellState } from './state.ts'
import { applyRedirs, expanding, expandRedirs, Failure, isMissing } from './words.ts'

export function stepPipe(ctx: Context, s: ShellState, frame: Frame, node: Node & { k: 'pipe' }): Step {
  if (node.items.length === 1) {
    if (frame.pc++ === 0) {
      frame.startedAt = ctx.now
      return push(s, frame, node.items[0]!, frame.quiet || node.negate)
    }
  } else {
    if (frame.pc === 0) {
      frame.startedAt = ctx.now
      return fork(ctx, s, frame)
    }
    if (frame.pc === 1) {
      frame.pc = 2
      return waitFor(ctx, s, frame, launchPipeline(ctx, s, frame.src, node.items, currentIo(s), false))
    }
    s.status = s.pipefail ? (frame.codes.filter((c) => c !== 0).pop() ?? 0) : lastCode(s, frame)
  }
  if (node.time) ctx.write(copyFd(currentIo(s).err), timeText(ctx.now - frame.startedAt))
  finish(s, node.negate ? (s.status === 0 ? 1 : 0) : s.status)
  return 'on'
}

function timeText(us: number): string {
  const total = Math.floor(us / 1000)
  const show = (t: number) => `${Math.floor(t / 60000)}m${Math.floor(t / 1000) % 60}.${String(t % 1000).padStart(3, '0')}s`
  return `\nreal\t${show(total)}\nuser\t${show(0)}\nsys\t${show(0)}\n`
}

/** Builtins that are programs too: in a pipeline the program runs. */
const ALSO_PROGRAMS = new Set(['echo', 'printf', 'true', 'false', 'test', '[', 'pwd', 'help'])

/** Starts the commands of a pipeline, each with its pipe. */
function launchPipeline(
  ctx: Context,
  s: ShellState,
  src: string,
  items: readonly number[],
  io: Io,
  background: boolean,
): (Pid | undefined)[] {
  let pipeIn: Io['out'] | undefined
  return items.map((item, i) => {
    const last = i === items.length - 1
    const out = last ? io.out : ctx.pipe()
    const mine: Io = { in: pipeIn ? { k: 'own' } : copyIn(io.in), out: copyFd(out), err: copyFd(io.err) }
    const more = { ...(pipeIn ? { pipeIn } : {}), ...(background ? { background } : {}) }
    pipeIn = out
    return direct(ctx, s, src, item, mine, more) ?? subshell(ctx, s, printNode(parse(src), item), mine, more)
  })
}

/** An external command without anything that needs a shell is started without one. */
function direct(
  ctx: Context,
  s: ShellState,
  src: string,
  item: number,
  io: Io,
  more: { pipeIn?: Io['out']; background?: boolean },
): Pid | undefined {
  const node = parse(src).nodes[item]!
  if (node.k !== 'simple' || node.words.length === 0 || node.assigns.length > 0 || s.options !== '') return undefined
  if (node.words.some((w) => w.some((p) => p.t === 'cmd' || p.t === 'arith' || (p.t === 'var' && p.op !== undefined)))) return undefined
  try {
    const ready = expanding(ctx, s, { subs: [] }, (env) => ({
      words: expandFields(node.words, env),
      redirs: expandRedirs(node.redirs, env),
    }))
    if (isMissing(ready)) return undefined
    const name = ready.words[0]
    if (name === undefined || Object.hasOwn(s.functions, name) || (Object.hasOwn(BUILTINS, name) && !ALSO_PROGRAMS.has(name)))
      return undefined
    const target = lookUp(ctx, pathOf(s), name)
    if (target.t === 'error') return undefined
    const first = s.nextText
    const redirected = applyRedirs(ctx, s, ready.redirs, io)
    // A redirected input takes the pipe's place.
    const keepsPipe = redirected.in.k === 'own'
    const pid = start(ctx, s, target, ready.words, [], redirected, {
      ...(keepsPipe && more.pipeIn ? { pipeIn: more.pipeIn } : {}),
      ...(more.background ? { background: true } : {}),
    })
    for (let id = first; id < s.nextText; id++) delete s.texts[id]
    return pid
  } catch (e) {
    if (e instanceof Failure) return undefined
    throw e
  }
}

export function startBackground(ctx: Context, s: ShellState, frame: Frame, item: number): Step {
  const program = parse(frame.src)
  const node = program.nodes[item]!
  const items = node.k === 'pipe' && !node.negate && !node.time ? node.items : [item]
  const pids = launchPipeline(ctx, s, frame.src, items, currentIo(s), true).map((p) => p ?? 0)
  const job = addJob(s, pids, jobText(printNode(program, item)))
  s.lastBackground = pids[pids.length - 1] ?? 0
  if (s.interactive) ctx.write(copyFd(s.base.err), `[${job}] ${s.lastBackground}\n`)
  s.status = 0
  return 'on'
}
