import { describe, expect, it } from 'vitest'
import type { Context, Input, ProcessKind } from '../../kernel/index.ts'
import type { ZkOp } from '../protocol/index.ts'
import {
  clientView,
  zkClient,
  zkClose,
  zkHandle,
  zkRequest,
  zkStart,
  type ZkClientOptions,
  type ZkClientState,
  type ZkEvent,
} from './index.ts'
import { Bench } from './testing.ts'

interface S {
  zk: ZkClientState
  events: string[]
}
const show = (event: ZkEvent): string => {
  if (event.type === 'state') return event.state
  if (event.type === 'watch') return `watch ${event.event.type} ${event.event.path}${event.watcher ? ` to ${event.watcher}` : ''}`
  const { result, err } = event.reply
  return `${String(event.tag)}: ${err}${result?.path ? ` ${result.path}` : ''}${result?.children ? ` [${result.children.join(',')}]` : ''}${result?.data === undefined ? '' : ` ${result.data}`}`
}

/** A process that does what a test tells it through its standard input: the index of a function in `acts`. */
function client(options: Partial<ZkClientOptions>, then: Partial<Record<string, (ctx: Context, s: S) => void>> = {}) {
  const acts: ((ctx: Context, s: S) => void)[] = []
  const kind: ProcessKind<S> = {
    name: 'test',
    init: () => ({
      zk: zkClient({ name: 'main', connect: 'zoo1,zoo2,zoo3/kafka', timeoutMs: 6000, style: 'java', ...options }),
      events: [],
    }),
    handle: (ctx, s, input: Input) => {
      const note = (events: readonly ZkEvent[]) => {
        for (const event of events) {
          s.events.push(show(event))
          then[show(event)]?.(ctx, s)
        }
      }
      if (input.type === 'start') note((zkStart(ctx, s.zk) as ZkEvent[] | undefined) ?? [])
      else if (input.type === 'input') acts[Number(input.text)]!(ctx, s)
      else note(zkHandle(ctx, s.zk, input) ?? [])
    },
  }
  const bench = new Bench(kind as ProcessKind<never>).start(['test'])
  const state = () => bench.state as S
  return {
    bench,
    state,
    act: (f: (ctx: Context, s: S) => void) => bench.give({ type: 'input', text: String(acts.push(f) - 1) }),
    ask: (op: ZkOp, tag: string, options?: { watcher?: string }) => {
      acts.push((ctx, s) => void (zkRequest(ctx, s.zk, op, tag, options) || s.events.push(`${tag}: refused`)))
      bench.give({ type: 'input', text: String(acts.length - 1) })
    },
    events: () => state().events.join('; '),
    /** Wire lines without their times. */
    wire: () => bench.wire.map((line) => line.replace(/^[0-9.]+ /, '')),
    times: (what: string) => bench.wire.filter((line) => line.includes(what)).map((line) => Number(line.split(' ')[0])),
  }
}

const put = (path: string, data: string | null = null): ZkOp => ({ op: 'create', path, data, ephemeral: false, sequential: false })

