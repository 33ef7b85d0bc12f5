// Error codes of the protocol: number, name, the exception's class and whether a client may retry (clients/.../protocol/Errors.java at 2.3.0).

/** `[code, name, exception class, retriable]`; the class is without its package. */
const TABLE = [
  [-1, 'UNKNOWN_SERVER_ERROR', 'UnknownServerException', false],
  [0, 'NONE', '', false],
  [1, 'OFFSET_OUT_OF_RANGE', 'OffsetOutOfRangeException', false],
  [2, 'CORRUPT_MESSAGE', 'CorruptRecordException', true],
  [3, 'UNKNOWN_TOPIC_OR_PARTITION', 'UnknownTopicOrPartitionException', true],
  [4, 'INVALID_FETCH_SIZE', 'InvalidFetchSizeException', false],
  [5, 'LEADER_NOT_AVAILABLE', 'LeaderNotAvailableException', true],
  [6, 'NOT_LEADER_FOR_PARTITION', 'NotLeaderForPartitionException', true],
  [7, 'REQUEST_TIMED_OUT', 'TimeoutException', true],
  [8, 'BROKER_NOT_AVAILABLE', 'BrokerNotAvailableException', false],
  [9, 'REPLICA_NOT_AVAILABLE', 'ReplicaNotAvailableException', false],
  [10, 'MESSAGE_TOO_LARGE', 'RecordTooLargeException', false],
  [11, 'STALE_CONTROLLER_EPOCH', 'ControllerMovedException', false],
  [12, 'OFFSET_METADATA_TOO_LARGE', 'OffsetMetadataTooLarge', false],
  [13, 'NETWORK_EXCEPTION', 'NetworkException', true],
  [14, 'COORDINATOR_LOAD_IN_PROGRESS', 'CoordinatorLoadInProgressException', true],
  [15, 'COORDINATOR_NOT_AVAILABLE', 'CoordinatorNotAvailableException', true],
  [16, 'NOT_COORDINATOR', 'NotCoordinatorException', true],
  [17, 'INVALID_TOPIC_EXCEPTION', 'InvalidTopicException', false],
  [18, 'RECORD_LIST_TOO_LARGE', 'RecordBatchTooLargeException', false],
  [19, 'NOT_ENOUGH_REPLICAS', 'NotEnoughReplicasException', true],
  [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'NotEnoughReplicasAfterAppendException', true],
  [21, 'INVALID_REQUIRED_ACKS', 'InvalidRequiredAcksException', false],
  [22, 'ILLEGAL_GENERATION', 'IllegalGenerationException', false],
  [23, 'INCONSISTENT_GROUP_PROTOCOL', 'InconsistentGroupProtocolException', false],
  [24, 'INVALID_GROUP_ID', 'InvalidGroupIdException', false],
  [25, 'UNKNOWN_MEMBER_ID', 'UnknownMemberIdException', false],
  [26, 'INVALID_SESSION_TIMEOUT', 'InvalidSessionTimeoutException', false],
  [27, 'REBALANCE_IN_PROGRESS', 'RebalanceInProgressException', false],
  [28, 'INVALID_COMMIT_OFFSET_SIZE', 'InvalidCommitOffsetSizeException', false],
  [29, 'TOPIC_AUTHORIZATION_FAILED', 'TopicAuthorizationException', false],
  [30, 'GROUP_AUTHORIZATION_FAILED', 'GroupAuthorizationException', false],
  [31, 'CLUSTER_AUTHORIZATION_FAILED', 'ClusterAuthorizationException', false],
  [32, 'INVALID_TIMESTAMP', 'InvalidTimestampException', false],
  [33, 'UNSUPPORTED_SASL_MECHANISM', 'UnsupportedSaslMechanismException', false],
  [34, 'ILLEGAL_SASL_STATE', 'IllegalSaslStateException', false],
  [35, 'UNSUPPORTED_VERSION', 'UnsupportedVersionException', false],
  [36, 'TOPIC_ALREADY_EXISTS', 'TopicExistsException', false],
  [37, 'INVALID_PARTITIONS', 'InvalidPartitionsException', false],
  [38, 'INVALID_REPLICATION_FACTOR', 'InvalidReplicationFactorException', false],
  [39, 'INVALID_REPLICA_ASSIGNMENT', 'InvalidReplicaAssignmentException', false],
  [40, 'INVALID_CONFIG', 'InvalidConfigurationException', false],
  [41, 'NOT_CONTROLLER', 'NotControllerException', true],
  [42, 'INVALID_REQUEST', 'InvalidRequestException', false],
  [43, 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 'UnsupportedForMessageFormatException', false],
  [44, 'POLICY_VIOLATION', 'PolicyViolationException', false],
  [45, 'OUT_OF_ORDER_SEQUENCE_NUMBER', 'OutOfOrderSequenceException', false],
  [46, 'DUPLICATE_SEQUENCE_NUMBER', 'DuplicateSequenceException', false],
  [47, 'INVALID_PRODUCER_EPOCH', 'ProducerFencedException', false],
  [48, 'INVALID_TXN_STATE', 'InvalidTxnStateException', false],
  [49, 'INVALID_PRODUCER_ID_MAPPING', 'InvalidPidMappingException', false],
  [50, 'INVALID_TRANSACTION_TIMEOUT', 'InvalidTxnTimeoutException', false],
  [51, 'CONCURRENT_TRANSACTIONS', 'ConcurrentTransactionsException', false],
  [52, 'TRANSACTION_COORDINATOR_FENCED', 'TransactionCoordinatorFencedException', false],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'TransactionalIdAuthorizationException', false],
  [54, 'SECURITY_DISABLED', 'SecurityDisabledException', false],
  [55, 'OPERATION_NOT_ATTEMPTED', 'OperationNotAttemptedException', false],
  [56, 'KAFKA_STORAGE_ERROR', 'KafkaStorageException', true],
  [57, 'LOG_DIR_NOT_FOUND', 'LogDirNotFoundException', false],
  [58, 'SASL_AUTHENTICATION_FAILED', 'SaslAuthenticationException', false],
  [59, 'UNKNOWN_PRODUCER_ID', 'UnknownProducerIdException', false],
  [60, 'REASSIGNMENT_IN_PROGRESS', 'ReassignmentInProgressException', false],
  [61, 'DELEGATION_TOKEN_AUTH_DISABLED', 'DelegationTokenDisabledException', false],
  [62, 'DELEGATION_TOKEN_NOT_FOUND', 'DelegationTokenNotFoundException', false],
  [63, 'DELEGATION_TOKEN_OWNER_MISMATCH', 'DelegationTokenOwnerMismatchException', false],
  [64, 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED', 'UnsupportedByAuthenticationException', false],
  [65, 'DELEGATION_TOKEN_AUTHORIZATION_FAILED', 'DelegationTokenAuthorizationException', false],
  [66, 'DELEGATION_TOKEN_EXPIRED', 'DelegationTokenExpiredException', false],
  [67, 'INVALID_PRINCIPAL_TYPE', 'InvalidPrincipalTypeException', false],
  [68, 'NON_EMPTY_GROUP', 'GroupNotEmptyException', false],
  [69, 'GROUP_ID_NOT_FOUND', 'GroupIdNotFoundException', false],
  [70, 'FETCH_SESSION_ID_NOT_FOUND', 'FetchSessionIdNotFoundException', true],
  [71, 'INVALID_FETCH_SESSION_EPOCH', 'InvalidFetchSessionEpochException', true],
  [72, 'LISTENER_NOT_FOUND', 'ListenerNotFoundException', true],
  [73, 'TOPIC_DELETION_DISABLED', 'TopicDeletionDisabledException', false],
  [74, 'FENCED_LEADER_EPOCH', 'FencedLeaderEpochException', true],
  [75, 'UNKNOWN_LEADER_EPOCH', 'UnknownLeaderEpochException', true],
  [76, 'UNSUPPORTED_COMPRESSION_TYPE', 'UnsupportedCompressionTypeException', false],
  [77, 'STALE_BROKER_EPOCH', 'StaleBrokerEpochException', false],
  [78, 'OFFSET_NOT_AVAILABLE', 'OffsetNotAvailableException', true],
  [79, 'MEMBER_ID_REQUIRED', 'MemberIdRequiredException', false],
  [80, 'PREFERRED_LEADER_NOT_AVAILABLE', 'PreferredLeaderNotAvailableException', true],
  [81, 'GROUP_MAX_SIZE_REACHED', 'GroupMaxSizeReachedException', false],
  [82, 'FENCED_INSTANCE_ID', 'FencedInstanceIdException', false],
] as const

export type ErrorName = (typeof TABLE)[number][1]

/** Codes by name: `ERRORS.NOT_CONTROLLER` is 41. */
export const ERRORS = Object.fromEntries(TABLE.map(([code, name]) => [name, code])) as { readonly [K in ErrorName]: number }

const byCode: Readonly<Record<number, (typeof TABLE)[number]>> = Object.fromEntries(TABLE.map((row) => [row[0], row]))

export const errorName = (code: number): ErrorName => byCode[code]?.[1] ?? 'UNKNOWN_SERVER_ERROR'
/** `org.apache.kafka.common.errors.NotControllerException`; empty for none. */
export function errorClass(code: number): string {
  const name = byCode[code]?.[2] ?? 'UnknownServerException'
  return name === '' ? '' : `org.apache.kafka.common.errors.${name}`
}
export const isRetriable = (code: number): boolean => byCode[code]?.[3] ?? false
