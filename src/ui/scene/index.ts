// The scene: pure functions from a cluster at a moment to shapes. The stage draws them; tests read them.
export { SceneMaker, type Scene, type SceneInput, type Stop, type Tally } from './scene.ts'
export { clusterView, endsOf, hostMeant } from './view.ts'
export {
  partitionAt,
  type BarShape,
  type Cap,
  type HeadingShape,
  type MarkShape,
  type PartitionsShape,
  type TicksShape,
} from './partition-shapes.ts'
export type { MoveShape } from './moves.ts'
export { PartitionTrace } from './partition-trace.ts'
export {
  brokersKnowing,
  partitionNamed,
  topicsOf,
  type Health,
  type PartitionView,
  type ReplicaKind,
  type ReplicaView,
  type TopicsView,
  type TopicView,
} from './topics.ts'
export { chrootIn } from './states.ts'
export { menuFor, type Menu, type MenuItem } from './menu.ts'
export { directionOf, neighbour } from './focus.ts'
export { compareNames, orderedPair, sameSelection, selectionKey, type Selection } from './selection.ts'
export { loadOf, type Load, type PartLoad } from './load.ts'
export { meaningOf, type Concept, type Meaning, type Sign } from './concepts.ts'
export { duration, fullZxid, shortSession, shortZxid } from './text.ts'
export type { BrokerView, ClientView, ClusterView, HostView, ServerView, SessionView, ToolView } from './cluster-view.ts'
export type { BrokerShape, GroupShape, PowerShape, ServerShape, SessionBar, ToolShape } from './hosts.ts'
export type { PacketShape } from './packets.ts'
export type { WireShape } from './wires.ts'
export type { Box, Layout, Size } from './layout.ts'
