// What a builtin is handed, and what it answers.

import type { Context } from '../kernel/index.ts'
import { newFrame, type Frame, type Io, type ShellState } from './state.ts'

export interface Call {
  readonly ctx: Context
  readonly s: ShellState
  readonly frame: Frame
  readonly argv: readonly string[]
  readonly io: Io
  out(text: string): void
  err(text: string): void
}

/** A status; or `wait`: the frame goes on when what is waited for comes; or `gone`: the stack has changed; or `again`: a program was pushed above the frame. */
export type Outcome = number | 'wait' | 'gone' | 'again'
export type Builtin = (call: Call) => Outcome

/** `bash: NAME: MESSAGE`, and a status. */
export function refuse(call: Call, message: string, status = 1): number {
  const { s, argv } = call
  call.err(`${s.numbered ? `${s.name}: line ${s.line}` : s.name}: ${argv[0]}: ${message}\n`)
  return status
}

/** Runs text as if it stood here. */
export function runText(call: Call, kind: 'eval' | 'source', text: string, args: readonly string[] | undefined): Outcome {
  const frame = newFrame(kind, text, -1, call.frame.quiet)
  if (args) {
    frame.savedArgs = call.s.args.slice()
    call.s.args = args.slice()
  }
  call.frame.pc = 2
  call.frame.codes = []
  call.s.stack.push(frame)
  return 'again'
}
