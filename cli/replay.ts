// npm run --silent replay -- FILE.rec [--seed N]: runs a recording's actions headless and prints a recording with the simulation's own output.

import { parseArguments, fail, readRecording } from './arguments.ts'
import { DEFAULT_SEED, playRecording } from './play.ts'
import { printRecording } from './recording.ts'

const USAGE = 'usage: npm run --silent replay -- FILE.rec [--seed N]'
const { words, options } = parseArguments(process.argv.slice(2), ['seed'], USAGE)
if (words.length !== 1) fail(USAGE)
const recording = readRecording(words[0]!)
const played = playRecording(recording, { seed: options['seed'] ?? DEFAULT_SEED })
process.stdout.write(printRecording({ header: recording.header, actions: played.actions }))
