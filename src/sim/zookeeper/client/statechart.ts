// The life of a ZooKeeper client handle as a statechart: the states the library itself names (org.apache.zookeeper.ZooKeeper.States, kazoo's KeeperState).

import { setup } from 'xstate'

/** `EXPIRED` is where only the server's answer to a reconnect can lead; time alone never does. */
export type ClientStateName = 'NOT_CONNECTED' | 'CONNECTING' | 'CONNECTED' | 'CLOSING' | 'CLOSED' | 'EXPIRED' | 'AUTH_FAILED'

export type ClientStateEvent =
  /** The program makes a handle, or a new one after the old is dead. */
  | { type: 'start' }
  /** The server granted (or confirmed) the session. */
  | { type: 'session granted' }
  /** Connection closed by the other side, refused, or silent for two thirds of the session timeout. */
  | { type: 'connection lost' }
  /** The server answered that it does not know the session any more. */
  | { type: 'session unknown' }
  /** The program asks for the session to end. */
  | { type: 'close' }
  /** The session's end is confirmed, or cannot be. */
  | { type: 'done' }
  /** kazoo alone: no host name of the list resolves, or an answer it has no name for. */
  | { type: 'give up' }
  | { type: 'authentication failed' }

/** Source: ClientCnxn.java at apache/zookeeper release-3.4.14; client.py and protocol/connection.py at python-zk/kazoo 2.6.1. */
export const zkClientMachine = setup({ types: { events: {} as ClientStateEvent } }).createMachine({
  id: 'zookeeper client',
  initial: 'NOT_CONNECTED',
  states: {
    NOT_CONNECTED: { on: { start: 'CONNECTING' } },
    CONNECTING: {
      on: {
        'session granted': 'CONNECTED',
        'session unknown': 'EXPIRED',
        close: 'CLOSING',
        'give up': 'CLOSED',
        'authentication failed': 'AUTH_FAILED',
      },
    },
    CONNECTED: {
      on: { 'connection lost': 'CONNECTING', close: 'CLOSING', 'give up': 'CLOSED', 'authentication failed': 'AUTH_FAILED' },
    },
    CLOSING: { on: { done: 'CLOSED', 'session unknown': 'CLOSED' } },
    CLOSED: { on: { start: 'CONNECTING' } },
    EXPIRED: { on: { start: 'CONNECTING', close: 'CLOSING', 'give up': 'CLOSED' } },
    AUTH_FAILED: { on: { start: 'CONNECTING' } },
  },
})

// Compiled once: a transition on the path of a message must not cost XState's own.
const table: Record<string, Record<string, string>> = {}
for (const [name, node] of Object.entries(zkClientMachine.states)) {
  const row: Record<string, string> = {}
  for (const [event, transitions] of node.transitions) {
    const target = transitions[0]?.target?.[0]
    if (target) row[event] = target.key
  }
  table[name] = row
}

/** The state after an event; the same state where the chart has no transition for it. */
export function nextClientState(state: ClientStateName, event: ClientStateEvent['type']): ClientStateName {
  return (table[state]?.[event] as ClientStateName | undefined) ?? state
}
