// The controller's channels: for each live broker, itself too, one connection, one queue, one request in flight, tried again every 100 ms until the broker is removed
// (controller/ControllerChannelManager.scala, RequestSendThread, at 2.3.0). Nobody looks at an idle connection: that it closed shows at the next request.
import { ms } from '../../base/index.ts'
import type { ConnId, Context, Input, LogEntry } from '../../kernel/index.ts'
import { kafkaRequest, messageSize, type KafkaMessage, type KafkaResponse, type RequestBody } from '../protocol/index.ts'
import type { LiveBroker, ControllerHost } from './state.ts'

export type ControlApi = 'LeaderAndIsr' | 'UpdateMetadata' | 'StopReplica'
type Queued = { readonly [N in ControlApi]: { readonly api: N; readonly body: RequestBody<N> } }[ControlApi]

export interface Channel {
  readonly brokerId: number
  readonly host: string
  readonly port: number
  queue: Queued[]
  /** `idle`: nothing to send; `connecting`; `sent`: waits for the response; `backoff`: 100 ms after a failure. */
  value: 'idle' | 'connecting' | 'sent' | 'backoff'
  conn: ConnId
  correlationId: number
}

const BACKOFF_MS = 100
const timerKey = (channel: Channel): string => `controller channel ${channel.brokerId}`
const nodeText = (c: Channel): string => `${c.host}:${c.port} (id: ${c.brokerId} rack: null)`

function log(ctx: Context, env: ControllerHost, level: LogEntry['level'], text: string): void {
  ctx.log('controller.log', level, 'kafka.controller.RequestSendThread', `[RequestSendThread controllerId=${env.config.brokerId}] ${text}`)
}
function networkWarning(ctx: Context, env: ControllerHost, channel: Channel): void {
  const ip = ctx.resolve(channel.host)
  const at = `${channel.host}${ip === undefined ? '' : `/${ip}`}:${channel.port}`
  const text = `Connection to node ${channel.brokerId} (${at}) could not be established. Broker may not be available.`
  const prefix = `[Controller id=${env.config.brokerId}, targetBrokerId=${channel.brokerId}]`
  ctx.log('console', 'WARN', 'org.apache.kafka.clients.NetworkClient', `${prefix} ${text}`)
}

/** A channel for a broker that became live; starts its thread. */
export function addChannel(ctx: Context, env: ControllerHost, broker: LiveBroker, start = true): void {
  const c = env.controller
  if (c.channels[broker.id] !== undefined) return
  const text = `Controller ${env.config.brokerId} trying to connect to broker ${broker.id}`
  ctx.log(
    'controller.log',
    'DEBUG',
    'kafka.controller.ControllerChannelManager',
    `[Channel manager on controller ${env.config.brokerId}]: ${text}`,
  )
  const { id: brokerId, host, port } = broker
  c.channels[brokerId] = { brokerId, host, port, queue: [], value: 'idle', conn: 0, correlationId: 0 }
  if (start) startChannel(ctx, env)
}
export const startChannel = (ctx: Context, env: ControllerHost): void => log(ctx, env, 'INFO', 'Starting')

/** Drops a channel: what it had to say stays unsaid. */
export function removeChannel(ctx: Context, env: ControllerHost, brokerId: number): void {
  const channel = env.controller.channels[brokerId]
  if (channel === undefined) return
  for (const text of ['Shutting down', 'Stopped', 'Shutdown completed']) log(ctx, env, 'INFO', text)
  if (channel.conn !== 0) ctx.close(channel.conn)
  ctx.clearTimer(timerKey(channel))
  delete env.controller.channels[brokerId]
}

/** Queues a request; `body` is frozen when it is sent. */
export function enqueue<N extends ControlApi>(ctx: Context, env: ControllerHost, brokerId: number, api: N, body: RequestBody<N>): void {
  const channel = env.controller.channels[brokerId]
  if (channel === undefined) {
    const text = `Not sending request (type=${api}Request) to broker ${brokerId}, since it is offline.`
    ctx.log(
      'controller.log',
      'WARN',
      'kafka.controller.ControllerChannelManager',
      `[Channel manager on controller ${env.config.brokerId}]: ${text}`,
    )
    return
  }
  channel.queue.push({ api, body } as unknown as Queued)
  if (channel.value === 'idle') attempt(ctx, env, channel)
}

/** Connects if it must, else sends the head of the queue. */
function attempt(ctx: Context, env: ControllerHost, channel: Channel): void {
  if (channel.conn !== 0) return send(ctx, env, channel, 'kafka.controller.send')
  const conn = ctx.connect(channel.host, channel.port)
  if (conn === undefined) return unsuccessful(ctx, env, channel)
  channel.conn = conn
  channel.value = 'connecting'
  ctx.timer(timerKey(channel), ms(env.config.controllerSocketTimeoutMs))
}

