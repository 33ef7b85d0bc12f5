// Topics in small clusters for tests: made through ZooKeeper, and their partitions' states as the ensemble has them.

import type { Action } from '../../src/sim/cluster/index.ts'
import type { World } from '../../src/sim/kernel/index.ts'
import { zkNode, zkPeer } from '../../src/sim/zookeeper/index.ts'
import type { ZkServer } from '../../src/sim/zookeeper/index.ts'
import { click } from './playground.ts'

/** `text` as one word of a line that a shell reads, and zk-shell after it. */
const quoted = (text: string): string => `'${text.replace(/"/g, '\\"')}'`
/** Writes a znode by zk-shell on the client host. */
export const createNode = (at: number, path: string, data: string): Action =>
  click(at, `./wrappers/zk-shell zoo1,zoo2,zoo3 --run-once "create ${path} ${quoted(data)}"`)
export const setNode = (at: number, path: string, data: string): Action =>
  click(at, `./wrappers/zk-shell zoo1,zoo2,zoo3 --run-once "set ${path} ${quoted(data)}"`)

/** Makes a topic with these replicas, partition by partition: its configuration first, as the tool does. */
export function makeTopic(
  at: number,
  topic: string,
  replicas: readonly (readonly number[])[],
  config: Readonly<Record<string, string>> = {},
): Action[] {
  const partitions = replicas.map((ids, p) => `"${p}":[${ids.join(',')}]`).join(',')
  return [
    createNode(at, `/kafka/config/topics/${topic}`, JSON.stringify({ version: 1, config })),
    createNode(at + 1, `/kafka/brokers/topics/${topic}`, `{"version":1,"partitions":{${partitions}}}`),
  ]
}

/** The data of a znode as the leading server has it; undefined when there is none. */
export function nodeData(world: World, path: string): string | null | undefined {
  for (const host of Object.values(world.hosts)) {
    const process = world.processes[host.mainPid]
    if (process?.kind !== 'zookeeper') continue
    const server = process.state as ZkServer
    if (zkPeer(server).role === 'LEADING') return zkNode(server, path)?.data
  }
  return undefined
}
export interface PartitionState {
  readonly leader: number
  readonly leader_epoch: number
  readonly isr: readonly number[]
  readonly controller_epoch: number
}
export function partitionState(world: World, topic: string, partition: number): PartitionState | undefined {
  const data = nodeData(world, `/kafka/brokers/topics/${topic}/partitions/${partition}/state`)
  return data ? (JSON.parse(data) as PartitionState) : undefined
}
