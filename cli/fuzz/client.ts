// The fuzzer's own program: a ZooKeeper client that makes, sets, deletes and reads znodes at random. It is the main program of its client host.

import { ms } from '../../src/sim/base/index.ts'
import type { Context, Input, ProcessKind } from '../../src/sim/kernel/index.ts'
import { zkClient, zkClose, zkHandle, zkRequest, zkStart, type ZkClientState, type ZkEvent } from '../../src/sim/zookeeper/client/index.ts'
import type { ZkOp } from '../../src/sim/zookeeper/protocol/index.ts'

interface FuzzClient {
  zk: ZkClientState
  /** Counts what it wrote: every value is written once. */
  written: number
  /** Sequential nodes of its own, oldest first. */
  own: string[]
  waiting: number
}

/** Requests on their way at most. */
const IN_FLIGHT = 4
const OWN_KEPT = 4
const ROOT = '/fuzz'
const NAMES = ['a', 'b', 'c', 'd', 'a/x', 'a/y', 'b/x'] as const

const WEIGHTS: readonly (readonly [what: keyof typeof OPERATIONS, weight: number])[] = [
  ['root', 2],
  ['create', 18],
  ['set', 16],
  ['setVersion', 5],
  ['delete', 9],
  ['ephemeral', 10],
  ['sequential', 8],
  ['deleteOwn', 7],
  ['multi', 8],
  ['getData', 14],
  ['exists', 7],
  ['getChildren', 5],
  ['sync', 3],
]
const TOTAL = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)
/** One in so many operations ends the session instead. */
const CLOSE_ONE_IN = 150

const below = (ctx: Context, n: number): number => ctx.below(n, 'fuzz')
const somewhere = (ctx: Context): string => `${ROOT}/${NAMES[below(ctx, NAMES.length)]}`
const value = (ctx: Context, s: FuzzClient): string => `${ctx.host}-${++s.written}`
const create = (path: string, data: string, how: 'persistent' | 'ephemeral' | 'sequential' | 'ephemeral sequential'): ZkOp => ({
  op: 'create',
  path,
  data,
  ephemeral: how.startsWith('ephemeral'),
  sequential: how.endsWith('sequential'),
})

const OPERATIONS = {
  root: (): ZkOp => ({ op: 'create', path: ROOT, data: null, ephemeral: false, sequential: false }),
  create: (ctx: Context, s: FuzzClient) => create(somewhere(ctx), value(ctx, s), 'persistent'),
  set: (ctx: Context, s: FuzzClient): ZkOp => ({ op: 'setData', path: somewhere(ctx), data: value(ctx, s), version: -1 }),
  setVersion: (ctx: Context, s: FuzzClient): ZkOp => ({ op: 'setData', path: somewhere(ctx), data: value(ctx, s), version: below(ctx, 4) }),
  delete: (ctx: Context): ZkOp => ({ op: 'delete', path: somewhere(ctx), version: -1 }),
  ephemeral: (ctx: Context, s: FuzzClient) => create(`${ROOT}/e-${ctx.host}-${below(ctx, 4)}`, value(ctx, s), 'ephemeral'),
  sequential: (ctx: Context, s: FuzzClient) =>
    create(`${ROOT}/q-`, value(ctx, s), below(ctx, 2) === 0 ? 'sequential' : 'ephemeral sequential'),
  deleteOwn: (ctx: Context, s: FuzzClient): ZkOp => ({ op: 'delete', path: s.own.shift() ?? somewhere(ctx), version: -1 }),
  multi: (ctx: Context, s: FuzzClient): ZkOp => {
    const path = somewhere(ctx)
    const ops: ZkOp[] = [create(`${ROOT}/m-${ctx.host}-${below(ctx, 3)}`, value(ctx, s), 'ephemeral')]
    ops.push(below(ctx, 2) === 0 ? { op: 'setData', path, data: value(ctx, s), version: -1 } : { op: 'delete', path, version: -1 })
    if (below(ctx, 3) === 0) ops.unshift({ op: 'check', path: ROOT, version: 0 })
    return { op: 'multi', ops }
  },
  getData: (ctx: Context): ZkOp => ({ op: 'getData', path: somewhere(ctx), watch: below(ctx, 3) === 0 }),
  exists: (ctx: Context): ZkOp => ({ op: 'exists', path: somewhere(ctx), watch: below(ctx, 3) === 0 }),
  getChildren: (ctx: Context): ZkOp => ({ op: 'getChildren2', path: ROOT, watch: below(ctx, 3) === 0 }),
  sync: (): ZkOp => ({ op: 'sync', path: ROOT }),
}

function nextOperation(ctx: Context, s: FuzzClient): ZkOp {
  let left = below(ctx, TOTAL)
  for (const [what, weight] of WEIGHTS) if ((left -= weight) < 0) return OPERATIONS[what](ctx, s)
  return OPERATIONS.root()
}

function act(ctx: Context, s: FuzzClient): void {
  if (below(ctx, CLOSE_ONE_IN) === 0) {
    zkClose(ctx, s.zk)
    return
  }
  if (s.waiting >= IN_FLIGHT) return
  if (zkRequest(ctx, s.zk, nextOperation(ctx, s), null)) s.waiting++
}

function take(ctx: Context, s: FuzzClient, event: ZkEvent): void {
  if (event.type === 'reply') {
    s.waiting = Math.max(0, s.waiting - 1)
    const { op, reply } = event
    if (op.op === 'create' && op.sequential && reply.err === 0 && reply.result?.path !== undefined) {
      s.own.push(reply.result.path)
      if (s.own.length > OWN_KEPT) s.own.shift()
    }
  } else if (event.type === 'state' && (event.state === 'expired' || event.state === 'closed')) {
    s.waiting = 0
    ctx.timer('again', ms(500), { periodic: 'a fuzz client begins a new session' })
  }
}

function handle(ctx: Context, s: FuzzClient, input: Input): void {
  const { fastestMs, slowestMs } = ctx.config as { fastestMs: string; slowestMs: string }
  const pause = (): void =>
    ctx.timer('next', ms(ctx.between(Number(fastestMs), Number(slowestMs), 'fuzz')), {
      periodic: `every ${fastestMs} to ${slowestMs} ms: a client's next operation`,
    })
  const events = zkHandle(ctx, s.zk, input)
  if (events) {
    for (const event of events) take(ctx, s, event)
    return
  }
  if (input.type === 'start') {
    for (const event of zkStart(ctx, s.zk)) take(ctx, s, event)
    pause()
  } else if (input.type === 'timer' && input.key === 'next') {
    act(ctx, s)
    pause()
  } else if (input.type === 'timer' && input.key === 'again') {
    for (const event of zkStart(ctx, s.zk)) take(ctx, s, event)
  }
}

const fuzzClient: ProcessKind<FuzzClient> = {
  name: 'idle',
  init(ctx) {
    const { connect, timeoutMs, style } = ctx.config as { connect: string; timeoutMs: string; style: 'java' | 'kazoo' }
    return { zk: zkClient({ name: 'fuzz', connect, timeoutMs: Number(timeoutMs), style }), written: 0, own: [], waiting: 0 }
  },
  handle,
}

/** Puts the fuzz client in the place of a client host's idle main program. */
export const withFuzzClients = (kind: ProcessKind): ProcessKind => (kind.name === 'idle' ? (fuzzClient as ProcessKind) : kind)
