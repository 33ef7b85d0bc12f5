// docker-compose's way with a command's options: docopt, as far as its commands use it.

/** A verb's options: flag -> does it take a value; aliases point to the short name. */
export interface VerbSpec {
  readonly usage: string
  readonly about: string
  /** Flags without a value, by their canonical name. */
  readonly flags: readonly string[]
  /** Flags with a value. */
  readonly values: readonly string[]
  /** Long name -> canonical name. */
  readonly alias: Readonly<Record<string, string>>
  /** Options that the real one has and we do not. */
  readonly unmodelled: readonly string[]
  /** Everything after the first word belongs to the command run. */
  readonly stops: boolean
}
export interface Parsed {
  readonly words: readonly string[]
  readonly flags: Readonly<Record<string, string>>
}
/** Not understood: what to say before the usage; or a request for help. */
export interface Refused {
  readonly usage: string
  readonly help: boolean
}

const AGAIN = '\0'
/** All values of an option that may be repeated. */
export const valuesOf = (parsed: Parsed, flag: string): readonly string[] => parsed.flags[flag]?.split(AGAIN) ?? []
/** An option's value; the last one. */
export const valueOf = (parsed: Parsed, flag: string): string | undefined => valuesOf(parsed, flag).at(-1)

export function parseArguments(args: readonly string[], spec: VerbSpec): Parsed | Refused {
  const words: string[] = []
  const flags: Record<string, string> = {}
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (spec.stops && words.length > 0) {
      words.push(...args.slice(i))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg)
      continue
    }
    if (arg === '--help' || arg === '-h') return { usage: '', help: true }
    const [head, inline] =
      arg.startsWith('--') && arg.includes('=') ? [arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] : [arg, undefined]
    const name = spec.alias[head] ?? head
    if (spec.unmodelled.includes(name)) return { usage: `docker-compose: the option ${head} is not modelled here`, help: false }
    if (spec.flags.includes(name)) flags[name] = ''
    else if (spec.values.includes(name)) {
      const value = inline ?? args[++i]
      if (value === undefined) return { usage: `${head} requires argument`, help: false }
      // Given again: all values are kept, the last counts where one is meant.
      flags[name] = flags[name] === undefined ? value : flags[name] + AGAIN + value
    } else if (/^-[a-z]\S+$/i.test(head) && spec.values.includes(head.slice(0, 2))) flags[head.slice(0, 2)] = head.slice(2)
    else return { usage: '', help: false }
  }
  return { words, flags }
}
