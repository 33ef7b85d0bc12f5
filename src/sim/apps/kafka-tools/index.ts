// What Kafka's tools share: their command lines and how they fail.
export { OptionError, parseOptions, usage, type Options, type OptionSpec } from './joptsimple.ts'
export { UncaughtError, UsageError } from './errors.ts'
