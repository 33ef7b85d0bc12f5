// POSIX regular expressions, basic and extended, as the language's own.

const CLASSES: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z', digit: '0-9', alnum: 'A-Za-z0-9', upper: 'A-Z', lower: 'a-z', space: ' \\t\\n\\r\\f\\v', blank: ' \\t', punct: '!-\\/:-@\\[-`{-~', xdigit: '0-9A-Fa-f', print: ' -~', graph: '!-~', cntrl: '\\x00-\\x1f\\x7f',
} // prettier-ignore

export class RegexError extends Error {}

const escapeLiteral = (c: string): string => (/[.*+?^${}()|[\]\\/]/.test(c) ? '\\' + c : c)

/** The source of an equivalent RegExp. Throws RegexError with GNU's words. */
export function translate(pattern: string, kind: 'basic' | 'extended' | 'fixed'): string {
  if (kind === 'fixed') return [...pattern].map(escapeLiteral).join('')
  let out = ''
  let i = 0
  let open = 0
  // In a basic expression `*` is literal at the start of (a group of) it.
  let start = true
  while (i < pattern.length) {
    const c = pattern[i]!
    const n = pattern[i + 1]
    const first = start
    start = false
    if (c === '[') {
      const set = bracket(pattern, i)
      out += set.text
      i = set.end
      continue
    }
    if (c === '\\') {
      if (n === undefined) throw new RegexError('Trailing backslash')
      i += 2
      if (kind === 'basic' && '(){}|+?'.includes(n)) {
        if (n === '(') {
          open++
          start = true
        } else if (n === ')' && --open < 0) throw new RegexError('Unmatched ) or \\)')
        else if (n === '|') start = true
        out += n
      } else if (/[1-9]/.test(n)) out += `\\${n}`
      else if (n === '<' || n === '>') out += n === '<' ? '\\b(?=\\w)' : '\\b(?<=\\w)'
      else if ('wWsSbB'.includes(n)) out += '\\' + n
      else if (n === 'n') out += '\\n'
      else if (n === 't') out += '\\t'
      else out += escapeLiteral(n)
      continue
    }
    i++
    if (c === '*') out += first && kind === 'basic' ? '\\*' : '*'
    else if (c === '.') out += '[^\\n]'
    else if (c === '^') {
      out += kind === 'extended' || first ? '^' : '\\^'
      if (first) start = true
    } else if (c === '$')
      out += kind === 'extended' || i === pattern.length || pattern.startsWith('\\)', i) || pattern.startsWith('\\|', i) ? '$' : '\\$'
    else if (kind === 'extended' && '(){}|+?'.includes(c)) {
      if (c === '(') open++
      else if (c === ')' && --open < 0) throw new RegexError('Unmatched ) or \\)')
      if (c === '{' && !/^\d*,?\d*\}/.test(pattern.slice(i))) out += '\\{'
      else out += c
    } else out += escapeLiteral(c)
  }
  if (open > 0) throw new RegexError('Unmatched ( or \\(')
  return out
}

function bracket(pattern: string, from: number): { text: string; end: number } {
  let i = from + 1
  let out = '['
  if (pattern[i] === '^') {
    out += '^'
    i++
  }
  for (let first = true; ; first = false) {
    const c = pattern[i]
    if (c === undefined) throw new RegexError('Unmatched [, [^, [:, [., or [=')
    if (c === ']' && !first) return { text: out + ']', end: i + 1 }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(i))
    if (named) {
      if (!Object.hasOwn(CLASSES, named[1]!)) throw new RegexError('Invalid character class name')
      out += CLASSES[named[1]!]
      i += named[0].length
    } else {
      out += c === '-' ? (pattern[i + 1] === ']' || first ? '\\-' : '-') : /[\]\\^[]/.test(c) ? '\\' + c : c
      i++
    }
  }
}

export function compile(pattern: string, kind: 'basic' | 'extended' | 'fixed', flags = ''): RegExp {
  const source = translate(pattern, kind)
  try {
    return new RegExp(source, flags)
  } catch {
    throw new RegexError('Invalid regular expression')
  }
}
