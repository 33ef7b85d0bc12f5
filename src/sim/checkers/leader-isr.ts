// The in-sync replicas that a leader counts are those of the version of the state znode that it goes by.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'

const sorted = (ids: readonly number[]): string => [...ids].sort((a, b) => a - b).join(',')

export function leaderIsr({ partitions, report }: Scene): Checker {
  return {
    name: 'ISR as in its znode',
    onPartition(broker, { topic, partition, leader, leaderEpoch, zkVersion, isr }) {
      if (leader !== broker.id || leaderEpoch < 0) return
      const where = `broker ${broker.id} leads ${topic}-${partition} in epoch ${leaderEpoch} and counts ${sorted(isr)} by version ${zkVersion}`
      const versions = partitions.of(topic, partition).filter((s) => s.version === zkVersion && s.leaderEpoch === leaderEpoch)
      if (versions.length === 0) report(`${where}, which was never written`)
      else if (!versions.some((s) => sorted(s.isr) === sorted(isr)))
        report(`${where}, which has ${versions.map((s) => `${sorted(s.isr)} at ${hexZxid(s.zxid)}`).join('; ')}`)
    },
  }
}
