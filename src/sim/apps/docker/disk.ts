// `disk`: the playground's own command for a broker's disk: how much it holds, and whether it still takes writes.

import { BLOCK, type Context, type DiskView, type MachineView, type ProcessKind } from '../../kernel/index.ts'

const USAGE = `usage: disk                     list the disks that are not as they were
       disk limit HOST SIZE     it holds so much and no more: 300K, 20M, 1G; SIZE none: as much as comes
       disk full HOST           it holds what it has and no more
       disk fail HOST           an error: the kernel makes it read-only
       disk heal HOST           as it was: it takes all that comes
`
const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const LARGEST = 1024 ** 4

export const diskKind: ProcessKind<object> = {
  name: 'disk',
  reads: () => false,
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type === 'start') ctx.exit(run(ctx))
  },
}

/** `300K`: bytes, in whole blocks; undefined when it is no size. */
function sizeOf(text: string): number | undefined {
  const m = /^(\d+(?:\.\d+)?)([KMG]?)(?:i?B)?$/i.exec(text)
  if (!m) return undefined
  const bytes = Math.floor((Number(m[1]) * UNITS[m[2]!.toUpperCase()]!) / BLOCK) * BLOCK
  return bytes >= BLOCK && bytes <= LARGEST ? bytes : undefined
}

const hasSeveralDirs = ({ config }: MachineView): boolean =>
  (config['properties'] as Readonly<Record<string, string>> | undefined)?.['log.dirs']?.includes(',') === true

function run(ctx: Context): number {
  const [verb, host, size] = ctx.argv.slice(1)
  const fail = (text: string, status = 1): number => {
    ctx.printError(text)
    return status
  }
  const machines = ctx.machines.list()
  if (verb === undefined) return list(ctx, machines)
  if (verb === '--help' || verb === 'help') {
    ctx.print(USAGE)
    return 0
  }
  const words = { limit: 4, full: 3, fail: 3, heal: 3 }[verb]
  if (words === undefined || host === undefined || ctx.argv.length !== words) return fail(USAGE, 2)
  const machine = machines.find((m) => m.name === host)
  const brokers = machines.filter((m) => m.image === 'kafka').map((m) => m.name)
  if (machine === undefined) return fail(`disk: there is no host ${host}; there are ${brokers.join(', ')}\n`)
  if (machine.image !== 'kafka') return fail(`disk: only brokers' disks run full or fail here: ${brokers.join(', ')}\n`)
  if (hasSeveralDirs(machine)) ctx.printError(`disk: the log.dirs of ${host} stand on one disk here, and fail together\n`)
  switch (verb) {
    case 'limit': {
      const limit = size === 'none' ? undefined : sizeOf(size!)
      if (limit === undefined && size !== 'none') {
        return fail(`disk: a size is 4K at the least and 1024G at the most, like 300K, 20M or 1G, or none; not ${size}\n`)
      }
      ctx.machines.disk(host, { limit })
      break
    }
    case 'full':
      ctx.machines.disk(host, { limit: 'full' })
      break
    case 'fail':
      ctx.machines.disk(host, { readOnly: true })
      break
    case 'heal':
      ctx.machines.disk(host, { limit: undefined, readOnly: false })
  }
  return 0
}

const kilobytes = (bytes: number): string => `${bytes / 1024}K`
const said = ({ limit, used, readOnly }: DiskView): string[] => [
  ...(limit === undefined ? [] : [`holds ${kilobytes(used)} of ${kilobytes(limit)}`]),
  ...(readOnly ? ['read-only after an error'] : []),
]

function list(ctx: Context, machines: readonly MachineView[]): number {
  for (const { name } of machines) {
    const lines = said(ctx.machines.disk(name))
    if (lines.length > 0) ctx.print(`${name}: ${lines.join(', ')}\n`)
  }
  return 0
}
