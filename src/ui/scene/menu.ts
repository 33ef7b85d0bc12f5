// What can be done with a thing of the stage. Every item is an action: a command line, shown beside its words, the same that could be typed in a terminal.

import type { ContainerState, HostName } from '../../sim/index.ts'
import type { BrokerView, ClusterView, FaultView, HostView } from './cluster-view.ts'
import { compareNames, orderedPair, type Selection } from './selection.ts'

export type MenuItem =
  /** `hint`: what it does that its name does not say. */
  | {
      readonly type: 'act'
      readonly label: string
      readonly command: string
      readonly hint: string
      readonly danger: boolean
      /** It stays and is talked to: it gets a terminal of its own. */
      readonly terminal: boolean
    }
  /** Leads to further items. */
  | { readonly type: 'more'; readonly label: string; readonly items: readonly MenuItem[] }
  | { readonly type: 'rule' }

export interface Menu {
  readonly title: string
  readonly items: readonly MenuItem[]
}

const act = (label: string, command: string, hint = '', danger = false): MenuItem => ({
  type: 'act',
  label,
  command,
  hint,
  danger,
  terminal: false,
})
const inTerminal = (label: string, command: string): MenuItem => ({
  type: 'act',
  label,
  command,
  hint: 'in a terminal',
  danger: false,
  terminal: true,
})
const RULE: MenuItem = { type: 'rule' }

/** What the container verbs mean for a machine of a kind: those whose first process is a shell drop SIGTERM (facts-1-control.md, section 0). */
function verbs(host: HostName, container: ContainerState, kind: HostView['kind']): MenuItem[] {
  const compose = (verb: string) => `docker-compose ${verb} ${host}`
  const powerOff = act('Power off', `power-off ${host}`, 'what was not synced is lost', true)
  switch (container) {
    case 'running':
      return [
        act('Kill', compose('kill'), 'SIGKILL, at once', true),
        powerOff,
        act('Stop', compose('stop'), kind === 'zookeeper' ? 'SIGTERM: it ends at once' : '10 s more of service, then SIGKILL', true),
        ...(kind === 'broker' ? [act('Terminate', compose('term'), 'SIGTERM: it hands over and leaves', true)] : []),
        act('Pause', compose('pause'), 'frozen; the others do not know'),
        act('Restart', compose('restart')),
      ]
    case 'paused':
      return [act('Unpause', compose('unpause')), act('Kill', compose('kill'), 'SIGKILL', true), powerOff]
    case 'exited':
    case 'created':
      return [act('Start', compose('start'), 'on the disk it left')]
    case 'absent':
      return [act('Create and start', compose('up -d'))]
  }
}

const isBad = (fault: FaultView | undefined): fault is FaultView =>
  fault !== undefined && (fault.cut || fault.slow !== 1 || fault.lossPerMille > 0)

const faultBetween = (view: ClusterView, a: HostName, b: HostName): FaultView | undefined =>
  view.faults.find((fault) => (fault.a === a && fault.b === b) || (fault.a === b && fault.b === a))

/** What can be done to the wire between two hosts. */
function linkItems(view: ClusterView, one: HostName, other: HostName): MenuItem[] {
  const [a, b] = orderedPair(one, other)
  const fault = faultBetween(view, a, b)
  const items: MenuItem[] = []
  if (isBad(fault)) items.push(act('Heal', `link heal ${a} ${b}`, 'what waits is sent again'))
  if (fault?.cut !== true) {
    items.push(act('Cut', `link cut ${a} ${b}`, 'packets wait; nobody is told', true))
    items.push(act('Slow down', `link slow ${a} ${b} 100`, 'delays times 100'))
    items.push(act('Make lossy', `link lossy ${a} ${b} 20`, 'every fifth packet is sent again'))
  }
  return items
}

