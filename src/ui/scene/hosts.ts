// What the boxes of the stage say: a ZooKeeper server's pill, a broker's card, a client machine's group and the tools in it. Words are chosen to fit the box.

import type { ContainerState, HostName, Micros } from '../../sim/index.ts'
import type { BrokerView, ClientView, ClusterView, HostView, ServerView, SessionView, ToolView } from './cluster-view.ts'
import { toolNode } from './cluster-view.ts'
import type { Box, Layout } from './layout.ts'
import type { PartitionsShape } from './partition-shapes.ts'
import { sameSelection, type Selection } from './selection.ts'
import { duration, firstThatFits, fit, fullZxid, shortSession, shortZxid, textWidth } from './text.ts'
import { lifeLeft } from './wires.ts'

/** How a machine is, in the order of how it is drawn: lit, waiting, held, gone. */
export type Condition = 'up' | 'coming' | 'paused' | 'down'

export interface PowerShape {
  readonly x: number
  readonly y: number
  readonly radius: number
  /** What a click on it does. */
  readonly command: string
  readonly starts: boolean
}

interface Hosted {
  readonly host: HostName
  readonly box: Box
  readonly selected: boolean
  readonly condition: Condition
  /** Read aloud: everything the box says, and what only colour or form say. */
  readonly title: string
}

export interface ServerShape extends Hosted {
  readonly role: ServerView['role']
  readonly name: string
  readonly line: string
  readonly leading: boolean
  /** Where its signs stand: the crown, or the state's own. */
  readonly sign: { readonly x: number; readonly y: number } | undefined
}

export interface BrokerShape extends Hosted {
  readonly name: string
  readonly subtitle: string
  readonly subtitleX: number
  readonly subtitleY: number
  /** The controller's badge; `held`: the node names it but it does not act (dead, or not yet told). */
  readonly badge: { readonly text: string; readonly box: Box; readonly held: boolean } | undefined
  readonly power: PowerShape
  readonly session: SessionBar | undefined
  /** Rows of words below: name and value. */
  readonly facts: readonly { readonly name: string; readonly value: string; readonly x: number; readonly y: number }[]
  readonly factX: number
  /** Where partitions stand; what is said there while there are none. */
  readonly well: { readonly box: Box; readonly words: string } | undefined
  /** Its replicas; undefined while there are no topics. */
  readonly partitions: PartitionsShape | undefined
}

export interface SessionBar {
  readonly id: string
  readonly label: string
  readonly words: string
  readonly wordsX: number
  readonly y: number
  readonly barX: number
  readonly barWidth: number
  /** Part of its time-out that is left. */
  readonly left: number
  readonly alive: boolean
}

export interface ToolShape {
  readonly key: string
  readonly pid: number
  readonly host: HostName
  readonly box: Box
  readonly name: string
  readonly line: string
  readonly selected: boolean
  readonly title: string
}

export interface GroupShape extends Hosted {
  readonly label: string
  readonly labelWidth: number
  /** Said inside while no program runs there. */
  readonly empty: string
  readonly more: string
}

const conditionOf = (host: HostView, running: boolean): Condition => {
  switch (host.container) {
    case 'absent':
    case 'created':
    case 'exited':
      return 'down'
    case 'paused':
      return 'paused'
    case 'running':
      return running ? 'up' : 'coming'
  }
}

/** How a machine that is not up came to be so: `killed 7.4 s ago`. Exit codes above 128 are signals. */
export function ending(host: HostView, now: Micros): string {
  const ago = `${duration(now - host.since)} ago`
  switch (host.container) {
    case 'absent':
    case 'created':
      return 'not started'
    case 'paused':
      return `paused ${ago}`
    case 'exited':
      if (host.exitCode === 137) return `killed ${ago}`
      if (host.exitCode === 143) return `terminated ${ago}`
      return host.exitCode === 0 ? `ended ${ago}` : `exited (${host.exitCode}) ${ago}`
    case 'running':
      return `up ${duration(now - host.since)}`
  }
}

