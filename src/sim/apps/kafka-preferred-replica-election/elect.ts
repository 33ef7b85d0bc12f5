// The two ways to let preferred replicas lead: a znode that the controller sees, or a request to it (admin/PreferredReplicaLeaderElectionCommand.scala at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import {
  ADMIN_OPERATION,
  createRecursive,
  dataOf,
  electPreferredLeaders,
  isNodeExists,
  keeper,
  paths,
  proc,
  reply,
  zkBatch,
  znodes,
  type ElectedPartition,
  type Failure,
  type Proc,
} from '../../kafka/client/index.ts'
import {
  javaHash,
  javaMapOrder,
  scalaMutableSetOrder,
  scalaOrder,
  tpHash,
  tpJsonHash,
  tpName,
  type TopicPartition,
} from '../../kafka/protocol/index.ts'
import {
  failWith,
  partitionSet,
  readAllPartitions,
  readAssignments,
  throwableText,
  type Replicas,
  type ToolState,
  type ToolTask,
} from '../kafka-tools/index.ts'

const FAILED = 'kafka.common.AdminCommandFailedException'
const WRITE = 'kafka.admin.write'
const topicsOf = (partitions: readonly TopicPartition[]): string[] => scalaOrder([...new Set(partitions.map((tp) => tp.topic))], javaHash)
const names = (partitions: readonly TopicPartition[], between: string): string => partitions.map(tpName).join(between)

interface ZooKeeperVars {
  /** Null for all. */
  asked: readonly TopicPartition[] | null
  known?: readonly TopicPartition[]
  valid?: readonly TopicPartition[]
}
/** Writes the partitions below /admin; those that do not exist are told and left out. */
export const electByZooKeeper: Proc<ZooKeeperVars, void> = proc<ToolState, ZooKeeperVars, void>(
  'kafka-preferred-replica-election.byZooKeeper',
  [
    (t) => (t.vars.asked === null ? t.call(readAllPartitions, {}) : undefined),
    (t) => t.call(readAssignments, { topics: deepFreeze(topicsOf(t.vars.asked ?? (t.value as readonly TopicPartition[]))) }),
    (t) => {
      t.vars.known = t.value as readonly Replicas[]
      if (t.vars.asked === null) return t.call(readAllPartitions, {})
    },
    (t) => {
      const { asked, known } = t.vars
      const exists = (tp: TopicPartition): boolean => known!.some((other) => tpName(other) === tpName(tp))
      t.vars.valid = asked === null ? (t.value as readonly TopicPartition[]) : deepFreeze(partitionSet(asked.filter(exists)))
      return t.sleep(WRITE)
    },
    (t) => t.call(writeElection, { partitions: t.vars.valid! }),
    (t) => {
      const { asked, known, valid } = t.vars
      t.ctx.print(`Successfully started preferred replica election for partitions Set(${names(valid!, ', ')})\n`)
      for (const tp of asked ?? [])
        if (!known!.some((other) => tpName(other) === tpName(tp)))
          t.ctx.print(`Skipping preferred replica leader election for partition ${tpName(tp)} since it doesn't exist.\n`)
    },
  ],
  (_t, failure) => failWith({ type: FAILED, message: 'Admin command failed', cause: failure }),
)

const writeElection: Proc<{ partitions: readonly TopicPartition[] }, void> = proc<
  ToolState,
  { partitions: readonly TopicPartition[] },
  void
>(
  'kafka-preferred-replica-election.write',
  [
    (t) => {
      const data = znodes.encodePreferredElection(scalaOrder(t.vars.partitions, tpJsonHash))
      return t.call(createRecursive, { path: paths.preferredElection, data, mustBeNew: true })
    },
    (t) => t.ctx.print(`Created preferred replica election path with ${names(t.vars.partitions, ',')}\n`),
  ],
  (t, failure) => (isNodeExists(failure) ? t.call(refuse, {}) : failWith({ type: ADMIN_OPERATION, message: throwableText(failure) })),
)
/** Another election is under way. */
const refuse: Proc<object, void> = proc<ToolState, object, void>('kafka-preferred-replica-election.refuse', [
  (t) => zkBatch(t, [keeper.getData(paths.preferredElection)]),
  (t) => {
    const pending = partitionSet(znodes.decodePartitions(dataOf(reply(t))?.data ?? null))
    const message = `Preferred replica leader election currently in progress for ${names(pending, ',')}. Aborting operation`
    failWith({ type: ADMIN_OPERATION, message })
  },
])

/** Asks the controller, and tells what became of each partition. */
export const electByAdminClient: Proc<{ asked: readonly TopicPartition[] | null }, void> = proc<
  ToolState,
  { asked: readonly TopicPartition[] | null },
  void
>(
  'kafka-preferred-replica-election.byAdminClient',
  [
    (t) => t.call(electPreferredLeaders, { partitions: t.vars.asked }),
    (t) => {
      const elected = t.value as ElectedPartition[]
      const { asked } = t.vars
      if (asked === null) {
        const first = javaMapOrder(elected, tpHash).find((e) => e.failure !== null)
        if (first !== undefined) failWith({ type: FAILED, message: '', cause: first.failure! })
        return tell(t, elected)
      }
      return tell(
        t,
        asked.map((tp) => {
          const found = elected.find((e) => tpName(e) === tpName(tp))
          return { ...tp, failure: found === undefined ? notAttempted(tp) : found.failure }
        }),
      )
    },
  ],
  (t, failure) => {
    const { asked } = t.vars
    if (failure.type === FAILED) return
    if (asked !== null) {
      tell(
        t,
        asked.map((tp) => ({ ...tp, failure })),
      )
      return
    }
    if (failure.type.endsWith('.TimeoutException')) t.ctx.print('Timeout waiting for election results\n')
    failWith({ type: FAILED, message: '', cause: failure })
  },
)
const notAttempted = (tp: TopicPartition): Failure => ({
  type: 'org.apache.kafka.common.errors.UnknownTopicOrPartitionException',
  message: `Preferred leader election for partition "${tpName(tp)}" was not attempted`,
})

/** One line for those that went well and one for each that did not, which then fail the tool. */
function tell({ ctx }: Pick<ToolTask, 'ctx'>, elected: readonly ElectedPartition[]): void {
  const ordered = scalaMutableSetOrder(javaMapOrder(elected, tpHash), tpHash)
  const well = ordered.filter((e) => e.failure === null)
  if (well.length > 0) ctx.print(`Successfully completed preferred replica election for partitions ${names(well, ', ')}\n`)
  const suppressed = ordered.flatMap((e) => (e.failure === null ? [] : [e.failure]))
  if (suppressed.length === 0) return
  for (const e of ordered)
    if (e.failure !== null)
      ctx.print(`Error completing preferred replica election for partition ${tpName(e)}: ${throwableText(e.failure)}\n`)
  failWith({ type: FAILED, message: `${suppressed.length} preferred replica(s) could not be elected`, suppressed })
}
