// How a tool's command line is refused.

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
