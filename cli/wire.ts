// npm run --silent wire -- FILE.rec [--seed N]: runs a recording's or a wire script's actions headless and prints who sent what to whom. Seconds count from the script's zero.

import { parseArguments, fail, readRecording } from './arguments.ts'
import { DEFAULT_SEED, playRecording } from './play.ts'
import { Recorder } from './wire/capture.ts'
import { printWire } from './wire/print.ts'

const USAGE = 'usage: npm run --silent wire -- FILE.rec [--seed N]'
const { words, options } = parseArguments(process.argv.slice(2), ['seed'], USAGE)
if (words.length !== 1) fail(USAGE)
const recording = readRecording(words[0]!)
const recorder = new Recorder()
playRecording(recording, {
  seed: options['seed'] ?? DEFAULT_SEED,
  observers: [recorder],
  onEngine: (engine) => recorder.attach(engine),
  onAction: (action) => recorder.mark(action.text, action.at),
})
process.stdout.write(`# ${recording.title}\n${printWire(recorder).join('\n')}\n`)
