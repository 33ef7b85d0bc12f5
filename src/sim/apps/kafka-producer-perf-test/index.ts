// kafka-producer-perf-test.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaProducerPerfTestKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaProducerPerfTestKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-producer-perf-test.sh', kind: 'kafka-producer-perf-test', images: ['kafka'] }]

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** What sending some records takes the thread that sends them. */
  'kafka.producer.records': [30, 120],
}
