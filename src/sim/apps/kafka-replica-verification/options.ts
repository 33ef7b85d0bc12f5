// The options of kafka-replica-verification.sh (tools/ReplicaVerificationTool.scala at 2.3.0). Descriptions are our own words.
import { checkRequired, parseOptions, usage, UncaughtError, UsageError, type OptionSpec } from '../kafka-tools/index.ts'

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'broker-list', argument: 'hostname:port,...,hostname:port', about: 'REQUIRED: brokers to begin with.' },
  { name: 'fetch-size', argument: 'bytes', type: 'Integer', about: 'How much to fetch of a partition at once. (default: 1048576)' },
  { name: 'max-wait-ms', argument: 'ms', type: 'Integer', about: 'How long a fetch may wait. (default: 1000)' },
  { name: 'topic-white-list', argument: 'Java regex (String)', about: 'Topics to compare; all without it. (default: .*)' },
  {
    name: 'time',
    argument: 'timestamp/-1(latest)/-2(earliest)',
    type: 'Long',
    about: 'Where to begin: at the messages of that time. (default: -1)',
  },
  { name: 'report-interval-ms', argument: 'ms', type: 'Long', about: 'How often to report. (default: 30000)' },
]
export const usageTable = (): string => usage(SPECS)

export interface Command {
  readonly brokers: string
  readonly fetchSize: number
  readonly maxWaitMs: number
  /** Of whole names, as JavaScript reads it. */
  readonly topics: string
  readonly time: number
  readonly reportIntervalMs: number
}
/** Throws OptionError, UsageError, UncaughtError. */
export function readCommand(args: readonly string[]): Command | 'version' {
  const options = parseOptions(SPECS, args)
  if (args.length === 0 || options.has('help')) throw new UsageError('Validate that all replicas for a set of topics have the same data.')
  if (options.has('version')) return 'version'
  checkRequired(options, ['broker-list'])
  const regex = options.value('topic-white-list') ?? '.*'
  const cleaned = regex
    .trim()
    .replace(/,/g, '|')
    .replace(/ /g, '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '')
  const topics = `^(?:${cleaned})$`
  try {
    new RegExp(topics)
  } catch {
    throw new UncaughtError('java.lang.RuntimeException', `${cleaned} is an invalid regex.`)
  }
  const number = (name: string, usual: number): number => Number(options.value(name) ?? usual)
  const brokers = options.value('broker-list')!
  const command = {
    brokers,
    fetchSize: number('fetch-size', 1048576),
    maxWaitMs: number('max-wait-ms', 1000),
    topics,
    time: number('time', -1),
    reportIntervalMs: number('report-interval-ms', 30_000),
  }
  if (!brokers.split(',').every((part) => /^(?:[a-zA-Z]+:\/\/)?\[?[0-9a-zA-Z\-%._:]*\]?:[0-9]+$/.test(part)))
    throw new UsageError('Please provide valid host:port like host1:9091,host2:9092\n ')
  return command
}
