// Quotas of clients and users: what a broker says when their settings change (server/ConfigHandler.scala and server/ClientQuotaManager.scala at 2.3.0). That requests
// are slowed down by them is not modelled.
import { DEFAULT_ENTITY } from '../client/index.ts'
import type { Overrides } from '../log/index.ts'
import { doubleText } from './describe-settings.ts'

const MANAGER = 'kafka.server.ClientQuotaManager'
const QUOTAS = [
  ['PRODUCE', 'producer_byte_rate', MANAGER],
  ['FETCH', 'consumer_byte_rate', MANAGER],
  ['REQUEST', 'request_percentage', 'kafka.server.ClientRequestQuotaManager'],
] as const

/** A name as its znode has it, for people. */
function desanitized(name: string): string {
  try {
    return decodeURIComponent(name.replace(/\+/g, ' '))
  } catch {
    return name
  }
}
const userText = (name: string): string => (name === DEFAULT_ENTITY ? 'default user' : `user ${name}`)
const clientText = (name: string): string => (name === DEFAULT_ENTITY ? 'default client-id' : `client-id ${desanitized(name)}`)

/** Lines of server.log for the settings of a client, a user, or a user's client: `name` is its path below its type. Undefined when it is none of these. */
export function quotaLines(
  type: 'clients' | 'users',
  name: string,
  config: Overrides,
): readonly { readonly logger: string; readonly text: string }[] | undefined {
  const parts = name.split('/')
  const isUser = type === 'users'
  if (isUser && parts.length !== 1 && parts.length !== 3) return undefined
  const entity = isUser ? [userText(parts[0]!), ...(parts.length === 3 ? [clientText(parts[2]!)] : [])].join(' ') : clientText(name)
  return QUOTAS.map(([quota, setting, logger]) => {
    const value = config.find(([key]) => key === setting)?.[1]
    const text =
      value === undefined ? `Removing ${quota} quota for ${entity}` : `Changing ${quota} quota for ${entity} to ${doubleText(value)}`
    return { logger, text }
  })
}
