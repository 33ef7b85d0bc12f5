// What a broker answers: each request's handler (server/KafkaApis.scala at 2.3.0).
import type { ConnId, Context } from '../../kernel/index.ts'
import { proc, startThread, type Proc } from '../client/index.ts'
import { endOffsetForLogEpoch } from '../log/index.ts'
import { putEvent, type ControllerAnswer } from '../controller/index.ts'
import {
  API_KEYS,
  ERRORS,
  tpName,
  type AnyRequest,
  type ApiName,
  type KafkaRequest,
  type RequestBody,
  type TopicPartition,
} from '../protocol/index.ts'
import { updateMetadata, type CachedPartition } from './metadata-cache.ts'
import { metadata } from './metadata-api.ts'
import { alterConfigs, incrementalAlterConfigs } from './admin-configs.ts'
import { describeConfigs } from './admin-describe.ts'
import { electPreferredLeaders } from './admin-elections.ts'
import { describeLogDirs } from './admin-log-dirs.ts'
import { createPartitions } from './admin-partitions.ts'
import { createTopics, deleteTopics } from './admin-topics.ts'
import { answeredBy, reply, type Handler, type RequestVars } from './answers.ts'
import { metadataChanged } from './delayed.ts'
import { answerFetchesBy, fetch } from './fetch.ts'
import { deleteRecords } from './delete-records.ts'
import { stopFetchers } from './fetcher-manager.ts'
import { listOffsets } from './list-offsets.ts'
import { initProducerId } from './producer-ids.ts'
import { produce } from './produce.ts'
import { drop, respond } from './network.ts'
import { leading } from './replica-state.ts'
import { lockReplicas, replicasLocked, unlockReplicas } from './replica-lock.ts'
import { becomeLeaderOrFollower, brokerStateLog } from './replica-manager.ts'
import { stopReplicas } from './stop-replicas.ts'
import { slog, type BrokerState } from './state.ts'

/** A request that names an older incarnation of this broker. */
export const isStale = (env: BrokerState, brokerEpoch: number): boolean => brokerEpoch !== -1 && brokerEpoch < env.brokerEpoch

const apiVersions: Handler<'ApiVersions'> = (ctx, env, conn, request) => {
  const versions = API_KEYS.map(([, minVersion, maxVersion], key) => ({ apiKey: key, minVersion, maxVersion }))
  reply(ctx, env, conn, request, { errorCode: ERRORS.NONE, apiVersions: versions, throttleTimeMs: 0 })
}

const cachedText = (p: CachedPartition): string =>
  `PartitionState(controllerEpoch=${p.controllerEpoch}, leader=${p.leader}, leaderEpoch=${p.leaderEpoch}, isr=[${p.isr.join(', ')}], ` +
  `zkVersion=${p.zkVersion}, replicas=[${p.replicas.join(', ')}], offlineReplicas=[${p.offlineReplicas.join(', ')}])`

