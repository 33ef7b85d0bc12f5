// What becomes of a word before a command sees it: braces, tilde, parameters, command substitution, arithmetic, splitting into fields, file names. A word may need the
// output of commands that have not run yet: then `Need` is thrown, the machine runs them and asks again with their output in `subs`. So expansion has no effects of
// its own: what it assigns goes through `env.set`, which the machine keeps aside until the whole is expanded.

import { ArithError, evaluate } from './arith.ts'
import type { ParamOp, Part, Word } from './ast.ts'
import { expandBraces } from './brace.ts'
import { compilePattern, globPaths, hasMagic, matches, type ListNames, type PatternItem, type Piece } from './pattern.ts'

export interface ExpandEnv {
  get(name: string): string | undefined
  set(name: string, value: string): void
  readonly name0: string
  readonly args: readonly string[]
  readonly status: number
  readonly pid: number
  readonly lastBackground: number
  readonly flags: string
  /** `set -u`: a parameter that is not set is an error. */
  readonly nounset: boolean
  readonly noglob: boolean
  readonly list: ListNames
  /** Outputs of the command substitutions met so far, in order. */
  readonly subs: readonly string[]
  /** How many have been used in this attempt. */
  used: number
}

/** Expansion has to wait for the output of this command text. */
export class Need extends Error {
  constructor(readonly source: string) {
    super('needs the output of a command')
  }
}
/** An expansion that fails; the message goes after `bash: `. */
export class ExpandError extends Error {}

const special = (env: ExpandEnv, name: string): string | undefined => {
  switch (name) {
    case '?':
      return String(env.status)
    case '#':
      return String(env.args.length)
    case '$':
      return String(env.pid)
    case '!':
      return env.lastBackground > 0 ? String(env.lastBackground) : undefined
    case '-':
      return env.flags
    case '0':
      return env.name0
    case '@':
    case '*':
      return env.args.length === 0 ? undefined : env.args.join((env.get('IFS') ?? ' ').charAt(0))
    default:
      return name >= '1' && name <= '9~' ? env.args[Number(name) - 1] : env.get(name)
  }
}

/** Collects fields; a field is a list of pieces, quoted or not. */
class Fields {
  readonly done: Piece[][] = []
  private open: Piece[] | undefined
  constructor(private readonly ifs: string) {}

  add(s: string, quoted: boolean): void {
    if (s === '' && !quoted) return
    ;(this.open ??= []).push({ s, quoted })
  }
  end(): void {
    if (this.open) this.done.push(this.open)
    this.open = undefined
  }
  /** Unquoted text from an expansion: split at IFS. */
  split(text: string): void {
    if (this.ifs === '') return this.add(text, false)
    const white = (c: string) => (c === ' ' || c === '\t' || c === '\n') && this.ifs.includes(c)
    let i = 0
    let run = ''
    const flush = () => {
      this.add(run, false)
      run = ''
    }
    while (i < text.length) {
      const c = text[i]!
      if (!this.ifs.includes(c)) {
        run += c
        i++
        continue
      }
      flush()
      while (i < text.length && white(text[i]!)) i++
      if (i < text.length && this.ifs.includes(text[i]!) && !white(text[i]!)) {
        // A separator that is not blank ends a field even when it is empty.
        if (!this.open) this.open = []
        i++
        while (i < text.length && white(text[i]!)) i++
      }
      this.end()
    }
    flush()
  }
}

const IFS = ' \t\n'

function addWord(word: Word, env: ExpandEnv, out: Fields, quoted: boolean, assignment: boolean, operand = false): void {
  word.forEach((part, i) => {
    const q = quoted || ('quoted' in part && part.quoted)
    switch (part.t) {
      case 'lit': {
        const tilde =
          !quoted && (i === 0 || assignment)
            ? expandTilde(part.s, word.length === 1 || part.s.includes('/'), env, i === 0, assignment)
            : undefined
        if (tilde) {
          for (const p of tilde) out.add(p.s, p.quoted)
        } else if (quoted) out.add(part.s, true)
        else if (operand) out.split(part.s)
        else out.add(part.s, false)
        break
      }
      case 'quo':
        out.add(part.s, true)
        break
      case 'bad':
        throw new ExpandError(`${part.text}: bad substitution`)
      case 'cmd': {
        const text = env.subs[env.used]
        if (text === undefined) throw new Need(part.source)
        env.used++
        if (q) out.add(text.replace(/\n+$/, ''), true)
        else out.split(text.replace(/\n+$/, ''))
        break
      }
      case 'arith': {
        const text = String(arith(expandOne(part.expr, env), env))
        if (q) out.add(text, true)
        else out.split(text)
        break
      }
      case 'var':
        addVar(part, env, out, q)
    }
  })
}

