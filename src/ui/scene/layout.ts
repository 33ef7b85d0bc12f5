// Where everything stands: rows for ZooKeeper, brokers and clients. Place is identity: a place depends on which hosts and tools there are and on the stage's size,
// never on what they do, so nothing moves when a role or a session does.

import { scaleBand, scaleLinear } from 'd3-scale'
import type { HostName } from '../../sim/index.ts'
import type { NodeId } from './cluster-view.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type Place = Box & {
  readonly kind: 'server' | 'broker' | 'clients' | 'tool'
  /** Row within its kind, and place within the row. */
  readonly row: number
  readonly column: number
  /** Place among all of its kind. */
  readonly index: number
}

export interface LayoutInput {
  readonly servers: readonly HostName[]
  readonly brokers: readonly HostName[]
  /** Machines that always have a place in the clients' row. */
  readonly clients: readonly HostName[]
  /** Tools by the host they run on, oldest first. Hosts that are no client machine get a place while a tool runs there. */
  readonly tools: readonly { readonly host: HostName; readonly nodes: readonly NodeId[] }[]
}

export interface RowLabel {
  readonly text: string
  readonly x: number
  readonly y: number
}

export interface Layout {
  readonly width: number
  /** The stage's height, or more where the cluster needs more: then the stage scrolls. */
  readonly height: number
  readonly narrow: boolean
  readonly labels: readonly RowLabel[]
  readonly places: ReadonlyMap<NodeId, Place>
  /** Groups of the clients' row by host: the box on whose border the host's name sits. */
  readonly groups: ReadonlyMap<HostName, Place>
  /** Tools that found no room, by host. */
  readonly hidden: ReadonlyMap<HostName, number>
  /** Where wires may pass upright between brokers: x of each gap's middle and its width. */
  readonly lanes: readonly { readonly x: number; readonly width: number }[]
  readonly brokersTop: number
  readonly brokersBottom: number
  readonly serverCount: number
  readonly brokerColumns: number
}

interface Metrics {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly pillHeight: number
  readonly pillMin: number
  readonly pillMax: number
  readonly pillGap: number
  readonly cardMin: number
  /** The narrowest card, where there are many. */
  readonly cardLeast: number
  readonly cardMax: number
  readonly cardGap: number
  readonly cardHeight: readonly [min: number, enough: number, max: number]
  /** Between ZooKeeper and the brokers, and between those and the clients. */
  readonly upper: readonly [min: number, max: number]
  readonly lower: readonly [min: number, max: number]
  readonly rowGap: number
  readonly clientHeight: readonly [min: number, max: number]
  readonly toolMin: number
  readonly toolMax: number
}

const WIDE: Metrics = {
  left: 108,
  right: 20,
  top: 30,
  bottom: 16,
  pillHeight: 52,
  pillMin: 116,
  pillMax: 146,
  pillGap: 28,
  cardMin: 232,
  cardLeast: 152,
  cardMax: 430,
  cardGap: 56,
  cardHeight: [92, 188, 240],
  upper: [42, 104],
  lower: [30, 76],
  rowGap: 34,
  clientHeight: [52, 74],
  toolMin: 132,
  toolMax: 196,
}

const NARROW: Metrics = {
  left: 14,
  right: 14,
  top: 22,
  bottom: 10,
  pillHeight: 44,
  pillMin: 84,
  pillMax: 122,
  pillGap: 12,
  cardMin: 150,
  cardLeast: 112,
  cardMax: 320,
  cardGap: 16,
  cardHeight: [78, 134, 170],
  upper: [30, 66],
  lower: [20, 52],
  rowGap: 20,
  clientHeight: [46, 62],
  toolMin: 104,
  toolMax: 170,
}

/** Below this many pixels the narrow measures hold and row labels are left to the groups' names. */
export const NARROW_BELOW = 700

/** As few rows as needed, and then as few columns as those rows need: 10 in at most 4 columns are 4, 4, 2. */
function rowsOf<T>(items: readonly T[], mostColumns: number): T[][] {
  const rows = Math.max(1, Math.ceil(items.length / Math.max(1, mostColumns)))
  const columns = Math.max(1, Math.ceil(items.length / rows))
  return Array.from({ length: rows }, (_, row) => items.slice(row * columns, (row + 1) * columns))
}

const columnsThatFit = (width: number, least: number, gap: number): number => Math.max(1, Math.floor((width + gap) / (least + gap)))

