// kafka-verifiable-producer.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaVerifiableProducerKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaVerifiableProducerKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-verifiable-producer.sh', kind: 'kafka-verifiable-producer', images: ['kafka'] }]

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** What sending a record takes the thread that sends it. */
  'kafka.producer.record': [5, 30],
}
