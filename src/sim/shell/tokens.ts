// Between words and commands: reserved words, newlines, redirections and here-documents.

import type { Node, Part, Redir } from './ast.ts'
import { Scanner } from './scan.ts'

export const RESERVED: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
  '[[',
  'function',
  'time',
  'select',
  'coproc',
])
const REDIRS = ['<<<', '<<-', '<<', '<&', '<>', '<', '>>', '>&', '>|', '>', '&>>', '&>'] as const

interface HereDoc {
  readonly delimiter: string
  readonly raw: boolean
  readonly tabs: boolean
  readonly redirs: Redir[]
  readonly index: number
}

/** The parser's lower half: everything about a command that is not its grammar. */
export abstract class Tokens extends Scanner {
  readonly nodes: Node[] = []
  protected hereDocs: HereDoc[] = []

  protected add(node: Node): number {
    this.nodes.push(node)
    return this.nodes.length - 1
  }

  protected newline(): void {
    this.next()
    if (this.hereDocs.length > 0) this.bodies()
  }

  protected newlines(): void {
    for (;;) {
      this.blanks()
      if (this.peek() !== '\n') return
      this.newline()
    }
  }

  /** The reserved word that stands here whole, without reading it. */
  protected reserved(): string | undefined {
    const c = this.peek()
    if (c === '!' || c === '{' || c === '}' || c === '[' || (c >= 'a' && c <= 'z')) {
      const word = /^(?:\[\[|[!{}]|[a-z]+)(?=(?:\\\n){0,2}(?:[ \t\n|&;()<>]|$))/.exec(this.src.slice(this.pos, this.pos + 16))?.[0]
      if (word !== undefined && RESERVED.has(word)) return word
    }
    return undefined
  }

  protected expect(word: string): void {
    this.newlines()
    if (this.peek() === '') this.ending()
    if (this.reserved() !== word) this.unexpected(this.token())
    this.pos += word.length
  }

  /** What stands here, for a message. */
  protected token(): string {
    const c = this.peek()
    if (c === '') return 'newline'
    if (c === '\n') return 'newline'
    for (const t of ['&&', '||', ';;', '<<<', '<<', '>>', '<&', '>&', '&>', ...'|&;()<>']) if (this.at(t)) return t
    const from = this.pos
    let end = from
    while (end < this.src.length && !' \t\n|&;()<>'.includes(this.src[end]!)) end++
    return this.src.slice(from, end)
  }

  protected plainWord(): string {
    const word = this.word()
    if (!word || word.some((p) => p.t !== 'lit')) this.unexpected(this.token())
    return word.map((p) => (p.t === 'lit' ? p.s : '')).join('')
  }

  protected redirs(): Redir[] {
    const redirs: Redir[] = []
    for (;;) {
      this.blanks()
      if (!this.redir(redirs)) return redirs
    }
  }

  /** Reads one redirection into `redirs`; false when none stands here. */
  protected redir(redirs: Redir[]): boolean {
    this.peek()
    const digits = /^[0-9]+(?=[<>])/.exec(this.src.slice(this.pos, this.pos + 5))?.[0] ?? ''
    const op = REDIRS.find((r) => this.src.startsWith(r, this.pos + digits.length))
    if (!op) return false
    this.pos += digits.length + op.length
    if (op === '<>') this.fail('redirection `<>` is not modelled')
    if ((op === '<' || op === '>') && this.peek() === '(') this.fail('process substitution is not modelled; use a pipe or a file')
    const fd = digits ? Number(digits) : -1
    this.blanks()
    const from = this.pos
    const word = this.word()
    if (!word) this.unexpected(this.token())
    if (op === '<<' || op === '<<-') {
      const quoted = word.some((p) => p.t === 'quo')
      const delimiter = word.map((p) => (p.t === 'lit' || p.t === 'quo' ? p.s : undefined)).join('')
      this.hereDocs.push({
        delimiter: quoted ? delimiter : this.src.slice(from, this.pos),
        raw: quoted,
        tabs: op === '<<-',
        redirs,
        index: redirs.length,
      })
      redirs.push({ fd, op: '<<', word: [] })
    } else redirs.push({ fd, op, word })
    return true
  }

  /** The bodies of the here-documents that the line just ended asked for. */
  protected bodies(): void {
    const docs = this.hereDocs
    this.hereDocs = []
    for (const doc of docs) {
      let text = ''
      for (;;) {
        if (this.pos >= this.src.length) this.fail(`here-document delimited by end-of-file (wanted \`${doc.delimiter}')`, true)
        let end = this.src.indexOf('\n', this.pos)
        const whole = end >= 0
        if (!whole) end = this.src.length
        let line = this.src.slice(this.pos, end)
        this.pos = Math.min(end + 1, this.src.length)
        if (whole) this.line++
        if (doc.tabs) line = line.replace(/^\t+/, '')
        if (line === doc.delimiter) break
        text += line + '\n'
      }
      const parts: Part[] = []
      if (doc.raw) parts.push({ t: 'quo', s: text })
      else {
        const sub = this.fork(text)
        sub.depth = this.depth
        sub.enter()
        sub.double(parts, '')
      }
      doc.redirs[doc.index] = { ...doc.redirs[doc.index]!, word: parts }
    }
  }
}
