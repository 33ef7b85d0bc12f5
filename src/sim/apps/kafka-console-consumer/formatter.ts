// How the console consumer writes a record: the formatters of kafka.tools (tools/ConsoleConsumer.scala at 2.3.0). A description of one is plain data.
import type { ConsumerRecord } from '../../kafka/client/index.ts'
import { UncaughtError } from '../kafka-tools/index.ts'

export interface Formatter {
  readonly kind: 'default' | 'none' | 'checksum'
  readonly printTimestamp: boolean
  readonly printKey: boolean
  readonly printValue: boolean
  readonly keySeparator: string
  readonly lineSeparator: string
  readonly keyDeserializer: Deserializer | undefined
  readonly valueDeserializer: Deserializer | undefined
  /** Of the checksum formatter. */
  readonly prefix: string
}
type Deserializer = 'String' | 'Integer' | 'Long' | 'Short'
const SIZES: Readonly<Partial<Record<Deserializer, number>>> = { Integer: 4, Long: 8, Short: 2 }
const SERIALIZATION = 'org.apache.kafka.common.serialization.'
/** A formatter or deserializer that 2.3.0 has and that is not modelled. */
export class FormatterNotModelled extends Error {}
/** What a formatter throws, by class. */
export class FormatError extends Error {}

/** Reads `--formatter` and `--property`. Throws UncaughtError for a class that there is not, FormatterNotModelled for one that is not modelled. */
export function newFormatter(name: string | undefined, properties: Readonly<Record<string, string>>): Formatter {
  const flag = (key: string, usual: boolean): boolean =>
    properties[key] === undefined ? usual : properties[key].trim().toLowerCase() === 'true'
  return {
    kind: kindOf(name),
    printTimestamp: flag('print.timestamp', false),
    printKey: flag('print.key', false),
    printValue: flag('print.value', true),
    keySeparator: properties['key.separator'] ?? '\t',
    lineSeparator: properties['line.separator'] ?? '\n',
    keyDeserializer: deserializerOf(properties['key.deserializer']),
    valueDeserializer: deserializerOf(properties['value.deserializer']),
    prefix: properties['topic'] === undefined ? '' : `${properties['topic']}:`,
  }
}
function kindOf(name = 'kafka.tools.DefaultMessageFormatter'): Formatter['kind'] {
  switch (name) {
    case 'kafka.tools.DefaultMessageFormatter':
    // What it logs besides is below the level that tools show.
    // eslint-disable-next-line no-fallthrough
    case 'kafka.tools.LoggingMessageFormatter':
      return 'default'
    case 'kafka.tools.NoOpMessageFormatter':
      return 'none'
    case 'kafka.tools.ChecksumMessageFormatter':
      return 'checksum'
  }
  if (/^kafka\.coordinator\.(group|transaction)\./.test(name)) throw new FormatterNotModelled(`the formatter ${name} is not modelled yet`)
  throw new UncaughtError('java.lang.ClassNotFoundException', name)
}
function deserializerOf(name: string | undefined): Deserializer | undefined {
  if (name === undefined) return undefined
  const short = name.startsWith(SERIALIZATION) ? name.slice(SERIALIZATION.length).replace(/Deserializer$/, '') : ''
  if (short === 'String' || short in SIZES) return short as Deserializer
  if (/^(ByteArray|ByteBuffer|Bytes|Double|Float|UUID)$/.test(short))
    throw new FormatterNotModelled(`the deserializer ${name} is not modelled`)
  throw new UncaughtError('java.lang.ClassNotFoundException', name)
}

const decoder = new TextDecoder()
const NULL = new TextEncoder().encode('null')
function textOf(bytes: Uint8Array | null, deserializer: Deserializer | undefined): string {
  const data = bytes ?? NULL
  const size = deserializer === undefined ? undefined : SIZES[deserializer]
  if (size === undefined) return decoder.decode(data)
  if (data.length !== size) throw new FormatError(`Size of data received by ${deserializer}Deserializer is not ${size}`)
  let value = 0n
  for (const byte of data) value = (value << 8n) | BigInt(byte)
  return String(BigInt.asIntN(size * 8, value))
}
/** A record as it is written, its end of line included. Throws FormatError. */
export function format(f: Formatter, { timestamp, timestampType, key, value }: ConsumerRecord): string {
  if (f.kind === 'none') return ''
  // The tool hands records on without their checksums.
  if (f.kind === 'checksum') return `${f.prefix}checksum:0\n`
  let text = ''
  if (f.printTimestamp) text += `${timestampType}:${timestamp}${f.printKey || f.printValue ? f.keySeparator : f.lineSeparator}`
  if (f.printKey) text += textOf(key, f.keyDeserializer) + (f.printValue ? f.keySeparator : f.lineSeparator)
  if (f.printValue) text += textOf(value, f.valueDeserializer) + f.lineSeparator
  return text
}
