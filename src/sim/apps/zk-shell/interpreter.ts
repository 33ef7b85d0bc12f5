// One line of the shell, from its text to what it returns: Python's cmd.Cmd, xcmd's parameters and zk-shell's own decorators, as one script.

import { Interrupted, type Script } from '../script/index.ts'
import type { Answer, Ask, Cmd, Do, LineArgs, LineResult, Rv, Snapshot } from './asks.ts'
import type { Command } from './command.ts'
import { copyCommands } from './commands/copy.ts'
import { Again, flowCommands } from './commands/flow.ts'
import { jsonCommands } from './commands/json.ts'
import { nodeCommands } from './commands/nodes.ts'
import { sessionCommands, connect } from './commands/session.ts'
import { treeCommands } from './commands/trees.ts'
import { watchCommands } from './commands/watches.ts'
import { commandHelp } from './help.ts'
import { parseParams, type Values } from './py/argparse.ts'
import { matchedLength } from './py/difflib.ts'
import { shlexSplit } from './py/shlex.ts'
import { sortedText, ValueError } from './py/text.ts'
import { errorLine, errorName, exists, Exit, print, resolvePath, show, ZkError, type Sh } from './sh.ts'

/** Lines that Python's cmd module would run forever down into itself are cut off here. */
const DEPTH = 50

export const commands: ReadonlyMap<string, Command> = new Map(
  [...nodeCommands, ...treeCommands, ...jsonCommands, ...watchCommands, ...sessionCommands, ...copyCommands, ...flowCommands(runLine)].map(
    (command) => [command.name, command],
  ),
)
const SPECIAL = ['!!', '$?']
/** In the order of Python's dir(). */
export const commandNames: readonly string[] = sortedText([...commands.keys()])

/** Splits a line as cmd.Cmd.parseline does: a command is a run of letters, digits and underscores. */
function parseLine(line: string): { name: string | undefined; arg: string } {
  if (line.startsWith('?')) return { name: 'help', arg: line.slice(1).trim() }
  if (line.startsWith('!')) return { name: undefined, arg: '' }
  const name = /^[A-Za-z0-9_]*/.exec(line)![0]
  return { name, arg: line.slice(name.length).trim() }
}

/** Runs a line. Throws Exit, Again, Interrupted; errors of ZooKeeper only from commands that do not mind the connection. */
export function* runLine(sh: Sh, raw: string): Cmd<Rv> {
  const line = raw.trim()
  if (line === '') return undefined
  if (sh.depth >= DEPTH) throw new ValueError('maximum recursion depth exceeded')
  sh.depth++
  try {
    sh.shell = (yield { ask: 'shell' }) as Snapshot
    const { name, arg } = parseLine(line)
    const command = name === undefined ? undefined : commands.get(name)
    return command ? yield* runCommand(sh, command, arg) : yield* unknown(sh, line)
  } finally {
    sh.depth--
  }
}

function* runCommand(sh: Sh, command: Command, arg: string): Cmd<Rv> {
  if (!command.connected) return yield* withParams(sh, command, arg)
  if (!sh.shell.connected) {
    show(sh, 'Not connected.')
    return undefined
  }
  try {
    return yield* withParams(sh, command, arg)
  } catch (e) {
    if (e instanceof ZkError) show(sh, errorLine(e.code))
    else if (!(e instanceof Interrupted && command.interruptible)) throw e
    return undefined
  }
}

function* withParams(sh: Sh, command: Command, arg: string): Cmd<Rv> {
  if (!command.params) return (yield* command.run(sh, { arg })) as Rv
  try {
    const values = parseParams(command.params, arg)
    if (!sh.txn && !(yield* pathsExist(sh, command.exist ?? [], values))) return false
    return (yield* command.run(sh, values)) as Rv
  } catch (e) {
    if (!(e instanceof ValueError)) throw e
    // Printed past any redirection.
    print(sh, `\n${e.message}\n\n${command.name}: ${commandHelp(command.name)}`)
    return undefined
  }
}

function* pathsExist(sh: Sh, labels: readonly string[], values: Values): Cmd<boolean> {
  for (const label of labels) {
    const value = values[label] as string | readonly string[]
    const resolved: string[] = []
    for (const word of typeof value === 'string' ? [value] : value) {
      const path = resolvePath(sh, word)
      if (!(yield* exists(sh.shell.client, path))) {
        show(sh, `Path ${path} doesn't exist`)
        return false
      }
      resolved.push(path)
    }
    values[label] = typeof value === 'string' ? resolved[0]! : resolved
  }
  return true
}

/** Names that share enough with a word: their common blocks cover 85 % of it. */
export const similarCommands = (word: string): string[] =>
  [...commandNames, ...SPECIAL].filter((name) => matchedLength(name, word) / Array.from(word).length >= 0.85)

function* unknown(sh: Sh, line: string): Cmd<Rv> {
  let args: string[]
  try {
    args = shlexSplit(line)
  } catch (e) {
    if (!(e instanceof ValueError)) throw e
    if (!line.startsWith('#')) show(sh, 'No closing quotation')
    return false
  }
  const word = args[0]
  if (word === undefined || word.startsWith('#')) return false
  if (word === '!!') {
    const past = (yield { ask: 'history' }) as readonly string[]
    yield* runLine(sh, past[past.length - 2] ?? '')
    return undefined
  }
  if (word === '$?') {
    print(sh, sh.shell.lastOutput)
    return undefined
  }
  const similar = similarCommands(word)
  if (similar.length === 0) show(sh, `Unknown command: ${word}`)
  else if (similar.length === 1) show(sh, `Unknown command, maybe you meant: ${similar[0]}`)
  else show(sh, `Unknown command, maybe you meant: ${similar.slice(0, -1).join(', ')} or ${similar[similar.length - 1]}`)
  return false
}

/** The script of one line. A line that begins with NUL is the shell's own: the hosts to connect to at its start, separated by NUL. */
export const lineScript: Script<LineArgs, Ask, Answer, Do, LineResult> = function* (io, args) {
  const sh: Sh = {
    io,
    args,
    depth: 0,
    shell: { connected: false, cwd: '/', old: '/', lastOutput: '', client: '', conf: {} },
    sinks: [],
    txn: undefined,
    lastOutput: '',
  }
  try {
    if (args.line.startsWith('\0')) {
      yield* connect(sh, args.line.slice(1).split('\0'))
      return { rv: undefined }
    }
    return { rv: yield* runLine(sh, args.line) }
  } catch (e) {
    if (e instanceof Exit) return { exit: e.code }
    if (e instanceof Again) return io.restart({ line: args.line, resume: { round: e.round } })
    if (e instanceof ZkError) io.printError(`kazoo.exceptions.${errorName(e.code)}\n`)
    else if (e instanceof ValueError) io.printError(`ValueError: ${e.message}\n`)
    else throw e
    return { exit: 1 }
  }
}
