// Command lines as jopt-simple 5.0.4 reads them for Kafka's tools: `--opt value`, `--opt=value`, one dash or two, no abbreviations; and its errors and usage table.

export interface OptionSpec {
  readonly name: string
  /** What the argument is called in the usage; undefined for a flag. */
  readonly argument?: string
  readonly type?: 'String' | 'Integer'
  /** In the usage table. */
  readonly about: string
}

/** What was given: values by option, in order. */
export interface Options {
  readonly values: Readonly<Record<string, readonly string[]>>
  has(name: string): boolean
  /** The one value; throws when there are several. */
  value(name: string): string | undefined
  all(name: string): readonly string[]
}

/** An exception of jopt-simple, by its class. */
export class OptionError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message)
  }
}
const error = (type: string, message: string): never => {
  throw new OptionError(`joptsimple.${type}`, message)
}

/** Reads arguments; throws OptionError. What is no option is ignored, as Kafka's tools do. */
export function parseOptions(specs: readonly OptionSpec[], args: readonly string[]): Options {
  const values: Record<string, string[]> = {}
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') break
    if (!arg.startsWith('-') || arg === '-') continue
    const body = arg.slice(arg.startsWith('--') ? 2 : 1)
    const equals = body.indexOf('=')
    const name = equals < 0 ? body : body.slice(0, equals)
    const spec = specs.find((s) => s.name === name)
    if (spec === undefined) return error('UnrecognizedOptionException', `${name} is not a recognized option`)
    const list = (values[name] ??= [])
    if (spec.argument === undefined) {
      if (equals >= 0 && body.slice(equals + 1) !== '') error('UnrecognizedOptionException', `${name} is not a recognized option`)
      continue
    }
    const next = args[i + 1]
    const looksLikeOption =
      next !== undefined && next.startsWith('-') && specs.some((s) => s.name === next.replace(/^--?/, '').split('=')[0])
    if (equals >= 0 && equals < body.length - 1) list.push(checked(spec, body.slice(equals + 1)))
    else if (next !== undefined && !looksLikeOption) {
      list.push(checked(spec, next))
      i++
    } else error('OptionMissingRequiredArgumentException', `Option ${name} requires an argument`)
  }
  const given = (name: string): readonly string[] => (Object.hasOwn(values, name) ? values[name]! : [])
  return {
    values,
    has: (name) => Object.hasOwn(values, name),
    value: (name) => {
      const all = given(name)
      if (all.length > 1)
        error('MultipleArgumentsForOptionException', `Found multiple arguments for option ${name}, but you asked for only one`)
      return all[0]
    },
    all: given,
  }
}
function checked(spec: OptionSpec, text: string): string {
  const inRange = /^[+-]?\d{1,10}$/.test(text) && Number(text) >= -2147483648 && Number(text) <= 2147483647
  if (spec.type === 'Integer' && !inRange)
    error('OptionArgumentConversionException', `Cannot parse argument '${text}' of option ${spec.name}`)
  return text
}

const WIDTH = 80
/** Breaks a text at spaces into lines of at most `width`; its own line breaks stay. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) {
        lines.push(line)
        line = `  ${word}`
      } else line = line === '' ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines
}

/** The usage table: options sorted, two columns within 80. */
export function usage(specs: readonly OptionSpec[]): string {
  const rows = specs
    .slice()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((s) => {
      const argument = s.argument === undefined ? '' : s.type === 'Integer' ? ` <Integer: ${s.argument}>` : ` <String: ${s.argument}>`
      return [`--${s.name}${argument}`, s.about] as const
    })
  const left = Math.min(Math.max(...rows.map(([option]) => option.length), 6), Math.floor((WIDTH - 1) / 2))
  const right = WIDTH - 1 - left
  const line = (a: string, b: string): string => `${a.padEnd(left)} ${b.padEnd(right)}`.trimEnd()
  const table = rows.flatMap(([option, about]) => {
    const [a, b] = [wrap(option, left), wrap(about, right)]
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => line(a[i] ?? '', b[i] ?? ''))
  })
  return [line('Option', 'Description'), line('------', '-----------'), ...table].join('\n') + '\n'
}
