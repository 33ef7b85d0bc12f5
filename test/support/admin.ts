// A program on the client host that makes calls of the admin client one after the other and keeps what came of them: for tests of the brokers' admin APIs.
import { ms, seconds } from '../../src/sim/base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../../src/sim/cluster/index.ts'
import { brokerKind } from '../../src/sim/kafka/broker/index.ts'
import {
  adminCall,
  createTopics,
  connectNode,
  handleAdminClient,
  handleThreadTimer,
  newAdminClient,
  newThreads,
  proc,
  runThreads,
  sendTo,
  startThread,
  type AdminUser,
  type Failure,
  type NewTopicSpec,
  type Outcome,
  type Proc,
} from '../../src/sim/kafka/client/index.ts'
import type { ApiName, KafkaResponse, RequestBody, ResponseBody } from '../../src/sim/kafka/protocol/index.ts'
import type { ProcessKind, World } from '../../src/sim/kernel/index.ts'
import { kinds as appKinds } from '../../src/sim/apps/index.ts'
import { feedKind, shellKind } from '../../src/sim/shell/index.ts'
import { zookeeperKind } from '../../src/sim/zookeeper/index.ts'
import { PLAYGROUND, scenarioWith, startAll } from './playground.ts'

/** What a call gave, or how it failed. */
export interface Came {
  readonly value?: unknown
  readonly failure?: Failure
  /** Seconds from the beginning of the run to its end. */
  readonly at: number
}
interface Call {
  readonly proc: Proc<object, unknown>
  readonly vars: object
  /** Not before, in seconds. */
  readonly at: number
}
/** A call of the admin client. */
export const call = <V extends object>(what: Proc<V, unknown>, vars: V, at = 0): Call => ({ proc: what as Proc<object, unknown>, vars, at })

interface RawVars {
  host: string
  kind: ApiName
  body: RequestBody<ApiName>
}
const raw: Proc<RawVars, unknown> = proc<State, RawVars, unknown>('test.raw', [
  (t) => {
    const { network } = t.env.admin!
    const node = { id: t.vars.host === 'kafka1' ? 101 : 102, host: t.vars.host, port: 9092 }
    if (network.nodes[node.id]?.value === 'ready') return
    connectNode(t.ctx, network, node)
    return t.wait(`node ${node.id}`)
  },
  (t) => {
    const { host, kind, body } = t.vars
    sendTo(t.ctx, t.env.admin!.network, host === 'kafka1' ? 101 : 102, kind, { ...body }, 'raw')
    return t.wait('raw')
  },
  (t) => t.return(t.value === undefined ? null : (t.value as KafkaResponse).body),
])
/** A request to a certain broker, as it is; gives the response's body. */
export const request = <N extends ApiName>(host: string, kind: N, body: RequestBody<N>, at = 0): Call =>
  call(raw as unknown as Proc<object, unknown>, { host, kind, body }, at)
/** A request wherever the admin client sends it. */
export const anywhere = <N extends ApiName>(kind: N, body: RequestBody<N>, at = 0): Call =>
  call(adminCall as unknown as Proc<object, unknown>, { kind, body, target: { to: 'any' } }, at)
export const body = <N extends ApiName>(came: Came | undefined): ResponseBody<N> => came!.value as ResponseBody<N>

/** A topic to be made. */
export const spec = (name: string, partitions: number, replicationFactor: number, more: Partial<NewTopicSpec> = {}): NewTopicSpec => ({
  name,
  partitions,
  replicationFactor,
  assignments: [],
  configs: [],
  ...more,
})
/** Makes topics. */
export const make = (...topics: NewTopicSpec[]) => call(createTopics, { topics, validateOnly: false })
/** `topic: ExceptionClass: message`, or `topic: ok`. */
export const said = (came: Came | undefined): string[] =>
  (came!.value as Outcome<unknown>[]).map(
    (o) => `${o.key}: ${o.failure === null ? 'ok' : `${o.failure.type.split('.').at(-1)}: ${o.failure.message}`}`,
  )

interface State extends AdminUser {
  left: number
  at: number
  came: Came[]
}
let calls: readonly Call[] = []
const one: Proc<{ i: number }, unknown> = proc<State, { i: number }, unknown>(
  'test.one',
  [
    (t) => {
      const left = calls[t.vars.i]!.at * 1e6 - t.ctx.now
      return left > 0 ? t.sleep(ms(Math.ceil(left / 1000))) : undefined
    },
    (t) => t.call(calls[t.vars.i]!.proc, structuredClone(calls[t.vars.i]!.vars)),
    (t) => {
      t.env.came.push({ value: structuredClone(t.value), at: t.ctx.now / 1e6 })
      return t.return()
    },
  ],
  (t, failure) => {
    t.env.came.push({ failure: { ...failure }, at: t.ctx.now / 1e6 })
    return t.return()
  },
)
const all: Proc<{ i: number }, unknown> = proc<State, { i: number }, unknown>('test.all', [
  (t) => (t.vars.i < calls.length ? t.again(t.call(one, { i: t.vars.i++ })) : undefined),
])
const program: ProcessKind<State> = {
  name: 'idle',
  init: () => ({ threads: newThreads(), admin: null, left: 0, at: 0, came: [] }),
  handle(ctx, env, input) {
    if (ctx.host !== 'client') return
    if (input.type === 'start') ctx.timer('go', seconds(22))
    else if (input.type === 'timer' && input.key === 'go') {
      env.admin = newAdminClient(ctx, 'kafka1:9092,kafka2:9092')
      startThread(env, 'main', all, { i: 0 })
    } else if (!handleThreadTimer(env, input)) handleAdminClient(ctx, env, input)
    runThreads(ctx, env)
  },
}
const kinds = new Map<string, ProcessKind>(
  [zookeeperKind, brokerKind, shellKind, feedKind, ...appKinds, program].map((kind) => [kind.name, kind as ProcessKind]),
)

/** Runs the playground, calls from second 30 on; gives what came of each call, the World at the end, and how many requests the calls took. */
export function admin(
  list: readonly Call[],
  untilS = 60,
  actions: readonly Action[] = [],
  properties: Readonly<Record<string, string>> = {},
): { readonly came: readonly Came[]; readonly world: World; readonly requests: number } {
  calls = list
  const sorted = [...startAll(PLAYGROUND), ...actions].sort((a, b) => a.at - b.at)
  const hosts = PLAYGROUND.map((h) => (h.image === 'kafka' ? { ...h, properties } : h))
  const scenario = scenarioWith(3, hosts, sorted)
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true }, kinds)
  runActions(engine, scenario.actions, seconds(untilS))
  const mine = Object.values(engine.world.processes).find((p) => p.kind === 'idle' && p.host === 'client')
  const state = mine!.state as State
  return { came: state.came, world: engine.world, requests: state.admin?.calls ?? 0 }
}
