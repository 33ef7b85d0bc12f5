import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { List, ms, type TerminalEntry } from '../../sim/index.ts'
import { continues, ROWS_KEPT, rowText, Screen } from './screen.ts'

const entry = (kind: TerminalEntry['kind'], text: string, at = 0, code = 0): TerminalEntry =>
  Object.freeze({ at: ms(at), kind, text, code })
const out = (text: string) => entry('output', text)
const listOf = (...entries: TerminalEntry[]) => List.of(entries)

function picture(list: List<TerminalEntry>): string {
  const screen = new Screen()
  screen.show(list)
  return screen.rows.map(rowText).join('\n')
}

describe('a terminal’s screen', () => {
  test('a prompt, what was typed after it, and what came', () => {
    const list = listOf(
      entry('prompt', '$ '),
      entry('input', 'echo hi', 1000),
      out('hi\n'),
      entry('exit', '', 1200, 3),
      entry('prompt', '$ '),
    )
    const screen = new Screen()
    screen.show(list)
    expect(screen.rows.map(rowText)).toEqual(['$ echo hi', 'hi', '$ '])
    expect(screen.rows[0]!.spans.map((s) => s.look)).toEqual(['prompt', 'typed'])
    expect(screen.rows[0]).toMatchObject({ entered: ms(1000), code: 3 })
    expect(screen.open).toBe(true)
  })
  test('output without a newline is a program’s prompt: typing goes on after it', () => {
    expect(picture(listOf(out('(CONNECTED [zoo1]) /> '), entry('input', 'tree'), out('.\n')))).toBe('(CONNECTED [zoo1]) /> tree\n.\n')
  })
  test('ctrl-c is echoed, ctrl-d is not', () => {
    expect(picture(listOf(entry('prompt', '$ '), entry('input', '^C'), entry('prompt', '$ '), entry('input', '^D')))).toBe('$ ^C\n$ ')
  })
  test('carriage return overwrites; erase clears to the end', () => {
    expect(picture(listOf(out('Killing kafka2 ... \r'), out('Killing kafka2 ... done\r\n')))).toBe('Killing kafka2 ... done\n')
    expect(picture(listOf(out('loading\r\x1b[Kdone')))).toBe('done')
  })
  test('lines above are rewritten, as docker-compose does', () => {
    const lines =
      'Starting zoo1 ... \nStarting zoo2 ... \n\x1b[2A\x1b[2K\rStarting zoo1 ... done\x1b[2B\r\x1b[1A\x1b[2K\rStarting zoo2 ... done\x1b[1B\r'
    expect(picture(listOf(out(lines)))).toBe('Starting zoo1 ... done\nStarting zoo2 ... done\n')
  })
  test('a control sequence may come in pieces', () => {
    const screen = new Screen()
    screen.show(listOf(out('a\x1b[3'), out('1mred\x1b'), out('[0m b')))
    expect(screen.rows[0]!.spans).toEqual([
      { text: 'a', look: '' },
      { text: 'red', look: 'c1' },
      { text: ' b', look: '' },
    ])
  })
  test('clear leaves nothing; a program that clears again and again keeps one page', () => {
    expect(picture(listOf(out('a\nb\n'), out('\x1b[H\x1b[2J\x1b[3J')))).toBe('')
    expect(picture(listOf(out('\x1b[H\x1b[2Jone\nuno'), out('\x1b[H\x1b[2Jtwo')))).toBe('two')
    const many = out('x\n'.repeat(100))
    expect(picture(listOf(many, out('\x1b[H\x1b[2J\x1b[3J'), out('new'))).trim()).toBe('new')
  })
  test('forward is drawn on; back, and into another future, anew', () => {
    const past = listOf(entry('prompt', '$ '), entry('input', 'a', 1))
    const one = past.push(out('one\n'))
    const two = past.push(out('two\n'))
    const screen = new Screen()
    expect(screen.show(past)).toBe(true)
    expect(screen.show(one)).toBe(false)
    expect(screen.show(two)).toBe(true)
    expect(screen.rows.map(rowText)).toEqual(['$ a', 'two', ''])
    expect(screen.show(past)).toBe(true)
    expect(screen.rows.map(rowText)).toEqual(['$ a', ''])
    expect(screen.show(undefined)).toBe(true)
    expect(screen.rows).toEqual([])
  })
  test('a replayed past is the same past', () => {
    const make = () => listOf(entry('prompt', '$ '), entry('input', 'a', 1))
    expect(continues(make(), make().push(out('b')))).toBe(true)
    expect(continues(make(), listOf(entry('prompt', '$ '), entry('input', 'b', 1)))).toBe(false)
  })
  test('rows are bounded, and keep their keys', () => {
    const screen = new Screen()
    const list = listOf(out(Array.from({ length: ROWS_KEPT }, (_, i) => `line ${i}\n`).join('')))
    screen.show(list)
    const key = screen.rows.at(-2)!.key
    screen.show(list.push(out('more\n'.repeat(50))))
    expect(screen.rows).toHaveLength(ROWS_KEPT)
    expect(screen.rows.find((row) => row.key === key)!.spans[0]!.text).toBe(`line ${ROWS_KEPT - 1}`)
    expect(rowText(screen.rows.at(-2)!)).toBe('more')
  })
  test('drawing piece by piece is drawing at once, whatever is printed', () => {
    const bit = fc.constantFrom(
      'a',
      'bc',
      '\n',
      '\r',
      '\t',
      '\b',
      '\x1b[A',
      '\x1b[2A',
      '\x1b[B',
      '\x1b[K',
      '\x1b[2K',
      '\x1b[1K',
      '\x1b[5G',
      '\x1b[J',
      '\x1b[2J',
      '\x1b[H',
      '\x1b[3J',
      '\x1b[1m',
      '\x1b[0m',
      '\x1b[?1049h',
      '\x1b[3C',
      '\x1b[D',
      '\x1b]0;t\x07',
    )
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 60 }), fc.nat(60), (bits, cut) => {
        const pieces = bits.map(out)
        const screen = new Screen()
        screen.show(List.of(pieces.slice(0, cut)))
        screen.show(List.of(pieces))
        expect(screen.rows.map(rowText).join('\n')).toBe(picture(listOf(out(bits.join('')))))
        const keys = screen.rows.map((row) => row.key)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 300 },
    )
  })
})
