// No process reads another's state: nothing that can change is reachable from two processes. Messages and persistent values are shared freely, being frozen.

import { Bytes, List, PMap } from '../base/index.ts'
import type { World } from '../kernel/index.ts'

/** Places where two processes hold the same changeable object, in words; empty when there are none. Costs a walk over all states. */
export function sharedState(world: World): string[] {
  const owners = new Map<object, string>()
  const found: string[] = []
  for (const proc of Object.values(world.processes)) walk(proc.state, `${proc.kind} ${proc.pid}`, 'state', owners, found)
  return found
}

function walk(value: unknown, owner: string, path: string, owners: Map<object, string>, found: string[]): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  if (value instanceof List || value instanceof PMap || value instanceof Bytes) return
  const other = owners.get(value)
  if (other !== undefined) {
    found.push(other === owner ? `${owner}: ${path} stands in two places` : `${owner}: ${path} is also held by ${other}`)
    return
  }
  owners.set(value, owner)
  for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], owner, `${path}.${key}`, owners, found)
}
