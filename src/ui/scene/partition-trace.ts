// What the trace says of each partition, entry by entry: read once as the trace grows, taken back where it rewinds. The stage takes leader moves from it, the inspector a
// partition's history.

import type { List, TraceEntry } from '../../sim/index.ts'

/** Entries about a partition or a topic that belong to a partition's history. */
const TOLD = /^(leader|isr|partition|topic|replica|log)\./

/** A partition's latest election. */
export interface Election {
  /** `playground-0`. */
  readonly name: string
  /** Whom it took over from; undefined for the first leader. */
  readonly from: number | undefined
  readonly to: number
  readonly entry: TraceEntry
}

/** An index of one trace at a time, by subject. */
export class PartitionTrace {
  #entries: TraceEntry[] = []
  #bySubject = new Map<string, TraceEntry[]>()
  /** Found once each, until something new is told of the partition. */
  #elections = new Map<string, Election | undefined>()
  #upTo = 0
  #last: TraceEntry | undefined
  #version = 0
  readonly #told: RegExp

  /** `told`: the codes of what it keeps; those of a partition's history as it is. */
  constructor(told: RegExp = TOLD) {
    this.#told = told
  }

  /** Changes whenever what it holds does. */
  get version(): number {
    return this.#version
  }

  /** Goes on to a trace: the same one further on, an earlier moment of it, or another future. */
  read(trace: List<TraceEntry>): this {
    if (this.#last !== undefined && trace.at(this.#upTo - 1) !== this.#last) this.#takeBack(trace)
    for (let i = Math.max(this.#upTo, trace.start); i < trace.end; i++) {
      const entry = trace.at(i)!
      if (!this.#told.test(entry.code)) continue
      this.#entries.push(entry)
      const of = this.#bySubject.get(entry.subject)
      this.#elections.delete(entry.subject)
      if (of === undefined) this.#bySubject.set(entry.subject, [entry])
      else of.push(entry)
      this.#version++
    }
    this.#upTo = trace.end
    this.#last = trace.end > trace.start ? trace.at(trace.end - 1) : undefined
    return this
  }

  /** Forgets what is not in a trace: two futures share all before they part. */
  #takeBack(trace: List<TraceEntry>): void {
    for (let entry = this.#entries.at(-1); entry !== undefined && trace.at(entry.id) !== entry; entry = this.#entries.at(-1)) {
      this.#entries.pop()
      this.#bySubject.get(entry.subject)!.pop()
      this.#elections.delete(entry.subject)
      this.#version++
    }
    const last = this.#entries.at(-1)
    this.#upTo = last === undefined ? trace.start : last.id + 1
  }

  /** Entries about a topic or a partition, oldest first. */
  about(subject: string): readonly TraceEntry[] {
    return this.#bySubject.get(subject) ?? []
  }

  /** The latest elections of all, one a partition, the latest first. */
  latest(most: number): Election[] {
    const found = new Map<string, Election>()
    for (let i = this.#entries.length - 1; i >= 0 && found.size < most; i--) {
      const { code, subject } = this.#entries[i]!
      const election = code === 'leader.elected' && !found.has(subject) ? this.election(subject) : undefined
      if (election !== undefined) found.set(subject, election)
    }
    return [...found.values()]
  }

  /** A partition's latest election, and who led before it. The same object as long as nothing new is told of it. */
  election(name: string): Election | undefined {
    if (!this.#elections.has(name)) this.#elections.set(name, this.#findElection(name))
    return this.#elections.get(name)
  }

  #findElection(name: string): Election | undefined {
    const entries = this.about(name)
    let latest: TraceEntry | undefined
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i]!
      if (entry.code !== 'leader.elected') continue
      if (latest === undefined) latest = entry
      else if (latest.fields.strategy === 'first') break
      else return { name, from: Number(entry.fields.leader), to: Number(latest.fields.leader), entry: latest }
    }
    return latest === undefined ? undefined : { name, from: undefined, to: Number(latest.fields.leader), entry: latest }
  }
}
