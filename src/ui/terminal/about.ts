// What a terminal is called, what runs in it, and which lines its arrow keys bring back.

import type { Pid, Proc, Terminal, World } from '../../sim/index.ts'

/** The program that has the terminal: the youngest descendant of the one in the foreground; undefined at the shell's prompt. */
export function programIn(world: World, name: string): Proc | undefined {
  let proc = world.processes[world.terminals[name]?.foreground ?? 0]
  for (;;) {
    const parent: Pid | undefined = proc?.pid
    const child = parent === undefined ? undefined : youngest(world, parent, name)
    if (!child) return proc
    proc = child
  }
}
function youngest(world: World, parent: Pid, name: string): Proc | undefined {
  let found: Proc | undefined
  for (const proc of Object.values(world.processes)) {
    const here = proc.parent === parent && proc.stdin.kind === 'terminal' && proc.stdin.terminal === name
    if (here && (!found || proc.pid > found.pid)) found = proc
  }
  return found
}

const bare = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** `zk-shell zoo1`: a program and what it was given, options left out. */
export function shortCommand(called: readonly string[]): string {
  // A script is known by its own name, not by the shell that reads it.
  const argv = /^(ba)?sh$/.test(bare(called[0] ?? '')) && called.length > 1 && !called[1]!.startsWith('-') ? called.slice(1) : called
  const name = bare(argv[0] ?? '').replace(/\.sh$/, '')
  const words = argv.slice(1).filter((word) => !word.startsWith('-'))
  const text = [name, ...words.slice(0, 2)].join(' ')
  return text.length > 28 ? text.slice(0, 27) + '…' : text
}

/** A tab's title: what runs there, else the terminal's own name. */
export function titleOf(world: World, name: string): string {
  const terminal = world.terminals[name]
  const proc = terminal ? world.processes[terminal.foreground] : undefined
  return proc ? shortCommand(proc.argv) : name
}

/** Does somebody wait for a line there: the shell at its prompt, or a program that has put out a prompt of its own (`open`: the last row is not ended)? */
export function prompts(terminal: Terminal | undefined, open: boolean): boolean {
  if (!terminal || terminal.waiting.length > 0) return false
  const last = terminal.entries.last()
  return terminal.foreground === 0 ? last?.kind === 'prompt' : last?.kind === 'output' && open
}

/**
 * Lines that were entered where the next one goes: to the shell, or to the programs it ran. Those of this moment's past come last; before them those entered in this visit in
 * other futures, so that going back in time does not lose what one may want to do again.
 */
export function linesBefore(world: World, name: string, visit: readonly string[], atPrompt: boolean): string[] {
  const past: string[] = []
  let toShell = true
  for (const entry of world.terminals[name]?.entries ?? []) {
    if (entry.kind === 'prompt') toShell = true
    else if (entry.kind === 'output') toShell = false
    else if (entry.kind === 'input' && toShell === atPrompt && entry.text.trim() !== '' && !/^\^[A-Z]$/.test(entry.text))
      past.push(entry.text)
  }
  const known = new Set(past)
  const older = visit.filter((line) => !known.has(line))
  return [...older, ...past].filter((line, i, all) => line !== all[i - 1])
}
