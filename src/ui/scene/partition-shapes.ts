// A broker's replicas as marks. Shape comes before colour: a leader is a full block, a follower in the ISR a half one, out of the ISR hatched; on a broker that does not run
// an empty hatched one. A cap above a block: thin where the ISR is not whole, thick where nobody leads. A dot marks where leadership was, a broken rim who goes by old news.

import type { HostName } from '../../sim/index.ts'
import type { Box } from './layout.ts'
import { blockOf, CAP, indexAt, slotOf, type PartitionPlan, type TopicPlan } from './partition-plan.ts'
import { selectionKey, type Selection } from './selection.ts'
import { firstThatFits, fit, textWidth } from './text.ts'
import type { PartitionView, ReplicaKind, ReplicaView, TopicsView, TopicView } from './topics.ts'

/** `none`: no cap; the ISR is not whole; nobody leads. */
export type Cap = 'none' | 'under' | 'none-leads'

export interface MarkShape {
  /** Its stop's key: one for each replica. */
  readonly key: string
  readonly topic: string
  readonly partition: number
  readonly kind: ReplicaKind
  /** ZooKeeper names it leader. */
  readonly named: boolean
  /** Nobody leads, and it could if it ran. */
  readonly needed: boolean
  readonly was: boolean
  readonly stale: boolean
  readonly cap: Cap
  /** Where the cap is drawn; undefined where it has none of its own. */
  readonly capBox: Box | undefined
  /** Where it can be pointed at. */
  readonly slot: Box
  readonly body: Box
  readonly selected: boolean
  readonly texts: readonly MarkText[]
  readonly title: string
}
export interface MarkText {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly role: 'name' | 'number' | 'on' | 'words' | 'strong' | 'trouble' | 'epoch' | 'old-epoch'
}

/** Many replicas drawn as one path for each look. */
export interface TicksShape {
  readonly topic: string
  readonly paths: readonly { readonly look: ReplicaKind | Cap; readonly d: string }[]
}
export interface BarShape {
  readonly topic: string
  readonly parts: readonly {
    readonly kind: ReplicaKind
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }[]
  /** Over as much of what it leads as has an ISR that is not whole. */
  readonly cap: Box | undefined
  readonly words: MarkText
}
/** A topic's name: what keys reach where partitions have no mark of their own. */
export interface HeadingShape {
  readonly key: string
  readonly topic: string
  readonly text: string
  readonly x: number
  readonly y: number
  readonly box: Box
  readonly selected: boolean
  /** It stands for partitions that keys cannot reach one by one. */
  readonly stands: boolean
  readonly title: string
}

export interface PartitionsShape {
  /** The well: all other places are from its corner. */
  readonly box: Box
  readonly plan: PartitionPlan
  readonly marks: readonly MarkShape[]
  readonly ticks: readonly TicksShape[]
  readonly bars: readonly BarShape[]
  readonly headings: readonly HeadingShape[]
  /** Around ticks that are selected. */
  readonly rings: readonly Box[]
  readonly more: { readonly text: string; readonly y: number } | undefined
}

const KIND_WORDS: Readonly<Record<ReplicaKind, string>> = {
  leader: 'leader',
  insync: 'in sync',
  behind: 'not in ISR',
  waiting: 'not told yet',
  dead: 'not running',
}

const capOf = (partition: PartitionView): Cap =>
  partition.health === 'leaderless' || partition.health === 'offline' ? 'none-leads' : partition.underReplicated ? 'under' : 'none'

/** All that a mark says, and what only shape and colour say. */
export function titleOf(partition: PartitionView, replica: ReplicaView, host: HostName): string {
  const { state } = partition
  const isr = state === undefined ? [] : [`ISR ${state.isr.length} of ${partition.assignment.length}`, `leader epoch ${state.leaderEpoch}`]
  const health =
    partition.health === 'offline'
      ? ['no leader']
      : partition.health === 'leaderless'
        ? ['its leader does not run']
        : partition.underReplicated
          ? ['under-replicated']
          : []
  const old = replica.stale ? [`goes by leader epoch ${replica.leaderEpoch}, which is old`] : []
  return [
    `${partition.name} on ${host}: ${KIND_WORDS[replica.kind]}${replica.kind === 'dead' && replica.named ? ', still named leader' : ''}${replica.needed ? ', in the ISR: it could lead' : ''}`,
    ...health,
    ...isr,
    ...old,
  ].join(', ')
}

