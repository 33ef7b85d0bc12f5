// kafka-topics.sh, on the brokers' image.
import type { ProcessKind, Program } from '../../kernel/index.ts'
import { kafkaTopicsKind } from './kind.ts'

export const kinds: readonly ProcessKind[] = [kafkaTopicsKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'kafka-topics.sh', kind: 'kafka-topics', images: ['kafka'] }]

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** A tool's JVM until its first own line. */
  'jvm.start.tool': [600_000, 1_100_000],
  /** The admin client's start. */
  'kafka.tool.client': [100_000, 250_000],
  /** From a session of ZooKeeper to the first question. */
  'kafka.tool.zookeeper': [20_000, 60_000],
  /** The first JSON that a tool reads or writes. */
  'kafka.tool.json': [140_000, 200_000],
}
