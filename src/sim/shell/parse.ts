// The parser of shell programs: bash's grammar without arrays, coproc, select and process substitution. It never throws: an error is part of the answer, with the
// complete commands that came before it.

import type { Assign, Program, Redir, Word } from './ast.ts'
import { isName, Stop } from './scan.ts'
import { Tokens } from './tokens.ts'

/** Words that cannot begin a command: they close or continue one. */
const CLOSING = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])

class Parser extends Tokens {
  readonly commands: { node: number; line: number }[] = []

  override fork(text: string): Parser {
    return new Parser(text)
  }

  program(): Program {
    let end = 0
    try {
      for (;;) {
        end = this.pos
        this.newlines()
        if (this.peek() === '') break
        const line = this.line
        const node = this.line1()
        // A backslash at the very end: there is more to come.
        if (this.continued) this.ending()
        this.commands.push({ node, line })
      }
      if (this.continued) this.ending()
      return { nodes: this.nodes, commands: this.commands, error: undefined, end: this.src.length }
    } catch (e) {
      if (!(e instanceof Stop)) throw e
      return { nodes: this.nodes, commands: this.commands, error: e.error, end }
    }
  }

  /** One complete command: a list up to its newline. */
  private line1(): number {
    const items: { node: number; background: boolean }[] = []
    for (;;) {
      const node = this.andOr()
      let background = false
      if (this.at('&') && !this.at('&&')) {
        this.pos++
        background = true
      } else if (this.at(';') && !this.at(';;')) this.pos++
      else {
        items.push({ node, background })
        break
      }
      items.push({ node, background })
      this.blanks()
      if (this.peek() === '' || this.peek() === '\n') break
    }
    this.blanks()
    const c = this.peek()
    if (c === '\n') this.newline()
    else if (c !== '') this.unexpected(this.token())
    else if (this.hereDocs.length > 0) this.bodies()
    return this.add({ k: 'list', items })
  }

  /** A list inside a compound command, up to (not past) one of `closers`. */
  private body(closers: readonly string[]): number {
    this.enter()
    const items: { node: number; background: boolean }[] = []
    this.newlines()
    while (!this.closes(closers)) {
      if (this.peek() === '') this.ending()
      const node = this.andOr()
      let background = false
      this.blanks()
      if (this.at('&') && !this.at('&&')) {
        this.pos++
        background = true
      } else if (this.at(';') && !this.at(';;')) this.pos++
      else if (this.peek() !== '\n' && !this.closes(closers)) {
        if (this.peek() === '') this.ending()
        this.unexpected(this.token())
      }
      items.push({ node, background })
      this.newlines()
    }
    if (items.length === 0) this.unexpected(this.token())
    this.depth--
    return this.add({ k: 'list', items })
  }
  private closes(closers: readonly string[]): boolean {
    this.blanks()
    return closers.some((c) => (c === ')' || c === ';;' ? this.at(c) : this.reserved() === c))
  }

  override skipCommands(close: string): void {
    this.newlines()
    if (this.at(close)) return
    this.body([close])
  }

  private andOr(): number {
    const items: { op: '' | '&&' | '||'; node: number }[] = [{ op: '', node: this.pipeline() }]
    for (;;) {
      this.blanks()
      const op = this.at('&&') ? '&&' : this.at('||') ? '||' : undefined
      if (!op) break
      this.pos += 2
      this.newlines()
      if (this.peek() === '') this.ending()
      items.push({ op, node: this.pipeline() })
    }
    return items.length === 1 ? items[0]!.node : this.add({ k: 'andor', items })
  }

  private pipeline(): number {
    let negate = false
    let time = false
    this.blanks()
    for (let r = this.reserved(); r === '!' || r === 'time'; r = this.reserved()) {
      this.pos += r.length
      if (r === '!') negate = !negate
      else time = true
      this.blanks()
      if (time && (this.peek() === '\n' || this.peek() === '' || this.at(';'))) this.fail('`time` needs a command here')
    }
    const items = [this.command()]
    for (;;) {
      this.blanks()
      if (!this.at('|') || this.at('||')) break
      this.pos++
      if (this.at('&')) this.fail('`|&` is not modelled; write 2>&1 |')
      this.newlines()
      if (this.peek() === '') this.ending()
      items.push(this.command())
    }
    return items.length === 1 && !negate && !time ? items[0]! : this.add({ k: 'pipe', items, negate, time })
  }

