// How a tool's command line is refused.
import type { Options } from './joptsimple.ts'

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