/** What can befall a broker's disk. */
function diskItems({ name, disk }: BrokerView): MenuItem {
  const items: MenuItem[] = []
  if (disk !== undefined) items.push(act('Heal', `disk heal ${name}`, 'it takes all that comes'))
  if (disk?.limit === undefined) {
    items.push(act('Leave it full', `disk full ${name}`, 'what it holds and no more', true))
    items.push(act('Bound it', `disk limit ${name} 100K`, '100 KB in all', true))
  }
  if (disk?.readOnly !== true) items.push(act('Break it', `disk fail ${name}`, 'read-only after an error', true))
  return { type: 'more', label: 'Its disk', items }
}

/** Machines a host may be cut off from: the cluster's and the clients', by row and name. */
function others(view: ClusterView, host: HostName): HostName[] {
  const names = (hosts: readonly { readonly name: HostName }[]) => hosts.map((each) => each.name).sort(compareNames)
  return [...names(view.servers), ...names(view.brokers), ...names(view.clients)].filter((name) => name !== host)
}

function cutItems(view: ClusterView, host: HostName): MenuItem[] {
  const rest = others(view, host)
  const whole = rest.filter((other) => faultBetween(view, host, other)?.cut !== true)
  const bad = rest.filter((other) => isBad(faultBetween(view, host, other)))
  const pair = (other: HostName) => orderedPair(host, other).join(' ')
  const servers = new Set(view.servers.map((server) => server.name))
  const zookeepers = whole.filter((other) => servers.has(other))
  const all = (verb: string, from: readonly HostName[]) => from.map((other) => `link ${verb} ${pair(other)}`).join('; ')
  const items: MenuItem[] = []
  if (whole.length > 0) {
    const cuts: MenuItem[] = whole.map((other) => act(`to ${other}`, `link cut ${pair(other)}`, '', true))
    if (zookeepers.length > 1) cuts.push(RULE, act('to every ZooKeeper', all('cut', zookeepers), '', true))
    if (whole.length > 1) cuts.push(act('to all', all('cut', whole), 'alone in the world', true))
    items.push({ type: 'more', label: 'Cut a link', items: cuts })
  }
  if (bad.length > 0) {
    const heals: MenuItem[] = bad.map((other) => act(`to ${other}`, `link heal ${pair(other)}`))
    if (bad.length > 1) heals.push(RULE, act('all', all('heal', bad)))
    items.push({ type: 'more', label: 'Heal a link', items: heals })
  }
  return items
}

function hostMenu(view: ClusterView, name: HostName): Menu | undefined {
  const host = [...view.servers, ...view.brokers, ...view.clients].find((each) => each.name === name)
  if (host === undefined) return undefined
  const isDockerHost = host.kind === 'docker-host'
  const items: MenuItem[] = isDockerHost ? [] : [...verbs(name, host.container, host.kind), RULE]
  items.push(...cutItems(view, name))
  if (host.kind === 'broker' && host.container !== 'absent') items.push(diskItems(host))
  if (!isDockerHost && host.container !== 'absent') {
    items.push(RULE)
    if (host.container === 'running') items.push(inTerminal('Open a shell there', `docker-compose exec ${name} bash`))
    items.push(inTerminal('Follow its log', `docker-compose logs -f --tail=20 ${name}`))
  }
  return { title: name, items: items.at(-1)?.type === 'rule' ? items.slice(0, -1) : items }
}

/** The menu of a selection; undefined where there is nothing to do. */
export function menuFor(view: ClusterView, selection: Selection): Menu | undefined {
  switch (selection.kind) {
    case 'host':
      return hostMenu(view, selection.host)
    case 'link':
      return { title: `${selection.a} – ${selection.b}`, items: linkItems(view, selection.a, selection.b) }
    case 'session': {
      const session = view.sessions.find((each) => each.id === selection.id)
      const owner = session?.owner
      const host = view.tools.find((tool) => `tool:${tool.pid}` === owner)?.host ?? owner
      if (session?.server === undefined || host === undefined || host === session.server) return undefined
      const [a, b] = orderedPair(host, session.server)
      return { title: `session 0x${session.id}, ${a} – ${b}`, items: linkItems(view, a, b) }
    }
    case 'process':
    case 'connection':
    case 'packet':
    case 'trace':
    case 'znode':
    case 'topic':
    case 'partition':
    case 'file':
      return undefined
  }
}
