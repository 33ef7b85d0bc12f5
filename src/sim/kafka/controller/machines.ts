// The controller's state machines as definitions: what the controller itself does, and the life of a partition and of a replica in its eyes
// (controller/PartitionStateMachine.scala, ReplicaStateMachine.scala at 2.3.0). The inspector draws them; here they are compiled to tables.
import { setup } from 'xstate'
import { compile, nextState } from '../client/index.ts'

export type ControllerValue = 'Standby' | 'Electing' | 'TakingOver' | 'Active'
export type ControllerMove = 'elect' | 'lost' | 'elected' | 'ready' | 'resign'

/** One broker's controller. */
export const controllerMachine = setup({ types: { events: {} as { type: ControllerMove } } }).createMachine({
  id: 'controller',
  initial: 'Standby',
  states: {
    Standby: { on: { elect: 'Electing', resign: 'Standby' } },
    Electing: { on: { lost: 'Standby', elected: 'TakingOver', resign: 'Standby' } },
    TakingOver: { on: { ready: 'Active', resign: 'Standby' } },
    Active: { on: { resign: 'Standby', elect: 'Active' } },
  },
})
const controllerTable = compile<ControllerValue, ControllerMove>(controllerMachine)
export const nextControllerValue = (from: ControllerValue, move: ControllerMove): ControllerValue => nextState(controllerTable, from, move)

export type PartitionStateName = 'NonExistentPartition' | 'NewPartition' | 'OnlinePartition' | 'OfflinePartition'

/** Events are the states aimed at. */
export const partitionMachine = setup({ types: { events: {} as { type: PartitionStateName } } }).createMachine({
  id: 'partition',
  initial: 'NonExistentPartition',
  states: {
    NonExistentPartition: { on: { NewPartition: 'NewPartition' } },
    NewPartition: { on: { OnlinePartition: 'OnlinePartition', OfflinePartition: 'OfflinePartition' } },
    OnlinePartition: { on: { OnlinePartition: 'OnlinePartition', OfflinePartition: 'OfflinePartition' } },
    OfflinePartition: {
      on: { OnlinePartition: 'OnlinePartition', OfflinePartition: 'OfflinePartition', NonExistentPartition: 'NonExistentPartition' },
    },
  },
})
const partitionTable = compile<PartitionStateName, PartitionStateName>(partitionMachine)
export const canMovePartition = (from: PartitionStateName, to: PartitionStateName): boolean => partitionTable[from][to] !== undefined

export type ReplicaStateName =
  | 'NonExistentReplica'
  | 'NewReplica'
  | 'OnlineReplica'
  | 'OfflineReplica'
  | 'ReplicaDeletionStarted'
  | 'ReplicaDeletionSuccessful'
  | 'ReplicaDeletionIneligible'

export const replicaMachine = setup({ types: { events: {} as { type: ReplicaStateName } } }).createMachine({
  id: 'replica',
  initial: 'NonExistentReplica',
  states: {
    NonExistentReplica: { on: { NewReplica: 'NewReplica' } },
    NewReplica: { on: { OnlineReplica: 'OnlineReplica', OfflineReplica: 'OfflineReplica' } },
    OnlineReplica: { on: { OnlineReplica: 'OnlineReplica', OfflineReplica: 'OfflineReplica' } },
    OfflineReplica: {
      on: {
        OnlineReplica: 'OnlineReplica',
        OfflineReplica: 'OfflineReplica',
        ReplicaDeletionStarted: 'ReplicaDeletionStarted',
        ReplicaDeletionIneligible: 'ReplicaDeletionIneligible',
      },
    },
    ReplicaDeletionStarted: {
      on: { ReplicaDeletionSuccessful: 'ReplicaDeletionSuccessful', ReplicaDeletionIneligible: 'ReplicaDeletionIneligible' },
    },
    ReplicaDeletionSuccessful: { on: { NonExistentReplica: 'NonExistentReplica' } },
    ReplicaDeletionIneligible: { on: { OnlineReplica: 'OnlineReplica', OfflineReplica: 'OfflineReplica' } },
  },
})
const replicaTable = compile<ReplicaStateName, ReplicaStateName>(replicaMachine)
export const canMoveReplica = (from: ReplicaStateName, to: ReplicaStateName): boolean => replicaTable[from][to] !== undefined

/** In the order that Scala writes a set of states. */
const VALID_PREVIOUS: Readonly<Record<PartitionStateName, string>> = {
  NonExistentPartition: 'OfflinePartition',
  NewPartition: 'NonExistentPartition',
  OnlinePartition: 'NewPartition,OnlinePartition,OfflinePartition',
  OfflinePartition: 'NewPartition,OnlinePartition,OfflinePartition',
}
export const validPreviousPartitionStates = (target: PartitionStateName): string => VALID_PREVIOUS[target]