  private command(): number {
    this.enter()
    this.blanks()
    const node = this.command1()
    this.depth--
    return node
  }
  private command1(): number {
    const c = this.peek()
    const line = this.line
    if (c === '(') {
      if (this.src[this.pos + 1] === '(') {
        const end = this.closingParens(this.pos + 2)
        if (end >= 0) {
          const expr = this.inner(this.src.slice(this.pos + 2, end))
          for (; this.pos < end + 2;) this.next()
          return this.add({ k: 'arith', expr, redirs: this.redirs(), line })
        }
      }
      this.pos++
      const body = this.body([')'])
      this.pos++
      return this.add({ k: 'sub', body, redirs: this.redirs() })
    }
    const word = this.reserved()
    switch (word) {
      case '{': {
        this.pos++
        const body = this.body(['}'])
        this.pos++
        return this.add({ k: 'group', body, redirs: this.redirs() })
      }
      case 'if':
        return this.ifClause()
      case 'while':
      case 'until': {
        this.pos += 5
        const cond = this.body(['do'])
        const body = this.doGroup()
        return this.add({ k: 'while', until: word === 'until', cond, body, redirs: this.redirs() })
      }
      case 'for':
        return this.forClause()
      case 'case':
        return this.caseClause()
      case '[[':
        return this.condition(line)
      case 'function': {
        this.pos += 8
        this.blanks()
        const name = this.plainWord()
        this.blanks()
        if (this.at('()')) this.pos += 2
        return this.functionBody(name)
      }
      case 'select':
      case 'coproc':
        return this.fail(`${word}: not modelled`)
      default:
        if (word !== undefined && CLOSING.has(word)) this.unexpected(word)
        return this.simple(line)
    }
  }

  private functionBody(name: string): number {
    this.newlines()
    const c = this.peek()
    if (c === '') this.ending()
    const r = this.reserved()
    if (c !== '(' && (r === undefined || CLOSING.has(r) || r === '!' || r === 'time' || r === 'in')) this.unexpected(this.token())
    return this.add({ k: 'func', name, body: this.command() })
  }

  private ifClause(): number {
    this.pos += 2
    const arms: { cond: number; body: number }[] = []
    let otherwise: number | undefined
    for (;;) {
      const cond = this.body(['then'])
      this.expect('then')
      const body = this.body(['elif', 'else', 'fi'])
      arms.push({ cond, body })
      const word = this.reserved()
      this.pos += word!.length
      if (word === 'elif') continue
      if (word === 'else') {
        otherwise = this.body(['fi'])
        this.expect('fi')
      }
      break
    }
    return this.add({ k: 'if', arms, otherwise, redirs: this.redirs() })
  }

  private doGroup(): number {
    this.expect('do')
    const body = this.body(['done'])
    this.expect('done')
    return body
  }

  private forClause(): number {
    this.pos += 3
    this.blanks()
    if (this.at('((')) this.fail('for ((...)): not modelled; use while')
    const name = this.plainWord()
    if (!isName(name)) this.fail(`\`${name}': not a valid identifier`)
    this.newlines()
    let words: Word[] | undefined
    if (this.reserved() === 'in') {
      this.pos += 2
      words = []
      for (;;) {
        this.blanks()
        const word = this.word()
        if (!word) break
        words.push(word)
      }
      if (this.peek() !== ';' && this.peek() !== '\n') {
        if (this.peek() === '') this.ending()
        this.unexpected(this.token())
      }
    }
    this.blanks()
    if (this.at(';') && !this.at(';;')) this.pos++
    return this.add({ k: 'for', name, words, body: this.doGroup(), redirs: this.redirs() })
  }

