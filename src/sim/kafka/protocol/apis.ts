// The table of APIs: key, name, versions that 2.3.0 speaks, and the schemas of those that the simulation models.
import { apiVersionsRequest, apiVersionsResponse } from './api-versions.ts'
import {
  alterConfigsRequest,
  alterConfigsResponse,
  describeConfigsRequest,
  describeConfigsResponse,
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from './configs.ts'
import { controlledShutdownRequest, controlledShutdownResponse } from './controlled-shutdown.ts'
import { createPartitionsRequest, createPartitionsResponse } from './create-partitions.ts'
import { createTopicsRequest, createTopicsResponse, deleteTopicsRequest, deleteTopicsResponse } from './create-topics.ts'
import { electPreferredLeadersRequest, electPreferredLeadersResponse } from './elect-preferred-leaders.ts'
import { fetchRequest, fetchResponse, offsetForLeaderEpochRequest, offsetForLeaderEpochResponse } from './fetch.ts'
import { leaderAndIsrRequest, leaderAndIsrResponse } from './leader-and-isr.ts'
import { listOffsetsRequest, listOffsetsResponse, deleteRecordsRequest, deleteRecordsResponse } from './list-offsets.ts'
import { describeLogDirsRequest, describeLogDirsResponse } from './log-dirs.ts'
import { metadataRequest, metadataResponse } from './metadata.ts'
import { initProducerIdRequest, initProducerIdResponse, produceRequest, produceResponse } from './produce.ts'
import type { Type, ValueOf } from './schema.ts'
import { stopReplicaRequest, stopReplicaResponse } from './stop-replica.ts'
import { updateMetadataRequest, updateMetadataResponse } from './update-metadata.ts'

/** Name, lowest and highest version, by key (ApiKeys.java at 2.3.0; the table that kafka-broker-api-versions.sh prints). */
export const API_KEYS = [
  ['Produce', 0, 7],
  ['Fetch', 0, 11],
  ['ListOffsets', 0, 5],
  ['Metadata', 0, 8],
  ['LeaderAndIsr', 0, 2],
  ['StopReplica', 0, 1],
  ['UpdateMetadata', 0, 5],
  ['ControlledShutdown', 0, 2],
  ['OffsetCommit', 0, 7],
  ['OffsetFetch', 0, 5],
  ['FindCoordinator', 0, 2],
  ['JoinGroup', 0, 5],
  ['Heartbeat', 0, 3],
  ['LeaveGroup', 0, 2],
  ['SyncGroup', 0, 3],
  ['DescribeGroups', 0, 3],
  ['ListGroups', 0, 2],
  ['SaslHandshake', 0, 1],
  ['ApiVersions', 0, 2],
  ['CreateTopics', 0, 3],
  ['DeleteTopics', 0, 3],
  ['DeleteRecords', 0, 1],
  ['InitProducerId', 0, 1],
  ['OffsetForLeaderEpoch', 0, 3],
  ['AddPartitionsToTxn', 0, 1],
  ['AddOffsetsToTxn', 0, 1],
  ['EndTxn', 0, 1],
  ['WriteTxnMarkers', 0, 0],
  ['TxnOffsetCommit', 0, 2],
  ['DescribeAcls', 0, 1],
  ['CreateAcls', 0, 1],
  ['DeleteAcls', 0, 1],
  ['DescribeConfigs', 0, 2],
  ['AlterConfigs', 0, 1],
  ['AlterReplicaLogDirs', 0, 1],
  ['DescribeLogDirs', 0, 1],
  ['SaslAuthenticate', 0, 1],
  ['CreatePartitions', 0, 1],
  ['CreateDelegationToken', 0, 1],
  ['RenewDelegationToken', 0, 1],
  ['ExpireDelegationToken', 0, 1],
  ['DescribeDelegationToken', 0, 1],
  ['DeleteGroups', 0, 1],
  ['ElectPreferredLeaders', 0, 0],
  ['IncrementalAlterConfigs', 0, 0],
] as const

/** Request and response of each API that is modelled. */
export const SCHEMAS = {
  Produce: [produceRequest, produceResponse],
  Fetch: [fetchRequest, fetchResponse],
  Metadata: [metadataRequest, metadataResponse],
  LeaderAndIsr: [leaderAndIsrRequest, leaderAndIsrResponse],
  StopReplica: [stopReplicaRequest, stopReplicaResponse],
  UpdateMetadata: [updateMetadataRequest, updateMetadataResponse],
  ControlledShutdown: [controlledShutdownRequest, controlledShutdownResponse],
  ApiVersions: [apiVersionsRequest, apiVersionsResponse],
  CreateTopics: [createTopicsRequest, createTopicsResponse],
  DeleteTopics: [deleteTopicsRequest, deleteTopicsResponse],
  OffsetForLeaderEpoch: [offsetForLeaderEpochRequest, offsetForLeaderEpochResponse],
  DescribeConfigs: [describeConfigsRequest, describeConfigsResponse],
  AlterConfigs: [alterConfigsRequest, alterConfigsResponse],
  IncrementalAlterConfigs: [incrementalAlterConfigsRequest, incrementalAlterConfigsResponse],
  CreatePartitions: [createPartitionsRequest, createPartitionsResponse],
  ListOffsets: [listOffsetsRequest, listOffsetsResponse],
  DeleteRecords: [deleteRecordsRequest, deleteRecordsResponse],
  InitProducerId: [initProducerIdRequest, initProducerIdResponse],
  DescribeLogDirs: [describeLogDirsRequest, describeLogDirsResponse],
  ElectPreferredLeaders: [electPreferredLeadersRequest, electPreferredLeadersResponse],
} as const

export type ApiName = keyof typeof SCHEMAS
export type RequestBody<N extends ApiName> = ValueOf<(typeof SCHEMAS)[N][0]>
export type ResponseBody<N extends ApiName> = ValueOf<(typeof SCHEMAS)[N][1]>

const keys = Object.fromEntries(API_KEYS.map(([name], key) => [name, key])) as Readonly<Record<(typeof API_KEYS)[number][0], number>>

/** The number of an API. */
export const apiKey = (name: ApiName): number => keys[name]
/** The highest version that 2.3.0 speaks: what its brokers and clients use among themselves. */
export const latestVersion = (name: ApiName): number => API_KEYS[keys[name]]![2]

export const requestSchema = <N extends ApiName>(name: N): Type<RequestBody<N>> => SCHEMAS[name][0] as unknown as Type<RequestBody<N>>
export const responseSchema = <N extends ApiName>(name: N): Type<ResponseBody<N>> => SCHEMAS[name][1] as unknown as Type<ResponseBody<N>>
