// Each checker is tested by a mutation that it must catch: a server, broker or client broken on purpose. Without one the same schedule is clean.

import { describe, expect, test } from 'vitest'
import { Bytes, List, seconds, type Micros } from '../src/sim/base/index.ts'
import type { Context, File, Input, Message, ProcessKind } from '../src/sim/kernel/index.ts'
import type { BrokerState } from '../src/sim/kafka/broker/index.ts'
import { changeLog, type Log, type Segment } from '../src/sim/kafka/log/index.ts'
import type { ZkServer } from '../src/sim/zookeeper/index.ts'
import type { QuorumMessage, Txn, ZkMessage, ZkOp } from '../src/sim/zookeeper/protocol/index.ts'
import { runSchedule, type RunOptions } from '../cli/fuzz/run.ts'
import type { Schedule, Step } from '../cli/fuzz/schedule.ts'

type Handler = (ctx: Context, state: unknown, input: Input, original: ProcessKind['handle']) => void

/** Breaks one kind of process. */
const broken =
  (name: string, handle: Handler): NonNullable<RunOptions['wrap']> =>
  (kind) =>
    kind.name === name ? { ...kind, handle: (ctx, state, input) => handle(ctx, state, input, kind.handle) } : kind

/** A context that changes what is sent: undefined sends nothing. */
function sending(ctx: Context, change: (message: Message) => readonly Message[]): Context {
  const changed = Object.create(ctx) as Context
  changed.send = (conn, message, options) => {
    for (const one of change(message)) ctx.send(conn, one, options)
  }
  return changed
}
const zookeeper = (handle: (ctx: Context, s: ZkServer, input: Input, next: (ctx: Context, input: Input) => void) => void) =>
  broken('zookeeper', (ctx, state, input, original) => handle(ctx, state as ZkServer, input, (c, i) => original(c, state, i)))

const at = (time: number, line: string, role: Step['role'] = 'fault'): Step => ({ at: seconds(time), line, role })

const topicAt = (time: number, name: string, replicas: readonly (readonly number[])[], client = 'client2'): Step => {
  const partitions = replicas.map((ids, p) => `"${p}":[${ids.join(',')}]`).join(',')
  const create = `create /kafka/brokers/topics/${name} '{"version":1,"partitions":{${partitions}}}'`
  return at(time, `docker-compose exec -T ${client} zk-shell zoo1:2181 --run-once "${create.replace(/"/g, '\\"')}"`, 'topic')
}

/** Three zookeepers, two brokers, two clients, two topics; the leader killed twice and a broker and a client once. */
const schedule: Schedule = {
  seed: 5,
  announce: 'name',
  snapCount: 100_000,
  hosts: [
    ...[1, 2, 3].map((id) => ({ name: `zoo${id}`, image: 'zookeeper', id }) as const),
    ...[1, 2].map((id) => ({ name: `kafka${id}`, image: 'kafka', id }) as const),
    ...[1, 2].map((id) => {
      const properties = { connect: 'zoo1:2181,zoo2:2181,zoo3:2181', style: 'java', timeoutMs: '6000', fastestMs: '30', slowestMs: '200' }
      return { name: `client${id}`, image: 'client', properties } as const
    }),
  ],
  steps: [
    at(0.1, 'docker-compose up -d zoo1', 'start'),
    at(1.3, 'docker-compose up -d zoo2', 'start'),
    at(2.5, 'docker-compose up -d zoo3', 'start'),
    at(6, 'docker-compose up -d client1 client2', 'start'),
    at(7, 'docker-compose up -d kafka2', 'start'),
    at(14, 'docker-compose up -d kafka1', 'start'),
    topicAt(20, 'tiny', [[1, 2], [2, 1], [2]]),
    at(24, 'docker-compose kill zoo2'),
    at(34, 'docker-compose up -d zoo2', 'mend'),
    at(40, 'docker-compose kill kafka2 client1'),
    topicAt(46, 'late', [[1, 2]]),
    at(52, 'docker-compose up -d kafka2 client1', 'mend'),
    at(58, 'docker-compose kill zoo3'),
    at(60, 'docker-compose kill client2'),
    at(64, 'docker-compose up -d zoo3', 'mend'),
  ],
  healedAt: seconds(70),
}
const violations = (options: RunOptions) => runSchedule(schedule, options).violations
const caught = (checker: string, options: RunOptions): void => {
  const found = violations(options)
  expect(found.map((v) => v.checker)).toContain(checker)
}
const isWrite = (message: ZkMessage): boolean => message.kind === 'reply' && message.err === 0 && message.of !== 'ping'
const quorum = (input: Input): QuorumMessage | undefined =>
  input.type === 'message' && input.message.proto === 'quorum' ? (input.message as QuorumMessage) : undefined

