// What a selection is about: which tab shows it, which host, which entry of the trace.

import { tpName, type HostName, type List, type TraceEntry, type World } from '../../sim/index.ts'
import type { Selection } from '../scene/selection.ts'
import { weightOf } from '../session/say.ts'

export type Tab = 'why' | 'znodes' | 'topics' | 'processes' | 'logs' | 'files'

/** The tab that a new selection opens; the one that is open stays where it can show the selection itself. */
export function tabFor(selection: Selection, world: World, present: Tab): Tab {
  switch (selection.kind) {
    case 'trace':
      return 'why'
    case 'znode':
      return 'znodes'
    case 'topic':
    case 'partition':
      return 'topics'
    case 'host': {
      if (present === 'znodes' && world.hosts[selection.host]?.image === 'zookeeper') return present
      return present === 'logs' || present === 'files' ? present : 'processes'
    }
    case 'file':
      return 'files'
    case 'process':
      return present === 'logs' ? 'logs' : 'processes'
    case 'link':
    case 'session':
    case 'connection':
    case 'packet':
      return 'processes'
  }
}

/** The machine a selection is about, if it is about one. */
export function hostOf(selection: Selection | undefined, world: World): HostName | undefined {
  if (selection?.kind === 'host' || selection?.kind === 'file') return selection.host
  if (selection?.kind === 'process') return world.processes[selection.pid]?.host
  if (selection?.kind === 'trace') return world.trace.at(selection.id)?.host
  return undefined
}

/** Does an entry speak of what is selected? */
export function concerns(entry: TraceEntry, selection: Selection): boolean {
  switch (selection.kind) {
    case 'host':
      return entry.host === selection.host || entry.subject === selection.host
    case 'link':
      return entry.subject === `${selection.a} ${selection.b}` || entry.subject === `${selection.b} ${selection.a}`
    case 'session':
      return entry.subject === selection.id || entry.subject === `0x${selection.id}` || entry.fields.session === `0x${selection.id}`
    case 'process':
      return entry.pid === selection.pid
    case 'znode':
      return entry.subject === selection.path
    case 'trace':
      return entry.id === selection.id
    case 'topic':
      return entry.subject === selection.topic
    case 'partition':
      return entry.subject === tpName(selection)
    case 'file':
    case 'connection':
    case 'packet':
      return false
  }
}

/** Entries looked through for the latest one. */
const LOOKED_THROUGH = 5000

/** The entry to explain: the one selected, else the latest significant one, of what is selected where there is such. Ids are positions in the trace; `known` goes on to what was seen already. */
export function entryToExplain(trace: List<TraceEntry>, selection: Selection | undefined, known: List<TraceEntry>): TraceEntry | undefined {
  if (selection?.kind === 'trace') return trace.at(selection.id) ?? known.at(selection.id)
  const from = Math.max(trace.start, trace.end - LOOKED_THROUGH)
  const latest = (wanted: (entry: TraceEntry) => boolean): TraceEntry | undefined => {
    for (let i = trace.end - 1; i >= from; i--) if (wanted(trace.at(i)!)) return trace.at(i)
    return undefined
  }
  const own = selection && latest((entry) => concerns(entry, selection) && weightOf(entry) >= 1)
  return own ?? latest((entry) => weightOf(entry) >= 2) ?? latest((entry) => weightOf(entry) >= 1)
}

/** The significant entry before or after another. */
export function beside(trace: List<TraceEntry>, entry: TraceEntry, step: -1 | 1): TraceEntry | undefined {
  for (let i = entry.id + step; i >= trace.start && i < trace.end; i += step) {
    const other = trace.at(i)!
    if (weightOf(other) >= 2) return other
  }
  return undefined
}
