// The only door of the simulation: what the page, the headless runners and users of the library import.

export { formatTime, javaDate, ctime, civil, ms, seconds, us, plus, minus, toMs, List, PMap, type Micros } from './base/index.ts'
export type {
  Conn,
  Context,
  ContainerState,
  Event,
  Host,
  HostName,
  Link,
  LogEntry,
  Message,
  Packet,
  Pid,
  Proc,
  ProcessKind,
  Root,
  Silence,
  Terminal,
  TerminalEntry,
  TraceEntry,
  World,
} from './kernel/index.ts'
export { fingerprint } from './kernel/index.ts'
export { containerMachine, DOCKER_HOST, PLAYGROUND_FOLDER, resolvePath } from './host/index.ts'
export { linkKey } from './net/index.ts'
export {
  CLICKS,
  ClusterEngine,
  createWorld,
  programs,
  renderLog,
  runActions,
  type Action,
  type Scenario,
  type ScenarioHost,
} from './cluster/index.ts'
export {
  lessonOf,
  scenarioGroups,
  scenarioNamed,
  scenarios,
  tells,
  type Lesson,
  type ScenarioGroup,
  type ShippedScenario,
  type Step,
  type Try,
} from './scenarios/index.ts'
export {
  ACTION_TEXT_LIMIT,
  DocumentError,
  fromFragment,
  History,
  openDocument,
  parseJson,
  rootOf,
  silencer,
  toDocument,
  toFragment,
  why,
  type Cause,
  type Fork,
  type OpenedRun,
  type RunDocument,
} from './history/index.ts'
export {
  peerMachine,
  sessionMachine,
  stateValue,
  zkConnections,
  zkNode,
  zkNodes,
  zkPeer,
  zkSessions,
  zkWatches,
  type PeerView,
  type SessionView,
  type WatchView,
  type ZkServer,
  type ZnodeView,
} from './zookeeper/index.ts'
export {
  brokerMachine,
  brokerStateOf,
  brokerView,
  controllerMachine,
  partitionMachine,
  partitionsKnown,
  replicaMachine,
  type BrokerValue,
  type BrokerView,
  type CachedPartition,
  type LocalPartition,
  type PartitionsKnown,
} from './kafka/broker/index.ts'
export { znodes as kafkaZnodes, type LeaderAndIsr } from './kafka/client/index.ts'
export {
  errorName,
  isKafkaMessage,
  parseTp,
  tpName,
  type AnyRequest,
  type AnyResponse,
  type KafkaMessage,
  type TopicPartition,
} from './kafka/protocol/index.ts'
export { clientView, zkClientMachine, type ZkClientState } from './zookeeper/client/index.ts'
export { complete as completeShell, type CompletionQuery, type ShellState } from './shell/index.ts'
export { completeZkShell, type ZkShellState } from './apps/index.ts'
