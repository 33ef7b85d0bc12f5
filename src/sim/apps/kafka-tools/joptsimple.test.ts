import { describe, expect, test } from 'vitest'
import { checkAvailable, parseOptions, usage } from './index.ts'

describe('options', () => {
  const specs = [
    { name: 'flag', about: '' },
    { name: 'text', argument: 'text', about: '' },
    { name: 'number', argument: 'number', type: 'Integer', about: '' },
  ] as const
  const read = (...args: string[]) => parseOptions(specs, args).values

  test('take values after a space or an equals sign, with one dash or two', () => {
    expect(read('--text', 'a', '-flag', '--number=5')).toEqual({ text: ['a'], flag: [], number: ['5'] })
    expect(read('--text', 'a', '--text', 'b')).toEqual({ text: ['a', 'b'] })
  })
  test('let other words pass', () => expect(read('word', '--flag', 'word')).toEqual({ flag: [] }))
  test('a value may look like an option, be empty, or stand behind a flag in vain', () => {
    expect(read('--text', '--flag')).toEqual({ text: ['--flag'] })
    expect(read('--text=', '--flag=on')).toEqual({ text: [''], flag: [] })
  })
  test.each([
    [['--nosuch'], 'nosuch is not a recognized option'],
    [['--fla'], 'fla is not a recognized option'],
    [['--text'], 'Option text requires an argument'],
    [['-nosuch'], 'n is not a recognized option'],
  ])('%j: %s', (args, message) => expect(() => read(...args)).toThrow(message))
  test.each(['x', '3000000000', '1.5', ''])('asking for the number %j is an error', (text) => {
    const options = parseOptions(specs, ['--number', text])
    expect(() => options.value('number')).toThrow(`Cannot parse argument '${text}' of option number`)
  })
  test.each(['x', '3000000000', ''])('a number that is none, %j, shows when it is asked for', (text) => {
    expect(() => parseOptions(specs, ['--number', text]).value('number')).toThrow(`Cannot parse argument '${text}' of option number`)
  })
  test('asking for one value of several is an error', () => {
    expect(() => parseOptions(specs, ['--text', 'a', '--text', 'b']).value('text')).toThrow(
      'Found multiple arguments for option text, but you asked for only one',
    )
  })
  test('the usage table is sorted and fits 80 columns', () => {
    const lines = usage([
      { name: 'zebra', about: 'Last.' },
      {
        name: 'ant',
        argument: 'size',
        type: 'Integer',
        about: 'A text of many words that does not fit into one line of the second column.',
      },
    ]).split('\n')
    expect(lines[0]).toMatch(/^Option +Description$/)
    expect(lines[2]).toMatch(/^--ant <Integer: size> +A text/)
    expect(lines.every((line) => line.length <= 80)).toBe(true)
  })
  test('the order of the command line is kept', () =>
    expect(parseOptions(specs, ['--text', 'a', '--flag', '--text', 'b']).order).toEqual(['text', 'flag', 'text']))
  test('a separator makes several values of one', () => {
    const many = parseOptions([{ name: 'keys', argument: '', separator: ',', about: '' }], ['--keys', 'a,,b', '--keys', 'c'])
    expect(many.all('keys')).toEqual(['a', 'b', 'c'])
  })
  test('options that need or exclude others', () => {
    const check = (...args: string[]) => checkAvailable(parseOptions(specs, args), { number: 'flag' }, [['flag', 'text']])
    expect(() => check('--number', '1')).toThrow('Option(s) [number] are unavailable given other options on the command line')
    expect(() => check('--flag', '--text', 'a')).toThrow(/^Option\(s\) \[(flag, text|text, flag)\] are unavailable/)
    expect(() => check('--flag', '--number', '1')).not.toThrow()
  })
})
