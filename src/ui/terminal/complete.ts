// Completion of the line being edited: a pure query of the World. What the shell and zk-shell themselves know of their commands is asked of them.

import { DOCKER_HOST, PLAYGROUND_FOLDER, resolvePath, type World } from '../../sim/index.ts'
import { programIn } from './about.ts'
import type { Candidate, Completion } from './line.ts'

/** How a program completes: given the World, its terminal and the line up to the cursor. */
export type Completer = (world: World, terminal: string, text: string, cursor: number) => Completion

const NOTHING = (cursor: number): Completion => ({ start: cursor, end: cursor, candidates: [] })

const COMPOSE = ['up', 'stop', 'start', 'restart', 'kill', 'term', 'pause', 'unpause', 'ps', 'logs', 'exec', 'down']
const LINK = ['cut', 'heal', 'slow', 'lossy']
const COMMANDS = [
  'cat',
  'cd',
  'clear',
  'docker-compose',
  'echo',
  'grep',
  'head',
  'help',
  'history',
  'kafka-topics.sh',
  'link',
  'ls',
  'nc',
  'nl',
  'printf',
  'pwd',
  'seq',
  'sleep',
  'sort',
  'tail',
  'timeout',
  'watch',
  'wc',
  'zk-shell',
]

const words = (names: readonly string[], typed: string): Candidate[] =>
  names.filter((name) => name.startsWith(typed)).map((name) => ({ text: name, label: name, whole: true }))

const hostNames = (world: World): string[] => Object.keys(world.hosts).filter((name) => name !== DOCKER_HOST)

/** Files and folders whose path begins as typed. */
function paths(world: World, terminal: string, typed: string): Candidate[] {
  const cwd = world.processes[world.terminals[terminal]?.shell ?? 0]?.cwd ?? PLAYGROUND_FOLDER
  const slash = typed.lastIndexOf('/') + 1
  const folder = typed.slice(0, slash)
  const inside = resolvePath(cwd, folder === '' ? '.' : folder).replace(/\/?$/, '/')
  const begin = inside + typed.slice(slash)
  const found = new Map<string, Candidate>()
  for (const path of world.hosts[DOCKER_HOST]?.disk.sortedKeys() ?? []) {
    if (!path.startsWith(begin) || path === inside) continue
    const rest = path.slice(inside.length)
    const end = rest.indexOf('/')
    const label = end < 0 ? rest : rest.slice(0, end + 1)
    if (label.startsWith('.') && !typed.slice(slash).startsWith('.')) continue
    found.set(label, { text: folder + label, label, whole: end < 0 })
  }
  return [...found.values()]
}

/** The command the cursor stands in, as words; what `;`, `|`, `&` end is left out. */
function command(text: string): string[] {
  const begin = Math.max(text.lastIndexOf(';'), text.lastIndexOf('|'), text.lastIndexOf('&')) + 1
  return text.slice(begin).trimStart().split(/\s+/)
}

function argument(world: World, terminal: string, before: readonly string[], typed: string): Candidate[] {
  const name = before[0]!.slice(before[0]!.lastIndexOf('/') + 1)
  if (name === 'docker-compose') return words(before.length === 1 ? COMPOSE : hostNames(world), typed)
  if (name === 'link') return words(before.length === 1 ? LINK : hostNames(world), typed)
  if (name === 'zk-shell')
    return words(
      hostNames(world).filter((host) => world.hosts[host]!.image === 'zookeeper'),
      typed,
    )
  return paths(world, terminal, typed)
}

/** The first version of the shell's completion. */
export const completeCommand: Completer = (world, terminal, text, cursor) => {
  const parts = command(text.slice(0, cursor))
  const typed = parts.pop() ?? ''
  const start = cursor - typed.length
  if (parts.length > 0) return { start, end: cursor, candidates: argument(world, terminal, parts, typed) }
  const candidates = typed.includes('/') ? paths(world, terminal, typed) : words(COMMANDS, typed)
  return { start, end: cursor, candidates }
}

/** Completion in whatever has the terminal: the shell at its prompt, or a program that completes its own lines. */
export const complete: Completer = (world, terminal, text, cursor) => {
  const program = programIn(world, terminal)
  return program ? NOTHING(cursor) : completeCommand(world, terminal, text, cursor)
}