const TICK_HALF = 0.46

/** `playground-0`, or as much of the topic as fits before the number: `playgr…-0`. */
function shortName({ name, topic, partition }: PartitionView, width: number): string {
  if (textWidth(name, 11, true) <= width) return name
  const number = `-${partition}`
  return fit(topic + '…', width - textWidth(number, 11, true), 11, true).replace(/…+$/, '…') + number
}

/** A mark's block within its room: leaders fill it, followers are low. */
function bodyOf(kind: ReplicaKind, named: boolean, room: Box): Box {
  if (kind === 'leader' || (kind === 'dead' && named)) return room
  const height = Math.round(room.height * TICK_HALF)
  return { ...room, y: room.y + room.height - height, height }
}

function rowTexts(partition: PartitionView, replica: ReplicaView, slot: Box, plan: TopicPlan): MarkText[] {
  const middle = slot.y + slot.height / 2 + 4
  const texts: MarkText[] = [{ text: shortName(partition, plan.blockX - 8), x: slot.x, y: middle, role: 'name' }]
  const { state } = partition
  const from = slot.x + plan.blockX + plan.blockWidth + 8
  let room = slot.x + slot.width - from
  const epoch = replica.stale ? `epoch ${replica.leaderEpoch}, old` : state === undefined ? '' : `epoch ${state.leaderEpoch}`
  const isr = state === undefined ? '' : `ISR ${state.isr.length}/${partition.assignment.length}`
  const trouble =
    partition.health === 'offline'
      ? ['no leader']
      : partition.health === 'leaderless'
        ? [replica.named ? 'leader, gone' : 'leader is gone', 'leader gone', 'gone']
        : partition.underReplicated && replica.kind === 'leader'
          ? [`leader · ${isr}`, `leader ${isr}`, isr, 'leader']
          : replica.kind === 'behind'
            ? ['not in ISR', 'behind']
            : []
  const words =
    trouble.length > 0 ? trouble : replica.kind === 'dead' ? [''] : [KIND_WORDS[replica.kind], replica.kind === 'leader' ? 'lead' : '']
  const least = textWidth(words.at(-1)!, 11)
  if (epoch !== '' && replica.kind !== 'dead' && textWidth(epoch, 11, true) + 8 + least <= room) {
    texts.push({ text: epoch, x: slot.x + slot.width, y: middle, role: replica.stale ? 'old-epoch' : 'epoch' })
    room -= textWidth(epoch, 11, true) + 8
  }
  const text = firstThatFits(words, room, 11)
  const role = trouble.length > 0 ? 'trouble' : replica.kind === 'leader' ? 'strong' : 'words'
  if (text !== '') texts.push({ text, x: from, y: middle, role })
  return texts
}

/** A leader bears the cap of an ISR that is not whole; all bear that of a partition without a leader. */
function capBox(cap: Cap, { named }: ReplicaView, y: number, { x, width }: Box): Box | undefined {
  if (cap === 'none-leads') return { x, y: y - 0.5, width, height: 3.5 }
  return cap === 'under' && named ? { x, y, width, height: 2 } : undefined
}

