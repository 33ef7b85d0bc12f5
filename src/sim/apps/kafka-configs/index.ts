// kafka-configs.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaConfigsKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaConfigsKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-configs.sh', kind: 'kafka-configs', images: ['kafka'] }]
/** Those of the tools in common are told with kafka-topics. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {}
