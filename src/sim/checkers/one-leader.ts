// An epoch has one leader: no two servers begin to serve as leaders of the same epoch.

import { zxidEpoch } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'

export function oneLeader({ report }: Scene): Checker {
  const leaders = new Map<number, { readonly host: string; readonly pid: number }>()
  return {
    name: 'one leader an epoch',
    onServing(server) {
      const { leading } = server.state
      if (!leading) return
      const known = leaders.get(leading.epoch)
      if (known && known.pid !== server.pid) report(`${server.host} leads epoch ${leading.epoch}, as ${known.host} did`)
      leaders.set(leading.epoch, { host: server.host, pid: server.pid })
    },
    onPeerSend(server, message) {
      if (message.kind !== 'PROPOSAL' || !server.state.leading) return
      const known = leaders.get(zxidEpoch(message.zxid))
      if (known && known.pid !== server.pid && server.state.leading.epoch === zxidEpoch(message.zxid))
        report(`${server.host} proposes in epoch ${zxidEpoch(message.zxid)}, which ${known.host} leads`)
    },
  }
}
