// Command lines as argparse4j reads them for the tools written in Java: `--opt value`, `--opt=value`; its errors and its usage.

export interface Argument {
  readonly name: string
  /** In the usage; undefined for a flag. */
  readonly metavar?: string
  readonly required?: boolean
  readonly type?: 'Integer' | 'Long'
  readonly choices?: readonly string[]
  /** Takes all the words that follow, up to the next option. */
  readonly many?: boolean
  /** One of the arguments that bear this must be there, and only one may. */
  readonly group?: string
  readonly initially?: string
  /** In the help, in our own words. */
  readonly about: string
}
export interface Parser {
  readonly program: string
  readonly about: string
  readonly arguments: readonly Argument[]
}
/** A wrong command line: `message` is told below the usage. */
export class ArgumentError extends Error {}
export interface Arguments {
  value(name: string): string | undefined
  all(name: string): readonly string[]
  has(name: string): boolean
}

const LIMITS = { Integer: 2147483647n, Long: 9223372036854775807n } as const
const refuse = (message: string): never => {
  throw new ArgumentError(message)
}
function check({ name, type, choices }: Argument, text: string): void {
  if (type !== undefined) {
    const number = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined
    const bits = type === 'Integer' ? 32 : 64
    if (number === undefined || number > LIMITS[type] || number < -LIMITS[type] - 1n)
      refuse(`argument ${name}: could not convert '${text}' to ${type} (${bits} bit)`)
  }
  if (choices !== undefined && !choices.includes(text))
    refuse(`argument ${name}: invalid choice: '${text}' (choose from {${choices.join(',')}})`)
}

/** Reads a command line; 'help' when that is asked for. Throws ArgumentError. */
export function parseArguments(parser: Parser, args: readonly string[]): Arguments | 'help' {
  const values: Record<string, string[]> = {}
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!
    if (word === '-h' || word === '--help') return 'help'
    const equals = word.indexOf('=')
    const name = equals < 0 ? word : word.slice(0, equals)
    const argument = parser.arguments.find((a) => a.name === name)
    if (argument === undefined) return refuse(`unrecognized arguments: '${word}'`)
    if (argument.metavar === undefined) {
      values[name] = ['true']
      continue
    }
    const isValue = (text: string | undefined): text is string => text !== undefined && (!text.startsWith('-') || /^-\d+$/.test(text))
    const list = equals < 0 ? [] : [word.slice(equals + 1)]
    if (equals < 0) while ((argument.many || list.length === 0) && isValue(args[i + 1])) list.push(args[++i]!)
    if (list.length === 0) refuse(`argument ${name}: expected ${argument.many ? 'at least one argument' : 'one argument'}`)
    for (const text of list) check(argument, text)
    if (argument.group !== undefined) {
      const other = parser.arguments.find((a) => a.group === argument.group && a.name !== name && values[a.name] !== undefined)
      if (other !== undefined) refuse(`argument ${name}: not allowed with argument ${other.name}`)
    }
    values[name] = list
  }
  for (const { name, required } of parser.arguments) if (required && values[name] === undefined) refuse(`argument ${name} is required`)
  for (const group of new Set(parser.arguments.flatMap((a) => a.group ?? []))) {
    const members = parser.arguments.filter((a) => a.group === group)
    if (members.every((a) => values[a.name] === undefined))
      refuse(`one of the arguments ${members.map((a) => a.name).join(' ')} is required`)
  }
  const initially = (name: string): readonly string[] => {
    const text = parser.arguments.find((a) => a.name === name)?.initially
    return text === undefined ? [] : [text]
  }
  return {
    has: (name) => values[name] !== undefined,
    value: (name) => (values[name] ?? initially(name))[0],
    all: (name) => values[name] ?? initially(name),
  }
}

const parsed = new WeakMap<readonly string[], Arguments>()
/** The arguments of a program that runs, known to be right: its `argv` is looked through once, not for every record. */
export function argumentsOnce(parser: Parser, argv: readonly string[]): Arguments {
  let known = parsed.get(argv)
  if (known === undefined) parsed.set(argv, (known = parseArguments(parser, argv.slice(1)) as Arguments))
  return known
}

const WIDTH = 75
const takes = (a: Argument): string => (a.metavar === undefined ? a.name : `${a.name} ${a.metavar}${a.many ? ` [${a.metavar} ...]` : ''}`)
/** The usage, wrapped as the real one wraps it. */
export function usageText({ program, arguments: all }: Parser): string {
  const groups = new Set<string>()
  const parts = ['[-h]']
  for (const a of all) {
    if (a.group === undefined) parts.push(a.required ? takes(a) : `[${takes(a)}]`)
    else if (!groups.has(a.group)) {
      groups.add(a.group)
      const members = all.filter((b) => b.group === a.group)
      parts.push(`(${members.map(takes).join(' | ')})`)
    }
  }
  const head = `usage: ${program} `
  const lines = ['']
  for (const part of parts) {
    const line = lines.at(-1)!
    if (line !== '' && head.length + line.length + 1 + part.length > WIDTH) lines.push(part)
    else lines[lines.length - 1] = line === '' ? part : `${line} ${part}`
  }
  return head + lines.join(`\n${' '.repeat(head.length)}`) + '\n'
}
/** What -h prints. */
export function helpText(parser: Parser): string {
  const rows = [
    { name: '-h, --help', about: 'show this help message and exit' },
    ...parser.arguments.map((a) => ({ name: takes(a), about: a.about })),
  ]
  const table = rows.map(({ name, about }) => (name.length > 20 ? `  ${name}\n${' '.repeat(25)}${about}` : `  ${name.padEnd(22)} ${about}`))
  return `${usageText(parser)}\n${parser.about}\n\nnamed arguments:\n${table.join('\n')}\n`
}
export const errorText = (parser: Parser, message: string): string => `${usageText(parser)}${parser.program}: error: ${message}\n`
