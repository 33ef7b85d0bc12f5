// kafka-verifiable-producer.sh: sends growing integers, and prints as JSON what became of each (tools/VerifiableProducer.java at 2.3.0).
import { plus } from '../../base/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  closeProducer,
  flushProducer,
  proc,
  sendRecord,
  startThread,
  type Failure,
  type Proc,
  type Sent,
} from '../../kafka/client/index.ts'
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

const PARSER: Parser = {
  program: 'verifiable-producer',
  about:
    'Sends growing integers to a topic and prints a line of JSON for each, so that one sees from outside which were acknowledged and which not.',
  arguments: [
    { name: '--topic', metavar: 'TOPIC', required: true, about: 'The topic to send to.' },
    { name: '--broker-list', metavar: 'HOST1:PORT1[,HOST2:PORT2[...]]', required: true, about: 'Brokers to begin with.' },
    {
      name: '--max-messages',
      metavar: 'MAX-MESSAGES',
      type: 'Integer',
      initially: '-1',
      about: 'How many to send; -1: until it is ended.',
    },
    { name: '--throughput', metavar: 'THROUGHPUT', type: 'Integer', initially: '-1', about: 'Messages a second, about; -1: no limit.' },
    {
      name: '--acks',
      metavar: 'ACKS',
      type: 'Integer',
      choices: ['0', '1', '-1'],
      initially: '-1',
      about: 'Who has to acknowledge a message.',
    },
    { name: '--producer.config', metavar: 'CONFIG_FILE', about: 'A properties file for the producer.' },
    {
      name: '--message-create-time',
      metavar: 'CREATETIME',
      type: 'Long',
      initially: '-1',
      about: 'Time of the first message, in ms since the epoch.',
    },
    { name: '--value-prefix', metavar: 'VALUE-PREFIX', type: 'Integer', about: 'Stands before each value, with a dot between.' },
    {
      name: '--repeating-keys',
      metavar: 'REPEATING-KEYS',
      type: 'Integer',
      about: 'Gives keys from 0 up to this number (without it), over and over.',
    },
  ],
}

interface Own {
  sent: number
  acked: number
  startMs: number
  /** The hook runs: nothing more is sent. */
  stopped: boolean
}
type State = ProducerToolState<Own>
interface Callback {
  readonly key: string | null
  readonly value: string
}
const encoder = new TextEncoder()

const printJson = (ctx: Context, name: string, fields: Readonly<Record<string, unknown>>): void =>
  ctx.print(`${JSON.stringify({ timestamp: ctx.wallMs, name, ...fields })}\n`)
const failedSend = (ctx: Context, { key, value }: Callback, topic: string, { type, message }: Failure): void =>
  printJson(ctx, 'producer_send_error', { key, value, topic, exception: `class ${type}`, message })

function begin(ctx: Context, env: State): void {
  const words = ctx.argv.slice(1)
  try {
    const args = words.length === 0 ? 'help' : parseArguments(PARSER, words)
    if (args !== 'help') return startThread(env, 'main', main, {})
    ctx.print(helpText(PARSER))
    ctx.exit(0)
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    ctx.printError(errorText(PARSER, error.message))
    ctx.exit(1)
  }
  env.done = true
}
const argumentsOf = (ctx: Context): Arguments => argumentsOnce(PARSER, ctx.argv)

/** acks and retries are the tool's, unless a file says otherwise. */
function settings(ctx: Context): Record<string, string> {
  const args = argumentsOf(ctx)
  const file = args.value('--producer.config')
  const own = { 'bootstrap.servers': args.value('--broker-list')!, acks: args.value('--acks')!, retries: '0' }
  return file === undefined ? own : { ...own, ...loadProperties(ctx.files, file) }
}

