// The options of kafka-topics.sh and which of them go together (admin/TopicCommand.scala, TopicCommandOptions, at 2.3.0). Descriptions are our own words.
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
/** As the option set of all actions is walked: alter, create, describe, list, delete in a hash set of five. */
const ALL: readonly string[] = ['alter', 'create', 'describe', 'list', 'delete']
const REPORTS: readonly string[] = [
  'under-replicated-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
  'unavailable-partitions',
]
const but = (list: readonly string[], ...without: readonly string[]): string[] => list.filter((name) => !without.includes(name))

export type Parsed =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly options: Options; readonly action: Action }

/** Reads and checks the command line; throws OptionError, UsageError or UncaughtError. */
export function parseCommand(args: readonly string[]): Parsed {
  const options = parseOptions(SPECS, args)
  if (args.length === 0) throw new UsageError('Create, delete, describe, or change a topic.')
  if (options.has('help')) return { kind: 'help', text: 'This tool helps to create, delete, describe, or change a topic.' }
  if (options.has('version')) return { kind: 'version' }
  const actions = ACTIONS.filter((name) => options.has(name))
  if (actions.length !== 1)
    throw new UsageError('Command must include exactly one action: --list, --describe, --create, --alter or --delete')
  const has = (name: string): boolean => options.has(name)
  if (has('bootstrap-server') === has('zookeeper')) {
    throw new UncaughtError('java.lang.IllegalArgumentException', 'Only one of --bootstrap-server or --zookeeper must be specified')
  }
  checkRequired(has)
  checkInvalid(has)
  return { kind: 'run', options, action: actions[0]! }
}

function checkRequired(has: (name: string) => boolean): void {
  const need = (...names: readonly string[]): void => {
    for (const name of names) if (!has(name)) throw new UsageError(`Missing required argument "[${name}]"`)
  }
  if (has('describe') && has('if-exists')) need('topic')
  if (!has('list') && !has('describe')) need('topic')
  if (has('create') && !has('replica-assignment')) need('partitions', 'replication-factor')
  if (has('bootstrap-server') && has('alter')) need('partitions')
}

function checkInvalid(has: (name: string) => boolean): void {
  const clash = (used: string, invalid: readonly string[]): void => {
    if (!has(used)) return
    for (const name of invalid) if (has(name)) throw new UsageError(`Option "[${used}]" can't be used with option "[${name}]"`)
  }
  clash('config', but(ALL, 'alter', 'create'))
  if (has('bootstrap-server') && has('config') && has('alter')) {
    throw new UsageError('Option combination "[bootstrap-server],[config]" can\'t be used with option "[alter]"')
  }
  clash('delete-config', [...but(ALL, 'alter'), 'bootstrap-server'])
  clash('partitions', but(ALL, 'alter', 'create'))
  clash('replication-factor', but(ALL, 'create'))
  clash('replica-assignment', but(ALL, 'create', 'alter'))
  if (has('create')) clash('replica-assignment', ['partitions', 'replication-factor'])
  const report = (name: string, ...more: readonly string[]): void =>
    clash(name, [...but(ALL, 'describe'), ...but(REPORTS, name), 'topics-with-overrides', ...more])
  report('under-replicated-partitions')
  report('under-min-isr-partitions', 'zookeeper')
  report('at-min-isr-partitions', 'zookeeper')
  report('unavailable-partitions')
  clash('topics-with-overrides', [...but(ALL, 'describe'), ...REPORTS])
  clash('if-exists', [...but(ALL, 'alter', 'delete', 'describe'), 'bootstrap-server'])
  clash('if-not-exists', [...but(ALL, 'create'), 'bootstrap-server'])
  clash('exclude-internal', but(ALL, 'list', 'describe'))
}

export const usageTable = (): string => usage(SPECS)
