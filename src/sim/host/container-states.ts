// The life of a container, as docker tells it.

import { createMachine } from 'xstate'
import type { ContainerState } from '../kernel/index.ts'

export const containerMachine = createMachine({
  id: 'container',
  initial: 'absent',
  states: {
    absent: { on: { create: 'created', start: 'running' } },
    created: { on: { start: 'running' } },
    running: { on: { pause: 'paused', end: 'exited' } },
    paused: { on: { unpause: 'running', end: 'exited' } },
    exited: { on: { start: 'running', remove: 'absent' } },
  },
})

type ContainerEvent = 'create' | 'start' | 'pause' | 'unpause' | 'end' | 'remove'

/** The transition table, compiled once from the definition: a transition by XState's own function costs too much for what happens often. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  Object.entries(containerMachine.states).map(([name, node]) => [
    name,
    Object.fromEntries(node.ownEvents.map((event) => [event, node.on[event as ContainerEvent]?.[0]?.target?.[0]?.key ?? name])),
  ]),
)

/** Where an event leads; the same state where it means nothing. */
export const containerNext = (state: ContainerState, event: ContainerEvent): ContainerState =>
  (TABLE[state]?.[event] ?? state) as ContainerState
