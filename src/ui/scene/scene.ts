// The whole stage as plain shapes: (cluster, packets, moment, rate, size, selection) -> boxes, lines, packets and the order in which keys walk through them.

import type { HostName, Micros, Packet } from '../../sim/index.ts'
import { toolNode, type BrokerView, type ClusterView, type NodeId } from './cluster-view.ts'
import {
  brokerShape,
  groupShape,
  partitionsBox,
  serverShape,
  toolShape,
  type BrokerShape,
  type GroupShape,
  type ServerShape,
  type ToolShape,
} from './hosts.ts'
import { Labels } from './labels.ts'
import { layOut, type Box, type Layout, type LayoutInput, type Size } from './layout.ts'
import { movesAt, type MoveShape } from './moves.ts'
import { packetShapes, type PacketShape, type PacketsInput, type Way } from './packets.ts'
import { planPartitions, type PartitionPlan } from './partition-plan.ts'
import { partitionsShape, type PartitionsShape } from './partition-shapes.ts'
import { Routes } from './routes.ts'
import { compareNames, selectionKey, type Selection } from './selection.ts'
import type { TopicsView } from './topics.ts'
import { wireShapes, type WireShape } from './wires.ts'

/** A thing that keys can reach: where it is, what it is, what is read aloud. */
export interface Stop {
  readonly key: string
  readonly selection: Selection
  readonly x: number
  readonly y: number
  readonly box: Box | undefined
  readonly title: string
}

export interface Scene {
  readonly layout: Layout
  /** `fresh`: above 0 where something just changed. */
  readonly servers: readonly (ServerShape & { readonly fresh: number })[]
  readonly brokers: readonly (BrokerShape & { readonly fresh: number })[]
  readonly groups: readonly GroupShape[]
  readonly tools: readonly ToolShape[]
  readonly wires: readonly WireShape[]
  readonly packets: readonly PacketShape[]
  /** Elections of the last moments. */
  readonly moves: readonly MoveShape[]
  /** All partitions in a few words; empty while there are none. */
  readonly tally: Tally | undefined
  readonly stops: readonly Stop[]
}

/** How many partitions there are, and how many are in trouble. */
export interface Tally {
  readonly count: number
  readonly underReplicated: number
  readonly leaderless: number
}

export interface SceneInput {
  readonly view: ClusterView
  readonly packets: PacketsInput['packets']
  /** The two places a packet went between, by the connection it was on. */
  endsOf(packet: Packet): readonly [from: NodeId, to: NodeId]
  readonly now: Micros
  readonly rate: number
  readonly size: Size
  readonly selection: Selection | undefined
  /** A machine that the selection is about without naming it: drawn as if selected. */
  readonly meant?: HostName | undefined
  /** Time stands still: then packets stay where they are, and keys can reach them. */
  readonly still: boolean
}

/** What just changed is outlined for so long of the reader's time, microseconds. */
const FRESH_US = 1_400_000

/** By host: 1 what changes now, towards 0 what changed a while ago. */
function freshness(view: ClusterView, now: Micros, rate: number): ReadonlyMap<HostName, number> {
  const fresh = new Map<HostName, number>()
  for (const { host, at } of view.changes) {
    const left = 1 - (now - at) / (FRESH_US * rate)
    if (left > 0 && left <= 1) fresh.set(host, left)
  }
  return fresh
}

function layoutInput(view: ClusterView): LayoutInput {
  const byName = (a: { name: string }, b: { name: string }) => compareNames(a.name, b.name)
  const machines = view.clients.filter((client) => client.kind === 'client')
  const hosts = new Set(view.tools.map((tool) => tool.host))
  return {
    servers: [...view.servers].sort((a, b) => a.sid - b.sid || byName(a, b)).map((server) => server.name),
    brokers: [...view.brokers].sort((a, b) => a.brokerId - b.brokerId || byName(a, b)).map((broker) => broker.name),
    clients: machines.sort(byName).map((client) => client.name),
    tools: [...hosts].sort(compareNames).map((host) => ({
      host,
      nodes: view.tools
        .filter((tool) => tool.host === host)
        .sort((a, b) => a.pid - b.pid)
        .map((tool) => toolNode(tool.pid)),
    })),
  }
}

