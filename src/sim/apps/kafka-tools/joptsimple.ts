// Command lines as jopt-simple 5.0.4 reads them for Kafka's tools: `--opt value`, `--opt=value`, one dash or two, no abbreviations; and its errors and usage table.
import { javaHash, javaMapOrder } from '../../kafka/protocol/index.ts'

export interface OptionSpec {
  readonly name: string
  /** What the argument is called in the usage; empty for one without a name, undefined for a flag. */
  readonly argument?: string
  readonly type?: 'String' | 'Integer' | 'Long'
  /** The option may stand without its argument. */
  readonly optional?: boolean
  /** One argument may hold several values. */
  readonly separator?: string
  /** In the usage table. */
  readonly about: string
}

/** What was given: values by option, in order. */
export interface Options {
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Every option in the order of the command line, as often as it stands there. */
  readonly order: readonly string[]
  has(name: string): boolean
  /** The one value; throws when there are several, or when it is none of its type. */
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

const unrecognized = (name: string): never => error('UnrecognizedOptionException', `${name} is not a recognized option`)

/** Which option a word names, and what stands behind its equals sign. */
function readWord(specs: readonly OptionSpec[], word: string): { readonly spec: OptionSpec; readonly attached: string | undefined } {
  const long = word.startsWith('--')
  const body = word.slice(long ? 2 : 1)
  const equals = body.indexOf('=')
  const name = equals < 0 ? body : body.slice(0, equals)
  const spec = specs.find((s) => s.name === name)
  // One dash before what is no option is a cluster of options of one letter: Kafka's tools have none.
  if (spec === undefined) return unrecognized(long ? name : body[0]!)
  return { spec, attached: equals < 0 ? undefined : body.slice(equals + 1) }
}

/** Reads arguments; throws OptionError. What is no option is ignored, as Kafka's tools do. Types are looked at when a value is asked for. */
export function parseOptions(specs: readonly OptionSpec[], args: readonly string[]): Options {
  const values: Record<string, string[]> = {}
  const order: string[] = []
  for (let i = 0; i < args.length && args[i] !== '--'; i++) {
    const word = args[i]!
    if (!word.startsWith('-') || word === '-') continue
    const { spec, attached } = readWord(specs, word)
    const { name, separator } = spec
    order.push(name)
    const list = (values[name] ??= [])
    if (spec.argument === undefined) continue
    if (spec.optional && attached === undefined && (args[i + 1] === undefined || args[i + 1]!.startsWith('-'))) continue
    // The next word is the value, whatever it looks like.
    const text = attached ?? args[++i] ?? error('OptionMissingRequiredArgumentException', `Option ${name} requires an argument`)
    const parts = separator === undefined ? [] : text.split(separator).filter((part) => part !== '')
    list.push(...(parts.length === 0 ? [text] : parts))
  }
  const given = (name: string): readonly string[] => {
    const list = Object.hasOwn(values, name) ? values[name]! : []
    const spec = specs.find((s) => s.name === name)
    return spec === undefined ? list : list.map((text) => checked(spec, text))
  }
  return {
    values,
    order,
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
const LIMITS = { Integer: 2147483647n, Long: 9223372036854775807n } as const
function checked(spec: OptionSpec, text: string): string {
  if (spec.type !== 'Integer' && spec.type !== 'Long') return text
  const limit = LIMITS[spec.type]
  const number = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : undefined
  if (number === undefined || number > limit || number < -limit - 1n)
    error('OptionArgumentConversionException', `Cannot parse argument '${text}' of option ${spec.name}`)
  return text
}

/** Options that exclude each other, and options that need another: throws as the parser does when they are not together as they should be. */
export function checkAvailable(
  options: Options,
  needs: Readonly<Record<string, string>>,
  excludes: readonly (readonly [string, string])[],
): void {
  if (options.has('help') || options.has('version')) return
  // The parser keeps them in hash maps by lists of one name.
  const byHash = (names: readonly string[]): string[] => javaMapOrder(names, (name) => (31 + javaHash(name)) | 0)
  const lacking = byHash(Object.keys(needs)).filter((name) => options.has(name) && !options.has(needs[name]!))
  const clashing = byHash(excludes.flat()).filter((name) =>
    excludes.some(([a, b]) => (name === a || name === b) && options.has(a) && options.has(b)),
  )
  const all = [...lacking, ...clashing]
  if (all.length > 0)
    error('UnavailableOptionException', `Option(s) [${all.join(', ')}] are unavailable given other options on the command line`)
}

const WIDTH = 80
const GAP = 2
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
      const argument = s.argument === undefined ? '' : ` <${s.type ?? 'String'}${s.argument === '' ? '' : `: ${s.argument}`}>`
      return [`--${s.name}${argument}`, s.about] as const
    })
  const left = Math.min(Math.max(...rows.map(([option]) => option.length), 6), Math.floor((WIDTH - GAP) / 2))
  const right = WIDTH - GAP - left
  const line = (a: string, b: string): string => `${a.padEnd(left + GAP)}${b}`.trimEnd()
  const table = rows.flatMap(([option, about]) => {
    const [a, b] = [wrap(option, left), wrap(about, right)]
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => line(a[i] ?? '', b[i] ?? ''))
  })
  return [line('Option', 'Description'), line('------', '-----------'), ...table].join('\n') + '\n'
}
