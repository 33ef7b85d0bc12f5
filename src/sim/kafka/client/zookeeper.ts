// Kafka's own client of ZooKeeper above the library: pipelined requests with a limit in flight, retried over lost connections, watch handlers by path, sessions that are made
// anew after an expiry (core/.../zookeeper/ZooKeeperClient.scala and zk/KafkaZkClient.scala at 2.3.0). Threads block on it.
import { assert, ms } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { zkClient, zkClose, zkHandle, zkRequest, zkStart, type ZkClientState } from '../../zookeeper/client/index.ts'
import { ERR, type SessionId, type WatchType, type ZkOp, type ZkResult } from '../../zookeeper/protocol/index.ts'
import { fail, proc, resume, resumeLater, wake, type Next, type Task, type Threaded } from './threads.ts'

export interface ZooKeeperOptions {
  /** `zoo1:2181,zoo2:2181/kafka`. */
  readonly connect: string
  readonly sessionTimeoutMs: number
  /** How long a first connection may take. */
  readonly connectionTimeoutMs: number
  readonly maxInFlight: number
  /** In brackets in every line: `Kafka server`; none for tools. */
  readonly name: string
  /** For the wire's names: `chroot`, `zktool`. */
  readonly label?: string
  /** Logs that get its lines; a tool, which prints warnings only, has none. */
  readonly logs: readonly string[]
}

/** A reply to one operation; `err` is a KeeperException code, of a multi the first that failed. */
export interface ZkReply {
  readonly op: ZkOp
  readonly err: number
  readonly result: ZkResult | undefined
}

interface Batch {
  ticket: number
  ops: ZkOp[]
  replies: (ZkReply | null)[]
  left: number
  /** Each operation is half of a multi whose first half checks /controller_epoch. */
  fenced: boolean
}
interface Tag {
  readonly thread: string
  readonly ticket: number
  readonly i: number
}

export interface ZooKeeperState {
  readonly options: ZooKeeperOptions
  client: ZkClientState
  value: 'connecting' | 'connected' | 'expired' | 'closing' | 'closed'
  sessionId: SessionId
  /** Handlers by path; a read of such a path sets a watch. Values are what the owner calls them. */
  nodeHandlers: Record<string, string>
  childHandlers: Record<string, string>
  inFlight: number
  /** Operations waiting for one in flight to return. */
  queue: Tag[]
  /** What a thread waits for; it waits for one batch at a time. */
  batches: Record<string, Batch>
  /** Threads waiting for a connection. */
  disconnected: string[]
}

/** The state of a process with such a client. */
export interface ZooKeeperUser extends Threaded {
  zk: ZooKeeperState | null
}

/** What the owner has to react to. */
export type ZooKeeperEvent =
  | { readonly type: 'connected' | 'disconnected' | 'expired' | 'closed' }
  | { readonly type: 'fired'; readonly handler: string; readonly path: string; readonly watch: WatchType }

const LOGGER = 'kafka.zookeeper.ZooKeeperClient'
const WATCHER = 'kafka.zookeeper.ZooKeeperClient$ZooKeeperClientWatcher$'

function say(ctx: Context, options: ZooKeeperOptions, text: string): void {
  const prefix = options.name === '' ? '[ZooKeeperClient] ' : `[ZooKeeperClient ${options.name}] `
  for (const name of options.logs) ctx.log(name, 'INFO', LOGGER, prefix + text)
}
const log = (ctx: Context, zk: ZooKeeperState, text: string): void => say(ctx, zk.options, text)

function newClient(options: ZooKeeperOptions): ZkClientState {
  return zkClient({
    name: 'zookeeper',
    connect: /^(\/|$)/.test(options.connect) ? `localhost${options.connect}` : options.connect,
    timeoutMs: options.sessionTimeoutMs,
    style: 'java',
    logs: options.logs.slice(),
    warnings: options.logs.length === 0,
    ...(options.logs.length === 0 ? {} : { watcher: WATCHER }),
    ...(options.label === undefined ? {} : { label: options.label }),
  })
}

