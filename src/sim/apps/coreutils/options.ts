// GNU option parsing: short letters, bundles, long names with unambiguous prefixes, operands in between; and GNU's words for what is wrong.

export interface OptionSpec {
  /** Letters; a colon after one: it takes a value. */
  readonly short: string
  /** Long name -> letter (or a name of its own), with a colon after the name when it takes a value. */
  readonly long?: Readonly<Record<string, string>>
  /** GNU's letters and long names that are not modelled. */
  readonly unmodelled?: string
  readonly unmodelledLong?: readonly string[]
  /** `-5` stands for this letter with the value 5. */
  readonly number?: string
  /** Options end at the first operand (a command with options of its own follows). */
  readonly stopAtOperand?: boolean
  /** Exit status of a usage error. Default 1. */
  readonly status?: number
}

export interface Options {
  /** Letter or name -> values in order; flags have empty ones. */
  readonly set: Readonly<Record<string, readonly string[]>>
  readonly operands: readonly string[]
}
export interface UsageError {
  readonly message: string
  readonly code: number
}

export const has = (o: Options, key: string): boolean => o.set[key] !== undefined
/** The last value given. */
export const value = (o: Options, key: string): string | undefined => o.set[key]?.[o.set[key]!.length - 1]

export function parseOptions(name: string, args: readonly string[], spec: OptionSpec): Options | UsageError {
  const set: Record<string, string[]> = {}
  const operands: string[] = []
  const code = spec.status ?? 1
  const wrong = (text: string): UsageError => ({ message: `${name}: ${text}\nTry '${name} --help' for more information.\n`, code })
  const missing = (what: string): UsageError => ({ message: `${name}: option ${what} is not modelled here\n`, code })
  const add = (key: string, v: string) => (set[key] ??= []).push(v)
  const takes = (letter: string): boolean | undefined => {
    const at = spec.short.indexOf(letter)
    return letter === ':' || at < 0 ? undefined : spec.short[at + 1] === ':'
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      operands.push(...args.slice(i + 1))
      break
    }
    if (arg === '-' || !arg.startsWith('-')) {
      operands.push(arg)
      if (spec.stopAtOperand) {
        operands.push(...args.slice(i + 1))
        break
      }
    } else if (arg.startsWith('--')) {
      const eq = arg.indexOf('=')
      const given = eq < 0 ? arg.slice(2) : arg.slice(2, eq)
      const names = Object.keys(spec.long ?? {})
      const exact = names.filter((n) => n.replace(':', '') === given)
      const found = exact.length > 0 ? exact : names.filter((n) => n.startsWith(given))
      if (given === 'help') add('help', '')
      else if (given === 'version') add('version', '')
      else if (found.length === 0) {
        if (spec.unmodelledLong?.some((n) => n === given)) return missing(`--${given}`)
        return wrong(`unrecognized option '${arg}'`)
      } else if (found.length > 1) {
        return wrong(`option '--${given}' is ambiguous; possibilities: ${found.map((n) => `'--${n.replace(':', '')}'`).join(' ')}`)
      } else {
        const full = found[0]!
        const key = spec.long![full]!
        if (!full.endsWith(':')) {
          if (eq >= 0) return wrong(`option '--${full}' doesn't allow an argument`)
          add(key, '')
        } else if (eq >= 0) add(key, arg.slice(eq + 1))
        else if (i + 1 < args.length) add(key, args[++i]!)
        else return wrong(`option '--${full.replace(':', '')}' requires an argument`)
      }
    } else if (spec.number !== undefined && /^-\d+$/.test(arg)) add(spec.number, arg.slice(1))
    else {
      for (let j = 1; j < arg.length; j++) {
        const letter = arg[j]!
        const takesValue = takes(letter)
        if (takesValue === undefined) {
          if (spec.unmodelled?.includes(letter)) return missing(`-${letter}`)
          return wrong(`invalid option -- '${letter}'`)
        }
        if (!takesValue) {
          add(letter, '')
          continue
        }
        if (j + 1 < arg.length) add(letter, arg.slice(j + 1))
        else if (i + 1 < args.length) add(letter, args[++i]!)
        else return wrong(`option requires an argument -- '${letter}'`)
        break
      }
    }
  }
  return { set, operands }
}

export const isUsage = (o: Options | UsageError): o is UsageError => 'message' in o
