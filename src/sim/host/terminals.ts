// Terminals: shells on the docker host whose streams are part of the World, so that what they show rewinds with time.

import { List } from '../base/index.ts'
import type { Input, Pid, Proc, Terminal, TerminalEntry } from '../kernel/index.ts'
import type { MachineEngine } from './machine.ts'
import { descendants, signalProcess, spawn } from './processes.ts'

/** Entries a terminal keeps; what has fallen out can be had by replay. */
const ENTRIES_KEPT = 4000
/** Characters of one piece of output that a terminal keeps: its last. */
const OUTPUT_KEPT = 262_144
/** Lines that may wait for the prompt. */
const WAITING_LIMIT = 20_000

/** Where a terminal's shell runs, and where it begins. */
export const DOCKER_HOST = 'host'
export const PLAYGROUND_FOLDER = '/home/you/kafka-playground'

export function showInTerminal(engine: MachineEngine, name: string, kind: TerminalEntry['kind'], text: string, code = 0): void {
  const terminal = engine.slices.terminal(name)
  if (!terminal) return
  const kept =
    text.length <= OUTPUT_KEPT
      ? text
      : `[${text.length - OUTPUT_KEPT} characters came before these; a terminal keeps the last]\n${text.slice(-OUTPUT_KEPT)}`
  terminal.entries = terminal.entries.push({ at: engine.world.now, kind, text: kept, code })
  if (terminal.entries.size > ENTRIES_KEPT + 512) terminal.entries = terminal.entries.keepLast(ENTRIES_KEPT)
}

/** The terminal of that name, opened with a fresh shell if it is not there or its shell has ended. */
export function openTerminal(engine: MachineEngine, name: string): Terminal {
  const world = engine.world
  const seen = world.terminals[name]
  if (seen && world.processes[seen.shell]) return engine.slices.terminal(name)!
  if (!seen) {
    world.terminals[name] = engine.slices.fresh<Terminal>({
      name,
      shell: 0,
      foreground: 0,
      waiting: [],
      entries: List.empty<TerminalEntry>(),
    })
  }
  const terminal = engine.slices.terminal(name)!
  const fd = { kind: 'terminal', terminal: name } as const
  terminal.shell = spawn(engine, {
    kind: 'shell',
    host: DOCKER_HOST,
    argv: ['bash', '-i'],
    parent: 0,
    env: { HOME: '/home/you', USER: 'you', TERM: 'xterm-256color', COLUMNS: '120', LINES: '30' },
    cwd: PLAYGROUND_FOLDER,
    stdin: fd,
    stdout: fd,
    stderr: fd,
  })
  // Until it is at its first prompt, what is typed waits.
  terminal.foreground = terminal.shell
  return terminal
}

/** A command line for the shell: run at once when it is at its prompt, else when the present one ends. */
export function typeCommand(engine: MachineEngine, name: string, text: string): void {
  const terminal = openTerminal(engine, name)
  if (terminal.foreground !== 0 || terminal.waiting.length > 0) {
    if (terminal.waiting.length < WAITING_LIMIT) terminal.waiting.push(text)
    return
  }
  hand(engine, terminal, terminal.shell, text)
}

function hand(engine: MachineEngine, terminal: Terminal, pid: Pid, text: string): void {
  showInTerminal(engine, terminal.name, 'input', text)
  engine.schedule({ to: 'process', pid }, { type: 'input', text: text + '\n' } satisfies Input, engine.world.now)
}

/** Who reads what is typed: the youngest descendant of the foreground program that holds the terminal. */
function reader(engine: MachineEngine, terminal: Terminal): Pid {
  const all = Object.values(engine.world.processes)
  const holds = (p: Proc) => p.stdin.kind === 'terminal' && p.stdin.terminal === terminal.name
  let pid = terminal.foreground
  for (;;) {
    let next = 0
    for (const p of all) if (p.parent === pid && holds(p) && p.pid > next) next = p.pid
    if (next === 0) return pid
    pid = next
  }
}

/** A line for whatever runs in the terminal; for the shell when nothing does, or when what runs never reads: a real terminal keeps it until somebody does. */
export function typeLine(engine: MachineEngine, name: string, text: string): void {
  const terminal = openTerminal(engine, name)
  if (terminal.foreground === 0 || !engine.world.processes[terminal.foreground]) return typeCommand(engine, name, text)
  const pid = reader(engine, terminal)
  const { kind, state, argv } = engine.world.processes[pid]!
  if (engine.kinds.get(kind)?.reads?.(state, argv) === false) typeCommand(engine, name, text)
  else hand(engine, terminal, pid, text)
}

/** Ctrl-C: SIGINT to the program in the foreground and all below it; at the prompt the shell gets it. Ctrl-D: the end of the input. */
export function typeControl(engine: MachineEngine, name: string, key: string): void {
  const terminal = openTerminal(engine, name)
  const running = terminal.foreground !== 0 && engine.world.processes[terminal.foreground] !== undefined
  showInTerminal(engine, name, 'input', `^${key}`)
  if (key === 'C') {
    if (running) terminal.waiting = []
    const hit = running ? descendants(engine, terminal.foreground) : [terminal.shell]
    for (const pid of hit.reverse()) signalProcess(engine, pid, 'INT')
  } else {
    engine.schedule(
      { to: 'process', pid: running ? reader(engine, terminal) : terminal.shell },
      { type: 'eof' } satisfies Input,
      engine.world.now,
    )
  }
}

/** The shell says who runs in the foreground; 0: it is at its prompt, and takes the next waiting line. */
export function setForeground(engine: MachineEngine, shell: Pid, pid: Pid): void {
  for (const seen of Object.values(engine.world.terminals)) {
    if (seen.shell !== shell) continue
    const terminal = engine.slices.terminal(seen.name)!
    terminal.foreground = pid
    if (pid === 0 && terminal.waiting.length > 0) {
      const next = terminal.waiting.shift()!
      hand(engine, terminal, terminal.shell, next)
    }
  }
}

/** The terminal whose shell this process is. */
export const terminalOf = (engine: MachineEngine, shell: Pid): string | undefined =>
  Object.values(engine.world.terminals).find((t) => t.shell === shell)?.name
