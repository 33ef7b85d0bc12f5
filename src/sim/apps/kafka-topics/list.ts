// --list: the names of the topics, sorted; from ZooKeeper with a mark on those that are being deleted.
import {
  adminCall,
  childrenOf,
  expectOk,
  fail,
  keeper,
  paths,
  proc,
  reply,
  responseBody,
  zkBatch,
  type Proc,
} from '../../kafka/client/index.ts'
import { INTERNAL_TOPICS } from '../../kafka/protocol/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import type { Command, TopicsState } from './kind.ts'

/** The names that a whitelist lets through: a regular expression, commas meaning "or" (admin/TopicFilter.scala). */
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
export const getTopics: Proc<{ command: Command }, string[]> = proc<TopicsState, { command: Command }, string[]>('kafka-topics.getTopics', [
  (t) => {
    if (t.vars.command.zookeeper !== null) return zkBatch(t, [keeper.getChildren(paths.topics)])
    const body = {
      topics: null,
      allowAutoTopicCreation: true,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    }
    return t.call(adminCall, { kind: 'Metadata', body, target: { to: 'any' } })
  },
  (t) => {
    const { zookeeper, topic, excludeInternal } = t.vars.command
    const all = zookeeper !== null ? childrenOf(reply(t)) : responseBody<'Metadata'>(t.value).topics.map((m) => m.name)
    return t.return(filterTopics(all.slice().sort(byCodeUnit), topic, excludeInternal))
  },
])

interface Vars {
  command: Command
  topics?: string[]
  topic?: string
}
export const listTopics: Proc<Vars, void> = proc<TopicsState, Vars, void>('kafka-topics.list', [
  (t) => t.call(getTopics, { command: { ...t.vars.command } }),
  (t) => {
    t.vars.topics = t.value as string[]
    if (t.vars.command.zookeeper !== null) return
    t.ctx.print(`${t.vars.topics.join('\n')}\n`)
    return t.return()
  },
  (t) => {
    if (t.vars.topic !== undefined) {
      const marked = expectOk(reply(t), ERR.noNode).err === 0
      t.ctx.print(`${t.vars.topic}${marked ? ' - marked for deletion' : ''}\n`)
    }
    t.vars.topic = t.vars.topics!.shift()
    if (t.vars.topic !== undefined) return t.again(zkBatch(t, [keeper.exists(paths.deleteTopic(t.vars.topic))]))
  },
])
