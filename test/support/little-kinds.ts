// A little world for tests of the engine: two machines, one pings the other; a shell that obeys `up X`, `kill X`, `pause X`, `unpause X`, `cut A B`, `heal A B`.

import { ms } from '../../src/sim/base/index.ts'
import type { Scenario } from '../../src/sim/cluster/index.ts'
import type { ProcessKind } from '../../src/sim/kernel/index.ts'

export const scenario: Scenario = {
  name: 'test',
  title: '',
  about: '',
  seed: 1,
  epochMs: 0,
  hosts: [
    { name: 'a', image: 'client' },
    { name: 'b', image: 'client' },
  ],
  actions: [],
}

export interface Pinger {
  conn: number
  sent: number
  heard: number[]
  closed: boolean
  history: { at: number }[]
}

/** Runs in each client container: b listens, a pings it every 100 ms. */
const pinger: ProcessKind<Pinger> = {
  name: 'idle',
  init: () => ({ conn: 0, sent: 0, heard: [], closed: false, history: [] }),
  handle(ctx, state, input) {
    switch (input.type) {
      case 'start':
        if (ctx.host === 'b') ctx.listen(7)
        else ctx.timer('connect', ms(50))
        return
      case 'timer':
        if (input.key === 'connect') state.conn = ctx.connect('b', 7) ?? 0
        else {
          state.sent++
          ctx.send(state.conn, { proto: 'test', kind: 'ping', n: state.sent } as never, { bytes: 8 })
          ctx.timer('ping', ms(100), { periodic: 'every 100 ms: ping' })
        }
        return
      case 'open':
        ctx.timer('ping', ms(100), { periodic: 'every 100 ms: ping' })
        return
      case 'message':
        state.heard.push((input.message as never as { n: number }).n)
        if (state.heard.length > 50) state.heard.shift()
        state.history.push({ at: ctx.now })
        if (ctx.host === 'b') ctx.send(input.conn, { proto: 'test', kind: 'pong', n: state.heard.at(-1) } as never)
        return
      case 'closed':
        state.closed = true
        ctx.clearTimer('ping')
        return
      default:
    }
  },
}

/** A shell that obeys: `up X`, `kill X`, `pause X`, `unpause X`, `cut A B`, `heal A B`. */
const shell: ProcessKind<object> = {
  name: 'shell',
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type === 'start') ctx.foreground(0)
    if (input.type !== 'input') return
    const [verb, x, y] = input.text.trim().split(' ') as [string, string, string]
    if (verb === 'cut' || verb === 'heal') ctx.machines.link(x, y, { cut: verb === 'cut' })
    else ctx.machines.request(x, verb as 'up')
  },
}

export const kinds = new Map<string, ProcessKind>([
  ['idle', pinger as ProcessKind],
  ['shell', shell as ProcessKind],
])
