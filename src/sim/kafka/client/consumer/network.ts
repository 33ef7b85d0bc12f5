// A consumer's requests on their way: each gets its number at once and leaves when its node is connected (consumer/internals/ConsumerNetworkClient.java at 2.3.0).
import { frozenCopy, type Micros, ms, us } from '../../../base/index.ts'
import type { Context, Input } from '../../../kernel/index.ts'
import { type ApiName, type KafkaResponse, type RequestBody } from '../../protocol/index.ts'
import { isUpdateDue, maybeUpdate, mayConnect, METADATA_TAG, metadataAnswered, metadataLost, nodeOf, requestUpdate } from '../metadata.ts'
import { backoffLeft, canSend, connectNode, handleNetworkClient, sendTo, type Node } from '../network-client.ts'
import type { Asked, ConsumerState } from './state.ts'

/** Puts a request into the queue of its node; gives its tag. `body` must be fresh. */
export function ask<N extends ApiName>(
  ctx: Context,
  consumer: ConsumerState,
  node: number,
  kind: N,
  body: RequestBody<N>,
  asked: Asked,
  periodic?: string,
): string {
  const tag = `consumer ${consumer.nextRequest++}`
  consumer.asked[tag] = asked
  const correlationId = consumer.network.correlationId++
  consumer.unsent.push({ node, kind, body: frozenCopy(body) as RequestBody<ApiName>, tag, correlationId, createdAt: ctx.now, periodic })
  return tag
}

/** A connection failed, and the next attempt has to wait. */
export const isUnavailable = (ctx: Context, consumer: ConsumerState, node: Node): boolean =>
  (consumer.network.nodes[node.id]?.value ?? 'disconnected') === 'disconnected' && backoffLeft(ctx, consumer.network, node) > 0
export const inFlight = (consumer: ConsumerState): number =>
  Object.values(consumer.network.nodes).reduce((n, { inFlight: list }) => n + list.length, 0)

/** What has got no answer. */
export interface Answered {
  readonly asked: Asked
  /** Undefined: the connection is gone, or the time is up. */
  readonly response: KafkaResponse | undefined
}
const take = (consumer: ConsumerState, tag: string, response: KafkaResponse | undefined): Answered[] => {
  const asked = consumer.asked[tag]
  if (asked === undefined) return []
  delete consumer.asked[tag]
  return [{ asked, response }]
}

/** Sends what can be sent, connects where that is wanted, asks for metadata when it is time. Gives what failed and when to look again. */
export function io(ctx: Context, consumer: ConsumerState): { readonly failed: Answered[]; readonly wait: number } {
  const failed: Answered[] = []
  let wait = trySend(ctx, consumer, failed)
  wait = Math.min(wait, maybeUpdate(ctx, consumer.network, consumer.metadata))
  wait = Math.min(wait, trySend(ctx, consumer, failed))
  return { failed, wait }
}
function trySend(ctx: Context, consumer: ConsumerState, failed: Answered[]): number {
  const { network, metadata } = consumer
  let wait = Infinity
  const kept: typeof consumer.unsent = []
  for (const request of consumer.unsent) {
    const left = request.createdAt + ms(consumer.config.requestTimeoutMs) - ctx.now
    const node = nodeOf(metadata, request.node) ?? network.nodes[request.node]
    if (left <= 0 || node === undefined) {
      failed.push(...take(consumer, request.tag, undefined))
      continue
    }
    if (!isUpdateDue(ctx, metadata) && canSend(network, node.id)) {
      const periodic = request.periodic === undefined ? {} : { periodic: request.periodic }
      sendTo(ctx, network, node.id, request.kind, request.body, request.tag, { numbered: request.correlationId, ...periodic })
      continue
    }
    if (mayConnect(ctx, network, node) && !connectNode(ctx, network, { id: node.id, host: node.host, port: node.port })) {
      failed.push(...take(consumer, request.tag, undefined))
      requestUpdate(metadata)
      continue
    }
    wait = Math.min(wait, left, backoffLeft(ctx, network, node) || Infinity)
    kept.push(request)
  }
  consumer.unsent = kept
  return wait
}

/** Takes an input of a connection; undefined when it is for somebody else. Gives the answers and losses of requests. */
export function handleNetwork(ctx: Context, consumer: ConsumerState, input: Input): Answered[] | undefined {
  const { network, metadata } = consumer
  const events = handleNetworkClient(ctx, network, input)
  if (events === undefined) return undefined
  const answered: Answered[] = []
  for (const event of events) {
    if (event.type === 'response') {
      if (event.tag === METADATA_TAG) metadataAnswered(ctx, network, metadata, event.response as KafkaResponse<'Metadata'>)
      else answered.push(...take(consumer, event.tag, event.response))
    } else if (event.type === 'lost') {
      for (const tag of event.tags) {
        if (tag === METADATA_TAG) metadataLost(ctx, network, metadata, event.node)
        else answered.push(...take(consumer, tag, undefined))
      }
      // What waited for the connection fails with it.
      for (const request of consumer.unsent.filter((r) => r.node === event.node)) answered.push(...take(consumer, request.tag, undefined))
      consumer.unsent = consumer.unsent.filter((r) => r.node !== event.node)
      requestUpdate(metadata)
    }
  }
  return answered
}

/** The least of some waits, in whole microseconds. */
export const soonest = (...waits: readonly number[]): Micros => us(Math.max(0, Math.min(...waits)))