/** What is wrong with a broker's disk, if anything is. */
const diskWords = ({ disk }: BrokerView): string =>
  disk === undefined ? '' : disk.readOnly ? 'disk read-only' : disk.full ? 'disk full' : 'disk bounded'

/** The one command that a machine's power sign stands for. */
export function powerCommand(host: HostName, container: ContainerState): { command: string; starts: boolean } {
  switch (container) {
    case 'running':
      return { command: `docker-compose kill ${host}`, starts: false }
    case 'paused':
      return { command: `docker-compose unpause ${host}`, starts: true }
    case 'exited':
    case 'created':
      return { command: `docker-compose start ${host}`, starts: true }
    case 'absent':
      return { command: `docker-compose up -d ${host}`, starts: true }
  }
}

export function serverShape(server: ServerView, box: Box, now: Micros, selection: Selection | undefined): ServerShape {
  const condition = conditionOf(server, server.role !== undefined)
  const leading = server.role === 'leading' && condition === 'up'
  const inset = Math.min(20, box.width * 0.16)
  const room = box.width - 2 * inset - (leading ? 20 : 0)
  const full = box.width - 2 * inset
  const state = condition === 'up' ? server.role! : condition === 'coming' ? 'starting' : ending(server, now)
  const looking = server.role === 'looking' && server.vote > 0 ? `looking, votes ${server.vote}` : state
  const wordings =
    condition !== 'up'
      ? [state, state.replace(' ago', ''), state.split(' ')[0]!]
      : server.role === 'looking'
        ? [looking, 'looking']
        : [`${state} ${shortZxid(server.zxid)}`, state]
  return {
    host: server.name,
    box,
    selected: sameSelection(selection, { kind: 'host', host: server.name }),
    condition,
    title: `${server.name}, ZooKeeper server ${server.sid}, ${looking}${condition === 'up' ? `, last zxid ${fullZxid(server.zxid)}` : ''}`,
    role: server.role,
    name: fit(server.name, room, 13),
    line: firstThatFits(wordings, full, 10.5, true),
    leading,
    sign: leading ? { x: box.x + box.width - inset - 6, y: box.y + box.height * 0.36 } : undefined,
  }
}

/** The session a broker speaks through; without one, the one that still runs out. */
export const sessionOf = (view: ClusterView, owner: string): SessionView | undefined => {
  const own = view.sessions.filter((session) => session.owner === owner)
  return own.find((session) => session.connected) ?? own.at(-1)
}

/** From a fact's name to its value. */
const FACT_INDENT = 72

function sessionBar(session: SessionView, box: Box, x: number, y: number, now: Micros, room: number): SessionBar {
  const barWidth = Math.min(64, room * 0.3)
  const left = session.expiresAt === undefined ? 1 : Math.max(0, Math.min(1, (session.expiresAt - now) / (session.timeoutMs * 1000)))
  const id = shortSession(session.id)
  const on = session.connected ? `on ${session.server}` : lifeLeft(session, now)
  const wide = room >= 200
  const words = firstThatFits(
    wide ? [`${id} ${session.connected ? '' : '· '}${on}`, on] : [`session ${on}`, on],
    room - barWidth - 12 - (wide ? FACT_INDENT : 0),
    11,
  )
  return {
    id: session.id,
    label: wide ? 'session' : '',
    words,
    wordsX: x + (wide ? FACT_INDENT : 0),
    y,
    barX: box.x + box.width - 14 - barWidth,
    barWidth,
    left,
    alive: session.connected,
  }
}

