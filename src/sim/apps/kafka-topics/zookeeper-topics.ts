// What the actions with --zookeeper share: which topics there are, and whether a znode is there.
import { childrenOf, expectOk, keeper, paths, proc, reply, zkBatch, type Proc } from '../../kafka/client/index.ts'
import { ERR } from '../../zookeeper/protocol/index.ts'
import type { ToolState } from '../kafka-tools/index.ts'
import { commandOf } from './command.ts'
import { meantTopics } from './topics.ts'

/** What a procedure for several topics keeps: those that are left. */
export interface Each {
  topics?: string[]
}
/** The topics that the command means. */
export const getTopics: Proc<object, string[]> = proc<ToolState, object, string[]>('kafka-topics.zookeeper.getTopics', [
  (t) => zkBatch(t, [keeper.getChildren(paths.topics)]),
  (t) => t.return(meantTopics(commandOf(t), childrenOf(reply(t)))),
])
/** Whether the znode of the last question is there. */
export const isThere = (t: { readonly value: unknown }): boolean => expectOk(reply(t), ERR.noNode).err === 0