/** Centres of n columns over a width, and how wide a box may be. */
function columns(n: number, x: number, width: number, gap: number, widest: number): { centres: number[]; boxWidth: number; step: number } {
  const band = scaleBand<number>()
    .domain(Array.from({ length: n }, (_, i) => i))
    .range([x, x + width])
    .paddingInner(0)
  const step = n === 0 ? width : band.bandwidth()
  const boxWidth = Math.min(widest, (width - gap * (n - 1)) / Math.max(1, n))
  // Boxes fill the row where they can: the outermost end at the row's ends unless they are at their widest.
  const fills = (width - gap * (n - 1)) / Math.max(1, n) <= widest
  const ends = scaleLinear().domain([0, Math.max(1, n - 1)])
  const centres = fills && n > 1 ? ends.range([x + boxWidth / 2, x + width - boxWidth / 2]) : undefined
  return { centres: Array.from({ length: n }, (_, i) => (centres ? centres(i) : (band(i) ?? x) + step / 2)), boxWidth, step }
}

export function layOut(input: LayoutInput, size: Size): Layout {
  const narrow = size.width < NARROW_BELOW
  const m = narrow ? NARROW : WIDE
  const width = Math.max(size.width, 280)
  const inner = width - m.left - m.right
  const serverRows = rowsOf(input.servers, columnsThatFit(inner, m.pillMin, m.pillGap))
  const roomy = rowsOf(input.brokers, columnsThatFit(inner, m.cardMin, m.cardGap))
  const fits = share(m, serverRows.length, roomy.length, size.height).total <= size.height
  // Many brokers: narrower cards closer together before the stage has to scroll.
  const cardGap = fits ? m.cardGap : m.cardGap / 2
  const brokerRows = fits ? roomy : rowsOf(input.brokers, columnsThatFit(inner, m.cardLeast, cardGap))
  const heights = share(m, serverRows.length, brokerRows.length, size.height)

  const places = new Map<NodeId, Place>()
  let y = heights.top
  placeServers(places, serverRows, m, inner, y)
  y += serverRows.length * m.pillHeight + (serverRows.length - 1) * m.rowGap
  const brokersTop = y + heights.upper
  const brokerColumns = Math.max(...brokerRows.map((row) => row.length), 0)
  placeBrokers(places, brokerRows, { ...m, cardGap }, inner, brokersTop, heights.card)
  const brokersBottom = brokersTop + brokerRows.length * heights.card + (brokerRows.length - 1) * m.rowGap
  const clientsTop = brokersBottom + heights.lower
  const { groups, hidden } = placeClients(places, input, m, inner, clientsTop, heights.client)

  return {
    width,
    height: Math.max(size.height, heights.total),
    narrow,
    labels: narrow
      ? []
      : [
          { text: 'ZooKeeper', x: 18, y: heights.top + m.pillHeight / 2 + 4 },
          { text: 'Brokers', x: 18, y: brokersTop + 24 },
          { text: 'Clients', x: 18, y: clientsTop + heights.client / 2 + 4 },
        ],
    places,
    groups,
    hidden,
    lanes: lanesBetween(places, input.brokers, width),
    brokersTop,
    brokersBottom,
    serverCount: input.servers.length,
    brokerColumns,
  }
}

/** How the height is shared: first what is needed, then cards until they hold what they say, then clients, then room for wires, then larger cards; the rest is air. */
function share(m: Metrics, serverRows: number, brokerRows: number, height: number) {
  const pills = serverRows * m.pillHeight + (serverRows - 1) * m.rowGap
  const rowGaps = (brokerRows - 1) * m.rowGap
  let card = m.cardHeight[0]
  let upper = m.upper[0]
  let lower = m.lower[0]
  let client = m.clientHeight[0]
  let left = height - (m.top + pills + upper + brokerRows * card + rowGaps + lower + client + m.bottom)
  const grow = (by: number): number => {
    const taken = Math.max(0, Math.min(left, by))
    left -= taken
    return taken
  }
  card += grow((m.cardHeight[1] - card) * brokerRows) / brokerRows
  client += grow(m.clientHeight[1] - client)
  const wires = grow(m.upper[1] - upper + m.lower[1] - lower)
  const upperShare = (m.upper[1] - m.upper[0]) / (m.upper[1] - m.upper[0] + m.lower[1] - m.lower[0])
  upper += wires * upperShare
  lower += wires * (1 - upperShare)
  card += grow((m.cardHeight[2] - card) * brokerRows) / brokerRows
  const air = Math.max(0, left)
  const top = m.top + air * 0.4
  return { top, upper, lower, card, client, total: top + pills + upper + brokerRows * card + rowGaps + lower + client + m.bottom }
}

