// Cutting and mending wires by hand: which wires a stroke crosses, which machine a point is on, and the command line that all of it is.

import { orderedPair, type Box } from '../scene/index.ts'

export interface Spot {
  readonly x: number
  readonly y: number
}
export type Pair = readonly [string, string]
interface Line {
  readonly hosts: Pair
  readonly path: { readonly points: readonly Spot[] }
}

/** Twice the area of the triangle, with the sign of the way around it. */
const turn = (a: Spot, b: Spot, c: Spot): number => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)

/** Do two segments cross? Touching at an end counts, lying on each other does not. */
export function segmentsCross(a: Spot, b: Spot, c: Spot, d: Spot): boolean {
  const [c1, c2] = [turn(a, b, c), turn(a, b, d)]
  const [a1, a2] = [turn(c, d, a), turn(c, d, b)]
  return c1 * c2 <= 0 && a1 * a2 <= 0 && !(c1 === 0 && c2 === 0)
}

/** The pairs of machines whose wires a stroke crosses, each once, in the order they are met. A wire within one machine is none. */
export function crossed(stroke: readonly Spot[], lines: readonly Line[]): Pair[] {
  const met: Pair[] = []
  const seen = new Set<string>()
  for (let i = 1; i < stroke.length; i++) {
    for (const { hosts, path } of lines) {
      const key = hosts.join(' ')
      if (seen.has(key) || hosts[0] === hosts[1]) continue
      if (!path.points.some((point, k) => k > 0 && segmentsCross(stroke[i - 1]!, stroke[i]!, path.points[k - 1]!, point))) continue
      seen.add(key)
      met.push(hosts)
    }
  }
  return met
}

/** The machine whose box a point is in. */
export function machineAt(spot: Spot, machines: readonly (readonly [string, Box])[]): string | undefined {
  return machines.find(([, box]) => spot.x >= box.x && spot.x <= box.x + box.width && spot.y >= box.y && spot.y <= box.y + box.height)?.[0]
}

export interface Deed {
  readonly verb: 'cut' | 'heal'
  readonly pairs: readonly Pair[]
  /** What a person could have typed instead. */
  readonly command: string
}

/** What is done to wires: those that are whole are cut; when none is, all are mended. Undefined for no wires. */
export function deedFor(pairs: readonly Pair[], isCut: (pair: Pair) => boolean): Deed | undefined {
  if (pairs.length === 0) return undefined
  const whole = pairs.filter((pair) => !isCut(pair))
  const verb = whole.length > 0 ? 'cut' : 'heal'
  const chosen = (whole.length > 0 ? whole : pairs).map(([a, b]) => orderedPair(a, b))
  return { verb, pairs: chosen, command: chosen.map(([a, b]) => `link ${verb} ${a} ${b}`).join('; ') }
}