/** What ZooKeeper's constructor throws at a connect string that names no server or a port that is none (ConnectStringParser and StaticHostProvider of 3.4.14). */
function checkConnectString(connect: string): void {
  const hosts = connect
    .split('/')[0]!
    .split(',')
    .map((host) => host.trim())
  for (const host of hosts) {
    const port = host.includes(':') ? host.slice(host.lastIndexOf(':') + 1) : ''
    if (port !== '' && !/^[+-]?\d+$/.test(port)) fail('java.lang.NumberFormatException', `For input string: "${port}"`)
  }
  // Commas alone are split into nothing; no text at all is a host without a name, which is this one.
  if (hosts.length > 1 && hosts.every((host) => host === '')) fail('java.lang.IllegalArgumentException', 'A HostProvider may not be empty!')
}

/** Opens a session and waits for it. Fails with ZooKeeperClientTimeoutException after the connection time-out, as the constructor does. */
export const openZooKeeper = proc<ZooKeeperUser, { options: ZooKeeperOptions }>('zookeeper.open', [
  (t) => {
    const { options } = t.vars
    say(t.ctx, options, `Initializing a new session to ${options.connect}.`)
    checkConnectString(options.connect)
    t.env.zk = {
      options: { ...options, logs: options.logs.slice() },
      client: newClient(options),
      value: 'connecting',
      sessionId: '0',
      nodeHandlers: {},
      childHandlers: {},
      inFlight: 0,
      queue: [],
      batches: {},
      disconnected: [],
    }
    zkStart(t.ctx, t.env.zk.client)
    log(t.ctx, t.env.zk, 'Waiting until connected.')
    t.ctx.timer('zookeeper connect', ms(options.connectionTimeoutMs), { data: t.thread })
    return t.wait('a ZooKeeper session')
  },
  (t) => {
    t.ctx.clearTimer('zookeeper connect')
    if (t.value === 'connected') {
      log(t.ctx, t.env.zk!, 'Connected.')
      return t.return()
    }
    return t.call(closeZooKeeper, {})
  },
  () => fail('kafka.zookeeper.ZooKeeperClientTimeoutException', 'Timed out waiting for connection while in state: CONNECTING'),
])

/** Ends the session and waits until it is ended. */
export const closeZooKeeper = proc<ZooKeeperUser, object>('zookeeper.close', [
  (t) => {
    const zk = t.env.zk!
    log(t.ctx, zk, 'Closing.')
    zk.nodeHandlers = {}
    zk.childHandlers = {}
    const alive = zk.value === 'connected' || zk.value === 'connecting'
    zk.value = alive ? 'closing' : 'closed'
    if (!alive) return
    zkClose(t.ctx, zk.client)
    return t.wait('the end of the ZooKeeper session')
  },
  (t) => {
    log(t.ctx, t.env.zk!, 'Closed.')
  },
])

/** A new session after an expiry; nobody waits for it. */
export function reopenZooKeeper(ctx: Context, zk: ZooKeeperState): void {
  zk.value = 'connecting'
  zk.sessionId = '0'
  log(ctx, zk, `Initializing a new session to ${zk.options.connect}.`)
  zk.client = newClient(zk.options)
  zkStart(ctx, zk.client)
}
export const logZooKeeper = log

/** An operation stands in its batch and in its reply: a value of its own that nobody changes. */
const frozen = (op: ZkOp): ZkOp => Object.freeze(op.op === 'multi' ? { ...op, ops: op.ops.map(frozen) } : { ...op })

/** Sends operations, pipelined; the step after gets `ZkReply[]` in their order. ConnectionLoss never comes through: it is tried again once connected. */
export function zkBatch<E extends ZooKeeperUser, V>(t: Task<E, V>, ops: readonly ZkOp[], fenced = false): Next {
  const zk = t.env.zk!
  const waits = t.wait('ZooKeeper')
  assert(zk.batches[t.thread] === undefined, `thread ${t.thread} has one batch at a time`)
  zk.batches[t.thread] = { ticket: t.ticket, ops: ops.map(frozen), replies: ops.map(() => null), left: ops.length, fenced }
  ops.forEach((_, i) => zk.queue.push({ thread: t.thread, ticket: t.ticket, i }))
  if (ops.length === 0) complete(t.ctx, t.env, t.thread)
  else pump(t.ctx, t.env)
  return waits
}

