// The leader's high watermark rises, and those who waited for it look again (cluster/Partition.scala, maybeIncrementLeaderHW, at 2.3.0).
import type { Context } from '../../kernel/index.ts'
import { tpName, type TopicPartition } from '../protocol/index.ts'
import { raiseHighWatermark } from './partition.ts'
import { committed } from './produce.ts'
import { logAt, partitionAt, putPartition } from './replica-state.ts'
import type { BrokerState } from './state.ts'

/**
 * Raises a partition's high watermark, if this broker leads it, to what all replicas in sync have. Not while its ISR is being written: the real leader holds the partition's
 * lock until ZooKeeper has answered, so nothing is committed by an ISR that ZooKeeper no longer has.
 */
export function raiseWatermark(ctx: Context, env: BrokerState, tp: TopicPartition): void {
  const [partition, log] = [partitionAt(env, tp), logAt(env, tp)]
  if (partition === undefined || log === undefined || partition.leader !== env.config.brokerId) return
  if (env.replicas.isrWrites.includes(tpName(tp))) return
  const raised = raiseHighWatermark(partition, log.logEndOffset, ctx.wallMs, env.config.replicaLagTimeMaxMs)
  if (raised === partition) return
  putPartition(env, raised)
  committed(ctx, env, tp)
}
