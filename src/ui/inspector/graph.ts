// A statechart's definition as a graph: states, their parents, and the transitions between them.

import type { AnyStateMachine, AnyStateNode, StateValue } from 'xstate'

export interface ChartState {
  /** Keys joined by dots: `FOLLOWING.broadcast`. */
  readonly id: string
  readonly label: string
  /** Empty for the outermost. */
  readonly parent: string
  readonly initial: boolean
  readonly final: boolean
}
export interface ChartMove {
  readonly from: string
  readonly to: string
  readonly events: readonly string[]
}
export interface Chart {
  readonly states: readonly ChartState[]
  readonly moves: readonly ChartMove[]
}

const idOf = (node: AnyStateNode): string => node.path.join('.')

/** `OfflinePartition` as it is, `stopGrace` as it is: a state bears the name that Kafka or ZooKeeper gives it. Events are written as words. */
export const eventWords = (event: string): string => event.replace(/^xstate\./, '').replace(/[._-]/g, ' ')

/** The graph of a definition. */
export function chartOf(machine: AnyStateMachine): Chart {
  const states: ChartState[] = []
  const moves = new Map<string, { from: string; to: string; events: string[] }>()
  const visit = (node: AnyStateNode, initial: boolean): void => {
    const id = idOf(node)
    if (id !== '') states.push({ id, label: node.key, parent: node.path.slice(0, -1).join('.'), initial, final: node.type === 'final' })
    for (const [event, transitions] of node.transitions) {
      for (const target of transitions.flatMap((t) => t.target ?? [])) {
        const to = idOf(target as AnyStateNode)
        const key = `${id} ${to}`
        const move = moves.get(key)
        if (move) move.events.push(eventWords(event))
        else moves.set(key, { from: id, to, events: [eventWords(event)] })
      }
    }
    const first = node.initial?.target?.[0] as AnyStateNode | undefined
    for (const child of Object.values(node.states) as AnyStateNode[]) visit(child, child === first)
  }
  visit(machine.root, false)
  return { states, moves: [...moves.values()].filter((move) => move.from !== '') }
}

/** Ids of the states that are active, outer ones too. */
export function activeStates(value: StateValue, prefix = ''): string[] {
  if (typeof value === 'string') return [prefix + value]
  return Object.entries(value).flatMap(([outer, inner]) => [
    prefix + outer,
    ...(inner === undefined ? [] : activeStates(inner, `${prefix}${outer}.`)),
  ])
}
