// A tool that reads records or asks for offsets, as a process: a main thread, a consumer, perhaps an admin client.
import type { Context, Input, ProcessKind, Signal } from '../../kernel/index.ts'
import {
  consumerNotModelled,
  handleAdminClient,
  handleConsumer,
  handleThreadTimer,
  newConsumer,
  newThreads,
  runThreads,
  ThreadFailure,
  type AdminClientState,
  type ConsumerState,
  type Threads,
} from '../../kafka/client/index.ts'
import { failWith } from './tool.ts'

/** State of such a tool; `own` is what it keeps itself. */
export interface ConsumerToolState<Own extends object = object> {
  threads: Threads
  consumer: ConsumerState | null
  admin: AdminClientState | null
  own: Own
  done: boolean
}
/** Makes the consumer; a failure of its constructor is wrapped as there. */
export function openConsumer(ctx: Context, env: ConsumerToolState, settings: Readonly<Record<string, string>>): void {
  const lacking = consumerNotModelled(settings)
  if (lacking !== undefined) failWith({ type: 'not modelled', message: lacking })
  try {
    env.consumer = newConsumer(ctx, settings)
  } catch (error) {
    if (!(error instanceof ThreadFailure)) throw error
    // Settings are read before the constructor's own catch.
    if (!/bootstrap(\.| urls)/.test(error.failure.message)) throw error
    failWith({ type: 'org.apache.kafka.common.KafkaException', message: 'Failed to construct kafka consumer', cause: error.failure })
  }
}
export function exitConsumerTool(ctx: Context, env: ConsumerToolState, code: number): void {
  env.threads = newThreads()
  env.done = true
  ctx.exit(code)
}

export interface ConsumerTool<Own extends object> {
  readonly name: string
  readonly handles: readonly Signal[]
  own(): Own
  /** Reads the command line; exits, or starts the thread `main`. */
  begin(ctx: Context, env: ConsumerToolState<Own>): void
  signal(ctx: Context, env: ConsumerToolState<Own>, signal: Signal): void
  /** Takes what is for neither threads nor clients. */
  input?(ctx: Context, env: ConsumerToolState<Own>, input: Input): void
}
export const consumerToolKind = <Own extends object>(tool: ConsumerTool<Own>): ProcessKind<ConsumerToolState<Own>> => ({
  name: tool.name,
  grain: 'copy',
  handles: tool.handles,
  reads: () => false,
  init: () => ({ threads: newThreads(), consumer: null, admin: null, own: tool.own(), done: false }),
  handle(ctx: Context, env: ConsumerToolState<Own>, input: Input): void {
    if (env.done) return
    if (input.type === 'start') ctx.timer('jvm', ctx.cost('jvm.start.tool'))
    else if (input.type === 'timer' && input.key === 'jvm') tool.begin(ctx, env)
    else if (input.type === 'signal') tool.signal(ctx, env, input.signal)
    else if (!handleThreadTimer(env, input) && !handleConsumer(ctx, env, input) && !handleAdminClient(ctx, env, input))
      tool.input?.(ctx, env, input)
    if (!env.done) runThreads(ctx, env)
  },
})
