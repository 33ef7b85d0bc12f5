// `power-off`: the playground's own command for a machine that loses its power. Its processes end, and what they had written and not synced is gone; `docker-compose up -d` starts it
// again.

import type { Context, ProcessKind } from '../../kernel/index.ts'

const USAGE = 'usage: power-off HOST...            docker-compose up -d HOST brings it back\n'

export interface PowerOffState {
  /** Hosts that have yet to go dark. */
  waiting: string[]
  failed: boolean
}
export const powerOffKind: ProcessKind<PowerOffState> = {
  name: 'power-off',
  reads: () => false,
  init: () => ({ waiting: [], failed: false }),
  handle(ctx, state, input) {
    if (input.type === 'start') begin(ctx, state)
    else if (input.type === 'container' && input.op === 'power-off') {
      state.waiting = state.waiting.filter((host) => host !== input.host)
      if (input.error !== undefined) {
        ctx.printError(`power-off: ${input.error}\n`)
        state.failed = true
      }
      if (state.waiting.length === 0) ctx.exit(state.failed ? 1 : 0)
    }
  },
}

function begin(ctx: Context, state: PowerOffState): void {
  const hosts = [...new Set(ctx.argv.slice(1))]
  if (hosts.length === 0 || hosts[0]!.startsWith('-')) {
    if (hosts[0] === '--help') ctx.print(USAGE)
    else ctx.printError(USAGE)
    return ctx.exit(hosts[0] === '--help' ? 0 : 2)
  }
  const known = ctx.machines.list().map((m) => m.name)
  const stranger = hosts.find((host) => !known.includes(host))
  if (stranger !== undefined) {
    ctx.printError(`power-off: there is no host ${stranger}; there are ${known.join(', ')}\n`)
    return ctx.exit(1)
  }
  state.waiting = hosts
  for (const host of hosts) ctx.machines.request(host, 'power-off')
}
