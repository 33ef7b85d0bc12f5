// kafka-topics.sh as a process: a main thread that opens a service, does one thing and exits (admin/TopicCommand.scala at 2.3.0).
import type { Context, ProcessKind } from '../../kernel/index.ts'
import { proc, startThread, toolLogLine, type Failure, type Proc } from '../../kafka/client/index.ts'
import {
  closeTool,
  exitTool,
  openToolAdmin,
  openToolZooKeeper,
  printHelp,
  printRefusal,
  printUncaught,
  toolKind,
  type ToolState,
} from '../kafka-tools/index.ts'
import * as byAdminClient from './admin-service.ts'
import { EXECUTION_EXCEPTION } from './admin-service.ts'
import { NOT_MODELLED, readCommandConfig } from './command-config.ts'
import { commandOf, valueOf } from './command.ts'
import { actionOf, parseCommand, usageTable, type Action } from './options.ts'
import { describeTopics as describeByZooKeeper } from './zookeeper-describe.ts'
import * as byZooKeeper from './zookeeper-service.ts'

const ABOUT = 'This tool helps to create, delete, describe, or change a topic.'

/** Reads the command line; what is wrong with it ends the process. */
function begin(ctx: Context, env: ToolState): void {
  try {
    const wants = parseCommand(ctx.argv.slice(1))
    const status = printHelp(ctx, { help: wants === 'help', version: wants === 'version' }, ABOUT, usageTable())
    if (status === undefined) startThread(env, 'main', main, {})
    else exitTool(ctx, env, status)
  } catch (error) {
    printRefusal(ctx, error, usageTable())
    exitTool(ctx, env, 1)
  }
}

/** Opens the service, runs the action, closes, exits. What fails before the action is not caught. */
const main: Proc<{ code?: number }, void> = proc<ToolState, { code?: number }, void>(
  'kafka-topics.main',
  [
    (t) => {
      const command = commandOf(t)
      const zookeeper = valueOf(command, 'zookeeper')
      if (zookeeper !== null) return openToolZooKeeper(t, zookeeper)
      const file = valueOf(command, 'command-config')
      if (file !== null) readCommandConfig(t.ctx, file)
      return openToolAdmin(t, valueOf(command, 'bootstrap-server')!)
    },
    (t) => (t.env.zk === null ? undefined : t.sleep('kafka.tool.zookeeper')),
    (t) => t.call(run, {}),
    (t) => {
      t.vars.code = t.value as number
      return t.call(closeTool, {})
    },
    (t) => exitTool(t.ctx, t.env, t.vars.code!),
  ],
  (t, failure) => {
    if (failure.type === NOT_MODELLED) t.ctx.printError(`kafka-topics.sh: ${failure.message}\n`)
    else printUncaught(t.ctx, failure)
    exitTool(t.ctx, t.env, 1)
    return t.return()
  },
)

const BY_ZOOKEEPER: Readonly<Record<Action, Proc<object, void>>> = {
  create: byZooKeeper.createTopic,
  alter: byZooKeeper.alterTopics,
  list: byZooKeeper.listTopics,
  describe: describeByZooKeeper,
  delete: byZooKeeper.deleteTopics,
}
const BY_ADMIN_CLIENT: Readonly<Record<Action, Proc<object, void>>> = {
  create: byAdminClient.createTopic,
  alter: byAdminClient.alterTopics,
  list: byAdminClient.listTopics,
  describe: byAdminClient.describeTopics,
  delete: byAdminClient.deleteTopics,
}
const run: Proc<object, number> = proc<ToolState, object, number>(
  'kafka-topics.run',
  [(t) => t.call((t.env.admin === null ? BY_ZOOKEEPER : BY_ADMIN_CLIENT)[actionOf(commandOf(t))], {}), (t) => t.return(0)],
  (t, failure) => {
    reportFailure(t.ctx, failure)
    return t.return(1)
  },
)

/** As main() reports what an action threw: the message on standard output, the trace as a log line. What came by a future comes wrapped. */
function reportFailure(ctx: Context, failure: Failure): void {
  const { type, message } = failure
  ctx.print(`Error while executing topic command : ${message}\n`)
  const trace = [`${type}: ${message}`, ...causesOf(failure).map((cause) => `Caused by: ${cause}`)].join('\n')
  ctx.printError(toolLogLine(ctx.wallMs, 'ERROR', `${trace}\n`, 'kafka.admin.TopicCommand$'))
}
/** The throwables inside, as their messages tell. */
function causesOf({ type, message }: Failure): string[] {
  if (type === EXECUTION_EXCEPTION) return [message]
  const number = /^Cannot parse argument '(.*)' of option/.exec(message)?.[1]
  if (number === undefined || !type.endsWith('.OptionArgumentConversionException')) return []
  const inner = `java.lang.NumberFormatException: For input string: "${number}"`
  return [`joptsimple.internal.ReflectionException: ${inner}`, inner]
}

export const kafkaTopicsKind: ProcessKind<ToolState> = toolKind('kafka-topics', begin)
