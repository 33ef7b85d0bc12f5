// kafka-run-class.sh: runs a class by its name (bin/kafka-run-class.sh at 2.3.0). The classes are those of the other tools, and some that have no script of their own.
import type { Context, Input, ProcessKind, Pid } from '../../kernel/index.ts'
import { getOffsetShellKind } from './get-offset-shell.ts'

/** Classes and the scripts that run them. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'kafka.admin.ConfigCommand': 'kafka-configs.sh',
  'kafka.admin.DeleteRecordsCommand': 'kafka-delete-records.sh',
  'kafka.admin.LogDirsCommand': 'kafka-log-dirs.sh',
  'kafka.admin.PreferredReplicaLeaderElectionCommand': 'kafka-preferred-replica-election.sh',
  'kafka.admin.ReassignPartitionsCommand': 'kafka-reassign-partitions.sh',
  'kafka.admin.TopicCommand': 'kafka-topics.sh',
  'kafka.admin.AclCommand': 'kafka-acls.sh',
  'kafka.admin.BrokerApiVersionsCommand': 'kafka-broker-api-versions.sh',
  'kafka.admin.ConsumerGroupCommand': 'kafka-consumer-groups.sh',
  'kafka.admin.DelegationTokenCommand': 'kafka-delegation-tokens.sh',
  'kafka.admin.ZkSecurityMigrator': 'zookeeper-security-migration.sh',
  'kafka.tools.ConsoleConsumer': 'kafka-console-consumer.sh',
  'kafka.tools.ConsoleProducer': 'kafka-console-producer.sh',
  'kafka.tools.ConsumerPerformance': 'kafka-consumer-perf-test.sh',
  'kafka.tools.DumpLogSegments': 'kafka-dump-log.sh',
  'kafka.tools.MirrorMaker': 'kafka-mirror-maker.sh',
  'kafka.tools.ReplicaVerificationTool': 'kafka-replica-verification.sh',
  'kafka.tools.StreamsResetter': 'kafka-streams-application-reset.sh',
  'org.apache.kafka.tools.ProducerPerformance': 'kafka-producer-perf-test.sh',
  'org.apache.kafka.tools.VerifiableConsumer': 'kafka-verifiable-consumer.sh',
  'org.apache.kafka.tools.VerifiableProducer': 'kafka-verifiable-producer.sh',
}
/** Classes of 2.3.0 that a person may run and that are not modelled. */
const OTHERS: ReadonlySet<string> = new Set([
  'kafka.Kafka',
  'kafka.tools.EndToEndLatency',
  'kafka.tools.JmxTool',
  'kafka.tools.StateChangeLogMerger',
  'org.apache.kafka.connect.cli.ConnectDistributed',
  'org.apache.kafka.connect.cli.ConnectStandalone',
  'org.apache.kafka.tools.PushHttpMetricsReporter',
  'org.apache.kafka.tools.TransactionalMessageCopier',
  'org.apache.zookeeper.ZooKeeperMain',
  'org.apache.zookeeper.server.quorum.QuorumPeerMain',
])
/** The one that reads its standard input. */
const READS_INPUT = 'kafka-console-producer.sh'
const USAGE = 'USAGE: /kafka_2.12-2.3.0/bin/kafka-run-class.sh [-daemon] [-name servicename] [-loggc] classname [opts]\n'

interface State {
  /** The class that runs; 0: none does. */
  child: Pid
}
/** The options of the script itself stand before the class. */
function classAndArguments(args: readonly string[]): readonly string[] {
  let at = 0
  for (; at < args.length; at++) {
    if (args[at] === '-name') at++
    else if (args[at] !== '-loggc' && args[at] !== '-daemon') break
  }
  return args.slice(at)
}
function run(ctx: Context, state: State): void {
  const given = ctx.argv.slice(1)
  const end = (text: string): void => {
    ctx.printError(text)
    ctx.exit(1)
  }
  if (given.length === 0) {
    ctx.print(USAGE)
    return ctx.exit(1)
  }
  if (given.includes('-daemon')) return end('kafka-run-class.sh: -daemon is not modelled\n')
  const [name = '', ...args] = classAndArguments(given)
  const script = SCRIPTS[name]
  if (script === READS_INPUT && ctx.stdin.kind === 'pipe')
    return end(`kafka-run-class.sh: a pipe into a class is not modelled: use ${script}\n`)
  if (name === 'kafka.tools.GetOffsetShell') state.child = ctx.spawn({ kind: getOffsetShellKind.name, argv: [name, ...args] }) ?? 0
  else if (script !== undefined && ctx.hasProgram(script)) state.child = ctx.spawn({ argv: [script, ...args] }) ?? 0
  else if (script !== undefined || OTHERS.has(name)) return end(`kafka-run-class.sh: the class ${name} is not modelled\n`)
  if (state.child === 0) end(`Error: Could not find or load main class ${name}\nCaused by: java.lang.ClassNotFoundException: ${name}\n`)
}

export const kafkaRunClassKind: ProcessKind<State> = {
  name: 'kafka-run-class',
  handles: ['INT', 'TERM'],
  init: () => ({ child: 0 }),
  handle(ctx: Context, state: State, input: Input): void {
    if (input.type === 'start') run(ctx, state)
    else if (input.type === 'exited' && input.pid === state.child) ctx.exit(input.code)
    else if (input.type === 'signal' && state.child !== 0) ctx.kill(state.child, input.signal)
  },
}
