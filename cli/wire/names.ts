// How speakers are called on the wire's lines: a container's main program by its host, a tool by its host and client id, a session by what it is for.

import type { KafkaMessage } from '../../src/sim/kafka/protocol/index.ts'
import type { ZkMessage } from '../../src/sim/zookeeper/protocol/index.ts'
import type { Recorder } from './capture.ts'
import type { Speaker } from './line.ts'

interface ZkConnection {
  readonly kinds: string[]
  readonly opener: Speaker
}

/**
 * `kafka2`; `kafka1/adminclient-1(2)`: a tool, the second process there of that client id; `kafka1/zktool`: a tool's ZooKeeper session; `kafka2/chroot`: a main program's
 * session that only made a path and ended.
 */
export function nameSpeakers(recorder: Recorder): void {
  const clientIds = new Map<number, string>()
  const zk = new Map<number, ZkConnection>()
  for (const seen of recorder.seen) {
    if (seen.what !== 'message') continue
    const { conn, from, message } = seen.passed
    if (message.proto === 'kafka') {
      const m = message as KafkaMessage
      if (m.isRequest && !clientIds.has(from.pid) && recorder.processes.get(from.pid)?.isMain === false) clientIds.set(from.pid, m.clientId)
    } else if (message.proto === 'zk') {
      const m = message as ZkMessage
      if (m.kind === 'reply' || m.kind === 'connected' || m.kind === 'watch') continue
      const entry = zk.get(conn) ?? { kinds: [], opener: from }
      if (!zk.has(conn)) zk.set(conn, entry)
      if (entry.kinds.length < 20) entry.kinds.push(m.kind)
    }
  }
  const counts = new Map<string, number>()
  const tools = new Map<number, string>()
  for (const [pid, clientId] of clientIds) {
    const name = `${recorder.processes.get(pid)!.host}/${clientId}`
    const n = (counts.get(name) ?? 0) + 1
    counts.set(name, n)
    tools.set(pid, n === 1 ? name : `${name}(${n})`)
  }
  const isChroot = (conn: number): boolean => {
    const kinds = zk.get(conn)?.kinds ?? []
    return kinds.at(-1) === 'closeSession' && kinds.length > 2 && kinds.slice(1, -1).every((k) => k === 'create' || k === 'ping')
  }
  recorder.name((speaker, conn) => {
    const known = recorder.processes.get(speaker.pid)
    const openedZk = zk.get(conn)?.opener.pid === speaker.pid
    if (!known || known.isMain) return known && openedZk && isChroot(conn) ? `${speaker.host}/chroot` : speaker.host
    if (openedZk) return `${speaker.host}/zktool`
    return tools.get(speaker.pid) ?? `${speaker.host}/${known.kind}`
  }, new Set(tools.keys()))
}
