// The wire as text: a line for each message, columns as in the wire recordings.

import type { KafkaMessage } from '../../src/sim/kafka/protocol/index.ts'
import type { ElectMessage, QuorumMessage, ZkMessage } from '../../src/sim/zookeeper/protocol/index.ts'
import type { Recorder, Seen } from './capture.ts'
import { formatElect } from './format-elect.ts'
import { formatKafka } from './format-kafka.ts'
import { formatQuorum } from './format-quorum.ts'
import { formatTcp } from './format-tcp.ts'
import { formatZk } from './format-zk.ts'
import type { Passed, Speaker } from './line.ts'
import { nameSpeakers } from './names.ts'

function messageText(passed: Passed, recorder: Recorder): string {
  const message = passed.message
  switch (message.proto) {
    case 'zk':
      return formatZk(message as ZkMessage, passed, recorder)
    case 'kafka':
      return formatKafka(message as KafkaMessage, passed, recorder)
    case 'quorum':
      return formatQuorum(message as QuorumMessage, recorder)
    case 'elect':
      return formatElect(message as ElectMessage)
    case 'text':
      return JSON.stringify((message as unknown as { readonly text: string }).text)
    default:
      return message.kind
  }
}

const time = (at: number): string => (at / 1_000_000).toFixed(4).padStart(9)

/** All that was seen, one line each; call it when the run is over, names depend on what comes later. */
export function printWire(recorder: Recorder): string[] {
  nameSpeakers(recorder)
  const name = (speaker: Speaker, conn: number): string => recorder.speakerName(speaker, conn)
  const columns = (seen: Seen): readonly [from: string, to: string] => {
    if (seen.what === 'mark') return ['', '']
    const { from, to, conn } = seen.what === 'message' ? seen.passed : seen
    return [name(from, conn), name(to, conn)]
  }
  const width = Math.max(13, ...recorder.seen.flatMap(columns).map((s) => s.length))
  return recorder.seen.map((seen) => {
    if (seen.what === 'mark') return `${time(seen.at)} == ${seen.text}`
    const [from, to] = columns(seen)
    const proto = seen.what === 'tcp' ? 'tcp' : seen.passed.message.proto
    const text = seen.what === 'tcp' ? formatTcp(seen.event, seen.port) : messageText(seen.passed, recorder)
    const at = seen.what === 'tcp' ? seen.at : seen.passed.at
    return `${time(at)} ${from.padEnd(width)} ${to.padEnd(width)} ${proto.padEnd(6)} ${text}`.trimEnd()
  })
}
