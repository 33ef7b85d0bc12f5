// A partition's leader is one of its in-sync replicas, as its state znode has both; an ISR is never empty, and names nobody twice.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'
import { stateText } from './committed-partitions.ts'

export function leaderInIsr({ report }: Scene): Checker {
  return {
    name: 'leader in its ISR',
    onCommitted(txn, _changes, states) {
      for (const state of states) {
        const { leader, isr } = state
        const where = `${stateText(state)} at ${hexZxid(txn.zxid)}`
        if (leader >= 0 && !isr.includes(leader)) report(`${where}: the leader is not in its ISR`)
        if (isr.length === 0) report(`${where}: nobody is in sync`)
        if (new Set(isr).size !== isr.length) report(`${where}: an ISR names a replica twice`)
      }
    },
  }
}