export function arith(text: string, env: ExpandEnv): number {
  try {
    return evaluate(text, env)
  } catch (e) {
    if (e instanceof ArithError) throw new ExpandError(e.message)
    throw e
  }
}

function expandTilde(s: string, whole: boolean, env: ExpandEnv, first: boolean, assignment: boolean): Piece[] | undefined {
  const home = env.get('HOME') ?? '/root'
  const places: Readonly<Record<string, string | undefined>> = { '~': home, '~+': env.get('PWD'), '~-': env.get('OLDPWD') }
  const one = (text: string, complete: boolean): Piece[] | undefined => {
    const m = /^~[+-]?(?=\/|$)/.exec(text)
    if (!m || (!complete && m[0].length === text.length)) return undefined
    const place = places[m[0]]
    return place === undefined
      ? undefined
      : [
          { s: place, quoted: true },
          { s: text.slice(m[0].length), quoted: false },
        ]
  }
  if (!assignment) return first ? one(s, whole) : undefined
  if (!s.includes('~')) return undefined
  return s
    .split(':')
    .flatMap((text, i) => [
      ...(i ? [{ s: ':', quoted: false }] : []),
      ...((i > 0 || first ? one(text, true) : undefined) ?? [{ s: text, quoted: false }]),
    ])
}

function addVar(part: Part & { t: 'var' }, env: ExpandEnv, out: Fields, quoted: boolean): void {
  const { name, op } = part
  if (name === '@' || name === '*') {
    let args: readonly string[] = env.args
    if (op?.op === 'length') return out.add(String(args.length), quoted)
    if (op?.op === 'slice') {
      const from = arith(expandOne(op.word, env), env)
      const count = op.word2 ? arith(expandOne(op.word2, env), env) : Infinity
      const all = [env.name0, ...args]
      args = (from <= 0 ? (from < 0 ? all.slice(from) : all) : all.slice(from)).slice(0, count)
    } else if (op && (op.op.includes('-') || op.op.includes('+') || op.op.includes('?') || op.op.includes('='))) {
      const use = byDefault(part, args.length === 0 ? undefined : args.join(' '), env, out, quoted)
      if (use) return
    } else if (op) args = args.map((a) => transform(a, op, env))
    if (quoted && name === '*') {
      out.add(args.join((env.get('IFS') ?? ' ').charAt(0)), true)
      return
    }
    args.forEach((a, i) => {
      if (i > 0) out.end()
      if (quoted) out.add(a, true)
      else out.split(a)
    })
    return
  }
  const value = special(env, name)
  if (op === undefined) {
    if (value === undefined && env.nounset) throw new ExpandError(`${name}: unbound variable`)
    if (value !== undefined) {
      if (quoted) out.add(value, true)
      else out.split(value)
    } else if (quoted) out.add('', true)
    return
  }
  if (byDefault(part, value, env, out, quoted)) return
  if (value === undefined && env.nounset && !/^:?[-=+?]$/.test(op.op)) throw new ExpandError(`${name}: unbound variable`)
  const text = transform(value ?? '', op, env)
  if (quoted) out.add(text, true)
  else out.split(text)
}

/** `:-`, `:=`, `:+`, `:?` and the forms without a colon: true when the operator decided what is put out. */
function byDefault(part: Part & { t: 'var' }, value: string | undefined, env: ExpandEnv, out: Fields, quoted: boolean): boolean {
  const op = part.op!
  if (!/^:?[-=+?]$/.test(op.op)) return false
  const missing = value === undefined || (op.op.startsWith(':') && value === '')
  const kind = op.op.replace(':', '')
  const use = (word: Word) => {
    if (quoted) out.add('', true)
    addWord(word, env, out, quoted, false, true)
  }
  if (kind === '+') {
    if (!missing) use(op.word)
    else if (quoted) out.add('', true)
    return true
  }
  if (!missing) return false
  if (kind === '-') use(op.word)
  else if (kind === '?') {
    const message = expandOne(op.word, env)
    throw new ExpandError(`${part.name}: ${message || (op.op === '?' ? 'parameter not set' : 'parameter null or not set')}`)
  } else {
    if (!/^[A-Za-z_]/.test(part.name)) throw new ExpandError(`$${part.name}: cannot assign in this way`)
    const text = expandOne(op.word, env)
    env.set(part.name, text)
    if (quoted) out.add(text, true)
    else out.split(text)
  }
  return true
}

