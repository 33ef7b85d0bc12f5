// A record acknowledged with acks all is committed; with min.insync.replicas 2 it is in two replicas' logs, dead or alive, so that any one of them may go.

import type { PMap } from '../base/index.ts'
import type { Log } from '../kafka/log/index.ts'
import { tpName } from '../kafka/protocol/index.ts'
import type { Checker, Scene } from './checker.ts'
import { batchesIn } from './replicated-records.ts'

export function acknowledgedRecords({ report }: Scene): Checker {
  /** Logs as brokers had them last, by host: a killed process's files stay. */
  const logs = new Map<string, PMap<Log>>()
  return {
    name: 'acknowledged records',
    onLogs(broker) {
      // Before it has loaded them a broker knows of no logs, and its disk is full of them.
      if (broker.state.parts.includes('logs')) logs.set(broker.host, broker.state.replicas.logs)
    },
    onProduced(broker, request, response) {
      if (request.body.acks === 0) return
      logs.set(broker.host, broker.state.replicas.logs)
      const sent = new Map(request.body.topics.flatMap((t) => t.partitions.map((p) => [tpName({ topic: t.topic, ...p }), p.records])))
      for (const { topic, partitions } of response.body.responses) {
        for (const { partition, errorCode, baseOffset } of partitions) {
          const name = tpName({ topic, partition })
          const log = broker.state.replicas.logs.get(name)
          const records = sent.get(name)
          if (errorCode !== 0 || log === undefined || records === undefined || records === null) continue
          const where = `broker ${broker.id} acknowledges ${name} from ${baseOffset}`
          if (baseOffset < log.logStartOffset) continue
          const batch = batchesIn(log, baseOffset, baseOffset + 1)[0]
          if (batch === undefined && !log.settings.compact) report(`${where}, which its log does not have`)
          if (batch === undefined || request.body.acks !== -1) continue
          const known = broker.state.replicas.partitions.get(name)
          if ((known?.highWatermark ?? 0) <= batch.lastOffset) report(`${where} with a high watermark of ${known?.highWatermark ?? 'none'}`)
          if (log.settings.minInsyncReplicas < 2) continue
          const holders = [...logs].filter(([, of]) => (of.get(name)?.logEndOffset ?? 0) > batch.lastOffset).map(([host]) => host)
          if (holders.length < 2) report(`${where}, which only ${holders.join(', ') || 'nobody'} has`)
        }
      }
    },
  }
}
