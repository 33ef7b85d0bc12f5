// The broker's side of its connections: accepted from when the acceptor is bound, read once the processors run, one request at a time on each
// (network/SocketServer.scala at 2.3.0). Idle ones are closed after connections.max.idle.ms.
import { ms, us, type Micros } from '../../base/index.ts'
import type { ConnId, Context, Input } from '../../kernel/index.ts'
import { kafkaResponse, messageSize, type AnyRequest, type ApiName, type KafkaRequest, type ResponseBody } from '../protocol/index.ts'

export interface ServerConnection {
  /** A request of it is being worked on. */
  busy: boolean
  waiting: AnyRequest[]
  lastActiveAt: Micros
}
export interface Network {
  /** The acceptor is bound. */
  listening: boolean
  /** Requests are read. */
  processing: boolean
  /** By the handle's text. */
  conns: Record<string, ServerConnection>
  /** Counts requests: names their threads. */
  requests: number
}
export const newNetwork = (): Network => ({ listening: false, processing: false, conns: {}, requests: 0 })

interface NetworkHost {
  network: Network
  readonly config: { readonly connectionsMaxIdleMs: number }
  readonly brokerInfo: { readonly port: number }
}
/** Works on a request, now or in a thread of its own; answers by `respond`. */
export type Dispatch<E> = (ctx: Context, env: E, conn: ConnId, request: AnyRequest) => void

export function listen(ctx: Context, env: NetworkHost): void {
  env.network.listening = true
  ctx.listen(env.brokerInfo.port)
}
/** Requests that came early are read now. */
export function startProcessors<E extends NetworkHost>(ctx: Context, env: E, dispatch: Dispatch<E>): void {
  env.network.processing = true
  for (const conn of Object.keys(env.network.conns)) pump(ctx, env, Number(conn), dispatch)
}
/** No more requests, no more connections. */
export function stopProcessors(ctx: Context, env: NetworkHost): void {
  const { network } = env
  if (network.listening) ctx.unlisten(env.brokerInfo.port)
  network.listening = false
  network.processing = false
  for (const conn of Object.keys(network.conns)) ctx.close(Number(conn))
  network.conns = {}
  ctx.clearTimer('idle connections')
}

/** Takes an input of an accepted connection; false when it is for somebody else. */
export function handleNetwork<E extends NetworkHost>(ctx: Context, env: E, input: Input, dispatch: Dispatch<E>): boolean {
  const { network } = env
  switch (input.type) {
    case 'accept':
      if (!network.listening) {
        ctx.close(input.conn)
        return true
      }
      network.conns[input.conn] = { busy: false, waiting: [], lastActiveAt: ctx.now }
      if (Object.keys(network.conns).length === 1) watchIdle(ctx, env, ms(env.config.connectionsMaxIdleMs))
      return true
    case 'message': {
      const conn = network.conns[input.conn]
      if (conn === undefined) return false
      conn.lastActiveAt = ctx.now
      conn.waiting.push(input.message as AnyRequest)
      pump(ctx, env, input.conn, dispatch)
      return true
    }
    case 'closed':
      if (network.conns[input.conn] === undefined) return false
      delete network.conns[input.conn]
      return true
    case 'timer':
      if (input.key !== 'idle connections') return false
      closeIdle(ctx, env)
      return true
    default:
      return false
  }
}

function pump<E extends NetworkHost>(ctx: Context, env: E, handle: ConnId, dispatch: Dispatch<E>): void {
  const { network } = env
  for (;;) {
    const conn = network.conns[handle]
    if (!network.processing || conn === undefined || conn.busy) return
    const request = conn.waiting.shift()
    if (request === undefined) return
    conn.busy = true
    network.requests++
    dispatch(ctx, env, handle, request)
  }
}

/** Answers a request and reads the connection's next. `cost` is what the work took. */
export function respond<N extends ApiName, E extends NetworkHost>(
  ctx: Context,
  env: E,
  handle: ConnId,
  request: KafkaRequest<N>,
  body: ResponseBody<N>,
  cost: Micros,
  dispatch: Dispatch<E>,
  periodic?: string,
): void {
  const conn = env.network.conns[handle]
  if (conn === undefined) return
  conn.busy = false
  conn.lastActiveAt = ctx.now
  const response = kafkaResponse(request, body)
  ctx.send(handle, response, { bytes: messageSize(response), after: cost, ...(periodic === undefined ? {} : { periodic }) })
  pump(ctx, env, handle, dispatch)
}

/** A request is done with and has no answer: reads the connection's next. */
export function goOn<E extends NetworkHost>(ctx: Context, env: E, handle: ConnId, dispatch: Dispatch<E>): void {
  const conn = env.network.conns[handle]
  if (conn === undefined) return
  conn.busy = false
  conn.lastActiveAt = ctx.now
  pump(ctx, env, handle, dispatch)
}

/** Closes a connection without an answer: an unreadable request. */
export function drop(ctx: Context, env: NetworkHost, handle: ConnId): void {
  if (env.network.conns[handle] === undefined) return
  delete env.network.conns[handle]
  ctx.close(handle)
}

function watchIdle(ctx: Context, env: NetworkHost, delay: Micros): void {
  ctx.timer('idle connections', delay, { periodic: `every ${env.config.connectionsMaxIdleMs / 1000} s: idle connections` })
}
/** Closes connections that were quiet too long, and comes back when the next might be. */
function closeIdle(ctx: Context, env: NetworkHost): void {
  const limit = ms(env.config.connectionsMaxIdleMs)
  let oldest = Infinity
  for (const [handle, conn] of Object.entries(env.network.conns)) {
    if (ctx.now - conn.lastActiveAt >= limit && !conn.busy) {
      delete env.network.conns[handle]
      ctx.close(Number(handle))
    } else oldest = Math.min(oldest, conn.lastActiveAt)
  }
  if (oldest !== Infinity) watchIdle(ctx, env, us(Math.max(oldest + limit - ctx.now, 1000)))
}
