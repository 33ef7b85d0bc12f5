// kafka-configs.sh as a process: what it opens, what it runs, and how it says what went wrong (admin/ConfigCommand.scala, main, at 2.3.0).
import { proc, type Proc } from '../../kafka/client/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  beginCommand,
  closeTool,
  exitTool,
  openToolAdmin,
  openToolZooKeeper,
  OptionError,
  printTrace,
  toolKind,
  UncaughtError,
  UsageError,
  type Throwable,
  type ToolState,
} from '../kafka-tools/index.ts'
import { alterBroker, brokerName, checkCommandConfig, describeBroker } from './brokers.ts'
import { HELP, parseCommand, usageTable } from './options.ts'
import { optionsOf } from './reading.ts'
import { alterByZooKeeper, describeByZooKeeper } from './zookeeper.ts'

const MESSAGE_ALONE = [
  'java.lang.IllegalArgumentException',
  'java.lang.NumberFormatException',
  'org.apache.kafka.common.errors.InvalidConfigurationException',
]

/** What is wrong with the command line, or with a name or a value, is told by its message alone; all else with a trace. */
function report(ctx: Context, failure: Throwable): void {
  if (MESSAGE_ALONE.includes(failure.type) || failure.type.startsWith('joptsimple.')) {
    ctx.printError(`${failure.message}\n`)
    return
  }
  ctx.printError(`Error while executing config command with args '${ctx.argv.slice(1).join(' ')}'\n`)
  printTrace(ctx, '', failure)
}

function refuse(ctx: Context, error: unknown, usage: string): void {
  if (error instanceof UsageError) ctx.printError(`${error.message}\n${usage}`)
  else if (error instanceof OptionError || error instanceof UncaughtError) report(ctx, { type: error.type, message: error.message })
  else throw error
}

const main: Proc<object, void> = proc<ToolState, object, void>(
  'kafka-configs.main',
  [
    (t) => {
      const options = optionsOf(t)
      if (options.has('zookeeper')) return openToolZooKeeper(t, options.value('zookeeper')!)
      checkCommandConfig(t, options)
      return openToolAdmin(t, options.value('bootstrap-server')!)
    },
    (t) => {
      const options = optionsOf(t)
      if (t.env.admin === null) return t.call(options.has('alter') ? alterByZooKeeper : describeByZooKeeper, {})
      brokerName(options)
      return t.call(options.has('alter') ? alterBroker : describeBroker, {})
    },
    (t) => t.call(closeTool, {}),
    (t) => exitTool(t.ctx, t.env, 0),
  ],
  (t, failure) => t.call(failed, { failure: { ...failure } }),
)
const failed: Proc<{ failure: Throwable }, void> = proc<ToolState, { failure: Throwable }, void>('kafka-configs.failed', [
  (t) => t.call(closeTool, {}),
  (t) => {
    report(t.ctx, t.vars.failure)
    exitTool(t.ctx, t.env, 1)
  },
])

export const kafkaConfigsKind = toolKind(
  'kafka-configs',
  beginCommand({ parse: parseCommand, about: HELP, usage: usageTable }, main, refuse),
)
