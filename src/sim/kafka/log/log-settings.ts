// A log's settings as numbers: what a topic overrides, else the broker's (log/LogConfig.scala at 2.3.0).
import { topicValue, type Overrides } from './log-config.ts'
import { COMPRESSIONS, type Compression } from './compression.ts'
import type { TimestampType } from './record-batch.ts'

/** Frozen. Sizes in bytes, durations in ms; -1 where there is no limit. */
export interface LogSettings {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentJitterMs: number
  readonly indexMaxBytes: number
  readonly indexIntervalBytes: number
  readonly flushMessages: number
  readonly flushMs: number
  readonly retentionBytes: number
  readonly retentionMs: number
  readonly maxMessageBytes: number
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly fileDeleteDelayMs: number
  readonly minCleanableRatio: number
  readonly compact: boolean
  readonly delete: boolean
  /** `producer`: as the producer compressed it. */
  readonly compression: Compression | 'producer'
  readonly preallocate: boolean
  readonly minInsyncReplicas: number
  readonly timestampType: TimestampType
  readonly timestampDifferenceMaxMs: number
}

/** `explicit`: what the broker's file and command line set, by name. */
export function logSettings(overrides: Overrides, explicit: Readonly<Record<string, string>>): LogSettings {
  const value = (name: string): string => topicValue(name, overrides, explicit).trim()
  const number = (name: string): number => Number(value(name))
  const policies = value('cleanup.policy')
    .split(',')
    .map((policy) => policy.trim().toLowerCase())
  const codec = value('compression.type').toLowerCase()
  const compact = policies.includes('compact')
  const maxCompactionLagMs = number('max.compaction.lag.ms')
  return Object.freeze({
    segmentBytes: number('segment.bytes'),
    // A compacted log rolls in time for what is in it to be compacted.
    segmentMs: compact ? Math.min(maxCompactionLagMs, number('segment.ms')) : number('segment.ms'),
    segmentJitterMs: number('segment.jitter.ms'),
    indexMaxBytes: number('segment.index.bytes'),
    indexIntervalBytes: number('index.interval.bytes'),
    flushMessages: number('flush.messages'),
    flushMs: number('flush.ms'),
    retentionBytes: number('retention.bytes'),
    retentionMs: number('retention.ms'),
    maxMessageBytes: number('max.message.bytes'),
    deleteRetentionMs: number('delete.retention.ms'),
    minCompactionLagMs: number('min.compaction.lag.ms'),
    maxCompactionLagMs,
    fileDeleteDelayMs: number('file.delete.delay.ms'),
    minCleanableRatio: number('min.cleanable.dirty.ratio'),
    compact,
    delete: policies.includes('delete'),
    compression:
      codec === 'producer'
        ? 'producer'
        : codec === 'uncompressed'
          ? 'NONE'
          : (COMPRESSIONS.find((c) => c.toLowerCase() === codec) ?? 'NONE'),
    preallocate: value('preallocate').toLowerCase() === 'true',
    minInsyncReplicas: number('min.insync.replicas'),
    timestampType: value('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    timestampDifferenceMaxMs: number('message.timestamp.difference.max.ms'),
  })
}
