// kafka-log-dirs.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaLogDirsKind as kind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-log-dirs.sh', kind: kind.name, images: ['kafka'] }]
