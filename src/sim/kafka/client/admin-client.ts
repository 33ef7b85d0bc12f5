// The admin client of tools: learns the brokers from the bootstrap list, then asks the broker that a call needs, again and again until its time is up
// (clients/admin/KafkaAdminClient.java at 2.3.0). One call at a time.
import { ms, plus, us, type Micros } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { ERRORS, type ApiName, type KafkaResponse, type RequestBody, type ResponseBody } from '../protocol/index.ts'
import { toolLogLine } from './log4j.ts'
import {
  backoffLeft,
  closeNetworkClient,
  connectNode,
  handleNetworkClient,
  isReady,
  newNetworkClient,
  sendTo,
  type NetworkClientState,
  type Node,
} from './network-client.ts'
import { fail, proc, wake, type Proc, type Task, type Threaded } from './threads.ts'

export interface AdminClientState {
  network: NetworkClientState
  bootstrap: Node[]
  /** Undefined until the first metadata. */
  brokers: Node[]
  controllerId: number
  hasMetadata: boolean
  /** What the thread waits for: the node that connects, or the tag of a call. */
  calls: number
}
/** The state of a process with an admin client. */
export interface AdminUser extends Threaded {
  admin: AdminClientState | null
}

const REQUEST_TIMEOUT_MS = 120_000
const RETRY_BACKOFF: Micros = ms(100)
const RETRIES = 5
const CONFIG = 'org.apache.kafka.common.config.ConfigException'

/** A client for a bootstrap list. Fails as the real one's constructor does when nothing of the list can be used. */
export function newAdminClient(ctx: Context, servers: string): AdminClientState {
  const bootstrap: Node[] = []
  for (const url of servers.split(',').map((s) => s.trim())) {
    if (url === '') continue
    const match = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/.exec(url)
    if (!match || match[1] === '') fail(CONFIG, `Invalid url in bootstrap.servers: ${url}`)
    const [host, port] = [match[1]!, Number(match[2])]
    if (ctx.resolve(host) === undefined) {
      const text = `Couldn't resolve server ${url} from bootstrap.servers as DNS resolution failed for ${host}`
      ctx.printError(toolLogLine(ctx.wallMs, 'WARN', text, 'org.apache.kafka.clients.ClientUtils'))
    } else bootstrap.push({ id: -1 - bootstrap.length, host, port })
  }
  if (bootstrap.length === 0) fail(CONFIG, 'No resolvable bootstrap urls given in bootstrap.servers')
  const options = {
    clientId: 'adminclient-1',
    logPrefix: '[AdminClient clientId=adminclient-1] ',
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    reconnectBackoffMs: 50,
    reconnectBackoffMaxMs: 1000,
  }
  return { network: newNetworkClient(options), bootstrap, brokers: [], controllerId: -1, hasMetadata: false, calls: 0 }
}

export function closeAdminClient(ctx: Context, env: AdminUser): void {
  if (env.admin !== null) closeNetworkClient(ctx, env.admin.network)
  env.admin = null
}

