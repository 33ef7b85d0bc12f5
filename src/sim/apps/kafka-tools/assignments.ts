// What tools read of topics and partitions in ZooKeeper, in the order in which the real ones do and hold it (zk/KafkaZkClient.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { childrenOf, dataOf, keeper, paths, proc, replies, reply, zkBatch, znodes, type Proc } from '../../kafka/client/index.ts'
import { scalaOrder, tpHash, type TopicPartition } from '../../kafka/protocol/index.ts'
import type { ToolState } from './tool.ts'

/** A partition and its replicas. */
export type Replicas = TopicPartition & { readonly replicas: readonly number[] }

/** A set of partitions as an immutable Scala Set of them is walked: one that is named twice counts once. */
export function partitionSet<T extends TopicPartition>(partitions: readonly T[]): T[] {
  const seen = new Set<string>()
  const distinct = partitions.filter(({ topic, partition }) => {
    const name = `${partition} ${topic}`
    return !seen.has(name) && seen.add(name)
  })
  return scalaOrder(distinct, tpHash)
}

/** The assignments of topics; those of topics that do not exist are missing. Frozen. */
export const readAssignments: Proc<{ topics: readonly string[] }, readonly Replicas[]> = proc<
  ToolState,
  { topics: readonly string[] },
  readonly Replicas[]
>('tool.readAssignments', [
  (t) =>
    zkBatch(
      t,
      t.vars.topics.map((topic) => keeper.getData(paths.topic(topic))),
    ),
  (t) => {
    const all = replies(t).flatMap((r, i) => {
      const topic = t.vars.topics[i]!
      const assignment = (znodes.decodeTopic(dataOf(r)?.data ?? null) ?? []).map(([partition, replicas]) => ({
        topic,
        partition,
        replicas,
      }))
      return scalaOrder(assignment, tpHash)
    })
    return t.return(deepFreeze(scalaOrder(all, tpHash)))
  },
])

interface AllVars {
  left?: string[]
  topic?: string
  found?: readonly TopicPartition[]
}
/** All partitions that have a znode, topic by topic. Frozen. */
export const readAllPartitions: Proc<AllVars, readonly TopicPartition[]> = proc<ToolState, AllVars, readonly TopicPartition[]>(
  'tool.readAllPartitions',
  [
    (t) => zkBatch(t, [keeper.getChildren(paths.topics)]),
    (t) => {
      t.vars.left = childrenOf(reply(t)).slice()
      t.vars.found = deepFreeze([])
    },
    (t) => {
      const { topic } = t.vars
      if (topic !== undefined) {
        const more = childrenOf(reply(t)).map((name) => ({ topic, partition: Number(name) }))
        t.vars.found = deepFreeze([...t.vars.found!, ...more])
      }
      t.vars.topic = t.vars.left!.shift()
      if (t.vars.topic === undefined) return t.return(deepFreeze(partitionSet(t.vars.found!)))
      return t.again(zkBatch(t, [keeper.getChildren(paths.partitions(t.vars.topic))]))
    },
  ],
)
