// Leader epochs grow within one incarnation of a topic: every new leader has a new epoch, and no epoch comes back.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'
import { stateText } from './committed-partitions.ts'

export function leaderEpochs({ report }: Scene): Checker {
  return {
    name: 'leader epochs',
    onCommitted(txn, _changes, states) {
      for (const state of states) {
        const { before } = state
        if (before === undefined) continue
        const where = `${stateText(state)} at ${hexZxid(txn.zxid)}`
        if (state.leaderEpoch < before.leaderEpoch) report(`${where}: the epoch was ${before.leaderEpoch}`)
        if (state.leaderEpoch === before.leaderEpoch && state.leader !== before.leader)
          report(`${where}: leader ${before.leader} had that epoch`)
      }
    },
  }
}