function send(ctx: Context, env: ControllerHost, channel: Channel, cost: string): void {
  const { api, body } = channel.queue[0]!
  channel.value = 'sent'
  const message = kafkaRequest(api, channel.correlationId++, String(env.config.brokerId), body as RequestBody<typeof api>)
  ctx.send(channel.conn, message, { bytes: messageSize(message as KafkaMessage), after: ctx.cost(cost) })
  ctx.timer(timerKey(channel), ms(env.config.requestTimeoutMs))
}

function backoff(ctx: Context, channel: Channel): void {
  channel.conn = 0
  channel.value = 'backoff'
  ctx.timer(timerKey(channel), ms(BACKOFF_MS), { periodic: `every ${BACKOFF_MS} ms: controller channel` })
}
function unsuccessful(ctx: Context, env: ControllerHost, channel: Channel, timedOut = false): void {
  log(ctx, env, 'WARN', `Controller ${env.config.brokerId}'s connection to broker ${nodeText(channel)} was unsuccessful`)
  const reason = timedOut
    ? `java.net.SocketTimeoutException: Failed to connect within ${env.config.controllerSocketTimeoutMs} ms`
    : `java.io.IOException: Connection to ${nodeText(channel)} failed.`
  ctx.log('controller.log', '', '', reason)
  backoff(ctx, channel)
}
function failedToSend(ctx: Context, env: ControllerHost, channel: Channel): void {
  const { brokerId } = env.config
  const request = requestText(env, channel.queue[0]!)
  log(
    ctx,
    env,
    'WARN',
    `Controller ${brokerId} epoch ${env.controller.epoch} fails to send request ${request} to broker ${nodeText(channel)}. Reconnecting to broker.`,
  )
  ctx.log('controller.log', '', '', `java.io.IOException: Connection to ${channel.brokerId} was disconnected before the response was read`)
  backoff(ctx, channel)
}
function requestText(env: ControllerHost, { api, body }: Queued): string {
  const { controllerId, controllerEpoch, brokerEpoch } = body
  void env
  return `(type=${api === 'LeaderAndIsr' ? 'LeaderAndIs' : api}Request, controllerId=${controllerId}, controllerEpoch=${controllerEpoch}, brokerEpoch=${brokerEpoch})`
}

export interface Answered {
  readonly brokerId: number
  /** What the request asked, when it was a StopReplica: were replicas to be deleted? */
  readonly deleting: boolean
  readonly response: KafkaResponse
}
/**
 * Takes an input for a channel. Undefined when it is not for one; else what came of it: a response, with the broker that gave it, or nothing.
 */
export function handleChannel(ctx: Context, env: ControllerHost, input: Input): Answered | 'taken' | undefined {
  const channel = channelOf(env, input)
  if (channel === undefined) return undefined
  switch (input.type) {
    case 'open':
      log(ctx, env, 'INFO', `Controller ${env.config.brokerId} connected to ${nodeText(channel)} for sending state change requests`)
      send(ctx, env, channel, 'kafka.controller.first-send')
      return 'taken'
    case 'refused':
      networkWarning(ctx, env, channel)
      unsuccessful(ctx, env, channel)
      return 'taken'
    case 'closed':
      if (channel.value === 'sent') failedToSend(ctx, env, channel)
      else channel.conn = 0
      return 'taken'
    case 'timer':
      onTimer(ctx, env, channel)
      return 'taken'
    case 'message':
      return onResponse(ctx, env, channel, input.message as KafkaResponse)
    default:
      return undefined
  }
}

function channelOf(env: ControllerHost, input: Input): Channel | undefined {
  const { channels } = env.controller
  if (input.type === 'timer') return input.key.startsWith('controller channel ') ? channels[input.key.slice(19)] : undefined
  if (!('conn' in input) || input.type === 'accept') return undefined
  for (const id in channels) if (channels[id]!.conn === input.conn) return channels[id]
  return undefined
}

function onTimer(ctx: Context, env: ControllerHost, channel: Channel): void {
  if (channel.value === 'backoff') return attempt(ctx, env, channel)
  if (channel.value !== 'connecting' && channel.value !== 'sent') return
  const wasConnecting = channel.value === 'connecting'
  ctx.close(channel.conn)
  if (wasConnecting) unsuccessful(ctx, env, channel, true)
  else failedToSend(ctx, env, channel)
}

function onResponse(ctx: Context, env: ControllerHost, channel: Channel, response: KafkaResponse): Answered {
  ctx.clearTimer(timerKey(channel))
  const request = channel.queue.shift()!
  const deleting = request.api === 'StopReplica' && request.body.deletePartitions
  channel.value = 'idle'
  if (channel.queue.length > 0) attempt(ctx, env, channel)
  return { brokerId: channel.brokerId, deleting, response }
}
