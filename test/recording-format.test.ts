// The recording format and the comparison of two recordings: what is read, what is refused, what is masked.

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { outputLines, parseRecording, printRecording } from '../cli/recording.ts'
import { plainText } from '../cli/screen.ts'
import { compareRecordings, describeDifferences, inOrder, masked } from './support/comparison.ts'

const folder = new URL('./recordings/', import.meta.url)
const files = readdirSync(folder).filter((f) => f.endsWith('.rec'))
const head = (body: string, header = 'host zoo1') => `recording 1\ntitle t\n${header}\n---\n${body}`

describe('the format', () => {
  test.each(files)('%s is read and printed as it was', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const parsed = parseRecording(text)
    expect(printRecording(parsed)).toBe(text.replace(/^#.*\n/gm, ''))
    expect(parsed.hosts.length).toBeGreaterThan(4)
  })

  test('a recording equals itself', () => {
    for (const file of files) {
      const actions = parseRecording(readFileSync(new URL(file, folder), 'utf8')).actions
      const plain = actions.map((a) => ({ ...a, output: a.output.map((l) => l.replace(/^[~%]/, '|')) }))
      expect(describeDifferences(compareRecordings(actions, plain))).toBe('')
    }
  })

  test('hosts get image and id from their names or from what the header says', () => {
    const { hosts } = parseRecording(head('', 'host zoo7\nhost kafka12 1b9aa4ca7e24\nhost client\nhost alpha cafe image=zookeeper id=9'))
    expect(hosts).toEqual([
      { name: 'zoo7', hostname: 'zoo7', image: 'zookeeper', id: 7 },
      { name: 'kafka12', hostname: '1b9aa4ca7e24', image: 'kafka', id: 12 },
      { name: 'client', hostname: 'client', image: 'client', id: 0 },
      { name: 'alpha', hostname: 'cafe', image: 'zookeeper', id: 9 },
    ])
  })

  test('broker lines, choices and relative times', () => {
    const r = parseRecording(head('2 a $ one\n| x\n+1.5 a > two\n# said\n+0 b ^ C', 'broker log.dirs=/a=b\nchoice first-broker t 2'))
    expect(r.brokerConfig).toEqual({ 'log.dirs': '/a=b' })
    expect(r.choices).toEqual({ 'first-broker t': '2' })
    expect(r.actions.map((a) => [a.at, a.terminal, a.sign, a.text, a.output.length])).toEqual([
      [2_000_000, 'a', '$', 'one', 1],
      [3_500_000, 'a', '>', 'two', 0],
      [3_500_000, 'b', '^', 'C', 0],
    ])
  })

  test.each([
    ['recording 1\ntitle t', /no line ---/],
    ['recording 2\n---\n', /line 1: this reads recording 1/],
    [head('what is this'), /line 5: not an action/],
    [head('| x'), /line 5: output before any action/],
    [head('2 a $ x\n1 a $ y'), /line 6: .*before the action/],
    [head('1 a ^ Z'), /Ctrl-Z/],
    [head('', 'host alpha'), /line 3: what is alpha/],
    [head('', 'host kafka'), /which id/],
    [head('', 'host zoo1\nhost zoo1'), /line 4: zoo1 is there twice/],
    [head('', 'hots zoo1'), /no such header line: hots/],
  ])('%j is refused with its line and the reason', (text, reason) => {
    expect(() => parseRecording(text)).toThrow(reason)
  })
})

describe('the screen', () => {
  test('colours and line drawing', () => {
    expect(plainText('\u001b[1mbold\u001b[0m\r\n\u001b(0lqk\u001b(B')).toBe('bold\n┌─┐')
  })
  test('lines that docker-compose rewrites stand once', () => {
    const raw =
      'Stopping a ... \r\nStopping b ... \r\n\u001b[1A\u001b[2K\rStopping b ... \u001b[32mdone\u001b[0m\r\u001b[1B\u001b[2A\u001b[2K\rStopping a ... done\r\u001b[2B'
    expect(plainText(raw)).toBe('Stopping a ... done\nStopping b ... done\n')
  })
  test('lines, an unfinished one, a status', () => {
    expect(outputLines('a\n  \nb> ', 3)).toEqual(['| a', '|', ': b> ', '= 3'])
    expect(outputLines('', undefined)).toEqual([])
  })
})

describe('the comparison', () => {
  const actions = (output: string[], text = 'x') => [{ at: 0 as never, terminal: 'a', sign: '$' as const, text, output }]
  const compare = (real: string[], other: string[], text?: string) => {
    const [block] = compareRecordings(actions(real, text), actions(other, text))
    return [block!.equal, block!.total]
  }
  test('masks', () => {
    expect(masked('| "timestamp":"1795359935094"')).toBe('| "timestamp":"MILLIS"')
    expect(masked('|   czxid=0x100000031')).toBe('|   czxid=HEX')
    expect(masked('|   ephemeralOwner=0x0')).toBe('|   ephemeralOwner=0x0')
    expect(masked(": client=('10.77.0.16', 48044)")).toBe(masked(": client=('172.18.0.9', 50112)"))
    expect(masked('| -rw-r--r-- 1 root root 10485760 Nov 22 10:00 0.index')).toBe('| -rw-r--r-- 1 OWNER 10485760 DAY 0.index')
  })
  test('order counts, and spaces at the end of a line do not', () => {
    expect(compare(['| a', '| b  '], ['| a', '| b'])).toEqual([2, 2])
    expect(compare(['| a', '| b'], ['| b', '| a'])).toEqual([1, 2])
    expect(compare(['% a', '| b'], ['| b', '| a'])).toEqual([2, 2])
  })
  test('a loose line is matched by shape, its neighbours exactly', () => {
    expect(compare(['~ Sent: 3', '| Mode: 1'], ['| Sent: 14', '| Mode: 1'])).toEqual([2, 2])
    expect(compare(['~ Sent: 3'], [])).toEqual([0, 1])
  })
  test('what docker-compose prints is not compared', () => {
    expect(compare(['= 0'], ['| Starting zoo1 ... done', '= 0'], 'docker-compose up -d')).toEqual([0, 0])
  })
  test('frames of stack traces and the prose of usage texts are left out', () => {
    expect(compare(['| Error', '| \tat a.b.C(D.java:1)'], ['| Error'])).toEqual([1, 1])
    expect(
      compare(['| Option   Description', '| --list   one text'], ['| Option   Description', '| --list   another', '|    line']),
    ).toEqual([2, 2])
  })
  test('inOrder is the longest common subsequence', () => {
    expect(inOrder([...'abcbdab'], [...'bdcaba'])).toBe(4)
    expect(inOrder([], [1])).toBe(0)
  })
})
