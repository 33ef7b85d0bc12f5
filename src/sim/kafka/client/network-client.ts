// Connections of a client to brokers: opened when needed, ApiVersions first, correlation ids counted over the whole client, reconnects backed off
// (clients/NetworkClient.java and ClusterConnectionStates.java at 2.3.0). Plain data inside the state of the process that embeds it.
import { ms, plus, us, type Micros } from '../../base/index.ts'
import type { ConnId, Context, Input } from '../../kernel/index.ts'
import { kafkaRequest, messageSize, type ApiName, type KafkaMessage, type KafkaResponse, type RequestBody } from '../protocol/index.ts'
import { toolLogLine } from './log4j.ts'

export interface NetworkClientOptions {
  readonly clientId: string
  /** `[AdminClient clientId=adminclient-1] `. */
  readonly logPrefix: string
  readonly requestTimeoutMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  /** Requests of a connection that may wait for their answers; no limit when left out. */
  readonly maxInFlight?: number
  /** It does not ask what the broker speaks. */
  readonly knowsVersions?: boolean
}
export interface Node {
  /** A broker's id, or -1, -2... of the bootstrap list. */
  readonly id: number
  readonly host: string
  readonly port: number
}
interface InFlight {
  readonly correlationId: number
  readonly kind: ApiName
  readonly tag: string
  readonly sentAt: Micros
}
export interface NodeState extends Node {
  value: 'disconnected' | 'connecting' | 'checking' | 'ready'
  conn: ConnId
  /** Attempts that failed in a row. */
  failures: number
  /** No new attempt before. */
  retryAt: Micros
  inFlight: InFlight[]
}
export interface NetworkClientState {
  readonly options: NetworkClientOptions
  correlationId: number
  nodes: Record<string, NodeState>
}

export type NetworkEvent =
  | { readonly type: 'ready'; readonly node: number }
  /** What was in flight is lost; `tags` are theirs. `connected` says whether there had been a connection. */
  | { readonly type: 'lost'; readonly node: number; readonly connected: boolean; readonly tags: readonly string[] }
  | { readonly type: 'response'; readonly node: number; readonly tag: string; readonly response: KafkaResponse }

export const newNetworkClient = (options: NetworkClientOptions): NetworkClientState => ({ options, correlationId: 0, nodes: {} })

const timerKey = (nc: NetworkClientState, node: Node): string => `client ${nc.options.clientId} node ${node.id}`

function nodeState(nc: NetworkClientState, node: Node): NodeState {
  const known = nc.nodes[node.id]
  if (known !== undefined) return known
  const { id, host, port } = node
  return (nc.nodes[id] = { id, host, port, value: 'disconnected', conn: 0, failures: 0, retryAt: us(0), inFlight: [] })
}
export const isReady = (nc: NetworkClientState, id: number): boolean => nc.nodes[id]?.value === 'ready'
/** It is ready, and not too many requests wait for an answer already. */
export const canSend = (nc: NetworkClientState, id: number): boolean =>
  isReady(nc, id) && nc.nodes[id]!.inFlight.length < (nc.options.maxInFlight ?? Infinity)
export const inFlightCount = (nc: NetworkClientState, id: number): number => nc.nodes[id]?.inFlight.length ?? 0
/** A connection is being made, or its first question is not answered yet. */
export const isConnecting = (nc: NetworkClientState, id: number): boolean =>
  nc.nodes[id]?.value === 'connecting' || nc.nodes[id]?.value === 'checking'
/** How long until an attempt may be made. */
export const backoffLeft = (ctx: Context, nc: NetworkClientState, node: Node): Micros =>
  us(Math.max(0, (nc.nodes[node.id]?.retryAt ?? 0) - ctx.now))

/** Begins to connect; an event follows. A name that does not resolve is lost at once: false. */
export function connectNode(ctx: Context, nc: NetworkClientState, node: Node): boolean {
  const state = nodeState(nc, node)
  const conn = ctx.connect(node.host, node.port)
  if (conn === undefined) {
    failed(ctx, nc, state)
    return false
  }
  state.conn = conn
  state.value = 'connecting'
  return true
}

/** Sends a request to a node that is ready; without a tag nobody answers it. `numbered`: it got its number while it waited for the connection. */
export function sendTo<N extends ApiName>(
  ctx: Context,
  nc: NetworkClientState,
  id: number,
  kind: N,
  body: RequestBody<N>,
  tag: string | undefined,
  options: { readonly numbered?: number; readonly periodic?: string } = {},
): void {
  const state = nc.nodes[id]!
  const correlationId = options.numbered ?? nc.correlationId++
  const message = kafkaRequest(kind, correlationId, nc.options.clientId, body)
  const periodic = options.periodic === undefined ? {} : { periodic: options.periodic }
  ctx.send(state.conn, message, { bytes: messageSize(message as KafkaMessage), after: ctx.cost('kafka.client.send'), ...periodic })
  if (tag === undefined) return
  state.inFlight.push({ correlationId, kind, tag, sentAt: ctx.now })
  if (state.inFlight.length === 1) ctx.timer(timerKey(nc, state), ms(nc.options.requestTimeoutMs))
}

