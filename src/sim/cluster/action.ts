// What a person does: the only input of a run after its scenario. The letters are those of a recording's lines.

import type { Micros } from '../base/index.ts'

export interface Action {
  readonly at: Micros
  readonly terminal: string
  /** `$` a command line for the terminal's shell, `>` a line for what runs there, `^` a control key (C, D), `!` a click: a command line of its own, in no terminal. */
  readonly kind: '$' | '>' | '^' | '!'
  readonly text: string
}
