// kafka.tools.GetOffsetShell: where a topic's partitions begin, end, or stood at a time (tools/GetOffsetShell.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  closeConsumer,
  listConsumerTopics,
  offsetsByTimes,
  proc,
  startThread,
  ThreadFailure,
  type FoundOffset,
  type Proc,
  type TimedPartition,
} from '../../kafka/client/index.ts'
import { javaMapOrder, tpHash, type ResponseBody } from '../../kafka/protocol/index.ts'
import type { Context } from '../../kernel/index.ts'
import {
  checkRequired,
  consumerToolKind,
  exitConsumerTool,
  openConsumer,
  parseOptions,
  printRefusal,
  printUncaught,
  usage,
  UsageError,
  type ConsumerToolState,
  type OptionSpec,
} from '../kafka-tools/index.ts'

const SPECS: readonly OptionSpec[] = [
  { name: 'broker-list', argument: 'hostname:port,...,hostname:port', about: 'REQUIRED: brokers to begin with.' },
  { name: 'topic', argument: 'topic', about: 'REQUIRED: the topic.' },
  { name: 'partitions', argument: 'partition ids', about: 'Partitions, as 0,1; all without it. (default: )' },
  {
    name: 'time',
    argument: 'timestamp/-1(latest)/-2(earliest)',
    type: 'Long',
    about: 'The offset of the first message of that time, in ms, or later. (default: -1)',
  },
  { name: 'offsets', argument: 'count', type: 'Integer', about: 'Has no effect. (default: 1)' },
  { name: 'max-wait-ms', argument: 'ms', type: 'Integer', about: 'Has no effect. (default: 1000)' },
]
interface Command {
  readonly brokers: string
  readonly topic: string
  /** Empty: all. */
  readonly partitions: readonly number[]
  readonly time: number
}
class Refusal extends Error {}

/** Throws OptionError, UsageError, or Refusal for a line of its own. */
export function readCommand(args: readonly string[]): Command {
  if (args.length === 0) throw new UsageError('An interactive shell for getting topic offsets.')
  const options = parseOptions(SPECS, args)
  checkRequired(options, ['broker-list', 'topic'])
  const brokers = options.value('broker-list')!
  checkPorts(brokers)
  const text = options.value('partitions') ?? ''
  const words = text === '' ? [] : text.split(',')
  if (!words.every((word) => /^[+-]?\d{1,10}$/.test(word)))
    throw new Refusal(`--partitions expects a comma separated list of numeric partition ids, but received: ${text}`)
  return {
    brokers,
    topic: options.value('topic')!,
    partitions: [...new Set(words.map(Number))],
    time: Number(options.value('time') ?? '-1'),
  }
}
/** Every one must have a port (utils/ToolsUtils.scala). Throws UsageError. */
export function checkPorts(brokers: string): void {
  if (!brokers.split(',').every((part) => /^(?:[a-zA-Z]+:\/\/)?\[?[0-9a-zA-Z\-%._:]*\]?:[0-9]+$/.test(part)))
    throw new UsageError('Please provide valid host:port like host1:9091,host2:9092\n ')
}

interface Own {
  command: Command | null
}
type State = ConsumerToolState<Own>
type Topics = ResponseBody<'Metadata'>['topics']

function begin(ctx: Context, env: State): void {
  try {
    env.own.command = readCommand(ctx.argv.slice(1))
    startThread(env, 'main', main, {})
  } catch (error) {
    if (error instanceof Refusal) ctx.printError(`${error.message}\n`)
    else if (error instanceof ThreadFailure) printUncaught(ctx, error.failure)
    else printRefusal(ctx, error, usage(SPECS))
    exitConsumerTool(ctx, env, 1)
  }
}
interface MainVars {
  wanted?: readonly TimedPartition[]
}
const main: Proc<MainVars, void> = proc<State, MainVars, void>(
  'get-offset-shell.main',
  [
    (t) => t.sleep('kafka.tool.client'),
    (t) => {
      openConsumer(t.ctx, t.env, { 'bootstrap.servers': t.env.own.command!.brokers, 'client.id': 'GetOffsetShell' })
      return t.call(listConsumerTopics, {})
    },
    (t) => {
      const wanted = choose(t.ctx, t.env.own.command!, t.value as Topics)
      if (wanted === undefined) return finish(t.ctx, t.env, 1)
      t.vars.wanted = deepFreeze(wanted)
      return t.call(offsetsByTimes, {
        wanted: deepFreeze(
          javaMapOrder(
            wanted.map((w) => ({ ...w })),
            tpHash,
          ),
        ),
      })
    },
    (t) => {
      const { topic, time } = t.env.own.command!
      const found = t.value as readonly FoundOffset[]
      for (const { partition } of t.vars.wanted!) {
        const offset = found.find((f) => f.partition === partition)?.offset
        // Of a time that no record has, only a lookup by time says something.
        if (offset !== undefined || time >= 0) t.ctx.print(`${topic}:${partition}:${offset ?? ''}\n`)
      }
      finish(t.ctx, t.env, 0)
    },
  ],
  (t, failure) => {
    printUncaught(t.ctx, failure)
    finish(t.ctx, t.env, 1)
    return t.return()
  },
)
function finish(ctx: Context, env: State, code: number): undefined {
  closeConsumer(ctx, env)
  exitConsumerTool(ctx, env, code)
  return undefined
}
/** The partitions to ask for, by number; undefined when there is nothing to ask, which is said. */
function choose(ctx: Context, { topic, partitions, time }: Command, topics: Topics): TimedPartition[] | undefined {
  const all = topics.find((m) => m.name === topic)?.partitions ?? []
  const chosen = partitions.length === 0 ? all : all.filter((p) => partitions.includes(p.partition))
  if (chosen.length === 0) {
    ctx.printError(
      all.length === 0
        ? `Topic ${topic} does not exist\n`
        : `Topic ${topic} does not have any of the requested partitions ${partitions.join(',')}\n`,
    )
    return undefined
  }
  for (const id of partitions) if (!chosen.some((p) => p.partition === id)) ctx.printError(`Error: partition ${id} does not exist\n`)
  const wanted: TimedPartition[] = []
  for (const p of [...chosen].sort((a, b) => a.partition - b.partition)) {
    if (p.leaderId < 0) ctx.printError(`Error: partition ${p.partition} does not have a leader. Skip getting offsets\n`)
    else wanted.push({ topic, partition: p.partition, timestamp: time })
  }
  return wanted
}

export const getOffsetShellKind = consumerToolKind<Own>({
  name: 'kafka-get-offset-shell',
  handles: [],
  own: () => ({ command: null }),
  begin,
  signal: () => {},
})
