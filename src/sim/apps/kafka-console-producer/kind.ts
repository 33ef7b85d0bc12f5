// kafka-console-producer.sh: each line of standard input is a record (tools/ConsoleProducer.scala at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import {
  closeProducer,
  fail,
  flushProducer,
  proc,
  sendRecord,
  startThread,
  toolLogLine,
  wake,
  type Failure,
  type Proc,
} from '../../kafka/client/index.ts'
import {
  endProducerTool,
  openProducer,
  printHelp,
  printToolFailure,
  printUncaught,
  producerToolKind,
  readLine,
  stopMain,
  UncaughtError,
  UsageError,
  type ProducerToolState,
  type Throwable,
} from '../kafka-tools/index.ts'
import { readCommand, usageTable, type Command } from './options.ts'

type State = ProducerToolState<object>
/** What comes back with a record: the sizes for an error's line, and whether the main thread waits. */
interface Callback {
  readonly keySize: number
  readonly valueSize: number
  readonly awaited: boolean
}
const ABOUT = 'This tool sends what it reads on standard input to Kafka.'
const ACKNOWLEDGED = 'the record to be acknowledged'
/** Lines read at one go: reading takes time, but not an event for each line. */
const LINES_AT_ONCE = 32
const encoder = new TextEncoder()

function begin(ctx: Context, env: State): void {
  let code = 1
  try {
    const command = readCommand(ctx.argv.slice(1), ctx.files)
    const wants = { help: command === 'help', version: command === 'version' }
    const status = printHelp(ctx, wants, ABOUT, usageTable())
    if (status === undefined) return startThread(env, 'main', main, {})
    code = status
  } catch (error) {
    if (error instanceof UsageError) ctx.printError(`${error.message}\n${usageTable()}`)
    else if (error instanceof UncaughtError) printUncaught(ctx, { type: error.type, message: error.message })
    else throw error
  }
  env.done = true
  ctx.exit(code)
}
const commandOf = (ctx: Context): Command => readCommand(ctx.argv.slice(1), ctx.files) as Command

const main: Proc<{ lines?: number }, void> = proc<State, { lines?: number }, void>(
  'kafka-console-producer.main',
  [
    (t) => t.sleep('kafka.tool.client'),
    (t) => openProducer(t.ctx, t.env, commandOf(t.ctx).settings),
    (t) => t.call(sendLines, { command: commandOf(t.ctx), line: 0 }),
    (t) => endProducerTool(t.env, 0),
  ],
  (t, failure) => {
    printToolFailure(t.ctx, '', failure)
    endProducerTool(t.env, 1)
    return t.return()
  },
)

interface LinesVars {
  readonly command: Command
  line: number
  /** What the loop does when it comes round. */
  next?: 'send' | 'await' | undefined
}
const sendLines: Proc<LinesVars, void> = proc<State, LinesVars, void>('kafka-console-producer.lines', [
  (t) => {
    const { vars, ctx } = t
    if (vars.next === 'send') {
      const text = t.value as string | null
      if (text === null) return t.return()
      vars.next = vars.command.sync ? 'await' : undefined
      return t.again(t.call(sendLine, { text, line: vars.line, command: { ...vars.command, settings: {} } }))
    }
    if (vars.next === 'await') {
      vars.next = undefined
      const failure = t.value as Failure | undefined | null
      if (failure !== undefined && failure !== null) raise(failure)
    }
    if (vars.line % LINES_AT_ONCE === LINES_AT_ONCE - 1 && t.value !== 'rested') {
      vars.line++
      return t.again(t.call(rest, {}))
    }
    vars.line++
    vars.next = 'send'
    ctx.print('>')
    return t.again(t.call(readLine, {}))
  },
])
const rest: Proc<object, string> = proc<State, object, string>('kafka-console-producer.rest', [
  (t) => t.sleep('kafka.console.lines'),
  (t) => t.return('rested'),
])
/** What Future.get throws. */
function raise({ type, message }: Failure): never {
  const cause = { type, message }
  const outer: Throwable = { type: 'java.util.concurrent.ExecutionException', message: `${type}: ${message}`, cause }
  return fail(outer.type, outer.message)
}

/** Sends a line; gives its failure, when that is waited for. */
const sendLine: Proc<{ text: string; line: number; command: Command }, Failure | null> = proc<
  State,
  { text: string; line: number; command: Command },
  Failure | null
>('kafka-console-producer.send', [
  (t) => {
    const { text, line, command } = t.vars
    const [key, value] = keyAndValue(text, line, command)
    const callback: Callback = Object.freeze({ keySize: key?.length ?? -1, valueSize: value.length, awaited: command.sync })
    return t.call(sendRecord, { record: { topic: command.topic, key, value, callback } })
  },
  (t) => {
    const failure = t.value as Failure | undefined
    if (failure === undefined) return t.vars.command.sync ? t.wait(ACKNOWLEDGED) : t.return(null)
    if (t.vars.command.sync) return t.return(failure)
    const [key, value] = keyAndValue(t.vars.text, t.vars.line, t.vars.command)
    logFailure(t.ctx, t.vars.command.topic, key?.length ?? -1, value.length, failure)
    return t.return(null)
  },
  (t) => t.return(t.value as Failure | null),
])
function keyAndValue(
  text: string,
  line: number,
  { parseKey, keySeparator, ignoreError }: Command,
): readonly [Uint8Array | null, Uint8Array] {
  if (!parseKey) return [null, encoder.encode(text)]
  const at = text.indexOf(keySeparator)
  if (at >= 0) return [encoder.encode(text.slice(0, at)), encoder.encode(text.slice(at + keySeparator.length))]
  return ignoreError
    ? [null, encoder.encode(text)]
    : fail('org.apache.kafka.common.KafkaException', `No key found on line ${line}: ${text}`)
}

const size = (bytes: number): string => (bytes < 0 ? 'null' : `${bytes} bytes`)
function logFailure(ctx: Context, topic: string, keySize: number, valueSize: number, { type, message }: Failure): void {
  const text = `Error when sending message to topic ${topic} with key: ${size(keySize)}, value: ${size(valueSize)} with error:`
  ctx.printError(
    `${toolLogLine(ctx.wallMs, 'ERROR', text, 'org.apache.kafka.clients.producer.internals.ErrorLoggingCallback')}${type}: ${message}\n`,
  )
}

const hook: Proc<object, void> = proc<State, object, void>('kafka-console-producer.hook', [
  (t) => {
    stopMain(t.ctx, t.env)
    return t.env.producer === null ? t.return() : t.call(flushProducer, {})
  },
  (t) => t.call(closeProducer, {}),
])

export const kafkaConsoleProducerKind = producerToolKind<object>({
  name: 'kafka-console-producer',
  own: () => ({}),
  begin,
  sent(ctx, env, { callback, topic, failure }) {
    const { keySize, valueSize, awaited } = callback as Callback
    if (awaited) wake(env, 'main', ACKNOWLEDGED, failure === null ? null : { ...failure })
    else if (failure !== null) logFailure(ctx, topic, keySize, valueSize, failure)
  },
  hook,
})