test('without a mutation nothing is found, strictly run too', () => {
  const plain = runSchedule(schedule)
  expect(plain.violations).toEqual([])
  expect(plain.counts.leaderElections).toBeGreaterThanOrEqual(3)
  expect(plain.counts.controllerFailovers).toBeGreaterThanOrEqual(1)
  expect(plain.counts.sessionExpiries).toBeGreaterThanOrEqual(2)
  expect(plain.counts.acknowledgedWrites).toBeGreaterThan(300)
  expect(plain.counts.partitionsCreated).toBe(4)
  expect(plain.counts.failovers).toBeGreaterThanOrEqual(1)
  expect(plain.counts.isrExpansions).toBeGreaterThanOrEqual(3)
  expect(runSchedule(schedule, { strict: true }).violations).toEqual([])
})

describe('same order', () => {
  test('a follower leaves a transaction out', () => {
    const isLeftOut = (m: QuorumMessage | undefined) => (m?.kind === 'PROPOSAL' || m?.kind === 'COMMIT') && m.zxid % 100 === 0
    caught('same order', {
      wrap: zookeeper((ctx, _s, input, next) => (ctx.host === 'zoo1' && isLeftOut(quorum(input)) ? undefined : next(ctx, input))),
    })
  })
  test('a follower applies another transaction', () => {
    const twist = (txn: Txn): Txn => (txn.body.op === 'setData' ? { ...txn, body: { ...txn.body, data: 'twisted' } } : txn)
    const wrap = zookeeper((ctx, _s, input, next) => {
      const m = quorum(input)
      const isTwisted = ctx.host === 'zoo3' && m?.kind === 'PROPOSAL'
      next(ctx, isTwisted ? ({ ...input, message: { ...m, txn: twist(m.txn) } } as unknown as Input) : input)
    })
    caught('same order', { wrap })
  })
  test('a server forgets a node', () => {
    const wrap = zookeeper((ctx, s, input, next) => {
      next(ctx, input)
      if (ctx.host === 'zoo1' && s.tree.nodes.has('/fuzz/a/x')) s.tree.nodes = s.tree.nodes.delete('/fuzz/a/x')
    })
    caught('same order', { wrap })
  })
})

test('growing zxids: a leader commits a transaction twice', () => {
  const wrap = zookeeper((ctx, _s, input, next) =>
    next(
      sending(ctx, (m) => (m.kind === 'COMMIT' && (m as QuorumMessage).zxid % 50 === 0 ? [m, m] : [m])),
      input,
    ),
  )
  caught('growing zxids', { wrap })
})

test('one leader an epoch: servers forget which epoch they accepted', () => {
  const wrap = zookeeper((ctx, s, input, next) => {
    if (s.peer === 'LOOKING') s.acceptedEpoch = 0
    next(ctx, input)
  })
  caught('one leader an epoch', { wrap })
})

describe('acknowledged writes', () => {
  test('followers acknowledge before their disks have it', () => {
    const wrap = zookeeper((ctx, _s, input, next) => {
      const m = quorum(input)
      if (m?.kind === 'PROPOSAL' && input.type === 'message')
        ctx.send(input.conn, { proto: 'quorum', kind: 'ACK', zxid: m.zxid } as Message)
      next(ctx, input)
    })
    caught('acknowledged writes', { wrap, costs: { 'zk.fsync': [40_000, 60_000] } })
  })
  test('disks lose the end of their logs', () => {
    const cut = (ctx: Context): void => {
      const dir = '/datalog/version-2'
      for (const name of ctx.files.list(dir) ?? []) {
        const file: File | undefined = ctx.files.stat(`${dir}/${name}`)
        const records = file?.records
        if (records) ctx.files.writeRecords(`${dir}/${name}`, List.of([...records].slice(0, -60)), file.size)
      }
    }
    const wrap = zookeeper((ctx, _s, input, next) => {
      if (input.type === 'start') cut(ctx)
      next(ctx, input)
    })
    const steps = [
      ...schedule.steps.slice(0, 6),
      at(24, 'docker-compose kill zoo1 zoo2 zoo3'),
      ...[30, 31.2, 32.4].map((t, i) => at(t, `docker-compose up -d zoo${i + 1}`)),
    ]
    const found = runSchedule({ ...schedule, steps }, { wrap }).violations
    expect(found.map((v) => v.checker)).toContain('acknowledged writes')
  })
})

