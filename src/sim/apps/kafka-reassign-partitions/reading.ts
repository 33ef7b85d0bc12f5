// The command line while the tool runs: it is read anew where it is needed, as options are no plain data.
import { optionsInThread, type Options, type ToolTask } from '../kafka-tools/index.ts'
import { parseCommand } from './options.ts'

/** The options, whose reading may fail the thread. */
export const optionsOf = (t: Pick<ToolTask, 'ctx'>): Options => optionsInThread(() => parseCommand(t.ctx.argv.slice(1)))