/** Makes scenes; remembers the layout and the ways while hosts, tools and size stay the same. */
export class SceneMaker {
  #key = ''
  #layout: Layout | undefined
  #routes: Routes | undefined
  #plan: { readonly key: string; readonly plan: PartitionPlan } | undefined
  #partitions = new Map<HostName, { readonly of: readonly unknown[]; readonly shape: PartitionsShape }>()

  /** Places of partitions: the same as long as there are the same topics of the same sizes. */
  #planned(view: TopicsView, well: Box): PartitionPlan {
    const sizes = view.topics.map(({ name, internal, partitions }) => ({ name, internal, count: partitions.length }))
    const key = JSON.stringify([sizes, well.width, well.height])
    if (this.#plan?.key !== key) this.#plan = { key, plan: planPartitions(sizes, well.width, well.height) }
    return this.#plan.plan
  }

  /** A broker's replicas: the same object as long as nothing of it changed. */
  #replicas(view: TopicsView, box: Box, broker: BrokerView, narrow: boolean, selection: Selection | undefined): PartitionsShape {
    const well = partitionsBox(box, narrow)
    const plan = this.#planned(view, well)
    const chosen = selection?.kind === 'partition' || selection?.kind === 'topic' ? selection : undefined
    const of = [view, plan, box, chosen === undefined ? '' : selectionKey(chosen)]
    const known = this.#partitions.get(broker.name)
    if (known?.of.every((each, i) => each === of[i])) return known.shape
    const shape = partitionsShape(view, plan, well, broker.brokerId, broker.name, chosen)
    this.#partitions.set(broker.name, { of, shape })
    return shape
  }

  #laidOut(view: ClusterView, size: Size): { layout: Layout; routes: Routes } {
    const input = layoutInput(view)
    const key = JSON.stringify([input, size])
    if (key !== this.#key || this.#layout === undefined || this.#routes === undefined) {
      this.#key = key
      this.#layout = layOut(input, size)
      this.#routes = new Routes(this.#layout)
    }
    return { layout: this.#layout, routes: this.#routes }
  }

  #moves({ view, now, rate }: SceneInput, brokers: readonly BrokerShape[]): MoveShape[] {
    const ids = new Map(view.brokers.map((broker) => [broker.name, broker.brokerId]))
    const wells = new Map(brokers.flatMap(({ host, partitions }) => (partitions === undefined ? [] : [[ids.get(host)!, partitions.box]])))
    return this.#plan === undefined ? [] : movesAt(view.topics, { plan: this.#plan.plan, wells }, now, rate, FRESH_US)
  }

  make(input: SceneInput): Scene {
    const { view, now, selection } = input
    const { layout, routes } = this.#laidOut(view, input.size)
    const place = (node: NodeId) => layout.places.get(node)
    const fresh = freshness(view, now, input.rate)
    const marked = <T extends { readonly host: HostName; readonly selected: boolean }>(shape: T): T & { readonly fresh: number } => ({
      ...shape,
      fresh: fresh.get(shape.host) ?? 0,
      selected: shape.selected || shape.host === input.meant,
    })
    const servers = view.servers.flatMap((server) => {
      const box = place(server.name)
      return box === undefined ? [] : [marked(serverShape(server, box, now, selection))]
    })
    const brokers = view.brokers.flatMap((broker) => {
      const box = place(broker.name)
      if (box === undefined) return []
      const shape = brokerShape(view, broker, box, now, layout.narrow, selection)
      const partitions = view.topics.count === 0 ? undefined : this.#replicas(view.topics, box, broker, layout.narrow, selection)
      return [marked({ ...shape, partitions })]
    })
    const groups = [...layout.groups].map(([host, box]) => groupShape(view, host, box, layout, now, selection))
    const tools = view.tools.flatMap((tool) => {
      const box = place(toolNode(tool.pid))
      return box === undefined ? [] : [toolShape(view, tool, box, now, selection)]
    })
    // Words on lines come first: they stay, packets pass.
    const names = groups.map(({ box, labelWidth }) => ({ x: box.x + 12, y: box.y - 7, width: labelWidth, height: 14 }))
    const labels = new Labels([...layout.places.values(), ...layout.groups.values(), ...names], layout.width)
    const wires = wireShapes(view, layout, routes, now, selection, labels)
    const packets = packetShapes({
      packets: input.packets,
      now,
      rate: input.rate,
      wayOf: (packet) => wayOf(routes, input.endsOf(packet), packet),
      labels,
      selected: selection?.kind === 'packet' ? selection.id : undefined,
    })
    const { topics } = view
    return {
      layout,
      servers,
      brokers,
      groups,
      tools,
      wires,
      packets,
      moves: this.#moves(input, brokers),
      tally:
        topics.count === 0 ? undefined : { count: topics.count, underReplicated: topics.underReplicated, leaderless: topics.leaderless },
      stops: stopsOf(servers, brokers, groups, tools, wires, input.still ? packets : []),
    }
  }
}

