import { describe, expect, test } from 'vitest'
import { List } from '../base/index.ts'
import { test as holds, TestError } from './cond.ts'
import { echoText, printfText } from './format.ts'
import { expandHistory, historyLines } from './history.ts'

describe('echo and printf', () => {
  test.each<[string[], string]>([
    [['a', 'b'], 'a b\n'],
    [['-n', 'a'], 'a'],
    [['-e', 'a\\tb\\n'], 'a\tb\n\n'],
    [['a\\tb'], 'a\\tb\n'],
    [['-e', 'a\\cb'], 'a'],
    [['-x', 'a'], '-x a\n'],
    [['-nE', 'a\\n'], 'a\\n'],
  ])('echo %j', (args, text) => {
    expect(echoText(args)).toBe(text)
  })
  test.each<[string, string[], string]>([
    ['k1:one\\nk2:two\\n', [], 'k1:one\nk2:two\n'],
    ['%s-%s\\n', ['a', 'b', 'c'], 'a-b\nc-\n'],
    ['%5d|%-5d|%05d\\n', ['42', '42', '42'], '   42|42   |00042\n'],
    ['%x %X %o %c %%\\n', ['255', '255', '8', 'hello'], 'ff FF 10 h %\n'],
    ['%.2f %e\\n', ['3.14159', '12345'], '3.14 1.234500e+04\n'],
    ['%b', ['a\\tb'], 'a\tb'],
    ['%q', ["it's"], "it\\'s"],
    ['%5.1s|', ['abc'], '    a|'],
    ['%*d', ['5', '1'], '    1'],
    ['no arguments', ['a', 'b'], 'no arguments'],
  ])('printf %j %j', (format, args, text) => {
    expect(printfText(format, args)).toEqual({ text, errors: [] })
  })
  test('printf says what is no number', () => {
    expect(printfText('%d\n', ['abc'])).toEqual({ text: '0\n', errors: ['abc: invalid number'] })
  })
})

describe('test', () => {
  const files = { files: { stat: (path: string) => (path === 'f' || path === 'd' ? { text: '', records: undefined, size: path === 'f' ? 3 : 4096, mode: 0o644, mtime: 0 as never, dir: path === 'd' } : undefined) } } // prettier-ignore
  test.each<[string, boolean]>([
    ['', false],
    ['a', true],
    ['-n', true],
    ['! a', false],
    ['-z a', false],
    ['a = a', true],
    ['a != a', false],
    ['2 -lt 10', true],
    ['2 < 10', false],
    ['-f f', true],
    ['-d f', false],
    ['-d d -a -s f', true],
    ['-e nope -o a', true],
    ['! -e nope', true],
    ['( a = b ) -o ( a = a )', true],
    ['= = =', true],
  ])('test %s', (args, expected) => {
    expect(holds(files, args === '' ? [] : args.split(' '))).toBe(expected)
  })
  test.each([
    [['1', '-eq', 'x'], 'x: integer expression expected'],
    [['1', '-foo', '2'], '-foo: binary operator expected'],
    [['a', 'b', 'c', 'd'], 'too many arguments'],
  ])('test %j fails', (args, message) => {
    expect(() => holds(files, args)).toThrow(TestError)
    expect(() => holds(files, args)).toThrow(message)
  })
})

describe('history', () => {
  const list = List.of(['ls -l', 'echo a', 'cat f'])
  test.each<[string, string]>([
    ['!!', 'cat f'],
    ['sudo !!', 'sudo cat f'],
    ['!1', 'ls -l'],
    ['!-2 x', 'echo a x'],
    ['!ec', 'echo a'],
    ["echo '!!' !", "echo '!!' !"],
    ['! true', '! true'],
    ['echo $! ${!x}', 'echo $! ${!x}'],
    ['a \\!!', 'a \\!!'],
  ])('%s', (line, expected) => {
    expect(expandHistory(line, list)).toMatchObject({ line: expected })
  })
  test('says what it does not find', () => {
    expect(expandHistory('!zz', list)).toEqual({ missing: '!zz' })
  })
  test('numbers its lines', () => {
    expect(historyLines(list, 2)).toBe('    2  echo a\n    3  cat f\n')
  })
})
