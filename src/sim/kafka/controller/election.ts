// Who leads a partition: the four strategies as pure functions (controller/Election.scala and PartitionLeaderElectionAlgorithms at 2.3.0).
import type { LeaderAndIsr } from '../client/index.ts'

export type ElectionStrategy = 'offline' | 'reassign' | 'preferred' | 'controlledShutdown'

/** As the strategy's case object prints itself. */
export const strategyText: Readonly<Record<ElectionStrategy, string>> = {
  offline: 'OfflinePartitionLeaderElectionStrategy',
  reassign: 'ReassignPartitionLeaderElectionStrategy',
  preferred: 'PreferredReplicaPartitionLeaderElectionStrategy',
  controlledShutdown: 'ControlledShutdownPartitionLeaderElectionStrategy',
}

export interface Candidates {
  readonly assignment: readonly number[]
  /** Replicas aimed at, for `reassign`. */
  readonly target: readonly number[]
  readonly live: readonly number[]
  readonly shuttingDown: readonly number[]
  readonly uncleanEnabled: boolean
}
export interface Election {
  /** Undefined when nobody may lead. */
  readonly leadership: LeaderAndIsr | undefined
  /** Who is told. */
  readonly recipients: readonly number[]
  readonly unclean: boolean
}

/** First assigned replica that is live and in the ISR; else, where unclean elections are allowed, the first that lives. */
export function offlineLeader(
  assignment: readonly number[],
  isr: readonly number[],
  live: readonly number[],
  uncleanEnabled: boolean,
): number | undefined {
  const clean = assignment.find((id) => live.includes(id) && isr.includes(id))
  return clean ?? (uncleanEnabled ? assignment.find((id) => live.includes(id)) : undefined)
}
export const reassignLeader = (target: readonly number[], isr: readonly number[], live: readonly number[]): number | undefined =>
  target.find((id) => live.includes(id) && isr.includes(id))
export const preferredLeader = (assignment: readonly number[], isr: readonly number[], live: readonly number[]): number | undefined =>
  assignment.slice(0, 1).find((id) => live.includes(id) && isr.includes(id))
export const controlledShutdownLeader = (
  assignment: readonly number[],
  isr: readonly number[],
  live: readonly number[],
  shuttingDown: readonly number[],
): number | undefined => assignment.find((id) => live.includes(id) && isr.includes(id) && !shuttingDown.includes(id))

const elected = (state: LeaderAndIsr, leader: number, isr: readonly number[]): LeaderAndIsr => ({
  ...state,
  leader,
  isr: isr.slice(),
  leaderEpoch: state.leaderEpoch + 1,
})

/** The next leader and ISR of a partition under a strategy. `live` excludes brokers that are shutting down. */
export function elect(strategy: ElectionStrategy, state: LeaderAndIsr, c: Candidates): Election {
  const { isr } = state
  const liveReplicas = c.assignment.filter((id) => c.live.includes(id))
  const none: Election = { leadership: undefined, recipients: liveReplicas, unclean: false }
  switch (strategy) {
    case 'offline': {
      const leader = offlineLeader(c.assignment, isr, liveReplicas, c.uncleanEnabled)
      if (leader === undefined) return none
      const clean = isr.includes(leader)
      return {
        leadership: elected(state, leader, clean ? isr.filter((id) => c.live.includes(id)) : [leader]),
        recipients: liveReplicas,
        unclean: !clean,
      }
    }
    case 'reassign': {
      const live = c.target.filter((id) => c.live.includes(id))
      const leader = reassignLeader(c.target, isr, live)
      return { leadership: leader === undefined ? undefined : elected(state, leader, isr), recipients: c.target.slice(), unclean: false }
    }
    case 'preferred': {
      const leader = preferredLeader(c.assignment, isr, liveReplicas)
      return {
        leadership: leader === undefined ? undefined : elected(state, leader, isr),
        recipients: c.assignment.slice(),
        unclean: false,
      }
    }
    case 'controlledShutdown': {
      const reachable = c.assignment.filter((id) => c.live.includes(id) || c.shuttingDown.includes(id))
      const leader = controlledShutdownLeader(c.assignment, isr, reachable, c.shuttingDown)
      const left = isr.filter((id) => !c.shuttingDown.includes(id))
      return { leadership: leader === undefined ? undefined : elected(state, leader, left), recipients: reachable, unclean: false }
    }
  }
}
