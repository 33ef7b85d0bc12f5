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
  type Threads,
  type ZooKeeperState,
} from '../../kafka/client/index.ts'
import { OptionError, UncaughtError, UsageError } from '../kafka-tools/index.ts'
import * as byAdminClient from './admin-service.ts'
import { EXECUTION_EXCEPTION } from './admin-service.ts'
import { commandOf, valueOf } from './command.ts'
import { actionOf, parseCommand, usageTable, type Action, type Parsed } from './options.ts'
import * as byZooKeeper from './zookeeper-service.ts'

export interface TopicsState {
  threads: Threads
  zk: ZooKeeperState | null
  admin: AdminClientState | null
  /** The main thread has ended. */
  done: boolean
}

const ZK_TIMEOUT_MS = 30_000
const VERSION = '2.3.0 (Commit:fc1aaa116b661c8a)'

function exit(ctx: Context, env: TopicsState, code: number): void {
  env.threads = newThreads()
  env.done = true
  ctx.exit(code)
}

/** Looks what the command line asks for; a status when it is answered at once. */
function read(ctx: Context, args: readonly string[]): number | undefined {
  const parsed: Parsed = parseCommand(args)
  if (parsed.kind === 'help') {
    ctx.printError(`${parsed.text}\n${usageTable()}`)
    return 1
  }
  if (parsed.kind === 'version') {
    ctx.print(`${VERSION}\n`)
    return 0
  }
  return undefined
}

/** Reads the command line; what is wrong with it ends the process. */
function begin(ctx: Context, env: TopicsState): void {
  try {
    const code = read(ctx, ctx.argv.slice(1))
    if (code === undefined) startThread(env, 'main', main, {})
    else exit(ctx, env, code)
  } catch (error) {
    if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable()}`)
    else if (error instanceof OptionError || error instanceof UncaughtError)
      ctx.printError(`Exception in thread "main" ${error.type}: ${error.message}\n`)
    else throw error
    exit(ctx, env, 1)
  }
}

/** Opens the service, runs the action, closes, exits. What fails before the action is not caught. */
const main: Proc<{ code?: number }, void> = proc<TopicsState, { code?: number }, void>(
  'kafka-topics.main',
  [
    (t) => {
      const zookeeper = valueOf(commandOf(t), 'zookeeper')
      if (zookeeper === null) {
        t.env.admin = newAdminClient(t.ctx, valueOf(commandOf(t), 'bootstrap-server')!)
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
    (t) => t.call(run, {}),
    (t) => {
      t.vars.code = t.value as number
      if (t.env.zk !== null) return t.call(closeZooKeeper, {})
      closeAdminClient(t.ctx, t.env)
    },
    (t) => exit(t.ctx, t.env, t.vars.code!),
  ],
  (t, failure) => {
    const isClient = failure.type.endsWith('.ConfigException')
    const { type, message } = isClient
      ? { type: 'org.apache.kafka.common.KafkaException', message: 'Failed to create new KafkaAdminClient' }
      : failure
    t.ctx.printError(`Exception in thread "main" ${type}: ${message}\n`)
    if (isClient) t.ctx.printError(`Caused by: ${failure.type}: ${failure.message}\n`)
    exit(t.ctx, t.env, 1)
    return t.return()
  },
)

const BY_ZOOKEEPER: Readonly<Record<Action, Proc<object, void>>> = {
  create: byZooKeeper.createTopic,
  alter: byZooKeeper.alterTopics,
  list: byZooKeeper.listTopics,
  describe: byZooKeeper.describeTopics,
  delete: byZooKeeper.deleteTopics,
}
const BY_ADMIN_CLIENT: Readonly<Record<Action, Proc<object, void>>> = {
  create: byAdminClient.createTopic,
  alter: byAdminClient.alterTopics,
  list: byAdminClient.listTopics,
  describe: byAdminClient.describeTopics,
  delete: byAdminClient.deleteTopics,
}
const run: Proc<object, number> = proc<TopicsState, object, number>(
  'kafka-topics.run',
  [(t) => t.call((t.env.admin === null ? BY_ZOOKEEPER : BY_ADMIN_CLIENT)[actionOf(commandOf(t))], {}), (t) => t.return(0)],
  (t, failure) => {
    reportFailure(t.ctx, failure)
    return t.return(1)
  },
)

/** As main() reports what an action threw: the message on standard output, the trace as a log line. What came by a future comes wrapped. */
export function reportFailure(ctx: Context, { type, message }: Failure): void {
  ctx.print(`Error while executing topic command : ${message}\n`)
  const cause = type === EXECUTION_EXCEPTION ? `Caused by: ${message}\n` : ''
  ctx.printError(toolLogLine(ctx.wallMs, 'ERROR', `${type}: ${message}\n${cause}`, 'kafka.admin.TopicCommand$'))
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
