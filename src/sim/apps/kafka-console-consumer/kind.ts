// kafka-console-consumer.sh: each record of a partition is a line of standard output (tools/ConsoleConsumer.scala at 2.3.0).
import type { Context, Signal } from '../../kernel/index.ts'
import {
  assignPartitions,
  closeConsumer,
  fail,
  pollConsumer,
  proc,
  seekConsumer,
  startThread,
  ThreadFailure,
  toolLogLine,
  WAKEUP_EXCEPTION,
  wakeupConsumer,
  type ConsumerRecord,
  type Proc,
} from '../../kafka/client/index.ts'
import {
  consumerToolKind,
  exitConsumerTool,
  openConsumer,
  printHelp,
  printRefusal,
  printTrace,
  printUncaught,
  UsageError,
  type ConsumerToolState,
  type Throwable,
} from '../kafka-tools/index.ts'
import { format, FormatError, FormatterNotModelled } from './formatter.ts'
import { NotModelled, readCommand, Refusal, usageTable, type Command } from './options.ts'

interface Own {
  command: Command | null
  count: number
  /** The status of a signal that came. */
  signalled: number | null
  /** Nobody reads what is written. */
  broken: boolean
}
type State = ConsumerToolState<Own>
const ABOUT = 'This tool helps to read data from Kafka topics and outputs it to standard output.'
const SERIALIZATION_EXCEPTION = 'org.apache.kafka.common.errors.SerializationException'
const LOGGER = 'kafka.tools.ConsoleConsumer$'

function begin(ctx: Context, env: State): void {
  let code = 1
  try {
    const command = readCommand(ctx.argv.slice(1), ctx.files, () => ctx.below(100_000, 'group'))
    const status = printHelp(ctx, { help: command === 'help', version: command === 'version' }, ABOUT, usageTable())
    if (status === undefined) {
      env.own.command = command as Command
      return startThread(env, 'main', main, {})
    }
    code = status
  } catch (error) {
    if (error instanceof Refusal) ctx.printError(`${error.message}\n`)
    else if (error instanceof NotModelled || error instanceof FormatterNotModelled) notModelled(ctx, error.message)
    else if (error instanceof ThreadFailure) printUncaught(ctx, error.failure)
    else if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable()}`)
    else printRefusal(ctx, error, usageTable())
  }
  exitConsumerTool(ctx, env, code)
}
const notModelled = (ctx: Context, message: string): void => ctx.printError(`kafka-console-consumer.sh: ${message}\n`)
/** An error as it is logged, with the trace of what threw it. */
const logError = (ctx: Context, text: string, failure: Throwable): void =>
  printTrace(ctx, toolLogLine(ctx.wallMs, 'ERROR', text, LOGGER), failure)

const main: Proc<object, void> = proc<State, object, void>(
  'kafka-console-consumer.main',
  [
    (t) => t.sleep('kafka.tool.client'),
    (t) => {
      const { topic, partition, from, settings } = t.env.own.command!
      openConsumer(t.ctx, t.env, settings)
      const tp = { topic, partition }
      assignPartitions(t.env.consumer!, [tp])
      seekConsumer(t.env.consumer!, tp, from)
    },
    (t) => (t.value === false ? undefined : t.again(t.call(read, {}))),
    (t) => finish(t.ctx, t.env, 0),
  ],
  (t, failure) => {
    if (failure.type === 'not modelled') notModelled(t.ctx, failure.message)
    else logError(t.ctx, 'Unknown error when running consumer: ', failure)
    finish(t.ctx, t.env, 1)
    return t.return()
  },
)
/** Reads once and writes what came; gives whether there is to be more. What goes wrong with reading ends it; what goes wrong with writing is thrown. */
const read: Proc<object, boolean> = proc<State, object, boolean>('kafka-console-consumer.read', [
  (t) => {
    const { command, count } = t.env.own
    if (command!.maxMessages !== -1 && count >= command!.maxMessages) return t.return(false)
    return t.call(receive, {})
  },
  (t) => {
    const records = t.value as readonly ConsumerRecord[] | null
    if (records !== null) write(t.ctx, t.env, records)
    return t.return(records !== null)
  },
])
const receive: Proc<object, readonly ConsumerRecord[] | null> = proc<State, object, readonly ConsumerRecord[] | null>(
  'kafka-console-consumer.receive',
  [
    (t) => t.call(pollConsumer, { timeoutMs: t.env.own.command!.timeoutMs }),
    (t) => {
      const records = t.value as readonly ConsumerRecord[]
      return records.length > 0 ? t.return(records) : fail('org.apache.kafka.common.errors.TimeoutException', '')
    },
  ],
  (t, failure) => {
    if (failure.type === 'not modelled') return undefined
    if (failure.type !== WAKEUP_EXCEPTION) logError(t.ctx, 'Error processing message, terminating consumer process: ', failure)
    return t.return(null)
  },
)

/** Writes records, as many as are wanted. */
function write(ctx: Context, env: State, records: readonly ConsumerRecord[]): void {
  const { formatter, maxMessages, skipOnError } = env.own.command!
  let text = ''
  for (const record of records) {
    if (maxMessages !== -1 && env.own.count >= maxMessages) break
    env.own.count++
    try {
      text += format(formatter, record)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      ctx.print(text)
      text = ''
      const failure = { type: SERIALIZATION_EXCEPTION, message: error.message }
      if (!skipOnError) fail(failure.type, failure.message)
      logError(ctx, 'Error processing message, skipping this message: ', failure)
    }
  }
  if (text !== '') ctx.print(text)
}

function finish(ctx: Context, env: State, code: number): void {
  const { own } = env
  const made = env.consumer !== null
  closeConsumer(ctx, env)
  if (own.broken) ctx.printError('Unable to write to standard out, closing consumer.\n')
  if (made) ctx.printError(`Processed a total of ${own.count} messages\n`)
  if (made && own.command!.systestEvents) ctx.print('shutdown_complete\n')
  exitConsumerTool(ctx, env, own.signalled ?? code)
}

const STATUS: Readonly<Partial<Record<Signal, number>>> = { INT: 130, TERM: 143 }
export const kafkaConsoleConsumerKind = consumerToolKind<Own>({
  name: 'kafka-console-consumer',
  handles: ['INT', 'TERM', 'PIPE'],
  own: () => ({ command: null, count: 0, signalled: null, broken: false }),
  begin,
  signal(ctx, env, signal) {
    if (signal === 'PIPE') env.own.broken = true
    else if (env.consumer === null) return exitConsumerTool(ctx, env, STATUS[signal] ?? 1)
    else env.own.signalled ??= STATUS[signal] ?? null
    wakeupConsumer(env)
  },
})
