// What a terminal needs of the page's session: small, so that an embedding or a test can give it something else.

import type { Micros, World } from '../../sim/index.ts'

export interface TerminalSession {
  readonly world: World
  /** Names of all terminals, in the order of their tabs. */
  readonly terminals: readonly string[]
  openTerminal(name?: string): string
  type(terminal: string, line: string): void
  control(terminal: string, key: 'C' | 'D'): void
  seek(at: Micros): void
}
