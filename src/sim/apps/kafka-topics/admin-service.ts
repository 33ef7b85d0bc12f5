// The actions with --bootstrap-server: the tool asks brokers, by an admin client (admin/TopicCommand.scala, AdminClientTopicService, at 2.3.0).
import { fail, proc, type Proc } from '../../kafka/client/index.ts'
import type { TopicsState } from './kind.ts'
import { getTopics } from './topics.ts'

/** What a future throws: the failure of the call, wrapped. */
export const EXECUTION_EXCEPTION = 'java.util.concurrent.ExecutionException'

const notYet = (action: string): Proc<object, void> =>
  proc<TopicsState, object, void>(`kafka-topics.admin.${action}`, [
    () => fail('not modelled', `kafka-topics.sh --${action} with --bootstrap-server is not modelled yet`),
  ])
export const createTopic = notYet('create')
export const alterTopics = notYet('alter')
export const describeTopics = notYet('describe')
export const deleteTopics = notYet('delete')

/** Waits for a call as a future does: what it failed with comes wrapped. */
export const listTopics: Proc<object, void> = proc<TopicsState, object, void>(
  'kafka-topics.admin.list',
  [(t) => t.call(getTopics, {}), (t) => t.ctx.print(`${(t.value as string[]).join('\n')}\n`)],
  (t, failure) => {
    const wrapped = failure.type.startsWith('org.apache.kafka.common.errors.')
    if (wrapped) fail(EXECUTION_EXCEPTION, `${failure.type}: ${failure.message}`)
  },
)
