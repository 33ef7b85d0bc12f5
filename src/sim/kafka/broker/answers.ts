// How the handlers of requests answer, kept apart from the table of handlers, which knows them all.
import { assert } from '../../base/index.ts'
import type { ConnId, Context } from '../../kernel/index.ts'
import { startThread, type Proc } from '../client/index.ts'
import type { ApiName, KafkaRequest, ResponseBody } from '../protocol/index.ts'
import { goOn, respond, type Dispatch } from './network.ts'
import type { BrokerState } from './state.ts'

export type Handler<N extends ApiName> = (ctx: Context, env: BrokerState, conn: ConnId, request: KafkaRequest<N>) => void
/** What a request's own thread begins with. */
export interface RequestVars<N extends ApiName> {
  readonly conn: ConnId
  readonly request: KafkaRequest<N>
}

let dispatch: Dispatch<BrokerState> | undefined
/** Says who takes a connection's next request. Called once, when the module is loaded. */
export function answeredBy(next: Dispatch<BrokerState>): void {
  dispatch = next
}

/** Answers now, after the time the work takes. `body` must be fresh. */
export function reply<N extends ApiName>(
  ctx: Context,
  env: BrokerState,
  conn: ConnId,
  request: KafkaRequest<N>,
  body: ResponseBody<N>,
  cost = 'kafka.request',
): void {
  assert(dispatch !== undefined, 'somebody takes requests')
  respond(ctx, env, conn, request, body, ctx.cost(cost), dispatch)
}

/** Answers nothing, as the asker wants it; the connection's next request is read. */
export function replyNothing(ctx: Context, env: BrokerState, conn: ConnId): void {
  assert(dispatch !== undefined, 'somebody takes requests')
  goOn(ctx, env, conn, dispatch)
}

/** Gives a request a thread of its own, for work that waits. */
export const inThread =
  <N extends ApiName>(work: Proc<RequestVars<N>, void>): Handler<N> =>
  (_ctx, env, conn, request) =>
    startThread(env, `request ${env.network.requests}`, work, { conn, request })
