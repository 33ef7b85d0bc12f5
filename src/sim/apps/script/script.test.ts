import { describe, expect, it } from 'vitest'
import { List } from '../../base/index.ts'
import { answer, asked, begin, interrupt, Interrupted, newScript, type Script, type ScriptState } from './index.ts'

type State = ScriptState<{ from: number }, string, number>

let runs = 0
/** Sums what it is told until it is told 0. */
const sum: Script<{ from: number }, string, number, { did: number }, number> = function* (io, args) {
  runs++
  let total = args.from
  for (;;) {
    io.print(`${total} `)
    let more: number
    try {
      more = yield `more than ${total}?`
    } catch (e) {
      if (!(e instanceof Interrupted)) throw e
      io.print('^C ')
      return -1
    }
    if (more === 0) return total
    if (more < 0) return io.restart({ from: -more })
    total += more
    io.act({ did: more })
  }
}

function drive(from = 0) {
  const out: string[] = []
  const perform = { print: (text: string) => void out.push(text), act: ({ did }: { did: number }) => void out.push(`+${did} `) }
  const state: State = newScript({ from })
  return { out, perform, state, text: () => out.join('') }
}
/** As a World that was saved and loaded: equal, but not the same. */
const reload = (state: State): State => ({ args: List.of(state.args), past: List.of(state.past), asked: List.of(state.asked) })

describe('script', () => {
  it('asks, is answered and ends, printing each thing once', () => {
    const d = drive(1)
    expect(begin(sum, d.state, d.perform)).toEqual({ kind: 'ask', ask: 'more than 1?' })
    expect(answer(sum, d.state, 2, d.perform)).toEqual({ kind: 'ask', ask: 'more than 3?' })
    expect(asked(d.state)).toBe('more than 3?')
    expect(answer(sum, d.state, 0, d.perform)).toEqual({ kind: 'done', result: 3 })
    expect(d.text()).toBe('1 +2 3 ')
    expect(asked(d.state)).toBeUndefined()
  })

  it('goes on from plain data alone, with the same outcome', () => {
    const a = drive()
    const b = drive()
    begin(sum, a.state, a.perform)
    begin(sum, b.state, b.perform)
    let loaded = b.state
    for (const n of [5, 7, 1, 9]) {
      const one = answer(sum, a.state, n, a.perform)
      loaded = reload(loaded)
      expect(answer(sum, loaded, n, b.perform)).toEqual(one)
    }
    expect(b.text()).toBe(a.text())
  })

  it('keeps two futures of one past apart', () => {
    const d = drive()
    begin(sum, d.state, d.perform)
    answer(sum, d.state, 1, d.perform)
    const other: State = { ...d.state }
    expect(answer(sum, d.state, 10, d.perform)).toEqual({ kind: 'ask', ask: 'more than 11?' })
    expect(answer(sum, other, 20, d.perform)).toEqual({ kind: 'ask', ask: 'more than 21?' })
    expect(answer(sum, d.state, 0, d.perform)).toEqual({ kind: 'done', result: 11 })
    expect(answer(sum, other, 0, d.perform)).toEqual({ kind: 'done', result: 21 })
  })

  it('does not run its past again where nothing was rewound', () => {
    const d = drive()
    begin(sum, d.state, d.perform)
    runs = 0
    for (let i = 0; i < 3000; i++) answer(sum, d.state, 1, d.perform)
    expect(runs).toBe(0)
    expect(asked(d.state)).toBe('more than 3000?')
  })

  it('two scripts that have no past yet are not taken for one another', () => {
    const a = drive(100)
    const b = drive(200)
    begin(sum, a.state, a.perform)
    begin(sum, b.state, b.perform)
    expect(answer(sum, a.state, 1, a.perform)).toEqual({ kind: 'ask', ask: 'more than 101?' })
    expect(answer(sum, b.state, 1, b.perform)).toEqual({ kind: 'ask', ask: 'more than 201?' })
  })

  it('forgets its past when it restarts', () => {
    const d = drive()
    begin(sum, d.state, d.perform)
    for (const n of [1, 2, 3]) answer(sum, d.state, n, d.perform)
    expect(answer(sum, d.state, -50, d.perform)).toEqual({ kind: 'ask', ask: 'more than 50?' })
    expect(d.state.past.size).toBe(0)
    expect(answer(sum, reload(d.state), 1, d.perform)).toEqual({ kind: 'ask', ask: 'more than 51?' })
  })

  it('can be interrupted, and remembers that too', () => {
    const d = drive()
    begin(sum, d.state, d.perform)
    answer(sum, d.state, 4, d.perform)
    expect(interrupt(sum, reload(d.state), 'INT', d.perform)).toEqual({ kind: 'done', result: -1 })
    expect(d.text()).toBe('0 +4 4 ^C ')
  })
})
