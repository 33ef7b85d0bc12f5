// Turns what an engine lets an observer see into what checkers are told: transactions applied, answers given and received, packets heard.

import type { List } from '../base/index.ts'
import type { Engine, Event, Message, Observer, Packet, Pid, Proc } from '../kernel/index.ts'
import { brokerStateOf, type BrokerState } from '../kafka/broker/index.ts'
import type { KafkaMessage, KafkaRequest, KafkaResponse } from '../kafka/protocol/index.ts'
import type { OpReply, OpRequest, QuorumMessage, SessionId, Txn, ZkMessage, ZkOpName, Zxid } from '../zookeeper/protocol/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import { brokerOf, type Answered, type Checker, type ServerRef } from './checker.ts'
import type { CommittedHistory } from './committed-history.ts'
import { changesOf, type CommittedPartitions } from './committed-partitions.ts'

const WRITES: ReadonlySet<ZkOpName> = new Set(['create', 'delete', 'setData', 'setACL', 'multi'])

const LOG_PREFIX = '/datalog/version-2/log.'

/** How far a server's applied transactions were read. */
interface Read {
  readonly host: string
  running: boolean
  items: List<Txn> | undefined
  end: number
  last: Txn | undefined
  /** The last transaction processed, then. */
  zxid: Zxid
}

/** A client's connection as its messages tell it. */
interface Client {
  session: SessionId
  readonly asked: Map<number, OpRequest>
}

type Arrival = { readonly type: string; readonly conn: number; readonly message: Message }

export class Feed implements Observer {
  private readonly servers = new Map<Pid, Read>()
  private readonly clients = new Map<number, Client>()
  /** A broker's partitions as they were looked at last. */
  private readonly brokers = new Map<Pid, BrokerState['replicas']['partitions']>()
  private readonly logs = new Map<Pid, BrokerState['replicas']['logs']>()
  /** Requests of controllers and producers that wait for their answers, by connection and number. */
  private readonly orders = new Map<string, KafkaRequest>()

  constructor(
    private readonly engine: Engine,
    private readonly checkers: readonly Checker[],
    private readonly history: CommittedHistory,
    private readonly partitions: CommittedPartitions,
  ) {}

  private server(proc: Proc | undefined): ServerRef | undefined {
    return proc?.kind === 'zookeeper' && proc.state !== undefined
      ? { pid: proc.pid, host: proc.host, state: proc.state as ZkServer }
      : undefined
  }

  onEvent(event: Event): void {
    if (event.target.to !== 'process') return
    const proc = this.engine.world.processes[event.target.pid]
    // What had waited for a stopped process to go on has been read now.
    if (event.arrived && proc && !proc.paused) this.arrives(event.what as Arrival, proc)
    if (!proc) this.gone(event.target.pid)
    else if (proc.kind === 'zookeeper') this.readServer(this.server(proc)!)
    else if (proc.kind === 'broker') this.readBroker(proc)
  }

  private readBroker(proc: Proc): void {
    const state = brokerStateOf(proc)
    if (!state) return
    const { partitions, logs } = state.replicas
    const logsBefore = this.logs.get(proc.pid)
    if (logsBefore !== logs) {
      this.logs.set(proc.pid, logs)
      for (const checker of this.checkers) checker.onLogs?.(brokerOf(proc)!, logsBefore)
    }
    const before = this.brokers.get(proc.pid)
    if (before === partitions) return
    this.brokers.set(proc.pid, partitions)
    const broker = brokerOf(proc)!
    for (const [name, partition] of partitions) {
      if (before?.get(name) === partition) continue
      for (const checker of this.checkers) checker.onPartition?.(broker, partition)
    }
  }

  /** All transactions in the logs on a server's disk, in order. */
  private logged(host: string): Txn[] {
    const { disk } = this.engine.world.hosts[host]!
    const out: Txn[] = []
    for (const [path, file] of disk) if (path.startsWith(LOG_PREFIX) && file.records) out.push(...(file.records as List<Txn>))
    return out.sort((a, b) => a.zxid - b.zxid)
  }

