// kafka-dump-log.sh as a process: it reads the files of its host and ends.
import { CorruptRecord, UnsupportedRecord } from '../../kafka/log/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  exitTool,
  OptionError,
  printHelp,
  printRefusal,
  printUncaught,
  toolKind,
  UncaughtError,
  UsageError,
  type ToolState,
} from '../kafka-tools/index.ts'
import { dumpFiles } from './dump.ts'
import { HELP, parseCommand, usageTable } from './options.ts'

function run(ctx: Context): number {
  try {
    const options = parseCommand(ctx.argv.slice(1))
    const code = printHelp(ctx, options, HELP, usageTable())
    if (code !== undefined) return code
    dumpFiles({ files: ctx.files, print: (text) => ctx.print(text), printError: (text) => ctx.printError(text) }, options)
    return 0
  } catch (error) {
    if (error instanceof CorruptRecord)
      printUncaught(ctx, { type: 'org.apache.kafka.common.errors.CorruptRecordException', message: error.message })
    else if (error instanceof UnsupportedRecord) ctx.printError(`kafka-dump-log.sh: ${error.message}\n`)
    else if (error instanceof OptionError || error instanceof UsageError || error instanceof UncaughtError)
      printRefusal(ctx, error, usageTable())
    else throw error
    return 1
  }
}
export const kafkaDumpLogKind = toolKind('kafka-dump-log', (ctx: Context, env: ToolState) => exitTool(ctx, env, run(ctx)))
