// kafka-replica-verification.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaReplicaVerificationKind as kind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-replica-verification.sh', kind: kind.name, images: ['kafka'] }]
