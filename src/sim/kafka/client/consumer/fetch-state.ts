// Where a consumer stands in a partition, as a statechart, and what moves it (consumer/internals/SubscriptionState.java at 2.3.0).
import { createMachine } from 'xstate'
import { plus, us, type Micros } from '../../../base/index.ts'
import { NO_LEADER_OR_EPOCH, sameLeader, type LeaderAndEpoch } from '../metadata.ts'
import { compile, nextState } from '../statecharts.ts'
import type { AssignedPartition, ConsumerState, Position } from './state.ts'

export type FetchStateName = 'initializing' | 'fetching' | 'awaitReset' | 'awaitValidation'
type FetchEvent = 'position' | 'reset' | 'validate'

/** A consumer's place in one partition: what the inspector draws. A position that waits for its reset is validated no more. */
export const consumerPartitionMachine = createMachine({
  id: 'consumer partition',
  initial: 'initializing',
  states: {
    initializing: { on: { position: 'fetching', reset: 'awaitReset', validate: 'awaitValidation' } },
    fetching: { on: { position: 'fetching', reset: 'awaitReset', validate: 'awaitValidation' } },
    awaitReset: { on: { position: 'fetching', reset: 'awaitReset', validate: 'awaitReset' } },
    awaitValidation: { on: { position: 'fetching', reset: 'awaitReset', validate: 'awaitValidation' } },
  },
})
const TABLE = compile<FetchStateName, FetchEvent>(consumerPartitionMachine)
const AT_ONCE = us(-1)

export const newAssignedPartition = (topic: string, partition: number): AssignedPartition => ({
  topic,
  partition,
  value: 'initializing',
  position: null,
  resetTo: null,
  retryAt: AT_ONCE,
  highWatermark: -1,
  logStartOffset: -1,
  lastStableOffset: -1,
})
export const positionAt = (offset: number, offsetEpoch = -1, leader: LeaderAndEpoch = NO_LEADER_OR_EPOCH): Position =>
  Object.freeze({ offset, offsetEpoch, leader: Object.freeze({ ...leader }) })
export const samePosition = (a: Position | null, b: Position): boolean =>
  a !== null && a.offset === b.offset && a.offsetEpoch === b.offsetEpoch && sameLeader(a.leader, b.leader)

export const hasValidPosition = (p: AssignedPartition): boolean => p.value === 'fetching'
/** It neither has a position nor waits for one. */
export const isMissingPosition = (p: AssignedPartition): boolean => p.value === 'initializing'
export const mayRetry = (p: AssignedPartition, now: Micros): boolean => p.retryAt < 0 || now >= p.retryAt
export function retryAfter(p: AssignedPartition, now: Micros, delay: Micros): void {
  p.retryAt = plus(now, delay)
}

export function requestReset(p: AssignedPartition, to: 'earliest' | 'latest'): void {
  p.value = nextState(TABLE, p.value, 'reset')
  p.resetTo = to
  p.retryAt = AT_ONCE
}
/** Goes to a position that nobody has to look up. */
export function seekTo(p: AssignedPartition, position: Position): void {
  p.value = nextState(TABLE, p.value, 'position')
  p.position = position
  p.resetTo = null
  p.retryAt = AT_ONCE
}
/** Goes to a position; where epochs are known, the leader is asked whether its log still holds what was read before. */
export function seekUnvalidated(p: AssignedPartition, position: Position): void {
  seekTo(p, position)
  validate(p, position)
}
function validate(p: AssignedPartition, position: Position): void {
  p.value = nextState(TABLE, p.value, position.offsetEpoch >= 0 && position.leader.epoch >= 0 ? 'validate' : 'position')
  p.position = position
  p.retryAt = AT_ONCE
}
/** The leader has what was read. */
export function completeValidation(p: AssignedPartition): void {
  if (p.value !== 'awaitValidation') return
  p.value = nextState(TABLE, p.value, 'position')
  p.retryAt = AT_ONCE
}
/** Takes note of who leads now. */
export function noteLeader(p: AssignedPartition, leader: LeaderAndEpoch): void {
  if (p.value === 'awaitReset' || sameLeader(leader, NO_LEADER_OR_EPOCH)) return
  if (p.position === null || sameLeader(p.position.leader, leader)) return
  validate(p, positionAt(p.position.offset, p.position.offsetEpoch, leader))
}
/** What was read from, or failed, is asked for last: so partitions of a topic stay together. */
export function moveToEnd(consumer: ConsumerState, p: AssignedPartition): void {
  consumer.partitions = [...consumer.partitions.filter((other) => other !== p), p]
}
