// `link`: the playground's own command for the wire between two hosts.

import type { Context, ProcessKind } from '../../kernel/index.ts'

const USAGE = `usage: link                       list the links that are not as they were
       link cut A B               nothing gets through
       link heal A B              as it was
       link slow A B [FACTOR]     delays times FACTOR (default 100)
       link lossy A B [PERCENT]   so many packets of a hundred are lost (default 20)
`

export const linkKind: ProcessKind<object> = {
  name: 'link',
  reads: () => false,
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type === 'start') ctx.exit(run(ctx))
  },
}

function run(ctx: Context): number {
  const [verb, a, b, amount] = ctx.argv.slice(1)
  const hosts = ['host', ...ctx.machines.list().map((m) => m.name)]
  if (verb === undefined) return list(ctx, hosts)
  if (verb === '--help' || verb === 'help') {
    ctx.print(USAGE)
    return 0
  }
  if (!['cut', 'heal', 'slow', 'lossy'].includes(verb) || a === undefined || b === undefined || ctx.argv.length > 5) {
    ctx.printError(USAGE)
    return 2
  }
  for (const host of [a, b]) {
    if (hosts.includes(host)) continue
    ctx.printError(`link: there is no host ${host}; there are ${hosts.join(', ')}\n`)
    return 1
  }
  if (a === b) {
    ctx.printError('link: a host has no link to itself\n')
    return 1
  }
  if (verb === 'cut') ctx.machines.link(a, b, { cut: true })
  else if (verb === 'heal') ctx.machines.link(a, b, { cut: false, slow: 1, lossPerMille: 0 })
  else {
    const value = Number(amount ?? (verb === 'slow' ? 100 : 20))
    const [least, most] = verb === 'slow' ? [1, 100_000] : [0, 99]
    if (!(value >= least && value <= most)) {
      ctx.printError(`link: ${verb} takes a number from ${least} to ${most}, not ${amount}\n`)
      return 1
    }
    ctx.machines.link(a, b, verb === 'slow' ? { slow: value } : { lossPerMille: Math.round(value * 10) })
  }
  return 0
}

function list(ctx: Context, hosts: readonly string[]): number {
  hosts.forEach((a, i) => {
    for (const b of hosts.slice(i + 1)) {
      const link = ctx.machines.link(a, b)
      if (!link || (!link.cut && link.slow === 1 && link.lossPerMille === 0)) continue
      const state = [
        link.cut ? 'cut' : '',
        link.slow > 1 ? `slow ${link.slow}` : '',
        link.lossPerMille > 0 ? `lossy ${link.lossPerMille / 10} %` : '',
      ]
      ctx.print(`${a} ${b}: ${state.filter(Boolean).join(', ')}\n`)
    }
  })
  return 0
}