describe('ephemeral nodes', () => {
  test('a server keeps those of a closed session', () => {
    const wrap = zookeeper((ctx, s, input, next) => {
      const { nodes, ephemerals } = s.tree
      next(ctx, input)
      if (s.tree.ephemerals === ephemerals) return
      for (const [session] of ephemerals) {
        if (s.tree.ephemerals.has(session)) continue
        for (const [path, node] of nodes) if (node.ephemeralOwner === session) s.tree.nodes = s.tree.nodes.set(path, node)
      }
    })
    caught('ephemeral nodes', { wrap })
  })
  test('a server drops those of a connection that closed', () => {
    const wrap = zookeeper((ctx, s, input, next) => {
      const session = input.type === 'closed' ? s.clients[input.conn]?.session : undefined
      next(ctx, input)
      if (session === undefined) return
      for (const [path, node] of s.tree.nodes) if (node.ephemeralOwner === session) s.tree.nodes = s.tree.nodes.delete(path)
    })
    caught('ephemeral nodes', { wrap })
  })
})

test('session expiry: a leader has no patience', () => {
  const wrap = zookeeper((ctx, s, input, next) => {
    for (const tracked of Object.values(s.tracked)) tracked.expiresAtMs = Math.min(tracked.expiresAtMs, ctx.uptimeMs + 500)
    next(ctx, input)
  })
  caught('session expiry', { wrap })
})

describe('reads of a session', () => {
  const replies = (change: (m: ZkMessage, n: number) => ZkMessage) => {
    let n = 0
    return zookeeper((ctx, _s, input, next) =>
      next(
        sending(ctx, (m) => [m.proto === 'zk' ? change(m as ZkMessage, n++) : m]),
        input,
      ),
    )
  }
  test('a server answers from the past', () => {
    caught('reads of a session', {
      wrap: replies((m, n) => (m.kind === 'reply' && isWrite(m) && n % 40 === 0 ? { ...m, zxid: m.zxid - 3 } : m)),
    })
  })
  test('a server answers with what nobody wrote', () => {
    const twist = (m: ZkMessage): ZkMessage =>
      m.kind === 'reply' && typeof m.result?.data === 'string' ? { ...m, result: { ...m.result, data: 'twisted' } } : m
    caught('reads of a session', { wrap: replies(twist) })
  })
})

describe('one controller an epoch', () => {
  const fromBroker = (change: (m: Message) => Message) =>
    broken('broker', (ctx, state, input, original) =>
      original(
        sending(ctx, (m) => [change(m)]),
        state,
        input,
      ),
    )
  test('a broker takes an epoch that was another one’s', () => {
    const same = (op: ZkOp): ZkOp => (op.op === 'setData' && op.path.endsWith('/controller_epoch') ? { ...op, data: '1' } : op)
    const change = (m: Message): Message => {
      const message = m as ZkMessage
      if (message.proto !== 'zk' || message.kind !== 'multi' || !('request' in message) || message.request.op !== 'multi') return m
      return { ...message, request: { ...message.request, ops: message.request.ops.map(same) } } as Message
    }
    caught('one controller an epoch', { wrap: fromBroker(change) })
  })
  test('a controller speaks in another one’s name', () => {
    const change = (m: Message): Message => {
      const body = (m as Message & { body?: Record<string, unknown> }).body
      return m.kind === 'UpdateMetadata' && body?.['controllerId'] === 1 ? ({ ...m, body: { ...body, controllerId: 2 } } as Message) : m
    }
    caught('one controller an epoch', { wrap: fromBroker(change) })
  })
})

