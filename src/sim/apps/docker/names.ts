// The names that docker-compose gives to what it runs.

import type { Context, MachineView } from '../../kernel/index.ts'

export const PROJECT = 'kafka-playground'
export const containerName = (service: string): string => `${PROJECT}_${service}_1`

/** The services asked for, in the order of the compose file unless named; or the one that does not exist. */
export function services(ctx: Context, names: readonly string[]): readonly MachineView[] | { readonly missing: string } {
  if (names.length === 0) return ctx.machines.list()
  const out: MachineView[] = []
  for (const name of names) {
    const machine = ctx.machines.get(name)
    if (!machine) return { missing: name }
    if (!out.some((m) => m.name === name)) out.push(machine)
  }
  return out
}

export const exists = (m: MachineView): boolean => m.container !== 'absent'
export const runs = (m: MachineView): boolean => m.container === 'running' || m.container === 'paused'

/** As `docker-compose ps` puts it. */
export function stateText(m: MachineView): string {
  switch (m.container) {
    case 'running':
      return 'Up'
    case 'paused':
      return 'Paused'
    case 'created':
      return 'Created'
    case 'exited':
      return `Exit ${m.exitCode}`
    case 'absent':
      return ''
  }
}