/** Writes of the controller: each with a check of /controller_epoch. Fails with ControllerMovedException when the check does. */
export function zkFenced<E extends ZooKeeperUser, V>(t: Task<E, V>, ops: readonly ZkOp[], epochZkVersion: number): Next {
  const check: ZkOp = { op: 'check', path: '/controller_epoch', version: epochZkVersion }
  return zkBatch(
    t,
    ops.map((op): ZkOp => ({ op: 'multi', ops: [{ ...check }, op] })),
    true,
  )
}

/** The replies that a batch gave. */
export const replies = (t: { readonly value: unknown }): readonly ZkReply[] => t.value as readonly ZkReply[]
export const reply = (t: { readonly value: unknown }): ZkReply => replies(t)[0]!

/** Whether a read of this path sets a watch: when somebody handles it. */
function withWatch(zk: ZooKeeperState, op: ZkOp): ZkOp {
  if (op.op === 'exists' || op.op === 'getData') return { ...op, watch: zk.nodeHandlers[op.path] !== undefined }
  if (op.op === 'getChildren2') return { ...op, watch: zk.childHandlers[op.path] !== undefined }
  return op
}

function pump(ctx: Context, env: ZooKeeperUser): void {
  const zk = env.zk!
  while (zk.queue.length > 0 && zk.inFlight < zk.options.maxInFlight) {
    const tag = zk.queue.shift()!
    const batch = zk.batches[tag.thread]
    if (batch?.ticket !== tag.ticket) continue
    zk.inFlight++
    const op = withWatch(zk, batch.ops[tag.i]!)
    if (!zkRequest(ctx, zk.client, op, { ...tag })) answered(ctx, env, { ...tag }, { op, err: ERR.sessionExpired, result: undefined })
  }
}

/** The error of a multi is that of its first operation that failed. */
function errorOf(op: ZkOp, err: number, result: ZkResult | undefined): number {
  if (err !== 0 || op.op !== 'multi') return err
  return result?.results?.find((r) => r.err !== 0)?.err ?? 0
}

function answered(ctx: Context, env: ZooKeeperUser, tag: Tag, reply: ZkReply): void {
  const zk = env.zk!
  zk.inFlight--
  const batch = zk.batches[tag.thread]
  if (batch?.ticket === tag.ticket && batch.replies[tag.i] === null) {
    batch.replies[tag.i] = { op: batch.ops[tag.i]!, err: errorOf(reply.op, reply.err, reply.result), result: reply.result }
    batch.left--
    if (batch.left === 0) complete(ctx, env, tag.thread)
  }
  pump(ctx, env)
}

function complete(ctx: Context, env: ZooKeeperUser, thread: string): void {
  const zk = env.zk!
  const batch = zk.batches[thread]!
  if (batch.replies.some((r) => r!.err === ERR.connectionLoss)) {
    log(ctx, zk, 'Waiting until connected.')
    if (zk.value === 'connected') again(ctx, env, thread)
    else if (zk.value === 'connecting') zk.disconnected.push(thread)
    else expiredWhileWaiting(env, thread)
    return
  }
  delete zk.batches[thread]
  const all = batch.replies as ZkReply[]
  if (batch.fenced) {
    const moved = all.find((r) => checkFailed(r))
    if (moved) {
      const version = moved.op.op === 'multi' ? (moved.op.ops[0] as { version: number }).version : -1
      const message = `Controller epoch zkVersion check fails. Expected zkVersion = ${version}`
      resume(env, thread, batch.ticket, undefined, { type: 'org.apache.kafka.common.errors.ControllerMovedException', message })
      return
    }
    resumeLater(ctx, env, thread, batch.ticket, all.map(unwrapped), 'kafka.zookeeper.wake')
    return
  }
  if (all.length === 0) resume(env, thread, batch.ticket, all)
  else resumeLater(ctx, env, thread, batch.ticket, all, 'kafka.zookeeper.wake')
}