/** Waits while replicas' states change. */
const updateMetadataRequest: Handler<'UpdateMetadata'> = (ctx, env, conn, request) => {
  if (!replicasLocked(env)) return takeMetadata(ctx, env, conn, request)
  startThread(env, `request ${env.network.requests}`, updateMetadataThread, { conn, request })
}
const updateMetadataThread: Proc<RequestVars<'UpdateMetadata'>, void> = proc<BrokerState, RequestVars<'UpdateMetadata'>, void>(
  'api.updateMetadata',
  [
    (t) => lockReplicas(t),
    (t) => {
      unlockReplicas(t.env)
      takeMetadata(t.ctx, t.env, t.vars.conn, t.vars.request)
    },
  ],
)
const takeMetadata: Handler<'UpdateMetadata'> = (ctx, env, conn, request) => {
  const { body, correlationId } = request
  const answer = (errorCode: number) => reply(ctx, env, conn, request, { errorCode })
  if (isStale(env, body.brokerEpoch)) return answer(staleBroker(ctx, env, 'UpdateMetadata', body.brokerEpoch))
  if (body.controllerEpoch < env.controllerEpochSeen) {
    brokerStateLog(ctx, env, 'WARN', oldController('update metadata', body, correlationId, env.controllerEpochSeen))
    return answer(ERRORS.STALE_CONTROLLER_EPOCH)
  }
  env.controllerEpochSeen = body.controllerEpoch
  const { cached, deleted } = updateMetadata(env.metadata, body)
  const by = `sent by controller ${body.controllerId} epoch ${body.controllerEpoch} with correlation id ${correlationId}`
  for (const p of cached)
    brokerStateLog(
      ctx,
      env,
      'TRACE',
      `Cached leader info ${cachedText(p)} for partition ${tpName(p)} in response to UpdateMetadata request ${by}`,
    )
  for (const tp of deleted) {
    brokerStateLog(ctx, env, 'TRACE', `Deleted partition ${tpName(tp)} from metadata cache in response to UpdateMetadata request ${by}`)
  }
  if (deleted.length > 0) {
    const text = `[GroupCoordinator ${env.config.brokerId}]: Removed 0 offsets associated with deleted partitions: ${deleted.map(tpName).join(', ')}.`
    slog(ctx, 'INFO', 'kafka.coordinator.group.GroupCoordinator', text)
  }
  const brokers = body.liveBrokers.map((b) => b.id)
  ctx.note('metadata.updated', `broker ${env.config.brokerId}`, {
    controller: body.controllerId,
    epoch: body.controllerEpoch,
    brokers,
    partitions: cached.length,
  })
  metadataChanged(env)
  answer(ERRORS.NONE)
}
export const oldController = (
  what: string,
  body: { readonly controllerId: number; readonly controllerEpoch: number },
  correlationId: number,
  known: number,
): string =>
  `Received ${what} request with correlation id ${correlationId} from an old controller ${body.controllerId} with epoch ${body.controllerEpoch}. ` +
  `Latest known controller epoch is ${known}`
/** Says that a request was meant for an earlier incarnation. */
export function staleBroker(ctx: Context, env: BrokerState, what: string, brokerEpoch: number): number {
  const text = `Received ${what} request with broker epoch ${brokerEpoch} smaller than the current broker epoch ${env.brokerEpoch}`
  slog(ctx, 'INFO', 'kafka.server.KafkaApis', `[KafkaApi-${env.config.brokerId}] ${text}`)
  return ERRORS.STALE_BROKER_EPOCH
}

const controlledShutdown: Handler<'ControlledShutdown'> = (ctx, env, conn, request) => {
  startThread(env, `request ${env.network.requests}`, controlledShutdownThread, { conn, request })
}
/** Hands the request to the controller's thread and answers when it is done. */
const controlledShutdownThread: Proc<RequestVars<'ControlledShutdown'>, void> = proc<BrokerState, RequestVars<'ControlledShutdown'>, void>(
  'api.controlledShutdown',
  [
    (t) => {
      const { brokerId, brokerEpoch } = t.vars.request.body
      putEvent(t.env, { type: 'ControlledShutdown', id: brokerId, brokerEpoch, waiter: t.thread })
      return t.wait('the controller')
    },
    (t) => {
      const { errorCode, value } = t.value as ControllerAnswer
      const remaining = (value as TopicPartition[] | undefined) ?? []
      const remainingPartitions = remaining.map(({ topic, partition }) => ({ topic, partition }))
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { errorCode, remainingPartitions })
    },
  ],
)

