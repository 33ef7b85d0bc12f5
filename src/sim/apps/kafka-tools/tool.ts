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
  startThread,
  ThreadFailure,
  type AdminClientState,
  type Failure,
  type Next,
  type Proc,
  type Task,
  type Threads,
  type ZooKeeperState,
} from '../../kafka/client/index.ts'
import { OptionError, type Options } from './joptsimple.ts'
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
export function openToolAdmin(t: ToolTask, servers: string, callTimeoutMs?: number, clientId?: string): Next {
  t.env.admin = newAdminClient(t.ctx, servers, callTimeoutMs, clientId)
  return t.sleep('kafka.tool.client')
}
/** Closes what the tool has opened. */
export const closeTool: Proc<object, void> = proc<ToolState, object, void>('tool.close', [
  (t) => (t.env.zk === null || t.env.zk.value === 'closed' ? undefined : t.call(closeZooKeeper, {})),
  (t) => closeAdminClient(t.ctx, t.env),
])

/** An exception that wraps another, or carries others along. */
export interface Throwable extends Failure {
  readonly cause?: Throwable
  readonly suppressed?: readonly Failure[]
}
export function failWith(failure: Throwable): never {
  throw new ThreadFailure(failure)
}
/** A throwable's first line as Java prints it: one without a message is its class alone. */
export const throwableText = ({ type, message }: Failure): string => (message === '' ? type : `${type}: ${message}`)
/** All that Java prints of a throwable but the frames. What the admin client's constructor throws stands in another. */
export function printTrace(ctx: Context, head: string, failure: Throwable): void {
  const ofClient = failure.type === 'org.apache.kafka.common.config.ConfigException' && /bootstrap(\.| urls)/.test(failure.message)
  const outer: Throwable = ofClient
    ? { type: 'org.apache.kafka.common.KafkaException', message: 'Failed to create new KafkaAdminClient', cause: failure }
    : failure
  ctx.printError(`${head}${throwableText(outer)}\n`)
  for (const other of outer.suppressed ?? []) ctx.printError(`\tSuppressed: ${throwableText(other)}\n`)
  for (let at = outer.cause; at !== undefined; at = at.cause) ctx.printError(`Caused by: ${throwableText(at)}\n`)
}
/** Prints a throwable that main() does not catch. */
export const printUncaught = (ctx: Context, failure: Throwable): void => printTrace(ctx, 'Exception in thread "main" ', failure)

/** What most tools do with a wrong command line. */
export function printRefusal(ctx: Context, error: unknown, usageTable: string): void {
  if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable}`)
  else if (error instanceof OptionError || error instanceof UncaughtError) printUncaught(ctx, { type: error.type, message: error.message })
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

/** A command line of options: how it is read (throws when it is wrong), what the help says, the table of options. */
interface CommandLine {
  parse(args: readonly string[]): Options
  readonly about: string
  usage(): string
}
/** What most tools begin with: help (without any option, too), the version, or the thread `main`; a wrong command line is refused. */
export const beginCommand =
  ({ parse, about, usage }: CommandLine, main: Proc<object, unknown>, refuse = printRefusal) =>
  (ctx: Context, env: ToolState): void => {
    const args = ctx.argv.slice(1)
    try {
      const options = parse(args)
      const wants = { help: args.length === 0 || options.has('help'), version: options.has('version') }
      const status = printHelp(ctx, wants, about, usage())
      if (status === undefined) startThread(env, 'main', main, {})
      else exitTool(ctx, env, status)
    } catch (error) {
      refuse(ctx, error, usage())
      exitTool(ctx, env, 1)
    }
  }

/** A kind whose `begin` reads the command line and either exits or starts the thread `main`. */
export const toolKind = (name: string, begin: (ctx: Context, env: ToolState) => void): ProcessKind<ToolState> => ({
  name,
  grain: 'copy',
  reads: () => false,
  init: () => ({ threads: newThreads(), zk: null, admin: null, done: false }),
  handle(ctx: Context, env: ToolState, input: Input): void {
    if (env.done) return
    if (input.type === 'start') ctx.timer('jvm', ctx.cost('jvm.start.tool'))
    else if (input.type === 'timer' && input.key === 'jvm') begin(ctx, env)
    else if (!handleThreadTimer(env, input) && handleZooKeeper(ctx, env, input) === undefined) handleAdminClient(ctx, env, input)
    runThreads(ctx, env)
  },
})
