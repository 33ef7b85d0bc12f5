// The options of kafka-topics.sh and which of them go together (admin/TopicCommand.scala, TopicCommandOptions, at 2.3.0). Descriptions are our own words.
import { javaHash, scalaOrder } from '../../kafka/protocol/index.ts'
import { parseOptions, UncaughtError, usage, UsageError, type Options, type OptionSpec } from '../kafka-tools/index.ts'

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  {
    name: 'bootstrap-server',
    argument: 'server to connect to',
    about: 'REQUIRED unless --zookeeper is given: brokers to ask, as host:port.',
  },
  {
    name: 'command-config',
    argument: 'command config property file',
    about: 'A properties file for the admin client; with --bootstrap-server only.',
  },
  { name: 'zookeeper', argument: 'hosts', about: 'DEPRECATED. Servers of ZooKeeper as host:port, with the chroot.' },
  { name: 'list', about: 'List the topics.' },
  { name: 'create', about: 'Make a topic.' },
  { name: 'delete', about: 'Delete a topic.' },
  { name: 'alter', about: 'Change the number of partitions, their replicas or the configuration of a topic.' },
  { name: 'describe', about: 'Tell about topics and their partitions.' },
  { name: 'topic', argument: 'topic', about: 'The topic; a regular expression for all but --create.' },
  { name: 'config', argument: 'name=value', about: 'A setting of the topic, when it is made or altered.' },
  { name: 'delete-config', argument: 'name', about: 'A setting of the topic to take back; not with --bootstrap-server.' },
  {
    name: 'partitions',
    argument: '# of partitions',
    type: 'Integer',
    about: 'How many partitions the topic gets. Keys may move when a topic grows.',
  },
  { name: 'replication-factor', argument: 'replication factor', type: 'Integer', about: 'How many replicas each partition gets.' },
  {
    name: 'replica-assignment',
    argument:
      'broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...',
    about: 'Which brokers hold which partition, by hand.',
  },
  { name: 'under-replicated-partitions', about: 'With --describe: only partitions that lack an in-sync replica.' },
  { name: 'unavailable-partitions', about: 'With --describe: only partitions without a live leader.' },
  {
    name: 'under-min-isr-partitions',
    about: 'With --describe: only partitions with fewer in-sync replicas than they need. Not with --zookeeper.',
  },
  {
    name: 'at-min-isr-partitions',
    about: 'With --describe: only partitions with just as many in-sync replicas as they need. Not with --zookeeper.',
  },
  { name: 'topics-with-overrides', about: 'With --describe: only topics with settings of their own.' },
  { name: 'if-exists', about: 'Do nothing when there is no such topic. Not with --bootstrap-server.' },
  { name: 'if-not-exists', about: 'Do nothing when there is such a topic already. Not with --bootstrap-server.' },
  { name: 'disable-rack-aware', about: 'Assign replicas without regard to racks.' },
  { name: 'force', about: 'Ask nothing.' },
  { name: 'exclude-internal', about: "With --list and --describe: leave Kafka's own topics out." },
]

const ACTIONS = ['create', 'list', 'alter', 'describe', 'delete'] as const
export type Action = (typeof ACTIONS)[number]
const ALL: readonly string[] = ['alter', 'create', 'describe', 'list', 'delete']
const REPORTS: readonly string[] = [
  'under-replicated-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
  'unavailable-partitions',
]
const but = (list: readonly string[], ...without: readonly string[]): string[] => list.filter((name) => !without.includes(name))

/** Reads and checks the command line; throws OptionError, UsageError or UncaughtError. */
export function parseCommand(args: readonly string[]): 'help' | 'version' | 'run' {
  const options = parseOptions(SPECS, args)
  if (args.length === 0) throw new UsageError('Create, delete, describe, or change a topic.')
  if (options.has('help')) return 'help'
  if (options.has('version')) return 'version'
  if (ACTIONS.filter((name) => options.has(name)).length !== 1)
    throw new UsageError('Command must include exactly one action: --list, --describe, --create, --alter or --delete')
  const has = (name: string): boolean => options.has(name)
  if (has('bootstrap-server') === has('zookeeper')) {
    throw new UncaughtError('java.lang.IllegalArgumentException', 'Only one of --bootstrap-server or --zookeeper must be specified')
  }
  checkRequired(has)
  checkInvalid(has)
  return 'run'
}
/** The action of a command line that has one. */
export const actionOf = (options: Options): Action => ACTIONS.find((name) => options.has(name))!

function checkRequired(has: (name: string) => boolean): void {
  const need = (...names: readonly string[]): void => {
    for (const name of names) if (!has(name)) throw new UsageError(`Missing required argument "[${name}]"`)
  }
  if (has('describe') && has('if-exists')) need('topic')
  if (!has('list') && !has('describe')) need('topic')
  if (has('create') && !has('replica-assignment')) need('partitions', 'replication-factor')
  if (has('bootstrap-server') && has('alter')) need('partitions')
}

/** The sets of five and more options are hash sets: of several that clash the first of them is told. */
const HASHED = scalaOrder(
  SPECS.map((s) => s.name),
  (name) => (31 + javaHash(name)) | 0,
)
function checkInvalid(has: (name: string) => boolean): void {
  const clash = (used: string, invalid: readonly string[]): void => {
    if (!has(used)) return
    for (const name of invalid) if (has(name)) throw new UsageError(`Option "[${used}]" can't be used with option "[${name}]"`)
  }
  /** With actions other than these, and with more. */
  const only = (used: string, actions: readonly string[], ...more: readonly string[]): void => {
    const invalid = [...but(ALL, ...actions), ...more]
    clash(
      used,
      HASHED.filter((name) => invalid.includes(name)),
    )
  }
  only('config', ['alter', 'create'])
  if (has('bootstrap-server') && has('config') && has('alter')) {
    throw new UsageError('Option combination "[bootstrap-server],[config]" can\'t be used with option "[alter]"')
  }
  only('delete-config', ['alter'], 'bootstrap-server')
  only('partitions', ['alter', 'create'])
  only('replication-factor', ['create'])
  only('replica-assignment', ['create', 'alter'])
  if (has('create')) clash('replica-assignment', ['partitions', 'replication-factor'])
  const report = (name: string, ...more: readonly string[]): void =>
    only(name, ['describe'], ...but(REPORTS, name), 'topics-with-overrides', ...more)
  report('under-replicated-partitions')
  report('under-min-isr-partitions', 'zookeeper')
  report('at-min-isr-partitions', 'zookeeper')
  report('unavailable-partitions')
  only('topics-with-overrides', ['describe'], ...REPORTS)
  only('if-exists', ['alter', 'delete', 'describe'], 'bootstrap-server')
  only('if-not-exists', ['create'], 'bootstrap-server')
  only('exclude-internal', ['list', 'describe'])
}

export const usageTable = (): string => usage(SPECS)
