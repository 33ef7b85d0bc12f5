// DescribeLogDirs: which replicas stand in which directory, how large their logs are and how far behind (server/KafkaApis.scala and server/ReplicaManager.scala at 2.3.0).
import { logSize, type Log } from '../log/index.ts'
import { byTopic, ERRORS, javaHash, javaMapOrder, tpName, type TopicPartition } from '../protocol/index.ts'
import { reply, type Handler } from './answers.ts'
import { logDirs } from './log-dirs.ts'
import { partitionAt } from './replica-state.ts'
import type { BrokerState } from './state.ts'

/** How far a log is behind its high watermark; -1 where there is no replica. */
function lag(env: BrokerState, log: Log): number {
  const partition = partitionAt(env, log)
  return partition === undefined ? -1 : Math.max((partition.highWatermark ?? 0) - log.logEndOffset, 0)
}

export const describeLogDirs: Handler<'DescribeLogDirs'> = (ctx, env, conn, request) => {
  const asked = request.body.topics?.flatMap(({ topic, partitions }) => partitions.map((partition) => tpName({ topic, partition })))
  const wanted = (tp: TopicPartition): boolean => asked === undefined || asked.includes(tpName(tp))
  const logs = [...env.replicas.logs].map(([, log]) => log).filter(wanted)
  const dirs = logDirs(env).map((logDir) => ({
    errorCode: ERRORS.NONE,
    logDir,
    topics: javaMapOrder(byTopic(logs.filter((log) => log.dir === logDir)), ([topic]) => javaHash(topic)).map(([topic, items]) => ({
      topic,
      partitions: javaMapOrder(items, (log) => log.partition).map((log) => ({
        partition: log.partition,
        size: logSize(log),
        offsetLag: lag(env, log),
        isFuture: false,
      })),
    })),
  }))
  reply(ctx, env, conn, request, { throttleTimeMs: 0, logDirs: dirs })
}