export function brokerShape(
  view: ClusterView,
  broker: BrokerView,
  box: Box,
  now: Micros,
  narrow: boolean,
  selection: Selection | undefined,
): BrokerShape {
  const condition = conditionOf(broker, broker.lifecycle !== undefined)
  const pad = narrow ? 12 : 14
  const radius = narrow ? 11 : 12
  const power = { x: box.x + box.width - pad - radius, y: box.y + pad + radius - 4, radius, ...powerCommand(broker.name, broker.container) }
  const running = condition === 'up' ? broker.lifecycle! : condition === 'coming' ? 'starting' : ending(broker, now)
  const disk = diskWords(broker)
  const state = disk === '' ? running : `${running} · ${disk}`
  const nameWidth = textWidth(broker.name, 14) + 8
  const acting = broker.controllerEpoch !== undefined && condition !== 'down'
  const held = !acting && broker.namedController
  // Narrow cards say who is controller in the line below the name.
  const stacked = box.width < STACKED_BELOW
  const badgeWords = acting ? [`controller · ${broker.controllerEpoch}`, 'controller'] : ['/controller names it', '/controller']
  const subtitleX = stacked ? box.x + pad : box.x + pad + nameWidth
  let badge: BrokerShape['badge']
  if (acting || held) {
    const room = stacked ? box.width - 2 * pad - 2 * radius - 8 - nameWidth : box.width * 0.36
    const text = firstThatFits(badgeWords, Math.max(room - 18, 60), 11)
    const width = textWidth(text, 11) + 20
    const right = power.x - radius - (stacked ? 6 : 10)
    if (!stacked || width <= room) badge = { text, held, box: { x: right - width, y: power.y - 10, width, height: 20 } }
  }
  const inLine =
    badge === undefined && (acting || held) ? (acting ? `controller, epoch ${broker.controllerEpoch}` : 'still named controller') : ''
  const end = badge !== undefined && !stacked ? badge.box.x : power.x - radius
  const room = stacked ? box.width - 2 * pad : end - subtitleX - 8
  const subtitle = firstThatFits(
    inLine === ''
      ? [`broker ${broker.brokerId} · ${state}`, state, state.replace(' ago', ''), disk === '' ? running.split(' ')[0]! : disk]
      : acting
        ? [`${inLine} · ${state}`, inLine]
        : [`${state} · ${inLine}`, `${state.split(' ')[0]}, ${inLine}`, `${state.split(' ')[0]}, in /controller`, inLine],
    stacked ? box.width - 2 * pad - (2 * radius + 4) * (badge === undefined ? 1 : 0) : room,
    11,
  )
  const session = sessionOf(view, broker.name)
  const top = box.y + (stacked ? (narrow ? 58 : 64) : 50)
  const bar = session === undefined ? undefined : sessionBar(session, box, box.x + pad, top, now, box.width - 2 * pad)
  const full = view.topics.count > 0
  // Where there are partitions, places below the name are kept whether or not there is something to say there.
  const below = bar === undefined && !full ? top : top + 20
  const facts = full && !isRoomy(box) ? [] : factsOf(broker, box, box.x + pad, below, condition)
  return {
    host: broker.name,
    box,
    selected: sameSelection(selection, { kind: 'host', host: broker.name }),
    condition,
    title: [
      `${broker.name}, broker ${broker.brokerId}, ${state}`,
      acting ? `controller, epoch ${broker.controllerEpoch}` : held ? '/controller still names it' : '',
      session === undefined
        ? ''
        : session.connected
          ? `session on ${session.server}`
          : `session without a connection, ${lifeLeft(session, now)}`,
    ]
      .filter((words) => words !== '')
      .join(', '),
    name: broker.name,
    subtitle,
    subtitleX,
    subtitleY: stacked ? box.y + 42 : box.y + 25,
    badge,
    power,
    session: bar,
    facts,
    factX: box.x + pad,
    well: full ? undefined : wellOf(broker, box, below + (facts.length === 0 ? -8 : 14), condition),
    partitions: undefined,
  }
}

const STACKED_BELOW = 300
/** Broad and high enough to say more than what matters most. */
const isRoomy = (box: Box): boolean => box.width >= STACKED_BELOW && box.height >= 150

/** Where partitions stand in a broker's card: the same place in each, whatever its broker does. */
export function partitionsBox(box: Box, narrow: boolean): Box {
  const pad = narrow ? 12 : 14
  const top = box.y + (box.width < STACKED_BELOW ? (narrow ? 68 : 76) : isRoomy(box) ? 84 : 64)
  return { x: box.x + pad, y: top, width: box.width - 2 * pad, height: box.y + box.height - top - (narrow ? 7 : 10) }
}

