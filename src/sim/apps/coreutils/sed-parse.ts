// sed programs as data: addresses and commands.

import { unescape } from './escapes.ts'
import { compile, RegexError } from './regex.ts'

export type Address =
  | { readonly a: 'line'; readonly n: number }
  | { readonly a: 'last' }
  | { readonly a: 'match'; readonly source: string; readonly flags: string }
  | { readonly a: 'step'; readonly from: number; readonly step: number }

export interface Command {
  readonly from: Address | null
  readonly to: Address | null
  readonly negate: boolean
  readonly c: '{' | 's' | 'p' | 'd' | 'q' | 'Q' | '=' | 'y' | 'a' | 'i' | 'c'
  readonly source: string
  readonly flags: string
  readonly text: string
  readonly nth: number
  readonly print: boolean
  readonly status: number
  /** Commands of a block. */
  readonly body: readonly Command[]
  /** Its place in the program, for what ranges remember. */
  readonly id: number
}

const EMPTY: Command = {
  from: null,
  to: null,
  negate: false,
  c: 'p',
  source: '',
  flags: '',
  text: '',
  nth: 1,
  print: false,
  status: 0,
  body: [],
  id: 0,
}

export class SedError extends Error {}

class Reader {
  i = 0
  constructor(
    readonly text: string,
    readonly extended: boolean,
  ) {}
  fail(why: string): never {
    throw new SedError(`-e expression #1, char ${Math.max(this.i, 1)}: ${why}`)
  }
  blanks(): void {
    while (/[ \t]/.test(this.text[this.i] ?? '')) this.i++
  }
  private count = 0
  program(inBlock = false): Command[] {
    const commands: Command[] = []
    for (;;) {
      while (/[ \t\n;]/.test(this.text[this.i] ?? '')) this.i++
      const c = this.text[this.i]
      if (c === undefined) {
        if (inBlock) throw new SedError("-e expression #1, char 0: unmatched `{'")
        return commands
      }
      if (c === '#') {
        while (this.i < this.text.length && this.text[this.i] !== '\n') this.i++
        continue
      }
      if (c === '}') {
        this.i++
        if (!inBlock) this.fail("unexpected `}'")
        return commands
      }
      const from = this.address()
      let to: Address | null = null
      this.blanks()
      if (from && this.text[this.i] === ',') {
        this.i++
        this.blanks()
        to = this.address() ?? this.fail("unexpected `,'")
      }
      this.blanks()
      let negate = false
      while (this.text[this.i] === '!') {
        negate = true
        this.i++
        this.blanks()
      }
      const id = this.count++
      if (this.text[this.i] === '{') {
        this.i++
        commands.push({ ...EMPTY, c: '{', from, to, negate, id, body: this.program(true) })
      } else commands.push({ ...this.command(), from, to, negate, id })
    }
  }
  private address(): Address | null {
    const rest = this.text.slice(this.i)
    const step = /^(\d+)~(\d+)/.exec(rest)
    if (step) {
      this.i += step[0].length
      return { a: 'step', from: Number(step[1]), step: Number(step[2]) }
    }
    const number = /^\d+/.exec(rest)
    if (number) {
      this.i += number[0].length
      return { a: 'line', n: Number(number[0]) }
    }
    if (rest[0] === '$') {
      this.i++
      return { a: 'last' }
    }
    if (rest[0] === '/' || rest[0] === '\\') {
      if (rest[0] === '\\') this.i++
      const delimiter = this.text[this.i]!
      this.i++
      const pattern = this.until(delimiter, 'unterminated address regex')
      let flags = ''
      if (this.text[this.i] === 'I') {
        flags = 'i'
        this.i++
      }
      return { a: 'match', source: this.regex(pattern, ''), flags }
    }
    return null
  }
  private regex(pattern: string, flags: string): string {
    try {
      return compile(pattern, this.extended ? 'extended' : 'basic', flags).source
    } catch (e) {
      if (e instanceof RegexError) this.fail(e.message)
      throw e
    }
  }
  private until(delimiter: string, why: string): string {
    let out = ''
    let set = false
    for (; this.i < this.text.length; this.i++) {
      const c = this.text[this.i]!
      if (c === '\\' && this.i + 1 < this.text.length) {
        const n = this.text[++this.i]!
        out += n === delimiter ? n : '\\' + n
        continue
      }
      if (c === '[') set = true
      if (c === ']') set = false
      if (c === delimiter && !(set && delimiter !== '/')) {
        this.i++
        return out
      }
      out += c
    }
    return this.fail(why)
  }
  private command(): Command {
    const base = EMPTY
    const c = this.text[this.i++]
    switch (c) {
      case 'p':
      case 'd':
      case '=':
        return { ...this.ending({ ...base, c }) }
      case 'q':
      case 'Q': {
        this.blanks()
        const code = /^\d+/.exec(this.text.slice(this.i))?.[0] ?? ''
        this.i += code.length
        return this.ending({ ...base, c, status: Number(code) })
      }
      case 's':
        return this.substitution(base)
      case 'y': {
        const delimiter = this.text[this.i++] ?? this.fail("unterminated `y' command")
        const from = this.until(delimiter, "unterminated `y' command").replace(/\\./g, unescape)
        const to = this.until(delimiter, "unterminated `y' command").replace(/\\./g, unescape)
        if ([...from].length !== [...to].length) this.fail("strings for `y' command are different lengths")
        return this.ending({ ...base, c, source: from, text: to })
      }
      case 'a':
      case 'i':
      case 'c': {
        const rest = this.text.slice(this.i)
        const m = /^[ \t]*(?:\\\n?)?[ \t]*((?:[^\n\\]|\\[\s\S])*)/.exec(rest)!
        this.i += m[0].length
        if (m[1] === '') this.fail("expected \\ after `a', `c' or `i'")
        return { ...base, c, text: m[1]!.replace(/\\([\s\S])/g, '$1') }
      }
      case undefined:
        return this.fail('missing command')
      default:
        if ('bBtTnNgGhHDPlrRwWexFzlv:'.includes(c)) throw new SedError(`command \`${c}' is not modelled; s, p, d, q, =, y, a, i and c are`)
        return this.fail(`unknown command: \`${c}'`)
    }
  }
  private ending(command: Command): Command {
    this.blanks()
    const c = this.text[this.i]
    if (c !== undefined && !';\n}#'.includes(c)) {
      this.i++
      this.fail('extra characters after command')
    }
    return command
  }
  private substitution(base: Command): Command {
    const delimiter = this.text[this.i++] ?? this.fail("unterminated `s' command")
    const pattern = this.until(delimiter, "unterminated `s' command")
    const text = this.until(delimiter, "unterminated `s' command")
    let flags = ''
    let nth = 1
    let print = false
    for (; this.i < this.text.length && !';\n}# \t'.includes(this.text[this.i]!); this.i++) {
      const f = this.text[this.i]!
      if (f === 'g') flags += 'g'
      else if (f === 'i' || f === 'I') flags += 'i'
      else if (f === 'p') print = true
      else if (/[0-9]/.test(f)) {
        const n = /^\d+/.exec(this.text.slice(this.i))![0]
        nth = Number(n)
        this.i += n.length - 1
        if (nth === 0) this.fail("number option to `s' command may not be zero")
      } else if ('ewmM'.includes(f)) throw new SedError(`flag \`${f}' of s is not modelled`)
      else {
        this.i++
        this.fail("unknown option to `s'")
      }
    }
    return this.ending({ ...base, c: 's', source: this.regex(pattern, flags.replace('g', '')), flags, text, nth, print })
  }
}

export function parseSed(script: string, extended: boolean): readonly Command[] {
  return new Reader(script, extended).program()
}
