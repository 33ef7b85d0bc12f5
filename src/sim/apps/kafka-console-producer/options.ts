// The options of kafka-console-producer.sh, and the producer's settings that they make (tools/ConsoleProducer.scala at 2.3.0). Descriptions are our own words.
import {
  checkRequired,
  keyValues,
  loadProperties,
  OptionError,
  parseOptions,
  usage,
  UncaughtError,
  UsageError,
  type Options,
  type OptionSpec,
} from '../kafka-tools/index.ts'

const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'topic', argument: 'topic', about: 'REQUIRED: the topic to send to.' },
  { name: 'broker-list', argument: 'broker-list', about: 'REQUIRED: brokers to begin with, as host:port,host:port.' },
  { name: 'sync', about: 'Wait for each message before the next is sent.' },
  {
    name: 'compression-codec',
    argument: 'compression-codec',
    optional: true,
    about: 'none, gzip, snappy, lz4 or zstd; gzip when it stands alone.',
  },
  { name: 'batch-size', argument: 'size', type: 'Integer', about: 'Has no effect: see --max-partition-memory-bytes. (default: 200)' },
  {
    name: 'message-send-max-retries',
    argument: '',
    type: 'Integer',
    about: 'How often a message is sent again before it is given up. (default: 3)',
  },
  { name: 'retry-backoff-ms', argument: '', type: 'Integer', about: 'How long to wait before sending again. (default: 100)' },
  {
    name: 'timeout',
    argument: 'timeout_ms',
    type: 'Integer',
    about: 'How long a message may wait for others to share its batch. (default: 1000)',
  },
  { name: 'request-required-acks', argument: 'request required acks', about: 'Who has to acknowledge a message. (default: 1)' },
  {
    name: 'request-timeout-ms',
    argument: 'request timeout ms',
    type: 'Integer',
    about: 'How long to wait for an acknowledgement. (default: 1500)',
  },
  {
    name: 'metadata-expiry-ms',
    argument: 'metadata expiration interval',
    type: 'Long',
    about: 'After how long the metadata is asked for again. (default: 300000)',
  },
  {
    name: 'max-block-ms',
    argument: 'max block on send',
    type: 'Long',
    about: 'How long sending may wait for metadata or memory. (default: 60000)',
  },
  {
    name: 'max-memory-bytes',
    argument: 'total memory in bytes',
    type: 'Long',
    about: 'Memory for messages that wait. (default: 33554432)',
  },
  {
    name: 'max-partition-memory-bytes',
    argument: 'memory in bytes per partition',
    type: 'Long',
    about: 'Size of a batch. (default: 16384)',
  },
  {
    name: 'line-reader',
    argument: 'reader_class',
    about: 'Class that reads lines. (default: kafka.tools.ConsoleProducer$LineMessageReader)',
  },
  { name: 'socket-buffer-size', argument: 'size', type: 'Integer', about: 'Size of the socket buffer. (default: 102400)' },
  { name: 'property', argument: 'prop', about: 'key=value for the reader: parse.key, key.separator, ignore.error.' },
  { name: 'producer-property', argument: 'producer_prop', about: 'key=value for the producer.' },
  { name: 'producer.config', argument: 'config file', about: 'A properties file for the producer; --producer-property goes before it.' },
]
export const usageTable = (): string => usage(SPECS)
/** What stands for which setting, and what it is when neither the option nor a file says it. */
const MERGED: readonly (readonly [setting: string, option: string, usual: string])[] = [
  ['linger.ms', 'timeout', '1000'],
  ['acks', 'request-required-acks', '1'],
  ['request.timeout.ms', 'request-timeout-ms', '1500'],
  ['retries', 'message-send-max-retries', '3'],
  ['retry.backoff.ms', 'retry-backoff-ms', '100'],
  ['send.buffer.bytes', 'socket-buffer-size', '102400'],
  ['buffer.memory', 'max-memory-bytes', '33554432'],
  ['batch.size', 'max-partition-memory-bytes', '16384'],
  ['metadata.max.age.ms', 'metadata-expiry-ms', '300000'],
  ['max.block.ms', 'max-block-ms', '60000'],
]
const READER = 'kafka.tools.ConsoleProducer$LineMessageReader'

export interface Command {
  readonly topic: string
  readonly sync: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly parseKey: boolean
  readonly keySeparator: string
  readonly ignoreError: boolean
}

/** Reads the command line. Throws UsageError for what is told with the usage, UncaughtError for what main() prints as a trace. */
export function readCommand(args: readonly string[], files: { read(path: string): string | undefined }): Command | 'help' | 'version' {
  const options = parse(args)
  if (options.has('help') || args.length === 0) return 'help'
  if (options.has('version')) return 'version'
  checkRequired(options, ['topic', 'broker-list'])
  const brokers = options.value('broker-list')!
  const parts = brokers.split(',')
  if (!parts.every((part) => /^(?:[a-zA-Z]+:\/\/)?\[?[0-9a-zA-Z\-%._:]*\]?:[0-9]+$/.test(part)))
    throw new UsageError('Please provide valid host:port like host1:9091,host2:9092\n ')
  const reader = options.value('line-reader') ?? READER
  if (reader !== READER) throw new UncaughtError('java.lang.ClassNotFoundException', reader)
  const properties = keyValues(options.all('property'))
  const flag = (name: string): boolean => properties[name]?.trim().toLowerCase() === 'true'
  const codec = options.has('compression-codec') ? options.value('compression-codec') || 'gzip' : 'none'
  const file = options.value('producer.config')
  const settings: Record<string, string> = {
    ...(file === undefined ? {} : loadProperties(files, file)),
    ...keyValues(options.all('producer-property')),
  }
  Object.assign(settings, { 'bootstrap.servers': brokers, 'compression.type': codec, 'client.id': 'console-producer' })
  for (const [setting, option, usual] of MERGED) {
    if (options.has(option) || settings[setting] === undefined) settings[setting] = options.value(option) ?? usual
  }
  return {
    topic: options.value('topic')!,
    sync: options.has('sync'),
    settings,
    parseKey: flag('parse.key'),
    keySeparator: properties['key.separator'] ?? '\t',
    ignoreError: flag('ignore.error'),
  }
}
function parse(args: readonly string[]): Options {
  try {
    return parseOptions(SPECS, args)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    throw error
  }
}
