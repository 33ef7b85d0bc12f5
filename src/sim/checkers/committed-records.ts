// Nothing below the high watermark is lost or changed: who becomes leader has all that was committed, and what replicas have below their high watermarks is what was committed there.

import type { Pid } from '../kernel/index.ts'
import { tpName } from '../kafka/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'
import { batchesIn, batchText, ReplicatedRecords, sameBatch } from './replicated-records.ts'

interface Seen {
  /** Epochs in which the process has begun to lead. */
  epoch: number
  /** Its log was compared up to there. */
  compared: number
}

export function committedRecords({ partitions, report }: Scene): Checker {
  const replicated = new ReplicatedRecords(partitions)
  const seen = new Map<Pid, Map<string, Seen>>()
  return {
    name: 'committed records',
    onPartition(broker, partition) {
      const { highWatermark, leader, leaderEpoch } = partition
      const name = tpName(partition)
      const log = broker.state.replicas.logs.get(name)
      if (log === undefined || highWatermark === null) return
      const records = replicated.of(partition)
      if (records === undefined) return
      const own = seen.get(broker.pid) ?? new Map<string, Seen>()
      seen.set(broker.pid, own)
      const last = own.get(name) ?? { epoch: -1, compared: 0 }
      own.set(name, last)
      const who = `broker ${broker.id}, ${leader === broker.id ? 'leader' : 'follower'} of ${name} in epoch ${leaderEpoch},`
      if (leader === broker.id && leaderEpoch > last.epoch) {
        last.epoch = leaderEpoch
        // One that was stopped may hear late that it leads, when others have committed without it since: its epoch is over.
        const present = partitions.of(partition.topic, partition.partition).at(-1)?.leaderEpoch ?? leaderEpoch
        if (leaderEpoch >= present && log.logEndOffset < records.upTo)
          report(`${who} has records up to ${log.logEndOffset}, and ${records.upTo} were committed`)
      }
      const end = Math.min(highWatermark, log.logEndOffset)
      last.compared = Math.min(last.compared, end)
      if (end === last.compared) return
      if (leader === broker.id && end > records.upTo) replicated.commit(records, log, end)
      // Compaction leaves what it likes; its results are held to the cleaner's own tests.
      if (!log.settings.compact) {
        for (const batch of batchesIn(log, last.compared, Math.min(end, records.upTo))) {
          const known = records.batches.get(batch.baseOffset)
          if (known === undefined)
            report(`${who} has ${batchText(batch)} below its high watermark ${highWatermark}, which was never committed`)
          else if (!sameBatch(known, batch)) report(`${who} has ${batchText(batch)} where ${batchText(known)} was committed`)
        }
      }
      last.compared = end
    },
    onGone: (pid) => void seen.delete(pid),
  }
}
