// kafka-console-producer.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaConsoleProducerKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaConsoleProducerKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-console-producer.sh', kind: 'kafka-console-producer', images: ['kafka'] }]

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** Reading and sending some dozens of lines. */
  'kafka.console.lines': [300, 2000],
}
