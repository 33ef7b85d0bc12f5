// How a tool's command line is refused.
import { fail } from '../../kafka/client/index.ts'
import { OptionError, type Options } from './joptsimple.ts'

/** A wrong use: told with the table of options on standard error. */
export class UsageError extends Error {}
/** What main() lets pass: a trace on standard error. */
export class UncaughtError extends Error {
  constructor(
    /** Class of the exception. */
    readonly type: string,
    message: string,
  ) {
    super(message)
  }
}

/** Options that must be there: throws UsageError (utils/CommandLineUtils.scala). */
export function checkRequired(options: Options, names: readonly string[]): void {
  for (const name of names) if (!options.has(name)) throw new UsageError(`Missing required argument "[${name}]"`)
}
/** Options that do not go with another: throws UsageError. */
export function checkInvalid(options: Options, used: string, names: readonly string[]): void {
  if (!options.has(used)) return
  for (const name of names) if (options.has(name)) throw new UsageError(`Option "[${used}]" can't be used with option "[${name}]"`)
}

/** Options read while a thread runs: what reading them throws fails the thread. */
export function optionsInThread(read: () => Options): Options {
  const orFail = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      if (error instanceof OptionError || error instanceof UncaughtError) return fail(error.type, error.message)
      throw error
    }
  }
  const options = orFail(read)
  return { ...options, value: (name) => orFail(() => options.value(name)), all: (name) => orFail(() => options.all(name)) }
}
