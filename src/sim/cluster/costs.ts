// Every time cost of the model, in one table: name -> [min, max] microseconds. Constants of the model, not of Kafka; a scenario may override any.

import { costs as kafka } from '../kafka/broker/index.ts'
import { costs as zookeeper } from '../zookeeper/index.ts'
import { costs as zookeeperClient } from '../zookeeper/client/index.ts'
import { costs as apps } from '../apps/index.ts'
import { costs as shell } from '../shell/index.ts'

export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** One way between two containers on one machine, and within one. */
  'net.link': [120, 420],
  'net.loopback': [40, 120],
  /** From docker-compose's request to the daemon's doing. */
  'docker.order': [20_000, 60_000],
  ...zookeeper,
  ...zookeeperClient,
  ...kafka,
  ...apps,
  ...shell,
}
