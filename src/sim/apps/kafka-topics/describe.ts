// What --describe prints of a topic and of its partitions, and of which (admin/TopicCommand.scala, DescribeOptions and printPartition, at 2.3.0).
import type { Overrides } from '../../kafka/log/index.ts'
import type { Command } from './command.ts'

export interface PartitionDescription {
  readonly topic: string
  readonly partition: number
  /** Null when there is none; -1 is a leader like any. */
  readonly leader: number | null
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** How many in-sync replicas it needs; 0 when that was not asked. */
  readonly minIsr: number
  readonly markedForDeletion: boolean
}

export const describesConfigs = (command: Command): boolean =>
  ['unavailable', 'under-replicated', 'under-min-isr', 'at-min-isr'].every((report) => !command.has(`${report}-partitions`))
export const describesPartitions = (command: Command): boolean => !command.has('topics-with-overrides')

/** Does the command want this partition's line? */
export function isWanted(command: Command, p: PartitionDescription, liveBrokers: readonly number[]): boolean {
  const report = (name: string, holds: boolean): boolean => command.has(name) && holds
  return (
    describesConfigs(command) ||
    report('under-replicated-partitions', p.isr.length < p.replicas.length) ||
    report('unavailable-partitions', p.leader === null || !liveBrokers.includes(p.leader)) ||
    report('under-min-isr-partitions', p.isr.length < p.minIsr) ||
    report('at-min-isr-partitions', p.isr.length === p.minIsr)
  )
}

/** A topic's line; a broker never says that it is marked for deletion. */
export function topicLine(topic: string, partitions: number, replicationFactor: number, configs: Overrides, marked = false): string {
  const shown = configs.map(([key, value]) => `${key}=${value}`).join(',')
  const mark = marked ? '\tMarkedForDeletion:true' : ''
  return `Topic:${topic}\tPartitionCount:${partitions}\tReplicationFactor:${replicationFactor}\tConfigs:${shown}${mark}\n`
}
export function partitionLine(command: Command, p: PartitionDescription): string {
  const mark = p.markedForDeletion && !describesConfigs(command) ? '\tMarkedForDeletion: true' : ''
  const leader = p.leader === null ? 'none' : p.leader
  return `\tTopic: ${p.topic}\tPartition: ${p.partition}\tLeader: ${leader}\tReplicas: ${p.replicas.join(',')}\tIsr: ${p.isr.join(',')}${mark}\n`
}