const leaderAndIsr: Handler<'LeaderAndIsr'> = (ctx, env, conn, request) => {
  const { brokerEpoch } = request.body
  if (isStale(env, brokerEpoch))
    return reply(ctx, env, conn, request, { errorCode: staleBroker(ctx, env, 'LeaderAndIsr', brokerEpoch), partitions: [] })
  startThread(env, `request ${env.network.requests}`, leaderAndIsrThread, { conn, request })
}
const leaderAndIsrThread: Proc<RequestVars<'LeaderAndIsr'>, void> = proc<BrokerState, RequestVars<'LeaderAndIsr'>, void>(
  'api.leaderAndIsr',
  [
    (t) => t.call(becomeLeaderOrFollower, { conn: t.vars.conn, request: t.vars.request }),
    (t) => {
      const { errorCode, answers } = t.value as { errorCode: number; answers: readonly (TopicPartition & { readonly errorCode: number })[] }
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { errorCode, partitions: answers.map((a) => ({ ...a })) })
    },
  ],
)
const stopReplica: Handler<'StopReplica'> = (ctx, env, conn, request) => {
  const { brokerEpoch } = request.body
  if (isStale(env, brokerEpoch))
    return reply(ctx, env, conn, request, { errorCode: staleBroker(ctx, env, 'stop replica', brokerEpoch), partitions: [] })
  startThread(env, `request ${env.network.requests}`, stopReplicaThread, { conn, request })
}
const stopReplicaThread: Proc<RequestVars<'StopReplica'>, void> = proc<BrokerState, RequestVars<'StopReplica'>, void>('api.stopReplica', [
  (t) => t.call(stopReplicas, { request: t.vars.request }),
  (t) => {
    const { errorCode, partitions } = t.value as { errorCode: number; partitions: (TopicPartition & { readonly errorCode: number })[] }
    reply(t.ctx, t.env, t.vars.conn, t.vars.request, { errorCode, partitions })
    return t.call(stopFetchers, { all: false })
  },
])
const offsetForLeaderEpoch: Handler<'OffsetForLeaderEpoch'> = (ctx, env, conn, request) => {
  const topics = request.body.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
      const found = leading(env, { topic, partition }, currentLeaderEpoch)
      const end = 'log' in found ? endOffsetForLogEpoch(found.log, leaderEpoch) : undefined
      return { errorCode: found.error, partition, leaderEpoch: end?.epoch ?? -1, endOffset: end?.offset ?? -1 }
    }),
  }))
  reply(ctx, env, conn, request, { throttleTimeMs: 0, topics })
}

answerFetchesBy((ctx, env, conn, request, body, cost) => respond(ctx, env, conn, request, body, ctx.cost(cost), dispatch))

answeredBy((ctx, env, conn, request) => dispatch(ctx, env, conn, request))

const handlers: { readonly [N in ApiName]?: Handler<N> } = {
  ApiVersions: apiVersions,
  Metadata: metadata,
  CreateTopics: createTopics,
  DeleteTopics: deleteTopics,
  CreatePartitions: createPartitions,
  DescribeConfigs: describeConfigs,
  AlterConfigs: alterConfigs,
  IncrementalAlterConfigs: incrementalAlterConfigs,
  ElectPreferredLeaders: electPreferredLeaders,
  DescribeLogDirs: describeLogDirs,
  UpdateMetadata: updateMetadataRequest,
  ControlledShutdown: controlledShutdown,
  LeaderAndIsr: leaderAndIsr,
  StopReplica: stopReplica,
  Fetch: fetch,
  Produce: produce,
  ListOffsets: listOffsets,
  DeleteRecords: deleteRecords,
  InitProducerId: initProducerId,
  OffsetForLeaderEpoch: offsetForLeaderEpoch,
}

/** Gives a request to its handler. One that is not modelled ends the connection, as an unreadable one does. */
export function dispatch(ctx: Context, env: BrokerState, conn: ConnId, request: AnyRequest): void {
  const handler = handlers[request.kind] as Handler<ApiName> | undefined
  if (handler !== undefined) return handler(ctx, env, conn, request as KafkaRequest)
  slog(ctx, 'ERROR', 'kafka.server.KafkaApis', `[KafkaApi-${env.config.brokerId}] ${request.kind} requests are not modelled yet`)
  drop(ctx, env, conn)
}
export type { RequestBody }
