// A pasted block: as many actions as it has lines, the rest is left in the line being edited. What is too large is refused as a whole, in words.

import { ACTION_TEXT_LIMIT } from '../../sim/index.ts'

/** Lines that one paste may enter. */
export const PASTE_LINES_LIMIT = 500

export type Pasted =
  | {
      readonly ok: true
      /** Lines to enter, in order. */ readonly lines: readonly string[]
      /** What stays in the line being edited. */ readonly rest: string
    }
  | { readonly ok: false; readonly reason: string }

/** A count with its thousands apart, without the locale. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ')

// What a terminal would take as keys or as commands to itself.
// eslint-disable-next-line no-control-regex
const CONTROLS = /\x1b\[20[01]~|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g

/** Splits what is pasted at the cursor of a line into the lines that enter. */
export function paste(before: string, after: string, block: string): Pasted {
  if (block.length > ACTION_TEXT_LIMIT) {
    return {
      ok: false,
      reason: `Nothing was pasted: it has ${grouped(block.length)} characters, and at most ${grouped(ACTION_TEXT_LIMIT)} go in at once.`,
    }
  }
  const parts = block.replace(/\r\n?/g, '\n').replace(CONTROLS, '').split('\n')
  if (parts.length - 1 > PASTE_LINES_LIMIT) {
    return {
      ok: false,
      reason: `Nothing was pasted: it has ${grouped(parts.length)} lines, and at most ${PASTE_LINES_LIMIT} go in at once.`,
    }
  }
  const last = parts.pop()!
  if (parts.length === 0) return { ok: true, lines: [], rest: last }
  // As in a terminal: what stands before the cursor begins the first line, and what stands after it stays.
  parts[0] = before + parts[0]!
  return { ok: true, lines: parts, rest: last + after }
}

/** The text as an action may carry it, or why it may not. */
export const tooLong = (text: string): string | undefined =>
  text.length > ACTION_TEXT_LIMIT
    ? `Not entered: the line has ${grouped(text.length)} characters, and at most ${grouped(ACTION_TEXT_LIMIT)} are taken.`
    : undefined
