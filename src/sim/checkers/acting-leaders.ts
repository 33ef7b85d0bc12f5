// No two brokers act as leader in one epoch of a partition; and who acts as leader was made it by a committed state. Brokers at 2.3.0 do not know incarnations of a topic: which one is
// meant is found by the state that names the broker, its epoch and its version.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'

export function actingLeaders({ partitions, report }: Scene): Checker {
  const acting = new Map<string, number>()
  return {
    name: 'one acting leader an epoch',
    onPartition(broker, { topic, partition, leader, leaderEpoch, zkVersion }) {
      if (leader !== broker.id || leaderEpoch < 0) return
      const where = `broker ${broker.id} leads ${topic}-${partition} in epoch ${leaderEpoch}`
      const epoch = partitions.of(topic, partition).filter((s) => s.leaderEpoch === leaderEpoch)
      const named = epoch.filter((s) => s.leader === broker.id)
      const state = named.filter((s) => s.version === zkVersion).at(-1) ?? named.at(-1)
      if (state === undefined) {
        const leaders = [...new Set(epoch.map((s) => s.leader))].join(', ')
        report(`${where}, which nobody gave it${leaders === '' ? '' : `; it is that of ${leaders}`}`)
        return
      }
      const key = `${topic}-${partition} ${state.incarnation} ${leaderEpoch}`
      const other = acting.get(key)
      if (other !== undefined && other !== broker.id) report(`${where}, as broker ${other} did since ${hexZxid(state.incarnation)}`)
      acting.set(key, broker.id)
    },
  }
}
