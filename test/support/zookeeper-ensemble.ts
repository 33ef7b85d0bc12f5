// For tests: an ensemble of ZooKeeper servers on the real engine, and a probe that speaks to port 2181 as it is told. Not part of the simulation.

import { seconds, us, type Micros } from '../../src/sim/base/index.ts'
import { ClusterEngine, createWorld, kinds, type Scenario } from '../../src/sim/cluster/index.ts'
import { requestContainer, spawn } from '../../src/sim/host/index.ts'
import { heal, openLink } from '../../src/sim/net/index.ts'
import type { ConnId, ContainerOp, Input, Message, Packet, Pid, ProcessKind } from '../../src/sim/kernel/index.ts'
import type { ConnectResponse, OpReply, TextMessage, WatchEvent, ZkMessage, ZkOp } from '../../src/sim/zookeeper/protocol/index.ts'
import { zkPeer } from '../../src/sim/zookeeper/index.ts'
import type { ZkServer } from '../../src/sim/zookeeper/index.ts'

/** What a probe heard, in order. */
export type Heard = ConnectResponse | OpReply | WatchEvent | TextMessage | { readonly proto: 'closed' } | { readonly proto: 'refused' }

export interface Probe {
  conn: ConnId
  heard: Heard[]
  xid: number
}

type Order =
  | { readonly do: 'connect'; readonly host: string }
  | { readonly do: 'session'; readonly timeoutMs: number; readonly session: string; readonly password: string; readonly lastZxid: number }
  | { readonly do: 'op'; readonly op: ZkOp }
  | { readonly do: 'text'; readonly text: string }
  | { readonly do: 'close' }

const probeKind: ProcessKind<Probe> = {
  name: 'probe',
  grain: 'copy',
  init: () => ({ conn: 0, heard: [], xid: 0 }),
  handle(ctx, probe, input: Input) {
    if (input.type === 'message') probe.heard.push(input.message as ZkMessage as Heard)
    else if (input.type === 'closed') probe.heard.push({ proto: 'closed' })
    else if (input.type === 'refused') probe.heard.push({ proto: 'refused' })
    else if (input.type === 'input') obey(JSON.parse(input.text) as Order)

    function obey(order: Order): void {
      switch (order.do) {
        case 'connect':
          probe.conn = ctx.connect(order.host, 2181) ?? 0
          return
        case 'session': {
          const { timeoutMs, session, password, lastZxid } = order
          ctx.send(
            probe.conn,
            { proto: 'zk', kind: 'connect', lastZxidSeen: lastZxid, timeoutMs, sessionId: session, password, readOnly: false } as Message,
            { bytes: 45 },
          )
          return
        }
        case 'op': {
          const special = order.op.op === 'ping' ? -2 : order.op.op === 'setWatches' ? -8 : undefined
          ctx.send(probe.conn, { proto: 'zk', kind: order.op.op, xid: special ?? ++probe.xid, request: order.op } as Message, { bytes: 60 })
          return
        }
        case 'text':
          ctx.send(probe.conn, { proto: 'text', kind: 'text', text: order.text } as Message)
          return
        case 'close':
          ctx.close(probe.conn)
      }
    }
  },
}

export class Ensemble {
  readonly engine: ClusterEngine
  readonly packets: Packet[] = []
  readonly names: string[]

  /** `names` become servers 1, 2, 3...; `config` is added to each host's settings. */
  constructor(
    names: readonly string[] = ['zoo1', 'zoo2', 'zoo3'],
    seed = 1,
    config: Readonly<Record<string, unknown>> = {},
    mode: 'plain' | 'history' = 'plain',
    more: ReadonlyMap<string, ProcessKind> = new Map(),
  ) {
    this.names = [...names]
    const scenario: Scenario = {
      name: 'test',
      title: '',
      about: '',
      seed,
      epochMs: 1_795_361_760_000,
      hosts: [...names.map((name) => ({ name, image: 'zookeeper' as const })), { name: 'client', image: 'client' as const }],
      actions: [],
    }
    const world = createWorld(scenario)
    for (const name of names)
      world.hosts[name] = {
        ...world.hosts[name]!,
        config: Object.freeze({ ...world.hosts[name]!.config, ...config, ...ownAnnounce(name, config) }),
      }
    this.engine = new ClusterEngine(world, { mode, strict: true }, new Map([...kinds, ['probe', probeKind as ProcessKind], ...more]))
    this.engine.observers = [{ onSend: (packet) => void this.packets.push(packet) }]
    this.order('client', 'up')
  }