describe('partitions', () => {
  /** Changes what brokers write into state znodes. */
  const writing = (change: (data: string) => string) => {
    const changed = (op: ZkOp): ZkOp => {
      if (op.op === 'multi') return { ...op, ops: op.ops.map(changed) }
      const isState = (op.op === 'setData' || op.op === 'create') && op.path.endsWith('/state') && typeof op.data === 'string'
      return isState ? { ...op, data: change(op.data!) } : op
    }
    return broken('broker', (ctx, state, input, original) => {
      const change = (m: Message): Message => {
        const message = m as Message & { request?: ZkOp }
        return message.proto === 'zk' && message.request ? ({ ...message, request: changed(message.request) } as Message) : m
      }
      original(
        sending(ctx, (m) => [change(m)]),
        state,
        input,
      )
    })
  }
  type States = { partitionStates: { leader: number; isr: readonly number[] }[] }[]
  /** Changes what brokers are told in LeaderAndIsr. */
  const told = (change: (state: States[number]['partitionStates'][number], broker: number) => object) =>
    broken('broker', (ctx, state, input, original) => {
      if (input.type !== 'message' || input.message.kind !== 'LeaderAndIsr' || !(input.message as { isRequest?: boolean }).isRequest)
        return original(ctx, state, input)
      const broker = Number(ctx.host.slice('kafka'.length))
      const message = input.message as Message & { body: { topicStates: States } }
      const topicStates = message.body.topicStates.map((topic) => ({
        ...topic,
        partitionStates: topic.partitionStates.map((one) => ({ ...one, ...change(one, broker) })),
      }))
      original(ctx, state, { ...input, message: { ...message, body: { ...message.body, topicStates } } as Message })
    })

  test('leader in its ISR: a controller elects one that is not', () => {
    caught('leader in its ISR', { wrap: writing((data) => data.replace(/"isr":\[.*\]/, '"isr":[9]')) })
  })
  test('assigned leader: a controller elects a stranger', () => {
    caught('assigned leader', { wrap: writing((data) => data.replace(/"leader":\d/, '"leader":9').replace(/"isr":\[/, '"isr":[9,')) })
  })
  test('leader epochs: a controller does not count', () => {
    caught('leader epochs', { wrap: writing((data) => data.replace(/"leader_epoch":\d+/, '"leader_epoch":0')) })
  })
  test('one acting leader an epoch: whoever is told of a leader leads', () => {
    caught('one acting leader an epoch', { wrap: told((_, leader) => ({ leader })) })
  })
  test('ISR as in its znode: a leader counts itself alone', () => {
    caught('ISR as in its znode', { wrap: told((_, broker) => ({ isr: [broker] })) })
  })

  const deposed = topicAt(40, 'tiny', [])
  const depose: Step = { ...deposed, line: deposed.line.replace(/"create .*/, '"rm /kafka/controller"') }
  const twoControllers = { ...schedule, steps: [...schedule.steps.slice(0, 7), depose, topicAt(46, 'late', [[1, 2], [2, 1], [1]])] }
  /** The old controller does not hear of the new one, which does not hear of topics. */
  const deaf = (mutated: (op: ZkOp) => ZkOp) =>
    broken('broker', (ctx, state, input, original) => {
      const event = input.type === 'message' ? (input.message as Message & { path?: string }) : undefined
      if (event?.kind === 'watch' && event.path === `/kafka/${ctx.host === 'kafka2' ? 'controller' : 'brokers/topics'}`) return
      const change = (m: Message): Message => {
        const message = m as Message & { request?: ZkOp }
        return message.proto === 'zk' && message.request ? ({ ...message, request: mutated(message.request) } as Message) : m
      }
      original(
        sending(ctx, (m) => [change(m)]),
        state,
        input,
      )
    })
  test('old controller: one that does not know of its successor is refused', () => {
    const { violations: found, counts } = runSchedule(twoControllers, { wrap: deaf((op) => op) })
    expect(counts.controllerFailovers).toBe(1)
    expect(found.filter((v) => v.checker !== 'convergence')).toEqual([])
  })
  test('old controller: one that does not show its epoch is not', () => {
    const anyVersion = <O extends { op: string }>(op: O): O => (op.op === 'check' ? { ...op, version: -1 } : op)
    const unchecked = (op: ZkOp): ZkOp => (op.op === 'multi' ? { ...op, ops: op.ops.map(anyVersion) } : op)
    const found = runSchedule(twoControllers, { wrap: deaf(unchecked) }).violations
    expect(found.map((v) => v.checker)).toContain('old controller')
  })
  test('old controller: brokers obey whoever speaks', () => {
    let n = 0
    const wrap = broken('broker', (ctx, state, input, original) => {
      ;(state as { controllerEpochSeen: number }).controllerEpochSeen = 0
      const change = (m: Message): Message => {
        const body = (m as Message & { body?: { controllerEpoch?: number } }).body
        return m.kind === 'UpdateMetadata' && body?.controllerEpoch !== undefined && n++ % 5 === 4
          ? ({ ...m, body: { ...body, controllerEpoch: body.controllerEpoch - 1 } } as Message)
          : m
      }
      original(
        sending(ctx, (m) => [change(m)]),
        state,
        input,
      )
    })
    caught('old controller', { wrap })
  })
  test('convergence: followers that do not fetch', () => {
    const wrap = broken('broker', (ctx, state, input, original) =>
      original(
        sending(ctx, (m) => (m.kind === 'Fetch' && (m as Message & { isRequest?: boolean }).isRequest ? [] : [m])),
        state,
        input,
      ),
    )
    const found = violations({ wrap })
    expect(found.map((v) => v.checker)).toEqual(['convergence'])
    expect(found[0]!.text).toMatch(/in sync, not/)
  })
})

describe('own state', () => {
  test('a message is a piece of a state', () => {
    const wrap = broken('idle', (ctx, state, input, original) => {
      const s = state as { kept?: { proto: 'zk'; kind: string; xid: number; request: ZkOp }; conn?: number }
      if (input.type === 'open') s.conn = input.conn
      s.kept ??= { proto: 'zk', kind: 'ping', xid: -2, request: { op: 'ping' } }
      s.kept.xid = -2
      original(ctx, state, input)
      if (input.type === 'timer' && s.conn !== undefined) ctx.send(s.conn, s.kept)
    })
    const found = violations({ wrap, strict: true })
    expect(found[0]).toMatchObject({ checker: 'exception' })
    expect(found[0]!.text).toMatch(/read only property/)
  })
  test('two processes hold the same object', () => {
    const shared = { count: 0 }
    const wrap = broken('idle', (ctx, state, input, original) => {
      ;(state as { shared: object }).shared = shared
      original(ctx, state, input)
    })
    caught('own state', { wrap, strict: true })
  })
})

describe('convergence', () => {
  test('a broker that never registers', () => {
    const wrap = broken('broker', (ctx, state, input, original) =>
      ctx.host === 'kafka2' && ctx.now > (seconds(30) as Micros) ? undefined : original(ctx, state, input),
    )
    const found = violations({ wrap })
    expect(found.map((v) => v.checker)).toEqual(['convergence'])
    expect(found[0]!.text).toMatch(/kafka2 is not registered/)
  })
  test('servers that no longer vote', () => {
    const wrap = zookeeper((ctx, s, input, next) => {
      const isVote = input.type === 'message' && input.message.kind === 'notification'
      if (!(ctx.now > (seconds(50) as Micros) && isVote && s.peer === 'LOOKING')) next(ctx, input)
    })
    const steps = [...schedule.steps, at(66, 'docker-compose kill zoo1 zoo2 zoo3')]
    expect(runSchedule({ ...schedule, steps }, { wrap }).violations[0]!.text).toMatch(/0 leaders/)
  })
})

describe('records', () => {
  const run = (time: number, host: string, line: string): Step => at(time, `docker-compose exec -T ${host} ${line}`, 'topic')
  /** Two partitions on both brokers, written to all the while; one broker is killed, then the other, which comes back first. */
  const written: Schedule = {
    ...schedule,
    steps: [
      ...schedule.steps.filter((s) => s.role === 'start'),
      run(
        20,
        'kafka1',
        'kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic records --replica-assignment 1:2,2:1 --config segment.bytes=1000 --config index.interval.bytes=100',
      ),
      run(
        26,
        'kafka1',
        'kafka-verifiable-producer.sh --broker-list kafka1:9092,kafka2:9092 --topic records --throughput 5 --max-messages 100',
      ),
      at(36, 'docker-compose kill kafka2'),
      at(54, 'docker-compose kill kafka1'),
      at(58, 'docker-compose up -d kafka1', 'mend'),
      at(66, 'docker-compose up -d kafka2', 'mend'),
      run(
        67,
        'kafka1',
        'kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic safe --replica-assignment 1:2 --config min.insync.replicas=2',
      ),
      run(80, 'kafka1', 'kafka-verifiable-producer.sh --broker-list kafka1:9092,kafka2:9092 --topic safe --throughput 5 --max-messages 20'),
    ],
    healedAt: seconds(100),
  }
  const found = (options: RunOptions): string[] => runSchedule(written, options).violations.map((v) => v.checker)
  const broker = (handle: (ctx: Context, state: BrokerState, input: Input, next: (input: Input) => void) => void) => ({
    wrap: broken('broker', (ctx, state, input, original) => handle(ctx, state as BrokerState, input, (i) => original(ctx, state, i))),
  })
  /** Changes what a broker holds, as soon as there is something to change. */
  const holding = (change: (log: Log) => Log) =>
    broker((ctx, state, input, next) => {
      next(input)
      const replicas = state.replicas as BrokerState['replicas'] | undefined
      if (ctx.host !== 'kafka1' || replicas === undefined) return
      for (const [name, log] of [...replicas.logs]) {
        const changed = change(log)
        if (changed !== log) replicas.logs = replicas.logs.set(name, changed)
      }
    })

  test('without a mutation nothing is found', () => {
    const { violations, counts } = runSchedule(written)
    expect(violations).toEqual([])
    expect(counts.producesAcknowledged).toBeGreaterThan(50)
    expect(counts.segmentsRolled).toBeGreaterThan(4)
    expect(counts.failovers).toBeGreaterThan(0)
  })
  test('committed records: a disk loses the end of its logs', () => {
    const lost = broker((ctx, _s, input, next) => {
      if (ctx.host === 'kafka1' && input.type === 'start') {
        for (const partition of ['records-0', 'records-1']) {
          const dir = `/kafka-logs/${partition}`
          const last = (ctx.files.list(dir) ?? []).filter((name) => name.endsWith('.log')).at(-1)
          if (last !== undefined) ctx.files.writeBytes(`${dir}/${last}`, Bytes.empty())
        }
      }
      next(input)
    })
    expect(found(lost)).toContain('committed records')
  })
  test('committed records: a follower takes other bytes', () => {
    const twisted = broker((ctx, _s, input, next) => {
      if (ctx.host !== 'kafka2' || input.type !== 'message') return next(input)
      const message = input.message as Message & { isRequest?: boolean; body: { responses: { partitions: { records: Bytes | null }[] }[] } }
      if (message.kind !== 'Fetch' || message.isRequest) return next(input)
      const twist = (records: Bytes | null): Bytes | null => {
        if (records === null || records.length === 0) return records
        // The epoch of the leader is not under the checksum.
        const bytes = records.toArray().slice()
        bytes[15] = bytes[15]! + 1
        return Bytes.of(bytes)
      }
      const responses = message.body.responses.map((r) => ({
        ...r,
        partitions: r.partitions.map((p) => ({ ...p, records: twist(p.records) })),
      }))
      next({ ...input, message: { ...message, body: { ...message.body, responses } } as Message })
    })
    expect(found(twisted)).toContain('committed records')
  })
  test('acknowledged records: a leader does not wait for the others', () => {
    const hasty = broker((_ctx, _s, input, next) => {
      if (input.type !== 'message' || input.message.kind !== 'Produce') return next(input)
      const message = input.message as Message & { body: object }
      next({ ...input, message: { ...message, body: { ...message.body, acks: 1 } } as Message })
    })
    expect(found(hasty)).toContain('acknowledged records')
  })
  test('whole logs: an offset is left out', () => {
    expect(found(holding((log) => (log.logEndOffset === 5 ? changeLog(log, { logEndOffset: 6 }) : log)))).toContain('whole logs')
  })
  test('whole logs: an index points between batches', () => {
    const aside = (segment: Segment): Segment =>
      segment.index !== undefined && segment.index.entries.length > 0 && segment.index.entries.int32At(4) !== 1
        ? Object.freeze({ ...segment, index: { ...segment.index, entries: Bytes.of(Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1)) } })
        : segment
    expect(found(holding((log) => (log.closed.length > 0 ? changeLog(log, { closed: log.closed.map(aside) }) : log)))).toContain(
      'whole logs',
    )
  })
})
