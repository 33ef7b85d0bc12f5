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
export {
  beginEpoch,
  closeLogFiles,
  createLog,
  DELETED,
  findLogs,
  logEndOffsetForEpoch,
  logLatestEpoch,
  logPath,
  openLogFiles,
  renameDeleted,
  truncateLog,
  type PartitionLog,
} from './partition-log.ts'
export { ByteReader, ByteWriter, CorruptRecord, UnsupportedRecord } from './byte-io.ts'
export {
  appendRecord,
  batchSizeUpperBound,
  buildBatch,
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
