// Has a healed cluster come to itself? One leader with a quorum that serves, one controller that lives, every running broker registered by its present process; every partition led by one
// of its replicas with all of them in sync, and every broker of one mind about that.

import type { Host, World } from '../kernel/index.ts'
import type { ZkServer } from '../zookeeper/index.ts'
import { CHROOT } from './committed-partitions.ts'
import { missingOfTopics, stuckDeletions, stuckPartitions, stuckReassignments } from './whole-partitions.ts'

export interface Convergence {
  readonly done: boolean
  /** A quorum of servers follows one leader that commits. */
  readonly hasQuorum: boolean
  /** What is missing, in words; empty when done. */
  readonly missing: readonly string[]
  /** Topics and partitions that Kafka itself never gets done with, unless the controller moves. */
  readonly stuck: readonly string[]
}

const hostsOf = (world: World, image: string): Host[] => Object.values(world.hosts).filter((host) => host.image === image)

function serverOn(world: World, host: Host): ZkServer | undefined {
  const proc = host.container === 'running' ? world.processes[host.mainPid] : undefined
  return proc?.kind === 'zookeeper' ? (proc.state as ZkServer | undefined) : undefined
}

export function convergence(world: World): Convergence {
  const missing: string[] = []
  const zookeepers = hostsOf(world, 'zookeeper')
  const serving = zookeepers.flatMap((host) => {
    const state = serverOn(world, host)
    return state?.running ? [{ host, state }] : []
  })
  const leaders = serving.filter((one) => one.state.leading !== null)
  if (leaders.length !== 1) missing.push(`${leaders.length} leaders`)
  if (serving.length * 2 <= zookeepers.length) missing.push(`${serving.length} of ${zookeepers.length} zookeepers serve`)
  const tree = leaders.length === 1 ? leaders[0]!.state : undefined
  const hasQuorum = missing.length === 0 && tree?.leading?.mayCommit === true
  // A leader that finds itself under another address in the list it saw last never commits (ZooKeeper 3.5.5, Leader.getDesignatedLeader).
  if (tree?.leading?.mayCommit === false) missing.push('the leader does not commit')
  if (!tree) return { done: false, hasQuorum, missing, stuck: [] }
  const alive = (owner: string): boolean => tree.sessions.has(owner)
  for (const host of hostsOf(world, 'kafka')) {
    const id = Number(host.config['brokerId'])
    const node = tree.tree.nodes.get(`${CHROOT}/brokers/ids/${id}`)
    if (host.container !== 'running') missing.push(`${host.name} is ${host.container}`)
    else if (!node || !alive(node.ephemeralOwner)) missing.push(`${host.name} is not registered`)
  }
  const controller = tree.tree.nodes.get(`${CHROOT}/controller`)
  const id = /"brokerid":(\d+)/.exec(controller?.data ?? '')?.[1]
  const broker = hostsOf(world, 'kafka').find((host) => String(host.config['brokerId']) === id)
  if (hostsOf(world, 'kafka').length > 0 && (!controller || !alive(controller.ephemeralOwner) || broker?.container !== 'running'))
    missing.push('no controller')
  if (missing.length === 0) missing.push(...missingOfTopics(world, tree.tree))
  return {
    done: missing.length === 0,
    hasQuorum,
    missing,
    stuck: missing.length === 0 ? [] : [...stuckDeletions(world), ...stuckReassignments(tree.tree), ...stuckPartitions(world, tree.tree)],
  }
}