  private gone(pid: Pid): void {
    const wasBroker = this.brokers.delete(pid)
    this.logs.delete(pid)
    if (!this.servers.delete(pid) && !wasBroker) return
    for (const checker of this.checkers) checker.onGone?.(pid)
  }

  /** Tells of what a server has applied since it was looked at last. */
  private readServer(server: ServerRef): void {
    const { state } = server
    let read = this.servers.get(server.pid)
    if (!read) {
      for (const [pid, other] of this.servers) if (other.host === server.host) this.gone(pid)
      this.servers.set(server.pid, (read = { host: server.host, running: false, items: undefined, end: 0, last: undefined, zxid: 0 }))
    }
    const items = state.committedLog.items
    if (read.running === state.running && read.items === items) return
    if (!state.running) {
      // What it applies now it only has in its log: nobody has committed it yet.
      read.running = false
      read.items = items
      return
    }
    const began = !read.running
    const goesOn = !began && read.items !== undefined && items.end >= read.end && items.at(read.end - 1) === read.last
    const from = goesOn ? read.end : Math.max(state.committedLog.head, items.start)
    let before: Zxid | undefined = goesOn ? read.zxid : undefined
    if (began && state.leading) {
      // What a leader took out of its snapshot and nobody has seen applied yet: the log beside it has it. (A follower's tree is its leader's; its log may have more.)
      const first = items.at(from)?.zxid ?? state.tree.lastZxid + 1
      for (const txn of this.logged(server.host)) {
        if (txn.zxid > this.history.tip && txn.zxid < first) this.applied(server, txn, undefined)
      }
    }
    read.running = true
    read.items = items
    read.end = items.end
    read.last = items.last()
    read.zxid = state.tree.lastZxid
    for (let i = from; i < items.end; i++) {
      const txn = items.at(i)!
      this.applied(server, txn, before)
      before = txn.zxid
    }
    if (began) for (const checker of this.checkers) checker.onServing?.(server)
  }
  private applied(server: ServerRef, txn: Txn, before: Zxid | undefined): void {
    const known = this.history.has(txn.zxid)
    for (const checker of this.checkers) checker.onApplied?.(server, txn, before)
    if (known || !this.history.has(txn.zxid)) return
    const changes = changesOf(txn.body)
    const states = this.partitions.fold(txn, changes)
    for (const checker of this.checkers) checker.onCommitted?.(txn, changes, states)
  }

  onSend(packet: Packet): void {
    const { message } = packet
    const isKafka = message.proto === 'kafka'
    if (message.proto !== 'zk' && message.proto !== 'quorum' && !isKafka) return
    const current = this.engine.current
    if (!('target' in current) || current.target.to !== 'process') return
    const proc = this.engine.world.processes[current.target.pid]
    if (proc?.kind === 'broker') this.brokerSends(packet, proc)
    const server = isKafka ? undefined : this.server(proc)
    if (!server) return
    if (message.proto === 'quorum') {
      for (const checker of this.checkers) checker.onPeerSend?.(server, message as QuorumMessage)
      return
    }
    const reply = message as ZkMessage
    if (reply.kind !== 'reply' || reply.err !== 0 || !WRITES.has(reply.of)) return
    const client = this.clients.get(packet.conn)
    const request = client?.asked.get(reply.xid)
    if (!client || !request) return
    const answered: Answered = { session: client.session, request, reply }
    for (const checker of this.checkers) checker.onAcknowledged?.(server, answered)
  }

