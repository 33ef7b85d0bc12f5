// What of the command line the actions need, and what they make of it when they come to it: what is wrong with a value is told only then (admin/TopicCommand.scala,
// CommandTopicPartition and the parse functions, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { ADMIN_OPERATION, fail, propertiesOrder, type Assignment } from '../../kafka/client/index.ts'
import { isTopicSetting, topicConfigProblem, type Overrides } from '../../kafka/log/index.ts'
import { intHash, scalaMutableMapOrder, scalaOrder } from '../../kafka/protocol/index.ts'
import type { Context } from '../../kernel/index.ts'
import { OptionError, parseOptions, type Options } from '../kafka-tools/index.ts'
import { SPECS } from './options.ts'

/** The command line, read anew whenever it is asked: it never changes. Not for the state. */
export type Command = Options
export const commandOf = (t: { readonly ctx: Context }): Command => parseOptions(SPECS, t.ctx.argv.slice(1))
/** An option's one value; null when it is not given. What is wrong with it fails the thread. */
export function valueOf(command: Command, name: string): string | null {
  try {
    return command.value(name) ?? null
  } catch (error) {
    if (error instanceof OptionError) fail(error.type, error.message)
    throw error
  }
}
const numberOf = (command: Command, name: string): number | null => {
  const text = valueOf(command, name)
  return text === null ? null : Number(text)
}

export const COLLISION_WARNING =
  "WARNING: Due to limitations in metric names, topics with a period ('.') or underscore ('_') could collide. " +
  'To avoid issues it is best to use either, but not both.\n'

/** A topic as the command line wants it; frozen. */
export interface TopicWish {
  readonly name: string
  readonly partitions: number | null
  /** -1 when not given. */
  readonly replicationFactor: number
  readonly assignment: Assignment | null
  readonly configs: Overrides
  readonly configsToDelete: readonly string[]
}

/** Reads the options that tell about a topic, in the real one's order. Warns, fails with what is wrong. */
export function topicWish(ctx: Context, command: Command): TopicWish {
  const name = valueOf(command, 'topic')!
  const partitions = numberOf(command, 'partitions')
  const replicationFactor = numberOf(command, 'replication-factor') ?? -1
  const chosen = valueOf(command, 'replica-assignment')
  const assignment = chosen === null || chosen === '' ? null : parseReplicaAssignment(chosen, () => ctx.below(2 ** 31, 'identity hash'))
  const configs = configsToAdd(ctx, command)
  const configsToDelete = command.all('delete-config').map((text) => text.trim())
  const strange = configsToDelete.find((config) => !isTopicSetting(config))
  if (strange !== undefined) fail('org.apache.kafka.common.errors.InvalidConfigurationException', `Unknown topic config name: ${strange}`)
  return deepFreeze({ name, partitions, replicationFactor, assignment, configs, configsToDelete })
}

/** As String.split does: without the empty pieces at the end. */
function javaSplit(text: string, by: string | RegExp): string[] {
  const pieces = text.split(by)
  if (pieces.length === 1) return pieces
  while (pieces.length > 0 && pieces[pieces.length - 1] === '') pieces.pop()
  return pieces
}

function configsToAdd(ctx: Context, command: Command): Overrides {
  const pairs = command.all('config').map((text) => javaSplit(text, /\s*=\s*/))
  if (pairs.some((pair) => pair.length !== 2)) {
    const why = 'Invalid topic config: all configs to be added must be in the format "key=val".'
    fail('java.lang.IllegalArgumentException', `requirement failed: ${why}`)
  }
  const configs = propertiesOrder(withOverrides([], pairs as unknown as Overrides))
  const problem = topicConfigProblem(configs)
  if (problem !== undefined) fail(problem.type, problem.message)
  const format = configs.find(([key]) => key === 'message.format.version')
  if (format !== undefined) {
    const why = 'This configuration will be ignored if the version is newer than the inter.broker.protocol.version specified in the broker.'
    ctx.print(`WARNING: The configuration ${format[0]}=${format[1]} is specified. ${why}\n`)
  }
  return configs
}
/** Overrides with others put over them: a key keeps its place. */
export function withOverrides(old: Overrides, more: Overrides): [string, string][] {
  const all = old.map(([key, value]): [string, string] => [key, value])
  for (const [key, value] of more) {
    const there = all.find(([name]) => name === key.trim())
    if (there) there[1] = value.trim()
    else all.push([key.trim(), value.trim()])
  }
  return all
}

/** Java's Integer.parseInt; fails with NumberFormatException. */
function parseInteger(text: string): number {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN
  if (value >= -2147483648 && value <= 2147483647) return value
  return fail('java.lang.NumberFormatException', `For input string: "${text}"`)
}
/** `1:2,2:1`: replicas by colons, partitions by commas. `identity` gives an object's hash, as a Java array is printed. */
export function parseReplicaAssignment(text: string, identity: () => number): Assignment {
  const out: [number, number[]][] = []
  javaSplit(text, ',').forEach((part, i) => {
    const brokers = javaSplit(part, ':').map((id) => parseInteger(id.trim()))
    const twice = duplicates(brokers)
    if (twice.length > 0) {
      const message = `Partition replica lists may not contain duplicate entries: ${twice.join(',')}`
      fail('kafka.common.AdminCommandFailedException', message)
    }
    out.push([i, brokers])
    if (brokers.length !== out[0]![1].length) {
      fail(ADMIN_OPERATION, `Partition ${i} has different replication factor: [I@${identity().toString(16)}`)
    }
  })
  return out
}
function duplicates(ids: readonly number[]): number[] {
  const grouped = scalaOrder(scalaMutableMapOrder([...new Set(ids)], intHash), intHash)
  return grouped.filter((id) => ids.indexOf(id) !== ids.lastIndexOf(id))
}
