// npm run --silent export -- FILE.rec DIR [--seed N]: runs a recording and writes the brokers' disks as they are at its end into DIR/kafka1, DIR/kafka2..., and the persistent
// znodes into DIR/znodes.json.

import { DEFAULT_SEED, playRecording } from './play.ts'
import { fail, parseArguments, readRecording } from './arguments.ts'
import { writeExport } from './export/write.ts'

const USAGE = 'usage: npm run --silent export -- FILE.rec DIR [--seed N]'
const { words, options } = parseArguments(process.argv.slice(2), ['seed'], USAGE)
if (words.length !== 2) fail(USAGE)
const recording = readRecording(words[0]!)
const { engine } = playRecording(recording, { seed: options['seed'] ?? DEFAULT_SEED })
try {
  for (const line of writeExport(engine.world, words[1]!)) process.stdout.write(`${line}\n`)
} catch (error) {
  fail(`${words[1]}: ${(error as Error).message}`)
}
