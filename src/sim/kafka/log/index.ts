// What a broker keeps in its log directories.
export {
  CLEAN_SHUTDOWN,
  CLEANER_CHECKPOINT,
  LOG_START_CHECKPOINT,
  META_PROPERTIES,
  RECOVERY_CHECKPOINT,
  REPLICATION_CHECKPOINT,
  encodeMetaProperties,
  decodeMetaProperties,
  encodeCheckpoint,
  decodeCheckpoint,
} from './log-dir.ts'
export {
  isTopicSetting,
  logPropertiesText,
  serverDefault,
  TOPIC_SETTINGS,
  topicConfigProblem,
  topicSetting,
  topicValue,
  valueProblem,
  type ConfigProblem,
  type Overrides,
  type SettingType,
} from './log-config.ts'
export {
  assignEpoch,
  endOffsetForEpoch,
  latestEpoch,
  UNDEFINED_EPOCH,
  UNDEFINED_OFFSET,
  type LeaderEpochs,
  type OffsetAndEpoch,
} from './leader-epochs.ts'
export { DELETED, findLogs, renameDeleted } from './log-folders.ts'
export { ByteReader, ByteWriter, CorruptRecord, UnsupportedRecord } from './byte-io.ts'
export {
  appendRecord,
  batchSizeUpperBound,
  buildBatch,
  builtRecords,
  estimatedSize,
  hasRoomFor,
  isFull,
  newBatchBuilder,
  nextRatio,
  type BatchBuilder,
} from './batch-builder.ts'
export { COMPRESSIONS, type Compression } from './compression.ts'
export { controlTypeId, controlTypeOf, encodeEndMarker, readEndMarker, type EndTransactionMarker } from './control-record.ts'
export { incrementSequence, recordSize, type LogRecord, type NewRecord, type RecordHeader } from './record.ts'
export {
  BATCH_OVERHEAD,
  batchAt,
  batchesOf,
  encodeBatch,
  ensureValid,
  isValidBatch,
  readHeader,
  recordsOf,
  type Batch,
  type BatchSpec,
  type TimestampType,
} from './record-batch.ts'
export { appendAsFollower, appendAsLeader, EARLIEST_TIMESTAMP, LATEST_TIMESTAMP, offsetForTimestamp, readLog } from './append.ts'
export type { AppendInfo, AppendResult, FoundOffset, LogRead } from './append.ts'
export { LOG_LOGGER, logEnvOf, type LogEnv, type LogTask } from './log-env.ts'
export { loadLog, type LoadOptions } from './log-loading.ts'
export { logSettings, type LogSettings } from './log-settings.ts'
export {
  assignLogEpoch,
  changeLog,
  closeLog,
  deleteOldSnapshots,
  endOffsetForLogEpoch,
  flushLog,
  folderOf,
  lastStableOffset,
  latestLogEpoch,
  logSize,
  raiseLogStart,
  rollLog,
  runDeletion,
  segmentsOf,
  truncateFullyAndStartAt,
  truncateLogTo,
  withLogHighWatermark,
  type Log,
} from './log.ts'
export { lookupOffset, OFFSET_ENTRY, offsetEntry, type OffsetPosition } from './offset-index.ts'
export { firstSequence, LogRefusal, type ProducerEntry, type ProducerState } from './producer-state.ts'
export { decodeSnapshot } from './producer-snapshots.ts'
export { ioText, StorageError, writeCheckpointFile, onDisk, type FileUse } from './storage.ts'
export { deleteOldSegments, type Retained, type RetentionReason } from './retention.ts'
export { INDEX_FILE, LOG_FILE, SNAPSHOT_FILE, segmentName, TIME_INDEX_FILE, TXN_INDEX_FILE, type Segment } from './segment.ts'
export { TIME_ENTRY, timeEntry, type TimestampOffset } from './time-index.ts'
export { abortedTxns, type AbortedTxn } from './transaction-index.ts'
export { cleanLog, CLEANER_LOGGER, type Cleanable, type Cleaned, type CleanerStats } from './cleaner.ts'
export { filthiestLog, logToClean, type LogToClean } from './cleaner-manager.ts'