/** Gives up a connection and what is in flight on it; no event follows. */
export function disconnectNode(ctx: Context, nc: NetworkClientState, id: number): void {
  const state = nc.nodes[id]
  if (state === undefined || state.conn === 0) return
  ctx.close(state.conn)
  lost(ctx, nc, state)
}

/** Closes every connection. */
export function closeNetworkClient(ctx: Context, nc: NetworkClientState): void {
  // The last opened goes first.
  for (const state of Object.values(nc.nodes).reverse()) {
    ctx.clearTimer(timerKey(nc, state))
    if (state.conn !== 0) ctx.close(state.conn)
  }
  nc.nodes = {}
}

/** Takes an input of one of its connections; undefined when it is for somebody else. */
export function handleNetworkClient(ctx: Context, nc: NetworkClientState, input: Input): NetworkEvent[] | undefined {
  const state = Object.values(nc.nodes).find((n) =>
    input.type === 'timer' ? input.key === timerKey(nc, n) : 'conn' in input && n.conn !== 0 && input.conn === n.conn,
  )
  if (state === undefined) return undefined
  switch (input.type) {
    case 'open':
      if (nc.options.knowsVersions) {
        state.value = 'ready'
        state.failures = 0
        return [{ type: 'ready', node: state.id }]
      }
      state.value = 'checking'
      sendTo(ctx, nc, state.id, 'ApiVersions', {}, '')
      return []
    case 'refused':
    case 'closed':
      return [lost(ctx, nc, state)]
    case 'timer':
      if (waitForOldest(ctx, nc, state)) return []
      ctx.close(state.conn)
      return [lost(ctx, nc, state)]
    case 'message':
      return answered(ctx, nc, state, input.message as KafkaResponse)
    default:
      return []
  }
}

/** The oldest request decides when a connection is given up; false when its time is up. */
function waitForOldest(ctx: Context, nc: NetworkClientState, state: NodeState): boolean {
  const oldest = state.inFlight[0]
  if (oldest === undefined) return true
  const left = plus(oldest.sentAt, ms(nc.options.requestTimeoutMs)) - ctx.now
  if (left > 0) ctx.timer(timerKey(nc, state), us(left))
  return left > 0
}

function answered(ctx: Context, nc: NetworkClientState, state: NodeState, response: KafkaResponse): NetworkEvent[] {
  const at = state.inFlight.findIndex((r) => r.correlationId === response.correlationId)
  if (at < 0) return []
  const [request] = state.inFlight.splice(at, 1)
  if (state.inFlight.length === 0) ctx.clearTimer(timerKey(nc, state))
  if (state.value === 'checking') {
    state.value = 'ready'
    state.failures = 0
    return [{ type: 'ready', node: state.id }]
  }
  return [{ type: 'response', node: state.id, tag: request!.tag, response }]
}

function lost(ctx: Context, nc: NetworkClientState, state: NodeState): NetworkEvent {
  const connected = state.value !== 'connecting'
  const tags = state.inFlight.map((r) => r.tag).filter((tag) => tag !== '')
  if (!connected) failed(ctx, nc, state)
  else {
    ctx.clearTimer(timerKey(nc, state))
    state.failures++
    state.retryAt = plus(ctx.now, backoff(ctx, nc, state))
  }
  state.value = 'disconnected'
  state.conn = 0
  state.inFlight = []
  return { type: 'lost', node: state.id, connected, tags }
}

/** 50 ms, doubled with every failure up to a second, give or take a fifth. */
function backoff(ctx: Context, nc: NetworkClientState, state: NodeState): Micros {
  const { reconnectBackoffMs: base, reconnectBackoffMaxMs: most } = nc.options
  let pause = base
  for (let i = 1; i < state.failures && pause < most; i++) pause *= 2
  return ms((Math.min(pause, most) * ctx.between(80, 120, 'backoff')) / 100)
}

function failed(ctx: Context, nc: NetworkClientState, state: NodeState): void {
  state.failures++
  state.retryAt = plus(ctx.now, backoff(ctx, nc, state))
  const ip = ctx.resolve(state.host)
  const at = `${state.host}${ip === undefined ? '' : `/${ip}`}:${state.port}`
  const text = `${nc.options.logPrefix}Connection to node ${state.id} (${at}) could not be established. Broker may not be available.`
  ctx.printError(toolLogLine(ctx.wallMs, 'WARN', text, 'org.apache.kafka.clients.NetworkClient'))
}
