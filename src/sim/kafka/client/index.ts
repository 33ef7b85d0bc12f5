// Clients inside Kafka's programs: threads as plain data, ZooKeeper as Kafka uses it, and connections to brokers.
export {
  fail,
  handleThreadTimer,
  isRunning,
  isWaiting,
  newThreads,
  proc,
  resume,
  resumeLater,
  runThreads,
  startThread,
  stopThread,
  Task,
  ThreadFailure,
  wake,
  type Failure,
  type Next,
  type Proc,
  type Thread,
  type Threaded,
  type Threads,
  type Vars,
} from './threads.ts'
export {
  closeZooKeeper,
  handleZooKeeper,
  logZooKeeper,
  openZooKeeper,
  reopenZooKeeper,
  replies,
  reply,
  zkBatch,
  zkFenced,
  type ZkReply,
  type ZooKeeperEvent,
  type ZooKeeperOptions,
  type ZooKeeperState,
  type ZooKeeperUser,
} from './zookeeper.ts'
export * as keeper from './keeper.ts'
export { childrenOf, createRecursive, dataOf, deleteRecursive, expectOk, isControllerMoved, isNodeExists, keeperFailure } from './keeper.ts'
export * as znodes from './znodes.ts'
export { NO_LEADER, LEADER_DURING_DELETE, paths, type BrokerInfo, type ConfigType, type LeaderAndIsr } from './znodes.ts'
export { renderLog4j, toolLogLine } from './log4j.ts'
export { compile, nextState } from './statecharts.ts'
export {
  backoffLeft,
  closeNetworkClient,
  connectNode,
  handleNetworkClient,
  isReady,
  newNetworkClient,
  sendTo,
  type NetworkClientOptions,
  type NetworkClientState,
  type NetworkEvent,
  type Node,
} from './network-client.ts'
export {
  adminCall,
  closeAdminClient,
  handleAdminClient,
  newAdminClient,
  metadataQuery,
  responseBody,
  type AdminClientState,
  type AdminUser,
  type Target,
} from './admin-client.ts'
export {
  allOf,
  describeCluster,
  describeTopics,
  listTopicNames,
  type ClusterDescription,
  type Outcome,
  type TopicDescription,
  type TopicPartitionInfo,
} from './admin-topics.ts'
export {
  alterConfigs,
  describeConfigs,
  incrementalAlterConfigs,
  isDefaultEntry,
  OP_TYPES,
  type ConfigAlteration,
  type ConfigEntry,
  type ConfigOperation,
  type ConfigResource,
  type ConfigSource,
} from './admin-configs.ts'
export {
  createPartitions,
  createTopics,
  deleteTopics,
  electPreferredLeaders,
  type ElectedPartition,
  type NewPartitions,
  type NewTopicSpec,
} from './admin-changes.ts'
export {
  fetchMetadataText,
  fetchTopics,
  forgottenTopics,
  handleFetchError,
  handleFetchResponse,
  newFetchSession,
  planFetch,
  type FetchPlan,
  type FetchPosition,
  type FetchSessionState,
} from './fetch-session-handler.ts'
export { assignmentProblem, assignReplicas, type Assignment, type BrokerRack } from './assignment.ts'
export {
  addPartitions,
  ADMIN_OPERATION,
  assignNewTopic,
  asWritten,
  changeConfig,
  changeTopicConfig,
  createTopicInZooKeeper,
  hasCollisionChars,
  markForDeletion,
  propertiesOrder,
  readAssignment,
  readBrokerRacks,
  readConfig,
  setOrCreateConfig,
  topicNameProblem,
  validateNewTopic,
  validateTopicConfig,
} from './topic-admin.ts'
