// kafka-delete-records.sh as a process (admin/DeleteRecordsCommand.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { deleteRecords, proc, type Outcome, type Proc, type RecordsToDelete } from '../../kafka/client/index.ts'
import {
  beginCommand,
  closeTool,
  exitTool,
  loadProperties,
  openToolAdmin,
  optionsInThread,
  printUncaught,
  readFile,
  throwableText,
  toolKind,
  type ToolState,
} from '../kafka-tools/index.ts'
import { HELP, parseCommand, parseOffsets, usageTable } from './options.ts'

const main: Proc<{ records?: readonly RecordsToDelete[] }, void> = proc<ToolState, { records?: readonly RecordsToDelete[] }, void>(
  'kafka-delete-records.main',
  [
    (t) => {
      const options = optionsInThread(() => parseCommand(t.ctx.argv.slice(1)))
      const config = options.value('command-config')
      if (config !== undefined) loadProperties(t.ctx.files, config)
      return openToolAdmin(t, options.value('bootstrap-server')!)
    },
    (t) => {
      const options = optionsInThread(() => parseCommand(t.ctx.argv.slice(1)))
      t.vars.records = deepFreeze(parseOffsets(readFile(t.ctx.files, options.value('offset-json-file')!)))
      return t.sleep('kafka.tool.json')
    },
    (t) => {
      // Both are said at once: the answers are waited for below them.
      t.ctx.print('Executing records delete operation\nRecords delete operation completed:\n')
      return t.call(deleteRecords, { records: t.vars.records! })
    },
    (t) => {
      for (const { key, failure, value } of t.value as readonly Outcome<number>[]) {
        t.ctx.print(`partition: ${key}\t${failure === null ? `low_watermark: ${value}` : `error: ${throwableText(failure)}`}\n`)
      }
      return t.call(closeTool, {})
    },
    (t) => exitTool(t.ctx, t.env, 0),
  ],
  (t, failure) => {
    printUncaught(t.ctx, failure)
    exitTool(t.ctx, t.env, 1)
    return t.return()
  },
)

export const kafkaDeleteRecordsKind = toolKind(
  'kafka-delete-records',
  beginCommand({ parse: parseCommand, about: HELP, usage: usageTable }, main),
)
