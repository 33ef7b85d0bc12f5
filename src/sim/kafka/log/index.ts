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
