// Conditions: `test`, `[` and `[[ ]]`.

import type { Fd, File } from '../kernel/index.ts'
import type { Word } from './ast.ts'
import { arith, expandOne, expandPieces, type ExpandEnv } from './expand.ts'
import { compilePattern, matches, type Piece } from './pattern.ts'

export interface FileTests {
  readonly files: { stat(path: string): File | undefined }
  /** Is a descriptor a terminal? */
  readonly stdin?: Fd
  readonly stdout?: Fd
  readonly stderr?: Fd
}

/** A message that goes after `test: `; status 2. */
export class TestError extends Error {}

const UNARY = /^-[abcdefghknoprstuwxzGLNOS]$/
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef', '-a', '-o'])

function unary(env: FileTests, op: string, value: string): boolean {
  const file = () => (value === '/dev/null' ? undefined : env.files.stat(value))
  switch (op) {
    case '-n':
      return value !== ''
    case '-z':
      return value === ''
    case '-a':
    case '-e':
      return value === '/dev/null' || file() !== undefined
    case '-f':
      return file()?.dir === false
    case '-d':
      return file()?.dir === true
    case '-s':
      return (file()?.size ?? 0) > 0
    case '-r':
    case '-w':
    case '-O':
    case '-G':
      return file() !== undefined
    case '-x':
      return ((file()?.mode ?? 0) & 0o111) !== 0
    case '-c':
      return value === '/dev/null'
    case '-t':
      return (value === '0' ? env.stdin : value === '1' ? env.stdout : value === '2' ? env.stderr : undefined)?.kind === 'terminal'
    default:
      return false
  }
}

function integer(text: string): number {
  const t = text.trim()
  if (!/^[-+]?\d+$/.test(t)) throw new TestError(`${text}: integer expression expected`)
  return Number(t)
}

function binary(env: FileTests, a: string, op: string, b: string): boolean {
  switch (op) {
    case '=':
    case '==':
      return a === b
    case '!=':
      return a !== b
    case '<':
      return a < b
    case '>':
      return a > b
    case '-eq':
      return integer(a) === integer(b)
    case '-ne':
      return integer(a) !== integer(b)
    case '-lt':
      return integer(a) < integer(b)
    case '-le':
      return integer(a) <= integer(b)
    case '-gt':
      return integer(a) > integer(b)
    case '-ge':
      return integer(a) >= integer(b)
    case '-nt':
      return (env.files.stat(a)?.mtime ?? -1) > (env.files.stat(b)?.mtime ?? -1)
    case '-ot':
      return (env.files.stat(a)?.mtime ?? -1) < (env.files.stat(b)?.mtime ?? -1)
    case '-ef':
      return a === b
    default:
      throw new TestError(`${op}: binary operator expected`)
  }
}

/** `test ARGS`: true or false; throws TestError. */
export function test(env: FileTests, args: readonly string[]): boolean {
  let i = 0
  const or = (): boolean => {
    let v = and()
    while (args[i] === '-o') {
      i++
      const right = and()
      v = v || right
    }
    return v
  }
  const and = (): boolean => {
    let v = not()
    while (args[i] === '-a') {
      i++
      const right = not()
      v = v && right
    }
    return v
  }
  const not = (): boolean => {
    if (args[i] === '!' && i + 1 < args.length) {
      i++
      return !not()
    }
    return primary()
  }
  const primary = (): boolean => {
    const a = args[i]
    if (a === undefined) throw new TestError('argument expected')
    const op = args[i + 1]
    if (op !== undefined && BINARY.has(op) && op !== '-a' && op !== '-o' && args[i + 2] !== undefined) {
      i += 3
      return binary(env, a, op, args[i - 1]!)
    }
    if (a === '(' && args.length > i + 2) {
      i++
      const v = or()
      if (args[i++] !== ')') throw new TestError("`)' expected")
      return v
    }
    if (UNARY.test(a) && op !== undefined) {
      i += 2
      return unary(env, a, op)
    }
    i++
    return a !== ''
  }
  // The POSIX rules by number of arguments come first, so that `test -n` and `test ! =` mean what they do.
  if (args.length === 0) return false
  if (args.length === 1) return args[0] !== ''
  if (args.length === 2) {
    if (args[0] === '!') return args[1] === ''
    if (UNARY.test(args[0]!)) return unary(env, args[0]!, args[1]!)
    throw new TestError(`${args[0]}: unary operator expected`)
  }
  if (args.length === 3 && args[0] !== '!' && args[0] !== '(') {
    if (args[1] === '-a') return args[0] !== '' && args[2] !== ''
    if (args[1] === '-o') return args[0] !== '' || args[2] !== ''
    return binary(env, args[0]!, args[1]!, args[2]!)
  }
  const v = or()
  if (i < args.length) throw new TestError(args.length > 3 ? 'too many arguments' : `${args[i]}: binary operator expected`)
  return v
}

/** `[[ WORDS ]]`: words are not split, the right side of `==` is a pattern. Throws what expansion throws. */
export function conditionHolds(files: FileTests, words: readonly Word[], env: ExpandEnv): boolean {
  let i = 0
  const literal = (at: number): string | undefined => {
    const w = words[at]
    return w?.length === 1 && w[0]!.t === 'lit' ? w[0]!.s : undefined
  }
  const or = (skip: boolean): boolean => {
    let v = and(skip)
    while (literal(i) === '||') {
      i++
      const right = and(skip || v)
      v = v || right
    }
    return v
  }
  const and = (skip: boolean): boolean => {
    let v = not(skip)
    while (literal(i) === '&&') {
      i++
      const right = not(skip || !v)
      v = v && right
    }
    return v
  }
  const not = (skip: boolean): boolean => {
    if (literal(i) === '!') {
      i++
      return !not(skip)
    }
    if (literal(i) === '(') {
      i++
      const v = or(skip)
      if (literal(i) === ')') i++
      return v
    }
    return primary(skip)
  }
  const primary = (skip: boolean): boolean => {
    const op = literal(i + 1)
    if (op !== undefined && (BINARY.has(op) || op === '=~') && words[i + 2]) {
      const [left, right] = [words[i]!, words[i + 2]!]
      i += 3
      if (skip) return false
      const a = expandOne(left, env)
      if (op === '=~') return regexMatches(expandPieces(right, env), a)
      if (op === '=' || op === '==' || op === '!=') return matches(compilePattern(expandPieces(right, env)), a) === (op !== '!=')
      const b = expandOne(right, env)
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(op)) return binary(files, String(arith(a, env)), op, String(arith(b, env)))
      return binary(files, a, op, b)
    }
    const first = literal(i)
    if (first !== undefined && UNARY.test(first) && words[i + 1]) {
      const value = words[i + 1]!
      i += 2
      if (skip) return false
      const text = expandOne(value, env)
      return first === '-v' ? env.get(text) !== undefined : unary(files, first, text)
    }
    const word = words[i++]
    return skip || !word ? false : expandOne(word, env) !== ''
  }
  return or(false)
}

function regexMatches(pieces: readonly Piece[], text: string): boolean {
  const source = pieces.map((p) => (p.quoted ? p.s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : p.s)).join('')
  try {
    return new RegExp(source).test(text)
  } catch {
    throw new TestError(`${source}: invalid regular expression`)
  }
}
