// The admin client of tools: learns the brokers from the bootstrap list, then asks the broker that a call needs, again and again until its time is up
// (clients/admin/KafkaAdminClient.java at 2.3.0). One call at a time. The calls themselves stand in admin-calls.ts.
import { frozenCopy, type Micros, ms, plus, us } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { errorFailure, ERRORS, type ApiName, type KafkaResponse, type RequestBody, type ResponseBody } from '../protocol/index.ts'
import { bootstrapNodes } from './bootstrap.ts'
import {
  backoffLeft,
  closeNetworkClient,
  connectNode,
  disconnectNode,
  handleNetworkClient,
  isConnecting,
  isReady,
  newNetworkClient,
  sendTo,
  type NetworkClientState,
  type Node,
} from './network-client.ts'
import { fail, proc, wake, type Failure, type Proc, type Task, type Threaded } from './threads.ts'

export interface AdminClientState {
  network: NetworkClientState
  bootstrap: Node[]
  /** Empty until the first metadata. */
  brokers: Node[]
  controllerId: number
  /** The brokers are known, and nothing has happened that makes the client ask again. */
  hasMetadata: boolean
  /** Counts requests: tags of what threads wait for. */
  calls: number
  /** request.timeout.ms: what a call may take from beginning to end. */
  readonly callTimeoutMs: number
}
/** The state of a process with an admin client. */
export interface AdminUser extends Threaded {
  admin: AdminClientState | null
}

/** The default of request.timeout.ms. */
const CALL_TIMEOUT_MS = 120_000
/** What a request may take on the wire: longer than any call. */
const REQUEST_TIMEOUT_MS = 3_600_000
const RETRY_BACKOFF: Micros = ms(100)
const RETRIES = 5
const TIMEOUT = 'org.apache.kafka.common.errors.TimeoutException'
const DISCONNECT = 'org.apache.kafka.common.errors.DisconnectException'
const DEADLINE = 'admin deadline'

/** A client for a bootstrap list. Fails as the real one's constructor does when nothing of the list can be used. */
export function newAdminClient(
  ctx: Context,
  servers: string,
  callTimeoutMs = CALL_TIMEOUT_MS,
  clientId = 'adminclient-1',
): AdminClientState {
  const bootstrap = bootstrapNodes(ctx, servers)
  const options = {
    clientId,
    logPrefix: `[AdminClient clientId=${clientId}] `,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    reconnectBackoffMs: 50,
    reconnectBackoffMaxMs: 1000,
  }
  return { network: newNetworkClient(options), bootstrap, brokers: [], controllerId: -1, hasMetadata: false, calls: 0, callTimeoutMs }
}

export function closeAdminClient(ctx: Context, env: AdminUser): void {
  if (env.admin !== null) closeNetworkClient(ctx, env.admin.network)
  ctx.clearTimer(DEADLINE)
  env.admin = null
}

/** Takes an input of the client; false when it is for somebody else. */
export function handleAdminClient(ctx: Context, env: AdminUser, input: Input): boolean {
  if (env.admin === null) return false
  if (input.type === 'timer' && input.key === DEADLINE) {
    const name = input.data as string
    const on = env.threads.live[name]?.waiting ?? ''
    if (on.startsWith('node ') || on.startsWith('answer ')) wake(env, name, on, 'time is up')
    return true
  }
  const events = handleNetworkClient(ctx, env.admin.network, input)
  if (events === undefined) return false
  for (const event of events) {
    if (event.type === 'ready') tell(env, `node ${event.node}`, true)
    else if (event.type === 'response') tell(env, event.tag, event.response)
    else {
      // Any connection that goes makes the client look again who is there.
      env.admin.hasMetadata = false
      tell(env, `node ${event.node}`, false)
      for (const tag of event.tags) tell(env, tag, undefined)
    }
  }
  return true
}
function tell(env: AdminUser, on: string, value: unknown): void {
  for (const [name, thread] of Object.entries(env.threads.live)) if (thread.waiting === on) wake(env, name, on, value)
}

/** Which broker a call goes to. */
export type Target = { readonly to: 'any' } | { readonly to: 'controller' } | { readonly to: 'broker'; readonly id: number }

interface CallVars<N extends ApiName = ApiName> {
  /** The call's name, as exceptions say it: `listTopics`. */
  name?: string
  kind: N
  /** A `timeoutMs` or `timeout` in it is set to what is left of the call's time when it is sent. */
  body: RequestBody<N>
  target: Target
  deadline?: Micros
  tries?: number
}
/** How one try ended. */
type Attempted = { readonly response: KafkaResponse } | { readonly failure: Failure }

