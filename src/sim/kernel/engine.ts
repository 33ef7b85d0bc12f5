// The engine: takes the first event, hands it to what it is for, and goes on, bounded in events and in time. What hosts, links and processes mean is given to it from above.

import { assert, deepFreeze, heapify, heapPop, heapPush, type Micros } from '../base/index.ts'
import { Slices, type Grain, type SliceMode } from './slices.ts'
import type { Event, EventBody, Message, Packet, Pid, Proc, Root, Target, TraceEntry, World } from './world.ts'

/** What watches a run from outside. None of these may change anything. */
export interface Observer {
  /** A message was put on the wire (`dueAt` may still move when the link is cut). */
  onSend?(packet: Packet): void
  /** A message, or a connection's opening, refusal or end, reached a process (or what was to be one). */
  onArrive?(event: Event, host: string): void
  /** An event was handled. */
  onEvent?(event: Event): void
  onNote?(entry: TraceEntry): void
}

export interface EngineOptions {
  readonly mode: SliceMode
  /** Overrides every kind's grain (tests). */
  readonly grain?: Grain
  /** Deep-freezes whatever is sent, logged or noted, so that an alias into a state shows at once (tests, fuzz). */
  readonly strict?: boolean
}

/** A bound on one `run`, in events: nobody waits for more in one go. */
export const RUN_LIMIT = 50_000_000

/** Stale timers in the heap beyond which it is swept. */
const STALE_LIMIT = 256

/** `kernel/engine` is abstract about processes: subclasses dispatch. */
export abstract class Engine {
  readonly slices: Slices
  observers: readonly Observer[] = []
  /** The event being handled: the cause of whatever is asked for meanwhile. */
  current: Event | Root
  private stale = 0

  constructor(
    world: World,
    readonly options: EngineOptions,
  ) {
    this.slices = new Slices(world, options.mode, (proc) => options.grain ?? this.grainOf(proc))
    this.current = { root: 'scenario', action: -1, label: 'the scenario', at: world.now }
  }

  protected abstract grainOf(proc: Proc): Grain
  protected abstract dispatch(event: Event): void

  /** The World now: live in `plain` mode, do not keep it; `checkpoint` gives one to keep. */
  get world(): World {
    return this.slices.world
  }

  checkpoint(): World {
    return this.slices.cut()
  }

  /** Puts an event into the queue; its cause is what is being handled, unless a root of its own is given. */
  schedule(target: Target, what: EventBody, at: Micros, cause: Event | Root = this.current): Event {
    const world = this.slices.world
    assert(at >= world.now, `an event at ${at} lies before now, ${world.now}`)
    const event: Event = { id: world.nextId++, at, target, what, cause }
    heapPush(world.heap, event)
    return event
  }

  /** Takes events out of the queue, in their order: what they were on the way to changed meanwhile. */
  withdraw(isMeant: (event: Event) => boolean): Event[] {
    const world = this.slices.world
    const taken = world.heap.filter(isMeant)
    if (taken.length === 0) return taken
    world.heap = world.heap.filter((event) => !isMeant(event))
    heapify(world.heap)
    heapify(taken)
    return taken
  }

  periodic(label: string): Root {
    return { root: 'periodic', action: -1, label, at: this.world.now }
  }

  setTimer(pid: Pid, key: string, at: Micros, data: unknown, periodic: string | undefined): void {
    const proc = this.slices.proc(pid)
    if (!proc) return
    if (proc.timers[key] !== undefined) this.dropped()
    const cause = periodic === undefined ? this.current : this.periodic(periodic)
    proc.timers[key] = this.schedule({ to: 'process', pid }, { type: 'timer', key, data }, at, cause).id
  }
  clearTimer(pid: Pid, key: string): void {
    const proc = this.slices.proc(pid)
    if (!proc || proc.timers[key] === undefined) return
    delete proc.timers[key]
    this.dropped()
  }

  /** True when the event is a timer that was cleared or replaced. */
  private isStale(event: Event): boolean {
    if (event.what.type !== 'timer' || event.target.to !== 'process') return false
    const proc = this.slices.world.processes[event.target.pid]
    return proc === undefined || proc.timers[(event.what as { key: string }).key] !== event.id
  }

  /** Sweeps the heap now and then, so that cleared timers do not pile up. */
  protected dropped(): void {
    if (++this.stale < STALE_LIMIT || this.stale < this.world.heap.length / 2) return
    this.stale = 0
    const world = this.slices.world
    world.heap = world.heap.filter((event) => !this.isStale(event))
    heapify(world.heap)
  }

  /** When the next event is due; undefined when nothing is left. */
  nextAt(): Micros | undefined {
    const heap = this.slices.world.heap
    while (heap.length > 0 && this.isStale(heap[0]!)) heapPop(heap)
    return heap[0]?.at
  }

  /** Handles one event; false when none is due by `until`. */
  step(until: Micros): boolean {
    const at = this.nextAt()
    if (at === undefined || at > until) return false
    const world = this.slices.world
    const event = heapPop(world.heap)!
    world.now = event.at
    world.handled++
    this.current = event
    this.dispatch(event)
    if (this.observers.length > 0) for (const observer of this.observers) observer.onEvent?.(event)
    return true
  }

  /** Handles all events due by `until`, at most `limit`; then, unless stopped by the limit, it is `until`. Returns how many. */
  run(until: Micros, limit = RUN_LIMIT): number {
    let n = 0
    while (n < limit && this.step(until)) n++
    if (n < limit && this.world.now < until) this.world.now = until
    return n
  }

  protected freeze<T>(value: T): T {
    return this.options.strict ? deepFreeze(value) : value
  }
  /** What leaves a handler: checked and frozen when strict. */
  outgoing(message: Message): Message {
    return this.freeze(message)
  }
}
