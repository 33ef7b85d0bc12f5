// Listens to a run from outside, as a packet capture on every host would, and keeps what passed.

import type { Micros } from '../../src/sim/base/index.ts'
import type { Engine, Event, Input, Observer, World } from '../../src/sim/kernel/index.ts'
import type { KafkaMessage } from '../../src/sim/kafka/protocol/index.ts'
import type { SessionId, ZkMessage } from '../../src/sim/zookeeper/protocol/index.ts'
import type { Capture, Passed, Speaker } from './line.ts'
import type { TcpEvent } from './format-tcp.ts'

interface Connection {
  readonly opener: Speaker
  readonly acceptor: Speaker
  readonly port: number
}

export type Seen =
  | { readonly what: 'message'; readonly passed: Passed }
  | {
      readonly what: 'tcp'
      readonly at: Micros
      readonly conn: number
      readonly from: Speaker
      readonly to: Speaker
      readonly event: TcpEvent
      readonly port: number
    }
  | { readonly what: 'mark'; readonly at: Micros; readonly text: string }

type WireInput = Extract<Input, { conn: number }>

/** What a capture keeps of a process: enough to name it at the end. */
interface Known {
  readonly host: string
  readonly kind: string
  readonly isMain: boolean
}

export class Recorder implements Observer, Capture {
  readonly seen: Seen[] = []
  readonly processes = new Map<number, Known>()
  private engine: Engine | undefined
  private readonly connections = new Map<number, Connection>()
  /** Requests waiting for their answers, by connection and number. */
  private readonly asked = new Map<string, Micros>()
  private readonly latencies = new Map<Passed, number>()
  private readonly sessions = new Map<SessionId, number>()
  private nameOf: (speaker: Speaker, conn: number) => string = (speaker) => speaker.host
  private namedClients: ReadonlySet<number> = new Set()

  /** Before the first event. */
  attach(engine: Engine): void {
    this.engine = engine
  }
  private get world(): World {
    return this.engine!.world
  }

  onArrive(event: Event): void {
    const input = event.what as WireInput
    const id = Math.abs(input.conn)
    if (input.type === 'accept') {
      this.learn(id)
      const c = this.connections.get(id)
      if (c) this.tcp(id, c.opener, c.acceptor, 'open', c.port)
      return
    }
    const connection = this.learn(id)
    if (!connection || input.type === 'open') return
    const toOpener = input.conn > 0
    const [from, to] = toOpener ? [connection.acceptor, connection.opener] : [connection.opener, connection.acceptor]
    if (input.type === 'refused') {
      this.tcp(id, connection.opener, connection.acceptor, 'open', connection.port)
      if (!input.timeout) this.tcp(id, connection.acceptor, connection.opener, 'refused', connection.port)
    } else if (input.type === 'closed') {
      this.tcp(id, from, to, input.reset ? 'reset' : 'close', connection.port)
    } else {
      const passed: Passed = { at: event.at, conn: id, from, to, message: input.message, bytes: input.bytes }
      this.seen.push({ what: 'message', passed })
      this.pair(passed)
    }
  }

  /** A refused connection is forgotten before its opener hears of it: it is met here, at its SYN. */
  onEvent(event: Event): void {
    if (event.what.type === 'syn') this.learn((event.what as unknown as { conn: number }).conn)
  }

  private learn(id: number): Connection | undefined {
    const record = this.world.conns[id]
    const before = this.connections.get(id)
    if (!record) return before
    const speaker = (end: { host: string; pid: number }): Speaker => ({ host: end.host, pid: end.pid })
    if (before && before.acceptor.pid === record.b.pid) return before
    const now: Connection = { opener: speaker(record.a), acceptor: speaker(record.b), port: record.b.port }
    this.connections.set(id, now)
    for (const end of [now.opener, now.acceptor]) this.meet(end.pid)
    return now
  }

  private meet(pid: number): void {
    const process = this.world.processes[pid]
    if (!process || this.processes.has(pid)) return
    this.processes.set(pid, { host: process.host, kind: process.kind, isMain: this.world.hosts[process.host]?.mainPid === pid })
  }

  private tcp(conn: number, from: Speaker, to: Speaker, event: TcpEvent, port: number): void {
    this.seen.push({ what: 'tcp', at: this.world.now, conn, from, to, event, port })
  }

  mark(text: string, at: Micros): void {
    this.seen.push({ what: 'mark', at, text })
  }

  /** Finds the request that a message answers. */
  private pair(passed: Passed): void {
    const key = requestKey(passed)
    if (key === undefined) return
    const name = `${passed.conn} ${key.name}`
    if (key.isRequest) this.asked.set(name, passed.at)
    else {
      const at = this.asked.get(name)
      if (at !== undefined) this.latencies.set(passed, (passed.at - at) / 1000)
      this.asked.delete(name)
    }
    const message = passed.message as ZkMessage
    if (message.proto === 'zk' && message.kind === 'connected' && message.timeoutMs > 0) {
      if (!this.sessions.has(message.sessionId)) this.sessions.set(message.sessionId, passed.conn)
    }
  }

  /** Once all is seen: how speakers are called. */
  name(nameOf: (speaker: Speaker, conn: number) => string, namedClients: ReadonlySet<number>): void {
    this.nameOf = nameOf
    this.namedClients = namedClients
  }
  speakerName(speaker: Speaker, conn: number): string {
    return this.nameOf(speaker, conn)
  }
  sessionName(id: SessionId): string {
    const conn = this.sessions.get(id)
    const connection = conn === undefined ? undefined : this.connections.get(conn)
    return connection ? this.nameOf(connection.opener, conn!) : '0x…'
  }
  latencyMs(passed: Passed): number | undefined {
    return this.latencies.get(passed)
  }
  hasNamedClient(passed: Passed): boolean {
    return this.namedClients.has(passed.from.pid)
  }
}

function requestKey(passed: Passed): { readonly name: string; readonly isRequest: boolean } | undefined {
  const message = passed.message as ZkMessage | KafkaMessage
  if (message.proto === 'kafka') return { name: `k${message.correlationId}`, isRequest: message.isRequest }
  if (message.proto !== 'zk') return undefined
  if (message.kind === 'connect' || message.kind === 'connected') return { name: 'connect', isRequest: message.kind === 'connect' }
  if (message.kind === 'watch') return undefined
  return { name: `z${message.xid}`, isRequest: message.kind !== 'reply' }
}