  order(host: string, op: ContainerOp): void {
    requestContainer(this.engine, 0, host, op)
  }
  cut(a: string, b: string, on: boolean): void {
    openLink(this.engine, a, b).cut = on
    if (!on) heal(this.engine, a, b)
  }
  /** Starts servers one after the other, so many seconds apart. */
  up(names: readonly string[] = this.names, apart = 1.2): this {
    for (const name of names) {
      this.order(name, 'up')
      this.run(apart)
    }
    return this
  }
  run(forSeconds: number): this {
    this.engine.run((this.engine.world.now + seconds(forSeconds)) as Micros)
    return this
  }
  get now(): number {
    return this.engine.world.now / 1_000_000
  }

  /** A server's state; undefined while it does not run. */
  server(name: string): ZkServer | undefined {
    const host = this.engine.world.hosts[name]!
    return this.engine.world.processes[host.mainPid]?.state as ZkServer | undefined
  }
  role(name: string): string {
    const s = this.server(name)
    return s ? `${zkPeer(s).role}${s.running ? '' : '…'}` : 'down'
  }
  roles(): string {
    return this.names.map((name) => this.role(name)).join(' ')
  }
  leader(): string | undefined {
    return this.names.find((name) => this.role(name) === 'LEADING')
  }
  /** Runs until a condition holds; how many seconds that took. Throws after `limit`. */
  until(what: () => boolean, limit = 60): number {
    const from = this.now
    while (!what()) {
      if (this.now - from > limit) throw new Error(`not within ${limit} s; roles ${this.roles()}`)
      this.run(0.02)
    }
    return this.now - from
  }
  console(name: string): string[] {
    return [...(this.engine.world.hosts[name]!.logs.console ?? [])].map((entry) => entry.text)
  }
  trace(code: string): { subject: string; fields: Record<string, unknown>; at: number; silence: unknown }[] {
    return [...this.engine.world.trace]
      .filter((entry) => entry.code === code)
      .map((entry) => ({ subject: entry.subject, fields: { ...entry.fields }, at: entry.at / 1_000_000, silence: entry.silence }))
  }

  /** A new client on the client host, not yet connected. */
  probe(): ProbeHandle {
    const fd = { kind: 'null' } as const
    const pid = spawn(this.engine, {
      kind: 'probe',
      host: 'client',
      argv: ['probe'],
      parent: 0,
      env: {},
      cwd: '/',
      stdin: fd,
      stdout: fd,
      stderr: fd,
    })
    return new ProbeHandle(this, pid)
  }
}

/** `announce: 'name'` makes each server announce its own name. */
const ownAnnounce = (name: string, config: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  config.announce === 'name' ? { announce: name } : {}

export class ProbeHandle {
  session = '0'
  password = ''

  constructor(
    private readonly ensemble: Ensemble,
    readonly pid: Pid,
  ) {}

  private order(order: Order): this {
    const { engine } = this.ensemble
    engine.schedule(
      { to: 'process', pid: this.pid },
      { type: 'input', text: JSON.stringify(order) } as Input,
      (engine.world.now + us(1)) as Micros,
    )
    return this
  }
  get state(): Probe {
    return this.ensemble.engine.world.processes[this.pid]!.state as Probe
  }
  get heard(): readonly Heard[] {
    return this.state.heard
  }
  get last(): Heard | undefined {
    return this.heard.at(-1)
  }
  connect(host: string): this {
    this.order({ do: 'connect', host })
    this.ensemble.run(0.01)
    return this
  }
  /** Asks for a session (its own again when it has one) and waits for the answer. */
  open(host: string, timeoutMs = 6000, lastZxid = 0): this {
    this.connect(host)
    this.order({ do: 'session', timeoutMs, session: this.session, password: this.password, lastZxid })
    this.ensemble.run(0.05)
    const answer = this.heard.filter((one) => one.proto === 'zk' && one.kind === 'connected').at(-1) as ConnectResponse | undefined
    if (answer && answer.timeoutMs > 0) {
      this.session = answer.sessionId
      this.password = answer.password
    }
    return this
  }
  /** Sends an operation; its answer comes later. */
  send(op: ZkOp): this {
    return this.order({ do: 'op', op })
  }
  /** Sends an operation and returns its answer. */
  ask(op: ZkOp): OpReply {
    const before = this.heard.length
    this.send(op)
    this.ensemble.run(0.1)
    const reply = this.heard.slice(before).find((one) => one.proto === 'zk' && one.kind === 'reply')
    if (!reply) throw new Error(`no answer to ${op.op}`)
    return reply as OpReply
  }
  text(text: string): this {
    return this.order({ do: 'text', text })
  }
  close(): this {
    return this.order({ do: 'close' })
  }
  get watches(): string[] {
    return this.heard.flatMap((one) => (one.proto === 'zk' && one.kind === 'watch' ? [`${one.type} ${one.path}`] : []))
  }
}