const main: Proc<object, void> = proc<State, object, void>(
  'kafka-verifiable-producer.main',
  [
    (t) => t.sleep('kafka.verifiable-producer.start'),
    (t) => {
      const args = argumentsOf(t.ctx)
      openProducer(t.ctx, t.env, settings(t.ctx))
      t.env.own.startMs = t.ctx.wallMs
      printJson(t.ctx, 'startup_complete', {})
      const most = Number(args.value('--max-messages'))
      return t.call(run, {
        i: 0,
        most: most < 0 ? Infinity : most,
        throttler: newThrottler(Number(args.value('--throughput')), t.ctx.wallMs),
        createTime: Number(args.value('--message-create-time')),
        began: -1,
      })
    },
    (t) => endProducerTool(t.env, 0),
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
  createTime: number
  /** When the record at hand was begun, in ms; -1 before. */
  began: number
}
const run: Proc<RunVars, void> = proc<State, RunVars, void>('kafka-verifiable-producer.run', [
  (t) => {
    const { vars, env, ctx } = t
    if (vars.began >= 0) {
      if (vars.createTime >= 0) vars.createTime += ctx.wallMs - env.own.startMs
      const rest = pause(vars.throttler, vars.i++, vars.began)
      vars.began = -1
      if (rest === undefined) return t.again(t.sleep('kafka.producer.record', RECORD_AFTER_RECORD))
      if (rest === Infinity) return t.wait('nothing: no throughput is wanted')
      return t.again(t.sleep(plus(rest, t.ctx.cost('kafka.producer.oversleep')), `every ${rest / 1_000_000} s: a record`))
    }
    if (vars.i >= vars.most || env.own.stopped) return t.return()
    vars.began = ctx.wallMs
    return t.again(t.call(sendOne, { i: vars.i, createTime: vars.createTime }))
  },
])

const sendOne: Proc<{ i: number; createTime: number }, void> = proc<State, { i: number; createTime: number }, void>(
  'kafka-verifiable-producer.send',
  [
    (t) => {
      const { record } = recordOf(t.ctx, t.vars)
      t.env.own.sent++
      return t.call(sendRecord, { record })
    },
    (t) => {
      if (t.value !== undefined)
        failedSend(t.ctx, recordOf(t.ctx, t.vars).callback, argumentsOf(t.ctx).value('--topic')!, t.value as Failure)
    },
  ],
)
function recordOf(ctx: Context, { i, createTime }: { readonly i: number; readonly createTime: number }) {
  const args = argumentsOf(ctx)
  const [prefix, keys] = [args.value('--value-prefix'), args.value('--repeating-keys')]
  const value = prefix === undefined ? `${i}` : `${Number(prefix)}.${i}`
  // The counter starts again when it meets the number: one below 1 is never met.
  const key = keys === undefined ? null : String(Number(keys) >= 1 ? i % Number(keys) : i)
  const callback: Callback = Object.freeze({ key, value })
  const record = {
    topic: args.value('--topic')!,
    key: key === null ? null : encoder.encode(key),
    value: encoder.encode(value),
    callback,
    ...(createTime >= 0 ? { timestamp: createTime } : {}),
  }
  return { record, callback }
}

const hook: Proc<object, void> = proc<State, object, void>('kafka-verifiable-producer.hook', [
  (t) => {
    t.env.own.stopped = true
    return t.env.producer === null ? t.return() : t.call(flushProducer, {})
  },
  (t) => t.call(closeProducer, {}),
  (t) => {
    const { sent, acked, startMs } = t.env.own
    printJson(t.ctx, 'shutdown_complete', {})
    const average = 1000 * (acked / (t.ctx.wallMs - startMs))
    const target = Number(argumentsOf(t.ctx).value('--throughput'))
    const text = JSON.stringify({ timestamp: t.ctx.wallMs, name: 'tool_data', sent, acked, target_throughput: target })
    t.ctx.print(`${text.slice(0, -1)},"avg_throughput":${Number.isInteger(average) ? average.toFixed(1) : average}}\n`)
  },
])

export const kafkaVerifiableProducerKind = producerToolKind<Own>({
  name: 'kafka-verifiable-producer',
  own: () => ({ sent: 0, acked: 0, startMs: 0, stopped: false }),
  begin,
  sent(ctx, env, { callback, topic, partition, offset, failure }: Sent) {
    const { key, value } = callback as Callback
    if (failure !== null) return failedSend(ctx, { key, value }, topic, failure)
    env.own.acked++
    printJson(ctx, 'producer_send_success', { key, value, topic, partition, offset })
  },
  hook,
})
