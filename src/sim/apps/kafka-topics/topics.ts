// Which topics a command means.
import { adminCall, childrenOf, fail, keeper, paths, proc, reply, responseBody, zkBatch, type Proc } from '../../kafka/client/index.ts'
import { INTERNAL_TOPICS } from '../../kafka/protocol/index.ts'
import { commandOf, valueOf } from './command.ts'
import type { TopicsState } from './kind.ts'

/** The names that a whitelist lets through: a regular expression, commas meaning "or" (utils/TopicFilter.scala). */
export function filterTopics(all: readonly string[], whitelist: string | null, excludeInternal: boolean): string[] {
  const allowed = all.filter((topic) => !(excludeInternal && INTERNAL_TOPICS.includes(topic)))
  if (whitelist === null) return allowed
  const text = whitelist
    .trim()
    .replace(/,/g, '|')
    .replace(/ /g, '')
    .replace(/^["']+/, '')
    .replace(/["']+$/, '')
  let regex: RegExp
  try {
    regex = new RegExp(`^(?:${text})$`)
  } catch {
    return fail('java.lang.RuntimeException', `${text} is an invalid regex.`)
  }
  return allowed.filter((topic) => regex.test(topic))
}
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** All topics that the command means, sorted. */
export const getTopics: Proc<object, string[]> = proc<TopicsState, object, string[]>('kafka-topics.getTopics', [
  (t) => {
    if (t.env.admin === null) return zkBatch(t, [keeper.getChildren(paths.topics)])
    const body = {
      topics: null,
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    }
    return t.call(adminCall, { kind: 'Metadata', body, target: { to: 'any' } })
  },
  (t) => {
    const all = t.env.admin === null ? childrenOf(reply(t)) : responseBody<'Metadata'>(t.value).topics.map((m) => m.name)
    const command = commandOf(t)
    return t.return(filterTopics(all.slice().sort(byCodeUnit), valueOf(command, 'topic'), command.has('exclude-internal')))
  },
])
/** As the real one tells that no topic is meant. */
export function ensureTopicExists(topics: readonly string[], orNone = false): void {
  if (topics.length === 0 && !orNone) fail('java.lang.IllegalArgumentException', 'Topics in [] does not exist')
}