/** Length, slices, prefixes, suffixes, replacement, case. */
function transform(value: string, op: ParamOp, env: ExpandEnv): string {
  const pattern = () => compilePattern(expandPieces(op.word, env))
  switch (op.op) {
    case 'length':
      return String([...value].length)
    case 'slice': {
      const chars = [...value]
      const from = arith(expandOne(op.word, env), env)
      const start = from < 0 ? chars.length + from : from
      if (start < 0 || start > chars.length) return ''
      if (!op.word2) return chars.slice(start).join('')
      const count = arith(expandOne(op.word2, env), env)
      const end = count < 0 ? chars.length + count : start + count
      if (end < start) throw new ExpandError(`${count}: substring expression < 0`)
      return chars.slice(start, end).join('')
    }
    case '#':
    case '##':
      return trimStart(value, pattern(), op.op === '##')
    case '%':
    case '%%':
      return trimEnd(value, pattern(), op.op === '%%')
    case '/':
    case '//':
    case '/#':
    case '/%':
      return replace(value, pattern(), op.word2 ? expandOne(op.word2, env) : '', op.op)
    case '^':
      return value.charAt(0).toUpperCase() + value.slice(1)
    case '^^':
      return value.toUpperCase()
    case ',':
      return value.charAt(0).toLowerCase() + value.slice(1)
    case ',,':
      return value.toLowerCase()
    default:
      return value
  }
}

function trimStart(value: string, pattern: readonly PatternItem[], longest: boolean): string {
  for (let i = 0; i <= value.length; i++) {
    const cut = longest ? value.length - i : i
    if (matches(pattern, value.slice(0, cut))) return value.slice(cut)
  }
  return value
}
function trimEnd(value: string, pattern: readonly PatternItem[], longest: boolean): string {
  for (let i = 0; i <= value.length; i++) {
    const cut = longest ? i : value.length - i
    if (matches(pattern, value.slice(cut))) return value.slice(0, cut)
  }
  return value
}
function replace(value: string, pattern: readonly PatternItem[], by: string, op: string): string {
  if (pattern.length === 0) return value
  let out = ''
  let i = 0
  let did = false
  while (i < value.length) {
    let end = -1
    if (!(did && op !== '//') && !(op === '/#' && i > 0))
      for (let j = value.length; j > i; j--)
        if ((op !== '/%' || j === value.length) && matches(pattern, value.slice(i, j))) {
          end = j
          break
        }
    if (end < 0) out += value[i++]
    else {
      out += by
      i = end
      did = true
    }
  }
  return out
}

function fieldsOf(word: Word, env: ExpandEnv): Piece[][] {
  const out = new Fields(env.get('IFS') ?? IFS)
  addWord(word, env, out, false, false)
  out.end()
  return out.done
}

const text = (pieces: readonly Piece[]): string => pieces.map((p) => p.s).join('')

/** The fields that words become: arguments, the list of a `for`. Throws Need and ExpandError. */
export function expandFields(words: readonly Word[], env: ExpandEnv): string[] {
  const fields: string[] = []
  for (const whole of words)
    for (const word of expandBraces(whole))
      for (const pieces of fieldsOf(word, env)) {
        const paths = !env.noglob && hasMagic(pieces) ? globPaths(pieces, env.list) : []
        if (paths.length > 0) fields.push(...paths)
        else fields.push(text(pieces))
      }
  return fields
}

/** Not split, not matched against files: the value of an assignment, the word of a `case`, a here-document. */
export function expandOne(word: Word, env: ExpandEnv, assignment = false): string {
  return text(expandPieces(word, env, assignment))
}

/** As expandOne, with what was quoted marked: for patterns. */
export function expandPieces(word: Word, env: ExpandEnv, assignment = false): Piece[] {
  // No field separators: everything stays in one field. "$@" still makes several, joined by blanks.
  const out = new Fields('')
  addWord(word, env, out, false, assignment)
  out.end()
  return out.done.flatMap((pieces, i) => (i ? [{ s: ' ', quoted: true }, ...pieces] : pieces))
}
