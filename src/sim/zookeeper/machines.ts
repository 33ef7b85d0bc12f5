// What ZooKeeper itself describes as state machines: a peer of an ensemble (QuorumPeer, and ZAB's phases inside a role) and a session as its leader tracks it. The inspector draws
// these definitions; the server moves by tables compiled from them once.

import { getNextSnapshot, setup, type AnyStateMachine, type StateValue } from 'xstate'

export type PeerEvent =
  /** FastLeaderElection decided. */
  | { type: 'elected follower' }
  | { type: 'elected leader' }
  /** Follower: the leader's new epoch was accepted. Leader: a quorum accepted it. */
  | { type: 'epoch accepted' }
  /** Follower: UPTODATE came. Leader: a quorum acknowledged NEWLEADER. */
  | { type: 'up to date' }
  | { type: 'leader lost' }
  | { type: 'quorum lost' }

const phases = {
  initial: 'discovery',
  states: {
    discovery: { on: { 'epoch accepted': 'synchronization' } },
    synchronization: { on: { 'up to date': 'broadcast' } },
    broadcast: {},
  },
} as const

/** A server of an ensemble (QuorumPeer.run, Follower.followLeader, Leader.lead at release-3.5.5). */
export const peerMachine = setup({ types: { events: {} as PeerEvent } }).createMachine({
  id: 'zookeeper peer',
  initial: 'LOOKING',
  states: {
    LOOKING: { on: { 'elected follower': 'FOLLOWING', 'elected leader': 'LEADING' } },
    FOLLOWING: { ...phases, on: { 'leader lost': 'LOOKING' } },
    LEADING: { ...phases, on: { 'quorum lost': 'LOOKING' } },
  },
})

export type SessionEvent =
  /** createSession was committed. */
  | { type: 'created' }
  /** Silent for longer than its timeout: the leader proposes its end. */
  | { type: 'expired' }
  /** Its client asked for its end. */
  | { type: 'close asked' }
  /** closeSession was committed. */
  | { type: 'closed' }

/** A session as the leader tracks it (SessionTrackerImpl at release-3.5.5). While it is closing it can neither be touched nor write. */
export const sessionMachine = setup({ types: { events: {} as SessionEvent } }).createMachine({
  id: 'zookeeper session',
  initial: 'opening',
  states: {
    opening: { on: { created: 'open', expired: 'closing', 'close asked': 'closing' } },
    open: { on: { expired: 'closing', 'close asked': 'closing', closed: 'closed' } },
    closing: { on: { closed: 'closed' } },
    closed: { type: 'final' },
  },
})

type Phase = 'discovery' | 'synchronization' | 'broadcast'
/** A statechart's value with its parts joined by dots. */
export type PeerValue = 'LOOKING' | `FOLLOWING.${Phase}` | `LEADING.${Phase}`
export type SessionValue = 'opening' | 'open' | 'closing' | 'closed'

/** As XState writes it: `{ FOLLOWING: 'broadcast' }`. */
export function stateValue(value: PeerValue | SessionValue): StateValue {
  const [outer, inner] = value.split('.')
  return inner === undefined ? outer! : { [outer!]: inner }
}
const joined = (value: unknown): string =>
  typeof value === 'string' ? value : Object.entries(value as Record<string, string>).map(([outer, inner]) => `${outer}.${inner}`)[0]!

/** Where each event leads from each value. */
function compile(
  machine: AnyStateMachine,
  values: readonly (PeerValue | SessionValue)[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const table: Record<string, Record<string, string>> = {}
  for (const value of values) {
    const row: Record<string, string> = {}
    for (const type of machine.events) {
      const from = machine.resolveState({ value: stateValue(value), context: {} })
      row[type as string] = joined(getNextSnapshot(machine, from, { type }).value)
    }
    table[value] = row
  }
  return table
}

const role = (name: 'FOLLOWING' | 'LEADING'): PeerValue[] =>
  (['discovery', 'synchronization', 'broadcast'] as const).map((phase) => `${name}.${phase}` as const)
const PEER = compile(peerMachine, ['LOOKING', ...role('FOLLOWING'), ...role('LEADING')])
const SESSION = compile(sessionMachine, ['opening', 'open', 'closing'])

export const peerNext = (value: PeerValue, event: PeerEvent['type']): PeerValue => (PEER[value]?.[event] ?? value) as PeerValue
export const sessionNext = (value: SessionValue, event: SessionEvent['type']): SessionValue =>
  (SESSION[value]?.[event] ?? value) as SessionValue
