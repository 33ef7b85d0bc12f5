// kafka-dump-log.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaDumpLogKind as kind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-dump-log.sh', kind: kind.name, images: ['kafka'] }]
/** Those of the tools in common are told with kafka-topics. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {}
