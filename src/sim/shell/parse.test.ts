import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from './parse.ts'
import { printProgram } from './print.ts'

/** Text made of the pieces that shells trip over. */
const shellish = fc
  .array(
    fc.constantFrom('echo', 'a', 'if', 'then', 'fi', 'for', 'in', 'do', 'done', 'while', 'case', 'esac', '{', '}', '(', ')', '((', '))', '[[', ']]', '|', '||', '&&', '&', ';', ';;', '\n', ' ', '  ', '\t', "'", '"', '\\', '\\\n', '$', '$x', '${', '${x', ':-', '#', '%', '`', '$(', '$((', '<', '<<', '<<<', '>', '>>', '2>', '2>&1', '&>', '!', '=', 'x=', 'x=1', '*', '?', '[', ']', '~', 'é', 'EOF', 'function', 'f()', 'time'),
    { maxLength: 30 },
  )
  .map((parts) => parts.join('')) // prettier-ignore

/** Whole programs. */
const { program } = fc.letrec<{ program: string; command: string; word: string }>((tie) => ({
  word: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'command' },
    { weight: 4, arbitrary: fc.constantFrom('a', 'b.txt', '-n', '$x', '"$x y"', "'q $z'", '${y:-d}', '"${y%.*}"', '*.log', '~/d', 'k=v', '$((1+2))', '\\;', '""', '{a,b}', '"a\\"b"', '$1', '"$@"', '`a b`', "$'t\\n'", '${#x}', 'x${z}y', 'a#b', '\\$5', "it\\'s") },
    { weight: 1, arbitrary: tie('command').map((c) => `$( ${c})`) },
    { weight: 1, arbitrary: tie('command').map((c) => `"$( ${c})"`) },
  ),
  command: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'command' },
    { weight: 5, arbitrary: fc.array(tie('word'), { minLength: 1, maxLength: 3 }).map((w) => ['cmd', ...w].join(' ')) },
    { weight: 1, arbitrary: fc.tuple(tie('word'), tie('word')).map(([a, b]) => `x=${a} cmd >${b} 2>&1`) },
    { weight: 1, arbitrary: fc.tuple(tie('command'), tie('command')).map(([a, b]) => `${a} | ${b}`) },
    { weight: 1, arbitrary: fc.tuple(tie('command'), tie('command')).map(([a, b]) => `${a} && ${b}`) },
    { weight: 1, arbitrary: tie('command').map((c) => `{ ${c}\n }`) },
    { weight: 1, arbitrary: tie('command').map((c) => `(${c})`) },
    { weight: 1, arbitrary: fc.tuple(tie('command'), tie('command')).map(([a, b]) => `if ${a}; then ${b}; else ${a}; fi`) },
    { weight: 1, arbitrary: fc.tuple(tie('word'), tie('command')).map(([w, c]) => `for i in ${w}; do ${c}; done`) },
    { weight: 1, arbitrary: tie('command').map((c) => `while ${c}; do ${c}; done <f`) },
    { weight: 1, arbitrary: fc.tuple(tie('word'), tie('command')).map(([w, c]) => `case ${w} in a|b) ${c};; *) ;; esac`) },
    { weight: 1, arbitrary: tie('command').map((c) => `f() { ${c}\n }`) },
    { weight: 1, arbitrary: tie('command').map((c) => `{ ! ${c} & }`) },
  ),
  program: fc.array(tie('command'), { minLength: 1, maxLength: 3 }).map((c) => c.join('\n') + '\n'),
})) // prettier-ignore

const shape = (source: string): unknown =>
  JSON.parse(
    JSON.stringify(parse(source), (key, value: unknown) => (key === 'line' || key === 'source' || key === 'end' ? undefined : value)),
  )

describe('parse', () => {
  test('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(shellish, (source) => void parse(source)),
      { numRuns: 1500 },
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (source) => void parse(source)),
      { numRuns: 500 },
    )
  })

  test('what it reads is printed as text that reads the same', () => {
    fc.assert(
      fc.property(program, (source) => {
        const first = parse(source)
        expect(first.error).toBeUndefined()
        const printed = printProgram(first)
        expect(parse(printed).error).toBeUndefined()
        expect(printProgram(parse(printed))).toBe(printed)
      }),
      { numRuns: 500 },
    )
    fc.assert(
      fc.property(shellish, (source) => {
        const first = parse(source)
        if (first.error) return
        const printed = printProgram(first)
        expect(printProgram(parse(printed))).toBe(printed)
      }),
      { numRuns: 3000 },
    )
  })

  test('a cut program is unfinished, not wrong', () => {
    for (const source of ['if true; then', 'for i in a b\n', 'while true; do x\n', 'echo "a', "echo 'a", 'a |', 'a &&', '( a', '{ a;', 'cat <<E\nx\n', 'case x in\n', 'echo ${x', 'echo $(a', 'a \\\n', '[[ -f x'])
      expect([source, parse(source).error?.incomplete]).toEqual([source, true])
  }) // prettier-ignore

  test.each([
    ['fi', "syntax error near unexpected token `fi'"],
    ['a | | b', "syntax error near unexpected token `|'"],
    ['; a', "syntax error near unexpected token `;'"],
    ['echo a >', "syntax error near unexpected token `newline'"],
    ['a )', "syntax error near unexpected token `)'"],
    ['for 1x in a; do b; done', "`1x': not a valid identifier"],
    ['x=(1 2)', 'arrays are not modelled'],
    ['diff <(a) <(b)', 'process substitution is not modelled; use a pipe or a file'],
  ])('%s: %s', (source, message) => {
    expect(parse(source).error).toMatchObject({ message, incomplete: false })
  })

  test('keeps the complete commands before an error', () => {
    const program = parse('echo a\nfi\n')
    expect(program.commands).toHaveLength(1)
    expect(program.error?.line).toBe(2)
  })

  test('nests up to a bound', () => {
    expect(parse('('.repeat(90) + 'a' + ')'.repeat(90)).error?.message ?? '').toMatch(/^$|nested deeper/)
    expect(parse('('.repeat(5000)).error?.message).toMatch(/nested deeper/)
    expect(parse('$('.repeat(5000)).error?.message).toMatch(/nested deeper/)
    expect(parse('$(('.repeat(5000)).error?.message).toMatch(/nested deeper/)
  })

  test('reads a long line in reasonable time', () => {
    const long = 'echo ' + 'word '.repeat(12_000)
    expect(parse(long).error).toBeUndefined()
  })

  test('continuations and comments leave no trace', () => {
    expect(shape('echo a \\\n  b # c\n')).toEqual(shape('echo a b\n'))
  })
})
