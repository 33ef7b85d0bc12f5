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
