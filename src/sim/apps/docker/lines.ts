// docker-compose's progress lines: one an object, written first without a status, then rewritten in place when its own operation ends
// (docker/compose at 1.24.1: compose/parallel.py).

import type { Context } from '../../kernel/index.ts'

export interface Line {
  readonly text: string
  done: boolean
}
/** A table of progress lines, in the order they were written. */
export interface Lines {
  rows: Line[]
  width: number
}

const GREEN = '\u001b[32m'
const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'

/** Writes all lines of a command at once; without a message the names are whole texts. */
export function writeLines(ctx: Context, message: string, names: readonly string[]): Lines {
  const texts = names.map((name) => (message === '' ? name : `${message} ${name}`))
  const width = Math.max(0, ...texts.map((t) => t.length))
  for (const text of texts) ctx.printError(`${text.padEnd(width)} ... ${isTty(ctx) ? '\r' : ''}\n`)
  return { rows: texts.map((text) => ({ text, done: false })), width }
}

/** Rewrites one line with its status; where there is no terminal, writes it again. */
export function finishLine(ctx: Context, lines: Lines, index: number, ok: boolean): void {
  const row = lines.rows[index]
  if (!row || row.done) return
  row.done = true
  const status = ok ? 'done' : 'error'
  if (!isTty(ctx)) {
    ctx.printError(`${row.text.padEnd(lines.width)} ... ${status}\n`)
    return
  }
  const up = lines.rows.length - index
  ctx.printError(`\u001b[${up}A\u001b[2K\r${row.text.padEnd(lines.width)} ... ${ok ? GREEN : RED}${status}${PLAIN}\r\u001b[${up}B`)
}

const isTty = (ctx: Context): boolean => ctx.stderr.kind === 'terminal'

/** `WARNING:` and `ERROR:` lines go to standard error, their word in colour. */
export function error(ctx: Context, text: string): void {
  ctx.printError(`${isTty(ctx) ? RED : ''}ERROR${isTty(ctx) ? PLAIN : ''}: ${text}\n`)
}
