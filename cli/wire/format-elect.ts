// Port 3888 in words: who calls, and votes.

import { zxidWords, type ElectMessage } from '../../src/sim/zookeeper/protocol/index.ts'

/** `notification  state=LOOKING leader=1 zxid=0:0 round=0x1 peerEpoch=0 msgv=2 config=159B`. */
export function formatElect(message: ElectMessage): string {
  if (message.kind === 'hello') return `hello  protocol=${message.protocol} sid=${message.sid} addr=${message.address}`
  const { state, leader, zxid, round, peerEpoch, version, config } = message
  return `notification  state=${state} leader=${leader} zxid=${zxidWords(zxid)} round=0x${round.toString(16)} peerEpoch=${peerEpoch} msgv=${version} config=${config.length}B`
}
