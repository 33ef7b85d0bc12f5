import { describe, expect, test } from 'vitest'
import { scenario, kinds as little } from '../../../test/support/little-kinds.ts'
import { ms, seconds } from '../base/index.ts'
import type { Action } from '../cluster/index.ts'
import type { Context, Input, ProcessKind } from '../kernel/index.ts'
import { History, rootOf, why } from './index.ts'

/** Listens for pings and notes when none came for a second. */
const watchdog: ProcessKind<{ heardAt: number; from: number }> = {
  name: 'idle',
  init: () => ({ heardAt: 0, from: 0 }),
  handle(ctx: Context, state, input: Input) {
    if (ctx.host === 'a') return little.get('idle')!.handle(ctx, state as never, input)
    if (input.type === 'start') ctx.listen(7)
    else if (input.type === 'message') {
      state.heardAt = ctx.now
      ctx.timer('silence', seconds(1))
    } else if (input.type === 'timer') {
      ctx.note('peer.lost', 'a', {}, { from: 'a', pid: 0, to: 'b', lastHeardAt: state.heardAt as never })
    }
  },
}
const start = little.get('idle')!.init
const kinds = new Map<string, ProcessKind>([
  ['idle', { ...watchdog, init: (ctx) => (ctx.host === 'a' ? start(ctx) : { heardAt: 0, from: 0 }) } as ProcessKind],
  ['shell', little.get('shell')!],
])
const act = (at: number, text: string): Action => ({ at: seconds(at), terminal: 't', kind: '$', text })
const up = [act(0, 'up b'), act(0, 'up a')]

function lost(actions: Action[]) {
  const history = new History(scenario, actions, { kinds })
  history.seek(seconds(20))
  return { history, entry: history.world.trace.toArray().find((e) => e.code === 'peer.lost') }
}

describe('why', () => {
  test.each([
    ['kill a', 'container.ended'],
    ['pause a', 'container.paused'],
    ['cut a b', 'link.changed'],
  ])('a silence after `%s` is explained by it, and goes away without it', (fault, code) => {
    const { history, entry } = lost([...up, act(4, fault)])
    const chain = why(history.world, entry!)
    expect(chain[0]).toMatchObject({ kind: 'action', action: 2, label: fault })
    expect(chain.some((c) => c.kind === 'silence')).toBe(true)
    expect(chain.some((c) => c.entries.some((e) => e.code === code))).toBe(true)
    const other = history.without(2)
    other.seek(seconds(20))
    expect(other.world.trace.toArray().some((e) => e.code === 'peer.lost')).toBe(false)
  })
  test('an earlier fault elsewhere, or one that was mended, is not blamed', () => {
    const { history, entry } = lost([...up, act(2, 'pause a'), act(2.5, 'unpause a'), act(6, 'cut a b')])
    expect(why(history.world, entry!)[0]).toMatchObject({ action: 4 })
  })
  test('what happens by the clock ends in its timer', () => {
    const history = new History(scenario, up, { kinds })
    history.seek(ms(3000))
    const ping = history.world.heap.find((e) => e.what.type === 'message' || e.what.type === 'timer')!
    expect(rootOf(ping)).toMatchObject({ root: 'periodic', label: 'every 100 ms: ping' })
  })
})