function markOf(
  partition: PartitionView,
  replica: ReplicaView,
  plan: TopicPlan,
  index: number,
  host: HostName,
  selected: boolean,
): MarkShape {
  const slot = slotOf(plan, index)
  const rows = plan.level === 'rows'
  const room = blockOf(plan, index)
  const cap = capOf(partition)
  const body = bodyOf(replica.kind, replica.named || replica.needed, room)
  const onBlock = body.height === room.height && replica.kind === 'leader'
  const number: MarkText = {
    text: String(partition.partition),
    x: slot.x + slot.width / 2,
    y: room.y + (onBlock ? room.height / 2 + 3.5 : body.height === room.height ? room.height / 2 + 3.5 : 8),
    role: onBlock ? 'on' : 'number',
  }
  return {
    key: `partition:${partition.name}@${host}`,
    topic: partition.topic,
    partition: partition.partition,
    kind: replica.kind,
    named: replica.named,
    needed: replica.needed,
    was: replica.was,
    stale: replica.stale,
    cap,
    capBox: capBox(cap, replica, rows ? body.y - CAP : slot.y, body),
    slot,
    body,
    selected,
    texts: rows ? rowTexts(partition, replica, slot, plan) : [number],
    title: titleOf(partition, replica, host),
  }
}

const rect = (box: Box): string => `M${box.x},${box.y}h${box.width}v${box.height}h${-box.width}z`

function ticksOf(topic: TopicView, plan: TopicPlan, broker: number): TicksShape {
  const paths = new Map<ReplicaKind | Cap, string>()
  const add = (look: ReplicaKind | Cap, box: Box) => paths.set(look, (paths.get(look) ?? '') + rect(box))
  topic.partitions.forEach((partition, i) => {
    const replica = partition.replicas.find((each) => each.broker === broker)
    if (replica === undefined) return
    const slot = slotOf(plan, i)
    add(replica.kind, bodyOf(replica.kind, replica.named || replica.needed, blockOf(plan, i)))
    const cap = capOf(partition)
    if (cap !== 'none' && replica.named) add(cap, { ...slot, height: cap === 'under' ? 1.5 : 2.5 })
    else if (cap === 'none-leads') add(cap, { ...slot, height: 2.5 })
  })
  return { topic: topic.name, paths: [...paths].map(([look, d]) => ({ look, d })) }
}

const BAR_ORDER: readonly ReplicaKind[] = ['leader', 'insync', 'behind', 'waiting', 'dead']

/** `under`: led here with an ISR that is not whole. */
type Counts = Record<ReplicaKind, number> & { held: number; trouble: number; under: number }
/** Counted once a topic and broker. */
const counted = new WeakMap<TopicView, Map<number, Counts>>()

function countsOf(topic: TopicView, broker: number): Counts {
  let known = counted.get(topic)
  if (known === undefined) counted.set(topic, (known = new Map<number, Counts>()))
  let counts = known.get(broker)
  if (counts === undefined) known.set(broker, (counts = countReplicas(topic, broker)))
  return counts
}

function countReplicas(topic: TopicView, broker: number): Counts {
  const counts = { leader: 0, insync: 0, behind: 0, waiting: 0, dead: 0, held: 0, trouble: 0, under: 0 }
  for (const partition of topic.partitions) {
    const replica = partition.replicas.find((each) => each.broker === broker)
    if (replica === undefined) continue
    counts[replica.kind]++
    counts.held++
    const cap = capOf(partition)
    if (cap === 'none-leads') counts.trouble++
    if (cap === 'under' && replica.kind === 'leader') counts.under++
  }
  return counts
}

function barOf(topic: TopicView, plan: TopicPlan, broker: number): BarShape {
  const counts = countsOf(topic, broker)
  const slot = slotOf(plan, 0)
  const wordings =
    counts.trouble > 0
      ? [`${counts.trouble} without a leader`, `${counts.trouble} lost`]
      : counts.dead === counts.held && counts.held > 0
        ? [`${counts.held} replicas`, `${counts.held}`]
        : [`leads ${counts.leader} of ${counts.held}`, `${counts.leader}/${counts.held}`]
  const text = firstThatFits(wordings, slot.width * 0.55, 10.5)
  const width = Math.max(10, slot.width - Math.max(textWidth(text, 10.5) + 8, slot.width * 0.3))
  let x = slot.x
  const parts = BAR_ORDER.flatMap((kind) => {
    if (counts[kind] === 0) return []
    const part = (width * counts[kind]) / Math.max(1, topic.partitions.length)
    const height = kind === 'leader' ? 11 : 6
    const shape = { kind, x, y: slot.y + 3 + (11 - height), width: Math.max(1, part - 1), height }
    x += part
    return [shape]
  })
  const led = parts.find((part) => part.kind === 'leader')
  const cap =
    led === undefined || counts.under === 0
      ? undefined
      : { x: led.x, y: slot.y, width: (led.width * counts.under) / counts.leader, height: 2 }
  return {
    topic: topic.name,
    parts,
    cap,
    words: { text, x: slot.x + slot.width, y: slot.y + 12, role: counts.trouble > 0 ? 'trouble' : 'words' },
  }
}

