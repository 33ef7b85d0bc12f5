// DescribeConfigs of topics and brokers, and how a request names them (server/KafkaApis.scala and server/AdminManager.scala at 2.3.0).
import { fail, proc, readConfig, topicNameProblem, type Proc } from '../client/index.ts'
import type { Overrides } from '../log/index.ts'
import { errorOf, ERRORS, type RequestBody, type ResponseBody } from '../protocol/index.ts'
import { adminLog, exception } from './admin-outcomes.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { topicExists } from './delayed.ts'
import { brokerEntries, topicEntries } from './describe-settings.ts'
import type { BrokerState } from './state.ts'

export const TOPIC = 2
export const BROKER = 4
const TYPES: Readonly<Record<number, string>> = { 0: 'UNKNOWN', 2: 'TOPIC', 4: 'BROKER' }
export interface Resource {
  readonly resourceType: number
  readonly resourceName: string
}
export const typeName = (r: Resource): string => TYPES[r.resourceType] ?? 'UNKNOWN'
export const resourceText = (r: Resource): string => `ConfigResource(type=${typeName(r)}, name='${r.resourceName}')`

/** This broker, when a resource names it; undefined for all brokers. Fails for another. */
export function brokerOf(env: BrokerState, r: Resource, orEmpty: boolean): number | undefined {
  if (r.resourceName === '') return undefined
  const known = /^[+-]?\d+$/.test(r.resourceName) && Math.abs(Number(r.resourceName)) <= 2147483647
  if (!known) exception('InvalidRequestException', `Broker id must be an integer, but it is: ${r.resourceName}`)
  const { brokerId } = env.config
  if (Number(r.resourceName) === brokerId) return brokerId
  // 2.3.0 prints the whole resource and then `.name`.
  const expected = `Unexpected broker id, expected ${brokerId}${orEmpty ? ' or empty string' : ''}`
  return exception('InvalidRequestException', `${expected}, but received ${resourceText(r)}.name`)
}

type Described = ResponseBody<'DescribeConfigs'>['resources'][number]
type Asked = RequestBody<'DescribeConfigs'>['resources'][number]
interface DescribeOneVars {
  resource: Asked
  synonyms: boolean
}
const described = (r: Resource, errorCode: number, errorMessage: string | null, configEntries: Described['configEntries']): Described => ({
  errorCode,
  errorMessage,
  resourceType: r.resourceType,
  resourceName: r.resourceName,
  configEntries,
})
const describeOne: Proc<DescribeOneVars, Described> = proc<BrokerState, DescribeOneVars, Described>(
  'api.describeConfig',
  [
    (t) => {
      const { resource, synonyms } = t.vars
      const { resourceType, resourceName, configNames } = resource
      if (resourceType === TOPIC) {
        const problem = topicNameProblem(resourceName)
        if (problem !== undefined) fail(problem.type, problem.message)
        if (topicExists(t.env, resourceName)) return t.call(readConfig, { type: 'topics', name: resourceName })
        return t.return(described(resource, ERRORS.UNKNOWN_TOPIC_OR_PARTITION, null, []))
      }
      if (resourceType !== BROKER) exception('InvalidRequestException', `Unsupported resource type: ${typeName(resource)}`)
      const own = brokerOf(t.env, resource, true) !== undefined
      const entries = brokerEntries(t.env.dynamic, own, synonyms).filter((e) => configNames === null || configNames.includes(e.name))
      return t.return(described(resource, ERRORS.NONE, null, entries))
    },
    (t) => {
      const { resource, synonyms } = t.vars
      const entries = topicEntries(t.env.dynamic, t.value as Overrides, synonyms)
      const asked = entries.filter((e) => resource.configNames === null || resource.configNames.includes(e.name))
      return t.return(described(resource, ERRORS.NONE, null, asked))
    },
  ],
  (t, failure) => {
    const { resource } = t.vars
    adminLog(t.ctx, t.env, `Error processing describe configs request for resource ${resourceText(resource)}`, failure)
    const { errorCode, errorMessage } = errorOf(failure)
    return t.return(described(resource, errorCode, errorMessage, []))
  },
)
interface DescribeVars extends RequestVars<'DescribeConfigs'> {
  left?: Asked[]
  done?: Described[]
  asked?: boolean
}
const describeThread: Proc<DescribeVars, void> = proc<BrokerState, DescribeVars, void>(
  'api.describeConfigs',
  [
    (t) => {
      t.vars.left = t.vars.request.body.resources.slice()
      t.vars.done = []
    },
    (t) => {
      if (t.vars.asked === true) t.vars.done!.push({ ...(t.value as Described) })
      const resource = t.vars.left!.shift()
      if (resource === undefined) return
      t.vars.asked = true
      return t.again(t.call(describeOne, { resource, synonyms: t.vars.request.body.includeSynonyms }))
    },
    (t) => {
      const resources = t.vars.done!.map((d) => described(d, d.errorCode, d.errorMessage, d.configEntries.map(copyEntry)))
      reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources }, 'kafka.admin.describe')
    },
  ],
  (t, failure) => {
    const { errorCode, errorMessage } = errorOf(failure)
    const resources = t.vars.request.body.resources.map((r) => described(r, errorCode, errorMessage, []))
    reply(t.ctx, t.env, t.vars.conn, t.vars.request, { throttleTimeMs: 0, resources })
    return t.return()
  },
)
const copyEntry = (e: Described['configEntries'][number]): Described['configEntries'][number] => ({
  ...e,
  synonyms: e.synonyms.map((s) => ({ ...s })),
})
export const describeConfigs: Handler<'DescribeConfigs'> = inThread(describeThread)
