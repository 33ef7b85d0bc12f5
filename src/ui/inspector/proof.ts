// The proof of a "why": the same run without the action, and whether the event comes about all the same. Replayed in slices, so that the page goes on.

import type { History, Micros, TraceEntry, World } from '../../sim/index.ts'

/** Events in one slice, and how long a slice may take before the page gets its turn, milliseconds. */
const SLICE_EVENTS = 400
const SLICE_MS = 8
/** How much later than in the real run the event may come and still count as the same, microseconds. */
const GRACE = 5_000_000

export type Verdict =
  | { readonly gone: true; readonly at: Micros }
  /** It happens without the action too: when first. */
  | { readonly gone: false; readonly at: Micros; readonly again: Micros }

/** Is it the same event, apart from what differs between any two runs (zxids, session ids, times)? */
function alike(a: TraceEntry, b: TraceEntry): boolean {
  const volatile = /zxid|session|epoch|Ms$|version/i
  if (a.code !== b.code || a.host !== b.host || plain(a.subject) !== plain(b.subject)) return false
  return Object.entries(a.fields).every(([name, value]) => volatile.test(name) || JSON.stringify(b.fields[name]) === JSON.stringify(value))
}
const plain = (subject: string): string => subject.replace(/0x[0-9a-f]{6,}/g, '0x')

function occurrences(world: World, entry: TraceEntry, until: number): TraceEntry[] {
  const found: TraceEntry[] = []
  for (const other of world.trace) {
    if (other.at > until) break
    if (alike(entry, other)) found.push(other)
  }
  return found
}

/** Did the event come as often without the action as it did with it? Both worlds must have run to `entry.at + GRACE` and `entry.at`. */
export function judge(real: World, without: World, entry: TraceEntry): Verdict {
  const then = occurrences(real, entry, entry.at)
  const now = occurrences(without, entry, entry.at + GRACE)
  const again = now[then.length - 1]
  return again ? { gone: false, at: entry.at, again: again.at } : { gone: true, at: entry.at }
}

/** A replay under way. */
export class Proof {
  /** 0 to 1. */
  progress = 0
  verdict: Verdict | undefined
  private stopped = false

  constructor(
    private readonly other: History,
    private readonly real: World,
    readonly entry: TraceEntry,
    readonly action: number,
    /** Told after each slice. */
    private readonly changed: () => void,
  ) {}

  /** Works until it knows, a slice at a time; `pause` gives the page its turn. */
  async run(pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve))): Promise<void> {
    const goal = (this.entry.at + GRACE) as Micros
    while (!this.stopped) {
      const began = performance.now()
      let arrived = false
      while (!arrived && performance.now() - began < SLICE_MS) arrived = this.other.seek(goal, SLICE_EVENTS)
      this.progress = goal === 0 ? 1 : Math.min(1, this.other.now / goal)
      if (arrived) {
        this.verdict = judge(this.real, this.other.world, this.entry)
        this.changed()
        return
      }
      this.changed()
      await pause()
    }
  }
  stop(): void {
    this.stopped = true
  }
}
