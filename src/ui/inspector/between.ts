// What happened on the way: an answer's cause is the request, but it waited for what the request set going. Those entries belong between the two.

import type { Cause, Event, List, Root, TraceEntry } from '../../sim/index.ts'

/** Changes of the ensemble that an answer waits for. */
const WAITED_FOR = /^(znode|session)\./
/** Entries looked at, and causes walked back from each. */
const LOOKED_AT = 400
const WALKED = 400

const isRoot = (cause: Event | Root): cause is Root => 'root' in cause

/** The events of a chain, each with when the next one came. */
function eventsOf(chain: readonly Cause[], asked: TraceEntry): Map<number, number> {
  const next = new Map<number, number>()
  const walk = (from: Event | Root, until: number): void => {
    for (let at = from, end = until; !isRoot(at) && !next.has(at.id); at = at.cause) {
      next.set(at.id, end)
      end = at.at
    }
  }
  walk(asked.cause, asked.at)
  // Beyond a silence the chain goes on at what silenced.
  for (const cause of chain) if (cause.kind === 'entry' && cause.entries[0]) walk(cause.entries[0].cause, cause.at)
  return next
}

/** Entries that were noted on behalf of an event of the chain before the chain's next event, in order. The chain's own are not among them. */
export function entriesBetween(chain: readonly Cause[], asked: TraceEntry, trace: List<TraceEntry>): TraceEntry[] {
  const events = eventsOf(chain, asked)
  const begin = chain.find((cause) => cause.kind !== 'silence')?.at ?? asked.at
  const found: TraceEntry[] = []
  for (let i = Math.min(asked.id, trace.end) - 1, seen = 0; i >= trace.start && seen < LOOKED_AT; i--, seen++) {
    const entry = trace.at(i)!
    if (entry.at < begin) break
    if (!WAITED_FOR.test(entry.code) || (!isRoot(entry.cause) && events.has(entry.cause.id))) continue
    let at = entry.cause
    for (let n = 0; n < WALKED && !isRoot(at) && !events.has(at.id); n++) at = at.cause
    if (!isRoot(at) && entry.at <= (events.get(at.id) ?? -1)) found.unshift(entry)
  }
  return found
}
