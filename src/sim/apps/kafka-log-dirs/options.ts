// The options of kafka-log-dirs.sh (admin/LogDirsCommand.scala at 2.3.0). Descriptions are our own words.
import { checkRequired, parseOptions, usage, type Options, type OptionSpec } from '../kafka-tools/index.ts'

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'bootstrap-server', argument: 'The server(s) to use for bootstrapping', about: 'REQUIRED: brokers to begin with.' },
  { name: 'command-config', argument: 'Admin client property file', about: 'A properties file for the admin client.' },
  { name: 'describe', about: 'REQUIRED: describe the log directories of the brokers.' },
  { name: 'topic-list', argument: 'Topic list', about: 'Topics to tell of, as topic1,topic2; all without it.' },
  { name: 'broker-list', argument: 'Broker list', about: 'Ids of brokers to ask, as 1,2; all without it.' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool helps to query log directory usage on the specified brokers.'

/** Reads and checks the command line; throws OptionError or UsageError. With --help or --version nothing is checked. */
export function parseCommand(args: readonly string[]): Options {
  const options = parseOptions(SPECS, args)
  if (args.length === 0 || options.has('help') || options.has('version')) return options
  checkRequired(options, ['bootstrap-server', 'describe'])
  return options
}
