// Threads as plain data. A broker and its tools are programs of threads that block: on ZooKeeper, on a queue, on time. Here a thread is a stack of frames, a frame a named
// procedure and a step in it; a step runs to its end at once and says what to wait for before the next. So the program reads downwards, and its state can be kept and copied.
import { assert, type Micros } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'

/** Plain data of a frame. Each procedure knows its own shape. */
export type Vars = object

interface Frame {
  proc: string
  step: number
  vars: Vars
  /** It has answered a failure: another passes on. */
  failed: boolean
}
/** An exception, as plain data: its class and message as the real program would print them. */
export interface Failure {
  readonly type: string
  readonly message: string
}
export interface Thread {
  stack: Frame[]
  /** What it waits for, for people; empty when it may run. */
  waiting: string
  /** That of the wait at hand, or of the step that runs: an answer to an earlier one is stale. */
  ticket: number
  /** The answer came before the step that asked had returned. */
  early: boolean
  /** What the wait ended with. */
  value: unknown
  failure: Failure | null
}
/** What a process that has threads keeps in its state. */
export interface Threads {
  /** By name, in order of their start. */
  live: Record<string, Thread>
  /** Those that may run, in order. Empty between events. */
  ready: string[]
  nextTicket: number
}
export const newThreads = (): Threads => ({ live: {}, ready: [], nextTicket: 1 })

/** The state of a process that has threads. */
export interface Threaded {
  threads: Threads
}

/** What a step says to its thread: nothing means go on with the next step. */
export type Next =
  | { readonly next: 'wait'; readonly on: string; readonly again: boolean }
  | { readonly next: 'call'; readonly proc: string; readonly vars: Vars; readonly again: boolean }
  | { readonly next: 'return'; readonly value: unknown }
  | { readonly next: 'again' }
type Step<E, V> = (t: Task<E, V>) => Next | undefined | void

interface ProcBody {
  readonly steps: readonly Step<never, never>[]
  readonly onFailure: ((t: Task<never, never>, failure: Failure) => Next | undefined | void) | undefined
}
/** A procedure that can be called with `V` and gives back `R`. */
export interface Proc<V extends Vars, R> {
  readonly name: string
  readonly takes?: V
  readonly gives?: R
}

const procedures: Record<string, ProcBody> = {}

/**
 * Declares a procedure over the state `E`: steps in order; what the last wait or call gave is `t.value`. When a failure passes, `onFailure` may answer with what to do
 * in place of the rest of the procedure (a return, a call); answering nothing lets it pass on.
 */
export function proc<E extends Threaded, V extends Vars, R = void>(
  name: string,
  steps: readonly Step<E, V>[],
  onFailure?: (t: Task<E, V>, failure: Failure) => Next | undefined | void,
): Proc<V, R> {
  assert(!Object.hasOwn(procedures, name), `procedure ${name} is declared once`)
  procedures[name] = { steps: steps as unknown as readonly Step<never, never>[], onFailure: onFailure as ProcBody['onFailure'] }
  return Object.freeze({ name })
}

/** Thrown by a step, or by what it calls, to fail its thread. */
export class ThreadFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message)
  }
}
export function fail(type: string, message: string): never {
  throw new ThreadFailure({ type, message })
}

/** A step's view of its thread, valid during the step. */
export class Task<E, V = Vars> {
  constructor(
    readonly ctx: Context,
    readonly env: E,
    /** The thread's name. */
    readonly thread: string,
    readonly vars: V,
    /** What the wait or call before this step gave. */
    readonly value: unknown,
    /** The ticket for a wait that this step is about to begin. */
    readonly ticket: number,
  ) {}

  /** Works or sleeps for a cost's name or a duration. */
  sleep(time: string | Micros, periodic?: string): Next {
    this.ctx.timer(`thread ${this.thread}`, typeof time === 'string' ? this.ctx.cost(time) : time, {
      data: this.ticket,
      ...(periodic === undefined ? {} : { periodic }),
    })
    return { next: 'wait', on: 'time', again: false }
  }
  /** Waits until `resume` is called with this ticket. */
  wait(on: string): Next {
    return { next: 'wait', on, again: false }
  }
  call<W extends Vars>(proc: Proc<W, unknown>, vars: W): Next {
    return { next: 'call', proc: proc.name, vars, again: false }
  }
  return(value?: unknown): Next {
    return { next: 'return', value }
  }
  /** Runs this step once more: at once, or after what is given. */
  again(after?: Next): Next {
    if (after === undefined) return { next: 'again' }
    return after.next === 'wait' || after.next === 'call' ? { ...after, again: true } : after
  }
}

