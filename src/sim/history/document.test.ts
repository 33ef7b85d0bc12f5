import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seconds } from '../base/index.ts'
import { fingerprint } from '../kernel/index.ts'
import { scenarios } from '../scenarios/index.ts'
import { DocumentError, fromFragment, History, openDocument, parseJson, toDocument, toFragment } from './index.ts'

function sample(): History {
  const history = new History(scenarios[0]!)
  history.seek(seconds(3))
  history.act({ terminal: 'host', kind: '$', text: 'echo one' })
  history.seek(seconds(5))
  history.seek(seconds(2))
  history.act({ terminal: 'host', kind: '$', text: 'echo two; echo ü' })
  history.seek(seconds(4))
  return history
}

describe('the run document', () => {
  test('comes back through a URL with its forks, its moment and the same fingerprint', () => {
    const history = sample()
    const fragment = toFragment(toDocument(history))
    expect(fragment).toMatch(/^run=[A-Za-z0-9_-]+$/)
    const { history: again, warning } = openDocument(fromFragment('#' + fragment))
    expect(warning).toBe('')
    expect(again.forks).toHaveLength(2)
    expect(again.current.id).toBe(history.current.id)
    expect(again.now).toBe(history.now)
    expect(fingerprint(again.world)).toBe(fingerprint(history.world))
    expect(toDocument(again)).toEqual(toDocument(history))
  })
  test('another ending is told, not hidden', () => {
    const doc = { ...toDocument(sample()), fingerprint: '0'.repeat(16), engine: '0.9' }
    expect(openDocument(doc).warning).toContain('0.9')
  })

  const doc = () => JSON.parse(JSON.stringify(toDocument(sample()))) as Record<string, unknown>
  const refused = (change: (d: Record<string, unknown>) => void): DocumentError => {
    const d = doc()
    change(d)
    try {
      openDocument(d)
    } catch (error) {
      return error as DocumentError
    }
    throw new Error('it was accepted')
  }
  test.each<[string, (d: Record<string, unknown>) => void]>([
    ['format', (d) => (d.format = 99)],
    ['scenario', (d) => (d.scenario = 'nonsense')],
    [
      'scenario.hosts',
      (d) => (d.scenario = { name: 'x', title: '', about: '', seed: 1, epochMs: 0, hosts: [{ name: 'host', image: 'kafka' }] }),
    ],
    [
      'scenario.hosts[0].image',
      (d) => (d.scenario = { name: 'x', title: '', about: '', seed: 1, epochMs: 0, hosts: [{ name: 'a', image: 'oracle' }] }),
    ],
    ['actions[1][2]', (d) => ((d.actions as unknown[][])[1]![2] = '?')],
    ['actions[0][0]', (d) => ((d.actions as unknown[][])[0]![0] = -1)],
    ['actions[0][3]', (d) => ((d.actions as unknown[][])[0]![3] = 'x'.repeat(70_000))],
    ['actions', (d) => (d.actions = Array(30_000).fill([0, 'a', '$', 'x']))],
    ['forks[0].parent', (d) => ((d.forks as Record<string, unknown>[])[0]!.parent = 1)],
    ['document.evil', (d) => (d.evil = true)],
    ['at', (d) => (d.at = 1e300)],
    ['fork', (d) => (d.fork = 7)],
  ])('is refused with the place: %s', (place, change) => {
    const error = refused(change)
    expect(error).toBeInstanceOf(DocumentError)
    expect(error.place).toBe(place)
    expect(error.reason.length).toBeGreaterThan(5)
  })
})

describe('a link', () => {
  const good = toFragment(toDocument(sample()))
  const open = (fragment: string): unknown => openDocument(fromFragment(fragment))
  test('cut off anywhere, or with any character changed, is refused or opens; never anything else', () => {
    const rules = fc.property(
      fc.integer({ min: 4, max: good.length }),
      fc.option(fc.constantFrom('A', '-', '%', 'é', ' ')),
      (at, instead) => {
        const bad = instead === null ? good.slice(0, at) : good.slice(0, at - 1) + instead + good.slice(at)
        try {
          open(bad)
        } catch (error) {
          expect(error).toBeInstanceOf(DocumentError)
        }
      },
    )
    fc.assert(rules, { numRuns: 60 })
  })
  test('that unpacks to far too much is refused early', () => {
    const bomb = toFragment(' '.repeat(20_000_000) as never)
    expect(() => fromFragment(bomb)).toThrow(/unpacks to more than/)
  })
  test('that is far too long is refused', () => {
    expect(() => fromFragment('run=' + 'A'.repeat(3_000_000))).toThrow(/characters/)
  })
  test('of nonsense says what it is', () => {
    expect(() => parseJson('{"a":', 'file')).toThrow(/not JSON/)
    expect(() => fromFragment('run=%%%%')).toThrow(/character 1/)
  })
})
