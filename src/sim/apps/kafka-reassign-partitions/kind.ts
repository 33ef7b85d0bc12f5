// kafka-reassign-partitions.sh as a process: whatever goes wrong with an action is told on standard output, and the status is 0 all the same
// (admin/ReassignPartitionsCommand.scala, main, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { proc, type Failure, type Proc } from '../../kafka/client/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  beginCommand,
  closeTool,
  exitTool,
  loadProperties,
  openToolAdmin,
  openToolZooKeeper,
  printUncaught,
  throwableText,
  toolKind,
  type Throwable,
  type ToolState,
} from '../kafka-tools/index.ts'
import { execute, generate, NOT_MODELLED, verify } from './actions.ts'
import { HELP, parseCommand, usageTable } from './options.ts'
import { optionsOf } from './reading.ts'

const main: Proc<object, void> = proc<ToolState, object, void>(
  'kafka-reassign-partitions.main',
  [
    (t) => openToolZooKeeper(t, optionsOf(t).value('zookeeper')!),
    (t) => {
      const options = optionsOf(t)
      const config = options.value('command-config')
      if (!options.has('bootstrap-server')) return
      if (config !== undefined) loadProperties(t.ctx.files, config)
      return openToolAdmin(t, options.value('bootstrap-server')!)
    },
    (t) => t.call(act, {}),
    (t) => t.call(closeTool, {}),
    (t) => exitTool(t.ctx, t.env, 0),
  ],
  (t, failure) => t.call(failed, { failure: deepFreeze({ ...failure }) }),
)
const act: Proc<object, void> = proc<ToolState, object, void>(
  'kafka-reassign-partitions.act',
  [
    (t) => {
      const options = optionsOf(t)
      const action: Proc<object, void> = options.has('verify') ? verify : options.has('generate') ? generate : execute
      return t.call(action, {})
    },
  ],
  (t, failure) => {
    if (failure.type === NOT_MODELLED) return undefined
    t.ctx.print(`Partitions reassignment failed due to ${failure.message}\n${throwableText(failure)}\n\n`)
    return t.return()
  },
)
const failed: Proc<{ failure: Throwable }, void> = proc<ToolState, { failure: Throwable }, void>('kafka-reassign-partitions.failed', [
  (t) => t.call(closeTool, {}),
  (t) => {
    report(t.ctx, t.vars.failure)
    exitTool(t.ctx, t.env, 1)
  },
])
function report(ctx: Context, failure: Failure): void {
  if (failure.type === NOT_MODELLED) ctx.printError(`${failure.message}\n`)
  else printUncaught(ctx, failure)
}

export const kafkaReassignPartitionsKind = toolKind(
  'kafka-reassign-partitions',
  beginCommand({ parse: parseCommand, about: HELP, usage: usageTable }, main),
)
