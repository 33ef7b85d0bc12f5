import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from './arith.ts'
import type { Node } from './ast.ts'
import { expandFields, Need, type ExpandEnv } from './expand.ts'
import { parse } from './parse.ts'
import { compilePattern, matches } from './pattern.ts'
import { quote } from './print.ts'

const DISK: Readonly<Record<string, readonly string[]>> = {
  '': ['.hidden', 'a.log', 'b.log', 'data', 'x y'],
  data: ['kafka1', 'kafka2'],
  'data/kafka1': [],
  'data/kafka2': [],
}

function env(vars: Record<string, string> = {}, more: Partial<ExpandEnv> = {}): ExpandEnv {
  const all: Record<string, string> = { x: 'foo boo', e: '', sp: ' a  b ', HOME: '/home/you', colon: 'a:b:', n: '4', ...vars }
  return {
    get: (name) => all[name],
    set: (name, value) => void (all[name] = value),
    name0: 'bash',
    args: ['p q', 'r', ''],
    status: 7,
    pid: 42,
    lastBackground: 0,
    flags: '',
    nounset: false,
    noglob: false,
    list: (dir) => DISK[dir.replace(/\/$/, '')],
    subs: [],
    used: 0,
    ...more,
  }
}
function fields(words: string, e = env()): string[] {
  const node = parse('echo ' + words).nodes.find(
    (n): n is Node & { k: 'simple' } => n.k === 'simple' && n.words[0]?.[0]?.t === 'lit' && n.words[0][0].s === 'echo',
  )!
  return expandFields(node.words.slice(1), e)
}

describe('expansion', () => {
  // Each answer is what bash 5.2 makes of the same words.
  test.each<[string, string[]]>([
    ['a{b,c}d {1..3} {01..3} {3..1} {a..c}{1,2} a{b}c {,x}', ['abd', 'acd', '1', '2', '3', '01', '02', '03', '3', '2', '1', 'a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'a{b}c', 'x']],
    ['"{1..3}" {a,{b,c}}', ['{1..3}', 'a', 'b', 'c']],
    ['~ ~/x x~ "~"', ['/home/you', '/home/you/x', 'x~', '~']],
    ['"$@"', ['p q', 'r', '']],
    ['$@', ['p', 'q', 'r']],
    ['pre"$@"post', ['prep q', 'r', 'post']],
    ['"$*"', ['p q r ']],
    ['$# $? $$ $1 ${10}x', ['3', '7', '42', 'p', 'q', 'x']],
    ['$x "$x" ${x}y ${#x}', ['foo', 'boo', 'foo boo', 'foo', 'booy', '7']],
    ['$sp a$sp $sp"z"', ['a', 'b', 'a', 'a', 'b', 'a', 'b', 'z']],
    ['${no:-a b} "${no:-a b}" ${no:-"a b"} ${e:-d} ${e-d}x ${x:+y} ${no+z}', ['a', 'b', 'a b', 'a b', 'd', 'x', 'y']],
    ['${x#f} ${x##*o} ${x%o*} ${x%%o*} ${x/o/0} ${x//o/0}', ['oo', 'boo', 'foo', 'bo', 'f', 'f0o', 'boo', 'f00', 'b00']],
    ['"${x:1:3}" "${x: -3}" "${x:0:-1}" "${@:2}"', ['oo ', 'boo', 'foo bo', 'r', '']],
    ["'$x' \\$x $'a\\tb' \"\" $e\"\"", ['$x', '$x', 'a\tb', '', '']],
    ['*.log', ['a.log', 'b.log']],
    ['"*.log" \\*.log', ['*.log', '*.log']],
    ['*', ['a.log', 'b.log', 'data', 'x y']],
    ['.h*', ['.hidden']],
    ['data/*/ d?ta/k*1 [ab].log no*such', ['data/kafka1/', 'data/kafka2/', 'data/kafka1', 'a.log', 'b.log', 'no*such']],
    ['$((1+2*3)) $((n++)) $n $((0x1f)) $((010)) $(( (1+2)*3 )) $((1?2:3)) $((7&3|8)) $((2**10)) $((-7%3))', ['7', '4', '5', '31', '8', '9', '2', '11', '1024', '-1']],
  ])('%s', (words, expected) => {
    expect(fields(words)).toEqual(expected)
  }) // prettier-ignore

  test('IFS other than blanks keeps empty fields', () => {
    expect(fields('$colon', env({ IFS: ':' }))).toEqual(['a', 'b'])
    expect(fields('$v', env({ IFS: ':', v: 'a::b' }))).toEqual(['a', '', 'b'])
  })

  test('no parameters: "$@" is no word', () => {
    expect(fields('"$@"', env({}, { args: [] }))).toEqual([])
    expect(fields('a "$@" b', env({}, { args: [] }))).toEqual(['a', 'b'])
  })

  test('asks for the output of a substitution, then uses it', () => {
    expect(() => fields('$(date)')).toThrow(Need)
    expect(fields('a$(x)b "$(y)"', env({}, { subs: ['1 2\n\n', '3  4\n'] }))).toEqual(['a1', '2b', '3  4'])
  })

  test.each([
    ['${no:?gone}', 'no: gone'],
    ['${x!y}', '${x!y}: bad substitution'],
    ['$((1/0))', '1/0: division by 0 (error token is "0")'],
  ])('%s fails', (words, message) => {
    expect(() => fields(words)).toThrow(message)
  })
  test('set -u', () => {
    expect(() => fields('$no', env({}, { nounset: true }))).toThrow('no: unbound variable')
    expect(fields('${no-x}', env({}, { nounset: true }))).toEqual(['x'])
  })

  test('a quoted text is one word, unchanged', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(fields(quote(text))).toEqual([text])))
    fc.assert(fc.property(fc.string(), (text) => void expect(fields('"$v"', env({ v: text }))).toEqual([text])))
  })
})

describe('arithmetic', () => {
  const value = (text: string) => evaluate(text, { get: (n) => ({ a: '3', b: 'a + 1' })[n], set: () => {} })
  test.each([
    ['', 0],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['a * b', 12],
    ['1 << 4 | 3', 19],
    ['!0 && ~1 < 0', 1],
    ['a > 2 ? 10 : 20', 10],
    ['2 ** 3 ** 2', 512],
    ['16#ff', 255],
    ['0 && 1/0', 0],
  ])('%s', (text, expected) => {
    expect(value(text)).toBe(expected)
  })
  test('never hangs, and fails with a message', () => {
    for (const text of ['1 +', '(', '1 2', '@', 'a = = 1', '((((', '-'.repeat(5000) + '1'])
      expect(() => value(text)).toThrow(/error token|recursion/)
  })
})

describe('patterns', () => {
  const match = (pattern: string, text: string) => matches(compilePattern([{ s: pattern, quoted: false }]), text)
  test.each<[string, string, boolean]>([
    ['*', '', true],
    ['a*b*c', 'aXbYc', true],
    ['a*b*c', 'aXbY', false],
    ['[a-c]?', 'bz', true],
    ['[!a-c]', 'b', false],
    ['[[:digit:]]*', '4x', true],
    ['[', '[', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
  ])('%s against %s', (pattern, text, expected) => {
    expect(match(pattern, text)).toBe(expected)
  })
  test('many stars are no danger', () => {
    expect(match('*a'.repeat(50) + 'b', 'a'.repeat(2000))).toBe(false)
  })
})
