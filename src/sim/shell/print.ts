// Shell programs as text again: what a subshell is handed, what `type` shows of a function, and the other half of the parser's round trip.

import { parse } from './parse.ts'
import { RESERVED } from './tokens.ts'
import type { Node, ParamOp, Program, Redir, Word } from './ast.ts'

const escapeDouble = (s: string): string => s.replace(/[$`"\\]/g, '\\$&')
/** Text as one quoted word. */
export const quote = (s: string): string => (s !== '' && /^[A-Za-z0-9_@%+:,./-]+$/.test(s) ? s : `'${s.replace(/'/g, "'\\''")}'`)

export function printWord(word: Word): string {
  let text = ''
  for (const p of word) {
    switch (p.t) {
      case 'lit':
        text += p.s
        break
      case 'quo':
        // After a dollar a quote would begin something else; its first character is escaped by itself then.
        if (text.endsWith('$') && p.s !== '') text += `\\${p.s[0]}` + (p.s.length > 1 ? `"${escapeDouble(p.s.slice(1))}"` : '')
        else text += `"${escapeDouble(p.s)}"`
        break
      case 'bad':
        text += p.text
        break
      case 'var': {
        const body = p.op ? `\${${printOp(p.name, p.op)}}` : `\${${p.name}}`
        text += p.quoted ? `"${body}"` : body
        break
      }
      case 'cmd': {
        // A space keeps `$( (` from reading as arithmetic. What does not parse so (a comment that hides the end) can only have stood between backticks.
        const dollar = `$(${p.source.startsWith('(') ? ' ' : ''}${p.source})`
        const body = parse(p.source).error || parse(dollar).error ? '`' + p.source.replace(/[$`\\]/g, '\\$&') + '`' : dollar
        text += p.quoted ? `"${body}"` : body
        break
      }
      case 'arith': {
        const body = `$((${printRaw(p.expr)}))`
        text += p.quoted ? `"${body}"` : body
        break
      }
    }
  }
  return text
}

/** Inside arithmetic and here-documents quotes are not quotes. */
function printRaw(word: Word): string {
  return word.map((p) => (p.t === 'quo' || p.t === 'lit' ? p.s.replace(/[$`\\]/g, '\\$&') : printWord([unquoted(p)]))).join('')
}
const unquoted = (p: Word[number]): Word[number] => ('quoted' in p ? { ...p, quoted: false } : p)

function printOp(name: string, op: ParamOp): string {
  if (op.op === 'length') return `#${name}`
  const word = printWord(op.word)
  const word2 = op.word2 ? printWord(op.word2) : undefined
  if (op.op === 'slice') return `${name}:${printRaw(op.word)}${op.word2 ? ':' + printRaw(op.word2) : ''}`
  return `${name}${op.op}${word}${word2 !== undefined ? '/' + word2 : ''}`
}

function printRedirs(redirs: readonly Redir[]): string {
  return redirs
    .map((r) => {
      const fd = r.fd >= 0 ? String(r.fd) : ''
      if (r.op !== '<<') return ` ${fd}${r.op}${r.op === '<<<' ? ' ' : ''}${printWord(r.word)}`
      // A here-document becomes a here-string, which adds the last newline itself.
      const last = r.word[r.word.length - 1]
      if (last === undefined) return ` ${fd}</dev/null`
      const body: Word = last.t === 'quo' && last.s.endsWith('\n') ? [...r.word.slice(0, -1), { t: 'quo', s: last.s.slice(0, -1) }] : r.word
      return ` ${fd}<<< ${printWord(body)}`
    })
    .join('')
}

export function printNode(program: Program, id: number): string {
  const p = (n: number): string => printNode(program, n)
  const node: Node = program.nodes[id]!
  switch (node.k) {
    case 'simple': {
      const words = [...node.assigns.map((a) => `${a.name}${a.append ? '+' : ''}=${printWord(a.value)}`), ...node.words.map(printWord)]
      // A word that would be reserved in first place can only stand behind a redirection.
      if (RESERVED.has(words[0] ?? '')) return `${printRedirs(node.redirs).trimStart()} ${words.join(' ')}`
      return (words.join(' ') + printRedirs(node.redirs)).trimStart()
    }
    case 'pipe':
      return (node.time ? 'time ' : '') + (node.negate ? '! ' : '') + node.items.map(p).join(' | ')
    case 'andor':
      return node.items.map((i) => (i.op ? ` ${i.op} ` : '') + p(i.node)).join('')
    case 'list':
      return node.items
        .map((i, at) => p(i.node) + (i.background ? ' &' : '') + (at < node.items.length - 1 ? (i.background ? ' ' : '; ') : ''))
        .join('')
    case 'group':
      return `{ ${p(node.body)}${end(program, node.body)} }${printRedirs(node.redirs)}`
    case 'sub':
      return `( ${p(node.body)} )${printRedirs(node.redirs)}`
    case 'if':
      return (
        node.arms
          .map((a, i) => `${i ? 'elif' : 'if'} ${p(a.cond)}${end(program, a.cond)} then ${p(a.body)}${end(program, a.body)} `)
          .join('') +
        (node.otherwise === undefined ? '' : `else ${p(node.otherwise)}${end(program, node.otherwise)} `) +
        `fi${printRedirs(node.redirs)}`
      )
    case 'while':
      return `${node.until ? 'until' : 'while'} ${p(node.cond)}${end(program, node.cond)} do ${p(node.body)}${end(program, node.body)} done${printRedirs(node.redirs)}`
    case 'for':
      return `for ${node.name}${node.words ? ' in' + node.words.map((w) => ' ' + printWord(w)).join('') : ''}; do ${p(node.body)}${end(program, node.body)} done${printRedirs(node.redirs)}`
    case 'case':
      return `case ${printWord(node.word)} in ${node.arms.map((a) => `(${a.patterns.map(printWord).join(' | ')}) ${p(a.body)} ;; `).join('')}esac${printRedirs(node.redirs)}`
    case 'func':
      return `${node.name} () ${p(node.body)}`
    case 'cond':
      return `[[ ${node.words.map(printWord).join(' ')} ]]${printRedirs(node.redirs)}`
    case 'arith':
      return `((${printRaw(node.expr)}))${printRedirs(node.redirs)}`
  }
}

/** The separator that a list wants before a closing word: none after `&`. */
function end(program: Program, id: number): string {
  const node = program.nodes[id]!
  return node.k === 'list' && node.items[node.items.length - 1]?.background ? '' : ';'
}

export const printProgram = (program: Program): string => program.commands.map((c) => printNode(program, c.node) + '\n').join('')