describe('java client', () => {
  it('asks for a session, counts xids from 1 and puts the chroot before every path', () => {
    const t = client({})
    t.bench.run(10)
    t.bench.tree.put('/kafka', null, '0')
    t.ask(put('/brokers', 'x'), 'create')
    t.ask({ op: 'getChildren2', path: '/', watch: true }, 'children')
    t.ask({ op: 'multi', ops: [put('/a'), { op: 'check', path: '/brokers', version: 0 }] }, 'multi')
    t.bench.run(10)
    expect(t.events()).toBe('connected; create: 0 /brokers; children: 0 [brokers]; watch NodeChildrenChanged /; multi: 0')
    expect(
      t
        .wire()
        .filter((line) => line.includes('>'))
        .map((line) => line.slice(5)),
    ).toEqual(['> connect', '> create 1 /kafka/brokers', '> getChildren2 2 /kafka', '> multi 3'])
  })

  it('pings every two seconds of its own silence, and takes a ping along after one', () => {
    const t = client({})
    t.bench.run(10)
    t.bench.tree.put('/kafka', null, '0')
    t.bench.run(8500)
    const pings = t.times('> ping')
    expect(pings.length).toBe(4)
    for (let i = 1; i < pings.length; i++) expect(pings[i]! - pings[i - 1]!).toBeCloseTo(2.001, 3)
    t.bench.wire.length = 0
    t.bench.run(700)
    t.ask({ op: 'exists', path: '/x', watch: true }, 'late')
    t.bench.run(5)
    expect(
      t
        .wire()
        .filter((line) => line.includes('>'))
        .map((line) => line.slice(7)),
    ).toEqual(['exists 1 /kafka/x', 'ping -2'])
    t.bench.wire.length = 0
    t.bench.run(1500)
    t.bench.tree.write(put('/kafka/x'), '0')
    t.bench.run(5)
    expect(t.wire().map((line) => line.slice(5))).toEqual(['< watch /kafka/x', '> ping -2', '< reply'])
  })

  it('fails everything with ConnectionLoss when the connection goes, reconnects with the same session and re-arms watches', () => {
    const t = client({})
    t.bench.run(10)
    t.bench.tree.put('/kafka', null, '0')
    const first = clientView(t.state().zk)
    t.ask({ op: 'exists', path: '/gone', watch: true }, 'e')
    t.ask({ op: 'getChildren', path: '/', watch: true }, 'c')
    t.ask({ op: 'getData', path: '/gone', watch: true }, 'd')
    t.bench.run(10)
    expect(clientView(t.state().zk).watches).toEqual({ data: [], exist: ['/kafka/gone'], child: ['/kafka'] })
    t.ask(put('/late'), 'late')
    const server = first.server.slice(0, 4)
    t.bench.kill(server)
    t.bench.run(50)
    t.ask(put('/later'), 'later')
    t.bench.run(2500)
    expect(t.events()).toBe('connected; e: -101; c: 0 []; d: -101; late: -4; later: -4; disconnected; connected')
    const view = clientView(t.state().zk)
    expect(view.sessionId).toBe(first.sessionId)
    expect(view.server).not.toBe(first.server)
    expect(t.wire().some((line) => / > setWatches 5$/.test(line))).toBe(true)
    t.ask(put('/gone'), 'again')
    t.bench.run(10)
    expect(t.events()).toMatch(/watch NodeCreated \/gone; watch NodeChildrenChanged \/; again: 0 \/gone$/)
  })

  it('learns of its expiry only from the server', () => {
    const t = client({})
    t.bench.run(10)
    t.bench.up.clear()
    for (const host of ['zoo1', 'zoo2', 'zoo3']) t.bench.kill(host)
    t.bench.run(30_000)
    expect(t.events()).toBe('connected; disconnected')
    t.bench.tree.sessions.clear()
    for (const host of ['zoo1', 'zoo2', 'zoo3']) t.bench.up.add(host)
    t.act((ctx, s) => void zkRequest(ctx, s.zk, { op: 'sync', path: '/' }, 'sync'))
    t.bench.run(5000)
    expect(t.events()).toMatch(/^connected; disconnected; (sync: -4; )?expired(; sync: -112)?$/)
    t.ask({ op: 'sync', path: '/' }, 'dead')
    expect(t.events()).toMatch(/dead: refused$/)
    t.act((ctx, s) => void zkStart(ctx, s.zk))
    t.bench.run(100)
    expect(t.events()).toMatch(/connected$/)
  })

  it('gives a silent server up after two thirds of the session timeout', () => {
    const t = client({ connect: 'zoo1' })
    t.bench.run(100)
    t.bench.mute.add('zoo1')
    t.bench.run(6500)
    expect(t.bench.notes.find((line) => line.includes('client.timeout'))).toMatch(/^4\.00\d client\.timeout 0x100000000000000 silent zoo1$/)
    expect(t.events()).toBe('connected; disconnected')
  })

  it('tries the servers in one order, a second later after each round', () => {
    const t = client({})
    t.bench.up.clear()
    t.bench.run(5000)
    t.bench.up.add('zoo2')
    t.bench.run(3000)
    expect(t.events()).toBe('connected')
  })

  it('ends its session', () => {
    const t = client(
      {},
      { connected: (ctx, s) => (zkRequest(ctx, s.zk, { op: 'exists', path: '/x', watch: false }, 'x'), zkClose(ctx, s.zk)) },
    )
    t.bench.run(100)
    expect(t.events()).toBe('connected; x: -101; closed')
    expect(t.bench.tree.sessions.size).toBe(0)
    expect(clientView(t.state().zk).state).toBe('CLOSED')
  })
})

describe('kazoo client', () => {
  const kazoo = { style: 'kazoo', connect: 'zoo1', timeoutMs: 10_000 } as const

  it('pings a third of the session timeout after the last traffic, less a jitter', () => {
    const t = client(kazoo)
    t.bench.run(20_000)
    const pings = t.times('> ping')
    expect(pings.length).toBeGreaterThanOrEqual(6)
    for (let i = 1; i < pings.length; i++) {
      expect(pings[i]! - pings[i - 1]!).toBeGreaterThan(2.9)
      expect(pings[i]! - pings[i - 1]!).toBeLessThan(3.35)
    }
  })

  it('tells every watcher NONE when the connection goes, and does not re-arm', () => {
    const t = client(kazoo)
    t.bench.run(10)
    t.ask({ op: 'exists', path: '/x', watch: true }, 'x', { watcher: 'a' })
    t.ask({ op: 'exists', path: '/x', watch: true }, 'x', { watcher: 'b' })
    t.bench.run(10)
    t.ask({ op: 'sync', path: '/' }, 'sync')
    t.bench.kill('zoo1')
    t.bench.run(10)
    t.ask({ op: 'sync', path: '/' }, 'early')
    expect(t.events()).toBe(
      'connected; x: -101; x: -101; sync: -4; disconnected; watch None null to a; watch None null to b; early: refused',
    )
    t.bench.up.add('zoo1')
    t.bench.run(4000)
    expect(t.events()).toMatch(/connected$/)
    expect(t.wire().some((line) => line.includes('setWatches'))).toBe(false)
    expect(clientView(t.state().zk).xid).toBe(0)
  })

  it('gets a new session by itself after an expiry', () => {
    const t = client(kazoo)
    t.bench.run(10)
    t.bench.kill('zoo1')
    t.bench.tree.sessions.clear()
    t.bench.up.add('zoo1')
    t.bench.run(8000)
    expect(t.events()).toBe('connected; disconnected; expired; connected')
  })

  it('ends for good when no name resolves, and revives when started again', () => {
    const t = client({ ...kazoo, connect: 'zoo9' })
    expect(t.events()).toBe('closed')
    const u = client(kazoo)
    u.bench.run(10)
    u.bench.names.clear()
    u.bench.kill('zoo1')
    u.bench.run(4000)
    expect(u.events()).toBe('connected; disconnected; closed')
  })

  it('dies of an error code it has no class for', () => {
    const t = client(kazoo)
    t.bench.run(10)
    t.ask({ op: 'reconfig' }, 'reconfig')
    t.bench.run(10)
    expect(t.events()).toBe('connected; closed')
  })
})
