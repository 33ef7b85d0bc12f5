// What an exception of an error code says when the broker gave no message of its own (clients/.../protocol/Errors.java at 2.3.0).
import { ERRORS, errorClass } from './errors.ts'

const MESSAGES: Readonly<Record<number, string>> = {
  [ERRORS.UNKNOWN_SERVER_ERROR]: 'The server experienced an unexpected error when processing the request.',
  [ERRORS.OFFSET_OUT_OF_RANGE]: 'The requested offset is not within the range of offsets maintained by the server.',
  [ERRORS.CORRUPT_MESSAGE]:
    'This message has failed its CRC checksum, exceeds the valid size, has a null key for a compacted topic, or is otherwise corrupt.',
  [ERRORS.UNKNOWN_TOPIC_OR_PARTITION]: 'This server does not host this topic-partition.',
  [ERRORS.INVALID_FETCH_SIZE]: 'The requested fetch size is invalid.',
  [ERRORS.LEADER_NOT_AVAILABLE]: 'There is no leader for this topic-partition as we are in the middle of a leadership election.',
  [ERRORS.NOT_LEADER_FOR_PARTITION]: 'This server is not the leader for that topic-partition.',
  [ERRORS.REQUEST_TIMED_OUT]: 'The request timed out.',
  [ERRORS.BROKER_NOT_AVAILABLE]: 'The broker is not available.',
  [ERRORS.REPLICA_NOT_AVAILABLE]: 'The replica is not available for the requested topic-partition.',
  [ERRORS.MESSAGE_TOO_LARGE]: 'The request included a message larger than the max message size the server will accept.',
  [ERRORS.STALE_CONTROLLER_EPOCH]: 'The controller moved to another broker.',
  [ERRORS.OFFSET_METADATA_TOO_LARGE]: 'The metadata field of the offset request was too large.',
  [ERRORS.NETWORK_EXCEPTION]: 'The server disconnected before a response was received.',
  [ERRORS.COORDINATOR_LOAD_IN_PROGRESS]: "The coordinator is loading and hence can't process requests.",
  [ERRORS.COORDINATOR_NOT_AVAILABLE]: 'The coordinator is not available.',
  [ERRORS.NOT_COORDINATOR]: 'This is not the correct coordinator.',
  [ERRORS.INVALID_TOPIC_EXCEPTION]: 'The request attempted to perform an operation on an invalid topic.',
  [ERRORS.RECORD_LIST_TOO_LARGE]: 'The request included message batch larger than the configured segment size on the server.',
  [ERRORS.NOT_ENOUGH_REPLICAS]: 'Messages are rejected since there are fewer in-sync replicas than required.',
  [ERRORS.NOT_ENOUGH_REPLICAS_AFTER_APPEND]: 'Messages are written to the log, but to fewer in-sync replicas than required.',
  [ERRORS.INVALID_REQUIRED_ACKS]: 'Produce request specified an invalid value for required acks.',
  [ERRORS.ILLEGAL_GENERATION]: 'Specified group generation id is not valid.',
  [ERRORS.INCONSISTENT_GROUP_PROTOCOL]:
    "The group member's supported protocols are incompatible with those of existing members or first group member tried to join with empty protocol type or empty protocol list.",
  [ERRORS.INVALID_GROUP_ID]: 'The configured groupId is invalid.',
  [ERRORS.UNKNOWN_MEMBER_ID]: 'The coordinator is not aware of this member.',
  [ERRORS.INVALID_SESSION_TIMEOUT]:
    'The session timeout is not within the range allowed by the broker (as configured by group.min.session.timeout.ms and group.max.session.timeout.ms).',
  [ERRORS.REBALANCE_IN_PROGRESS]: 'The group is rebalancing, so a rejoin is needed.',
  [ERRORS.INVALID_COMMIT_OFFSET_SIZE]: 'The committing offset data size is not valid.',
  [ERRORS.TOPIC_AUTHORIZATION_FAILED]: 'Topic authorization failed.',
  [ERRORS.GROUP_AUTHORIZATION_FAILED]: 'Group authorization failed.',
  [ERRORS.CLUSTER_AUTHORIZATION_FAILED]: 'Cluster authorization failed.',
  [ERRORS.INVALID_TIMESTAMP]: 'The timestamp of the message is out of acceptable range.',
  [ERRORS.UNSUPPORTED_SASL_MECHANISM]: 'The broker does not support the requested SASL mechanism.',
  [ERRORS.ILLEGAL_SASL_STATE]: 'Request is not valid given the current SASL state.',
  [ERRORS.UNSUPPORTED_VERSION]: 'The version of API is not supported.',
  [ERRORS.TOPIC_ALREADY_EXISTS]: 'Topic with this name already exists.',
  [ERRORS.INVALID_PARTITIONS]: 'Number of partitions is below 1.',
  [ERRORS.INVALID_REPLICATION_FACTOR]: 'Replication factor is below 1 or larger than the number of available brokers.',
  [ERRORS.INVALID_REPLICA_ASSIGNMENT]: 'Replica assignment is invalid.',
  [ERRORS.INVALID_CONFIG]: 'Configuration is invalid.',
  [ERRORS.NOT_CONTROLLER]: 'This is not the correct controller for this cluster.',
  [ERRORS.INVALID_REQUEST]:
    'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.',
  [ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT]: 'The message format version on the broker does not support the request.',
  [ERRORS.POLICY_VIOLATION]: 'Request parameters do not satisfy the configured policy.',
  [ERRORS.OUT_OF_ORDER_SEQUENCE_NUMBER]: 'The broker received an out of order sequence number.',
  [ERRORS.DUPLICATE_SEQUENCE_NUMBER]: 'The broker received a duplicate sequence number.',
  [ERRORS.INVALID_PRODUCER_EPOCH]:
    "Producer attempted an operation with an old epoch. Either there is a newer producer with the same transactionalId, or the producer's transaction has been expired by the broker.",
  [ERRORS.INVALID_TXN_STATE]: 'The producer attempted a transactional operation in an invalid state.',
  [ERRORS.INVALID_PRODUCER_ID_MAPPING]:
    'The producer attempted to use a producer id which is not currently assigned to its transactional id.',
  [ERRORS.INVALID_TRANSACTION_TIMEOUT]:
    'The transaction timeout is larger than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).',
  [ERRORS.CONCURRENT_TRANSACTIONS]:
    'The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing.',
  [ERRORS.TRANSACTION_COORDINATOR_FENCED]:
    'Indicates that the transaction coordinator sending a WriteTxnMarker is no longer the current coordinator for a given producer.',
  [ERRORS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED]: 'Transactional Id authorization failed.',
  [ERRORS.SECURITY_DISABLED]: 'Security features are disabled.',
  [ERRORS.OPERATION_NOT_ATTEMPTED]:
    'The broker did not attempt to execute this operation. This may happen for batched RPCs where some operations in the batch failed, causing the broker to respond without trying the rest.',
  [ERRORS.KAFKA_STORAGE_ERROR]: 'Disk error when trying to access log file on the disk.',
  [ERRORS.LOG_DIR_NOT_FOUND]: 'The user-specified log directory is not found in the broker config.',
  [ERRORS.SASL_AUTHENTICATION_FAILED]: 'SASL Authentication failed.',
  [ERRORS.UNKNOWN_PRODUCER_ID]:
    "This exception is raised by the broker if it could not locate the producer metadata associated with the producerId in question. This could happen if, for instance, the producer's records were deleted because their retention time had elapsed. Once the last records of the producerId are removed, the producer's metadata is removed from the broker, and future appends by the producer will return this exception.",
  [ERRORS.REASSIGNMENT_IN_PROGRESS]: 'A partition reassignment is in progress.',
  [ERRORS.DELEGATION_TOKEN_AUTH_DISABLED]: 'Delegation Token feature is not enabled.',
  [ERRORS.DELEGATION_TOKEN_NOT_FOUND]: 'Delegation Token is not found on server.',
  [ERRORS.DELEGATION_TOKEN_OWNER_MISMATCH]: 'Specified Principal is not valid Owner/Renewer.',
  [ERRORS.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED]:
    'Delegation Token requests are not allowed on PLAINTEXT/1-way SSL channels and on delegation token authenticated channels.',
  [ERRORS.DELEGATION_TOKEN_AUTHORIZATION_FAILED]: 'Delegation Token authorization failed.',
  [ERRORS.DELEGATION_TOKEN_EXPIRED]: 'Delegation Token is expired.',
  [ERRORS.INVALID_PRINCIPAL_TYPE]: 'Supplied principalType is not supported.',
  [ERRORS.NON_EMPTY_GROUP]: 'The group is not empty.',
  [ERRORS.GROUP_ID_NOT_FOUND]: 'The group id does not exist.',
  [ERRORS.FETCH_SESSION_ID_NOT_FOUND]: 'The fetch session ID was not found.',
  [ERRORS.INVALID_FETCH_SESSION_EPOCH]: 'The fetch session epoch is invalid.',
  [ERRORS.LISTENER_NOT_FOUND]:
    'There is no listener on the leader broker that matches the listener on which metadata request was processed.',
  [ERRORS.TOPIC_DELETION_DISABLED]: 'Topic deletion is disabled.',
  [ERRORS.FENCED_LEADER_EPOCH]: 'The leader epoch in the request is older than the epoch on the broker',
  [ERRORS.UNKNOWN_LEADER_EPOCH]: 'The leader epoch in the request is newer than the epoch on the broker',
  [ERRORS.UNSUPPORTED_COMPRESSION_TYPE]: 'The requesting client does not support the compression type of given partition.',
  [ERRORS.STALE_BROKER_EPOCH]: 'Broker epoch has changed',
  [ERRORS.OFFSET_NOT_AVAILABLE]:
    'The leader high watermark has not caught up from a recent leader election so the offsets cannot be guaranteed to be monotonically increasing',
  [ERRORS.MEMBER_ID_REQUIRED]: 'The group member needs to have a valid member id before actually entering a consumer group',
  [ERRORS.PREFERRED_LEADER_NOT_AVAILABLE]: 'The preferred leader was not available',
  [ERRORS.GROUP_MAX_SIZE_REACHED]: 'The consumer group has reached its max size.',
  [ERRORS.FENCED_INSTANCE_ID]:
    'The broker rejected this static consumer since another consumer with the same group.instance.id has registered with a different member.id.',
}
/** The message that stands for a code. */
export const errorMessage = (code: number): string => MESSAGES[code] ?? MESSAGES[ERRORS.UNKNOWN_SERVER_ERROR]!

/** The exception that a client throws for an error of a response. `code` is not NONE. */
export const errorFailure = (code: number, message: string | null = null): { readonly type: string; readonly message: string } => ({
  type: errorClass(code),
  message: message ?? errorMessage(code),
})

const codes: Readonly<Record<string, number>> = Object.fromEntries(
  Object.values(ERRORS)
    .filter((code) => code !== ERRORS.NONE)
    .map((code) => [errorClass(code), code]),
)
/** What a broker answers when it fails with an exception: the message only where it says more than the code (requests/ApiError.java at 2.3.0). */
export function errorOf(failure: { readonly type: string; readonly message: string }): {
  readonly errorCode: number
  readonly errorMessage: string | null
} {
  const errorCode = codes[failure.type] ?? ERRORS.UNKNOWN_SERVER_ERROR
  return { errorCode, errorMessage: failure.message === errorMessage(errorCode) ? null : failure.message }
}
