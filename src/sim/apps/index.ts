// All programs a person starts: their kinds, their names, their time costs.

import type { ProcessKind, Program } from '../kernel/index.ts'
import * as coreutils from './coreutils/index.ts'
import * as docker from './docker/index.ts'
import * as kafkaConfigs from './kafka-configs/index.ts'
import * as kafkaConsoleConsumer from './kafka-console-consumer/index.ts'
import * as kafkaConsoleProducer from './kafka-console-producer/index.ts'
import * as kafkaDeleteRecords from './kafka-delete-records/index.ts'
import * as kafkaDumpLog from './kafka-dump-log/index.ts'
import * as kafkaLogDirs from './kafka-log-dirs/index.ts'
import * as kafkaPreferredReplicaElection from './kafka-preferred-replica-election/index.ts'
import * as kafkaProducerPerfTest from './kafka-producer-perf-test/index.ts'
import * as kafkaReassignPartitions from './kafka-reassign-partitions/index.ts'
import * as kafkaReplicaVerification from './kafka-replica-verification/index.ts'
import * as kafkaRunClass from './kafka-run-class/index.ts'
import * as kafkaTopics from './kafka-topics/index.ts'
import * as kafkaVerifiableProducer from './kafka-verifiable-producer/index.ts'
import * as nc from './nc/index.ts'
import * as zkShell from './zk-shell/index.ts'

const parts: readonly {
  kinds: readonly ProcessKind[]
  programs: readonly Program[]
  costs?: Readonly<Record<string, readonly [number, number]>>
}[] = [
  coreutils,
  docker,
  nc,
  zkShell,
  kafkaTopics,
  kafkaConfigs,
  kafkaPreferredReplicaElection,
  kafkaReassignPartitions,
  kafkaDumpLog,
  kafkaConsoleProducer,
  kafkaConsoleConsumer,
  kafkaDeleteRecords,
  kafkaLogDirs,
  kafkaReplicaVerification,
  kafkaRunClass,
  kafkaVerifiableProducer,
  kafkaProducerPerfTest,
]

export const kinds: readonly ProcessKind[] = parts.flatMap((part) => part.kinds)
export const programs: readonly Program[] = parts.flatMap((part) => part.programs)
export const costs: Readonly<Record<string, readonly [number, number]>> = Object.assign(
  {},
  ...parts.map((part) => part.costs ?? {}),
) as Record<string, readonly [number, number]>

export { complete as completeZkShell, type ZkShellState } from './zk-shell/index.ts'
