// The options of kafka-console-consumer.sh, and what they make of the consumer (tools/ConsoleConsumer.scala at 2.3.0). Descriptions are our own words.

import {
  checkRequired,
  keyValues,
  loadProperties,
  OptionError,
  parseOptions,
  usage,
  UsageError,
  type OptionSpec,
} from '../kafka-tools/index.ts'
import { newFormatter, type Formatter } from './formatter.ts'

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'topic', argument: 'topic', about: 'The topic to read.' },
  { name: 'whitelist', argument: 'whitelist', about: 'A regular expression: the topics to read.' },
  {
    name: 'partition',
    argument: 'partition',
    type: 'Integer',
    about: 'The partition to read; from its end on, unless --offset says otherwise.',
  },
  {
    name: 'offset',
    argument: 'consume offset',
    about: 'Where to begin: a number, earliest or latest. (default: latest)',
  },
  { name: 'consumer-property', argument: 'consumer_prop', about: 'key=value for the consumer.' },
  { name: 'consumer.config', argument: 'config file', about: 'A properties file for the consumer; --consumer-property goes before it.' },
  {
    name: 'formatter',
    argument: 'class',
    about: 'Class that writes the messages. (default: kafka.tools.DefaultMessageFormatter)',
  },
  {
    name: 'property',
    argument: 'prop',
    about:
      'key=value for the formatter: print.timestamp, print.key, print.value, key.separator, line.separator, key.deserializer, value.deserializer.',
  },
  { name: 'from-beginning', about: 'Begin with the earliest message when there is no committed offset.' },
  { name: 'max-messages', argument: 'num_messages', type: 'Integer', about: 'End after so many messages.' },
  { name: 'timeout-ms', argument: 'timeout_ms', type: 'Integer', about: 'End when no message comes for so long.' },
  { name: 'skip-message-on-error', about: 'Go on when a message cannot be written.' },
  { name: 'bootstrap-server', argument: 'server to connect to', about: 'REQUIRED: brokers to begin with.' },
  { name: 'key-deserializer', argument: 'deserializer for key', about: 'Class that reads keys.' },
  { name: 'value-deserializer', argument: 'deserializer for values', about: 'Class that reads values.' },
  { name: 'enable-systest-events', about: 'Also tell what the consumer does, for system tests.' },
  {
    name: 'isolation-level',
    argument: '',
    about: 'read_committed leaves out what transactions have not committed. (default: read_uncommitted)',
  },
  { name: 'group', argument: 'consumer group id', about: 'The group to read in.' },
]
export const usageTable = (): string => usage(SPECS)

export interface Command {
  readonly topic: string
  readonly partition: number
  readonly from: number | 'earliest' | 'latest'
  /** -1: no end. */
  readonly maxMessages: number
  /** Infinity: waits for ever. */
  readonly timeoutMs: number
  readonly skipOnError: boolean
  readonly systestEvents: boolean
  readonly formatter: Formatter
  readonly settings: Readonly<Record<string, string>>
}
/** What the tool was asked for is right, but not modelled. */
export class NotModelled extends Error {}
/** Told on standard error as it is. */
export class Refusal extends Error {}

interface Reader {
  read(path: string): string | undefined
}
/**
 * Reads the command line. Throws UsageError for what is told with the usage; OptionError, UncaughtError and ThreadFailure for what main() lets pass; Refusal and NotModelled
 * for a line of its own. `group` gives a number for the group that is made up.
 */
