// A fetcher's connection to its leader: one request at a time (server/ReplicaFetcherBlockingSend.scala at 2.3.0).
import { ms, type Micros } from '../../base/index.ts'
import type { Context, Input } from '../../kernel/index.ts'
import { fail, proc, wake, type Proc } from '../client/index.ts'
import { kafkaRequest, messageSize, type AnyResponse, type ApiName, type RequestBody } from '../protocol/index.ts'
import { FETCH_WAIT, type T, me, prefix } from './fetcher-parts.ts'
import { fetcherThread, type Fetcher } from './fetcher-state.ts'
import { slog, type BrokerState } from './state.ts'

const NETWORK = 'the leader'
const IO_EXCEPTION = 'java.io.IOException'

export function closeFetcherConn(ctx: Context, f: Fetcher): void {
  if (f.conn !== 0) ctx.close(f.conn)
  f.conn = 0
  f.ready = false
}
interface AskVars {
  leaderId: number
  kind: ApiName
  body: RequestBody<ApiName>
}
/** Sends a request to the leader and waits for the response; connects when it must. Fails with an IOException. */
export const ask: Proc<AskVars, AnyResponse> = proc<BrokerState, AskVars, AnyResponse>(
  'fetcher.ask',
  [
    (t) => {
      const f = me(t)
      if (f.ready) return
      const conn = t.ctx.connect(f.host, f.port)
      if (conn === undefined) return refused(t)
      f.conn = conn
      awaitNetwork(t, ms(t.env.config.replicaSocketTimeoutMs))
      return t.wait(NETWORK)
    },
    (t) => {
      const f = me(t)
      if (!f.ready) {
        const answer = t.value as NetworkAnswer
        if (answer.type === 'shut') fail(IO_EXCEPTION, 'Client was shutdown before response was read')
        if (answer.type === 'timeout')
          fail('java.net.SocketTimeoutException', `Failed to connect within ${t.env.config.replicaSocketTimeoutMs} ms`)
        if (answer.type !== 'open') return refused(t)
        f.ready = true
      }
      send(t, f)
      awaitNetwork(t, ms(t.env.config.requestTimeoutMs))
      return t.wait(NETWORK)
    },
    (t) => {
      const answer = t.value as NetworkAnswer
      if (answer.type === 'response') return t.return(answer.response)
      if (answer.type === 'shut') fail(IO_EXCEPTION, 'Client was shutdown before response was read')
      fail(IO_EXCEPTION, `Connection to ${me(t).leaderId} was disconnected before the response was read`)
    },
  ],
  (t, failure) => {
    closeFetcherConn(t.ctx, me(t))
    fail(failure.type, failure.message)
  },
)
type NetworkAnswer =
  | { readonly type: 'open' }
  | { readonly type: 'closed' }
  | { readonly type: 'timeout' }
  | { readonly type: 'shut' }
  | { readonly type: 'response'; readonly response: AnyResponse }

function send(t: T<AskVars>, f: Fetcher): void {
  const { kind, body } = t.vars
  const message = kafkaRequest(kind, f.correlationId++, `broker-${t.env.config.brokerId}-fetcher-0`, body)
  const periodic = kind === 'Fetch' && f.quiet ? { periodic: `every ${t.env.config.replicaFetchWaitMaxMs} ms: a follower fetches` } : {}
  t.ctx.send(f.conn, message, { bytes: messageSize(message), after: t.ctx.cost('kafka.fetcher.send'), ...periodic })
}
const timerKey = (f: Fetcher): string => `fetcher network ${f.leaderId}`
function awaitNetwork(t: T<AskVars>, time: Micros): void {
  t.ctx.timer(timerKey(me(t)), time)
}
function refused(t: T<AskVars>): never {
  const f = me(t)
  const ip = t.ctx.resolve(f.host)
  const at = `${f.host}${ip === undefined ? '' : `/${ip}`}:${f.port}`
  const text = `Connection to node ${f.leaderId} (${at}) could not be established. Broker may not be available.`
  slog(t.ctx, 'WARN', 'org.apache.kafka.clients.NetworkClient', `${prefix(t.env, f)} ${text}`)
  fail(IO_EXCEPTION, `Connection to ${f.host}:${f.port} (id: ${f.leaderId} rack: null) failed.`)
}

/** Ends whatever a fetcher that is to stop waits for. */
export function stopWaiting(ctx: Context, env: BrokerState, f: Fetcher): void {
  ctx.clearTimer(timerKey(f))
  wake(env, fetcherThread(f), NETWORK, { type: 'shut' })
  wake(env, fetcherThread(f), FETCH_WAIT)
}
/** Takes an input of a fetcher's connection; false when it is for somebody else. */
export function handleFetcher(ctx: Context, env: BrokerState, input: Input): boolean {
  const told = (f: Fetcher, answer: NetworkAnswer): true => {
    ctx.clearTimer(timerKey(f))
    wake(env, fetcherThread(f), NETWORK, answer)
    return true
  }
  if (input.type === 'timer') {
    if (!input.key.startsWith('fetcher network ')) return false
    const f = env.replicas.fetchers[input.key.slice(16)]
    return f === undefined ? true : told(f, { type: 'timeout' })
  }
  if (!('conn' in input) || input.type === 'accept' || input.conn <= 0) return false
  for (const id in env.replicas.fetchers) {
    const f = env.replicas.fetchers[id]!
    if (f.conn !== input.conn) continue
    switch (input.type) {
      case 'open':
        return told(f, { type: 'open' })
      case 'message':
        return told(f, { type: 'response', response: input.message as AnyResponse })
      default:
        f.conn = 0
        f.ready = false
        return told(f, { type: 'closed' })
    }
  }
  return false
}
