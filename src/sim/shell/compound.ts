// The steps of if, while, for and case.

import type { Context } from '../kernel/index.ts'
import type { Node } from './ast.ts'
import { attempt, compound, finish, push, type Step } from './control.ts'
import { expandFields, expandOne, expandPieces } from './expand.ts'
import { compilePattern, matches } from './pattern.ts'
import { setVar, type Frame, type ShellState } from './state.ts'
import { Failure } from './words.ts'

/** Rounds of a loop after which the next is its own root cause. */
const ROUNDS_IN_CHAIN = 32

export function stepIf(s: ShellState, frame: Frame, node: Node & { k: 'if' }): Step {
  // pc counts: condition of arm 0, its verdict, condition of arm 1... A taken branch jumps past the end.
  const end = node.arms.length * 2 + 1
  if (frame.pc > end) {
    finish(s, s.status)
    return 'on'
  }
  const arm = node.arms[frame.pc >> 1]
  if (frame.pc % 2 === 0 && arm) {
    frame.pc++
    return push(s, frame, arm.cond, true)
  }
  if (arm) {
    if (s.status !== 0) {
      frame.pc++
      return 'on'
    }
    frame.pc = end + 1
    return push(s, frame, arm.body)
  }
  frame.pc = end + 1
  if (node.otherwise !== undefined) return push(s, frame, node.otherwise)
  s.status = 0
  return 'on'
}

export function stepWhile(ctx: Context, s: ShellState, frame: Frame, node: Node & { k: 'while' }): Step {
  switch (frame.pc) {
    case 0:
      frame.pc = 1
      return push(s, frame, node.cond, true)
    case 1:
      if ((s.status === 0) === node.until) {
        finish(s, frame.codes[0] ?? 0)
        return 'on'
      }
      frame.pc = 2
      return push(s, frame, node.body)
    default:
      frame.codes = [s.status]
      frame.pc = 0
      return nextRound(ctx, s, frame)
  }
}

/** A long loop's rounds happen by themselves: each begins a chain of causes of its own. */
function nextRound(ctx: Context, s: ShellState, frame: Frame): Step {
  if (++frame.i % ROUNDS_IN_CHAIN !== 0) return 'on'
  s.waiting = 'pause'
  ctx.timer('shell', ctx.cost('shell.pause'), { periodic: 'shell: the next rounds of a loop' })
  return 'wait'
}

export function stepFor(ctx: Context, s: ShellState, frame: Frame, node: Node & { k: 'for' }): Step {
  return compound(ctx, s, frame, node.redirs, () => {
    if (frame.pc === 0) {
      const words = node.words ? attempt(ctx, s, frame, (env) => expandFields(node.words!, env)) : s.args.slice()
      if (words === undefined) return 'wait'
      frame.words = words
      frame.pc = 1
      s.status = 0
      return 'on'
    }
    const at = frame.pc - 1
    const value = frame.words[at]
    if (value === undefined) {
      finish(s, s.status)
      return 'on'
    }
    frame.pc++
    if (!setVar(s, node.name, value)) throw new Failure(`${node.name}: readonly variable`, true)
    if (at > 0 && nextRound(ctx, s, frame) === 'wait') {
      push(s, frame, node.body)
      return 'wait'
    }
    return push(s, frame, node.body)
  })
}

export function stepCase(ctx: Context, s: ShellState, frame: Frame, node: Node & { k: 'case' }): Step {
  return compound(ctx, s, frame, node.redirs, () => {
    if (frame.pc === 1) {
      finish(s, s.status)
      return 'on'
    }
    const arm = attempt(ctx, s, frame, (env) => {
      const text = expandOne(node.word, env)
      return node.arms.findIndex((a) => a.patterns.some((p) => matches(compilePattern(expandPieces(p, env)), text)))
    })
    if (arm === undefined) return 'wait'
    frame.pc = 1
    s.status = 0
    return arm < 0 ? 'on' : push(s, frame, node.arms[arm]!.body)
  })
}
