// A leader is one of the partition's assigned replicas, as the topic's znode has them at that transaction (during a reassignment: of the old ones and the new).

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'
import { stateText } from './committed-partitions.ts'

export function assignedLeader({ partitions, report }: Scene): Checker {
  return {
    name: 'assigned leader',
    onCommitted(txn, _changes, states) {
      for (const state of states) {
        const assigned = partitions.assigned(state.topic, state.partition, txn.zxid)
        const where = `${stateText(state)} at ${hexZxid(txn.zxid)}`
        if (assigned === undefined) report(`${where}: the partition is not assigned`)
        else if (state.leader >= 0 && !assigned.includes(state.leader)) report(`${where}: the leader is not one of ${assigned.join(',')}`)
      }
    },
  }
}