  private brokerSends({ conn, message }: Packet, proc: Proc): void {
    if (message.proto === 'zk') {
      const client = this.clients.get(conn)
      const broker = 'request' in message && client && client.session !== '0' ? brokerOf(proc) : undefined
      if (broker) for (const checker of this.checkers) checker.onBrokerAsks?.(broker, client!.session, message as unknown as OpRequest)
      return
    }
    const response = message as KafkaMessage
    if (response.isRequest) return
    const key = `${conn} ${response.correlationId}`
    const request = this.orders.get(key)
    if (!request) return
    this.orders.delete(key)
    const broker = brokerOf(proc)
    if (broker && response.kind === 'Produce') {
      for (const checker of this.checkers)
        checker.onProduced?.(broker, request as KafkaRequest<'Produce'>, response as KafkaResponse<'Produce'>)
      return
    }
    if (broker && (response.body as { readonly errorCode?: number }).errorCode === 0)
      for (const checker of this.checkers) checker.onObeyed?.(broker, request)
  }

  onArrive(event: Event): void {
    if (event.target.to !== 'process') return
    const proc = this.engine.world.processes[event.target.pid]
    if (proc?.paused) this.waits(event.what as Arrival, proc)
    else if (proc) this.arrives(event.what as Arrival, proc)
  }

  /** A stopped process reads nothing until it goes on: then it is told in `onEvent`. But that somebody asked is known from now on. */
  private waits(input: Arrival, proc: Proc): void {
    if (input.type !== 'message') return
    const message = input.message as QuorumMessage
    const server = this.server(proc)
    if (message.proto === 'quorum' && message.kind === 'REQUEST' && server) {
      for (const checker of this.checkers) checker.onPeerPacket?.(server, message)
    }
    const client = this.clients.get(Math.abs(input.conn))
    if (input.conn < 0 && message.proto !== 'quorum' && input.message.kind === 'closeSession' && client && server) {
      for (const checker of this.checkers) checker.onHeard?.(client.session, server, true)
    }
  }

  private arrives(input: Arrival, proc: Proc): void {
    const conn = Math.abs(input.conn)
    if (input.type === 'closed' && input.conn > 0) this.clients.delete(conn)
    if (input.type !== 'message') return
    switch (input.message.proto) {
      case 'zk':
        if (input.conn < 0) this.clientSaid(conn, input.message as ZkMessage, proc)
        else this.clientHeard(conn, input.message as ZkMessage)
        return
      case 'quorum': {
        const server = this.server(proc)
        if (server) for (const checker of this.checkers) checker.onPeerPacket?.(server, input.message as QuorumMessage)
        return
      }
      case 'kafka': {
        const message = input.message as KafkaMessage
        if (!message.isRequest) return
        if ('controllerEpoch' in message.body || message.kind === 'Produce') this.orders.set(`${conn} ${message.correlationId}`, message)
        for (const checker of this.checkers) checker.onBrokerRequest?.(message, proc.host)
      }
    }
  }

  private clientSaid(conn: number, message: ZkMessage, proc: Proc): void {
    let client = this.clients.get(conn)
    if (!client) this.clients.set(conn, (client = { session: '0', asked: new Map() }))
    if (message.kind === 'connect') {
      client.session = message.sessionId
      return
    }
    if (!('request' in message)) return
    const server = this.server(proc)
    if (server && client.session !== '0') {
      for (const checker of this.checkers) checker.onHeard?.(client.session, server, message.kind === 'closeSession')
    }
    client.asked.set(message.xid, message)
  }

  private clientHeard(conn: number, message: ZkMessage): void {
    const client = this.clients.get(conn)
    if (!client) return
    if (message.kind === 'connected') {
      if (message.timeoutMs === 0) return
      client.session = message.sessionId
      for (const checker of this.checkers) checker.onSession?.(message.sessionId, message.timeoutMs)
    } else if (message.kind === 'reply') {
      const request = client.asked.get(message.xid)
      if (!request) return
      client.asked.delete(message.xid)
      const answered: Answered = { session: client.session, request, reply: message satisfies OpReply }
      for (const checker of this.checkers) checker.onAnswer?.(answered)
    }
  }

  end(): void {
    for (const checker of this.checkers) checker.onEnd?.()
  }
}
