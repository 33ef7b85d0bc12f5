// kafka-producer-perf-test.sh: sends many records and says how fast (tools/ProducerPerformance.java at 2.3.0).
import { plus } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import { closeProducer, fail, flushProducer, proc, sendRecord, startThread, type Failure, type Proc } from '../../kafka/client/index.ts'
import {
  ArgumentError,
  argumentsOnce,
  endProducerTool,
  errorText,
  helpText,
  loadProperties,
  newThrottler,
  openProducer,
  parseArguments,
  pause,
  printToolFailure,
  producerToolKind,
  RECORD_AFTER_RECORD,
  type Arguments,
  type Parser,
  type ProducerToolState,
  type Throttler,
} from '../kafka-tools/index.ts'
import { drawLetters, nextInt, newRandom, type JavaRandom } from './random.ts'
import { newStats, record, totalText, windowText, type Stats } from './stats.ts'

const PARSER: Parser = {
  program: 'producer-performance',
  about: 'This tool measures how fast a producer is.',
  arguments: [
    { name: '--topic', metavar: 'TOPIC', required: true, about: 'The topic to send to.' },
    { name: '--num-records', metavar: 'NUM-RECORDS', required: true, type: 'Long', about: 'How many records to send.' },
    {
      name: '--payload-delimiter',
      metavar: 'PAYLOAD-DELIMITER',
      initially: '\\n',
      about: 'What stands between the payloads of a --payload-file.',
    },
    { name: '--throughput', metavar: 'THROUGHPUT', required: true, type: 'Integer', about: 'Records a second, about; -1: no limit.' },
    {
      name: '--producer-props',
      metavar: 'PROP-NAME=PROP-VALUE',
      many: true,
      about: 'Settings of the producer; they go before those of --producer.config.',
    },
    { name: '--producer.config', metavar: 'CONFIG-FILE', about: 'A properties file for the producer.' },
    { name: '--print-metrics', about: 'Print the metrics at the end.' },
    {
      name: '--transactional-id',
      metavar: 'TRANSACTIONAL-ID',
      initially: 'performance-producer-default-transactional-id',
      about: 'Of transactions, when there are any.',
    },
    {
      name: '--transaction-duration-ms',
      metavar: 'TRANSACTION-DURATION',
      type: 'Long',
      initially: '0',
      about: 'How long a transaction lasts; 0: none.',
    },
    { name: '--record-size', metavar: 'RECORD-SIZE', type: 'Integer', group: 'payload', about: 'Size of a record in bytes.' },
    { name: '--payload-file', metavar: 'PAYLOAD-FILE', group: 'payload', about: 'A file to take the payloads from.' },
  ],
}
interface Own {
  stats: Stats | null
}
type State = ProducerToolState<Own>
interface Callback {
  readonly i: number
  readonly startMs: number
  readonly bytes: number
}
/** Records sent at one go: sending takes time, but not an event for each record. */
const RECORDS_AT_ONCE = 16

function begin(ctx: Context, env: State): void {
  const words = ctx.argv.slice(1)
  env.done = true
  try {
    const args = words.length === 0 ? 'help' : parseArguments(PARSER, words)
    if (args === 'help') {
      ctx.print(helpText(PARSER))
      ctx.exit(0)
      return
    }
    if (!args.has('--producer-props') && !args.has('--producer.config'))
      throw new ArgumentError('Either --producer-props or --producer.config must be specified.')
    const lacking = args.has('--print-metrics')
      ? '--print-metrics'
      : args.value('--transaction-duration-ms') !== '0'
        ? '--transaction-duration-ms'
        : ''
    if (lacking !== '') {
      ctx.printError(`kafka-producer-perf-test.sh: ${lacking} is not modelled yet\n`)
      ctx.exit(1)
      return
    }
    env.done = false
    startThread(env, 'main', main, {})
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    ctx.printError(errorText(PARSER, error.message))
    ctx.exit(1)
  }
}
const argumentsOf = (ctx: Context): Arguments => argumentsOnce(PARSER, ctx.argv)

function settings(ctx: Context): Record<string, string> {
  const args = argumentsOf(ctx)
  const file = args.value('--producer.config')
  const out: Record<string, string> = { ...(file === undefined ? {} : loadProperties(ctx.files, file)) }
  for (const property of args.all('--producer-props')) {
    const pieces = property.split('=')
    if (pieces.length !== 2) fail('java.lang.IllegalArgumentException', `Invalid property: ${property}`)
    out[pieces[0]!] = pieces[1]!
  }
  return out
}

