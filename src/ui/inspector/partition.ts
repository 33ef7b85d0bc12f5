// What there is to say of one partition: who knows what of it, where they differ, and how it came to be so, step by step, with who decided each.

import { parseTp, tpName, type LeaderAndIsr, type Micros, type TopicPartition, type TraceEntry, type World } from '../../sim/index.ts'
import type { Concept } from '../scene/concepts.ts'
import { brokersKnowing, type PartitionTrace } from '../scene/index.ts'
import { markOf, say, type MarkSign } from '../session/say.ts'

/** One opinion on a partition; undefined where whoever has it keeps no such thing. */
export interface Opinion {
  readonly key: string
  readonly who: string
  /** What it is that holds the opinion: `znode`, `controller, epoch 2`, `replica`, `tells clients`. */
  readonly what: string
  readonly leader: number | undefined
  readonly leaderEpoch: number | undefined
  readonly isr: readonly number[] | undefined
  /** Which of these are not what ZooKeeper has. */
  readonly differs: readonly ('leader' | 'leaderEpoch' | 'isr')[]
  /** Said instead, where there is no opinion. */
  readonly none: string
}

const sameSet = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((id) => b.includes(id))

function opinion(
  key: string,
  who: string,
  what: string,
  of: { readonly leader?: number | null; readonly leaderEpoch?: number; readonly isr?: readonly number[] | undefined } | undefined,
  truth: LeaderAndIsr | undefined,
  none = '',
): Opinion {
  const leader = of?.leader ?? undefined
  const { leaderEpoch, isr } = of ?? {}
  const differs: ('leader' | 'leaderEpoch' | 'isr')[] = []
  if (truth !== undefined) {
    if (leader !== undefined && leader !== truth.leader) differs.push('leader')
    if (leaderEpoch !== undefined && leaderEpoch !== truth.leaderEpoch) differs.push('leaderEpoch')
    if (isr !== undefined && !sameSet(isr, truth.isr)) differs.push('isr')
  }
  return { key, who, what, leader, leaderEpoch, isr, differs, none: of === undefined ? none : '' }
}

/** Everybody's opinion on a partition: ZooKeeper's, the controller's, then of each broker its replica's and what it tells clients. */
export function opinionsOn(world: World, tp: TopicPartition, state: LeaderAndIsr | undefined, assignment: readonly number[]): Opinion[] {
  const name = tpName(tp)
  const opinions = [opinion('zookeeper', 'ZooKeeper', 'state znode', state, undefined, 'no state yet')]
  const brokers = brokersKnowing(world)
  for (const { host, up, partitions } of brokers) {
    const record = partitions?.controlled?.get(name)
    if (partitions?.controlled === undefined) continue
    const what = `controller, epoch ${partitions.controllerEpoch}${up ? '' : ', frozen'}`
    opinions.push(
      opinion(
        `controller ${host}`,
        host,
        what,
        record?.leadership ?? undefined,
        state,
        record === undefined ? 'does not know it' : 'no leader chosen yet',
      ),
    )
  }
  for (const { id, host, up, partitions } of brokers) {
    if (partitions === undefined) {
      if (assignment.includes(id)) opinions.push(opinion(`replica ${host}`, host, 'replica', undefined, state, 'does not run'))
      continue
    }
    const frozen = up ? '' : ', frozen'
    const local = partitions.replicas.get(name)
    if (assignment.includes(id) || local !== undefined) {
      const leads = local?.leader === id
      const known = local === undefined || local.leader === null ? undefined : { ...local, isr: leads ? local.isr : undefined }
      opinions.push(opinion(`replica ${host}`, host, `replica${leads ? ', leads' : ''}${frozen}`, known, state, 'not told of it yet'))
    }
    opinions.push(opinion(`cache ${host}`, host, `tells clients${frozen}`, partitions.cached.get(name), state, 'knows nothing of it'))
  }
  return opinions
}

/** What the controller's state machines have of a partition; undefined without an active controller that knows it. */
export function machinesOf(
  world: World,
  tp: TopicPartition,
): { readonly partition: string; readonly replicas: readonly (readonly [broker: number, state: string])[] } | undefined {
  for (const { partitions } of brokersKnowing(world)) {
    const record = partitions?.controlled?.get(tpName(tp))
    if (record !== undefined)
      return { partition: record.state, replicas: record.replicas.map((id) => [id, record.replicaStates[id] ?? 'NonExistentReplica']) }
  }
  return undefined
}

/** A step of a partition's history. */
export interface HistoryStep {
  readonly entry: TraceEntry
  readonly at: Micros
  readonly text: string
  /** Who decided it and on what ground; empty where nobody did. */
  readonly who: string
  readonly concept: Concept
  readonly sign: MarkSign
  /** A consequence, no decision: a broker that was told, a log that was made. */
  readonly minor: boolean
}