const checkFailed = (r: ZkReply): boolean => r.result?.results?.[0]?.err === ERR.badVersion

/** The second half of a fenced write, as if it had been sent alone. */
function unwrapped(r: ZkReply): ZkReply {
  if (r.op.op !== 'multi') return r
  const op = r.op.ops[1]!
  const half = r.result?.results?.[1]
  if (half === undefined || r.err !== 0) return { op, err: r.err, result: undefined }
  return {
    op,
    err: half.err,
    result: { ...(half.path === undefined ? {} : { path: half.path }), ...(half.stat === undefined ? {} : { stat: half.stat }) },
  }
}

/** Connected again: what was lost is sent again. */
function again(ctx: Context, env: ZooKeeperUser, thread: string): void {
  const zk = env.zk!
  const batch = zk.batches[thread]
  if (batch === undefined) return
  log(ctx, zk, 'Connected.')
  batch.replies.forEach((r, i) => {
    if (r!.err !== ERR.connectionLoss) return
    batch.replies[i] = null
    batch.left++
    zk.queue.push({ thread, ticket: batch.ticket, i })
  })
  pump(ctx, env)
}

function expiredWhileWaiting(env: ZooKeeperUser, thread: string): void {
  const batch = env.zk!.batches[thread]
  if (batch === undefined) return
  delete env.zk!.batches[thread]
  const message = 'Session expired either before or while waiting for connection'
  resume(env, thread, batch.ticket, undefined, { type: 'kafka.zookeeper.ZooKeeperClientExpiredException', message })
}

/** Takes an input of the process; undefined when it is not for this client. */
export function handleZooKeeper(ctx: Context, env: ZooKeeperUser, input: Input): ZooKeeperEvent[] | undefined {
  const zk = env.zk
  if (zk === null) return undefined
  if (input.type === 'timer' && input.key === 'zookeeper connect') {
    wake(env, input.data as string, 'a ZooKeeper session', 'timeout')
    return []
  }
  const events = zkHandle(ctx, zk.client, input)
  if (events === undefined) return undefined
  const out: ZooKeeperEvent[] = []
  for (const event of events) {
    if (event.type === 'reply') {
      answered(ctx, env, event.tag as Tag, { op: event.op, err: event.reply.err, result: event.reply.result })
    } else if (event.type === 'watch') {
      if (event.event.path === null) continue
      const { type, path } = event.event
      const handler = (type === 'NodeChildrenChanged' ? zk.childHandlers : zk.nodeHandlers)[path]
      if (handler !== undefined) out.push({ type: 'fired', handler, path, watch: type })
    } else {
      stateChanged(ctx, env, event.state, event.sessionId)
      out.push({ type: event.state })
    }
  }
  return out
}

function stateChanged(
  ctx: Context,
  env: ZooKeeperUser,
  state: 'connected' | 'disconnected' | 'expired' | 'closed',
  sessionId: SessionId,
): void {
  const zk = env.zk!
  const closing = zk.value === 'closing'
  if (state === 'closed') zk.value = 'closed'
  else if (!closing) zk.value = state === 'disconnected' ? 'connecting' : state
  if (state === 'connected') {
    zk.sessionId = sessionId
    wakeAll(env, 'a ZooKeeper session', 'connected')
    for (const thread of zk.disconnected.splice(0)) again(ctx, env, thread)
  }
  if (state === 'closed') wakeAll(env, 'the end of the ZooKeeper session')
  if (state === 'expired' || state === 'closed') for (const thread of zk.disconnected.splice(0)) expiredWhileWaiting(env, thread)
}

function wakeAll(env: Threaded, on: string, value?: unknown): void {
  for (const [name, thread] of Object.entries(env.threads.live)) if (thread.waiting === on) wake(env, name, on, value)
}
