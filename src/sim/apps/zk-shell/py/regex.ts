// Python regular expressions as far as `find` and `grep` need them: translated to the host's, with Python's words for what is wrong with one.

/** A compiled pattern, or why Python would refuse it. */
export type Compiled = { readonly ok: true; readonly test: (text: string) => boolean } | { readonly ok: false; readonly error: string }

const ESCAPES = 'AbBdDsSwWZ'
const CONTROL = 'abfnrtv\\'

/** `re.compile(pattern, flags)`; `search` semantics. */
export function compile(pattern: string, ignoreCase: boolean): Compiled {
  let out = ''
  let flags = ignoreCase ? 'i' : ''
  const open: number[] = []
  /** Whether something stands before that a quantifier may repeat, and whether that is a quantifier already. */
  let atom: 'none' | 'atom' | 'repeat' = 'none'
  const bad = (error: string): Compiled => ({ ok: false, error })
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]!
    if (ch === '\\') {
      const next = pattern[++i]
      if (next === undefined) return bad(`bad escape (end of pattern) at position ${i - 1}`)
      if (/[a-zA-Z]/.test(next) && !ESCAPES.includes(next) && !CONTROL.includes(next) && !'xuUN'.includes(next))
        return bad(`bad escape \\${next} at position ${i - 1}`)
      if (next === 'A') out += '(?<![\\s\\S])'
      else if (next === 'Z') out += '(?![\\s\\S])'
      else if (next === 'a') out += '\\x07'
      else if (/[\w]/.test(next) || '^$\\.*+?()[]{}|/'.includes(next)) out += '\\' + next
      else out += next
      atom = 'atom'
    } else if (ch === '[') {
      const start = i
      let set = '['
      if (pattern[i + 1] === '^') set += pattern[++i]
      if (pattern[i + 1] === ']') {
        set += '\\]'
        i++
      }
      for (i++; i < pattern.length && pattern[i] !== ']'; i++) {
        set += pattern[i] === '[' ? '\\[' : pattern[i] === '\\' ? '\\' + (pattern[++i] ?? '') : pattern[i]
      }
      if (i >= pattern.length) return bad(`unterminated character set at position ${start}`)
      const range = /([^\\])-([^\]\\])/.exec(set.slice(1))
      if (range && range[1]! > range[2]!) return bad(`bad character range ${range[1]}-${range[2]} at position ${start + 1 + range.index}`)
      out += set + ']'
      atom = 'atom'
    } else if (ch === '(') {
      open.push(i)
      const special = /^\(\?(P<(\w+)>|P=(\w+)\)|[aiLmsux]+\)|[:=!]|<[=!]|#[^)]*\))/.exec(pattern.slice(i))
      if (pattern[i + 1] === '?' && !special) return bad(`unknown extension ?${pattern[i + 2] ?? ''} at position ${i + 1}`)
      if (special) {
        const [whole, kind, name, back] = special as unknown as [string, string, string | undefined, string | undefined]
        i += whole.length - 1
        if (whole.endsWith(')')) open.pop()
        if (name !== undefined) out += `(?<${name}>`
        else if (back !== undefined) out += `\\k<${back}>`
        else if (kind.startsWith('#')) out += ''
        else if (whole.endsWith(')')) for (const f of kind.slice(0, -1)) flags += 'ims'.includes(f) && !flags.includes(f) ? f : ''
        else out += whole
      } else out += '('
      atom = 'none'
    } else if (ch === ')') {
      if (open.pop() === undefined) return bad(`unbalanced parenthesis at position ${i}`)
      out += ')'
      atom = 'atom'
    } else if (
      ch === '*' ||
      ch === '+' ||
      ch === '?' ||
      (ch === '{' && /^\{\d*,?\d*\}/.test(pattern.slice(i)) && !pattern.startsWith('{}', i))
    ) {
      if (atom === 'none') return bad(`nothing to repeat at position ${i}`)
      if (atom === 'repeat') {
        if (ch !== '?') return bad(`multiple repeat at position ${i}`)
        out += '?'
        continue
      }
      if (ch === '{') {
        const braces = /^\{(\d*)(,?)(\d*)\}/.exec(pattern.slice(i))!
        out += `{${braces[1] === '' ? '0' : braces[1]}${braces[2]}${braces[3]}}`
        i += braces[0].length - 1
      } else out += ch
      atom = 'repeat'
      continue
    } else if (ch === '$') {
      out += '(?=\\n?(?![\\s\\S]))'
      atom = 'atom'
    } else {
      out += ch === '{' || ch === '}' || ch === ']' ? '\\' + ch : ch
      atom = ch === '|' || ch === '^' ? 'none' : 'atom'
    }
  }
  if (open.length > 0) return bad(`missing ), unterminated subpattern at position ${open[open.length - 1]}`)
  try {
    const regex = new RegExp(out, flags)
    return { ok: true, test: (text) => regex.test(text) }
  } catch {
    return bad(`not understood at position 0`)
  }
}
