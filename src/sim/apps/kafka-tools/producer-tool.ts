// A tool that sends records, as a process: a main thread, standard input by lines, a shutdown hook that closes the producer whatever ends the tool.
import type { Context, Input, ProcessKind } from '../../kernel/index.ts'
import {
  handleProducer,
  handleThreadTimer,
  newProducer,
  newThreads,
  proc,
  producerNotModelled,
  runThreads,
  startThread,
  stopThread,
  ThreadFailure,
  isRunning,
  wake,
  type Failure,
  type Proc,
  type ProducerState,
  type Sent,
  type Threads,
} from '../../kafka/client/index.ts'
import { failWith, printTrace, type Throwable } from './tool.ts'

/** State of such a tool; `own` is what it keeps itself. */
export interface ProducerToolState<Own extends object = object> {
  threads: Threads
  producer: ProducerState | null
  own: Own
  /** Standard input that was not read yet. */
  unread: string
  atEnd: boolean
  /** The status that it will exit with, once the hook has run. */
  exiting: number | null
  done: boolean
}

const STDIN = 'standard input'
const NOT_MODELLED = 'not modelled'
/** Makes the producer; a failure of its constructor is wrapped as there. */
export function openProducer(ctx: Context, env: ProducerToolState, settings: Readonly<Record<string, string>>): void {
  const lacking = producerNotModelled(settings)
  if (lacking !== undefined) failWith({ type: NOT_MODELLED, message: lacking })
  try {
    env.producer = newProducer(ctx, settings)
  } catch (error) {
    const cause = (error as { failure?: Failure }).failure
    if (cause === undefined) throw error
    failWith({ type: 'org.apache.kafka.common.KafkaException', message: 'Failed to construct kafka producer', cause } as Throwable)
  }
}
/** What main() does with an exception: one that says what is not modelled is one line. */
export function printToolFailure(ctx: Context, head: string, failure: Failure): void {
  if (failure.type === NOT_MODELLED) ctx.printError(`${ctx.argv[0]!.replace(/^.*\//, '')}: ${failure.message}\n`)
  else printTrace(ctx, head, failure)
}

/** A line of standard input without its end; null at the end. */
export const readLine: Proc<object, string | null> = proc<ProducerToolState, object, string | null>('tool.readLine', [
  (t) => {
    const { env } = t
    const end = env.unread.indexOf('\n')
    if (end < 0 && !env.atEnd) return t.again(t.wait(STDIN))
    const line = end < 0 ? env.unread : env.unread.slice(0, end)
    if (end < 0 && line === '') return t.return(null)
    env.unread = end < 0 ? '' : env.unread.slice(end + 1)
    return t.return(line.endsWith('\r') ? line.slice(0, -1) : line)
  },
])

/** Exits by way of the shutdown hook, as System.exit does. */
export function endProducerTool(env: ProducerToolState, code: number): void {
  env.exiting ??= code
}

export interface ProducerTool<Own extends object> {
  readonly name: string
  own(): Own
  /** Reads the command line; exits, or starts the thread `main`. */
  begin(ctx: Context, env: ProducerToolState<Own>): void
  /** Is told what became of records. */
  sent(ctx: Context, env: ProducerToolState<Own>, sent: Sent): void
  /** What the shutdown hook does. */
  readonly hook: Proc<object, unknown>
}

const runHook: Proc<{ hook: Proc<object, unknown> }, void> = proc<ProducerToolState, { hook: Proc<object, unknown> }, void>(
  'tool.shutdown',
  [
    (t) => t.call(t.vars.hook, {}),
    (t) => {
      t.env.done = true
      t.env.threads = newThreads()
      t.ctx.exit(t.env.exiting!)
    },
  ],
)

const SIGNALS = { INT: 130, TERM: 143 } as const

export function producerToolKind<Own extends object>(tool: ProducerTool<Own>): ProcessKind<ProducerToolState<Own>> {
  return {
    name: tool.name,
    grain: 'copy',
    handles: ['INT', 'TERM'],
    init: () => ({ threads: newThreads(), producer: null, own: tool.own(), unread: '', atEnd: false, exiting: null, done: false }),
    handle(ctx: Context, env: ProducerToolState<Own>, input: Input): void {
      if (env.done) return
      take(ctx, env, input)
      runThreads(ctx, env)
      if (env.exiting !== null && !env.done && !isRunning(env, 'hook')) {
        startThread(env, 'hook', runHook, { hook: tool.hook })
        runThreads(ctx, env)
      }
    },
  }
  /** A file that cannot be read ends the tool before there is a thread. */
  function begin(ctx: Context, env: ProducerToolState<Own>): void {
    try {
      tool.begin(ctx, env)
    } catch (error) {
      if (!(error instanceof ThreadFailure)) throw error
      printTrace(ctx, '', error.failure)
      env.done = true
      ctx.exit(1)
    }
  }
  function take(ctx: Context, env: ProducerToolState<Own>, input: Input): void {
    if (input.type === 'start') ctx.timer('jvm', ctx.cost('jvm.start.tool'))
    else if (input.type === 'timer' && input.key === 'jvm') begin(ctx, env)
    else if (input.type === 'input' || input.type === 'eof') {
      if (input.type === 'input') env.unread += input.text
      else env.atEnd = true
      wake(env, 'main', STDIN)
    } else if (input.type === 'signal') {
      if (input.signal !== 'INT' && input.signal !== 'TERM') return
      // Before main() runs there is no hook.
      if (env.threads.live['main'] === undefined && env.producer === null) {
        env.done = true
        ctx.exit(SIGNALS[input.signal])
      } else endProducerTool(env, SIGNALS[input.signal])
    } else if (!handleThreadTimer(env, input)) for (const sent of handleProducer(ctx, env, input) ?? []) tool.sent(ctx, env, sent)
  }
}
/** Stops the main thread where it is: what System.exit leaves of it. */
export const stopMain = (ctx: Context, env: ProducerToolState): void => stopThread(ctx, env, 'main')
