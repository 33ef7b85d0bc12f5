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

/** Characters printed of one call: what a million records are is not read line by line. */
const OUTPUT_LIMIT = 4_194_304
/** Characters that are written at once: a line by itself would be an event for whoever reads them. */
const WRITTEN_AT_ONCE = 65_536

class TooMuch extends Error {}
class Output {
  private held = ''
  private written = 0
  constructor(private readonly ctx: Context) {}
  print(text: string): void {
    this.held += text
    this.written += text.length
    if (this.held.length >= WRITTEN_AT_ONCE) this.flush()
    if (this.written >= OUTPUT_LIMIT) throw new TooMuch()
  }
  printError(text: string): void {
    this.flush()
    this.ctx.printError(text)
  }
  flush(): void {
    this.ctx.print(this.held)
    this.held = ''
  }
}

function run(ctx: Context): number {
  const output = new Output(ctx)
  try {
    const options = parseCommand(ctx.argv.slice(1))
    const code = printHelp(ctx, options, HELP, usageTable())
    if (code !== undefined) return code
    dumpFiles({ files: ctx.files, print: (text) => output.print(text), printError: (text) => output.printError(text) }, options)
    output.flush()
    return 0
  } catch (error) {
    output.flush()
    if (error instanceof TooMuch) {
      ctx.printError(`kafka-dump-log.sh: more than ${OUTPUT_LIMIT} characters are not printed here\n`)
      return 0
    }
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