/**
 * Asks a broker; gives the response. Fails with TimeoutException when none could be asked or none answered in time, with what the last try failed with after five
 * retries. A broker that is not the controller any more is an error of the try.
 */
export const adminCall: Proc<CallVars, KafkaResponse> = proc<AdminUser, CallVars, KafkaResponse>('admin.call', [
  (t) => {
    const limit = ms(t.env.admin!.callTimeoutMs)
    t.vars.deadline = plus(t.ctx.now, limit)
    t.vars.tries = 0
    // Every try and its search for a node hold them too.
    t.vars.body = frozenCopy(t.vars.body)
    t.vars.target = frozenCopy(t.vars.target)
    t.ctx.timer(DEADLINE, limit, { data: t.thread })
  },
  (t) => {
    if (t.value !== undefined) {
      const tried = t.value as Attempted
      if ('response' in tried) {
        t.ctx.clearTimer(DEADLINE)
        return t.return(tried.response)
      }
      if (++t.vars.tries! > RETRIES || t.ctx.now >= t.vars.deadline!) {
        t.ctx.clearTimer(DEADLINE)
        fail(tried.failure.type, tried.failure.message)
      }
    }
    const { kind, body, target } = t.vars
    return t.again(t.call(attempt, { name: t.vars.name ?? kind, kind, body, target, deadline: t.vars.deadline!, pause: t.vars.tries! > 0 }))
  },
])
/** The response's body, of the API that was asked. */
export const responseBody = <N extends ApiName>(value: unknown): ResponseBody<N> => (value as KafkaResponse<N>).body

interface AttemptVars extends CallVars {
  name: string
  deadline: Micros
  /** It is a retry: waits a little before. */
  pause: boolean
  node?: number
  correlationId?: number
}
/** One try: finds the node, connects, asks. */
const attempt: Proc<AttemptVars, Attempted> = proc<AdminUser, AttemptVars, Attempted>('admin.attempt', [
  (t) => (t.vars.pause ? t.sleep(RETRY_BACKOFF) : undefined),
  (t) => t.call(connected, { target: t.vars.target, deadline: t.vars.deadline, known: true }),
  (t) => {
    const admin = t.env.admin!
    const tag = `answer ${++admin.calls}`
    const { kind, body, deadline } = t.vars
    const left = Math.floor((deadline - t.ctx.now) / 1000)
    const sent = { ...body, ...('timeoutMs' in body ? { timeoutMs: left } : {}), ...('timeout' in body ? { timeout: left } : {}) }
    t.vars.node = t.value as number
    t.vars.correlationId = admin.network.correlationId
    sendTo(t.ctx, admin.network, t.vars.node, kind, sent as RequestBody<ApiName>, tag)
    return t.wait(tag)
  },
  (t) => {
    const { name, node, correlationId } = t.vars
    const admin = t.env.admin!
    if (t.value === 'time is up') {
      disconnectNode(t.ctx, admin.network, node!)
      fail(TIMEOUT, 'Aborted due to timeout.')
    }
    if (t.value === undefined) {
      const message = `Cancelled ${name} request with correlation id ${correlationId} due to node ${node} being disconnected`
      return t.return({ failure: { type: DISCONNECT, message } })
    }
    const response = t.value as KafkaResponse
    if (errorCodes(response).includes(ERRORS.NOT_CONTROLLER)) {
      admin.controllerId = -1
      admin.hasMetadata = false
      return t.return({ failure: errorFailure(ERRORS.NOT_CONTROLLER) })
    }
    return t.return({ response })
  },
])
/** The error codes of an answer that only the controller can give. */
function errorCodes(response: KafkaResponse): readonly number[] {
  if (response.kind === 'CreateTopics') return (response as KafkaResponse<'CreateTopics'>).body.topics.map((r) => r.errorCode)
  if (response.kind === 'DeleteTopics') return (response as KafkaResponse<'DeleteTopics'>).body.responses.map((r) => r.errorCode)
  if (response.kind === 'CreatePartitions') return (response as KafkaResponse<'CreatePartitions'>).body.topicErrors.map((r) => r.errorCode)
  return []
}

