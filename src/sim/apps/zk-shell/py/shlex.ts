// shlex.split in POSIX mode (CPython's Lib/shlex.py): words, quotes, backslashes. Comments are not special.

import { ValueError } from './text.ts'

/** Throws ValueError: `No closing quotation`, `No escaped character`. */
export function shlexSplit(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const ch = line[i]!
    if (quote !== '') {
      if (ch === quote) quote = ''
      else if (ch === '\\' && quote === '"') {
        const next = line[++i]
        if (next === undefined) throw new ValueError('No escaped character')
        word += next === '"' || next === '\\' ? next : '\\' + next
      } else word += ch
    } else if (ch === '\\') {
      const next = line[++i]
      if (next === undefined) throw new ValueError('No escaped character')
      word = (word ?? '') + next
    } else if (ch === "'" || ch === '"') {
      quote = ch
      word ??= ''
    } else if (' \t\r\n'.includes(ch)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + ch
  }
  if (quote !== '') throw new ValueError('No closing quotation')
  if (word !== undefined) words.push(word)
  return words
}
