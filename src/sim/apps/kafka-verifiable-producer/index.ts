// kafka-verifiable-producer.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaVerifiableProducerKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaVerifiableProducerKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-verifiable-producer.sh', kind: 'kafka-verifiable-producer', images: ['kafka'] }]

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** After the JVM's own start: the reader of arguments, the writer of JSON, the producer. */
  'kafka.verifiable-producer.start': [150_000, 500_000],
  /** What sending a record takes the thread that sends it. */
  'kafka.producer.record': [5, 30],
  /** What a thread sleeps too long, and the rest of a round: 0.4 to 1.3 ms a record were measured. */
  'kafka.producer.oversleep': [300, 1400],
}
