// kafka-console-consumer.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaConsoleConsumerKind as kind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-console-consumer.sh', kind: kind.name, images: ['kafka'] }]
