// The argument parsing of zk-shell's commands: argparse with positional parameters only (xcmd's ShellParser over CPython's Lib/argparse.py).

import { shlexSplit } from './shlex.ts'
import { reprText, toFloat, toInt, ValueError } from './text.ts'

/** A parameter of a command, in order. */
export type Param =
  | { readonly kind: 'required'; readonly label: string }
  | { readonly kind: 'int'; readonly label: string }
  | { readonly kind: 'float'; readonly label: string }
  | { readonly kind: 'optional'; readonly label: string; readonly default: string }
  | { readonly kind: 'optionalInt'; readonly label: string; readonly default: number }
  | { readonly kind: 'flag'; readonly label: string; readonly default: boolean }
  | { readonly kind: 'many'; readonly label: string }
  | { readonly kind: 'any'; readonly label: string }

export const required = (label: string): Param => ({ kind: 'required', label })
export const integer = (label: string): Param => ({ kind: 'int', label })
export const float = (label: string): Param => ({ kind: 'float', label })
export const optional = (label: string, fallback = ''): Param => ({ kind: 'optional', label, default: fallback })
export const optionalInt = (label: string, fallback = 0): Param => ({ kind: 'optionalInt', label, default: fallback })
export const flag = (label: string, fallback = false): Param => ({ kind: 'flag', label, default: fallback })
export const many = (label: string): Param => ({ kind: 'many', label })
export const any = (label: string): Param => ({ kind: 'any', label })

export type Values = Record<string, string | number | boolean | readonly string[]>

/** `<path> watch <sep>`: what a usage block names as expected. */
export const expected = (params: readonly Param[]): string =>
  params.map((p) => (p.kind === 'optional' ? `<${p.label}>` : p.label)).join(' ')

const PATTERN: Readonly<Record<Param['kind'], string>> = {
  required: '(-*A-*)',
  int: '(-*A-*)',
  float: '(-*A-*)',
  optional: '(-*A?-*)',
  optionalInt: '(-*A?-*)',
  flag: '(-*A?-*)',
  many: '(-*A[A-]*)',
  any: '(-*[A-]*)',
}

/** Is a word taken for an option? Negative numbers, words with blanks and a bare dash are not. */
function isOption(word: string): boolean {
  if (!word.startsWith('-') || word === '-') return false
  if (word === '-h' || (word.startsWith('--') && word.length > 2 && '--help'.startsWith(word.split('=')[0]!))) return true
  return !/^-\d+$|^-\d*\.\d+$/.test(word) && !word.includes(' ')
}

const isHelp = (word: string): boolean => word === '-h' || (word.startsWith('--') && '--help'.startsWith(word))

/** Thrown as ValueError with what follows `Wrong params: `. */
export class ParamsError extends ValueError {}

/** Parses a command's words. Throws ParamsError where the real one shows its usage, ValueError for quotes. */
export function parseParams(params: readonly Param[], line: string): Values {
  const fail = (why: string): never => {
    throw new ParamsError(`Wrong params: ${why}, expected: ${expected(params)}`)
  }
  const words = shlexSplit(line)
  const dashes = words.indexOf('--')
  const pattern = words.map((word, i) => (dashes >= 0 && i >= dashes ? (i === dashes ? '-' : 'A') : isOption(word) ? 'O' : 'A')).join('')
  const values: Values = {}
  for (const p of params) if ('default' in p) values[p.label] = p.default
  let rest = [...params]
  const seen = new Set<string>()
  const extras: string[] = []

  const take = (p: Param, given: readonly string[]): void => {
    seen.add(p.label)
    const words = given.filter((word, i) => !(word === '--' && given.indexOf('--') === i))
    if (p.kind === 'many' || p.kind === 'any') values[p.label] = words
    else if (words.length > 0) {
      const word = words[0]!
      if (p.kind === 'flag') values[p.label] = word.slice(word.lastIndexOf('=') + 1).toLowerCase() === 'true'
      else if (p.kind === 'int' || p.kind === 'optionalInt') {
        values[p.label] = toInt(word) ?? fail(`argument ${p.label}: invalid int value: ${reprText(word)}`)
      } else if (p.kind === 'float') values[p.label] = toFloat(word) ?? fail(`argument ${p.label}: invalid float value: ${reprText(word)}`)
      else values[p.label] = word
    }
  }
  const consume = (start: number): number => {
    for (let n = rest.length; n > 0; n--) {
      const match = new RegExp(
        '^' +
          rest
            .slice(0, n)
            .map((p) => PATTERN[p.kind])
            .join(''),
      ).exec(pattern.slice(start))
      if (!match) continue
      let at = start
      for (let i = 0; i < n; i++) {
        const length = match[i + 1]!.length
        take(rest[i]!, words.slice(at, at + length))
        at += length
      }
      rest = rest.slice(n)
      return at
    }
    return start
  }

  let start = 0
  const lastOption = pattern.lastIndexOf('O')
  while (start <= lastOption) {
    const next = pattern.indexOf('O', start)
    if (start !== next) {
      const end = consume(start)
      if (end > start) {
        start = end
        continue
      }
      extras.push(...words.slice(start, next))
      start = next
    }
    // `--help` is known and does nothing; nothing else is.
    if (!isHelp(words[start]!)) extras.push(words[start]!)
    start++
  }
  extras.push(...words.slice(consume(start)))
  const missing = params.filter((p) => !seen.has(p.label) && ['required', 'int', 'float', 'many'].includes(p.kind)).map((p) => p.label)
  if (missing.length > 0) fail(`the following arguments are required: ${missing.join(', ')}`)
  if (extras.length > 0) fail(`unrecognized arguments: ${extras.join(' ')}`)
  for (const p of params) if (p.kind === 'any') values[p.label] ??= []
  return values
}
