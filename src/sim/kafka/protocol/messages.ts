// Messages between clients, brokers and the controller on port 9092: a header and a body, frozen to the bottom. Their size in bytes follows from the schemas.
import { deepFreeze } from '../../base/index.ts'
import type { Message } from '../../kernel/index.ts'
import { apiKey, latestVersion, requestSchema, responseSchema, type ApiName, type RequestBody, type ResponseBody } from './apis.ts'
import { sizeOf, utf8Length } from './schema.ts'

interface Header<N extends ApiName> extends Message {
  readonly proto: 'kafka'
  /** The API's name. */
  readonly kind: N
  /** The API's number. */
  readonly api: number
  readonly version: number
  /** The client's counter, the same in request and response. */
  readonly correlationId: number
  readonly clientId: string
}
export interface KafkaRequest<N extends ApiName = ApiName> extends Header<N> {
  readonly isRequest: true
  readonly body: RequestBody<N>
}
export interface KafkaResponse<N extends ApiName = ApiName> extends Header<N> {
  readonly isRequest: false
  readonly body: ResponseBody<N>
}
export type KafkaMessage = KafkaRequest | KafkaResponse
/** A request of a known API, told apart by `kind`. */
export type AnyRequest = { [N in ApiName]: KafkaRequest<N> }[ApiName]
export type AnyResponse = { [N in ApiName]: KafkaResponse<N> }[ApiName]

/** A request; `version` is the latest unless said. `body` must be fresh: it is frozen. */
export function kafkaRequest<N extends ApiName>(
  kind: N,
  correlationId: number,
  clientId: string,
  body: RequestBody<N>,
  version: number = latestVersion(kind),
): KafkaRequest<N> {
  return deepFreeze({ proto: 'kafka', kind, api: apiKey(kind), version, correlationId, clientId, isRequest: true, body })
}

/** The response to a request. `body` must be fresh: it is frozen. */
export function kafkaResponse<N extends ApiName>(to: KafkaRequest<N>, body: ResponseBody<N>): KafkaResponse<N> {
  const { kind, api, version, correlationId, clientId } = to
  return deepFreeze({ proto: 'kafka', kind, api, version, correlationId, clientId, isRequest: false, body })
}

/** Bytes on the wire without the four of the length: request header 10 and the client id, response header 4. */
export function messageSize(message: KafkaMessage): number {
  const { kind, version } = message
  if (message.isRequest) return 10 + utf8Length(message.clientId) + sizeOf(requestSchema(kind), message.body, version)
  return 4 + sizeOf(responseSchema(kind), message.body, version)
}

export const isKafkaMessage = (message: Message): message is KafkaMessage => message.proto === 'kafka'
