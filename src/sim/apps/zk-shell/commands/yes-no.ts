// Questions that are answered by y or n.

import type { Cmd } from '../asks.ts'
import { Exit, show, type Sh } from '../sh.ts'

const YES = ['y', 'yes', 't', 'true', 'on', '1']
const NO = ['n', 'no', 'f', 'false', 'off', '0']

/** Asks until the answer is one. The end of input is not one, and ends the shell as an uncaught EOFError does. */
export function* yesNo(sh: Sh, question: string): Cmd<boolean> {
  for (;;) {
    show(sh, `${question} [y/n]: `, '')
    const line = (yield { ask: 'line', prompt: '' }) as string | null
    if (line === null) {
      sh.io.printError('EOFError: EOF when reading a line\n')
      throw new Exit(1)
    }
    const word = line.toLowerCase()
    if (YES.includes(word)) return true
    if (NO.includes(word)) return false
    show(sh, "Please respond with 'y' or 'n'.")
  }
}