/** What the records hold: one text, or one drawn of several. */
function payloads(ctx: Context, random: JavaRandom): string[] {
  const args = argumentsOf(ctx)
  const path = args.value('--payload-file')
  if (path === undefined) return [drawLetters(random, Number(args.value('--record-size')))]
  ctx.print(`Reading payloads from: ${ctx.files.resolve(path)}\n`)
  const text = ctx.files.read(path) ?? ''
  if (text === '') fail('java.lang.IllegalArgumentException', 'File does not exist or empty file provided.')
  const delimiter = args.value('--payload-delimiter')!
  const parts = text.split(delimiter === '\\n' ? '\n' : delimiter)
  while (parts.length > 1 && parts.at(-1) === '') parts.pop()
  ctx.print(`Number of messages read: ${parts.length}\n`)
  return parts
}

const main: Proc<object, void> = proc<State, object, void>(
  'kafka-producer-perf-test.main',
  [
    (t) => t.sleep('kafka.tool.client'),
    (t) => {
      const random = newRandom(0)
      const texts = argumentsOf(t.ctx).has('--payload-file') ? payloads(t.ctx, random) : []
      openProducer(t.ctx, t.env, settings(t.ctx))
      if (texts.length === 0) texts.push(...payloads(t.ctx, random))
      const args = argumentsOf(t.ctx)
      const most = Number(args.value('--num-records'))
      t.env.own.stats = newStats(most, t.ctx.wallMs)
      const throttler = newThrottler(Number(args.value('--throughput')), t.ctx.wallMs)
      return t.call(run, { i: 0, most, throttler, random, texts, topic: args.value('--topic')!, began: -1 })
    },
    (t) => t.call(flushProducer, {}),
    (t) => t.call(closeProducer, {}),
    (t) => {
      t.ctx.print(totalText(t.env.own.stats!, t.ctx.wallMs))
      endProducerTool(t.env, 0)
    },
  ],
  (t, failure) => {
    printToolFailure(t.ctx, 'Exception in thread "main" ', failure)
    endProducerTool(t.env, 1)
    return t.return()
  },
)

interface RunVars {
  i: number
  readonly most: number
  readonly throttler: Throttler
  readonly random: JavaRandom
  readonly texts: readonly string[]
  readonly topic: string
  /** When the record at hand was begun, in ms; -1 before. */
  began: number
}
const encoder = new TextEncoder()
let latest: { readonly text: string; readonly bytes: Uint8Array } = { text: '', bytes: new Uint8Array(0) }
/** A text as bytes. Most often all records are alike: the last one is not encoded again. */
function bytesOf(text: string): Uint8Array {
  if (latest.text !== text) latest = { text, bytes: encoder.encode(text) }
  return latest.bytes
}
const run: Proc<RunVars, void> = proc<State, RunVars, void>('kafka-producer-perf-test.run', [
  (t) => {
    const { vars, ctx, env } = t
    if (vars.began >= 0) {
      const failure = t.value as Failure | undefined
      if (failure !== undefined) tell(ctx, env, { i: vars.i, startMs: vars.began, bytes: 0 }, failure)
      const i = vars.i++
      const rest = pause(vars.throttler, i, vars.began)
      vars.began = -1
      if (rest === Infinity) return t.wait('nothing: no throughput is wanted')
      if (rest !== undefined)
        return t.again(t.sleep(plus(rest, t.ctx.cost('kafka.producer.oversleep')), `every ${rest / 1_000_000} s: records`))
      if (vars.i % RECORDS_AT_ONCE === 0) return t.again(t.sleep('kafka.producer.records', RECORD_AFTER_RECORD))
    }
    if (vars.i >= vars.most) return t.return()
    vars.began = ctx.wallMs
    const text = vars.texts.length === 1 ? vars.texts[0]! : vars.texts[nextInt(vars.random, vars.texts.length)]!
    const value = bytesOf(text)
    const callback: Callback = Object.freeze({ i: vars.i, startMs: ctx.wallMs, bytes: value.length })
    return t.again(t.call(sendRecord, { record: { topic: vars.topic, key: null, value, callback } }))
  },
])

function tell(ctx: Context, { own }: State, { i, startMs, bytes }: Callback, failure: Failure | null): void {
  const window = record(own.stats!, i, ctx.wallMs - startMs, bytes, ctx.wallMs)
  if (window !== undefined) ctx.print(windowText(window))
  if (failure !== null) ctx.printError(`${failure.type}: ${failure.message}\n`)
}

const hook: Proc<object, void> = proc<State, object, void>('kafka-producer-perf-test.hook', [() => undefined])

export const kafkaProducerPerfTestKind = producerToolKind<Own>({
  name: 'kafka-producer-perf-test',
  own: () => ({ stats: null }),
  begin,
  sent: (ctx, env, { callback, failure }) => tell(ctx, env, callback as Callback, failure),
  hook,
})
