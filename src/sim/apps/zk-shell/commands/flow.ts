// Commands about commands: loops, transactions, pipes, history, configuration, help, the end.
/* eslint require-yield: off -- a command that asks nothing is a generator like any other */

import { ERR, type ZkOp } from '../../../zookeeper/protocol/index.ts'
import { Interrupted } from '../../script/index.ts'
import type { Cmd, Rv } from '../asks.ts'
import { number, text, words, type Command } from '../command.ts'
import { helpText, helpTopics } from '../help.ts'
import { any, float, integer, many, optional, required } from '../py/argparse.ts'
import { percent, TypeError_, ValueError } from '../py/text.ts'
import { Exit, show, tryZk, ZkError, type Sh } from '../sh.ts'
import { yesNo } from './yes-no.ts'

/** How one command runs another; given by the interpreter. */
export type RunLine = (sh: Sh, line: string) => Cmd<Rv>

/** Runs a line inside a command that goes on whatever happens. */
function* carryOn(sh: Sh, run: RunLine, line: string): Cmd {
  try {
    yield* run(sh, line)
  } catch (e) {
    if (!(e instanceof ZkError) && !(e instanceof ValueError) && !(e instanceof TypeError_)) throw e
    show(sh, `Command failed: ${e instanceof ZkError ? '' : e.message}.`)
  }
}

/** Runs with the output caught; `fetch` gives what came since the last call. */
function* caught(sh: Sh, work: (fetch: () => string) => Cmd): Cmd {
  const sink: string[] = []
  sh.sinks.push(sink)
  try {
    yield* work(() => sink.splice(0).join(''))
  } finally {
    sh.sinks.splice(sh.sinks.indexOf(sink))
  }
}

export const CONF: readonly { readonly name: string; readonly value: string; readonly about: string }[] = [
  { name: 'chkzk_stat_retries', value: '10', about: 'how often chkzk asks a server again' },
  { name: 'chkzk_znode_delta', value: '100', about: 'how many znodes servers may differ by' },
  { name: 'chkzk_ephemeral_delta', value: '50', about: 'how many ephemeral znodes servers may differ by' },
  { name: 'chkzk_datasize_delta', value: '1000', about: 'how many bytes of data servers may differ by' },
  { name: 'chkzk_session_delta', value: '150', about: 'how many sessions servers may differ by' },
  { name: 'chkzk_zxid_delta', value: '200', about: 'how many transactions servers may be apart' },
]

function* conf(sh: Sh, command: string, args: readonly string[]): Cmd {
  const known = CONF.find(({ name }) => name === args[0])
  const now = ({ name, value }: { name: string; value: string }): string => sh.shell.conf[name] ?? value
  switch (command) {
    case 'get':
      if (args.length === 0) show(sh, CONF.map((one) => `${one.name}: ${now(one)}`).join('\n'))
      else show(sh, known ? now(known) : 'Unknown variable.')
      return
    case 'describe':
      if (args.length === 0) show(sh, CONF.map((one) => `${one.name}: ${one.about}`).join('\n'))
      else show(sh, known?.about ?? 'Unknown variable.')
      return
    case 'set':
      if (args.length !== 2) throw new ValueError('')
      if (known) sh.io.act({ do: 'conf', name: known.name, value: args[1]! })
      else show(sh, 'Unknown variable.')
      return
    case 'save':
      if (!(yield* yesNo(sh, 'Save configuration?'))) return
      sh.io.act({ do: 'write', path: '/root/.zk_shell/config', text: CONF.map((one) => `${one.name}: ${now(one)}\n`).join('') })
      show(sh, 'Configuration saved')
      return
    default:
      throw new ValueError('')
  }
}

const leave = (name: string, newline: boolean): Command => ({
  name,
  *run(sh) {
    if (newline) show(sh, '')
    throw new Exit(0)
  },
})

const help = (name: string): Command => ({
  name,
  *run(sh, v) {
    const topic = text(v, 'arg')
    // The help prints past any redirection.
    sh.io.print(topic === '' ? helpTopics() : (helpText(topic) ?? `*** No help on ${topic}`) + '\n')
  },
})

/** Ctrl-C ends a loop, and only that. */
function* loop(sh: Sh, run: RunLine, repeat: number, pause: number, cmds: readonly string[]): Cmd<{ readonly again: number } | undefined> {
  const restartable = sh.depth === 1
  const from = (restartable && sh.args.resume?.round) || 0
  sh.io.act({ do: 'transitions', on: false })
  try {
    for (let i = from; ;) {
      for (const cmd of cmds) yield* carryOn(sh, run, cmd)
      if (pause > 0) yield { ask: 'sleep', seconds: pause }
      i++
      if (repeat > 0 && i >= repeat) break
      // What the rounds before were answered need not be kept.
      if (restartable) return { again: i }
    }
  } catch (e) {
    if (!(e instanceof Interrupted)) throw e
  }
  sh.io.act({ do: 'transitions', on: true })
  return undefined
}

