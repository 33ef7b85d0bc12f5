// Why did this happen? The chain of causes of a trace entry, walked back to an action or to something that happens by the clock. Where the cause is something that did
// not come, an observer outside the processes says what silenced the other side.

import type { Micros } from '../base/index.ts'
import type { Event, Root, Silence, TraceEntry, World } from '../kernel/index.ts'

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

/** Faults that can silence a host or a pair of hosts, as trace codes. */
const HOST_FAULTS = new Set(['container.ended', 'container.paused', 'container.stopping', 'container.signalled', 'process.ended'])

/** Does an entry of the trace say that `from` can no longer speak to `to`? */
function silences(entry: TraceEntry, silence: Silence): boolean {
  if (HOST_FAULTS.has(entry.code)) return entry.subject === silence.from
  if (entry.code !== 'link.changed') return false
  const [a, b] = entry.subject.split(' ')
  const hit = (a === silence.from && b === silence.to) || (a === silence.to && b === silence.from)
  return hit && (entry.fields.cut === true || Number(entry.fields.lossPerMille) > 0 || Number(entry.fields.slow) > 1)
}

/**
 * What silenced a host: the entry that explains best why nothing came since `lastHeardAt`. The first fault on the speaker or its link after the last word; if there is
 * none, the last one before it (a link already lossy); else any fault of the speaker's own links.
 */
export function silencer(world: World, entry: TraceEntry): TraceEntry | undefined {
  const silence = entry.silence
  if (!silence) return undefined
  let before: TraceEntry | undefined
  let own: TraceEntry | undefined
  for (const other of world.trace) {
    if (other.id >= entry.id || other.at > entry.at) break
    const direct = silences(other, silence)
    if (direct && other.at >= silence.lastHeardAt) return other
    if (direct) before = other
    if (other.code === 'link.changed' && other.subject.split(' ').includes(silence.from) && other.fields.cut === true) own = other
    if (HOST_FAULTS.has(other.code) && other.subject === silence.to && other.at >= silence.lastHeardAt) own = other
  }
  return before ?? own
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
      silent = entries.find((e) => e.silence !== undefined && !explained.has(e.id))
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