  private caseClause(): number {
    this.pos += 4
    this.blanks()
    const word = this.word() ?? (this.peek() === '' ? this.ending() : this.unexpected(this.token()))
    this.expect('in')
    const arms: { patterns: Word[]; body: number }[] = []
    for (;;) {
      this.newlines()
      if (this.peek() === '') this.ending()
      if (this.reserved() === 'esac') break
      if (this.at('(')) this.pos++
      const patterns: Word[] = []
      for (;;) {
        this.blanks()
        patterns.push(this.word() ?? (this.peek() === '' ? this.ending() : this.unexpected(this.token())))
        this.blanks()
        if (this.at(')')) break
        if (!this.at('|')) {
          if (this.peek() === '') this.ending()
          this.unexpected(this.token())
        }
        this.pos++
      }
      this.pos++
      this.newlines()
      const body = this.closes([';;', 'esac']) ? this.add({ k: 'list', items: [] }) : this.body([';;', 'esac'])
      arms.push({ patterns, body })
      if (this.at(';;')) this.pos += 2
    }
    this.pos += 4
    return this.add({ k: 'case', word, arms, redirs: this.redirs() })
  }

  private condition(line: number): number {
    this.pos += 2
    const words: Word[] = []
    for (;;) {
      this.newlines()
      const c = this.peek()
      if (c === '') this.ending()
      const op = ['&&', '||', '(', ')', '<', '>'].find((o) => this.at(o))
      if (op) {
        this.pos += op.length
        words.push([{ t: 'lit', s: op }])
        continue
      }
      if (c === '|' || c === '&' || c === ';') this.unexpected(this.token())
      const word = this.word()!
      if (word.length === 1 && word[0]!.t === 'lit' && word[0]!.s === ']]') break
      words.push(word)
    }
    if (words.length === 0) this.unexpected(']]')
    return this.add({ k: 'cond', words, redirs: this.redirs(), line })
  }

  private simple(line: number): number {
    const assigns: Assign[] = []
    const words: Word[] = []
    const redirs: Redir[] = []
    for (;;) {
      this.blanks()
      if (this.redir(redirs)) continue
      const word = this.word()
      if (!word) break
      const assign = words.length === 0 ? toAssign(word) : undefined
      if (assign) {
        if (this.peek() === '(' && this.src[this.pos - 1] === '=') this.fail('arrays are not modelled')
        assigns.push(assign)
        continue
      }
      words.push(word)
      if (words.length === 1 && assigns.length === 0 && redirs.length === 0 && word.length === 1 && word[0]!.t === 'lit') {
        this.blanks()
        if (this.at('(')) {
          this.pos++
          this.blanks()
          if (!this.at(')')) this.unexpected(this.token())
          this.pos++
          return this.functionBody(word[0]!.s)
        }
      }
    }
    if (assigns.length + words.length + redirs.length === 0) {
      if (this.peek() === '') this.ending()
      this.unexpected(this.token())
    }
    if (this.at('(')) this.unexpected('(')
    return this.add({ k: 'simple', assigns, words, redirs, line })
  }
}

/** `NAME=value` or `NAME+=value`, when the word is one. */
function toAssign(word: Word): Assign | undefined {
  const first = word[0]
  if (first?.t !== 'lit') return undefined
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(\+?)=/.exec(first.s)
  if (!match) return undefined
  const rest = first.s.slice(match[0].length)
  return { name: match[1]!, append: match[2] === '+', value: [...(rest ? [{ t: 'lit', s: rest } as const] : []), ...word.slice(1)] }
}

const MEMO_LIMIT = 64
const memo = new Map<string, Program>()

/** Parses shell text. Never throws; equal texts may give the same (frozen in spirit: do not change it) Program. */
export function parse(source: string): Program {
  const known = memo.get(source)
  if (known) return known
  const program = new Parser(source).program()
  // A memo of a pure function: it decides nothing but the time a second look takes.
  if (memo.size >= MEMO_LIMIT) memo.delete(memo.keys().next().value!)
  memo.set(source, program)
  return program
}