function headingTitle(topic: TopicView, host: HostName, broker: number): string {
  const counts = countsOf(topic, broker)
  const words = BAR_ORDER.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${KIND_WORDS[kind]}`)
  return `topic ${topic.name} on ${host}: ${counts.held} of ${topic.partitions.length} partitions${words.length > 0 ? `, ${words.join(', ')}` : ''}${
    counts.trouble > 0 ? `, ${counts.trouble} without a leader` : ''
  }`
}

/** A broker's replicas within its well. */
export function partitionsShape(
  view: TopicsView,
  plan: PartitionPlan,
  box: Box,
  broker: number,
  host: HostName,
  selection: Selection | undefined,
): PartitionsShape {
  const marks: MarkShape[] = []
  const ticks: TicksShape[] = []
  const bars: BarShape[] = []
  const headings: HeadingShape[] = []
  const rings: Box[] = []
  for (const of of plan.topics) {
    const topic = view.topics.find((each) => each.name === of.name)
    if (topic === undefined) continue
    if (of.level === 'rows' || of.level === 'tiles') {
      topic.partitions.forEach((partition, i) => {
        const replica = partition.replicas.find((each) => each.broker === broker)
        if (replica === undefined) return
        const selected =
          selection?.kind === 'partition'
            ? selection.topic === topic.name && selection.partition === partition.partition
            : selection?.kind === 'topic' && selection.topic === topic.name
        marks.push(markOf(partition, replica, of, i, host, selected))
      })
    } else if (of.level === 'ticks') {
      ticks.push(ticksOf(topic, of, broker))
      const at = topic.partitions.findIndex(
        (each) => selection?.kind === 'partition' && selectionKey(selection) === `partition:${each.name}`,
      )
      if (at >= 0) rings.push(slotOf(of, at))
    } else bars.push(barOf(topic, of, broker))
    if (of.heading !== undefined) {
      headings.push({
        key: `topic:${topic.name}@${host}`,
        topic: topic.name,
        text: fit(topic.name + (topic.deleting ? ' (being deleted)' : ''), of.heading.room, 11),
        x: of.heading.x,
        y: of.heading.y,
        box: of.box,
        selected: (selection?.kind === 'topic' || selection?.kind === 'partition') && selection.topic === topic.name,
        stands: of.level === 'ticks' || of.level === 'bar',
        title: headingTitle(topic, host, broker),
      })
    }
  }
  const more =
    plan.more === undefined
      ? undefined
      : { text: `and ${plan.more.count} more ${plan.more.count === 1 ? 'topic' : 'topics'}`, y: plan.more.y }
  return { box, plan, marks, ticks, bars, headings, rings, more }
}

/** The partition at a point of the stage, where partitions are too small to be things of their own. */
export function partitionAt(shape: PartitionsShape, view: TopicsView, x: number, y: number): PartitionView | undefined {
  for (const plan of shape.plan.topics) {
    if (plan.level !== 'ticks') continue
    const index = indexAt(plan, x - shape.box.x, y - shape.box.y)
    const partition = index === undefined ? undefined : view.topics.find((topic) => topic.name === plan.name)?.partitions[index]
    if (partition !== undefined) return partition
  }
  return undefined
}
