// How many partitions have a leader that runs, as the trace tells it entry by entry.

import type { HostName, TraceEntry } from '../../sim/index.ts'

const NOBODY = -1

export class LedPartitions {
  readonly #leaders = new Map<string, number>()
  /** How many a broker leads, by its id; -1 for those that nobody leads. */
  readonly #counts = new Map<number, number>()
  readonly #ids = new Map<HostName, number>()
  readonly #down = new Set<number>()
  #said = ''

  get count(): number {
    return this.#leaders.size
  }
  get leaderless(): number {
    let sum = 0
    for (const [id, count] of this.#counts) if (id === NOBODY || this.#down.has(id)) sum += count
    return sum
  }

  /** Takes an entry; true when a count has changed. */
  add(entry: TraceEntry): boolean {
    const { code, subject, host, fields } = entry
    switch (code) {
      case 'broker.starting':
        this.#ids.set(host, Number(fields.broker))
        return false
      case 'leader.elected':
        this.#led(subject, Number(fields.leader))
        break
      case 'isr.shrunk':
        if (Number(fields.leader) < 0) this.#led(subject, NOBODY)
        break
      case 'topic.deleted':
        for (const name of [...this.#leaders.keys()]) if (name.slice(0, name.lastIndexOf('-')) === subject) this.#led(name, undefined)
        break
      case 'container.ended':
      case 'container.paused':
      case 'broker.stopped': {
        const id = this.#ids.get(code === 'broker.stopped' ? host : subject)
        if (id !== undefined) this.#down.add(id)
        break
      }
      case 'container.unpaused':
        this.#down.delete(this.#ids.get(subject) ?? NOBODY)
        break
      case 'broker.started':
      case 'replica.leads':
        this.#down.delete(Number(fields.broker))
        break
      default:
        return false
    }
    const says = `${this.count} ${this.leaderless}`
    const changed = says !== this.#said
    this.#said = says
    return changed
  }

  #led(name: string, by: number | undefined): void {
    const before = this.#leaders.get(name)
    if (before !== undefined) this.#counts.set(before, this.#counts.get(before)! - 1)
    if (by === undefined) this.#leaders.delete(name)
    else {
      this.#leaders.set(name, by)
      this.#counts.set(by, (this.#counts.get(by) ?? 0) + 1)
    }
  }
}
