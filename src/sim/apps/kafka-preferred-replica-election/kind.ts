// kafka-preferred-replica-election.sh as a process (admin/PreferredReplicaLeaderElectionCommand.scala, run, at 2.3.0).
import { deepFreeze } from '../../base/index.ts'
import { proc, type Proc } from '../../kafka/client/index.ts'
import { type TopicPartition } from '../../kafka/protocol/index.ts'
import {
  beginCommand,
  closeTool,
  exitTool,
  loadProperties,
  openToolAdmin,
  openToolZooKeeper,
  optionsInThread,
  printUncaught,
  readFile,
  toolKind,
  type Options,
  type Throwable,
  type ToolState,
  type ToolTask,
} from '../kafka-tools/index.ts'
import { electByAdminClient, electByZooKeeper } from './elect.ts'
import { HELP, parseCommand, parsePartitions, usageTable } from './options.ts'

/** What the tool waits for ZooKeeper and for brokers. */
const TIMEOUT_MS = 30_000

const optionsOf = (t: Pick<ToolTask, 'ctx'>): Options => optionsInThread(() => parseCommand(t.ctx.argv.slice(1)))

const main: Proc<{ asked?: readonly TopicPartition[] | null }, void> = proc<ToolState, { asked?: readonly TopicPartition[] | null }, void>(
  'kafka-preferred-replica-election.main',
  [
    (t) => {
      const options = optionsOf(t)
      const path = options.value('path-to-json-file')
      t.vars.asked = path === undefined ? null : deepFreeze(parsePartitions(readFile(t.ctx.files, path)))
      if (options.has('zookeeper')) {
        t.ctx.print('Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\n')
        t.ctx.print('Use --bootstrap-server instead to specify a broker to connect to.\n')
        return openToolZooKeeper(t, options.value('zookeeper')!)
      }
      const config = options.value('admin.config')
      if (config !== undefined) loadProperties(t.ctx.files, config)
      return openToolAdmin(t, options.value('bootstrap-server')!, TIMEOUT_MS)
    },
    (t) => t.call(t.env.admin === null ? electByZooKeeper : electByAdminClient, { asked: t.vars.asked! }),
    (t) => t.call(closeTool, {}),
    (t) => exitTool(t.ctx, t.env, 0),
  ],
  (t, failure) => t.call(failed, { failure: deepFreeze({ ...failure }) }),
)
const failed: Proc<{ failure: Throwable }, void> = proc<ToolState, { failure: Throwable }, void>(
  'kafka-preferred-replica-election.failed',
  [
    (t) => t.call(closeTool, {}),
    (t) => {
      printUncaught(t.ctx, t.vars.failure)
      exitTool(t.ctx, t.env, 1)
    },
  ],
)

export const kafkaPreferredReplicaElectionKind = toolKind(
  'kafka-preferred-replica-election',
  beginCommand({ parse: parseCommand, about: HELP, usage: usageTable }, main),
)
