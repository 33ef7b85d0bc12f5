// What Kafka's tools share: their command lines and how they fail.
export { checkAvailable, OptionError, optionsOf, parseOptions, usage, type Options, type OptionSpec } from './joptsimple.ts'
export { UncaughtError, UsageError } from './errors.ts'
