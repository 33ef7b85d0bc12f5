// The options of kafka-dump-log.sh (tools/DumpLogSegments.scala at 2.3.0). Descriptions are our own words.
import { checkRequired, parseOptions, UncaughtError, usage, type OptionSpec } from '../kafka-tools/index.ts'

const DECODER = 'kafka.serializer.StringDecoder'
const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'print-data-log', about: 'Print what is in the records of logs. Implied by every decoder.' },
  { name: 'verify-index-only', about: 'Only check index entries against the log.' },
  { name: 'index-sanity-check', about: 'Only do the check of indexes that a broker does at its start.' },
  { name: 'files', argument: 'file1, file2, ...', about: 'REQUIRED. Logs, indexes and snapshots to dump, between commas.' },
  { name: 'max-message-size', argument: 'size', type: 'Integer', about: 'Size of the largest batch. (default: 5242880)' },
  { name: 'deep-iteration', about: 'Look into batches, not at their headers alone. Implied by --print-data-log.' },
  { name: 'value-decoder-class', argument: '', about: `A kafka.serializer.Decoder for values. (default: ${DECODER})` },
  { name: 'key-decoder-class', argument: '', about: `A kafka.serializer.Decoder for keys. (default: ${DECODER})` },
  { name: 'offsets-decoder', about: 'Records are those of __consumer_offsets.' },
  { name: 'transaction-log-decoder', about: 'Records are those of __transaction_state.' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool shows what is in the files of a log, for instance when a segment seems to be damaged.'

export interface DumpOptions {
  readonly help: boolean
  readonly version: boolean
  readonly files: readonly string[]
  readonly printsData: boolean
  readonly deep: boolean
  readonly verifyOnly: boolean
  readonly sanityOnly: boolean
  readonly maxMessageSize: number
  readonly decoder: 'offsets' | 'transactions' | { readonly key: string; readonly value: string }
}

/** Reads the command line; throws OptionError, UsageError or UncaughtError. */
export function parseCommand(args: readonly string[]): DumpOptions {
  // The decoders' arguments may be left out.
  const words = args.flatMap((word, i) =>
    /^--?(key|value)-decoder-class$/.test(word) && (args[i + 1] ?? '-').startsWith('-') ? [word, DECODER] : [word],
  )
  const options = parseOptions(SPECS, words)
  const [help, version] = [args.length === 0 || options.has('help'), options.has('version')]
  if (!help && !version) checkRequired(options, ['files'])
  const decoders = ['offsets-decoder', 'transaction-log-decoder', 'value-decoder-class', 'key-decoder-class']
  const printsData = options.has('print-data-log') || decoders.some((name) => options.has(name))
  const decoderClass = (name: string): string => {
    const known = options.value(name) ?? DECODER
    if (!/^kafka\.serializer\.(String|Long|Integer)Decoder$/.test(known)) throw new UncaughtError('java.lang.ClassNotFoundException', known)
    return known
  }
  return {
    help,
    version,
    files: (options.value('files') ?? '').split(',').filter((name, i, all) => name !== '' || i < all.length - 1),
    printsData,
    deep: printsData || options.has('deep-iteration'),
    verifyOnly: options.has('verify-index-only'),
    sanityOnly: options.has('index-sanity-check'),
    maxMessageSize: Number(options.value('max-message-size') ?? 5242880),
    decoder: options.has('offsets-decoder')
      ? 'offsets'
      : options.has('transaction-log-decoder')
        ? 'transactions'
        : { key: decoderClass('key-decoder-class'), value: decoderClass('value-decoder-class') },
  }
}