/** By the connection's ends; where one has no place any more (a tool that ended), between the hosts. */
function wayOf(routes: Routes, [from, to]: readonly [NodeId, NodeId], packet: Packet): Way | undefined {
  const direct = routes.between(from, to)
  if (direct !== undefined) return { path: direct.path, forward: direct.start === from }
  const hosts = routes.between(packet.from, packet.to)
  return hosts === undefined ? undefined : { path: hosts.path, forward: hosts.start === packet.from }
}

const stopsWithin = new WeakMap<PartitionsShape, readonly Stop[]>()

/** A broker's replicas as stops, or where they are too small for that, their topics. */
function partitionStops(shape: PartitionsShape): readonly Stop[] {
  const known = stopsWithin.get(shape)
  if (known !== undefined) return known
  const place = (box: Box) => {
    const moved = { ...box, x: shape.box.x + box.x, y: shape.box.y + box.y }
    return { box: moved, x: moved.x + moved.width / 2, y: moved.y + moved.height / 2 }
  }
  const stops: Stop[] = [
    ...shape.headings
      .filter((heading) => heading.stands)
      .map(({ key, topic, box, title }): Stop => ({ key, selection: { kind: 'topic', topic }, ...place(box), title })),
    ...shape.marks.map(({ key, topic, partition, slot, title }): Stop => ({
      key,
      selection: { kind: 'partition', topic, partition },
      ...place(slot),
      title,
    })),
  ]
  stopsWithin.set(shape, stops)
  return stops
}

/** Packets that keys can reach at once: more are a stream, not things. */
const PACKET_STOPS = 24

function stopsOf(
  servers: readonly ServerShape[],
  brokers: readonly BrokerShape[],
  groups: readonly GroupShape[],
  tools: readonly ToolShape[],
  wires: readonly WireShape[],
  packets: readonly PacketShape[],
): Stop[] {
  const boxed = (selection: Selection, box: Box, title: string): Stop => ({
    key: selectionKey(selection),
    selection,
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    box,
    title,
  })
  const stops: Stop[] = [
    ...servers.map((server) => boxed({ kind: 'host', host: server.host }, server.box, server.title)),
    ...brokers.flatMap((broker) => [
      boxed({ kind: 'host', host: broker.host }, broker.box, broker.title),
      ...(broker.partitions === undefined ? [] : partitionStops(broker.partitions)),
    ]),
    // A group on a broker or on a ZooKeeper server is no thing of its own: the machine has its box above.
    ...groups
      .filter((group) => ![...servers, ...brokers].some((other) => other.host === group.host))
      .map((group) => boxed({ kind: 'host', host: group.host }, group.box, group.title)),
    ...tools.map((tool) => boxed({ kind: 'process', pid: tool.pid }, tool.box, tool.title)),
  ]
  const seen = new Set<string>()
  for (const wire of [...wires].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    const key = selectionKey(wire.selection)
    if (seen.has(key)) continue
    seen.add(key)
    stops.push({ key, selection: wire.selection, x: wire.middle.x, y: wire.middle.y, box: undefined, title: wire.title })
  }
  for (const packet of packets.slice(-PACKET_STOPS)) {
    const selection: Selection = { kind: 'packet', id: packet.id }
    stops.push({ key: selectionKey(selection), selection, x: packet.x, y: packet.y, box: undefined, title: packet.title })
  }
  return stops
}
