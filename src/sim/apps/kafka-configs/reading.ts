// The command line while the tool runs: it is read anew where it is needed, as options are no plain data.
import { fail } from '../../kafka/client/index.ts'
import { OptionError, UncaughtError, type Options, type ToolTask } from '../kafka-tools/index.ts'
import { parseCommand } from './options.ts'

/** What reading throws is a failure of the thread. */
function orFail<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof OptionError || error instanceof UncaughtError) return fail(error.type, error.message)
    throw error
  }
}
/** The options, whose reading may fail the thread. */
export function optionsOf(t: Pick<ToolTask, 'ctx'>): Options {
  const options = parseCommand(t.ctx.argv.slice(1))
  return { ...options, value: (name) => orFail(() => options.value(name)), all: (name) => orFail(() => options.all(name)) }
}
