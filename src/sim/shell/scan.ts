// Words as the shell reads them: quotes, escapes, parameters, substitutions. The parser of commands stands on this.

import type { ParamOp, Part, SyntaxError, Word } from './ast.ts'

/** Thrown inside the parser only; `parse` turns it into Program.error. */
export class Stop extends Error {
  constructor(readonly error: SyntaxError) {
    super(error.message)
  }
}

const META = ' \t\n|&;()<>'
const NAME_START = /[A-Za-z_]/
const NAME_CHAR = /[A-Za-z0-9_]/
const SPECIAL = '@*#?-$!'
export const MAX_DEPTH = 100

export const isName = (s: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(s)

/** A cursor over the source with everything that is below the level of commands. */
export abstract class Scanner {
  pos = 0
  line = 1
  depth = 0
  /** A backslash-newline was the last thing before the end: the line goes on. */
  continued = false

  constructor(readonly src: string) {}

  abstract skipCommands(close: string): void

  fail(message: string, incomplete = false): never {
    throw new Stop({ message, line: this.line, incomplete })
  }
  unexpected(token: string): never {
    return this.fail(`syntax error near unexpected token \`${token}'`)
  }
  unclosed(quote: string): never {
    return this.fail(`unexpected EOF while looking for matching \`${quote}'`, true)
  }
  ending(): never {
    return this.fail('syntax error: unexpected end of file', true)
  }
  enter(): void {
    if (++this.depth > MAX_DEPTH) this.fail(`syntax error: nested deeper than ${MAX_DEPTH} levels, which is not modelled`)
  }

  /** The next character, past backslash-newlines; empty at the end. */
  peek(): string {
    while (this.src[this.pos] === '\\' && this.src[this.pos + 1] === '\n') {
      this.pos += 2
      this.line++
      if (this.pos >= this.src.length) this.continued = true
    }
    return this.src[this.pos] ?? ''
  }
  next(): string {
    const c = this.src[this.pos++] ?? ''
    if (c === '\n') this.line++
    return c
  }
  at(text: string): boolean {
    this.peek()
    return this.src.startsWith(text, this.pos)
  }
  blanks(): void {
    for (let c = this.peek(); c === ' ' || c === '\t'; c = this.peek()) this.pos++
    if (this.peek() === '#') while (this.pos < this.src.length && this.src[this.pos] !== '\n') this.pos++
  }
  atWordEnd(): boolean {
    const c = this.peek()
    return c === '' || META.includes(c)
  }

  /** A word, or undefined when none starts here. */
  word(): Word | undefined {
    if (this.atWordEnd()) return undefined
    const parts: Part[] = []
    while (!this.atWordEnd()) this.part(parts, META)
    return parts
  }

  /** One piece of an unquoted word; `stops` are the characters that would end it. */
  protected part(parts: Part[], stops: string): void {
    const c = this.peek()
    if (c === "'") {
      this.pos++
      put(parts, 'quo', this.until("'"))
    } else if (c === '"') {
      this.pos++
      const before = parts.length
      this.double(parts, '"')
      // "" is an empty word; "$@" without parameters is none.
      if (parts.length === before) put(parts, 'quo', '')
    } else if (c === '\\') {
      this.pos++
      put(parts, 'quo', this.next() || '\\')
    } else if (c === '$') this.dollar(parts, false)
    else if (c === '`') this.backtick(parts, false)
    else {
      const from = this.pos
      while (this.pos < this.src.length && !stops.includes(this.src[this.pos]!) && !'\'"\\$`'.includes(this.src[this.pos]!)) this.pos++
      // A stop right here is the caller's business, except that it must move on.
      if (this.pos === from) this.pos++
      put(parts, 'lit', this.src.slice(from, this.pos))
    }
  }

  private until(quote: string): string {
    const from = this.pos
    const end = this.src.indexOf(quote, from)
    if (end < 0) return this.unclosed(quote)
    this.pos = end + 1
    const text = this.src.slice(from, end)
    for (const c of text) if (c === '\n') this.line++
    return text
  }

  /** The inside of double quotes, or of a here-document when `close` is empty. */
  double(parts: Part[], close: string): void {
    let text = ''
    const flush = () => {
      if (text) put(parts, 'quo', text)
      text = ''
    }
    for (;;) {
      if (this.pos >= this.src.length) {
        if (close) this.unclosed(close)
        return flush()
      }
      const c = this.src[this.pos]!
      if (close && c === close) {
        this.pos++
        return flush()
      }
      const after = this.src[this.pos + 1]
      if (c === '\\' && after === '\n') {
        this.pos += 2
        this.line++
      } else if (c === '\\' && after !== undefined && ('$`\\'.includes(after) || (close !== '' && after === '"'))) {
        text += after
        this.pos += 2
      } else if (c === '$') {
        flush()
        this.dollar(parts, true)
      } else if (c === '`') {
        flush()
        this.backtick(parts, true)
      } else text += this.next()
    }
  }

  private dollar(parts: Part[], quoted: boolean): void {
    this.pos++
    const c = this.peek()
    if (c === '(') {
      if (this.src[this.pos + 1] === '(' && this.arithmetic(parts, quoted)) return
      const from = ++this.pos
      this.enter()
      this.skipCommands(')')
      this.depth--
      parts.push({ t: 'cmd', source: this.src.slice(from, this.pos), quoted })
      this.pos++
    } else if (c === '{') this.braced(parts, quoted)
    else if (c === "'" && !quoted) {
      this.pos++
      put(parts, 'quo', this.ansi())
    } else if (c === '"' && !quoted) {
      // $"..." is a translated string: the same text.
    } else if (NAME_START.test(c)) parts.push({ t: 'var', name: this.name(), quoted, op: undefined })
    else if (c !== '' && (SPECIAL.includes(c) || (c >= '0' && c <= '9'))) {
      this.pos++
      parts.push({ t: 'var', name: c, quoted, op: undefined })
    } else put(parts, quoted ? 'quo' : 'lit', '$')
  }

  private name(): string {
    const from = this.pos
    while (this.pos < this.src.length && NAME_CHAR.test(this.src[this.pos]!)) this.pos++
    return this.src.slice(from, this.pos)
  }

  /** `$((...))` when it closes with two parentheses; otherwise nothing is read and it is a command substitution. */
  private arithmetic(parts: Part[], quoted: boolean): boolean {
    const end = this.closingParens(this.pos + 2)
    if (end < 0) return false
    const inner = this.src.slice(this.pos + 2, end)
    for (const c of inner) if (c === '\n') this.line++
    parts.push({ t: 'arith', expr: this.inner(inner), quoted })
    this.pos = end + 2
    return true
  }
  /** Where the `))` that closes an arithmetic expression begins, -1 when it does not. */
  protected closingParens(from: number): number {
    let open = 0
    for (let i = from; i < this.src.length; i++) {
      const c = this.src[i]
      if (c === '(') open++
      else if (c === ')' && open > 0) open--
      else if (c === ')') return this.src[i + 1] === ')' ? i : -1
    }
    return -1
  }
  /** Text with expansions and without quotes of its own, as inside $(( )). */
  protected inner(text: string): Word {
    const sub = this.fork(text.replace(/"/g, ''))
    sub.depth = this.depth
    sub.enter()
    const parts: Part[] = []
    sub.double(parts, '')
    return parts
  }
  abstract fork(text: string): Scanner

  private braced(parts: Part[], quoted: boolean): void {
    const from = this.pos - 1
    this.pos++
    this.enter()
    let op: ParamOp | undefined
    const lengthOf = this.at('#') && /[A-Za-z0-9_@*?]/.test(this.src[this.pos + 1] ?? '')
    if (lengthOf) this.pos++
    const c = this.peek()
    let name = ''
    if (NAME_START.test(c)) name = this.name()
    else if (c >= '0' && c <= '9')
      while ((this.src[this.pos] ?? '') >= '0' && (this.src[this.pos] ?? '') <= '9') name += this.src[this.pos++]
    else if (c !== '' && SPECIAL.includes(c)) name = this.src[this.pos++]!
    if (lengthOf) op = { op: 'length', word: [], word2: undefined }
    else if (name && !this.at('}')) op = this.operator(quoted)
    if (!name || !this.at('}') || (lengthOf && op === undefined)) {
      // Something else between the braces: read to their end and say so when it runs.
      this.untilBrace()
      parts.push({ t: 'bad', text: this.src.slice(from, this.pos + 1) })
    } else parts.push({ t: 'var', name, quoted, op })
    this.pos++
    this.depth--
  }

  private untilBrace(): void {
    let open = 0
    for (; ; this.next()) {
      const c = this.src[this.pos]
      if (c === undefined) this.unclosed('}')
      if (c === '{') open++
      else if (c === '}' && open-- === 0) return
    }
  }

  private operator(quoted: boolean): ParamOp | undefined {
    for (const op of [':-', ':=', ':+', ':?', '-', '=', '+', '?', '##', '#', '%%', '%', '^^', '^', ',,', ','] as const)
      if (this.at(op)) {
        this.pos += op.length
        return { op, word: this.operand('}', quoted), word2: undefined }
      }
    for (const op of ['//', '/#', '/%', '/'] as const)
      if (this.at(op)) {
        this.pos += op.length
        const word = this.operand('/}', quoted)
        let word2: Word | undefined
        if (this.at('/')) {
          this.pos++
          word2 = this.operand('}', quoted)
        }
        return { op, word, word2 }
      }
    if (!this.at(':')) return undefined
    this.pos++
    const word = this.operand(':}', true)
    let word2: Word | undefined
    if (this.at(':')) {
      this.pos++
      word2 = this.operand('}', true)
    }
    return { op: 'slice', word, word2 }
  }

  /** The word after an operator inside ${}, up to one of `stops`. Inside double quotes its plain text counts as quoted. */
  private operand(stops: string, quoted: boolean): Word {
    const parts: Part[] = []
    for (;;) {
      const c = this.peek()
      if (c === '') this.unclosed('}')
      if (stops.includes(c)) return parts
      if (quoted && c === "'") {
        this.pos++
        put(parts, 'quo', "'")
      } else if (quoted && c === '$') this.dollar(parts, true)
      else if (quoted && c === '\\' && !'$`"\\}'.includes(this.src[this.pos + 1] ?? '')) {
        this.pos++
        put(parts, 'quo', '\\')
      } else this.part(parts, stops)
    }
  }

  private backtick(parts: Part[], quoted: boolean): void {
    this.pos++
    let source = ''
    for (;;) {
      if (this.pos >= this.src.length) this.unclosed('`')
      const c = this.next()
      if (c === '`') break
      if (c === '\\' && '$`\\'.includes(this.src[this.pos] ?? ' ')) source += this.next()
      else source += c
    }
    parts.push({ t: 'cmd', source, quoted })
  }

  /** The inside of $'...'. */
  private ansi(): string {
    let text = ''
    for (;;) {
      if (this.pos >= this.src.length) return this.unclosed("'")
      const c = this.next()
      if (c === "'") return text
      if (c !== '\\') text += c
      else text += this.ansiEscape()
    }
  }
  private ansiEscape(): string {
    const simple: Record<string, string> = {
      n: '\n',
      t: '\t',
      r: '\r',
      a: '\x07',
      b: '\b',
      f: '\f',
      v: '\v',
      e: '\x1b',
      E: '\x1b',
      '\\': '\\',
      "'": "'",
      '"': '"',
      '?': '?',
    }
    const c = this.next()
    const plain = Object.hasOwn(simple, c) ? simple[c] : undefined
    if (plain !== undefined) return plain
    const rest = this.src.slice(this.pos)
    const match = c === 'x' ? /^[0-9a-fA-F]{1,2}/.exec(rest) : c === 'u' ? /^[0-9a-fA-F]{1,4}/.exec(rest) : null
    if (match) {
      this.pos += match[0].length
      return String.fromCharCode(parseInt(match[0], 16))
    }
    const octal = /^[0-7]{1,3}/.exec(c + rest)
    if (octal) {
      this.pos += octal[0].length - 1
      return String.fromCharCode(parseInt(octal[0], 8) & 255)
    }
    return '\\' + c
  }
}

/** Adds literal text, joining it to a piece of the same kind. */
function put(parts: Part[], t: 'lit' | 'quo', s: string): void {
  const last = parts[parts.length - 1]
  if (last?.t === t) parts[parts.length - 1] = { t, s: last.s + s }
  else parts.push({ t, s })
}
