// Watching and reading what the controller's picture is made of: one znode, brokers' znodes, topics' assignments, partitions' states.
import { ERR } from '../../zookeeper/protocol/index.ts'
import { type Proc, type Task, dataOf, expectOk, keeper, paths, proc, replies, reply, zkBatch, znodes } from '../client/index.ts'
import { scalaOrder, tpHash } from '../protocol/index.ts'
import { type ControllerHost, changePartition, clog } from './state.ts'

type T<V> = Task<ControllerHost, V>

/** Registers the handler of a path's changes and looks whether it exists, which sets the watch. */
export const watchNode = proc<ControllerHost, { path: string; handler: string }, boolean>('controller.watchNode', [
  (t) => {
    t.env.zk!.nodeHandlers[t.vars.path] = t.vars.handler
    return zkBatch(t, [keeper.exists(t.vars.path)])
  },
  (t) => t.return(expectOk(reply(t), ERR.noNode).err === 0),
])

/** Assignments that a batch of reads of topics gave, in the order of the real one's map. */
export function assignmentsIn(
  topics: readonly string[],
  t: { readonly value: unknown },
): { readonly topic: string; readonly partition: number; readonly replicas: readonly number[] }[] {
  const all = replies(t).flatMap((r, i) => {
    const node = dataOf(r)
    const partitions = node === undefined ? undefined : znodes.decodeTopic(node.data)
    const read = (partitions ?? []).map(([partition, replicas]) => ({ topic: topics[i]!, partition, replicas }))
    return scalaOrder(read, tpHash)
  })
  return scalaOrder(all, tpHash)
}

/** Registers for changes of brokers' znodes, one after the other. */
export const watchBrokers: Proc<{ ids: number[] }, void> = proc<ControllerHost, { ids: number[] }, void>('controller.watchBrokers', [
  (t) => {
    const ids = t.vars.ids
    if (ids.length > 0)
      clog(
        t.ctx,
        t.env,
        'DEBUG',
        `Register BrokerModifications handler for ${t.env.controller.value === 'Active' ? 'ArrayBuffer' : 'Set'}(${ids.join(', ')})`,
      )
  },
  (t) => {
    const id = t.vars.ids.shift()
    if (id === undefined) return
    t.env.controller.brokerHandlers.push(id)
    return t.again(t.call(watchNode, { path: paths.broker(id), handler: `broker ${id}` }))
  },
])
export function unwatchBrokers(t: T<unknown>, ids: readonly number[], text: string): void {
  clog(t.ctx, t.env, 'DEBUG', `Unregister BrokerModifications handler for ${text}`)
  for (const id of ids) delete t.env.zk?.nodeHandlers[paths.broker(id)]
  const c = t.env.controller
  c.brokerHandlers = c.brokerHandlers.filter((id) => !ids.includes(id))
}

/** Reads partitions' states into the picture. */
export const readStates: Proc<{ partitions: { topic: string; partition: number }[] }, void> = proc<
  ControllerHost,
  { partitions: { topic: string; partition: number }[] },
  void
>('controller.readStates', [
  (t) =>
    zkBatch(
      t,
      t.vars.partitions.map((tp) => keeper.getData(paths.state(tp))),
    ),
  (t) => {
    replies(t).forEach((r, i) => {
      const node = dataOf(r)
      const leadership = node && znodes.decodeState(node.data, node.stat.version)
      if (leadership !== undefined) changePartition(t.env.controller, t.vars.partitions[i]!, { leadership })
    })
  },
])