const GROUNDS: Readonly<Record<string, string>> = {
  first: 'the first live replica of a new partition',
  offline: 'the leader was gone: the first live replica in the ISR',
  preferred: 'preferred election: the first of the assignment leads again',
  controlledShutdown: 'controlled shutdown: the leader hands over before it leaves',
  reassign: 'reassignment: the first live one of the new replicas',
}

const list = (value: unknown): string => `[${Array.isArray(value) ? value.join(', ') : ''}]`

/** What the state was before a step, as the steps before it say. */
interface Before {
  leader: number | undefined
  isr: string
}

function decided(entry: TraceEntry, before: Before, unclean: boolean): { text: string; who: string } | undefined {
  const { fields, host } = entry
  const controller = `${host}, controller of epoch ${String(fields.controllerEpoch ?? '?')}`
  switch (entry.code) {
    case 'leader.elected': {
      const leader = Number(fields.leader)
      const moved = before.leader !== undefined && before.leader !== leader
      const from = moved ? `${before.leader! < 0 ? 'none' : before.leader} → ` : ''
      const ground = unclean
        ? 'unclean election: no live replica was in the ISR, records may be lost'
        : (GROUNDS[String(fields.strategy)] ?? '')
      return {
        text: `Leader ${from}${leader}, epoch ${String(fields.leaderEpoch)}, ISR ${list(fields.isr)}`,
        who: `${controller}; ${ground}`,
      }
    }
    case 'isr.shrunk': {
      const isr = list(fields.isr)
      const text = `ISR ${before.isr === '' || before.isr === isr ? '' : `${before.isr} → `}${isr}${Number(fields.leader) < 0 ? ', no leader' : ''}, epoch ${String(fields.leaderEpoch)}`
      if (fields.broker === undefined) return { text, who: `${controller}; broker ${String(fields.without)} is gone or leaves` }
      return { text, who: `${host}, the leader; who is missing had not caught up for replica.lag.time.max.ms` }
    }
    case 'isr.expanded':
      return {
        text: `ISR [${String(fields.before).split(',').join(', ')}] → ${list(fields.isr)}`,
        who: `${host}, the leader; the follower reached its end`,
      }
    case 'partition.offline':
      return { text: 'No leader', who: `${host}, controller; its leader is gone` }
    case 'partition.reassigned':
      return { text: `Assigned to ${list(fields.replicas)}`, who: `${host}, controller` }
    case 'topic.created':
    case 'topic.grown':
    case 'topic.deleted':
      return { text: say(entry), who: `${host}, controller` }
    default:
      return undefined
  }
}

/** Steps that decide: shown apart from those that only follow. */
const UNCLEAN = 'leader.unclean'

/** The history of a partition, oldest first, up to what is known; its topic's creation and end belong to it. */
export function historyOf(index: PartitionTrace, tp: TopicPartition, until: Micros): HistoryStep[] {
  const entries = [...index.about(tp.topic), ...index.about(tpName(tp))].filter((entry) => entry.at <= until).sort((a, b) => a.id - b.id)
  const before: Before = { leader: undefined, isr: '' }
  const steps: HistoryStep[] = []
  entries.forEach((entry, i) => {
    // Said with the election that it belongs to.
    if (entry.code === UNCLEAN) return
    const unclean =
      entry.code === 'leader.elected' &&
      entries.slice(Math.max(0, i - 8), i).some((one) => one.code === UNCLEAN && one.fields.leaderEpoch === entry.fields.leaderEpoch)
    const told = decided(entry, before, unclean)
    const { concept, sign } = unclean ? ({ concept: 'fault', sign: 'cross' } as const) : markOf(entry)
    steps.push({ entry, at: entry.at, text: told?.text ?? say(entry), who: told?.who ?? '', concept, sign, minor: told === undefined })
    if (entry.fields.leader !== undefined && told !== undefined) before.leader = Number(entry.fields.leader)
    if (entry.fields.isr !== undefined && told !== undefined) before.isr = list(entry.fields.isr)
    if (entry.code === 'topic.deleted') Object.assign(before, { leader: undefined, isr: '' })
  })
  return steps
}

/** The partition that an entry is about, where it is about one. */
export function partitionMeant(entry: TraceEntry): TopicPartition | undefined {
  if (!/^(leader|isr|partition|replica|log|segment|records)\./.test(entry.code)) return undefined
  const tp = parseTp(entry.subject)
  return tp.topic === '' || !Number.isInteger(tp.partition) ? undefined : tp
}
