// Command history: its listing, and `!!`, `!n`, `!word` in a line typed.

import type { List } from '../base/index.ts'

export const HISTORY_KEPT = 500

/** As `history` prints it: the number of a line counts from the shell's start. */
export function historyLines(history: List<string>, last: number): string {
  let text = ''
  for (let i = Math.max(history.start, history.end - last); i < history.end; i++)
    text += `${String(i + 1).padStart(5)}  ${history.at(i)!}\n`
  return text
}

/** The line with its history references filled in; `missing` names one that nothing answers. */
export function expandHistory(line: string, history: List<string>): { line: string; changed: boolean } | { missing: string } {
  if (!line.includes('!')) return { line, changed: false }
  let out = ''
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (c === '\\') {
      out += c + (line[++i] ?? '')
      continue
    }
    if (quote === '' && c === "'") quote = c
    else if (quote === c && c === "'") quote = ''
    const reference = c === '!' && quote === '' ? /^!(?:!|-?\d+|[A-Za-z./][^\s;|&()<>"']*)/.exec(line.slice(i))?.[0] : undefined
    if (reference === undefined || out.endsWith('$') || out.endsWith('{')) {
      out += c
      continue
    }
    const found = look(reference.slice(1), history)
    if (found === undefined) return { missing: reference }
    out += found
    i += reference.length - 1
  }
  return { line: out, changed: out !== line }
}

function look(what: string, history: List<string>): string | undefined {
  if (what === '!') return history.last()
  if (/^-?\d+$/.test(what)) {
    const n = Number(what)
    return history.at(n < 0 ? history.end + n : n - 1)
  }
  for (let i = history.end - 1; i >= history.start; i--) if (history.at(i)!.startsWith(what)) return history.at(i)
  return undefined
}
