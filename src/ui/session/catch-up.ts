// A command entered while time stands still or crawls lets time run until its prompt is back, or until it waits for the world. This says when that is.

import { CLICKS, type Micros, type Terminal, type World } from '../../sim/index.ts'

export interface CatchUp {
  readonly terminal: string
  /** When the command was entered. */
  readonly since: Micros
  /** Its place in the log of actions. */
  readonly action: number
}

/** Virtual time that a command gets at most: `docker-compose stop` takes ten seconds and a little. */
const LONGEST = 15_000_000
/** A program that has shown its own prompt and then nothing for so long waits for its reader. */
const PROMPT_QUIET = 400_000
/** A program that has shown nothing at all for so long waits for the world (a consumer, a watch, a sleep). */
const QUIET = 11_500_000
/** Ends of lines after which a program waits for what is typed. */
const PROMPT = /[>$#:?\]] ?$/

/** True when there is no more to wait for. */
export function settled(world: World, { terminal: name, since }: CatchUp): boolean {
  const elapsed = world.now - since
  if (elapsed >= LONGEST) return true
  const terminal = world.terminals[name]
  if (!terminal) return elapsed > PROMPT_QUIET
  if (name === CLICKS) return elapsed > 0 && !clicksRun(world)
  if (terminal.foreground === 0) return elapsed > 0 && terminal.waiting.length === 0
  const last = terminal.entries.last()
  const quiet = world.now - Math.max(since, last?.at ?? 0)
  if (quiet >= QUIET) return true
  return last?.kind === 'output' && last.at > since && PROMPT.test(lastLine(terminal)) && quiet >= PROMPT_QUIET
}

function lastLine(terminal: Terminal): string {
  const text = terminal.entries.last()?.text ?? ''
  return text.slice(text.lastIndexOf('\n') + 1)
}

/** Does a click's command line still run? Each is a shell of its own that writes to the terminal of clicks. */
function clicksRun(world: World): boolean {
  const shell = world.terminals[CLICKS]?.shell
  return Object.values(world.processes).some((p) => p.pid !== shell && p.stdout.kind === 'terminal' && p.stdout.terminal === CLICKS)
}