/** Starts a thread; it first runs when the event at hand is done with. A name must not be taken. */
export function startThread<V extends Vars>(env: Threaded, name: string, proc: Proc<V, unknown>, vars: V): void {
  assert(env.threads.live[name] === undefined, `thread ${name} runs once`)
  env.threads.live[name] = {
    stack: [{ proc: proc.name, step: 0, vars, failed: false }],
    waiting: '',
    ticket: 0,
    early: false,
    value: undefined,
    failure: null,
  }
  env.threads.ready.push(name)
}
export function stopThread(ctx: Context, env: Threaded, name: string): void {
  delete env.threads.live[name]
  ctx.clearTimer(`thread ${name}`)
}
export const isRunning = (env: Threaded, name: string): boolean => env.threads.live[name] !== undefined
export const isWaiting = (env: Threaded, name: string, on: string): boolean => env.threads.live[name]?.waiting === on

/** Ends a thread's wait. A stale ticket does nothing. */
export function resume(env: Threaded, name: string, ticket: number, value: unknown, failure: Failure | null = null): void {
  const thread = env.threads.live[name]
  if (thread === undefined || thread.ticket !== ticket) return
  thread.ticket = 0
  thread.value = value
  thread.failure = failure
  if (thread.waiting === '') thread.early = true
  else {
    thread.waiting = ''
    env.threads.ready.push(name)
  }
}
/** Ends a thread's wait after the time that a blocked thread takes to go on. */
export function resumeLater(ctx: Context, env: Threaded, name: string, ticket: number, value: unknown, cost: string): void {
  const thread = env.threads.live[name]
  if (thread === undefined || thread.ticket !== ticket) return
  thread.value = value
  ctx.timer(`thread ${name}`, ctx.cost(cost), { data: ticket })
}
/** Ends the wait of a thread that waits for `on`. */
export function wake(env: Threaded, name: string, on: string, value?: unknown, failure: Failure | null = null): void {
  const thread = env.threads.live[name]
  if (thread?.waiting === on) resume(env, name, thread.ticket, value, failure)
}

const STEP_LIMIT = 1_000_000

/** Takes a timer of a thread; true when it was one. */
export function handleThreadTimer(env: Threaded, input: Input): boolean {
  if (input.type !== 'timer' || !input.key.startsWith('thread ')) return false
  const name = input.key.slice(7)
  resume(env, name, input.data as number, env.threads.live[name]?.value)
  return true
}

/** Runs the threads that may run, until all wait. Called at the end of every event. */
export function runThreads<E extends Threaded>(ctx: Context, env: E): void {
  for (let n = 0; env.threads.ready.length > 0; n++) {
    assert(n < STEP_LIMIT, 'threads come to rest')
    const name = env.threads.ready.shift()!
    if (env.threads.live[name] !== undefined) runThread(ctx, env, name)
  }
}

function runThread<E extends Threaded>(ctx: Context, env: E, name: string): void {
  const thread = env.threads.live[name]!
  let value = thread.value
  let failure = thread.failure
  thread.value = undefined
  thread.failure = null
  for (let n = 0; ; n++) {
    assert(n < STEP_LIMIT, `thread ${name} comes to rest`)
    const frame = thread.stack[thread.stack.length - 1]
    if (frame === undefined) {
      assert(failure === null, `thread ${name} dies of ${failure?.type}: ${failure?.message}`)
      delete env.threads.live[name]
      return
    }
    const body = procedures[frame.proc]!
    const ticket = env.threads.nextTicket++
    thread.ticket = ticket
    const task = new Task<E, Vars>(ctx, env, name, frame.vars, value, ticket) as unknown as Task<never, never>
    let next: Next | undefined | void
    try {
      if (failure !== null) {
        next = frame.failed ? undefined : body.onFailure?.(task, failure)
        if (next === undefined) {
          thread.stack.pop()
          continue
        }
        failure = null
        frame.failed = true
        frame.step = body.steps.length
      } else if (frame.step >= body.steps.length) {
        thread.stack.pop()
        // What stood in for the rest of a procedure that failed gives its value.
        if (!frame.failed) value = undefined
        continue
      } else next = body.steps[frame.step]!(task)
    } catch (error) {
      if (!(error instanceof ThreadFailure)) throw error
      // What an answer to a failure throws leaves the frame.
      if (failure !== null) thread.stack.pop()
      failure = error.failure
      if (env.threads.live[name] !== thread) return
      continue
    }
    // A step may have ended its own thread, or the process.
    if (env.threads.live[name] !== thread) return
    value = undefined
    if (next === undefined) {
      frame.step++
      continue
    }
    if (next.next === 'return') {
      thread.stack.pop()
      value = next.value
      continue
    }
    if (next.next === 'again') continue
    if (!next.again) frame.step++
    if (next.next === 'call') {
      thread.stack.push({ proc: next.proc, step: 0, vars: next.vars, failed: false })
      continue
    }
    if (thread.early) {
      thread.early = false
      value = thread.value
      failure = thread.failure
      thread.value = undefined
      thread.failure = null
      continue
    }
    thread.waiting = next.on
    return
  }
}
