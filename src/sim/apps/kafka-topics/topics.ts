// Which topics a command means.
import { fail } from '../../kafka/client/index.ts'
import { INTERNAL_TOPICS } from '../../kafka/protocol/index.ts'
import { valueOf, type Command } from './command.ts'

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

/** Those of all topics that the command means, sorted. */
export const meantTopics = (command: Command, all: readonly string[]): string[] =>
  filterTopics(all.slice().sort(byCodeUnit), valueOf(command, 'topic'), command.has('exclude-internal'))
/** As the real one tells that no topic is meant. */
export function ensureTopicExists(topics: readonly string[], orNone = false): void {
  if (topics.length === 0 && !orNone) fail('java.lang.IllegalArgumentException', 'Topics in [] does not exist')
}
