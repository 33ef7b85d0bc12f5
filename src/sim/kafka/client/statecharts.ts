// Transition tables compiled once from XState definitions: a lookup where XState's own transition() would cost twenty microseconds.
import type { AnyStateMachine } from 'xstate'
import { assert } from '../../base/index.ts'

interface StateConfig {
  readonly on?: Readonly<Record<string, string | { readonly target?: string }>>
}

/** The table of a flat machine: state -> event -> next state. */
export function compile<S extends string, E extends string>(
  machine: AnyStateMachine,
): Readonly<Record<S, Readonly<Partial<Record<E, S>>>>> {
  const states = machine.config.states as Readonly<Record<string, StateConfig>>
  return Object.fromEntries(
    Object.entries(states).map(([name, { on }]) => [
      name,
      Object.fromEntries(Object.entries(on ?? {}).map(([event, to]) => [event, typeof to === 'string' ? to : (to.target ?? name)])),
    ]),
  ) as Record<S, Partial<Record<E, S>>>
}

/** The next state; an event that the state does not know is a defect. */
export function nextState<S extends string, E extends string>(
  table: Readonly<Record<S, Readonly<Partial<Record<E, S>>>>>,
  from: S,
  event: E,
): S {
  const to = table[from][event]
  assert(to !== undefined, `${event} may happen in ${from}`)
  return to
}
