// The options of kafka-configs.sh and which of them go together (admin/ConfigCommand.scala, ConfigCommandOptions, at 2.3.0). Descriptions are our own words.
import { CLIENT_SETTINGS, THROTTLE_SETTINGS, USER_SETTINGS } from '../../kafka/client/index.ts'
import { TOPIC_SETTINGS } from '../../kafka/log/index.ts'
import { checkRequired, parseOptions, UncaughtError, usage, UsageError, type Options, type OptionSpec } from '../kafka-tools/index.ts'

const names = (settings: readonly { readonly name: string }[]): string => settings.map((s) => s.name).join(' ')
const SETTINGS = [
  "Settings to add or change: 'k1=v1,k2=[v1,v2],k3=v3'; brackets hold a value with commas together.",
  `For topics: ${names(TOPIC_SETTINGS)}`,
  `For brokers: ${names(THROTTLE_SETTINGS)}, and with --bootstrap-server all that can change while a broker runs`,
  `For users: ${names(USER_SETTINGS)}`,
  `For clients: ${names(CLIENT_SETTINGS)}`,
  'Users and clients together: the clients of a user.',
].join('\n')

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  {
    name: 'zookeeper',
    argument: 'urls',
    about: 'Servers of ZooKeeper as host:port, with the chroot. REQUIRED for topics, clients and users.',
  },
  { name: 'bootstrap-server', argument: 'server to connect to', about: 'Brokers to ask, as host:port. For settings of brokers.' },
  {
    name: 'command-config',
    argument: 'command config property file',
    about: 'A properties file for the admin client; with --bootstrap-server only.',
  },
  { name: 'alter', about: 'Change the settings of an entity.' },
  { name: 'describe', about: 'Show the settings of an entity.' },
  { name: 'entity-type', argument: '', about: 'What kind of entity: topics, clients, users or brokers.' },
  { name: 'entity-name', argument: '', about: "The entity: a topic's, client's or user's name, a broker's id." },
  { name: 'entity-default', about: 'In place of a name: what holds for all clients, users or brokers without settings of their own.' },
  { name: 'add-config', argument: '', about: SETTINGS },
  { name: 'delete-config', argument: '', separator: ',', about: "Settings to take back: 'k1,k2'." },
  { name: 'force', about: 'Ask nothing.' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool shows and changes the settings of topics, clients, users and brokers.'

export const ENTITY_TYPES: readonly string[] = ['topics', 'clients', 'users', 'brokers']
const illegal = (message: string): never => {
  throw new UncaughtError('java.lang.IllegalArgumentException', message)
}
/** A list as Scala prints what comes from Java. */
export const bufferText = (items: readonly string[]): string => `Buffer(${items.join(', ')})`

/** Reads and checks the command line; throws OptionError, UsageError or UncaughtError. With --help or --version nothing is checked. */
export function parseCommand(args: readonly string[]): Options {
  const options = parseOptions(SPECS, args)
  if (args.length > 0 && !options.has('help') && !options.has('version')) check(options)
  return options
}

function check(options: Options): void {
  const has = (name: string): boolean => options.has(name)
  if (has('alter') === has('describe')) throw new UsageError('Command must include exactly one action: --describe, --alter')
  for (const name of ['add-config', 'delete-config'])
    if (has('describe') && has(name)) throw new UsageError(`Option "[describe]" can't be used with option "[${name}]"`)
  const types = options.all('entity-type')
  const some = (...wanted: readonly string[]): boolean => wanted.some((type) => types.includes(type))
  if (has('bootstrap-server') === has('zookeeper')) illegal('Only one of --bootstrap-server or --zookeeper must be specified')
  if (some('clients', 'topics', 'users')) checkRequired(options, ['zookeeper', 'entity-type'])
  if (has('alter')) {
    if (some('users', 'clients', 'brokers')) {
      if (!has('entity-name') && !has('entity-default'))
        illegal('--entity-name or --entity-default must be specified with --alter of users, clients or brokers')
    } else if (!has('entity-name')) illegal(`--entity-name must be specified with --alter of ${bufferText(types)}`)
    if (!has('add-config') && !has('delete-config'))
      illegal('At least one of --add-config or --delete-config must be specified with --alter')
  }
  for (const type of types)
    if (!ENTITY_TYPES.includes(type)) illegal(`Invalid entity-type ${type}, --entity-type must be one of List(${ENTITY_TYPES.join(', ')})`)
  if (types.length === 0) illegal('At least one --entity-type must be specified')
  if (types.length > 1 && !(types.every((type) => type === 'users' || type === 'clients') && some('users') && some('clients')))
    illegal("Only 'users' and 'clients' entity types may be specified together")
}
