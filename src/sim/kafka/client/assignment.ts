// Which brokers get the replicas of new partitions (admin/AdminUtils.scala at 2.3.0).
import type { Failure } from './threads.ts'

export interface BrokerRack {
  readonly id: number
  readonly rack: string | null
}
export type Assignment = readonly (readonly [partition: number, replicas: readonly number[]])[]

const ERRORS = 'org.apache.kafka.common.errors.'
const problem = (type: string, message: string): Failure => ({ type, message })

/** Why a number of partitions and replicas cannot be had from these brokers; undefined when it can. */
export function assignmentProblem(brokers: readonly BrokerRack[], partitions: number, factor: number): Failure | undefined {
  if (partitions <= 0) return problem(`${ERRORS}InvalidPartitionsException`, 'Number of partitions must be larger than 0.')
  const type = `${ERRORS}InvalidReplicationFactorException`
  if (factor <= 0) return problem(type, 'Replication factor must be larger than 0.')
  if (factor > brokers.length) return problem(type, `Replication factor: ${factor} larger than available brokers: ${brokers.length}.`)
  const racks = brokers.filter((b) => b.rack !== null).length
  if (racks > 0 && racks < brokers.length)
    return problem('kafka.admin.AdminOperationException', 'Not all brokers have rack information for replica rack aware assignment.')
  return undefined
}

/** Where to begin: both are drawn by chance, or given by the partitions that are there. */
export interface Beginning {
  readonly start: number
  readonly shift: number
  /** The first partition's number. */
  readonly partition: number
}
/** Assigns replicas in turn, from a broker on; the followers' distance grows with every round. `brokers` are sorted by id. */
export function assignReplicas(brokers: readonly BrokerRack[], partitions: number, factor: number, from: Beginning): Assignment {
  const rackOf: Record<number, string> = {}
  for (const b of brokers) if (b.rack !== null) rackOf[b.id] = b.rack
  const aware = brokers.some((b) => b.rack !== null)
  const ids = aware ? byAlternatingRack(brokers) : brokers.map((b) => b.id)
  const n = ids.length
  let { shift } = from
  return Array.from({ length: partitions }, (_, i) => {
    const partition = from.partition + i
    if (partition > 0 && partition % n === 0) shift++
    const first = (partition + from.start) % n
    const replicas = aware ? spread(ids, rackOf, first, shift, factor) : inTurn(ids, first, shift, factor)
    return [partition, replicas] as const
  })
}
const replicaIndex = (first: number, shift: number, j: number, n: number): number => (first + 1 + ((shift + j) % (n - 1))) % n
const inTurn = (ids: readonly number[], first: number, shift: number, factor: number): number[] =>
  Array.from({ length: factor }, (_, j) => ids[j === 0 ? first : replicaIndex(first, shift, j - 1, ids.length)]!)

/** Follows racks: none twice before all have had one, no broker twice. */
function spread(ids: readonly number[], rackOf: Readonly<Record<number, string>>, first: number, shift: number, factor: number): number[] {
  const racks = new Set(ids.map((id) => rackOf[id]!)).size
  const replicas = [ids[first]!]
  const used = new Set([rackOf[ids[first]!]!])
  for (let k = 0; replicas.length < factor; k++) {
    const id = ids[replicaIndex(first, shift * racks, k, ids.length)]!
    const rack = rackOf[id]!
    if ((used.has(rack) && used.size < racks) || (replicas.includes(id) && replicas.length < ids.length)) continue
    replicas.push(id)
    used.add(rack)
  }
  return replicas
}
/** One broker of each rack after the other, racks in order. */
function byAlternatingRack(brokers: readonly BrokerRack[]): number[] {
  const racks = [...new Set(brokers.map((b) => b.rack!))].sort()
  const lists = racks.map((rack) =>
    brokers
      .filter((b) => b.rack === rack)
      .map((b) => b.id)
      .sort((a, b) => a - b),
  )
  const out: number[] = []
  for (let i = 0; out.length < brokers.length; i++) for (const list of lists) if (i < list.length) out.push(list[i]!)
  return out
}
