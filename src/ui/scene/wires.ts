// The lines of the stage: wires with connections on them, ZooKeeper sessions, and what is wrong with a wire. A line has a colour for what it carries and a form for
// how it is: solid carries, dashed is only remembered, a gap with a cross is cut, long dashes are slow, dots lose packets.

import type { HostName, Micros } from '../../sim/index.ts'
import type { ClusterView, FaultView, NodeId, SessionView, WireView } from './cluster-view.ts'
import type { Concept } from './concepts.ts'
import type { Anchor, LabelPlace, Labels } from './labels.ts'
import type { Layout } from './layout.ts'
import { liesAt, pointAt, type Path, type Point } from './path.ts'
import type { Routes } from './routes.ts'
import { orderedPair, sameSelection, selectionKey, type Selection } from './selection.ts'
import { duration, shortSession } from './text.ts'

export interface WireShape {
  readonly key: string
  /** What is selected when it is: the session it carries, else the link. */
  readonly selection: Selection
  readonly hosts: readonly [HostName, HostName]
  readonly path: Path
  readonly concept: Concept
  /** `open`: connected; `faint`: of little note (election, idle); `orphan`: a session without a connection; `none`: only its fault is drawn. */
  readonly form: 'open' | 'faint' | 'orphan' | 'none'
  readonly fault: 'cut' | 'slow' | 'lossy' | undefined
  /** Words at the middle of the line: the fault, or how long an orphan lives; empty for none. */
  readonly note: string
  readonly noteX: number
  readonly noteY: number
  readonly noteAnchor: Anchor
  /** The middle of the line. */
  readonly middle: Point
  readonly selected: boolean
  /** One of its hosts is selected. */
  readonly related: boolean
  /** Read aloud, and shown on hover. */
  readonly title: string
}

interface Draft {
  readonly a: NodeId
  readonly b: NodeId
  readonly hosts: readonly [HostName, HostName]
  readonly concept: Concept
  readonly form: WireShape['form']
  readonly session: SessionView | undefined
  readonly title: string
}

const ZK_CLIENT_PORT = 2181
const QUORUM_PORT = 2888
const ELECTION_PORT = 3888

const pairKey = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)

function carries(wire: WireView): { concept: Concept; form: WireShape['form']; words: string } {
  if (wire.ports.includes(ZK_CLIENT_PORT)) return { concept: 'zookeeper', form: 'open', words: 'connection to ZooKeeper' }
  if (wire.ports.includes(QUORUM_PORT))
    return { concept: 'zookeeper', form: 'open', words: 'quorum connection between leader and follower' }
  if (wire.ports.every((port) => port === ELECTION_PORT)) return { concept: 'client', form: 'faint', words: 'election connection' }
  return { concept: 'partition', form: 'faint', words: 'connection to Kafka' }
}

/** `gone in 5.4 s`; without a ZooKeeper leader nobody counts. */
export function lifeLeft(session: SessionView, now: Micros): string {
  if (session.expiresAt === undefined) return 'no leader counts'
  return session.expiresAt <= now ? 'expiring' : `gone in ${duration(session.expiresAt - now)}`
}

/** Percent without trailing zeros of a part of 1000. */
const percent = (perMille: number): string => `${Math.round(perMille) / 10} %`

function faultWords(fault: FaultView): string {
  const waiting = fault.held > 0 ? `, ${fault.held} waiting` : ''
  if (fault.cut) return `cut${waiting}`
  const words: string[] = []
  if (fault.slow !== 1) words.push(`${fault.slow} × slow`)
  if (fault.lossPerMille > 0) words.push(`${percent(fault.lossPerMille)} lost`)
  return words.join(', ')
}

const faultForm = (fault: FaultView | undefined): WireShape['fault'] =>
  fault === undefined ? undefined : fault.cut ? 'cut' : fault.lossPerMille > 0 ? 'lossy' : fault.slow !== 1 ? 'slow' : undefined

