// What the command-line tools share: reading their arguments and files, and ending with one clear line when something is wrong with them.

import { readFileSync } from 'node:fs'
import { parseRecording, RecordingError, type Recording } from './recording.ts'

/** Ends the program with a line on standard error and status 2. */
export function fail(line: string): never {
  process.stderr.write(`${line}\n`)
  process.exit(2)
}

/** `--name value` pairs and the words that are none. `known` names the options there are; each takes a whole number. */
export function parseArguments(
  args: readonly string[],
  known: readonly string[],
  usage: string,
): { words: string[]; options: Record<string, number> } {
  const words: string[] = []
  const options: Record<string, number> = {}
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (!arg.startsWith('--')) {
      words.push(arg)
      continue
    }
    const [name, inline] = arg.slice(2).split('=', 2) as [string, string | undefined]
    if (!known.includes(name)) fail(`no option --${name}\n${usage}`)
    const text = inline ?? args[++i]
    if (text === undefined || !/^\d{1,15}$/.test(text)) fail(`--${name} takes a whole number\n${usage}`)
    options[name] = Number(text)
  }
  return { words, options }
}

/** Reads a recording or ends the program saying what is wrong with it. */
export function readRecording(file: string): Recording {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    fail(`${file}: ${(error as Error).message}`)
  }
  try {
    return parseRecording(text)
  } catch (error) {
    if (error instanceof RecordingError) fail(`${file}: ${error.message}`)
    throw error
  }
}
