// What lasts: processes, sessions, terms of office, as bars along the lanes. Pale, so that what happens at a moment stands out.

import type { Micros, TraceEntry } from '../../sim/index.ts'
import { LedPartitions } from './led.ts'

/** `held`: alive and well; `alone`: lives on without the one it belongs to; `paused`: stands still. */
export type BarForm = 'held' | 'alone' | 'paused'

export interface Bar {
  readonly from: Micros
  /** Undefined while it lasts. */
  to: Micros | undefined
  readonly form: BarForm
  readonly label: string
}

export interface BarRow {
  readonly key: string
  readonly label: string
  readonly concept: 'client' | 'zookeeper' | 'controller' | 'partition'
  readonly bars: Bar[]
}

/** Follows a trace, entry by entry, in order. */
export class BarMaker {
  /** Terms of office of the controller, and of ZooKeeper's leader. */
  readonly controller: BarRow = { key: 'controller', label: 'controller', concept: 'controller', bars: [] }
  readonly leader: BarRow = { key: 'leader', label: 'zookeeper', concept: 'zookeeper', bars: [] }
  /** Partitions as long as each has a leader that runs; a hole while one has none. */
  readonly partitions: BarRow = { key: 'partitions', label: 'partitions', concept: 'partition', bars: [] }
  readonly #led = new LedPartitions()
  readonly #processes = new Map<string, BarRow>()
  readonly #sessions = new Map<string, BarRow>()
  /** Session -> the host it belongs to, while it lives. */
  readonly #owners = new Map<string, string>()
  #inOffice = ''
  #leading = ''

  /** A row for each machine's process and one for its sessions; who has sessions comes first, by name. */
  get rows(): readonly BarRow[] {
    const rank = (host: string): string => (this.#sessions.has(host) ? '0' : '1') + host
    const hosts = [...this.#processes.keys()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    return hosts.flatMap((host) => [this.#processes.get(host)!, ...(this.#sessions.has(host) ? [this.#sessions.get(host)!] : [])])
  }

  add(entry: TraceEntry): void {
    const { code, at, subject } = entry
    if (this.#led.add(entry)) show(this.partitions, at, this.#led)
    switch (code) {
      case 'container.started':
        return begin(row(this.#processes, subject, `${subject}, process`, 'client'), at, 'held', 'runs')
      case 'container.paused':
        this.#silenced(subject, at)
        return turn(this.#processes.get(subject), at, 'paused', 'paused')
      case 'container.unpaused':
        this.#heardAgain(subject, at)
        return turn(this.#processes.get(subject), at, 'held', 'runs')
      case 'container.ended':
        end(this.#processes.get(subject), at)
        this.#silenced(subject, at)
        if (this.#leading === subject) end(this.leader, at)
        return
      case 'session.created': {
        const host = String(entry.fields.client ?? '')
        if (host === '') return
        this.#owners.set(subject, host)
        return begin(row(this.#sessions, host, `${host}, session`, 'zookeeper'), at, 'held', subject)
      }
      case 'session.expired':
      case 'session.closed': {
        const host = this.#owners.get(subject)
        if (host === undefined) return
        this.#owners.delete(subject)
        return end(this.#sessions.get(host), at, subject)
      }
      case 'client.disconnected':
      case 'client.timeout':
        return this.#sessionAlone(entry.host, at, subject)
      case 'client.connected':
        return turn(this.#sessions.get(entry.host), at, 'held', subject, subject)
      case 'controller.elected':
        end(this.controller, at)
        this.#inOffice = entry.host
        return begin(this.controller, at, 'held', `${entry.host}, epoch ${String(entry.fields.epoch ?? '?')}`)
      case 'controller.resigned':
        if (this.#inOffice !== entry.host) return
        this.#inOffice = ''
        return end(this.controller, at)
      case 'znode.deleted':
        if (!/\/controller$/.test(subject)) return
        this.#inOffice = ''
        return end(this.controller, at)
      case 'zk.leading':
        end(this.leader, at)
        this.#leading = entry.host
        return begin(this.leader, at, 'held', `${entry.host} leads, epoch ${String(entry.fields.epoch ?? '?')}`)
      case 'zk.looking':
      case 'zk.quorum-lost':
        if (this.#leading !== entry.host) return
        this.#leading = ''
        return end(this.leader, at)
      default:
    }
  }

  /** A host says nothing more: its sessions, and its office, live on without it. */
  #silenced(host: string, at: Micros): void {
    this.#sessionAlone(host, at)
    if (this.#inOffice === host) turn(this.controller, at, 'alone', `none; /controller still names ${host}`)
  }
  #heardAgain(host: string, at: Micros): void {
    for (const bar of this.#sessions.get(host)?.bars.filter((b) => b.to === undefined) ?? [])
      turn(this.#sessions.get(host), at, 'held', bar.label, bar.label)
    if (this.#inOffice === host) turn(this.controller, at, 'held', host)
  }
  #sessionAlone(host: string, at: Micros, session?: string): void {
    const sessions = this.#sessions.get(host)
    for (const bar of sessions?.bars.filter((b) => b.to === undefined && (session === undefined || b.label === session)) ?? [])
      turn(sessions, at, 'alone', bar.label, bar.label)
  }
}

/** What a row of partitions says from now on. */
function show(row: BarRow, at: Micros, { count, leaderless }: LedPartitions): void {
  end(row, at)
  if (count === 0) return
  if (leaderless > 0) begin(row, at, 'alone', `${leaderless} of ${count} without a leader`)
  else begin(row, at, 'held', `${count} partition${count === 1 ? '' : 's'}, all led`)
  // What lasted no time at all is nobody's to see.
  const last = row.bars.at(-2)
  if (last !== undefined && last.to === last.from) row.bars.splice(-2, 1)
}

function row(rows: Map<string, BarRow>, key: string, label: string, concept: BarRow['concept']): BarRow {
  let found = rows.get(key)
  if (!found) rows.set(key, (found = { key: label, label, concept, bars: [] }))
  return found
}

function begin(row: BarRow, from: Micros, form: BarForm, label: string): void {
  row.bars.push({ from, to: undefined, form, label })
}
/** Ends what lasts in a row; of several, the one so labelled. */
function end(row: BarRow | undefined, at: Micros, label?: string): void {
  for (const bar of row?.bars ?? []) if (bar.to === undefined && (label === undefined || bar.label === label)) bar.to = at
}
/** What lasts goes on in another form; nothing begins where nothing lasts. */
function turn(row: BarRow | undefined, at: Micros, form: BarForm, label: string, only?: string): void {
  const lasting = row?.bars.find((b) => b.to === undefined && (only === undefined || b.label === only))
  if (!row || !lasting || lasting.form === form) return
  lasting.to = at
  begin(row, at, form, label)
}
