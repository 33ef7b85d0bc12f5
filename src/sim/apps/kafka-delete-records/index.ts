// kafka-delete-records.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaDeleteRecordsKind as kind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-delete-records.sh', kind: kind.name, images: ['kafka'] }]
