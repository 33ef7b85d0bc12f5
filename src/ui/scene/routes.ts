// The ways between places: straight where two boxes stand above each other, upright S-curves elsewhere, through the gaps between brokers where one is in the way.
// A way always runs from the upper or left end to the other, whoever speaks first; it depends on places alone.

import type { NodeId } from './cluster-view.ts'
import type { Layout, Place } from './layout.ts'
import { arc, straight, uprightThrough, type Path } from './path.ts'

export interface Route {
  readonly path: Path
  /** The end at which the path begins. */
  readonly start: NodeId
}

const RANK = { server: 0, broker: 1, tool: 2, clients: 2 } as const

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high)
const bottom = (place: Place): number => place.y + place.height
const middle = (place: Place): number => place.x + place.width / 2

/** Ways by their ends, remembered for one layout. */
export class Routes {
  readonly #layout: Layout
  readonly #known = new Map<string, Route | undefined>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  /** Undefined when one of the ends has no place on this stage. */
  between(a: NodeId, b: NodeId): Route | undefined {
    const key = a < b ? `${a} ${b}` : `${b} ${a}`
    if (this.#known.has(key)) return this.#known.get(key)
    const route = this.#make(a, b)
    this.#known.set(key, route)
    return route
  }

  #make(a: NodeId, b: NodeId): Route | undefined {
    const layout = this.#layout
    const placeA = layout.places.get(a)
    const placeB = layout.places.get(b)
    if (placeA === undefined || placeB === undefined || a === b) return undefined
    const order = RANK[placeA.kind] - RANK[placeB.kind] || placeA.row - placeB.row || placeA.index - placeB.index
    const [from, to] = order <= 0 ? [placeA, placeB] : [placeB, placeA]
    return { start: order <= 0 ? a : b, path: route(layout, from, to) }
  }
}

function route(layout: Layout, from: Place, to: Place): Path {
  if (from.kind === to.kind && from.kind !== 'tool') {
    if (from.row === to.row) return besides(layout, from, to)
    if (to.row - from.row === 1) return uprightThrough({ x: middle(from), y: bottom(from) }, { x: middle(to), y: to.y })
  }
  if (from.kind === 'server' && to.kind === 'broker') return serverToBroker(layout, from, to)
  if (from.kind === 'server') return serverToTool(layout, from, to)
  if (from.kind === 'broker' && to.kind !== 'broker') return brokerToTool(layout, from, to)
  return uprightThrough({ x: middle(from), y: bottom(from) }, { x: middle(to), y: to.y })
}

/** Neighbours of a row: side to side; others over (ZooKeeper) or under (brokers) those between. */
function besides(layout: Layout, from: Place, to: Place): Path {
  const apart = to.column - from.column
  if (apart === 1) {
    const y = from.kind === 'broker' ? from.y + Math.min(from.height * 0.62, from.height - 16) : from.y + from.height / 2
    return straight({ x: from.x + from.width, y }, { x: to.x, y })
  }
  const rise = (layout.narrow ? 8 : 10) + 5 * (apart - 2)
  const inset = clamp(from.width / 2 - 8 * apart, 8, from.width / 2)
  if (from.kind === 'server') return arc({ x: from.x + from.width - inset, y: from.y }, { x: to.x + inset, y: to.y }, -rise)
  return arc({ x: from.x + from.width - inset, y: bottom(from) }, { x: to.x + inset, y: bottom(to) }, rise)
}

/** Where on a server's lower edge the wire to the i-th of n others leaves: each other has its own place there. */
function serverSlot(server: Place, i: number, n: number): number {
  const usable = server.width * 0.62
  return middle(server) - usable / 2 + (usable * (i + 0.5)) / n
}

function serverToBroker(layout: Layout, server: Place, broker: Place): Path {
  // Brokers take the slots by column, and a last one is left to tools.
  const leave = { x: serverSlot(server, broker.column, layout.brokerColumns), y: bottom(server) }
  const step = clamp(broker.width / (layout.serverCount + 2), 6, 16)
  const order = server.index
  const low = broker.x + 18 + step * order
  const high = broker.x + broker.width - 18 - step * (layout.serverCount - 1 - order)
  const x = clamp(leave.x, Math.min(low, high), Math.max(low, high))
  if (broker.row === 0) return uprightThrough(leave, { x, y: broker.y })
  const lane = laneFor(layout, leave.x, x, [broker.column, broker.column + 1])
  const lanex = lane.x + spread(server.index, layout.serverCount, lane.width)
  return uprightThrough(leave, { x: lanex, y: layout.brokersTop - 6 }, { x: lanex, y: broker.y - 26 }, { x, y: broker.y })
}

function serverToTool(layout: Layout, server: Place, tool: Place): Path {
  const x = middle(tool)
  const lane = laneFor(layout, middle(server), x, undefined)
  // From the side on which its gap is, beyond the brokers' slots: so it crosses none of their wires at once.
  const leave = { x: clamp(lane.x, middle(server) - server.width * 0.37, middle(server) + server.width * 0.37), y: bottom(server) }
  const lanex = lane.x + spread(tool.index % 5, 5, lane.width)
  return uprightThrough(leave, { x: lanex, y: layout.brokersTop - 4 }, { x: lanex, y: layout.brokersBottom + 4 }, { x, y: tool.y })
}

function brokerToTool(layout: Layout, broker: Place, tool: Place): Path {
  const x = middle(tool)
  const leave = clamp(x, broker.x + 20, broker.x + broker.width - 20)
  if (bottom(broker) >= layout.brokersBottom - 1) return uprightThrough({ x: leave, y: bottom(broker) }, { x, y: tool.y })
  const lane = laneFor(layout, leave, x, [broker.column, broker.column + 1])
  const lanex = lane.x + spread(tool.index % 5, 5, lane.width)
  return uprightThrough(
    { x: leave, y: bottom(broker) },
    { x: lanex, y: bottom(broker) + 24 },
    { x: lanex, y: layout.brokersBottom + 2 },
    { x, y: tool.y },
  )
}

/** The gap that makes the least detour between two x; `only` names the gaps allowed. */
function laneFor(layout: Layout, from: number, to: number, only: readonly number[] | undefined): { x: number; width: number } {
  let best = layout.lanes[0]!
  let least = Infinity
  layout.lanes.forEach((lane, i) => {
    if (only !== undefined && !only.includes(i)) return
    // The outermost gaps hold the rows' names: a way through the middle is worth a detour.
    const outer = i === 0 || i === layout.lanes.length - 1 ? 200 : 0
    const detour = Math.abs(from - lane.x) + Math.abs(lane.x - to) + outer
    if (detour < least) {
      least = detour
      best = lane
    }
  })
  return best
}

/** Wires of one gap lie side by side. */
function spread(i: number, n: number, width: number): number {
  const step = Math.min(7, (width - 6) / Math.max(1, n))
  return (i - (n - 1) / 2) * step
}
