// kafka-topics.sh as a process: a JVM that starts, a main thread that does one thing, an exit status (admin/TopicCommand.scala at 2.3.0).
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
  toolLogLine,
  type AdminClientState,
  type Failure,
  type Proc,
  type Task,
  type Threads,
  type ZooKeeperState,
} from '../../kafka/client/index.ts'
import { OptionError, UncaughtError, UsageError } from '../kafka-tools/index.ts'
import { listTopics } from './list.ts'
import { parseCommand, usageTable, type Action, type Parsed } from './options.ts'

export interface TopicsState {
  threads: Threads
  zk: ZooKeeperState | null
  admin: AdminClientState | null
  /** The main thread has ended. */
  done: boolean
}
export type TopicsTask = Task<TopicsState, unknown>

/** What of the command line an action needs; plain data. */
export interface Command {
  readonly action: Action
  readonly zookeeper: string | null
  readonly bootstrap: string | null
  readonly topic: string | null
  readonly excludeInternal: boolean
}

const ZK_TIMEOUT_MS = 30_000
const VERSION = '2.3.0 (Commit:fc1aaa116b661c8a)'

function exit(ctx: Context, env: TopicsState, code: number): void {
  env.threads = newThreads()
  env.done = true
  ctx.exit(code)
}

/** What the command line asks for: a command, or something that is answered at once with a status. */
function read(ctx: Context, args: readonly string[]): Command | number {
  const parsed: Parsed = parseCommand(args)
  if (parsed.kind === 'help') {
    ctx.printError(`${parsed.text}\n${usageTable()}`)
    return 1
  }
  if (parsed.kind === 'version') {
    ctx.print(`${VERSION}\n`)
    return 0
  }
  const { options, action } = parsed
  return {
    action,
    zookeeper: options.value('zookeeper') ?? null,
    bootstrap: options.value('bootstrap-server') ?? null,
    topic: options.value('topic') ?? null,
    excludeInternal: options.has('exclude-internal'),
  }
}

/** Reads the command line; what is wrong with it ends the process. */
function begin(ctx: Context, env: TopicsState): void {
  try {
    const command = read(ctx, ctx.argv.slice(1))
    if (typeof command === 'number') exit(ctx, env, command)
    else startThread(env, 'main', main, { command })
  } catch (error) {
    if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable()}`)
    else if (error instanceof OptionError || error instanceof UncaughtError)
      ctx.printError(`Exception in thread "main" ${error.type}: ${error.message}\n`)
    else throw error
    exit(ctx, env, 1)
  }
}

/** Opens the service, runs the action, closes, exits. What fails before the action is not caught. */
const main: Proc<{ command: Command; code?: number }, void> = proc<TopicsState, { command: Command; code?: number }, void>(
  'kafka-topics.main',
  [
    (t) => {
      const { zookeeper, bootstrap } = t.vars.command
      if (zookeeper === null) {
        t.env.admin = newAdminClient(t.ctx, bootstrap!)
        return t.sleep('kafka.tool.client')
      }
      const options = {
        connect: zookeeper,
        sessionTimeoutMs: ZK_TIMEOUT_MS,
        connectionTimeoutMs: ZK_TIMEOUT_MS,
        maxInFlight: 2147483647,
        name: '',
        label: 'zktool',
        logs: [],
      }
      return t.call(openZooKeeper, { options })
    },
    (t) => t.call(run, { command: { ...t.vars.command } }),
    (t) => {
      t.vars.code = t.value as number
      if (t.env.zk !== null) return t.call(closeZooKeeper, {})
      closeAdminClient(t.ctx, t.env)
    },
    (t) => exit(t.ctx, t.env, t.vars.code!),
  ],
  (t, failure) => {
    const isClient = failure.type.endsWith('ConfigException')
    const { type, message } = isClient
      ? { type: 'org.apache.kafka.common.KafkaException', message: 'Failed to create new KafkaAdminClient' }
      : failure
    t.ctx.printError(`Exception in thread "main" ${type}: ${message}\n`)
    if (isClient) t.ctx.printError(`Caused by: ${failure.type}: ${failure.message}\n`)
    exit(t.ctx, t.env, 1)
    return t.return()
  },
)

const run: Proc<{ command: Command }, number> = proc<TopicsState, { command: Command }, number>(
  'kafka-topics.run',
  [
    (t) => {
      const { command } = t.vars
      if (command.action === 'list') return t.call(listTopics, { command: { ...command } })
      t.ctx.printError(`kafka-topics.sh --${command.action} is not modelled yet\n`)
      return t.return(1)
    },
    (t) => t.return(0),
  ],
  (t, failure) => {
    reportFailure(t.ctx, failure)
    return t.return(1)
  },
)

/** As main() reports what an action threw: the message on standard output, the trace as a log line. An error that a broker gave comes wrapped. */
export function reportFailure(ctx: Context, failure: Failure): void {
  const wrapped = failure.type.startsWith('org.apache.kafka.common.errors.') && failure.type.endsWith('TimeoutException')
  ctx.print(`Error while executing topic command : ${wrapped ? `${failure.type}: ` : ''}${failure.message}\n`)
  const own = `${failure.type}: ${failure.message}\n`
  const trace = wrapped ? `java.util.concurrent.ExecutionException: ${own}Caused by: ${own}` : own
  ctx.printError(toolLogLine(ctx.wallMs, 'ERROR', trace, 'kafka.admin.TopicCommand$'))
}

export const kafkaTopicsKind: ProcessKind<TopicsState> = {
  name: 'kafka-topics',
  grain: 'copy',
  init: () => ({ threads: newThreads(), zk: null, admin: null, done: false }),
  handle(ctx: Context, env: TopicsState, input: Input): void {
    if (env.done) return
    if (input.type === 'start') ctx.timer('jvm', ctx.cost('jvm.start.tool'))
    else if (input.type === 'timer' && input.key === 'jvm') begin(ctx, env)
    else if (!handleThreadTimer(env, input) && handleZooKeeper(ctx, env, input) === undefined) handleAdminClient(ctx, env, input)
    runThreads(ctx, env)
  },
}
