import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { keyName } from './keys.ts'
import { EMPTY_LINE, press, take, type Asked, type Editing, type Line } from './line.ts'
import { paste, PASTE_LINES_LIMIT, tooLong } from './paste.ts'

const HISTORY = ['docker-compose up -d', './wrappers/zk-shell zoo1', 'docker-compose kill kafka2']
const WORDS = ['kafka1', 'kafka2', 'zoo1']
const editing: Editing = {
  history: HISTORY,
  running: false,
  complete(text, cursor) {
    const start = text.lastIndexOf(' ', cursor - 1) + 1
    const typed = text.slice(start, cursor)
    return { start, end: cursor, candidates: WORDS.filter((w) => w.startsWith(typed)).map((w) => ({ text: w, label: w, whole: true })) }
  },
}

/** A line as text with `|` for the cursor, after some keys. */
function keys(from: string, ...names: string[]): { shows: string; asked: Asked | undefined; line: Line } {
  const cursor = from.indexOf('|')
  let line: Line = { ...EMPTY_LINE, text: from.replace('|', ''), cursor }
  let asked: Asked | undefined
  for (const name of names) {
    const pressed = press(line, name, editing)
    if (!pressed) throw new Error(`no meaning for ${name}`)
    ;({ line, asked } = pressed)
  }
  return { shows: `${line.text.slice(0, line.cursor)}|${line.text.slice(line.cursor)}`, asked, line }
}

describe('the line being edited', () => {
  test.each([
    ['ab|', ['c'], 'abc|'],
    ['ab|', ['left', 'left', 'x'], 'x|ab'],
    ['a👍|', ['left', 'right', 'backspace'], 'a|'],
    ['one two|', ['ctrl-a'], '|one two'],
    ['|one two', ['ctrl-e'], 'one two|'],
    ['one two|', ['home', 'delete'], '|ne two'],
    ['--topic foo-bar|', ['alt-b'], '--topic foo-|bar'],
    ['--topic foo-bar|', ['alt-b', 'alt-b'], '--topic |foo-bar'],
    ['|--topic foo', ['alt-f'], '--topic| foo'],
    ['ls data/kafka1 |', ['ctrl-w'], 'ls |'],
    ['ls data/kafka1|', ['alt-backspace'], 'ls data/|'],
    ['ls |data', ['alt-d'], 'ls |'],
    ['one |two', ['ctrl-k'], 'one |'],
    ['one |two', ['ctrl-u'], '|two'],
    ['one |two', ['ctrl-u', 'ctrl-e', 'ctrl-y'], 'twoone |'],
    ['one two|', ['ctrl-w', 'ctrl-a', 'ctrl-y'], 'two|one '],
    ['ab|c', ['ctrl-d'], 'ab|'],
    ['kill |', ['alt-.'], 'kill kafka2|'],
  ])('%s with %j is %s', (from, names, shows) => {
    expect(keys(from, ...names).shows).toBe(shows)
  })

  test('enter gives the line and begins another', () => {
    const { shows, asked } = keys('ls|', 'enter')
    expect(asked).toEqual({ ask: 'enter', text: 'ls' })
    expect(shows).toBe('|')
  })
  test('up and down walk through the history and come back to what was begun', () => {
    expect(keys('wip|', 'up').shows).toBe('docker-compose kill kafka2|')
    expect(keys('wip|', 'up', 'up', 'up', 'up').shows).toBe('docker-compose up -d|')
    expect(keys('wip|', 'up', 'up', 'down', 'down').shows).toBe('wip|')
    expect(keys('wip|', 'down').shows).toBe('wip|')
  })
  test('ctrl-r finds lines that have the letters, older with each ctrl-r', () => {
    expect(keys('x|', 'ctrl-r', 'c', 'o', 'm').line.text).toBe('docker-compose kill kafka2')
    expect(keys('x|', 'ctrl-r', 'c', 'o', 'm', 'ctrl-r').line.text).toBe('docker-compose up -d')
    expect(keys('x|', 'ctrl-r', 'c', 'ctrl-g').shows).toBe('x|')
    expect(keys('x|', 'ctrl-r', 'z', 'k', 'enter').asked).toEqual({ ask: 'enter', text: './wrappers/zk-shell zoo1' })
    expect(keys('x|', 'ctrl-r', 'z', 'k', 'ctrl-e').shows).toBe('./wrappers/zk-shell zoo1|')
    expect(keys('x|', 'ctrl-r', '9').asked).toEqual({ ask: 'bell' })
    expect(keys('x|', 'ctrl-r', 'z', '9', 'backspace').line.text).toBe('./wrappers/zk-shell zoo1')
  })
  test('tab completes what is certain, then lists', () => {
    expect(keys('kill z|', 'tab').shows).toBe('kill zoo1 |')
    expect(keys('kill k|', 'tab').shows).toBe('kill kafka|')
    expect(keys('kill kafka|', 'tab').line.candidates?.map((c) => c.label)).toEqual(['kafka1', 'kafka2'])
    expect(keys('kill kafka|', 'tab', '1').line.candidates).toBeUndefined()
    expect(keys('kill q|', 'tab').asked).toEqual({ ask: 'bell' })
    expect(keys('kill z| now', 'tab').shows).toBe('kill zoo1| now')
  })
  test('a candidate taken replaces what was typed of it', () => {
    const { line } = keys('kill kafka|', 'tab')
    expect(take(line, editing.complete(line.text, line.cursor), line.candidates![1]!).text).toBe('kill kafka2 ')
  })
  test('ctrl-c throws a line away; on an empty one, and in a program, the World hears it', () => {
    expect(keys('half a line|', 'ctrl-c')).toMatchObject({ shows: '|', asked: undefined })
    expect(keys('|', 'ctrl-c').asked).toEqual({ ask: 'control', key: 'C' })
    const pressed = press({ ...EMPTY_LINE, text: 'x', cursor: 1 }, 'ctrl-c', { ...editing, running: true })
    expect(pressed).toMatchObject({ asked: { ask: 'control', key: 'C' }, line: { text: '' } })
  })
  test('ctrl-d ends the input on an empty line only', () => {
    expect(keys('|', 'ctrl-d').asked).toEqual({ ask: 'control', key: 'D' })
    expect(keys('a|b', 'ctrl-d').asked).toBeUndefined()
  })
  test('keys that are not the editor’s are left to the browser', () => {
    for (const key of ['ctrl-v', 'ctrl-z', 'ctrl-x', 'alt-1', 'escape']) expect(press(EMPTY_LINE, key, editing)).toBeUndefined()
  })
  test('the cursor stays within the line, whatever is pressed', () => {
    const key = fc.constantFrom(
      'a',
      '👍',
      ' ',
      'left',
      'right',
      'home',
      'end',
      'up',
      'down',
      'tab',
      'ctrl-w',
      'ctrl-k',
      'ctrl-u',
      'ctrl-y',
      'ctrl-r',
      'ctrl-g',
      'backspace',
      'delete',
      'alt-b',
      'alt-f',
      'alt-d',
      'enter',
      'ctrl-c',
    )
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), (names) => {
        let line: Line = EMPTY_LINE
        for (const name of names) line = press(line, name, editing)?.line ?? line
        expect(line.cursor).toBeGreaterThanOrEqual(0)
        expect(line.cursor).toBeLessThanOrEqual(line.text.length)
      }),
    )
  })
})

