// Time costs of brokers.
import { costs as controllerCosts } from '../controller/index.ts'

/** name -> [min, max] microseconds. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  ...controllerCosts,
  /** A start's slowness in thousandths: multiplies all of `jvm.start.kafka` and `kafka.start.*`. */
  'kafka.start.pace': [920, 2000],
  /** From the process's start to the first connection. */
  'jvm.start.kafka': [1_250_000, 1_550_000],
  'kafka.start.chroot': [20_000, 45_000],
  'kafka.start.chroot-close': [10_000, 18_000],
  'kafka.start.reopen': [4000, 9000],
  'kafka.start.uuid': [80_000, 140_000],
  'kafka.start.configs': [15_000, 120_000],
  'kafka.start.broker-config': [35_000, 70_000],
  'kafka.start.quotas': [30_000, 60_000],
  'kafka.start.logs': [120_000, 300_000],
  'kafka.start.sockets': [120_000, 300_000],
  'kafka.start.replicas': [50_000, 150_000],
  'kafka.start.register': [25_000, 90_000],
  'kafka.start.controller': [45_000, 75_000],
  'kafka.start.groups': [8500, 11_500],
  'kafka.start.transactions': [30_000, 36_000],
  'kafka.start.producer-ids': [26_000, 30_000],
  'kafka.start.transaction-log': [24_000, 38_000],
  'kafka.start.apis': [94_000, 110_000],
  'kafka.start.processors': [40_000, 80_000],
  /** A leader's append, and its answer. */
  'kafka.produce': [1000, 9000],
  'kafka.produce.cold': [60_000, 200_000],
  'kafka.produce.answer': [200, 2000],
  'kafka.client.send': [300, 1500],
  /** A producer's I/O thread, woken by a record. */
  'kafka.producer.wake': [100, 600],
  /** Until a new process's producer first speaks; measured on a loaded machine. */
  'kafka.producer.cold': [100_000, 1_000_000],
  /** From a disk's refusal to the thread that handles it; until its replicas are out of service; until the broker halts. */
  'kafka.log-dir.take': [2000, 8000],
  'kafka.log-dir.stop': [10_000, 90_000],
  'kafka.log-dir.halt': [4000, 16_000],
  /** A log found on the disk, at the start. */
  'kafka.log.load': [10_000, 30_000],
  'kafka.log.create': [7000, 30_000],
  /** The first logs of a process. */
  'kafka.log.create.cold': [110_000, 200_000],
  'kafka.log.open': [8000, 20_000],
  'kafka.leader-and-isr': [1000, 6000],
  'kafka.leader-and-isr.cold': [20_000, 34_000],
  'kafka.stop-replica': [4000, 20_000],
  'kafka.stop-replica.delete': [40_000, 70_000],
  /** Between two writes of a topic's znodes. */
  'kafka.admin.write': [4000, 20_000],
  'kafka.isr.write': [1500, 5000],
  'kafka.fetch': [500, 2500],
  /** Beyond the time that a fetch waits at most. */
  'kafka.fetch.expire': [2000, 4500],
  'kafka.fetcher.start': [1000, 6000],
  'kafka.fetcher.send': [1000, 3500],
  /** Until an admin request's first question to ZooKeeper. */
  'kafka.admin.begin': [3000, 20_000],
  'kafka.admin.answer': [300, 1500],
  'kafka.admin.describe': [10_000, 45_000],
  /** A simple request. */
  'kafka.request': [600, 4000],
  'kafka.stop.leave': [18_000, 30_000],
  'kafka.stop.processors': [12_000, 45_000],
  'kafka.stop.handlers': [1000, 4000],
  /** A purgatory's reaper looks up every 200 ms. */
  'kafka.stop.reaper': [10_000, 200_000],
  'kafka.stop.logs': [5000, 45_000],
  /** A quota's reaper looks up every second; the first one awaited gives the others time. */
  'kafka.stop.first-quota': [20_000, 1_000_000],
  'kafka.stop.quota': [1000, 20_000],
  'kafka.stop.jvm': [850_000, 1_900_000],
  'kafka.stop.failed-jvm': [50_000, 300_000],
}