export function readCommand(args: readonly string[], files: Reader, group: () => number): Command | 'help' | 'version' {
  const options = parseOrRefuse(args)
  if (options.has('help') || args.length === 0) return 'help'
  if (options.has('version')) return 'version'
  const extra = keyValues(options.all('consumer-property'))
  const file = options.value('consumer.config')
  const fromFile: Record<string, string> = file === undefined ? {} : { ...loadProperties(files, file) }
  const partition = options.value('partition')
  const properties = keyValues(options.all('property'))
  const [maxMessages, timeout] = [options.value('max-messages') ?? '-1', options.value('timeout-ms') ?? '-1']
  const bootstrap = options.value('bootstrap-server')
  const [key, value] = [options.value('key-deserializer'), options.value('value-deserializer')]
  if (key) properties['key.deserializer'] = key
  if (value) properties['value.deserializer'] = value
  const formatter = newFormatter(options.value('formatter'), properties)
  if (['topic', 'whitelist'].filter((name) => options.has(name)).length !== 1)
    throw new UsageError('Exactly one of whitelist/topic is required.')
  const topic = options.value('topic')
  const fromBeginning = options.has('from-beginning')
  if (partition !== undefined) {
    if (topic === undefined) throw new UsageError('The topic is required when partition is specified.')
    if (fromBeginning && options.has('offset')) throw new UsageError('Options from-beginning and offset cannot be specified together.')
  } else if (options.has('offset')) throw new UsageError('The partition is required when offset is specified.')
  const from = options.has('offset') ? readOffset(options.value('offset')!) : fromBeginning ? 'earliest' : 'latest'
  checkRequired(options, ['bootstrap-server'])
  const groups = [...new Set([options.value('group'), fromFile['group.id'], extra['group.id']].filter((id) => id !== undefined))]
  if (groups.length > 1) {
    const ids = groups.map((id) => `'${id}'`).join(', ')
    const places = "(directly using '--group', via '--consumer-property', or via '--consumer.config')"
    throw new UsageError(`The group ids provided in different places ${places} do not match. Detected group ids: ${ids}`)
  }
  if (groups.length === 1 && partition !== undefined) throw new UsageError('Options group and partition cannot be specified together.')
  fromFile['group.id'] = groups[0] ?? `console-consumer-${group()}`
  if (groups.length === 0) fromFile['enable.auto.commit'] ??= 'false'
  const settings = settingsOf({ ...fromFile, ...extra }, fromBeginning, bootstrap!, options.value('isolation-level'))
  if (partition === undefined || topic === undefined)
    throw new NotModelled('consumer groups are not modelled yet: read one partition with --partition and --offset')
  return {
    topic,
    partition: Number(partition),
    from,
    maxMessages: Number(maxMessages),
    timeoutMs: Number(timeout) >= 0 ? Number(timeout) : Infinity,
    skipOnError: options.has('skip-message-on-error'),
    systestEvents: options.has('enable-systest-events'),
    formatter,
    settings,
  }
}
function parseOrRefuse(args: readonly string[]) {
  try {
    return parseOptions(SPECS, args)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    throw error
  }
}
function readOffset(text: string): number | 'earliest' | 'latest' {
  const offset = text.toLowerCase()
  if (offset === 'earliest' || offset === 'latest') return offset
  const number = /^[+-]?\d+$/.test(offset) ? BigInt(offset.replace('+', '')) : -1n
  if (number < 0n || number > 9223372036854775807n) {
    const valid = "Valid values are 'earliest', 'latest', or a non-negative long."
    throw new UsageError(`The provided offset value '${offset}' is incorrect. ${valid}`)
  }
  return Number(number)
}
function settingsOf(given: Readonly<Record<string, string>>, fromBeginning: boolean, servers: string, isolation: string | undefined) {
  const settings: Record<string, string> = { ...given }
  const reset = settings['auto.offset.reset']
  if (reset !== undefined && fromBeginning && reset !== 'earliest') {
    const both = `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}'`
    throw new Refusal(`${both}, please remove one option`)
  }
  settings['auto.offset.reset'] = reset ?? (fromBeginning ? 'earliest' : 'latest')
  settings['bootstrap.servers'] = servers
  if (isolation !== undefined || settings['isolation.level'] === undefined) settings['isolation.level'] = isolation ?? 'read_uncommitted'
  return settings
}
