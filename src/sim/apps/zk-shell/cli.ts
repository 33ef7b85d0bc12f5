// zk-shell's own command line (zk_shell/cli.py at rgs1/zk_shell 1.2.5).

import { toFloat } from './py/text.ts'

export interface Cli {
  readonly connectTimeoutMs: number
  /** '' for none. */
  readonly runOnce: string
  readonly runFromStdin: boolean
  readonly syncConnect: boolean
  readonly version: boolean
  readonly hosts: readonly string[]
}

/** What to do, or what to print and with which status to end. */
export type CliResult = { readonly cli: Cli } | { readonly text: string; readonly error: string; readonly code: number }

const USAGE = `usage: zk-shell [-h] [--connect-timeout CONNECT_TIMEOUT] [--run-once RUN_ONCE]
                [--run-from-stdin] [--sync-connect] [--readonly]
                [--tunnel TUNNEL] [--version]
                [hosts [hosts ...]]
`
const HELP = `${USAGE}
positional arguments:
  hosts                 servers to connect to

optional arguments:
  -h, --help            show this and leave
  --connect-timeout CONNECT_TIMEOUT
                        session timeout, and how long to wait, in seconds
  --run-once RUN_ONCE   run one command and leave
  --run-from-stdin      run the commands that come on standard input
  --sync-connect        wait for the session first
  --readonly            accept a server without a quorum
  --tunnel TUNNEL       go through this host
  --version             show the version and leave
`
const OPTIONS = ['--help', '--connect-timeout', '--run-once', '--run-from-stdin', '--sync-connect', '--readonly', '--tunnel', '--version']

/** Reads the arguments after the program's name, as argparse does: prefixes of options are enough where they are unique. */
export function parseCli(args: readonly string[]): CliResult {
  const fail = (why: string): CliResult => ({ text: '', error: `${USAGE}zk-shell: error: ${why}\n`, code: 2 })
  const flags = new Set<string>()
  const values: Record<string, string> = {}
  const hosts: string[] = []
  const extras: string[] = []
  let hostsDone = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (!word.startsWith('-') || word === '-' || word.includes(' ')) {
      // One run of words is taken as hosts; a later one is not.
      if (hostsDone) extras.push(word)
      else {
        while (i < args.length && (!args[i]!.startsWith('-') || args[i] === '-')) hosts.push(args[i++]!)
        i--
        hostsDone = true
      }
      continue
    }
    const [name, given] = word.includes('=') ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word, undefined]
    const found =
      name === '-h'
        ? ['--help']
        : OPTIONS.includes(name)
          ? [name]
          : name.startsWith('--')
            ? OPTIONS.filter((option) => option.startsWith(name))
            : []
    if (found.length > 1) return fail(`ambiguous option: ${name} could match ${found.join(', ')}`)
    const option = found[0]
    if (option === undefined) extras.push(word)
    else if (option === '--help') return { text: HELP, error: '', code: 0 }
    else if (option === '--connect-timeout' || option === '--run-once' || option === '--tunnel') {
      const next = args[i + 1]
      const value = given ?? (next !== undefined && (!next.startsWith('-') || next.includes(' ')) ? args[++i]! : undefined)
      if (value === undefined) return fail(`argument ${option}: expected one argument`)
      values[option] = value
    } else if (given !== undefined) return fail(`argument ${option}: ignored explicit argument '${given}'`)
    else flags.add(option)
  }
  const timeout = toFloat(values['--connect-timeout'] ?? '10')
  if (timeout === undefined) return fail(`argument --connect-timeout: invalid float value: '${values['--connect-timeout']}'`)
  if (extras.length > 0) return fail(`unrecognized arguments: ${extras.join(' ')}`)
  if (values['--tunnel'] !== undefined)
    return { text: '', error: 'zk-shell: --tunnel is not modelled: there is no ssh between these hosts\n', code: 1 }
  return {
    cli: {
      connectTimeoutMs: Math.max(1, Math.trunc(timeout * 1000)),
      runOnce: values['--run-once'] ?? '',
      runFromStdin: flags.has('--run-from-stdin'),
      syncConnect: flags.has('--sync-connect'),
      version: flags.has('--version'),
      hosts,
    },
  }
}
