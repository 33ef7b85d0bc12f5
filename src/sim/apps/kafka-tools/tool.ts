// A tool of Kafka's as a process: a JVM that starts, a command line that is read, a main thread, an exit status.
import type { Context, Input, ProcessKind } from '../../kernel/index.ts'
import {
  closeAdminClient,
  closeZooKeeper,
  handleAdminClient,
  handleThreadTimer,
  handleZooKeeper,
  newAdminClient,
  newThreads,
  openZooKeeper,
  proc,
  runThreads,
  type AdminClientState,
  type Failure,
  type Next,
  type Proc,
  type Task,
  type Threads,
  type ZooKeeperState,
} from '../../kafka/client/index.ts'
import { OptionError } from './joptsimple.ts'
import { UncaughtError, UsageError } from './errors.ts'

export interface ToolState {
  threads: Threads
  zk: ZooKeeperState | null
  admin: AdminClientState | null
  /** The main thread has ended. */
  done: boolean
}
export type ToolTask = Task<ToolState, unknown>

const ZK_TIMEOUT_MS = 30_000
const VERSION = '2.3.0 (Commit:fc1aaa116b661c8a)'

export function exitTool(ctx: Context, env: ToolState, code: number): void {
  env.threads = newThreads()
  env.done = true
  ctx.exit(code)
}

/** Opens a session of ZooKeeper as all tools do; fails after 30 s. */
export function openToolZooKeeper(t: ToolTask, connect: string): Next {
  const timeouts = { sessionTimeoutMs: ZK_TIMEOUT_MS, connectionTimeoutMs: ZK_TIMEOUT_MS, maxInFlight: 2147483647 }
  return t.call(openZooKeeper, { options: { connect, ...timeouts, name: '', label: 'zktool', logs: [] } })
}
/** Makes an admin client, which takes its time. */
export function openToolAdmin(t: ToolTask, servers: string): Next {
  t.env.admin = newAdminClient(t.ctx, servers)
  return t.sleep('kafka.tool.client')
}
/** Closes what the tool has opened. */
export const closeTool: Proc<object, void> = proc<ToolState, object, void>('tool.close', [
  (t) => (t.env.zk === null || t.env.zk.value === 'closed' ? undefined : t.call(closeZooKeeper, {})),
  (t) => closeAdminClient(t.ctx, t.env),
])

/** A throwable as Java prints it, without its frames: one without a message is its class alone. */
export const throwableText = ({ type, message }: Failure): string => (message === '' ? type : `${type}: ${message}`)
/** Prints a throwable that main() does not catch, with its causes. */
export function printUncaught(ctx: Context, ...chain: readonly Failure[]): void {
  chain.forEach((failure, i) => ctx.printError(`${i === 0 ? 'Exception in thread "main"' : 'Caused by:'} ${throwableText(failure)}\n`))
}
const KAFKA_EXCEPTION = 'org.apache.kafka.common.KafkaException'
/** A failure with those that it wraps: what the admin client's constructor throws stands in another. */
export const withCauses = (failure: Failure): readonly Failure[] =>
  failure.type === 'org.apache.kafka.common.config.ConfigException' && /bootstrap(\.| urls)/.test(failure.message)
    ? [{ type: KAFKA_EXCEPTION, message: 'Failed to create new KafkaAdminClient' }, failure]
    : [failure]

/** What every tool does with a wrong command line, unless it has its own way: gives the failure as it leaves main(). */
export function printRefusal(ctx: Context, error: unknown, usageTable: string): void {
  if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable}`)
  else if (error instanceof OptionError || error instanceof UncaughtError) printUncaught(ctx, error)
  else throw error
}
/** `--help` and `--version`, which go before everything else; gives the exit status, undefined when neither is wanted. */
export function printHelp(
  ctx: Context,
  wants: { readonly help: boolean; readonly version: boolean },
  text: string,
  usageTable: string,
): number | undefined {
  if (wants.help) ctx.printError(`${text}\n${usageTable}`)
  else if (wants.version) ctx.print(`${VERSION}\n`)
  else return undefined
  return wants.help ? 1 : 0
}

/** A kind whose `begin` reads the command line and either exits or starts the thread `main`. */
export const toolKind = (name: string, begin: (ctx: Context, env: ToolState) => void): ProcessKind<ToolState> => ({
  name,
  grain: 'copy',
  init: () => ({ threads: newThreads(), zk: null, admin: null, done: false }),
  handle(ctx: Context, env: ToolState, input: Input): void {
    if (env.done) return
    if (input.type === 'start') ctx.timer('jvm', ctx.cost('jvm.start.tool'))
    else if (input.type === 'timer' && input.key === 'jvm') begin(ctx, env)
    else if (!handleThreadTimer(env, input) && handleZooKeeper(ctx, env, input) === undefined) handleAdminClient(ctx, env, input)
    runThreads(ctx, env)
  },
})