/** Takes an input of the client; false when it is for somebody else. */
export function handleAdminClient(ctx: Context, env: AdminUser, input: Input): boolean {
  const events = env.admin === null ? undefined : handleNetworkClient(ctx, env.admin.network, input)
  if (events === undefined) return false
  for (const event of events) {
    if (event.type === 'ready') tell(env, `node ${event.node}`, true)
    else if (event.type === 'response') tell(env, event.tag, event.response)
    else {
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
  kind: N
  body: RequestBody<N>
  target: Target
  deadline?: Micros
  tries?: number
}
const TIMEOUT = 'org.apache.kafka.common.errors.TimeoutException'

/** Asks a broker; gives the response. Fails with TimeoutException when none could be asked in time. */
export const adminCall: Proc<CallVars, KafkaResponse> = proc<AdminUser, CallVars, KafkaResponse>('admin.call', [
  (t) => {
    t.vars.deadline = plus(t.ctx.now, ms(REQUEST_TIMEOUT_MS))
    t.vars.tries = 0
  },
  (t) => {
    if (t.value !== undefined) return t.return(t.value)
    if (t.vars.tries! > RETRIES) fail('org.apache.kafka.common.errors.DisconnectException', 'null')
    const { kind, body, target } = t.vars
    t.vars.tries!++
    return t.again(t.call(attempt, { kind, body, target, deadline: t.vars.deadline! }))
  },
])
/** The response's body, of the API that was asked. */
export const responseBody = <N extends ApiName>(value: unknown): ResponseBody<N> => (value as KafkaResponse<N>).body

interface AttemptVars extends CallVars {
  deadline: Micros
  node?: Node
}
/** One try: finds the node, connects, asks. Gives the response, or nothing when the connection went. */
const attempt: Proc<AttemptVars, KafkaResponse | undefined> = proc<AdminUser, AttemptVars, KafkaResponse | undefined>('admin.attempt', [
  (t) => {
    if (t.env.admin!.hasMetadata) return
    return t.call(fetchMetadata, { deadline: t.vars.deadline })
  },
  (t) => t.call(connected, { target: t.vars.target, deadline: t.vars.deadline }),
  (t) => {
    const admin = t.env.admin!
    const tag = `answer ${++admin.calls}`
    sendTo(t.ctx, admin.network, t.value as number, t.vars.kind, t.vars.body, tag)
    return t.wait(tag)
  },
  (t) => {
    if (t.value !== undefined) return t.return(t.value)
    t.env.admin!.hasMetadata = false
    return t.sleep(RETRY_BACKOFF)
  },
])

const fetchMetadata: Proc<{ deadline: Micros }, void> = proc<AdminUser, { deadline: Micros }, void>('admin.fetchMetadata', [
  (t) => {
    if (t.env.admin!.hasMetadata) return
    const pause = t.value === false
    return t.again(t.call(tryMetadata, { deadline: t.vars.deadline, pause }))
  },
])
/** Gives whether the brokers are known now. */
const tryMetadata: Proc<{ deadline: Micros; pause: boolean }, boolean> = proc<AdminUser, { deadline: Micros; pause: boolean }, boolean>(
  'admin.tryMetadata',
  [
    (t) => (t.vars.pause ? t.sleep(RETRY_BACKOFF) : undefined),
    (t) => t.call(connected, { target: { to: 'any' }, deadline: t.vars.deadline }),
    (t) => {
      const admin = t.env.admin!
      const tag = `answer ${++admin.calls}`
      const body: RequestBody<'Metadata'> = {
        topics: [],
        allowAutoTopicCreation: true,
        includeClusterAuthorizedOperations: false,
        includeTopicAuthorizedOperations: false,
      }
      sendTo(t.ctx, admin.network, t.value as number, 'Metadata', body, tag)
      return t.wait(tag)
    },
    (t) => {
      if (t.value === undefined) return t.return(false)
      const body = responseBody<'Metadata'>(t.value)
      const admin = t.env.admin!
      admin.brokers = body.brokers.map((b) => ({ id: b.nodeId, host: b.host, port: b.port }))
      admin.controllerId = body.controllerId
      admin.hasMetadata = true
      return t.return(true)
    },
  ],
)

interface ConnectVars {
  target: Target
  deadline: Micros
  node?: Node
}
/** A node for a call, connected; gives its id. */
const connected: Proc<ConnectVars, number> = proc<AdminUser, ConnectVars, number>('admin.connected', [
  (t) => {
    const admin = t.env.admin!
    if (t.ctx.now >= t.vars.deadline) fail(TIMEOUT, 'Timed out waiting for a node assignment.')
    const node = choose(t, t.vars.target)
    if (node === undefined) {
      admin.hasMetadata = false
      return t.again(t.sleep(RETRY_BACKOFF))
    }
    if (isReady(admin.network, node.id)) return t.return(node.id)
    const left = backoffLeft(t.ctx, admin.network, node)
    // The client looks again at the pace of its retries.
    if (left > 0) return t.again(t.sleep(us(Math.ceil(left / RETRY_BACKOFF) * RETRY_BACKOFF)))
    return t.again(t.call(connect, { node }))
  },
])
const connect: Proc<{ node: Node }, void> = proc<AdminUser, { node: Node }, void>('admin.connect', [
  (t) => {
    if (!connectNode(t.ctx, t.env.admin!.network, t.vars.node)) return t.return()
    return t.wait(`node ${t.vars.node.id}`)
  },
])

/** The broker for a call; of any, one that is connected and free, else by chance one that may be tried now. */
function choose(t: Task<AdminUser, unknown>, target: Target): Node | undefined {
  const admin = t.env.admin!
  const nodes = admin.brokers.length > 0 ? admin.brokers : admin.bootstrap
  if (target.to === 'controller') return copy(admin.brokers.find((n) => n.id === admin.controllerId))
  if (target.to === 'broker') return copy(admin.brokers.find((n) => n.id === target.id))
  const first = nodes.length > 1 ? t.ctx.below(nodes.length, 'node') : 0
  const order = nodes.map((_, i) => nodes[(first + i) % nodes.length]!)
  const ready = order.find((n) => isReady(admin.network, n.id))
  const free = order.filter((n) => backoffLeft(t.ctx, admin.network, n) === 0)
  return copy(ready ?? free[0] ?? order[0])
}
const copy = (node: Node | undefined): Node | undefined =>
  node === undefined ? undefined : { id: node.id, host: node.host, port: node.port }

/** True when the metadata must be fetched anew before the call is tried again. */
export function forgetController(env: AdminUser, errorCode: number): boolean {
  if (errorCode !== ERRORS.NOT_CONTROLLER) return false
  env.admin!.hasMetadata = false
  return true
}