describe('a key’s name', () => {
  const key = (key: string, more: object = {}) => keyName({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...more })
  test.each([
    [key('a'), 'a'],
    [key('A', { ctrlKey: true }), 'ctrl-a'],
    [key('ArrowUp'), 'up'],
    [key('∫', { altKey: true, code: 'KeyB' }), 'alt-b'],
    [key('≥', { altKey: true, code: 'Period' }), 'alt-.'],
    [key('@', { altKey: true, ctrlKey: true }), '@'],
    [key('c', { metaKey: true }), undefined],
    [key('F6'), undefined],
    [key('Dead'), undefined],
  ])('%s', (got, want) => expect(got).toBe(want))
})

describe('a paste', () => {
  test('one line goes in at the cursor', () => {
    expect(paste('a', 'b', 'x y')).toEqual({ ok: true, lines: [], rest: 'x y' })
  })
  test('each newline enters a line; a backslash before it is the shell’s affair', () => {
    expect(paste('ec', ' z', 'ho 1 \\\n 2\r\nls\nx')).toEqual({ ok: true, lines: ['echo 1 \\', ' 2', 'ls'], rest: 'x z' })
  })
  test('control characters do nothing', () => {
    expect(paste('', '', '\x1b[200~a\x03b\x1b[201~')).toEqual({ ok: true, lines: [], rest: 'ab' })
  })
  test('a megabyte is refused in words', () => {
    expect(paste('', '', 'x'.repeat(1_048_576))).toEqual({
      ok: false,
      reason: 'Nothing was pasted: it has 1 048 576 characters, and at most 65 536 go in at once.',
    })
    expect(paste('', '', 'x\n'.repeat(PASTE_LINES_LIMIT + 1)).ok).toBe(false)
    expect(paste('', '', 'x\n'.repeat(PASTE_LINES_LIMIT)).ok).toBe(true)
  })
  test('a line that no action can carry is not entered', () => {
    expect(tooLong('x'.repeat(65_536))).toBeUndefined()
    expect(tooLong('x'.repeat(65_537))).toContain('65 537')
  })
})
