// What is missing for all topics to be whole: every partition has a leader and all its replicas in sync, its leader acts as the state znode says, every broker knows it; nothing is being
// deleted or reassigned any more.

import { brokerStateOf, type BrokerState } from '../kafka/broker/index.ts'
import { znodes } from '../kafka/client/index.ts'
import type { World } from '../kernel/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import { CHROOT } from './committed-partitions.ts'

type Tree = ZkServer['tree']
/** As many things are named at most. */
const NAMED = 4

const namesUnder = (tree: Tree, path: string): string[] =>
  [...(tree.nodes.get(`${CHROOT}${path}`)?.children?.names ?? [])].map(([name]) => name)
const brokersOf = (world: World): BrokerState[] =>
  Object.values(world.hosts).flatMap((host) => {
    const proc = host.container === 'running' ? world.processes[host.mainPid] : undefined
    const state = proc && brokerStateOf(proc)
    return state ? [state] : []
  })
const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((id) => b.includes(id))

/**
 * Topics whose deletion waits for ever, as it does at 2.3.0: marked ineligible because a reassignment was on its way when the controller took office, which dropped that reassignment because the
 * topic was to be deleted (KafkaController.maybeTriggerPartitionReassignment), and told nobody. People remove `/controller` then.
 */
export function stuckDeletions(world: World): string[] {
  const active = brokersOf(world).find(
    ({ controller, config }) => controller.value !== 'Standby' && controller.activeControllerId === config.brokerId,
  )
  if (!active) return []
  const { topicsToBeDeleted, topicsIneligibleForDeletion, reassigning, liveBrokers, partitions } = active.controller
  return topicsToBeDeleted.filter((topic) => {
    const isReassigned = Object.keys(reassigning).some((name) => name.slice(0, name.lastIndexOf('-')) === topic)
    const replicas = [...partitions].flatMap(([, p]) => (p.topic === topic ? p.replicas : []))
    return topicsIneligibleForDeletion.includes(topic) && !isReassigned && replicas.every((id) => liveBrokers.some((b) => b.id === id))
  })
}

/**
 * Partitions whose reassignment waits for ever, as it does at 2.3.0: the deletion of their topic, which marks a topic ineligible before it counts as one to be deleted, went on meanwhile
 * (KafkaController.processTopicDeletion; LinkedIn mended it in linkedin/kafka#14). The topic is gone, or is another one by now.
 */
export function stuckReassignments(tree: Tree): string[] {
  const node = tree.nodes.get(`${CHROOT}/admin/reassign_partitions`)
  if (!node) return []
  const isOld = (topic: string): boolean => (tree.nodes.get(`${CHROOT}/brokers/topics/${topic}`)?.czxid ?? Infinity) > node.czxid
  return znodes.decodeReassignment(node.data).flatMap(({ topic, partition }) => (isOld(topic) ? [`${topic}-${partition}`] : []))
}

/**
 * Partitions that wait for the next controller, as they do at 2.3.0, which reads everything anew:
 * - they stay new, though their first state was written: the answer was lost with the connection, and the write that was sent again found the node
 *   (KafkaZkClient.retryRequestsUntilConnected, ZkPartitionStateMachine.initializeLeaderAndIsrForPartitions);
 * - they count as online and have no leader: a reassignment moved them to a replica whose broker had just lost its session, and took the old leader out of the ISR. Who is back is
 *   only elected for partitions that are offline or new (KafkaController.onBrokerStartup), or after minutes as a preferred leader;
 * - a replica of theirs has no state: the partition was reassigned before it had a first state, which fails after the assignment was written (updateLeaderEpoch).
 */
export function stuckPartitions(world: World, tree: Tree): string[] {
  return brokersOf(world)
    .filter(({ controller, config }) => controller.value === 'Active' && controller.activeControllerId === config.brokerId)
    .flatMap(({ controller: { partitions, liveBrokers } }) => {
      const isLive = (id: number): boolean => liveBrokers.some((b) => b.id === id)
      return [...partitions].flatMap(([name, p]) => {
        const isWritten = tree.nodes.has(`${CHROOT}/brokers/topics/${p.topic}/partitions/${p.partition}/state`)
        const staysNew = p.state === 'NewPartition' && isWritten
        const isLeaderless = p.state === 'OnlinePartition' && p.leadership?.leader === -1 && p.leadership.isr.some(isLive)
        const lacksState = p.replicas.some((id) => isLive(id) && p.replicaStates[id] === undefined)
        return staysNew || isLeaderless || lacksState ? [name] : []
      })
    })
}

/** In words; empty when nothing is missing. */
export function missingOfTopics(world: World, tree: Tree): string[] {
  const missing: string[] = []
  for (const topic of namesUnder(tree, '/admin/delete_topics')) missing.push(`${topic} is still to be deleted`)
  if (tree.nodes.has(`${CHROOT}/admin/reassign_partitions`)) missing.push('a reassignment goes on')
  const brokers = brokersOf(world)
  for (const topic of namesUnder(tree, '/brokers/topics')) {
    const assignment = znodes.decodeTopic(tree.nodes.get(`${CHROOT}/brokers/topics/${topic}`)!.data)
    for (const [partition, replicas] of assignment ?? []) missing.push(...missingOf(tree, brokers, topic, partition, replicas))
    if (missing.length >= NAMED) break
  }
  return missing.slice(0, NAMED)
}

function missingOf(tree: Tree, brokers: readonly BrokerState[], topic: string, partition: number, replicas: readonly number[]): string[] {
  const name = `${topic}-${partition}`
  const node = tree.nodes.get(`${CHROOT}/brokers/topics/${topic}/partitions/${partition}/state`)
  const state = node && znodes.decodeState(node.data, node.version)
  if (!state) return [`${name} has no state`]
  const { leader, leaderEpoch, isr, zkVersion } = state
  if (leader < 0) return [`${name} has no leader`]
  if (!same(isr, replicas)) return [`${name} has ${isr.join(',')} in sync, not ${replicas.join(',')}`]
  const acting = brokers.find((b) => b.config.brokerId === leader)?.replicas.partitions.get(name)
  if (acting?.leader !== leader || acting.leaderEpoch !== leaderEpoch)
    return [`broker ${leader} does not lead ${name} in epoch ${leaderEpoch}`]
  if (acting.zkVersion !== zkVersion || !same(acting.isr, isr))
    return [`broker ${leader} leads ${name} by version ${acting.zkVersion} of its state, not ${zkVersion}`]
  const stale = brokers.filter((b) => {
    const known = b.metadata.partitions.get(name)
    return known?.leader !== leader || known.leaderEpoch !== leaderEpoch
  })
  return stale.map((b) => `broker ${b.config.brokerId} does not know who leads ${name}`)
}