/** All that should have a line, by its ends; sessions take the line of their connection. */
function drafts(view: ClusterView, hostOf: (node: NodeId) => HostName | undefined): Draft[] {
  const byPair = new Map<string, Draft>()
  for (const wire of view.wires) {
    const { concept, form, words } = carries(wire)
    byPair.set(pairKey(wire.a, wire.b), {
      a: wire.a,
      b: wire.b,
      hosts: orderedPair(wire.hostA, wire.hostB),
      concept,
      form,
      session: undefined,
      title: words,
    })
  }
  const extra: Draft[] = []
  for (const session of view.sessions) {
    if (session.owner === undefined || session.server === undefined) continue
    const ownerHost = hostOf(session.owner)
    if (ownerHost === undefined) continue
    const key = pairKey(session.owner, session.server)
    const draft: Draft = {
      a: session.owner,
      b: session.server,
      hosts: orderedPair(ownerHost, session.server),
      concept: 'zookeeper',
      form: session.connected ? 'open' : 'orphan',
      session,
      title: `session ${shortSession(session.id)}`,
    }
    // A new session on the wire of an old one that has not run out yet: the line is the new one's.
    const there = byPair.get(key)
    if (there === undefined || (there.session === undefined && session.connected)) byPair.set(key, draft)
    else if (!session.connected) extra.push(draft)
  }
  for (const fault of view.faults) {
    const there = [...byPair.values()].some(
      (draft) => draft.hosts[0] === orderedPair(fault.a, fault.b)[0] && draft.hosts[1] === orderedPair(fault.a, fault.b)[1],
    )
    if (!there && faultForm(fault) !== undefined) {
      byPair.set(pairKey(fault.a, fault.b), {
        a: fault.a,
        b: fault.b,
        hosts: orderedPair(fault.a, fault.b),
        concept: 'fault',
        form: 'none',
        session: undefined,
        title: 'link',
      })
    }
  }
  const covered = new Set(byPair.keys())
  return [...byPair.values(), ...extra.filter((draft) => !covered.has(pairKey(draft.a, draft.b)))]
}

/** Where on a line words are tried, as parts of its length. */
const NOTE_AT = [0.5, 0.36, 0.64, 0.22, 0.78]

/** The first wording that finds a place at the line, near its middle if it can. */
function noteFor(wordings: readonly string[], path: Path, gap: number, labels: Labels): { text: string; place: LabelPlace } | undefined {
  for (const text of wordings) {
    if (text === '') continue
    for (const part of NOTE_AT) {
      const place = labels.take(text, pointAt(path, part), liesAt(path, part), gap, 11, false)
      if (place !== undefined) return { text, place }
    }
  }
  return undefined
}

export function wireShapes(
  view: ClusterView,
  layout: Layout,
  routes: Routes,
  now: Micros,
  selection: Selection | undefined,
  labels: Labels,
): WireShape[] {
  const tools = new Map(view.tools.map((tool) => [`tool:${tool.pid}`, tool.host]))
  const hostOf = (node: NodeId): HostName | undefined => tools.get(node) ?? (layout.places.has(node) ? node : undefined)
  const faults = new Map(view.faults.map((fault) => [pairKey(fault.a, fault.b), fault]))
  const shapes: WireShape[] = []
  for (const draft of drafts(view, hostOf)) {
    const route = routes.between(draft.a, draft.b)
    if (route === undefined) continue
    const [a, b] = draft.hosts
    const fault = faults.get(pairKey(a, b))
    const link: Selection = { kind: 'link', a, b }
    const own: Selection = draft.session === undefined ? link : { kind: 'session', id: draft.session.id }
    const life = draft.form === 'orphan' && draft.session !== undefined ? lifeLeft(draft.session, now) : ''
    const broken = fault === undefined ? '' : faultWords(fault)
    const words = [life, broken].filter((each) => each !== '').join(' · ')
    const middle = pointAt(route.path, 0.5)
    const gap = fault?.cut === true ? 15 : 9
    const note = words === '' ? undefined : noteFor([words, broken.split(',')[0]!], route.path, gap, labels)
    shapes.push({
      key: `${selectionKey(own)} ${pairKey(draft.a, draft.b)}`,
      selection: own,
      hosts: [a, b],
      path: route.path,
      concept: draft.form === 'orphan' ? 'client' : draft.concept,
      form: draft.form,
      fault: faultForm(fault),
      note: note?.text ?? '',
      noteX: note?.place.x ?? 0,
      noteY: note?.place.y ?? 0,
      noteAnchor: note?.place.anchor ?? 'start',
      middle,
      selected: sameSelection(selection, own) || sameSelection(selection, link),
      related: selection?.kind === 'host' && (selection.host === a || selection.host === b),
      title: `${draft.title}, ${a} – ${b}${words === '' ? '' : `, ${words}`}`,
    })
  }
  // What is most worth seeing is drawn last.
  const rank = (shape: WireShape) => (shape.selected ? 3 : shape.fault !== undefined ? 2 : shape.form === 'open' ? 1 : 0)
  return shapes.sort((one, other) => rank(one) - rank(other))
}
