// kafka-run-class.sh, on the brokers' image, and what only it runs.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { getOffsetShellKind } from './get-offset-shell.ts'
import { kafkaRunClassKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaRunClassKind as ProcessKind, getOffsetShellKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-run-class.sh', kind: kafkaRunClassKind.name, images: ['kafka'] }]