function placeServers(places: Map<NodeId, Place>, rows: readonly HostName[][], m: Metrics, inner: number, top: number): void {
  let index = 0
  rows.forEach((names, row) => {
    const { centres, boxWidth } = columns(names.length, m.left, inner, m.pillGap, m.pillMax)
    names.forEach((name, column) => {
      places.set(name, {
        kind: 'server',
        row,
        column,
        index: index++,
        x: centres[column]! - boxWidth / 2,
        y: top + row * (m.pillHeight + m.rowGap),
        width: boxWidth,
        height: m.pillHeight,
      })
    })
  })
}

function placeBrokers(
  places: Map<NodeId, Place>,
  rows: readonly HostName[][],
  m: Metrics,
  inner: number,
  top: number,
  height: number,
): void {
  // Every row has the columns of the fullest one, so that cards stand below each other.
  const most = Math.max(...rows.map((row) => row.length), 1)
  const { centres, boxWidth } = columns(most, m.left, inner, m.cardGap, m.cardMax)
  let index = 0
  rows.forEach((names, row) =>
    names.forEach((name, column) => {
      const y = top + row * (height + m.rowGap)
      places.set(name, { kind: 'broker', row, column, index: index++, x: centres[column]! - boxWidth / 2, y, width: boxWidth, height })
    }),
  )
}

const GROUP_PAD = 10

/** Client machines share the row; where tools run elsewhere too, they take the right third of it. */
function placeClients(places: Map<NodeId, Place>, input: LayoutInput, m: Metrics, inner: number, top: number, height: number) {
  const groups = new Map<HostName, Place>()
  const hidden = new Map<HostName, number>()
  const toolsOf = (host: HostName) => input.tools.find((entry) => entry.host === host)?.nodes ?? []
  const elsewhere = input.tools.filter((entry) => entry.nodes.length > 0 && !input.clients.includes(entry.host)).map((entry) => entry.host)
  const gap = m.cardGap / 4
  const home = elsewhere.length === 0 ? inner : inner * (input.clients.length === 0 ? 0 : 0.6) - gap / 2
  let index = 0
  const put = (hosts: readonly HostName[], x: number, width: number) => {
    const each = (width - gap * (hosts.length - 1)) / Math.max(1, hosts.length)
    hosts.forEach((host, column) => {
      const group = {
        kind: 'clients' as const,
        row: 0,
        column,
        index: index++,
        x: x + column * (each + gap),
        y: top,
        width: each,
        height,
      }
      groups.set(host, group)
      if (!places.has(host)) places.set(host, group)
      placeTools(places, hidden, host, toolsOf(host), group, m)
    })
  }
  put(input.clients, m.left, home)
  put(elsewhere, input.clients.length === 0 ? m.left : m.left + home + gap, inner - home - (input.clients.length === 0 ? 0 : gap))
  return { groups, hidden }
}

function placeTools(
  places: Map<NodeId, Place>,
  hidden: Map<HostName, number>,
  host: HostName,
  nodes: readonly NodeId[],
  group: Box,
  m: Metrics,
): void {
  const room = group.width - 2 * GROUP_PAD
  const gap = 8
  const most = columnsThatFit(room, Math.min(m.toolMin, room), gap)
  const shown = nodes.slice(0, most)
  hidden.set(host, nodes.length - shown.length)
  const width = Math.min(m.toolMax, (room - gap * (shown.length - 1)) / Math.max(1, shown.length))
  const top = group.y + 14
  shown.forEach((node, column) =>
    places.set(node, {
      kind: 'tool',
      row: 0,
      column,
      index: column,
      x: group.x + GROUP_PAD + column * (width + gap),
      y: top,
      width,
      height: group.y + group.height - top - 10,
    }),
  )
}

const OUTER = 28
/** A gap at the stage's side, within what there is. */
const outer = (x: number, room: number) =>
  room < OUTER ? { x: x < OUTER ? room / 2 : x - OUTER / 2 + room / 2, width: room } : { x, width: OUTER }

/** The gaps left of, between and right of the brokers' columns. */
function lanesBetween(places: ReadonlyMap<NodeId, Place>, brokers: readonly HostName[], width: number): { x: number; width: number }[] {
  const edges = new Map<number, readonly [number, number]>()
  for (const name of brokers) {
    const box = places.get(name)!
    edges.set(box.column, [box.x, box.x + box.width])
  }
  const sorted = [...edges.values()].sort((a, b) => a[0] - b[0])
  const lanes: { x: number; width: number }[] = []
  let from = 0
  for (const [left, right] of sorted) {
    // Left of all cards and right of them the way keeps to the cards: the margin has words.
    lanes.push(lanes.length === 0 ? outer(left - OUTER / 2, left) : { x: (from + left) / 2, width: left - from })
    from = right
  }
  lanes.push(outer(from + OUTER / 2, width - from))
  return lanes
}