/** What an operation came to is a value nobody looks at; only the request as a whole can fail. */
function* commit(sh: Sh, ops: readonly ZkOp[]): Cmd {
  const { err } = yield* tryZk(sh.shell.client, { op: 'multi', ops })
  if (err === ERR.badVersion) show(sh, 'Bad version.')
  else if (err === ERR.noNode) show(sh, 'Missing path.')
  else if (err === ERR.nodeExists) show(sh, 'One of the paths exists.')
  else if (err !== 0) throw new ZkError(err)
}

/** A command that wants to begin anew with its past dropped. */
export class Again extends Error {
  constructor(readonly round: number) {
    super('again')
  }
}

export const flowCommands = (run: RunLine): readonly Command[] => [
  {
    name: 'loop',
    params: [integer('repeat'), float('pause'), many('cmds')],
    *run(sh, v) {
      if (number(v, 'repeat') < 0) {
        show(sh, '<repeat> must be >= 0.')
        return
      }
      if (number(v, 'pause') < 0) {
        show(sh, '<pause> must be >= 0.')
        return
      }
      const more = yield* loop(sh, run, number(v, 'repeat'), number(v, 'pause'), words(v, 'cmds'))
      if (more) throw new Again(more.again)
    },
  },
  {
    name: 'time',
    params: [many('cmds')],
    *run(sh, v) {
      const start = (yield { ask: 'now' }) as number
      for (const cmd of words(v, 'cmds')) yield* carryOn(sh, run, cmd)
      const end = (yield { ask: 'now' }) as number
      show(sh, `Took ${((end - start) / 1000).toFixed(5)} seconds`)
    },
  },
  {
    name: 'sleep',
    params: [float('seconds')],
    *run(sh, v) {
      const seconds = number(v, 'seconds')
      if (!(seconds >= 0))
        throw new ValueError(Number.isNaN(seconds) ? 'Invalid value NaN (not a number)' : 'sleep length must be non-negative')
      yield { ask: 'sleep', seconds }
    },
  },
  {
    name: 'echo',
    params: [required('fmtstr'), any('cmds')],
    *run(sh, v) {
      const values: string[] = []
      yield* caught(sh, function* (fetch) {
        for (const cmd of words(v, 'cmds')) {
          const rv = yield* run(sh, cmd)
          const output = fetch().replace(/\n+$/, '')
          values.push(rv === false ? '' : output)
        }
      })
      try {
        show(sh, values.length === 0 ? text(v, 'fmtstr') : percent(text(v, 'fmtstr'), values))
      } catch (e) {
        if (!(e instanceof TypeError_)) throw e
        show(sh, 'Bad format string or missing arguments.')
      }
    },
  },
  {
    name: 'pipe',
    params: [many('cmds')],
    *run(sh, v): Cmd<Rv> {
      const cmds = words(v, 'cmds')
      if (cmds.length < 2) throw new ValueError('At least two commands are needed.')
      let rv: Rv = true
      let output = ''
      yield* caught(sh, function* (fetch) {
        for (const cmd of cmds) {
          const lines = output.replace(/\n+$/, '').split('\n')
          output = ''
          for (const line of lines) {
            rv = yield* run(sh, `${cmd} ${line}`)
            if (rv === false) {
              output = fetch()
              break
            }
            output += fetch()
          }
        }
      })
      show(sh, output.replace(/\n+$/, ''))
      return rv
    },
  },
  {
    name: 'txn',
    connected: true,
    params: [many('cmds')],
    *run(sh, v) {
      // One inside another is refused by the real one with an exception that nothing catches.
      if (sh.txn) throw new ValueError('a transaction is in progress')
      sh.txn = []
      try {
        for (const cmd of words(v, 'cmds')) yield* run(sh, cmd)
      } finally {
        const ops = sh.txn
        sh.txn = undefined
        yield* commit(sh, ops)
      }
    },
  },
  {
    name: 'history',
    params: [optional('match')],
    *run(sh, v) {
      const past = (yield { ask: 'history' }) as readonly string[]
      for (const line of past.slice(0, -1)) if (line.includes(text(v, 'match'))) show(sh, line)
    },
  },
  {
    name: 'conf',
    params: [required('cmd'), any('args')],
    run: (sh, v) => conf(sh, text(v, 'cmd'), words(v, 'args')),
  },
  help('help'),
  help('man'),
  leave('quit', false),
  leave('exit', false),
  leave('EOF', true),
]
