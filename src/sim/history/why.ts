// Why did this happen? The chain of causes of a trace entry, walked back to an action or to something that happens by the clock. Where the cause is something that did
// not come, an observer outside the processes says what silenced the other side.

import type { Micros } from '../base/index.ts'
import type { Event, Root, Silence, TraceEntry, World } from '../kernel/index.ts'
import { silencer } from './silencer.ts'

/** One link of a chain, the earliest first. */
export interface Cause {
  readonly at: Micros
  /** `action`, `periodic` and `scenario` begin a chain; `silence` says what did not come. */
  readonly kind: 'action' | 'periodic' | 'scenario' | 'message' | 'timer' | 'connection' | 'process' | 'machine' | 'silence' | 'entry'
  /** Host where it happened. */
  readonly host: string
  readonly label: string
  /** Trace entries noted in that event. */
  readonly entries: readonly TraceEntry[]
  /** For an action: its index in the log. */
  readonly action: number
  readonly silence: Silence | undefined
}

/** Chains longer than this are a defect (a loop of requests that nobody cut). */
const CHAIN_LIMIT = 20_000

const isRoot = (cause: Event | Root): cause is Root => 'root' in cause

/** The root of a chain. */
export function rootOf(cause: Event | Root): Root {
  let at = cause
  for (let i = 0; i < CHAIN_LIMIT; i++) {
    if (isRoot(at)) return at
    at = at.cause
  }
  throw new Error('a chain of causes does not end')
}

function describe(event: Event, world: World, entries: readonly TraceEntry[]): Cause {
  const target = event.target
  const host =
    target.to === 'process' ? (world.processes[target.pid]?.host ?? entries[0]?.host ?? '') : target.to === 'host' ? target.host : ''
  const base = { at: event.at, host, entries, action: -1, silence: undefined }
  const what = event.what as { type: string; key?: string; message?: { proto: string; kind: string }; op?: string; text?: string }
  switch (what.type) {
    case 'message':
      return { ...base, kind: 'message', label: `${what.message!.proto} ${what.message!.kind}` }
    case 'timer':
      return { ...base, kind: 'timer', label: what.key! }
    case 'open':
    case 'accept':
    case 'refused':
    case 'closed':
    case 'syn':
    case 'syn-timeout':
      return { ...base, kind: 'connection', label: what.type }
    case 'container-order':
    case 'stop-grace':
    case 'container':
      return { ...base, kind: 'machine', label: what.op ?? what.type }
    default:
      return { ...base, kind: 'process', label: what.type === 'input' ? (what.text ?? '').trimEnd() : what.type }
  }
}

/** May a silence explain an entry? Not when each names a session, and not the same one. */
const isAbout = (silent: TraceEntry, entry: TraceEntry): boolean =>
  silent.fields.session === undefined || entry.fields.session === undefined || silent.fields.session === entry.fields.session

/** The chain of causes of an entry, earliest first, the entry's own event last. A silence is followed to what silenced. */
export function why(world: World, entry: TraceEntry): Cause[] {
  const byEvent = new Map<number, TraceEntry[]>()
  for (const other of world.trace) {
    if (isRoot(other.cause)) continue
    const list = byEvent.get(other.cause.id)
    if (list) list.push(other)
    else byEvent.set(other.cause.id, [other])
  }
  const chain: Cause[] = []
  let at: Event | Root = entry.cause
  let silent: TraceEntry | undefined = entry.silence ? entry : undefined
  const explained = new Set<number>()
  for (let i = 0; i < CHAIN_LIMIT; i++) {
    if (!silent && !isRoot(at)) {
      const entries: TraceEntry[] = byEvent.get(at.id) ?? []
      // Several may have fallen silent at one time: the one that this is about.
      silent = entries.find((e) => e.silence !== undefined && !explained.has(e.id) && isAbout(e, entry))
      if (!silent) {
        chain.push(describe(at, world, entries))
        at = at.cause
        continue
      }
    }
    if (silent) {
      explained.add(silent.id)
      if (!isRoot(at)) chain.push(describe(at, world, byEvent.get(at.id) ?? []))
      const culprit = silencer(world, silent)
      const silence: Silence = silent.silence!
      const label = `nothing from ${silence.from} reached ${silence.to} since then`
      chain.push({ at: silence.lastHeardAt, kind: 'silence', host: silence.to, label, entries: [], action: -1, silence })
      silent = undefined
      if (culprit) {
        at = culprit.cause
        if (culprit.silence && !explained.has(culprit.id)) silent = culprit
        chain.push({
          at: culprit.at,
          kind: 'entry',
          host: culprit.host,
          label: culprit.code,
          entries: [culprit],
          action: -1,
          silence: undefined,
        })
      } else if (!isRoot(at)) at = at.cause
      continue
    }
    const root = at as Root
    chain.push({ at: root.at, kind: root.root, host: '', label: root.label, entries: [], action: root.action, silence: undefined })
    return chain.reverse()
  }
  throw new Error('a chain of causes does not end')
}
