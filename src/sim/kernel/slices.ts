// How a slice of events shares structure with the World before it: the one module that knows. `plain` shares nothing and copies nothing (fuzzer, headless runs).
// `history` owns each record at its first touch in a slice: small tables are copied, a process's state becomes an Immer draft or, for kinds whose grain is `copy`,
// a deep copy that is then mutated plainly. What is frozen, or a List or PMap, is shared as it is.

import { createDraft, finishDraft, isDraft, setAutoFreeze, type Draft } from 'immer'
import type { Conn, Host, Link, Pipe, Proc, Terminal, World } from './world.ts'

export type Grain = 'immer' | 'copy'
export type SliceMode = 'plain' | 'history'

// Freezing deeply costs more than it saves here: what a handler may touch is fenced by ownership, and `strict` engines freeze what is sent.
setAutoFreeze(false)

/** A deep copy of plain data; frozen values and instances of classes are shared. */
export function copyPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) {
    const out: unknown[] = new Array(value.length)
    for (let i = 0; i < value.length; i++) out[i] = copyPlain(value[i] as unknown)
    return out as T
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const out: Record<string, unknown> = {}
  for (const key in value) out[key] = copyPlain((value as Record<string, unknown>)[key])
  return out as T
}

const copyProc = (p: Proc): Proc => ({ ...p, timers: { ...p.timers }, deferred: p.deferred.slice() })
const copyHost = (h: Host): Host => ({ ...h, logs: { ...h.logs } })
const copyConn = (c: Conn): Conn => ({ ...c, a: { ...c.a }, b: { ...c.b } })
const copyLink = (l: Link): Link => ({ ...l, held: l.held.slice() })
const copyTerminal = (t: Terminal): Terminal => ({ ...t, waiting: t.waiting.slice() })
const copyPipe = (p: Pipe): Pipe => ({ ...p, writers: p.writers.slice() })

function copyTables(world: World): World {
  return {
    ...world,
    heap: world.heap.slice(),
    random: { seed: world.random.seed, streams: { ...world.random.streams } },
    hosts: { ...world.hosts },
    processes: { ...world.processes },
    conns: { ...world.conns },
    ports: { ...world.ports },
    links: { ...world.links },
    terminals: { ...world.terminals },
    pipes: { ...world.pipes },
    waits: { ...world.waits },
  }
}

/** Gives out the World's records for writing, and cuts the run into slices. */
export class Slices {
  world: World
  private owned = new Set<object>()
  private drafts: Proc[] = []

  /** `grainOf` says how a process's state is shared. In `plain` mode the World given is copied once and then mutated in place. */
  constructor(
    world: World,
    readonly mode: SliceMode,
    private readonly grainOf: (proc: Proc) => Grain,
  ) {
    this.world = copyTables(world)
    if (mode === 'plain') this.ownAll()
  }

  private ownAll(): void {
    const w = this.world
    for (const p of Object.values(w.processes)) w.processes[p.pid] = { ...copyProc(p), state: copyPlain(p.state) }
    for (const h of Object.values(w.hosts)) w.hosts[h.name] = copyHost(h)
    for (const c of Object.values(w.conns)) w.conns[c.id] = copyConn(c)
    for (const key of Object.keys(w.links)) w.links[key] = copyLink(w.links[key]!)
    for (const t of Object.values(w.terminals)) w.terminals[t.name] = copyTerminal(t)
    for (const p of Object.values(w.pipes)) w.pipes[p.id] = copyPipe(p)
  }

  private own<T extends object>(record: T): T {
    this.owned.add(record)
    return record
  }

  /** A process for writing, its state too; undefined when there is none. */
  proc(pid: number): Proc | undefined {
    const proc = this.world.processes[pid]
    if (proc === undefined || this.mode === 'plain' || this.owned.has(proc)) return proc
    const mine = this.own(copyProc(proc))
    if (this.grainOf(proc) === 'copy') mine.state = copyPlain(proc.state)
    else if (typeof proc.state === 'object' && proc.state !== null) {
      mine.state = createDraft(proc.state)
      this.drafts.push(mine)
    }
    this.world.processes[pid] = mine
    return mine
  }
  host(name: string): Host | undefined {
    const host = this.world.hosts[name]
    if (host === undefined || this.mode === 'plain' || this.owned.has(host)) return host
    return (this.world.hosts[name] = this.own(copyHost(host)))
  }
  conn(id: number): Conn | undefined {
    const conn = this.world.conns[id]
    if (conn === undefined || this.mode === 'plain' || this.owned.has(conn)) return conn
    return (this.world.conns[id] = this.own(copyConn(conn)))
  }
  link(key: string): Link | undefined {
    const link = this.world.links[key]
    if (link === undefined || this.mode === 'plain' || this.owned.has(link)) return link
    return (this.world.links[key] = this.own(copyLink(link)))
  }
  terminal(name: string): Terminal | undefined {
    const terminal = this.world.terminals[name]
    if (terminal === undefined || this.mode === 'plain' || this.owned.has(terminal)) return terminal
    return (this.world.terminals[name] = this.own(copyTerminal(terminal)))
  }
  pipe(id: number): Pipe | undefined {
    const pipe = this.world.pipes[id]
    if (pipe === undefined || this.mode === 'plain' || this.owned.has(pipe)) return pipe
    return (this.world.pipes[id] = this.own(copyPipe(pipe)))
  }
  /** Marks a record made in this slice as ours. */
  fresh<T extends object>(record: T): T {
    return this.mode === 'plain' ? record : this.own(record)
  }

  /** Ends the slice and returns the World as it is, never changed again; what comes after happens in a new slice. In `plain` mode a deep copy. */
  cut(): World {
    if (this.mode === 'plain') return new Slices(this.world, 'plain', this.grainOf).world
    for (const proc of this.drafts) if (isDraft(proc.state)) proc.state = finishDraft(proc.state as Draft<object>)
    const done = this.world
    this.drafts = []
    this.owned = new Set()
    this.world = copyTables(done)
    return done
  }
}