/** Rows as long as there is room. The rest of the card is for partitions. */
function factsOf(broker: BrokerView, box: Box, x: number, from: number, condition: Condition): BrokerShape['facts'] {
  const wide = box.width - 28 >= 200
  const path = `/brokers/ids/${broker.brokerId}`
  const words = broker.registered ? (condition === 'down' ? `${path}, still` : path) : condition === 'down' ? '' : 'not registered yet'
  if (words === '' || from > box.y + box.height - 10) return []
  return [
    {
      name: wide ? 'registered' : '',
      value: wide ? words.replace('not registered yet', 'not yet') : fit(words, box.width - 28, 11, true),
      x: x + (wide ? FACT_INDENT : 0),
      y: from,
    },
  ]
}

const WELL_LEAST = 30

function wellOf(broker: BrokerView, box: Box, from: number, condition: Condition): BrokerShape['well'] {
  const area: Box = { x: box.x + 10, y: from, width: box.width - 20, height: box.y + box.height - from - 10 }
  if (area.height < WELL_LEAST || condition !== 'up') return undefined
  const words =
    broker.topics === undefined
      ? ['no controller has told it of topics yet', 'not told of topics yet', '']
      : broker.topics === 0
        ? ['no topics, no partitions yet', 'no topics yet']
        : [`${broker.topics} topics`]
  return { box: area, words: firstThatFits(words, area.width - 16, 11) }
}

export function groupShape(
  view: ClusterView,
  host: HostName,
  box: Box,
  layout: Layout,
  now: Micros,
  selection: Selection | undefined,
): GroupShape {
  const own: ClientView | undefined = view.clients.find((client) => client.name === host)
  const any: HostView | undefined =
    own ?? view.brokers.find((broker) => broker.name === host) ?? view.servers.find((server) => server.name === host)
  const condition = any === undefined ? 'up' : conditionOf(any, true)
  const state = condition === 'up' || any === undefined ? '' : `, ${ending(any, now)}`
  const what = own?.kind === 'docker-host' ? 'docker host' : own === undefined ? `on ${host}` : host
  const label = fit(`${what}${state}`, box.width - 40, 11)
  const hidden = layout.hidden.get(host) ?? 0
  const tools = view.tools.filter((tool) => tool.host === host)
  return {
    host,
    box,
    selected: own !== undefined && sameSelection(selection, { kind: 'host', host }),
    condition,
    title: `${own === undefined ? `programs on ${host}` : `${host}, client machine${state}`}, ${tools.length === 0 ? 'no program runs' : `${tools.length} running`}`,
    label,
    labelWidth: textWidth(label, 11) + 12,
    empty: tools.length > 0 ? '' : condition === 'up' ? fit('no program runs here', box.width - 20, 11) : '',
    more: hidden === 0 ? '' : `+${hidden} more`,
  }
}

/** A lower box has room for a program's name only. */
const TWO_LINES = 32

export function toolShape(view: ClusterView, tool: ToolView, box: Box, now: Micros, selection: Selection | undefined): ToolShape {
  const session = sessionOf(view, toolNode(tool.pid))
  const room = box.width - 20
  const running = `running ${duration(now - tool.startedAt)}`
  const lines =
    session === undefined
      ? [running]
      : session.connected
        ? [`session ${shortSession(session.id)} on ${session.server}`, `session on ${session.server}`, `on ${session.server}`]
        : [`session, ${lifeLeft(session, now)}`, lifeLeft(session, now)]
  return {
    key: toolNode(tool.pid),
    pid: tool.pid,
    host: tool.host,
    box,
    name: fit(tool.title, room, 12),
    line: box.height < TWO_LINES ? '' : firstThatFits(lines, room, 10.5),
    selected: sameSelection(selection, { kind: 'process', pid: tool.pid }),
    title: `${tool.command}, on ${tool.host}, ${lines[0]}`,
  }
}