interface ConnectVars {
  target: Target
  deadline: Micros
  /** The brokers must be known: those of the bootstrap list will not do. */
  known: boolean
}
/** A node for a call, connected; gives its id. */
const connected: Proc<ConnectVars, number> = proc<AdminUser, ConnectVars, number>('admin.connected', [
  (t) => {
    const admin = t.env.admin!
    if (t.value === 'time is up' && t.vars.known) fail(TIMEOUT, 'Timed out waiting to send the call.')
    if (t.ctx.now >= t.vars.deadline) fail(TIMEOUT, 'Timed out waiting for a node assignment.')
    if (t.vars.known && !admin.hasMetadata) return t.again(t.call(tryMetadata, { deadline: t.vars.deadline }))
    const node = choose(t, t.vars.target)
    if (node === undefined) {
      if (t.vars.target.to !== 'any') admin.hasMetadata = false
      return t.again(t.sleep(RETRY_BACKOFF))
    }
    if (isReady(admin.network, node.id)) return t.return(node.id)
    const left = backoffLeft(t.ctx, admin.network, node)
    // The client looks again at the pace of its retries.
    if (left > 0) return t.again(t.sleep(us(Math.ceil(left / RETRY_BACKOFF) * RETRY_BACKOFF)))
    return t.again(t.call(connect, { node }))
  },
])
const connect: Proc<{ node: Node }, unknown> = proc<AdminUser, { node: Node }, unknown>('admin.connect', [
  (t) => {
    const { network } = t.env.admin!
    const { node } = t.vars
    if (!isConnecting(network, node.id) && !connectNode(t.ctx, network, node)) return t.return(false)
    return t.wait(`node ${node.id}`)
  },
  (t) => t.return(t.value),
])

/** Asks some broker who is there. When that fails somebody asks again, after a pause. */
const tryMetadata: Proc<{ deadline: Micros }, void> = proc<AdminUser, { deadline: Micros }, void>('admin.tryMetadata', [
  (t) => t.call(connected, { target: { to: 'any' }, deadline: t.vars.deadline, known: false }),
  (t) => {
    const admin = t.env.admin!
    const tag = `answer ${++admin.calls}`
    sendTo(t.ctx, admin.network, t.value as number, 'Metadata', metadataQuery([], true), tag)
    return t.wait(tag)
  },
  (t) => {
    const admin = t.env.admin!
    if (t.value === undefined) return t.sleep(RETRY_BACKOFF)
    if (t.value === 'time is up') fail(TIMEOUT, 'Timed out waiting for a node assignment.')
    const body = responseBody<'Metadata'>(t.value)
    admin.brokers = body.brokers.map((b) => ({ id: b.nodeId, host: b.host, port: b.port }))
    admin.controllerId = body.controllerId
    admin.hasMetadata = body.brokers.length > 0
    if (!admin.hasMetadata) return t.sleep(RETRY_BACKOFF)
  },
])

/** A Metadata request as the admin client makes it; null asks for all topics. */
export const metadataQuery = (topics: readonly string[] | null, allowAutoTopicCreation: boolean): RequestBody<'Metadata'> => ({
  topics: topics === null ? null : topics.slice(),
  allowAutoTopicCreation,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
})

/** The broker for a call; of any, one that is connected, else one that is being connected, else by chance one that may be tried now. */
function choose(t: Task<AdminUser, unknown>, target: Target): Node | undefined {
  const admin = t.env.admin!
  const nodes = admin.brokers.length > 0 ? admin.brokers : admin.bootstrap
  if (target.to === 'controller') return copy(admin.brokers.find((n) => n.id === admin.controllerId))
  if (target.to === 'broker') return copy(admin.brokers.find((n) => n.id === target.id))
  const first = nodes.length > 1 ? beginning(t, nodes) : 0
  const order = nodes.map((_, i) => nodes[(first + i) % nodes.length]!)
  const ready = order.find((n) => isReady(admin.network, n.id))
  const connecting = order.find((n) => isConnecting(admin.network, n.id))
  const free = order.find((n) => backoffLeft(t.ctx, admin.network, n) === 0)
  return copy(ready ?? connecting ?? free)
}
/** Where to begin is drawn; a scenario may say with which broker. */
function beginning(t: Task<AdminUser, unknown>, nodes: readonly Node[]): number {
  const drawn = t.ctx.below(nodes.length, 'node')
  const chosen = t.ctx.choice('least-loaded node')
  const wanted = chosen === undefined ? -1 : nodes.findIndex((n) => n.id === Number(chosen))
  return wanted >= 0 ? wanted : drawn
}
const copy = (node: Node | undefined): Node | undefined =>
  node === undefined ? undefined : { id: node.id, host: node.host, port: node.port }
