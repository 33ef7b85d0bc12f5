// The ZooKeeper 3.5.5 server: a process kind, its statecharts, its costs, and questions to its state.
export { zookeeperKind } from './kind.ts'
export { costs } from './costs.ts'
export { peerMachine, sessionMachine, stateValue, type PeerValue, type SessionValue } from './machines.ts'
export { renderLog as renderZooKeeperLog } from './console.ts'
export {
  zkPeer,
  zkNode,
  zkNodes,
  zkSessions,
  zkWatches,
  zkCommitted,
  zkConnections,
  zkFile,
  type PeerView,
  type ZkFile,
  type ZnodeView,
  type SessionView,
  type WatchView,
} from './queries.ts'
export type { ZkServer } from './state.ts'
