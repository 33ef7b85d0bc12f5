// kafka-log-dirs.sh as a process: what the brokers keep in their log directories, as JSON (admin/LogDirsCommand.scala at 2.3.0).
import {
  allOf,
  describeCluster,
  describeLogDirs,
  fail,
  proc,
  type ClusterDescription,
  type LogDirInfo,
  type Outcome,
  type Proc,
} from '../../kafka/client/index.ts'
import { javaHash, javaMapOrder, tpHash, tpName } from '../../kafka/protocol/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  beginCommand,
  closeTool,
  exitTool,
  loadProperties,
  openToolAdmin,
  optionsInThread,
  printUncaught,
  throwableText,
  toolKind,
  type Throwable,
  type ToolState,
} from '../kafka-tools/index.ts'
import { HELP, parseCommand, usageTable } from './options.ts'

const optionsOf = (ctx: Context) => optionsInThread(() => parseCommand(ctx.argv.slice(1)))
const list = (text: string): string[] => text.split(',').filter((word) => word !== '')

interface MainVars {
  brokers?: number[]
  /** It waits for an answer: what fails now failed in a future. */
  asking?: boolean
}
const main: Proc<MainVars, void> = proc<ToolState, MainVars, void>(
  'kafka-log-dirs.main',
  [
    (t) => {
      const options = optionsOf(t.ctx)
      const config = options.value('command-config')
      if (config !== undefined) loadProperties(t.ctx.files, config)
      return openToolAdmin(t, options.value('bootstrap-server')!, undefined, 'log-dirs-tool')
    },
    (t) => {
      const brokers = optionsOf(t.ctx).value('broker-list')
      if (brokers !== undefined) {
        t.vars.brokers = list(brokers).map(numberOf)
        return undefined
      }
      t.vars.asking = true
      return t.call(describeCluster, {})
    },
    (t) => {
      if (t.value !== undefined) {
        const ids = (t.value as ClusterDescription).nodes.map((node) => node.id)
        t.vars.brokers = javaMapOrder(ids, (id) => id)
      }
      t.vars.asking = true
      t.ctx.print('Querying brokers for log directories information\n')
      return t.call(describeLogDirs, { brokers: t.vars.brokers!.slice() })
    },
    (t) => {
      const outcomes = t.value as readonly Outcome<LogDirInfo[]>[]
      allOf(outcomes)
      t.ctx.print(`Received log directory information from brokers ${t.vars.brokers!.join(',')}\n`)
      t.ctx.print(`${asJson(outcomes, new Set(list(optionsOf(t.ctx).value('topic-list') ?? '')))}\n`)
      return t.call(closeTool, {})
    },
    (t) => exitTool(t.ctx, t.env, 0),
  ],
  (t, failure) => {
    const wrapped: Throwable = { type: 'java.util.concurrent.ExecutionException', message: throwableText(failure), cause: failure }
    printUncaught(t.ctx, t.vars.asking ? wrapped : failure)
    exitTool(t.ctx, t.env, 1)
    return t.return()
  },
)
function numberOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > 2147483647)
    fail('java.lang.NumberFormatException', `For input string: "${text}"`)
  return Number(text)
}

/** As it is printed; no topics means all. */
export function asJson(outcomes: readonly Outcome<LogDirInfo[]>[], topics: ReadonlySet<string>): string {
  const brokers = javaMapOrder(outcomes, ({ key }) => Number(key)).map(({ key, value }) => ({
    broker: Number(key),
    logDirs: javaMapOrder(value ?? [], (dir) => javaHash(dir.logDir)).map(({ logDir, failure, replicas }) => ({
      logDir,
      error: failure?.type ?? null,
      partitions: javaMapOrder(replicas, tpHash)
        .filter((replica) => topics.size === 0 || topics.has(replica.topic))
        .map((replica) => {
          const { size, offsetLag, isFuture } = replica
          return { partition: tpName(replica), size, offsetLag, isFuture }
        }),
    })),
  }))
  return JSON.stringify({ version: 1, brokers })
}

export const kafkaLogDirsKind = toolKind('kafka-log-dirs', beginCommand({ parse: parseCommand, about: HELP, usage: usageTable }, main))
