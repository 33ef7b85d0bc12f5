// The proof of a "why": the run is played again without the action that a chain of causes ends in, and the event must not be there.

import { plus, seconds, type Micros } from '../../src/sim/base/index.ts'
import { ClusterEngine, kinds as registered, runActions, type Action } from '../../src/sim/cluster/index.ts'
import { why, type Cause } from '../../src/sim/history/index.ts'
import type { ProcessKind, TraceEntry, World } from '../../src/sim/kernel/index.ts'

/** What a reader may ask the reason of: sessions that expire, controllers that take over, znodes that come, change and go, leaders and in-sync replicas that change. */
const isAskedFor = (entry: TraceEntry): boolean =>
  /^(session\.expired|controller\.elected|znode\.(created|changed|deleted)|leader\.(elected|unclean)|partition\.offline|isr\.(shrunk|expanded))$/.test(
    entry.code,
  )

/** An event like it so close by counts as still there. */
const CLOSE = seconds(1)

export interface Explained {
  readonly entry: TraceEntry
  readonly chain: readonly Cause[]
}

export interface Answers {
  /** By the index of the action that they end in. */
  readonly byAction: ReadonlyMap<number, readonly Explained[]>
  /** Those that end in something that happens by the clock. */
  readonly periodic: readonly Explained[]
  /** Those that end in neither: a defect. */
  readonly rootless: readonly Explained[]
}

/** Asks why of everything in a trace. */
export function explain(world: World, trace: readonly TraceEntry[]): Answers {
  const byAction = new Map<number, Explained[]>()
  const periodic: Explained[] = []
  const rootless: Explained[] = []
  for (const entry of trace.filter(isAskedFor)) {
    const chain = why(world, entry)
    const first = chain[0]!
    const explained = { entry, chain }
    if (first.kind === 'action') {
      const list = byAction.get(first.action)
      if (list) list.push(explained)
      else byAction.set(first.action, [explained])
    } else if (first.kind === 'periodic' && first.label !== '') periodic.push(explained)
    else rootless.push(explained)
  }
  return { byAction, periodic, rootless }
}

export interface Played {
  readonly world: World
  readonly trace: readonly TraceEntry[]
}

export interface Plan {
  readonly first: World
  readonly actions: readonly Action[]
  readonly until: Micros
  readonly kinds?: ReadonlyMap<string, ProcessKind>
}

function engineOn(world: World, plan: Plan, trace: TraceEntry[]): ClusterEngine {
  const engine = new ClusterEngine(world, { mode: 'plain' }, plan.kinds ?? registered)
  engine.observers = [{ onNote: (entry) => void trace.push(entry) }]
  return engine
}

export function play(plan: Plan): Played {
  const trace: TraceEntry[] = []
  const engine = engineOn(plan.first, plan, trace)
  runActions(engine, plan.actions, plan.until)
  return { world: engine.world, trace }
}

/**
 * Who did what an entry says: the session that it names, or the machine of one that was made only after `at` and may be called otherwise in another run. Another broker that makes
 * the same znode makes another event.
 */
function actorsOf(trace: readonly TraceEntry[], at: Micros): (entry: TraceEntry) => unknown {
  const made = new Map(trace.filter((e) => e.code === 'session.created').map((e) => [e.fields.session, e] as const))
  return ({ fields: { session } }) => {
    const creation = made.get(session ?? '')
    return creation && creation.at > at ? creation.fields.client : session
  }
}

/** Entries that are still there when their action is not, each with the entry found in its place. */
export function stillThere(
  plan: Plan,
  whole: readonly TraceEntry[],
  byAction: Answers['byAction'],
): { readonly explained: Explained; readonly found: TraceEntry }[] {
  const out: { explained: Explained; found: TraceEntry }[] = []
  const engine = engineOn(plan.first, plan, [])
  for (const index of [...byAction.keys()].sort((a, b) => a - b)) {
    const asked = byAction.get(index)!
    // To just before the action: all actions before it are done, it is not.
    runActions(engine, plan.actions.slice(0, index), plan.actions[index]!.at)
    const trace: TraceEntry[] = []
    const other = engineOn(engine.checkpoint(), plan, trace)
    const last = Math.max(...asked.map((one) => one.entry.at)) as Micros
    runActions(
      other,
      plan.actions.filter((_, i) => i !== index),
      plus(last, CLOSE),
    )
    const here = actorsOf(whole, plan.actions[index]!.at)
    const there = actorsOf([...engine.world.trace, ...trace], plan.actions[index]!.at)
    for (const explained of asked) {
      const { code, subject, at } = explained.entry
      const who = here(explained.entry)
      const found = trace.find((e) => e.code === code && e.subject === subject && Math.abs(e.at - at) <= CLOSE && there(e) === who)
      if (found) out.push({ explained, found })
    }
  }
  return out
}

/** Rounds of taking one more sufficient cause away. */
const ROUNDS = 5

/**
 * Several things may each be enough: a broker is killed, and a moment later its server is stopped. Then the event is still there without the first, but the same question asked there
 * names another; taken away as well, it goes. True when it goes in the end, or happens by the clock.
 */
export function goesInTheEnd(plan: Plan, whole: readonly TraceEntry[], explained: Explained): boolean {
  const { code, subject, at } = explained.entry
  let removed = [explained.chain[0]!.action]
  for (let round = 0; round < ROUNDS; round++) {
    const places = plan.actions.map((_, i) => i).filter((i) => !removed.includes(i))
    const first = plan.actions[Math.min(...removed)]!.at
    const { world, trace } = play({ ...plan, actions: places.map((i) => plan.actions[i]!), until: plus(at, CLOSE) })
    const who = actorsOf(whole, first)(explained.entry)
    const there = actorsOf(trace, first)
    const found = trace.find((e) => e.code === code && e.subject === subject && Math.abs(e.at - at) <= CLOSE && there(e) === who)
    if (!found) return true
    const root = why(world, found)[0]!
    if (root.kind !== 'action') return root.kind === 'periodic'
    removed = [...removed, places[root.action]!]
  }
  return false
}
